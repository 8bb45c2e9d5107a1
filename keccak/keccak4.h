/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four Keccak-256 at once, one in each 64-bit element of a vector register:
 * internal to keccak/, where vota_keccak_hash_many uses it if the processor can.
 */
#ifndef VOTA_KECCAK_KECCAK4_H
#define VOTA_KECCAK_KECCAK4_H

#include "keccak/keccak.h"

/* Keccak reference 1.2, iota. */
extern const uint64_t vota_keccak_round_constants[24];

#if defined(__x86_64__)

#define VOTA_KECCAK4_WAYS 4u

/*
 * Hashes four inputs: input i is the len bytes at data + i * stride, its hash
 * goes to ret_hashes + 32 * i. Assumes AVX2, and no overlap.
 */
void vota_keccak4_hash(uint8_t *ret_hashes, const uint8_t *data, size_t stride, size_t len);

#endif

#endif
