/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scryptROMix (RFC 7914, 4-6), the part of scrypt between its two PBKDF2s.
 * OpenSSL's scrypt insists on N < 2^(16 r), as the RFC says; the key files of
 * eth-account and pyethereum have r = 1 and N = 2^18, so for those we mix
 * ourselves. Knows no password.
 */
#ifndef VOTA_RPC_SCRYPT_H
#define VOTA_RPC_SCRYPT_H

#include "proof/bytes.h"

/*
 * Mixes one block of 128 * r bytes in place. `scratch` holds 32 * r * (n + 2)
 * words, and secrets afterwards: the caller wipes it. Assumes n is a power of
 * two, n >= 2, r >= 1.
 */
void vota_scrypt_mix(uint8_t *block, uint32_t *scratch, uint64_t n, size_t r);

#endif
