/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subtrees of a tree that is an array: see tree.h. Node k's children are 2k + 1
 * and 2k + 2, so level d below node k begins at (k + 1) * 2^d - 1; from node
 * leaves - 1 on nodes are leaves, the last one first.
 */
#include "bridge/engine/tree.h"

#include <stdlib.h>

#include "bridge/store/store_list.h"
#include "keccak/keccak.h"

#define CHUNK 64u /* nodes hashed in one call */

/* A subtree on its own: numbered from 0 as the whole is. */
struct subtree {
    uint64_t root; /* its number in the whole */
    unsigned levels;
    vota_hash *nodes; /* room for 2^levels - 1 */
};

/* Level of a node: the root's is 0. */
static unsigned level_of(uint64_t node)
{
    unsigned level = 0;
    for (; node > 0; node = (node - 1) / 2)
        level++;
    return level;
}

/* The subtree's nodes of one level that exist in the whole: numbers there. */
static uint64_t level_begin(const struct subtree *subtree, unsigned level)
{
    return ((subtree->root + 1) << level) - 1;
}

/* Where a level's nodes begin in the subtree's own array. */
static vota_hash *level_nodes(const struct subtree *subtree, unsigned level)
{
    return subtree->nodes + (((size_t)1 << level) - 1);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- filling a subtree ---- */

static void reverse(vota_hash *hashes, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        const vota_hash hash = hashes[i];
        hashes[i] = hashes[n - 1 - i];
        hashes[n - 1 - i] = hash;
    }
}

/* The leaves among a level's nodes: in the array they run backwards. */
static enum vota_status read_level(const struct subtree *subtree, unsigned level,
                                   const struct vota_tree *tree, struct vota_store *store,
                                   struct vota_error *err)
{
    const uint64_t begin = level_begin(subtree, level);
    const uint64_t end = smaller(begin + (UINT64_C(1) << level), 2 * tree->leaves - 1);
    const uint64_t first = begin > tree->leaves - 1 ? begin : tree->leaves - 1;
    if (first >= end)
        return VOTA_OK;
    vota_hash *leaves = level_nodes(subtree, level) + (first - begin);
    const size_t n = (size_t)(end - first);
    const enum vota_status status =
        vota_store_list_leaves(leaves, store, tree->batch, 2 * tree->leaves - 1 - end, n, err);
    if (status == VOTA_OK)
        reverse(leaves, n);
    return status;
}

/* Hashes the nodes of a level that have children: `n` from its first on. */
static void hash_level(const struct subtree *subtree, unsigned level, size_t n)
{
    struct {
        vota_hash low, high;
    } pairs[CHUNK];
    vota_hash *to = level_nodes(subtree, level);
    const vota_hash *from = level_nodes(subtree, level + 1);
    for (size_t done = 0; done < n;) {
        const size_t some = n - done < CHUNK ? n - done : CHUNK;
        for (size_t i = 0; i < some; i++) {
            const vota_hash *child = from + 2 * (done + i);
            const bool in_order = vota_bytes_compare(child[0].bytes, child[1].bytes, 32) < 0;
            pairs[i].low = child[in_order ? 0 : 1];
            pairs[i].high = child[in_order ? 1 : 0];
        }
        vota_keccak_hash_many((uint8_t *)(to + done), (const uint8_t *)pairs, sizeof pairs[0],
                              sizeof pairs[0], some);
        done += some;
    }
}

static enum vota_status fill(const struct subtree *subtree, const struct vota_tree *tree,
                             struct vota_store *store, struct vota_error *err)
{
    for (unsigned level = subtree->levels; level-- > 0;) {
        const enum vota_status status = read_level(subtree, level, tree, store, err);
        if (status != VOTA_OK)
            return status;
        const uint64_t begin = level_begin(subtree, level);
        const uint64_t end = smaller(begin + (UINT64_C(1) << level), tree->leaves - 1);
        if (begin < end)
            hash_level(subtree, level, (size_t)(end - begin));
    }
    return VOTA_OK;
}

/* The subtree below a node down to the last level of the whole. */
static enum vota_status open_subtree(struct subtree *ret_subtree, const struct vota_tree *tree,
                                     struct vota_store *store, uint64_t root,
                                     struct vota_error *err)
{
    struct subtree subtree = {.root = root,
                              .levels = level_of(2 * tree->leaves - 2) - level_of(root) + 1};
    subtree.nodes = calloc(((size_t)1 << subtree.levels) - 1, sizeof *subtree.nodes);
    if (subtree.nodes == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "tree", "no-memory");
    const enum vota_status status = fill(&subtree, tree, store, err);
    if (status != VOTA_OK) {
        free(subtree.nodes);
        return status;
    }
    *ret_subtree = subtree;
    return VOTA_OK;
}

/* ---- the upper levels ---- */

/* How many nodes are worth keeping: whole levels. */
static size_t nodes_worth(uint64_t leaves)
{
    const unsigned all = level_of(2 * leaves - 2) + 1;
    const unsigned levels = all > VOTA_TREE_LEVELS_LEFT ? all - VOTA_TREE_LEVELS_LEFT : 1;
    const size_t n = ((size_t)1 << levels) - 1;
    return n < VOTA_TREE_MAX_NODES ? n : VOTA_TREE_MAX_NODES;
}

