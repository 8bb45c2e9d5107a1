/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers journal and rows, then asks the counting rule: see tally.h. */
#include "bridge/engine/tally.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/store/store_batch.h"
#include "bridge/store/store_line.h"
#include "bridge/store/store_recover.h"

/* The journal as the rule wants it, predecessors' entries first; definitions are copies. */
struct book {
    struct vota_entry *entries;
    struct vota_slice *definitions;
    uint8_t **owned; /* what the definitions point to */
    size_t n, cap;
    struct vota_count_journal journal;
};

/* Rows of the register, in the order in which the store walks them. */
struct rows {
    const struct book *book;
    struct vota_row *row;
    struct vota_count_row *count_row;
    size_t n, cap;
};

static void *grown(void *old, size_t count, size_t size)
{
    size_t bytes = 0;
    return vota_mul(&bytes, count, size) ? realloc(old, bytes) : NULL;
}

static void book_done(struct book *book)
{
    for (size_t i = 0; i < book->n; i++)
        free(book->owned[i]);
    free(book->owned);
    free(book->definitions);
    free(book->entries);
    free(book->journal.marks);
    free(book->journal.opened);
}

static enum vota_status book_grow(struct book *book)
{
    if (book->n < book->cap)
        return VOTA_OK;
    const size_t cap = book->cap == 0 ? 256 : book->cap * 2;
    struct vota_entry *entries = grown(book->entries, cap, sizeof *entries);
    if (entries != NULL)
        book->entries = entries;
    struct vota_slice *definitions = grown(book->definitions, cap, sizeof *definitions);
    if (definitions != NULL)
        book->definitions = definitions;
    uint8_t **owned = grown(book->owned, cap, sizeof *owned);
    if (owned != NULL)
        book->owned = owned;
    if (entries == NULL || definitions == NULL || owned == NULL)
        return VOTA_NO_MEMORY;
    book->cap = cap;
    return VOTA_OK;
}

static enum vota_status book_add(void *context, const struct vota_store_entry *entry)
{
    struct book *book = context;
    uint8_t *copy = NULL;
    const enum vota_status status = book_grow(book);
    if (status != VOTA_OK)
        return status;
    if (entry->entry.kind == VOTA_ENTRY_REGISTER && entry->data.len > 0) {
        copy = malloc(entry->data.len);
        if (copy == NULL)
            return VOTA_NO_MEMORY;
        memcpy(copy, entry->data.at, entry->data.len);
    }
    book->entries[book->n] = entry->entry;
    book->owned[book->n] = copy;
    book->definitions[book->n] = (struct vota_slice){copy, copy != NULL ? entry->data.len : 0};
    book->n++;
    return VOTA_OK;
}

static enum vota_status book_read(struct book *book, struct vota_store *store, int64_t network,
                                  struct vota_error *err)
{
    struct vota_store_span spans[VOTA_LINE_NETWORKS_MAX];
    size_t n = 0;
    enum vota_status status =
        vota_store_line_spans(spans, &n, VOTA_LINE_NETWORKS_MAX, store, network, err);
    for (size_t i = 0; status == VOTA_OK && i < n; i++)
        status = vota_store_journal_each(store, spans[i].network,
                                         (struct vota_store_range){0, spans[i].last}, book_add,
                                         book, err);
    if (status != VOTA_OK)
        return status;
    if (book->n == 0)
        return vota_fail(err, VOTA_NOT_FOUND, "register", "not-opened");
    struct vota_count_journal *journal = &book->journal;
    const size_t registers = vota_count_journal_registers(book->entries, book->n);
    journal->entries = book->entries;
    journal->definitions = book->definitions;
    journal->length = book->n;
    journal->marks = calloc(book->n, sizeof *journal->marks);
    journal->opened = calloc(registers > 0 ? registers : 1, sizeof *journal->opened);
    if (journal->marks == NULL || journal->opened == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "journal", "no-memory");
    return vota_count_journal_init(journal, err);
}

static enum vota_status rows_add(void *context, uint64_t entry,
                                 const struct vota_store_record *record)
{
    struct rows *rows = context;
    if (rows->n == rows->cap) {
        const size_t cap = rows->cap == 0 ? 4096 : rows->cap * 2;
        struct vota_row *row = grown(rows->row, cap, sizeof *row);
        if (row != NULL)
            rows->row = row;
        struct vota_count_row *count_row = grown(rows->count_row, cap, sizeof *count_row);
        if (count_row != NULL)
            rows->count_row = count_row;
        if (row == NULL || count_row == NULL)
            return VOTA_NO_MEMORY;
        rows->cap = cap;
    }
    rows->row[rows->n] = record->row;
    rows->count_row[rows->n] = (struct vota_count_row){
        .leaf = record->leaf, .place = (uint32_t)(entry - rows->book->entries[0].number)};
    rows->n++;
    return VOTA_OK;
}

