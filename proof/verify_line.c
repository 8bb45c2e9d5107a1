/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Complete journals that the user brought, one after the other along confirmed
 * links: whether they reach their heads, what they disavow, who opened a
 * register. Must not know receipts' anchors.
 */
#include "proof/verify.h"

static bool is_known(const struct vota_journal *journal)
{
    for (size_t i = 0; i < journal->n; i++) {
        if (!vota_entry_is_known(&journal->entries[i]))
            return false;
    }
    return true;
}

static const struct vota_verify_folded *fold(struct vota_verify *verify,
                                             const struct vota_trust_journal *journal)
{
    const size_t i = (size_t)(journal - verify->trust->journals);
    struct vota_verify_folded *folded =
        &verify->folded[i < VOTA_VERIFY_FOLDED ? i : VOTA_VERIFY_FOLDED];
    if (folded->done && i < VOTA_VERIFY_FOLDED)
        return folded;
    VOTA_ASSERT(verify->trust->contracts != NULL); /* the journal names one of them */
    const struct vota_trust_contract *contract = &verify->trust->contracts[journal->contract];
    const struct vota_genesis *genesis = &journal->journal->genesis;
    vota_hash head;
    vota_journal_head(&head, journal->journal, journal->journal->n);
    *folded = (struct vota_verify_folded){
        .done = true,
        .reaches = genesis->chain_id == contract->chain_id &&
                   vota_addr_equal(&genesis->contract, &contract->address) &&
                   genesis->pred_length + journal->journal->n == journal->length &&
                   vota_hash_equal(&head, &journal->head),
        .is_known = is_known(journal->journal)};
    return folded;
}

bool vota_verify_journal_reaches(struct vota_verify *verify,
                                 const struct vota_trust_journal *journal)
{
    return fold(verify, journal)->reaches;
}

bool vota_verify_journal_is_known(struct vota_verify *verify,
                                  const struct vota_trust_journal *journal)
{
    return fold(verify, journal)->is_known;
}

const struct vota_trust_journal *
vota_verify_complete_journal(struct vota_verify *verify, const struct vota_trust_contract *contract)
{
    const struct vota_trust_journal *longest = NULL;
    for (size_t i = 0; i < verify->trust->journal_count; i++) {
        const struct vota_trust_journal *journal = &verify->trust->journals[i];
        if (&verify->trust->contracts[journal->contract] == contract && journal->final &&
            journal->journal != NULL && (longest == NULL || journal->length > longest->length) &&
            vota_verify_journal_reaches(verify, journal))
            longest = journal;
    }
    return longest;
}

/* Whether an entry is as if absent, by a disavowal that the journal also has. */
static bool is_disavowed(const struct vota_journal *journal, uint64_t number)
{
    for (size_t i = 0; i < journal->n; i++) {
        uint64_t first;
        uint64_t last;
        const struct vota_entry *entry = &journal->entries[i];
        if (entry->number > number && vota_entry_get_disavowed(&first, &last, entry) &&
            first <= number && number <= last)
            return true;
    }
    return false;
}

bool vota_verify_is_disavowed(struct vota_verify *verify, const struct vota_trust_journal *journal,
                              uint64_t number)
{
    const struct vota_trust_contract *contract = &verify->trust->contracts[journal->contract];
    bool disavowed = is_disavowed(journal->journal, number);
    for (size_t i = 0; i < VOTA_TRUST_MAX_LINKS && !disavowed; i++) {
        contract = vota_verify_successor(verify, contract);
        if (contract == NULL)
            return false;
        const struct vota_trust_journal *next = vota_verify_complete_journal(verify, contract);
        disavowed = next != NULL && is_disavowed(next->journal, number);
    }
    return disavowed;
}

/* The entry before `number` that opens the receipt's register; NULL = none. */
static const struct vota_entry *
find_opening(struct vota_verify *verify, const struct vota_trust_journal *journal, uint64_t number)
{
    const vota_hash *register_hash = &verify->receipt->row.register_hash;
    const struct vota_journal *entries = journal->journal;
    for (size_t i = 0; i < entries->n && entries->entries[i].number < number; i++) {
        const struct vota_entry *entry = &entries->entries[i];
        if (entry->kind == VOTA_ENTRY_REGISTER && vota_hash_equal(&entry->a, register_hash) &&
            !vota_verify_is_disavowed(verify, journal, entry->number))
            return entry;
    }
    return NULL;
}

const struct vota_entry *vota_verify_opening(struct vota_verify *verify, bool *ret_complete,
                                             const struct vota_trust_journal *journal,
                                             uint64_t number)
{
    bool known = true;
    *ret_complete = false;
    for (size_t i = 0; i <= VOTA_TRUST_MAX_LINKS && journal != NULL; i++) {
        const struct vota_entry *opening = find_opening(verify, journal, number);
        if (opening != NULL)
            return opening;
        known = known && vota_verify_journal_is_known(verify, journal);
        const struct vota_genesis *genesis = &journal->journal->genesis;
        *ret_complete = known && genesis->pred_length == 0;
        number = genesis->pred_length + 1; /* what came after is another history */
        const struct vota_trust_contract *before =
            vota_verify_predecessor(verify, &verify->trust->contracts[journal->contract]);
        journal = before == NULL ? NULL : vota_verify_complete_journal(verify, before);
    }
    return NULL;
}
