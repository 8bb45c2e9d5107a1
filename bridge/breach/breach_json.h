/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voteanchor-breach-v1: a breach bundle as one JSON text in the form of RFC 8785,
 * ending in one line feed.
 *
 *   bundle      acceptance contracts definition? format row
 *   acceptance  accepted_at anchor_by chain_id contract signature
 *   row         content_hash register tag
 *   contract    batches deployment evidence journal
 *   batch       entry leaves | entry path
 *   deployment  the 16 members of a trust file's contract
 *   evidence    account format header storage: of slot 0, evidence-mpt-v1
 *   entry       a b block c kind number time
 *
 * `leaves` is the base64 of 32-byte leaves, ascending; `path` an array of hashes.
 * The first contract is the one that promised, each further one names the one
 * before it as its predecessor. Entries are numbered one after the other from
 * the contract's first on; batches ascend and are entries of kind 2. There is one
 * text for one bundle: anything else is refused. Whether it is true is
 * breach_judge.h's to say.
 */
#ifndef VOTA_BRIDGE_BREACH_BREACH_JSON_H
#define VOTA_BRIDGE_BREACH_BREACH_JSON_H

#include "bridge/breach/breach.h"

/* Appends the text with its line end; a first pass with cap 0 measures. */
void vota_breach_json_write(struct vota_wr *wr, const struct vota_breach *breach);

/* A bundle that owns what it points into. */
struct vota_breach_copy {
    struct vota_breach about;
    struct vota_breach_contract *contracts;
    struct vota_entry *journals[VOTA_BREACH_MAX_CONTRACTS];
    struct vota_breach_batch *batches[VOTA_BREACH_MAX_CONTRACTS];
    uint8_t *bytes;
};

void vota_breach_copy_done(struct vota_breach_copy *copy);

/*
 * BAD_INPUT with err->where = the member and err->text a reason of
 * members_json.h, "not-canonical", "no-line-end", "bad-leaves" (not whole leaves
 * in canonical base64), "bad-entry" (no entry that the contract can have written,
 * or not the next number), "bad-batch" (no batch of this journal, or not
 * ascending), "not-in-line" (of the acceptance's, or not the predecessor of the
 * next); LIMIT "too-long", "too-many-values" (more than a bundle of its length
 * has: they would fill the memory); NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_breach_json_read(struct vota_breach_copy *ret_copy,
                                                     const void *text, size_t len,
                                                     struct vota_error *err);

#endif
