/* SPDX-License-Identifier: Apache-2.0 */
/* Operations and the moves between their states: see store_outbox.h. */
#include "bridge/store/store_outbox.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/store/outbox_columns.h"
#include "bridge/store/store_register.h"
#include "bridge/store/store_spend.h"

void vota_store_outbox_done(struct vota_store_operation_copy *copy)
{
    free(copy->bytes);
    *copy = (struct vota_store_operation_copy){0};
}

enum vota_status vota_store_outbox_queue(int64_t *ret_id, struct vota_store *store,
                                         const struct vota_store_operation *operation,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.queue",
        "INSERT INTO operation (network_id, kind, register_id, batch_id, arguments, created_at,"
        " state) VALUES (:network, :kind, :register, :batch, :arguments, :created_at, 'queued')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", operation->network);
    vota_query_bind_text(&q, ":kind", vota_outbox_kind_name(operation->kind));
    if (operation->reg != 0)
        vota_query_bind_i64(&q, ":register", operation->reg);
    if (operation->batch != 0)
        vota_query_bind_i64(&q, ":batch", operation->batch);
    vota_query_bind_slice(&q, ":arguments", operation->arguments);
    vota_query_bind_u64(&q, ":created_at", operation->created_at);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status == VOTA_OK)
        *ret_id = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum vota_status copy_operation(struct vota_query *q,
                                       struct vota_store_operation_copy *ret_copy,
                                       struct vota_error *err)
{
    struct vota_store_operation *about = &ret_copy->about;
    vota_outbox_columns_read(q, about);
    const size_t len = about->arguments.len + about->calldata.len;
    ret_copy->bytes = malloc(len + 1);
    if (ret_copy->bytes == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, q->sql->name, "no-memory");
    struct vota_wr wr = vota_wr_of(ret_copy->bytes, len);
    vota_wr_put(&wr, about->arguments.at, about->arguments.len);
    vota_wr_put(&wr, about->calldata.at, about->calldata.len);
    about->arguments.at = ret_copy->bytes;
    about->calldata.at = ret_copy->bytes + about->arguments.len;
    return VOTA_OK;
}

/* Ends a query for one operation, whose binds are made. */
static enum vota_status get_one(struct vota_query *q, struct vota_store_operation_copy *ret_copy,
                                struct vota_error *err)
{
    struct vota_store_operation_copy copy = {0};
    enum vota_status copied = VOTA_OK;
    const bool found = vota_query_next(q);
    if (found)
        copied = copy_operation(q, &copy, err);
    enum vota_status status = vota_query_end_found(q, found, err);
    if (status == VOTA_OK)
        status = copied;
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_store_outbox_done(&copy);
    return status;
}

enum vota_status vota_store_outbox_get(struct vota_store_operation_copy *ret_copy,
                                       struct vota_store *store, int64_t id, struct vota_error *err)
{
    static const struct vota_sql sql = {"operation.get", VOTA_OUTBOX_SELECT " WHERE id = :id",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", id);
    return get_one(&q, ret_copy, err);
}

enum vota_status vota_store_outbox_next(struct vota_store_operation_copy *ret_copy,
                                        struct vota_store *store, int64_t network,
                                        struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.next",
        VOTA_OUTBOX_SELECT " WHERE id = (SELECT min(id) FROM operation WHERE network_id = :network"
                           " AND state IN ('queued', 'signed', 'sent', 'halted'))",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    return get_one(&q, ret_copy, err);
}

enum vota_status vota_store_outbox_each(
    struct vota_store *store, int64_t network, unsigned states,
    enum vota_status (*each)(void *context, const struct vota_store_operation *operation),
    void *context, struct vota_error *err)
{
    /* A city has thousands of operations, not millions: the walk is over all, in order. */
    static const struct vota_sql sql = {
        "operation.each", VOTA_OUTBOX_SELECT " WHERE network_id = :network ORDER BY id", true};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        struct vota_store_operation operation;
        vota_outbox_columns_read(&q, &operation);
        if ((states & (1u << operation.state)) != 0)
            status = each(context, &operation);
    }
    return vota_query_end_walk(&q, status, err);
}

