/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signature -> address, and the text form of addresses (EIP-55). Sees public
 * values only.
 */
#ifndef VOTA_RPC_RECOVER_H
#define VOTA_RPC_RECOVER_H

#include "proof/bytes.h"

#define VOTA_SIGNATURE_BYTES 65u

/* r (32) ‖ s (32) ‖ y_parity (0 or 1). EIP-712 texts carry v = 27 + y_parity in the last byte. */
struct vota_signature {
    uint8_t bytes[VOTA_SIGNATURE_BYTES];
};

/*
 * The address whose key signed `hash`. BAD_INPUT when r or s is 0 or not below
 * the group order, s is above half of it (EIP-2: one of two equal signatures),
 * y_parity is not 0 or 1, or no key gives this signature.
 */
VOTA_MUST_USE enum vota_status vota_recover_address(vota_addr *ret_addr, const vota_hash *hash,
                                                    const struct vota_signature *signature);

/* Whether s is above half of the group order; false for what is no signature at all. */
bool vota_recover_is_high_s(const struct vota_signature *signature);

/* Low 20 bytes of keccak(x ‖ y). */
void vota_recover_address_of_key(vota_addr *ret_addr, const uint8_t public_xy[64]);

/* EIP-55: 0x and 40 digits whose case is a checksum, NUL-terminated. */
void vota_recover_checksum_text(char ret_text[43], const vota_addr *addr);

/*
 * Reads an address a person typed: 0x and 40 digits. Mixed case must be the
 * EIP-55 checksum, else BAD_INPUT; all lower or all upper case has none, is
 * accepted, and *ret_checked says so (false: warn). ret_checked may be NULL.
 */
VOTA_MUST_USE enum vota_status vota_recover_address_read(vota_addr *ret_addr, bool *ret_checked,
                                                         const char *text, size_t len);

#endif
