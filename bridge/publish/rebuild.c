/* SPDX-License-Identifier: Apache-2.0 */
/* Entries that nobody explains, one after the other: see rebuild.h. */
#include "bridge/publish/rebuild.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/engine/attempt.h"
#include "bridge/publish/openings_json.h"
#include "bridge/publish/publication.h"
#include "bridge/store/store_batch.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_line.h"
#include "bridge/store/store_outbox.h"
#include "bridge/store/store_recover.h"
#include "bridge/store/store_register.h"
#include "proof/definition.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

/* The entries to explain, and what is known of the work so far. */
struct rebuilding {
    const struct vota_rebuild *rebuild;
    struct vota_rebuild_report report;
    struct vota_store_foreign *foreign;
    size_t n, cap;
    struct vota_definition definition;
};

static void miss(struct rebuilding *rebuilding, uint64_t entry)
{
    if (rebuilding->report.missing++ == 0)
        rebuilding->report.first_missing = entry;
}

static enum vota_status note_foreign(void *context, const struct vota_store_foreign *foreign)
{
    struct rebuilding *rebuilding = context;
    if (rebuilding->n == rebuilding->cap) {
        const size_t cap = rebuilding->cap == 0 ? 64 : 2 * rebuilding->cap;
        struct vota_store_foreign *grown =
            reallocarray(rebuilding->foreign, cap, sizeof *rebuilding->foreign);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        rebuilding->foreign = grown;
        rebuilding->cap = cap;
    }
    rebuilding->foreign[rebuilding->n++] = *foreign;
    return VOTA_OK;
}

/* ---- registers and results, from what their events emitted ---- */

/* Adds the register of a definition; *ret_id. The caller's transaction. */
static enum vota_status add_register(struct rebuilding *rebuilding, int64_t *ret_id,
                                     struct vota_slice text, struct vota_error *err)
{
    struct vota_definition *definition = &rebuilding->definition;
    enum vota_status status = vota_definition_read(definition, text.at, text.len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_store_register reg = {.network = rebuilding->rebuild->network->line,
                                      .revision = definition->revision,
                                      .opens_at = definition->opens_at,
                                      .closes_at = definition->closes_at,
                                      .counts_until = definition->counts_until,
                                      .results_by = definition->results_by,
                                      .anchor_within = definition->anchor_within,
                                      .definition = text};
    vota_definition_hash(&reg.hash, text.at, text.len);
    vota_bytes_copy(reg.slug, definition->id.at, definition->id.len);
    return vota_store_register_add(ret_id, rebuilding->rebuild->store, &reg, err);
}

static enum vota_status queue(struct rebuilding *rebuilding, enum vota_op_kind kind, int64_t reg,
                              struct vota_slice arguments, struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    int64_t id = 0;
    const struct vota_store_operation operation = {.network = rebuild->network->id,
                                                   .kind = kind,
                                                   .reg = reg,
                                                   .arguments = arguments,
                                                   .created_at = rebuild->now};
    return vota_store_outbox_queue(&id, rebuild->store, &operation, err);
}

static enum vota_status put_back_register(struct rebuilding *rebuilding,
                                          const struct vota_store_entry *entry,
                                          struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    struct vota_store_register_copy known = {0};
    struct vota_error none = {0};
    int64_t id = 0;
    enum vota_status status = vota_store_register_get_hash(
        &known, rebuild->store, rebuild->network->line, &entry->entry.a, &none);
    if (status == VOTA_OK)
        id = known.about.id;
    else if (status == VOTA_NOT_FOUND)
        status = add_register(rebuilding, &id, entry->data, &none);
    vota_store_register_done(&known);
    if (status == VOTA_OK)
        status = queue(rebuilding, VOTA_OP_REGISTER, id, (struct vota_slice){NULL, 0}, err);
    else if (status != VOTA_BAD_INPUT) /* an invalid definition opened nothing */
        return vota_fail(err, status, none.where, none.text);
    rebuilding->report.registers += status == VOTA_OK;
    return status == VOTA_BAD_INPUT ? VOTA_NOT_FOUND : status;
}

static enum vota_status put_back_result(struct rebuilding *rebuilding,
                                        const struct vota_store_entry *entry,
                                        struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    struct vota_store_register_copy reg = {0};
    uint64_t last_entry = 0;
    uint8_t *arguments = malloc(8 + entry->data.len);
    if (arguments == NULL || vota_word_u64(&last_entry, &entry->entry.b) != VOTA_OK) {
        free(arguments);
        return VOTA_NO_MEMORY;
    }
    vota_store_be(arguments, 8, last_entry);
    vota_bytes_copy(arguments + 8, entry->data.at, entry->data.len);
    enum vota_status status = vota_store_register_get_hash(
        &reg, rebuild->store, rebuild->network->line, &entry->entry.a, err);
    if (status == VOTA_OK)
        status = queue(rebuilding, VOTA_OP_RESULT, reg.about.id,
                       (struct vota_slice){arguments, 8 + entry->data.len}, err);
    if (status == VOTA_OK && reg.about.closed_at == 0)
        status =
            vota_store_register_set_closed(rebuild->store, reg.about.id, entry->entry.time, err);
    rebuilding->report.results += status == VOTA_OK;
    vota_store_register_done(&reg);
    free(arguments);
    return status;
}

/* ---- batches, from their rows ---- */

/* The rows of one batch while they are put back. */
struct rows {
    struct vota_slice file;
    size_t n;
    struct vota_merkle_item *items;   /* leaf, and the place in the file, then the record */
    struct vota_merkle_item *waiting; /* records that the store still has, by leaf */
    size_t n_waiting;
    struct vota_merkle_item *scratch;
    vota_hash *tree;
};

static void rows_done(struct rows *rows)
{
    vota_reader_unmap(&rows->file);
    free(rows->items);
    free(rows->waiting);
    free(rows->scratch);
    free(rows->tree);
}

/* The rows of an entry, if they are there and rebuild its root; NOT_FOUND if not. */
static enum vota_status rows_read(struct rows *rows, const struct rebuilding *rebuilding,
                                  const struct vota_entry *entry)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_hash root;
    uint32_t count = 0;
    size_t tree_len = 0;
    vota_publication_entry_path(path, "batches", entry->number, ".rows");
    if (!vota_entry_get_batch(&root, &count, entry) ||
        vota_reader_map(rebuilding->rebuild->reader, &rows->file, path, NULL) != VOTA_OK ||
        rows->file.len != (size_t)count * VOTA_ROW_BYTES ||
        vota_merkle_tree_len(&tree_len, count) != VOTA_OK)
        return VOTA_NOT_FOUND;
    rows->n = count;
    rows->items = calloc(count, sizeof *rows->items);
    rows->tree = calloc(tree_len, sizeof *rows->tree);
    if (rows->items == NULL || rows->tree == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < rows->n; i++) {
        struct vota_row row;
        vota_leaf_row_read(&row, rows->file.at + i * VOTA_ROW_BYTES);
        vota_leaf_hash(&rows->items[i].leaf, &row);
        rows->items[i].tag = i;
        if (i > 0 && vota_bytes_compare(&rows->items[i - 1].leaf, &rows->items[i].leaf, 32) >= 0)
            return VOTA_NOT_FOUND;
    }
    if (vota_merkle_build_items(rows->tree, rows->items, rows->n) != VOTA_OK)
        return VOTA_NOT_FOUND;
    return vota_hash_equal(&rows->tree[0], &root) ? VOTA_OK : VOTA_NOT_FOUND;
}

