/* SPDX-License-Identifier: Apache-2.0 */
/* Registers and batches as the API lists them. See api_call.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/http/api_call.h"
#include "bridge/store/store_list.h"
#include "bridge/store/store_register.h"
#include "proof/hex.h"
#include "proof/time.h"

#define BATCHES_MOST 1000u /* in one answer */

static const struct vota_server_reply json_reply = {.status = 200,
                                                    .content_type = "application/json"};

/* A list on its way out. */
struct listing {
    FILE *to;
    char *text;
    size_t len;
    uint64_t n;   /* members so far */
    int64_t last; /* of batches: the last one here */
};

static void begin(struct listing *listing)
{
    *listing = (struct listing){.text = NULL};
    listing->to = open_memstream(&listing->text, &listing->len);
}

static void put(const struct listing *listing, const char *text)
{
    if (listing->to != NULL)
        (void)fputs(text, listing->to);
}

static void put_number(const struct listing *listing, const char *name, uint64_t number)
{
    if (listing->to != NULL)
        (void)fprintf(listing->to, ",\"%s\":%" PRIu64, name, number);
}

static void put_time(const struct listing *listing, const char *name, uint64_t time)
{
    char text[VOTA_TIME_CHARS + 1];
    vota_time_text(text, time);
    if (listing->to != NULL)
        (void)fprintf(listing->to, ",\"%s\":\"%s\"", name, text);
}

static void put_hash(const struct listing *listing, const char *name, const vota_hash *hash)
{
    char text[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(text, hash);
    if (listing->to != NULL)
        (void)fprintf(listing->to, ",\"%s\":\"%s\"", name, text);
}

static void end(struct vota_api_call *call, struct listing *listing, enum vota_status status)
{
    if (status == VOTA_OK) {
        vota_api_call_end(call, listing->to, &listing->text, &listing->len, json_reply);
        return;
    }
    if (listing->to != NULL)
        (void)fclose(listing->to);
    free(listing->text);
    if (status == VOTA_NOT_FOUND)
        vota_api_call_fail(call, "not-found", 0);
    else
        vota_api_call_fail(call, "store-unavailable", VOTA_API_RETRY);
}

/* ---- registers ---- */

/* Without the brace that ends it. A slug needs no escaping. */
static void put_register(const struct listing *listing, const struct vota_store_register *reg)
{
    if (listing->to != NULL)
        (void)fprintf(listing->to, "{\"id\":\"%s\"", reg->slug);
    put_hash(listing, "hash", &reg->hash);
    put_time(listing, "opens_at", reg->opens_at);
    put_time(listing, "closes_at", reg->closes_at);
    put_time(listing, "counts_until", reg->counts_until);
    put_time(listing, "results_by", reg->results_by);
    if (reg->opened_entry != 0)
        put_number(listing, "opened_entry", reg->opened_entry);
    if (reg->closed_at != 0)
        put_time(listing, "closed_at", reg->closed_at);
}

static enum vota_status each_register(void *context, const struct vota_store_register *reg)
{
    struct listing *listing = context;
    if (listing->n++ > 0)
        put(listing, ",");
    put_register(listing, reg);
    put(listing, "}");
    return VOTA_OK;
}

void vota_api_reply_registers(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct listing listing;
    begin(&listing);
    put(&listing, "{\"registers\":[");
    const enum vota_status status = vota_store_register_each(
        vota_receipts_store(maker), vota_receipts_line(maker), each_register, &listing, NULL);
    put(&listing, "]}");
    end(job->context, &listing, status);
}

static void put_whole(const struct listing *listing, const struct vota_store_register *reg,
                      uint64_t records, uint64_t pending)
{
    put_register(listing, reg);
    put_number(listing, "records", records);
    put_number(listing, "pending", pending);
    put(listing, ",\"definition\":"); /* is JSON itself */
    if (listing->to != NULL)
        (void)fwrite(reg->definition.at, 1, reg->definition.len, listing->to);
    put(listing, "}");
}

void vota_api_reply_register(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    struct vota_store *store = vota_receipts_store(maker);
    struct vota_store_register_copy reg;
    struct listing listing;
    uint64_t records = 0;
    uint64_t pending = 0;
    begin(&listing);
    enum vota_status status =
        vota_store_register_get(&reg, store, vota_receipts_line(maker), call->routed.param, NULL);
    if (status == VOTA_OK) {
        status = vota_store_register_count(&records, &pending, store, reg.about.id, NULL);
        put_whole(&listing, &reg.about, records, pending);
        vota_store_register_done(&reg);
    }
    end(call, &listing, status);
}

/* ---- batches ---- */

static void put_batch(struct listing *listing, const struct vota_store_batch *batch)
{
    if (listing->n++ > 0)
        put(listing, ",");
    if (listing->to != NULL)
        (void)fprintf(listing->to, "{\"number\":%" PRId64, batch->id);
    put_hash(listing, "root", &batch->root);
    put_number(listing, "count", batch->count);
    put_time(listing, "sealed_at", batch->sealed_at);
    if (batch->entry != 0)
        put_number(listing, "entry", batch->entry);
    put(listing, "}");
    listing->last = batch->id;
}

/* Those after the last one; what the store says after them is no failure. */
static enum vota_status put_batches(struct listing *listing, struct vota_receipts_maker *maker)
{
    struct vota_store *store = vota_receipts_store(maker);
    struct vota_store_batch batch;
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && listing->n < BATCHES_MOST) {
        int64_t id = 0;
        status = vota_store_list_batch(&id, store, vota_receipts_line(maker), listing->last, NULL);
        if (status == VOTA_OK)
            status = vota_store_batch_get(&batch, store, id, NULL);
        if (status == VOTA_OK)
            put_batch(listing, &batch);
    }
    return status == VOTA_NOT_FOUND ? VOTA_OK : status;
}

/* ?since=N, digits alone; false, and the call is ended, for anything else. */
static bool read_since(int64_t *ret_since, struct vota_api_call *call)
{
    char text[20];
    *ret_since = 0;
    if (!vota_router_query(text, sizeof text, call->routed.query, "since"))
        return true;
    if (text[0] == '\0' || strlen(text) > 18 || strspn(text, "0123456789") != strlen(text)) {
        vota_api_call_refuse(call, "bad-request", "since", 0);
        return false;
    }
    *ret_since = strtoll(text, NULL, 10);
    return true;
}

void vota_api_reply_batches(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    struct listing listing;
    int64_t since;
    if (!read_since(&since, call))
        return;
    begin(&listing);
    listing.last = since;
    put(&listing, "{\"batches\":[");
    const enum vota_status status = put_batches(&listing, maker);
    put(&listing, "]");
    put_number(&listing, "next", (uint64_t)listing.last);
    put(&listing, "}");
    end(call, &listing, status);
}
