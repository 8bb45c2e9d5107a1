/* SPDX-License-Identifier: Apache-2.0 */
/* Judging promises: see promise.h. Must not know how heads are proven or lists fetched. */
#include "proof/promise.h"

#include "proof/merkle.h"

/* What is judged: the promise, with the journal cut off at the proven head. */
struct bundle {
    const struct vota_promise *promise;
    struct vota_promise_entries parts[2]; /* the journal, then its successor's */
    bool any_disavowal;                   /* nearly always false, which saves the search */
};

/* How many entries of the journal lead to the proven head; false if it is not met. */
static bool reach_head(size_t *ret_length, const struct vota_promise *promise)
{
    vota_hash head;
    vota_hash hash;
    vota_journal_genesis(&head, promise->genesis);
    size_t n = 0;
    while (!vota_hash_equal(&head, &promise->final_head)) {
        if (n == promise->journal.length)
            return false;
        vota_entry_hash(&hash, &promise->journal.entries[n++]);
        vota_journal_next(&head, &head, &hash);
    }
    *ret_length = n;
    return true;
}

static bool has_kind(const struct vota_promise_entries *part, bool (*is)(const struct vota_entry *))
{
    for (size_t i = 0; i < part->length; i++) {
        if (is(&part->entries[i]))
            return true;
    }
    return false;
}

static bool is_unknown(const struct vota_entry *entry)
{
    return !vota_entry_is_known(entry);
}

static bool is_disavowal(const struct vota_entry *entry)
{
    return entry->kind == VOTA_ENTRY_DISAVOWED;
}

static bool is_succession(const struct vota_entry *entry)
{
    return entry->kind == VOTA_ENTRY_SUCCEEDED;
}

/* A successor's owner may disavow what the old contract recorded, so both are searched. */
static bool is_disavowed(const struct bundle *bundle, uint64_t number)
{
    if (!bundle->any_disavowal)
        return false;
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < bundle->parts[p].length; i++) {
            const struct vota_entry *entry = &bundle->parts[p].entries[i];
            uint64_t first = 0;
            uint64_t last = 0;
            if (vota_entry_get_disavowed(&first, &last, entry) && number < entry->number &&
                number >= first && number <= last)
                return true;
        }
    }
    return false;
}

static bool keeps(const struct bundle *bundle, const struct vota_promise_entries *part, size_t i)
{
    const struct vota_entry *entry = &part->entries[i];
    return entry->kind == VOTA_ENTRY_BATCH && part->lists[i] == VOTA_LIST_WITH &&
           !is_disavowed(bundle, entry->number);
}

/* The first batch with the leaf, in time or after it; NULL if none. */
static const struct vota_entry *find_batch(const struct bundle *bundle, bool late)
{
    const uint64_t anchor_by = bundle->promise->anchor_by;
    for (size_t p = 0; p < 2; p++) {
        const struct vota_promise_entries *part = &bundle->parts[p];
        for (size_t i = 0; i < part->length; i++) {
            if ((part->entries[i].time > anchor_by) == late && keeps(bundle, part, i))
                return &part->entries[i];
        }
    }
    return NULL;
}

/*
 * Notes the batches whose lists are needed and missing: all in time, and all
 * before the late one that has the leaf, or "late, by then" would not be known.
 */
static void note_withheld(const struct bundle *bundle, const struct vota_entry *late,
                          struct vota_promise_report *report)
{
    for (size_t p = 0; p < 2; p++) {
        const struct vota_promise_entries *part = &bundle->parts[p];
        for (size_t i = 0; i < part->length; i++) {
            const struct vota_entry *entry = &part->entries[i];
            const bool needed = entry->time <= bundle->promise->anchor_by ||
                                (late != NULL && entry->number < late->number);
            if (entry->kind != VOTA_ENTRY_BATCH || part->lists[i] != VOTA_LIST_WITHHELD ||
                !needed || is_disavowed(bundle, entry->number))
                continue;
            if (report->withheld_count < report->withheld_cap)
                report->withheld[report->withheld_count] = entry->number;
            report->withheld_count++;
        }
    }
}

static void answer(struct vota_promise_report *report, enum vota_promise_outcome outcome,
                   const char *reason)
{
    report->outcome = outcome;
    report->reason = reason;
}

static void doubt(struct vota_promise_report *report, enum vota_promise_doubt why,
                  const char *reason)
{
    answer(report, VOTA_PROMISE_NOT_CHECKED, reason);
    report->doubt = why;
}

