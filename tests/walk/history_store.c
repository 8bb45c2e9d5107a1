/* SPDX-License-Identifier: Apache-2.0 */
/* What the store must keep to, by itself: see history.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "bridge/engine/attempt.h"
#include "keccak/keccak.h"
#include "rpc/tx.h"
#include "tests/walk/history.h"
#include "tests/walk/life.h"
#include "tests/walk/must.h"

void history_complain(struct history *history, const char *format, ...)
{
    va_list arguments;
    if (history->wrong[0] != '\0')
        return;
    va_start(arguments, format);
    (void)vsnprintf(history->wrong, sizeof history->wrong, format, arguments);
    va_end(arguments);
}

void history_add_stranger(struct history *history, const vota_hash *tx)
{
    MUST(history->n_strangers < HISTORY_STRANGERS);
    history->strangers[history->n_strangers++] = *tx;
}

bool history_is_stranger(const struct history *history, const vota_hash *tx)
{
    for (size_t i = 0; i < history->n_strangers; i++) {
        if (vota_hash_equal(&history->strangers[i], tx))
            return true;
    }
    return false;
}

struct reading {
    struct history *history;
    struct vota_store *store;
    struct history_operation read[HISTORY_OPERATIONS]; /* what the store has now */
    size_t n_read;
    struct history_attempt attempts[HISTORY_ATTEMPTS]; /* of the reading before */
    size_t n_attempts;
};

static void on_fault(void *context, const char *code, const char *detail)
{
    history_complain(context, "the store is damaged: %s %s", code, detail);
}

static enum vota_status note_operation(void *context, const struct vota_store_operation *operation)
{
    struct reading *reading = context;
    MUST(reading->n_read < HISTORY_OPERATIONS);
    reading->read[reading->n_read++] = (struct history_operation){.id = operation->id,
                                                                  .kind = operation->kind,
                                                                  .state = operation->state,
                                                                  .round = operation->round,
                                                                  .number = operation->entry.number,
                                                                  .head = operation->head};
    return VOTA_OK;
}

static void read_words(struct reading *reading)
{
    for (size_t i = 0; i < reading->n_read; i++) {
        struct vota_store_operation_copy copy;
        struct vota_entry words = {0};
        MUST_OK(vota_store_outbox_get(&copy, reading->store, reading->read[i].id, NULL));
        const enum vota_status status =
            vota_attempt_words(&words, reading->store, &copy.about, NULL);
        MUST(status == VOTA_OK || status == VOTA_NOT_FOUND);
        reading->read[i].words = words;
        vota_store_outbox_done(&copy);
    }
}

static bool same_operation(const struct history_operation *a, const struct history_operation *b)
{
    return a->id == b->id && a->kind == b->kind && vota_hash_equal(&a->words.a, &b->words.a) &&
           vota_hash_equal(&a->words.b, &b->words.b) && vota_hash_equal(&a->words.c, &b->words.c);
}

/* Nothing that was there is gone or another thing, and what was final is still, and the same. */
static void compare_operations(struct reading *reading)
{
    struct history *history = reading->history;
    for (size_t i = 0; i < history->n_operations; i++) {
        const struct history_operation *before = &history->operations[i];
        const struct history_operation *after = &reading->read[i];
        if (i >= reading->n_read || !same_operation(before, after))
            history_complain(history, "operation %" PRId64 " is lost or another one", before->id);
        else if (before->state == VOTA_OP_FINAL &&
                 (after->state != VOTA_OP_FINAL || after->number != before->number ||
                  !vota_hash_equal(&after->head, &before->head)))
            history_complain(history, "operation %" PRId64 " was final and is not", before->id);
        else if (after->round < before->round)
            history_complain(history, "operation %" PRId64 " went back a round", before->id);
    }
}

/* Everything but fees and gas; a pool takes no other payload for a nonce either. */
static vota_hash payload_of(const struct vota_tx *tx)
{
    uint8_t bytes[8 + 8 + 20 + 32 + 32];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    uint8_t numbers[16];
    vota_hash data;
    vota_hash payload;
    vota_keccak_hash(data.bytes, tx->data.at, tx->data.len);
    vota_store_be(numbers, 8, tx->chain_id);
    vota_store_be(numbers + 8, 8, tx->nonce);
    vota_wr_put(&wr, numbers, sizeof numbers);
    vota_wr_put(&wr, tx->to.bytes, sizeof tx->to.bytes);
    vota_wr_put(&wr, tx->value.be, sizeof tx->value.be);
    vota_wr_put(&wr, data.bytes, sizeof data.bytes);
    MUST(vota_wr_fits(&wr));
    vota_keccak_hash(payload.bytes, bytes, wr.len);
    return payload;
}

static bool is_cancellation(const struct vota_tx *tx, const vota_addr *sender)
{
    static const struct vota_u256 nothing;
    return !tx->create && vota_addr_equal(&tx->to, sender) && tx->data.len == 0 &&
           vota_u256_compare(&tx->value, &nothing) == 0;
}

/* geth takes a replacement that offers more in both fields, and a tenth more at the least. */
static bool replaces(uint64_t after, uint64_t before)
{
    return after > before && after - before >= before / 10;
}

