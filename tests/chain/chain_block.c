/* SPDX-License-Identifier: Apache-2.0 */
/* Making blocks: which transactions, in which order, and what they leave behind. */
#include <stdlib.h>
#include <string.h>

#include "rpc/fees.h"
#include "tests/chain/chain_inside.h"

/* ---- the tree ---- */

uint32_t chain_ancestor(const struct chain *chain, uint32_t from, uint64_t number)
{
    while (from != CHAIN_NOTHING && chain->blocks[from].number > number)
        from = chain->blocks[from].parent;
    if (from == CHAIN_NOTHING || chain->blocks[from].number != number)
        return CHAIN_NOTHING;
    return from;
}

bool chain_is_ancestor(const struct chain *chain, uint32_t ancestor, uint32_t of)
{
    return chain_ancestor(chain, of, chain->blocks[ancestor].number) == ancestor;
}

const struct chain_inclusion *chain_inclusion_of(const struct chain *chain, uint32_t tip,
                                                 uint32_t tx)
{
    for (uint32_t i = chain->n_inclusions; i-- > 0;) {
        const struct chain_inclusion *inclusion = &chain->inclusions[i];
        if (inclusion->tx == tx && chain_is_ancestor(chain, inclusion->block, tip))
            return inclusion;
    }
    return NULL;
}

uint64_t chain_next_base_fee(const struct chain *chain, uint32_t parent)
{
    const struct chain_block *block = &chain->blocks[parent];
    uint64_t fee = 0;
    chain_must(vota_fees_next_base(&fee, block->base_fee, block->gas_used, chain->gas_limit),
               "the base fee overflows");
    return fee;
}

/* ---- one transaction ---- */

static struct vota_u256 product(uint64_t a, uint64_t b)
{
    struct vota_u256 result = vota_u256_of(a);
    chain_must(vota_u256_mul(&result, &result, b), "an amount overflows");
    return result;
}

struct vota_u256 chain_cost(const struct chain_tx *tx)
{
    struct vota_u256 cost = product(tx->gas, tx->fee);
    chain_must(vota_u256_add(&cost, &cost, &tx->value), "an amount overflows");
    return cost;
}

bool chain_fits(const struct chain *chain, const struct chain_block *block, uint32_t index)
{
    const struct chain_tx *tx = &chain->txs[index];
    const struct chain_account *from = chain_account_find(&block->state, &tx->sender);
    const struct vota_u256 cost = chain_cost(tx);
    return from != NULL && from->nonce == tx->nonce && tx->fee >= block->base_fee &&
           block->n < CHAIN_BLOCK_TXS && block->gas_used + tx->gas <= chain->gas_limit &&
           vota_u256_compare(&from->balance, &cost) >= 0;
}

static uint64_t price_of(const struct chain_block *block, const struct chain_tx *tx)
{
    const uint64_t over = tx->fee - block->base_fee;
    return block->base_fee + (tx->tip < over ? tx->tip : over);
}

static void pay(struct chain_account *from, const struct vota_u256 *wei)
{
    chain_must(vota_u256_sub(&from->balance, &from->balance, wei), "a balance below zero");
}

static void move_value(struct chain_state *state, const struct chain_message *message)
{
    if (vota_u256_is_zero(&message->value))
        return;
    pay(chain_account(state, &message->from), &message->value);
    struct chain_account *to = chain_account(state, &message->to);
    chain_must(vota_u256_add(&to->balance, &to->balance, &message->value), "too much money");
}

static void keep_events(struct chain *chain, struct chain_inclusion *inclusion,
                        const struct chain_outcome *outcome)
{
    inclusion->first_log = chain->n_logs;
    inclusion->n_logs = outcome->ok ? (uint32_t)outcome->n_events : 0;
    chain_must(chain->n_logs + inclusion->n_logs <= CHAIN_LOG_MAX, "too many logs");
    for (uint32_t i = 0; i < inclusion->n_logs; i++) {
        const struct chain_event *event = &outcome->events[i];
        struct chain_log *log = &chain->logs[chain->n_logs++];
        log->address = event->address;
        log->n_topics = (uint32_t)event->n_topics;
        memcpy(log->topics, event->topics, sizeof log->topics);
        log->data = chain_keep(chain, event->data);
        log->data_len = (uint32_t)event->data.len;
        log->head_at = (uint32_t)event->head_at;
    }
}

static struct chain_message message_of(const struct chain *chain, const struct chain_block *block,
                                       const struct chain_tx *tx)
{
    return (struct chain_message){.from = tx->sender,
                                  .nonce = tx->nonce,
                                  .create = tx->create,
                                  .to = tx->to,
                                  .value = tx->value,
                                  .data = {chain->bytes + tx->data, tx->data_len},
                                  .block = block->number,
                                  .time = block->time,
                                  .chain_id = chain->id};
}

/* Too little gas takes all of it and does nothing, as a refusal takes what it used. */
static void run(struct chain *chain, struct chain_block *block, const struct chain_tx *tx,
                struct chain_inclusion *inclusion, struct chain_outcome *outcome)
{
    const struct chain_message message = message_of(chain, block, tx);
    struct chain_state after = block->state;
    chain_execute(outcome, &after, &message);
    const uint64_t wanted = chain_intrinsic_gas(tx->create, message.data) + outcome->gas +
                            (outcome->gas > 0 ? chain->extra_gas : 0);
    if (wanted > tx->gas)
        outcome->ok = false;
    inclusion->gas_used = wanted > tx->gas ? tx->gas : wanted;
    inclusion->ok = outcome->ok;
    if (!outcome->ok)
        return;
    block->state = after;
    move_value(&block->state, &message);
    inclusion->has_entry = outcome->has_entry;
    inclusion->entry = outcome->entry;
    inclusion->head = outcome->head;
    inclusion->contract = tx->to;
    inclusion->has_created = outcome->has_created;
    inclusion->created = outcome->created;
}

