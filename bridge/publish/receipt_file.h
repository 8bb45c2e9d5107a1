/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receipt as people have it: a .receipt.json file, the CBOR itself, or the
 * text of a printed QR code. What comes back is the CBOR, which is the receipt.
 */
#ifndef VOTA_BRIDGE_PUBLISH_RECEIPT_FILE_H
#define VOTA_BRIDGE_PUBLISH_RECEIPT_FILE_H

#include "proof/receipt.h"

/*
 * Tells the three forms apart by their first bytes. *ret_cbor is heap memory
 * that the caller frees; it holds exactly one receipt that vota_receipt_decode
 * accepts. NOT_FOUND, IO, LIMIT "file-too-large", or BAD_INPUT with the reason of
 * the form's own reader.
 */
VOTA_MUST_USE enum vota_status vota_receipt_file_read(uint8_t **ret_cbor, size_t *ret_len,
                                                      const char *path, struct vota_error *err);

/* The same of bytes in memory. */
VOTA_MUST_USE enum vota_status vota_receipt_file_parse(uint8_t **ret_cbor, size_t *ret_len,
                                                       const void *bytes, size_t len,
                                                       struct vota_error *err);

#endif
