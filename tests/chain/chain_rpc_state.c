/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks and state: headers as JSON from their own bytes, proofs, nonces, balances, code. */
#include <stdio.h>
#include <string.h>

#include "proof/rlp.h"
#include "tests/chain/chain_answer.h"

static const struct vota_slice nothing = {NULL, 0};

/* ---- blocks ---- */

/* Header items in the order in which they are hashed. */
static const struct item {
    const char *name;
    bool is_quantity;
} items[] = {
    {"parentHash", false},
    {"sha3Uncles", false},
    {"miner", false},
    {"stateRoot", false},
    {"transactionsRoot", false},
    {"receiptsRoot", false},
    {"logsBloom", false},
    {"difficulty", true},
    {"number", true},
    {"gasLimit", true},
    {"gasUsed", true},
    {"timestamp", true},
    {"extraData", false},
    {"mixHash", false},
    {"nonce", false},
    {"baseFeePerGas", true},
    {"withdrawalsRoot", false},
    {"blobGasUsed", true},
    {"excessBlobGas", true},
    {"parentBeaconBlockRoot", false},
    {"requestsHash", false},
    {"blockAccessListHash", false},
    {"slotNumber", true},
    {"fieldOfTheFuture", false},
};
#define STATE_ROOT 3u

static void put_item(struct chain_request *request, size_t i, struct vota_slice payload, bool lie)
{
    chain_put_key(request, items[i].name);
    if (items[i].is_quantity) {
        const struct vota_u256 value = vota_u256_of_be(payload.at, payload.len);
        chain_put_amount(request, &value);
        return;
    }
    uint8_t bytes[256];
    memcpy(bytes, payload.at, payload.len);
    bytes[0] ^= i == STATE_ROOT && lie;
    chain_put_hex(request, bytes, payload.len);
}

static void put_header(struct chain_request *request, struct vota_slice rlp)
{
    struct vota_rlp_item list;
    struct vota_rlp_item item;
    const bool lie =
        chain_fires(request->chain, request->node, CHAIN_FAULT_HEADER, request->method);
    chain_must(vota_rlp_read(&list, rlp.at, rlp.len, NULL) == VOTA_OK, "a header that is none");
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    for (size_t i = 0; rd.left > 0; i++) {
        chain_must(vota_rlp_next(&rd, &item, NULL) == VOTA_OK, "a header that is none");
        put_item(request, i, item.payload, lie);
    }
}

static void put_tx_hashes(struct chain_request *request, const struct chain_block *block)
{
    chain_put_key(request, "transactions");
    chain_put_text(request, "[");
    for (uint32_t i = 0; i < block->n; i++) {
        const uint32_t tx = request->chain->inclusions[block->first + i].tx;
        chain_put_key(request, NULL);
        chain_put_hex(request, request->chain->txs[tx].hash.bytes, 32);
    }
    chain_put_text(request, "],\"uncles\":[],\"withdrawals\":[]");
}

/* Block 0 of some other chain: the same but for what somebody wrote into it. */
static const struct chain_block *other_genesis(struct chain_request *request,
                                               const struct chain_block *block)
{
    static struct chain_block other;
    if (block->number != 0 ||
        !chain_fires(request->chain, request->node, CHAIN_FAULT_GENESIS, request->method))
        return block;
    other = *block;
    chain_make_header(request->chain, &other, 1);
    return &other;
}

void chain_answer_block(struct chain_request *request)
{
    uint32_t index = CHAIN_NOTHING;
    vota_hash hash;
    const json_t *which = json_array_get(request->params, 0);
    if (strcmp(request->name, "eth_getBlockByHash") == 0) {
        if (chain_get_hash(&hash, which))
            index = chain_block_by_hash(request, &hash);
        if (index == CHAIN_NOTHING) {
            chain_put_text(request, "null");
            return;
        }
    } else if (!chain_get_block(request, &index, which, NULL)) {
        return;
    }
    const struct chain_block *block = other_genesis(request, &request->chain->blocks[index]);
    chain_put_text(request, "{");
    chain_put_key(request, "hash");
    chain_put_hex(request, block->hash.bytes, 32);
    put_header(request, (struct vota_slice){block->rlp, block->rlp_len});
    chain_put_key(request, "size");
    chain_put_quantity(request, block->rlp_len + 64u);
    put_tx_hashes(request, block);
    chain_put_text(request, "}");
}

