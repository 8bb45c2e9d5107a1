/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON in the one form of RFC 8785 that published files have (PROTOCOL
 * 11): no space, members in the order of their keys, which is the order in which
 * the caller puts them. Flat objects are described once, by a table, that both
 * this writer and the readers (fields.h, and members_json.h of what is published)
 * walk. Freestanding. Knows no file and no meaning; numbers above 2^53 - 1 are the caller's
 * mistake.
 */
#ifndef VOTA_VIEW_CANON_H
#define VOTA_VIEW_CANON_H

#include "proof/bytes.h"

/* One text being written. `some`: the innermost object or array has a member already. */
struct vota_canon {
    struct vota_wr *wr;
    bool some;
};

struct vota_canon vota_canon_of(struct vota_wr *wr);

/* `key` is NULL inside an array and for the outermost value. */
void vota_canon_object(struct vota_canon *canon, const char *key);
void vota_canon_object_end(struct vota_canon *canon);
void vota_canon_array(struct vota_canon *canon, const char *key);
void vota_canon_array_end(struct vota_canon *canon);

void vota_canon_number(struct vota_canon *canon, const char *key, uint64_t number);
void vota_canon_text(struct vota_canon *canon, const char *key, struct vota_slice utf8);
void vota_canon_word(struct vota_canon *canon, const char *key, const char *ascii);
void vota_canon_raw(struct vota_canon *canon, const char *key, struct vota_slice json);
void vota_canon_bool(struct vota_canon *canon, const char *key, bool value); /* hashed by nobody */
void vota_canon_hex(struct vota_canon *canon, const char *key, const void *bytes, size_t len);
void vota_canon_hash(struct vota_canon *canon, const char *key, const vota_hash *hash);
void vota_canon_addr(struct vota_canon *canon, const char *key, const vota_addr *addr);
void vota_canon_numbers(struct vota_canon *canon, const char *key, const uint64_t *numbers,
                        size_t n);
void vota_canon_hashes(struct vota_canon *canon, const char *key, const vota_hash *hashes,
                       size_t n);

/* What stands before a value that the caller writes: a comma after the one before, and its key. */
void vota_canon_lead(struct vota_canon *canon, const char *key);

/* What a member of a flat object is, in C and in JSON. */
enum vota_canon_type {
    VOTA_CANON_NUMBER,    /* uint64_t        0 .. 2^53 - 1 */
    VOTA_CANON_HASH,      /* vota_hash       0x hex */
    VOTA_CANON_ADDR,      /* vota_addr       0x hex */
    VOTA_CANON_SIGNATURE, /* uint8_t[65]     0x hex */
    VOTA_CANON_TEXT,      /* vota_slice      string */
    VOTA_CANON_WORD       /* nothing         the fixed string `word` */
};

struct vota_canon_field {
    const char *key;
    enum vota_canon_type type;
    size_t offset;    /* into the struct */
    const char *word; /* WORD only */
};

/* An object with exactly these members, in the order of their keys. */
struct vota_canon_flat {
    const struct vota_canon_field *fields;
    size_t n;
};

void vota_canon_flat(struct vota_canon *canon, const char *key,
                     const struct vota_canon_flat *fields, const void *from);

#endif
