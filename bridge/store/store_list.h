/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records in the order in which they reached a state, and leaves by where they
 * are: what is asked of the store over HTTP. Accepted records go by their row
 * id; sealed ones by batch and position, which never change, so that a reader
 * who remembers where he was misses nothing and is told nothing twice. Reads.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_LIST_H
#define VOTA_BRIDGE_STORE_STORE_LIST_H

#include "bridge/store/store_batch.h"

/* As many bytes of a leaf find it: schema/3.sql. */
#define VOTA_STORE_LEAF_START 6u

/* A leaf in its batch. */
struct vota_store_leaf {
    int64_t batch;
    uint64_t position;
    int64_t record;
    vota_hash leaf;
};

/* By its hash; NOT_FOUND also for one in no batch yet. */
VOTA_MUST_USE enum vota_status vota_store_list_leaf(struct vota_store_leaf *ret_leaf,
                                                    struct vota_store *store, const vota_hash *leaf,
                                                    struct vota_error *err);

/* By its first bytes; NOT_FOUND unless there is exactly one. */
VOTA_MUST_USE enum vota_status
vota_store_list_leaf_start(struct vota_store_leaf *ret_leaf, struct vota_store *store,
                           const uint8_t start[VOTA_STORE_LEAF_START], struct vota_error *err);

/* n leaves of a batch side by side; INTERNAL "corrupt" if one is not there. */
VOTA_MUST_USE enum vota_status vota_store_list_leaves(vota_hash *ret_leaves,
                                                      struct vota_store *store, int64_t batch,
                                                      uint64_t first, size_t n,
                                                      struct vota_error *err);

/* Where a walk begins, and after how many rows it ends. */
struct vota_store_list_page {
    int64_t of;    /* the line; of sealed ones the batch */
    int64_t after; /* row id, or position: -1 before the first */
    size_t most;
};

/* Records of a line in order of acceptance. */
VOTA_MUST_USE enum vota_status vota_store_list_accepted(
    struct vota_store *store, const struct vota_store_list_page *page,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

/* Records of a batch in leaf order. */
VOTA_MUST_USE enum vota_status vota_store_list_sealed(
    struct vota_store *store, const struct vota_store_list_page *page,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

/* The next batch of a line after one; NOT_FOUND after the last. */
VOTA_MUST_USE enum vota_status vota_store_list_batch(int64_t *ret_batch, struct vota_store *store,
                                                     int64_t line, int64_t after,
                                                     struct vota_error *err);

#endif
