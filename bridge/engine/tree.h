/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of a sealed batch, as much of it as is worth memory: its upper
 * levels. The lowest VOTA_TREE_LEVELS_LEFT levels are read and hashed again for
 * each path: 32 to 64 leaves side by side in the store. So a leaf costs two
 * bytes here instead of 64, and a path no more in a large batch than in a small
 * one. Reads the store; the batch never changes.
 */
#ifndef VOTA_BRIDGE_ENGINE_TREE_H
#define VOTA_BRIDGE_ENGINE_TREE_H

#include "bridge/engine/keep.h"
#include "bridge/store/store_batch.h"
#include "proof/merkle.h"

/* More where the upper levels would be above VOTA_TREE_MAX_NODES hashes (4 MiB). */
#define VOTA_TREE_LEVELS_LEFT 6u
#define VOTA_TREE_MAX_NODES   131071u

struct vota_tree {
    struct vota_kept kept; /* key: VOTA_KEEP_TREE, batch, 0 */
    int64_t batch;
    uint64_t leaves;
    size_t n;          /* nodes that are here: tree[0] to tree[n - 1] of merkle.h */
    vota_hash nodes[]; /* flexible: one block, one free */
};

/*
 * Reads a batch's leaves once and makes its tree. INTERNAL "root-differs" when
 * they do not lead to the batch's root. The caller frees it with
 * tree->kept.free, or hands it to a keep.
 */
VOTA_MUST_USE enum vota_status vota_tree_read(struct vota_tree **ret_tree, struct vota_store *store,
                                              const struct vota_store_batch *batch,
                                              struct vota_error *err);

/* As vota_merkle_path: the siblings of leaf number `position`. */
VOTA_MUST_USE enum vota_status vota_tree_path(vota_hash ret_path[VOTA_MERKLE_MAX_PATH],
                                              size_t *ret_len, const struct vota_tree *tree,
                                              struct vota_store *store, uint64_t position,
                                              struct vota_error *err);

/* The kept tree of a batch, made if it is not there; release it. */
VOTA_MUST_USE enum vota_status vota_tree_hold(struct vota_tree **ret_tree, struct vota_keep *keep,
                                              struct vota_store *store, int64_t batch,
                                              struct vota_error *err);

#endif
