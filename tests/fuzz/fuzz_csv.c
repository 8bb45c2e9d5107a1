/* SPDX-License-Identifier: Apache-2.0 */
/*
 * However the bytes of a CSV file come, the rows are the same; and what is
 * written of a row reads back as that row.
 */
#include <stdlib.h>

#include "bridge/import/csv.h"
#include "tests/fuzz/fuzz.h"

/* Rows in one buffer, each cell after its length, each row after its count. */
struct rows {
    struct vota_wr wr;
    uint8_t *text;
    struct vota_wr written; /* the same rows as CSV */
};

static void put_number(struct vota_wr *wr, size_t number)
{
    uint8_t bytes[8];
    vota_store_be(bytes, sizeof bytes, number);
    vota_wr_put(wr, bytes, sizeof bytes);
}

static enum vota_status take(void *context, const struct vota_csv_row *row)
{
    struct rows *rows = context;
    VOTA_ASSERT(row->line > 0 && row->n <= VOTA_CSV_COLUMNS_MAX);
    if (row->reason != NULL)
        return VOTA_OK;
    put_number(&rows->wr, row->n);
    for (size_t i = 0; i < row->n; i++) {
        put_number(&rows->wr, row->cells[i].len);
        vota_wr_put(&rows->wr, row->cells[i].at, row->cells[i].len);
    }
    vota_csv_write(&rows->written, row->cells, row->n);
    return VOTA_OK;
}

static enum vota_status read_all(struct rows *rows, const uint8_t *data, size_t size, size_t step)
{
    struct vota_csv *csv = NULL;
    struct vota_error err = {0};
    VOTA_ASSERT(vota_csv_new(&csv, take, rows) == VOTA_OK);
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < size; i += step)
        status = vota_csv_feed(csv, data + i, size - i < step ? size - i : step, &err);
    if (status == VOTA_OK)
        status = vota_csv_finish(csv, &err);
    VOTA_ASSERT(status == VOTA_OK || (status == VOTA_BAD_INPUT && err.text[0] != '\0'));
    vota_csv_free(csv);
    return status;
}

static void rows_init(struct rows *ret_rows, size_t size)
{
    const size_t cap = 64 + 16 * size;
    ret_rows->text = malloc(2 * cap);
    VOTA_ASSERT(ret_rows->text != NULL);
    ret_rows->wr = vota_wr_of(ret_rows->text, cap);
    ret_rows->written = vota_wr_of(ret_rows->text + cap, cap);
}

static bool same_rows(const struct rows *a, const struct rows *b)
{
    return a->wr.len == b->wr.len && vota_bytes_equal(a->text, b->text, a->wr.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rows whole;
    struct rows parts;
    struct rows again;
    if (size > 4096)
        return 0;
    rows_init(&whole, size);
    rows_init(&parts, size);
    rows_init(&again, size);
    const enum vota_status status = read_all(&whole, data, size, size + 1);
    VOTA_ASSERT(read_all(&parts, data, size, 3) == status);
    VOTA_ASSERT(vota_wr_fits(&whole.wr) && vota_wr_fits(&whole.written));
    VOTA_ASSERT(same_rows(&whole, &parts));
    VOTA_ASSERT(read_all(&again, whole.written.to, whole.written.len, 64) == VOTA_OK);
    VOTA_ASSERT(same_rows(&whole, &again));
    free(whole.text);
    free(parts.text);
    free(again.text);
    return 0;
}
