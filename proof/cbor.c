/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heads and strings of the CBOR profile: see cbor.h. A head is one byte, major
 * type in the upper three bits, then the argument:
 *
 *   low five bits   argument
 *   00 .. 17        itself
 *   18, 19, 1a, 1b  the next 1, 2, 4, 8 bytes, which must not fit a shorter form
 *   1c .. 1f        refused: reserved, or an indefinite length
 */
#include "proof/cbor.h"

#include "proof/jcs.h"

enum major {
    MAJOR_UINT = 0,
    MAJOR_NEGATIVE = 1,
    MAJOR_BYTES = 2,
    MAJOR_TEXT = 3,
    MAJOR_ARRAY = 4,
    MAJOR_MAP = 5,
    MAJOR_TAG = 6,
    MAJOR_SIMPLE = 7 /* floats too, whose argument is the number's bits */
};

#define DIRECT_MAX 23u /* the largest argument inside the first byte */

static const uint64_t largest_of[] = {DIRECT_MAX, UINT8_MAX, UINT16_MAX, UINT32_MAX, UINT64_MAX};

static enum vota_status bad(struct vota_error *err, const char *where, const char *reason)
{
    return vota_fail(err, VOTA_BAD_INPUT, where, reason);
}

/* Any head of the profile; false if it is none. */
static bool read_any_head(enum major *ret_major, uint64_t *ret_argument, struct vota_rd *rd)
{
    const uint8_t *first = vota_rd_take(rd, 1);
    if (first == NULL)
        return false;
    *ret_major = (enum major)(*first >> 5u);
    const uint8_t low = *first & 0x1fu;
    if (low <= DIRECT_MAX) {
        *ret_argument = low;
        return true;
    }
    const size_t form = (size_t)low - DIRECT_MAX; /* 1 .. 4 for 1, 2, 4, 8 bytes */
    if (form > 4)
        return false;
    const size_t len = (size_t)1 << (form - 1);
    const uint8_t *bytes = vota_rd_take(rd, len);
    if (bytes == NULL)
        return false;
    *ret_argument = vota_load_be(bytes, len);
    return *ret_major == MAJOR_SIMPLE || *ret_argument > largest_of[form - 1];
}

static enum vota_status read_head(uint64_t *ret_argument, struct vota_rd *rd, enum major wanted,
                                  const char *where, struct vota_error *err)
{
    struct vota_rd ahead = *rd;
    enum major major;
    uint64_t argument;
    if (!read_any_head(&major, &argument, &ahead) || major == MAJOR_TAG)
        return bad(err, where, "cbor");
    if (major != wanted)
        return bad(err, where, "cbor-type");
    *rd = ahead;
    *ret_argument = argument;
    return VOTA_OK;
}

enum vota_status vota_cbor_read_uint(uint64_t *ret_value, struct vota_rd *rd, const char *where,
                                     struct vota_error *err)
{
    struct vota_rd ahead = *rd;
    uint64_t value = 0;
    const enum vota_status status = read_head(&value, &ahead, MAJOR_UINT, where, err);
    if (status != VOTA_OK)
        return status;
    if (value > VOTA_CBOR_MAX_UINT)
        return bad(err, where, "cbor-limit");
    *rd = ahead;
    *ret_value = value;
    return VOTA_OK;
}

static enum vota_status read_string(struct vota_slice *ret_string, struct vota_rd *rd,
                                    enum major wanted, const char *where, struct vota_error *err)
{
    struct vota_rd ahead = *rd;
    uint64_t len = 0;
    const enum vota_status status = read_head(&len, &ahead, wanted, where, err);
    if (status != VOTA_OK)
        return status;
    if (len > ahead.left)
        return bad(err, where, "cbor");
    const struct vota_slice string = {vota_rd_take(&ahead, (size_t)len), (size_t)len};
    if (wanted == MAJOR_TEXT && !vota_jcs_is_utf8(string.at, string.len))
        return bad(err, where, "cbor");
    *rd = ahead;
    *ret_string = string;
    return VOTA_OK;
}

enum vota_status vota_cbor_read_bytes(struct vota_slice *ret_bytes, struct vota_rd *rd,
                                      const char *where, struct vota_error *err)
{
    return read_string(ret_bytes, rd, MAJOR_BYTES, where, err);
}

enum vota_status vota_cbor_read_text(struct vota_slice *ret_text, struct vota_rd *rd,
                                     const char *where, struct vota_error *err)
{
    return read_string(ret_text, rd, MAJOR_TEXT, where, err);
}

enum vota_status vota_cbor_read_array(uint64_t *ret_count, struct vota_rd *rd, const char *where,
                                      struct vota_error *err)
{
    return read_head(ret_count, rd, MAJOR_ARRAY, where, err);
}

enum vota_status vota_cbor_read_map(struct vota_cbor_map *ret_map, struct vota_rd *rd,
                                    const char *where, struct vota_error *err)
{
    uint64_t pairs = 0;
    const enum vota_status status = read_head(&pairs, rd, MAJOR_MAP, where, err);
    if (status == VOTA_OK)
        *ret_map = (struct vota_cbor_map){.left = pairs};
    return status;
}

enum vota_status vota_cbor_read_key(uint64_t *ret_key, struct vota_cbor_map *map,
                                    struct vota_rd *rd, uint64_t keys, const char *where,
                                    struct vota_error *err)
{
    VOTA_ASSERT(map->left > 0);
    struct vota_rd ahead = *rd;
    enum major major;
    uint64_t key;
    if (!read_any_head(&major, &key, &ahead) || major == MAJOR_TAG)
        return bad(err, where, "cbor");
    if (major != MAJOR_UINT || key >= keys)
        return bad(err, where, "unknown-member");
    if (key + 1 == map->next_free)
        return bad(err, where, "cbor"); /* the same key again */
    if (key < map->next_free)
        return bad(err, where, "cbor-not-deterministic");
    map->left--;
    map->next_free = key + 1;
    *rd = ahead;
    *ret_key = key;
    return VOTA_OK;
}

static void put_head(struct vota_wr *wr, enum major major, uint64_t argument)
{
    const uint8_t top = (uint8_t)((unsigned)major << 5u);
    size_t form = 0;
    while (argument > largest_of[form])
        form++;
    if (form == 0) {
        vota_wr_byte(wr, (uint8_t)(top | argument));
        return;
    }
    uint8_t bytes[8];
    const size_t len = (size_t)1 << (form - 1);
    vota_store_be(bytes, len, argument);
    vota_wr_byte(wr, (uint8_t)(top | (DIRECT_MAX + form)));
    vota_wr_put(wr, bytes, len);
}

void vota_cbor_put_uint(struct vota_wr *wr, uint64_t value)
{
    put_head(wr, MAJOR_UINT, value);
}

void vota_cbor_put_bytes(struct vota_wr *wr, const void *bytes, size_t len)
{
    put_head(wr, MAJOR_BYTES, len);
    vota_wr_put(wr, bytes, len);
}

void vota_cbor_put_text(struct vota_wr *wr, const void *text, size_t len)
{
    put_head(wr, MAJOR_TEXT, len);
    vota_wr_put(wr, text, len);
}

void vota_cbor_put_array(struct vota_wr *wr, uint64_t count)
{
    put_head(wr, MAJOR_ARRAY, count);
}

void vota_cbor_put_map(struct vota_wr *wr, uint64_t pairs)
{
    put_head(wr, MAJOR_MAP, pairs);
}
