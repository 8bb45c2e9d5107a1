/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a client was in a list of records, as text that means nothing to it:
 *
 *     f12.345.9c0b12d3e4f5    state, batch, position, first bytes of the leaf
 *     a678.0.0011aabbccdd     accepted records go by their row id instead
 *     f0                      before the first
 *
 * Numbers are decimal without leading zeros, bytes lower-case hex; one text a
 * cursor. The leaf tells a place of this store from one of another, and finds
 * it again in a store that was rebuilt. Pure.
 */
#ifndef VOTA_BRIDGE_HTTP_CURSOR_H
#define VOTA_BRIDGE_HTTP_CURSOR_H

#include "bridge/engine/prove.h"
#include "bridge/store/store_list.h"

#define VOTA_CURSOR_MAX 64u /* characters */

struct vota_cursor {
    enum vota_prove_state state; /* of the list */
    int64_t of;                  /* row id, or batch; 0: before the first */
    int64_t position;            /* in the batch; 0 for row ids */
    uint8_t start[VOTA_STORE_LEAF_START];
};

/* False unless the text is the one that vota_cursor_write makes of a cursor of that list. */
VOTA_MUST_USE bool vota_cursor_read(struct vota_cursor *ret_cursor, const char *text,
                                    enum vota_prove_state state);

void vota_cursor_write(char ret_text[VOTA_CURSOR_MAX + 1], const struct vota_cursor *cursor);

#endif
