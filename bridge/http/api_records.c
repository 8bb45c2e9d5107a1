/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records by state since a cursor. Accepted records come in the order of their
 * acceptance; batched, anchored and final ones in that of their batches, leaf by
 * leaf, up to the first batch that is not so far. Both orders never change, so
 * that a client who goes on from `next` misses nothing and is told nothing twice:
 * a reorganisation only makes the list of what is anchored end earlier, until
 * the batch is in a block again. See api_call.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/http/api_call.h"
#include "bridge/http/cursor.h"
#include "bridge/publish/canon.h"
#include "bridge/store/store_register.h"
#include "proof/time.h"

#define RECORDS_MOST  1000u  /* in one answer */
#define RECORDS_USUAL 100u   /* without ?limit= */
#define ROWS_MOST     20000u /* looked at for one answer, whatever register they are of */

/* A page on its way out. */
struct page {
    struct vota_store *store;
    int64_t line;
    struct vota_canon canon;
    struct vota_cursor cursor; /* of the last row that was looked at */
    int64_t reg;               /* 0: of every register */
    size_t most, n;            /* records wanted, and written */
    size_t rows_left;          /* that may be looked at */
    bool is_full;              /* there may be more right now */
    uint64_t entry;            /* of the batch at hand; 0: none */
    int64_t named; /* the register whose slug this is: rows of one mostly lie together */
    char slug[VOTA_DEFINITION_MAX_ID + 1];
};

/* ---- what is asked for ---- */

static bool read_state(enum vota_prove_state *ret_state, struct vota_api_call *call)
{
    char text[16];
    if (vota_router_query(text, sizeof text, call->routed.query, "state")) {
        for (unsigned i = VOTA_PROVE_ACCEPTED; i <= VOTA_PROVE_FINAL; i++) {
            *ret_state = (enum vota_prove_state)i;
            if (strcmp(text, vota_prove_state_name(*ret_state)) == 0)
                return true;
        }
    }
    vota_api_call_refuse(call, "bad-request", "state", 0);
    return false;
}

static bool has(const struct vota_api_call *call, const char *name)
{
    char value[VOTA_ROUTE_PARAM_MAX + 1];
    return vota_router_query(value, sizeof value, call->routed.query, name);
}

static bool read_limit(size_t *ret_most, struct vota_api_call *call)
{
    char text[8];
    *ret_most = RECORDS_USUAL;
    if (!has(call, "limit"))
        return true;
    if (vota_router_query(text, sizeof text, call->routed.query, "limit") && text[0] != '\0' &&
        strspn(text, "0123456789") == strlen(text))
        *ret_most = strtoul(text, NULL, 10);
    else
        *ret_most = 0;
    if (*ret_most >= 1 && *ret_most <= RECORDS_MOST)
        return true;
    vota_api_call_refuse(call, "bad-request", "limit", RECORDS_MOST);
    return false;
}

static bool read_register(struct page *page, struct vota_api_call *call)
{
    char slug[VOTA_ROUTE_PARAM_MAX + 1];
    struct vota_store_register_copy reg;
    struct vota_error err = {.status = VOTA_OK};
    if (!vota_router_query(slug, sizeof slug, call->routed.query, "register"))
        return true;
    const enum vota_status status =
        vota_store_register_get(&reg, page->store, page->line, slug, &err);
    if (status == VOTA_NOT_FOUND)
        vota_api_call_refuse(call, "not-found", "register", 0);
    else if (status != VOTA_OK)
        vota_api_call_fail_status(call, status, &err);
    if (status != VOTA_OK)
        return false;
    page->reg = reg.about.id;
    vota_store_register_done(&reg);
    return true;
}

static bool read_since(struct page *page, struct vota_api_call *call, enum vota_prove_state state)
{
    char text[VOTA_CURSOR_MAX + 1];
    page->cursor = (struct vota_cursor){.state = state};
    if (!has(call, "since"))
        return true;
    if (vota_router_query(text, sizeof text, call->routed.query, "since") &&
        vota_cursor_read(&page->cursor, text, state))
        return true;
    vota_api_call_refuse(call, "bad-request", "since", 0);
    return false;
}

