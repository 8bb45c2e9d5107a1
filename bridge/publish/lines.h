/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal in memory with what its events emitted: as journal.ndjson has it, or
 * as it was read from the chain. The arrays run in step, so that proof/ can use
 * entries and definitions as they are. Judges nothing.
 */
#ifndef VOTA_BRIDGE_PUBLISH_LINES_H
#define VOTA_BRIDGE_PUBLISH_LINES_H

#include "bridge/publish/journal_json.h"

#define VOTA_LINES_MAX 4000000u /* entries: one a minute for seven years */

struct vota_lines_counts {
    uint64_t *numbers;
    size_t n;
};

struct vota_lines {
    struct vota_entry *entries;
    struct vota_slice *texts; /* definition, reason, or nothing; owned */
    struct vota_lines_counts *counts;
    vota_hash *heads; /* as told: whether they follow is vota_lines_fold's */
    vota_hash *transactions;
    size_t n, cap;
};

void vota_lines_init(struct vota_lines *ret_lines);
void vota_lines_done(struct vota_lines *lines);

/* Adds a copy of the line. LIMIT above VOTA_LINES_MAX, NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_lines_add(struct vota_lines *lines,
                                              const struct vota_journal_line *line);

/* Forgets all but the first n. */
void vota_lines_cut(struct vota_lines *lines, size_t n);

/* The line at a place, borrowed. */
struct vota_journal_line vota_lines_at(const struct vota_lines *lines, size_t place);

/* The place of an entry's number; false if there is none. */
bool vota_lines_find(const struct vota_lines *lines, size_t *ret_place, uint64_t number);

/* What makes a journal stop being one. */
enum vota_lines_fault {
    VOTA_LINES_SOUND = 0,
    VOTA_LINES_NUMBER, /* not the number after the one before */
    VOTA_LINES_ENTRY,  /* no entry that the contract can have written */
    VOTA_LINES_HEAD,   /* does not lead to the head it tells */
    VOTA_LINES_TEXT    /* definition, reason or counts do not hash to the entry's words */
};

/*
 * Folds the lines from the genesis: SOUND, or what is wrong with the line at
 * *ret_place, every one before it being sound. An entry of an unknown kind folds
 * like any other. *ret_head is the head before that place, or after the last.
 */
enum vota_lines_fault vota_lines_fold(const struct vota_lines *lines, vota_hash *ret_head,
                                      size_t *ret_place, const struct vota_genesis *genesis);

#endif
