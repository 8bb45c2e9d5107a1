/* SPDX-License-Identifier: Apache-2.0 */
/* The judgement of a breach bundle: see breach_judge.h. */
#include "bridge/breach/breach_judge.h"

#include <stdlib.h>

#include "bridge/breach/breach_parts.h"
#include "proof/leaf.h"

/* What a failed finding leaves to say: that this is no promise, or that nothing is known. */
static void decide_by(struct vota_breach_report *report, const struct vota_breach_finding *finding)
{
    const bool no_promise =
        finding->state == VOTA_NOT_VALID &&
        (finding->code == VOTA_BREACH_SIGNATURE || finding->code == VOTA_BREACH_SIGNER);
    report->outcome = no_promise ? VOTA_PROMISE_NOT_VALID : VOTA_PROMISE_NOT_CHECKED;
    report->reason = vota_breach_code_name(finding->code);
}

/* The first of the findings so far that is not valid decides; false: all hold. */
static bool is_decided(struct vota_breach_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct vota_breach_finding *finding = &report->findings[i];
        if (finding->state == VOTA_VALID || finding->code == VOTA_BREACH_BOUNDS)
            continue;
        decide_by(report, finding);
        return true;
    }
    return false;
}

/* ---- what the lists say ---- */

static enum vota_status judge_lists(struct vota_breach_judging *judging,
                                    const struct vota_breach_lists *lists, size_t batches,
                                    struct vota_promise_report *ret_answer)
{
    const struct vota_breach *breach = judging->breach;
    const struct vota_breach_contract *first = &breach->contracts[0];
    struct vota_breach_report *report = judging->report;
    const struct vota_promise promise = {.genesis = &first->deployment.genesis,
                                         .journal = {first->journal, lists->own, first->length},
                                         .successor = {lists->entries, lists->later, lists->length},
                                         .successor_examined = breach->contract_count > 1,
                                         .final_time = report->final_time,
                                         .final_head = judging->heads[0],
                                         .signer = report->signer,
                                         .accepted_at = breach->acceptance.accepted_at,
                                         .anchor_by = breach->acceptance.anchor_by};
    const size_t room = batches + 1;
    uint64_t *numbers = calloc(2 * room, sizeof *numbers);
    if (numbers == NULL)
        return VOTA_NO_MEMORY;
    *ret_answer = (struct vota_promise_report){.withheld = numbers, .withheld_cap = batches};
    vota_promise_judge(ret_answer, &promise);
    report->withheld_count = ret_answer->withheld_count;
    report->searched = numbers + room;
    report->withheld = numbers;
    return VOTA_OK;
}

static void take_answer(struct vota_breach_report *report, const struct vota_promise_report *answer)
{
    static const enum vota_breach_code codes[] = {
        [VOTA_DOUBT_NONE] = VOTA_BREACH_SIGNER,
        [VOTA_DOUBT_JOURNAL] = VOTA_BREACH_JOURNAL,
        [VOTA_DOUBT_KIND] = VOTA_BREACH_UNKNOWN_KIND,
        [VOTA_DOUBT_SIGNER] = VOTA_BREACH_SIGNER,
        [VOTA_DOUBT_NOT_DUE] = VOTA_BREACH_DUE,
        [VOTA_DOUBT_SUCCESSOR] = VOTA_BREACH_SUCCESSOR,
        [VOTA_DOUBT_WITHHELD] = VOTA_BREACH_WITHHELD,
    };
    report->outcome = answer->outcome;
    report->entry = answer->entry;
    report->time = answer->time;
    report->reason =
        answer->outcome == VOTA_PROMISE_NOT_CHECKED || answer->outcome == VOTA_PROMISE_NOT_VALID
            ? vota_breach_code_name(codes[answer->doubt])
            : "";
}

static void add_times(struct vota_breach_judging *judging, enum vota_breach_code code,
                      enum vota_verdict state, const struct vota_entry *entry)
{
    struct vota_breach_finding *finding =
        vota_breach_add(judging->report, code, state, VOTA_BREACH_NO_CONTRACT);
    finding->entry = entry->number;
    vota_breach_set_numbers(finding, VOTA_COMPARED_TIMES, entry->time,
                            judging->breach->acceptance.anchor_by);
}

