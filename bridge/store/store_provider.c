/* SPDX-License-Identifier: Apache-2.0 */
/* Final blocks and provider health as rows: see store_provider.h. */
#include "bridge/store/store_provider.h"

#include "bridge/store/db.h"

enum vota_status vota_store_provider_final(uint64_t *ret_number, vota_hash *ret_hash,
                                           struct vota_store *store, int64_t network,
                                           struct vota_error *err)
{
    static const struct vota_sql sql = {
        "final_block.get", "SELECT number, hash FROM final_block WHERE network_id = :network",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    uint64_t number = 0;
    vota_hash hash = {{0}};
    vota_query_bind_i64(&q, ":network", network);
    const bool found = vota_query_next(&q);
    if (found) {
        number = vota_query_u64(&q, 0);
        hash = vota_query_hash(&q, 1);
    }
    const enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK) {
        *ret_number = number;
        *ret_hash = hash;
    }
    return status;
}

enum vota_status vota_store_provider_set_final(struct vota_store *store, int64_t network,
                                               uint64_t number, const vota_hash *hash,
                                               struct vota_error *err)
{
    static const struct vota_sql sql = {
        "final_block.set",
        "INSERT INTO final_block (network_id, number, hash) VALUES (:network, :number, :hash)"
        " ON CONFLICT (network_id) DO UPDATE SET number = excluded.number, hash = excluded.hash",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":number", number);
    vota_query_bind_hash(&q, ":hash", hash);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_provider_set_health(struct vota_store *store, int64_t network,
                                                const struct vota_store_health *health,
                                                struct vota_error *err)
{
    static const struct vota_sql sql = {
        "provider_health.set",
        "INSERT INTO provider_health (network_id, name, state, reason, since)"
        " VALUES (:network, :name, :state, :reason, :since)"
        " ON CONFLICT (network_id, name) DO UPDATE SET state = excluded.state,"
        " reason = excluded.reason, since = excluded.since"
        " WHERE state <> excluded.state OR reason <> excluded.reason",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_text(&q, ":name", health->name);
    vota_query_bind_text(&q, ":state", health->state);
    vota_query_bind_text(&q, ":reason", health->reason);
    vota_query_bind_u64(&q, ":since", health->since);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_provider_each(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_health *health), void *context,
    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "provider_health.each",
        "SELECT name, state, reason, since FROM provider_health WHERE network_id = :network"
        " ORDER BY length(name), name",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    enum vota_status status = VOTA_OK;
    vota_query_bind_i64(&q, ":network", network);
    while (status == VOTA_OK && vota_query_next(&q)) {
        struct vota_store_health health = {.since = vota_query_u64(&q, 3)};
        vota_query_text(&q, 0, health.name, sizeof health.name);
        vota_query_text(&q, 1, health.state, sizeof health.state);
        vota_query_text(&q, 2, health.reason, sizeof health.reason);
        status = each(context, &health);
    }
    return vota_query_end_walk(&q, status, err);
}
