/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keccak-256 of four inputs with AVX2: element i of every register belongs to
 * input i. Round by round the same as keccak.c, where the steps are explained.
 * The only file that may use intrinsics, and the only one compiled for AVX2: all
 * of it may fault elsewhere, so the question whether to run it is not asked here.
 */
#include "keccak/keccak4.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define WAYS       VOTA_KECCAK4_WAYS
#define LANES      25u
#define ROUNDS     24u
#define LANE_BYTES 8u

static inline __m256i xor2(__m256i a, __m256i b)
{
    return _mm256_xor_si256(a, b);
}

static inline __m256i xor5(const __m256i a[LANES], unsigned x)
{
    return xor2(xor2(xor2(a[x], a[x + 5]), xor2(a[x + 10], a[x + 15])), a[x + 20]);
}

/* AVX2 has no rotation; one by whole bytes is a shuffle, which costs one operation, not three. */
static inline __m256i rotate(__m256i lane, int bits)
{
    return _mm256_or_si256(_mm256_slli_epi64(lane, bits), _mm256_srli_epi64(lane, 64 - bits));
}

static inline __m256i rotate8(__m256i lane)
{
    return _mm256_shuffle_epi8(lane, _mm256_set_epi8(14, 13, 12, 11, 10, 9, 8, 15, 6, 5, 4, 3, 2, 1,
                                                     0, 7, 14, 13, 12, 11, 10, 9, 8, 15, 6, 5, 4, 3,
                                                     2, 1, 0, 7));
}

static inline __m256i rotate56(__m256i lane)
{
    return _mm256_shuffle_epi8(lane, _mm256_set_epi8(8, 15, 14, 13, 12, 11, 10, 9, 0, 7, 6, 5, 4, 3,
                                                     2, 1, 8, 15, 14, 13, 12, 11, 10, 9, 0, 7, 6, 5,
                                                     4, 3, 2, 1));
}

static inline void chi(__m256i plane[5], __m256i b0, __m256i b1, __m256i b2, __m256i b3, __m256i b4)
{
    plane[0] = xor2(b0, _mm256_andnot_si256(b1, b2));
    plane[1] = xor2(b1, _mm256_andnot_si256(b2, b3));
    plane[2] = xor2(b2, _mm256_andnot_si256(b3, b4));
    plane[3] = xor2(b3, _mm256_andnot_si256(b4, b0));
    plane[4] = xor2(b4, _mm256_andnot_si256(b0, b1));
}

static inline void round_of(__m256i e[LANES], const __m256i a[LANES], uint64_t constant)
{
    const __m256i c0 = xor5(a, 0);
    const __m256i c1 = xor5(a, 1);
    const __m256i c2 = xor5(a, 2);
    const __m256i c3 = xor5(a, 3);
    const __m256i c4 = xor5(a, 4);
    const __m256i d0 = xor2(c4, rotate(c1, 1));
    const __m256i d1 = xor2(c0, rotate(c2, 1));
    const __m256i d2 = xor2(c1, rotate(c3, 1));
    const __m256i d3 = xor2(c2, rotate(c4, 1));
    const __m256i d4 = xor2(c3, rotate(c0, 1));

    chi(e + 0, xor2(a[0], d0), rotate(xor2(a[6], d1), 44), rotate(xor2(a[12], d2), 43),
        rotate(xor2(a[18], d3), 21), rotate(xor2(a[24], d4), 14));
    e[0] = xor2(e[0], _mm256_set1_epi64x((long long)constant));
    chi(e + 5, rotate(xor2(a[3], d3), 28), rotate(xor2(a[9], d4), 20), rotate(xor2(a[10], d0), 3),
        rotate(xor2(a[16], d1), 45), rotate(xor2(a[22], d2), 61));
    chi(e + 10, rotate(xor2(a[1], d1), 1), rotate(xor2(a[7], d2), 6), rotate(xor2(a[13], d3), 25),
        rotate8(xor2(a[19], d4)), rotate(xor2(a[20], d0), 18));
    chi(e + 15, rotate(xor2(a[4], d4), 27), rotate(xor2(a[5], d0), 36), rotate(xor2(a[11], d1), 10),
        rotate(xor2(a[17], d2), 15), rotate56(xor2(a[23], d3)));
    chi(e + 20, rotate(xor2(a[2], d2), 62), rotate(xor2(a[8], d3), 55), rotate(xor2(a[14], d4), 39),
        rotate(xor2(a[15], d0), 41), rotate(xor2(a[21], d1), 2));
}

