/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pools with geth's rules and words (core/txpool/validation.go, legacypool/): one
 * transaction a nonce, a tenth more of both fees to replace it, gaps wait, what is
 * below the base fee waits too.
 *
 * A process may be killed in here: what is written becomes visible by its last
 * store, a counter or one index.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "tests/chain/chain_inside.h"

#define PRICE_BUMP 10u /* per cent */

/* What stands before in the code is in memory before what stands after, for who outlives us. */
static void barrier(void)
{
    atomic_signal_fence(memory_order_seq_cst);
}

/* ---- words ---- */

static void refuse(struct chain_refusal *refusal, const char *text)
{
    (void)snprintf(refusal->text, sizeof refusal->text, "%s", text);
}

static void refuse_numbers(struct chain_refusal *refusal, const char *text, const char *first,
                           uint64_t a, const char *second, uint64_t b)
{
    (void)snprintf(refusal->text, sizeof refusal->text, "%s: %s %llu, %s %llu", text, first,
                   (unsigned long long)a, second, (unsigned long long)b);
}

static void decimal(char ret_text[80], const struct vota_u256 *value)
{
    struct vota_wr wr = vota_wr_of(ret_text, 79);
    vota_quantity_write_decimal(&wr, value);
    ret_text[wr.len] = '\0';
}

static void refuse_funds(struct chain_refusal *refusal, const struct vota_u256 *balance,
                         const struct vota_u256 *cost)
{
    char have[80];
    char need[80];
    char over[80];
    struct vota_u256 missing = vota_u256_of(0);
    (void)!vota_u256_sub(&missing, cost, balance);
    decimal(have, balance);
    decimal(need, cost);
    decimal(over, &missing);
    (void)snprintf(refusal->text, sizeof refusal->text,
                   "insufficient funds for gas * price + value: balance %s, tx cost %s, "
                   "overshot %s",
                   have, need, over);
}

/* ---- from bytes to a transaction ---- */

uint32_t chain_tx_find(const struct chain *chain, const vota_hash *hash)
{
    for (uint32_t i = 0; i < chain->n_txs; i++) {
        if (vota_hash_equal(&chain->txs[i].hash, hash))
            return i;
    }
    return CHAIN_NOTHING;
}

uint32_t chain_keep(struct chain *chain, struct vota_slice bytes)
{
    const uint32_t at = chain->n_bytes;
    chain_must(bytes.len <= CHAIN_BYTES - at, "too many bytes");
    if (bytes.len > 0)
        memcpy(chain->bytes + at, bytes.at, bytes.len);
    barrier();
    chain->n_bytes = at + (uint32_t)bytes.len;
    return at;
}

static bool read_sender(struct chain_tx *ret_tx, const struct vota_tx *fields,
                        const struct vota_signature *signature)
{
    vota_hash sighash;
    vota_tx_sighash(&sighash, fields);
    return vota_recover_address(&ret_tx->sender, &sighash, signature) == VOTA_OK;
}

static void learn_fields(struct chain *chain, struct chain_tx *tx, const struct vota_tx *fields,
                         struct vota_slice raw)
{
    tx->to = fields->to;
    tx->create = fields->create;
    tx->nonce = fields->nonce;
    tx->tip = fields->max_priority_fee_per_gas;
    tx->fee = fields->max_fee_per_gas;
    tx->gas = fields->gas_limit;
    tx->value = fields->value;
    tx->raw = chain_keep(chain, raw);
    tx->raw_len = (uint32_t)raw.len;
    tx->data = tx->raw + (uint32_t)(fields->data.len > 0 ? fields->data.at - raw.at : 0);
    tx->data_len = (uint32_t)fields->data.len;
}

/* What has nothing to do with the state; geth's order. */
static bool is_sound(const struct chain *chain, const struct vota_tx *fields,
                     struct chain_refusal *refusal)
{
    const uint64_t intrinsic = chain_intrinsic_gas(fields->create, fields->data);
    if (fields->data.len > CHAIN_DATA_MAX)
        refuse(refusal, "oversized data");
    else if (fields->gas_limit > chain->gas_limit)
        refuse(refusal, "exceeds block gas limit");
    else if (fields->chain_id != chain->id)
        refuse_numbers(refusal, "invalid sender: invalid chain id for signer", "have",
                       fields->chain_id, "want", chain->id);
    else if (fields->gas_limit < intrinsic)
        refuse_numbers(refusal, "intrinsic gas too low", "gas", fields->gas_limit, "minimum needed",
                       intrinsic);
    else if (fields->max_priority_fee_per_gas == 0)
        refuse_numbers(refusal, "transaction gas price below minimum", "gas tip cap", 0,
                       "minimum needed", 1);
    return refusal->text[0] == '\0';
}

uint32_t chain_learn(struct chain *chain, struct vota_slice raw, struct chain_refusal *ret_refusal)
{
    struct vota_tx fields;
    struct vota_signature signature;
    vota_hash hash;
    vota_tx_hash(&hash, raw.at, raw.len);
    const uint32_t known = chain_tx_find(chain, &hash);
    if (known != CHAIN_NOTHING)
        return known;
    struct chain_tx tx = {.hash = hash};
    if (vota_tx_decode(&fields, &signature, raw.at, raw.len, NULL) != VOTA_OK) {
        refuse(ret_refusal, "rlp: value size exceeds available input length");
        return CHAIN_NOTHING;
    }
    if (!is_sound(chain, &fields, ret_refusal))
        return CHAIN_NOTHING;
    if (!read_sender(&tx, &fields, &signature)) {
        refuse(ret_refusal, "invalid sender");
        return CHAIN_NOTHING;
    }
    chain_must(chain->n_txs < CHAIN_TXS, "too many transactions");
    learn_fields(chain, &tx, &fields, raw);
    chain->txs[chain->n_txs] = tx;
    barrier();
    return chain->n_txs++;
}

