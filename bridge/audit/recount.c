/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a register from batches to the counting rule: see recount.h. */
#include "bridge/audit/recount.h"

#include <stdlib.h>
#include <string.h>

#include "proof/leaf.h"

/* Rows hashed at a time. */
#define BLOCK_ROWS 512u

_Static_assert(sizeof(struct vota_row) == VOTA_ROW_BYTES, "a row is its 96 bytes");
_Static_assert(_Alignof(struct vota_row) == 1, "a row may begin anywhere");

/* The rows where they are: struct vota_row is the 96 bytes themselves. */
static const struct vota_row *rows_of(struct vota_slice rows)
{
    return (const struct vota_row *)(const void *)rows.at;
}

size_t vota_recount_rows_of(struct vota_slice rows, const vota_hash *register_hash)
{
    const struct vota_row *row = rows_of(rows);
    size_t n = 0;
    for (size_t i = 0; i < rows.len / VOTA_ROW_BYTES; i++)
        n += memcmp(&row[i].register_hash, register_hash, sizeof *register_hash) == 0;
    return n;
}

static void *array(size_t n, size_t size)
{
    return calloc(n > 0 ? n : 1, size);
}

static bool allocate(struct vota_recount *recount, const struct vota_recount_source *source)
{
    struct vota_count *count = &recount->count;
    const size_t n = source->row_count;
    count->rows = array(n, sizeof *count->rows);
    count->choices = array(n, vota_count_choice_bytes(source->definition));
    count->by_tag = array(n, sizeof *count->by_tag);
    count->by_leaf = array(n, sizeof *count->by_leaf);
    count->buckets = array(VOTA_COUNT_BUCKETS, sizeof *count->buckets);
    count->batches = array(source->journal->length, sizeof *count->batches);
    recount->numbers = array(vota_count_length(source->definition), sizeof *recount->numbers);
    return count->rows != NULL && count->choices != NULL && count->by_tag != NULL &&
           count->by_leaf != NULL && count->buckets != NULL && count->batches != NULL &&
           recount->numbers != NULL;
}

/* The register's rows of one batch, hashed several at a time. */
static void gather(struct vota_count *count, const struct vota_recount_batch *batch,
                   const vota_hash *register_hash)
{
    const struct vota_row *row = rows_of(batch->rows);
    const size_t n = batch->rows.len / VOTA_ROW_BYTES;
    struct vota_row block[BLOCK_ROWS];
    vota_hash leaves[BLOCK_ROWS];
    for (size_t i = 0; i < n;) {
        const size_t first = count->row_count;
        size_t waiting = 0;
        for (; i < n && waiting < BLOCK_ROWS; i++) {
            if (memcmp(&row[i].register_hash, register_hash, sizeof *register_hash) != 0)
                continue;
            block[waiting++] = row[i];
            count->rows[count->row_count++] =
                (struct vota_count_row){.row = &row[i], .place = (uint32_t)batch->place};
        }
        vota_leaf_hash_rows(leaves, block, waiting);
        for (size_t k = 0; k < waiting; k++)
            count->rows[first + k].leaf = leaves[k];
    }
}

enum vota_status vota_recount_init(struct vota_recount *ret_recount,
                                   const struct vota_recount_source *source, struct vota_error *err)
{
    vota_hash register_hash;
    *ret_recount = (struct vota_recount){
        .count = {.journal = source->journal, .definition = source->definition}};
    if (!allocate(ret_recount, source))
        return vota_fail(err, VOTA_NO_MEMORY, "rows", "no-memory");
    vota_definition_register(&register_hash, source->definition);
    for (size_t i = 0; i < source->batch_count; i++)
        gather(&ret_recount->count, &source->batches[i], &register_hash);
    VOTA_ASSERT(ret_recount->count.row_count == source->row_count);
    return vota_count_init(&ret_recount->count, err);
}

