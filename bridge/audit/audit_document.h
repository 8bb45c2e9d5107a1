/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Was a document anchored? Looks through the procedure registers of an audit for
 * a record with the document's hash that counts as of the proven block. A
 * register that still takes records answers too: nothing that comes later can
 * supersede a record of it.
 */
#ifndef VOTA_BRIDGE_AUDIT_AUDIT_DOCUMENT_H
#define VOTA_BRIDGE_AUDIT_AUDIT_DOCUMENT_H

#include "bridge/audit/audit.h"

/* Why the answer is what it is. */
enum vota_document_reason {
    VOTA_DOCUMENT_NO_CONTRACT = 0, /* the contract or its journal could not be held to the chain */
    VOTA_DOCUMENT_NOT_COMPLETE,    /* the journal does not reach the proven head */
    VOTA_DOCUMENT_NO_ROWS,         /* found nowhere, but rows of a batch are missing */
    VOTA_DOCUMENT_NO_OPENINGS,     /* found nowhere, but openings are not public or missing */
    VOTA_DOCUMENT_NO_REGISTER,     /* the journal is complete and has no procedure register */
    VOTA_DOCUMENT_NEVER,           /* everything is here, and it is nowhere */
    VOTA_DOCUMENT_ANCHORED
};

/* The answer: VALID for ANCHORED; NOT_VALID for NEVER and NO_REGISTER; else NOT_CHECKED. */
struct vota_document {
    enum vota_verdict verdict;
    enum vota_document_reason reason;
    uint64_t as_of_block, as_of_time; /* the proven block; 0 without one */
    /* ANCHORED: the first record with this document. */
    uint64_t entry, block, time;
    vota_hash register_hash, leaf;
    char register_id[65];
    bool still_open;      /* the register takes records at as_of_time */
    uint64_t newer_entry; /* of the newest record of the same step with another document; 0: none */
};

/*
 * Assumes an audit that was prepared (audit.h). OK whatever was found; NO_MEMORY
 * and the like when the question could not be asked.
 */
VOTA_MUST_USE enum vota_status vota_audit_document(struct vota_audit *audit,
                                                   struct vota_document *ret_document,
                                                   const uint8_t sha256[32]);

/* "anchored", "never", "no-rows", ...: static. */
const char *vota_document_reason_name(enum vota_document_reason reason);

#endif
