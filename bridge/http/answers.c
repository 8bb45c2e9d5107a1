/* SPDX-License-Identifier: Apache-2.0 */
/* Answers about records: see answers.h. */
#include "bridge/http/answers.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/http/metrics.h"
#include "proof/hex.h"
#include "proof/jcs.h"
#include "proof/time.h"

#define FIRST 4096u
#define SMALL 1024u /* all of a record's answer but its receipt */

static void append(struct vota_answers *answers, const void *bytes, size_t len)
{
    if (answers->cap - answers->len < len && !answers->is_broken) {
        size_t cap = answers->cap > 0 ? answers->cap : FIRST;
        while (cap - answers->len < len)
            cap *= 2;
        uint8_t *at = realloc(answers->at, cap);
        answers->is_broken = at == NULL;
        if (at != NULL) {
            answers->at = at;
            answers->cap = cap;
        }
    }
    if (answers->is_broken)
        return;
    vota_bytes_copy(answers->at + answers->len, bytes, len);
    answers->len += len;
}

static void put_name(struct vota_wr *wr, const char *name)
{
    vota_wr_text(wr, ",\"");
    vota_wr_text(wr, name);
    vota_wr_text(wr, "\":");
}

static void put_time(struct vota_wr *wr, const char *name, uint64_t time)
{
    put_name(wr, name);
    vota_wr_byte(wr, '"');
    vota_time_write(wr, time);
    vota_wr_byte(wr, '"');
}

void vota_answers_put_made(struct vota_wr *wr, const struct vota_receipts_made *made)
{
    put_name(wr, "leaf");
    vota_wr_byte(wr, '"');
    vota_hex_write(wr, made->leaf.bytes, sizeof made->leaf.bytes);
    vota_wr_byte(wr, '"');
    if (!made->has_acceptance)
        return;
    put_time(wr, "accepted_at", made->accepted_at);
    put_time(wr, "anchor_by", made->anchor_by);
}

struct vota_problem vota_answers_problem(const struct vota_writer_row *row)
{
    return row->broken != NULL ? vota_problem_of(row->broken)
                               : vota_problem_refused(&row->draft.refusal);
}

/* A record sent again is told what it was told the first time, which the store knows. */
static bool make(struct vota_receipts_made *ret_made, const struct vota_writer_row *row,
                 struct vota_receipts_maker *maker)
{
    char id[VOTA_STORE_RECORD_ID_MAX + 1] = {0};
    const struct vota_store_record *made = &row->draft.made;
    if (row->answer == VOTA_INTAKE_ADDED &&
        vota_receipts_make_new(ret_made, maker, made, NULL) == VOTA_OK)
        return true;
    VOTA_ASSERT(made->record_id.len < sizeof id); /* the door measured it */
    vota_bytes_copy(id, made->record_id.at, made->record_id.len);
    const struct vota_receipts_want want = {.record_id = id, .form = VOTA_RECEIPT_FULL};
    return vota_receipts_make(ret_made, maker, &want, NULL) == VOTA_OK;
}

/*
 * A record that is on disk. A receipt that cannot be made now is null: it can be
 * asked for later, and the record is acknowledged all the same.
 */
static void add_taken(struct vota_answers *answers, const struct vota_writer_row *row,
                      bool wants_receipt, struct vota_receipts_maker *maker)
{
    uint8_t text[SMALL];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    const struct vota_slice id = row->draft.made.record_id;
    struct vota_receipts_made made = {.n_marks = 0};
    vota_wr_text(&wr, "\"id\":");
    vota_jcs_write_string(&wr, (const char *)id.at, id.len);
    put_name(&wr, "answer");
    vota_wr_text(&wr, row->answer == VOTA_INTAKE_ADDED ? "\"added\"" : "\"present\"");
    const bool have = wants_receipt && make(&made, row, maker);
    vota_metrics_note_record(vota_receipts_metrics(maker), row->answer, NULL);
    if (have) {
        vota_metrics_note_receipt(vota_receipts_metrics(maker));
        vota_answers_put_made(&wr, &made);
    }
    if (wants_receipt)
        put_name(&wr, "receipt");
    VOTA_ASSERT(vota_wr_fits(&wr));
    append(answers, text, wr.len);
    if (have)
        append(answers, made.bytes.at, made.bytes.len);
    else if (wants_receipt)
        append(answers, "null", 4);
}

static void add_problem(struct vota_answers *answers, const char *answer,
                        const struct vota_problem *problem, enum vota_lang lang)
{
    uint8_t text[VOTA_PROBLEM_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_wr_text(&wr, "\"answer\":\"");
    vota_wr_text(&wr, answer);
    vota_wr_byte(&wr, '"');
    put_name(&wr, "problem");
    append(answers, text, wr.len);
    wr = vota_wr_of(text, sizeof text);
    vota_problem_write(&wr, problem, lang);
    append(answers, text, wr.len);
}

void vota_answers_count_problem(const struct vota_problem *problem,
                                const struct vota_receipts_maker *maker)
{
    struct vota_metrics *metrics = vota_receipts_metrics(maker);
    if (problem->is_refusal)
        vota_metrics_note_record(metrics, VOTA_INTAKE_REFUSED, problem->code);
    else
        vota_metrics_note_problem(metrics, problem->code);
}

/* Failed: nothing is stored of it, and it may be sent again. Refused: it will not be taken. */
static void add_row(struct vota_answers *answers, const struct vota_writer_row *row,
                    const struct vota_answers_form *form, struct vota_receipts_maker *maker)
{
    struct vota_problem problem;
    if (!row->draft.is_refused && row->broken == NULL && form->problem == NULL) {
        add_taken(answers, row, form->wants_receipt, maker);
        return;
    }
    const bool is_refused = row->draft.is_refused && row->broken == NULL;
    problem = is_refused || form->problem == NULL ? vota_answers_problem(row)
                                                  : vota_problem_of(form->problem);
    vota_answers_count_problem(&problem, maker);
    add_problem(answers, is_refused ? "refused" : "failed", &problem, form->lang);
}

void vota_answers_add(struct vota_answers *answers, const struct vota_writer_row *rows, size_t n,
                      const struct vota_answers_form *form, struct vota_receipts_maker *maker)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t text[32];
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        vota_wr_byte(&wr, '{');
        if (form->many) {
            vota_wr_text(&wr, "\"line\":");
            vota_jcs_write_number(&wr, rows[i].line);
            vota_wr_byte(&wr, ',');
        }
        append(answers, text, wr.len);
        add_row(answers, &rows[i], form, maker);
        append(answers, "}\n", form->many ? 2 : 1);
    }
}
