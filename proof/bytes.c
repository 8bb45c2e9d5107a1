/* SPDX-License-Identifier: Apache-2.0 */
/* Loads, stores, cursors, wiping: see bytes.h. Knows no format. */
#include "proof/bytes.h"

void vota_bytes_copy(void *to, const void *from, size_t len)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    for (size_t i = 0; i < len; i++)
        t[i] = f[i];
}

void vota_bytes_zero(void *to, size_t len)
{
    uint8_t *t = to;
    for (size_t i = 0; i < len; i++)
        t[i] = 0;
}

int vota_bytes_compare(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    for (size_t i = 0; i < len; i++) {
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    }
    return 0;
}

bool vota_bytes_equal(const void *a, const void *b, size_t len)
{
    return vota_bytes_compare(a, b, len) == 0;
}

bool vota_bytes_equal_secret(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    unsigned difference = 0;
    for (size_t i = 0; i < len; i++)
        difference |= (unsigned)x[i] ^ (unsigned)y[i];
    return difference == 0;
}

void vota_bytes_wipe(void *secret, size_t len)
{
    /* A volatile store is a side effect, which the compiler may not drop. */
    volatile uint8_t *s = secret;
    for (size_t i = 0; i < len; i++)
        s[i] = 0;
}

bool vota_hash_equal(const vota_hash *a, const vota_hash *b)
{
    return vota_bytes_equal(a->bytes, b->bytes, sizeof a->bytes);
}

bool vota_hash_is_zero(const vota_hash *hash)
{
    static const vota_hash zero;
    return vota_hash_equal(hash, &zero);
}

bool vota_addr_equal(const vota_addr *a, const vota_addr *b)
{
    return vota_bytes_equal(a->bytes, b->bytes, sizeof a->bytes);
}

bool vota_addr_is_zero(const vota_addr *addr)
{
    static const vota_addr zero;
    return vota_addr_equal(addr, &zero);
}

uint64_t vota_load_be(const uint8_t *from, size_t len)
{
    VOTA_ASSERT(len <= 8);
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = (value << 8u) | from[i];
    return value;
}

void vota_store_be(uint8_t *to, size_t len, uint64_t value)
{
    VOTA_ASSERT(len <= 8);
    for (size_t i = len; i > 0; i--) {
        to[i - 1] = (uint8_t)(value & 0xffu);
        value >>= 8u;
    }
}

bool vota_add(size_t *ret_sum, size_t a, size_t b)
{
    if (b > SIZE_MAX - a)
        return false;
    *ret_sum = a + b;
    return true;
}

bool vota_mul(size_t *ret_product, size_t a, size_t b)
{
    if (a != 0 && b > SIZE_MAX / a)
        return false;
    *ret_product = a * b;
    return true;
}

struct vota_rd vota_rd_of(const void *bytes, size_t len)
{
    return (struct vota_rd){.at = bytes, .left = len};
}

struct vota_rd vota_rd_of_slice(struct vota_slice slice)
{
    return vota_rd_of(slice.at, slice.len);
}

const uint8_t *vota_rd_take(struct vota_rd *rd, size_t len)
{
    if (len > rd->left)
        return NULL;
    const uint8_t *taken = rd->at;
    if (len > 0)
        rd->at += len; /* NULL + 0 is undefined, and an empty reader may hold NULL */
    rd->left -= len;
    return taken;
}

struct vota_wr vota_wr_of(void *buffer, size_t cap)
{
    return (struct vota_wr){.to = buffer, .cap = cap, .len = 0};
}

void vota_wr_put(struct vota_wr *wr, const void *bytes, size_t len)
{
    VOTA_ASSERT(len <= SIZE_MAX - wr->len);
    if (wr->len <= wr->cap && len > 0 && len <= wr->cap - wr->len)
        vota_bytes_copy(wr->to + wr->len, bytes, len);
    wr->len += len;
}

void vota_wr_byte(struct vota_wr *wr, uint8_t byte)
{
    vota_wr_put(wr, &byte, 1);
}

void vota_wr_text(struct vota_wr *wr, const char *text)
{
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    vota_wr_put(wr, text, len);
}

bool vota_wr_fits(const struct vota_wr *wr)
{
    return wr->len <= wr->cap;
}

void vota_fail_note(struct vota_error *err, enum vota_status status, const char *where,
                    const char *reason)
{
    if (err == NULL || err->status != VOTA_OK)
        return;
    err->status = status;
    err->where = where;
    struct vota_wr wr = vota_wr_of(err->text, sizeof err->text - 1);
    for (size_t i = 0; reason[i] != '\0' && wr.len < wr.cap; i++)
        vota_wr_byte(&wr, (uint8_t)reason[i]);
    err->text[wr.len] = '\0';
}