/* What an old store still has waiting, sorted by leaf. */
static enum vota_status waiting_read(struct rows *rows, const struct rebuilding *rebuilding,
                                     struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    struct vota_store_pending pending;
    enum vota_status status =
        vota_store_batch_pending(&pending, rebuild->store, rebuild->network->line, err);
    if (status != VOTA_OK || pending.count == 0)
        return status;
    rows->waiting = calloc(pending.count, sizeof *rows->waiting);
    rows->scratch = calloc(pending.count, sizeof *rows->scratch);
    if (rows->waiting == NULL || rows->scratch == NULL)
        return VOTA_NO_MEMORY;
    status = vota_store_batch_collect(rows->waiting, &rows->n_waiting, pending.count,
                                      rebuild->store, rebuild->network->line, err);
    if (status == VOTA_OK)
        vota_merkle_sort(rows->waiting, rows->scratch, rows->n_waiting);
    return status;
}

static int compare_items(const void *a, const void *b)
{
    const struct vota_merkle_item *left = a;
    const struct vota_merkle_item *right = b;
    return vota_bytes_compare(&left->leaf, &right->leaf, sizeof left->leaf);
}

static const struct vota_merkle_item *find_waiting(const struct rows *rows,
                                                   const struct vota_merkle_item *item)
{
    if (rows->n_waiting == 0)
        return NULL;
    return bsearch(item, rows->waiting, rows->n_waiting, sizeof *item, compare_items);
}

