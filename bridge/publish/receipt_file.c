/* SPDX-License-Identifier: Apache-2.0 */
/* The three forms of a receipt: see receipt_file.h. */
#include "bridge/publish/receipt_file.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/directory.h"
#include "bridge/publish/receipt_json.h"

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* CBOR has no space around it; text that was saved by hand may. */
static struct vota_slice trimmed(const void *bytes, size_t len)
{
    struct vota_slice text = {bytes, len};
    while (text.len > 0 && is_space(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && is_space(text.at[text.len - 1]))
        text.len--;
    return text;
}

static enum vota_status of_json(uint8_t **ret_cbor, size_t *ret_len, struct vota_slice text,
                                struct vota_error *err)
{
    struct vota_receipt_copy copy = {0};
    enum vota_status status = vota_receipt_json_read(&copy, text.at, text.len, err);
    if (status != VOTA_OK)
        return status;
    /* An encoding is never longer than its JSON view. */
    uint8_t *cbor = malloc(text.len);
    struct vota_wr wr = vota_wr_of(cbor, text.len);
    status = cbor == NULL ? VOTA_NO_MEMORY : vota_receipt_encode(&wr, &copy.about, err);
    vota_receipt_copy_done(&copy);
    if (status != VOTA_OK) {
        free(cbor);
        return status;
    }
    VOTA_ASSERT(vota_wr_fits(&wr));
    *ret_cbor = cbor;
    *ret_len = wr.len;
    return VOTA_OK;
}

static enum vota_status of_qr(uint8_t **ret_cbor, size_t *ret_len, struct vota_slice text,
                              struct vota_error *err)
{
    uint8_t *cbor = malloc(text.len);
    if (cbor == NULL)
        return VOTA_NO_MEMORY;
    const enum vota_status status =
        vota_base45_read_qr(cbor, text.len, ret_len, (const char *)text.at, text.len, err);
    if (status == VOTA_OK)
        *ret_cbor = cbor;
    else
        free(cbor);
    return status;
}

static enum vota_status of_cbor(uint8_t **ret_cbor, size_t *ret_len, const void *bytes, size_t len)
{
    uint8_t *cbor = malloc(len > 0 ? len : 1);
    if (cbor == NULL)
        return VOTA_NO_MEMORY;
    if (len > 0)
        memcpy(cbor, bytes, len);
    *ret_cbor = cbor;
    *ret_len = len;
    return VOTA_OK;
}

static enum vota_status check(const uint8_t *cbor, size_t len, struct vota_error *err)
{
    struct vota_receipt *receipt = malloc(sizeof *receipt);
    if (receipt == NULL)
        return VOTA_NO_MEMORY;
    const enum vota_status status = vota_receipt_decode(receipt, cbor, len, err);
    free(receipt);
    return status;
}

enum vota_status vota_receipt_file_parse(uint8_t **ret_cbor, size_t *ret_len, const void *bytes,
                                         size_t len, struct vota_error *err)
{
    const struct vota_slice text = trimmed(bytes, len);
    uint8_t *cbor = NULL;
    size_t cbor_len = 0;
    enum vota_status status;
    if (text.len > 0 && text.at[0] == '{')
        status = of_json(&cbor, &cbor_len, text, err);
    else if (text.len > 4 && memcmp(text.at, "VA1:", 4) == 0)
        status = of_qr(&cbor, &cbor_len, text, err);
    else
        status = of_cbor(&cbor, &cbor_len, bytes, len);
    if (status == VOTA_OK)
        status = check(cbor, cbor_len, err);
    if (status != VOTA_OK) {
        free(cbor);
        return status;
    }
    *ret_cbor = cbor;
    *ret_len = cbor_len;
    return VOTA_OK;
}

enum vota_status vota_receipt_file_read(uint8_t **ret_cbor, size_t *ret_len, const char *path,
                                        struct vota_error *err)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum vota_status status =
        vota_directory_read(&bytes, &len, path, VOTA_RECEIPT_JSON_MAX_BYTES, err);
    if (status != VOTA_OK)
        return status;
    status = vota_receipt_file_parse(ret_cbor, ret_len, bytes, len, err);
    free(bytes);
    return status;
}
