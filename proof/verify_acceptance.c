/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The city's promise in a receipt (PROTOCOL 5): whose, signed by whom, how far it
 * may reach, and whether the receipt itself shows it kept. That it was broken
 * takes every leaf list, and is promise.h's to say.
 */
#include "proof/acceptance.h"
#include "proof/verify.h"

static struct vota_finding *add(const struct vota_verify *verify, enum vota_finding_code code,
                                enum vota_verdict state)
{
    return vota_finding_add(verify->report, code, state, VOTA_NO_ANCHOR);
}

/* Who may have signed, by a complete journal that reaches to accepted_at in a final block. */
static enum vota_verdict judge_signer(struct vota_verify *verify,
                                      const struct vota_trust_journal *journal,
                                      const vota_addr *signer, uint64_t accepted_at)
{
    const enum vota_verdict verdict =
        vota_journal_signer_verdict(journal->journal, signer, accepted_at);
    /* An unknown kind may have named it. */
    return verdict == VOTA_NOT_VALID && !vota_verify_journal_is_known(verify, journal)
               ? VOTA_NOT_CHECKED
               : verdict;
}

/* Who signed, and whether the journal named that key at the time. */
static void look_at_signer(struct vota_verify *verify, const struct vota_trust_contract *contract)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    const struct vota_trust *trust = verify->trust;
    vota_hash digest;
    vota_addr signer = {{0}};
    if (trust->recover == NULL) {
        add(verify, VOTA_FINDING_ACCEPTANCE_SIGNER, VOTA_NOT_CHECKED);
        return;
    }
    vota_acceptance_digest(&digest, &verify->report->leaf, acceptance);
    if (!trust->recover(trust->recover_context, &signer, &digest, acceptance->signature)) {
        add(verify, VOTA_FINDING_ACCEPTANCE_SIGNATURE, VOTA_NOT_VALID);
        return;
    }
    const struct vota_trust_journal *journal = vota_verify_complete_journal(verify, contract);
    const bool reaches = journal != NULL && journal->time >= acceptance->accepted_at;
    /* Moments after the record came in no final block is as young as its acceptance. */
    if (journal != NULL && !reaches &&
        judge_signer(verify, journal, &signer, journal->time) == VOTA_VALID) {
        vota_finding_set_times(add(verify, VOTA_FINDING_ACCEPTANCE_NEW, VOTA_NOT_CHECKED),
                               acceptance->accepted_at, journal->time);
        return;
    }
    const enum vota_verdict verdict =
        reaches ? judge_signer(verify, journal, &signer, acceptance->accepted_at)
                : VOTA_NOT_CHECKED;
    vota_finding_set_addresses(add(verify, VOTA_FINDING_ACCEPTANCE_SIGNER, verdict), &signer,
                               &acceptance->contract);
}

static void look_at_bounds(const struct vota_verify *verify)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    const struct vota_definition *definition = verify->definition;
    if (definition == NULL)
        return;
    const bool ok =
        vota_acceptance_bounds_ok(acceptance, definition->anchor_within, definition->counts_until);
    const uint64_t within = acceptance->accepted_at + definition->anchor_within;
    vota_finding_set_times(
        add(verify, VOTA_FINDING_ACCEPTANCE_BOUNDS, ok ? VOTA_VALID : VOTA_NOT_VALID),
        acceptance->anchor_by,
        within < definition->counts_until ? within : definition->counts_until);
}

/* Whether an anchor's contract is the one that promised, or goes on for it. */
static bool keeps_for(const struct vota_verify *verify, const struct vota_anchor *anchor)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    if (anchor->chain_id == acceptance->chain_id &&
        vota_addr_equal(&anchor->contract, &acceptance->contract))
        return true;
    const struct vota_trust_contract *contract =
        vota_verify_contract(verify->trust, acceptance->chain_id, NULL, &acceptance->contract);
    for (size_t i = 0; i < VOTA_TRUST_MAX_LINKS && contract != NULL; i++) {
        contract = vota_verify_successor(verify, contract);
        if (contract != NULL && contract->chain_id == anchor->chain_id &&
            vota_addr_equal(&contract->address, &anchor->contract))
            return true;
    }
    return false;
}

