/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes a JSON object apart, member by member: each must be there once, of its
 * type and in its one form, and none may be left over. Keys, hex and fixed words
 * are compared as they stand, so that an escape where none is needed is refused.
 * The reader remembers its first failure, so that a format is read straight
 * through and vota_fields_end asked once. Freestanding; knows no format.
 */
#ifndef VOTA_VIEW_FIELDS_H
#define VOTA_VIEW_FIELDS_H

#include "view/canon.h"
#include "view/scan.h"

/*
 * Failures are BAD_INPUT with err->where = the key (or `name`) and err->text one
 * of those of scan.h or "bad-type", "missing-member", "unknown-member" (one more
 * than asked for, also one that is there twice), "bad-number", "bad-hex",
 * "bad-value" (another than the fixed words), "too-many".
 */
struct vota_fields {
    struct vota_slice object;
    const char *name;
    size_t asked; /* how many members were there when asked for */
    enum vota_status status;
    struct vota_error *err;
};

/* Begins to read an object; name: static, for errors. */
struct vota_fields vota_fields_of(struct vota_slice object, const char *name,
                                  struct vota_error *err);

/* Whether an optional member is there; does not count as asked. */
bool vota_fields_has(const struct vota_fields *fields, const char *key);

/* A member of any type, empty after a failure. */
struct vota_slice vota_fields_get(struct vota_fields *fields, const char *key);

uint64_t vota_fields_number(struct vota_fields *fields, const char *key);
bool vota_fields_bool(struct vota_fields *fields, const char *key);
struct vota_slice vota_fields_text(struct vota_fields *fields, const char *key); /* raw */
void vota_fields_hex(struct vota_fields *fields, void *ret_bytes, size_t len, const char *key);
void vota_fields_word(struct vota_fields *fields, const char *key, const char *word);

/* The index of a word in a list of n; n, and a refusal, when it is none of them. */
size_t vota_fields_choice(struct vota_fields *fields, const char *key, const char *const *words,
                          size_t n);

/* An array of at most max items: their number, and a walk over them that ends after them. */
size_t vota_fields_array(struct vota_fields *fields, struct vota_scan_walk *ret_walk,
                         const char *key, size_t max);

/* Items of such a walk: the next value, as its type; `where` is what errors call it. */
struct vota_slice vota_fields_item(struct vota_fields *fields, struct vota_scan_walk *walk);
void vota_fields_item_hex(struct vota_fields *fields, void *ret_bytes, size_t len,
                          struct vota_scan_walk *walk);
uint64_t vota_fields_item_number(struct vota_fields *fields, struct vota_scan_walk *walk);

/* Whether a value is the string of this word. */
bool vota_fields_is(struct vota_slice value, const char *word);

/* The hex digits of a value, for bytes of any length: their text, empty after a failure. */
struct vota_slice vota_fields_digits(struct vota_fields *fields, struct vota_slice value);

/* Every field of the table into the struct; texts come out raw. */
void vota_fields_flat(struct vota_fields *fields, void *to, const struct vota_canon_flat *table);

/* A member that is a flat object of its own. */
void vota_fields_inner(struct vota_fields *fields, void *to, const char *key,
                       const struct vota_canon_flat *table);

/* Records a failure of the format that is being read. */
void vota_fields_refuse(struct vota_fields *fields, const char *where, const char *reason);

/* The first failure, or "unknown-member" when the object has more than was asked for. */
VOTA_MUST_USE enum vota_status vota_fields_end(struct vota_fields *fields);

#endif
