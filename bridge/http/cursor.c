/* SPDX-License-Identifier: Apache-2.0 */
/* Places in lists as text: see cursor.h. */
#include "bridge/http/cursor.h"

#include <string.h>

#include "proof/hex.h"
#include "proof/jcs.h"

static const char letters[] = "abnf"; /* by state */

void vota_cursor_write(char ret_text[VOTA_CURSOR_MAX + 1], const struct vota_cursor *cursor)
{
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_CURSOR_MAX);
    vota_wr_byte(&wr, (uint8_t)letters[cursor->state]);
    vota_jcs_write_number(&wr, (uint64_t)cursor->of);
    if (cursor->of != 0) {
        vota_wr_byte(&wr, '.');
        vota_jcs_write_number(&wr, (uint64_t)cursor->position);
        vota_wr_byte(&wr, '.');
        vota_hex_write_bare(&wr, cursor->start, sizeof cursor->start);
    }
    VOTA_ASSERT(vota_wr_fits(&wr));
    ret_text[wr.len] = '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits up to 2^53, of which 16 are enough; *text moves on. */
static int64_t read_number(const char **text)
{
    int64_t number = 0;
    for (size_t i = 0; i < 16 && is_digit(**text); i++, (*text)++)
        number = number * 10 + (**text - '0');
    return number;
}

static int nibble(char c)
{
    if (is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_start(uint8_t ret_start[VOTA_STORE_LEAF_START], const char *text)
{
    if (strlen(text) != (size_t)2 * VOTA_STORE_LEAF_START)
        return false;
    for (size_t i = 0; i < VOTA_STORE_LEAF_START; i++) {
        const int high = nibble(text[2 * i]);
        const int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret_start[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

bool vota_cursor_read(struct vota_cursor *ret_cursor, const char *text, enum vota_prove_state state)
{
    struct vota_cursor cursor = {.state = state};
    char same[VOTA_CURSOR_MAX + 1];
    const char *at = text;
    if (*at++ != letters[state])
        return false;
    cursor.of = read_number(&at);
    if (cursor.of != 0) {
        if (*at++ != '.')
            return false;
        cursor.position = read_number(&at);
        if (*at++ != '.' || !read_start(cursor.start, at))
            return false;
    }
    vota_cursor_write(same, &cursor);
    if (strcmp(same, text) != 0) /* one text a cursor */
        return false;
    *ret_cursor = cursor;
    return true;
}
