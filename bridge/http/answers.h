/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said of records that were handed in: a JSON document of one, a line
 * each of many (docs/API.md). Knows rows and receipts, no request.
 */
#ifndef VOTA_BRIDGE_HTTP_ANSWERS_H
#define VOTA_BRIDGE_HTTP_ANSWERS_H

#include "bridge/http/receipts.h"

/* Text that grows; {0} is empty. `at` is of malloc. */
struct vota_answers {
    uint8_t *at;
    size_t len, cap;
    bool is_broken; /* there was no memory for all of it */
};

struct vota_answers_form {
    enum vota_lang lang;
    bool wants_receipt;
    bool many;           /* a line each */
    const char *problem; /* NULL, or the code of what kept the whole job from the store */
};

/* Appends the answers of rows that the writer is done with. */
void vota_answers_add(struct vota_answers *answers, const struct vota_writer_row *rows, size_t n,
                      const struct vota_answers_form *form, struct vota_receipts_maker *maker);

/* The problem of a row that is not in the store. */
struct vota_problem vota_answers_problem(const struct vota_writer_row *row);

/* Counts it: a record's refusal, or our own failure. */
void vota_answers_count_problem(const struct vota_problem *problem,
                                const struct vota_receipts_maker *maker);

/* ,"leaf":…,"accepted_at":…,"anchor_by":… as far as they are known. */
void vota_answers_put_made(struct vota_wr *wr, const struct vota_receipts_made *made);

#endif
