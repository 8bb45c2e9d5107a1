/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash chain over entries (PROTOCOL 3, 5, 10): one word that commits to a
 * deployment and everything it recorded.
 *
 *   genesis = keccak(abi.encode(keccak("voteanchor.genesis.v1"), chain id,
 *             contract, owner, anchorer, acceptance key, predecessor's chain id,
 *             contract, length and head))                        10 words
 *   head'   = keccak(head || keccak(entry))                       64 bytes
 *
 * The first entry has number pred_length + 1. Must not know how a head was
 * proven or where entries were fetched.
 */
#ifndef VOTA_PROOF_JOURNAL_H
#define VOTA_PROOF_JOURNAL_H

#include "proof/entry.h"

/* An acceptance key may have signed this many seconds after it was replaced. */
#define VOTA_JOURNAL_KEY_GRACE 3600u

/* struct vota_genesis and struct vota_journal are in voteanchor.h, as struct vota_entry is. */

/* What a journal and one that says it continues it have to do with each other. */
enum vota_journal_link {
    VOTA_LINK_NONE,      /* the genesis does not name this journal, or not as it was */
    VOTA_LINK_CLAIMED,   /* it does; the old journal ends there and confirms nothing */
    VOTA_LINK_CONFIRMED, /* both name each other, and the old journal says nothing else */
    VOTA_LINK_FORKED     /* the old journal went on in another way */
};

/* The head before the first entry. */
void vota_journal_genesis(vota_hash *ret_head, const struct vota_genesis *genesis);

/* The head after one more entry. ret_head may be head. */
void vota_journal_next(vota_hash *ret_head, const vota_hash *head, const vota_hash *entry_hash);

/* The head after n more entries, given their hashes in order. ret_head may be parent. */
void vota_journal_fold(vota_hash *ret_head, const vota_hash *parent, const vota_hash *entry_hashes,
                       size_t n);

/* The head after the first n entries of a journal. Assumes n <= journal->n. */
void vota_journal_head(vota_hash *ret_head, const struct vota_journal *journal, size_t n);

/* keccak(abi.encode(uint64[] counts)), word c of a result entry; n may be 0. */
void vota_journal_counts_hash(vota_hash *ret_hash, const uint64_t *counts, size_t n);

/*
 * Whether a signer may have signed acceptances at accepted_at, by the genesis
 * acceptance key and the journal's key entries (others are passed over; entries
 * have passed vota_entry_check and are in order).
 *
 * VALID from the time a key is set to VOTA_JOURNAL_KEY_GRACE after it is
 * replaced, in any of the periods in which it was named; the genesis key is set
 * at 0. NOT_CHECKED outside, or at and after the time from which an entry that
 * replaced the key calls it untrusted: the city must not disown true promises,
 * nor a thief mint false breaches. NOT_VALID only for a signer never named.
 */
enum vota_verdict vota_journal_signer_verdict(const struct vota_journal *journal,
                                              const vota_addr *signer, uint64_t accepted_at);

/*
 * How a successor's genesis continues an old journal, whose head the caller has
 * proven. A journal is followed only over VOTA_LINK_CONFIRMED.
 */
enum vota_journal_link vota_journal_link(const struct vota_journal *old,
                                         const struct vota_genesis *successor);

#endif
