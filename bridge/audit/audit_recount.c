/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every register's rows to its numbers, one register after the other, so that
 * memory holds the rows of one. Procedure registers come first and stay: their
 * tombstones decide what an opening that is not there means.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/audit/audit_parts.h"

bool vota_audit_knows_rows(const struct vota_audit *audit, struct vota_count_scope scope)
{
    struct vota_audit_batches batches = vota_audit_batches_of(audit);
    const struct vota_audit_batch *batch = NULL;
    size_t place = 0;
    if (!vota_audit_has_beginning(audit))
        return false;
    while (vota_audit_next_batch(&batches, &batch, &place)) {
        if (place < scope.length && !batch->usable)
            return false;
    }
    return true;
}

/* ---- which registers ---- */

static enum vota_status add_register(struct vota_audit *audit, size_t place)
{
    struct vota_audit_register *reg = &audit->registers[audit->register_count];
    const struct vota_slice text = audit->journal.definitions[place];
    struct vota_definition *definition = malloc(sizeof *definition);
    if (definition == NULL)
        return VOTA_NO_MEMORY;
    if (vota_definition_read(definition, text.at, text.len, NULL) != VOTA_OK) {
        free(definition);
        return VOTA_OK;
    }
    *reg = (struct vota_audit_register){.opened = place, .definition = definition};
    reg->hash = audit->journal.entries[place].a;
    reg->n = vota_count_length(definition);
    reg->discloses = definition->disclosure == VOTA_DISCLOSURE_LIVE ||
                     (definition->disclosure == VOTA_DISCLOSURE_ON_CLOSE && audit->has_chain &&
                      audit->chain.time >= definition->closes_at);
    audit->register_count++;
    return VOTA_OK;
}

static enum vota_status list_registers(struct vota_audit *audit)
{
    const struct vota_count_journal *journal = &audit->journal;
    const struct vota_count_scope all = vota_count_journal_all(journal);
    enum vota_status status = VOTA_OK;
    audit->registers =
        calloc(journal->opened_count > 0 ? journal->opened_count : 1, sizeof *audit->registers);
    if (audit->registers == NULL)
        return VOTA_NO_MEMORY;
    audit->register_count = 0;
    for (size_t i = 0; i < journal->opened_count && status == VOTA_OK; i++) {
        const size_t place = journal->opened[i].place;
        size_t opening = 0;
        if (vota_count_journal_opening(journal, &opening, all, &journal->entries[place].a) ==
                VOTA_OK &&
            opening == place)
            status = add_register(audit, place);
    }
    return status;
}

static enum vota_status list_batches(struct vota_audit_recounting *recounting)
{
    const struct vota_audit *audit = recounting->audit;
    struct vota_audit_batches batches = vota_audit_batches_of(audit);
    const struct vota_audit_batch *batch = NULL;
    size_t place = 0;
    size_t n = 1;
    for (const struct vota_audit *member = audit; member != NULL; member = member->before)
        n += member->batch_count;
    recounting->batches = calloc(n, sizeof *recounting->batches);
    if (recounting->batches == NULL)
        return VOTA_NO_MEMORY;
    while (vota_audit_next_batch(&batches, &batch, &place)) {
        if (batch->usable)
            recounting->batches[recounting->batch_count++] =
                (struct vota_recount_batch){place, batch->rows};
    }
    return VOTA_OK;
}

/* ---- rows of nobody ---- */

static bool is_register(const struct vota_audit *audit, const uint8_t *hash)
{
    for (size_t i = 0; i < audit->register_count; i++) {
        if (memcmp(&audit->registers[i].hash, hash, sizeof(vota_hash)) == 0)
            return true;
    }
    return false;
}

/* Rows come in runs of chance, so the last register met is tried first. */
static void look_for_strangers(struct vota_audit *audit, const struct vota_recount_batch *batch)
{
    const vota_hash *last = NULL;
    for (size_t at = 0; at < batch->rows.len; at += sizeof(struct vota_row)) {
        const uint8_t *hash = batch->rows.at + at;
        if (last != NULL && memcmp(last, hash, sizeof *last) == 0)
            continue;
        if (is_register(audit, hash)) {
            last = (const vota_hash *)(const void *)hash;
            continue;
        }
        struct vota_audit_finding *finding =
            vota_audit_notice(&audit->findings, VOTA_FOUND_ROW_OF_NO_REGISTER);
        finding->entry = audit->journal.entries[batch->place].number;
        finding->row = at / sizeof(struct vota_row) + 1;
        finding->has_register = true;
        vota_bytes_copy(&finding->register_hash, hash, sizeof finding->register_hash);
    }
}

