/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Published numbers against the recount. A number that differs is not valid,
 * unless rows or openings that are not here would explain it: then it could not
 * be checked, for nobody may be blamed for what a mirror lost.
 */
#include <stdlib.h>

#include "bridge/audit/audit_parts.h"

/* One result entry being judged. */
struct judging {
    struct vota_audit *audit;
    const struct vota_audit_recounted *recounted;
    const struct vota_entry *entry;
    const struct vota_lines_counts *published;
    struct vota_count_tally until; /* as if the journal ended with its last entry */
    bool is_open;                  /* the register, in that scope */
    struct vota_count_result result;
};

/* Findings about a result that a later one has replaced weigh nothing. */
static struct vota_audit_finding *find(const struct judging *judging, enum vota_audit_code code,
                                       enum vota_verdict state)
{
    struct vota_audit_findings *findings = &judging->audit->findings;
    struct vota_audit_finding *finding = judging->result.is_the_result
                                             ? vota_audit_find(findings, code, state)
                                             : vota_audit_notice(findings, code);
    finding->entry = judging->entry->number;
    finding->has_register = true;
    finding->register_hash = judging->recounted->reg->hash;
    return finding;
}

/* The number of an extra, after those of the options. */
static uint64_t extra(const uint64_t *numbers, size_t options, enum vota_count_number which)
{
    return numbers[options + (size_t)which];
}

static uint64_t unseen(const struct judging *judging)
{
    const size_t options = judging->recounted->reg->definition->option_count;
    return extra(judging->until.numbers, options, VOTA_COUNT_N_UNOPENED) +
           extra(judging->until.numbers, options, VOTA_COUNT_N_ERASED);
}

static void find_numbers(const struct judging *judging)
{
    for (size_t i = 0; i < judging->published->n; i++) {
        if (judging->published->numbers[i] == judging->until.numbers[i])
            continue;
        struct vota_audit_finding *finding =
            find(judging, VOTA_FOUND_RESULT_NUMBER, VOTA_NOT_VALID);
        finding->number = i;
        finding->compared = VOTA_COMPARED_NUMBERS;
        finding->left = judging->published->numbers[i];
        finding->right = judging->until.numbers[i];
    }
}

/* The published numbers are not those of the recount: what is that worth? */
static enum vota_verdict judge_difference(const struct judging *judging)
{
    const struct vota_audit_register *reg = judging->recounted->reg;
    struct vota_audit_finding *finding;
    if (!judging->is_open) {
        find(judging, VOTA_FOUND_RESULT_NOT_OPENED, VOTA_NOT_VALID);
        return VOTA_NOT_VALID;
    }
    if (judging->published->n != reg->n) {
        finding = find(judging, VOTA_FOUND_RESULT_LENGTH, VOTA_NOT_VALID);
        finding->compared = VOTA_COMPARED_NUMBERS;
        finding->left = judging->published->n;
        finding->right = reg->n;
        return VOTA_NOT_VALID;
    }
    if (!vota_recount_explains(reg->definition, judging->published->numbers,
                               judging->until.numbers)) {
        find_numbers(judging);
        return VOTA_NOT_VALID;
    }
    finding = find(judging,
                   reg->discloses || reg->has_openings ? VOTA_FOUND_RESULT_UNOPENED
                                                       : VOTA_FOUND_RESULT_OWN_COUNT,
                   VOTA_NOT_CHECKED);
    finding->left = unseen(judging);
    return VOTA_NOT_CHECKED;
}

/* The numbers of one result, in the scope that it names. */
static enum vota_verdict judge_numbers(struct judging *judging, bool knows_rows)
{
    if (!knows_rows) {
        find(judging,
             vota_audit_has_beginning(judging->audit) ? VOTA_FOUND_RESULT_NOT_RECOUNTED
                                                      : VOTA_FOUND_RESULT_NO_BEGINNING,
             VOTA_NOT_CHECKED);
        return VOTA_NOT_CHECKED;
    }
    if (!judging->result.equal)
        return judge_difference(judging);
    struct vota_audit_finding *finding = find(judging, VOTA_FOUND_RESULT, VOTA_VALID);
    finding->left = judging->result.last_entry;
    return VOTA_VALID;
}

