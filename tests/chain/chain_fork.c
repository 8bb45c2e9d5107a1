/* SPDX-License-Identifier: Apache-2.0 */
/* Reorganisations of all nodes, and branches that one node has for itself. */
#include <string.h>

#include "tests/chain/chain_inside.h"

#define DEPTH_MAX 64u

uint32_t chain_tip_of(const struct chain *chain, const struct chain_node *node)
{
    return node->own ? node->tip : chain->tip;
}

/* ---- the transactions of what is replaced ---- */

struct replaced {
    uint32_t txs[DEPTH_MAX * CHAIN_BLOCK_TXS]; /* oldest block first */
    size_t from[DEPTH_MAX + 1];                /* where the block's begin */
    uint64_t times[DEPTH_MAX];
    size_t n_blocks;
};

static void collect(struct replaced *ret, const struct chain *chain, unsigned depth)
{
    const uint64_t height = chain_height(chain);
    size_t n = 0;
    ret->n_blocks = depth;
    for (unsigned i = 0; i < depth; i++) {
        const uint32_t index = chain_ancestor(chain, chain->tip, height - depth + 1 + i);
        const struct chain_block *block = &chain->blocks[index];
        ret->from[i] = n;
        ret->times[i] = block->time;
        for (uint32_t j = 0; j < block->n; j++)
            ret->txs[n++] = chain->inclusions[block->first + j].tx;
    }
    ret->from[depth] = n;
}

/* The first attempt that anybody saw for the nonce of this one. */
static uint32_t oldest_of(const struct chain *chain, uint32_t index)
{
    const struct chain_tx *tx = &chain->txs[index];
    uint32_t i = 0;
    while (chain->txs[i].nonce != tx->nonce || !vota_addr_equal(&chain->txs[i].sender, &tx->sender))
        i++;
    return i;
}

static void use_older(struct replaced *replaced, const struct chain *chain)
{
    for (size_t i = 0; i < replaced->from[replaced->n_blocks]; i++)
        replaced->txs[i] = oldest_of(chain, replaced->txs[i]);
}

/* ---- new blocks ---- */

/* Block `at` of the new branch: the same transactions, all at the end, or none. */
static struct chain_plan plan_of(const struct replaced *replaced, size_t at, size_t total,
                                 enum chain_reorg_mode mode)
{
    struct chain_plan plan = {.from_pools = false};
    if (mode == CHAIN_REORG_SAME || mode == CHAIN_REORG_OLDER) {
        if (at < replaced->n_blocks) {
            plan.txs = replaced->txs + replaced->from[at];
            plan.n = replaced->from[at + 1] - replaced->from[at];
        }
    } else if (mode == CHAIN_REORG_LATER && at + 1 == total) {
        plan.txs = replaced->txs;
        plan.n = replaced->from[replaced->n_blocks];
    }
    return plan;
}

/* Somebody's transaction that comes first, so that ours have another place in the block. */
static void put_stranger_first(struct chain *chain, struct replaced *replaced)
{
    const size_t n = replaced->from[replaced->n_blocks];
    const vota_hash hash = chain_send_self(chain, CHAIN_STRANGER);
    memmove(replaced->txs + 1, replaced->txs, n * sizeof replaced->txs[0]);
    replaced->txs[0] = chain_tx_find(chain, &hash);
    replaced->from[replaced->n_blocks] = n + 1;
}

static uint32_t grow(struct chain *chain, uint32_t from, const struct replaced *replaced,
                     size_t total, enum chain_reorg_mode mode)
{
    uint32_t tip = from;
    for (size_t i = 0; i < total; i++) {
        struct chain_plan plan = plan_of(replaced, i, total, mode);
        if (i >= replaced->n_blocks)
            chain->now += CHAIN_SLOT;
        plan.parent = tip;
        plan.time = i < replaced->n_blocks ? replaced->times[i] : chain->now;
        tip = chain_make_block(chain, &plan);
    }
    return tip;
}

static void forget(struct chain *chain, uint32_t index)
{
    for (size_t i = 0; i < CHAIN_NODES; i++)
        chain_pool_remove(&chain->nodes[i], index);
}

