/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of any bytes, in either encoding, give fields that are valid UTF-8
 * without NUL, or one reason; and the same however the bytes come. The first
 * byte chooses the encoding.
 */
#include "bridge/import/ndjson_json.h"
#include "proof/jcs.h"
#include "tests/fuzz/fuzz.h"

/* A sum over what was given, for comparing two readings. */
struct seen {
    uint64_t sum, rows, last_line;
};

static void add(struct seen *seen, struct vota_slice text)
{
    seen->sum = seen->sum * 31 + text.len;
    for (size_t i = 0; i < text.len; i++) {
        VOTA_ASSERT(text.at[i] != 0);
        seen->sum = seen->sum * 31 + text.at[i];
    }
    VOTA_ASSERT(vota_jcs_is_utf8(text.at, text.len));
}

static enum vota_status take(void *context, const struct vota_ndjson_row *row)
{
    struct seen *seen = context;
    seen->rows++;
    VOTA_ASSERT(row->line > seen->last_line && row->field != NULL);
    seen->last_line = row->line;
    VOTA_ASSERT((row->reason == NULL) == (row->fields != NULL));
    if (row->fields == NULL)
        return VOTA_OK;
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++)
        add(seen, row->fields->field[f]);
    for (size_t i = 0; i < row->fields->n_choices; i++)
        add(seen, row->fields->choices[i]);
    return VOTA_OK;
}

static struct seen read_all(struct vota_converter *converter, const uint8_t *data, size_t size,
                            size_t step)
{
    struct seen seen = {0};
    struct vota_ndjson *ndjson = NULL;
    const char *names[VOTA_FIELD_COUNT];
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++)
        names[f] = vota_field_name((enum vota_field)f);
    VOTA_ASSERT(vota_ndjson_new(&ndjson, names, converter, take, &seen) == VOTA_OK);
    for (size_t i = 0; i < size; i += step)
        VOTA_ASSERT(vota_ndjson_feed(ndjson, data + i, size - i < step ? size - i : step) ==
                    VOTA_OK);
    VOTA_ASSERT(vota_ndjson_finish(ndjson) == VOTA_OK);
    vota_ndjson_free(ndjson);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vota_converter *converters[2];
    if (size == 0 || size > 4096)
        return 0;
    const size_t which = data[0] & 1;
    if (converters[which] == NULL)
        VOTA_ASSERT(vota_encoding_new(&converters[which],
                                      which == 0 ? VOTA_ENCODING_UTF8 : VOTA_ENCODING_CP949,
                                      VOTA_NDJSON_LINE_MAX, NULL) == VOTA_OK);
    const struct seen whole = read_all(converters[which], data + 1, size - 1, size);
    const struct seen parts = read_all(converters[which], data + 1, size - 1, 7);
    VOTA_ASSERT(whole.sum == parts.sum && whole.rows == parts.rows &&
                whole.last_line == parts.last_line);
    return 0;
}
