/* SPDX-License-Identifier: Apache-2.0 */
/* Registers: see store_register.h. */
#include "bridge/store/store_register.h"

#include <stdlib.h>

#include "bridge/store/db.h"

/* Column numbers of SELECT_REGISTER. */
enum column {
    ID,
    NETWORK,
    HASH,
    SLUG,
    REVISION,
    OPENS_AT,
    CLOSES_AT,
    COUNTS_UNTIL,
    RESULTS_BY,
    ANCHOR_WITHIN,
    OPENED_ENTRY,
    CLOSED_AT,
    DEFINITION
};

#define SELECT_REGISTER                                                                            \
    "SELECT id, network_id, hash, slug, revision, opens_at, closes_at, counts_until, results_by,"  \
    " anchor_within, opened_entry, closed_at, definition FROM register"

void vota_store_register_done(struct vota_store_register_copy *copy)
{
    free(copy->definition);
    *copy = (struct vota_store_register_copy){0};
}

enum vota_status vota_store_register_add(int64_t *ret_id, struct vota_store *store,
                                         const struct vota_store_register *reg,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.add",
        "INSERT INTO register (network_id, hash, slug, revision, opens_at, closes_at,"
        " counts_until, results_by, anchor_within, definition) VALUES (:network, :hash, :slug,"
        " :revision, :opens_at, :closes_at, :counts_until, :results_by, :anchor_within,"
        " :definition)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", reg->network);
    vota_query_bind_hash(&q, ":hash", &reg->hash);
    vota_query_bind_text(&q, ":slug", reg->slug);
    vota_query_bind_text(&q, ":revision", vota_definition_revision_name(reg->revision));
    vota_query_bind_u64(&q, ":opens_at", reg->opens_at);
    vota_query_bind_u64(&q, ":closes_at", reg->closes_at);
    vota_query_bind_u64(&q, ":counts_until", reg->counts_until);
    vota_query_bind_u64(&q, ":results_by", reg->results_by);
    vota_query_bind_u64(&q, ":anchor_within", reg->anchor_within);
    vota_query_bind_slice(&q, ":definition", reg->definition);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status == VOTA_OK)
        *ret_id = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum vota_revision read_revision(struct vota_query *q)
{
    const struct vota_slice name = vota_query_slice(q, REVISION);
    for (unsigned i = VOTA_REVISION_FIRST; i < VOTA_REVISION_ALL; i++) {
        const char *const known = vota_definition_revision_name((enum vota_revision)i);
        /* The schema allows three names, which differ in their first letter. */
        if (name.len > 0 && name.at[0] == (uint8_t)known[0])
            return (enum vota_revision)i;
    }
    return VOTA_REVISION_ALL;
}

static void read_register(struct vota_query *q, struct vota_store_register *ret_register)
{
    *ret_register = (struct vota_store_register){
        .id = vota_query_i64(q, ID),
        .network = vota_query_i64(q, NETWORK),
        .hash = vota_query_hash(q, HASH),
        .revision = read_revision(q),
        .opens_at = vota_query_u64(q, OPENS_AT),
        .closes_at = vota_query_u64(q, CLOSES_AT),
        .counts_until = vota_query_u64(q, COUNTS_UNTIL),
        .results_by = vota_query_u64(q, RESULTS_BY),
        .anchor_within = vota_query_u64(q, ANCHOR_WITHIN),
        .opened_entry = vota_query_u64(q, OPENED_ENTRY),
        .closed_at = vota_query_u64(q, CLOSED_AT),
        .definition = vota_query_slice(q, DEFINITION),
    };
    vota_query_text(q, SLUG, ret_register->slug, sizeof ret_register->slug);
}

static enum vota_status copy_register(struct vota_query *q,
                                      struct vota_store_register_copy *ret_copy,
                                      struct vota_error *err)
{
    read_register(q, &ret_copy->about);
    const struct vota_slice definition = ret_copy->about.definition;
    ret_copy->definition = malloc(definition.len + 1);
    if (ret_copy->definition == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, q->sql->name, "no-memory");
    vota_bytes_copy(ret_copy->definition, definition.at, definition.len);
    ret_copy->about.definition.at = ret_copy->definition;
    return VOTA_OK;
}

/* Ends a query for one register, whose binds are made. */
static enum vota_status get_one(struct vota_query *q, struct vota_store_register_copy *ret_copy,
                                struct vota_error *err)
{
    struct vota_store_register_copy copy = {0};
    enum vota_status copied = VOTA_OK;
    const bool found = vota_query_next(q);
    if (found)
        copied = copy_register(q, &copy, err);
    enum vota_status status = vota_query_end_found(q, found, err);
    if (status == VOTA_OK)
        status = copied;
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_store_register_done(&copy);
    return status;
}