/* geth puts back what the old branch had and the new one has not. */
static void settle_pools(struct chain *chain, const struct replaced *replaced,
                         enum chain_reorg_mode mode)
{
    const size_t n = replaced->from[replaced->n_blocks];
    for (size_t i = 0; i < CHAIN_NODES; i++) {
        struct chain_node *node = &chain->nodes[i];
        if (node->own)
            continue;
        for (size_t j = 0; mode != CHAIN_REORG_DROP && j < n; j++) {
            struct chain_refusal unused = {.text = ""};
            chain_pool_add(chain, node, replaced->txs[j], &unused);
        }
        chain_pool_prune(chain, node);
    }
    for (size_t j = 0; mode == CHAIN_REORG_DROP && j < n; j++)
        forget(chain, replaced->txs[j]);
}

unsigned chain_reorg(struct chain *chain, unsigned depth, unsigned more, enum chain_reorg_mode mode)
{
    struct replaced original;
    const uint64_t unfinal = chain_height(chain) - chain_final(chain);
    if (depth > unfinal)
        depth = (unsigned)unfinal;
    chain_must(depth <= DEPTH_MAX, "a reorganisation that deep");
    if (depth == 0)
        return 0;
    collect(&original, chain, depth);
    struct replaced replaced = original;
    const uint32_t from = chain_ancestor(chain, chain->tip, chain_height(chain) - depth);
    if (mode == CHAIN_REORG_OLDER)
        use_older(&replaced, chain);
    if (mode == CHAIN_REORG_LATER && depth < DEPTH_MAX)
        put_stranger_first(chain, &replaced);
    chain->tip = grow(chain, from, &replaced, depth + more, mode);
    settle_pools(chain, &original, mode);
    return depth;
}

/* ---- wishes about one transaction ---- */

void chain_prefer(struct chain *chain, const vota_hash *hash)
{
    const uint32_t tx = chain_tx_find(chain, hash);
    chain_must(tx != CHAIN_NOTHING, "no such transaction");
    chain->txs[tx].preferred = true;
}

void chain_drop(struct chain *chain, unsigned node, const vota_hash *hash)
{
    const uint32_t tx = hash != NULL ? chain_tx_find(chain, hash) : CHAIN_NOTHING;
    for (unsigned i = 0; i < CHAIN_NODES; i++) {
        if (node != CHAIN_ALL_NODES && node != i)
            continue;
        if (hash == NULL)
            chain->nodes[i].n_pool = 0;
        else
            chain_pool_remove(&chain->nodes[i], tx);
    }
}

/* ---- single nodes ---- */

static struct chain_node *node_at(struct chain *chain, unsigned node)
{
    chain_must(node < CHAIN_NODES, "no such node");
    return &chain->nodes[node];
}

void chain_node_fork(struct chain *chain, unsigned index, unsigned depth)
{
    struct chain_node *node = node_at(chain, index);
    const uint64_t height = chain_height(chain);
    chain_must(depth > 0 && depth <= height, "a fork below block 0");
    uint32_t tip = chain_ancestor(chain, chain->tip, height - depth);
    for (uint64_t number = height - depth + 1; number <= height; number++) {
        const uint32_t same = chain_ancestor(chain, chain->tip, number);
        const struct chain_plan plan = {.parent = tip, .time = chain->blocks[same].time};
        tip = chain_make_block(chain, &plan);
    }
    node->tip = tip;
    node->own = true;
}

void chain_node_pin(struct chain *chain, unsigned index)
{
    struct chain_node *node = node_at(chain, index);
    node->tip = chain_tip_of(chain, node);
    node->own = true;
}

void chain_node_join(struct chain *chain, unsigned index)
{
    struct chain_node *node = node_at(chain, index);
    node->own = false;
    chain_pool_prune(chain, node);
}

void chain_node_raw_header(struct chain *chain, unsigned node, bool offered)
{
    node_at(chain, node)->raw_header = offered;
}

void chain_node_block_hash(struct chain *chain, unsigned node, bool understood)
{
    node_at(chain, node)->block_hash = understood;
}

void chain_node_window(struct chain *chain, unsigned node, unsigned blocks)
{
    node_at(chain, node)->window = blocks;
}

void chain_node_isolate(struct chain *chain, unsigned node, bool isolated)
{
    node_at(chain, node)->isolated = isolated;
}
