/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voteanchor.h: the public header of libvoteanchor, which checks receipts of
 * anchored citizen records without I/O, allocation, clock or global state.
 *
 * Law of arguments: the object first, then what is returned (ret_*), then
 * inputs (a length follows its pointer), then flags, and `err` last. A ret_
 * argument is untouched when the status is not VOTA_OK; a verdict is set to
 * VOTA_NOT_CHECKED first, so that a caller who forgets the status claims
 * nothing. Pointers that come back borrow from the inputs. Hashes are 32 bytes,
 * times unix seconds.
 */
#ifndef VOTEANCHOR_H
#define VOTEANCHOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define VOTA_API      __attribute__((visibility("default")))
#define VOTA_MUST_USE __attribute__((warn_unused_result))
#else
#define VOTA_API
#define VOTA_MUST_USE
#endif

/* What a function could do. Never what it found out: that is a verdict. */
enum vota_status {
    VOTA_OK = 0,
    VOTA_BAD_INPUT, /* bytes or arguments that the format or the rules refuse */
    VOTA_NOT_FOUND,
    VOTA_LIMIT, /* a documented ceiling was reached */
    VOTA_NO_MEMORY,
    VOTA_IO,       /* disk, database, clock, random source */
    VOTA_REMOTE,   /* another machine did not answer, or not sensibly */
    VOTA_CONFLICT, /* the state of things does not allow it */
    VOTA_INTERNAL
};

/* PROTOCOL 8: three answers, never merged. The zero value claims nothing. */
enum vota_verdict { VOTA_NOT_CHECKED = 0, VOTA_VALID = 1, VOTA_NOT_VALID = 2 };

typedef struct vota_hash {
    uint8_t bytes[32];
} vota_hash;

typedef struct vota_addr {
    uint8_t bytes[20];
} vota_addr;

/* Borrowed bytes: valid as long as what they point into. */
struct vota_slice {
    const uint8_t *at;
    size_t len;
};

/* Detail of a failure, owned by the caller; the first error wins. */
struct vota_error {
    enum vota_status status;
    const char *where; /* a static string: the member or part concerned */
    char text[160];    /* a static reason code of the file, e.g. "bad-time" */
};

/* The public half of a record, as it is hashed: 96 bytes without padding. */
struct vota_row {
    vota_hash register_hash;
    vota_hash tag;
    vota_hash content_hash;
};

#ifdef __cplusplus
}
#endif

#endif
