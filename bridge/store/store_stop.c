/* SPDX-License-Identifier: Apache-2.0 */
/* Stops and adopted entries as rows: see store_stop.h. */
#include "bridge/store/store_stop.h"

#include "bridge/store/db.h"

enum vota_status vota_store_stop_get(struct vota_store_stop *ret_stop, struct vota_store *store,
                                     int64_t network, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "stop.get", "SELECT reason, entry, raised_at FROM stop WHERE network_id = :network", false};
    struct vota_query q = vota_query_of(store, &sql);
    struct vota_store_stop stop = {.entry = 0};
    vota_query_bind_i64(&q, ":network", network);
    const bool found = vota_query_next(&q);
    if (found) {
        vota_query_text(&q, 0, stop.reason, sizeof stop.reason);
        stop.entry = vota_query_u64(&q, 1);
        stop.raised_at = vota_query_u64(&q, 2);
    }
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        *ret_stop = stop;
    return status;
}

enum vota_status vota_store_stop_raise(struct vota_store *store, int64_t network,
                                       const struct vota_store_stop *stop, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "stop.raise",
        "INSERT INTO stop (network_id, reason, entry, raised_at)"
        " VALUES (:network, :reason, :entry, :raised_at) ON CONFLICT (network_id) DO NOTHING",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_text(&q, ":reason", stop->reason);
    vota_query_bind_u64(&q, ":entry", stop->entry);
    vota_query_bind_u64(&q, ":raised_at", stop->raised_at);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_stop_clear(struct vota_store *store, int64_t network,
                                       struct vota_error *err)
{
    static const struct vota_sql sql = {"stop.clear",
                                        "DELETE FROM stop WHERE network_id = :network", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_stop_adopt(struct vota_store *store, int64_t network,
                                       const struct vota_store_adopted *entry, uint64_t now,
                                       struct vota_error *err)
{
    static const struct vota_sql sql = {
        "adopted.add",
        "INSERT INTO adopted (network_id, number, head, adopted_at)"
        " VALUES (:network, :number, :head, :now) ON CONFLICT DO NOTHING",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":number", entry->number);
    vota_query_bind_hash(&q, ":head", &entry->head);
    vota_query_bind_u64(&q, ":now", now);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_stop_adopted(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_adopted *entry), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "adopted.each",
        "SELECT number, head FROM adopted WHERE network_id = :network ORDER BY number", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        const struct vota_store_adopted entry = {vota_query_u64(&q, 0), vota_query_hash(&q, 1)};
        status = each(context, &entry);
    }
    return vota_query_end_walk(&q, status, err);
}
