/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing canonical JSON, and UTF-8: see jcs.h. Reading is in jcs_read.c.
 */
#include "proof/jcs.h"

/* The two-character escapes of RFC 8785 3.2.2.2: the letter after '\\', or 0. */
static uint8_t short_escape(uint8_t byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return byte;
    case '\b':
        return 'b';
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\f':
        return 'f';
    case '\r':
        return 'r';
    default:
        return 0;
    }
}

static void write_escaped(struct vota_wr *wr, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t letter = short_escape(byte);
    if (letter != 0) {
        vota_wr_byte(wr, '\\');
        vota_wr_byte(wr, letter);
        return;
    }
    if (byte >= 0x20) {
        vota_wr_byte(wr, byte);
        return;
    }
    vota_wr_text(wr, "\\u00");
    vota_wr_byte(wr, (uint8_t)digits[byte >> 4]);
    vota_wr_byte(wr, (uint8_t)digits[byte & 15u]);
}

void vota_jcs_write_string(struct vota_wr *wr, const void *text, size_t len)
{
    const uint8_t *bytes = text;
    vota_wr_byte(wr, '"');
    for (size_t i = 0; i < len; i++)
        write_escaped(wr, bytes[i]);
    vota_wr_byte(wr, '"');
}

void vota_jcs_write_number(struct vota_wr *wr, uint64_t number)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    vota_wr_put(wr, digits + at, sizeof digits - at);
}

/* How many bytes follow a first byte, and the bits it carries; VOTA_JCS_BAD_CHAR if none starts so.
 */
static uint32_t lead(size_t *ret_more, uint8_t first)
{
    *ret_more = 0;
    if (first < 0x80)
        return first;
    if (first >= 0xC2 && first < 0xE0) {
        *ret_more = 1;
        return first & 0x1Fu;
    }
    if (first >= 0xE0 && first < 0xF0) {
        *ret_more = 2;
        return first & 0x0Fu;
    }
    if (first >= 0xF0 && first < 0xF5) {
        *ret_more = 3;
        return first & 0x07u;
    }
    return VOTA_JCS_BAD_CHAR;
}

uint32_t vota_jcs_next_char(struct vota_rd *rd)
{
    static const uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
    const uint8_t *first = vota_rd_take(rd, 1);
    if (first == NULL)
        return VOTA_JCS_BAD_CHAR;
    size_t more;
    uint32_t c = lead(&more, *first);
    const uint8_t *rest = vota_rd_take(rd, more);
    if (c == VOTA_JCS_BAD_CHAR || rest == NULL)
        return VOTA_JCS_BAD_CHAR;
    for (size_t i = 0; i < more; i++) {
        if ((rest[i] & 0xC0u) != 0x80u)
            return VOTA_JCS_BAD_CHAR;
        c = (c << 6) | (rest[i] & 0x3Fu);
    }
    if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return VOTA_JCS_BAD_CHAR;
    return c;
}

bool vota_jcs_is_utf8(const void *text, size_t len)
{
    struct vota_rd rd = vota_rd_of(text, len);
    while (rd.left > 0) {
        if (*rd.at < 0x80) /* nearly every byte of nearly every content */
            (void)vota_rd_take(&rd, 1);
        else if (vota_jcs_next_char(&rd) == VOTA_JCS_BAD_CHAR)
            return false;
    }
    return true;
}

/* The byte that the character after a '\\' stands for; 'u' is not one of them. */
static uint8_t short_unescape(uint8_t letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'f':
        return '\f';
    case 'r':
        return '\r';
    default:
        return letter;
    }
}

static uint8_t hex_value(uint8_t digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* One byte of what a raw string stands for; escapes are known to be canonical. */
static uint8_t next_byte(struct vota_rd *raw)
{
    const uint8_t *byte = vota_rd_take(raw, 1);
    VOTA_ASSERT(byte != NULL);
    if (*byte != '\\')
        return *byte;
    const uint8_t *letter = vota_rd_take(raw, 1);
    VOTA_ASSERT(letter != NULL);
    if (*letter != 'u')
        return short_unescape(*letter);
    const uint8_t *digits = vota_rd_take(raw, 4);
    VOTA_ASSERT(digits != NULL);
    return (uint8_t)(hex_value(digits[2]) * 16 + hex_value(digits[3]));
}

void vota_jcs_unescape(struct vota_wr *wr, struct vota_slice raw)
{
    struct vota_rd rd = vota_rd_of_slice(raw);
    while (rd.left > 0)
        vota_wr_byte(wr, next_byte(&rd));
}

bool vota_jcs_equal(struct vota_slice raw, const void *text, size_t len)
{
    struct vota_rd rd = vota_rd_of_slice(raw);
    const uint8_t *bytes = text;
    size_t i = 0;
    for (; rd.left > 0 && i < len; i++) {
        if (next_byte(&rd) != bytes[i])
            return false;
    }
    return rd.left == 0 && i == len;
}

uint32_t vota_jcs_next_raw(struct vota_rd *raw)
{
    VOTA_ASSERT(raw->left > 0);
    return *raw->at == '\\' ? next_byte(raw) : vota_jcs_next_char(raw);
}
