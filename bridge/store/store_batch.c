/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing and reading batches: see store_batch.h. */
#include "bridge/store/store_batch.h"

#include <stdlib.h>

#include "bridge/store/record_columns.h"
#include "bridge/store/store_line.h"

enum vota_status vota_store_batch_pending(struct vota_store_pending *ret_pending,
                                          struct vota_store *store, int64_t network,
                                          struct vota_error *err)
{
    static const struct vota_sql sql = {
        "pending.sum",
        "SELECT count(*), min(anchor_by), (SELECT accepted_at FROM record WHERE id ="
        "  (SELECT min(record_id) FROM pending WHERE network_id = :network))"
        " FROM pending WHERE network_id = :network",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    struct vota_store_pending pending = {0};
    if (vota_query_next(&q)) {
        pending.count = vota_query_u64(&q, 0);
        pending.anchor_by = vota_query_u64(&q, 1);
        pending.oldest = vota_query_u64(&q, 2);
    }
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_pending = pending;
    return status;
}

enum vota_status vota_store_batch_promise(uint64_t *ret_anchor_by, struct vota_store *store,
                                          int64_t network, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "batch.promise",
        "SELECT min(record.anchor_by) FROM operation"
        " CROSS JOIN leaf ON leaf.batch_id = operation.batch_id"
        " CROSS JOIN record ON record.id = leaf.record_id"
        " WHERE operation.network_id = :network"
        " AND operation.state IN ('queued', 'signed', 'sent', 'halted')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    uint64_t anchor_by = 0;
    if (vota_query_next(&q))
        anchor_by = vota_query_u64(&q, 0);
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_anchor_by = anchor_by;
    return status;
}

enum vota_status vota_store_batch_collect(struct vota_merkle_item *ret_items, size_t *ret_n,
                                          size_t cap, struct vota_store *store, int64_t network,
                                          struct vota_error *err)
{
    /* CROSS JOIN keeps the order of acceptance, which is that of the pending table. Where the
     * first record stands there is no second to look for: the index record_tag sees to it. */
    static const struct vota_sql sql = {
        "pending.collect",
        "SELECT record.id, record.leaf FROM pending"
        " CROSS JOIN record ON record.id = pending.record_id"
        " CROSS JOIN register ON register.id = record.register_id"
        " WHERE pending.network_id = :network AND register.opened_entry IS NOT NULL"
        " AND (register.revision <> 'last' OR NOT EXISTS ("
        "  SELECT 1 FROM record AS earlier JOIN pending AS waiting ON waiting.record_id = "
        "earlier.id WHERE earlier.register_id = record.register_id AND earlier.tag = record.tag"
        "  AND earlier.id < record.id))"
        " ORDER BY pending.record_id LIMIT :cap",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":cap", cap);
    size_t n = 0;
    while (n < cap && vota_query_next(&q)) {
        ret_items[n].tag = vota_query_u64(&q, 0);
        ret_items[n].leaf = vota_query_hash(&q, 1);
        n++;
    }
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_n = n;
    return status;
}

static enum vota_status add_batch(struct vota_store_batch *ret_batch, struct vota_store *store,
                                  const struct vota_store_seal *seal, struct vota_error *err)
{
    static const struct vota_sql sql = {"batch.add",
                                        "INSERT INTO batch (network_id, sealed_at, root, count)"
                                        " VALUES (:network, :sealed_at, :root, :count)",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", seal->network);
    vota_query_bind_u64(&q, ":sealed_at", seal->sealed_at);
    vota_query_bind_hash(&q, ":root", &seal->root);
    vota_query_bind_u64(&q, ":count", seal->n);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status == VOTA_OK)
        *ret_batch = (struct vota_store_batch){.id = sqlite3_last_insert_rowid(store->db),
                                               .network = seal->network,
                                               .sealed_at = seal->sealed_at,
                                               .root = seal->root,
                                               .count = seal->n};
    return status;
}

static enum vota_status add_leaf(struct vota_store *store, int64_t batch, size_t position,
                                 const struct vota_merkle_item *item, struct vota_error *err)
{
    static const struct vota_sql sql = {"leaf.add",
                                        "INSERT INTO leaf (batch_id, position, record_id, leaf)"
                                        " VALUES (:batch, :position, :record, :leaf)",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":batch", batch);
    vota_query_bind_u64(&q, ":position", position);
    vota_query_bind_u64(&q, ":record", item->tag);
    vota_query_bind_hash(&q, ":leaf", &item->leaf);
    return vota_query_run(&q, NULL, err);
}

/* Every leaf in the order of the batch, which is the table's. */
static enum vota_status add_leaves(struct vota_store *store, int64_t batch,
                                   const struct vota_store_seal *seal, struct vota_error *err)
{
    for (size_t i = 0; i < seal->n; i++) {
        const struct vota_merkle_item *item = &seal->items[i];
        if (i > 0 && vota_bytes_compare(item[-1].leaf.bytes, item->leaf.bytes, 32) >= 0)
            return vota_fail(err, VOTA_BAD_INPUT, "leaf.add", "leaf-order");
        const enum vota_status status = add_leaf(store, batch, i, item, err);
        if (status != VOTA_OK)
            return status;
    }
    return VOTA_OK;
}

/* Where a record's leaf is. */
struct place {
    uint64_t record, position;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    return (x->record > y->record) - (x->record < y->record);
}

static enum vota_status add_place(struct vota_store *store, int64_t batch,
                                  const struct place *place, struct vota_error *err)
{
    static const struct vota_sql sql = {"place.add",
                                        "INSERT INTO place (record_id, batch_id, position)"
                                        " VALUES (:record, :batch, :position)",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_u64(&q, ":record", place->record);
    vota_query_bind_i64(&q, ":batch", batch);
    vota_query_bind_u64(&q, ":position", place->position);
    return vota_query_run(&q, NULL, err);
}

static enum vota_status end_waiting(struct vota_store *store, int64_t network, uint64_t record,
                                    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "pending.end", "DELETE FROM pending WHERE record_id = :record AND network_id = :network",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_u64(&q, ":record", record);
    vota_query_bind_i64(&q, ":network", network);
    uint64_t changes = 0;
    const enum vota_status status = vota_query_run(&q, &changes, err);
    if (status != VOTA_OK)
        return status;
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, "pending.end", "not-pending");
}

/* Every record from the queue to its place, in order of records, which is that of both tables. */
static enum vota_status settle_records(struct vota_store *store, int64_t batch,
                                       const struct vota_store_seal *seal, struct vota_error *err)
{
    struct place *places = calloc(seal->n, sizeof *places);
    if (places == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "place.add", "no-memory");
    for (size_t i = 0; i < seal->n; i++)
        places[i] = (struct place){.record = seal->items[i].tag, .position = i};
    qsort(places, seal->n, sizeof *places, compare_places);
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < seal->n; i++) {
        status = add_place(store, batch, &places[i], err);
        if (status == VOTA_OK)
            status = end_waiting(store, seal->network, places[i].record, err);
    }
    free(places);
    return status;
}

