/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three forms in which people have a receipt: a .receipt.json text, the CBOR
 * itself, or the text of a printed QR code. Told apart by their first bytes;
 * what comes back is the CBOR, which is the receipt. Freestanding.
 */
#ifndef VOTA_VIEW_FORMS_H
#define VOTA_VIEW_FORMS_H

#include "view/receipt.h"

/*
 * Reads any form into exactly one receipt that vota_receipt_decode accepts:
 * ret_cbor and room hold len bytes each and overlap nothing. BAD_INPUT with the
 * reason of the form's own reader; LIMIT "too-long".
 */
VOTA_MUST_USE enum vota_status vota_view_forms_read(uint8_t *ret_cbor, size_t *ret_len,
                                                    uint8_t *room, struct vota_slice bytes,
                                                    struct vota_error *err);

#endif
