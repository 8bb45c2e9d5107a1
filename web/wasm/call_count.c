/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counting rule over one register: rows of batches and openings in, numbers
 * and the standing of one leaf out. Every batch must rebuild its entry's root, so
 * that whoever serves rows cannot leave some out.
 */
#include "proof/count.h"
#include "proof/leaf.h"
#include "proof/merkle.h"
#include "web/wasm/call.h"
#include "web/wasm/names.h"

#define MAX_PROCEDURES 64u

/* The complete rows of one batch, with their leaves. */
struct batch {
    size_t place; /* of its entry in the journal */
    const struct vota_row *rows;
    vota_hash *leaves;
    size_t n;
};

/* A count under way. */
struct counting {
    struct vota_call *call;
    struct vota_fields fields;
    struct vota_count_journal journal;
    struct batch *batches;
    size_t batch_count;
    struct vota_count_tombstones tombstones;
    struct vota_count count; /* the register's own */
    uint64_t *numbers;
    bool has_standing;
    enum vota_standing standing;
    uint64_t standing_entry;
};

static enum vota_status refuse(struct counting *counting, const char *where, const char *reason)
{
    return vota_fail(&counting->call->err, VOTA_BAD_INPUT, where, reason);
}

/* ---- the journal ---- */

static void read_definitions(struct counting *counting, struct vota_slice *definitions)
{
    const struct vota_count_journal *journal = &counting->journal;
    struct vota_fields *fields = &counting->fields;
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(fields, &walk, "definitions", journal->length);
    for (size_t i = 0; i < n && fields->status == VOTA_OK; i++) {
        struct vota_fields one =
            vota_fields_of(vota_fields_item(fields, &walk), "definitions", fields->err);
        const struct vota_slice text =
            vota_call_text(counting->call, &one, vota_fields_text(&one, "definition"));
        const uint64_t place = vota_fields_number(&one, "number") - journal->entries[0].number;
        fields->status = vota_fields_end(&one);
        if (fields->status == VOTA_OK && place >= journal->length)
            vota_fields_refuse(fields, "definitions", "bad-value");
        else if (fields->status == VOTA_OK)
            definitions[place] = text;
    }
}

static enum vota_status read_journal(struct counting *counting)
{
    struct vota_count_journal *journal = &counting->journal;
    struct vota_fields *fields = &counting->fields;
    struct vota_entry *entries = NULL;
    struct vota_deployment record;
    vota_call_entries(counting->call, fields, "entries", &entries, &journal->length);
    vota_call_record(&record, fields, "record");
    struct vota_slice *definitions =
        vota_call_room(counting->call, fields, journal->length, sizeof *definitions);
    if (fields->status != VOTA_OK)
        return fields->status;
    if (journal->length == 0 || entries[0].number != record.genesis.pred_length + 1)
        return refuse(counting, "entries", "not-consecutive");
    journal->entries = entries;
    journal->definitions = definitions;
    read_definitions(counting, definitions);
    journal->marks =
        vota_call_room(counting->call, fields, journal->length, sizeof *journal->marks);
    journal->opened = vota_call_room(counting->call, fields,
                                     vota_count_journal_registers(entries, journal->length),
                                     sizeof *journal->opened);
    if (fields->status != VOTA_OK)
        return fields->status;
    return vota_count_journal_init(journal, &counting->call->err);
}

/* ---- batches ---- */

static enum vota_status check_batch(struct counting *counting, const struct batch *batch)
{
    const struct vota_entry *entry = &counting->journal.entries[batch->place];
    size_t tree_len = 0;
    vota_hash root;
    uint32_t count = 0;
    if (!vota_entry_get_batch(&root, &count, entry) || count != batch->n ||
        vota_merkle_tree_len(&tree_len, batch->n) != VOTA_OK)
        return refuse(counting, "batches", "not-a-batch");
    struct vota_arena before = *counting->call->arena;
    vota_hash *tree = vota_arena_array(counting->call->arena, tree_len, sizeof *tree);
    /* Rows in another order are still the rows. */
    const vota_hash *sorted = vota_call_ascend(batch->leaves, batch->n)
                                  ? batch->leaves
                                  : vota_call_sorted(counting->call, batch->leaves, batch->n);
    if (tree == NULL || sorted == NULL)
        return VOTA_NO_MEMORY;
    if (vota_merkle_build(tree, sorted, batch->n) != VOTA_OK || !vota_hash_equal(&tree[0], &root))
        return refuse(counting, "batches", "root-differs");
    /* The tree's place is taken again: what grew meanwhile stays. */
    before.left += (size_t)(counting->call->arena->at + counting->call->arena->left -
                            (before.at + before.left));
    *counting->call->arena = before;
    return VOTA_OK;
}

