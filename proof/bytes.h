/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only place where bytes become integers, and the only way forward over
 * bytes that came from outside: a reader that must be asked, a writer that
 * cannot overrun. Freestanding stand-ins for <string.h> live here too.
 */
#ifndef VOTA_PROOF_BYTES_H
#define VOTA_PROOF_BYTES_H

#include "proof/voteanchor.h"

/* A broken contract inside our own code. Input must never reach it; stays on in release. */
#define VOTA_ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())

/* Reads forward over borrowed bytes. */
struct vota_rd {
    const uint8_t *at;
    size_t left;
};

/*
 * Writes forward into the caller's buffer. `len` counts every byte that was
 * put, also those that did not fit, so that a first pass with cap 0 measures.
 */
struct vota_wr {
    uint8_t *to;
    size_t cap;
    size_t len;
};

void vota_bytes_copy(void *to, const void *from, size_t len); /* must not overlap */
void vota_bytes_zero(void *to, size_t len);
bool vota_bytes_equal(const void *a, const void *b, size_t len);  /* time depends on the data */
int vota_bytes_compare(const void *a, const void *b, size_t len); /* <0, 0, >0 as memcmp */

/* Equal in a time that depends on len alone: for MACs and tokens. */
bool vota_bytes_equal_secret(const void *a, const void *b, size_t len);

/* Overwrites a secret; not optimised away. */
void vota_bytes_wipe(void *secret, size_t len);

bool vota_hash_equal(const vota_hash *a, const vota_hash *b);
bool vota_hash_is_zero(const vota_hash *hash);
bool vota_addr_equal(const vota_addr *a, const vota_addr *b);
bool vota_addr_is_zero(const vota_addr *addr);

/* Big-endian integers of len bytes, len <= 8. */
uint64_t vota_load_be(const uint8_t *from, size_t len);
void vota_store_be(uint8_t *to, size_t len, uint64_t value);

/* a + b and a * b for sizes from outside: false, ret untouched, on overflow. */
VOTA_MUST_USE bool vota_add(size_t *ret_sum, size_t a, size_t b);
VOTA_MUST_USE bool vota_mul(size_t *ret_product, size_t a, size_t b);

struct vota_rd vota_rd_of(const void *bytes, size_t len);
struct vota_rd vota_rd_of_slice(struct vota_slice slice);

/* The next len bytes, or NULL (and nothing consumed) when fewer are left. */
const uint8_t *vota_rd_take(struct vota_rd *rd, size_t len);

struct vota_wr vota_wr_of(void *buffer, size_t cap);
void vota_wr_put(struct vota_wr *wr, const void *bytes, size_t len);
void vota_wr_byte(struct vota_wr *wr, uint8_t byte);
void vota_wr_text(struct vota_wr *wr, const char *text); /* without its NUL */
bool vota_wr_fits(const struct vota_wr *wr);             /* nothing was cut off */

/* Records the first error: later ones only follow from it. err may be NULL. */
void vota_fail_note(struct vota_error *err, enum vota_status status, const char *where,
                    const char *reason);

/*
 * Records the first error and returns its status, for `return vota_fail(...)`.
 * Here, so that compilers and analysers see that a refusal is never a success.
 */
static inline enum vota_status vota_fail(struct vota_error *err, enum vota_status status,
                                         const char *where, const char *reason)
{
    vota_fail_note(err, status, where, reason);
    return status;
}

#endif
