/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a block as tries: accounts of ours, contracts, and some that only
 * fill the trie so that paths are as long as elsewhere.
 */
#include <string.h>

#include "bridge/engine/contract.h"
#include "keccak/keccak.h"
#include "proof/create2.h"
#include "proof/rlp.h"
#include "proof/trie.h"
#include "proof/word.h"
#include "tests/chain/chain_inside.h"

#define FILLERS     24u
#define ACCOUNT_MAX 128u
#define LEAVES      (FILLERS + CHAIN_ACCOUNTS + CHAIN_CONTRACTS)

/* What is deployed at the proxy's address on every network that has it. */
static const uint8_t proxy_code[] = {
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xe0, 0x36, 0x01, 0x60, 0x00, 0x81, 0x60, 0x20, 0x82, 0x37,
    0x80, 0x35, 0x82, 0x82, 0x34, 0xf5, 0x80, 0x15, 0x15, 0x60, 0x39, 0x57, 0x81, 0x82,
    0xfd, 0x5b, 0x80, 0x82, 0x52, 0x50, 0x50, 0x50, 0x60, 0x14, 0x60, 0x0c, 0xf3};

/* ---- finding ---- */

const struct chain_account *chain_account_find(const struct chain_state *state,
                                               const vota_addr *addr)
{
    for (size_t i = 0; i < state->n_accounts; i++) {
        if (vota_addr_equal(&state->accounts[i].addr, addr))
            return &state->accounts[i];
    }
    return NULL;
}

struct chain_account *chain_account(struct chain_state *state, const vota_addr *addr)
{
    state->changed = true;
    for (size_t i = 0; i < state->n_accounts; i++) {
        if (vota_addr_equal(&state->accounts[i].addr, addr))
            return &state->accounts[i];
    }
    chain_must(state->n_accounts < CHAIN_ACCOUNTS, "too many accounts");
    struct chain_account *account = &state->accounts[state->n_accounts++];
    *account = (struct chain_account){.addr = *addr};
    return account;
}

const struct chain_contract *chain_contract_find(const struct chain_state *state,
                                                 const vota_addr *addr)
{
    for (size_t i = 0; i < state->n_contracts; i++) {
        if (vota_addr_equal(&state->contracts[i].address, addr))
            return &state->contracts[i];
    }
    return NULL;
}

/* ---- storage ---- */

void chain_contract_slots(vota_hash ret_slots[CHAIN_SLOTS], const struct chain_contract *contract)
{
    ret_slots[0] = contract->head;
    ret_slots[1] = vota_word_of_addr(&contract->anchorer);
    vota_store_be(ret_slots[1].bytes + 4, 8, contract->length);
    ret_slots[2] = vota_word_of_addr(&contract->acceptance_key);
    ret_slots[3] = vota_word_of_addr(&contract->owner);
    ret_slots[4] = vota_word_of_addr(&contract->pending_owner);
}

static void hash_key(uint8_t ret_key[32], const void *bytes, size_t len)
{
    vota_keccak_hash(ret_key, bytes, len);
}

struct storage {
    struct chain_item items[CHAIN_SLOTS];
    uint8_t values[CHAIN_SLOTS][40];
    size_t n;
};

/* A slot of zero is not there. */
static void make_storage(struct storage *storage, const struct chain_contract *contract)
{
    vota_hash slots[CHAIN_SLOTS];
    chain_contract_slots(slots, contract);
    storage->n = 0;
    for (size_t i = 0; i < CHAIN_SLOTS; i++) {
        const vota_hash slot = vota_word_of_u64(i);
        struct chain_item *item = &storage->items[storage->n];
        struct vota_wr wr = vota_wr_of(storage->values[storage->n], sizeof storage->values[0]);
        if (vota_hash_is_zero(&slots[i]))
            continue;
        vota_rlp_put_integer(&wr, slots[i].bytes, 32);
        hash_key(item->key, slot.bytes, 32);
        item->key_len = 32;
        item->value = (struct vota_slice){wr.to, wr.len};
        storage->n++;
    }
    chain_trie_sort(storage->items, storage->n);
}

vota_hash chain_storage_root(const struct chain_contract *contract)
{
    struct storage storage;
    make_storage(&storage, contract);
    return chain_trie_root(storage.items, storage.n);
}

void chain_slot_prove(struct chain_path *ret_path, const struct chain_contract *contract,
                      const vota_hash *slot)
{
    struct storage storage;
    uint8_t key[32];
    make_storage(&storage, contract);
    hash_key(key, slot->bytes, 32);
    chain_trie_prove(ret_path, storage.items, storage.n, key);
}

/* ---- code ---- */

