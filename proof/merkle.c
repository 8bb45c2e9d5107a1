/* SPDX-License-Identifier: Apache-2.0 */
/* The tree over leaves that are sorted already: see merkle.h; sorting is in merkle_sort.c. */
#include "proof/merkle.h"

#include "keccak/keccak.h"

/* Nodes hashed in one call: enough to fill the widest hasher, little enough for any stack. */
#define CHUNK 64u

/* What a node hashes: its children, the smaller first, whichever side they are on. */
struct pair {
    vota_hash low, high;
};

static int compare(const vota_hash *a, const vota_hash *b)
{
    return vota_bytes_compare(a->bytes, b->bytes, sizeof a->bytes);
}

static struct pair pair_of(const vota_hash *a, const vota_hash *b)
{
    return compare(a, b) < 0 ? (struct pair){*a, *b} : (struct pair){*b, *a};
}

bool vota_merkle_has_duplicate(const vota_hash *leaves_sorted, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (vota_hash_equal(&leaves_sorted[i - 1], &leaves_sorted[i]))
            return true;
    }
    return false;
}

bool vota_merkle_find_duplicate(size_t *ret_index, const struct vota_merkle_item *items_sorted,
                                size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (vota_hash_equal(&items_sorted[i - 1].leaf, &items_sorted[i].leaf)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

enum vota_status vota_merkle_tree_len(size_t *ret_len, size_t n)
{
    if (n == 0)
        return VOTA_BAD_INPUT;
    if (n > VOTA_MERKLE_MAX_LEAVES || n > SIZE_MAX / 2 / sizeof(vota_hash))
        return VOTA_LIMIT;
    *ret_len = 2 * n - 1;
    return VOTA_OK;
}

/* Hashes nodes lo to hi - 1, whose children are all there. */
static void hash_span(vota_hash *tree, size_t lo, size_t hi)
{
    struct pair pairs[CHUNK];
    for (size_t k = lo; k < hi; k++)
        pairs[k - lo] = pair_of(&tree[2 * k + 1], &tree[2 * k + 2]);
    vota_keccak_hash_many((uint8_t *)(tree + lo), (const uint8_t *)pairs, sizeof pairs[0],
                          sizeof pairs[0], hi - lo);
}

/* Fills the nodes above n leaves, from the last to the root. */
static void hash_nodes(vota_hash *tree, size_t n)
{
    for (size_t hi = n - 1; hi > 0;) {
        /* Node lo's first child is 2 lo + 1: from hi / 2 on no child is below hi. */
        const size_t ready = hi / 2;
        const size_t lo = hi - ready > CHUNK ? hi - CHUNK : ready;
        hash_span(tree, lo, hi);
        hi = lo;
    }
}

/* Leaves lie in the tree's tail from the last to the first. */
static bool leaves_ascend(const vota_hash *tree, size_t n)
{
    const vota_hash *tail = tree + n - 1;
    for (size_t i = 1; i < n; i++) {
        if (compare(&tail[i - 1], &tail[i]) < 0)
            return false;
    }
    return true;
}

static enum vota_status build_above_leaves(vota_hash *tree, size_t n)
{
    if (!leaves_ascend(tree, n))
        return VOTA_BAD_INPUT;
    hash_nodes(tree, n);
    return VOTA_OK;
}

enum vota_status vota_merkle_build(vota_hash *tree, const vota_hash *leaves_sorted, size_t n)
{
    size_t len;
    const enum vota_status status = vota_merkle_tree_len(&len, n);
    if (status != VOTA_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        tree[len - 1 - i] = leaves_sorted[i];
    return build_above_leaves(tree, n);
}

enum vota_status vota_merkle_build_items(vota_hash *tree,
                                         const struct vota_merkle_item *items_sorted, size_t n)
{
    size_t len;
    const enum vota_status status = vota_merkle_tree_len(&len, n);
    if (status != VOTA_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        tree[len - 1 - i] = items_sorted[i].leaf;
    return build_above_leaves(tree, n);
}

enum vota_status vota_merkle_find(size_t *ret_index, const vota_hash *tree, size_t n,
                                  const vota_hash *leaf)
{
    size_t len;
    if (vota_merkle_tree_len(&len, n) != VOTA_OK)
        return VOTA_NOT_FOUND;
    size_t first = 0; /* every leaf before it is smaller */
    size_t end = n;   /* no leaf from it on is smaller */
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        if (compare(&tree[len - 1 - middle], leaf) < 0)
            first = middle + 1;
        else
            end = middle;
    }
    if (first == n || !vota_hash_equal(&tree[len - 1 - first], leaf))
        return VOTA_NOT_FOUND;
    *ret_index = first;
    return VOTA_OK;
}

enum vota_status vota_merkle_path(vota_hash *ret_path, size_t *ret_len, const vota_hash *tree,
                                  size_t n, size_t leaf_index)
{
    size_t nodes;
    const enum vota_status status = vota_merkle_tree_len(&nodes, n);
    if (status != VOTA_OK || leaf_index >= n)
        return VOTA_BAD_INPUT;
    size_t len = 0;
    for (size_t at = nodes - 1 - leaf_index; at > 0; at = (at - 1) / 2)
        ret_path[len++] = tree[at % 2 == 1 ? at + 1 : at - 1];
    VOTA_ASSERT(len <= VOTA_MERKLE_MAX_PATH);
    *ret_len = len;
    return VOTA_OK;
}

bool vota_merkle_path_length_ok(size_t len, uint64_t n)
{
    if (n == 0 || len > VOTA_MERKLE_MAX_PATH)
        return false;
    if (n >> len == 1) /* floor(log2 n) */
        return true;
    return len > 0 && (n - 1) >> (len - 1) == 1; /* ceil(log2 n) = floor(log2(n - 1)) + 1 */
}

void vota_merkle_root_of(vota_hash *ret_root, const vota_hash *leaf, const vota_hash *path,
                         size_t len)
{
    vota_hash node = *leaf;
    for (size_t i = 0; i < len; i++) {
        const struct pair pair = pair_of(&node, &path[i]);
        vota_keccak_hash(node.bytes, &pair, sizeof pair);
    }
    *ret_root = node;
}