/* ---- one pool ---- */

bool chain_pool_has(const struct chain_node *node, uint32_t tx)
{
    for (uint32_t i = 0; i < node->n_pool; i++) {
        if (node->pool[i] == tx)
            return true;
    }
    return false;
}

void chain_pool_remove(struct chain_node *node, uint32_t tx)
{
    for (uint32_t i = 0; i < node->n_pool; i++) {
        if (node->pool[i] == tx)
            node->pool[i--] = node->pool[--node->n_pool];
    }
}

/* Where a transaction of the same sender and nonce is; n_pool: nowhere. */
static uint32_t rival_of(const struct chain *chain, const struct chain_node *node,
                         const struct chain_tx *tx)
{
    uint32_t i = 0;
    while (i < node->n_pool && (chain->txs[node->pool[i]].nonce != tx->nonce ||
                                !vota_addr_equal(&chain->txs[node->pool[i]].sender, &tx->sender)))
        i++;
    return i;
}

/* What the pool's other transactions of this sender may cost. */
static struct vota_u256 spent(const struct chain *chain, const struct chain_node *node,
                              const struct chain_tx *tx)
{
    struct vota_u256 sum = vota_u256_of(0);
    for (uint32_t i = 0; i < node->n_pool; i++) {
        const struct chain_tx *other = &chain->txs[node->pool[i]];
        const struct vota_u256 cost = chain_cost(other);
        if (other->nonce != tx->nonce && vota_addr_equal(&other->sender, &tx->sender))
            chain_must(vota_u256_add(&sum, &sum, &cost), "an amount overflows");
    }
    return sum;
}

static bool is_affordable(const struct chain *chain, const struct chain_node *node,
                          const struct chain_tx *tx, struct chain_refusal *refusal)
{
    const struct chain_state *state = &chain->blocks[chain_tip_of(chain, node)].state;
    const struct chain_account *from = chain_account_find(state, &tx->sender);
    const uint64_t next = from != NULL ? from->nonce : 0;
    const struct vota_u256 balance = from != NULL ? from->balance : vota_u256_of(0);
    struct vota_u256 cost = chain_cost(tx);
    const struct vota_u256 others = spent(chain, node, tx);
    if (tx->nonce < next) {
        refuse_numbers(refusal, "nonce too low", "next nonce", next, "tx nonce", tx->nonce);
        return false;
    }
    if (vota_u256_add(&cost, &cost, &others) && vota_u256_compare(&balance, &cost) >= 0)
        return true;
    refuse_funds(refusal, &balance, &cost);
    return false;
}

/* Rounded down, as geth does. */
static bool beats(uint64_t price, uint64_t old)
{
    return price > old && price - old >= old / (100 / PRICE_BUMP);
}

void chain_pool_add(struct chain *chain, struct chain_node *node, uint32_t index,
                    struct chain_refusal *ret_refusal)
{
    const struct chain_tx *tx = &chain->txs[index];
    if (chain_pool_has(node, index)) {
        refuse(ret_refusal, "already known");
        return;
    }
    if (!is_affordable(chain, node, tx, ret_refusal))
        return;
    const uint32_t at = rival_of(chain, node, tx);
    if (at < node->n_pool) {
        const struct chain_tx *rival = &chain->txs[node->pool[at]];
        if (beats(tx->tip, rival->tip) && beats(tx->fee, rival->fee)) {
            node->pool[at] = index;
            return;
        }
        refuse(ret_refusal, "replacement transaction underpriced");
        ret_refusal->for_now = true;
        return;
    }
    if (node->n_pool == CHAIN_POOL) {
        refuse(ret_refusal, "txpool is full");
        ret_refusal->for_now = true;
        return;
    }
    node->pool[node->n_pool] = index;
    barrier();
    node->n_pool++;
}

void chain_pool_prune(struct chain *chain, struct chain_node *node)
{
    const struct chain_state *state = &chain->blocks[chain_tip_of(chain, node)].state;
    for (uint32_t i = node->n_pool; i-- > 0;) {
        const struct chain_tx *tx = &chain->txs[node->pool[i]];
        const struct chain_account *from = chain_account_find(state, &tx->sender);
        if (from != NULL && tx->nonce < from->nonce)
            node->pool[i] = node->pool[--node->n_pool];
    }
}

void chain_pool_gossip(struct chain *chain)
{
    for (size_t from = 0; from < CHAIN_NODES; from++) {
        const struct chain_node *node = &chain->nodes[from];
        for (uint32_t i = 0; !node->isolated && i < node->n_pool; i++) {
            for (size_t to = 0; to < CHAIN_NODES; to++) {
                struct chain_refusal unused = {.text = ""};
                if (to != from && !chain->nodes[to].isolated)
                    chain_pool_add(chain, &chain->nodes[to], node->pool[i], &unused);
            }
        }
    }
}
