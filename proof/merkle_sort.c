/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vota_merkle_sort: a radix sort on the first bits of each leaf, which are
 * evenly spread as long as leaves are hashes nobody chose, and a comparison sort
 * for what is still together then. Knows nothing of trees.
 */
#include "proof/merkle.h"

/* The first digit parts a million leaves into buckets that fit a processor's cache. */
#define FIRST_BITS   11u
#define SECOND_BITS  8u
#define PREFIX_BYTES 4u

/* Up to this many, inserting is quicker than anything else. */
#define FEW 24u

struct digit {
    unsigned shift;
    unsigned bits;
};

static const struct digit first_digit = {8 * PREFIX_BYTES - FIRST_BITS, FIRST_BITS};
static const struct digit second_digit = {8 * PREFIX_BYTES - FIRST_BITS - SECOND_BITS, SECOND_BITS};

static size_t digit_of(const struct vota_merkle_item *item, struct digit digit)
{
    const uint64_t prefix = vota_load_be(item->leaf.bytes, PREFIX_BYTES);
    return (size_t)(prefix >> digit.shift) & (((size_t)1 << digit.bits) - 1);
}

static bool less(const struct vota_merkle_item *a, const struct vota_merkle_item *b)
{
    return vota_bytes_compare(a->leaf.bytes, b->leaf.bytes, sizeof a->leaf.bytes) < 0;
}

/*
 * Moves items to `to`, grouped by digit in ascending order. ends[d], of which
 * there are 2^bits, becomes the index after the last item of digit d.
 */
static void scatter(struct vota_merkle_item *to, size_t *ends, const struct vota_merkle_item *from,
                    size_t n, struct digit digit)
{
    const size_t digits = (size_t)1 << digit.bits;
    for (size_t d = 0; d < digits; d++)
        ends[d] = 0;
    for (size_t i = 0; i < n; i++)
        ends[digit_of(&from[i], digit)]++;
    size_t start = 0;
    for (size_t d = 0; d < digits; d++) {
        const size_t count = ends[d];
        ends[d] = start;
        start += count;
    }
    /* Each start moves on to its bucket's end as the bucket fills. */
    for (size_t i = 0; i < n; i++)
        to[ends[digit_of(&from[i], digit)]++] = from[i];
}

static void insertion_sort(struct vota_merkle_item *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct vota_merkle_item item = items[i];
        size_t at = i;
        for (; at > 0 && less(&item, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Sinks `item` from the hole at `at` to where no child is larger. */
static void sift_down(struct vota_merkle_item *items, size_t n, size_t at,
                      struct vota_merkle_item item)
{
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && less(&items[child], &items[child + 1]))
            child++;
        if (!less(&item, &items[child]))
            break;
        items[at] = items[child];
        at = child;
    }
    items[at] = item;
}

/* In place and n log n on any input: for leaves that were chosen to share their first bits. */
static void heap_sort(struct vota_merkle_item *items, size_t n)
{
    for (size_t i = n / 2; i > 0; i--)
        sift_down(items, n, i - 1, items[i - 1]);
    for (size_t last = n - 1; last > 0; last--) {
        const struct vota_merkle_item item = items[last];
        items[last] = items[0];
        sift_down(items, last, 0, item);
    }
}

static void sort_by_comparing(struct vota_merkle_item *items, size_t n)
{
    if (n <= FEW)
        insertion_sort(items, n);
    else
        heap_sort(items, n);
}

/* Sorts one bucket of the first digit from `from` to `to`. */
static void sort_bucket(struct vota_merkle_item *to, const struct vota_merkle_item *from, size_t n)
{
    if (n <= FEW) {
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
        insertion_sort(to, n);
        return;
    }
    size_t ends[(size_t)1 << SECOND_BITS];
    scatter(to, ends, from, n, second_digit);
    for (size_t d = 0, start = 0; d < (size_t)1 << SECOND_BITS; start = ends[d++])
        sort_by_comparing(to + start, ends[d] - start);
}

void vota_merkle_sort(struct vota_merkle_item *items, struct vota_merkle_item *scratch, size_t n)
{
    if (n <= FEW) {
        insertion_sort(items, n);
        return;
    }
    size_t ends[(size_t)1 << FIRST_BITS];
    scatter(scratch, ends, items, n, first_digit);
    for (size_t d = 0, start = 0; d < (size_t)1 << FIRST_BITS; start = ends[d++])
        sort_bucket(items + start, scratch + start, ends[d] - start);
}