enum vota_status vota_store_batch_seal(struct vota_store_batch *ret_batch, struct vota_store *store,
                                       const struct vota_store_seal *seal, struct vota_error *err)
{
    if (seal->n == 0 || seal->n > VOTA_MERKLE_MAX_LEAVES)
        return vota_fail(err, VOTA_LIMIT, "batch.add", "batch-size");
    struct vota_store_batch batch;
    enum vota_status status = add_batch(&batch, store, seal, err);
    if (status != VOTA_OK)
        return status;
    status = add_leaves(store, batch.id, seal, err);
    if (status == VOTA_OK)
        status = settle_records(store, batch.id, seal, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_store_operation operation = {.network = seal->network,
                                                   .kind = VOTA_OP_BATCH,
                                                   .batch = batch.id,
                                                   .created_at = seal->sealed_at};
    status = vota_store_line_queue(&batch.operation, store, &operation, err);
    if (status == VOTA_OK)
        *ret_batch = batch;
    return status;
}

/* The newest operation decides: an earlier one may have been disavowed. */
#define SELECT_BATCH                                                                               \
    "SELECT batch.id, batch.network_id, batch.sealed_at, batch.root, batch.count, operation.id,"   \
    " operation.entry_number FROM batch LEFT JOIN operation ON operation.id ="                     \
    " (SELECT max(own.id) FROM operation AS own CROSS JOIN network ON network.id = own.network_id" \
    "  WHERE own.batch_id = batch.id AND network.role <> 'secondary')"

static void read_batch(struct vota_query *q, struct vota_store_batch *ret_batch)
{
    *ret_batch = (struct vota_store_batch){
        .id = vota_query_i64(q, 0),
        .network = vota_query_i64(q, 1),
        .sealed_at = vota_query_u64(q, 2),
        .root = vota_query_hash(q, 3),
        .count = vota_query_u64(q, 4),
        .operation = vota_query_i64(q, 5),
        .entry = vota_query_u64(q, 6),
    };
}

enum vota_status vota_store_batch_get(struct vota_store_batch *ret_batch, struct vota_store *store,
                                      int64_t id, struct vota_error *err)
{
    static const struct vota_sql sql = {"batch.get", SELECT_BATCH " WHERE batch.id = :id", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    struct vota_store_batch batch = {0};
    const bool found = vota_query_next(&q);
    if (found)
        read_batch(&q, &batch);
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_batch = batch;
    return status;
}

enum vota_status
vota_store_batch_each(struct vota_store *store, int64_t network,
                      enum vota_status (*each)(void *context, const struct vota_store_batch *batch),
                      void *context, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "batch.each", SELECT_BATCH " WHERE batch.network_id = :network ORDER BY batch.id", true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        struct vota_store_batch batch;
        read_batch(&q, &batch);
        status = each(context, &batch);
    }
    return vota_query_end_walk(&q, status, err);
}

enum vota_status vota_store_batch_leaves(vota_hash *ret_leaves, size_t *ret_n, size_t cap,
                                         struct vota_store *store, int64_t batch,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "batch.leaves", "SELECT leaf FROM leaf WHERE batch_id = :batch ORDER BY position", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":batch", batch);
    size_t n = 0;
    bool more = vota_query_next(&q);
    while (more && n < cap) {
        ret_leaves[n++] = vota_query_hash(&q, 0);
        more = vota_query_next(&q);
    }
    const enum vota_status status = vota_query_end(&q, err);
    if (status != VOTA_OK)
        return status;
    if (more)
        return vota_fail(err, VOTA_LIMIT, "batch.leaves", "too-many");
    *ret_n = n;
    return VOTA_OK;
}

