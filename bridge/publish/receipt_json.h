/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON view of a receipt, and of one anchor (view/receipt.h), for callers
 * whose receipts own their bytes. Knows no format of its own.
 */
#ifndef VOTA_BRIDGE_PUBLISH_RECEIPT_JSON_H
#define VOTA_BRIDGE_PUBLISH_RECEIPT_JSON_H

#include "view/receipt.h"

#define VOTA_RECEIPT_JSON_MAX_BYTES VOTA_VIEW_MAX_BYTES

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

/* What the readers of view/receipt.h return, and NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_receipt_json_read(struct vota_receipt_copy *ret_copy,
                                                      const void *text, size_t len,
                                                      struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_receipt_json_read_anchor(struct vota_anchor_copy *ret_copy,
                                                             const void *text, size_t len,
                                                             struct vota_error *err);

#endif
