/* SPDX-License-Identifier: Apache-2.0 */
/* The index of leaves: see leaf_index.h. */
#include "bridge/publish/leaf_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vota_leaf_index_done(struct vota_leaf_index *index)
{
    free(index->items);
    *index = (struct vota_leaf_index){0};
}

enum vota_status vota_leaf_index_reserve(struct vota_leaf_index *index, size_t more)
{
    if (more <= index->cap - index->n)
        return VOTA_OK;
    if (more > VOTA_LEAF_INDEX_MAX - index->n)
        return VOTA_LIMIT;
    size_t cap = index->cap + index->cap / 2;
    if (cap < index->n + more)
        cap = index->n + more;
    struct vota_leaf_index_item *grown = reallocarray(index->items, cap, sizeof *index->items);
    if (grown == NULL)
        return VOTA_NO_MEMORY;
    index->items = grown;
    index->cap = cap;
    return VOTA_OK;
}

void vota_leaf_index_add(struct vota_leaf_index *index, const vota_hash *leaf, uint64_t entry)
{
    VOTA_ASSERT(index->n < index->cap);
    struct vota_leaf_index_item *item = &index->items[index->n++];
    memcpy(item->bytes, leaf->bytes, 8);
    vota_store_be(item->bytes + 8, 8, entry);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, VOTA_LEAF_INDEX_BYTES);
}

void vota_leaf_index_sort(struct vota_leaf_index *index)
{
    if (index->n > 0)
        qsort(index->items, index->n, sizeof *index->items, compare);
}

/* The first item whose leaf does not begin below `first`. */
static size_t lower_bound(const struct vota_leaf_index *index, unsigned first)
{
    size_t low = 0;
    size_t high = index->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (index->items[middle].bytes[0] < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct vota_slice vota_leaf_index_part(const struct vota_leaf_index *index, uint8_t first)
{
    const size_t from = lower_bound(index, first);
    const size_t to = lower_bound(index, first + 1u);
    if (from == to)
        return (struct vota_slice){0};
    return (struct vota_slice){index->items[from].bytes, (to - from) * VOTA_LEAF_INDEX_BYTES};
}

void vota_leaf_index_path(char ret_path[VOTA_LEAF_INDEX_PATH_CAP], uint8_t first)
{
    (void)snprintf(ret_path, VOTA_LEAF_INDEX_PATH_CAP, "leaves/%02x.idx", first);
}
