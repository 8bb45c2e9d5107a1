/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical RLP: see rlp.h.
 *
 *   first byte   what follows
 *   00 .. 7f     nothing: the byte is the string
 *   80 .. b7     a string of first - 80 bytes (one byte below 80 is refused)
 *   b8 .. bf     first - b7 bytes of length, then a string of 56 bytes or more
 *   c0 .. f7     items of first - c0 bytes in all
 *   f8 .. ff     first - f7 bytes of length, then items of 56 bytes or more
 */
#include "proof/rlp.h"

#define SHORT_MAX     55u /* the longest payload whose length is in the first byte */
#define STRING_OFFSET 0x80u
#define LIST_OFFSET   0xc0u

static enum vota_status bad(struct vota_error *err, const char *reason)
{
    return vota_fail(err, VOTA_BAD_INPUT, "rlp", reason);
}

/* The payload's length, from the first byte and those of length behind it. */
static enum vota_status read_len(size_t *ret_len, struct vota_rd *rd, uint8_t first,
                                 struct vota_error *err)
{
    const uint8_t offset = first >= LIST_OFFSET ? LIST_OFFSET : STRING_OFFSET;
    const uint8_t code = (uint8_t)(first - offset);
    if (code <= SHORT_MAX) {
        *ret_len = code;
        return VOTA_OK;
    }
    const size_t len_of_len = (size_t)code - SHORT_MAX;
    const uint8_t *bytes = vota_rd_take(rd, len_of_len);
    if (bytes == NULL)
        return bad(err, "rlp-short");
    const uint64_t len = vota_load_be(bytes, len_of_len);
    if (bytes[0] == 0 || len <= SHORT_MAX)
        return bad(err, "rlp-length");
    if (len > rd->left)
        return bad(err, "rlp-short");
    *ret_len = (size_t)len;
    return VOTA_OK;
}

enum vota_status vota_rlp_next(struct vota_rd *rd, struct vota_rlp_item *ret_item,
                               struct vota_error *err)
{
    struct vota_rd ahead = *rd;
    const uint8_t *first = vota_rd_take(&ahead, 1);
    if (first == NULL)
        return bad(err, "rlp-short");
    struct vota_rlp_item item = {.is_list = *first >= LIST_OFFSET, .payload = {first, 1}};
    if (*first >= STRING_OFFSET) {
        const enum vota_status status = read_len(&item.payload.len, &ahead, *first, err);
        if (status != VOTA_OK)
            return status;
        item.payload.at = vota_rd_take(&ahead, item.payload.len);
        if (item.payload.at == NULL)
            return bad(err, "rlp-short");
        if (*first == STRING_OFFSET + 1 && item.payload.at[0] < STRING_OFFSET)
            return bad(err, "rlp-byte");
    }
    item.whole = (struct vota_slice){first, rd->left - ahead.left};
    *rd = ahead;
    *ret_item = item;
    return VOTA_OK;
}

enum vota_status vota_rlp_read(struct vota_rlp_item *ret_item, const uint8_t *bytes, size_t len,
                               struct vota_error *err)
{
    struct vota_rd rd = vota_rd_of(bytes, len);
    struct vota_rlp_item item;
    const enum vota_status status = vota_rlp_next(&rd, &item, err);
    if (status != VOTA_OK)
        return status;
    if (rd.left != 0)
        return bad(err, "rlp-trailing");
    *ret_item = item;
    return VOTA_OK;
}

