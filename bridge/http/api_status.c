/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How things stand, for whoever builds or runs the site: networks by their
 * names, the journal, what waits, when it will be sealed, and what holds it up.
 * The store knows most of it; what the running service has seen of the chain is
 * added where it has. No personal data. See api_call.h.
 */
#include <stdio.h>
#include <string.h>

#include "bridge/engine/standing.h"
#include "bridge/http/api.h"
#include "bridge/http/api_call.h"
#include "bridge/network.h"
#include "bridge/publish/canon.h"
#include "bridge/store/network_columns.h"
#include "bridge/store/store_line.h"
#include "bridge/store/store_stop.h"
#include "proof/time.h"

/* A document on its way out. */
struct document {
    struct vota_canon canon;
    struct vota_store *store;
    enum vota_lang lang;
    const struct vota_standing_keeper *keeper; /* NULL: not known */
};

static void put_time(struct vota_canon *canon, const char *key, uint64_t time)
{
    char text[VOTA_TIME_CHARS + 1];
    if (time == 0)
        return;
    vota_time_text(text, time);
    vota_canon_word(canon, key, text);
}

static void put_word(struct vota_canon *canon, const char *key, const char *word)
{
    if (word[0] != '\0')
        vota_canon_word(canon, key, word);
}

/* ---- a network ---- */

static const struct vota_standing_network *seen_of(const struct document *document,
                                                   const struct vota_store_network *network)
{
    for (size_t i = 0; document->keeper != NULL && i < VOTA_STANDING_NETWORKS; i++) {
        const struct vota_standing_network *seen = &document->keeper->network[i];
        if (seen->reach != VOTA_REACH_NONE && strcmp(seen->name, network->name) == 0)
            return seen;
    }
    return NULL;
}

static void put_identity(struct document *document, const struct vota_store_network *network)
{
    struct vota_canon *canon = &document->canon;
    const struct vota_network *known =
        vota_network_known(network->chain_id, &network->genesis_block);
    const char *name = vota_text_find(
        document->lang, vota_network_text(network->chain_id, &network->genesis_block));
    vota_canon_word(canon, "network", network->name);
    if (name != NULL)
        vota_canon_text(canon, "name", (struct vota_slice){(const uint8_t *)name, strlen(name)});
    vota_canon_bool(canon, "testnet", known == NULL || known->testnet);
    vota_canon_word(canon, "role", vota_network_role_name(network->role));
    if (network->bound) {
        vota_canon_number(canon, "chain_id", network->chain_id);
        vota_canon_hash(canon, "chain_genesis", &network->genesis_block);
    }
    if (network->has_contract)
        vota_canon_addr(canon, "contract", &network->deployment.genesis.contract);
}

static enum vota_status put_journal(struct document *document, int64_t network)
{
    uint64_t length = 0;
    uint64_t final = 0;
    vota_hash head;
    const enum vota_status status =
        vota_store_journal_length(&length, &final, &head, document->store, network, NULL);
    if (status != VOTA_OK)
        return status;
    vota_canon_object(&document->canon, "journal");
    vota_canon_number(&document->canon, "entries", length);
    vota_canon_number(&document->canon, "final_entries", final);
    if (length > 0)
        vota_canon_hash(&document->canon, "head", &head);
    vota_canon_object_end(&document->canon);
    return VOTA_OK;
}

/* What the last turn found; nothing before the first. */
static void put_seen(struct vota_canon *canon, const struct vota_standing_network *seen)
{
    vota_canon_word(canon, "reach", vota_standing_reach_name(seen->reach));
    put_word(canon, "problem", seen->problem);
    if (!seen->has_turn)
        return;
    put_time(canon, "seen_at", seen->turn_at);
    vota_canon_number(canon, "latest_block", seen->turn.latest_block);
    put_time(canon, "latest_at", seen->turn.latest_time);
    vota_canon_number(canon, "final_block", seen->turn.final_block);
    put_word(canon, "held", seen->turn.held);
}

static enum vota_status put_stop(struct document *document, int64_t network)
{
    struct vota_store_stop stop;
    struct vota_canon *canon = &document->canon;
    const enum vota_status status = vota_store_stop_get(&stop, document->store, network, NULL);
    if (status != VOTA_OK)
        return status == VOTA_NOT_FOUND ? VOTA_OK : status;
    vota_canon_object(canon, "stop");
    vota_canon_word(canon, "reason", stop.reason);
    if (stop.entry != 0)
        vota_canon_number(canon, "entry", stop.entry);
    put_time(canon, "since", stop.raised_at);
    vota_canon_object_end(canon);
    return VOTA_OK;
}

static enum vota_status put_outbox(struct document *document, int64_t network)
{
    struct vota_canon *canon = &document->canon;
    uint64_t counts[VOTA_OP_STATES];
    const enum vota_status status = vota_store_outbox_count(counts, document->store, network, NULL);
    if (status != VOTA_OK)
        return status;
    vota_canon_object(canon, "outbox");
    vota_canon_number(canon, "waiting",
                      counts[VOTA_OP_QUEUED] + counts[VOTA_OP_SIGNED] + counts[VOTA_OP_SENT]);
    vota_canon_number(canon, "mined", counts[VOTA_OP_MINED]);
    vota_canon_number(canon, "final", counts[VOTA_OP_FINAL]);
    vota_canon_number(canon, "halted", counts[VOTA_OP_HALTED]);
    vota_canon_object_end(canon);
    return VOTA_OK;
}

