/* SPDX-License-Identifier: Apache-2.0 */
/* Events as rows: see store_delivery.h. */
#include "bridge/store/store_delivery.h"

#include "bridge/store/db.h"

/* Column numbers of delivery.next. */
enum column {
    ID,
    KEY,
    TYPE,
    MADE_AT,
    TRIES,
    TRIED_AT,
    NETWORK,
    CHAIN_ID,
    CONTRACT,
    ENTRY,
    BLOCK,
    ENTRY_TIME,
    BATCH,
    ROOT,
    COUNT,
    SLUG,
    REGISTER_HASH
};

static void read_key(struct vota_query *q, uint8_t ret_key[VOTA_DELIVERY_KEY])
{
    const struct vota_slice key = vota_query_slice(q, KEY);
    if (key.len == VOTA_DELIVERY_KEY) /* the schema sees to it */
        vota_bytes_copy(ret_key, key.at, key.len);
}

static void read_delivery(struct vota_query *q, struct vota_store_delivery *ret)
{
    *ret = (struct vota_store_delivery){
        .id = vota_query_i64(q, ID),
        .made_at = vota_query_u64(q, MADE_AT),
        .tries = vota_query_u64(q, TRIES),
        .tried_at = vota_query_u64(q, TRIED_AT),
        .chain_id = vota_query_u64(q, CHAIN_ID),
        .contract = vota_query_addr(q, CONTRACT),
        .has_entry = !vota_query_is_null(q, ENTRY),
        .entry = vota_query_u64(q, ENTRY),
        .has_block = !vota_query_is_null(q, BLOCK),
        .block = vota_query_u64(q, BLOCK),
        .entry_time = vota_query_u64(q, ENTRY_TIME),
        .batch = vota_query_i64(q, BATCH),
        .root = vota_query_hash(q, ROOT),
        .count = vota_query_u64(q, COUNT),
        .register_hash = vota_query_hash(q, REGISTER_HASH),
    };
    read_key(q, ret->key);
    vota_query_text(q, TYPE, ret->type, sizeof ret->type);
    vota_query_text(q, NETWORK, ret->network, sizeof ret->network);
    if (ret->batch == 0)
        vota_query_text(q, SLUG, ret->slug, sizeof ret->slug);
}

enum vota_status vota_store_delivery_next(struct vota_store_delivery *ret_delivery,
                                          struct vota_store *store, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "delivery.next",
        "SELECT delivery.id, key, type, made_at, tries, tried_at, network.name, chain_id,"
        " contract, entry, block, entry_time, batch_id, root, count, slug, register.hash"
        " FROM delivery JOIN network ON network.id = delivery.network_id"
        " LEFT JOIN batch ON batch.id = batch_id LEFT JOIN register ON register.id = register_id"
        " WHERE delivery.id = (SELECT min(id) FROM delivery WHERE state = 'waiting')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    struct vota_store_delivery delivery = {.id = 0};
    const bool found = vota_query_next(&q);
    if (found)
        read_delivery(&q, &delivery);
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_delivery = delivery;
    return status;
}

/* Runs an UPDATE of one delivery that waits. */
static enum vota_status settle(struct vota_query *q, int64_t id, uint64_t now,
                               struct vota_error *err)
{
    uint64_t changes = 0;
    vota_query_bind_i64(q, ":id", id);
    vota_query_bind_u64(q, ":now", now);
    const enum vota_status status = vota_query_run(q, &changes, err);
    if (status != VOTA_OK)
        return status;
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, q->sql->name, "bad-move");
}

