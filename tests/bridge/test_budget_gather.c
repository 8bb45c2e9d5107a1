/* SPDX-License-Identifier: Apache-2.0 */
/* From payments in the store to what the governor decides from. */
#include "bridge/engine/budget_gather.h"

#include "tests/bridge/store_fixture.h"

#define GWEI UINT64_C(1000000000)
#define DAY  UINT64_C(86400)
#define NOW  UINT64_C(1800000000)

/* One entry paid for: 50,000 gas at `price`. */
static void pay(struct fixture *f, uint64_t number, uint64_t time, uint64_t price)
{
    const struct vota_store_operation operation = {.network = f->network,
                                                   .kind = VOTA_OP_REGISTER,
                                                   .reg = f->all,
                                                   .arguments = slice_of(""),
                                                   .created_at = 11};
    const struct vota_store_assign assign = assign_of(3);
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f->store, &operation, NULL));
    struct vota_store_attempt attempt = attempt_of(id, number, price);
    attempt.gas_limit = 72500;
    OK(vota_store_outbox_sign(&attempt, f->store, &assign, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, attempt.id, time, NULL));
    struct vota_store_mined mined = mined_of(number, &attempt.tx_hash);
    mined.entry.time = time;
    mined.gas_used = 50000;
    mined.effective_price = price;
    OK(vota_store_outbox_mined(f->store, id, &mined, NULL));
}

static struct vota_budget_history history_of(struct fixture *f)
{
    struct vota_budget_history history;
    OK(vota_budget_history_read(&history, f->store, f->network, NOW, NULL));
    return history;
}

static void a_day_without_history_is_no_day(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    struct vota_budget_history history = history_of(&f);
    assert_true(history.days == 0 && history.entries == 0 && history.price_usual == 0);
    pay(&f, 1, NOW + 12, GWEI); /* a block's clock ahead of ours */
    pay(&f, 2, NOW - DAY + 1, 3 * GWEI);
    history = history_of(&f);
    assert_int_equal(history.days, 0);
    assert_int_equal(history.entries, 2);
    assert_int_equal(history.gas_usual, 50000);
    assert_true(history.price_usual == GWEI && history.price_p95 == 3 * GWEI);
    commit(&f);
    fixture_close(&f);
}

static void percentiles_are_taken_over_whole_days(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    /* Each of 20 days has one entry of `day` gwei; what is older than 30 is not seen. */
    for (uint64_t day = 1; day <= 20; day++)
        pay(&f, day, NOW - (day - 1) * DAY - 5, day * GWEI);
    pay(&f, 21, NOW - 31 * DAY, 1000 * GWEI);
    const struct vota_budget_history history = history_of(&f);
    assert_int_equal(history.days, 20);
    assert_int_equal(history.entries, 20);
    assert_true(history.price_usual == 10 * GWEI && history.price_p95 == 19 * GWEI);
    assert_true(history.day_p95 == UINT64_C(950000) * GWEI);
    commit(&f);
    fixture_close(&f);
}

/* One busy day in a month: its percentile is zero, the month's mean is not. */
static void a_rare_day_still_counts(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    pay(&f, 1, NOW - 29 * DAY - 5, 30 * GWEI);
    const struct vota_budget_history history = history_of(&f);
    assert_int_equal(history.days, 30);
    assert_true(history.day_p95 == 50000 * GWEI);
    commit(&f);
    fixture_close(&f);
}

static void the_owners_spending_is_not_the_anchorers(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const struct vota_store_operation operation = {
        .network = f.network, .kind = VOTA_OP_KEY, .arguments = slice_of(""), .created_at = 11};
    const struct vota_store_assign assign = assign_of(3);
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f.store, &operation, NULL));
    struct vota_store_attempt attempt = attempt_of(id, 4, 10);
    OK(vota_store_outbox_sign(&attempt, f.store, &assign, &attempt, NULL));
    struct vota_store_mined mined = mined_of(1, &attempt.tx_hash);
    mined.entry.time = NOW - 5;
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    assert_int_equal(history_of(&f).entries, 0);
    pay(&f, 5, NOW - 5, GWEI);
    assert_int_equal(history_of(&f).entries, 1);
    commit(&f);
    fixture_close(&f);
}