/* The earliest proven entry that keeps the promise; NULL = none. */
static const struct vota_batch_entry *find_kept(const struct vota_verify *verify)
{
    const struct vota_batch_entry *earliest = NULL;
    for (size_t i = 0; i < verify->receipt->anchor_count; i++) {
        const struct vota_anchor *anchor = &verify->receipt->anchors[i];
        if (!verify->anchors[i].proven || verify->anchors[i].is_disavowed ||
            !keeps_for(verify, anchor))
            continue;
        if (earliest == NULL || anchor->entry.time < earliest->time)
            earliest = &anchor->entry;
    }
    return earliest;
}

static void add_promise(const struct vota_verify *verify, enum vota_finding_code code,
                        enum vota_verdict state, uint64_t time, uint64_t entry)
{
    struct vota_finding *finding = add(verify, code, state);
    vota_finding_set_times(finding, time, verify->receipt->acceptance.anchor_by);
    finding->number = entry;
}

/* What whoever holds the leaf lists found; false: nothing that would say more than the receipt. */
static bool look_at_judgement(const struct vota_verify *verify)
{
    const struct vota_trust_promise *promise = &verify->trust->promise;
    if (promise->outcome == VOTA_PROMISE_KEPT)
        add_promise(verify, VOTA_FINDING_PROMISE, VOTA_VALID, promise->time, promise->entry);
    else if (promise->outcome == VOTA_PROMISE_KEPT_LATE)
        add_promise(verify, VOTA_FINDING_PROMISE_LATE, VOTA_NOT_VALID, promise->time,
                    promise->entry);
    else if (promise->outcome == VOTA_PROMISE_BROKEN)
        add_promise(verify, VOTA_FINDING_PROMISE_BROKEN, VOTA_NOT_VALID, promise->final_time, 0);
    else if (promise->doubt == VOTA_DOUBT_WITHHELD)
        add_promise(verify, VOTA_FINDING_PROMISE_WITHHELD, VOTA_NOT_CHECKED, promise->final_time,
                    promise->entry);
    else if (promise->doubt == VOTA_DOUBT_SUCCESSOR)
        add_promise(verify, VOTA_FINDING_PROMISE_SUCCESSOR, VOTA_NOT_CHECKED, promise->final_time,
                    0);
    else
        return false;
    verify->report->promise = promise->outcome;
    return true;
}

static void look_at_promise(const struct vota_verify *verify, bool is_named)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    const uint64_t anchor_by = acceptance->anchor_by;
    const struct vota_batch_entry *kept = find_kept(verify);
    /* A path that is shown refutes whatever lists seemed to say. */
    if (kept != NULL && kept->time <= anchor_by) {
        add_promise(verify, VOTA_FINDING_PROMISE, VOTA_VALID, kept->time, kept->number);
        verify->report->promise = VOTA_PROMISE_KEPT;
        return;
    }
    if (is_named && look_at_judgement(verify))
        return;
    if (verify->receipt->anchor_count == 0)
        vota_finding_set_times(add(verify, VOTA_FINDING_PENDING, VOTA_NOT_CHECKED),
                               acceptance->accepted_at, anchor_by);
    else if (kept !=
             NULL) /* an earlier batch may hold the leaf too: late by this is not yet late */
        add_promise(verify, VOTA_FINDING_PROMISE, VOTA_NOT_CHECKED, kept->time, kept->number);
    /* What is not proven keeps no promise, and breaks none. */
}

void vota_verify_acceptance(struct vota_verify *verify)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    const vota_addr none = {{0}};
    if (vota_acceptance_signature_check(acceptance->signature, sizeof acceptance->signature,
                                        NULL) != VOTA_OK) {
        add(verify, VOTA_FINDING_ACCEPTANCE_SIGNATURE, VOTA_NOT_VALID);
        return;
    }
    const struct vota_trust_contract *contract =
        vota_verify_contract(verify->trust, acceptance->chain_id, NULL, &acceptance->contract);
    const struct vota_trust_contract *named =
        contract == NULL || contract->how == VOTA_TRUST_NO_RECORD
            ? NULL
            : vota_verify_named(verify, contract);
    struct vota_finding *finding =
        add(verify,
            named != NULL && named != contract ? VOTA_FINDING_CONTRACT_LINKED
                                               : VOTA_FINDING_ACCEPTANCE_CONTRACT,
            named != NULL ? VOTA_VALID : VOTA_NOT_CHECKED);
    vota_finding_set_addresses(finding, &acceptance->contract,
                               named != NULL ? &named->address : &none);
    finding->number = acceptance->chain_id;
    if (named != NULL)
        look_at_signer(verify, contract);
    look_at_bounds(verify);
    look_at_promise(verify, named != NULL);
}
