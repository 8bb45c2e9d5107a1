/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of one register: what was asked, what came of it, where every number
 * stands on chain, and how to check it oneself.
 */
#ifndef VOTA_BRIDGE_PAGE_REGISTER_PAGE_H
#define VOTA_BRIDGE_PAGE_REGISTER_PAGE_H

#include "bridge/page/frame.h"
#include "bridge/page/items.h"

/* What may be said of a register's numbers now: its disclosure rule, and nothing else, decides. */
enum vota_page_shows {
    VOTA_PAGE_SHOWS_NOTHING, /* no row is public yet */
    VOTA_PAGE_SHOWS_ROWS,    /* rows are public, choices are not */
    VOTA_PAGE_SHOWS_RUNNING, /* a count that goes on */
    VOTA_PAGE_SHOWS_COUNT,   /* the recount of a register that takes no more records */
    VOTA_PAGE_SHOWS_OWN      /* the city's own count, which nobody outside can repeat */
};

/* Pure. */
enum vota_page_shows vota_page_register_shows(const struct vota_page_register *reg);

/* A register and what its page is made from. */
struct vota_page_register_view {
    const struct vota_page_register *reg;
    const struct vota_recount *rows; /* as counted over all entries */
    struct vota_page_items *items;   /* NULL: not a register to be read */
};

/* Both pages of a register that was counted just now. */
VOTA_MUST_USE enum vota_status vota_page_register_write(const struct vota_page_site *site,
                                                        const struct vota_page_register *reg,
                                                        const struct vota_recount *rows);

/* Labels: what it is, and where it is in its life. */
void vota_page_register_kind(struct vota_page *page, const struct vota_page_register *reg);
void vota_page_register_phase(struct vota_page *page, const struct vota_page_register *reg);

/* The parts of the page, in their order. */
void vota_page_register_facts(struct vota_page *page, const struct vota_page_register *reg);
void vota_page_register_result(struct vota_page *page, const struct vota_page_register *reg);
void vota_page_register_published(struct vota_page *page, const struct vota_page_register *reg);
void vota_page_register_numbers(struct vota_page *page, const struct vota_page_register *reg);
void vota_page_register_items(struct vota_page *page, const struct vota_page_register_view *view);
void vota_page_register_chain(struct vota_page *page, const struct vota_page_register *reg);
void vota_page_register_check(struct vota_page *page, const struct vota_page_register *reg);

/* A file named for the register, in the directory of the network that opened it. */
void vota_page_register_file(const struct vota_page *page, const struct vota_page_register *reg,
                             char ret_path[VOTA_PAGE_PATH_CAP], const char *dir,
                             const char *ending);

/* The numbers that are shown: the recount's, or those of the city's own count. */
const uint64_t *vota_page_register_shown(const struct vota_page *page,
                                         const struct vota_page_register *reg);

#endif
