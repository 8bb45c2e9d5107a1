/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 for the terminal: the next code point and the columns it takes. For
 * showing only; what is hashed is checked in proof/.
 */
#include "bridge/cli/utf8.h"

#include <stdbool.h>

/* Length, smallest code point and payload of a first byte; 0 for a byte that starts nothing. */
static size_t first_byte(uint32_t *ret_bits, uint32_t *ret_least, uint8_t byte)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if ((byte & forms[i].mask) != forms[i].lead)
            continue;
        *ret_bits = byte & (uint8_t)~forms[i].mask;
        *ret_least = forms[i].least;
        return i + 1;
    }
    return 0;
}

size_t vota_utf8_next(uint32_t *ret_point, const char *text, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)text;
    uint32_t point = 0;
    uint32_t least = 0;
    const size_t need = first_byte(&point, &least, bytes[0]);
    *ret_point = VOTA_UTF8_BAD;
    if (need == 0)
        return 1;
    for (size_t i = 1; i < need; i++) {
        if (i == len || (bytes[i] & 0xc0u) != 0x80)
            return i;
        point = point * 64 + (bytes[i] & 0x3fu);
    }
    if (point >= least && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff))
        *ret_point = point;
    return need;
}

struct range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t point, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    }
    return false;
}

unsigned vota_utf8_columns(uint32_t point)
{
    /* East Asian Width W and F (UAX 11), as blocks. */
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
        {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},
        {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
        {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
    static const struct range none[] = {{0x0300, 0x036f}, {0x1160, 0x11ff}, {0x200b, 0x200f},
                                        {0x2028, 0x202e}, {0x2060, 0x2064}, {0xfe00, 0xfe0f},
                                        {0xfeff, 0xfeff}};
    if (in_ranges(point, none, sizeof none / sizeof none[0]))
        return 0;
    return in_ranges(point, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}
