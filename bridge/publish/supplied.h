/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Openings that people bring to an audit: from full receipts, in any of their
 * forms, or from lines of openings as a publication has them. Whether they open
 * anything is the counting rule's question.
 */
#ifndef VOTA_BRIDGE_PUBLISH_SUPPLIED_H
#define VOTA_BRIDGE_PUBLISH_SUPPLIED_H

#include "bridge/publish/openings_json.h"

#define VOTA_SUPPLIED_MAX       1000000u
#define VOTA_SUPPLIED_MAX_BYTES ((size_t)256 << 20)

/* Owns the contents that its openings point to. */
struct vota_supplied {
    struct vota_opening *openings;
    size_t n, cap;
    struct vota_supplied_content *contents;
};

void vota_supplied_done(struct vota_supplied *supplied);

/*
 * Adds what a file holds. BAD_INPUT with the reason of the receipt's or the
 * line's reader, or "no-opening" for a receipt that shows none; *ret_line is the
 * line, 0 for a receipt. NOT_FOUND, IO, LIMIT, NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_supplied_read(struct vota_supplied *supplied, const char *path,
                                                  uint64_t *ret_line, struct vota_error *err);

#endif
