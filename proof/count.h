/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counting rule (PROTOCOL 6), the only one: service, audit and page use it.
 *
 *   timely      the register was opened by an earlier entry, the batch is not
 *               disavowed and its time <= counts_until, the leaf was not timely
 *               in an earlier batch; else untimely
 *   conflict    a timely leaf twice in a batch; or, but for `all`, two timely
 *               rows of one tag in a batch
 *   superseded  by the first, or last, timely row of the tag without conflict,
 *               opened or not
 *   then        no opening that hashes: unopened, or erased by a tombstone;
 *               a content that does not count: invalid; else counted
 *
 * One register at a time, all memory the caller's:
 *
 *   vota_count_init     sorts the rows
 *   vota_count_open     takes openings, in any order, once
 *   vota_count_tally    decides every row for a scope; again for another scope
 *
 * About 60 bytes a row here, and vota_count_choice_bytes. Order of rows never
 * matters. Must not know where rows and openings come from.
 */
#ifndef VOTA_PROOF_COUNT_H
#define VOTA_PROOF_COUNT_H

#include "proof/content.h"
#include "proof/count_journal.h"

/* The nine numbers after those of the options. */
enum vota_count_number {
    VOTA_COUNT_N_BLANK, /* counted rows with an empty choice */
    VOTA_COUNT_N_ROWS,  /* the sum of those below */
    VOTA_COUNT_N_COUNTED,
    VOTA_COUNT_N_SUPERSEDED,
    VOTA_COUNT_N_UNTIMELY,
    VOTA_COUNT_N_CONFLICT,
    VOTA_COUNT_N_INVALID,
    VOTA_COUNT_N_UNOPENED,
    VOTA_COUNT_N_ERASED,
    VOTA_COUNT_NUMBERS
};

#define VOTA_COUNT_MAX_NUMBERS (VOTA_DEFINITION_MAX_OPTIONS + VOTA_COUNT_NUMBERS)

enum vota_count_state {
    VOTA_COUNT_OUTSIDE = 0, /* not decided yet, or after the scope */
    VOTA_COUNT_COUNTED,
    VOTA_COUNT_SUPERSEDED,
    VOTA_COUNT_UNTIMELY,
    VOTA_COUNT_CONFLICT,
    VOTA_COUNT_INVALID,
    VOTA_COUNT_UNOPENED,
    VOTA_COUNT_ERASED
};

/* Why a row is untimely; the first that holds. */
enum vota_count_why {
    VOTA_COUNT_WHY_NONE = 0,
    VOTA_COUNT_WHY_DISAVOWED,
    VOTA_COUNT_WHY_NOT_OPENED, /* anchored before its register was opened */
    VOTA_COUNT_WHY_LATE,       /* anchored after counts_until */
    VOTA_COUNT_WHY_REPEATED    /* the leaf was timely in an earlier batch */
};

/* What the openings of a row said so far. */
enum vota_count_opening {
    VOTA_COUNT_OPENING_NONE = 0,
    VOTA_COUNT_OPENING_WRONG, /* one was published and does not hash: a finding */
    VOTA_COUNT_OPENING_READ   /* one hashes; `content` says what it is worth */
};

/* Flags of a row. The first two compare it with the one before it in by_tag. */
#define VOTA_COUNT_SAME_TAG  1u
#define VOTA_COUNT_SAME_ROW  2u
#define VOTA_COUNT_TOMBSTONE 4u /* its content names a leaf, kept in `choices` */

/* A row of the register. The caller sets leaf, row and place; vota_count_init the rest. */
struct vota_count_row {
    vota_hash leaf;             /* of the row, as the caller computed it */
    const struct vota_row *row; /* borrowed until the last tally */
    uint32_t place;             /* of the batch's entry in the journal */
    uint32_t by;                /* SUPERSEDED: place of the entry whose row stands */
    uint8_t state;              /* enum vota_count_state, of the last tally */
    uint8_t why;                /* enum vota_count_why, when UNTIMELY */
    uint8_t opening;            /* enum vota_count_opening */
    uint8_t content;            /* enum vota_content_verdict, when OPENING_READ */
    uint8_t flags;              /* the rule's own: VOTA_COUNT_SAME_TAG ... */
};

/* The rule's own, one for each entry of the journal. */
struct vota_count_batch {
    uint32_t group, row;
    uint8_t why;
};

#define VOTA_COUNT_BUCKETS 65536u

