/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing published results with a recount: see count_result.h. */
#include "proof/count_result.h"

#include "proof/journal.h"

/* First minus second of the options. Assumes two at least. */
static uint64_t lead_of_first(const uint64_t *numbers, size_t options)
{
    uint64_t first = 0;
    uint64_t second = 0;
    for (size_t i = 0; i < options; i++) {
        if (numbers[i] > first) {
            second = first;
            first = numbers[i];
        } else if (numbers[i] > second) {
            second = numbers[i];
        }
    }
    return first - second;
}

struct vota_count_margin vota_count_result_margin(const struct vota_definition *definition,
                                                  const uint64_t *numbers)
{
    const uint64_t *nine = numbers + definition->option_count;
    const uint64_t threshold = definition->threshold;
    struct vota_count_margin result = {
        .d = nine[VOTA_COUNT_N_UNOPENED] + nine[VOTA_COUNT_N_ERASED] + nine[VOTA_COUNT_N_CONFLICT]};
    if (definition->kind == VOTA_REGISTER_VOTE) {
        result.has_margin = true;
        result.margin = lead_of_first(numbers, definition->option_count);
    } else if (definition->kind == VOTA_REGISTER_ENDORSEMENT && threshold > 0) {
        result.has_margin = true;
        result.margin = numbers[0] > threshold ? numbers[0] - threshold : threshold - numbers[0];
    }
    result.confirmed = !(result.has_margin && result.d > 0 && result.d >= result.margin);
    return result;
}

enum vota_status vota_count_result_next(const struct vota_count_journal *journal, size_t *ret_place,
                                        size_t from, const vota_hash *register_hash)
{
    const struct vota_count_scope all = vota_count_journal_all(journal);
    for (size_t place = from; place < journal->length; place++) {
        const struct vota_entry *entry = &journal->entries[place];
        if (entry->kind != VOTA_ENTRY_RESULT || !vota_hash_equal(&entry->a, register_hash) ||
            vota_count_journal_disavowed(journal, all, place))
            continue;
        *ret_place = place;
        return VOTA_OK;
    }
    return VOTA_NOT_FOUND;
}

uint64_t vota_count_result_last_entry(const struct vota_entry *entry)
{
    uint64_t last_entry = 0;
    VOTA_ASSERT(entry->kind == VOTA_ENTRY_RESULT);
    VOTA_ASSERT(vota_word_u64(&last_entry, &entry->b) == VOTA_OK);
    return last_entry;
}

static bool is_equal(const struct vota_entry *entry, const struct vota_definition *definition,
                     const struct vota_count_tally *tally)
{
    if (tally == NULL)
        return false;
    vota_hash hash;
    vota_journal_counts_hash(&hash, tally->numbers, vota_count_length(definition));
    return vota_hash_equal(&hash, &entry->c);
}

void vota_count_result_judge(struct vota_count_result *ret_result,
                             const struct vota_count_journal *journal,
                             const struct vota_definition *definition, size_t place,
                             const struct vota_count_tally *until,
                             const struct vota_count_tally *all)
{
    VOTA_ASSERT(place < journal->length);
    const struct vota_entry *entry = &journal->entries[place];
    const uint64_t last_entry = vota_count_result_last_entry(entry);
    const uint64_t start = journal->entries[0].number;
    size_t later = 0;
    *ret_result = (struct vota_count_result){
        .place = place,
        .last_entry = last_entry,
        .is_the_result = vota_count_result_next(journal, &later, place + 1, &entry->a) != VOTA_OK,
        .equal = is_equal(entry, definition, until),
        .equal_over_all = is_equal(entry, definition, all),
        .cut_count = all != NULL && all->has_timely && start + all->last_timely > last_entry,
        .before_closes_at = entry->time < definition->closes_at};
}
