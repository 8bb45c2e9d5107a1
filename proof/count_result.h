/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the counting rule says of published results (PROTOCOL 6): whether a
 * result entry equals a recount, whether it is the result, whether the result
 * could be confirmed. Must not know rows: it compares numbers.
 */
#ifndef VOTA_PROOF_COUNT_RESULT_H
#define VOTA_PROOF_COUNT_RESULT_H

#include "proof/count.h"

/* d rows might have changed the result, which is decided by margin. */
struct vota_count_margin {
    uint64_t d; /* unopened + erased + conflict */
    bool has_margin;
    uint64_t margin;
    bool confirmed; /* not (has_margin and d > 0 and d >= margin) */
};

/* One result entry of a register, judged. */
struct vota_count_result {
    size_t place; /* of the entry in the journal */
    uint64_t last_entry;
    bool is_the_result;    /* the last one that is not disavowed */
    bool equal;            /* to the recount as if the journal ended with last_entry */
    bool equal_over_all;   /* to the recount over all entries */
    bool cut_count;        /* a timely row lies beyond last_entry */
    bool before_closes_at; /* a finding */
};

/* Numbers as vota_count_tally gives them over all entries. */
struct vota_count_margin vota_count_result_margin(const struct vota_definition *definition,
                                                  const uint64_t *numbers);

/*
 * The place of the next result of a register at or after place `from`, disavowed
 * ones left out: they are as if absent. NOT_FOUND if there is none.
 */
VOTA_MUST_USE enum vota_status vota_count_result_next(const struct vota_count_journal *journal,
                                                      size_t *ret_place, size_t from,
                                                      const vota_hash *register_hash);

/* The last entry number that a result was counted over. Assumes a result entry. */
uint64_t vota_count_result_last_entry(const struct vota_entry *entry);

/*
 * Judges the result at `place`, whose numbers are known by their hash in the
 * entry. until: the tally of the scope vota_count_journal_until(its last entry);
 * all: that of vota_count_journal_all; NULL where the register was not opened in
 * that scope, so that nothing equals it.
 */
void vota_count_result_judge(struct vota_count_result *ret_result,
                             const struct vota_count_journal *journal,
                             const struct vota_definition *definition, size_t place,
                             const struct vota_count_tally *until,
                             const struct vota_count_tally *all);

#endif
