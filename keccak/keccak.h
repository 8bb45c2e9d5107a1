/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keccak-256 as Ethereum uses it: rate 136 bytes, padding 0x01 (the original
 * Keccak submission, not FIPS 202 SHA3-256, whose padding is 0x06).
 * Freestanding: no libc, no allocation, no global state.
 */
#ifndef VOTA_KECCAK_KECCAK_H
#define VOTA_KECCAK_KECCAK_H

#include <stddef.h>
#include <stdint.h>

#define VOTA_KECCAK_BYTES 32u
#define VOTA_KECCAK_RATE  136u

/* A hash in progress. Holds what was absorbed: wipe it if that was secret. */
struct vota_keccak {
    uint64_t lanes[25];
    size_t fill; /* bytes absorbed into the current block, < VOTA_KECCAK_RATE */
};

void vota_keccak_init(struct vota_keccak *keccak);

/* Absorbs len bytes; any split of the input into calls gives the same hash. */
void vota_keccak_update(struct vota_keccak *keccak, const void *data, size_t len);

/* Writes the 32-byte hash; the state is spent and must be initialised again. */
void vota_keccak_final(struct vota_keccak *keccak, uint8_t ret_hash[VOTA_KECCAK_BYTES]);

/* Hashes one buffer. ret_hash may overlap data. */
void vota_keccak_hash(uint8_t ret_hash[VOTA_KECCAK_BYTES], const void *data, size_t len);

/*
 * Hashes count inputs of equal length: input i is the len bytes at
 * data + i * stride, its hash goes to ret_hashes + 32 * i. Uses four lanes of
 * AVX2 at a time where the processor has them; the result is the same either
 * way. ret_hashes must not overlap data.
 */
void vota_keccak_hash_many(uint8_t *ret_hashes, const uint8_t *data, size_t stride, size_t len,
                           size_t count);

/* "avx2" or "portable": what vota_keccak_hash_many uses on this processor. */
const char *vota_keccak_implementation(void);

#endif
