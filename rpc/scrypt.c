/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Salsa20/8, BlockMix and ROMix, section by section of RFC 7914: see scrypt.h.
 * What stays on the stack is one chunk of an intermediate block, from which
 * neither password nor key can be had; only the scratch memory needs a wipe.
 */
#include "rpc/scrypt.h"

#include <string.h>

#define CHUNK 16u /* words of one Salsa20 block */

static uint32_t rotate(uint32_t value, unsigned by)
{
    return (value << by) | (value >> (32 - by));
}

static void quarter(uint32_t x[CHUNK], size_t a, size_t b, size_t c, size_t d)
{
    x[b] ^= rotate(x[a] + x[d], 7);
    x[c] ^= rotate(x[b] + x[a], 9);
    x[d] ^= rotate(x[c] + x[b], 13);
    x[a] ^= rotate(x[d] + x[c], 18);
}

/* RFC 7914, 3 */
static void salsa20_8(uint32_t block[CHUNK])
{
    uint32_t x[CHUNK];
    for (size_t i = 0; i < CHUNK; i++)
        x[i] = block[i];
    for (unsigned round = 0; round < 8; round += 2) {
        quarter(x, 0, 4, 8, 12);
        quarter(x, 5, 9, 13, 1);
        quarter(x, 10, 14, 2, 6);
        quarter(x, 15, 3, 7, 11);
        quarter(x, 0, 1, 2, 3);
        quarter(x, 5, 6, 7, 4);
        quarter(x, 10, 11, 8, 9);
        quarter(x, 15, 12, 13, 14);
    }
    for (size_t i = 0; i < CHUNK; i++)
        block[i] += x[i];
}

static void xor_words(uint32_t *to, const uint32_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] ^= from[i];
}

/* RFC 7914, 4: even chunks to the front of `to`, odd ones to the back. */
static void block_mix(uint32_t *to, const uint32_t *from, size_t r)
{
    uint32_t x[CHUNK];
    memcpy(x, from + (2 * r - 1) * CHUNK, sizeof x);
    for (size_t i = 0; i < 2 * r; i++) {
        xor_words(x, from + i * CHUNK, CHUNK);
        salsa20_8(x);
        memcpy(to + (i / 2 + (i % 2) * r) * CHUNK, x, sizeof x);
    }
}

/* Words are little-endian on every machine. */
static uint32_t load_le(const uint8_t *bytes)
{
    return bytes[0] + 0x100u * bytes[1] + 0x10000u * bytes[2] + 0x1000000u * bytes[3];
}

static void store_le(uint8_t *bytes, uint32_t word)
{
    for (size_t i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(word % 0x100u);
        word /= 0x100u;
    }
}

/* One step of the second half: what is looked up depends on the block. */
static void mix_in(uint32_t *to, uint32_t *from, const uint32_t *table, uint64_t n, size_t r)
{
    const size_t words = 2 * r * CHUNK;
    /* Integerify: n <= 2^32, so the low word of the last chunk is enough. */
    const uint64_t j = from[words - CHUNK] & (n - 1);
    xor_words(from, table + j * words, words);
    block_mix(to, from, r);
}

/* RFC 7914, 5; two steps at a time, so that the block goes to and fro and is not copied. */
void vota_scrypt_mix(uint8_t *block, uint32_t *scratch, uint64_t n, size_t r)
{
    const size_t words = 2 * r * CHUNK;
    uint32_t *x = scratch;
    uint32_t *y = x + words;
    uint32_t *table = y + words;
    for (size_t i = 0; i < words; i++)
        x[i] = load_le(block + 4 * i);
    for (uint64_t i = 0; i < n; i += 2) {
        memcpy(table + i * words, x, 4 * words);
        block_mix(y, x, r);
        memcpy(table + (i + 1) * words, y, 4 * words);
        block_mix(x, y, r);
    }
    for (uint64_t i = 0; i < n; i += 2) {
        mix_in(y, x, table, n, r);
        mix_in(x, y, table, n, r);
    }
    for (size_t i = 0; i < words; i++)
        store_le(block + 4 * i, x[i]);
}
