/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base45 (RFC 9285): bytes as text of the QR alphanumeric set, so that any
 * scanner returns it unharmed, and the VA1: prefix of a printed receipt
 * (PROTOCOL 9). Knows nothing of what the bytes are.
 */
#ifndef VOTA_PROOF_BASE45_H
#define VOTA_PROOF_BASE45_H

#include "proof/bytes.h"

#define VOTA_BASE45_QR_PREFIX "VA1:"

/* Appends the text of len bytes, without a NUL. */
void vota_base45_write(struct vota_wr *wr, const uint8_t *bytes, size_t len);

/* Appends VA1: and the text. */
void vota_base45_write_qr(struct vota_wr *wr, const uint8_t *bytes, size_t len);

/*
 * Text to bytes; ret_bytes must hold cap bytes. VOTA_BAD_INPUT, "base45":
 * a character outside the set, a length of 1 more than a multiple of 3, or a
 * group above its range. VOTA_LIMIT when cap is too small. For VA1: see
 * vota_base45_read_qr in voteanchor.h ("qr-prefix").
 */
VOTA_MUST_USE enum vota_status vota_base45_read(uint8_t *ret_bytes, size_t cap, size_t *ret_len,
                                                const char *text, size_t text_len,
                                                struct vota_error *err);

#endif