enum vota_status vota_store_register_get(struct vota_store_register_copy *ret_copy,
                                         struct vota_store *store, int64_t network,
                                         const char *slug, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.get", SELECT_REGISTER " WHERE network_id = :network AND slug = :slug", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_text(&q, ":slug", slug);
    return get_one(&q, ret_copy, err);
}

enum vota_status vota_store_register_get_hash(struct vota_store_register_copy *ret_copy,
                                              struct vota_store *store, int64_t network,
                                              const vota_hash *hash, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.get_hash", SELECT_REGISTER " WHERE network_id = :network AND hash = :hash",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_hash(&q, ":hash", hash);
    return get_one(&q, ret_copy, err);
}

enum vota_status vota_store_register_get_id(struct vota_store_register_copy *ret_copy,
                                            struct vota_store *store, int64_t id,
                                            struct vota_error *err)
{
    static const struct vota_sql sql = {"register.get_id", SELECT_REGISTER " WHERE id = :id",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    return get_one(&q, ret_copy, err);
}

enum vota_status vota_store_register_state(uint64_t *ret_opened_entry, uint64_t *ret_closed_at,
                                           struct vota_store *store, int64_t id,
                                           struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.state", "SELECT opened_entry, closed_at FROM register WHERE id = :id", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    uint64_t opened_entry = 0;
    uint64_t closed_at = 0;
    const bool found = vota_query_next(&q);
    if (found) {
        opened_entry = vota_query_u64(&q, 0);
        closed_at = vota_query_u64(&q, 1);
    }
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status != VOTA_OK)
        return status;
    *ret_opened_entry = opened_entry;
    *ret_closed_at = closed_at;
    return VOTA_OK;
}

/* Runs an UPDATE of one register, which must be there; `value` 0 is written as NULL. */
static enum vota_status set(struct vota_store *store, const struct vota_sql *sql, int64_t id,
                            uint64_t value, struct vota_error *err)
{
    struct vota_query q = vota_query_of(store, sql);
    vota_query_bind_i64(&q, ":id", id);
    if (value == 0)
        vota_query_bind_null(&q, ":value");
    else
        vota_query_bind_u64(&q, ":value", value);
    uint64_t changes = 0;
    const enum vota_status status = vota_query_run(&q, &changes, err);
    if (status != VOTA_OK)
        return status;
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_NOT_FOUND, sql->name, "not-found");
}

enum vota_status vota_store_register_set_opened(struct vota_store *store, int64_t id,
                                                uint64_t entry, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.set_opened", "UPDATE register SET opened_entry = :value WHERE id = :id", false};
    return set(store, &sql, id, entry, err);
}

enum vota_status vota_store_register_opened_on(struct vota_store *store, int64_t id,
                                               int64_t network, uint64_t entry,
                                               struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.opened_on",
        "UPDATE register SET opened_entry = :entry WHERE id = :id"
        " AND EXISTS (SELECT 1 FROM network WHERE id = :network AND role = 'primary')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    vota_query_bind_i64(&q, ":network", network);
    if (entry == 0)
        vota_query_bind_null(&q, ":entry");
    else
        vota_query_bind_u64(&q, ":entry", entry);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_register_set_closed(struct vota_store *store, int64_t id,
                                                uint64_t closed_at, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.set_closed",
        "UPDATE register SET closed_at = max(:value, min(:value + 60, coalesce("
        "(SELECT accepted_at FROM record ORDER BY id DESC LIMIT 1), 0))) WHERE id = :id",
        false};
    return set(store, &sql, id, closed_at, err);
}

enum vota_status vota_store_register_each(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_register *reg), void *context,
    struct vota_error *err)
{
    /* In order of rows, of which there are as many as questions put to citizens. */
    static const struct vota_sql sql = {
        "register.each", SELECT_REGISTER " WHERE network_id = :network ORDER BY id", true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        struct vota_store_register reg;
        read_register(&q, &reg);
        status = each(context, &reg);
    }
    return vota_query_end_walk(&q, status, err);
}

enum vota_status vota_store_register_count(uint64_t *ret_records, uint64_t *ret_pending,
                                           struct vota_store *store, int64_t id,
                                           struct vota_error *err)
{
    static const struct vota_sql sql = {
        "register.count",
        "SELECT (SELECT count(*) FROM record WHERE register_id = :id),"
        " (SELECT count(*) FROM pending CROSS JOIN record ON record.id = pending.record_id"
        "  WHERE record.register_id = :id)",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    uint64_t records = 0;
    uint64_t pending = 0;
    const bool found = vota_query_next(&q);
    if (found) {
        records = vota_query_u64(&q, 0);
        pending = vota_query_u64(&q, 1);
    }
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status != VOTA_OK)
        return status;
    *ret_records = records;
    *ret_pending = pending;
    return VOTA_OK;
}
