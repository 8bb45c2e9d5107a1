/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The portable Keccak-f[1600], the sponge around it, and the choice of the
 * hasher for many inputs. Knows nothing of what is hashed.
 */
#include "keccak/keccak.h"

#include <stdbool.h>

#include "keccak/keccak4.h"

#define LANES      25u
#define ROUNDS     24u
#define LANE_BYTES 8u

const uint64_t vota_keccak_round_constants[ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static inline uint64_t rotate(uint64_t lane, unsigned bits)
{
    return (lane << bits) | (lane >> (64u - bits));
}

/* Writes one plane of chi, from the five lanes that rho and pi brought together. */
static inline void chi(uint64_t plane[5], uint64_t b0, uint64_t b1, uint64_t b2, uint64_t b3,
                       uint64_t b4)
{
    plane[0] = b0 ^ (~b1 & b2);
    plane[1] = b1 ^ (~b2 & b3);
    plane[2] = b2 ^ (~b3 & b4);
    plane[3] = b3 ^ (~b4 & b0);
    plane[4] = b4 ^ (~b0 & b1);
}

/*
 * One round from state a to state e. Lane x + 5 y is the reference's A[x, y].
 * Written out, because each lane has its own rotation: a plane of the result
 * takes one lane of every column x, with theta's d of that column.
 */
static inline void round_of(uint64_t e[LANES], const uint64_t a[LANES], uint64_t constant)
{
    const uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    const uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    const uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    const uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    const uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    const uint64_t d0 = c4 ^ rotate(c1, 1);
    const uint64_t d1 = c0 ^ rotate(c2, 1);
    const uint64_t d2 = c1 ^ rotate(c3, 1);
    const uint64_t d3 = c2 ^ rotate(c4, 1);
    const uint64_t d4 = c3 ^ rotate(c0, 1);

    chi(e + 0, a[0] ^ d0, rotate(a[6] ^ d1, 44), rotate(a[12] ^ d2, 43), rotate(a[18] ^ d3, 21),
        rotate(a[24] ^ d4, 14));
    e[0] ^= constant;
    chi(e + 5, rotate(a[3] ^ d3, 28), rotate(a[9] ^ d4, 20), rotate(a[10] ^ d0, 3),
        rotate(a[16] ^ d1, 45), rotate(a[22] ^ d2, 61));
    chi(e + 10, rotate(a[1] ^ d1, 1), rotate(a[7] ^ d2, 6), rotate(a[13] ^ d3, 25),
        rotate(a[19] ^ d4, 8), rotate(a[20] ^ d0, 18));
    chi(e + 15, rotate(a[4] ^ d4, 27), rotate(a[5] ^ d0, 36), rotate(a[11] ^ d1, 10),
        rotate(a[17] ^ d2, 15), rotate(a[23] ^ d3, 56));
    chi(e + 20, rotate(a[2] ^ d2, 62), rotate(a[8] ^ d3, 55), rotate(a[14] ^ d4, 39),
        rotate(a[15] ^ d0, 41), rotate(a[21] ^ d1, 2));
}

static void permute(uint64_t lanes[LANES])
{
    uint64_t other[LANES];
    for (unsigned round = 0; round < ROUNDS; round += 2) {
        round_of(other, lanes, vota_keccak_round_constants[round]);
        round_of(lanes, other, vota_keccak_round_constants[round + 1]);
    }
}

/* Bytes are little-endian within a lane (Keccak reference 1.1). */
static void absorb_byte(uint64_t lanes[LANES], size_t at, uint8_t byte)
{
    lanes[at / LANE_BYTES] ^= (uint64_t)byte << (8u * (at % LANE_BYTES));
}

/* A loop without early exit, which compilers turn into one load. */
static uint64_t load_lane(const uint8_t *bytes)
{
    uint64_t lane = 0;
    for (unsigned i = 0; i < LANE_BYTES; i++)
        lane |= (uint64_t)bytes[i] << (8u * i);
    return lane;
}

static void store_lane(uint8_t *ret_bytes, uint64_t lane)
{
    for (unsigned i = 0; i < LANE_BYTES; i++)
        ret_bytes[i] = (uint8_t)(lane >> (8u * i));
}

void vota_keccak_init(struct vota_keccak *keccak)
{
    for (unsigned i = 0; i < LANES; i++)
        keccak->lanes[i] = 0;
    keccak->fill = 0;
}

void vota_keccak_update(struct vota_keccak *keccak, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    for (size_t taken; len > 0; bytes += taken, len -= taken) {
        if (keccak->fill % LANE_BYTES == 0 && len >= LANE_BYTES) {
            keccak->lanes[keccak->fill / LANE_BYTES] ^= load_lane(bytes);
            taken = LANE_BYTES;
        } else {
            absorb_byte(keccak->lanes, keccak->fill, *bytes);
            taken = 1;
        }
        keccak->fill += taken;
        if (keccak->fill == VOTA_KECCAK_RATE) {
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
    for (size_t i = 0; i < VOTA_KECCAK_BYTES / LANE_BYTES; i++)
        store_lane(ret_hash + LANE_BYTES * i, keccak->lanes[i]);
}

void vota_keccak_hash(uint8_t ret_hash[VOTA_KECCAK_BYTES], const void *data, size_t len)
{
    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, data, len);
    vota_keccak_final(&keccak, ret_hash);
}

/* Asked on every call, because a remembered answer would be global state. */
static bool has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

/* Hashes as many inputs as come in whole groups of four, and returns their number. */
static size_t hash_by_fours(uint8_t *ret_hashes, const uint8_t *data, size_t stride, size_t len,
                            size_t count)
{
    size_t done = 0;
#if defined(__x86_64__)
    for (; count - done >= VOTA_KECCAK4_WAYS; done += VOTA_KECCAK4_WAYS)
        vota_keccak4_hash(ret_hashes + done * VOTA_KECCAK_BYTES, data + done * stride, stride, len);
#else
    (void)ret_hashes, (void)data, (void)stride, (void)len, (void)count;
#endif
    return done;
}

void vota_keccak_hash_many(uint8_t *ret_hashes, const uint8_t *data, size_t stride, size_t len,
                           size_t count)
{
    size_t done = has_avx2() ? hash_by_fours(ret_hashes, data, stride, len, count) : 0;
    for (; done < count; done++)
        vota_keccak_hash(ret_hashes + done * VOTA_KECCAK_BYTES, data + done * stride, len);
}

const char *vota_keccak_implementation(void)
{
    return has_avx2() ? "avx2" : "portable";
}
