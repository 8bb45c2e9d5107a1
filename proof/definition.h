/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The definition of a register (PROTOCOL 1): one canonical JSON text of at most
 * 32 KiB with 18 members, hashed as it is.
 *
 *   anchor_within  seconds >= 1: how soon an accepted record is anchored
 *   choices        {"max","min"}  vote 0 <= min <= max, 1 <= max <= options;
 *                  endorsement 1, 1; others 0, 0
 *   closes_at      full minute, > opens_at
 *   counts_until   >= closes_at
 *   department     string
 *   disclosure     live | on_close | never
 *   eligible       number, 0 = not stated
 *   format         voteanchor-register-v1
 *   id             [a-z0-9-]{1,64}
 *   kind           vote | endorsement | proposal | procedure
 *   opens_at       full minute
 *   options        [{"en","id","ko"}]  vote >= 2, endorsement 1, others 0;
 *                  ids [a-z0-9-]{1,32}; no two ids, no two en, no two ko equal
 *   results_by     >= closes_at
 *   revision       first | last | all; all exactly for proposal and procedure
 *   tag_key_hash   0x and 64 lower-case digits
 *   text           {"en","ko"}
 *   threshold      number, 0 outside endorsement
 *   title          {"en","ko"}
 *
 * Strings refuse what a reader cannot see or tell apart: controls (but \n inside
 * text), combining marks, conjoining jamo, format and filler characters, spaces
 * other than single inner U+0020. Must not know journals or records.
 */
#ifndef VOTA_PROOF_DEFINITION_H
#define VOTA_PROOF_DEFINITION_H

#include "proof/bytes.h"

#define VOTA_DEFINITION_FORMAT      "voteanchor-register-v1"
#define VOTA_DEFINITION_MAX_BYTES   32768u
#define VOTA_DEFINITION_MAX_ID      64u
#define VOTA_DEFINITION_MAX_OPT_ID  32u
#define VOTA_DEFINITION_MAX_OPTIONS 1170u /* an option is at least 28 bytes of text */

enum vota_register_kind {
    VOTA_REGISTER_VOTE,
    VOTA_REGISTER_ENDORSEMENT,
    VOTA_REGISTER_PROPOSAL,
    VOTA_REGISTER_PROCEDURE
};

/* Which of the records of one voter tag stands. */
enum vota_revision { VOTA_REVISION_FIRST, VOTA_REVISION_LAST, VOTA_REVISION_ALL };

/* When openings are public. */
enum vota_disclosure { VOTA_DISCLOSURE_LIVE, VOTA_DISCLOSURE_ON_CLOSE, VOTA_DISCLOSURE_NEVER };

/* A string inside the definition's text: raw, as jcs.h calls it. */
struct vota_definition_span {
    uint16_t at, len;
};

struct vota_definition_option {
    struct vota_definition_span id, en, ko;
};

/*
 * A definition that has been read; about 14 KiB. Slices borrow from the text.
 * id needs no unescaping; department, title_* and text_* are raw
 * (vota_jcs_unescape).
 */
struct vota_definition {
    struct vota_slice text; /* all of it, as hashed */
    enum vota_register_kind kind;
    enum vota_revision revision;
    enum vota_disclosure disclosure;
    struct vota_slice id, department, title_en, title_ko, text_en, text_ko;
    uint64_t opens_at, closes_at, counts_until, results_by;
    uint64_t anchor_within, eligible, threshold;
    uint64_t choices_min, choices_max; /* <= option_count */
    vota_hash tag_key_hash;
    size_t option_count;
    struct vota_definition_option options[VOTA_DEFINITION_MAX_OPTIONS];
};

/*
 * Reads the one text of a definition. *ret_definition borrows from it.
 * Returns BAD_INPUT with err->where naming the member and err->text the reason:
 * those of jcs.h, or "too-long", "bad-value", "bad-id", "bad-time",
 * "not-full-minute", "bad-order" (of times), "hidden-character", "other-space",
 * "spaces" (leading, trailing or double), "bad-hash", "bad-option-id",
 * "repeated-option", "equal-labels", "too-few-options", "endorsement-options"
 * (not one option, or not exactly one choice), "options-not-allowed" (options or
 * choices on a proposal or procedure), "bad-choices".
 */
VOTA_MUST_USE enum vota_status vota_definition_read(struct vota_definition *ret_definition,
                                                    const void *text, size_t len,
                                                    struct vota_error *err);

/* The register hash: keccak of the text. Any text has one; only a valid one opens a register. */
void vota_definition_hash(vota_hash *ret_hash, const void *text, size_t len);

/* The same of a definition that was read. */
void vota_definition_register(vota_hash *ret_hash, const struct vota_definition *definition);

/* Borrowed from the definition's text: ids as they are, labels raw. Assume i < option_count. */
struct vota_slice vota_definition_option_id(const struct vota_definition *definition, size_t i);
struct vota_slice vota_definition_option_en(const struct vota_definition *definition, size_t i);
struct vota_slice vota_definition_option_ko(const struct vota_definition *definition, size_t i);

/* The option with this id, byte for byte; NOT_FOUND if none. */
VOTA_MUST_USE enum vota_status
vota_definition_option_by_id(const struct vota_definition *definition, size_t *ret_option,
                             const void *id, size_t len);

/*
 * The option with this label, en or ko, byte for byte, given as plain UTF-8.
 * NOT_FOUND if none; CONFLICT if it is the en of one option and the ko of another.
 */
VOTA_MUST_USE enum vota_status
vota_definition_option_by_label(const struct vota_definition *definition, size_t *ret_option,
                                const void *label, size_t len);

/* "vote", "first", "on_close"...: as the text spells them; static. */
const char *vota_definition_kind_name(enum vota_register_kind kind);
const char *vota_definition_revision_name(enum vota_revision revision);
const char *vota_definition_disclosure_name(enum vota_disclosure disclosure);

/* What `register open` is given for one option; plain UTF-8, not escaped. */
struct vota_definition_option_parts {
    struct vota_slice id, en, ko;
};

/*
 * What a definition is made from: plain UTF-8, not escaped, not checked. Times
 * and names of kinds are texts, so that the reader gives every refusal.
 */
struct vota_definition_parts {
    struct vota_slice id, kind, department, title_en, title_ko, text_en, text_ko;
    struct vota_slice opens_at, closes_at, counts_until, results_by;
    struct vota_slice revision, disclosure;
    uint64_t anchor_within, eligible, threshold, choices_min, choices_max;
    vota_hash tag_key_hash;
    const struct vota_definition_option_parts *options;
    size_t option_count;
};

/*
 * Appends the canonical text of the parts, valid or not: numbers above
 * VOTA_JCS_MAX_NUMBER come out as they are and are refused on reading. Whoever
 * writes reads back with vota_definition_read before hashing.
 */
void vota_definition_write(struct vota_wr *wr, const struct vota_definition_parts *parts);

#endif