/* The row's record: the one that waits, or a new one without opening. Sets item->tag. */
static enum vota_status take_row(struct rebuilding *rebuilding, const struct rows *rows,
                                 struct vota_merkle_item *item, const struct vota_entry *entry,
                                 struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    const struct vota_merkle_item *known = find_waiting(rows, item);
    struct vota_store_record record = {
        .leaf = item->leaf, .accepted_at = entry->time, .anchor_by = entry->time};
    struct vota_store_register_copy reg = {0};
    int64_t id = 0;
    vota_leaf_row_read(&record.row, rows->file.at + item->tag * VOTA_ROW_BYTES);
    if (known != NULL) {
        item->tag = known->tag;
        rebuilding->report.found++;
        return VOTA_OK;
    }
    enum vota_status status = vota_store_register_get_hash(
        &reg, rebuild->store, rebuild->network->line, &record.row.register_hash, err);
    record.reg = reg.about.id;
    record.once = reg.about.revision == VOTA_REVISION_FIRST;
    if (status == VOTA_OK)
        status = vota_store_recover_add(&id, rebuild->store, rebuild->network->line, &record, err);
    vota_store_register_done(&reg);
    item->tag = (uint64_t)id;
    return status;
}

static enum vota_status put_back_batch(struct rebuilding *rebuilding,
                                       const struct vota_entry *entry, struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    struct rows rows = {.n = 0};
    struct vota_store_batch batch;
    enum vota_status status = rows_read(&rows, rebuilding, entry);
    if (status == VOTA_OK)
        status = waiting_read(&rows, rebuilding, err);
    for (size_t i = 0; status == VOTA_OK && i < rows.n; i++)
        status = take_row(rebuilding, &rows, &rows.items[i], entry, err);
    if (status == VOTA_OK) {
        const struct vota_store_seal seal = {.network = rebuild->network->line,
                                             .sealed_at = entry->time,
                                             .root = rows.tree[0],
                                             .items = rows.items,
                                             .n = rows.n};
        status = vota_store_batch_seal(&batch, rebuild->store, &seal, err);
    }
    rebuilding->report.batches += status == VOTA_OK;
    rebuilding->report.rows += status == VOTA_OK ? rows.n : 0;
    rows_done(&rows);
    if (rebuild->progress != NULL)
        rebuild->progress(rebuild->progress_context, rebuilding->report.rows);
    return status;
}

/* ---- one entry ---- */

struct putting_back {
    struct rebuilding *rebuilding;
    struct vota_error *err;
};

static enum vota_status put_back(void *context, const struct vota_store_entry *entry)
{
    const struct putting_back *putting_back = context;
    switch (entry->entry.kind) {
    case VOTA_ENTRY_REGISTER:
        return put_back_register(putting_back->rebuilding, entry, putting_back->err);
    case VOTA_ENTRY_BATCH:
        return put_back_batch(putting_back->rebuilding, &entry->entry, putting_back->err);
    case VOTA_ENTRY_RESULT:
        return put_back_result(putting_back->rebuilding, entry, putting_back->err);
    default:
        return VOTA_OK;
    }
}

