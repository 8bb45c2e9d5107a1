/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical JSON (view/canon.h) in heap memory: a whole text made, and a text that
 * was read held to the one that writing it makes. Knows no format.
 */
#ifndef VOTA_BRIDGE_PUBLISH_CANON_H
#define VOTA_BRIDGE_PUBLISH_CANON_H

#include "view/canon.h"

/* A member whose bytes are Base64 in its one form: for lists that would be twice as long in hex. */
void vota_canon_base64(struct vota_canon *canon, const char *key, const void *bytes, size_t len);

/* Appends the canonical form of some object. */
typedef void vota_canon_write(struct vota_wr *wr, const void *object);

/*
 * Whether the text from which an object was read is the one that writing it
 * makes: else BAD_INPUT "not-canonical".
 */
VOTA_MUST_USE enum vota_status vota_canon_check(const void *text, size_t len,
                                                vota_canon_write *write, const void *object,
                                                struct vota_error *err);

/* The canonical text of an object in heap memory that the caller frees. */
VOTA_MUST_USE enum vota_status vota_canon_make(uint8_t **ret_text, size_t *ret_len,
                                               vota_canon_write *write, const void *object);

#endif
