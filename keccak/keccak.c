/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The portable Keccak-f[1600] and the sponge around it. Knows nothing of what
 * is hashed.
 */
#include "keccak/keccak.h"

#define ROUNDS 24

static const uint64_t round_constants[ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* The cycle that rho and pi make together, starting at lane 1 (Keccak reference, 2.3). */
static const uint8_t pi_lane[ROUNDS] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                        15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
static const uint8_t rho_bits[ROUNDS] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                         27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};

static uint64_t rotate(uint64_t lane, unsigned bits)
{
    return (lane << bits) | (lane >> (64u - bits));
}

static void theta(uint64_t lanes[25])
{
    uint64_t column[5];
    for (unsigned x = 0; x < 5; x++)
        column[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
    for (unsigned x = 0; x < 5; x++) {
        const uint64_t d = column[(x + 4) % 5] ^ rotate(column[(x + 1) % 5], 1);
        for (unsigned y = 0; y < 25; y += 5)
            lanes[x + y] ^= d;
    }
}

static void rho_pi(uint64_t lanes[25])
{
    uint64_t carried = lanes[1];
    for (unsigned i = 0; i < ROUNDS; i++) {
        const uint64_t next = lanes[pi_lane[i]];
        lanes[pi_lane[i]] = rotate(carried, rho_bits[i]);
        carried = next;
    }
}

static void chi(uint64_t lanes[25])
{
    for (unsigned y = 0; y < 25; y += 5) {
        uint64_t plane[5];
        for (unsigned x = 0; x < 5; x++)
            plane[x] = lanes[x + y];
        for (unsigned x = 0; x < 5; x++)
            lanes[x + y] = plane[x] ^ (~plane[(x + 1) % 5] & plane[(x + 2) % 5]);
    }
}

static void permute(uint64_t lanes[25])
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        theta(lanes);
        rho_pi(lanes);
        chi(lanes);
        lanes[0] ^= round_constants[round];
    }
}

/* Bytes are little-endian within a lane (Keccak reference, 1.1). */
static void absorb_byte(uint64_t lanes[25], size_t at, uint8_t byte)
{
    lanes[at / 8] ^= (uint64_t)byte << (8u * (at % 8));
}

void vota_keccak_init(struct vota_keccak *keccak)
{
    for (unsigned i = 0; i < 25; i++)
        keccak->lanes[i] = 0;
    keccak->fill = 0;
}

void vota_keccak_update(struct vota_keccak *keccak, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++) {
        absorb_byte(keccak->lanes, keccak->fill, bytes[i]);
        if (++keccak->fill == VOTA_KECCAK_RATE) {
            permute(keccak->lanes);
            keccak->fill = 0;
        }
    }
}

void vota_keccak_final(struct vota_keccak *keccak, uint8_t ret_hash[VOTA_KECCAK_BYTES])
{
    absorb_byte(keccak->lanes, keccak->fill, 0x01);
    absorb_byte(keccak->lanes, VOTA_KECCAK_RATE - 1, 0x80);
    permute(keccak->lanes);
    for (size_t i = 0; i < VOTA_KECCAK_BYTES; i++)
        ret_hash[i] = (uint8_t)(keccak->lanes[i / 8] >> (8u * (i % 8)));
}

void vota_keccak_hash(uint8_t ret_hash[VOTA_KECCAK_BYTES], const void *data, size_t len)
{
    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, data, len);
    vota_keccak_final(&keccak, ret_hash);
}

void vota_keccak_hash_many(uint8_t *ret_hashes, const uint8_t *data, size_t stride, size_t len,
                           size_t count)
{
    for (size_t i = 0; i < count; i++)
        vota_keccak_hash(ret_hashes + i * VOTA_KECCAK_BYTES, data + i * stride, len);
}

const char *vota_keccak_implementation(void)
{
    return "portable";
}
