/* SPDX-License-Identifier: Apache-2.0 */
/* Records in the order of their states: see store_list.h. */
#include "bridge/store/store_list.h"

#include "bridge/store/record_columns.h"

/* ---- leaves ---- */

/* Columns: batch, position, record, leaf. */
static struct vota_store_leaf read_leaf(struct vota_query *q)
{
    return (struct vota_store_leaf){.batch = vota_query_i64(q, 0),
                                    .position = vota_query_u64(q, 1),
                                    .record = vota_query_i64(q, 2),
                                    .leaf = vota_query_hash(q, 3)};
}

enum vota_status vota_store_list_leaf(struct vota_store_leaf *ret_leaf, struct vota_store *store,
                                      const vota_hash *leaf, struct vota_error *err)
{
    static const struct vota_sql sql = {"list.leaf",
                                        "SELECT batch_id, position, record_id, leaf FROM leaf"
                                        " WHERE substr(leaf, 1, 6) = :start AND leaf = :leaf",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_blob(&q, ":start", leaf->bytes, VOTA_STORE_LEAF_START);
    vota_query_bind_hash(&q, ":leaf", leaf);
    struct vota_store_leaf found_leaf = {0};
    const bool found = vota_query_next(&q);
    if (found)
        found_leaf = read_leaf(&q);
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_leaf = found_leaf;
    return status;
}

enum vota_status vota_store_list_leaf_start(struct vota_store_leaf *ret_leaf,
                                            struct vota_store *store,
                                            const uint8_t start[VOTA_STORE_LEAF_START],
                                            struct vota_error *err)
{
    static const struct vota_sql sql = {"list.leaf_start",
                                        "SELECT batch_id, position, record_id, leaf FROM leaf"
                                        " WHERE substr(leaf, 1, 6) = :start LIMIT 2",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_blob(&q, ":start", start, VOTA_STORE_LEAF_START);
    struct vota_store_leaf leaf = {0};
    bool found = vota_query_next(&q);
    if (found) {
        leaf = read_leaf(&q);
        found = !vota_query_next(&q);
    }
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_leaf = leaf;
    return status;
}

enum vota_status vota_store_list_leaves(vota_hash *ret_leaves, struct vota_store *store,
                                        int64_t batch, uint64_t first, size_t n,
                                        struct vota_error *err)
{
    static const struct vota_sql sql = {"list.leaves",
                                        "SELECT leaf FROM leaf WHERE batch_id = :batch"
                                        " AND position >= :first ORDER BY position LIMIT :n",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":batch", batch);
    vota_query_bind_u64(&q, ":first", first);
    vota_query_bind_u64(&q, ":n", n);
    size_t got = 0;
    while (got < n && vota_query_next(&q))
        ret_leaves[got++] = vota_query_hash(&q, 0);
    const enum vota_status status = vota_query_end(&q, err);
    if (status != VOTA_OK)
        return status;
    return got == n ? VOTA_OK : vota_fail(err, VOTA_INTERNAL, "list.leaves", "corrupt");
}

/* ---- records ---- */

enum vota_status vota_store_list_accepted(
    struct vota_store *store, const struct vota_store_list_page *page,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "list.accepted",
        "SELECT " VOTA_RECORD_COLUMNS
        " FROM record CROSS JOIN register ON register.id = record.register_id"
        " WHERE record.id > :after AND register.network_id = :line ORDER BY record.id LIMIT :most",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":after", page->after);
    vota_query_bind_i64(&q, ":line", page->of);
    vota_query_bind_u64(&q, ":most", page->most);
    return vota_record_columns_walk(&q, each, context, err);
}

enum vota_status vota_store_list_sealed(
    struct vota_store *store, const struct vota_store_list_page *page,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {"list.sealed",
                                        "SELECT " VOTA_RECORD_COLUMNS
                                        " FROM leaf CROSS JOIN record ON record.id = leaf.record_id"
                                        " CROSS JOIN register ON register.id = record.register_id"
                                        " WHERE leaf.batch_id = :batch AND leaf.position > :after"
                                        " ORDER BY leaf.position LIMIT :most",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":batch", page->of);
    vota_query_bind_i64(&q, ":after", page->after);
    vota_query_bind_u64(&q, ":most", page->most);
    return vota_record_columns_walk(&q, each, context, err);
}

enum vota_status vota_store_list_batch(int64_t *ret_batch, struct vota_store *store, int64_t line,
                                       int64_t after, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "list.batch",
        "SELECT id FROM batch WHERE id > :after AND network_id = :line ORDER BY id LIMIT 1", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":after", after);
    vota_query_bind_i64(&q, ":line", line);
    int64_t id = 0;
    const bool found = vota_query_next(&q);
    if (found)
        id = vota_query_i64(&q, 0);
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_batch = id;
    return status;
}
