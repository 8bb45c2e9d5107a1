/* SPDX-License-Identifier: Apache-2.0 */
/* Accepted records: see store_record.h. */
#include "bridge/store/store_record.h"

#include <stdlib.h>

#include "bridge/store/record_columns.h"
#include "proof/leaf.h"

void vota_store_record_done(struct vota_store_record_copy *copy)
{
    free(copy->text);
    *copy = (struct vota_store_record_copy){0};
}

bool vota_store_record_salt(vota_hash *ret_salt, const struct vota_store_record *record)
{
    if (!record->erased)
        vota_leaf_salt(ret_salt, &record->city_salt, &record->citizen_salt);
    else if (record->is_shown)
        *ret_salt = record->shown_salt;
    return !record->erased || record->is_shown;
}

static enum vota_status add_pending(struct vota_store *store, int64_t id, int64_t network,
                                    uint64_t anchor_by, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "pending.add",
        "INSERT INTO pending (record_id, network_id, anchor_by) VALUES (:id, :network, :anchor_by)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":anchor_by", anchor_by);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_record_add(int64_t *ret_id, struct vota_store *store, int64_t network,
                                       const struct vota_store_record *record,
                                       struct vota_error *err)
{
    static const struct vota_sql sql = {
        "record.add",
        "INSERT INTO record (register_id, accepted_at, anchor_by, record_id, tag, once,"
        " content_hash, leaf, city_salt, citizen_salt, content) VALUES (:register, :accepted_at,"
        " :anchor_by, :record_id, :tag, :once, :content_hash, :leaf, :city_salt, :citizen_salt,"
        " :content)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":register", record->reg);
    vota_query_bind_u64(&q, ":accepted_at", record->accepted_at);
    vota_query_bind_u64(&q, ":anchor_by", record->anchor_by);
    vota_query_bind_text_of(&q, ":record_id", record->record_id);
    vota_query_bind_hash(&q, ":tag", &record->row.tag);
    if (record->once)
        vota_query_bind_i64(&q, ":once", 1);
    vota_query_bind_hash(&q, ":content_hash", &record->row.content_hash);
    vota_query_bind_hash(&q, ":leaf", &record->leaf);
    vota_query_bind_hash(&q, ":city_salt", &record->city_salt);
    vota_query_bind_hash(&q, ":citizen_salt", &record->citizen_salt);
    vota_query_bind_slice(&q, ":content", record->content);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status != VOTA_OK)
        return status;
    *ret_id = sqlite3_last_insert_rowid(store->db);
    return add_pending(store, *ret_id, network, record->anchor_by, err);
}

/* Column numbers of VOTA_RECORD_COLUMNS. */
enum column {
    ID,
    REGISTER,
    RECORD_ID,
    REGISTER_HASH,
    TAG,
    CONTENT_HASH,
    LEAF,
    ACCEPTED_AT,
    ANCHOR_BY,
    ONCE,
    CITY_SALT,
    CITIZEN_SALT,
    CONTENT,
    ERASED,
    SHOWN_SALT
};

void vota_record_columns_read(struct vota_query *q, struct vota_store_record *ret_record)
{
    *ret_record = (struct vota_store_record){
        .id = vota_query_i64(q, ID),
        .reg = vota_query_i64(q, REGISTER),
        .record_id = vota_query_slice(q, RECORD_ID),
        .once = !vota_query_is_null(q, ONCE),
        .row = {.register_hash = vota_query_hash(q, REGISTER_HASH),
                .tag = vota_query_hash(q, TAG),
                .content_hash = vota_query_hash(q, CONTENT_HASH)},
        .leaf = vota_query_hash(q, LEAF),
        .accepted_at = vota_query_u64(q, ACCEPTED_AT),
        .anchor_by = vota_query_u64(q, ANCHOR_BY),
        .erased = vota_query_i64(q, ERASED) != 0,
        .is_shown = !vota_query_is_null(q, SHOWN_SALT),
        .shown_salt = vota_query_hash(q, SHOWN_SALT),
        .city_salt = vota_query_hash(q, CITY_SALT),
        .citizen_salt = vota_query_hash(q, CITIZEN_SALT),
        .content = vota_query_slice(q, CONTENT),
    };
}

enum vota_status vota_record_columns_walk(
    struct vota_query *q,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(q)) {
        struct vota_store_record record;
        vota_record_columns_read(q, &record);
        status = each(context, &record);
    }
    return vota_query_end_walk(q, status, err);
}

