/* SPDX-License-Identifier: Apache-2.0 */
/* Registers counted over what is published of them: see counted.h. */
#include "bridge/page/counted.h"

#include <stdlib.h>
#include <string.h>

/* Lines after which the memory of what was read is given back. */
#define FORGET_LINES 65536u

/* ---- which registers ---- */

static enum vota_page_phase phase_of(const struct vota_definition *definition, uint64_t now)
{
    if (now < definition->opens_at)
        return VOTA_PAGE_BEFORE;
    if (now < definition->closes_at)
        return VOTA_PAGE_OPEN;
    return now <= definition->counts_until ? VOTA_PAGE_CLOSING : VOTA_PAGE_CLOSED;
}

static enum vota_status add_register(struct vota_page_counted *counted, size_t place)
{
    const struct vota_count_journal *journal = &counted->line->journal;
    const struct vota_slice text = journal->definitions[place];
    struct vota_definition *definition = malloc(sizeof *definition);
    if (definition == NULL)
        return VOTA_NO_MEMORY;
    const enum vota_status status = vota_definition_read(definition, text.at, text.len, NULL);
    VOTA_ASSERT(status == VOTA_OK); /* an invalid one opens nothing */
    struct vota_page_register *reg = &counted->registers[counted->register_count++];
    *reg = (struct vota_page_register){.opened = place,
                                       .hash = journal->entries[place].a,
                                       .definition = definition,
                                       .phase = phase_of(definition, counted->now)};
    reg->discloses = vota_publication_discloses(definition, counted->now);
    reg->n = vota_count_length(definition);
    return VOTA_OK;
}

static enum vota_status list_registers(struct vota_page_counted *counted)
{
    const struct vota_count_journal *journal = &counted->line->journal;
    const struct vota_count_scope all = vota_count_journal_all(journal);
    enum vota_status status = VOTA_OK;
    const size_t n = journal->opened_count > 0 ? journal->opened_count : 1;
    counted->registers = calloc(n, sizeof *counted->registers);
    counted->procedures.items = calloc(n, sizeof *counted->procedures.items);
    if (counted->registers == NULL || counted->procedures.items == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < journal->opened_count && status == VOTA_OK; i++) {
        const size_t place = journal->opened[i].place;
        size_t opening = 0;
        if (vota_count_journal_opening(journal, &opening, all, &journal->entries[place].a) ==
                VOTA_OK &&
            opening == place)
            status = add_register(counted, place);
    }
    return status;
}

/* ---- rows and openings ---- */

static enum vota_status take_openings(struct vota_recount *rows, struct vota_slice file,
                                      struct vota_error *err)
{
    struct vota_reader_lines lines = vota_reader_lines_of(file);
    uint8_t *content = malloc(VOTA_CONTENT_MAX_BYTES);
    enum vota_status status = content == NULL ? VOTA_NO_MEMORY : VOTA_OK;
    while (status == VOTA_OK) {
        struct vota_opening opening;
        struct vota_slice line;
        status = vota_reader_next(&lines, &line, err);
        if (status == VOTA_OK)
            status = vota_openings_json_read(&opening, content, line, err);
        if (status == VOTA_OK) /* what does not hash opens nothing; the audit names it */
            (void)vota_count_open(&rows->count, &opening.leaf, &opening.salt, opening.content);
        if (status == VOTA_OK && lines.line % FORGET_LINES == 0)
            vota_reader_forget(file, file.len - lines.rd.left);
    }
    free(content);
    return status == VOTA_NOT_FOUND ? VOTA_OK : status;
}

static enum vota_status read_openings(const struct vota_page_line *line,
                                      const struct vota_page_register *reg,
                                      struct vota_recount *rows, struct vota_error *err)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    enum vota_status status = VOTA_OK;
    vota_publication_register_path(path, "openings", &reg->hash, ".ndjson");
    for (size_t i = 0; i < line->part_count && status == VOTA_OK; i++) {
        struct vota_slice file;
        struct vota_error detail = {0};
        status = vota_reader_map(&line->parts[i].reader, &file, path, &detail);
        if (status == VOTA_NOT_FOUND) {
            status = VOTA_OK;
            continue;
        }
        if (status != VOTA_OK)
            return vota_fail(err, status, detail.where, detail.text);
        status = take_openings(rows, file, err);
        vota_reader_unmap(&file);
    }
    return status;
}

