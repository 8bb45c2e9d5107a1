/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to ask, and what is booked of the answers: see quorum.h. Looks are in quorum_look.c. */
#include "bridge/engine/quorum.h"

#include <string.h>

#include "bridge/engine/quorum_parts.h"

#define SECOND_ASK_MS 250u /* a node has made up its mind about a block by then */

void vota_quorum_init(struct vota_quorum *ret_quorum, struct vota_connections *providers,
                      const struct vota_quorum_options *options)
{
    memset(ret_quorum, 0, sizeof *ret_quorum);
    ret_quorum->providers = providers;
    ret_quorum->k = options->k != 0 ? options->k : providers->n / 2 + 1;
    ret_quorum->any_base_fee = options->any_base_fee;
}

void vota_quorum_trust_final(struct vota_quorum *quorum, uint64_t number, const vota_hash *hash)
{
    quorum->has_accepted = !vota_hash_is_zero(hash);
    quorum->accepted = (struct vota_quorum_mark){number, *hash};
}

static struct vota_connection *item(const struct vota_quorum *quorum, size_t i)
{
    return &quorum->providers->item[i];
}

bool vota_quorum_has_voice(const struct vota_quorum *quorum, size_t i)
{
    return item(quorum, i)->breaker.state == VOTA_BREAKER_CLOSED;
}

static bool is_healthy(const struct vota_quorum *quorum, size_t i)
{
    return vota_breaker_is_healthy(&item(quorum, i)->breaker);
}

static bool may_send(const struct vota_quorum *quorum, size_t i)
{
    const struct vota_breaker *breaker = &item(quorum, i)->breaker;
    return vota_quorum_has_voice(quorum, i) && (!breaker->out || breaker->seen != VOTA_STEP_FORKED);
}

uint64_t vota_quorum_head(const struct vota_quorum *quorum, size_t i)
{
    VOTA_ASSERT(i < VOTA_CONNECT_PROVIDERS_MAX);
    return quorum->head_number[i];
}

size_t vota_quorum_healthy(const struct vota_quorum *quorum)
{
    size_t n = 0;
    for (size_t i = 0; i < quorum->providers->n; i++)
        n += is_healthy(quorum, i);
    return n;
}

bool vota_quorum_is_one_word(const struct vota_quorum *quorum)
{
    return quorum->k == 1;
}

/* ---- booking ---- */

void vota_quorum_begin(struct vota_quorum *quorum, size_t i)
{
    item(quorum, i)->provider.failure = (struct vota_rpc_failure){.fault = VOTA_RPC_FAULT_NONE};
}

/* An error object about the request is an answer, and so is "there is no such block". */
static bool is_answer(enum vota_status status, const struct vota_rpc_failure *failure)
{
    if (status == VOTA_NOT_FOUND)
        return true;
    if (status != VOTA_OK || failure->fault == VOTA_RPC_FAULT_NONE)
        return status == VOTA_OK;
    const enum vota_retry retry = vota_answers_retry(failure);
    return failure->fault == VOTA_RPC_FAULT_ERROR &&
           (retry == VOTA_RETRY_SEMANTIC || retry == VOTA_RETRY_NEVER);
}

void vota_quorum_book(struct vota_quorum *quorum, size_t i, enum vota_status status)
{
    struct vota_connection *connection = item(quorum, i);
    struct vota_rpc_failure failure = connection->provider.failure;
    /* A send is OK whatever came of it: then the failure tells. */
    if (is_answer(status, &failure)) {
        vota_breaker_book_success(&connection->breaker);
        return;
    }
    /* Asked by number, two nodes behind one address can mix two blocks: no proof of a lie. */
    if (failure.fault == VOTA_RPC_FAULT_LIE && connection->provider.no_block_hash_param &&
        strcmp(failure.reason, "header-hash-differs") != 0)
        failure.fault = VOTA_RPC_FAULT_MALFORMED;
    vota_breaker_book(&connection->breaker, &failure, quorum->now_ms);
}

