/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of openings/<register hash>.ndjson (PROTOCOL 11):
 *
 *   {"content":<text>,"leaf":<0x hash>,"salt":<0x hash>}
 *
 * There are as many as records, so a line is read without building a tree: by
 * the reader of canonical JSON in proof/, into the caller's memory. Whether an
 * opening hashes to a row is the counting rule's question.
 */
#ifndef VOTA_BRIDGE_PUBLISH_OPENINGS_JSON_H
#define VOTA_BRIDGE_PUBLISH_OPENINGS_JSON_H

#include "proof/content.h"

/* The longest line, its end not counted: every byte of a content as \u00xx, and 256 around it. */
#define VOTA_OPENINGS_MAX_LINE (6u * VOTA_CONTENT_MAX_BYTES + 256u)

struct vota_opening {
    vota_hash leaf;
    vota_hash salt;
    struct vota_slice content; /* the exact text that is hashed */
};

/* Appends a line without its end; a first pass with cap 0 measures. */
void vota_openings_json_write(struct vota_wr *wr, const struct vota_opening *opening);

/*
 * Reads exactly one line, without its end. The content is written to
 * `ret_content`, from which ret_opening borrows.
 * BAD_INPUT with a reason of proof/jcs.h or "bad-hash"; LIMIT "too-long" for a
 * content above VOTA_CONTENT_MAX_BYTES.
 */
VOTA_MUST_USE enum vota_status vota_openings_json_read(struct vota_opening *ret_opening,
                                                       uint8_t ret_content[VOTA_CONTENT_MAX_BYTES],
                                                       struct vota_slice line,
                                                       struct vota_error *err);

#endif
