/* SPDX-License-Identifier: Apache-2.0 */
/* One value of the configuration from its text. It knows units, not keys. */
#include "bridge/config_value.h"

#include <string.h>

#include "proof/jcs.h"

/* Appends a decimal digit; false when 64 bits are not enough. */
static bool append_digit(uint64_t *number, char c)
{
    const uint64_t digit = (uint64_t)(c - '0');
    if (*number > (UINT64_MAX - digit) / 10)
        return false;
    *number = *number * 10 + digit;
    return true;
}

/* The digits at the front of text; their count, 0 when they are too many for 64 bits. */
static size_t read_digits(uint64_t *number, const char *text)
{
    size_t n = 0;
    for (; text[n] >= '0' && text[n] <= '9'; n++) {
        if (!append_digit(number, text[n]))
            return 0;
    }
    return n;
}

bool vota_config_value_count(uint64_t *ret_count, const char *text)
{
    uint64_t number = 0;
    const size_t n = read_digits(&number, text);
    if (n == 0 || text[n] != '\0')
        return false;
    *ret_count = number;
    return true;
}

bool vota_config_value_seconds(uint64_t *ret_seconds, const char *text)
{
    static const struct {
        const char *unit;
        uint64_t seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
    uint64_t number = 0;
    const size_t n = read_digits(&number, text);
    for (size_t i = 0; n > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text + n, units[i].unit) != 0 || number > UINT64_MAX / units[i].seconds)
            continue;
        *ret_seconds = number * units[i].seconds;
        return true;
    }
    return false;
}

bool vota_config_value_decimal(uint64_t *ret_units, const char *text, unsigned places)
{
    uint64_t number = 0;
    const size_t whole = read_digits(&number, text);
    size_t decimals = 0;
    if (whole == 0)
        return false;
    if (text[whole] == '.') {
        decimals = read_digits(&number, text + whole + 1);
        if (decimals == 0 || decimals > places)
            return false;
    }
    if (text[whole + (decimals > 0 ? 1 + decimals : 0)] != '\0')
        return false;
    for (; decimals < places; decimals++) {
        if (!append_digit(&number, '0'))
            return false;
    }
    *ret_units = number;
    return true;
}

bool vota_config_value_text(const char *text)
{
    struct vota_rd rd = vota_rd_of(text, strlen(text));
    bool plain = rd.left > 0;
    while (plain && rd.left > 0) {
        const uint32_t point = vota_jcs_next_char(&rd);
        plain = point != VOTA_JCS_BAD_CHAR && point >= 0x20 && (point < 0x7f || point >= 0xa0);
    }
    return plain;
}

bool vota_config_value_choice(const char *words, const char *text)
{
    const size_t len = strlen(text);
    while (*words != '\0') {
        const size_t word = strcspn(words, ", ");
        if (word == len && word > 0 && strncmp(words, text, len) == 0)
            return true;
        words += word;
        words += strspn(words, ", ");
    }
    return false;
}
