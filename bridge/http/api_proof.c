/* SPDX-License-Identifier: Apache-2.0 */
/* Records one by one: state, receipt, and the public proof of a leaf. See api_call.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bridge/http/api_call.h"
#include "bridge/publish/canon.h"
#include "proof/hex.h"
#include "proof/time.h"

/* A final proof holds for ever; another network's evidence may still join it. */
#define CACHE_PUBLIC "public, max-age=3600"
/* A receipt is the citizen's, and shows the choice. */
#define CACHE_PRIVATE "private, no-cache"

/* ---- a record's state ---- */

struct about {
    struct vota_store_place place;
    enum vota_prove_state state;
    uint64_t entry;
    vota_hash leaf;
    uint64_t accepted_at, anchor_by;
    int64_t id;
    bool is_erased;
};

static enum vota_status note_record(void *context, const struct vota_store_record *record)
{
    struct about *about = context;
    about->id = record->id;
    about->leaf = record->leaf;
    about->accepted_at = record->accepted_at;
    about->anchor_by = record->anchor_by;
    about->is_erased = record->erased;
    return VOTA_OK;
}

static enum vota_status look_up(struct about *ret_about, struct vota_store *store,
                                const char *record_id, struct vota_error *err)
{
    struct about *about = ret_about;
    const struct vota_slice id = {(const uint8_t *)record_id, strlen(record_id)};
    *about = (struct about){.state = VOTA_PROVE_ACCEPTED};
    enum vota_status status = vota_store_begin_view(store, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_record_see(store, id, note_record, about, err);
    if (status == VOTA_OK)
        status = vota_store_record_place(&about->place, store, about->id, err);
    if (status == VOTA_OK && about->place.sealed)
        status = vota_prove_state_of(&about->state, &about->entry, store, about->place.batch, err);
    vota_store_end_view(store);
    return status;
}

static void put_time(struct vota_canon *canon, const char *key, uint64_t time)
{
    char text[VOTA_TIME_CHARS + 1];
    vota_time_text(text, time);
    vota_canon_word(canon, key, text);
}

void vota_api_reply_record(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    struct vota_error err = {.status = VOTA_OK};
    struct vota_wr wr = vota_receipts_wr(maker);
    struct vota_canon canon = vota_canon_of(&wr);
    struct vota_server_reply reply = {.status = 200, .content_type = VOTA_API_JSON};
    struct about about;
    const enum vota_status status =
        look_up(&about, vota_receipts_store(maker), call->routed.param, &err);
    if (status != VOTA_OK) {
        vota_api_call_fail_status(call, status, &err);
        return;
    }
    vota_canon_object(&canon, NULL);
    vota_canon_word(&canon, "id", call->routed.param);
    vota_canon_word(&canon, "state", vota_prove_state_name(about.state));
    vota_canon_hash(&canon, "leaf", &about.leaf);
    put_time(&canon, "accepted_at", about.accepted_at);
    put_time(&canon, "anchor_by", about.anchor_by);
    if (about.place.sealed)
        vota_canon_number(&canon, "batch", (uint64_t)about.place.batch);
    if (about.entry != 0)
        vota_canon_number(&canon, "entry", about.entry);
    if (about.is_erased)
        vota_canon_bool(&canon, "erased", true);
    vota_canon_object_end(&canon);
    vota_api_call_end_wr(call, &wr, &reply);
}

/* ---- receipts and proofs ---- */

/* What tells one final receipt from another of the same address: what its anchors cover. */
static void put_etag(struct vota_server_reply *reply, const struct vota_receipts_made *made)
{
    char text[VOTA_SERVER_ETAG_MAX + 1] = "\"";
    size_t len = 1;
    for (size_t i = 0; i < made->n_marks && len < sizeof text; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%" PRIu64 ".%" PRIu64,
                                i == 0 ? "" : "-", made->marks[i].entry, made->marks[i].later);
    if (len + 1 >= sizeof text)
        return; /* so many networks: it goes without */
    text[len] = '"';
    text[len + 1] = '\0';
    vota_bytes_copy(reply->etag, text, len + 2);
}

static const struct {
    const char *name, *content_type;
} formats[] = {
    [VOTA_RECEIPTS_JSON] = {"json", VOTA_API_JSON},
    [VOTA_RECEIPTS_CBOR] = {"cbor", "application/cbor"},
    [VOTA_RECEIPTS_QR] = {"qr", "text/plain; charset=utf-8"},
    [VOTA_RECEIPTS_SVG] = {"svg", "image/svg+xml"},
    [VOTA_RECEIPTS_HTML] = {"html", "text/html; charset=utf-8"},
};

/* A page is in one of two languages, which an address does not tell: it is not kept. */
static void end_made(struct vota_api_call *call, const struct vota_receipts_made *made,
                     enum vota_receipts_format format, const char *cache)
{
    struct vota_server_reply reply = {.status = 200, .content_type = formats[format].content_type};
    if (made->is_settled && format != VOTA_RECEIPTS_HTML) {
        reply.cache = cache;
        put_etag(&reply, made);
        if (reply.etag[0] != '\0' && vota_api_call_is_known(call, &reply))
            return;
    }
    vota_api_call_end_copy(call, &reply, made->bytes.at, made->bytes.len);
}

/* Ends the call unless the receipt is there. */
static bool make(struct vota_receipts_made *ret_made, struct vota_api_call *call,
                 struct vota_receipts_maker *maker, const struct vota_receipts_want *want)
{
    struct vota_error err = {.status = VOTA_OK};
    const enum vota_status status = vota_receipts_make(ret_made, maker, want, &err);
    if (status != VOTA_OK)
        vota_api_call_fail_status(call, status, &err);
    return status == VOTA_OK;
}

/* The first of `n` formats where none is named. */
static bool read_format(enum vota_receipts_format *ret_format, struct vota_api_call *call, size_t n)
{
    char value[VOTA_ROUTE_PARAM_MAX + 1];
    *ret_format = VOTA_RECEIPTS_JSON;
    if (!vota_router_query(value, sizeof value, call->routed.query, "format"))
        return true;
    for (size_t i = 0; i < n; i++) {
        *ret_format = (enum vota_receipts_format)i;
        if (strcmp(value, formats[i].name) == 0)
            return true;
    }
    vota_api_call_refuse(call, "bad-request", "format", 0);
    return false;
}

/* What is printed lies about: share, unless it is said. A file is the citizen's own: full. */
void vota_api_reply_receipt(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    static const char *const file_first[] = {"full", "share"};
    static const char *const paper_first[] = {"share", "full"};
    struct vota_api_call *call = job->context;
    struct vota_receipts_want want = {.record_id = call->routed.param, .lang = call->lang};
    struct vota_receipts_made made;
    bool is_second;
    if (!read_format(&want.format, call, sizeof formats / sizeof formats[0]))
        return;
    const bool is_paper = want.format >= VOTA_RECEIPTS_QR;
    if (!vota_api_call_choice(&is_second, call, "form", is_paper ? paper_first : file_first))
        return;
    want.form = is_second == is_paper ? VOTA_RECEIPT_FULL : VOTA_RECEIPT_SHARE;
    if (make(&made, call, maker, &want))
        end_made(call, &made, want.format, CACHE_PRIVATE);
}

void vota_api_reply_proof(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    struct vota_receipts_want want = {.record_id = NULL};
    struct vota_receipts_made made;
    if (!read_format(&want.format, call, VOTA_RECEIPTS_CBOR + 1))
        return;
    if (vota_hex_read(want.leaf.bytes, sizeof want.leaf.bytes, call->routed.param,
                      call->routed.param_len) != VOTA_OK) {
        vota_api_call_refuse(call, "bad-request", "leaf", 0);
        return;
    }
    if (make(&made, call, maker, &want))
        end_made(call, &made, want.format, CACHE_PUBLIC);
}