static void judge_times(const struct judging *judging)
{
    const struct vota_definition *definition = judging->recounted->reg->definition;
    struct vota_audit_finding *finding = NULL;
    if (judging->result.before_closes_at) {
        finding = find(judging, VOTA_FOUND_RESULT_TOO_EARLY, VOTA_NOT_VALID);
        finding->right = definition->closes_at;
    } else if (judging->entry->time > definition->results_by) {
        finding = vota_audit_notice(&judging->audit->findings, VOTA_FOUND_RESULT_LATE);
        finding->entry = judging->entry->number;
        finding->has_register = true;
        finding->register_hash = judging->recounted->reg->hash;
        finding->right = definition->results_by;
    }
    if (finding == NULL)
        return;
    finding->compared = VOTA_COMPARED_TIMES;
    finding->left = judging->entry->time;
}

/* What later entries, or what nobody opened, make of a result that was right when it was made. */
static void judge_since(const struct judging *judging)
{
    const struct vota_audit *audit = judging->audit;
    const struct vota_audit_register *reg = judging->recounted->reg;
    const bool knows_all = vota_audit_knows_rows(audit, vota_count_journal_all(&audit->journal));
    if (!judging->result.is_the_result)
        return;
    if (judging->result.cut_count) {
        struct vota_audit_finding *finding = find(judging, VOTA_FOUND_RESULT_CUT, VOTA_NOT_VALID);
        finding->compared = VOTA_COMPARED_NUMBERS;
        finding->left = judging->result.last_entry;
        finding->right = audit->journal.entries[judging->recounted->all.last_timely].number;
    } else if (knows_all && judging->result.equal && !judging->result.equal_over_all) {
        struct vota_audit_finding *finding =
            vota_audit_notice(&judging->audit->findings, VOTA_FOUND_RESULT_CHANGED_LATER);
        finding->entry = judging->entry->number;
        finding->has_register = true;
        finding->register_hash = reg->hash;
    }
    if (knows_all && (reg->discloses || reg->has_openings) && !reg->margin.confirmed) {
        struct vota_audit_finding *finding =
            find(judging, VOTA_FOUND_RESULT_NOT_CONFIRMED, VOTA_NOT_CHECKED);
        finding->compared = VOTA_COMPARED_NUMBERS;
        finding->left = reg->margin.d;
        finding->right = reg->margin.margin;
    }
}

static enum vota_status judge(struct vota_audit *audit,
                              const struct vota_audit_recounted *recounted, size_t place)
{
    const struct vota_count_journal *journal = &audit->journal;
    struct vota_audit_register *reg = recounted->reg;
    struct judging judging = {.audit = audit,
                              .recounted = recounted,
                              .entry = &journal->entries[place],
                              .published = vota_audit_counts(audit, place)};
    const struct vota_count_scope scope =
        vota_count_journal_until(journal, vota_count_result_last_entry(&journal->entries[place]));
    judging.until.numbers = recounted->recount->numbers;
    const enum vota_status status =
        vota_recount_tally(&judging.until, recounted->recount, recounted->procedures, scope);
    if (status != VOTA_OK && status != VOTA_NOT_FOUND)
        return status;
    judging.is_open = status == VOTA_OK;
    vota_count_result_judge(&judging.result, journal, reg->definition, place,
                            judging.is_open ? &judging.until : NULL, &recounted->all);
    const enum vota_verdict verdict = judge_numbers(&judging, vota_audit_knows_rows(audit, scope));
    judge_times(&judging);
    judge_since(&judging);
    if (judging.result.is_the_result) {
        reg->has_result = true;
        reg->result_entry = judging.entry->number;
        reg->state = verdict;
    }
    return VOTA_OK;
}

static void find_none(struct vota_audit *audit, const struct vota_audit_register *reg)
{
    /* A successor may have published it. */
    if (reg->has_result || !audit->is_complete || vota_audit_succession(audit) != NULL ||
        audit->chain.time <= reg->definition->results_by)
        return;
    struct vota_audit_finding *finding =
        vota_audit_notice(&audit->findings, VOTA_FOUND_RESULT_NONE);
    finding->has_register = true;
    finding->register_hash = reg->hash;
    finding->compared = VOTA_COMPARED_TIMES;
    finding->left = reg->definition->results_by;
    finding->right = audit->chain.time;
}

enum vota_status vota_audit_results(struct vota_audit *audit,
                                    const struct vota_audit_recounted *recounted)
{
    struct vota_audit_register *reg = recounted->reg;
    size_t place = 0;
    for (size_t from = 0;
         vota_count_result_next(&audit->journal, &place, from, &reg->hash) == VOTA_OK;
         from = place + 1) {
        const enum vota_status status = judge(audit, recounted, place);
        if (status != VOTA_OK)
            return status;
    }
    find_none(audit, reg);
    return VOTA_OK;
}