static enum vota_status put_network(void *context, const struct vota_store_network *network)
{
    struct document *document = context;
    const struct vota_standing_network *seen = seen_of(document, network);
    vota_canon_object(&document->canon, NULL);
    put_identity(document, network);
    if (seen != NULL)
        put_seen(&document->canon, seen);
    enum vota_status status = put_journal(document, network->id);
    if (status == VOTA_OK)
        status = put_outbox(document, network->id);
    if (status == VOTA_OK)
        status = put_stop(document, network->id);
    vota_canon_object_end(&document->canon);
    return status;
}

/* ---- what waits ---- */

static enum vota_status put_pending(struct document *document, int64_t line)
{
    struct vota_store_pending pending;
    struct vota_canon *canon = &document->canon;
    const enum vota_status status = vota_store_batch_pending(&pending, document->store, line, NULL);
    if (status != VOTA_OK)
        return status;
    vota_canon_object(canon, "pending");
    vota_canon_number(canon, "records", pending.count);
    put_time(canon, "oldest_at", pending.oldest);
    put_time(canon, "anchor_by", pending.anchor_by);
    vota_canon_object_end(canon);
    return VOTA_OK;
}

/* When the next batch is due; at once is now. */
static void put_due(struct vota_canon *canon, const struct vota_standing_keeper *keeper)
{
    if (keeper->due.why == VOTA_BATCH_NOTHING)
        return;
    vota_canon_object(canon, "next_batch");
    put_time(canon, "due_at", keeper->due.at == 0 ? keeper->turn_at : keeper->due.at);
    vota_canon_word(canon, "why", vota_batch_why_name(keeper->due.why));
    vota_canon_object_end(canon);
}

static void put_budget(struct vota_canon *canon, const struct vota_standing_keeper *keeper)
{
    const struct vota_budget_plan *plan = &keeper->budget.plan;
    if (!keeper->has_budget || !keeper->budget_reached)
        return;
    vota_canon_object(canon, "budget");
    vota_canon_word(canon, "level", vota_budget_level_name(plan->level));
    if (plan->runway_days != VOTA_BUDGET_ENDLESS)
        vota_canon_number(canon, "runway_days", plan->runway_days);
    vota_canon_word(canon, "pace", vota_budget_why_name(plan->why));
    vota_canon_number(canon, "batch_every", plan->interval);
    vota_canon_object_end(canon);
}

static void put_service(struct vota_canon *canon, const struct vota_standing_view *view)
{
    vota_canon_object(canon, "service");
    put_time(canon, "started_at", view->started_at);
    vota_canon_bool(canon, "read_only", view->is_reader);
    if (view->keeper.has_turn) {
        put_time(canon, "turn_at", view->keeper.turn_at);
        put_time(canon, "sealed_at", view->keeper.seal_at);
        vota_canon_number(canon, "registers_open", view->keeper.registers_open);
    }
    vota_canon_object_end(canon);
}

/* ---- the answer ---- */

static enum vota_status put_all(struct document *document, int64_t line,
                                const struct vota_standing_view *view)
{
    struct vota_canon *canon = &document->canon;
    enum vota_status status = vota_store_begin_view(document->store, NULL);
    if (status != VOTA_OK)
        return status;
    vota_canon_object(canon, NULL);
    vota_canon_array(canon, "networks");
    status = vota_store_line_each(document->store, line, put_network, document, NULL);
    vota_canon_array_end(canon);
    if (status == VOTA_OK)
        status = put_pending(document, line);
    vota_store_end_view(document->store);
    if (view != NULL && view->keeper.has_turn) {
        put_due(canon, &view->keeper);
        put_budget(canon, &view->keeper);
    }
    if (view != NULL)
        put_service(canon, view);
    vota_canon_object_end(canon);
    return status;
}

void vota_api_reply_status(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    struct vota_wr wr = vota_receipts_wr(maker);
    struct vota_standing_view view;
    struct vota_error err = {.status = VOTA_OK};
    struct vota_server_reply reply = {.status = 200, .content_type = VOTA_API_JSON};
    const bool is_known = call->watch->board != NULL;
    if (is_known)
        vota_standing_look(&view, call->watch->board);
    struct document document = {.canon = vota_canon_of(&wr),
                                .store = vota_receipts_store(maker),
                                .lang = call->lang,
                                .keeper = is_known ? &view.keeper : NULL};
    const enum vota_status status =
        put_all(&document, vota_receipts_line(maker), is_known ? &view : NULL);
    if (status == VOTA_OK)
        vota_api_call_end_wr(call, &wr, &reply);
    else
        vota_api_call_fail_status(call, status, &err);
}