void vota_quorum_bench(struct vota_quorum *quorum, size_t i, const char *reason)
{
    vota_breaker_bench(&item(quorum, i)->breaker, reason, VOTA_BREAKER_LONG_MS, quorum->now_ms);
}

/* Others can be asked, and the next look comes soon: nobody waits long for one provider. */
static unsigned be_brief(struct vota_quorum *quorum, size_t i)
{
    const unsigned retries = item(quorum, i)->provider.retries;
    if (quorum->providers->n > 1 && retries > 1)
        item(quorum, i)->provider.retries = 1;
    return retries;
}

enum vota_status vota_quorum_read(struct vota_quorum *quorum, size_t i,
                                  struct vota_block *ret_block, const struct vota_block_id *id)
{
    struct vota_connection *connection = item(quorum, i);
    const unsigned retries = be_brief(quorum, i);
    vota_quorum_begin(quorum, i);
    connection->problem = (struct vota_error){.status = VOTA_OK};
    const enum vota_status status =
        vota_eth_block(&connection->provider, ret_block, id, &connection->problem);
    connection->provider.retries = retries;
    vota_quorum_book(quorum, i, status);
    return status;
}

/* ---- who they are ---- */

/* What vota_connect found. Somebody who did not answer is probed in a minute. */
static void take_over(struct vota_quorum *quorum, size_t i)
{
    struct vota_connection *connection = item(quorum, i);
    if (connection->wrong_network) {
        vota_quorum_bench(quorum, i, "wrong-network");
        return;
    }
    if (connection->usable)
        return;
    vota_quorum_book(quorum, i, VOTA_REMOTE);
    if (connection->breaker.state != VOTA_BREAKER_CLOSED)
        return;
    const char *reason = connection->breaker.reason;
    vota_breaker_bench(&connection->breaker, reason == NULL ? "no-connection" : reason,
                       VOTA_BREAKER_OPEN_MS, quorum->now_ms);
}

void vota_quorum_identify_one(struct vota_quorum *quorum, size_t i)
{
    struct vota_connection *connection = item(quorum, i);
    const unsigned retries = be_brief(quorum, i);
    vota_quorum_begin(quorum, i);
    connection->provider.n_unsupported = 0;
    const enum vota_status status = vota_connect_identify(quorum->providers, connection);
    connection->provider.retries = retries;
    if (connection->wrong_network)
        vota_quorum_bench(quorum, i, "wrong-network");
    else if (status == VOTA_NOT_FOUND) /* a chain without a genesis block is none */
        vota_breaker_bench(&connection->breaker, "malformed", VOTA_BREAKER_OPEN_MS, quorum->now_ms);
    else
        vota_quorum_book(quorum, i, status);
}

void vota_quorum_wake(struct vota_quorum *quorum, uint64_t now_ms)
{
    const bool is_due =
        now_ms < quorum->identified_ms || now_ms - quorum->identified_ms >= VOTA_QUORUM_IDENTITY_MS;
    quorum->now_ms = now_ms;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (!quorum->is_started)
            take_over(quorum, i);
        const enum vota_breaker_state state = vota_breaker_at(&item(quorum, i)->breaker, now_ms);
        if (state == VOTA_BREAKER_HALF_OPEN ||
            (quorum->is_started && is_due && state == VOTA_BREAKER_CLOSED))
            vota_quorum_identify_one(quorum, i);
    }
    if (is_due || !quorum->is_started)
        quorum->identified_ms = now_ms;
    quorum->is_started = true;
}

/* ---- questions ---- */

/* Nobody else can answer better: memory and our own disk. */
static bool ends_it(enum vota_status status)
{
    return status == VOTA_OK || status == VOTA_NO_MEMORY || status == VOTA_IO;
}