/* ---- whether the cursor is of this store ---- */

static enum vota_status compare_start(void *context, const struct vota_store_record *record)
{
    const struct vota_cursor *cursor = context;
    return vota_bytes_equal(record->leaf.bytes, cursor->start, sizeof cursor->start)
               ? VOTA_OK
               : VOTA_NOT_FOUND;
}

/* NOT_FOUND for a row, or a leaf, that is not here. A leaf may have moved: the store was rebuilt.
 */
static enum vota_status find_place(struct page *page, struct vota_error *err)
{
    struct vota_cursor *cursor = &page->cursor;
    struct vota_store_leaf leaf;
    if (cursor->of == 0)
        return VOTA_OK;
    if (cursor->state == VOTA_PROVE_ACCEPTED)
        return vota_store_record_see_row(page->store, cursor->of, compare_start, cursor, err);
    enum vota_status status = vota_store_list_leaves(&leaf.leaf, page->store, cursor->of,
                                                     (uint64_t)cursor->position, 1, NULL);
    if (status == VOTA_OK && vota_bytes_equal(leaf.leaf.bytes, cursor->start, sizeof cursor->start))
        return VOTA_OK;
    status = vota_store_list_leaf_start(&leaf, page->store, cursor->start, err);
    if (status == VOTA_OK) {
        cursor->of = leaf.batch;
        cursor->position = (int64_t)leaf.position;
    }
    return status;
}

/* ---- the page ---- */

static void put_time(struct vota_canon *canon, const char *key, uint64_t time)
{
    char text[VOTA_TIME_CHARS + 1];
    vota_time_text(text, time);
    vota_canon_word(canon, key, text);
}

static enum vota_status name_register(struct page *page, int64_t id)
{
    struct vota_store_register_copy reg;
    if (page->named == id)
        return VOTA_OK;
    const enum vota_status status = vota_store_register_get_id(&reg, page->store, id, NULL);
    if (status != VOTA_OK)
        return status;
    page->named = id;
    vota_bytes_copy(page->slug, reg.about.slug, sizeof page->slug);
    vota_store_register_done(&reg);
    return VOTA_OK;
}

static enum vota_status put_record(struct page *page, const struct vota_store_record *record)
{
    struct vota_canon *canon = &page->canon;
    const enum vota_status status = name_register(page, record->reg);
    if (status != VOTA_OK)
        return status;
    vota_canon_object(canon, NULL);
    vota_canon_text(canon, "id", record->record_id);
    vota_canon_word(canon, "register", page->slug);
    vota_canon_hash(canon, "leaf", &record->leaf);
    put_time(canon, "accepted_at", record->accepted_at);
    put_time(canon, "anchor_by", record->anchor_by);
    if (page->cursor.state != VOTA_PROVE_ACCEPTED)
        vota_canon_number(canon, "batch", (uint64_t)page->cursor.of);
    if (page->entry != 0)
        vota_canon_number(canon, "entry", page->entry);
    vota_canon_object_end(canon);
    return VOTA_OK;
}

/* LIMIT ends the walk: the page is full, and this row belongs to the next. */
static enum vota_status take(struct page *page, const struct vota_store_record *record)
{
    const bool wanted = page->reg == 0 || record->reg == page->reg;
    if (page->rows_left == 0 || (wanted && page->n == page->most)) {
        page->is_full = true;
        return VOTA_LIMIT;
    }
    page->rows_left--;
    vota_bytes_copy(page->cursor.start, record->leaf.bytes, sizeof page->cursor.start);
    if (!wanted)
        return VOTA_OK;
    page->n++;
    return put_record(page, record);
}

static enum vota_status take_accepted(void *context, const struct vota_store_record *record)
{
    struct page *page = context;
    const int64_t before = page->cursor.of;
    page->cursor.of = record->id;
    const enum vota_status status = take(page, record);
    if (status != VOTA_OK)
        page->cursor.of = before;
    return status;
}

