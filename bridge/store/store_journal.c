/* SPDX-License-Identifier: Apache-2.0 */
/* Entries and evidence: see store_journal.h. */
#include "bridge/store/store_journal.h"

#include <stdlib.h>

#include "bridge/store/db.h"

void vota_store_evidence_done(struct vota_store_evidence_copy *copy)
{
    free(copy->bytes);
    *copy = (struct vota_store_evidence_copy){0};
}

enum vota_status vota_store_journal_add(struct vota_store *store, int64_t network,
                                        const struct vota_store_entry *entry,
                                        struct vota_error *err)
{
    /* The same entry again changes nothing but `final`; the triggers refuse another one. */
    static const struct vota_sql sql = {
        "entry.add",
        "INSERT INTO entry (network_id, number, kind, block, time, a, b, c, head, tx_hash,"
        " block_hash, final, data) VALUES (:network, :number, :kind, :block, :time, :a, :b, :c,"
        " :head, :tx_hash, :block_hash, :final, :data)"
        " ON CONFLICT (network_id, number) DO UPDATE SET kind = excluded.kind,"
        " block = excluded.block, time = excluded.time, a = excluded.a, b = excluded.b,"
        " c = excluded.c, head = excluded.head, tx_hash = excluded.tx_hash,"
        " block_hash = excluded.block_hash, final = max(final, excluded.final),"
        " data = excluded.data"
        " WHERE kind <> excluded.kind OR block <> excluded.block OR time <> excluded.time"
        " OR a <> excluded.a OR b <> excluded.b OR c <> excluded.c OR head <> excluded.head"
        " OR tx_hash <> excluded.tx_hash OR block_hash <> excluded.block_hash"
        " OR final < excluded.final OR data <> excluded.data",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":number", entry->entry.number);
    vota_query_bind_u64(&q, ":kind", entry->entry.kind);
    vota_query_bind_u64(&q, ":block", entry->entry.block);
    vota_query_bind_u64(&q, ":time", entry->entry.time);
    vota_query_bind_hash(&q, ":a", &entry->entry.a);
    vota_query_bind_hash(&q, ":b", &entry->entry.b);
    vota_query_bind_hash(&q, ":c", &entry->entry.c);
    vota_query_bind_hash(&q, ":head", &entry->head);
    vota_query_bind_hash(&q, ":tx_hash", &entry->tx_hash);
    vota_query_bind_hash(&q, ":block_hash", &entry->block_hash);
    vota_query_bind_i64(&q, ":final", entry->final ? 1 : 0);
    vota_query_bind_slice(&q, ":data", entry->data);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_journal_forget(struct vota_store *store, int64_t network,
                                           uint64_t first, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "entry.forget", "DELETE FROM entry WHERE network_id = :network AND number >= :first",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":first", first);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_journal_set_final(struct vota_store *store, int64_t network,
                                              uint64_t last, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "entry.set_final",
        "UPDATE entry SET final = 1 WHERE network_id = :network AND number <= :last AND final = 0",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":last", last);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_journal_length(uint64_t *ret_length, uint64_t *ret_final,
                                           vota_hash *ret_head, struct vota_store *store,
                                           int64_t network, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "entry.length",
        "SELECT number, head, (SELECT max(number) FROM entry WHERE network_id = :network"
        " AND final = 1) FROM entry WHERE network_id = :network ORDER BY number DESC LIMIT 1",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    uint64_t length = 0;
    uint64_t final = 0;
    vota_hash head = {{0}};
    if (vota_query_next(&q)) {
        length = vota_query_u64(&q, 0);
        head = vota_query_hash(&q, 1);
        final = vota_query_u64(&q, 2);
    }
    const enum vota_status status = vota_query_end(&q, err);
    if (status != VOTA_OK)
        return status;
    *ret_length = length;
    *ret_final = final;
    *ret_head = head;
    return VOTA_OK;
}

/* Columns: kind, number, block, time, a, b, c, head, tx_hash, block_hash, final, data. */
static void read_entry(struct vota_query *q, struct vota_store_entry *ret_entry)
{
    *ret_entry = (struct vota_store_entry){
        .entry = {.kind = vota_query_u64(q, 0),
                  .number = vota_query_u64(q, 1),
                  .block = vota_query_u64(q, 2),
                  .time = vota_query_u64(q, 3),
                  .a = vota_query_hash(q, 4),
                  .b = vota_query_hash(q, 5),
                  .c = vota_query_hash(q, 6)},
        .head = vota_query_hash(q, 7),
        .tx_hash = vota_query_hash(q, 8),
        .block_hash = vota_query_hash(q, 9),
        .final = vota_query_i64(q, 10) != 0,
        .data = vota_query_slice(q, 11),
    };
}

/* Hands out every row of a query whose binds are made, and ends it. */
static enum vota_status walk_entries(struct vota_query *q,
                                     enum vota_status (*each)(void *context,
                                                              const struct vota_store_entry *entry),
                                     void *context, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(q)) {
        struct vota_store_entry entry;
        read_entry(q, &entry);
        status = each(context, &entry);
    }
    return vota_query_end_walk(q, status, err);
}

