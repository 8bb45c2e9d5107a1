/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for a document in the procedure registers: see audit_document.h. */
#include "bridge/audit/audit_document.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/audit/audit_parts.h"
#include "bridge/publish/publication.h"
#include "keccak/keccak.h"
#include "proof/leaf.h"

/* One register being looked through, and what was found so far. */
struct search {
    struct vota_audit *audit;
    const uint8_t *sha256;
    const struct vota_audit_register *reg;
    const struct vota_count *count;             /* of reg, as tallied over all entries */
    const struct vota_audit_register *found_in; /* NULL: nothing yet */
    vota_hash found_step;
    vota_hash found_leaf;
    size_t first, last; /* places of entries with the document */
    size_t other;       /* 1 + place of the last with another one of that step; 0: none */
    bool unopened;      /* a row may be it: nobody shows what it says */
    uint8_t content[VOTA_CONTENT_MAX_BYTES];
};

/* A record that counts, and what it says. */
struct record {
    struct vota_content content;
    size_t place; /* of its entry */
    vota_hash leaf;
};

typedef void each_record(struct search *search, const struct record *record);

/* The entry of a leaf whose row counts; false where none does. */
static bool find_counted(const struct search *search, const vota_hash *leaf, size_t *ret_place)
{
    size_t first = 0;
    const size_t n = vota_count_find(search->count, &first, leaf);
    for (size_t i = first; i < first + n; i++) {
        const struct vota_count_row *row = &search->count->rows[search->count->by_leaf[i]];
        if (row->state != VOTA_COUNT_COUNTED)
            continue;
        *ret_place = row->place;
        return true;
    }
    return false;
}

/* That an opening hashes to its row, the recount has seen: only such a row can be counted. */
static void read_file(struct search *search, struct vota_slice file, each_record *each)
{
    struct vota_reader_lines lines = vota_reader_lines_of(file);
    struct vota_slice line;
    while (vota_reader_next(&lines, &line, NULL) == VOTA_OK) {
        struct vota_opening opening;
        struct record record;
        vota_hash content_hash;
        if (vota_openings_json_read(&opening, search->content, line, NULL) != VOTA_OK ||
            !find_counted(search, &opening.leaf, &record.place) ||
            vota_content_check(&record.content, search->reg->definition, opening.content) !=
                VOTA_CONTENT_COUNTED)
            continue;
        vota_leaf_content_hash(&content_hash, &opening.salt, opening.content);
        size_t first = 0;
        (void)vota_count_find(search->count, &first, &opening.leaf);
        const struct vota_count_row *row = &search->count->rows[search->count->by_leaf[first]];
        record.leaf = opening.leaf;
        if (vota_hash_equal(&row->row->content_hash, &content_hash))
            each(search, &record);
    }
}

static void each_of(struct search *search, each_record *each)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_publication_register_path(path, "openings", &search->reg->hash, ".ndjson");
    for (const struct vota_audit *member = search->audit; member != NULL; member = member->before) {
        struct vota_slice file;
        if (!member->uses_data ||
            vota_reader_map(member->input.reader, &file, path, NULL) != VOTA_OK)
            continue;
        read_file(search, file, each);
        vota_reader_unmap(&file);
    }
}

static vota_hash step_of(const struct record *record)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, record->content.step.at, record->content.step.len);
    return hash;
}

static bool is_document(const struct search *search, const struct record *record)
{
    return memcmp(record->content.document_sha256, search->sha256, 32) == 0;
}

static void look_for_first(struct search *search, const struct record *record)
{
    if (!is_document(search, record) ||
        (search->found_in != NULL && record->place >= search->first))
        return;
    search->found_in = search->reg;
    search->found_step = step_of(record);
    search->found_leaf = record->leaf;
    search->first = record->place;
}

static void look_for_newer(struct search *search, const struct record *record)
{
    const vota_hash step = step_of(record);
    if (!vota_hash_equal(&step, &search->found_step))
        return;
    if (is_document(search, record) && record->place > search->last)
        search->last = record->place;
    if (!is_document(search, record) && record->place + 1 > search->other)
        search->other = record->place + 1;
}

/* ---- register by register ---- */

static enum vota_status search_register(struct search *search, struct vota_recount *recount,
                                        struct vota_recount_procedures *procedures)
{
    struct vota_count_tally tally = {.numbers = recount->numbers};
    const struct vota_count_scope all = vota_count_journal_all(&search->audit->journal);
    const enum vota_status status = vota_recount_tally(&tally, recount, procedures, all);
    if (status != VOTA_OK) /* not opened in the end: it has no records */
        return status == VOTA_NOT_FOUND ? VOTA_OK : status;
    search->count = &recount->count;
    for (size_t i = 0; i < recount->count.row_count; i++)
        search->unopened |= recount->count.rows[i].state == VOTA_COUNT_UNOPENED ||
                            recount->count.rows[i].state == VOTA_COUNT_ERASED;
    each_of(search, look_for_first);
    return VOTA_OK;
}

