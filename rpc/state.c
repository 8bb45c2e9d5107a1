/* SPDX-License-Identifier: Apache-2.0 */
/* From a header that was hashed again to the values it commits to: see state.h. */
#include "rpc/state.h"

#include "keccak/keccak.h"
#include "proof/rlp.h"

void vota_state_done(struct vota_state *state)
{
    vota_eth_proof_done(&state->proof);
}

/* NULL when the nodes show presence or absence; else the reason for the report. */
static const char *fault_of(enum vota_trie_result result)
{
    switch (result) {
    case VOTA_TRIE_PRESENT:
    case VOTA_TRIE_ABSENT:
        return NULL;
    case VOTA_TRIE_MISSING_NODE:
        return "proof-missing-node";
    case VOTA_TRIE_UNUSED_NODE:
        return "proof-unused-node";
    case VOTA_TRIE_NODE_HASH:
        return "proof-node-hash";
    case VOTA_TRIE_NODE_FORM:
    default:
        return "proof-node-form";
    }
}

/* rlp([nonce, balance, storage root, code hash]) and nothing more. */
static bool read_account(struct vota_state *state, struct vota_slice value)
{
    struct vota_rlp_item list;
    struct vota_rlp_item items[4];
    if (vota_rlp_read(&list, value.at, value.len, NULL) != VOTA_OK || !list.is_list)
        return false;
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    for (size_t i = 0; i < 4; i++) {
        if (vota_rlp_next(&rd, &items[i], NULL) != VOTA_OK)
            return false;
    }
    return rd.left == 0 && vota_rlp_uint64(&state->nonce, &items[0], NULL) == VOTA_OK &&
           vota_rlp_integer(state->balance.be, 32, &items[1], NULL) == VOTA_OK &&
           vota_rlp_fixed(state->storage_root.bytes, 32, &items[2], NULL) == VOTA_OK &&
           vota_rlp_fixed(state->code_hash.bytes, 32, &items[3], NULL) == VOTA_OK;
}

static const char *prove_account(struct vota_state *state, const vota_addr *account)
{
    vota_hash key;
    struct vota_slice value;
    vota_keccak_hash(key.bytes, account->bytes, sizeof account->bytes);
    const struct vota_eth_path *path = &state->proof.account;
    const enum vota_trie_result result =
        vota_trie_prove(&value, &state->block.state_root, &key, path->nodes, path->count);
    state->account_exists = result == VOTA_TRIE_PRESENT;
    if (state->account_exists && !read_account(state, value))
        return "proof-account-shape";
    return fault_of(result);
}

/*
 * A slot keeps its value without leading zeros. On Ethereum it is absent when it
 * is zero; Anvil keeps an emptied slot as a leaf that says 0, which is as true.
 */
static const char *prove_slot(struct vota_state *state, size_t i, const vota_hash *slot)
{
    vota_hash key;
    struct vota_slice value;
    struct vota_rlp_item item;
    vota_keccak_hash(key.bytes, slot->bytes, sizeof slot->bytes);
    const struct vota_eth_path *path = &state->proof.storage[i];
    const enum vota_trie_result result =
        vota_trie_prove(&value, &state->storage_root, &key, path->nodes, path->count);
    if (result != VOTA_TRIE_PRESENT)
        return fault_of(result);
    if (vota_rlp_read(&item, value.at, value.len, NULL) != VOTA_OK ||
        vota_rlp_integer(state->values[i].bytes, 32, &item, NULL) != VOTA_OK)
        return "proof-slot-value";
    return NULL;
}

static const char *prove(struct vota_state *state, const struct vota_eth_query *query)
{
    const char *fault = prove_account(state, &query->account);
    for (size_t i = 0; fault == NULL && state->account_exists && i < query->slot_count; i++)
        fault = prove_slot(state, i, &query->slots[i]);
    return fault;
}

/*
 * Asked by hash, so that a reorg in between cannot mix two blocks; by number
 * from providers that refuse hashes: then a mix shows as a proof that fails.
 */
static enum vota_status fetch_proof(struct vota_provider *provider, struct vota_state *state,
                                    const struct vota_eth_query *query, struct vota_error *err)
{
    if (!provider->no_block_hash_param) {
        struct vota_error why = {0};
        const struct vota_block_id by_hash = vota_block_hashed(&state->block.hash);
        const enum vota_status status =
            vota_eth_proof(provider, &state->proof, query, &by_hash, &why);
        const bool refused = status == VOTA_REMOTE &&
                             provider->failure.fault == VOTA_RPC_FAULT_ERROR &&
                             vota_answers_retry(&provider->failure) == VOTA_RETRY_NEVER;
        if (!refused)
            return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, why.where, why.text);
        provider->no_block_hash_param = true;
    }
    const struct vota_block_id by_number = vota_block_numbered(state->block.number);
    return vota_eth_proof(provider, &state->proof, query, &by_number, err);
}

enum vota_status vota_state_read_in(struct vota_provider *provider, struct vota_state *ret_state,
                                    const struct vota_eth_query *query,
                                    const struct vota_block *block, struct vota_error *err)
{
    struct vota_state state = {.block = *block, .slot_count = query->slot_count};
    const enum vota_status status = fetch_proof(provider, &state, query, err);
    if (status != VOTA_OK)
        return status;
    const char *fault = prove(&state, query);
    if (fault != NULL) {
        vota_state_done(&state);
        provider->failure = (struct vota_rpc_failure){.fault = VOTA_RPC_FAULT_LIE, .reason = fault};
        return vota_fail(err, VOTA_REMOTE, "eth_getProof", fault);
    }
    *ret_state = state;
    return VOTA_OK;
}

enum vota_status vota_state_read(struct vota_provider *provider, struct vota_state *ret_state,
                                 const struct vota_eth_query *query, const struct vota_block_id *id,
                                 struct vota_error *err)
{
    struct vota_block block;
    const enum vota_status status = vota_eth_block(provider, &block, id, err);
    if (status != VOTA_OK)
        return status;
    return vota_state_read_in(provider, ret_state, query, &block, err);
}