/* One register. The caller sets everything but register_hash. */
struct vota_count {
    const struct vota_count_journal *journal;
    const struct vota_definition *definition;
    struct vota_count_row *rows; /* all rows of the register in the journal's batches */
    size_t row_count;
    uint8_t *choices;                 /* room for row_count * vota_count_choice_bytes() */
    uint32_t *by_tag;                 /* room for row_count */
    uint32_t *by_leaf;                /* room for row_count; NULL: vota_count_open is not used */
    uint32_t *buckets;                /* room for VOTA_COUNT_BUCKETS */
    struct vota_count_batch *batches; /* room for journal->length */
    vota_hash register_hash;          /* set by vota_count_init */
};

/* Leaves named by counted tombstones, in the caller's memory. */
struct vota_count_tombstones {
    vota_hash *leaves;
    size_t count, cap;
};

/* What a scope came to. */
struct vota_count_tally {
    uint64_t *numbers; /* the caller's: room for vota_count_length(); options, then the nine */
    size_t opened;     /* place of the entry that opened the register */
    bool has_timely;
    size_t last_timely; /* place of the last entry with a timely row */
};

/* option_count + VOTA_COUNT_NUMBERS. */
size_t vota_count_length(const struct vota_definition *definition);

/* Bytes of `choices` for one row. */
size_t vota_count_choice_bytes(const struct vota_definition *definition);

/*
 * Sorts the rows into by_tag and by_leaf; `rows` keeps its order. Linear on tags
 * that are hashes, never worse than n log n on those that somebody chose.
 * Returns BAD_INPUT "other-register" or "not-a-batch" (where: "row") for a row
 * that is not of this register or names no batch entry; LIMIT above 2^32 - 2.
 */
VOTA_MUST_USE enum vota_status vota_count_init(struct vota_count *count, struct vota_error *err);

/* What became of a published opening. */
enum vota_count_match {
    VOTA_COUNT_MATCH_NO_ROW = 0, /* the register has no such leaf */
    VOTA_COUNT_MATCH_WRONG,      /* it does not hash to the row: no opening, and a finding */
    VOTA_COUNT_MATCH_OPENS
};

/*
 * Takes one opening for every row with this leaf; content is borrowed for the
 * call only. Several may be offered for a leaf: one that hashes is enough.
 */
enum vota_count_match vota_count_open(struct vota_count *count, const vota_hash *leaf,
                                      const vota_hash *salt, struct vota_slice content);

/* The same for rows[i] alone, for callers that hold openings beside their rows. */
enum vota_count_match vota_count_open_row(struct vota_count *count, size_t i, const vota_hash *salt,
                                          struct vota_slice content);

/* The rows with a leaf: by_leaf[*ret_first] and the ret_n - 1 that follow. 0: none. */
size_t vota_count_find(const struct vota_count *count, size_t *ret_first, const vota_hash *leaf);

/*
 * Decides every row within the scope: sets state, why and by of all rows, and
 * the numbers. tombstones may be NULL (no procedure register has any); they are
 * those of the same scope, sorted. Needed only when rows are unopened.
 * Returns NOT_FOUND when the register is not opened in the scope: it has no
 * counts; rows are then OUTSIDE and *ret_tally untouched.
 */
VOTA_MUST_USE enum vota_status vota_count_tally(struct vota_count *count,
                                                struct vota_count_tally *ret_tally,
                                                struct vota_count_scope scope,
                                                const struct vota_count_tombstones *tombstones);

/* Adds the tombstones of a procedure register as last tallied: LIMIT when there is no room. */
VOTA_MUST_USE enum vota_status vota_count_tombstones_add(struct vota_count_tombstones *tombstones,
                                                         const struct vota_count *count);

/* To be called once after the last add, before a tally. */
void vota_count_tombstones_sort(struct vota_count_tombstones *tombstones);

/* Whether a row's content chose an option. Assumes OPENING_READ of a vote or endorsement. */
bool vota_count_chose(const struct vota_count *count, size_t row, size_t option);

/* The standing that a state amounts to, and its verdict. */
enum vota_standing vota_count_standing(const struct vota_count_row *row);
enum vota_verdict vota_count_standing_verdict(enum vota_standing standing);

/* "counted", "superseded", ...; "counts", "stands, opening not seen", ...: static. */
const char *vota_count_state_name(enum vota_count_state state);
const char *vota_count_standing_name(enum vota_standing standing);

#endif