static enum vota_status read_batch(struct counting *counting, struct batch *batch,
                                   struct vota_slice value, struct vota_rd *rows)
{
    const struct vota_count_journal *journal = &counting->journal;
    struct vota_fields fields = vota_fields_of(value, "batches", &counting->call->err);
    const uint64_t len = vota_fields_number(&fields, "bytes");
    const uint64_t place = vota_fields_number(&fields, "number") - journal->entries[0].number;
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    if (place >= journal->length || len % VOTA_ROW_BYTES != 0 || len > rows->left)
        return refuse(counting, "batches", "bad-value");
    batch->place = (size_t)place;
    batch->n = (size_t)len / VOTA_ROW_BYTES;
    batch->rows = (const struct vota_row *)(const void *)vota_rd_take(rows, (size_t)len);
    batch->leaves = vota_arena_array(counting->call->arena, batch->n, sizeof *batch->leaves);
    if (batch->leaves == NULL)
        return VOTA_NO_MEMORY;
    vota_leaf_hash_rows(batch->leaves, batch->rows, batch->n);
    return check_batch(counting, batch);
}

static enum vota_status read_batches(struct counting *counting)
{
    struct vota_fields *fields = &counting->fields;
    struct vota_scan_walk walk;
    struct vota_rd rows = vota_rd_of_slice(counting->call->bytes);
    const size_t n = vota_fields_array(fields, &walk, "batches", counting->journal.length);
    counting->batches = vota_call_room(counting->call, fields, n, sizeof *counting->batches);
    enum vota_status status = fields->status;
    for (size_t i = 0; i < n && status == VOTA_OK; i++) {
        status =
            read_batch(counting, &counting->batches[i], vota_fields_item(fields, &walk), &rows);
        if (status == VOTA_OK && i > 0 &&
            counting->batches[i].place <= counting->batches[i - 1].place)
            status = refuse(counting, "batches", "not-consecutive");
    }
    if (status == VOTA_OK && rows.left > 0)
        status = refuse(counting, "batches", "bad-length");
    counting->batch_count = n;
    return status;
}

/* ---- one register ---- */

static bool is_row_of(const struct vota_row *row, const vota_hash *register_hash)
{
    return vota_hash_equal(&row->register_hash, register_hash);
}

static size_t rows_of(const struct counting *counting, const vota_hash *register_hash)
{
    size_t n = 0;
    for (size_t i = 0; i < counting->batch_count; i++) {
        for (size_t k = 0; k < counting->batches[i].n; k++)
            n += is_row_of(&counting->batches[i].rows[k], register_hash);
    }
    return n;
}

/* The rule's memory, and the register's rows in it. */
static enum vota_status gather(struct counting *counting, struct vota_count *count,
                               const vota_hash *register_hash)
{
    struct vota_arena *arena = counting->call->arena;
    const size_t n = rows_of(counting, register_hash);
    count->rows = vota_arena_array(arena, n, sizeof *count->rows);
    count->choices = vota_arena_array(arena, n, vota_count_choice_bytes(count->definition));
    count->by_tag = vota_arena_array(arena, n, sizeof *count->by_tag);
    count->by_leaf = vota_arena_array(arena, n, sizeof *count->by_leaf);
    count->buckets = vota_arena_array(arena, VOTA_COUNT_BUCKETS, sizeof *count->buckets);
    count->batches = vota_arena_array(arena, counting->journal.length, sizeof *count->batches);
    if (count->rows == NULL || count->choices == NULL || count->by_tag == NULL ||
        count->by_leaf == NULL || count->buckets == NULL || count->batches == NULL)
        return VOTA_NO_MEMORY;
    for (size_t i = 0; i < counting->batch_count; i++) {
        const struct batch *batch = &counting->batches[i];
        for (size_t k = 0; k < batch->n; k++) {
            if (is_row_of(&batch->rows[k], register_hash))
                count->rows[count->row_count++] =
                    (struct vota_count_row){.leaf = batch->leaves[k],
                                            .row = &batch->rows[k],
                                            .place = (uint32_t)batch->place};
        }
    }
    return vota_count_init(count, &counting->call->err);
}