enum vota_status vota_store_outbox_count(uint64_t ret_counts[VOTA_OP_STATES],
                                         struct vota_store *store, int64_t network,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.count",
        "SELECT count(*) FROM operation WHERE network_id = :network AND state = :state", false};
    uint64_t counts[VOTA_OP_STATES] = {0};
    for (unsigned i = 0; i < VOTA_OP_STATES; i++) {
        struct vota_query q = vota_query_of(store, &sql);
        vota_query_bind_i64(&q, ":network", network);
        vota_query_bind_text(&q, ":state", vota_outbox_state_name((enum vota_op_state)i));
        if (vota_query_next(&q))
            counts[i] = vota_query_u64(&q, 0);
        const enum vota_status status = vota_query_end(&q, err);
        if (status != VOTA_OK)
            return status;
    }
    memcpy(ret_counts, counts, sizeof counts);
    return VOTA_OK;
}

/* Runs an UPDATE of one operation, which must be there and in a state that the text allows. */
static enum vota_status move(struct vota_query *q, struct vota_error *err)
{
    uint64_t changes = 0;
    const enum vota_status status = vota_query_run(q, &changes, err);
    if (status != VOTA_OK)
        return status;
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, q->sql->name, "bad-move");
}

/* Runs an UPDATE over an operation's attempts, of which there may be none. */
static enum vota_status change_attempts(struct vota_store *store, const struct vota_sql *sql,
                                        int64_t operation, const vota_hash *tx_hash,
                                        struct vota_error *err)
{
    struct vota_query q = vota_query_of(store, sql);
    vota_query_bind_i64(&q, ":operation", operation);
    if (tx_hash != NULL)
        vota_query_bind_hash(&q, ":tx_hash", tx_hash);
    return vota_query_run(&q, NULL, err);
}

/* A register is open from the entry that says so; 0 when that entry is gone again. */
static enum vota_status tell_register(struct vota_store *store, int64_t operation, uint64_t entry,
                                      struct vota_error *err)
{
    struct vota_store_operation_copy copy;
    enum vota_status status = vota_store_outbox_get(&copy, store, operation, err);
    if (status != VOTA_OK)
        return status;
    if (copy.about.kind == VOTA_OP_REGISTER)
        status =
            vota_store_register_opened_on(store, copy.about.reg, copy.about.network, entry, err);
    vota_store_outbox_done(&copy);
    return status;
}

enum vota_status vota_store_outbox_mined(struct vota_store *store, int64_t operation,
                                         const struct vota_store_mined *mined,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.mined",
        "UPDATE operation SET state = 'mined', entry_number = :number, entry_block = :block,"
        " entry_time = :time, a = :a, b = :b, c = :c, head = :head, tx_hash = :tx_hash,"
        " block_hash = :block_hash, gas_used = :gas_used, effective_price = :effective_price,"
        " reason = '', wish = '' WHERE id = :id",
        false};
    static const struct vota_sql attempts = {
        "attempt.mined",
        "UPDATE attempt SET state = iif(tx_hash = :tx_hash, 'mined', 'replaced')"
        " WHERE operation_id = :operation AND state <> 'dropped'"
        " AND round = (SELECT round FROM operation WHERE id = :operation)"
        " AND EXISTS (SELECT 1 FROM attempt WHERE operation_id = :operation"
        "             AND tx_hash = :tx_hash)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", operation);
    vota_query_bind_u64(&q, ":number", mined->entry.number);
    vota_query_bind_u64(&q, ":block", mined->entry.block);
    vota_query_bind_u64(&q, ":time", mined->entry.time);
    vota_query_bind_hash(&q, ":a", &mined->entry.a);
    vota_query_bind_hash(&q, ":b", &mined->entry.b);
    vota_query_bind_hash(&q, ":c", &mined->entry.c);
    vota_query_bind_hash(&q, ":head", &mined->head);
    vota_query_bind_hash(&q, ":tx_hash", &mined->tx_hash);
    vota_query_bind_hash(&q, ":block_hash", &mined->block_hash);
    vota_query_bind_u64(&q, ":gas_used", mined->gas_used);
    vota_query_bind_u64(&q, ":effective_price", mined->effective_price);
    const struct vota_store_cost cost = {.tx_hash = mined->tx_hash,
                                         .gas_used = mined->gas_used,
                                         .effective_price = mined->effective_price,
                                         .settled_at = mined->entry.time};
    enum vota_status status = move(&q, err);
    /* The entry may have moved from one attempt to another: first it was neither. */
    if (status == VOTA_OK)
        status = vota_store_spend_unsettle(store, operation, &mined->tx_hash, err);
    if (status == VOTA_OK)
        status = change_attempts(store, &attempts, operation, &mined->tx_hash, err);
    if (status == VOTA_OK)
        status = vota_store_spend_settle(store, operation, &cost, err);
    if (status == VOTA_OK)
        status = tell_register(store, operation, mined->entry.number, err);
    return status;
}