enum vota_status vota_rlp_check(const uint8_t *bytes, size_t len, struct vota_error *err)
{
    struct vota_rlp_item item;
    enum vota_status status = vota_rlp_read(&item, bytes, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_rd open[VOTA_RLP_MAX_DEPTH]; /* the lists we are in, innermost last */
    size_t depth = 0;
    if (item.is_list)
        open[depth++] = vota_rd_of_slice(item.payload);
    while (depth > 0) {
        if (open[depth - 1].left == 0) {
            depth--;
            continue;
        }
        status = vota_rlp_next(&open[depth - 1], &item, err);
        if (status != VOTA_OK)
            return status;
        if (!item.is_list)
            continue;
        if (depth == VOTA_RLP_MAX_DEPTH)
            return bad(err, "rlp-depth");
        open[depth++] = vota_rd_of_slice(item.payload);
    }
    return VOTA_OK;
}

enum vota_status vota_rlp_count(size_t *ret_count, const struct vota_rlp_item *list,
                                struct vota_error *err)
{
    if (!list->is_list)
        return bad(err, "rlp-type");
    struct vota_rd rd = vota_rd_of_slice(list->payload);
    size_t count = 0;
    while (rd.left > 0) {
        struct vota_rlp_item item;
        const enum vota_status status = vota_rlp_next(&rd, &item, err);
        if (status != VOTA_OK)
            return status;
        count++;
    }
    *ret_count = count;
    return VOTA_OK;
}

static bool is_integer(const struct vota_rlp_item *item, size_t cap)
{
    const struct vota_slice digits = item->payload;
    return !item->is_list && digits.len <= cap && (digits.len == 0 || digits.at[0] != 0);
}

enum vota_status vota_rlp_uint64(uint64_t *ret_value, const struct vota_rlp_item *item,
                                 struct vota_error *err)
{
    if (!is_integer(item, sizeof *ret_value))
        return bad(err, "rlp-integer");
    *ret_value = vota_load_be(item->payload.at, item->payload.len);
    return VOTA_OK;
}

enum vota_status vota_rlp_integer(uint8_t *ret_bytes, size_t cap, const struct vota_rlp_item *item,
                                  struct vota_error *err)
{
    if (!is_integer(item, cap))
        return bad(err, "rlp-integer");
    const size_t padding = cap - item->payload.len;
    vota_bytes_zero(ret_bytes, padding);
    vota_bytes_copy(ret_bytes + padding, item->payload.at, item->payload.len);
    return VOTA_OK;
}

enum vota_status vota_rlp_fixed(uint8_t *ret_bytes, size_t len, const struct vota_rlp_item *item,
                                struct vota_error *err)
{
    if (item->is_list || item->payload.len != len)
        return bad(err, "rlp-size");
    vota_bytes_copy(ret_bytes, item->payload.at, len);
    return VOTA_OK;
}

/* How many bytes a big-endian integer needs without leading zeros. */
static size_t uint64_size(uint64_t value)
{
    size_t size = 0;
    for (; value != 0; value >>= 8u)
        size++;
    return size;
}

static void put_uint64_digits(struct vota_wr *wr, uint64_t value)
{
    uint8_t digits[8];
    const size_t size = uint64_size(value);
    vota_store_be(digits, size, value);
    vota_wr_put(wr, digits, size);
}

static void put_frame(struct vota_wr *wr, uint8_t offset, size_t payload_len)
{
    if (payload_len <= SHORT_MAX) {
        vota_wr_byte(wr, (uint8_t)(offset + payload_len));
        return;
    }
    vota_wr_byte(wr, (uint8_t)(offset + SHORT_MAX + uint64_size(payload_len)));
    put_uint64_digits(wr, payload_len);
}

static bool is_its_own_rlp(const uint8_t *bytes, size_t len)
{
    return len == 1 && bytes[0] < STRING_OFFSET;
}

size_t vota_rlp_size_of_frame(size_t payload_len)
{
    return payload_len <= SHORT_MAX ? 1 : 1 + uint64_size(payload_len);
}

size_t vota_rlp_size_of_string(const void *bytes, size_t len)
{
    return is_its_own_rlp(bytes, len) ? 1 : vota_rlp_size_of_frame(len) + len;
}

void vota_rlp_put_string(struct vota_wr *wr, const void *bytes, size_t len)
{
    if (!is_its_own_rlp(bytes, len))
        put_frame(wr, STRING_OFFSET, len);
    vota_wr_put(wr, bytes, len);
}

void vota_rlp_put_uint64(struct vota_wr *wr, uint64_t value)
{
    uint8_t digits[8];
    vota_store_be(digits, sizeof digits, value);
    vota_rlp_put_integer(wr, digits, sizeof digits);
}

void vota_rlp_put_integer(struct vota_wr *wr, const void *bytes, size_t len)
{
    const uint8_t *digits = bytes;
    while (len > 0 && digits[0] == 0) {
        digits++;
        len--;
    }
    vota_rlp_put_string(wr, digits, len);
}

void vota_rlp_put_list(struct vota_wr *wr, size_t payload_len)
{
    put_frame(wr, LIST_OFFSET, payload_len);
}
