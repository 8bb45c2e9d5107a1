/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to the intake, group by group: see rows.h. */
#include "bridge/import/rows.h"

#include <string.h>
#include <time.h>

#include "bridge/import/refusal.h"

static const struct vota_slice nothing;

static struct vota_slice text_of(const char *text)
{
    return (struct vota_slice){.at = (const uint8_t *)text, .len = strlen(text)};
}

static uint64_t now(const struct vota_rows *rows)
{
    if (rows->options->now != NULL)
        return rows->options->now(rows->options->context);
    const time_t seconds = time(NULL);
    return seconds > 0 ? (uint64_t)seconds : 0;
}

static enum vota_status begin_group(struct vota_rows *rows)
{
    if (rows->in_group)
        return VOTA_OK;
    const enum vota_status status = vota_store_begin(rows->store, rows->err);
    if (status != VOTA_OK)
        return status;
    rows->in_group = true;
    rows->group = (struct vota_import_summary){.rows = 0};
    vota_intake_begin(rows->intake, now(rows));
    return VOTA_OK;
}

/* Only now do the group's rows exist, and are counted. */
enum vota_status vota_rows_commit(struct vota_rows *rows)
{
    if (!rows->in_group)
        return VOTA_OK;
    rows->in_group = false;
    const enum vota_status status = vota_store_commit(rows->store, rows->err);
    if (status != VOTA_OK)
        return status;
    rows->summary->rows += rows->group.rows;
    rows->summary->added += rows->group.added;
    rows->summary->present += rows->group.present;
    rows->summary->refused += rows->group.refused;
    if (rows->options->progress != NULL)
        rows->options->progress(rows->options->context, rows->bytes, rows->summary->rows);
    return VOTA_OK;
}

static enum vota_status refuse(struct vota_rows *rows, uint64_t line, struct vota_slice raw,
                               const struct vota_refusal *refusal)
{
    rows->group.refused++;
    const enum vota_status status =
        rows->options->refused(rows->options->context, line, raw, refusal);
    return status == VOTA_OK ? VOTA_OK : vota_fail(rows->err, status, "refused", "stopped");
}

/* What the options say for every row; false with the refusal where a row says something else. */
static bool apply_options(const struct vota_rows *rows, struct vota_fields *fields,
                          struct vota_refusal *ret_refusal)
{
    const struct vota_slice cast_at = fields->field[VOTA_FIELD_CAST_AT];
    const struct vota_slice reg = fields->field[VOTA_FIELD_REGISTER];
    if (rows->options->cast_at != NULL) {
        if (cast_at.len > 0)
            return vota_refusal_set(ret_refusal, "cast-at-twice", "cast_at", cast_at, 0);
        fields->field[VOTA_FIELD_CAST_AT] = text_of(rows->options->cast_at);
    }
    if (rows->options->slug != NULL) {
        const struct vota_slice slug = text_of(rows->options->slug);
        if (reg.len > 0 && (reg.len != slug.len || memcmp(reg.at, slug.at, slug.len) != 0))
            return vota_refusal_set(ret_refusal, "other-register", "register", reg, 0);
        fields->field[VOTA_FIELD_REGISTER] = slug;
    }
    return true;
}

/* A row's fields into the store: answered, or refused with the reason in ret_refusal. */
static enum vota_status take(struct vota_rows *rows, struct vota_fields *fields,
                             enum vota_intake_answer *ret_answer, struct vota_refusal *ret_refusal)
{
    *ret_answer = VOTA_INTAKE_REFUSED;
    if (!apply_options(rows, fields, ret_refusal))
        return VOTA_OK;
    return vota_intake_take(ret_answer, rows->intake, fields, ret_refusal, rows->err);
}

static void count(struct vota_rows *rows, enum vota_intake_answer answer)
{
    rows->group.added += answer == VOTA_INTAKE_ADDED;
    rows->group.present += answer == VOTA_INTAKE_PRESENT;
}

static enum vota_status end_row(struct vota_rows *rows)
{
    const uint64_t most = rows->options->group != 0 ? rows->options->group : VOTA_IMPORT_GROUP;
    return rows->group.rows < most ? VOTA_OK : vota_rows_commit(rows);
}

/* The fields of a CSV row, converted; false with the refusal. */
static bool read_cells(const struct vota_rows *rows, const struct vota_csv_row *row,
                       struct vota_fields *fields, struct vota_refusal *ret_refusal)
{
    if (row->reason != NULL)
        return vota_refusal_set(ret_refusal, row->reason, "row", nothing, row->limit);
    if (row->n != rows->columns.n)
        return vota_refusal_set(ret_refusal, "wrong-column-count", "row", nothing, rows->columns.n);
    vota_encoding_rewind(rows->converter);
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++) {
        const size_t at = rows->columns.at[f];
        if (at == VOTA_COLUMNS_NONE)
            continue;
        const char *const reason =
            vota_encoding_read(&fields->field[f], rows->converter, row->cells[at]);
        if (reason != NULL)
            return vota_refusal_set(ret_refusal, reason, vota_field_name((enum vota_field)f),
                                    nothing, 0);
    }
    return true;
}