void chain_answer_raw_header(struct chain_request *request)
{
    vota_hash hash;
    uint32_t index = CHAIN_NOTHING;
    const json_t *which = json_array_get(request->params, 0);
    if (!request->node->raw_header) {
        chain_put_error(request, -32601,
                        "the method debug_getRawHeader does not exist/is not available", nothing);
        return;
    }
    if (chain_get_hash(&hash, which))
        index = chain_block_by_hash(request, &hash);
    else if (!chain_get_block(request, &index, which, "header not found"))
        return;
    if (index == CHAIN_NOTHING) {
        chain_put_error(request, -32000, "header not found", nothing);
        return;
    }
    const struct chain_block *block = &request->chain->blocks[index];
    chain_put_hex(request, block->rlp, block->rlp_len);
}

/* ---- state ---- */

/* The state of a block, if this node still has it. */
static const struct chain_state *state_of(struct chain_request *request, const json_t *which)
{
    uint32_t index = CHAIN_NOTHING;
    const struct chain *chain = request->chain;
    if (!chain_get_block(request, &index, which, "header not found"))
        return NULL;
    const uint64_t age = chain->blocks[request->tip].number - chain->blocks[index].number;
    const bool old = request->node->window > 0 && age >= request->node->window;
    if (chain_fires(request->chain, request->node, CHAIN_FAULT_PRUNED, request->method) || old) {
        chain_put_error(request, -32000, "missing trie node 5a12 (path )", nothing);
        return NULL;
    }
    return &chain->blocks[index].state;
}

/* The parameter every question about an account begins with. */
static const struct chain_state *account_state(struct chain_request *request, vota_addr *ret_addr,
                                               size_t block_at)
{
    if (!chain_get_addr(ret_addr, json_array_get(request->params, 0))) {
        chain_put_error(request, -32602, "invalid argument 0: hex string has wrong length",
                        nothing);
        return NULL;
    }
    return state_of(request, json_array_get(request->params, block_at));
}

void chain_answer_balance(struct chain_request *request)
{
    vota_addr addr;
    const struct chain_state *state = account_state(request, &addr, 1);
    if (state == NULL)
        return;
    const struct chain_account *account = chain_account_find(state, &addr);
    const struct vota_u256 zero = vota_u256_of(0);
    chain_put_amount(request, account != NULL ? &account->balance : &zero);
}

void chain_answer_code(struct chain_request *request)
{
    vota_addr addr;
    const struct chain_state *state = account_state(request, &addr, 1);
    if (state == NULL)
        return;
    const struct vota_slice code = chain_code(state, &addr);
    chain_put_hex(request, code.at, code.len);
}

static uint64_t nonce_of(const struct chain_state *state, const vota_addr *addr)
{
    const struct chain_account *account = chain_account_find(state, addr);
    if (account != NULL)
        return account->nonce;
    return chain_contract_find(state, addr) != NULL;
}

/* The nonce after what this node's pool holds without a gap. */
static uint64_t pending_nonce(const struct chain_request *request, const vota_addr *addr,
                              uint64_t next)
{
    const struct chain *chain = request->chain;
    for (uint32_t i = 0; i < request->node->n_pool; i++) {
        const struct chain_tx *tx = &chain->txs[request->node->pool[i]];
        if (tx->nonce == next && vota_addr_equal(&tx->sender, addr)) {
            next++;
            i = UINT32_MAX; /* from the start again: the pool has no order */
        }
    }
    return next;
}

void chain_answer_nonce(struct chain_request *request)
{
    vota_addr addr;
    const struct chain_state *state = account_state(request, &addr, 1);
    if (state == NULL)
        return;
    const char *tag = json_string_value(json_array_get(request->params, 1));
    uint64_t nonce = nonce_of(state, &addr);
    if (tag != NULL && strcmp(tag, "pending") == 0)
        nonce = pending_nonce(request, &addr, nonce);
    if (chain_fires(request->chain, request->node, CHAIN_FAULT_OLD_NONCE, request->method)) {
        const uint32_t less = chain_amount(request->node, CHAIN_FAULT_OLD_NONCE, 1);
        nonce = nonce > less ? nonce - less : 0;
    }
    chain_put_quantity(request, nonce);
}

/* ---- proofs ---- */

/* All nodes of an answer in a row, so that one of them can be changed. */
struct paths {
    struct chain_path account;
    struct chain_path slots[16];
    size_t n_slots;
};

static void spoil(struct chain_path *path, size_t node)
{
    path->bytes[path->at[node] + path->len[node] - 1] ^= 1;
}

