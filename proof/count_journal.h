/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the counting rule asks of a journal (PROTOCOL 3, 6): which entries are
 * disavowed, and which entry opened a register. Prepared once for a journal,
 * then asked for any register and for the journal as if it had ended earlier.
 * Must not know rows.
 */
#ifndef VOTA_PROOF_COUNT_JOURNAL_H
#define VOTA_PROOF_COUNT_JOURNAL_H

#include "proof/definition.h"
#include "proof/entry.h"

/* About one entry; made by vota_count_journal_init. */
struct vota_count_mark {
    uint32_t disavowed_by; /* 1 + place of the first disavowal that reaches it, 0 = none */
    uint32_t next;         /* while being made: the next place not yet disavowed */
};

/* About one register entry; made by vota_count_journal_init. */
struct vota_count_opened {
    uint32_t place; /* of the entry, from 0 */
    bool valid;     /* its definition is one */
    struct vota_slice id;
    uint64_t opens_at;
};

/*
 * A journal in the caller's memory. The caller sets the first five; definitions[i]
 * is the text emitted with entry i where that opens a register. Places are
 * indices from 0, numbers are the entries' own: entries[0].number + place.
 * After a confirmed succession the old entries up to its end and the successor's
 * are one journal.
 */
struct vota_count_journal {
    const struct vota_entry *entries;
    const struct vota_slice *definitions; /* `length` of them */
    size_t length;
    struct vota_count_mark *marks;    /* room for `length` */
    struct vota_count_opened *opened; /* room for vota_count_journal_registers() */
    size_t opened_count;
};

/* How far the rule looks: the first `length` entries, with or without disavowals. */
struct vota_count_scope {
    size_t length;
    bool ignore_disavowals;
};

/* What may be wrong with a register entry. */
enum vota_count_finding {
    VOTA_COUNT_NO_FINDING = 0,
    VOTA_COUNT_INVALID_DEFINITION,
    VOTA_COUNT_SECOND_OPENING, /* of an id that an earlier entry opened */
    VOTA_COUNT_LATE_OPENING    /* opens the register after its opens_at: reported, no fault */
};

/* The number of entries that say they open a register. */
size_t vota_count_journal_registers(const struct vota_entry *entries, size_t length);

/*
 * Fills marks and opened. Returns BAD_INPUT with a reason of vota_entry_check
 * ("unknown-kind": a newer version, could not check) or "not-consecutive"
 * (numbers); NOT_FOUND "definition-missing" when a definition is absent or does
 * not hash to its entry: without it nobody knows which id was taken; LIMIT at
 * 2^32 - 1 entries.
 */
VOTA_MUST_USE enum vota_status vota_count_journal_init(struct vota_count_journal *journal,
                                                       struct vota_error *err);

struct vota_count_scope vota_count_journal_all(const struct vota_count_journal *journal);

/* As if the journal ended with entry number last_entry (beyond its end: all of it). */
struct vota_count_scope vota_count_journal_until(const struct vota_count_journal *journal,
                                                 uint64_t last_entry);

/* Whether the entry is disavowed within the scope. */
bool vota_count_journal_disavowed(const struct vota_count_journal *journal,
                                  struct vota_count_scope scope, size_t place);

/*
 * The entry that opened a register within the scope: the first not disavowed
 * whose valid definition has the register's id, if it is this register's.
 * NOT_FOUND if the register was not opened.
 */
VOTA_MUST_USE enum vota_status vota_count_journal_opening(const struct vota_count_journal *journal,
                                                          size_t *ret_place,
                                                          struct vota_count_scope scope,
                                                          const vota_hash *register_hash);

/* What is wrong with opened[i], over all entries; disavowed ones have no finding. */
enum vota_count_finding vota_count_journal_finding(const struct vota_count_journal *journal,
                                                   size_t i);

#endif
