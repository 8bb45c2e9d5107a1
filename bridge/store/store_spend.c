/* SPDX-License-Identifier: Apache-2.0 */
/* Costs of attempts and their sums: see store_spend.h. */
#include "bridge/store/store_spend.h"

#include "bridge/store/outbox_columns.h"

/* What any transaction takes; less is a node's lie. */
#define GAS_LEAST 21000u

static enum vota_status settle(struct vota_store *store, int64_t operation,
                               const struct vota_store_cost *cost, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "attempt.cost",
        "UPDATE attempt SET state = 'mined', settled_at = :settled_at,"
        " gas_used = iif(:gas_used BETWEEN :least AND gas_limit"
        "                AND :price BETWEEN max(tip, 1) AND max_fee, :gas_used, 0),"
        " effective_price = iif(:gas_used BETWEEN :least AND gas_limit"
        "                       AND :price BETWEEN max(tip, 1) AND max_fee, :price, 0)"
        " WHERE tx_hash = :tx_hash AND operation_id = :operation"
        " AND round = (SELECT round FROM operation WHERE id = :operation)",
        false};
    const bool readable = cost->gas_used <= INT64_MAX && cost->effective_price <= INT64_MAX;
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_u64(&q, ":settled_at", cost->settled_at);
    vota_query_bind_u64(&q, ":gas_used", readable ? cost->gas_used : 0);
    vota_query_bind_u64(&q, ":least", GAS_LEAST);
    vota_query_bind_u64(&q, ":price", readable ? cost->effective_price : 0);
    vota_query_bind_hash(&q, ":tx_hash", &cost->tx_hash);
    vota_query_bind_i64(&q, ":operation", operation);
    return vota_query_run(&q, NULL, err);
}

enum vota_status vota_store_spend_settle(struct vota_store *store, int64_t operation,
                                         const struct vota_store_cost *cost, struct vota_error *err)
{
    const enum vota_status status =
        vota_store_spend_unsettle(store, operation, &cost->tx_hash, err);
    return status != VOTA_OK ? status : settle(store, operation, cost, err);
}

enum vota_status vota_store_spend_unsettle(struct vota_store *store, int64_t operation,
                                           const vota_hash *taken, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "attempt.uncost",
        "UPDATE attempt SET settled_at = NULL, gas_used = 0, effective_price = 0"
        " WHERE operation_id = :operation AND settled_at IS NOT NULL"
        " AND round = (SELECT round FROM operation WHERE id = :operation)"
        " AND (:taken IS NULL OR EXISTS (SELECT 1 FROM attempt WHERE operation_id = :operation"
        "      AND tx_hash = :taken))",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":operation", operation);
    if (taken != NULL)
        vota_query_bind_hash(&q, ":taken", taken);
    return vota_query_run(&q, NULL, err);
}

static uint64_t product(uint64_t gas, uint64_t price)
{
    uint64_t wei = 0;
    return __builtin_mul_overflow(gas, price, &wei) ? UINT64_MAX : wei;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

/* Rows of one operation's round, of which only the dearest can be paid for. */
struct round {
    int64_t operation; /* 0: no row yet */
    struct vota_store_payment payment;
};

/* Columns of the three queries below. */
enum { ID, KIND, GAS_USED, PRICE, SETTLED_AT, GAS_LIMIT, MAX_FEE };

static struct vota_store_payment read_payment(struct vota_query *q)
{
    struct vota_store_payment payment = {.kind = vota_outbox_kind_read(q, KIND),
                                         .gas_used = vota_query_u64(q, GAS_USED),
                                         .effective_price = vota_query_u64(q, PRICE),
                                         .settled_at = vota_query_u64(q, SETTLED_AT)};
    if (payment.gas_used == 0 || payment.effective_price == 0)
        payment.gas_used = payment.effective_price = 0;
    payment.wei = payment.gas_used != 0
                      ? product(payment.gas_used, payment.effective_price)
                      : product(vota_query_u64(q, GAS_LIMIT), vota_query_u64(q, MAX_FEE));
    return payment;
}

struct walk {
    enum vota_status (*each)(void *context, const struct vota_store_payment *payment);
    void *context;
};

/* Walks rows that are sorted by operation, calling back once for each. */
static enum vota_status walk_rounds(struct vota_query *q, const struct walk *walk,
                                    struct vota_error *err)
{
    struct round round = {0};
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(q)) {
        const int64_t operation = vota_query_i64(q, ID);
        const struct vota_store_payment payment = read_payment(q);
        if (operation == round.operation) {
            if (payment.wei > round.payment.wei)
                round.payment = payment;
            continue;
        }
        if (round.operation != 0)
            status = walk->each(walk->context, &round.payment);
        round = (struct round){operation, payment};
    }
    if (status == VOTA_OK && round.operation != 0)
        status = walk->each(walk->context, &round.payment);
    return vota_query_end_walk(q, status, err);
}

