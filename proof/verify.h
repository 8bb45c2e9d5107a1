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

/* One verification under way. */
struct vota_verify {
    struct vota_report *report;
    const struct vota_receipt *receipt;
    const struct vota_trust *trust;
    const struct vota_definition *definition; /* NULL: absent, another, or unreadable */
    bool is_content_invalid;                  /* opened, and of no use in its register */
    struct vota_verify_anchor anchors[VOTA_RECEIPT_MAX_ANCHORS];
    const struct vota_trust_journal *folded; /* the journal folded last, */
    bool folded_reaches;                     /* whether it reaches its head, */
    bool folded_is_known;                    /* and holds no kind of a newer version */
};

/* Findings of every anchor: contract, then a journal or evidence, then the path. */
void vota_verify_anchors(struct vota_verify *verify);

/* Findings of the acceptance: contract, signature, signer, bounds, promise. */
void vota_verify_acceptance(struct vota_verify *verify);

/* Whether a complete journal folds from its contract's genesis to the head believed. */
bool vota_verify_journal_reaches(struct vota_verify *verify,
                                 const struct vota_trust_journal *journal);

/* A contract that the user named; NULL = none. chain_genesis NULL = on any such chain id. */
const struct vota_trust_contract *vota_verify_contract(const struct vota_trust *trust,
                                                       uint64_t chain_id,
                                                       const vota_hash *chain_genesis,
                                                       const vota_addr *address);

#endif