/* ---- one register ---- */

enum vota_status vota_audit_gather(struct vota_audit_recounting *recounting,
                                   struct vota_audit_register *reg,
                                   struct vota_recount *ret_recount)
{
    const struct vota_audit *audit = recounting->audit;
    reg->rows = 0;
    for (size_t i = 0; i < recounting->batch_count; i++)
        reg->rows += vota_recount_rows_of(recounting->batches[i].rows, &reg->hash);
    const struct vota_recount_source source = {.journal = &audit->journal,
                                               .definition = reg->definition,
                                               .batches = recounting->batches,
                                               .batch_count = recounting->batch_count,
                                               .row_count = (size_t)reg->rows};
    const enum vota_status status = vota_recount_init(ret_recount, &source, &recounting->err);
    if (status != VOTA_OK)
        return status;
    return vota_audit_openings(recounting->audit, reg, ret_recount);
}

static bool has_disavowals(const struct vota_audit *audit)
{
    uint64_t n = 0;
    for (; audit != NULL; audit = audit->before)
        n += audit->findings.counts[VOTA_FOUND_DISAVOWED];
    return n > 0;
}

/* The numbers as if nothing were disavowed; none where the register would then not be open. */
static enum vota_status tally_undisavowed(struct vota_audit_recounting *recounting,
                                          struct vota_audit_recounted *recounted)
{
    struct vota_audit_register *reg = recounted->reg;
    struct vota_count_scope scope = vota_count_journal_all(&recounting->audit->journal);
    struct vota_count_tally tally = {.numbers = calloc(reg->n, sizeof *tally.numbers)};
    if (tally.numbers == NULL)
        return VOTA_NO_MEMORY;
    scope.ignore_disavowals = true;
    const enum vota_status status =
        vota_recount_tally(&tally, recounted->recount, &recounting->procedures, scope);
    if (status == VOTA_OK)
        reg->numbers_undisavowed = tally.numbers;
    else
        free(tally.numbers);
    return status == VOTA_NOT_FOUND ? VOTA_OK : status;
}

/* The numbers over all entries, and beside them those without disavowals where there are any. */
static enum vota_status tally_all(struct vota_audit_recounting *recounting,
                                  struct vota_audit_recounted *recounted)
{
    const struct vota_audit *audit = recounting->audit;
    struct vota_audit_register *reg = recounted->reg;
    enum vota_status status = VOTA_OK;
    reg->numbers = calloc(reg->n, sizeof *reg->numbers);
    if (reg->numbers == NULL)
        return VOTA_NO_MEMORY;
    if (has_disavowals(audit))
        status = tally_undisavowed(recounting, recounted);
    if (status != VOTA_OK)
        return status;
    recounted->all.numbers = reg->numbers;
    status = vota_recount_tally(&recounted->all, recounted->recount, &recounting->procedures,
                                vota_count_journal_all(&audit->journal));
    if (status != VOTA_OK)
        return status;
    reg->margin = vota_count_result_margin(reg->definition, reg->numbers);
    reg->is_recounted = audit->all_rows && audit->is_complete && vota_audit_has_beginning(audit);
    return VOTA_OK;
}

static enum vota_status recount(struct vota_audit_recounting *recounting,
                                struct vota_audit_register *reg, struct vota_recount *rows)
{
    struct vota_audit_recounted recounted = {
        .reg = reg, .recount = rows, .procedures = &recounting->procedures};
    const enum vota_status status = tally_all(recounting, &recounted);
    if (status != VOTA_OK)
        return status;
    return vota_audit_results(recounting->audit, &recounted);
}

static bool is_procedure(const struct vota_audit_register *reg)
{
    return reg->definition->kind == VOTA_REGISTER_PROCEDURE;
}

