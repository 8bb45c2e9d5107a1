/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259) as people and other programs write it: any spacing, any order,
 * where proof/jcs.h reads only the one canonical form. A text is checked whole,
 * once; after that a value is the slice of the text that it stands in, and its
 * members are walked over. Refuses what is no text to agree on: invalid UTF-8,
 * U+0000 and lone surrogates in strings, a byte order mark, more than one value.
 * No allocation, no recursion. Knows no format; repeated keys are fields.h's.
 */
#ifndef VOTA_VIEW_SCAN_H
#define VOTA_VIEW_SCAN_H

#include "proof/bytes.h"

#define VOTA_SCAN_MAX_DEPTH 32u /* of objects and arrays: no format of ours has more than 5 */

enum vota_scan_type {
    VOTA_SCAN_NOTHING = 0, /* an empty slice: no value */
    VOTA_SCAN_OBJECT,
    VOTA_SCAN_ARRAY,
    VOTA_SCAN_STRING,
    VOTA_SCAN_NUMBER,
    VOTA_SCAN_TRUE,
    VOTA_SCAN_FALSE,
    VOTA_SCAN_NULL
};

/*
 * Checks that a text is one value between blanks; *ret_value is that value.
 * BAD_INPUT "not-utf8", "not-json", "too-deep", "nul", "lone-surrogate" (where: "text").
 */
VOTA_MUST_USE enum vota_status vota_scan_check(struct vota_slice *ret_value, const void *text,
                                               size_t len, struct vota_error *err);

/* What follows assumes values of a text that was checked. */
enum vota_scan_type vota_scan_type_of(struct vota_slice value);

/* The characters between a string's quotes, escapes and all. Assumes a string. */
struct vota_slice vota_scan_raw(struct vota_slice string);

/* Appends what a raw string stands for: never longer than the raw string. */
void vota_scan_unescape(struct vota_wr *wr, struct vota_slice raw);

/* A walk over the members of an object, or the items of an array. */
struct vota_scan_walk {
    struct vota_rd rd;
    bool is_object;
};

/* Begins a walk; over a value of another type it ends at once. */
struct vota_scan_walk vota_scan_walk_of(struct vota_slice value);

/* The next value, and for an object its raw key (else empty); false at the end. */
bool vota_scan_next(struct vota_scan_walk *walk, struct vota_slice *ret_key,
                    struct vota_slice *ret_value);

#endif
