/* SPDX-License-Identifier: Apache-2.0 */
/* Signed attempts, stored before they are sent: the attempt half of store_outbox.h. */
#include <stdlib.h>

#include "bridge/store/outbox_columns.h"
#include "bridge/store/store_outbox.h"

void vota_store_attempt_done(struct vota_store_attempt_copy *copy)
{
    free(copy->bytes);
    *copy = (struct vota_store_attempt_copy){0};
}

/* The first attempt of a round fixes what all of them say. */
static enum vota_status assign_round(struct vota_store *store,
                                     const struct vota_store_assign *assign,
                                     const struct vota_store_attempt *attempt,
                                     struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.assign",
        "UPDATE operation SET state = 'signed', sender = :sender, nonce = :nonce,"
        " parent = :parent, calldata = :calldata WHERE id = :id AND state = 'queued'",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", attempt->operation);
    vota_query_bind_addr(&q, ":sender", &assign->sender);
    vota_query_bind_u64(&q, ":nonce", attempt->nonce);
    vota_query_bind_hash(&q, ":parent", &assign->parent);
    vota_query_bind_slice(&q, ":calldata", assign->calldata);
    uint64_t changes = 0;
    struct vota_error detail = {.status = VOTA_OK};
    const enum vota_status status = vota_query_run(&q, &changes, &detail);
    /* The one uniqueness that this statement can break. */
    if (status == VOTA_CONFLICT && vota_bytes_equal(detail.text, "not-unique", 11))
        return vota_fail(err, VOTA_CONFLICT, sql.name, "nonce-taken");
    if (status != VOTA_OK)
        return vota_fail(err, status, sql.name, detail.text);
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, sql.name, "bad-move");
}

/* A bump: the same round, one attempt more, signed and not yet sent. */
static enum vota_status reopen_round(struct vota_store *store, int64_t operation,
                                     struct vota_error *err)
{
    static const struct vota_sql sql = {
        "operation.bump",
        "UPDATE operation SET state = 'signed', wish = iif(wish = 'bump', '', wish)"
        " WHERE id = :id AND state IN ('signed', 'sent')",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", operation);
    uint64_t changes = 0;
    const enum vota_status status = vota_query_run(&q, &changes, err);
    if (status != VOTA_OK)
        return status;
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, sql.name, "bad-move");
}

