/* SPDX-License-Identifier: Apache-2.0 */
/* What a bundle tells of its batches, each held to the root of its entry: see breach_parts.h. */
#include <stdlib.h>

#include "bridge/breach/breach_parts.h"
#include "proof/merkle.h"

/* Scratch for the largest tree of the bundle. */
struct scratch {
    vota_hash *tree;
    size_t cap;
};

static enum vota_status reserve(struct scratch *scratch, size_t leaves)
{
    size_t len = 0;
    if (vota_merkle_tree_len(&len, leaves) != VOTA_OK || len <= scratch->cap)
        return VOTA_OK;
    free(scratch->tree);
    scratch->tree = reallocarray(NULL, len, sizeof *scratch->tree);
    scratch->cap = scratch->tree == NULL ? 0 : len;
    return scratch->tree == NULL ? VOTA_NO_MEMORY : VOTA_OK;
}

static enum vota_promise_list check_path(const struct vota_entry *entry, const vota_hash *leaf,
                                         const struct vota_breach_batch *batch)
{
    vota_hash root;
    vota_hash computed;
    uint32_t count = 0;
    if (!vota_entry_get_batch(&root, &count, entry) ||
        !vota_merkle_path_length_ok(batch->path_len, count))
        return VOTA_LIST_WITHHELD;
    vota_merkle_root_of(&computed, leaf, batch->path, batch->path_len);
    return vota_hash_equal(&computed, &root) ? VOTA_LIST_WITH : VOTA_LIST_WITHHELD;
}

/* The lists of one contract; to[i] is that of its i-th entry. */
static enum vota_status check_contract(uint8_t *to, struct scratch *scratch,
                                       const struct vota_breach_contract *contract,
                                       const vota_hash *leaf)
{
    for (size_t i = 0; i < contract->batch_count; i++) {
        const struct vota_breach_batch *batch = &contract->batches[i];
        const size_t place = (size_t)(batch->number - contract->deployment.genesis.pred_length - 1);
        const struct vota_entry *entry = &contract->journal[place];
        if (batch->leaf_count == 0) {
            to[place] = (uint8_t)check_path(entry, leaf, batch);
            continue;
        }
        if (reserve(scratch, batch->leaf_count) != VOTA_OK)
            return VOTA_NO_MEMORY;
        to[place] = (uint8_t)vota_promise_list_check(scratch->tree, entry, leaf, batch->leaves,
                                                     batch->leaf_count);
    }
    return VOTA_OK;
}

/* Entries that go into the promise's second part: what names the next contract is not one. */
static size_t length_after_first(const struct vota_breach *breach)
{
    size_t n = 0;
    for (size_t i = 1; i < breach->contract_count; i++)
        n += breach->contracts[i].length;
    return n;
}

static enum vota_status check_later(struct vota_breach_lists *lists, struct scratch *scratch,
                                    const struct vota_breach *breach, const vota_hash *leaf)
{
    for (size_t i = 1; i < breach->contract_count; i++) {
        const struct vota_breach_contract *contract = &breach->contracts[i];
        const bool is_last = i + 1 == breach->contract_count;
        if (check_contract(lists->later + lists->length, scratch, contract, leaf) != VOTA_OK)
            return VOTA_NO_MEMORY;
        for (size_t k = 0; k < contract->length; k++) {
            if (!is_last && contract->journal[k].kind == VOTA_ENTRY_SUCCEEDED)
                break; /* a confirmed link: nothing comes after it */
            lists->entries[lists->length++] = contract->journal[k];
        }
    }
    return VOTA_OK;
}

static size_t count_disavowals(const struct vota_breach *breach)
{
    size_t n = 0;
    for (size_t i = 0; i < breach->contract_count; i++) {
        for (size_t k = 0; k < breach->contracts[i].length; k++)
            n += breach->contracts[i].journal[k].kind == VOTA_ENTRY_DISAVOWED;
    }
    return n;
}

/* A successor's owner may disavow what the old contract recorded, so all journals are read. */
static enum vota_status note_disavowals(struct vota_breach_lists *lists,
                                        const struct vota_breach *breach)
{
    const size_t n = count_disavowals(breach);
    lists->disavowed = reallocarray(NULL, n + 1, sizeof *lists->disavowed);
    if (lists->disavowed == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < breach->contract_count; i++) {
        for (size_t k = 0; k < breach->contracts[i].length; k++) {
            const struct vota_entry *entry = &breach->contracts[i].journal[k];
            struct vota_breach_range range = {.number = entry->number};
            if (vota_entry_get_disavowed(&range.first, &range.last, entry))
                lists->disavowed[lists->disavowed_count++] = range;
        }
    }
    return VOTA_OK;
}

bool vota_breach_is_disavowed(const struct vota_breach_lists *lists, uint64_t number)
{
    for (size_t i = 0; i < lists->disavowed_count; i++) {
        const struct vota_breach_range *range = &lists->disavowed[i];
        if (number < range->number && number >= range->first && number <= range->last)
            return true;
    }
    return false;
}

enum vota_status vota_breach_lists_init(struct vota_breach_lists *ret_lists,
                                        const struct vota_breach *breach, const vota_hash *leaf)
{
    const size_t later = length_after_first(breach);
    struct scratch scratch = {.cap = 0};
    *ret_lists = (struct vota_breach_lists){
        .own = calloc(breach->contracts[0].length + 1, 1),
        .entries = reallocarray(NULL, later + 1, sizeof *ret_lists->entries),
        .later = calloc(later + 1, 1)};
    enum vota_status status =
        ret_lists->own != NULL && ret_lists->entries != NULL && ret_lists->later != NULL
            ? note_disavowals(ret_lists, breach)
            : VOTA_NO_MEMORY;
    if (status == VOTA_OK)
        status = check_contract(ret_lists->own, &scratch, &breach->contracts[0], leaf);
    if (status == VOTA_OK)
        status = check_later(ret_lists, &scratch, breach, leaf);
    free(scratch.tree);
    return status;
}

void vota_breach_lists_done(struct vota_breach_lists *lists)
{
    free(lists->own);
    free(lists->entries);
    free(lists->later);
    free(lists->disavowed);
    *lists = (struct vota_breach_lists){0};
}

struct vota_breach_walk vota_breach_walk_of(const struct vota_breach_lists *lists,
                                            const struct vota_breach *breach)
{
    return (struct vota_breach_walk){lists, breach, 0};
}

bool vota_breach_walk_next(struct vota_breach_walk *walk, struct vota_breach_seen *ret_seen)
{
    const size_t own = walk->breach->contracts[0].length;
    while (walk->place < own + walk->lists->length) {
        const size_t place = walk->place++;
        const struct vota_entry *entry = place < own ? &walk->breach->contracts[0].journal[place]
                                                     : &walk->lists->entries[place - own];
        if (entry->kind != VOTA_ENTRY_BATCH)
            continue;
        *ret_seen = (struct vota_breach_seen){
            .entry = entry,
            .list = place < own ? walk->lists->own[place] : walk->lists->later[place - own],
            .is_disavowed = vota_breach_is_disavowed(walk->lists, entry->number)};
        return true;
    }
    return false;
}
