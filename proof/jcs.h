/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON that is hashed (PROTOCOL 1): RFC 8785 narrowed to closed sets of ASCII
 * keys, integers 0 to 2^53 - 1 and strings of valid UTF-8 without U+0000.
 *
 *   object   { "key":value,"key":value }   keys ascending, all of them, no space
 *   number   0 | [1-9][0-9]*
 *   string   \" \\ \b \t \n \f \r, \u00xx (lower case) for other controls,
 *            every other character as itself: nothing else may be escaped
 *
 * A text has one canonical form, so it is read front to back against the keys
 * that must come. Must not know what a definition or a content says.
 */
#ifndef VOTA_PROOF_JCS_H
#define VOTA_PROOF_JCS_H

#include "proof/bytes.h"

#define VOTA_JCS_MAX_NUMBER UINT64_C(9007199254740991)

/* What vota_jcs_next_char answers where there is no valid UTF-8. */
#define VOTA_JCS_BAD_CHAR UINT32_MAX

/* One key of a closed object, and the name that errors give it ("choices.max"). */
struct vota_jcs_member {
    const char *key;
    const char *where;
};

/* Appends a string with its quotes. Assumes valid UTF-8: it is not looked at. */
void vota_jcs_write_string(struct vota_wr *wr, const void *text, size_t len);

/* Appends a number; one above VOTA_JCS_MAX_NUMBER is refused when it is read. */
void vota_jcs_write_number(struct vota_wr *wr, uint64_t number);

/* The next code point, or VOTA_JCS_BAD_CHAR (overlong, surrogate, cut off, beyond 10FFFF). */
uint32_t vota_jcs_next_char(struct vota_rd *rd);
bool vota_jcs_is_utf8(const void *text, size_t len);

/*
 * A string as read is a slice of the text between its quotes, escapes and all:
 * "raw". Appends what it stands for.
 */
void vota_jcs_unescape(struct vota_wr *wr, struct vota_slice raw);

/* Whether a raw string stands for exactly this text. */
bool vota_jcs_equal(struct vota_slice raw, const void *text, size_t len);

/* The next code point that a raw string stands for. Assumes a string as read, not at its end. */
uint32_t vota_jcs_next_raw(struct vota_rd *raw);

/*
 * A reader that remembers its first failure: afterwards every call answers
 * nothing (0, an empty slice, false), so that a format is read straight through
 * and vota_jcs_end asked once. `err` may be NULL.
 *
 * Reasons: "not-utf8", "not-json", "not-canonical" (valid JSON in another form,
 * members out of order or twice), "unknown-key", "missing-key", "bad-type",
 * "bad-number" (negative, above 2^53 - 1), "nul", "lone-surrogate".
 */
struct vota_jcs {
    struct vota_rd rd;
    const char *where;
    enum vota_status status;
    struct vota_error *err;
};

/* Starts over a whole text, all of which must be UTF-8; `where` is what errors call it. */
void vota_jcs_init(struct vota_jcs *jcs, const void *text, size_t len, const char *where,
                   struct vota_error *err);

/* Records a failure of the format above, at the member being read. */
void vota_jcs_refuse(struct vota_jcs *jcs, const char *where, const char *reason);
bool vota_jcs_ok(const struct vota_jcs *jcs);

/* '{', a key and its ':' (after ',' but for the first), '}' of an object with n members. */
void vota_jcs_object(struct vota_jcs *jcs);
void vota_jcs_key(struct vota_jcs *jcs, const struct vota_jcs_member *members, size_t n, size_t i);
void vota_jcs_object_end(struct vota_jcs *jcs, const struct vota_jcs_member *members, size_t n);

/* '['; then before each item whether there is one (after ',' but for the first), else takes ']'. */
void vota_jcs_array(struct vota_jcs *jcs);
bool vota_jcs_item(struct vota_jcs *jcs, bool first);

struct vota_slice vota_jcs_string(struct vota_jcs *jcs); /* raw */
uint64_t vota_jcs_number(struct vota_jcs *jcs);

/* The first failure, or that of bytes left over. */
VOTA_MUST_USE enum vota_status vota_jcs_end(struct vota_jcs *jcs);

#endif
