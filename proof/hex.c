/* SPDX-License-Identifier: Apache-2.0 */
/* Strict hexadecimal in both directions: see hex.h. No locale. */
#include "proof/hex.h"

static int digit_value(char c, bool upper_too)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (upper_too && c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static enum vota_status read_digits(uint8_t *ret_bytes, size_t len, const char *text,
                                    size_t text_len, bool upper_too)
{
    if (text_len < 2 || text[0] != '0' || text[1] != 'x' || (text_len - 2) % 2 != 0 ||
        (text_len - 2) / 2 != len)
        return VOTA_BAD_INPUT;
    for (size_t i = 2; i < text_len; i++) {
        if (digit_value(text[i], upper_too) < 0)
            return VOTA_BAD_INPUT;
    }
    for (size_t i = 0; i < len; i++) {
        const int high = digit_value(text[2 + 2 * i], upper_too);
        const int low = digit_value(text[3 + 2 * i], upper_too);
        ret_bytes[i] = (uint8_t)(high * 16 + low);
    }
    return VOTA_OK;
}

enum vota_status vota_hex_read(uint8_t *ret_bytes, size_t len, const char *text, size_t text_len)
{
    return read_digits(ret_bytes, len, text, text_len, false);
}

enum vota_status vota_hex_read_any(uint8_t *ret_bytes, size_t len, const char *text,
                                   size_t text_len)
{
    return read_digits(ret_bytes, len, text, text_len, true);
}

void vota_hex_write_bare(struct vota_wr *wr, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *b = bytes;
    VOTA_ASSERT(len <= (SIZE_MAX - wr->len) / 2);
    if (wr->len <= wr->cap && len <= (wr->cap - wr->len) / 2) {
        uint8_t *to = wr->to + wr->len;
        for (size_t i = 0; i < len; i++) {
            to[2 * i] = (uint8_t)digits[b[i] / 16];
            to[2 * i + 1] = (uint8_t)digits[b[i] % 16];
        }
    }
    wr->len += 2 * len;
}

void vota_hex_write(struct vota_wr *wr, const void *bytes, size_t len)
{
    vota_wr_text(wr, "0x");
    vota_hex_write_bare(wr, bytes, len);
}

void vota_hex_of_hash(char ret_text[VOTA_HASH_HEX_CHARS + 1], const vota_hash *hash)
{
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_HASH_HEX_CHARS);
    vota_hex_write(&wr, hash->bytes, sizeof hash->bytes);
    ret_text[VOTA_HASH_HEX_CHARS] = '\0';
}

void vota_hex_of_addr(char ret_text[VOTA_ADDR_HEX_CHARS + 1], const vota_addr *addr)
{
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_ADDR_HEX_CHARS);
    vota_hex_write(&wr, addr->bytes, sizeof addr->bytes);
    ret_text[VOTA_ADDR_HEX_CHARS] = '\0';
}
