/* SPDX-License-Identifier: Apache-2.0 */
/* From rows to what budget.h decides from: see budget_gather.h. */
#include "bridge/engine/budget_gather.h"

#include <stdlib.h>

/* Numbers to take percentiles of. */
struct numbers {
    uint64_t *at;
    size_t n, cap;
};

static bool numbers_add(struct numbers *numbers, uint64_t value)
{
    if (numbers->n == numbers->cap) {
        const size_t cap = numbers->cap == 0 ? 256 : numbers->cap * 2;
        uint64_t *at = realloc(numbers->at, cap * sizeof *at);
        if (at == NULL)
            return false;
        numbers->at = at;
        numbers->cap = cap;
    }
    numbers->at[numbers->n++] = value;
    return true;
}

static int compare(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* The smallest number that `percent` of all are not above; 0 of none. Sorts. */
static uint64_t percentile(uint64_t *at, size_t n, size_t percent)
{
    if (n == 0)
        return 0;
    qsort(at, n, sizeof *at, compare);
    return at[(n * percent + 99) / 100 - 1];
}

struct reading {
    uint64_t now;
    uint64_t day[VOTA_BUDGET_HISTORY_DAYS]; /* wei by age */
    uint64_t oldest;                        /* age in seconds of the oldest payment */
    uint64_t entries;
    struct numbers gas, batch_gas, price;
};

static enum vota_status note_payment(void *context, const struct vota_store_payment *payment)
{
    struct reading *reading = context;
    if ((VOTA_SPEND_ANCHORER & VOTA_SPEND_KIND(payment->kind)) == 0)
        return VOTA_OK;
    /* A block's clock may be ahead of ours. */
    const uint64_t age =
        reading->now > payment->settled_at ? reading->now - payment->settled_at : 0;
    if (age / VOTA_BUDGET_DAY >= VOTA_BUDGET_HISTORY_DAYS)
        return VOTA_OK;
    uint64_t *day = &reading->day[age / VOTA_BUDGET_DAY];
    *day = payment->wei > UINT64_MAX - *day ? UINT64_MAX : *day + payment->wei;
    reading->entries++;
    reading->oldest = age > reading->oldest ? age : reading->oldest;
    if (payment->gas_used == 0)
        return VOTA_OK;
    bool added = payment->kind == VOTA_OP_BATCH
                     ? numbers_add(&reading->batch_gas, payment->gas_used)
                     : numbers_add(&reading->gas, payment->gas_used);
    if (added)
        added = numbers_add(&reading->price, payment->effective_price);
    return added ? VOTA_OK : VOTA_NO_MEMORY;
}

/* Rounded up; the sum of all days over their number. */
static uint64_t mean_day(const struct reading *reading, size_t days)
{
    uint64_t whole = 0;
    uint64_t rest = 0;
    for (size_t i = 0; i < days; i++) { /* divided first: the sum may not fit */
        whole += reading->day[i] / days;
        rest += reading->day[i] % days;
    }
    return whole + rest / days + (rest % days != 0);
}

static void summarise(struct vota_budget_history *ret_history, struct reading *reading)
{
    struct numbers *gas = reading->batch_gas.n > 0 ? &reading->batch_gas : &reading->gas;
    const uint64_t full = reading->oldest / VOTA_BUDGET_DAY;
    *ret_history = (struct vota_budget_history){
        .entries = reading->entries,
        .gas_usual = percentile(gas->at, gas->n, 50),
        .price_usual = percentile(reading->price.at, reading->price.n, 50),
        .price_p95 = percentile(reading->price.at, reading->price.n, 95)};
    /* Hours are not days: less than one tells nothing about a day. */
    if (full == 0)
        return;
    const size_t days =
        full < VOTA_BUDGET_HISTORY_DAYS ? (size_t)full + 1 : VOTA_BUDGET_HISTORY_DAYS;
    const uint64_t mean = mean_day(reading, days);
    const uint64_t p95 = percentile(reading->day, days, 95);
    ret_history->days = days;
    ret_history->day_p95 = p95 > mean ? p95 : mean;
}

enum vota_status vota_budget_history_read(struct vota_budget_history *ret_history,
                                          struct vota_store *store, int64_t network, uint64_t now,
                                          struct vota_error *err)
{
    const uint64_t span = (uint64_t)VOTA_BUDGET_HISTORY_DAYS * VOTA_BUDGET_DAY;
    struct reading reading = {.now = now};
    const enum vota_status status = vota_store_spend_each(
        store, network, now > span ? now - span : 0, note_payment, &reading, err);
    if (status == VOTA_OK)
        summarise(ret_history, &reading);
    free(reading.gas.at);
    free(reading.batch_gas.at);
    free(reading.price.at);
    return status;
}

struct closing {
    uint64_t oldest;
    uint64_t closes_at; /* 0: none */
};

/* A register that closes after the oldest waiting row was accepted may have rows that wait. */
static enum vota_status note_register(void *context, const struct vota_store_register *reg)
{
    struct closing *closing = context;
    if (reg->closes_at >= closing->oldest &&
        (closing->closes_at == 0 || reg->closes_at < closing->closes_at))
        closing->closes_at = reg->closes_at;
    return VOTA_OK;
}

static enum vota_status read_store(struct vota_budget_standing *standing,
                                   const struct vota_budget_source *source, struct vota_error *err)
{
    const struct vota_store_network *network = source->network;
    const struct vota_store_spend_question question = {
        .network = network->id,
        .kinds = VOTA_SPEND_ANCHORER,
        .since = source->now > VOTA_BUDGET_DAY ? source->now - VOTA_BUDGET_DAY : 0};
    struct closing closing = {0};
    enum vota_status status = vota_store_spend_sum(&standing->spent, source->store, &question, err);
    if (status == VOTA_OK)
        status = vota_budget_history_read(&standing->view.history, source->store, network->id,
                                          source->now, err);
    if (status == VOTA_OK)
        status = vota_store_batch_pending(&standing->pending, source->store, network->line, err);
    closing.oldest = standing->pending.oldest;
    if (status == VOTA_OK && standing->pending.count > 0)
        status =
            vota_store_register_each(source->store, network->line, note_register, &closing, err);
    standing->batch = source->batch;
    standing->batch.closes_at = closing.closes_at;
    return status;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

enum vota_status vota_budget_gather(struct vota_budget_standing *ret_standing,
                                    const struct vota_budget_source *source, struct vota_error *err)
{
    struct vota_budget_standing standing = {.plan = {.interval = source->batch.max_age}};
    const struct vota_attempt_limits *limits = source->limits;
    const enum vota_status status = read_store(&standing, source, err);
    if (status != VOTA_OK)
        return status;
    struct vota_budget_view *view = &standing.view;
    view->now = source->now;
    view->balance = source->balance;
    view->spent = add(standing.spent.paid, standing.spent.open);
    view->day_max = limits->day_max;
    view->price = add(source->next_base_fee, limits->fees.tip_min);
    view->fee_max = limits->fees.fee_max;
    view->tx_max = limits->tx_max;
    view->max_age = source->batch.max_age;
    if (source->reached) {
        vota_budget_plan(&standing.plan, view);
        standing.batch.stretched = standing.plan.interval;
    }
    standing.due = vota_batch_due(&standing.pending, &standing.batch, VOTA_BATCH_BY_POLICY);
    *ret_standing = standing;
    return VOTA_OK;
}
