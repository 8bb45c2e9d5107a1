/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base45: see base45.h. Two bytes a, b are one number 256 a + b = c + 45 d + 2025 e,
 * written as the digits c, d, e; a last single byte is c + 45 d, two digits.
 */
#include "proof/base45.h"

#define BASE       45u
#define PAIR_MAX   65535u
#define SINGLE_MAX 255u
#define NO_DIGIT   255u

static const char digits[BASE + 1] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

static enum vota_status bad(struct vota_error *err, const char *reason)
{
    return vota_fail(err, VOTA_BAD_INPUT, "qr", reason);
}

static void put_digits(struct vota_wr *wr, uint32_t number, size_t count)
{
    for (; count > 0; count--) {
        vota_wr_byte(wr, (uint8_t)digits[number % BASE]);
        number /= BASE;
    }
}

void vota_base45_write(struct vota_wr *wr, const uint8_t *bytes, size_t len)
{
    struct vota_rd rd = vota_rd_of(bytes, len);
    while (rd.left >= 2)
        put_digits(wr, (uint32_t)vota_load_be(vota_rd_take(&rd, 2), 2), 3);
    if (rd.left == 1)
        put_digits(wr, *vota_rd_take(&rd, 1), 2);
}

void vota_base45_write_qr(struct vota_wr *wr, const uint8_t *bytes, size_t len)
{
    vota_wr_text(wr, VOTA_BASE45_QR_PREFIX);
    vota_base45_write(wr, bytes, len);
}

static uint8_t digit_of(uint8_t character)
{
    for (uint8_t i = 0; i < BASE; i++) {
        if ((uint8_t)digits[i] == character)
            return i;
    }
    return NO_DIGIT;
}

/* count digits, lowest first; false if one of them is none. */
static bool read_group(uint32_t *ret_number, const uint8_t *text, size_t count)
{
    uint32_t number = 0;
    for (size_t i = count; i > 0; i--) {
        const uint8_t digit = digit_of(text[i - 1]);
        if (digit == NO_DIGIT)
            return false;
        number = number * BASE + digit;
    }
    *ret_number = number;
    return true;
}

/* Appends the bytes of all groups; false at the first that stands for none. */
static bool read_groups(struct vota_wr *wr, const char *text, size_t text_len)
{
    struct vota_rd rd = vota_rd_of(text, text_len);
    while (rd.left > 0) {
        const bool pair = rd.left >= 3;
        const size_t count = pair ? 3 : 2;
        uint32_t number;
        if (!read_group(&number, vota_rd_take(&rd, count), count))
            return false;
        if (number > (pair ? PAIR_MAX : SINGLE_MAX))
            return false;
        uint8_t bytes[2];
        vota_store_be(bytes, count - 1, number);
        vota_wr_put(wr, bytes, count - 1);
    }
    return true;
}

enum vota_status vota_base45_read(uint8_t *ret_bytes, size_t cap, size_t *ret_len, const char *text,
                                  size_t text_len, struct vota_error *err)
{
    struct vota_wr measure = vota_wr_of(NULL, 0);
    if (text_len % 3 == 1 || !read_groups(&measure, text, text_len))
        return bad(err, "base45");
    if (measure.len > cap)
        return vota_fail(err, VOTA_LIMIT, "qr", "base45-limit");
    struct vota_wr wr = vota_wr_of(ret_bytes, cap);
    *ret_len = read_groups(&wr, text, text_len) ? wr.len : 0;
    return VOTA_OK;
}

enum vota_status vota_base45_read_qr(uint8_t *ret_bytes, size_t cap, size_t *ret_len,
                                     const char *text, size_t text_len, struct vota_error *err)
{
    const size_t prefix = sizeof VOTA_BASE45_QR_PREFIX - 1;
    if (ret_bytes == NULL || ret_len == NULL || text == NULL)
        return bad(err, "null-argument");
    if (text_len < prefix || !vota_bytes_equal(text, VOTA_BASE45_QR_PREFIX, prefix))
        return bad(err, "qr-prefix");
    return vota_base45_read(ret_bytes, cap, ret_len, text + prefix, text_len - prefix, err);
}
