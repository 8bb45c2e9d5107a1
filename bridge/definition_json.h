/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The definition as a person writes it, in any JSON form, to the parts that
 * proof/definition.h writes canonically. What may be left out:
 *
 *   text          the title
 *   options       endorsement: one, "endorse"; an option may be a plain string,
 *                 which is then its label in both languages and gets the id "1",
 *                 "2", ... by its place
 *   title, text   may be a plain string: the same in both languages
 *   choices       vote: exactly one
 *   opens_at      the next full minute
 *   counts_until  closes_at + 24 h
 *   results_by    counts_until + 7 days
 *   anchor_within 3600
 *   eligible, threshold   0
 *   revision      first; all for proposal and procedure
 *   disclosure    on_close
 *   tag_key_hash  of a pepper that the caller makes
 *   format        the only one there is
 *
 * Times may be written with any zone (when.h). It decides no rule of the
 * definition: that is proof/definition.c, which reads what this gives.
 */
#ifndef VOTA_BRIDGE_DEFINITION_JSON_H
#define VOTA_BRIDGE_DEFINITION_JSON_H

#include "proof/definition.h"

#define VOTA_DEFINITION_JSON_MAX ((size_t)64 * 1024)

/* What a file says, with what it left out filled in. Owns heap until done. */
struct vota_definition_draft {
    struct vota_definition_parts parts;
    bool has_tag_key_hash; /* else parts.tag_key_hash is zero and the caller's to set */
    struct json_t *json;   /* what the slices of parts borrow from, beside the members below */
    struct vota_definition_option_parts *options;
    char (*ordinals)[8];
    char (*times)[24];
};

/* Where in the file, and why. */
struct vota_definition_problem {
    char where[96]; /* "options[2].ko"; empty: the whole file */
    const char
        *reason;      /* static: those of jcs.h, and "duplicate-key", "not-a-moment", "no-memory" */
    int line, column; /* of what is no JSON; 0: not known */
};

/* `now` is the time that opens_at is rounded up from. BAD_INPUT or NO_MEMORY with *ret_problem. */
VOTA_MUST_USE enum vota_status
vota_definition_json_read(struct vota_definition_draft *ret_draft, const char *text, size_t len,
                          uint64_t now, struct vota_definition_problem *ret_problem);

void vota_definition_json_done(struct vota_definition_draft *draft);

/* Version of the JSON library in use, for `version`: "2.14"; static. */
const char *vota_definition_json_library(void);

#endif
