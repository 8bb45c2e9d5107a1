/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON view of a receipt (PROTOCOL 9), one to one with its CBOR: names for
 * keys, 0x hex for bytes, `path` and `later` as arrays of hashes. Also one
 * anchor alone, which is a file evidence/<entry>.json of a publication.
 *
 *   receipt     acceptance? anchors definition? format opening? path row
 *   row         content_hash register tag
 *   anchor      chain_genesis chain_id contract entry evidence? later? parent
 *   entry       block count number root time
 *   evidence    account format header storage
 *   acceptance  accepted_at anchor_by chain_id contract signature
 *   opening     citizen_salt city_salt content
 *
 * It is written in the form of RFC 8785. Read it may be with other spacing and
 * order, since people open and save such files; every value has one form all the
 * same, and nothing may be missing, unknown or there twice. Program and page read
 * with this one reader, so that they take the same files. Freestanding. Decides
 * nothing about truth: that is vota_verify, over the CBOR.
 */
#ifndef VOTA_VIEW_RECEIPT_H
#define VOTA_VIEW_RECEIPT_H

#include "proof/receipt.h"
#include "view/canon.h"

#define VOTA_VIEW_MAX_BYTES ((size_t)4 * 1024 * 1024)

/* The members of a row and of an acceptance, wherever else they stand. */
extern const struct vota_canon_flat vota_view_row;
extern const struct vota_canon_flat vota_view_acceptance;

/* The member `evidence`, alike wherever it stands. */
void vota_view_evidence_write(struct vota_canon *canon, const struct vota_evidence *evidence);

/*
 * Append the view, without a line end; a first pass with cap 0 measures. texts:
 * an anchor's view that was written before for each anchor, {NULL} for none; or NULL.
 */
void vota_view_receipt_write(struct vota_wr *wr, const struct vota_receipt *receipt,
                             const struct vota_slice *texts);
void vota_view_anchor_write(struct vota_wr *wr, const struct vota_anchor *anchor);

/*
 * Reads a view; slices and hash lists of *ret_ point into `room`, which holds len
 * bytes, and which text must not overlap. BAD_INPUT with err->where = the member
 * and err->text a reason of fields.h; LIMIT "too-long" above VOTA_VIEW_MAX_BYTES.
 * *ret_ is left in pieces after a failure. The ceilings of the receipt itself are
 * vota_receipt_encode's to hold.
 */
VOTA_MUST_USE enum vota_status vota_view_receipt_read(struct vota_receipt *ret_receipt,
                                                      uint8_t *room, const void *text, size_t len,
                                                      struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_view_anchor_read(struct vota_anchor *ret_anchor, uint8_t *room,
                                                     const void *text, size_t len,
                                                     struct vota_error *err);

#endif