enum vota_status vota_store_delivery_taken(struct vota_store *store, int64_t id, uint64_t now,
                                           struct vota_error *err)
{
    static const struct vota_sql sql = {
        "delivery.taken",
        "UPDATE delivery SET state = 'taken', settled_at = :now,"
        " tried_at = coalesce(tried_at, :now) WHERE id = :id AND state = 'waiting'",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    return settle(&q, id, now, err);
}

enum vota_status vota_store_delivery_missed(struct vota_store *store, int64_t id, uint64_t now,
                                            const char *problem, bool gives_up,
                                            struct vota_error *err)
{
    static const struct vota_sql sql = {
        "delivery.missed",
        "UPDATE delivery SET tries = tries + 1, tried_at = coalesce(tried_at, :now),"
        " problem = :problem, state = iif(:gives_up, 'failed', 'waiting'),"
        " settled_at = iif(:gives_up, :now, NULL) WHERE id = :id AND state = 'waiting'",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_text(&q, ":problem", problem);
    vota_query_bind_i64(&q, ":gives_up", gives_up);
    return settle(&q, id, now, err);
}

/* Runs an UPDATE of every row in a state, of which there may be none. */
static enum vota_status change_all(struct vota_store *store, const struct vota_sql *sql,
                                   struct vota_error *err)
{
    struct vota_query q = vota_query_of(store, sql);
    return vota_query_run(&q, NULL, err);
}

/* The meta value that says a webhook was started here before. */
#define BEGUN "webhook_begun"

static enum vota_status has_begun(bool *ret_begun, struct vota_store *store, struct vota_error *err)
{
    char value[32];
    const enum vota_status status = vota_store_meta_get(value, sizeof value, store, BEGUN, err);
    if (status != VOTA_OK && status != VOTA_NOT_FOUND)
        return status;
    *ret_begun = status == VOTA_OK;
    return VOTA_OK;
}

enum vota_status vota_store_delivery_begin(struct vota_store *store, struct vota_error *err)
{
    static const struct vota_sql skip = {
        "delivery.skip", "UPDATE delivery SET state = 'skipped' WHERE state = 'waiting'", false};
    static const struct vota_sql again = {
        "delivery.again",
        "UPDATE delivery SET state = 'waiting', tried_at = NULL, settled_at = NULL"
        " WHERE state = 'failed'",
        false};
    bool begun = false;
    const enum vota_status status = has_begun(&begun, store, err);
    if (status != VOTA_OK)
        return status;
    if (begun)
        return change_all(store, &again, err);
    const enum vota_status skipped = change_all(store, &skip, err);
    return skipped == VOTA_OK ? vota_store_meta_set(store, BEGUN, "yes", err) : skipped;
}

static enum vota_status count(struct vota_store_deliveries *ret, struct vota_store *store,
                              struct vota_error *err)
{
    static const struct vota_sql sql = {
        "delivery.count",
        "SELECT (SELECT count(*) FROM delivery WHERE state = 'waiting'),"
        " (SELECT count(*) FROM delivery WHERE state = 'failed'),"
        " (SELECT made_at FROM delivery WHERE state = 'waiting' ORDER BY id LIMIT 1),"
        " coalesce((SELECT nullif(problem, '') FROM delivery WHERE state = 'waiting'"
        "           ORDER BY id LIMIT 1),"
        "          (SELECT problem FROM delivery WHERE state = 'failed' ORDER BY id DESC LIMIT 1),"
        "          '')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    if (vota_query_next(&q)) {
        ret->waiting = vota_query_u64(&q, 0);
        ret->failed = vota_query_u64(&q, 1);
        ret->oldest_at = vota_query_u64(&q, 2);
        vota_query_text(&q, 3, ret->problem, sizeof ret->problem);
    }
    return vota_query_end(&q, err);
}

enum vota_status vota_store_delivery_count(struct vota_store_deliveries *ret,
                                           struct vota_store *store, struct vota_error *err)
{
    struct vota_store_deliveries deliveries = {.begun = false};
    enum vota_status status = has_begun(&deliveries.begun, store, err);
    if (status == VOTA_OK)
        status = count(&deliveries, store, err);
    if (status == VOTA_OK)
        *ret = deliveries;
    return status;
}
