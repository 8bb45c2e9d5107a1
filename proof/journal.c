/* SPDX-License-Identifier: Apache-2.0 */
/* Genesis, fold, signer times, succession: see journal.h. */
#include "proof/journal.h"

#include "keccak/keccak.h"

#define GENESIS_WORDS 10u

void vota_journal_genesis(vota_hash *ret_head, const struct vota_genesis *genesis)
{
    static const char label[] = "voteanchor.genesis.v1";
    vota_hash label_hash;
    vota_keccak_hash(label_hash.bytes, label, sizeof label - 1);

    uint8_t bytes[GENESIS_WORDS * VOTA_WORD_BYTES];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_word_write(&wr, &label_hash);
    vota_word_write_u64(&wr, genesis->chain_id);
    vota_word_write_addr(&wr, &genesis->contract);
    vota_word_write_addr(&wr, &genesis->owner);
    vota_word_write_addr(&wr, &genesis->anchorer);
    vota_word_write_addr(&wr, &genesis->acceptance_key);
    vota_word_write_u64(&wr, genesis->pred_chain_id);
    vota_word_write_addr(&wr, &genesis->pred_contract);
    vota_word_write_u64(&wr, genesis->pred_length);
    vota_word_write(&wr, &genesis->pred_head);
    VOTA_ASSERT(wr.len == sizeof bytes);
    vota_keccak_hash(ret_head->bytes, bytes, sizeof bytes);
}

void vota_journal_next(vota_hash *ret_head, const vota_hash *head, const vota_hash *entry_hash)
{
    const vota_hash both[2] = {*head, *entry_hash};
    vota_keccak_hash(ret_head->bytes, both, sizeof both);
}

void vota_journal_fold(vota_hash *ret_head, const vota_hash *parent, const vota_hash *entry_hashes,
                       size_t n)
{
    vota_hash head = *parent;
    for (size_t i = 0; i < n; i++)
        vota_journal_next(&head, &head, &entry_hashes[i]);
    *ret_head = head;
}

void vota_journal_head(vota_hash *ret_head, const struct vota_journal *journal, size_t n)
{
    VOTA_ASSERT(n <= journal->n);
    vota_hash head;
    vota_journal_genesis(&head, &journal->genesis);
    for (size_t i = 0; i < n; i++) {
        vota_hash entry_hash;
        vota_entry_hash(&entry_hash, &journal->entries[i]);
        vota_journal_next(&head, &head, &entry_hash);
    }
    *ret_head = head;
}

void vota_journal_counts_hash(vota_hash *ret_hash, const uint64_t *counts, size_t n)
{
    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    /* ABI: a dynamic array as the only value starts 32 bytes on, with its length. */
    vota_hash word = vota_word_of_u64(VOTA_WORD_BYTES);
    vota_keccak_update(&keccak, word.bytes, sizeof word.bytes);
    word = vota_word_of_u64(n);
    vota_keccak_update(&keccak, word.bytes, sizeof word.bytes);
    for (size_t i = 0; i < n; i++) {
        word = vota_word_of_u64(counts[i]);
        vota_keccak_update(&keccak, word.bytes, sizeof word.bytes);
    }
    vota_keccak_final(&keccak, ret_hash->bytes);
}

/* The acceptance key was set to key at time; what is said of trust concerns the key before. */
struct key_change {
    vota_addr key;
    uint64_t time;
    uint64_t untrusted_since; /* 0 = never */
};

/* What the periods seen so far say of one signer at one time. */
struct signer_view {
    bool named;
    bool covered;
    bool untrusted;
};

/* The next change of the acceptance key at or after *at, which moves behind it. */
static bool next_change(struct key_change *ret_change, size_t *at,
                        const struct vota_journal *journal)
{
    while (*at < journal->n) {
        const struct vota_entry *entry = &journal->entries[(*at)++];
        enum vota_entry_role role;
        struct key_change change = {.time = entry->time};
        if (vota_entry_get_key(&role, &change.key, &change.untrusted_since, entry) &&
            role == VOTA_ROLE_ACCEPTANCE) {
            *ret_change = change;
            return true;
        }
    }
    return false;
}

/* Adds one period of the signer's key: from being set until replaced, NULL if it still stands. */
static void see_period(struct signer_view *view, uint64_t set_at, const struct key_change *replaced,
                       uint64_t accepted_at)
{
    view->named = true;
    const bool in_time = replaced == NULL || accepted_at <= replaced->time ||
                         accepted_at - replaced->time <= VOTA_JOURNAL_KEY_GRACE;
    if (set_at <= accepted_at && in_time)
        view->covered = true;
    if (replaced != NULL && replaced->untrusted_since != 0 &&
        accepted_at >= replaced->untrusted_since)
        view->untrusted = true;
}

enum vota_verdict vota_journal_signer_verdict(const struct vota_journal *journal,
                                              const vota_addr *signer, uint64_t accepted_at)
{
    /* Zero stands for "no key" and must not match a recovery that failed. */
    if (vota_addr_is_zero(signer))
        return VOTA_NOT_VALID;
    struct signer_view view = {0};
    struct key_change current = {.key = journal->genesis.acceptance_key};
    struct key_change next;
    for (size_t at = 0; next_change(&next, &at, journal); current = next) {
        if (vota_addr_equal(&current.key, signer))
            see_period(&view, current.time, &next, accepted_at);
    }
    if (vota_addr_equal(&current.key, signer))
        see_period(&view, current.time, NULL, accepted_at);
    if (!view.named)
        return VOTA_NOT_VALID;
    return view.covered && !view.untrusted ? VOTA_VALID : VOTA_NOT_CHECKED;
}

/* Whether an old journal's entry names the successor. */
static bool names_successor(const struct vota_entry *entry, const struct vota_genesis *successor)
{
    const vota_hash chain_id = vota_word_of_u64(successor->chain_id);
    const vota_hash contract = vota_word_of_addr(&successor->contract);
    return entry->kind == VOTA_ENTRY_SUCCEEDED && vota_hash_equal(&entry->a, &chain_id) &&
           vota_hash_equal(&entry->b, &contract);
}

enum vota_journal_link vota_journal_link(const struct vota_journal *old,
                                         const struct vota_genesis *successor)
{
    const struct vota_genesis *genesis = &old->genesis;
    if (successor->pred_chain_id != genesis->chain_id ||
        !vota_addr_equal(&successor->pred_contract, &genesis->contract))
        return VOTA_LINK_NONE;
    if (successor->pred_length < genesis->pred_length ||
        successor->pred_length - genesis->pred_length > old->n)
        return VOTA_LINK_NONE;
    const size_t carried = (size_t)(successor->pred_length - genesis->pred_length);
    vota_hash head;
    vota_journal_head(&head, old, carried);
    if (!vota_hash_equal(&head, &successor->pred_head))
        return VOTA_LINK_NONE;
    if (carried == old->n)
        return VOTA_LINK_CLAIMED;
    if (carried + 1 == old->n && names_successor(&old->entries[carried], successor))
        return VOTA_LINK_CONFIRMED;
    return VOTA_LINK_FORKED;
}
