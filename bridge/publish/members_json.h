/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes a parsed JSON object apart, member by member: each must be there, of
 * its type and in its one form, and none may be left over. The reader remembers
 * its first failure, so that a format is read straight through and
 * vota_members_end asked once. Knows no format.
 */
#ifndef VOTA_BRIDGE_PUBLISH_MEMBERS_JSON_H
#define VOTA_BRIDGE_PUBLISH_MEMBERS_JSON_H

#include "bridge/publish/canon.h"

struct json_t; /* jansson's; only files named *json.c look inside */

#define VOTA_MEMBERS_MAX_NUMBER UINT64_C(9007199254740991) /* 2^53 - 1 */

/*
 * Failures are BAD_INPUT with err->where = the key (or `name`) and err->text one
 * of "not-json", "bad-type", "missing-member", "unknown-member", "bad-number",
 * "bad-hex", "bad-value" (another than the one fixed word), "too-many".
 */
struct vota_members {
    const struct json_t *object;
    const char *name;
    size_t asked; /* how many members were there when asked for */
    enum vota_status status;
    struct vota_error *err;
};

/* Parses a text that is one JSON object; members twice are refused. The caller frees. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_members_parse(struct json_t **ret_object, const void *text,
                                                  size_t len, struct vota_error *err);
void vota_members_free(struct json_t *object); /* NULL is fine */

/* Begins to read `object` (NULL counts as one of a wrong type); name: static, for errors. */
struct vota_members vota_members_of(const struct json_t *object, const char *name,
                                    struct vota_error *err);

/* Whether an optional member is there; does not count as asked. */
bool vota_members_has(const struct vota_members *members, const char *key);

/* The member as it was parsed, NULL after a failure. Borrowed. */
const struct json_t *vota_members_get(struct vota_members *members, const char *key);

/* Values; zero or empty after a failure. Text is borrowed from the parsed object. */
uint64_t vota_members_number(struct vota_members *members, const char *key);
struct vota_slice vota_members_text(struct vota_members *members, const char *key);
void vota_members_hex(struct vota_members *members, void *ret_bytes, size_t len, const char *key);
void vota_members_word(struct vota_members *members, const char *key, const char *word);

/* Items of an array member: how many (0 after a failure; "too-many" above max), and each. */
size_t vota_members_count(struct vota_members *members, const struct json_t **ret_array,
                          const char *key, size_t max);
const struct json_t *vota_members_item(const struct json_t *array, size_t i);
uint64_t vota_members_item_number(struct vota_members *members, const struct json_t *array,
                                  size_t i);
void vota_members_item_hex(struct vota_members *members, void *ret_bytes, size_t len,
                           const struct json_t *array, size_t i);

/* The hex digits of a value, for bytes of any length: their text, empty after a failure. */
struct vota_slice vota_members_digits(struct vota_members *members, const struct json_t *value);

/* Every field of the table into the struct. */
void vota_members_flat(struct vota_members *members, void *to,
                       const struct vota_canon_flat *fields);

/* Records a failure of the format that is being read. */
void vota_members_refuse(struct vota_members *members, const char *where, const char *reason);

/* The first failure, or "unknown-member" when the object has more than was asked for. */
VOTA_MUST_USE enum vota_status vota_members_end(struct vota_members *members);

#endif
