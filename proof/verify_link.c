/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links of a succession (PROTOCOL 10): judged by the old journal under a final
 * head, followed in both directions only where both ends name each other. What a
 * new contract says of an old one that can no longer answer stays a claim.
 */
#include "proof/verify.h"

/* Without the entries: whether the genesis names that contract at all. */
static bool names(const struct vota_genesis *genesis, const struct vota_trust_contract *old)
{
    return genesis->pred_chain_id == old->chain_id &&
           vota_addr_equal(&genesis->pred_contract, &old->address);
}

/* Whether a final head after the same entry is another than the one carried on. */
static bool is_contradicted(const struct vota_verify *verify, const struct vota_trust_link *link)
{
    for (size_t i = 0; i < verify->trust->journal_count; i++) {
        const struct vota_trust_journal *journal = &verify->trust->journals[i];
        if (journal->contract == link->old && journal->final &&
            journal->length == link->genesis->pred_length &&
            !vota_hash_equal(&journal->head, &link->genesis->pred_head))
            return true;
    }
    return false;
}

static enum vota_journal_link judge(struct vota_verify *verify, const struct vota_trust_link *link)
{
    const struct vota_trust_contract *old = &verify->trust->contracts[link->old];
    const struct vota_trust_contract *successor = &verify->trust->contracts[link->successor];
    if (!names(link->genesis, old) || link->genesis->chain_id != successor->chain_id ||
        !vota_addr_equal(&link->genesis->contract, &successor->address))
        return VOTA_LINK_NONE;
    const struct vota_trust_journal *journal = vota_verify_complete_journal(verify, old);
    if (journal == NULL || journal->length < link->genesis->pred_length)
        return is_contradicted(verify, link) ? VOTA_LINK_NONE : VOTA_LINK_CLAIMED;
    return vota_journal_link(journal->journal, link->genesis);
}

void vota_verify_links(struct vota_verify *verify)
{
    for (size_t i = 0; i < verify->trust->link_count; i++)
        verify->links[i] = judge(verify, &verify->trust->links[i]);
}

static enum vota_verdict state_of(enum vota_journal_link link)
{
    if (link == VOTA_LINK_CONFIRMED)
        return VOTA_VALID;
    return link == VOTA_LINK_CLAIMED ? VOTA_NOT_CHECKED : VOTA_NOT_VALID;
}

void vota_verify_add_links(struct vota_verify *verify, size_t anchor,
                           const struct vota_trust_contract *contract)
{
    size_t left = 2; /* a contract has one before it and one after it; others only say so */
    for (size_t i = 0; i < verify->trust->link_count && left > 0; i++) {
        const struct vota_trust_link *link = &verify->trust->links[i];
        const struct vota_trust_contract *old = &verify->trust->contracts[link->old];
        const struct vota_trust_contract *next = &verify->trust->contracts[link->successor];
        if (old != contract && next != contract)
            continue;
        const enum vota_finding_code code =
            verify->links[i] == VOTA_LINK_FORKED ? VOTA_FINDING_FORKED : VOTA_FINDING_SUCCESSION;
        struct vota_finding *finding =
            vota_finding_add(verify->report, code, state_of(verify->links[i]), anchor);
        vota_finding_set_addresses(finding, &old->address, &next->address);
        finding->number = link->genesis->pred_length;
        left--;
    }
}

/* The other end of the contract's first confirmed link in one direction; NULL = none. */
static const struct vota_trust_contract *neighbour(const struct vota_verify *verify,
                                                   const struct vota_trust_contract *contract,
                                                   bool forward)
{
    const struct vota_trust_contract *contracts = verify->trust->contracts;
    for (size_t i = 0; i < verify->trust->link_count; i++) {
        const struct vota_trust_link *link = &verify->trust->links[i];
        const size_t from = forward ? link->old : link->successor;
        if (verify->links[i] == VOTA_LINK_CONFIRMED && &contracts[from] == contract)
            return &contracts[forward ? link->successor : link->old];
    }
    return NULL;
}

const struct vota_trust_contract *vota_verify_successor(const struct vota_verify *verify,
                                                        const struct vota_trust_contract *contract)
{
    return neighbour(verify, contract, true);
}

const struct vota_trust_contract *
vota_verify_predecessor(const struct vota_verify *verify,
                        const struct vota_trust_contract *contract)
{
    return neighbour(verify, contract, false);
}

/* Numbers only grow along confirmed links, but nobody promised that to a caller's array. */
static const struct vota_trust_contract *find_named(const struct vota_verify *verify,
                                                    const struct vota_trust_contract *contract,
                                                    bool forward)
{
    for (size_t steps = 0; contract != NULL && steps <= VOTA_TRUST_MAX_LINKS; steps++) {
        if (contract->how == VOTA_TRUST_NAMED)
            return contract;
        contract = neighbour(verify, contract, forward);
    }
    return NULL;
}

const struct vota_trust_contract *vota_verify_named(const struct vota_verify *verify,
                                                    const struct vota_trust_contract *contract)
{
    const struct vota_trust_contract *named = find_named(verify, contract, true);
    return named != NULL ? named : find_named(verify, contract, false);
}

uint64_t vota_verify_carried(const struct vota_verify *verify,
                             const struct vota_trust_contract *contract)
{
    for (size_t i = 0; i < verify->trust->link_count; i++) {
        const struct vota_trust_link *link = &verify->trust->links[i];
        if (verify->links[i] == VOTA_LINK_CONFIRMED &&
            &verify->trust->contracts[link->old] == contract)
            return link->genesis->pred_length;
    }
    return UINT64_MAX;
}
