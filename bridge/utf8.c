/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 for the terminal: the next code point and the columns it takes. For
 * showing only; what is hashed is checked in proof/.
 */
#include "bridge/utf8.h"

#include <stdbool.h>

#include "proof/jcs.h"

size_t vota_utf8_next(uint32_t *ret_point, const char *text, size_t len)
{
    struct vota_rd rd = vota_rd_of(text, len);
    *ret_point = vota_jcs_next_char(&rd);
    return *ret_point == VOTA_UTF8_BAD ? 1 : len - rd.left; /* a bad byte stands for itself */
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