static struct vota_budget_standing gather(struct fixture *f, uint64_t balance, bool reached)
{
    static const struct vota_attempt_limits limits = {.fees = {GWEI / 20, 2 * GWEI, 50 * GWEI},
                                                      .tx_max = 20000000 * GWEI,
                                                      .day_max = 100000000 * GWEI};
    struct vota_store_network network;
    OK(vota_store_network_get(&network, f->store, "dev", NULL));
    const struct vota_budget_source source = {
        .store = f->store,
        .network = &network,
        .limits = &limits,
        .batch = {.max_records = 100, .min_size = 1, .max_age = 600, .margin = 60},
        .now = 2000,
        .reached = reached,
        .balance = vota_u256_of(balance),
        .next_base_fee = GWEI};
    struct vota_budget_standing standing;
    OK(vota_budget_gather(&standing, &source, NULL));
    return standing;
}

/* The fixture's registers close at 600; its rows are accepted from 101 on. */
static void the_next_batch_waits_as_long_as_money_asks_and_no_longer(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    struct vota_budget_standing standing = gather(&f, UINT64_MAX, true);
    assert_int_equal(standing.due.why, VOTA_BATCH_NOTHING);
    assert_int_equal(standing.plan.why, VOTA_BUDGET_CALM);
    add_record(&f, f.all, "r1", 1, 1);
    standing = gather(&f, UINT64_MAX, true);
    assert_int_equal(standing.due.why, VOTA_BATCH_PROMISE); /* at 401, a minute before */
    assert_int_equal(standing.due.at, 341);
    assert_int_equal(standing.batch.closes_at, 600);
    standing = gather(&f, 0, true);
    assert_int_equal(standing.plan.why, VOTA_BUDGET_BALANCE);
    assert_int_equal(standing.plan.level, VOTA_BUDGET_PAGE);
    assert_int_equal(standing.batch.stretched, VOTA_BUDGET_STRETCHED);
    assert_int_equal(standing.due.at, 341);
    /* What the chain did not say is not made up. */
    standing = gather(&f, 0, false);
    assert_int_equal(standing.batch.stretched, 0);
    assert_int_equal(standing.plan.interval, 600);
    commit(&f);
    fixture_close(&f);
}

static void spending_of_the_day_is_what_was_paid_and_what_may_be(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    pay(&f, 1, 1990, GWEI);
    const struct vota_store_operation operation = {.network = f.network,
                                                   .kind = VOTA_OP_REGISTER,
                                                   .reg = f.all,
                                                   .arguments = slice_of(""),
                                                   .created_at = 11};
    const struct vota_store_assign assign = assign_of(3);
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f.store, &operation, NULL));
    struct vota_store_attempt attempt = attempt_of(id, 4, GWEI);
    OK(vota_store_outbox_sign(&attempt, f.store, &assign, &attempt, NULL));
    const struct vota_budget_standing standing = gather(&f, UINT64_MAX, true);
    assert_true(standing.spent.paid == 50000 * GWEI && standing.spent.open == 21000 * GWEI);
    assert_true(standing.view.spent == 71000 * GWEI);
    commit(&f);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_without_history_is_no_day),
        cmocka_unit_test(percentiles_are_taken_over_whole_days),
        cmocka_unit_test(a_rare_day_still_counts),
        cmocka_unit_test(the_owners_spending_is_not_the_anchorers),
        cmocka_unit_test(the_next_batch_waits_as_long_as_money_asks_and_no_longer),
        cmocka_unit_test(spending_of_the_day_is_what_was_paid_and_what_may_be),
    };
    return RUN_TESTS(tests);
}
