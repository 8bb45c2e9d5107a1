/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a register and their openings, before anything is decided: see
 * count.h. Deciding is in count_tally.c.
 */
#include "proof/count.h"

#include "proof/count_sort.h"
#include "proof/leaf.h"

size_t vota_count_length(const struct vota_definition *definition)
{
    return definition->option_count + VOTA_COUNT_NUMBERS;
}

size_t vota_count_choice_bytes(const struct vota_definition *definition)
{
    if (definition->kind == VOTA_REGISTER_PROCEDURE)
        return sizeof(vota_hash); /* the leaf that a tombstone names */
    return (definition->option_count + 7) / 8;
}

static enum vota_status check_row(const struct vota_count *count, const struct vota_count_row *row,
                                  struct vota_error *err)
{
    const struct vota_count_journal *journal = count->journal;
    if (!vota_hash_equal(&row->row->register_hash, &count->register_hash))
        return vota_fail(err, VOTA_BAD_INPUT, "row", "other-register");
    if (row->place >= journal->length || journal->entries[row->place].kind != VOTA_ENTRY_BATCH)
        return vota_fail(err, VOTA_BAD_INPUT, "row", "not-a-batch");
    return VOTA_OK;
}

/* Notes which rows are equal, so that a tally need not look at their bytes again. */
static void compare_neighbours(struct vota_count *count)
{
    for (size_t i = 1; i < count->row_count; i++) {
        const struct vota_row *before = count->rows[count->by_tag[i - 1]].row;
        struct vota_count_row *row = &count->rows[count->by_tag[i]];
        if (!vota_hash_equal(&before->tag, &row->row->tag))
            continue;
        row->flags |= VOTA_COUNT_SAME_TAG;
        if (vota_hash_equal(&before->content_hash, &row->row->content_hash))
            row->flags |= VOTA_COUNT_SAME_ROW;
    }
}

enum vota_status vota_count_init(struct vota_count *count, struct vota_error *err)
{
    if (count->row_count >= UINT32_MAX)
        return vota_fail(err, VOTA_LIMIT, "row", "too-many-rows");
    vota_definition_register(&count->register_hash, count->definition);
    for (size_t i = 0; i < count->row_count; i++) {
        struct vota_count_row *row = &count->rows[i];
        const enum vota_status status = check_row(count, row, err);
        if (status != VOTA_OK)
            return status;
        *row = (struct vota_count_row){.leaf = row->leaf, .row = row->row, .place = row->place};
    }
    vota_count_sort(count->by_tag, count->buckets, count->rows, count->row_count,
                    &vota_count_sort_by_tag);
    compare_neighbours(count);
    if (count->by_leaf != NULL) /* last: vota_count_find uses its buckets */
        vota_count_sort(count->by_leaf, count->buckets, count->rows, count->row_count,
                        &vota_count_sort_by_leaf);
    return VOTA_OK;
}

static int compare_leaf_at(const struct vota_count *count, size_t i, const vota_hash *leaf)
{
    const vota_hash *other = &count->rows[count->by_leaf[i]].leaf;
    return vota_bytes_compare(other->bytes, leaf->bytes, sizeof leaf->bytes);
}

size_t vota_count_find(const struct vota_count *count, size_t *ret_first, const vota_hash *leaf)
{
    VOTA_ASSERT(count->by_leaf != NULL);
    const size_t bucket =
        (size_t)vota_load_be(leaf->bytes, 2) >> vota_count_sort_shift(count->row_count);
    size_t low = bucket > 0 ? count->buckets[bucket - 1] : 0;
    const size_t end = count->buckets[bucket];
    size_t high = end;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_leaf_at(count, middle, leaf) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t n = 0;
    while (low + n < end && compare_leaf_at(count, low + n, leaf) == 0)
        n++;
    if (n > 0)
        *ret_first = low;
    return n;
}

static uint8_t *choices_of(const struct vota_count *count, size_t i)
{
    return count->choices + i * vota_count_choice_bytes(count->definition);
}

/* Keeps of a content what tallies need: its verdict, its choice or the leaf it erases. */
static void keep_content(struct vota_count *count, size_t i, const struct vota_content *content,
                         enum vota_content_verdict verdict)
{
    struct vota_count_row *row = &count->rows[i];
    const bool is_procedure = count->definition->kind == VOTA_REGISTER_PROCEDURE;
    row->opening = VOTA_COUNT_OPENING_READ;
    row->content = (uint8_t)verdict;
    if (content->is_tombstone)
        row->flags |= VOTA_COUNT_TOMBSTONE;
    vota_bytes_copy(choices_of(count, i),
                    is_procedure ? content->erased_leaf.bytes : content->chosen,
                    vota_count_choice_bytes(count->definition));
}

enum vota_count_match vota_count_open_row(struct vota_count *count, size_t i, const vota_hash *salt,
                                          struct vota_slice content)
{
    VOTA_ASSERT(i < count->row_count);
    struct vota_count_row *row = &count->rows[i];
    vota_hash hash;
    vota_leaf_content_hash(&hash, salt, content);
    if (!vota_hash_equal(&hash, &row->row->content_hash)) {
        if (row->opening == VOTA_COUNT_OPENING_NONE)
            row->opening = VOTA_COUNT_OPENING_WRONG;
        return VOTA_COUNT_MATCH_WRONG;
    }
    if (row->opening == VOTA_COUNT_OPENING_READ)
        return VOTA_COUNT_MATCH_OPENS;
    struct vota_content read;
    const enum vota_content_verdict verdict = vota_content_check(&read, count->definition, content);
    keep_content(count, i, &read, verdict);
    return VOTA_COUNT_MATCH_OPENS;
}

/* What became known of one row holds for every other with its leaf: they are equal. */
static void copy_opening(struct vota_count *count, size_t to, size_t from)
{
    const struct vota_count_row *known = &count->rows[from];
    struct vota_count_row *row = &count->rows[to];
    row->opening = known->opening;
    row->content = known->content;
    row->flags |= known->flags & VOTA_COUNT_TOMBSTONE;
    vota_bytes_copy(choices_of(count, to), choices_of(count, from),
                    vota_count_choice_bytes(count->definition));
}

enum vota_count_match vota_count_open(struct vota_count *count, const vota_hash *leaf,
                                      const vota_hash *salt, struct vota_slice content)
{
    size_t first = 0;
    const size_t n = vota_count_find(count, &first, leaf);
    if (n == 0)
        return VOTA_COUNT_MATCH_NO_ROW;
    const size_t from = count->by_leaf[first];
    const uint8_t before = count->rows[from].opening;
    const enum vota_count_match match = vota_count_open_row(count, from, salt, content);
    if (count->rows[from].opening == before)
        return match; /* nothing new: so many openings of so many copies stay cheap */
    for (size_t i = 1; i < n; i++)
        copy_opening(count, count->by_leaf[first + i], from);
    return match;
}

bool vota_count_chose(const struct vota_count *count, size_t row, size_t option)
{
    VOTA_ASSERT(row < count->row_count && option < count->definition->option_count);
    return (((unsigned)choices_of(count, row)[option / 8] >> (option % 8)) & 1u) != 0;
}
