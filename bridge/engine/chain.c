/* SPDX-License-Identifier: Apache-2.0 */
/* Proven state, and the journal from events: see chain.h. */
#include "bridge/engine/chain.h"

#include <stdlib.h>

#include "keccak/keccak.h"
#include "proof/journal.h"

void vota_chain_state_done(struct vota_chain_state *state)
{
    vota_state_done(&state->proven);
}

static bool is_empty_code(const vota_hash *code_hash)
{
    vota_hash empty;
    vota_keccak_hash(empty.bytes, NULL, 0);
    return vota_hash_equal(code_hash, &empty);
}

/* Takes a proven state over if our code is there. */
static enum vota_status take_state(struct vota_chain_state *ret_state, struct vota_state *state,
                                   struct vota_error *err)
{
    if (!vota_hash_equal(&state->code_hash, &vota_contract_code_hash)) {
        const bool empty = !state->account_exists || is_empty_code(&state->code_hash);
        vota_state_done(state);
        return empty ? vota_fail(err, VOTA_NOT_FOUND, "contract", "no-contract")
                     : vota_fail(err, VOTA_CONFLICT, "contract", "other-code");
    }
    ret_state->proven = *state;
    vota_contract_state_read(&ret_state->contract, state->values);
    return VOTA_OK;
}

enum vota_status vota_chain_state(struct vota_chain_state *ret_state,
                                  struct vota_provider *provider, const vota_addr *contract,
                                  const struct vota_block_id *block, struct vota_error *err)
{
    const struct vota_eth_query query = vota_eth_first_slots(contract, VOTA_CONTRACT_SLOTS);
    struct vota_state state = {0};
    const enum vota_status status = vota_state_read(provider, &state, &query, block, err);
    return status == VOTA_OK ? take_state(ret_state, &state, err) : status;
}

enum vota_status vota_chain_state_in(struct vota_chain_state *ret_state,
                                     struct vota_provider *provider, const vota_addr *contract,
                                     const struct vota_block *block, struct vota_error *err)
{
    const struct vota_eth_query query = vota_eth_first_slots(contract, VOTA_CONTRACT_SLOTS);
    struct vota_state state = {0};
    const enum vota_status status = vota_state_read_in(provider, &state, &query, block, err);
    return status == VOTA_OK ? take_state(ret_state, &state, err) : status;
}

static void copy_path(struct vota_slice *to, size_t *ret_count, const struct vota_eth_path *path)
{
    for (size_t i = 0; i < path->count; i++)
        to[i] = path->nodes[i];
    *ret_count = path->count;
}

void vota_chain_evidence(struct vota_evidence *ret_evidence, const struct vota_chain_state *state)
{
    const struct vota_block *block = &state->proven.block;
    const struct vota_eth_proof *proof = &state->proven.proof;
    ret_evidence->header = (struct vota_slice){block->rlp, block->rlp_len};
    copy_path(ret_evidence->account, &ret_evidence->account_count, &proof->account);
    copy_path(ret_evidence->storage, &ret_evidence->storage_count, &proof->storage[0]);
}

enum vota_status vota_chain_logs(struct vota_provider *provider, struct vota_eth_logs *ret_logs,
                                 uint64_t *span, const struct vota_eth_filter *filter,
                                 struct vota_error *err)
{
    struct vota_eth_filter range = *filter;
    for (;;) {
        struct vota_error why = {0};
        range.to_block = range.from_block + (*span - 1);
        const enum vota_status status = vota_eth_logs(provider, ret_logs, &range, &why);
        if (status == VOTA_OK)
            return VOTA_OK;
        if (status != VOTA_LIMIT || *span == 1)
            return vota_fail(err, status, why.where, why.text);
        *span /= 2;
    }
}

/* One reading: what stays the same from log to log. */
struct reading {
    struct vota_provider *provider;
    struct vota_chain_cursor *cursor;
    vota_chain_each *each;
    void *context;
    struct vota_contract_event *event;
    struct vota_block *block; /* the last one fetched; number and hash zero before */
};

