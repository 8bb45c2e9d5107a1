/* SPDX-License-Identifier: Apache-2.0 */
/* Three bytes are four characters: see base64.h. */
#include "bridge/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One to three bytes to four characters. */
static void write_group(struct vota_wr *wr, const uint8_t *bytes, size_t n)
{
    uint8_t group[3] = {0};
    vota_bytes_copy(group, bytes, n);
    const uint32_t bits = (uint32_t)vota_load_be(group, 3);
    for (size_t i = 0; i < 4; i++)
        vota_wr_byte(wr, i <= n ? (uint8_t)alphabet[bits >> (18 - 6 * i) & 63u] : '=');
}

void vota_base64_write(struct vota_wr *wr, const uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at < len; at += 3)
        write_group(wr, bytes + at, len - at < 3 ? len - at : 3);
}

static bool read_digit(uint32_t *bits, uint8_t c)
{
    for (uint32_t i = 0; i < 64; i++) {
        if ((uint8_t)alphabet[i] == c) {
            *bits = *bits << 6 | i;
            return true;
        }
    }
    return false;
}

/* How many bytes the last four characters stand for, by their padding. */
static size_t group_bytes(const uint8_t *group, bool is_last)
{
    if (!is_last || group[3] != '=')
        return 3;
    return group[2] == '=' ? 1 : 2;
}

enum vota_status vota_base64_read(uint8_t *ret_bytes, size_t cap, size_t *ret_len,
                                  struct vota_slice text)
{
    size_t len = 0;
    if (text.len % 4 != 0)
        return VOTA_BAD_INPUT;
    for (size_t at = 0; at < text.len; at += 4) {
        const size_t n = group_bytes(text.at + at, at + 4 == text.len);
        uint8_t group[3];
        uint32_t bits = 0;
        for (size_t i = 0; i <= n; i++) {
            if (!read_digit(&bits, text.at[at + i]))
                return VOTA_BAD_INPUT;
        }
        vota_store_be(group, 3, (uint64_t)bits << 6 * (3 - n));
        if ((n < 3 && group[n] != 0))
            return VOTA_BAD_INPUT;
        if (n > cap - len)
            return VOTA_LIMIT;
        vota_bytes_copy(ret_bytes + len, group, n);
        len += n;
    }
    *ret_len = len;
    return VOTA_OK;
}
