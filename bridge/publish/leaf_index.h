/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaves/<xx>.idx (PROTOCOL 11): from a leaf to the entry that anchored it,
 * without reading every batch. Items of 16 bytes, ascending; xx is the leaf's
 * first byte in hex.
 *
 *   0-7   the first 8 bytes of the leaf
 *   8-15  the entry's number, big-endian
 */
#ifndef VOTA_BRIDGE_PUBLISH_LEAF_INDEX_H
#define VOTA_BRIDGE_PUBLISH_LEAF_INDEX_H

#include "proof/bytes.h"

#define VOTA_LEAF_INDEX_BYTES 16u
#define VOTA_LEAF_INDEX_FILES 256u
#define VOTA_LEAF_INDEX_MAX   (UINT64_C(1) << 28) /* items: 4 GiB */

struct vota_leaf_index_item {
    uint8_t bytes[VOTA_LEAF_INDEX_BYTES];
};

struct vota_leaf_index {
    struct vota_leaf_index_item *items;
    size_t n, cap;
};

void vota_leaf_index_done(struct vota_leaf_index *index);

/* Room for `more` items, so that adding them cannot fail. NO_MEMORY, LIMIT. */
VOTA_MUST_USE enum vota_status vota_leaf_index_reserve(struct vota_leaf_index *index, size_t more);

/* Adds an item. Assumes room. */
void vota_leaf_index_add(struct vota_leaf_index *index, const vota_hash *leaf, uint64_t entry);

void vota_leaf_index_sort(struct vota_leaf_index *index);

/* The items of a sorted index whose leaf begins with `first`: their bytes, and how many. */
struct vota_slice vota_leaf_index_part(const struct vota_leaf_index *index, uint8_t first);

/* "leaves/xx.idx" */
#define VOTA_LEAF_INDEX_PATH_CAP 16u
void vota_leaf_index_path(char ret_path[VOTA_LEAF_INDEX_PATH_CAP], uint8_t first);

#endif