/* Its place: the operation's round, and one more than the attempts in it. */
static enum vota_status next_place(struct vota_store_attempt *attempt, struct vota_store *store,
                                   struct vota_error *err)
{
    static const struct vota_sql sql = {
        "attempt.place",
        "SELECT round, (SELECT count(*) FROM attempt WHERE attempt.operation_id = operation.id"
        " AND attempt.round = operation.round) FROM operation WHERE id = :id",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", attempt->operation);
    const bool found = vota_query_next(&q);
    if (found) {
        attempt->round = (uint32_t)vota_query_u64(&q, 0);
        attempt->number = (uint32_t)vota_query_u64(&q, 1) + 1;
    }
    return vota_query_end_found(&q, found, err);
}

static enum vota_status add_attempt(struct vota_store_attempt *attempt, struct vota_store *store,
                                    struct vota_error *err)
{
    static const struct vota_sql sql = {
        "attempt.add",
        "INSERT INTO attempt (operation_id, round, number, nonce, tx_hash, max_fee, tip, gas_limit,"
        " block, at_cap, cancels, created_at, state, raw) VALUES (:operation, :round, :number,"
        " :nonce, :tx_hash, :max_fee, :tip, :gas_limit, :block, :at_cap, :cancels, :created_at,"
        " 'signed', :raw)",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":operation", attempt->operation);
    vota_query_bind_u64(&q, ":round", attempt->round);
    vota_query_bind_u64(&q, ":number", attempt->number);
    vota_query_bind_u64(&q, ":nonce", attempt->nonce);
    vota_query_bind_hash(&q, ":tx_hash", &attempt->tx_hash);
    vota_query_bind_u64(&q, ":max_fee", attempt->max_fee);
    vota_query_bind_u64(&q, ":tip", attempt->tip);
    vota_query_bind_u64(&q, ":gas_limit", attempt->gas_limit);
    vota_query_bind_u64(&q, ":block", attempt->block);
    vota_query_bind_i64(&q, ":at_cap", attempt->at_cap ? 1 : 0);
    vota_query_bind_i64(&q, ":cancels", attempt->cancels ? 1 : 0);
    vota_query_bind_u64(&q, ":created_at", attempt->created_at);
    vota_query_bind_slice(&q, ":raw", attempt->raw);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status == VOTA_OK)
        attempt->id = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum vota_status vota_store_outbox_sign(struct vota_store_attempt *ret_attempt,
                                        struct vota_store *store,
                                        const struct vota_store_assign *assign,
                                        const struct vota_store_attempt *attempt,
                                        struct vota_error *err)
{
    struct vota_store_attempt signed_attempt = *attempt;
    signed_attempt.state = VOTA_ATTEMPT_SIGNED;
    signed_attempt.sent_at = 0;
    enum vota_status status = assign != NULL ? assign_round(store, assign, attempt, err)
                                             : reopen_round(store, attempt->operation, err);
    if (status == VOTA_OK)
        status = next_place(&signed_attempt, store, err);
    if (status == VOTA_OK)
        status = add_attempt(&signed_attempt, store, err);
    if (status == VOTA_OK)
        *ret_attempt = signed_attempt;
    return status;
}

static enum vota_status copy_attempt(struct vota_query *q, struct vota_store_attempt_copy *ret_copy,
                                     struct vota_error *err)
{
    vota_attempt_columns_read(q, &ret_copy->about);
    const struct vota_slice raw = ret_copy->about.raw;
    ret_copy->bytes = malloc(raw.len + 1);
    if (ret_copy->bytes == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, q->sql->name, "no-memory");
    vota_bytes_copy(ret_copy->bytes, raw.at, raw.len);
    ret_copy->about.raw.at = ret_copy->bytes;
    return VOTA_OK;
}

enum vota_status vota_store_outbox_newest(struct vota_store_attempt_copy *ret_copy,
                                          struct vota_store *store, int64_t operation,
                                          struct vota_error *err)
{
    static const struct vota_sql sql = {
        "attempt.newest",
        VOTA_ATTEMPT_SELECT " WHERE operation_id = :operation"
                            " AND round = (SELECT round FROM operation WHERE id = :operation)"
                            " ORDER BY number DESC LIMIT 1",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":operation", operation);
    struct vota_store_attempt_copy copy = {0};
    enum vota_status copied = VOTA_OK;
    const bool found = vota_query_next(&q);
    if (found)
        copied = copy_attempt(&q, &copy, err);
    enum vota_status status = vota_query_end_found(&q, found, err);
    if (status == VOTA_OK)
        status = copied;
    if (status == VOTA_OK)
        *ret_copy = copy;
    else
        vota_store_attempt_done(&copy);
    return status;
}

enum vota_status vota_store_outbox_attempts(
    struct vota_store *store, int64_t operation,
    enum vota_status (*each)(void *context, const struct vota_store_attempt *attempt),
    void *context, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "attempt.each",
        VOTA_ATTEMPT_SELECT " WHERE operation_id = :operation ORDER BY round, number", false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":operation", operation);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        struct vota_store_attempt attempt;
        vota_attempt_columns_read(&q, &attempt);
        status = each(context, &attempt);
    }
    return vota_query_end_walk(&q, status, err);
}

enum vota_status vota_store_outbox_sent(struct vota_store *store, int64_t attempt, uint64_t now,
                                        struct vota_error *err)
{
    static const struct vota_sql operation = {
        "operation.sent",
        "UPDATE operation SET state = 'sent' WHERE state IN ('signed', 'sent')"
        " AND id = (SELECT operation_id FROM attempt WHERE id = :attempt)"
        " AND round = (SELECT round FROM attempt WHERE id = :attempt)",
        false};
    static const struct vota_sql attempts = {
        "attempt.sent",
        "UPDATE attempt SET state = iif(id = :attempt, 'sent', 'replaced'),"
        " sent_at = iif(id = :attempt, :now, sent_at)"
        " WHERE operation_id = (SELECT operation_id FROM attempt WHERE id = :attempt)"
        " AND round = (SELECT round FROM attempt WHERE id = :attempt) AND state <> 'dropped'",
        false};
    struct vota_query q = vota_query_of(store, &operation);
    vota_query_bind_i64(&q, ":attempt", attempt);
    uint64_t changes = 0;
    const enum vota_status status = vota_query_run(&q, &changes, err);
    if (status != VOTA_OK)
        return status;
    if (changes != 1)
        return vota_fail(err, VOTA_CONFLICT, operation.name, "bad-move");
    q = vota_query_of(store, &attempts);
    vota_query_bind_i64(&q, ":attempt", attempt);
    vota_query_bind_u64(&q, ":now", now);
    return vota_query_run(&q, NULL, err);
}
