/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting the places of rows, for count.c alone: by their first 16 bits, then
 * within. Must not know the counting rule.
 */
#ifndef VOTA_PROOF_COUNT_SORT_H
#define VOTA_PROOF_COUNT_SORT_H

#include "proof/count.h"

/* An order of rows. `bucket` never falls where `compare` rises. */
struct vota_count_order {
    uint32_t (*bucket)(const struct vota_count_row *row); /* < VOTA_COUNT_BUCKETS */
    int (*compare)(const struct vota_count_row *a, const struct vota_count_row *b);
};

/* By tag, then content hash, then place: equal tags together, and in them equal leaves. */
extern const struct vota_count_order vota_count_sort_by_tag;
/* By leaf. */
extern const struct vota_count_order vota_count_sort_by_leaf;

/*
 * Fills places with 0 ... n - 1 in order. Afterwards buckets[b] is where bucket b
 * ends, and the next begins. Linear where leading bits are random, else n log n.
 */
void vota_count_sort(uint32_t *places, uint32_t *buckets, const struct vota_count_row *rows,
                     size_t n, const struct vota_count_order *order);

#endif