enum vota_status vota_store_journal_each(
    struct vota_store *store, int64_t network, struct vota_store_range range,
    enum vota_status (*each)(void *context, const struct vota_store_entry *entry), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "entry.each",
        "SELECT kind, number, block, time, a, b, c, head, tx_hash, block_hash, final, data"
        " FROM entry WHERE network_id = :network AND number BETWEEN :first AND :last"
        " ORDER BY number",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":first", range.first);
    vota_query_bind_u64(&q, ":last", range.last < INT64_MAX ? range.last : INT64_MAX);
    return walk_entries(&q, each, context, err);
}

enum vota_status vota_store_journal_results(
    struct vota_store *store, int64_t network, uint64_t last,
    enum vota_status (*each)(void *context, const struct vota_store_entry *entry), void *context,
    struct vota_error *err)
{
    /* The kinds as the index entry_result has them: result, disavowed. */
    static const struct vota_sql sql = {
        "entry.results",
        "SELECT kind, number, block, time, a, b, c, head, tx_hash, block_hash, final, data"
        " FROM entry WHERE network_id = :network AND number <= :last AND kind IN (3, 5)"
        " ORDER BY number",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":last", last < INT64_MAX ? last : INT64_MAX);
    return walk_entries(&q, each, context, err);
}

enum vota_status vota_store_journal_keep(struct vota_store *store, int64_t network,
                                         const struct vota_store_evidence *evidence,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "evidence.keep",
        "INSERT INTO evidence (network_id, length, block, block_hash, head, header, account,"
        " storage) VALUES (:network, :length, :block, :block_hash, :head, :header, :account,"
        " :storage)"
        " ON CONFLICT (network_id, block) DO UPDATE SET head = excluded.head"
        " WHERE length <> excluded.length OR block_hash <> excluded.block_hash"
        " OR head <> excluded.head OR header <> excluded.header OR account <> excluded.account"
        " OR storage <> excluded.storage",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":length", evidence->length);
    vota_query_bind_u64(&q, ":block", evidence->block);
    vota_query_bind_hash(&q, ":block_hash", &evidence->block_hash);
    vota_query_bind_hash(&q, ":head", &evidence->head);
    vota_query_bind_slice(&q, ":header", evidence->header);
    vota_query_bind_slice(&q, ":account", evidence->account);
    vota_query_bind_slice(&q, ":storage", evidence->storage);
    return vota_query_run(&q, NULL, err);
}

/* Columns: length, block, block_hash, head, header, account, storage. */
static enum vota_status copy_evidence(struct vota_query *q,
                                      struct vota_store_evidence_copy *ret_copy,
                                      struct vota_error *err)
{
    struct vota_store_evidence *about = &ret_copy->about;
    *about = (struct vota_store_evidence){.length = vota_query_u64(q, 0),
                                          .block = vota_query_u64(q, 1),
                                          .block_hash = vota_query_hash(q, 2),
                                          .head = vota_query_hash(q, 3)};
    struct vota_slice *const parts[] = {&about->header, &about->account, &about->storage};
    size_t len = 0;
    for (int i = 0; i < 3; i++) {
        *parts[i] = vota_query_slice(q, 4 + i);
        len += parts[i]->len;
    }
    ret_copy->bytes = malloc(len + 1);
    if (ret_copy->bytes == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, q->sql->name, "no-memory");
    struct vota_wr wr = vota_wr_of(ret_copy->bytes, len);
    for (int i = 0; i < 3; i++) {
        const size_t at = wr.len;
        vota_wr_put(&wr, parts[i]->at, parts[i]->len);
        parts[i]->at = ret_copy->bytes + at;
    }
    return VOTA_OK;
}

enum vota_status vota_store_journal_evidence(struct vota_store_evidence_copy *ret_copy,
                                             struct vota_store *store, int64_t network,
                                             uint64_t number, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "evidence.get",
        "SELECT length, block, block_hash, head, header, account, storage FROM evidence"
        " WHERE network_id = :network AND length >= :number ORDER BY length, block LIMIT 1",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":number", number);
    struct vota_store_evidence_copy copy = {0};
    enum vota_status copied = VOTA_OK;
    const bool found = vota_query_next(&q);
    if (found)
        copied = copy_evidence(&q, &copy, err);
    enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        status = copied;
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_store_evidence_done(&copy);
    return status;
}

enum vota_status vota_store_journal_is_proven(bool *ret_is_proven, struct vota_store *store,
                                              int64_t network, uint64_t number,
                                              struct vota_error *err)
{
    static const struct vota_sql sql = {
        "evidence.is_there",
        "SELECT 1 FROM evidence WHERE network_id = :network AND length >= :number LIMIT 1", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":number", number);
    const bool found = vota_query_next(&q);
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_is_proven = found;
    return status;
}
