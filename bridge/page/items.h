/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest counted records of a proposal or procedure register, for people to
 * read: which they are, and what they say, as their published openings have it.
 * Memory holds a place a record shown and one content, never all of them.
 */
#ifndef VOTA_BRIDGE_PAGE_ITEMS_H
#define VOTA_BRIDGE_PAGE_ITEMS_H

#include "bridge/page/counted.h"

#define VOTA_PAGE_ITEMS_MAX 300u /* on a page */

/* Where one record's opening lies. */
struct vota_page_item {
    uint32_t place;     /* of its entry */
    uint32_t part;      /* of the line, whose openings have it */
    uint64_t at, bytes; /* of its line in that file */
    vota_hash leaf;
};

struct vota_page_items {
    struct vota_page_item *items; /* newest entry first, then in leaf order */
    size_t n;
    uint64_t counted;                             /* how many there are in all */
    struct vota_slice files[VOTA_PAGE_PARTS_MAX]; /* openings, mapped; of each part */
    uint8_t *content;                             /* of the one read last */
};

/* `rows` as they were counted last. NO_MEMORY, IO. Release with vota_page_items_done always. */
VOTA_MUST_USE enum vota_status vota_page_items_init(struct vota_page_items *ret_items,
                                                    const struct vota_page_line *line,
                                                    const struct vota_page_register *reg,
                                                    const struct vota_recount *rows,
                                                    struct vota_error *err);
void vota_page_items_done(struct vota_page_items *items);

/* What item i says; slices are raw (jcs.h) and hold until the next call. */
VOTA_MUST_USE enum vota_status vota_page_items_read(struct vota_page_items *items, size_t i,
                                                    const struct vota_page_register *reg,
                                                    struct vota_content *ret_content,
                                                    struct vota_error *err);

#endif