static struct vota_slice csv_raw(const struct vota_rows *rows, const struct vota_csv_row *row)
{
    struct vota_wr wr = vota_wr_of(rows->raw, VOTA_ROWS_RAW_MAX);
    if (row->reason != NULL)
        return nothing;
    vota_csv_write(&wr, row->cells, row->n);
    VOTA_ASSERT(vota_wr_fits(&wr));
    return (struct vota_slice){.at = rows->raw, .len = wr.len - 1}; /* without its line feed */
}

/* Which columns must be there, given what the options say for all rows. */
static vota_field_set needed_columns(const struct vota_rows *rows)
{
    vota_field_set needed = 1u << VOTA_FIELD_ID | 1u << VOTA_FIELD_VOTER;
    if (rows->options->cast_at == NULL)
        needed |= 1u << VOTA_FIELD_CAST_AT;
    if (rows->definition != NULL)
        needed |= vota_columns_of_kind(rows->definition->kind);
    else
        needed |= 1u << VOTA_FIELD_REGISTER;
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++)
        needed |= (unsigned)(rows->options->column[f] != NULL) << f; /* asked for by name */
    return needed;
}

static enum vota_status read_header(struct vota_rows *rows, const struct vota_csv_row *row)
{
    struct vota_slice names[VOTA_CSV_COLUMNS_MAX];
    if (row->reason != NULL)
        return vota_fail(rows->err, VOTA_BAD_INPUT, "header", row->reason);
    vota_encoding_rewind(rows->converter);
    for (size_t i = 0; i < row->n; i++) {
        const char *const reason = vota_encoding_read(&names[i], rows->converter, row->cells[i]);
        if (reason != NULL)
            return vota_fail(rows->err, VOTA_BAD_INPUT, "header", reason);
    }
    const enum vota_status status = vota_columns_read(&rows->columns, names, row->n, rows->names,
                                                      needed_columns(rows), rows->err);
    if (status != VOTA_OK)
        return status;
    if (rows->options->cast_at != NULL && rows->columns.at[VOTA_FIELD_CAST_AT] != VOTA_COLUMNS_NONE)
        return vota_fail(rows->err, VOTA_BAD_INPUT, rows->names[VOTA_FIELD_CAST_AT],
                         "cast-at-twice");
    rows->has_header = true;
    if (rows->options->header == NULL)
        return VOTA_OK;
    return rows->options->header(rows->options->context, csv_raw(rows, row));
}

static enum vota_status csv_row(struct vota_rows *rows, const struct vota_csv_row *row)
{
    struct vota_fields fields = {.choices = NULL};
    struct vota_refusal refusal;
    enum vota_intake_answer answer = VOTA_INTAKE_REFUSED;
    if (!rows->has_header)
        return read_header(rows, row);
    enum vota_status status = begin_group(rows);
    if (status != VOTA_OK)
        return status;
    rows->group.rows++;
    if (read_cells(rows, row, &fields, &refusal))
        status = take(rows, &fields, &answer, &refusal);
    if (status == VOTA_OK && answer == VOTA_INTAKE_REFUSED)
        status = refuse(rows, row->line, csv_raw(rows, row), &refusal);
    if (status != VOTA_OK)
        return status;
    count(rows, answer);
    return end_row(rows);
}

static enum vota_status ndjson_row(struct vota_rows *rows, const struct vota_ndjson_row *row)
{
    struct vota_refusal refusal;
    enum vota_intake_answer answer = VOTA_INTAKE_REFUSED;
    enum vota_status status = begin_group(rows);
    if (status != VOTA_OK)
        return status;
    rows->group.rows++;
    if (row->reason != NULL) {
        (void)vota_refusal_set(&refusal, row->reason, row->field, nothing, row->limit);
    } else {
        struct vota_fields fields = *row->fields;
        status = take(rows, &fields, &answer, &refusal);
    }
    if (status == VOTA_OK && answer == VOTA_INTAKE_REFUSED)
        status = refuse(rows, row->line, row->raw, &refusal);
    if (status != VOTA_OK)
        return status;
    count(rows, answer);
    return end_row(rows);
}

/* The readers' callbacks remember a failure, to tell it from one of the file's form. */
enum vota_status vota_rows_csv(void *context, const struct vota_csv_row *row)
{
    struct vota_rows *rows = context;
    rows->failed = csv_row(rows, row);
    return rows->failed;
}

enum vota_status vota_rows_ndjson(void *context, const struct vota_ndjson_row *row)
{
    struct vota_rows *rows = context;
    rows->failed = ndjson_row(rows, row);
    return rows->failed;
}

/* The file's form broke: what was read stays, the rest is not read. */
enum vota_status vota_rows_cut(struct vota_rows *rows, uint64_t line, const char *reason)
{
    static const char *const known[] = {"broken-quotes", "unclosed-quote", "row-too-long"};
    struct vota_refusal refusal;
    if (!rows->has_header)
        return vota_fail(rows->err, VOTA_BAD_INPUT, "header", reason);
    const enum vota_status status = begin_group(rows);
    if (status != VOTA_OK)
        return status;
    size_t i = 0;
    while (i + 1 < sizeof known / sizeof known[0] && strcmp(known[i], reason) != 0)
        i++;
    (void)vota_refusal_set(&refusal, known[i], "file", nothing, VOTA_CSV_ROW_MAX);
    rows->group.rows++;
    rows->summary->cut = true;
    return refuse(rows, line, nothing, &refusal);
}
