/* SPDX-License-Identifier: Apache-2.0 */
/* Short codes: see code.h. */
#include "bridge/paper/code.h"

#define BASE   16u
#define DIGITS ((size_t)2 * VOTA_CODE_BYTES)

/* ISO/IEC 7064, hybrid system MOD 17,16: the carry after one more digit. */
static unsigned carry_on(unsigned carry, unsigned digit)
{
    unsigned sum = (carry + digit) % BASE;
    if (sum == 0)
        sum = BASE;
    return sum * 2 % (BASE + 1);
}

/* The digit that makes carry + digit 1 in MOD 16. */
static unsigned check_digit(const uint8_t digits[DIGITS])
{
    unsigned carry = BASE;
    for (size_t i = 0; i < DIGITS; i++)
        carry = carry_on(carry, digits[i]);
    return (BASE + 1 - carry) % BASE;
}

void vota_code_write(char ret_text[VOTA_CODE_CHARS + 1], const vota_hash *leaf)
{
    static const char capitals[] = "0123456789ABCDEF";
    uint8_t digits[DIGITS];
    char *to = ret_text;
    for (size_t i = 0; i < DIGITS; i++)
        digits[i] = (leaf->bytes[i / 2] / (i % 2 == 0 ? BASE : 1u)) % BASE;
    for (size_t i = 0; i < DIGITS; i++) {
        *to++ = capitals[digits[i]];
        if (i % 4 == 3)
            *to++ = '-';
    }
    *to++ = capitals[check_digit(digits)];
    *to = '\0';
}

/* 0 to 15, or BASE. */
static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return BASE;
}

enum vota_status vota_code_read(uint8_t ret_start[VOTA_CODE_BYTES], const char *text, size_t len,
                                struct vota_error *err)
{
    uint8_t digits[DIGITS + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '-' || text[i] == ' ')
            continue;
        if (digit_of(text[i]) == BASE || n == sizeof digits)
            return vota_fail(err, VOTA_BAD_INPUT, "code", "code-digits");
        digits[n++] = (uint8_t)digit_of(text[i]);
    }
    if (n != sizeof digits)
        return vota_fail(err, VOTA_BAD_INPUT, "code", "code-digits");
    if (digits[DIGITS] != check_digit(digits))
        return vota_fail(err, VOTA_BAD_INPUT, "code", "code-check");
    for (size_t i = 0; i < VOTA_CODE_BYTES; i++)
        ret_start[i] = (uint8_t)(digits[2 * i] * BASE + digits[2 * i + 1]);
    return VOTA_OK;
}