/* Every opening is offered: one of another register, or that does not hash, opens nothing. */
static enum vota_status open_rows(struct counting *counting, struct vota_count *count,
                                  struct vota_slice openings)
{
    struct vota_scan_walk walk = vota_scan_walk_of(openings);
    struct vota_slice key;
    struct vota_slice value;
    while (vota_scan_next(&walk, &key, &value)) {
        struct vota_fields fields = vota_fields_of(value, "openings", &counting->call->err);
        vota_hash leaf;
        vota_hash salt;
        const struct vota_slice raw = vota_fields_text(&fields, "content");
        vota_fields_hex(&fields, &leaf, sizeof leaf, "leaf");
        vota_fields_hex(&fields, &salt, sizeof salt, "salt");
        size_t first = 0;
        if (vota_fields_end(&fields) != VOTA_OK)
            return fields.status;
        if (vota_count_find(count, &first, &leaf) == 0)
            continue;
        const struct vota_slice content = vota_call_text(counting->call, &fields, raw);
        if (fields.status != VOTA_OK)
            return fields.status;
        (void)vota_count_open(count, &leaf, &salt, content);
    }
    return VOTA_OK;
}

/* The register as it was opened, its rows and what is known of them. */
static enum vota_status take_register(struct counting *counting, struct vota_count *count,
                                      const vota_hash *register_hash, struct vota_slice openings)
{
    const struct vota_count_journal *journal = &counting->journal;
    struct vota_definition *definition = vota_arena_take(counting->call->arena, sizeof *definition);
    size_t place = 0;
    if (definition == NULL)
        return VOTA_NO_MEMORY;
    if (vota_count_journal_opening(journal, &place, vota_count_journal_all(journal),
                                   register_hash) != VOTA_OK)
        return vota_fail(&counting->call->err, VOTA_NOT_FOUND, "register", "not-opened");
    enum vota_status status =
        vota_definition_read(definition, journal->definitions[place].at,
                             journal->definitions[place].len, &counting->call->err);
    *count = (struct vota_count){.journal = journal, .definition = definition};
    if (status == VOTA_OK)
        status = gather(counting, count, register_hash);
    return status == VOTA_OK ? open_rows(counting, count, openings) : status;
}

static uint64_t *new_numbers(struct counting *counting, const struct vota_count *count)
{
    return vota_arena_array(counting->call->arena, vota_count_length(count->definition),
                            sizeof(uint64_t));
}

/* The tombstones of one procedure register. */
static enum vota_status take_tombstones(struct counting *counting, const vota_hash *register_hash,
                                        struct vota_slice openings)
{
    const struct vota_count_scope all = vota_count_journal_all(&counting->journal);
    struct vota_count_tombstones *tombstones = &counting->tombstones;
    struct vota_count *count = vota_arena_take(counting->call->arena, sizeof *count);
    if (count == NULL)
        return VOTA_NO_MEMORY;
    enum vota_status status = take_register(counting, count, register_hash, openings);
    if (status != VOTA_OK)
        return status;
    struct vota_count_tally tally = {.numbers = new_numbers(counting, count)};
    vota_hash *leaves = vota_arena_array(counting->call->arena,
                                         tombstones->count + count->row_count, sizeof *leaves);
    if (tally.numbers == NULL || leaves == NULL)
        return VOTA_NO_MEMORY;
    vota_bytes_copy(leaves, tombstones->leaves, tombstones->count * sizeof *leaves);
    tombstones->leaves = leaves;
    tombstones->cap = tombstones->count + count->row_count;
    status = vota_count_tally(count, &tally, all, NULL);
    return status == VOTA_OK ? vota_count_tombstones_add(tombstones, count) : status;
}