static enum vota_status gather(const struct vota_page_counted *counted,
                               struct vota_page_register *reg, struct vota_recount *ret_rows,
                               struct vota_error *err)
{
    const struct vota_page_line *line = counted->line;
    reg->batches = vota_page_line_batches(line, &reg->hash, &reg->batch_count);
    if (reg->batches == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < reg->batch_count; i++)
        reg->rows += reg->batches[i].rows;
    const struct vota_recount_source source = {.journal = &line->journal,
                                               .definition = reg->definition,
                                               .batches = line->batches,
                                               .batch_count = line->batch_count,
                                               .row_count = (size_t)reg->rows};
    const enum vota_status status = vota_recount_init(ret_rows, &source, err);
    return status == VOTA_OK ? read_openings(line, reg, ret_rows, err) : status;
}

static bool is_procedure(const struct vota_page_register *reg)
{
    VOTA_ASSERT(reg->definition != NULL); /* listed registers have one */
    return reg->definition->kind == VOTA_REGISTER_PROCEDURE;
}

static enum vota_status gather_procedures(struct vota_page_counted *counted, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < counted->register_count && status == VOTA_OK; i++) {
        if (is_procedure(&counted->registers[i]))
            status = gather(counted, &counted->registers[i],
                            &counted->procedures.items[counted->procedures.n++], err);
    }
    return status;
}

enum vota_status vota_page_counted_init(struct vota_page_counted *ret_counted,
                                        const struct vota_page_line *line, uint64_t now,
                                        struct vota_error *err)
{
    *ret_counted = (struct vota_page_counted){.line = line, .now = now};
    const enum vota_status status = list_registers(ret_counted);
    return status == VOTA_OK ? gather_procedures(ret_counted, err) : status;
}

static void register_done(struct vota_page_register *reg)
{
    free(reg->definition);
    free(reg->numbers);
    free(reg->results);
    free(reg->batches);
}

void vota_page_counted_done(struct vota_page_counted *counted)
{
    for (size_t i = 0; i < counted->register_count; i++)
        register_done(&counted->registers[i]);
    for (size_t i = 0; i < counted->procedures.n; i++)
        vota_recount_done(&counted->procedures.items[i]);
    vota_recount_done(&counted->rows);
    free(counted->registers);
    free(counted->procedures.items);
    *counted = (struct vota_page_counted){.line = NULL};
}

/* ---- results ---- */

static enum vota_page_compared compare(const struct vota_page_line *line,
                                       const struct vota_page_register *reg,
                                       const struct vota_count_result *judged,
                                       const struct vota_count_tally *until)
{
    const struct vota_count_scope scope =
        vota_count_journal_until(&line->journal, judged->last_entry);
    const struct vota_journal_line published = vota_page_line_at(line, judged->place);
    if (!vota_page_line_knows_rows(line, scope.length))
        return VOTA_PAGE_NOT_RECOUNTED;
    if (judged->equal)
        return VOTA_PAGE_EQUAL;
    if (until == NULL || published.count != reg->n ||
        !vota_recount_explains(reg->definition, published.counts, until->numbers))
        return VOTA_PAGE_DIFFERS;
    return reg->discloses ? VOTA_PAGE_OPENINGS_MISSING : VOTA_PAGE_OWN_COUNT;
}

static enum vota_status judge(const struct vota_page_counted *counted,
                              const struct vota_page_register *reg, struct vota_recount *rows,
                              const struct vota_count_tally *all, size_t place,
                              struct vota_page_result *ret_result)
{
    const struct vota_page_line *line = counted->line;
    struct vota_count_tally until = {.numbers = rows->numbers};
    const uint64_t last = vota_count_result_last_entry(&line->journal.entries[place]);
    const enum vota_status status = vota_recount_tally(
        &until, rows, &counted->procedures, vota_count_journal_until(&line->journal, last));
    if (status != VOTA_OK && status != VOTA_NOT_FOUND)
        return status;
    const struct vota_count_tally *known = status == VOTA_OK ? &until : NULL;
    vota_count_result_judge(&ret_result->judged, &line->journal, reg->definition, place, known,
                            all);
    ret_result->compared = compare(line, reg, &ret_result->judged, known);
    return VOTA_OK;
}

