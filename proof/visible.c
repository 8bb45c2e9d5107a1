/* SPDX-License-Identifier: Apache-2.0 */
/* The ranges of PROTOCOL 1 and the rule of single inner spaces: see visible.h. */
#include "proof/visible.h"

struct range {
    uint32_t first, last;
};

/* Ascending. */
static const struct range hidden[] = {
    {0x0000, 0x001F},   /* controls */
    {0x007F, 0x009F},   /* more controls */
    {0x00AD, 0x00AD},   /* soft hyphen */
    {0x0300, 0x036F},   /* combining marks */
    {0x1100, 0x11FF},   /* conjoining jamo and fillers */
    {0x17B4, 0x17B5},   /* invisible Khmer vowels */
    {0x180B, 0x180F},   /* Mongolian variation selectors */
    {0x200B, 0x200F},   /* zero width, direction */
    {0x2028, 0x202E},   /* separators, direction */
    {0x2060, 0x2069},   /* joiners, isolates */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xA960, 0xA97F},   /* conjoining jamo, extended A */
    {0xD7B0, 0xD7FF},   /* conjoining jamo, extended B */
    {0xFE00, 0xFE0F},   /* variation selectors */
    {0xFEFF, 0xFEFF},   /* byte order mark */
    {0xFFA0, 0xFFA0},   /* half-width Hangul filler */
    {0xE0000, 0xE0FFF}, /* tags, variation selectors */
};

/* General category Zs but U+0020. */
static const struct range other_spaces[] = {
    {0x00A0, 0x00A0}, {0x1680, 0x1680}, {0x2000, 0x200A},
    {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

static bool is_in(uint32_t c, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

bool vota_visible_is_hidden(uint32_t c)
{
    return is_in(c, hidden, sizeof hidden / sizeof hidden[0]);
}

bool vota_visible_is_other_space(uint32_t c)
{
    return is_in(c, other_spaces, sizeof other_spaces / sizeof other_spaces[0]);
}

const char *vota_visible_refusal(struct vota_slice raw, bool newlines)
{
    struct vota_rd rd = vota_rd_of_slice(raw);
    uint32_t before = ' '; /* so that a leading space is one after a space */
    bool first = true;
    while (rd.left > 0) {
        const uint32_t c = vota_jcs_next_raw(&rd);
        const bool inner_newline = c == '\n' && newlines && !first && rd.left > 0;
        if (vota_visible_is_hidden(c) && !inner_newline)
            return "hidden-character";
        if (vota_visible_is_other_space(c))
            return "other-space";
        if (c == ' ' && before == ' ')
            return "spaces";
        before = c;
        first = false;
    }
    return !first && before == ' ' ? "spaces" : NULL;
}