static enum vota_status take_procedures(struct counting *counting, struct vota_slice openings)
{
    struct vota_fields *fields = &counting->fields;
    struct vota_scan_walk walk;
    const size_t n = vota_fields_array(fields, &walk, "procedures", MAX_PROCEDURES);
    enum vota_status status = fields->status;
    for (size_t i = 0; i < n && status == VOTA_OK; i++) {
        vota_hash register_hash;
        vota_fields_item_hex(fields, &register_hash, sizeof register_hash, &walk);
        status = fields->status;
        if (status == VOTA_OK)
            status = take_tombstones(counting, &register_hash, openings);
        if (status == VOTA_NOT_FOUND) /* not opened: it has no tombstones */
            status = VOTA_OK;
    }
    vota_count_tombstones_sort(&counting->tombstones);
    return status;
}

/* ---- the answer ---- */

/* Of several rows with one leaf the first in this order is the record's. */
static size_t rank(enum vota_standing standing)
{
    static const enum vota_standing best_first[] = {
        VOTA_STANDING_COUNTS,   VOTA_STANDING_UNOPENED, VOTA_STANDING_ERASED,
        VOTA_STANDING_INVALID,  VOTA_STANDING_CONFLICT, VOTA_STANDING_SUPERSEDED,
        VOTA_STANDING_UNTIMELY, VOTA_STANDING_DISAVOWED};
    size_t i = 0;
    while (i < sizeof best_first / sizeof best_first[0] && best_first[i] != standing)
        i++;
    return i;
}

static void look_up(struct counting *counting, const vota_hash *leaf)
{
    const struct vota_count *count = &counting->count;
    size_t first = 0;
    const size_t n = vota_count_find(count, &first, leaf);
    for (size_t i = first; i < first + n; i++) {
        const struct vota_count_row *row = &count->rows[count->by_leaf[i]];
        const enum vota_standing standing = vota_count_standing(row);
        if (rank(standing) >= rank(counting->standing))
            continue;
        counting->standing = standing;
        counting->standing_entry =
            standing == VOTA_STANDING_SUPERSEDED ? counting->journal.entries[row->by].number : 0;
    }
}

static void write_count(struct vota_canon *canon, const void *about)
{
    const struct counting *counting = about;
    vota_canon_object(canon, NULL);
    vota_canon_numbers(canon, "numbers", counting->numbers,
                       vota_count_length(counting->count.definition));
    if (counting->has_standing) {
        vota_canon_object(canon, "standing");
        vota_canon_word(canon, "as", vota_names_standings[counting->standing]);
        vota_canon_number(canon, "entry", counting->standing_entry);
        vota_canon_object_end(canon);
    }
    vota_canon_object_end(canon);
}

static enum vota_status tally(struct counting *counting)
{
    struct vota_count_tally tally = {.numbers = new_numbers(counting, &counting->count)};
    counting->numbers = tally.numbers;
    if (tally.numbers == NULL)
        return VOTA_NO_MEMORY;
    return vota_count_tally(&counting->count, &tally, vota_count_journal_all(&counting->journal),
                            &counting->tombstones);
}

enum vota_status vota_call_count(struct vota_call *call)
{
    struct counting counting = {.call = call,
                                .fields = vota_fields_of(call->args, "count", &call->err)};
    vota_hash register_hash;
    vota_hash leaf;
    enum vota_status status = read_journal(&counting);
    if (status == VOTA_OK)
        status = read_batches(&counting);
    if (status != VOTA_OK)
        return status;
    const struct vota_slice openings = vota_fields_get(&counting.fields, "openings");
    vota_fields_hex(&counting.fields, &register_hash, sizeof register_hash, "register");
    counting.has_standing = vota_fields_has(&counting.fields, "leaf");
    if (counting.has_standing)
        vota_fields_hex(&counting.fields, &leaf, sizeof leaf, "leaf");
    if (vota_scan_type_of(openings) != VOTA_SCAN_ARRAY)
        vota_fields_refuse(&counting.fields, "openings", "bad-type");
    status = counting.fields.status;
    if (status == VOTA_OK)
        status = take_procedures(&counting, openings);
    if (status == VOTA_OK)
        status = vota_fields_end(&counting.fields);
    if (status == VOTA_OK)
        status = take_register(&counting, &counting.count, &register_hash, openings);
    if (status == VOTA_OK)
        status = tally(&counting);
    if (status != VOTA_OK)
        return status;
    if (counting.has_standing)
        look_up(&counting, &leaf);
    return vota_call_answer(call, write_count, &counting);
}