/* The second walk: the same rows in the same order, now with their openings. */
struct opening {
    struct vota_count *count;
    size_t i;
};

static enum vota_status open_row(void *context, uint64_t entry,
                                 const struct vota_store_record *record)
{
    struct opening *opening = context;
    vota_hash salt;
    (void)entry;
    if (opening->i == opening->count->row_count)
        return VOTA_INTERNAL;
    if (vota_store_record_salt(&salt, record))
        (void)vota_count_open_row(opening->count, opening->i, &salt, record->content);
    opening->i++;
    return VOTA_OK;
}

static enum vota_status allocate(struct vota_count *count)
{
    const size_t n = count->row_count > 0 ? count->row_count : 1;
    const size_t choice = vota_count_choice_bytes(count->definition);
    count->choices = calloc(n, choice > 0 ? choice : 1);
    count->by_tag = calloc(n, sizeof *count->by_tag);
    count->buckets = calloc(VOTA_COUNT_BUCKETS, sizeof *count->buckets);
    count->batches = calloc(count->journal->length, sizeof *count->batches);
    return count->choices != NULL && count->by_tag != NULL && count->buckets != NULL &&
                   count->batches != NULL
               ? VOTA_OK
               : VOTA_NO_MEMORY;
}

/* What is counted: a register's rows on a network and its predecessors. */
struct question {
    struct vota_store *store;
    const struct vota_store_register *reg;
    int64_t network;
};

static enum vota_status decide(struct vota_tally *ret_tally, struct vota_count *count,
                               const struct question *question, struct vota_error *err)
{
    struct opening opening = {.count = count};
    struct vota_count_tally tally = {.numbers = ret_tally->numbers};
    enum vota_status status = allocate(count);
    if (status != VOTA_OK)
        return vota_fail(err, status, "register", "no-memory");
    status = vota_count_init(count, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_batch_register_records(question->store, question->reg->id,
                                               question->network, open_row, &opening, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_count_journal *journal = count->journal;
    status = vota_count_tally(count, &tally, vota_count_journal_all(journal), NULL);
    if (status == VOTA_NOT_FOUND)
        return vota_fail(err, status, "register", "not-opened");
    ret_tally->n = vota_count_length(count->definition);
    ret_tally->last_entry = journal->entries[journal->length - 1].number;
    return status;
}

/* A batch that counts, but whose rows are not here: any count without them may be wrong. */
static enum vota_status refuse_foreign(void *context, const struct vota_store_foreign *foreign)
{
    const struct vota_count_journal *journal = context;
    if (foreign->entry.kind != VOTA_ENTRY_BATCH)
        return VOTA_OK;
    for (size_t i = 0; i < journal->length; i++) {
        if (journal->entries[i].number == foreign->entry.number)
            return journal->marks[i].disavowed_by != 0 ? VOTA_OK : VOTA_CONFLICT;
    }
    return VOTA_CONFLICT;
}

static enum vota_status check_rows(const struct book *book, struct vota_store *store,
                                   int64_t network, struct vota_error *err)
{
    struct vota_count_journal journal = book->journal;
    struct vota_error why = {0};
    const enum vota_status status =
        vota_store_recover_foreign(store, network, refuse_foreign, &journal, &why);
    if (status == VOTA_CONFLICT)
        return vota_fail(err, status, "journal", "rows-missing");
    return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, why.where, why.text);
}

enum vota_status vota_tally_register(struct vota_tally *ret_tally, struct vota_store *store,
                                     const struct vota_store_register *reg, int64_t network,
                                     struct vota_error *err)
{
    static struct vota_definition definition;
    struct book book = {0};
    struct rows rows = {.book = &book};
    struct vota_count count = {.journal = &book.journal, .definition = &definition};
    enum vota_status status =
        vota_definition_read(&definition, reg->definition.at, reg->definition.len, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_begin_view(store, err);
    if (status != VOTA_OK)
        return status;
    status = book_read(&book, store, network, err);
    if (status == VOTA_OK)
        status = check_rows(&book, store, network, err);
    if (status == VOTA_OK)
        status = vota_store_batch_register_records(store, reg->id, network, rows_add, &rows, err);
    for (size_t i = 0; status == VOTA_OK && i < rows.n; i++)
        rows.count_row[i].row = &rows.row[i];
    count.rows = rows.count_row;
    count.row_count = rows.n;
    if (status == VOTA_OK)
        status = decide(ret_tally, &count, &(struct question){store, reg, network}, err);
    vota_store_end_view(store);
    free(count.choices);
    free(count.by_tag);
    free(count.buckets);
    free(count.batches);
    free(rows.row);
    free(rows.count_row);
    book_done(&book);
    return status;
}
