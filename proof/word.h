/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 32-byte word of Solidity's ABI: integers big-endian and padded on the
 * left, addresses in the last 20 bytes. Knows no format made of words.
 */
#ifndef VOTA_PROOF_WORD_H
#define VOTA_PROOF_WORD_H

#include "proof/bytes.h"

#define VOTA_WORD_BYTES 32u

vota_hash vota_word_of_u64(uint64_t value);
vota_hash vota_word_of_addr(const vota_addr *addr);

/* The value back, or BAD_INPUT (ret untouched) if the padding is not zero. */
VOTA_MUST_USE enum vota_status vota_word_u64(uint64_t *ret_value, const vota_hash *word);
VOTA_MUST_USE enum vota_status vota_word_addr(vota_addr *ret_addr, const vota_hash *word);

/* Appends a word, for what is hashed as abi.encode of static values. */
void vota_word_write(struct vota_wr *wr, const vota_hash *word);
void vota_word_write_u64(struct vota_wr *wr, uint64_t value);
void vota_word_write_addr(struct vota_wr *wr, const vota_addr *addr);

#endif