/* NOT_FOUND, CONFLICT and BAD_INPUT concern the entry; anything else ends the work. */
static enum vota_status explain(struct rebuilding *rebuilding, uint64_t number,
                                struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    const struct vota_rebuild_report before = rebuilding->report;
    struct vota_error why = {0};
    struct putting_back putting_back = {rebuilding, &why};
    enum vota_status status = vota_store_begin(rebuild->store, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_journal_each(rebuild->store, rebuild->network->id,
                                     (struct vota_store_range){number, number}, put_back,
                                     &putting_back, &why);
    if (status == VOTA_OK)
        status = vota_store_commit(rebuild->store, &why);
    vota_store_rollback(rebuild->store);
    if (status == VOTA_OK)
        return VOTA_OK;
    rebuilding->report = before;
    if (status != VOTA_NOT_FOUND && status != VOTA_CONFLICT && status != VOTA_BAD_INPUT)
        return vota_fail(err, status, why.where, why.text);
    miss(rebuilding, number);
    return VOTA_OK;
}

/* ---- openings ---- */

/* A register's file of openings, merged with its records in leaf order. */
struct merging {
    struct vota_reader_lines lines;
    bool has_opening;
    struct vota_opening opening;
    uint8_t content[VOTA_CONTENT_MAX_BYTES];
    struct pair {
        int64_t record;
        vota_hash salt;
        uint8_t *content; /* owned */
        size_t len;
    } * pairs;
    size_t n, cap;
};

static void next_opening(struct merging *merging)
{
    struct vota_slice line;
    merging->has_opening =
        vota_reader_next(&merging->lines, &line, NULL) == VOTA_OK &&
        vota_openings_json_read(&merging->opening, merging->content, line, NULL) == VOTA_OK;
}

static bool opens(const struct vota_opening *opening, const struct vota_store_record *record)
{
    vota_hash hash;
    vota_leaf_content_hash(&hash, &opening->salt, opening->content);
    return vota_hash_equal(&hash, &record->row.content_hash);
}

static enum vota_status keep_pair(struct merging *merging, const struct vota_store_record *record)
{
    const struct vota_opening *opening = &merging->opening;
    if (merging->n == merging->cap) {
        const size_t cap = merging->cap == 0 ? 256 : 2 * merging->cap;
        struct pair *grown = reallocarray(merging->pairs, cap, sizeof *merging->pairs);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        merging->pairs = grown;
        merging->cap = cap;
    }
    uint8_t *content = malloc(opening->content.len);
    if (content == NULL)
        return VOTA_NO_MEMORY;
    vota_bytes_copy(content, opening->content.at, opening->content.len);
    merging->pairs[merging->n++] =
        (struct pair){record->id, opening->salt, content, opening->content.len};
    return VOTA_OK;
}

static enum vota_status merge(void *context, const struct vota_store_record *record)
{
    struct merging *merging = context;
    while (merging->has_opening &&
           vota_bytes_compare(&merging->opening.leaf, &record->leaf, 32) < 0)
        next_opening(merging);
    if (!merging->has_opening || !vota_hash_equal(&merging->opening.leaf, &record->leaf) ||
        !opens(&merging->opening, record))
        return VOTA_OK;
    return keep_pair(merging, record);
}

static enum vota_status store_pairs(struct rebuilding *rebuilding, const struct merging *merging,
                                    struct vota_error *err)
{
    struct vota_store *store = rebuilding->rebuild->store;
    enum vota_status status = vota_store_begin(store, err);
    for (size_t i = 0; status == VOTA_OK && i < merging->n; i++) {
        const struct pair *pair = &merging->pairs[i];
        const struct vota_slice content = {pair->content, pair->len};
        status = vota_store_recover_show(store, pair->record, &pair->salt, content, err);
    }
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    rebuilding->report.openings += status == VOTA_OK ? merging->n : 0;
    return status;
}

static void merging_done(struct merging *merging)
{
    for (size_t i = 0; i < merging->n; i++)
        free(merging->pairs[i].content);
    free(merging->pairs);
    free(merging);
}

static enum vota_status open_register(struct rebuilding *rebuilding, int64_t reg,
                                      const vota_hash *hash, struct vota_error *err)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_slice file;
    vota_publication_register_path(path, "openings", hash, ".ndjson");
    if (vota_reader_map(rebuilding->rebuild->reader, &file, path, NULL) != VOTA_OK)
        return VOTA_OK; /* nothing is published of it (yet) */
    struct merging *merging = calloc(1, sizeof *merging);
    enum vota_status status = VOTA_NO_MEMORY;
    if (merging != NULL) {
        merging->lines = vota_reader_lines_of(file);
        next_opening(merging);
        status = vota_store_recover_unopened(rebuilding->rebuild->store, reg, merge, merging, err);
        if (status == VOTA_OK && merging->n > 0)
            status = store_pairs(rebuilding, merging, err);
        merging_done(merging);
    }
    vota_reader_unmap(&file);
    return status;
}

/* Registers of the line, noted first: the walk must be over before anything is written. */
struct registers {
    struct {
        int64_t id;
        vota_hash hash;
    } item[1024];
    size_t n;
};

static enum vota_status note_register(void *context, const struct vota_store_register *reg)
{
    struct registers *registers = context;
    if (registers->n == sizeof registers->item / sizeof registers->item[0])
        return VOTA_LIMIT;
    registers->item[registers->n].id = reg->id;
    registers->item[registers->n++].hash = reg->hash;
    return VOTA_OK;
}

static enum vota_status open_registers(struct rebuilding *rebuilding, struct vota_error *err)
{
    const struct vota_rebuild *rebuild = rebuilding->rebuild;
    struct registers *registers = calloc(1, sizeof *registers);
    if (registers == NULL)
        return VOTA_NO_MEMORY;
    enum vota_status status = vota_store_register_each(rebuild->store, rebuild->network->line,
                                                       note_register, registers, err);
    for (size_t i = 0; status == VOTA_OK && i < registers->n; i++)
        status = open_register(rebuilding, registers->item[i].id, &registers->item[i].hash, err);
    free(registers);
    return status;
}

enum vota_status vota_rebuild(struct vota_rebuild_report *ret_report,
                              const struct vota_rebuild *rebuild, struct vota_error *err)
{
    struct rebuilding *rebuilding = calloc(1, sizeof *rebuilding);
    if (rebuilding == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "rebuild", "no-memory");
    rebuilding->rebuild = rebuild;
    enum vota_status status = vota_store_recover_foreign(rebuild->store, rebuild->network->id,
                                                         note_foreign, rebuilding, err);
    for (size_t i = 0; status == VOTA_OK && i < rebuilding->n; i++)
        status = explain(rebuilding, rebuilding->foreign[i].entry.number, err);
    if (status == VOTA_OK)
        status = open_registers(rebuilding, err);
    if (status == VOTA_OK)
        *ret_report = rebuilding->report;
    free(rebuilding->foreign);
    free(rebuilding);
    return status;
}