static void permute(__m256i lanes[LANES])
{
    __m256i other[LANES];
    for (unsigned round = 0; round < ROUNDS; round += 2) {
        round_of(other, lanes, vota_keccak_round_constants[round]);
        round_of(lanes, other, vota_keccak_round_constants[round + 1]);
    }
}

static inline long long load_lane(const uint8_t *bytes)
{
    long long lane;
    __builtin_memcpy(&lane, bytes, sizeof lane); /* x86 is little-endian, as lanes are */
    return lane;
}

/* The lane that lies at the same place of each input. */
static inline __m256i gather(const uint8_t *at, size_t stride)
{
    return _mm256_set_epi64x(load_lane(at + 3 * stride), load_lane(at + 2 * stride),
                             load_lane(at + stride), load_lane(at));
}

static void absorb_lanes(__m256i lanes[LANES], const uint8_t *data, size_t stride, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lanes[i] = xor2(lanes[i], gather(data + LANE_BYTES * i, stride));
}

/* The last, incomplete block: whole lanes, then the lane where the padding begins. */
static void absorb_last(__m256i lanes[LANES], const uint8_t *data, size_t stride, size_t len)
{
    const size_t whole = len / LANE_BYTES;
    absorb_lanes(lanes, data, stride, whole);
    uint8_t padded[WAYS][LANE_BYTES] = {{0}};
    for (size_t way = 0; way < WAYS; way++) {
        for (size_t i = whole * LANE_BYTES; i < len; i++)
            padded[way][i % LANE_BYTES] = data[way * stride + i];
        padded[way][len % LANE_BYTES] = 0x01;
    }
    lanes[whole] = xor2(lanes[whole], gather(padded[0], LANE_BYTES));
    const size_t end = VOTA_KECCAK_RATE / LANE_BYTES - 1;
    lanes[end] = xor2(lanes[end], _mm256_set1_epi64x((long long)0x8000000000000000));
}

/* Transposes the first four lanes, so that each input's hash lies together. */
static void squeeze(uint8_t *ret_hashes, const __m256i lanes[LANES])
{
    const __m256i low01 = _mm256_unpacklo_epi64(lanes[0], lanes[1]);
    const __m256i high01 = _mm256_unpackhi_epi64(lanes[0], lanes[1]);
    const __m256i low23 = _mm256_unpacklo_epi64(lanes[2], lanes[3]);
    const __m256i high23 = _mm256_unpackhi_epi64(lanes[2], lanes[3]);
    const __m256i hashes[WAYS] = {
        _mm256_permute2x128_si256(low01, low23, 0x20),
        _mm256_permute2x128_si256(high01, high23, 0x20),
        _mm256_permute2x128_si256(low01, low23, 0x31),
        _mm256_permute2x128_si256(high01, high23, 0x31),
    };
    __builtin_memcpy(ret_hashes, hashes, sizeof hashes);
}

void vota_keccak4_hash(uint8_t *ret_hashes, const uint8_t *data, size_t stride, size_t len)
{
    __m256i lanes[LANES];
    for (unsigned i = 0; i < LANES; i++)
        lanes[i] = _mm256_setzero_si256();
    for (; len >= VOTA_KECCAK_RATE; len -= VOTA_KECCAK_RATE, data += VOTA_KECCAK_RATE) {
        absorb_lanes(lanes, data, stride, VOTA_KECCAK_RATE / LANE_BYTES);
        permute(lanes);
    }
    absorb_last(lanes, data, stride, len);
    permute(lanes);
    squeeze(ret_hashes, lanes);
}

#endif
