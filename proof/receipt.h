/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receipt (PROTOCOL 9): deterministic CBOR <-> a view of borrowed slices.
 * Decides nothing about truth: that is verify.c. Knows no JSON.
 */
#ifndef VOTA_PROOF_RECEIPT_H
#define VOTA_PROOF_RECEIPT_H

#include "proof/acceptance.h"
#include "proof/evidence.h"

#define VOTA_RECEIPT_FORMAT      "voteanchor-receipt-v1"
#define VOTA_RECEIPT_MAX_BYTES   1048576u /* about 30,000 later entries */
#define VOTA_RECEIPT_MAX_ANCHORS 8u

/* Where on one network the row's batch is. */
struct vota_anchor {
    uint64_t chain_id;
    vota_hash chain_genesis;
    vota_addr contract;
    struct vota_batch_entry entry;
    vota_hash parent;
    bool has_later; /* told, though perhaps empty: the entry was the last */
    const vota_hash *later;
    size_t later_count;
    bool has_evidence;
    struct vota_evidence evidence;
};

/* The private half, full form only. salt = keccak(city_salt || citizen_salt). */
struct vota_receipt_opening {
    vota_hash city_salt;
    vota_hash citizen_salt;
    struct vota_slice content; /* the exact canonical text */
};

/* A receipt. Slices and hash lists borrow; about 18 KiB, so keep one, not a list. */
struct vota_receipt {
    struct vota_row row;
    const vota_hash *path;
    size_t path_len;
    struct vota_anchor anchors[VOTA_RECEIPT_MAX_ANCHORS];
    size_t anchor_count; /* 0 = pending */
    bool has_acceptance;
    struct vota_acceptance acceptance;
    bool has_definition;
    struct vota_slice definition; /* the exact canonical text */
    bool has_opening;
    struct vota_receipt_opening opening;
};

/* What a receipt carries. */
enum vota_receipt_form {
    VOTA_RECEIPT_FULL,    /* everything; shows the choice */
    VOTA_RECEIPT_SHARE,   /* without the opening */
    VOTA_RECEIPT_QR_FULL, /* one anchor, no evidence, no later, no definition */
    VOTA_RECEIPT_QR_SHARE /* that, without the opening */
};

/*
 * Reads bytes that are exactly one receipt; *ret_receipt borrows from them.
 * Guarantees: vota_receipt_encode gives back the same bytes.
 * VOTA_BAD_INPUT with err->where naming the member and err->text the reason:
 * those of cbor.h, "missing-member", "cbor-format" (another format or version),
 * "cbor-length" (a byte string of another length), "cbor-limit" (a ceiling above),
 * "repeated-network" (two anchors on one network), "pending-path" (a path, but no
 * anchor).
 */
VOTA_MUST_USE enum vota_status vota_receipt_decode(struct vota_receipt *ret_receipt,
                                                   const uint8_t *bytes, size_t len,
                                                   struct vota_error *err);

/*
 * Appends the one encoding. Where it does not fit, wr counts what is needed and
 * nothing is checked; where it does, it is read back, and refused as decode
 * refuses it (wr is then as before).
 */
VOTA_MUST_USE enum vota_status
vota_receipt_encode(struct vota_wr *wr, const struct vota_receipt *receipt, struct vota_error *err);

/*
 * Leaves out what the form does not carry. A QR form keeps anchors[anchor] alone,
 * and the acceptance only while there is no anchor.
 */
void vota_receipt_reduce(struct vota_receipt *receipt, enum vota_receipt_form form, size_t anchor);

#endif
