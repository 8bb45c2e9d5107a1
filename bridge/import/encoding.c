/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 checked, CP949 converted: see encoding.h. */
#include "bridge/import/encoding.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "proof/jcs.h"

struct vota_converter {
    enum vota_encoding encoding;
    iconv_t iconv;   /* of CP949 */
    uint8_t *buffer; /* of CP949: the row's texts so far */
    size_t cap, len;
};

enum vota_status vota_encoding_new(struct vota_converter **ret_converter,
                                   enum vota_encoding encoding, size_t row_max,
                                   struct vota_error *err)
{
    struct vota_converter *converter = calloc(1, sizeof *converter);
    if (converter == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "encoding", "no-memory");
    converter->encoding = encoding;
    if (encoding == VOTA_ENCODING_UTF8) {
        *ret_converter = converter;
        return VOTA_OK;
    }
    converter->iconv = iconv_open("UTF-8", "CP949");
    if (converter->iconv == (iconv_t)-1) {
        vota_encoding_free(converter);
        return vota_fail(err, VOTA_BAD_INPUT, "encoding", "no-cp949");
    }
    converter->cap = 2 * row_max; /* two bytes become three at most */
    converter->buffer = malloc(converter->cap);
    if (converter->buffer == NULL) {
        vota_encoding_free(converter);
        return vota_fail(err, VOTA_NO_MEMORY, "encoding", "no-memory");
    }
    *ret_converter = converter;
    return VOTA_OK;
}

void vota_encoding_free(struct vota_converter *converter)
{
    if (converter == NULL)
        return;
    if (converter->iconv != NULL)
        (void)iconv_close(converter->iconv); /* one that could not be opened is refused */
    free(converter->buffer);
    free(converter);
}

void vota_encoding_rewind(struct vota_converter *converter)
{
    converter->len = 0;
}

static bool is_ascii(struct vota_slice text)
{
    uint8_t all = 0;
    for (size_t i = 0; i < text.len; i++)
        all |= text.at[i];
    return all < 0x80;
}

static const char *convert(struct vota_slice *ret_text, struct vota_converter *converter,
                           struct vota_slice raw)
{
    uint8_t *const start = converter->buffer + converter->len;
    /* iconv's interface is older than const: it does not write to its input. */
    char *from = (char *)(uintptr_t)raw.at;
    char *to = (char *)start;
    size_t from_left = raw.len;
    size_t to_left = converter->cap - converter->len;
    (void)iconv(converter->iconv, NULL, NULL, NULL, NULL);
    if (iconv(converter->iconv, &from, &from_left, &to, &to_left) != 0)
        return "not-cp949"; /* cut off, not a character, or with more than one meaning */
    const size_t len = (size_t)(to - (char *)start);
    converter->len += len;
    *ret_text = (struct vota_slice){.at = start, .len = len};
    return NULL;
}

const char *vota_encoding_read(struct vota_slice *ret_text, struct vota_converter *converter,
                               struct vota_slice raw)
{
    if (raw.len > 0 && memchr(raw.at, 0, raw.len) != NULL)
        return "nul-byte";
    if (is_ascii(raw)) {
        *ret_text = raw;
        return NULL;
    }
    if (converter->encoding == VOTA_ENCODING_CP949)
        return convert(ret_text, converter, raw);
    if (!vota_jcs_is_utf8(raw.at, raw.len))
        return "not-utf8";
    *ret_text = raw;
    return NULL;
}
