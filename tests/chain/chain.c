/* SPDX-License-Identifier: Apache-2.0 */
/* The chain as who tests it sees it: making one, time, finality, the truth. */
#include "tests/chain/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bridge/engine/contract.h"
#include "keccak/keccak.h"
#include "proof/create2.h"
#include "tests/chain/chain_inside.h"

_Noreturn void chain_die(const char *sentence)
{
    (void)fprintf(stderr, "scripted chain: %s\n", sentence);
    abort();
}

/* xorshift64*: the same numbers from the same seed, everywhere. */
uint64_t chain_random(struct chain *chain)
{
    chain->rng ^= chain->rng >> 12;
    chain->rng ^= chain->rng << 25;
    chain->rng ^= chain->rng >> 27;
    return chain->rng * 2685821657736338717u;
}

/* ---- making ---- */

static uint64_t or_else(uint64_t value, uint64_t otherwise)
{
    return value != 0 ? value : otherwise;
}

static void set_defaults(struct chain *chain, uint64_t seed, const struct chain_options *options)
{
    chain->id = or_else(options->chain_id, 560048);
    chain->genesis_time = or_else(options->genesis_time, 1790000000);
    chain->gas_limit = or_else(options->gas_limit, 60000000);
    chain->fields = options->fields != 0 ? options->fields : 21;
    chain->now = chain->genesis_time;
    chain->rng = seed * 2u + 1u;
    chain->salt = chain_random(chain) >> 8;
    chain->demand = 500;
    chain->tip_wei = CHAIN_GWEI;
    for (size_t i = 0; i < CHAIN_NODES; i++) {
        chain->nodes[i].index = (uint32_t)i;
        chain->nodes[i].raw_header = true;
        chain->nodes[i].block_hash = true;
        chain->nodes[i].window = 128;
    }
}

static void make_genesis(struct chain *chain, const struct chain_options *options)
{
    struct chain_block *block = &chain->blocks[0];
    struct vota_u256 wei = vota_u256_of(CHAIN_PER_ETH);
    chain_must(vota_u256_mul(&wei, &wei, 10), "an amount overflows");
    for (unsigned i = 0; i < CHAIN_ACTORS; i++) {
        const vota_addr addr = chain_address((enum chain_actor)i);
        chain_account(&block->state, &addr)->balance = wei;
    }
    if (!options->no_proxy) {
        struct chain_account *proxy = chain_account(&block->state, &vota_create2_proxy);
        proxy->is_proxy = true;
        proxy->nonce = 1;
    }
    block->parent = CHAIN_NOTHING;
    block->time = chain->genesis_time;
    block->base_fee = or_else(options->base_fee, CHAIN_GWEI);
    block->gas_used = chain->gas_limit / 2;
    block->fields = chain->fields;
    chain_state_root(&block->state);
    chain_make_header(chain, block, ++chain->salt);
    chain->n_blocks = 1;
}

static void plan_deployment(struct chain *chain)
{
    struct vota_store_deployment *deployment = &chain->deployment;
    vota_hash init_code_hash;
    deployment->genesis = (struct vota_genesis){.chain_id = chain->id,
                                                .owner = chain_address(CHAIN_OWNER),
                                                .anchorer = chain_address(CHAIN_ANCHORER),
                                                .acceptance_key = chain_address(CHAIN_ACCEPTANCE)};
    vota_store_be(deployment->salt.bytes, 8, chain->salt);
    deployment->deployer = vota_create2_proxy;
    vota_keccak_hash(deployment->creation_code_hash.bytes, vota_contract_creation_code.at,
                     vota_contract_creation_code.len);
    vota_create2_init_code_hash(&init_code_hash, vota_contract_creation_code, &deployment->genesis);
    vota_create2_address(&deployment->genesis.contract, &deployment->deployer, &deployment->salt,
                         &init_code_hash);
}

static void deploy(struct chain *chain)
{
    static uint8_t code[CHAIN_DATA_MAX];
    static uint8_t data[CHAIN_DATA_MAX];
    struct vota_wr init = vota_wr_of(code, sizeof code);
    struct vota_wr call = vota_wr_of(data, sizeof data);
    vota_create2_init_code(&init, vota_contract_creation_code, &chain->deployment.genesis);
    vota_create2_proxy_call(&call, &chain->deployment.salt, (struct vota_slice){code, init.len});
    chain_must(vota_wr_fits(&init) && vota_wr_fits(&call), "the creation code is too long");
    const struct chain_order order = {.actor = CHAIN_STRANGER,
                                      .to = vota_create2_proxy,
                                      .gas = 3000000,
                                      .data = {data, call.len}};
    (void)chain_send(chain, &order);
    chain_mine(chain, 1);
    chain->deployed = chain->tip;
    chain_must(chain->blocks[chain->tip].state.n_contracts == 1, "the contract was not deployed");
    chain_finalise(chain, 0);
}

