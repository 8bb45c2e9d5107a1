/* SPDX-License-Identifier: Apache-2.0 */
/* Contract ABI, packed form only: see abi.h for the layout. Pure. */
#include "rpc/abi.h"

#include "keccak/keccak.h"

#define WORD 32u

static struct vota_abi_value static_word(const struct vota_u256 *value)
{
    struct vota_abi_value abi = {.kind = VOTA_ABI_WORD};
    vota_bytes_copy(abi.word.bytes, value->be, WORD);
    return abi;
}

struct vota_abi_value vota_abi_u64(uint64_t value)
{
    const struct vota_u256 wide = vota_u256_of(value);
    return static_word(&wide);
}

struct vota_abi_value vota_abi_u256(const struct vota_u256 *value)
{
    return static_word(value);
}

struct vota_abi_value vota_abi_hash(const vota_hash *hash)
{
    return (struct vota_abi_value){.kind = VOTA_ABI_WORD, .word = *hash};
}

struct vota_abi_value vota_abi_addr(const vota_addr *addr)
{
    const struct vota_u256 wide = vota_u256_of_be(addr->bytes, sizeof addr->bytes);
    return static_word(&wide);
}

struct vota_abi_value vota_abi_bytes(const void *bytes, size_t len)
{
    return (struct vota_abi_value){.kind = VOTA_ABI_BYTES, .bytes = {bytes, len}};
}

struct vota_abi_value vota_abi_u64s(const uint64_t *numbers, size_t count)
{
    return (struct vota_abi_value){.kind = VOTA_ABI_U64S, .numbers = numbers, .count = count};
}

static void put_u64(struct vota_wr *wr, uint64_t value)
{
    const struct vota_u256 wide = vota_u256_of(value);
    vota_wr_put(wr, wide.be, WORD);
}

static size_t padding_of(size_t len)
{
    return (WORD - len % WORD) % WORD;
}

static void put_tail(struct vota_wr *wr, const struct vota_abi_value *value)
{
    static const uint8_t zeros[WORD];
    if (value->kind == VOTA_ABI_BYTES) {
        put_u64(wr, value->bytes.len);
        vota_wr_put(wr, value->bytes.at, value->bytes.len);
        vota_wr_put(wr, zeros, padding_of(value->bytes.len));
    } else if (value->kind == VOTA_ABI_U64S) {
        put_u64(wr, value->count);
        for (size_t i = 0; i < value->count; i++)
            put_u64(wr, value->numbers[i]);
    }
}

void vota_abi_encode(struct vota_wr *wr, const struct vota_abi_value *values, size_t count)
{
    struct vota_wr measure = {NULL, 0, WORD * count}; /* its len: where the next tail begins */
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == VOTA_ABI_WORD) {
            vota_wr_put(wr, values[i].word.bytes, WORD);
        } else {
            put_u64(wr, measure.len);
            put_tail(&measure, &values[i]);
        }
    }
    for (size_t i = 0; i < count; i++)
        put_tail(wr, &values[i]);
}

void vota_abi_topic(vota_hash *ret_topic, const char *signature)
{
    size_t len = 0;
    while (signature[len] != '\0')
        len++;
    vota_keccak_hash(ret_topic->bytes, signature, len);
}

void vota_abi_call(struct vota_wr *wr, const char *signature, const struct vota_abi_value *values,
                   size_t count)
{
    vota_hash topic;
    vota_abi_topic(&topic, signature);
    vota_wr_put(wr, topic.bytes, 4);
    vota_abi_encode(wr, values, count);
}

/* ---- reading ---- */

struct vota_abi_rd vota_abi_rd_of(struct vota_slice data, size_t head_words)
{
    return (struct vota_abi_rd){
        .data = data, .at = 0, .heads = WORD * head_words, .tail = WORD * head_words};
}

enum vota_status vota_abi_get_word(struct vota_abi_rd *rd, vota_hash *ret_word)
{
    if (rd->data.len < WORD || rd->at > rd->data.len - WORD)
        return VOTA_BAD_INPUT;
    vota_bytes_copy(ret_word->bytes, rd->data.at + rd->at, WORD);
    rd->at += WORD;
    return VOTA_OK;
}

/* The low len bytes of a word whose other bytes are zero. */
static bool low_bytes(const vota_hash *word, size_t len)
{
    for (size_t i = 0; i < WORD - len; i++) {
        if (word->bytes[i] != 0)
            return false;
    }
    return true;
}

