/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of one line, and what is queued on them: see store_line.h. */
#include "bridge/store/store_line.h"

#include "bridge/store/network_columns.h"

enum vota_status vota_store_line_find(struct vota_store_network *ret_network,
                                      struct vota_store *store, uint64_t chain_id,
                                      struct vota_error *err)
{
    static const struct vota_sql sql = {"line.find", VOTA_NETWORK_SELECT " WHERE chain_id = :chain",
                                        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_u64(&q, ":chain", chain_id);
    return vota_network_columns_get(&q, ret_network, err);
}

enum vota_status vota_store_line_get(struct vota_store_network *ret_network,
                                     struct vota_store *store, int64_t id, struct vota_error *err)
{
    static const struct vota_sql sql = {"line.get", VOTA_NETWORK_SELECT " WHERE id = :id", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    return vota_network_columns_get(&q, ret_network, err);
}

enum vota_status vota_store_line_primary(struct vota_store_network *ret_network,
                                         struct vota_store *store, int64_t line,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "line.primary",
        VOTA_NETWORK_SELECT " WHERE coalesce(line_id, id) = :line AND role = 'primary'", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":line", line);
    return vota_network_columns_get(&q, ret_network, err);
}

enum vota_status vota_store_line_each(
    struct vota_store *store, int64_t line,
    enum vota_status (*each)(void *context, const struct vota_store_network *network),
    void *context, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "line.each",
        VOTA_NETWORK_SELECT " WHERE coalesce(line_id, id) = :line ORDER BY role <> 'primary', id",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":line", line);
    return vota_network_columns_each(&q, each, context, err);
}

enum vota_status vota_store_line_join(int64_t *ret_id, struct vota_store *store, const char *name,
                                      int64_t line, int64_t predecessor, struct vota_error *err)
{
    static const struct vota_sql sql = {"line.join",
                                        "INSERT INTO network (name, role, line_id, predecessor_id)"
                                        " VALUES (:name, :role, :line, :predecessor)",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_text(&q, ":name", name);
    vota_query_bind_text(
        &q, ":role",
        vota_network_role_name(predecessor == 0 ? VOTA_NETWORK_SECONDARY : VOTA_NETWORK_SUCCESSOR));
    vota_query_bind_i64(&q, ":line", line);
    if (predecessor != 0)
        vota_query_bind_i64(&q, ":predecessor", predecessor);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status == VOTA_OK)
        *ret_id = sqlite3_last_insert_rowid(store->db);
    return status;
}

/* ---- the outboxes ---- */

/* Networks that are queued on, collected before anything is written. */
struct outboxes {
    int64_t network[VOTA_LINE_NETWORKS_MAX];
    size_t n;
};

static enum vota_status add_outbox(void *context, const struct vota_store_network *network)
{
    struct outboxes *outboxes = context;
    const bool wanted = network->role == VOTA_NETWORK_PRIMARY ||
                        (network->role == VOTA_NETWORK_SECONDARY && network->has_contract);
    if (!wanted)
        return VOTA_OK;
    if (outboxes->n == VOTA_LINE_NETWORKS_MAX)
        return VOTA_LIMIT;
    outboxes->network[outboxes->n++] = network->id;
    return VOTA_OK;
}

enum vota_status vota_store_line_queue(int64_t *ret_id, struct vota_store *store,
                                       const struct vota_store_operation *operation,
                                       struct vota_error *err)
{
    struct outboxes outboxes = {.n = 0};
    struct vota_store_operation one = *operation;
    int64_t first = 0;
    enum vota_status status =
        vota_store_line_each(store, operation->network, add_outbox, &outboxes, err);
    if (status == VOTA_OK && outboxes.n == 0)
        status = vota_fail(err, VOTA_NOT_FOUND, "line.queue", "not-found");
    for (size_t i = 0; status == VOTA_OK && i < outboxes.n; i++) {
        int64_t id = 0;
        one.network = outboxes.network[i];
        status = vota_store_outbox_queue(&id, store, &one, err);
        if (i == 0)
            first = id;
    }
    if (status == VOTA_OK)
        *ret_id = first;
    return status;
}

enum vota_status vota_store_line_backfill(struct vota_store *store, int64_t network, uint64_t now,
                                          struct vota_error *err)
{
    /* The first operation of each, in order: later ones repeat what was disavowed. */
    static const struct vota_sql sql = {
        "line.backfill",
        "INSERT INTO operation (network_id, kind, register_id, batch_id, arguments, created_at,"
        " state) SELECT secondary.id, first.kind, first.register_id, first.batch_id,"
        " first.arguments, :now, 'queued' FROM network AS secondary CROSS JOIN operation AS first"
        " CROSS JOIN network AS own ON own.id = first.network_id"
        " WHERE secondary.id = :network AND coalesce(own.line_id, own.id) = secondary.line_id"
        " AND own.role <> 'secondary' AND first.kind IN ('register', 'batch')"
        " AND NOT EXISTS (SELECT 1 FROM operation AS earlier CROSS JOIN network AS other"
        "  ON other.id = earlier.network_id WHERE earlier.id < first.id"
        "  AND earlier.kind = first.kind AND earlier.register_id IS first.register_id"
        "  AND earlier.batch_id IS first.batch_id AND other.role <> 'secondary')"
        " ORDER BY first.id",
        true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":now", now);
    return vota_query_run(&q, NULL, err);
}