static void spoil_one(struct paths *paths, size_t which)
{
    size_t total = paths->account.n;
    for (size_t i = 0; i < paths->n_slots; i++)
        total += paths->slots[i].n;
    which %= total;
    if (which < paths->account.n) {
        spoil(&paths->account, which);
        return;
    }
    which -= paths->account.n;
    size_t i = 0;
    while (which >= paths->slots[i].n)
        which -= paths->slots[i++].n;
    spoil(&paths->slots[i], which);
}

static void put_path(struct chain_request *request, const char *key, const struct chain_path *path)
{
    chain_put_key(request, key);
    chain_put_text(request, "[");
    for (size_t i = 0; i < path->n; i++) {
        chain_put_key(request, NULL);
        chain_put_hex(request, path->bytes + path->at[i], path->len[i]);
    }
    chain_put_text(request, "]");
}

static struct vota_u256 slot_value(const struct chain_contract *contract, const vota_hash *slot)
{
    vota_hash slots[CHAIN_SLOTS];
    uint64_t number = CHAIN_SLOTS;
    (void)!vota_word_u64(&number, slot);
    if (contract == NULL || number >= CHAIN_SLOTS)
        return vota_u256_of(0);
    chain_contract_slots(slots, contract);
    return vota_u256_of_be(slots[number].bytes, 32);
}

static void put_slots(struct chain_request *request, const struct paths *paths,
                      const struct chain_contract *contract, const vota_hash *slots)
{
    chain_put_key(request, "storageProof");
    chain_put_text(request, "[");
    for (size_t i = 0; i < paths->n_slots; i++) {
        const struct vota_u256 value = slot_value(contract, &slots[i]);
        chain_put_key(request, NULL);
        chain_put_text(request, "{");
        chain_put_key(request, "key");
        chain_put_hex(request, slots[i].bytes, 32);
        chain_put_key(request, "value");
        chain_put_amount(request, &value);
        put_path(request, "proof", &paths->slots[i]);
        chain_put_text(request, "}");
    }
    chain_put_text(request, "]");
}

static size_t read_slots(vota_hash ret_slots[16], const json_t *array)
{
    const size_t n = json_array_size(array);
    chain_must(n <= 16, "a proof of more than 16 slots");
    for (size_t i = 0; i < n; i++)
        chain_must(chain_get_hash(&ret_slots[i], json_array_get(array, i)), "a slot that is none");
    return n;
}

static void put_account(struct chain_request *request, const struct chain_state *state,
                        const vota_addr *addr)
{
    const struct chain_account *account = chain_account_find(state, addr);
    const struct chain_contract *contract = chain_contract_find(state, addr);
    const struct vota_u256 zero = vota_u256_of(0);
    const vota_hash code = chain_code_hash(state, addr);
    const struct chain_contract empty = {.length = 0};
    const vota_hash storage = chain_storage_root(contract != NULL ? contract : &empty);
    chain_put_key(request, "address");
    chain_put_hex(request, addr->bytes, sizeof addr->bytes);
    chain_put_key(request, "balance");
    chain_put_amount(request, account != NULL ? &account->balance : &zero);
    chain_put_key(request, "nonce");
    chain_put_quantity(request, nonce_of(state, addr));
    chain_put_key(request, "codeHash");
    chain_put_hex(request, code.bytes, 32);
    chain_put_key(request, "storageHash");
    chain_put_hex(request, storage.bytes, 32);
}

void chain_answer_proof(struct chain_request *request)
{
    static struct paths paths;
    vota_addr addr;
    vota_hash slots[16];
    const struct chain_state *state = account_state(request, &addr, 2);
    if (state == NULL)
        return;
    const struct chain_contract *contract = chain_contract_find(state, &addr);
    paths.n_slots = read_slots(slots, json_array_get(request->params, 1));
    chain_state_prove(&paths.account, state, &addr);
    for (size_t i = 0; i < paths.n_slots; i++) {
        paths.slots[i].n = 0;
        if (contract != NULL)
            chain_slot_prove(&paths.slots[i], contract, &slots[i]);
    }
    if (chain_fires(request->chain, request->node, CHAIN_FAULT_PROOF, request->method))
        spoil_one(&paths, chain_amount(request->node, CHAIN_FAULT_PROOF, 0));
    chain_put_text(request, "{");
    put_account(request, state, &addr);
    put_path(request, "accountProof", &paths.account);
    put_slots(request, &paths, contract, slots);
    chain_put_text(request, "}");
}