static enum vota_status gather_procedures(struct vota_audit_recounting *recounting)
{
    struct vota_audit *audit = recounting->audit;
    enum vota_status status = VOTA_OK;
    recounting->procedures.items = calloc(audit->register_count > 0 ? audit->register_count : 1,
                                          sizeof *recounting->procedures.items);
    if (recounting->procedures.items == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < audit->register_count && status == VOTA_OK; i++) {
        if (is_procedure(&audit->registers[i]))
            status = vota_audit_gather(recounting, &audit->registers[i],
                                       &recounting->procedures.items[recounting->procedures.n++]);
    }
    return status;
}

static enum vota_status recount_all(struct vota_audit_recounting *recounting)
{
    struct vota_audit *audit = recounting->audit;
    enum vota_status status = VOTA_OK;
    size_t procedure = 0;
    for (size_t i = 0; i < audit->register_count && status == VOTA_OK; i++) {
        struct vota_audit_register *reg = &audit->registers[i];
        struct vota_recount rows = {.numbers = NULL};
        vota_audit_progress(audit, "results", i, audit->register_count);
        if (is_procedure(reg)) {
            status = recount(recounting, reg, &recounting->procedures.items[procedure++]);
            continue;
        }
        status = vota_audit_gather(recounting, reg, &rows);
        if (status == VOTA_OK)
            status = recount(recounting, reg, &rows);
        vota_recount_done(&rows);
    }
    return status;
}

void vota_audit_recounting_done(struct vota_audit_recounting *recounting)
{
    for (size_t i = 0; i < recounting->procedures.n; i++)
        vota_recount_done(&recounting->procedures.items[i]);
    free(recounting->procedures.items);
    free(recounting->batches);
}

/* Results of registers that nobody opened belong to no register above. */
static void look_for_stray_results(struct vota_audit *audit)
{
    const struct vota_count_journal *journal = &audit->journal;
    const struct vota_count_scope all = vota_count_journal_all(journal);
    /* A predecessor that is not counted with may have opened them. */
    const bool is_known = vota_audit_has_beginning(audit);
    for (size_t i = 0; i < journal->length; i++) {
        const struct vota_entry *entry = &journal->entries[i];
        if (entry->kind != VOTA_ENTRY_RESULT || is_register(audit, entry->a.bytes) ||
            vota_count_journal_disavowed(journal, all, i))
            continue;
        struct vota_audit_finding *finding =
            is_known
                ? vota_audit_find(&audit->findings, VOTA_FOUND_RESULT_NOT_OPENED, VOTA_NOT_VALID)
                : vota_audit_find(&audit->findings, VOTA_FOUND_RESULT_NO_BEGINNING,
                                  VOTA_NOT_CHECKED);
        finding->entry = entry->number;
        finding->has_register = true;
        finding->register_hash = entry->a;
    }
}

static void summarise(struct vota_audit *audit)
{
    const bool known = audit->uses_data && audit->all_rows && audit->is_complete &&
                       vota_audit_has_beginning(audit);
    struct vota_audit_finding *finding = vota_audit_find(&audit->findings, VOTA_FOUND_RECOUNT,
                                                         known ? VOTA_VALID : VOTA_NOT_CHECKED);
    finding->left = audit->register_count;
    if (audit->uses_data)
        vota_audit_find(&audit->findings, VOTA_FOUND_OPENINGS, VOTA_VALID)->left = audit->openings;
}

enum vota_status vota_audit_recounting_init(struct vota_audit_recounting *ret_recounting,
                                            struct vota_audit *audit)
{
    *ret_recounting = (struct vota_audit_recounting){.audit = audit};
    enum vota_status status = list_registers(audit);
    if (status == VOTA_OK)
        status = list_batches(ret_recounting);
    return status == VOTA_OK ? gather_procedures(ret_recounting) : status;
}

enum vota_status vota_audit_registers(struct vota_audit *audit)
{
    struct vota_audit_recounting recounting;
    if (!audit->has_deployment || !audit->counts || audit->input.is_before)
        return VOTA_OK;
    enum vota_status status = vota_audit_recounting_init(&recounting, audit);
    for (size_t i = 0; i < recounting.batch_count && status == VOTA_OK; i++) {
        if (vota_audit_has_beginning(audit))
            look_for_strangers(audit, &recounting.batches[i]);
    }
    if (status == VOTA_OK)
        status = recount_all(&recounting);
    vota_audit_recounting_done(&recounting);
    if (status != VOTA_OK)
        return status;
    look_for_stray_results(audit);
    summarise(audit);
    return VOTA_OK;
}
