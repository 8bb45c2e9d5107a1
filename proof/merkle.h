/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree over a batch's leaves, byte for byte that of OpenZeppelin's
 * StandardMerkleTree (standard-v1): an array of 2n - 1 hashes for n leaves,
 *
 *   tree[0]           the root
 *   tree[k], k < n-1  keccak(min || max) of tree[2k + 1] and tree[2k + 2]
 *   tree[2n - 2 - i]  leaf i, leaves ascending
 *
 * so that n = 1 is a root which is the leaf, with an empty path. All memory is
 * the caller's. Knows hashes only: what a leaf stands for is in leaf.h.
 */
#ifndef VOTA_PROOF_MERKLE_H
#define VOTA_PROOF_MERKLE_H

#include "proof/bytes.h"

/* No path is longer, whatever 32-bit count a batch claims. */
#define VOTA_MERKLE_MAX_PATH 32u

/* Beyond this the functions that build answer VOTA_LIMIT. */
#define VOTA_MERKLE_MAX_LEAVES (UINT32_C(1) << 31)

/* A leaf with a number of the caller's (a row id, an index) that travels with it. */
struct vota_merkle_item {
    vota_hash leaf;
    uint64_t tag;
};

/*
 * Sorts n items by leaf, ascending, equal leaves in no particular order.
 * Assumes scratch has room for n items and does not overlap; its content
 * afterwards is unspecified. Linear on leaves that are hashes, never worse than
 * n log n on leaves that somebody chose.
 */
void vota_merkle_sort(struct vota_merkle_item *items, struct vota_merkle_item *scratch, size_t n);

/* Whether two neighbours of n ascending leaves are equal. */
bool vota_merkle_has_duplicate(const vota_hash *leaves_sorted, size_t n);

/* The first i > 0 whose leaf equals that of item i - 1; false, ret untouched, if none does. */
bool vota_merkle_find_duplicate(size_t *ret_index, const struct vota_merkle_item *items_sorted,
                                size_t n);

/* The number of hashes in the tree of n leaves: BAD_INPUT for none, LIMIT for too many. */
VOTA_MUST_USE enum vota_status vota_merkle_tree_len(size_t *ret_len, size_t n);

/*
 * Builds the tree of n ascending leaves into vota_merkle_tree_len hashes; the
 * root is tree[0]. Equal leaves are accepted, because a published batch that
 * has them must still be rebuilt.
 * Assumes tree does not overlap the leaves.
 * Returns BAD_INPUT when n is 0 or the leaves are not ascending, LIMIT when
 * there are too many; the tree is then unspecified.
 */
VOTA_MUST_USE enum vota_status vota_merkle_build(vota_hash *tree, const vota_hash *leaves_sorted,
                                                 size_t n);

/* The same from sorted items, whose tags are ignored. */
VOTA_MUST_USE enum vota_status
vota_merkle_build_items(vota_hash *tree, const struct vota_merkle_item *items_sorted, size_t n);

/* The index of a leaf among the n ascending leaves of a tree: NOT_FOUND if it has none such. */
VOTA_MUST_USE enum vota_status vota_merkle_find(size_t *ret_index, const vota_hash *tree, size_t n,
                                                const vota_hash *leaf);

/*
 * The siblings from leaf number leaf_index up to the root, of which ret_path
 * has room for VOTA_MERKLE_MAX_PATH. BAD_INPUT if there is no such leaf.
 */
VOTA_MUST_USE enum vota_status vota_merkle_path(vota_hash *ret_path, size_t *ret_len,
                                                const vota_hash *tree, size_t n, size_t leaf_index);

/*
 * Whether a path of len steps can belong to a tree of n leaves: floor(log2 n)
 * or ceil(log2 n), nothing else, and nothing at all for n = 0. Without this rule
 * a node of the tree would pass for a leaf of a smaller one.
 */
bool vota_merkle_path_length_ok(size_t len, uint64_t n);

/* Where a leaf and its path lead; equal to the root if and only if the leaf is in the tree. */
void vota_merkle_root_of(vota_hash *ret_root, const vota_hash *leaf, const vota_hash *path,
                         size_t len);

#endif