enum vota_status vota_abi_get_u64(struct vota_abi_rd *rd, uint64_t *ret_value, uint64_t max)
{
    vota_hash word;
    if (vota_abi_get_word(rd, &word) != VOTA_OK || !low_bytes(&word, 8))
        return VOTA_BAD_INPUT;
    const uint64_t value = vota_load_be(word.bytes + 24, 8);
    if (value > max)
        return VOTA_BAD_INPUT;
    *ret_value = value;
    return VOTA_OK;
}

enum vota_status vota_abi_get_addr(struct vota_abi_rd *rd, vota_addr *ret_addr)
{
    vota_hash word;
    if (vota_abi_get_word(rd, &word) != VOTA_OK || !low_bytes(&word, sizeof ret_addr->bytes))
        return VOTA_BAD_INPUT;
    vota_bytes_copy(ret_addr->bytes, word.bytes + 12, sizeof ret_addr->bytes);
    return VOTA_OK;
}

/* The tail of the next dynamic value: its offset must be where the last tail ended. */
static enum vota_status open_tail(struct vota_abi_rd *rd, struct vota_rd *ret_tail,
                                  uint64_t *ret_count)
{
    uint64_t offset;
    if (vota_abi_get_u64(rd, &offset, SIZE_MAX) != VOTA_OK || offset != rd->tail ||
        offset > rd->data.len)
        return VOTA_BAD_INPUT;
    struct vota_abi_rd tail = {.data = rd->data, .at = rd->tail};
    uint64_t count;
    if (vota_abi_get_u64(&tail, &count, SIZE_MAX) != VOTA_OK)
        return VOTA_BAD_INPUT;
    *ret_tail = vota_rd_of(rd->data.at + tail.at, rd->data.len - tail.at);
    *ret_count = count;
    return VOTA_OK;
}

enum vota_status vota_abi_get_bytes(struct vota_abi_rd *rd, struct vota_slice *ret_bytes,
                                    size_t max)
{
    struct vota_rd tail;
    uint64_t len;
    if (open_tail(rd, &tail, &len) != VOTA_OK)
        return VOTA_BAD_INPUT;
    if (len > max)
        return VOTA_LIMIT;
    const uint8_t *bytes = vota_rd_take(&tail, (size_t)len);
    const uint8_t *padding = vota_rd_take(&tail, padding_of((size_t)len));
    if (bytes == NULL || padding == NULL)
        return VOTA_BAD_INPUT;
    for (size_t i = 0; i < padding_of((size_t)len); i++) {
        if (padding[i] != 0)
            return VOTA_BAD_INPUT;
    }
    rd->tail = rd->data.len - tail.left;
    *ret_bytes = (struct vota_slice){bytes, (size_t)len};
    return VOTA_OK;
}

enum vota_status vota_abi_get_u64s(struct vota_abi_rd *rd, uint64_t *ret_numbers, size_t *ret_count,
                                   size_t cap)
{
    struct vota_rd tail;
    uint64_t count;
    if (open_tail(rd, &tail, &count) != VOTA_OK)
        return VOTA_BAD_INPUT;
    if (count > cap)
        return VOTA_LIMIT;
    struct vota_abi_rd words = vota_abi_rd_of((struct vota_slice){tail.at, tail.left}, 0);
    uint64_t number;
    for (size_t i = 0; i < (size_t)count; i++) {
        if (vota_abi_get_u64(&words, &number, UINT64_MAX) != VOTA_OK)
            return VOTA_BAD_INPUT;
    }
    for (size_t i = 0; i < (size_t)count; i++)
        ret_numbers[i] = vota_load_be(tail.at + WORD * i + WORD - 8, 8);
    rd->tail = rd->data.len - tail.left + words.at;
    *ret_count = (size_t)count;
    return VOTA_OK;
}

enum vota_status vota_abi_end(const struct vota_abi_rd *rd)
{
    return rd->at == rd->heads && rd->tail == rd->data.len ? VOTA_OK : VOTA_BAD_INPUT;
}

struct vota_slice vota_abi_revert_text(struct vota_slice data)
{
    static const uint8_t error_string[4] = {0x08, 0xc3, 0x79, 0xa0}; /* Error(string) */
    struct vota_slice text = {NULL, 0};
    if (data.len < 4 || !vota_bytes_equal(data.at, error_string, 4))
        return text;
    struct vota_abi_rd rd = vota_abi_rd_of((struct vota_slice){data.at + 4, data.len - 4}, 1);
    if (vota_abi_get_bytes(&rd, &text, data.len) != VOTA_OK)
        return (struct vota_slice){NULL, 0};
    return text;
}
