/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One entry of the journal (PROTOCOL 3): abi.encode of seven words, always.
 *
 *   word    0     1       2      3     4         5                6
 *           kind  number  block  time  a         b                c
 *   kind 1  register opened            register  0                0
 *   kind 2  batch anchored             root      count            0
 *   kind 3  result published           register  last entry       hash of counts
 *   kind 4  key set                    role      address or 0     untrusted since or 0
 *   kind 5  disavowed                  first     last             hash of reason
 *   kind 6  succeeded                  chain id  address          0
 *
 * The contract writes number, block and time. Must not know what an entry does
 * to a count or a promise.
 */
#ifndef VOTA_PROOF_ENTRY_H
#define VOTA_PROOF_ENTRY_H

#include "proof/word.h"

#define VOTA_ENTRY_BYTES 224u

enum vota_entry_kind {
    VOTA_ENTRY_REGISTER = 1,
    VOTA_ENTRY_BATCH = 2,
    VOTA_ENTRY_RESULT = 3,
    VOTA_ENTRY_KEY = 4,
    VOTA_ENTRY_DISAVOWED = 5,
    VOTA_ENTRY_SUCCEEDED = 6
};

/* struct vota_entry is in voteanchor.h, because who verifies may bring a journal. */

/* Word a of a key entry. */
enum vota_entry_role { VOTA_ROLE_ANCHORER = 1, VOTA_ROLE_ACCEPTANCE = 2, VOTA_ROLE_OWNER = 3 };

void vota_entry_encode(uint8_t ret_bytes[VOTA_ENTRY_BYTES], const struct vota_entry *entry);

/*
 * Reads the one encoding of an entry that keeps the rules of its kind.
 * Returns BAD_INPUT with, besides those of vota_entry_check, the reasons
 * "entry-length" (not 224 bytes) and "entry-range" (number, block or time above
 * 64 bits).
 */
VOTA_MUST_USE enum vota_status vota_entry_decode(struct vota_entry *ret_entry, const void *bytes,
                                                 size_t len, struct vota_error *err);

/*
 * Whether the contract can have written this entry. Returns BAD_INPUT with the
 * reason "unknown-kind", "unused-word" (set though the kind has no use for it),
 * "entry-range" (a value too wide for its type, or number 0), "empty-batch",
 * "zero-root", "last-entry" (a result over itself), "unknown-role", "bad-range"
 * (a disavowal from 0, backwards, or reaching itself). An unknown kind means a
 * newer version: could not check, never not valid.
 */
VOTA_MUST_USE enum vota_status vota_entry_check(const struct vota_entry *entry,
                                                struct vota_error *err);

/* Whether this version has rules for the entry's kind. */
bool vota_entry_is_known(const struct vota_entry *entry);

/* keccak of the 224 bytes. */
void vota_entry_hash(vota_hash *ret_hash, const struct vota_entry *entry);

/*
 * The words a, b, c of a batch entry, for who read them from an event or a
 * receipt; number, block and time are the caller's to set.
 */
void vota_entry_batch(struct vota_entry *ret_entry, const vota_hash *root, uint32_t count);

/*
 * What a checked entry says, in the types of its kind; false, ret_ untouched,
 * if it is of another kind.
 */
bool vota_entry_get_batch(vota_hash *ret_root, uint32_t *ret_count, const struct vota_entry *entry);
bool vota_entry_get_disavowed(uint64_t *ret_first, uint64_t *ret_last,
                              const struct vota_entry *entry);
bool vota_entry_get_key(enum vota_entry_role *ret_role, vota_addr *ret_key, uint64_t *ret_untrusted,
                        const struct vota_entry *entry);

#endif
