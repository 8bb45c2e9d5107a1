/* SPDX-License-Identifier: Apache-2.0 */
/* Files to groups of records: see import.h. What a record is, intake.h knows. */
#include "bridge/import/import.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/import/rows.h"

#define CHUNK 65536u

/* The rows' part of a run, and what feeds it: one of the two readers. */
struct run {
    struct vota_rows rows;
    struct vota_csv *csv;
    struct vota_ndjson *ndjson;
};

static struct vota_slice text_of(const char *text)
{
    return (struct vota_slice){.at = (const uint8_t *)text, .len = strlen(text)};
}

/* Hands bytes on, or (bytes NULL) says that there are no more. */
static enum vota_status feed(struct run *run, const uint8_t *bytes, size_t len)
{
    struct vota_error detail = {.status = VOTA_OK};
    enum vota_status status;
    if (run->ndjson != NULL)
        status = bytes != NULL ? vota_ndjson_feed(run->ndjson, bytes, len)
                               : vota_ndjson_finish(run->ndjson);
    else
        status = bytes != NULL ? vota_csv_feed(run->csv, bytes, len, &detail)
                               : vota_csv_finish(run->csv, &detail);
    if (status == VOTA_OK || run->rows.failed != VOTA_OK)
        return run->rows.failed;
    if (status == VOTA_BAD_INPUT)
        return vota_rows_cut(&run->rows, vota_csv_line(run->csv), detail.text);
    return vota_fail(run->rows.err, status, detail.where, detail.text);
}

/* The start of a file: a UTF-8 mark is passed over, a UTF-16 one is another encoding. */
static enum vota_status skip_mark(const struct run *run, struct vota_slice *bytes)
{
    if (bytes->len >= 2 && ((bytes->at[0] == 0xff && bytes->at[1] == 0xfe) ||
                            (bytes->at[0] == 0xfe && bytes->at[1] == 0xff)))
        return vota_fail(run->rows.err, VOTA_BAD_INPUT, "header", "utf-16");
    if (bytes->len >= 3 && memcmp(bytes->at, "\xef\xbb\xbf", 3) == 0) {
        bytes->at += 3;
        bytes->len -= 3;
    }
    return VOTA_OK;
}

static bool is_stopped(const struct run *run)
{
    return run->rows.options->stop != NULL && *run->rows.options->stop != 0;
}

/* Reads until the buffer is full or the file ends; *ret_len is then less than CHUNK. */
static enum vota_status fill(struct run *run, uint8_t buffer[CHUNK], size_t *ret_len,
                             long (*read)(void *source, uint8_t *buffer, size_t cap), void *source)
{
    size_t len = 0;
    while (len < CHUNK) {
        const long got = read(source, buffer + len, CHUNK - len);
        if (got < 0 && is_stopped(run)) /* a signal came while it waited */
            break;
        if (got < 0 || (unsigned long)got > CHUNK - len)
            return vota_fail(run->rows.err, VOTA_IO, "file", "read-error");
        if (got == 0)
            break;
        len += (size_t)got;
    }
    run->rows.bytes += len;
    *ret_len = len;
    return VOTA_OK;
}

static enum vota_status
read_file(struct run *run, long (*read)(void *source, uint8_t *buffer, size_t cap), void *source)
{
    uint8_t buffer[CHUNK];
    bool first = true;
    size_t len = CHUNK;
    while (len == CHUNK && !run->rows.summary->cut) {
        enum vota_status status = fill(run, buffer, &len, read, source);
        if (status != VOTA_OK)
            return status;
        struct vota_slice bytes = {.at = buffer, .len = len};
        if (first)
            status = skip_mark(run, &bytes);
        first = false;
        if (is_stopped(run)) {
            run->rows.summary->stopped = true;
            return status;
        }
        if (status == VOTA_OK)
            status = feed(run, bytes.at, bytes.len);
        if (status != VOTA_OK)
            return status;
    }
    return run->rows.summary->cut ? VOTA_OK : feed(run, NULL, 0);
}

static enum vota_status check_options(struct vota_rows *rows)
{
    const struct vota_import_options *options = rows->options;
    uint64_t cast_at = 0;
    if (options->cast_at != NULL && !vota_record_time(&cast_at, text_of(options->cast_at)))
        return vota_fail(rows->err, VOTA_BAD_INPUT, "cast_at", "not-a-moment");
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++)
        rows->names[f] =
            options->column[f] != NULL ? options->column[f] : vota_field_name((enum vota_field)f);
    if (options->slug == NULL)
        return VOTA_OK;
    return vota_intake_register(&rows->definition, rows->intake, text_of(options->slug), rows->err);
}

static enum vota_status prepare_reader(struct run *run)
{
    struct vota_rows *rows = &run->rows;
    enum vota_status status;
    rows->raw = malloc(VOTA_ROWS_RAW_MAX);
    if (rows->raw == NULL)
        return vota_fail(rows->err, VOTA_NO_MEMORY, "import", "no-memory");
    rows->has_header = rows->options->format == VOTA_IMPORT_NDJSON;
    if (rows->has_header)
        status =
            vota_ndjson_new(&run->ndjson, rows->names, rows->converter, vota_rows_ndjson, rows);
    else
        status = vota_csv_new(&run->csv, vota_rows_csv, rows);
    return status == VOTA_OK ? VOTA_OK : vota_fail(rows->err, status, "import", "no-memory");
}

static enum vota_status prepare(struct run *run)
{
    struct vota_rows *rows = &run->rows;
    const struct vota_import_options *options = rows->options;
    enum vota_status status =
        vota_intake_new(&rows->intake, rows->store, &options->intake, rows->err);
    if (status == VOTA_OK)
        status =
            vota_encoding_new(&rows->converter, options->encoding, VOTA_CSV_ROW_MAX, rows->err);
    if (status == VOTA_OK)
        status = check_options(rows);
    if (status == VOTA_OK)
        status = prepare_reader(run);
    return status;
}

enum vota_status vota_import_run(struct vota_import_summary *ret_summary, struct vota_store *store,
                                 const struct vota_import_options *options,
                                 long (*read)(void *source, uint8_t *buffer, size_t cap),
                                 void *source, struct vota_error *err)
{
    struct run run = {
        .rows = {.options = options, .store = store, .summary = ret_summary, .err = err}};
    *ret_summary = (struct vota_import_summary){.rows = 0};
    enum vota_status status = prepare(&run);
    if (status == VOTA_OK)
        status = read_file(&run, read, source);
    if (status == VOTA_OK && !run.rows.has_header && !ret_summary->stopped)
        status = vota_fail(err, VOTA_BAD_INPUT, "header", "no-header");
    if (status == VOTA_OK)
        status = vota_rows_commit(&run.rows);
    vota_store_rollback(store);
    vota_csv_free(run.csv);
    vota_ndjson_free(run.ndjson);
    vota_encoding_free(run.rows.converter);
    vota_intake_free(run.rows.intake);
    free(run.rows.raw);
    return status;
}