/* Which batches were searched in vain, and how many leaves they have. */
static void note_searched(struct vota_breach_judging *judging,
                          const struct vota_breach_lists *lists)
{
    struct vota_breach_report *report = judging->report;
    struct vota_breach_walk walk = vota_breach_walk_of(lists, judging->breach);
    struct vota_breach_seen seen;
    while (vota_breach_walk_next(&walk, &seen)) {
        vota_hash root;
        uint32_t count = 0;
        if (seen.list != VOTA_LIST_WITHOUT || seen.is_disavowed)
            continue;
        report->searched[report->searched_count++] = seen.entry->number;
        (void)vota_entry_get_batch(&root, &count, seen.entry);
        report->searched_leaves += count;
    }
}

/* Batches that have the leaf, and what each of them is worth. */
static void add_holders(struct vota_breach_judging *judging, const struct vota_breach_lists *lists)
{
    struct vota_breach_walk walk = vota_breach_walk_of(lists, judging->breach);
    struct vota_breach_seen seen;
    while (vota_breach_walk_next(&walk, &seen)) {
        if (seen.list != VOTA_LIST_WITH)
            continue;
        if (seen.is_disavowed)
            add_times(judging, VOTA_BREACH_DISAVOWED, VOTA_NOT_VALID, seen.entry);
        else if (seen.entry->time <= judging->breach->acceptance.anchor_by)
            add_times(judging, VOTA_BREACH_IN_TIME, VOTA_VALID, seen.entry);
        else
            add_times(judging, VOTA_BREACH_LATE, VOTA_NOT_VALID, seen.entry);
    }
}

static const struct vota_entry *find_entry(const struct vota_breach *breach, uint64_t number)
{
    for (size_t i = 0; i < breach->contract_count; i++) {
        const struct vota_breach_contract *contract = &breach->contracts[i];
        const uint64_t before = contract->deployment.genesis.pred_length;
        if (number > before && number - before <= contract->length &&
            contract->journal[number - before - 1].kind == VOTA_ENTRY_BATCH)
            return &contract->journal[number - before - 1];
    }
    return NULL;
}

/* Whether the bundle tells something of the batch, which then did not lead to its root. */
static bool is_told(const struct vota_breach *breach, uint64_t number)
{
    for (size_t i = 0; i < breach->contract_count; i++) {
        for (size_t k = 0; k < breach->contracts[i].batch_count; k++) {
            if (breach->contracts[i].batches[k].number == number)
                return true;
        }
    }
    return false;
}

static void add_withheld(struct vota_breach_judging *judging)
{
    const struct vota_breach_report *report = judging->report;
    for (size_t i = 0; i < report->withheld_count && i < VOTA_BREACH_NAMED; i++) {
        const uint64_t number = report->withheld[i];
        const struct vota_entry *entry = find_entry(judging->breach, number);
        VOTA_ASSERT(entry != NULL); /* the judgement names entries of the bundle */
        struct vota_breach_finding *finding = vota_breach_add(
            judging->report, VOTA_BREACH_WITHHELD, VOTA_NOT_CHECKED, VOTA_BREACH_NO_CONTRACT);
        finding->entry = number;
        finding->reason = is_told(judging->breach, number) ? "root" : "missing";
        vota_breach_set_numbers(finding, VOTA_COMPARED_TIMES, entry->time, report->final_time);
    }
}

static void add_due(struct vota_breach_judging *judging)
{
    const struct vota_breach_report *report = judging->report;
    const uint64_t anchor_by = judging->breach->acceptance.anchor_by;
    const enum vota_verdict state = report->final_time > anchor_by ? VOTA_VALID : VOTA_NOT_CHECKED;
    vota_breach_set_numbers(
        vota_breach_add(judging->report, VOTA_BREACH_DUE, state, VOTA_BREACH_NO_CONTRACT),
        VOTA_COMPARED_TIMES, report->final_time, anchor_by);
}

/* ---- what receipts show ---- */

/* The earliest batch that keeps the promise by a receipt; NULL: none. */
static const struct vota_breach_shown *find_shown(const struct vota_breach_judging *judging,
                                                  const struct vota_breach_lists *lists)
{
    const struct vota_breach_shown *earliest = NULL;
    for (size_t i = 0; i < judging->trust->shown_count; i++) {
        const struct vota_breach_shown *shown = &judging->trust->shown[i];
        if (!vota_breach_is_disavowed(lists, shown->number) &&
            (earliest == NULL || shown->time < earliest->time))
            earliest = shown;
    }
    return earliest;
}

