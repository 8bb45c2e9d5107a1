/* SPDX-License-Identifier: Apache-2.0 */
/* Wei: 256-bit arithmetic in bytes, hex quantities, amounts for people. See quantity.h. */
#include "rpc/quantity.h"

#include "proof/hex.h"

#define DECIMAL_DIGITS_MAX 78u /* of 2^256 - 1 */

struct vota_u256 vota_u256_of(uint64_t value)
{
    struct vota_u256 a = {{0}};
    vota_store_be(a.be + 24, 8, value);
    return a;
}

struct vota_u256 vota_u256_of_be(const uint8_t *bytes, size_t len)
{
    VOTA_ASSERT(len <= sizeof(struct vota_u256));
    struct vota_u256 a = {{0}};
    vota_bytes_copy(a.be + (sizeof a.be - len), bytes, len);
    return a;
}

bool vota_u256_is_zero(const struct vota_u256 *a)
{
    return vota_u256_trim(a).len == 0;
}

int vota_u256_compare(const struct vota_u256 *a, const struct vota_u256 *b)
{
    return vota_bytes_compare(a->be, b->be, sizeof a->be);
}

bool vota_u256_add(struct vota_u256 *ret, const struct vota_u256 *a, const struct vota_u256 *b)
{
    struct vota_u256 sum = {{0}};
    unsigned carry = 0;
    for (size_t i = sizeof sum.be; i-- > 0;) {
        const unsigned digit = (unsigned)a->be[i] + b->be[i] + carry;
        sum.be[i] = (uint8_t)(digit & 0xff);
        carry = digit >> 8;
    }
    if (carry != 0)
        return false;
    *ret = sum;
    return true;
}

bool vota_u256_sub(struct vota_u256 *ret, const struct vota_u256 *a, const struct vota_u256 *b)
{
    if (vota_u256_compare(a, b) < 0)
        return false;
    struct vota_u256 difference = {{0}};
    unsigned borrow = 0;
    for (size_t i = sizeof difference.be; i-- > 0;) {
        const unsigned digit = 0x100u + a->be[i] - b->be[i] - borrow;
        difference.be[i] = (uint8_t)(digit & 0xff);
        borrow = digit < 0x100u ? 1 : 0;
    }
    *ret = difference;
    return true;
}

/* In 32-bit digits, so that a digit times a digit plus a carry fits 64 bits. */
static bool mul_u32(struct vota_u256 *ret, const struct vota_u256 *a, uint32_t factor)
{
    struct vota_u256 product = {{0}};
    uint64_t carry = 0;
    for (size_t i = sizeof product.be; i > 0; i -= 4) {
        const uint64_t digit = vota_load_be(a->be + i - 4, 4) * factor + carry;
        vota_store_be(product.be + i - 4, 4, digit & UINT32_MAX);
        carry = digit >> 32;
    }
    if (carry != 0)
        return false;
    *ret = product;
    return true;
}

bool vota_u256_mul(struct vota_u256 *ret, const struct vota_u256 *a, uint64_t factor)
{
    const uint32_t high = (uint32_t)(factor >> 32);
    const uint32_t low = (uint32_t)(factor & UINT32_MAX);
    struct vota_u256 upper;
    struct vota_u256 lower;
    if (!mul_u32(&lower, a, low) || !mul_u32(&upper, a, high))
        return false;
    if (vota_load_be(upper.be, 4) != 0)
        return false;
    struct vota_u256 shifted = {{0}};
    vota_bytes_copy(shifted.be, upper.be + 4, sizeof upper.be - 4);
    return vota_u256_add(ret, &shifted, &lower);
}

/* Long division in 32-bit digits: the remainder and the next digit fit 64 bits. */
void vota_u256_div(struct vota_u256 *ret, uint32_t *ret_remainder, const struct vota_u256 *a,
                   uint32_t divisor)
{
    VOTA_ASSERT(divisor > 0);
    struct vota_u256 quotient = {{0}};
    uint64_t rest = 0;
    for (size_t i = 0; i < sizeof a->be; i += 4) {
        const uint64_t part = (rest << 32) + vota_load_be(a->be + i, 4);
        vota_store_be(quotient.be + i, 4, part / divisor);
        rest = part % divisor;
    }
    *ret = quotient;
    if (ret_remainder != NULL)
        *ret_remainder = (uint32_t)rest;
}

bool vota_u256_to_u64(uint64_t *ret, const struct vota_u256 *a)
{
    if (vota_u256_trim(a).len > 8)
        return false;
    *ret = vota_load_be(a->be + 24, 8);
    return true;
}

struct vota_slice vota_u256_trim(const struct vota_u256 *a)
{
    size_t zeros = 0;
    while (zeros < sizeof a->be && a->be[zeros] == 0)
        zeros++;
    return (struct vota_slice){a->be + zeros, sizeof a->be - zeros};
}

enum vota_status vota_quantity_read(struct vota_u256 *ret, const char *text, size_t len)
{
    if (len < 3 || len > 66 || text[0] != '0' || text[1] != 'x')
        return VOTA_BAD_INPUT;
    if (text[2] == '0' && len > 3)
        return VOTA_BAD_INPUT;
    char padded[66] = "0x";
    for (size_t i = 2; i < sizeof padded; i++)
        padded[i] = '0';
    vota_bytes_copy(padded + (sizeof padded - (len - 2)), text + 2, len - 2);
    struct vota_u256 value;
    const enum vota_status status =
        vota_hex_read_any(value.be, sizeof value.be, padded, sizeof padded);
    if (status == VOTA_OK)
        *ret = value;
    return status;
}

