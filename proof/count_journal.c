/* SPDX-License-Identifier: Apache-2.0 */
/* Disavowals and openings of registers: see count_journal.h. Must not know rows. */
#include "proof/count_journal.h"

size_t vota_count_journal_registers(const struct vota_entry *entries, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += entries[i].kind == VOTA_ENTRY_REGISTER;
    return n;
}

static enum vota_status check_entries(const struct vota_count_journal *journal,
                                      struct vota_error *err)
{
    if (journal->length >= UINT32_MAX)
        return vota_fail(err, VOTA_LIMIT, "journal", "too-many-entries");
    for (size_t i = 0; i < journal->length; i++) {
        const struct vota_entry *entry = &journal->entries[i];
        const enum vota_status status = vota_entry_check(entry, err);
        if (status != VOTA_OK)
            return status;
        if (entry->number != journal->entries[0].number + i)
            return vota_fail(err, VOTA_BAD_INPUT, "entry", "not-consecutive");
    }
    return VOTA_OK;
}

/* The first place from `place` to `limit` that no disavowal has reached yet; `limit` if none. */
static uint32_t next_free(struct vota_count_mark *marks, uint32_t limit, uint32_t place)
{
    uint32_t end = place;
    while (end < limit && marks[end].disavowed_by != 0)
        end = marks[end].next;
    while (place < limit && marks[place].disavowed_by != 0) {
        const uint32_t next = marks[place].next;
        marks[place].next = end; /* so that no run is walked twice */
        place = next;
    }
    return end;
}

/* Marks what the disavowal at `place` reaches and no earlier one did. */
static void mark_disavowed(struct vota_count_journal *journal, uint32_t place)
{
    uint64_t first = 0, last = 0;
    if (!vota_entry_get_disavowed(&first, &last, &journal->entries[place]))
        return;
    const uint64_t start = journal->entries[0].number;
    if (last < start)
        return;
    const uint64_t from = first > start ? first - start : 0;
    if (from >= place)
        return;
    for (uint32_t i = next_free(journal->marks, place, (uint32_t)from);
         i < place && i <= last - start; i = next_free(journal->marks, place, i)) {
        journal->marks[i].disavowed_by = place + 1;
        journal->marks[i].next = i + 1;
    }
}

static enum vota_status read_opened(struct vota_count_opened *ret_opened,
                                    const struct vota_count_journal *journal, size_t place,
                                    struct vota_error *err)
{
    const struct vota_slice text = journal->definitions[place];
    vota_hash hash;
    vota_definition_hash(&hash, text.at, text.len);
    if (!vota_hash_equal(&hash, &journal->entries[place].a))
        return vota_fail(err, VOTA_NOT_FOUND, "definition", "definition-missing");
    struct vota_definition definition;
    *ret_opened = (struct vota_count_opened){.place = (uint32_t)place};
    if (vota_definition_read(&definition, text.at, text.len, NULL) == VOTA_OK) {
        ret_opened->valid = true;
        ret_opened->id = definition.id;
        ret_opened->opens_at = definition.opens_at;
    }
    return VOTA_OK;
}

enum vota_status vota_count_journal_init(struct vota_count_journal *journal, struct vota_error *err)
{
    enum vota_status status = check_entries(journal, err);
    journal->opened_count = 0;
    for (size_t i = 0; status == VOTA_OK && i < journal->length; i++) {
        journal->marks[i] = (struct vota_count_mark){0};
        if (journal->entries[i].kind == VOTA_ENTRY_REGISTER)
            status = read_opened(&journal->opened[journal->opened_count++], journal, i, err);
        else if (journal->entries[i].kind == VOTA_ENTRY_DISAVOWED)
            mark_disavowed(journal, (uint32_t)i);
    }
    return status;
}

struct vota_count_scope vota_count_journal_all(const struct vota_count_journal *journal)
{
    return (struct vota_count_scope){.length = journal->length};
}

struct vota_count_scope vota_count_journal_until(const struct vota_count_journal *journal,
                                                 uint64_t last_entry)
{
    struct vota_count_scope scope = vota_count_journal_all(journal);
    if (scope.length == 0)
        return scope;
    const uint64_t start = journal->entries[0].number;
    if (last_entry < start)
        scope.length = 0;
    else if (last_entry - start < scope.length)
        scope.length = (size_t)(last_entry - start) + 1;
    return scope;
}

bool vota_count_journal_disavowed(const struct vota_count_journal *journal,
                                  struct vota_count_scope scope, size_t place)
{
    VOTA_ASSERT(place < journal->length);
    const uint64_t kind = journal->entries[place].kind;
    if (kind != VOTA_ENTRY_REGISTER && kind != VOTA_ENTRY_BATCH && kind != VOTA_ENTRY_RESULT)
        return false;
    const uint32_t by = journal->marks[place].disavowed_by;
    return !scope.ignore_disavowals && by != 0 && by <= scope.length;
}

/* Whether opened[i] counts as an opening of some register within the scope. */
static bool opens(const struct vota_count_journal *journal, struct vota_count_scope scope, size_t i)
{
    const struct vota_count_opened *opened = &journal->opened[i];
    return opened->valid && opened->place < scope.length &&
           !vota_count_journal_disavowed(journal, scope, opened->place);
}

/* The first of opened[] that opens a register with this id; opened_count if none. */
static size_t first_with_id(const struct vota_count_journal *journal, struct vota_count_scope scope,
                            struct vota_slice id)
{
    size_t i = 0;
    for (; i < journal->opened_count; i++) {
        const struct vota_slice other = journal->opened[i].id;
        if (opens(journal, scope, i) && other.len == id.len &&
            vota_bytes_equal(other.at, id.at, id.len))
            break;
    }
    return i;
}

enum vota_status vota_count_journal_opening(const struct vota_count_journal *journal,
                                            size_t *ret_place, struct vota_count_scope scope,
                                            const vota_hash *register_hash)
{
    for (size_t i = 0; i < journal->opened_count; i++) {
        const uint32_t place = journal->opened[i].place;
        if (!opens(journal, scope, i) ||
            !vota_hash_equal(&journal->entries[place].a, register_hash))
            continue;
        /* Whatever opens this register later has the same id, and is no first either. */
        if (first_with_id(journal, scope, journal->opened[i].id) != i)
            return VOTA_NOT_FOUND;
        *ret_place = place;
        return VOTA_OK;
    }
    return VOTA_NOT_FOUND;
}

enum vota_count_finding vota_count_journal_finding(const struct vota_count_journal *journal,
                                                   size_t i)
{
    VOTA_ASSERT(i < journal->opened_count);
    const struct vota_count_scope all = vota_count_journal_all(journal);
    const struct vota_count_opened *opened = &journal->opened[i];
    if (vota_count_journal_disavowed(journal, all, opened->place))
        return VOTA_COUNT_NO_FINDING;
    if (!opened->valid)
        return VOTA_COUNT_INVALID_DEFINITION;
    if (first_with_id(journal, all, opened->id) != i)
        return VOTA_COUNT_SECOND_OPENING;
    if (journal->entries[opened->place].time > opened->opens_at)
        return VOTA_COUNT_LATE_OPENING;
    return VOTA_COUNT_NO_FINDING;
}
