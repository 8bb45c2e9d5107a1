/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a judgement share. Not for callers: they have breach_judge.h. */
#ifndef VOTA_BRIDGE_BREACH_BREACH_PARTS_H
#define VOTA_BRIDGE_BREACH_BREACH_PARTS_H

#include "bridge/breach/breach_judge.h"

/* One judgement under way. */
struct vota_breach_judging {
    struct vota_breach_report *report;
    const struct vota_breach *breach;
    const struct vota_breach_trust *trust;
    vota_hash heads[VOTA_BREACH_MAX_CONTRACTS]; /* proven; zero where nothing is */
};

/*
 * The next finding, without a comparison; where there is no more room, one that
 * nobody sees. Valid until the next call.
 */
struct vota_breach_finding *vota_breach_add(struct vota_breach_report *report,
                                            enum vota_breach_code code, enum vota_verdict state,
                                            size_t contract);

void vota_breach_set_hashes(struct vota_breach_finding *finding, const vota_hash *left,
                            const vota_hash *right);
void vota_breach_set_addresses(struct vota_breach_finding *finding, const vota_addr *left,
                               const vota_addr *right);
void vota_breach_set_numbers(struct vota_breach_finding *finding, enum vota_compared compared,
                             uint64_t left, uint64_t right);

/* breach_prove.c: whose contracts these are, and that their journals are the chain's. */
void vota_breach_prove(struct vota_breach_judging *judging);

/* breach_promise.c: who promised what. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_breach_promised(struct vota_breach_judging *judging);

/* Entries first to last, as far as they come before `number`, are as if absent. */
struct vota_breach_range {
    uint64_t first, last, number;
};

/* breach_lists.c: what is known of the leaf lists of all journals. */
struct vota_breach_lists {
    uint8_t *own;               /* of the first contract's entries: enum vota_promise_list */
    struct vota_entry *entries; /* of the others', without those that only name the next */
    uint8_t *later;             /* and of these */
    size_t length;              /* of entries and later */
    struct vota_breach_range *disavowed;
    size_t disavowed_count;
};

/* Rebuilds the root of every batch that is told. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_breach_lists_init(struct vota_breach_lists *ret_lists,
                                                      const struct vota_breach *breach,
                                                      const vota_hash *leaf);
void vota_breach_lists_done(struct vota_breach_lists *lists);

/* Every batch of the bundle's journals, in their order. */
struct vota_breach_walk {
    const struct vota_breach_lists *lists;
    const struct vota_breach *breach;
    size_t place; /* of the next entry, over all of them */
};

/* One of them. */
struct vota_breach_seen {
    const struct vota_entry *entry;
    enum vota_promise_list list;
    bool is_disavowed;
};

struct vota_breach_walk vota_breach_walk_of(const struct vota_breach_lists *lists,
                                            const struct vota_breach *breach);
bool vota_breach_walk_next(struct vota_breach_walk *walk, struct vota_breach_seen *ret_seen);

/* Whether a later entry of the bundle's journals says that this one is as if absent. */
bool vota_breach_is_disavowed(const struct vota_breach_lists *lists, uint64_t number);

#endif
