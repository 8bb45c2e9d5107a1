/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every register of a line, counted by the one rule (proof/count.h) over what is
 * published of it, and what that makes of the results that the journal has.
 * Memory holds the rows of one register, and those of all procedure registers,
 * whose tombstones decide what a missing opening means. Knows no page.
 */
#ifndef VOTA_BRIDGE_PAGE_COUNTED_H
#define VOTA_BRIDGE_PAGE_COUNTED_H

#include "bridge/page/line.h"
#include "proof/count_result.h"

/* Where a register is in its life when the pages are written. */
enum vota_page_phase {
    VOTA_PAGE_BEFORE,  /* opens later */
    VOTA_PAGE_OPEN,    /* takes records */
    VOTA_PAGE_CLOSING, /* closed; batches can still count */
    VOTA_PAGE_CLOSED   /* no batch can count any more */
};

/* What a published result is, held against the recount. */
enum vota_page_compared {
    VOTA_PAGE_EQUAL,
    VOTA_PAGE_DIFFERS,
    VOTA_PAGE_OPENINGS_MISSING, /* openings that are not here would explain the difference */
    VOTA_PAGE_OWN_COUNT,        /* openings are never published: nobody outside can recount */
    VOTA_PAGE_NOT_RECOUNTED     /* rows, or a predecessor, are not here */
};

/* One result entry that is not disavowed. */
struct vota_page_result {
    struct vota_count_result judged;
    enum vota_page_compared compared;
};

struct vota_page_register {
    size_t opened; /* place of the entry that opened it */
    vota_hash hash;
    struct vota_definition *definition; /* owned */
    enum vota_page_phase phase;
    bool discloses;    /* its openings may be public now */
    uint64_t rows;     /* in the batches that are here */
    bool knows_rows;   /* all of them are here: the numbers are everybody's */
    size_t n;          /* numbers: options, then the nine */
    uint64_t *numbers; /* owned; over all entries */
    struct vota_count_margin margin;
    struct vota_page_result *results; /* owned; in the journal's order */
    size_t result_count;
    struct vota_page_batch *batches; /* owned; those with rows of the register */
    size_t batch_count;
};

struct vota_page_counted {
    const struct vota_page_line *line;
    uint64_t now;
    struct vota_page_register *registers; /* in the order in which they were opened */
    size_t register_count;
    struct vota_recount_procedures procedures; /* of those registers, in that order */
    struct vota_recount rows; /* of the register counted last, if it is no procedure */
};

/* Lists the registers and gathers procedures. Release with vota_page_counted_done in every case. */
VOTA_MUST_USE enum vota_status vota_page_counted_init(struct vota_page_counted *ret_counted,
                                                      const struct vota_page_line *line,
                                                      uint64_t now, struct vota_error *err);
void vota_page_counted_done(struct vota_page_counted *counted);

/*
 * Counts register i: fills its numbers, results and batches. Its rows, as
 * decided over all entries, are *ret_rows until the next call.
 */
VOTA_MUST_USE enum vota_status vota_page_counted_next(struct vota_page_counted *counted, size_t i,
                                                      const struct vota_recount **ret_rows,
                                                      struct vota_error *err);

/* The nine numbers of a register that was counted. */
uint64_t vota_page_counted_extra(const struct vota_page_register *reg,
                                 enum vota_count_number number);

/* Rows that stand: counted, invalid, unopened or erased. One a voter tag, but for `all`. */
uint64_t vota_page_counted_standing(const struct vota_page_register *reg);

/* The result, or NULL where there is none yet. */
const struct vota_page_result *vota_page_counted_result(const struct vota_page_register *reg);

#endif