static enum vota_status each_settled(struct vota_store *store, int64_t network, uint64_t since,
                                     const struct walk *walk, struct vota_error *err)
{
    /* Not walk_rounds: rounds of one operation are paid for each. */
    static const struct vota_sql sql = {
        "spend.settled",
        "SELECT attempt.operation_id, kind, attempt.gas_used, attempt.effective_price, settled_at,"
        " gas_limit, max_fee FROM attempt CROSS JOIN operation"
        " ON operation.id = attempt.operation_id"
        " WHERE settled_at > :since AND network_id = :network ORDER BY settled_at",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_u64(&q, ":since", since);
    vota_query_bind_i64(&q, ":network", network);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(&q)) {
        const struct vota_store_payment payment = read_payment(&q);
        status = walk->each(walk->context, &payment);
    }
    return vota_query_end_walk(&q, status, err);
}

/*
 * Entries whose transaction is none of the round's attempts, or was not found:
 * with what the operation knows, else the dearest attempt.
 */
static enum vota_status each_unfound(struct vota_store *store, int64_t network, uint64_t since,
                                     const struct walk *walk, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "spend.unfound",
        "SELECT operation.id, kind, operation.gas_used, operation.effective_price, entry_time,"
        " coalesce(gas_limit, 0), coalesce(max_fee, 0) FROM operation LEFT JOIN attempt"
        " ON attempt.operation_id = operation.id AND attempt.round = operation.round"
        " WHERE network_id = :network AND entry_time > :since AND NOT EXISTS"
        " (SELECT 1 FROM attempt AS paid WHERE paid.operation_id = operation.id"
        "  AND paid.round = operation.round AND paid.settled_at IS NOT NULL)"
        " ORDER BY operation.id",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_u64(&q, ":since", since);
    return walk_rounds(&q, walk, err);
}

enum vota_status vota_store_spend_each(
    struct vota_store *store, int64_t network, uint64_t since,
    enum vota_status (*each)(void *context, const struct vota_store_payment *payment),
    void *context, struct vota_error *err)
{
    const struct walk walk = {each, context};
    const enum vota_status status = each_settled(store, network, since, &walk, err);
    return status != VOTA_OK ? status : each_unfound(store, network, since, &walk, err);
}

/* Whatever is signed and not settled; a halted operation's bytes may still be mined too. */
static enum vota_status each_open(struct vota_store *store, int64_t network, int64_t except,
                                  const struct walk *walk, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "spend.open",
        "SELECT operation.id, kind, 0, 0, 0, gas_limit, max_fee FROM operation CROSS JOIN attempt"
        " ON attempt.operation_id = operation.id AND attempt.round = operation.round"
        " WHERE network_id = :network AND operation.state IN ('signed', 'sent', 'halted')"
        " AND operation.id <> :except AND NOT EXISTS"
        " (SELECT 1 FROM attempt AS paid WHERE paid.operation_id = operation.id"
        "  AND paid.round = operation.round AND paid.settled_at IS NOT NULL)"
        " ORDER BY operation.id",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":network", network);
    vota_query_bind_i64(&q, ":except", except);
    return walk_rounds(&q, walk, err);
}

struct adding {
    unsigned kinds;
    uint64_t *wei;
};

static enum vota_status add(void *context, const struct vota_store_payment *payment)
{
    struct adding *adding = context;
    if ((adding->kinds & VOTA_SPEND_KIND(payment->kind)) != 0)
        *adding->wei = sum(*adding->wei, payment->wei);
    return VOTA_OK;
}

enum vota_status vota_store_spend_sum(struct vota_store_spent *ret_spent, struct vota_store *store,
                                      const struct vota_store_spend_question *question,
                                      struct vota_error *err)
{
    struct vota_store_spent spent = {0};
    struct adding paid = {question->kinds, &spent.paid};
    struct adding open = {question->kinds, &spent.open};
    const struct walk walk = {add, &open};
    enum vota_status status =
        vota_store_spend_each(store, question->network, question->since, add, &paid, err);
    if (status == VOTA_OK)
        status = each_open(store, question->network, question->except, &walk, err);
    if (status == VOTA_OK)
        *ret_spent = spent;
    return status;
}

enum vota_status vota_store_spend_ran_out(uint64_t *ret_gas_limit, struct vota_store *store,
                                          int64_t operation, struct vota_error *err)
{
    static const struct vota_sql sql = {
        "spend.ran_out",
        "SELECT coalesce(max(gas_limit), 0) FROM attempt WHERE operation_id = :operation"
        " AND gas_used = gas_limit",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":operation", operation);
    uint64_t gas_limit = 0;
    if (vota_query_next(&q))
        gas_limit = vota_query_u64(&q, 0);
    const enum vota_status status = vota_query_end(&q, err);
    if (status == VOTA_OK)
        *ret_gas_limit = gas_limit;
    return status;
}
