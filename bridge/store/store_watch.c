/* SPDX-License-Identifier: Apache-2.0 */
/* Short questions of a service: see store_watch.h. */
#include "bridge/store/store_watch.h"

#include "bridge/store/db.h"
#include "bridge/store/store_line.h"

enum vota_status vota_store_watch_stamp(struct vota_store_stamp *ret_stamp,
                                        struct vota_store *store, int64_t network,
                                        struct vota_error *err)
{
    /* Wishes are of operations under way, so that the index finds them. */
    static const struct vota_sql sql = {
        "watch.stamp",
        "SELECT (SELECT coalesce(max(id), 0) FROM operation),"
        " (SELECT count(*) FROM operation WHERE network_id = :network AND state = 'queued'),"
        " (SELECT count(*) FROM operation WHERE network_id = :network AND state = 'halted'),"
        " (SELECT count(*) FROM operation WHERE network_id = :network"
        "  AND state IN ('signed', 'sent') AND wish <> ''),"
        " EXISTS (SELECT 1 FROM stop WHERE network_id = :network)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    struct vota_store_stamp stamp = {.newest = 0};
    vota_query_bind_i64(&q, ":network", network);
    if (vota_query_next(&q)) {
        stamp = (struct vota_store_stamp){.newest = vota_query_u64(&q, 0),
                                          .queued = vota_query_u64(&q, 1),
                                          .halted = vota_query_u64(&q, 2),
                                          .wishes = vota_query_u64(&q, 3),
                                          .stopped = vota_query_u64(&q, 4) != 0};
    }
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_stamp = stamp;
    return status;
}

enum vota_status vota_store_watch_unsettled(uint64_t *ret_count, struct vota_store *store,
                                            int64_t network, uint64_t through,
                                            struct vota_error *err)
{
    static const struct vota_sql sql = {
        "watch.unsettled",
        "SELECT count(*) FROM operation WHERE network_id = :network AND id <= :through"
        " AND state IN ('queued', 'signed', 'sent', 'mined', 'halted')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    uint64_t count = 0;
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":through", through);
    if (vota_query_next(&q))
        count = vota_query_u64(&q, 0);
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_count = count;
    return status;
}

/* What another network of the line queued and never entered is not the register's result. */
static enum vota_status find_result(bool *ret_found, struct vota_store *store,
                                    const struct vota_store_register *reg,
                                    const struct vota_store_span *span, bool own,
                                    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "watch.result",
        "SELECT EXISTS (SELECT 1 FROM operation WHERE network_id = :network"
        "  AND kind = 'result' AND register_id = :register AND :own)"
        " OR EXISTS (SELECT 1 FROM entry WHERE network_id = :network AND number <= :last"
        "  AND kind = :kind AND a = :hash)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", span->network);
    vota_query_bind_i64(&q, ":register", reg->id);
    vota_query_bind_u64(&q, ":own", own);
    vota_query_bind_u64(&q, ":last", span->last);
    vota_query_bind_u64(&q, ":kind", VOTA_OP_RESULT);
    vota_query_bind_hash(&q, ":hash", &reg->hash);
    const bool found = vota_query_next(&q) && vota_query_u64(&q, 0) != 0;
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_found |= found;
    return status;
}

enum vota_status vota_store_watch_result(bool *ret_found, struct vota_store *store,
                                         const struct vota_store_register *reg, int64_t network,
                                         struct vota_error *err)
{
    struct vota_store_span spans[VOTA_LINE_NETWORKS_MAX];
    size_t n = 0;
    bool found = false;
    enum vota_status status =
        vota_store_line_spans(spans, &n, VOTA_LINE_NETWORKS_MAX, store, network, err);
    for (size_t i = 0; status == VOTA_OK && !found && i < n; i++)
        status = find_result(&found, store, reg, &spans[i], spans[i].network == network, err);
    if (status == VOTA_OK)
        *ret_found = found;
    return status;
}
