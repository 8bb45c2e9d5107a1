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
 * same, and nothing may be missing, unknown or there twice. Decides nothing
 * about truth: that is vota_verify, over the CBOR.
 */
#ifndef VOTA_BRIDGE_PUBLISH_RECEIPT_JSON_H
#define VOTA_BRIDGE_PUBLISH_RECEIPT_JSON_H

#include "bridge/publish/canon.h"
#include "proof/receipt.h"

#define VOTA_RECEIPT_JSON_MAX_BYTES ((size_t)4 * 1024 * 1024)

/* The members of a row and of an acceptance, wherever else they stand. */
extern const struct vota_canon_flat vota_receipt_json_row;
extern const struct vota_canon_flat vota_receipt_json_acceptance;

/* Append the view, without a line end; a first pass with cap 0 measures. */
void vota_receipt_json_write(struct vota_wr *wr, const struct vota_receipt *receipt);
void vota_receipt_json_write_anchor(struct vota_wr *wr, const struct vota_anchor *anchor);

/* The same with anchors that were written before: texts has one for each, {NULL} for none. */
void vota_receipt_json_write_with(struct vota_wr *wr, const struct vota_receipt *receipt,
                                  const struct vota_slice *texts);

/* A receipt, or an anchor, that owns what its slices point into. */
struct vota_receipt_copy {
    struct vota_receipt about;
    uint8_t *bytes;
};

struct vota_anchor_copy {
    struct vota_anchor about;
    uint8_t *bytes;
};

void vota_receipt_copy_done(struct vota_receipt_copy *copy);
void vota_anchor_copy_done(struct vota_anchor_copy *copy);

/*
 * BAD_INPUT with err->where = the member and err->text a reason of
 * members_json.h; LIMIT "too-long" above VOTA_RECEIPT_JSON_MAX_BYTES. The
 * ceilings of the receipt itself are vota_receipt_encode's to hold.
 */
VOTA_MUST_USE enum vota_status vota_receipt_json_read(struct vota_receipt_copy *ret_copy,
                                                      const void *text, size_t len,
                                                      struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_receipt_json_read_anchor(struct vota_anchor_copy *ret_copy,
                                                             const void *text, size_t len,
                                                             struct vota_error *err);

#endif
