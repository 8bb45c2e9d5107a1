/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of vota_verify share. Not installed: who embeds the library
 * calls vota_verify (voteanchor.h) and nothing here.
 */
#ifndef VOTA_PROOF_VERIFY_H
#define VOTA_PROOF_VERIFY_H

#include "proof/definition.h"
#include "proof/finding.h"
#include "proof/journal.h"
#include "proof/receipt.h"

/* What is known of one anchor when its findings are made. */
struct vota_verify_anchor {
    bool proven;                 /* row in root in entry in a final head */
    bool is_disavowed;           /* by a later entry of the complete journal */
    bool is_register_not_opened; /* the complete journal opens it nowhere before */
};

/* What folding a journal of the trust came to; done once for each, where there is room. */
#define VOTA_VERIFY_FOLDED 64u
struct vota_verify_folded {
    bool done;
    bool reaches;  /* its head, from its contract's genesis */
    bool is_known; /* it holds no kind of a newer version */
};

/* One verification under way. */
struct vota_verify {
    struct vota_report *report;
    const struct vota_receipt *receipt;
    const struct vota_trust *trust;
    const struct vota_definition *definition; /* NULL: absent, another, or unreadable */
    bool is_content_invalid;                  /* opened, and of no use in its register */
    struct vota_verify_anchor anchors[VOTA_RECEIPT_MAX_ANCHORS];
    enum vota_journal_link links[VOTA_TRUST_MAX_LINKS];       /* what became of each link */
    struct vota_verify_folded folded[VOTA_VERIFY_FOLDED + 1]; /* the last for all beyond */
};

/* Findings of every anchor: contract, then a journal or evidence, then the path. */
void vota_verify_anchors(struct vota_verify *verify);

/* Findings of the acceptance: contract, signature, signer, bounds, promise. */
void vota_verify_acceptance(struct vota_verify *verify);

/* Judges every link that the user's contracts claim, before anything rests on one. */
void vota_verify_links(struct vota_verify *verify);

/* Adds what became of the links of an anchor's contract. */
void vota_verify_add_links(struct vota_verify *verify, size_t anchor,
                           const struct vota_trust_contract *contract);

/*
 * The contract that the user named and to which confirmed links lead from this
 * one; itself if it was named, NULL = none.
 */
const struct vota_trust_contract *vota_verify_named(const struct vota_verify *verify,
                                                    const struct vota_trust_contract *contract);

/* The last entry of a contract that its confirmed successor carries on; UINT64_MAX = no such. */
uint64_t vota_verify_carried(const struct vota_verify *verify,
                             const struct vota_trust_contract *contract);

/* The contract that a confirmed link makes the next, or the one before; NULL = none. */
const struct vota_trust_contract *vota_verify_successor(const struct vota_verify *verify,
                                                        const struct vota_trust_contract *contract);
const struct vota_trust_contract *
vota_verify_predecessor(const struct vota_verify *verify,
                        const struct vota_trust_contract *contract);

/* The longest complete journal of a contract that reaches a final head; NULL = none. */
const struct vota_trust_journal *
vota_verify_complete_journal(struct vota_verify *verify,
                             const struct vota_trust_contract *contract);

/*
 * Whether an entry of a journal is as if absent, by the journal itself or by a
 * confirmed successor's. False too where a successor's is not here: standing,
 * which would rest on it, is then not asked.
 */
bool vota_verify_is_disavowed(struct vota_verify *verify, const struct vota_trust_journal *journal,
                              uint64_t number);

/*
 * The entry before `number` that opens the receipt's register, in a journal or in
 * those of confirmed predecessors; NULL = none. *ret_complete: no entry was out
 * of sight.
 */
const struct vota_entry *vota_verify_opening(struct vota_verify *verify, bool *ret_complete,
                                             const struct vota_trust_journal *journal,
                                             uint64_t number);

/* Whether a complete journal folds from its contract's genesis to the head believed. */
bool vota_verify_journal_reaches(struct vota_verify *verify,
                                 const struct vota_trust_journal *journal);

/* Whether this program understands every entry of it. */
bool vota_verify_journal_is_known(struct vota_verify *verify,
                                  const struct vota_trust_journal *journal);

/* A contract that the user named; NULL = none. chain_genesis NULL = on any such chain id. */
const struct vota_trust_contract *vota_verify_contract(const struct vota_trust *trust,
                                                       uint64_t chain_id,
                                                       const vota_hash *chain_genesis,
                                                       const vota_addr *address);

#endif