enum vota_status vota_store_batch_records(
    struct vota_store *store, int64_t batch,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {"batch.records",
                                        "SELECT " VOTA_RECORD_COLUMNS
                                        " FROM leaf CROSS JOIN record ON record.id = leaf.record_id"
                                        " CROSS JOIN register ON register.id = record.register_id"
                                        " WHERE leaf.batch_id = :batch ORDER BY leaf.position",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":batch", batch);
    return vota_record_columns_walk(&q, each, context, err);
}

/* Of one network's journal: rows come out of the index in order, so that none are held. */
static enum vota_status span_records(
    struct vota_store *store, int64_t reg, const struct vota_store_span *span,
    enum vota_status (*each)(void *context, uint64_t entry, const struct vota_store_record *record),
    void *context, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "batch.register_records",
        "SELECT " VOTA_RECORD_COLUMNS ", operation.entry_number FROM register"
        " CROSS JOIN operation ON operation.network_id = :network"
        "  AND operation.batch_id IS NOT NULL AND operation.entry_number IS NOT NULL"
        "  AND operation.entry_number <= :last"
        " CROSS JOIN leaf ON leaf.batch_id = operation.batch_id"
        " CROSS JOIN record ON record.id = leaf.record_id AND record.register_id = register.id"
        " WHERE register.id = :register ORDER BY operation.entry_number, operation.id,"
        " leaf.position",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":register", reg);
    vota_query_bind_i64(&q, ":network", span->network);
    vota_query_bind_u64(&q, ":last", span->last);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        struct vota_store_record record;
        vota_record_columns_read(&q, &record);
        status = each(context, vota_query_u64(&q, VOTA_RECORD_COLUMN_COUNT), &record);
    }
    return vota_query_end_walk(&q, status, err);
}

enum vota_status vota_store_batch_register_records(
    struct vota_store *store, int64_t reg, int64_t network,
    enum vota_status (*each)(void *context, uint64_t entry, const struct vota_store_record *record),
    void *context, struct vota_error *err)
{
    struct vota_store_span spans[VOTA_LINE_NETWORKS_MAX];
    size_t n = 0;
    enum vota_status status =
        vota_store_line_spans(spans, &n, VOTA_LINE_NETWORKS_MAX, store, network, err);
    for (size_t i = 0; status == VOTA_OK && i < n; i++)
        status = span_records(store, reg, &spans[i], each, context, err);
    return status;
}

enum vota_status vota_store_batch_register_openings(
    struct vota_store *store, int64_t reg, struct vota_store_batch_range range,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    /* Sorted are leaves and ids, 60 bytes a record in memory, not the records themselves. */
    static const struct vota_sql sql = {
        "batch.register_openings",
        "SELECT record.id FROM record"
        " WHERE record.register_id = :register AND (record.content IS NOT NULL"
        "  OR EXISTS (SELECT 1 FROM shown WHERE shown.record_id = record.id)) AND EXISTS ("
        "  SELECT 1 FROM place CROSS JOIN operation ON operation.batch_id = place.batch_id"
        "  WHERE place.record_id = record.id AND operation.network_id = :network"
        "  AND operation.entry_number <= :last)"
        " ORDER BY record.leaf",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":register", reg);
    vota_query_bind_i64(&q, ":network", range.network);
    vota_query_bind_u64(&q, ":last", range.last);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q))
        status = vota_store_record_see_row(store, vota_query_i64(&q, 0), each, context, err);
    return vota_query_end_walk(&q, status, err);
}
