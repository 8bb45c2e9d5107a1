/* SPDX-License-Identifier: Apache-2.0 */
/* ABI words: see word.h. */
#include "proof/word.h"

static const uint8_t padding[VOTA_WORD_BYTES];

vota_hash vota_word_of_u64(uint64_t value)
{
    vota_hash word = {{0}};
    vota_store_be(word.bytes + VOTA_WORD_BYTES - sizeof value, sizeof value, value);
    return word;
}

vota_hash vota_word_of_addr(const vota_addr *addr)
{
    vota_hash word = {{0}};
    vota_bytes_copy(word.bytes + VOTA_WORD_BYTES - sizeof addr->bytes, addr->bytes,
                    sizeof addr->bytes);
    return word;
}

/* The last len bytes of a word whose other bytes are zero, else NULL. */
static const uint8_t *low_bytes(const vota_hash *word, size_t len)
{
    const size_t padded = VOTA_WORD_BYTES - len;
    return vota_bytes_equal(word->bytes, padding, padded) ? word->bytes + padded : NULL;
}

enum vota_status vota_word_u64(uint64_t *ret_value, const vota_hash *word)
{
    const uint8_t *bytes = low_bytes(word, sizeof *ret_value);
    if (bytes == NULL)
        return VOTA_BAD_INPUT;
    *ret_value = vota_load_be(bytes, sizeof *ret_value);
    return VOTA_OK;
}

enum vota_status vota_word_addr(vota_addr *ret_addr, const vota_hash *word)
{
    const uint8_t *bytes = low_bytes(word, sizeof ret_addr->bytes);
    if (bytes == NULL)
        return VOTA_BAD_INPUT;
    vota_bytes_copy(ret_addr->bytes, bytes, sizeof ret_addr->bytes);
    return VOTA_OK;
}

void vota_word_write(struct vota_wr *wr, const vota_hash *word)
{
    vota_wr_put(wr, word->bytes, sizeof word->bytes);
}

void vota_word_write_u64(struct vota_wr *wr, uint64_t value)
{
    const vota_hash word = vota_word_of_u64(value);
    vota_word_write(wr, &word);
}

void vota_word_write_addr(struct vota_wr *wr, const vota_addr *addr)
{
    const vota_hash word = vota_word_of_addr(addr);
    vota_word_write(wr, &word);
}