/* The registers in their order, with the recount of each that is a procedure. */
static enum vota_status search_all(struct search *search, struct vota_audit_recounting *recounting)
{
    struct vota_recount_procedures *procedures = &recounting->procedures;
    enum vota_status status = VOTA_OK;
    size_t procedure = 0;
    for (size_t i = 0; i < search->audit->register_count && status == VOTA_OK; i++) {
        search->reg = &search->audit->registers[i];
        if (search->reg->definition->kind == VOTA_REGISTER_PROCEDURE)
            status = search_register(search, &procedures->items[procedure++], procedures);
    }
    procedure = 0;
    for (size_t i = 0; search->found_in != NULL && i < search->audit->register_count; i++) {
        search->reg = &search->audit->registers[i];
        if (search->reg->definition->kind != VOTA_REGISTER_PROCEDURE)
            continue;
        search->count = &procedures->items[procedure++].count;
        if (search->reg == search->found_in)
            each_of(search, look_for_newer);
    }
    return status;
}

/* ---- the answer ---- */

static void tell_found(struct vota_document *document, const struct search *search)
{
    const struct vota_entry *entries = search->audit->journal.entries;
    const struct vota_definition *definition = search->found_in->definition;
    const struct vota_entry *entry = &entries[search->first];
    const size_t id_len = definition->id.len < sizeof document->register_id
                              ? definition->id.len
                              : sizeof document->register_id - 1;
    document->reason = VOTA_DOCUMENT_ANCHORED;
    document->entry = entry->number;
    document->block = entry->block;
    document->time = entry->time;
    document->register_hash = search->found_in->hash;
    document->leaf = search->found_leaf;
    memcpy(document->register_id, definition->id.at, id_len);
    document->still_open = document->as_of_time <= definition->counts_until;
    if (search->other > search->last + 1)
        document->newer_entry = entries[search->other - 1].number;
}

static enum vota_document_reason why_not_found(const struct search *search,
                                               const struct vota_audit_recounting *recounting)
{
    const struct vota_audit *audit = search->audit;
    if (!vota_audit_knows_rows(audit, vota_count_journal_all(&audit->journal)))
        return VOTA_DOCUMENT_NO_ROWS;
    if (recounting->procedures.n == 0)
        return VOTA_DOCUMENT_NO_REGISTER;
    return search->unopened ? VOTA_DOCUMENT_NO_OPENINGS : VOTA_DOCUMENT_NEVER;
}

static enum vota_verdict verdict_of(enum vota_document_reason reason)
{
    switch (reason) {
    case VOTA_DOCUMENT_ANCHORED:
        return VOTA_VALID;
    case VOTA_DOCUMENT_NEVER:
    case VOTA_DOCUMENT_NO_REGISTER:
        return VOTA_NOT_VALID;
    case VOTA_DOCUMENT_NO_CONTRACT:
    case VOTA_DOCUMENT_NOT_COMPLETE:
    case VOTA_DOCUMENT_NO_ROWS:
    case VOTA_DOCUMENT_NO_OPENINGS:
        break;
    }
    return VOTA_NOT_CHECKED;
}

static enum vota_status look(struct search *search, struct vota_document *document)
{
    struct vota_audit_recounting recounting;
    enum vota_status status = vota_audit_recounting_init(&recounting, search->audit);
    if (status == VOTA_OK)
        status = search_all(search, &recounting);
    if (status == VOTA_OK && search->found_in != NULL)
        tell_found(document, search);
    else if (status == VOTA_OK)
        document->reason = why_not_found(search, &recounting);
    vota_audit_recounting_done(&recounting);
    vota_audit_forget_registers(search->audit);
    return status;
}

enum vota_status vota_audit_document(struct vota_audit *audit, struct vota_document *ret_document,
                                     const uint8_t sha256[32])
{
    struct vota_document document = {.reason = VOTA_DOCUMENT_NO_CONTRACT};
    enum vota_status status = VOTA_OK;
    if (audit->has_chain) {
        document.as_of_block = audit->chain.block;
        document.as_of_time = audit->chain.time;
    }
    if (audit->has_deployment && audit->has_chain && audit->counts) {
        struct search *search = calloc(1, sizeof *search);
        if (search == NULL)
            return VOTA_NO_MEMORY;
        search->audit = audit;
        search->sha256 = sha256;
        document.reason = VOTA_DOCUMENT_NOT_COMPLETE;
        if (audit->is_complete && vota_audit_has_beginning(audit))
            status = look(search, &document);
        free(search);
    }
    if (status != VOTA_OK)
        return status;
    document.verdict = verdict_of(document.reason);
    *ret_document = document;
    return VOTA_OK;
}

const char *vota_document_reason_name(enum vota_document_reason reason)
{
    static const char *const names[] = {
        [VOTA_DOCUMENT_NO_CONTRACT] = "no-contract", [VOTA_DOCUMENT_NOT_COMPLETE] = "not-complete",
        [VOTA_DOCUMENT_NO_ROWS] = "no-rows",         [VOTA_DOCUMENT_NO_OPENINGS] = "no-openings",
        [VOTA_DOCUMENT_NO_REGISTER] = "no-register", [VOTA_DOCUMENT_NEVER] = "never",
        [VOTA_DOCUMENT_ANCHORED] = "anchored"};
    return names[reason];
}
