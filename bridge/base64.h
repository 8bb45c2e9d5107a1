/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 (RFC 4648, section 4) in its one canonical form: padded, no line ends,
 * no bits beyond the last byte.
 */
#ifndef VOTA_BRIDGE_BASE64_H
#define VOTA_BRIDGE_BASE64_H

#include "proof/bytes.h"

/* Characters for n bytes, without a NUL. */
#define VOTA_BASE64_CHARS(n) (4 * (((size_t)(n) + 2) / 3))

void vota_base64_write(struct vota_wr *wr, const uint8_t *bytes, size_t len);

/* The canonical form to bytes, at most cap of them. BAD_INPUT for any other text, LIMIT. */
VOTA_MUST_USE enum vota_status vota_base64_read(uint8_t *ret_bytes, size_t cap, size_t *ret_len,
                                                struct vota_slice text);

#endif