void vota_recount_done(struct vota_recount *recount)
{
    struct vota_count *count = &recount->count;
    free(count->rows);
    free(count->choices);
    free(count->by_tag);
    free(count->by_leaf);
    free(count->buckets);
    free(count->batches);
    free(recount->numbers);
    *recount = (struct vota_recount){.numbers = NULL};
}

static uint64_t extra(const uint64_t *numbers, size_t options, enum vota_count_number which)
{
    return numbers[options + (size_t)which];
}

bool vota_recount_explains(const struct vota_definition *definition, const uint64_t *theirs,
                           const uint64_t *ours)
{
    static const enum vota_count_number fixed[] = {VOTA_COUNT_N_ROWS, VOTA_COUNT_N_SUPERSEDED,
                                                   VOTA_COUNT_N_UNTIMELY, VOTA_COUNT_N_CONFLICT};
    static const enum vota_count_number growing[] = {VOTA_COUNT_N_BLANK, VOTA_COUNT_N_COUNTED,
                                                     VOTA_COUNT_N_INVALID};
    const size_t options = definition->option_count;
    uint64_t chosen = 0;
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (extra(theirs, options, fixed[i]) != extra(ours, options, fixed[i]))
            return false;
    }
    for (size_t i = 0; i < sizeof growing / sizeof growing[0]; i++) {
        if (extra(theirs, options, growing[i]) < extra(ours, options, growing[i]))
            return false;
    }
    for (size_t i = 0; i < options; i++) {
        if (theirs[i] < ours[i])
            return false;
        chosen += theirs[i] - ours[i];
    }
    const uint64_t more =
        extra(theirs, options, VOTA_COUNT_N_COUNTED) - extra(ours, options, VOTA_COUNT_N_COUNTED);
    const uint64_t blanks =
        extra(theirs, options, VOTA_COUNT_N_BLANK) - extra(ours, options, VOTA_COUNT_N_BLANK);
    uint64_t sum = 0;
    for (size_t i = VOTA_COUNT_N_COUNTED; i < VOTA_COUNT_NUMBERS; i++)
        sum += extra(theirs, options, (enum vota_count_number)i);
    return sum == extra(theirs, options, VOTA_COUNT_N_ROWS) && blanks <= more &&
           chosen <= (more - blanks) * definition->choices_max &&
           chosen >= (more - blanks) * (definition->choices_max > 0 ? 1u : 0u);
}

/* ---- numbers ---- */

static enum vota_status collect_tombstones(struct vota_count_tombstones *tombstones,
                                           const struct vota_recount_procedures *procedures,
                                           struct vota_count_scope scope)
{
    for (size_t i = 0; i < procedures->n; i++)
        tombstones->cap += procedures->items[i].count.row_count;
    tombstones->leaves = calloc(tombstones->cap > 0 ? tombstones->cap : 1, sizeof(vota_hash));
    if (tombstones->leaves == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < procedures->n; i++) {
        struct vota_recount *procedure = &procedures->items[i];
        struct vota_count_tally tally = {.numbers = procedure->numbers};
        if (vota_count_tally(&procedure->count, &tally, scope, NULL) == VOTA_OK &&
            vota_count_tombstones_add(tombstones, &procedure->count) != VOTA_OK)
            return VOTA_INTERNAL;
    }
    vota_count_tombstones_sort(tombstones);
    return VOTA_OK;
}

enum vota_status vota_recount_tally(struct vota_count_tally *ret_tally,
                                    struct vota_recount *recount,
                                    const struct vota_recount_procedures *procedures,
                                    struct vota_count_scope scope)
{
    struct vota_count_tombstones tombstones = {.cap = 0};
    enum vota_status status = collect_tombstones(&tombstones, procedures, scope);
    if (status == VOTA_OK)
        status = vota_count_tally(&recount->count, ret_tally, scope, &tombstones);
    free(tombstones.leaves);
    return status;
}
