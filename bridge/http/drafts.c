/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies to drafts: see drafts.h. */
#include "bridge/http/drafts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/import/ndjson_json.h"
#include "bridge/import/refusal.h"

#define FIRST_ROWS 64u
#define BLOCK      ((size_t)64 * 1024)
#define ONE_BLOCK  ((size_t)1024) /* of a single record */

/* Texts that drafts borrow; never moved. */
struct vota_drafts_block {
    struct vota_drafts_block *next;
    size_t used, cap;
    uint8_t bytes[];
};

struct vota_desk {
    struct vota_desk_options options;
    struct vota_store *store;
    struct vota_intake *intake;
    struct vota_converter *converter;
    struct vota_ndjson *ndjson;
    bool lacks_pepper; /* of the record at hand */
    /* while a body is read */
    struct vota_drafts drafts;
    struct vota_error *err;
};

/* ---- what drafts own ---- */

void vota_drafts_done(struct vota_drafts *drafts)
{
    free(drafts->rows);
    while (drafts->blocks != NULL) {
        struct vota_drafts_block *block = drafts->blocks;
        drafts->blocks = block->next;
        free(block);
    }
    *drafts = (struct vota_drafts){.rows = NULL};
}

/* Room for one more; NULL without memory. */
static struct vota_writer_row *add_row(struct vota_drafts *drafts, bool many)
{
    if (drafts->n == drafts->cap) {
        const size_t cap = drafts->cap > 0 ? 2 * drafts->cap : many ? FIRST_ROWS : 1;
        struct vota_writer_row *rows = reallocarray(drafts->rows, cap, sizeof *rows);
        if (rows == NULL)
            return NULL;
        drafts->rows = rows;
        drafts->cap = cap;
    }
    return &drafts->rows[drafts->n++];
}

/* A copy that lasts as long as the drafts; false without memory. */
static bool keep(struct vota_drafts *drafts, struct vota_slice *text)
{
    struct vota_drafts_block *block = drafts->blocks;
    if (block == NULL || block->cap - block->used < text->len) {
        const size_t usual = drafts->cap > 1 ? BLOCK : ONE_BLOCK;
        const size_t cap = text->len > usual ? text->len : usual;
        block = malloc(sizeof *block + cap);
        if (block == NULL)
            return false;
        block->next = drafts->blocks;
        block->cap = cap;
        block->used = 0;
        drafts->blocks = block;
    }
    vota_bytes_copy(block->bytes + block->used, text->at, text->len);
    text->at = block->bytes + block->used;
    block->used += text->len;
    return true;
}

/* ---- reading ---- */

/* The caller's pepper, and whether it could be had. */
static enum vota_status ask_pepper(void *context, uint8_t ret_pepper[32],
                                   const vota_hash *register_hash, struct vota_error *err)
{
    struct vota_desk *desk = context;
    const struct vota_intake_options *intake = &desk->options.intake;
    const enum vota_status status = intake->pepper(intake->context, ret_pepper, register_hash, err);
    desk->lacks_pepper = status != VOTA_OK;
    return status;
}

static uint64_t now(const struct vota_desk *desk)
{
    if (desk->options.now != NULL)
        return desk->options.now(desk->options.context);
    const time_t seconds = time(NULL);
    return seconds > 0 ? (uint64_t)seconds : 0;
}

static enum vota_status renew_intake(struct vota_desk *desk, struct vota_error *err)
{
    struct vota_intake *intake = NULL;
    struct vota_intake_options options = desk->options.intake;
    options.pepper = ask_pepper;
    options.context = desk;
    const enum vota_status status = vota_intake_new(&intake, desk->store, &options, err);
    if (status != VOTA_OK)
        return status;
    vota_intake_free(desk->intake);
    desk->intake = intake;
    vota_intake_begin(desk->intake, now(desk));
    return VOTA_OK;
}

/* As vota_intake_read; an intake that has met too many registers is exchanged for an empty one. */
static enum vota_status read_fields(struct vota_desk *desk, struct vota_draft *ret_draft,
                                    const struct vota_fields *fields, struct vota_error *err)
{
    struct vota_error first = {.status = VOTA_OK};
    enum vota_status status = vota_intake_read(ret_draft, desk->intake, fields, &first);
    if (status != VOTA_LIMIT || strcmp(first.text, "too-many-registers") != 0)
        return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, first.where, first.text);
    status = renew_intake(desk, err);
    return status == VOTA_OK ? vota_intake_read(ret_draft, desk->intake, fields, err) : status;
}

static enum vota_status read_row(struct vota_desk *desk, struct vota_writer_row *row,
                                 const struct vota_fields *fields)
{
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store_record *const made = &row->draft.made;
    desk->lacks_pepper = false;
    const enum vota_status status = read_fields(desk, &row->draft, fields, &err);
    if (status != VOTA_OK && (desk->lacks_pepper || strcmp(err.text, "wrong-pepper") == 0)) {
        row->broken = "internal"; /* one register's failure, not the store's */
        if (desk->options.failed != NULL)
            desk->options.failed(desk->options.context, &err);
        return VOTA_OK;
    }
    if (status != VOTA_OK)
        return vota_fail(desk->err, status, err.where, err.text);
    if (row->draft.is_refused)
        return VOTA_OK;
    if (!keep(&desk->drafts, &made->record_id) || !keep(&desk->drafts, &made->content))
        return vota_fail(desk->err, VOTA_NO_MEMORY, "drafts", "no-memory");
    return VOTA_OK;
}