static void keep(struct vota_error *kept, enum vota_status status, const struct vota_error *why)
{
    const bool is_better =
        kept->status != VOTA_CONFLICT && (kept->status != VOTA_NOT_FOUND || status != VOTA_REMOTE);
    if (!is_better)
        return;
    *kept = (struct vota_error){.status = VOTA_OK};
    if (why->status == VOTA_OK)
        (void)vota_fail(kept, status, "rpc", "no-answer");
    else
        (void)vota_fail(kept, status, why->where, why->text);
}

/*
 * A lie is what is said twice: a node that answers while a block comes in, or
 * two nodes behind one address, may mix two moments once.
 */
static enum vota_status ask_one(struct vota_quorum *quorum, size_t i,
                                vota_quorum_question *question, void *context,
                                struct vota_error *kept)
{
    struct vota_provider *provider = &item(quorum, i)->provider;
    struct vota_error why = {.status = VOTA_OK};
    vota_quorum_begin(quorum, i);
    enum vota_status status = question(context, provider, &why);
    if (status != VOTA_OK && provider->failure.fault == VOTA_RPC_FAULT_LIE) {
        why = (struct vota_error){.status = VOTA_OK};
        provider->pause(SECOND_ASK_MS);
        vota_quorum_begin(quorum, i);
        status = question(context, provider, &why);
    }
    vota_quorum_book(quorum, i, status);
    if (status != VOTA_OK)
        keep(kept, status, &why);
    return status;
}

enum vota_status vota_quorum_ask(struct vota_quorum *quorum, vota_quorum_question *question,
                                 void *context, struct vota_error *err)
{
    struct vota_error kept = {.status = VOTA_REMOTE, .where = "rpc", .text = "no-provider"};
    const size_t n = quorum->providers->n;
    const size_t first = quorum->turn++;
    for (size_t step = 0; step < n; step++) {
        const size_t i = (first + step) % n;
        if (!is_healthy(quorum, i))
            continue;
        const enum vota_status status = ask_one(quorum, i, question, context, &kept);
        if (status == VOTA_OK)
            return VOTA_OK;
        if (ends_it(status))
            break;
    }
    return vota_fail(err, kept.status, kept.where, kept.text);
}

static enum vota_status ask_each(struct vota_quorum *quorum,
                                 bool (*may)(const struct vota_quorum *quorum, size_t i),
                                 vota_quorum_question *question, void *context,
                                 struct vota_error *err)
{
    struct vota_error kept = {.status = VOTA_REMOTE, .where = "rpc", .text = "no-provider"};
    bool any = false;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (!may(quorum, i))
            continue;
        const enum vota_status status = ask_one(quorum, i, question, context, &kept);
        if (status != VOTA_OK && ends_it(status))
            return vota_fail(err, kept.status, kept.where, kept.text);
        any |= status == VOTA_OK;
    }
    return any ? VOTA_OK : vota_fail(err, kept.status, kept.where, kept.text);
}

enum vota_status vota_quorum_ask_all(struct vota_quorum *quorum, vota_quorum_question *question,
                                     void *context, struct vota_error *err)
{
    return ask_each(quorum, is_healthy, question, context, err);
}

enum vota_status vota_quorum_send_all(struct vota_quorum *quorum, vota_quorum_question *question,
                                      void *context, struct vota_error *err)
{
    return ask_each(quorum, may_send, question, context, err);
}

enum vota_quorum_block vota_quorum_block(struct vota_quorum *quorum, uint64_t number,
                                         const vota_hash *hash)
{
    const struct vota_block_id id = vota_block_numbered(number);
    struct vota_block block;
    size_t same = 0;
    size_t other = 0;
    for (size_t i = 0; i < quorum->providers->n; i++) {
        if (!vota_quorum_has_voice(quorum, i) ||
            vota_quorum_read(quorum, i, &block, &id) != VOTA_OK)
            continue;
        if (vota_hash_equal(&block.hash, hash))
            same++;
        else
            other++;
    }
    if (same >= quorum->k && other < quorum->k)
        return VOTA_QUORUM_THERE;
    return other >= quorum->k && same < quorum->k ? VOTA_QUORUM_GONE : VOTA_QUORUM_UNKNOWN;
}
