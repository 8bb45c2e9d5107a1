/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lower-case hexadecimal with its 0x prefix, as every hash and address is
 * shown (PROTOCOL, head). One encoding a value: upper case is refused, except
 * where vota_hex_read_any says so.
 */
#ifndef VOTA_PROOF_HEX_H
#define VOTA_PROOF_HEX_H

#include "proof/bytes.h"

#define VOTA_HASH_HEX_CHARS 66u /* 0x and 64 digits, without a NUL */
#define VOTA_ADDR_HEX_CHARS 42u

/* Exactly 0x and 2 * len lower-case digits become len bytes; else BAD_INPUT. */
VOTA_MUST_USE enum vota_status vota_hex_read(uint8_t *ret_bytes, size_t len, const char *text,
                                             size_t text_len);

/* The same with digits of either case: for what people type and nodes answer. */
VOTA_MUST_USE enum vota_status vota_hex_read_any(uint8_t *ret_bytes, size_t len, const char *text,
                                                 size_t text_len);

/* Appends 0x and the digits; bare: without 0x. */
void vota_hex_write(struct vota_wr *wr, const void *bytes, size_t len);
void vota_hex_write_bare(struct vota_wr *wr, const void *bytes, size_t len);

/* NUL-terminated text of a hash or an address, for messages. */
void vota_hex_of_hash(char ret_text[VOTA_HASH_HEX_CHARS + 1], const vota_hash *hash);
void vota_hex_of_addr(char ret_text[VOTA_ADDR_HEX_CHARS + 1], const vota_addr *addr);

#endif