static void compare_attempts(struct history *history, const struct history_attempt *attempt)
{
    for (size_t i = 0; i < history->n_attempts; i++) {
        const struct history_attempt *other = &history->attempts[i];
        if (other->nonce != attempt->nonce || !vota_addr_equal(&other->sender, &attempt->sender))
            continue;
        if (!attempt->cancels && !other->cancels &&
            !vota_hash_equal(&other->payload, &attempt->payload))
            history_complain(history, "two payloads were signed for nonce %" PRIu64,
                             attempt->nonce);
        if (other->operation == attempt->operation && other->round == attempt->round &&
            !(replaces(attempt->max_fee, other->max_fee) && replaces(attempt->tip, other->tip)))
            history_complain(history,
                             "a pool refuses the replacement for nonce %" PRIu64 ": fee %" PRIu64
                             " after %" PRIu64 ", tip %" PRIu64 " after %" PRIu64,
                             attempt->nonce, attempt->max_fee, other->max_fee, attempt->tip,
                             other->tip);
    }
}

/* Recovering a signer is slow; bytes that were looked at before are known by their hash. */
static const struct history_attempt *seen_before(const struct history_attempt *attempts, size_t n,
                                                 const vota_hash *tx)
{
    for (size_t i = 0; i < n; i++) {
        if (vota_hash_equal(&attempts[i].tx, tx))
            return &attempts[i];
    }
    return NULL;
}

static void check_bytes(struct reading *reading, const struct vota_store_attempt *stored,
                        struct history_attempt *attempt)
{
    struct history *history = reading->history;
    struct vota_tx tx;
    struct vota_signature signature;
    vota_hash sighash;
    vota_tx_hash(&attempt->tx, stored->raw.at, stored->raw.len);
    if (!vota_hash_equal(&attempt->tx, &stored->tx_hash) ||
        vota_tx_decode(&tx, &signature, stored->raw.at, stored->raw.len, NULL) != VOTA_OK) {
        history_complain(history, "attempt %" PRId64 " does not hash to what is stored",
                         stored->id);
        return;
    }
    const struct history_attempt *before =
        seen_before(reading->attempts, reading->n_attempts, &attempt->tx);
    vota_tx_sighash(&sighash, &tx);
    if (before != NULL)
        attempt->sender = before->sender;
    else if (vota_recover_address(&attempt->sender, &sighash, &signature) != VOTA_OK)
        history_complain(history, "attempt %" PRId64 " has no signature", stored->id);
    attempt->payload = payload_of(&tx);
    attempt->cancels = is_cancellation(&tx, &attempt->sender);
    if (tx.nonce != stored->nonce || tx.max_fee_per_gas != stored->max_fee ||
        tx.max_priority_fee_per_gas != stored->tip || tx.gas_limit != stored->gas_limit ||
        attempt->cancels != stored->cancels)
        history_complain(history, "attempt %" PRId64 " says other than is stored", stored->id);
    if (tx.max_fee_per_gas > LIFE_FEE_MAX || tx.gas_limit > LIFE_TX_MAX / tx.max_fee_per_gas)
        history_complain(history, "attempt %" PRId64 " may cost more than allowed", stored->id);
}

static enum vota_status note_attempt(void *context, const struct vota_store_attempt *stored)
{
    struct reading *reading = context;
    struct history *history = reading->history;
    struct history_attempt attempt = {.operation = stored->operation,
                                      .round = stored->round,
                                      .nonce = stored->nonce,
                                      .max_fee = stored->max_fee,
                                      .tip = stored->tip};
    check_bytes(reading, stored, &attempt);
    compare_attempts(history, &attempt);
    MUST(history->n_attempts < HISTORY_ATTEMPTS);
    history->attempts[history->n_attempts++] = attempt;
    return VOTA_OK;
}

static enum vota_status note_adopted(void *context, const struct vota_store_adopted *adopted)
{
    struct history *history = context;
    MUST(history->n_adopted < HISTORY_ENTRIES);
    history->adopted[history->n_adopted++] = *adopted;
    return VOTA_OK;
}

static bool is_stopped(struct vota_store *store, const struct city *city)
{
    struct vota_store_stop stop;
    const enum vota_status status = vota_store_stop_get(&stop, store, city->network, NULL);
    MUST(status == VOTA_OK || status == VOTA_NOT_FOUND);
    return status == VOTA_OK;
}

void history_check_store(struct history *history, struct city *city)
{
    static struct reading reading; /* large */
    reading.history = history;
    reading.store = city_enter(city);
    reading.n_read = 0;
    reading.n_attempts = history->n_attempts;
    memcpy(reading.attempts, history->attempts, history->n_attempts * sizeof *reading.attempts);
    MUST_OK(vota_store_check(reading.store, on_fault, history, NULL));
    MUST_OK(
        vota_store_outbox_each(reading.store, city->network, ~0u, note_operation, &reading, NULL));
    read_words(&reading);
    history->n_attempts = 0;
    for (size_t i = 0; i < reading.n_read; i++)
        MUST_OK(vota_store_outbox_attempts(reading.store, reading.read[i].id, note_attempt,
                                           &reading, NULL));
    history->n_adopted = 0;
    MUST_OK(vota_store_stop_adopted(reading.store, city->network, note_adopted, history, NULL));
    history->stopped = is_stopped(reading.store, city);
    compare_operations(&reading);
    memcpy(history->operations, reading.read, reading.n_read * sizeof *reading.read);
    history->n_operations = reading.n_read;
}
