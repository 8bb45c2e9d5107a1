/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One counting pass over buckets, up to 2^16, a heap sort inside each: tags and leaves
 * are hashes, so a bucket holds a few rows, and whoever grinds hashes to fill
 * one buys no more than the logarithm. See count_sort.h.
 */
#include "proof/count_sort.h"

static int compare_hashes(const vota_hash *a, const vota_hash *b)
{
    return vota_bytes_compare(a->bytes, b->bytes, sizeof a->bytes);
}

static uint32_t tag_bits(const struct vota_count_row *row)
{
    return (uint32_t)vota_load_be(row->row->tag.bytes, 2);
}

static int compare_by_tag(const struct vota_count_row *a, const struct vota_count_row *b)
{
    int order = compare_hashes(&a->row->tag, &b->row->tag);
    if (order == 0)
        order = compare_hashes(&a->row->content_hash, &b->row->content_hash);
    if (order == 0 && a->place != b->place)
        order = a->place < b->place ? -1 : 1;
    return order;
}

static uint32_t leaf_bits(const struct vota_count_row *row)
{
    return (uint32_t)vota_load_be(row->leaf.bytes, 2);
}

static int compare_by_leaf(const struct vota_count_row *a, const struct vota_count_row *b)
{
    return compare_hashes(&a->leaf, &b->leaf);
}

const struct vota_count_order vota_count_sort_by_tag = {tag_bits, compare_by_tag};
const struct vota_count_order vota_count_sort_by_leaf = {leaf_bits, compare_by_leaf};

/* Moves the item at `at` down until the heap of n items holds again below it. */
static void sift_down(uint32_t *heap, size_t n, size_t at, const struct vota_count_row *rows,
                      const struct vota_count_order *order)
{
    const uint32_t moving = heap[at];
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && order->compare(&rows[heap[child]], &rows[heap[child + 1]]) < 0)
            child++;
        if (order->compare(&rows[moving], &rows[heap[child]]) >= 0)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

static void heap_sort(uint32_t *places, size_t n, const struct vota_count_row *rows,
                      const struct vota_count_order *order)
{
    for (size_t i = n / 2; i > 0; i--)
        sift_down(places, n, i - 1, rows, order);
    for (size_t last = n; last > 1; last--) {
        const uint32_t greatest = places[0];
        places[0] = places[last - 1];
        places[last - 1] = greatest;
        sift_down(places, last - 1, 0, rows, order);
    }
}

uint32_t vota_count_sort_shift(size_t n)
{
    uint32_t shift = 16;
    for (size_t rows = 8; shift > 0 && rows < n; rows *= 2)
        shift--;
    return shift;
}

void vota_count_sort(uint32_t *places, uint32_t *buckets, const struct vota_count_row *rows,
                     size_t n, const struct vota_count_order *order)
{
    const uint32_t shift = vota_count_sort_shift(n);
    const size_t bucket_count = VOTA_COUNT_BUCKETS >> shift;
    vota_bytes_zero(buckets, bucket_count * sizeof buckets[0]);
    for (size_t i = 0; i < n; i++)
        buckets[order->leading_bits(&rows[i]) >> shift]++;
    uint32_t start = 0;
    for (size_t b = 0; b < bucket_count; b++) {
        const uint32_t size = buckets[b];
        buckets[b] = start;
        start += size;
    }
    for (size_t i = 0; i < n; i++)
        places[buckets[order->leading_bits(&rows[i]) >> shift]++] = (uint32_t)i;
    start = 0;
    for (size_t b = 0; b < bucket_count; b++) {
        heap_sort(places + start, buckets[b] - start, rows, order);
        start = buckets[b];
    }
}
