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

/* A complete journal of the contract that reaches to accepted_at in a final block; NULL = none. */
static const struct vota_journal *find_journal(struct vota_verify *verify,
                                               const struct vota_trust_contract *contract,
                                               uint64_t accepted_at)
{
    for (size_t i = 0; i < verify->trust->journal_count; i++) {
        const struct vota_trust_journal *journal = &verify->trust->journals[i];
        if (&verify->trust->contracts[journal->contract] == contract && journal->final &&
            journal->time >= accepted_at && journal->journal != NULL &&
            vota_verify_journal_reaches(verify, journal))
            return journal->journal;
    }
    return NULL;
}

/* Who signed, and whether the journal named that key at the time. */
static void look_at_signer(struct vota_verify *verify, const struct vota_trust_contract *contract)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    const struct vota_trust *trust = verify->trust;
    vota_hash digest;
    vota_addr signer = {{0}};
    enum vota_verdict verdict = VOTA_NOT_CHECKED;
    if (trust->recover == NULL) {
        add(verify, VOTA_FINDING_ACCEPTANCE_SIGNER, VOTA_NOT_CHECKED);
        return;
    }
    vota_acceptance_digest(&digest, &verify->report->leaf, acceptance);
    if (!trust->recover(trust->recover_context, &signer, &digest, acceptance->signature)) {
        add(verify, VOTA_FINDING_ACCEPTANCE_SIGNATURE, VOTA_NOT_VALID);
        return;
    }
    const struct vota_journal *journal = find_journal(verify, contract, acceptance->accepted_at);
    if (journal != NULL)
        verdict = vota_journal_signer_verdict(journal, &signer, acceptance->accepted_at);
    if (verdict == VOTA_NOT_VALID && !verify->folded_is_known)
        verdict = VOTA_NOT_CHECKED; /* an unknown kind may have named it */
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

/* The earliest proven entry time in the contract that promised; false = none. */
static bool find_kept(const struct vota_verify *verify, uint64_t *ret_time)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    bool found = false;
    for (size_t i = 0; i < verify->receipt->anchor_count; i++) {
        const struct vota_anchor *anchor = &verify->receipt->anchors[i];
        if (!verify->anchors[i].proven || verify->anchors[i].is_disavowed ||
            anchor->chain_id != acceptance->chain_id ||
            !vota_addr_equal(&anchor->contract, &acceptance->contract))
            continue;
        if (!found || anchor->entry.time < *ret_time)
            *ret_time = anchor->entry.time;
        found = true;
    }
    return found;
}

static void look_at_promise(const struct vota_verify *verify)
{
    const struct vota_acceptance *acceptance = &verify->receipt->acceptance;
    const uint64_t anchor_by = acceptance->anchor_by;
    uint64_t time = 0;
    if (verify->receipt->anchor_count == 0) {
        vota_finding_set_times(add(verify, VOTA_FINDING_PENDING, VOTA_NOT_CHECKED),
                               acceptance->accepted_at, anchor_by);
        return;
    }
    if (!find_kept(verify, &time))
        return; /* what is not proven keeps no promise, and breaks none */
    /* An earlier batch may hold the leaf too: late by this receipt is not yet late. */
    vota_finding_set_times(
        add(verify, VOTA_FINDING_PROMISE, time <= anchor_by ? VOTA_VALID : VOTA_NOT_CHECKED), time,
        anchor_by);
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
    struct vota_finding *finding = add(verify, VOTA_FINDING_ACCEPTANCE_CONTRACT,
                                       contract != NULL ? VOTA_VALID : VOTA_NOT_CHECKED);
    vota_finding_set_addresses(finding, &acceptance->contract,
                               contract != NULL ? &contract->address : &none);
    finding->number = acceptance->chain_id;
    if (contract != NULL)
        look_at_signer(verify, contract);
    look_at_bounds(verify);
    look_at_promise(verify);
}