static void keep(struct vota_breach_report *report, enum vota_promise_outcome outcome,
                 const struct vota_breach_shown *shown)
{
    report->outcome = outcome;
    report->reason = "";
    report->entry = shown->number;
    report->time = shown->time;
    report->is_shown = true;
}

/* A path refutes what lists seemed to say; that it is late, the lists in time still show. */
static void look_at_shown(struct vota_breach_judging *judging,
                          const struct vota_breach_lists *lists)
{
    struct vota_breach_report *report = judging->report;
    const uint64_t anchor_by = judging->breach->acceptance.anchor_by;
    const struct vota_breach_shown *shown = find_shown(judging, lists);
    if (shown == NULL)
        return;
    const bool in_time = shown->time <= anchor_by;
    struct vota_breach_finding *finding = vota_breach_add(
        report, VOTA_BREACH_SHOWN, in_time ? VOTA_VALID : VOTA_NOT_VALID, VOTA_BREACH_NO_CONTRACT);
    finding->entry = shown->number;
    vota_breach_set_numbers(finding, VOTA_COMPARED_TIMES, shown->time, anchor_by);
    if (in_time)
        keep(report, VOTA_PROMISE_KEPT, shown);
    else if (report->outcome == VOTA_PROMISE_BROKEN)
        keep(report, VOTA_PROMISE_KEPT_LATE, shown);
}

/* ---- all of it ---- */

/* The findings that the answer rests on, or that a reader should know of. */
static void add_findings(struct vota_breach_judging *judging, const struct vota_breach_lists *lists,
                         const struct vota_promise_report *answer)
{
    struct vota_breach_report *report = judging->report;
    add_due(judging);
    if (answer->doubt == VOTA_DOUBT_SUCCESSOR)
        vota_breach_add(report, VOTA_BREACH_SUCCESSOR, VOTA_NOT_CHECKED,
                        judging->breach->contract_count - 1);
    note_searched(judging, lists);
    vota_breach_set_numbers(
        vota_breach_add(report, VOTA_BREACH_SEARCHED,
                        report->withheld_count == 0 ? VOTA_VALID : VOTA_NOT_CHECKED,
                        VOTA_BREACH_NO_CONTRACT),
        VOTA_COMPARED_NUMBERS, report->searched_count, report->searched_leaves);
    add_withheld(judging);
    add_holders(judging, lists);
    look_at_shown(judging, lists);
}

static size_t count_batches(const struct vota_breach_lists *lists, const struct vota_breach *breach)
{
    struct vota_breach_walk walk = vota_breach_walk_of(lists, breach);
    struct vota_breach_seen seen;
    size_t n = 0;
    while (vota_breach_walk_next(&walk, &seen))
        n++;
    return n;
}

static enum vota_status judge(struct vota_breach_judging *judging)
{
    struct vota_breach_lists lists = {.length = 0};
    struct vota_promise_report answer;
    enum vota_status status =
        vota_breach_lists_init(&lists, judging->breach, &judging->report->leaf);
    if (status == VOTA_OK)
        status = judge_lists(judging, &lists, count_batches(&lists, judging->breach), &answer);
    if (status == VOTA_OK) {
        take_answer(judging->report, &answer);
        add_findings(judging, &lists, &answer);
    }
    vota_breach_lists_done(&lists);
    return status;
}

enum vota_status vota_breach_judge(struct vota_breach_report *ret_report,
                                   const struct vota_breach *breach,
                                   const struct vota_breach_trust *trust)
{
    *ret_report = (struct vota_breach_report){.reason = ""};
    struct vota_breach_judging judging = {ret_report, breach, trust, {{{0}}}};
    vota_leaf_hash(&ret_report->leaf, &breach->row);
    vota_breach_prove(&judging);
    enum vota_status status = vota_breach_promised(&judging);
    if (status == VOTA_OK && !is_decided(ret_report))
        status = judge(&judging);
    if (status == VOTA_OK)
        return VOTA_OK;
    vota_breach_report_done(ret_report);
    *ret_report = (struct vota_breach_report){.reason = ""};
    return status;
}