static enum vota_status each_row(void *context, const struct vota_ndjson_row *read)
{
    static const struct vota_slice nothing;
    struct vota_desk *desk = context;
    struct vota_writer_row *row = add_row(&desk->drafts, read->line != 0);
    if (row == NULL)
        return vota_fail(desk->err, VOTA_NO_MEMORY, "drafts", "no-memory");
    row->line = read->line;
    row->broken = NULL;
    row->answer = VOTA_INTAKE_REFUSED;
    if (read->reason == NULL)
        return read_row(desk, row, read->fields);
    row->draft.is_refused = true;
    (void)vota_refusal_set(&row->draft.refusal, read->reason, read->field, nothing, read->limit);
    return VOTA_OK;
}

/*
 * A single record may be spread over lines. As tabs its line ends mean the same
 * between values, and stay as wrong as they were inside a text.
 */
static enum vota_status feed_one(struct vota_ndjson *ndjson, struct vota_slice body)
{
    static const char tab = '\t';
    struct vota_rd rd = vota_rd_of_slice(body);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && rd.left > 0) {
        const uint8_t *feed = memchr(rd.at, '\n', rd.left);
        const size_t part = feed != NULL ? (size_t)(feed - rd.at) : rd.left;
        status = vota_ndjson_feed(ndjson, vota_rd_take(&rd, part), part);
        if (status == VOTA_OK && feed != NULL) {
            (void)vota_rd_take(&rd, 1);
            status = vota_ndjson_feed(ndjson, &tab, 1);
        }
    }
    return status;
}

static enum vota_status read_body(struct vota_desk *desk, struct vota_slice body,
                                  uint64_t first_line)
{
    static const struct vota_ndjson_row empty = {.reason = "not-json", .field = "row"};
    vota_ndjson_restart(desk->ndjson, first_line);
    enum vota_status status = first_line != 0 ? vota_ndjson_feed(desk->ndjson, body.at, body.len)
                                              : feed_one(desk->ndjson, body);
    if (status == VOTA_OK)
        status = vota_ndjson_finish(desk->ndjson);
    if (status == VOTA_OK && first_line == 0 && desk->drafts.n == 0)
        status = each_row(desk, &empty);
    return status;
}

enum vota_status vota_drafts_read(struct vota_drafts *ret_drafts, struct vota_desk *desk,
                                  struct vota_slice body, uint64_t first_line,
                                  struct vota_error *err)
{
    struct vota_error detail = {.status = VOTA_OK};
    desk->drafts = (struct vota_drafts){.rows = NULL};
    desk->err = &detail;
    vota_intake_begin(desk->intake, now(desk));
    const enum vota_status status = read_body(desk, body, first_line);
    if (status != VOTA_OK)
        vota_drafts_done(&desk->drafts);
    *ret_drafts = desk->drafts; /* handed over */
    desk->drafts = (struct vota_drafts){.rows = NULL};
    if (status == VOTA_OK)
        return VOTA_OK;
    return vota_fail(err, status, "drafts", detail.status != VOTA_OK ? detail.text : "no-memory");
}

enum vota_status vota_drafts_definition(struct vota_slice *ret_definition, struct vota_desk *desk,
                                        int64_t reg, struct vota_error *err)
{
    return vota_intake_definition(ret_definition, desk->intake, reg, err);
}

/* ---- life ---- */

enum vota_status vota_drafts_desk_new(struct vota_desk **ret_desk, struct vota_store *store,
                                      const struct vota_desk_options *options,
                                      struct vota_error *err)
{
    struct vota_desk *desk = calloc(1, sizeof *desk);
    if (desk == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "desk", "no-memory");
    desk->options = *options;
    desk->store = store;
    enum vota_status status = renew_intake(desk, err);
    if (status == VOTA_OK)
        status = vota_encoding_new(&desk->converter, VOTA_ENCODING_UTF8, VOTA_NDJSON_LINE_MAX, err);
    if (status == VOTA_OK)
        status = vota_ndjson_new(&desk->ndjson, NULL, desk->converter, each_row, desk);
    if (status != VOTA_OK) {
        vota_drafts_desk_free(desk);
        return vota_fail(err, status, "desk", "no-memory");
    }
    *ret_desk = desk;
    return VOTA_OK;
}

void vota_drafts_desk_free(struct vota_desk *desk)
{
    if (desk == NULL)
        return;
    vota_ndjson_free(desk->ndjson);
    vota_encoding_free(desk->converter);
    vota_intake_free(desk->intake);
    free(desk);
}