static void answer_kept(struct vota_promise_report *report, enum vota_promise_outcome outcome,
                        const struct vota_entry *batch)
{
    answer(report, outcome, "");
    report->entry = batch->number;
    report->time = batch->time;
}

/* Whether the signer may have promised; answers the report if not. */
static bool is_signer_good(const struct bundle *bundle, struct vota_promise_report *report)
{
    const struct vota_promise *promise = bundle->promise;
    const struct vota_journal journal = {.genesis = *promise->genesis,
                                         .entries = bundle->parts[0].entries,
                                         .n = bundle->parts[0].length};
    const enum vota_verdict verdict =
        vota_journal_signer_verdict(&journal, &promise->signer, promise->accepted_at);
    if (verdict == VOTA_NOT_VALID)
        answer(report, VOTA_PROMISE_NOT_VALID, "signer never named");
    else if (verdict == VOTA_NOT_CHECKED)
        doubt(report, VOTA_DOUBT_SIGNER, "key outside its time or untrusted");
    return verdict == VOTA_VALID;
}

static void judge_batches(const struct bundle *bundle, struct vota_promise_report *report)
{
    const struct vota_promise *promise = bundle->promise;
    const struct vota_entry *in_time = find_batch(bundle, false);
    if (in_time != NULL) {
        answer_kept(report, VOTA_PROMISE_KEPT, in_time);
        return;
    }
    if (promise->final_time <= promise->anchor_by) {
        doubt(report, VOTA_DOUBT_NOT_DUE, "the final block is not later than anchor_by");
        return;
    }
    if ((!promise->successor_examined && has_kind(&bundle->parts[0], is_succession)) ||
        has_kind(&bundle->parts[1], is_succession)) {
        doubt(report, VOTA_DOUBT_SUCCESSOR, "successor not examined");
        return;
    }
    const struct vota_entry *late = find_batch(bundle, true);
    note_withheld(bundle, late, report);
    if (report->withheld_count > 0)
        doubt(report, VOTA_DOUBT_WITHHELD, "leaf list withheld");
    else if (late != NULL)
        answer_kept(report, VOTA_PROMISE_KEPT_LATE, late);
    else
        answer(report, VOTA_PROMISE_BROKEN, "");
}

void vota_promise_judge(struct vota_promise_report *ret_report, const struct vota_promise *promise)
{
    *ret_report = (struct vota_promise_report){
        .reason = "", .withheld = ret_report->withheld, .withheld_cap = ret_report->withheld_cap};
    struct bundle bundle = {promise, {promise->journal, promise->successor}, false};
    if (!reach_head(&bundle.parts[0].length, promise)) {
        doubt(ret_report, VOTA_DOUBT_JOURNAL, "journal does not reach the proven head");
        return;
    }
    if (has_kind(&bundle.parts[0], is_unknown) || has_kind(&bundle.parts[1], is_unknown)) {
        doubt(ret_report, VOTA_DOUBT_KIND, "unknown kind of entry");
        return;
    }
    bundle.any_disavowal =
        has_kind(&bundle.parts[0], is_disavowal) || has_kind(&bundle.parts[1], is_disavowal);
    if (is_signer_good(&bundle, ret_report))
        judge_batches(&bundle, ret_report);
}

enum vota_promise_list vota_promise_list_check(vota_hash *tree, const struct vota_entry *batch,
                                               const vota_hash *leaf, const vota_hash *leaves,
                                               size_t n)
{
    vota_hash root;
    uint32_t count = 0;
    size_t index = 0;
    if (!vota_entry_get_batch(&root, &count, batch) || n != count ||
        vota_merkle_build(tree, leaves, n) != VOTA_OK || !vota_hash_equal(&tree[0], &root))
        return VOTA_LIST_WITHHELD;
    return vota_merkle_find(&index, tree, n, leaf) == VOTA_OK ? VOTA_LIST_WITH : VOTA_LIST_WITHOUT;
}

const char *vota_promise_outcome_name(enum vota_promise_outcome outcome)
{
    static const char *const names[] = {
        [VOTA_PROMISE_NOT_CHECKED] = "could not check", [VOTA_PROMISE_KEPT] = "kept",
        [VOTA_PROMISE_KEPT_LATE] = "kept late",         [VOTA_PROMISE_BROKEN] = "broken",
        [VOTA_PROMISE_NOT_VALID] = "not valid",
    };
    return names[outcome];
}