enum vota_status vota_quantity_read_u64(uint64_t *ret, const char *text, size_t len)
{
    struct vota_u256 value;
    const enum vota_status status = vota_quantity_read(&value, text, len);
    if (status != VOTA_OK)
        return status;
    return vota_u256_to_u64(ret, &value) ? VOTA_OK : VOTA_LIMIT;
}

void vota_quantity_write(struct vota_wr *wr, const struct vota_u256 *value)
{
    static const char digits[] = "0123456789abcdef";
    const struct vota_slice bytes = vota_u256_trim(value);
    vota_wr_text(wr, "0x");
    if (bytes.len == 0)
        vota_wr_byte(wr, '0');
    for (size_t i = 0; i < bytes.len; i++) {
        if (i > 0 || bytes.at[i] >= 16)
            vota_wr_byte(wr, (uint8_t)digits[bytes.at[i] / 16]);
        vota_wr_byte(wr, (uint8_t)digits[bytes.at[i] % 16]);
    }
}

void vota_quantity_write_u64(struct vota_wr *wr, uint64_t value)
{
    const struct vota_u256 wide = vota_u256_of(value);
    vota_quantity_write(wr, &wide);
}

/* ---- amounts for people ---- */

static const struct unit {
    const char *name; /* as written; read in any case */
    unsigned decimals;
} units[] = {
    [VOTA_UNIT_WEI] = {"wei", 0}, [VOTA_UNIT_GWEI] = {"gwei", 9}, [VOTA_UNIT_ETH] = {"ETH", 18}};

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const struct unit *find_unit(const char *text, size_t len)
{
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        size_t i = 0;
        while (i < len && units[u].name[i] != '\0' && lower(text[i]) == lower(units[u].name[i]))
            i++;
        if (i == len && units[u].name[i] == '\0')
            return &units[u];
    }
    return NULL;
}

/* Appends decimal digits to a number: value = value * 10^len + digits. */
static bool push_digits(struct vota_u256 *value, const char *digits, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const struct vota_u256 digit = vota_u256_of((uint64_t)(digits[i] - '0'));
        if (!vota_u256_mul(value, value, 10) || !vota_u256_add(value, value, &digit))
            return false;
    }
    return true;
}

static size_t count_digits(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && is_digit(text[n]))
        n++;
    return n;
}

enum vota_status vota_amount_read(struct vota_u256 *ret, const char *text, size_t len)
{
    const size_t whole = count_digits(text, len);
    size_t at = whole;
    size_t fraction = 0;
    if (at < len && text[at] == '.') {
        at++;
        fraction = count_digits(text + at, len - at);
        if (fraction == 0)
            return VOTA_BAD_INPUT;
        at += fraction;
    }
    const char *fraction_at = text + at - fraction;
    if (at < len && text[at] == ' ')
        at++;
    const struct unit *unit = find_unit(text + at, len - at);
    if (whole == 0 || unit == NULL || fraction > unit->decimals)
        return VOTA_BAD_INPUT;
    struct vota_u256 value = vota_u256_of(0);
    if (!push_digits(&value, text, whole) || !push_digits(&value, fraction_at, fraction) ||
        !push_digits(&value, "000000000000000000", unit->decimals - fraction))
        return VOTA_LIMIT;
    *ret = value;
    return VOTA_OK;
}

enum vota_status vota_amount_read_u64(uint64_t *ret, const char *text, size_t len)
{
    struct vota_u256 value;
    const enum vota_status status = vota_amount_read(&value, text, len);
    if (status != VOTA_OK)
        return status;
    return vota_u256_to_u64(ret, &value) ? VOTA_OK : VOTA_LIMIT;
}

/* Digits right-aligned at the end of `ret`; returns how many, at least one. */
static size_t decimal_digits(char ret[DECIMAL_DIGITS_MAX], const struct vota_u256 *value)
{
    struct vota_u256 rest = *value;
    size_t n = 0;
    do {
        uint32_t digit;
        vota_u256_div(&rest, &digit, &rest, 10);
        n++;
        ret[DECIMAL_DIGITS_MAX - n] = (char)('0' + (char)digit);
    } while (!vota_u256_is_zero(&rest));
    return n;
}

void vota_quantity_write_decimal(struct vota_wr *wr, const struct vota_u256 *value)
{
    char digits[DECIMAL_DIGITS_MAX];
    const size_t n = decimal_digits(digits, value);
    vota_wr_put(wr, digits + (DECIMAL_DIGITS_MAX - n), n);
}

void vota_amount_write(struct vota_wr *wr, const struct vota_u256 *wei, enum vota_unit unit)
{
    char digits[DECIMAL_DIGITS_MAX];
    for (size_t i = 0; i < sizeof digits; i++)
        digits[i] = '0';
    const size_t decimals = units[unit].decimals;
    size_t n = decimal_digits(digits, wei);
    if (n < decimals + 1)
        n = decimals + 1;
    size_t zeros = 0;
    while (zeros < decimals && digits[DECIMAL_DIGITS_MAX - 1 - zeros] == '0')
        zeros++;
    vota_wr_put(wr, digits + (DECIMAL_DIGITS_MAX - n), n - decimals);
    if (zeros < decimals) {
        vota_wr_byte(wr, '.');
        vota_wr_put(wr, digits + (DECIMAL_DIGITS_MAX - decimals), decimals - zeros);
    }
    vota_wr_byte(wr, ' ');
    vota_wr_text(wr, units[unit].name);
}