bool chain_include(struct chain *chain, struct chain_block *block, uint32_t index)
{
    const struct chain_tx *tx = &chain->txs[index];
    if (!chain_fits(chain, block, index))
        return false;
    struct chain_outcome *outcome = malloc(sizeof *outcome);
    chain_must(outcome != NULL, "no memory");
    chain_must(chain->n_inclusions < CHAIN_INCLUSIONS, "too many transactions in blocks");
    struct chain_inclusion *inclusion = &chain->inclusions[chain->n_inclusions];
    *inclusion = (struct chain_inclusion){.tx = index, .place = block->n};
    inclusion->block = chain_block_of(chain, block);
    inclusion->price = price_of(block, tx);
    chain_account(&block->state, &tx->sender)->nonce++;
    run(chain, block, tx, inclusion, outcome);
    const struct vota_u256 fee = product(inclusion->gas_used, inclusion->price);
    pay(chain_account(&block->state, &tx->sender), &fee);
    block->gas_used += inclusion->gas_used;
    inclusion->cumulative = block->gas_used;
    keep_events(chain, inclusion, outcome);
    free(outcome);
    chain->txs[index].preferred = false;
    chain->n_inclusions++;
    block->n++;
    return true;
}

/* ---- which ---- */

struct choice {
    struct chain *chain;
    const struct chain_block *block;
    bool full; /* only who tips as others do gets in */
    uint32_t best;
};

static bool is_better(const struct choice *choice, uint32_t index)
{
    const struct chain *chain = choice->chain;
    if (choice->best == CHAIN_NOTHING)
        return true;
    const struct chain_tx *tx = &chain->txs[index];
    const struct chain_tx *best = &chain->txs[choice->best];
    if (tx->preferred != best->preferred)
        return tx->preferred;
    const uint64_t price = price_of(choice->block, tx);
    const uint64_t best_price = price_of(choice->block, best);
    return price > best_price || (price == best_price && index < choice->best);
}

static void consider(struct choice *choice, uint32_t index)
{
    const struct chain *chain = choice->chain;
    const struct chain_tx *tx = &chain->txs[index];
    if (!chain_fits(chain, choice->block, index))
        return;
    if (choice->full && !tx->preferred &&
        price_of(choice->block, tx) < choice->block->base_fee + chain->tip_wei)
        return;
    if (is_better(choice, index))
        choice->best = index;
}

/* Of all pools that builders see, and of what was asked for by name. */
static uint32_t choose(struct chain *chain, const struct chain_block *block, bool full)
{
    struct choice choice = {chain, block, full, CHAIN_NOTHING};
    for (size_t i = 0; i < CHAIN_NODES; i++) {
        const struct chain_node *node = &chain->nodes[i];
        for (uint32_t j = 0; !node->isolated && !node->own && j < node->n_pool; j++)
            consider(&choice, node->pool[j]);
    }
    for (uint32_t i = 0; i < chain->n_txs; i++) {
        if (chain->txs[i].preferred)
            consider(&choice, i);
    }
    return choice.best;
}

static void fill(struct chain *chain, struct chain_block *block, const struct chain_plan *plan,
                 bool full)
{
    for (size_t i = 0; i < plan->n; i++)
        (void)chain_include(chain, block, plan->txs[i]);
    while (plan->from_pools) {
        const uint32_t best = choose(chain, block, full);
        if (best == CHAIN_NOTHING || !chain_include(chain, block, best))
            return;
    }
}

/* What a test gave or took; part of the block as withdrawals would be. */
static void set_balances(const struct chain *chain, struct chain_block *block)
{
    for (uint32_t i = 0; i < chain->n_new_balances; i++) {
        const struct chain_account *wanted = &chain->new_balances[i];
        chain_account(&block->state, &wanted->addr)->balance = wanted->balance;
    }
}

/* What others use: up to the limit, and not less than our own. */
static void add_others(const struct chain *chain, struct chain_block *block, unsigned per_mille)
{
    const uint64_t others = chain->gas_limit / 1000 * per_mille;
    if (block->gas_used < others)
        block->gas_used = others;
}

uint32_t chain_make_block(struct chain *chain, const struct chain_plan *plan)
{
    const unsigned demand = chain->storm > 0 ? 1000 : chain->demand;
    chain_must(chain->n_blocks < CHAIN_BLOCKS, "too many blocks");
    const uint32_t index = chain->n_blocks;
    const struct chain_block *parent = &chain->blocks[plan->parent];
    struct chain_block *block = &chain->blocks[index];
    chain_must(plan->time > parent->time, "a block before its parent");
    block->parent = plan->parent;
    block->number = parent->number + 1;
    block->time = plan->time;
    block->slot = (plan->time - chain->genesis_time) / CHAIN_SLOT;
    block->base_fee = chain->forced_base_fee != 0 ? chain->forced_base_fee
                                                  : chain_next_base_fee(chain, plan->parent);
    block->fields = chain->fields;
    block->gas_used = 0;
    block->state = parent->state;
    block->first = chain->n_inclusions;
    block->n = 0;
    set_balances(chain, block);
    fill(chain, block, plan, demand >= 1000);
    add_others(chain, block, demand);
    chain_state_root(&block->state);
    chain_make_header(chain, block, ++chain->salt);
    chain->n_blocks++;
    return index;
}