/* What a provider told does not belong together: its fault, whoever's it is in the end. */
static enum vota_status untrue(struct vota_provider *provider, const char *reason,
                               struct vota_error *err)
{
    provider->failure = (struct vota_rpc_failure){.fault = VOTA_RPC_FAULT_LIE, .reason = reason};
    return vota_fail(err, VOTA_REMOTE, "journal", reason);
}

/* Entries of one block come together, so the last header is worth keeping. */
static enum vota_status entry_time(struct reading *reading, const struct vota_eth_log *log,
                                   struct vota_error *err)
{
    if (!vota_hash_equal(&reading->block->hash, &log->block_hash)) {
        const struct vota_block_id id = vota_block_hashed(&log->block_hash);
        const enum vota_status status = vota_eth_block(reading->provider, reading->block, &id, err);
        if (status != VOTA_OK)
            return status;
    }
    if (reading->block->number != log->block_number)
        return untrue(reading->provider, "wrong-block", err);
    reading->event->entry.time = reading->block->time;
    return VOTA_OK;
}

/* The step that makes events trustworthy: the entry leads from the known head to the named one. */
static enum vota_status fold(struct reading *reading, struct vota_error *err)
{
    const struct vota_contract_event *event = reading->event;
    vota_hash hash;
    vota_hash head;
    vota_entry_hash(&hash, &event->entry);
    vota_journal_next(&head, &reading->cursor->head, &hash);
    if (!vota_hash_equal(&head, &event->head))
        return untrue(reading->provider, "fold-differs", err);
    return VOTA_OK;
}

static enum vota_status read_log(struct reading *reading, const struct vota_eth_log *log,
                                 struct vota_error *err)
{
    struct vota_chain_cursor *cursor = reading->cursor;
    struct vota_contract_event *event = reading->event;
    enum vota_status status = vota_contract_event_read(event, log, err);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return status;
    if (event->entry.number <= cursor->number)
        return VOTA_OK;
    if (event->entry.number != cursor->number + 1)
        return untrue(reading->provider, "entry-missing", err);
    status = entry_time(reading, log, err);
    if (status == VOTA_OK)
        status = fold(reading, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_chain_entry entry = {event, log->tx_hash, log->block_hash};
    status = reading->each(reading->context, &entry);
    if (status != VOTA_OK)
        return status;
    cursor->number = event->entry.number;
    cursor->head = event->head;
    return VOTA_OK;
}

static enum vota_status read_logs(struct reading *reading, const struct vota_eth_logs *logs,
                                  struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < logs->count; i++)
        status = read_log(reading, &logs->items[i], err);
    return status;
}

static enum vota_status read_blocks(struct reading *reading, uint64_t last_block,
                                    struct vota_error *err)
{
    struct vota_chain_cursor *cursor = reading->cursor;
    uint64_t span = VOTA_CHAIN_SPAN;
    while (cursor->block <= last_block) {
        struct vota_eth_logs logs = {0};
        if (last_block - cursor->block < span)
            span = last_block - cursor->block + 1;
        const struct vota_eth_filter filter = {.address = cursor->contract,
                                               .from_block = cursor->block};
        enum vota_status status = vota_chain_logs(reading->provider, &logs, &span, &filter, err);
        if (status == VOTA_OK)
            status = read_logs(reading, &logs, err);
        vota_eth_logs_done(&logs);
        if (status != VOTA_OK)
            return status;
        cursor->block += span;
        span += span / 8; /* slowly wider again: a dense stretch must not slow down the rest */
    }
    return VOTA_OK;
}

enum vota_status vota_chain_entries(struct vota_provider *provider,
                                    struct vota_chain_cursor *cursor, uint64_t last_block,
                                    vota_chain_each *each, void *context, struct vota_error *err)
{
    struct reading reading = {provider, cursor, each, context, NULL, NULL};
    enum vota_status status = VOTA_NO_MEMORY;
    reading.event = malloc(sizeof *reading.event);
    reading.block = calloc(1, sizeof *reading.block);
    if (reading.event != NULL && reading.block != NULL)
        status = read_blocks(&reading, last_block, err);
    free(reading.event);
    free(reading.block);
    return status;
}