/* ---- what is anchored where ---- */

enum vota_status vota_store_line_anchored(struct vota_store_anchored *ret_anchored, size_t *ret_n,
                                          size_t cap, struct vota_store *store, int64_t batch,
                                          struct vota_error *err)
{
    static const struct vota_sql sql = {
        "line.anchored",
        "SELECT operation.network_id, operation.entry_number, network.role = 'secondary'"
        " FROM operation CROSS JOIN network ON network.id = operation.network_id"
        " WHERE operation.batch_id = :batch AND operation.entry_number IS NOT NULL"
        " AND operation.id = (SELECT max(id) FROM operation AS newest WHERE batch_id = :batch"
        "  AND newest.network_id = operation.network_id)"
        " AND NOT EXISTS (SELECT 1 FROM network AS next WHERE"
        "  next.predecessor_id = operation.network_id AND next.role <> 'successor'"
        "  AND next.pred_length < operation.entry_number)"
        " ORDER BY network.role = 'secondary', network.id",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":batch", batch);
    size_t n = 0;
    bool more = vota_query_next(&q);
    while (more && n < cap) {
        ret_anchored[n++] =
            (struct vota_store_anchored){.network = vota_query_i64(&q, 0),
                                         .entry = vota_query_u64(&q, 1),
                                         .is_secondary = vota_query_i64(&q, 2) != 0};
        more = vota_query_next(&q);
    }
    const enum vota_status status = vota_query_end(&q, err);
    if (status != VOTA_OK)
        return status;
    if (more)
        return vota_fail(err, VOTA_LIMIT, "line.anchored", "too-many");
    *ret_n = n;
    return VOTA_OK;
}

enum vota_status vota_store_line_spans(struct vota_store_span *ret_spans, size_t *ret_n, size_t cap,
                                       struct vota_store *store, int64_t network,
                                       struct vota_error *err)
{
    uint64_t last = INT64_MAX;
    size_t n = 0;
    while (network != 0) {
        struct vota_store_network about;
        const enum vota_status status = vota_store_line_get(&about, store, network, err);
        if (status != VOTA_OK)
            return status;
        if (n == cap)
            return vota_fail(err, VOTA_LIMIT, "line.spans", "too-many");
        ret_spans[n++] = (struct vota_store_span){network, last};
        last = about.deployment.genesis.pred_length;
        network = about.predecessor;
    }
    for (size_t i = 0; i < n / 2; i++) { /* found from the newest back */
        const struct vota_store_span span = ret_spans[i];
        ret_spans[i] = ret_spans[n - 1 - i];
        ret_spans[n - 1 - i] = span;
    }
    *ret_n = n;
    return VOTA_OK;
}

/* ---- succession ---- */

static enum vota_status set_role(struct vota_store *store, const struct vota_sql *sql,
                                 int64_t network, struct vota_error *err)
{
    struct vota_query q = vota_query_of(store, sql);
    uint64_t changes = 0;
    vota_query_bind_i64(&q, ":successor", network);
    const enum vota_status status = vota_query_run(&q, &changes, err);
    if (status != VOTA_OK)
        return status;
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, sql->name, "bad-move");
}

/* What has no entry that the successor carries on is sent to it, in the old order. */
static enum vota_status queue_again(struct vota_store *store, int64_t successor, uint64_t now,
                                    struct vota_error *err)
{
    static const struct vota_sql queue = {
        "line.queue_again",
        "INSERT INTO operation (network_id, kind, register_id, batch_id, arguments, created_at,"
        " state) SELECT next.id, old.kind, old.register_id, old.batch_id, old.arguments, :now,"
        " 'queued' FROM network AS next CROSS JOIN operation AS old"
        "  ON old.network_id = next.predecessor_id"
        " WHERE next.id = :successor AND old.kind IN ('register', 'batch', 'result')"
        " AND (old.entry_number IS NULL OR old.entry_number > next.pred_length) ORDER BY old.id",
        false};
    static const struct vota_sql reopen = {
        "line.reopen",
        "UPDATE register SET opened_entry = NULL WHERE id IN (SELECT register_id FROM operation"
        " WHERE network_id = :successor AND kind = 'register')",
        true};
    struct vota_query q = vota_query_of(store, &queue);
    vota_query_bind_i64(&q, ":successor", successor);
    vota_query_bind_u64(&q, ":now", now);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status != VOTA_OK)
        return status;
    q = vota_query_of(store, &reopen);
    vota_query_bind_i64(&q, ":successor", successor);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_line_move(struct vota_store *store, int64_t successor, uint64_t now,
                                      struct vota_error *err)
{
    static const struct vota_sql end = {
        "line.end",
        "UPDATE network SET role = 'past' WHERE role = 'primary' AND id ="
        " (SELECT predecessor_id FROM network WHERE id = :successor AND role = 'successor'"
        "  AND contract IS NOT NULL)",
        false};
    static const struct vota_sql begin = {
        "line.begin",
        "UPDATE network SET role = 'primary' WHERE id = :successor AND role = 'successor'", false};
    enum vota_status status = set_role(store, &end, successor, err);
    if (status == VOTA_OK)
        status = set_role(store, &begin, successor, err);
    return status == VOTA_OK ? queue_again(store, successor, now, err) : status;
}
