/* SPDX-License-Identifier: Apache-2.0 */
/* libcsv's callbacks to whole rows: see csv.h. */
#include "bridge/import/csv.h"

#include <csv.h>
#include <stdlib.h>

/* libcsv collects one field before it tells of it, in steps of this size. */
#define FIELD_STEP 4096u
#define FIELD_MAX  (VOTA_CSV_ROW_MAX + FIELD_STEP)

struct vota_csv {
    struct csv_parser parser;
    vota_csv_each *each;
    void *context;
    enum vota_status status; /* of the callback */
    uint64_t line;           /* where the reading is */
    uint64_t row_line;       /* where its row began */
    bool after_cr;           /* a line feed now belongs to the line end before it */
    const char *reason;      /* of the row */
    uint64_t limit;
    size_t n, len;
    struct vota_slice cells[VOTA_CSV_COLUMNS_MAX];
    uint8_t text[VOTA_CSV_ROW_MAX];
};

static int never(unsigned char byte)
{
    (void)byte;
    return 0;
}

/* Stops libcsv from collecting a field without end. */
static void *bounded_realloc(void *old, size_t size)
{
    return size > FIELD_MAX ? NULL : realloc(old, size);
}

/* Lines inside a quoted field, however they end. */
static uint64_t lines_in(const uint8_t *text, size_t len)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\r' || (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'));
    return lines;
}

static void on_cell(void *bytes, size_t len, void *context)
{
    struct vota_csv *csv = context;
    csv->after_cr = false;
    csv->line += lines_in(bytes, len);
    if (csv->reason != NULL)
        return;
    if (csv->n == VOTA_CSV_COLUMNS_MAX) {
        csv->reason = "too-many-columns";
        csv->limit = VOTA_CSV_COLUMNS_MAX;
        return;
    }
    if (len > VOTA_CSV_ROW_MAX - csv->len) {
        csv->reason = "row-too-long";
        csv->limit = VOTA_CSV_ROW_MAX;
        return;
    }
    uint8_t *const at = csv->text + csv->len;
    if (len > 0)
        vota_bytes_copy(at, bytes, len);
    csv->cells[csv->n++] = (struct vota_slice){.at = at, .len = len};
    csv->len += len;
}

/* At the end of a line, empty ones included; terminator is -1 at the end of the file. */
static void on_row(int terminator, void *context)
{
    struct vota_csv *csv = context;
    const bool rest_of_crlf = terminator == '\n' && csv->after_cr;
    const struct vota_csv_row row = {.line = csv->row_line,
                                     .cells = csv->cells,
                                     .n = csv->n,
                                     .reason = csv->reason,
                                     .limit = csv->limit};
    if (!rest_of_crlf && terminator != -1)
        csv->line++;
    csv->after_cr = terminator == '\r';
    csv->row_line = csv->line;
    const bool empty = csv->n == 0 && csv->reason == NULL;
    csv->n = 0;
    csv->len = 0;
    csv->reason = NULL;
    if (!empty && csv->status == VOTA_OK)
        csv->status = csv->each(csv->context, &row);
}

enum vota_status vota_csv_new(struct vota_csv **ret_csv, vota_csv_each *each, void *context)
{
    struct vota_csv *csv = calloc(1, sizeof *csv);
    if (csv == NULL)
        return VOTA_NO_MEMORY;
    if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        free(csv);
        return VOTA_NO_MEMORY;
    }
    csv_set_space_func(&csv->parser, never);
    csv_set_realloc_func(&csv->parser, bounded_realloc);
    csv_set_blk_size(&csv->parser, FIELD_STEP);
    csv->each = each;
    csv->context = context;
    csv->line = csv->row_line = 1;
    *ret_csv = csv;
    return VOTA_OK;
}

void vota_csv_free(struct vota_csv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    free(csv);
}

uint64_t vota_csv_line(const struct vota_csv *csv)
{
    return csv->row_line;
}

static enum vota_status fail(const struct vota_csv *csv, struct vota_error *err)
{
    struct csv_parser parser = csv->parser; /* csv_error does not take a const one */
    if (csv_error(&parser) != CSV_ENOMEM)
        return vota_fail(err, VOTA_BAD_INPUT, "row", "broken-quotes");
    if (csv->parser.entry_size + FIELD_STEP > FIELD_MAX)
        return vota_fail(err, VOTA_BAD_INPUT, "row", "row-too-long");
    return vota_fail(err, VOTA_NO_MEMORY, "row", "no-memory");
}

enum vota_status vota_csv_feed(struct vota_csv *csv, const void *bytes, size_t len,
                               struct vota_error *err)
{
    const size_t taken = csv_parse(&csv->parser, bytes, len, on_cell, on_row, csv);
    if (csv->status != VOTA_OK)
        return csv->status;
    return taken == len ? VOTA_OK : fail(csv, err);
}

enum vota_status vota_csv_finish(struct vota_csv *csv, struct vota_error *err)
{
    if (csv_fini(&csv->parser, on_cell, on_row, csv) != 0)
        return vota_fail(err, VOTA_BAD_INPUT, "row", "unclosed-quote");
    return csv->status;
}

static bool needs_quotes(struct vota_slice cell)
{
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.at[i] == ',' || cell.at[i] == '"' || cell.at[i] == '\r' || cell.at[i] == '\n')
            return true;
    }
    return false;
}

static void write_cell(struct vota_wr *wr, struct vota_slice cell)
{
    if (!needs_quotes(cell)) {
        vota_wr_put(wr, cell.at, cell.len);
        return;
    }
    vota_wr_byte(wr, '"');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.at[i] == '"')
            vota_wr_byte(wr, '"');
        vota_wr_byte(wr, cell.at[i]);
    }
    vota_wr_byte(wr, '"');
}

void vota_csv_write(struct vota_wr *wr, const struct vota_slice *cells, size_t n)
{
    if (n == 1 && cells[0].len == 0)
        vota_wr_text(wr, "\"\""); /* or it would be an empty line, which is no row */
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            vota_wr_byte(wr, ',');
        write_cell(wr, cells[i]);
    }
    vota_wr_byte(wr, '\n');
}
