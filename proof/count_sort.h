/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting the places of rows, for count.c alone: by their first 16 bits, then
 * within. Must not know the counting rule.
 */
#ifndef VOTA_PROOF_COUNT_SORT_H
#define VOTA_PROOF_COUNT_SORT_H

#include "proof/count.h"

/* An order of rows: by the leading 16 bits of a hash, then by `compare`, which agrees. */
struct vota_count_order {
    uint32_t (*leading_bits)(const struct vota_count_row *row);
    int (*compare)(const struct vota_count_row *a, const struct vota_count_row *b);
};

/* By tag, then content hash, then place: equal tags together, and in them equal leaves. */
extern const struct vota_count_order vota_count_sort_by_tag;
/* By leaf. */
extern const struct vota_count_order vota_count_sort_by_leaf;

/* How far to shift leading bits to the right for a bucket, so that n rows fill buckets evenly. */
uint32_t vota_count_sort_shift(size_t n);

/*
 * Fills places with 0 ... n - 1 in order. Afterwards buckets[b] is where bucket b
 * ends, and the next begins. Linear where leading bits are random, else n log n.
 */
void vota_count_sort(uint32_t *places, uint32_t *buckets, const struct vota_count_row *rows,
                     size_t n, const struct vota_count_order *order);

#endif