static size_t count_results(const struct vota_count_journal *journal, const vota_hash *hash)
{
    size_t n = 0;
    size_t place = 0;
    for (size_t from = 0; vota_count_result_next(journal, &place, from, hash) == VOTA_OK;
         from = place + 1)
        n++;
    return n;
}

static enum vota_status judge_results(const struct vota_page_counted *counted,
                                      struct vota_page_register *reg, struct vota_recount *rows,
                                      const struct vota_count_tally *all)
{
    const struct vota_count_journal *journal = &counted->line->journal;
    const size_t n = count_results(journal, &reg->hash);
    enum vota_status status = VOTA_OK;
    size_t place = 0;
    size_t made = 0;
    struct vota_page_result *const results = calloc(n + 1, sizeof *results);
    reg->results = results;
    if (results == NULL)
        return VOTA_NO_MEMORY;
    for (size_t from = 0; status == VOTA_OK && made < n; from = place + 1) {
        status = vota_count_result_next(journal, &place, from, &reg->hash);
        if (status == VOTA_OK)
            status = judge(counted, reg, rows, all, place, &results[made]);
        made += status == VOTA_OK;
    }
    reg->result_count = made;
    return status;
}

/* ---- one register ---- */

static enum vota_status count(const struct vota_page_counted *counted,
                              struct vota_page_register *reg, struct vota_recount *rows)
{
    const struct vota_page_line *line = counted->line;
    const struct vota_count_scope everything = vota_count_journal_all(&line->journal);
    uint64_t *numbers = calloc(reg->n, sizeof *numbers);
    if (numbers == NULL)
        return VOTA_NO_MEMORY;
    struct vota_count_tally all = {.numbers = numbers};
    enum vota_status status = vota_recount_tally(&all, rows, &counted->procedures, everything);
    if (status == VOTA_OK)
        status = judge_results(counted, reg, rows, &all);
    if (status == VOTA_OK) {
        reg->knows_rows = vota_page_line_knows_rows(line, everything.length);
        reg->margin = vota_count_result_margin(reg->definition, numbers);
    }
    /* Results were judged in other scopes: the rows are left as all entries decide them. */
    all.numbers = rows->numbers;
    if (status == VOTA_OK && reg->result_count > 0)
        status = vota_recount_tally(&all, rows, &counted->procedures, everything);
    reg->numbers = numbers;
    return status;
}

enum vota_status vota_page_counted_next(struct vota_page_counted *counted, size_t i,
                                        const struct vota_recount **ret_rows,
                                        struct vota_error *err)
{
    struct vota_page_register *reg = &counted->registers[i];
    struct vota_recount *rows = &counted->rows;
    enum vota_status status = VOTA_OK;
    vota_recount_done(&counted->rows);
    if (is_procedure(reg)) {
        size_t place = 0;
        for (size_t before = 0; before < i; before++)
            place += is_procedure(&counted->registers[before]);
        rows = &counted->procedures.items[place];
    } else {
        status = gather(counted, reg, rows, err);
    }
    if (status == VOTA_OK)
        status = count(counted, reg, rows);
    if (status == VOTA_OK)
        *ret_rows = rows;
    return status;
}

uint64_t vota_page_counted_extra(const struct vota_page_register *reg,
                                 enum vota_count_number number)
{
    return reg->numbers[reg->definition->option_count + (size_t)number];
}

uint64_t vota_page_counted_standing(const struct vota_page_register *reg)
{
    return vota_page_counted_extra(reg, VOTA_COUNT_N_COUNTED) +
           vota_page_counted_extra(reg, VOTA_COUNT_N_INVALID) +
           vota_page_counted_extra(reg, VOTA_COUNT_N_UNOPENED) +
           vota_page_counted_extra(reg, VOTA_COUNT_N_ERASED);
}

const struct vota_page_result *vota_page_counted_result(const struct vota_page_register *reg)
{
    for (size_t i = 0; i < reg->result_count; i++) {
        if (reg->results[i].judged.is_the_result)
            return &reg->results[i];
    }
    return NULL;
}