/* What the constructor leaves is the end of the creation code. */
static struct vota_slice contract_code(void)
{
    static size_t at;
    const struct vota_slice all = vota_contract_creation_code;
    vota_hash hash = {{0}};
    while (at < all.len) {
        vota_keccak_hash(hash.bytes, all.at + at, all.len - at);
        if (vota_hash_equal(&hash, &vota_contract_code_hash))
            break;
        at++;
    }
    return (struct vota_slice){all.at + at, all.len - at};
}

struct vota_slice chain_code(const struct chain_state *state, const vota_addr *addr)
{
    const struct chain_account *account = chain_account_find(state, addr);
    if (chain_contract_find(state, addr) != NULL)
        return contract_code();
    if (account != NULL && account->is_proxy)
        return (struct vota_slice){proxy_code, sizeof proxy_code};
    return (struct vota_slice){NULL, 0};
}

vota_hash chain_code_hash(const struct chain_state *state, const vota_addr *addr)
{
    if (chain_contract_find(state, addr) != NULL)
        return vota_contract_code_hash;
    const struct vota_slice code = chain_code(state, addr);
    vota_hash hash;
    vota_keccak_hash(hash.bytes, code.at, code.len);
    return hash;
}

/* ---- accounts ---- */

struct leaves {
    struct chain_item items[LEAVES];
    uint8_t values[LEAVES][ACCOUNT_MAX];
    size_t n;
};

struct fields {
    uint64_t nonce;
    struct vota_u256 balance;
    vota_hash storage, code;
};

static void add_leaf(struct leaves *leaves, const vota_addr *addr, const struct fields *fields)
{
    uint8_t payload[ACCOUNT_MAX];
    struct vota_wr list = vota_wr_of(payload, sizeof payload);
    struct vota_wr wr = vota_wr_of(leaves->values[leaves->n], ACCOUNT_MAX);
    struct chain_item *item = &leaves->items[leaves->n++];
    vota_rlp_put_uint64(&list, fields->nonce);
    vota_rlp_put_integer(&list, fields->balance.be, 32);
    vota_rlp_put_string(&list, fields->storage.bytes, 32);
    vota_rlp_put_string(&list, fields->code.bytes, 32);
    vota_rlp_put_list(&wr, list.len);
    vota_wr_put(&wr, payload, list.len);
    hash_key(item->key, addr->bytes, sizeof addr->bytes);
    item->key_len = 32;
    item->value = (struct vota_slice){wr.to, wr.len};
}

static vota_hash empty_code_hash(void)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, NULL, 0);
    return hash;
}

static void add_fillers(struct leaves *leaves, const vota_hash *empty)
{
    for (uint8_t i = 0; i < FILLERS; i++) {
        vota_addr addr = {{0xf1, 0x11, i}};
        const struct fields fields = {i, vota_u256_of(1000u + i), vota_trie_empty_root, *empty};
        add_leaf(leaves, &addr, &fields);
    }
}

static void add_accounts(struct leaves *leaves, const struct chain_state *state,
                         const vota_hash *empty)
{
    for (size_t i = 0; i < state->n_accounts; i++) {
        const struct chain_account *account = &state->accounts[i];
        struct fields fields = {account->nonce, account->balance, vota_trie_empty_root, *empty};
        if (account->is_proxy)
            vota_keccak_hash(fields.code.bytes, proxy_code, sizeof proxy_code);
        add_leaf(leaves, &account->addr, &fields);
    }
}

static void make_leaves(struct leaves *leaves, const struct chain_state *state)
{
    const vota_hash empty = empty_code_hash();
    leaves->n = 0;
    add_fillers(leaves, &empty);
    add_accounts(leaves, state, &empty);
    for (size_t i = 0; i < state->n_contracts; i++) {
        const struct chain_contract *contract = &state->contracts[i];
        const struct fields fields = {1, vota_u256_of(0), chain_storage_root(contract),
                                      vota_contract_code_hash};
        add_leaf(leaves, &contract->address, &fields);
    }
    chain_trie_sort(leaves->items, leaves->n);
}

void chain_state_root(struct chain_state *state)
{
    struct leaves leaves;
    if (!state->changed)
        return;
    make_leaves(&leaves, state);
    state->root = chain_trie_root(leaves.items, leaves.n);
    state->changed = false;
}

void chain_state_prove(struct chain_path *ret_path, const struct chain_state *state,
                       const vota_addr *addr)
{
    struct leaves leaves;
    uint8_t key[32];
    make_leaves(&leaves, state);
    hash_key(key, addr->bytes, sizeof addr->bytes);
    chain_trie_prove(ret_path, leaves.items, leaves.n, key);
}
