/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receipt on paper: one A4 page as HTML that needs nothing else, with the QR
 * code, the short code, what is promised or where it is anchored, and how to
 * check it with the verifier page and without. It says what the receipt says and
 * judges nothing: whoever reads it checks it.
 */
#ifndef VOTA_BRIDGE_PAPER_SHEET_H
#define VOTA_BRIDGE_PAPER_SHEET_H

#include "bridge/paper/qr.h"
#include "bridge/text.h"
#include "proof/receipt.h"

/* Room for any sheet: the code, the texts, a question. */
#define VOTA_SHEET_MAX_BYTES ((size_t)512 * 1024)

/* The QR form of a receipt: its text and its code. About 40 KB. */
struct vota_sheet_code {
    char text[VOTA_QR_MAX_CHARS + 1];
    size_t len;
    struct vota_qr qr;
};

/*
 * Reduces to the QR form (QR_FULL or QR_SHARE) with anchors[anchor], encodes and
 * draws. Where it does not fit: LIMIT "qr-full", and *ret_bytes, if not NULL, is
 * what the receipt would take of VOTA_QR_MAX_BYTES. BAD_INPUT "no-opening": the
 * full form of a receipt that has none.
 */
VOTA_MUST_USE enum vota_status vota_sheet_code(struct vota_sheet_code *ret_code, size_t *ret_bytes,
                                               const struct vota_receipt *receipt,
                                               enum vota_receipt_form form, size_t anchor,
                                               struct vota_error *err);

/* What a sheet is made from. Borrows; strings are plain UTF-8. */
struct vota_sheet {
    enum vota_lang lang;
    const char *city;                   /* NULL: not known */
    const char *page;                   /* address of the verifier page; NULL: not known */
    const struct vota_receipt *receipt; /* with its definition and acceptance, if it has them */
    enum vota_receipt_form form;        /* VOTA_RECEIPT_QR_FULL or VOTA_RECEIPT_QR_SHARE */
    const struct vota_sheet_code *code; /* of that form */
    size_t anchor;                      /* the one in the code */
    const vota_hash *genesis; /* of the acceptance's chain, while pending; NULL: not known */
};

/* Appends the page. NO_MEMORY; LIMIT where it does not fit the wr. */
VOTA_MUST_USE enum vota_status vota_sheet_write(struct vota_wr *wr, const struct vota_sheet *sheet,
                                                struct vota_error *err);

#endif