struct chain *chain_new_with(uint64_t seed, const struct chain_options *options)
{
    struct chain *chain = mmap(NULL, sizeof *chain, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    chain_must(chain != MAP_FAILED, "no memory");
    set_defaults(chain, seed, options);
    make_genesis(chain, options);
    plan_deployment(chain);
    if (!options->undeployed && !options->no_proxy)
        deploy(chain);
    return chain;
}

struct chain *chain_new(uint64_t seed)
{
    const struct chain_options options = {0};
    return chain_new_with(seed, &options);
}

void chain_free(struct chain *chain)
{
    if (chain != NULL)
        (void)munmap(chain, sizeof *chain);
}

uint64_t chain_id(const struct chain *chain)
{
    return chain->id;
}

vota_hash chain_genesis_hash(const struct chain *chain)
{
    return chain->blocks[0].hash;
}

void chain_deployment(const struct chain *chain, struct vota_store_deployment *ret_deployment,
                      uint64_t *ret_block, uint64_t *ret_time, vota_hash *ret_tx)
{
    const struct chain_block *block = &chain->blocks[chain->deployed];
    *ret_deployment = chain->deployment;
    *ret_block = block->number;
    *ret_time = block->time;
    *ret_tx = (vota_hash){{0}};
    if (block->n > 0)
        *ret_tx = chain->txs[chain->inclusions[block->first].tx].hash;
}

/* ---- time ---- */

uint64_t chain_now(const struct chain *chain)
{
    return chain->now;
}

void chain_set_now(struct chain *chain, uint64_t now)
{
    chain_must(now >= chain->now, "time goes forwards only");
    chain->now = now;
}

uint64_t chain_height(const struct chain *chain)
{
    return chain->blocks[chain->tip].number;
}

uint64_t chain_final(const struct chain *chain)
{
    return chain->blocks[chain->final].number;
}

void chain_finalise(struct chain *chain, unsigned behind)
{
    const uint64_t height = chain_height(chain);
    const uint64_t number = height > behind ? height - behind : 0;
    if (number > chain_final(chain))
        chain->final = chain_ancestor(chain, chain->tip, number);
}

void chain_finalise_always(struct chain *chain, unsigned behind)
{
    chain->finalise_behind = behind;
}

/* Branches of single nodes grow along, with nothing in them. */
static void grow_branches(struct chain *chain, uint32_t before)
{
    for (size_t i = 0; i < CHAIN_NODES; i++) {
        struct chain_node *node = &chain->nodes[i];
        const struct chain_plan plan = {.parent = node->tip, .time = chain->now};
        if (node->own && node->tip == before)
            node->tip = chain->tip;
        else if (node->own)
            node->tip = chain_make_block(chain, &plan);
    }
}

static void mine_one(struct chain *chain, bool from_pools)
{
    const uint32_t before = chain->tip;
    chain->now += CHAIN_SLOT;
    chain_pool_gossip(chain);
    const struct chain_plan plan = {.parent = before, .time = chain->now, .from_pools = from_pools};
    chain->tip = chain_make_block(chain, &plan);
    grow_branches(chain, before);
    chain->n_new_balances = 0;
    chain->forced_base_fee = 0;
    if (chain->storm > 0)
        chain->storm--;
    for (size_t i = 0; i < CHAIN_NODES; i++)
        chain_pool_prune(chain, &chain->nodes[i]);
    if (chain->finalise_behind > 0)
        chain_finalise(chain, chain->finalise_behind);
}

void chain_mine(struct chain *chain, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        mine_one(chain, true);
}

void chain_mine_empty(struct chain *chain, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        mine_one(chain, false);
}

void chain_skip(struct chain *chain, unsigned n)
{
    chain->now += (uint64_t)CHAIN_SLOT * n;
    chain_pool_gossip(chain);
}

/* ---- fees, gas, balances ---- */

uint64_t chain_base_fee(const struct chain *chain)
{
    return chain->forced_base_fee != 0 ? chain->forced_base_fee
                                       : chain_next_base_fee(chain, chain->tip);
}

void chain_set_demand(struct chain *chain, unsigned per_mille)
{
    chain_must(per_mille <= 1000, "demand beyond the gas limit");
    chain->demand = per_mille;
}

void chain_storm(struct chain *chain, unsigned blocks)
{
    chain->storm = blocks;
}

void chain_set_tip(struct chain *chain, uint64_t wei)
{
    chain->tip_wei = wei;
}

void chain_force_base_fee(struct chain *chain, uint64_t wei)
{
    chain->forced_base_fee = wei;
}

void chain_set_extra_gas(struct chain *chain, uint64_t gas)
{
    chain->extra_gas = gas;
}

static const struct chain_state *latest(const struct chain *chain)
{
    return &chain->blocks[chain->tip].state;
}

struct vota_u256 chain_balance(const struct chain *chain, const vota_addr *addr)
{
    const struct chain_account *account = chain_account_find(latest(chain), addr);
    return account != NULL ? account->balance : vota_u256_of(0);
}

void chain_set_balance(struct chain *chain, const vota_addr *addr, const struct vota_u256 *wei)
{
    chain_must(chain->n_new_balances < CHAIN_NEW_BALANCES, "too many balances at once");
    struct chain_account *account = &chain->new_balances[chain->n_new_balances++];
    *account = (struct chain_account){.addr = *addr, .balance = *wei};
}

uint64_t chain_nonce(const struct chain *chain, const vota_addr *addr)
{
    const struct chain_account *account = chain_account_find(latest(chain), addr);
    return account != NULL ? account->nonce : 0;
}

/* ---- the truth ---- */

static bool contract_in(const struct chain *chain, uint32_t block, const vota_addr *address,
                        struct chain_contract *ret_contract)
{
    const struct chain_contract *contract =
        chain_contract_find(&chain->blocks[block].state, address);
    if (contract != NULL)
        *ret_contract = *contract;
    return contract != NULL;
}

bool chain_contract(const struct chain *chain, struct chain_contract *ret_contract)
{
    return contract_in(chain, chain->tip, &chain->deployment.genesis.contract, ret_contract);
}

bool chain_contract_final(const struct chain *chain, struct chain_contract *ret_contract)
{
    return contract_in(chain, chain->final, &chain->deployment.genesis.contract, ret_contract);
}

bool chain_contract_at(const struct chain *chain, const vota_addr *address,
                       struct chain_contract *ret_contract)
{
    return contract_in(chain, chain->tip, address, ret_contract);
}

/* Whether this inclusion is an entry of the contract, on the canonical chain. */
static bool is_entry(const struct chain *chain, const struct chain_inclusion *inclusion,
                     const vota_addr *address)
{
    return inclusion->has_entry && vota_addr_equal(&inclusion->contract, address) &&
           chain_is_ancestor(chain, inclusion->block, chain->tip);
}

static bool is_final(const struct chain *chain, uint32_t block)
{
    return chain_is_ancestor(chain, block, chain->final);
}

size_t chain_entries_at(const struct chain *chain, const vota_addr *address,
                        struct chain_entry *ret_entries, size_t cap)
{
    size_t n = 0;
    for (uint32_t i = 0; i < chain->n_inclusions; i++) {
        const struct chain_inclusion *inclusion = &chain->inclusions[i];
        if (!is_entry(chain, inclusion, address))
            continue;
        chain_must(n < cap, "more entries than asked for");
        const struct chain_tx *tx = &chain->txs[inclusion->tx];
        ret_entries[n++] = (struct chain_entry){.entry = inclusion->entry,
                                                .head = inclusion->head,
                                                .tx = tx->hash,
                                                .sender = tx->sender,
                                                .final = is_final(chain, inclusion->block)};
    }
    return n; /* a branch is made block by block, so they are in order */
}

size_t chain_entries(const struct chain *chain, struct chain_entry *ret_entries, size_t cap)
{
    return chain_entries_at(chain, &chain->deployment.genesis.contract, ret_entries, cap);
}

struct chain_place chain_find(const struct chain *chain, const vota_hash *hash)
{
    struct chain_place place = {.seen = false};
    const uint32_t tx = chain_tx_find(chain, hash);
    if (tx == CHAIN_NOTHING)
        return place;
    const struct chain_inclusion *inclusion = chain_inclusion_of(chain, chain->tip, tx);
    place.seen = true;
    place.sender = chain->txs[tx].sender;
    place.nonce = chain->txs[tx].nonce;
    if (inclusion == NULL)
        return place;
    const struct chain_block *block = &chain->blocks[inclusion->block];
    place.mined = true;
    place.succeeded = inclusion->ok;
    place.final = is_final(chain, inclusion->block);
    place.block = block->number;
    place.block_hash = block->hash;
    place.gas_used = inclusion->gas_used;
    place.paid = vota_u256_of(inclusion->gas_used);
    chain_must(vota_u256_mul(&place.paid, &place.paid, inclusion->price), "an amount overflows");
    return place;
}

bool chain_holds(const struct chain *chain, unsigned node, const vota_hash *hash)
{
    const uint32_t tx = chain_tx_find(chain, hash);
    return tx != CHAIN_NOTHING && chain_pool_has(&chain->nodes[node], tx);
}

size_t chain_seen(const struct chain *chain, const vota_addr *sender, vota_hash *ret_txs,
                  size_t cap)
{
    size_t n = 0;
    for (uint32_t i = 0; i < chain->n_txs; i++) {
        if (!vota_addr_equal(&chain->txs[i].sender, sender))
            continue;
        chain_must(n < cap, "more transactions than asked for");
        ret_txs[n++] = chain->txs[i].hash;
    }
    return n;
}