enum vota_status vota_store_outbox_unmined(struct vota_store *store, int64_t operation,
                                           struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.unmined",
        "UPDATE operation SET state = iif(nonce IS NULL, 'queued', 'sent'), entry_number = NULL,"
        " entry_block = NULL, entry_time = NULL, a = NULL, b = NULL, c = NULL, head = NULL,"
        " tx_hash = NULL, block_hash = NULL, gas_used = NULL, effective_price = NULL"
        " WHERE id = :id AND state = 'mined'",
        false};
    /* The newest one is sent again, whether or not it was the one that had been mined. */
    static const struct vota_sql attempts = {
        "attempt.unmined",
        "UPDATE attempt SET state = iif(id = (SELECT max(id) FROM attempt WHERE operation_id ="
        " :operation AND sent_at IS NOT NULL), 'sent', 'replaced')"
        " WHERE operation_id = :operation AND state <> 'dropped'"
        " AND round = (SELECT round FROM operation WHERE id = :operation)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", operation);
    enum vota_status status = move(&q, err);
    if (status == VOTA_OK)
        status = vota_store_spend_unsettle(store, operation, NULL, err);
    if (status == VOTA_OK)
        status = change_attempts(store, &attempts, operation, NULL, err);
    if (status == VOTA_OK)
        status = tell_register(store, operation, 0, err);
    return status;
}

enum vota_status vota_store_outbox_final(struct vota_store *store, int64_t operation,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.final",
        "UPDATE operation SET state = 'final' WHERE id = :id AND state = 'mined'", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", operation);
    return move(&q, err);
}

enum vota_status vota_store_outbox_requeue(struct vota_store *store, int64_t operation,
                                           const vota_hash *reverted, struct vota_error *err)
{
    static const struct vota_sql attempts = {
        "attempt.settle",
        "UPDATE attempt SET state = iif(tx_hash = :tx_hash OR settled_at IS NOT NULL, 'mined',"
        " 'dropped')"
        " WHERE operation_id = :operation AND state <> 'dropped'"
        " AND round = (SELECT round FROM operation WHERE id = :operation)",
        false};
    static const struct vota_sql sql = {
        "operation.requeue",
        "UPDATE operation SET state = 'queued', round = round + 1, sender = NULL, nonce = NULL,"
        " parent = NULL, calldata = NULL, reason = '', wish = ''"
        " WHERE id = :id AND state IN ('signed', 'sent', 'halted')",
        false};
    static const vota_hash none;
    const vota_hash *const in_block = reverted != NULL ? reverted : &none;
    const enum vota_status status = change_attempts(store, &attempts, operation, in_block, err);
    if (status != VOTA_OK)
        return status;
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", operation);
    return move(&q, err);
}

enum vota_status vota_store_outbox_halt(struct vota_store *store, int64_t operation,
                                        const char *reason, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.halt",
        "UPDATE operation SET state = 'halted', reason = :reason, wish = ''"
        " WHERE id = :id AND state IN ('signed', 'sent')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", operation);
    vota_query_bind_text(&q, ":reason", reason);
    return move(&q, err);
}

enum vota_status vota_store_outbox_wish(struct vota_store *store, int64_t operation,
                                        enum vota_op_wish wish, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.wish",
        "UPDATE operation SET wish = :wish WHERE id = :id AND state IN ('signed', 'sent')", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", operation);
    vota_query_bind_text(&q, ":wish", vota_outbox_wish_name(wish));
    return move(&q, err);
}
