/* SPDX-License-Identifier: Apache-2.0 */
/* A journal in memory: see lines.h. */
#include "bridge/publish/lines.h"

#include <stdlib.h>
#include <string.h>

#include "keccak/keccak.h"

void vota_lines_init(struct vota_lines *ret_lines)
{
    *ret_lines = (struct vota_lines){0};
}

void vota_lines_cut(struct vota_lines *lines, size_t n)
{
    while (lines->n > n) {
        lines->n--;
        free((void *)(uintptr_t)lines->texts[lines->n].at);
        free(lines->counts[lines->n].numbers);
    }
}

void vota_lines_done(struct vota_lines *lines)
{
    vota_lines_cut(lines, 0);
    free(lines->entries);
    free(lines->texts);
    free(lines->counts);
    free(lines->heads);
    free(lines->transactions);
    *lines = (struct vota_lines){0};
}

static bool grow_one(void **array, size_t cap, size_t size)
{
    void *grown = reallocarray(*array, cap, size);
    if (grown != NULL)
        *array = grown;
    return grown != NULL;
}

static bool grow(struct vota_lines *lines)
{
    if (lines->n < lines->cap)
        return true;
    const size_t cap = lines->cap == 0 ? 64 : 2 * lines->cap;
    /* An array that grew while a later one did not is merely larger than it need be. */
    if (!grow_one((void **)&lines->entries, cap, sizeof *lines->entries) ||
        !grow_one((void **)&lines->texts, cap, sizeof *lines->texts) ||
        !grow_one((void **)&lines->counts, cap, sizeof *lines->counts) ||
        !grow_one((void **)&lines->heads, cap, sizeof *lines->heads) ||
        !grow_one((void **)&lines->transactions, cap, sizeof *lines->transactions))
        return false;
    lines->cap = cap;
    return true;
}

/* Heap copy of bytes; NULL stays NULL. False when there is no memory. */
static bool copy_bytes(void **ret_copy, const void *bytes, size_t len)
{
    *ret_copy = NULL;
    if (bytes == NULL)
        return true;
    *ret_copy = malloc(len > 0 ? len : 1);
    if (*ret_copy != NULL && len > 0)
        memcpy(*ret_copy, bytes, len);
    return *ret_copy != NULL;
}

enum vota_status vota_lines_add(struct vota_lines *lines, const struct vota_journal_line *line)
{
    void *text = NULL;
    void *numbers = NULL;
    if (lines->n >= VOTA_LINES_MAX)
        return VOTA_LIMIT;
    if (!grow(lines) || !copy_bytes(&text, line->text.at, line->text.len) ||
        !copy_bytes(&numbers, line->counts, line->count * sizeof *line->counts)) {
        free(text);
        return VOTA_NO_MEMORY;
    }
    const size_t place = lines->n++;
    lines->entries[place] = line->entry;
    lines->texts[place] = (struct vota_slice){text, line->text.len};
    lines->counts[place] = (struct vota_lines_counts){numbers, line->count};
    lines->heads[place] = line->head;
    lines->transactions[place] = line->transaction;
    return VOTA_OK;
}

struct vota_journal_line vota_lines_at(const struct vota_lines *lines, size_t place)
{
    return (struct vota_journal_line){.entry = lines->entries[place],
                                      .head = lines->heads[place],
                                      .transaction = lines->transactions[place],
                                      .text = lines->texts[place],
                                      .counts = lines->counts[place].numbers,
                                      .count = lines->counts[place].n};
}

bool vota_lines_find(const struct vota_lines *lines, size_t *ret_place, uint64_t number)
{
    if (lines->n == 0 || number < lines->entries[0].number)
        return false;
    const uint64_t place = number - lines->entries[0].number;
    if (place >= lines->n || lines->entries[place].number != number)
        return false;
    *ret_place = (size_t)place;
    return true;
}

static bool text_fits(const struct vota_journal_line *line)
{
    const struct vota_entry *entry = &line->entry;
    vota_hash hash;
    if (entry->kind == VOTA_ENTRY_RESULT) {
        vota_journal_counts_hash(&hash, line->counts, line->count);
        return vota_hash_equal(&hash, &entry->c);
    }
    if (entry->kind != VOTA_ENTRY_REGISTER && entry->kind != VOTA_ENTRY_DISAVOWED)
        return true;
    vota_keccak_hash(hash.bytes, line->text.at, line->text.len);
    return vota_hash_equal(&hash, entry->kind == VOTA_ENTRY_REGISTER ? &entry->a : &entry->c);
}

static enum vota_lines_fault line_fault(vota_hash *head, const struct vota_journal_line *line,
                                        uint64_t number)
{
    vota_hash hash;
    vota_hash next;
    if (line->entry.number != number)
        return VOTA_LINES_NUMBER;
    vota_entry_hash(&hash, &line->entry);
    vota_journal_next(&next, head, &hash);
    if (!vota_hash_equal(&next, &line->head))
        return VOTA_LINES_HEAD;
    if (vota_entry_is_known(&line->entry) && vota_entry_check(&line->entry, NULL) != VOTA_OK)
        return VOTA_LINES_ENTRY;
    if (!text_fits(line))
        return VOTA_LINES_TEXT;
    *head = next;
    return VOTA_LINES_SOUND;
}

enum vota_lines_fault vota_lines_fold(const struct vota_lines *lines, vota_hash *ret_head,
                                      size_t *ret_place, const struct vota_genesis *genesis)
{
    enum vota_lines_fault fault = VOTA_LINES_SOUND;
    size_t place = 0;
    vota_journal_genesis(ret_head, genesis);
    while (place < lines->n) {
        const struct vota_journal_line line = vota_lines_at(lines, place);
        fault = line_fault(ret_head, &line, genesis->pred_length + 1 + place);
        if (fault != VOTA_LINES_SOUND)
            break;
        place++;
    }
    *ret_place = place;
    return fault;
}
