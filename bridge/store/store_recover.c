/* SPDX-License-Identifier: Apache-2.0 */
/* Records and openings that come back, entries that nobody explains: see store_recover.h. */
#include "bridge/store/store_recover.h"

#include "bridge/store/record_columns.h"
#include "proof/hex.h"

#define ID_PREFIX "leaf:"

static enum vota_status add_record(struct vota_store *store, const struct vota_store_record *record,
                                   bool once, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "recover.add",
        "INSERT INTO record (register_id, accepted_at, anchor_by, record_id, tag, once,"
        " content_hash, leaf) VALUES (:register, :accepted_at, :anchor_by, :record_id, :tag,"
        " :once, :content_hash, :leaf)",
        false};
    char name[sizeof ID_PREFIX + VOTA_HASH_HEX_CHARS];
    vota_bytes_copy(name, ID_PREFIX, sizeof ID_PREFIX - 1);
    vota_hex_of_hash(name + sizeof ID_PREFIX - 1, &record->leaf);
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":register", record->reg);
    vota_query_bind_u64(&q, ":accepted_at", record->accepted_at);
    vota_query_bind_u64(&q, ":anchor_by", record->anchor_by);
    vota_query_bind_text(&q, ":record_id", name);
    vota_query_bind_hash(&q, ":tag", &record->row.tag);
    if (once)
        vota_query_bind_i64(&q, ":once", 1);
    vota_query_bind_hash(&q, ":content_hash", &record->row.content_hash);
    vota_query_bind_hash(&q, ":leaf", &record->leaf);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_recover_add(int64_t *ret_id, struct vota_store *store, int64_t network,
                                        const struct vota_store_record *record,
                                        struct vota_error *err)
{
    static const struct vota_sql sql = {
        "recover.pending",
        "INSERT INTO pending (record_id, network_id, anchor_by) VALUES (:id, :network, :anchor_by)",
        false};
    struct vota_error detail = {.status = VOTA_OK};
    enum vota_status status = add_record(store, record, record->once, &detail);
    if (status == VOTA_CONFLICT && record->once) {
        detail = (struct vota_error){.status = VOTA_OK};
        status = add_record(store, record, false, &detail);
    }
    if (status != VOTA_OK)
        return vota_fail(err, status, detail.where, detail.text);
    *ret_id = sqlite3_last_insert_rowid(store->db);
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", *ret_id);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":anchor_by", record->anchor_by);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_recover_unopened(
    struct vota_store *store, int64_t reg,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "recover.unopened",
        "SELECT " VOTA_RECORD_COLUMNS
        " FROM record JOIN register ON register.id = record.register_id"
        " WHERE record.register_id = :register AND record.content IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM shown WHERE shown.record_id = record.id)"
        " ORDER BY record.leaf",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":register", reg);
    return vota_record_columns_walk(&q, each, context, err);
}

enum vota_status vota_store_recover_show(struct vota_store *store, int64_t record,
                                         const vota_hash *salt, struct vota_slice content,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "recover.show",
        "INSERT INTO shown (record_id, salt, content) VALUES (:record, :salt, :content)"
        " ON CONFLICT DO NOTHING",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":record", record);
    vota_query_bind_hash(&q, ":salt", salt);
    vota_query_bind_slice(&q, ":content", content);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_recover_foreign(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_foreign *foreign),
    void *context, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "recover.foreign",
        "SELECT number, kind, block, time, a, b, c, head, EXISTS (SELECT 1 FROM adopted"
        "  WHERE adopted.network_id = entry.network_id AND adopted.number = entry.number"
        "  AND adopted.head = entry.head) FROM entry"
        " WHERE network_id = :network AND kind BETWEEN 1 AND 3 AND NOT EXISTS ("
        "  SELECT 1 FROM operation WHERE operation.network_id = entry.network_id"
        "  AND operation.entry_number = entry.number AND operation.head = entry.head)"
        " ORDER BY number",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        const struct vota_store_foreign foreign = {.entry = {.number = vota_query_u64(&q, 0),
                                                             .kind = vota_query_u64(&q, 1),
                                                             .block = vota_query_u64(&q, 2),
                                                             .time = vota_query_u64(&q, 3),
                                                             .a = vota_query_hash(&q, 4),
                                                             .b = vota_query_hash(&q, 5),
                                                             .c = vota_query_hash(&q, 6)},
                                                   .head = vota_query_hash(&q, 7),
                                                   .adopted = vota_query_i64(&q, 8) != 0};
        status = each(context, &foreign);
    }
    return vota_query_end_walk(&q, status, err);
}