/* Ends a query for one record, whose binds are made. */
static enum vota_status see_one(struct vota_query *q,
                                enum vota_status (*see)(void *context,
                                                        const struct vota_store_record *record),
                                void *context, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    const bool found = vota_query_next(q);
    if (found) {
        struct vota_store_record record;
        vota_record_columns_read(q, &record);
        status = see(context, &record);
    }
    if (status != VOTA_OK)
        return vota_query_end_walk(q, status, err);
    return vota_query_end_found(q, found, err);
}

enum vota_status vota_store_record_see(
    struct vota_store *store, struct vota_slice record_id,
    enum vota_status (*see)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {"record.get",
                                        "SELECT " VOTA_RECORD_COLUMNS
                                        " FROM record JOIN register ON register.id = "
                                        "record.register_id WHERE record.record_id = :record_id",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_text_of(&q, ":record_id", record_id);
    return see_one(&q, see, context, err);
}

enum vota_status vota_store_record_see_row(
    struct vota_store *store, int64_t id,
    enum vota_status (*see)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {"record.by_id",
                                        "SELECT " VOTA_RECORD_COLUMNS
                                        " FROM record JOIN register ON register.id = "
                                        "record.register_id WHERE record.id = :id",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    return see_one(&q, see, context, err);
}

/* Takes the id and the content of a record into one block of memory. */
static enum vota_status copy_record(void *context, const struct vota_store_record *record)
{
    struct vota_store_record_copy *copy = context;
    copy->about = *record;
    copy->text = malloc(record->record_id.len + record->content.len + 1);
    if (copy->text == NULL)
        return VOTA_NO_MEMORY;
    struct vota_wr wr = vota_wr_of(copy->text, record->record_id.len + record->content.len);
    vota_wr_put(&wr, record->record_id.at, record->record_id.len);
    vota_wr_put(&wr, record->content.at, record->content.len);
    copy->about.record_id.at = copy->text;
    copy->about.content.at = copy->text + record->record_id.len;
    return VOTA_OK;
}

enum vota_status vota_store_record_get(struct vota_store_record_copy *ret_copy,
                                       struct vota_store *store, struct vota_slice record_id,
                                       struct vota_error *err)
{
    struct vota_store_record_copy copy = {0};
    const enum vota_status status =
        vota_store_record_see(store, record_id, copy_record, &copy, err);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_store_record_done(&copy);
    return status;
}

enum vota_status vota_store_record_get_row(struct vota_store_record_copy *ret_copy,
                                           struct vota_store *store, int64_t id,
                                           struct vota_error *err)
{
    struct vota_store_record_copy copy = {0};
    const enum vota_status status = vota_store_record_see_row(store, id, copy_record, &copy, err);
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_store_record_done(&copy);
    return status;
}

enum vota_status vota_store_record_count_tag(uint64_t *ret_records, uint64_t *ret_pending,
                                             struct vota_store *store, int64_t reg,
                                             const vota_hash *tag, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "record.count_tag",
        "SELECT count(*), count(pending.record_id) FROM record"
        " LEFT JOIN pending ON pending.record_id = record.id"
        " WHERE record.register_id = :register AND record.tag = :tag",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":register", reg);
    vota_query_bind_hash(&q, ":tag", tag);
    uint64_t records = 0;
    uint64_t pending = 0;
    if (vota_query_next(&q)) {
        records = vota_query_u64(&q, 0);
        pending = vota_query_u64(&q, 1);
    }
    const enum vota_status status = vota_query_end(&q, err);
    if (status != VOTA_OK)
        return status;
    *ret_records = records;
    *ret_pending = pending;
    return VOTA_OK;
}

enum vota_status vota_store_record_place(struct vota_store_place *ret_place,
                                         struct vota_store *store, int64_t id,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "record.place",
        "SELECT place.batch_id, place.position FROM record"
        " LEFT JOIN place ON place.record_id = record.id WHERE record.id = :id",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    struct vota_store_place place = {0};
    const bool found = vota_query_next(&q);
    if (found && !vota_query_is_null(&q, 0)) {
        place.sealed = true;
        place.batch = vota_query_i64(&q, 0);
        place.position = vota_query_u64(&q, 1);
    }
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_place = place;
    return status;
}

enum vota_status vota_store_record_find_leaf(int64_t *ret_id, struct vota_store *store,
                                             const vota_hash *leaf, struct vota_error *err)
{
    static const struct vota_sql sql = {"record.find_leaf",
                                        "SELECT id FROM record WHERE leaf = :leaf", true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_hash(&q, ":leaf", leaf);
    int64_t id = 0;
    const bool found = vota_query_next(&q);
    if (found)
        id = vota_query_i64(&q, 0);
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_id = id;
    return status;
}