/* The lowest kept level from the leaves, those above it from each other. */
static enum vota_status make_nodes(struct vota_tree *tree, struct vota_store *store,
                                   struct vota_error *err)
{
    const size_t lowest = tree->n / 2;
    for (size_t k = lowest; k < tree->n; k++) {
        struct subtree subtree;
        const enum vota_status status = open_subtree(&subtree, tree, store, k, err);
        if (status != VOTA_OK)
            return status;
        tree->nodes[k] = subtree.nodes[0];
        free(subtree.nodes);
    }
    for (size_t k = lowest; k-- > 0;)
        vota_merkle_root_of(&tree->nodes[k], &tree->nodes[2 * k + 1], &tree->nodes[2 * k + 2], 1);
    return VOTA_OK;
}

static void free_tree(struct vota_kept *kept)
{
    free(kept); /* its first member */
}

enum vota_status vota_tree_read(struct vota_tree **ret_tree, struct vota_store *store,
                                const struct vota_store_batch *batch, struct vota_error *err)
{
    if (batch->count == 0 || batch->count > VOTA_MERKLE_MAX_LEAVES)
        return vota_fail(err, VOTA_INTERNAL, "batch", "corrupt");
    const size_t n = nodes_worth(batch->count);
    const size_t bytes = sizeof(struct vota_tree) + n * sizeof(vota_hash);
    struct vota_tree *tree = calloc(1, bytes);
    if (tree == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "tree", "no-memory");
    tree->kept = (struct vota_kept){
        .key = {VOTA_KEEP_TREE, batch->id, 0}, .bytes = bytes, .free = free_tree};
    tree->batch = batch->id;
    tree->leaves = batch->count;
    tree->n = n;
    enum vota_status status = make_nodes(tree, store, err);
    if (status == VOTA_OK && !vota_hash_equal(&tree->nodes[0], &batch->root))
        status = vota_fail(err, VOTA_INTERNAL, "batch", "root-differs");
    if (status == VOTA_OK)
        *ret_tree = tree;
    else
        free(tree);
    return status;
}

/* ---- paths ---- */

/* The lowest ancestor that is kept: all below it is its subtree's. */
static uint64_t kept_ancestor(const struct vota_tree *tree, uint64_t node)
{
    while (node >= tree->n)
        node = (node - 1) / 2;
    return node;
}

static const vota_hash *node_of(const struct vota_tree *tree, const struct subtree *subtree,
                                uint64_t node)
{
    if (node < tree->n)
        return &tree->nodes[node];
    const unsigned level = level_of(node) - level_of(subtree->root);
    return level_nodes(subtree, level) + (node - level_begin(subtree, level));
}

enum vota_status vota_tree_path(vota_hash ret_path[VOTA_MERKLE_MAX_PATH], size_t *ret_len,
                                const struct vota_tree *tree, struct vota_store *store,
                                uint64_t position, struct vota_error *err)
{
    struct subtree subtree = {.nodes = NULL};
    if (position >= tree->leaves)
        return vota_fail(err, VOTA_INTERNAL, "batch", "corrupt");
    const uint64_t leaf = 2 * tree->leaves - 2 - position;
    if (leaf >= tree->n) {
        const enum vota_status status =
            open_subtree(&subtree, tree, store, kept_ancestor(tree, leaf), err);
        if (status != VOTA_OK)
            return status;
    }
    size_t len = 0;
    for (uint64_t at = leaf; at > 0; at = (at - 1) / 2)
        ret_path[len++] = *node_of(tree, &subtree, at % 2 == 1 ? at + 1 : at - 1);
    VOTA_ASSERT(len <= VOTA_MERKLE_MAX_PATH);
    free(subtree.nodes);
    *ret_len = len;
    return VOTA_OK;
}

/* ---- kept ---- */

static struct vota_tree *take(struct vota_keep *keep, int64_t batch)
{
    return (struct vota_tree *)vota_keep_take(keep,
                                              (struct vota_keep_key){VOTA_KEEP_TREE, batch, 0});
}

enum vota_status vota_tree_hold(struct vota_tree **ret_tree, struct vota_keep *keep,
                                struct vota_store *store, int64_t batch, struct vota_error *err)
{
    struct vota_store_batch about;
    struct vota_tree *tree = take(keep, batch);
    if (tree != NULL) {
        *ret_tree = tree;
        return VOTA_OK;
    }
    vota_keep_begin(keep);
    enum vota_status status = VOTA_OK;
    tree = take(keep, batch);
    if (tree == NULL) {
        status = vota_store_batch_get(&about, store, batch, err);
        if (status == VOTA_OK)
            status = vota_tree_read(&tree, store, &about, err);
        if (status == VOTA_OK)
            tree = (struct vota_tree *)vota_keep_add(keep, &tree->kept);
    }
    vota_keep_end(keep);
    if (status == VOTA_OK)
        *ret_tree = tree;
    return status;
}
