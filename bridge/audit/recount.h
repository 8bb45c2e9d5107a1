/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of one register, gathered from mapped batches, with the memory that
 * proof/count.h wants for them: about 70 bytes a row. For the audit, and for the
 * standing of one receipt.
 */
#ifndef VOTA_BRIDGE_AUDIT_RECOUNT_H
#define VOTA_BRIDGE_AUDIT_RECOUNT_H

#include "proof/count.h"

/* The complete rows of a batch: 96 bytes each, as published. */
struct vota_recount_batch {
    size_t place; /* of its entry in the journal */
    struct vota_slice rows;
};

struct vota_recount {
    struct vota_count count; /* rows, openings; its arrays are owned here */
    uint64_t *numbers;       /* room for the register's numbers */
};

/*
 * Gathers the register's rows and sorts them. `row_count` is how many there are
 * in the batches; rows are borrowed. NO_MEMORY, LIMIT, or what vota_count_init
 * returns. Release with vota_recount_done in every case.
 */
struct vota_recount_source {
    const struct vota_count_journal *journal;
    const struct vota_definition *definition;
    const struct vota_recount_batch *batches;
    size_t batch_count;
    size_t row_count;
};
VOTA_MUST_USE enum vota_status vota_recount_init(struct vota_recount *ret_recount,
                                                 const struct vota_recount_source *source,
                                                 struct vota_error *err);
void vota_recount_done(struct vota_recount *recount);

/* The gathered procedure registers of a journal, whose tombstones may name any row. */
struct vota_recount_procedures {
    struct vota_recount *items;
    size_t n;
};

/*
 * What vota_count_tally makes of a register's rows, with the tombstones that the
 * procedures hold in the same scope. NOT_FOUND where the register is not open in
 * it; NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_recount_tally(struct vota_count_tally *ret_tally,
                                                  struct vota_recount *recount,
                                                  const struct vota_recount_procedures *procedures,
                                                  struct vota_count_scope scope);

/* How many rows of a register some rows hold; rows.len is a multiple of 96. */
size_t vota_recount_rows_of(struct vota_slice rows, const vota_hash *register_hash);

/*
 * Whether published numbers, as many as ours, are what our recount would have
 * come to with more openings: rows that stand unopened or erased here may be any
 * of counted, blank, invalid, unopened or erased there; nothing else may move,
 * and no number of those that were seen may be smaller.
 */
bool vota_recount_explains(const struct vota_definition *definition, const uint64_t *theirs,
                           const uint64_t *ours);

#endif
