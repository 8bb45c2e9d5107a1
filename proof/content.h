/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The content of a record (PROTOCOL 1): one canonical JSON text of at most
 * 16 KiB, and whether it counts in its register (PROTOCOL 6).
 *
 *   vote, endorsement  {"cast_at","choice":[id, ...]}  ids in definition order,
 *                      none twice; cast_at a full minute
 *   proposal           {"body","cast_at","title"}
 *   procedure          {"cast_at","document_sha256","step","title"}
 *                      document_sha256: 64 lower-case digits without 0x
 *
 * A tombstone is a procedure content with the step "erased" whose title is a
 * leaf in 0x hex. Must not know rows or journals.
 */
#ifndef VOTA_PROOF_CONTENT_H
#define VOTA_PROOF_CONTENT_H

#include "proof/definition.h"

#define VOTA_CONTENT_MAX_BYTES 16384u

/* One bit an option, option i in byte i / 8, bit i % 8. */
#define VOTA_CONTENT_CHOICE_BYTES ((VOTA_DEFINITION_MAX_OPTIONS + 7u) / 8u)

/* What the counting rule makes of a content; all but the last are invalid. */
enum vota_content_verdict {
    VOTA_CONTENT_NOT_CANONICAL = 0, /* also: repeated or unordered choices, seconds in a vote */
    VOTA_CONTENT_TOO_LONG,
    VOTA_CONTENT_UNKNOWN_OPTION,
    VOTA_CONTENT_WRONG_NUMBER, /* of choices */
    VOTA_CONTENT_CAST_AT_OUTSIDE,
    VOTA_CONTENT_COUNTED
};

/* A content that has been read; slices borrow from it and are raw (jcs.h). */
struct vota_content {
    uint64_t cast_at;
    size_t chosen_count; /* 0 = blank */
    uint8_t chosen[VOTA_CONTENT_CHOICE_BYTES];
    struct vota_slice title, body, step; /* of the kinds that have them, else empty */
    uint8_t document_sha256[32];
    bool is_tombstone;
    vota_hash erased_leaf; /* of a tombstone */
};

/*
 * Judges a content against its register's definition. *ret_content is set
 * (in part, for contents that are not COUNTED: for messages only).
 */
enum vota_content_verdict vota_content_check(struct vota_content *ret_content,
                                             const struct vota_definition *definition,
                                             struct vota_slice content);

bool vota_content_is_chosen(const struct vota_content *content, size_t option);

/* "counted", "not canonical", "unknown option", ...: static. */
const char *vota_content_verdict_name(enum vota_content_verdict verdict);

/*
 * Appends the canonical content of a vote or endorsement: `chosen` is a set of
 * options as above, of which the definition's first option_count count. Checks
 * nothing: a caller that has not yet checked number and time runs
 * vota_content_check over the result.
 */
void vota_content_write_choice(struct vota_wr *wr, const struct vota_definition *definition,
                               uint64_t cast_at, const uint8_t *chosen);

/* Appends those of the other kinds; title, body, step are plain UTF-8. */
void vota_content_write_proposal(struct vota_wr *wr, uint64_t cast_at, struct vota_slice title,
                                 struct vota_slice body);
void vota_content_write_procedure(struct vota_wr *wr, uint64_t cast_at, struct vota_slice title,
                                  struct vota_slice step, const uint8_t document_sha256[32]);

#endif