static enum vota_status take_sealed(void *context, const struct vota_store_record *record)
{
    struct page *page = context;
    const enum vota_status status = take(page, record);
    if (status == VOTA_OK)
        page->cursor.position++;
    return status;
}

static enum vota_status list_accepted(struct page *page, struct vota_error *err)
{
    const struct vota_store_list_page range = {
        .of = page->line, .after = page->cursor.of, .most = page->rows_left + 1};
    return vota_store_list_accepted(page->store, &range, take_accepted, page, err);
}

static enum vota_status list_batch(struct page *page, struct vota_error *err)
{
    const struct vota_store_list_page range = {
        .of = page->cursor.of, .after = page->cursor.position, .most = page->rows_left + 1};
    return vota_store_list_sealed(page->store, &range, take_sealed, page, err);
}

/* Batch after batch, the cursor's first, until one is not so far. */
static enum vota_status list_sealed(struct page *page, struct vota_error *err)
{
    bool is_begun = page->cursor.of != 0;
    for (;;) {
        enum vota_prove_state state = VOTA_PROVE_ACCEPTED;
        struct vota_cursor next = page->cursor;
        enum vota_status status = VOTA_OK;
        if (!is_begun) {
            next.position = -1;
            status = vota_store_list_batch(&next.of, page->store, page->line, next.of, err);
        }
        if (status == VOTA_OK)
            status = vota_prove_state_of(&state, &page->entry, page->store, next.of, err);
        if (status == VOTA_NOT_FOUND)
            return VOTA_OK;
        if (status != VOTA_OK || state < page->cursor.state)
            return status;
        const struct vota_cursor before = page->cursor;
        page->cursor = next;
        status = list_batch(page, err);
        if (page->cursor.position < 0)
            page->cursor = before;
        if (status != VOTA_OK)
            return status;
        is_begun = false;
    }
}

static enum vota_status fill(struct page *page, struct vota_error *err)
{
    enum vota_status status = vota_store_begin_view(page->store, err);
    if (status != VOTA_OK)
        return status;
    status = find_place(page, err);
    if (status == VOTA_OK)
        status = page->cursor.state == VOTA_PROVE_ACCEPTED ? list_accepted(page, err)
                                                           : list_sealed(page, err);
    vota_store_end_view(page->store);
    return status == VOTA_LIMIT && page->is_full ? VOTA_OK : status;
}

void vota_api_reply_records(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    char next[VOTA_CURSOR_MAX + 1];
    struct vota_api_call *call = job->context;
    struct vota_error err = {.status = VOTA_OK};
    struct vota_wr wr = vota_receipts_wr(maker);
    struct vota_server_reply reply = {.status = 200, .content_type = VOTA_API_JSON};
    enum vota_prove_state state;
    struct page page = {.store = vota_receipts_store(maker),
                        .line = vota_receipts_line(maker),
                        .canon = vota_canon_of(&wr),
                        .rows_left = ROWS_MOST};
    if (!read_state(&state, call) || !read_limit(&page.most, call) ||
        !read_since(&page, call, state) || !read_register(&page, call))
        return;
    vota_canon_object(&page.canon, NULL);
    vota_canon_array(&page.canon, "records");
    const enum vota_status status = fill(&page, &err);
    if (status == VOTA_NOT_FOUND) {
        vota_api_call_refuse(call, "stale-cursor", "since", 0);
        return;
    }
    if (status != VOTA_OK) {
        vota_api_call_fail_status(call, status, &err);
        return;
    }
    vota_cursor_write(next, &page.cursor);
    vota_canon_array_end(&page.canon);
    vota_canon_word(&page.canon, "next", next);
    vota_canon_bool(&page.canon, "more", page.is_full);
    vota_canon_object_end(&page.canon);
    vota_api_call_end_wr(call, &wr, &reply);
}
