/* SPDX-License-Identifier: Apache-2.0 */
/* What may be signed, how far batches are stretched, how long the balance lasts. */
#include "bridge/engine/budget.h"

#include "tests/test.h"

#define GWEI  UINT64_C(1000000000)
#define MILLI UINT64_C(1000000000000000) /* a thousandth of an ETH */
#define DAY   UINT64_C(86400)
#define NOW   UINT64_C(1800000000)

/* ---- one transaction ---- */

/* 60,000 gas at 1 gwei of at most 50, with 100 milli a day. */
static const struct {
    const char *what;
    bool first;
    uint64_t balance, spent;
    const char *reason; /* NULL: may be signed */
    uint64_t missing;
} offers[] = {
    {"enough for a replacement", true, 3 * MILLI, 0, NULL, 0},
    {"a wei short of that", true, 3 * MILLI - 1, 0, "underfunded", 1},
    {"nothing", true, 0, 0, "underfunded", 3 * MILLI},
    {"a replacement pays itself", false, 60000 * GWEI, 0, NULL, 0},
    {"and no more", false, 60000 * GWEI - 1, 0, "underfunded", 1},
    {"the day's last wei", true, 9 * MILLI, 99940000 * GWEI, NULL, 0},
    {"and one more", true, 9 * MILLI, 99940000 * GWEI + 1, "day-cap-reached", 0},
    {"also for a replacement", false, 9 * MILLI, 99940000 * GWEI + 1, "day-cap-reached", 0},
    {"the day before the balance", true, 0, 100 * MILLI, "day-cap-reached", 0},
    {"a day beyond counting", true, 9 * MILLI, UINT64_MAX, "day-cap-reached", 0},
};

static void a_first_attempt_leaves_a_full_replacement_affordable(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        const struct vota_budget_purse purse = {vota_u256_of(offers[i].balance), offers[i].spent,
                                                100 * MILLI};
        const struct vota_budget_offer offer = {60000, GWEI, 50 * GWEI, offers[i].first};
        struct vota_u256 missing = vota_u256_of(42);
        struct vota_error err = {0};
        const struct vota_u256 expected = vota_u256_of(offers[i].missing);
        const char *const reason =
            vota_budget_weigh(&missing, &purse, &offer, &err) == VOTA_OK ? "OK" : err.text;
        if (strcmp(reason, offers[i].reason == NULL ? "OK" : offers[i].reason) != 0)
            fail_msg("%s: %s", offers[i].what, reason);
        assert_int_equal(vota_u256_compare(&missing, &expected), 0);
    }
}

static void a_deployment_has_no_day(void **state)
{
    (void)state;
    const struct vota_budget_offer offer = {3000000, GWEI, 50 * GWEI, true};
    struct vota_budget_purse purse = {vota_u256_of(150 * MILLI), UINT64_MAX, UINT64_MAX};
    assert_int_equal(vota_budget_weigh(NULL, &purse, &offer, NULL), VOTA_OK);
    purse.balance = vota_u256_of(150 * MILLI - 1);
    assert_int_equal(vota_budget_weigh(NULL, &purse, &offer, NULL), VOTA_LIMIT);
}

/* 2^64 - 1 gas at 2^64 - 1 wei is a number that no balance of 64 bits pays; nothing wraps. */
static void the_largest_offer_is_weighed_without_wrapping(void **state)
{
    (void)state;
    const struct vota_budget_offer offer = {UINT64_MAX, UINT64_MAX, UINT64_MAX, true};
    struct vota_budget_purse purse = {vota_u256_of(UINT64_MAX), 0, UINT64_MAX};
    struct vota_u256 missing;
    assert_int_equal(vota_budget_weigh(&missing, &purse, &offer, NULL), VOTA_LIMIT);
    assert_false(vota_u256_is_zero(&missing));
    struct vota_u256 sum;
    assert_true(vota_u256_add(&sum, &missing, &purse.balance));
    purse.balance = sum;
    assert_int_equal(vota_budget_weigh(&missing, &purse, &offer, NULL), VOTA_OK);
    for (size_t i = 0; i < sizeof purse.balance.be; i++)
        purse.balance.be[i] = 0xff;
    assert_int_equal(vota_budget_weigh(&missing, &purse, &offer, NULL), VOTA_OK);
}

/* ---- cadence ---- */

/* A city that has paid 1 gwei for 50,000 gas, 144 times a day, for a month. */
static struct vota_budget_view usual_view(void)
{
    return (struct vota_budget_view){.now = NOW,
                                     .balance = vota_u256_of(1000 * MILLI),
                                     .spent = 7200000 * GWEI,
                                     .day_max = 100 * MILLI,
                                     .price = GWEI,
                                     .fee_max = 50 * GWEI,
                                     .tx_max = 20 * MILLI,
                                     .max_age = 600,
                                     .history = {.days = 30,
                                                 .entries = 4320,
                                                 .day_p95 = 7200000 * GWEI,
                                                 .gas_usual = 50000,
                                                 .price_usual = GWEI,
                                                 .price_p95 = 2 * GWEI}};
}

static struct vota_budget_plan plan_of(const struct vota_budget_view *view)
{
    struct vota_budget_plan plan;
    vota_budget_plan(&plan, view);
    return plan;
}

static void the_interval_stretches_for_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t price, balance, spent;
        enum vota_budget_why why;
        uint64_t least, most; /* of the interval */
    } cases[] = {
        {"calm", GWEI, 1000 * MILLI, 7 * MILLI, VOTA_BUDGET_CALM, 600, 600},
        {"three times the usual, and affordable", 3 * GWEI, 1000 * MILLI, 7 * MILLI,
         VOTA_BUDGET_CALM, 600, 600},
        {"thirty times the usual", 30 * GWEI, 1000 * MILLI, 7 * MILLI, VOTA_BUDGET_FEES, 1800,
         1900},
        {"a storm beyond all stretching", 100000 * GWEI, 1000 * MILLI, 7 * MILLI, VOTA_BUDGET_FEES,
         86400, 86400},
        {"a small balance", GWEI, 30 * MILLI, 7 * MILLI, VOTA_BUDGET_BALANCE, 2100, 2300},
        {"no balance", GWEI, 0, 7 * MILLI, VOTA_BUDGET_BALANCE, 86400, 86400},
        {"the day nearly spent", GWEI, 1000 * MILLI, 99 * MILLI, VOTA_BUDGET_DAY_CAP, 1080, 1080},
        {"the day spent", GWEI, 1000 * MILLI, 100 * MILLI, VOTA_BUDGET_DAY_CAP, 86400, 86400},
        {"free gas", 0, 1000 * MILLI, 7 * MILLI, VOTA_BUDGET_CALM, 600, 600},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_budget_view view = usual_view();
        view.price = cases[i].price;
        view.balance = vota_u256_of(cases[i].balance);
        view.spent = cases[i].spent;
        const struct vota_budget_plan plan = plan_of(&view);
        if (plan.why != cases[i].why || plan.interval < cases[i].least ||
            plan.interval > cases[i].most)
            fail_msg("%s: %s %llu", cases[i].what, vota_budget_why_name(plan.why),
                     (unsigned long long)plan.interval);
        assert_true(plan.fee_ratio == cases[i].price * 10 / GWEI);
    }
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 11;
}

/* Any number, small and huge ones alike often. */
static uint64_t any(uint64_t *seed)
{
    const uint64_t bits = next(seed) % 65;
    if (bits == 0)
        return 0;
    const uint64_t value = next(seed) << 11 ^ next(seed);
    return bits == 64 ? value | UINT64_C(1) << 63 : value & ((UINT64_C(1) << bits) - 1);
}

static struct vota_u256 any_balance(uint64_t *seed)
{
    struct vota_u256 balance = vota_u256_of(any(seed));
    if (next(seed) % 8 == 0)
        (void)!vota_u256_mul(&balance, &balance, any(seed));
    for (size_t i = 0; i < sizeof balance.be && next(seed) % 64 == 0; i++)
        balance.be[i] = 0xff;
    return balance;
}

static struct vota_budget_view any_view(uint64_t *seed)
{
    return (struct vota_budget_view){.now = any(seed),
                                     .balance = any_balance(seed),
                                     .spent = any(seed),
                                     .day_max = any(seed),
                                     .price = any(seed),
                                     .fee_max = any(seed),
                                     .tx_max = any(seed),
                                     .max_age = any(seed),
                                     .history = {next(seed) % 31, next(seed) % 5000, any(seed),
                                                 any(seed), any(seed), any(seed)}};
}

static void any_view_has_a_sane_plan(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (unsigned i = 0; i < 20000; i++) {
        const struct vota_budget_view view = any_view(&seed);
        const struct vota_budget_plan plan = plan_of(&view);
        assert_true(plan.interval >= view.max_age);
        assert_true(plan.interval == view.max_age || plan.interval <= VOTA_BUDGET_STRETCHED);
        assert_int_equal(plan.why == VOTA_BUDGET_CALM, plan.interval == view.max_age);
        assert_int_equal(plan.top_up_by == 0 && view.now != 0,
                         plan.level == VOTA_BUDGET_GOOD && view.now != 0);
        if (plan.level == VOTA_BUDGET_GOOD)
            assert_true(plan.runway_days >= VOTA_BUDGET_WARN_DAYS);
        if (plan.runway_days < VOTA_BUDGET_PAGE_DAYS)
            assert_int_equal(plan.level, VOTA_BUDGET_PAGE);
        assert_int_equal(plan.runway_days == VOTA_BUDGET_ENDLESS, plan.daily == 0);
    }
}

static void the_interval_never_shrinks_as_fees_rise(void **state)
{
    (void)state;
    uint64_t seed = 12;
    for (unsigned i = 0; i < 20000; i++) {
        struct vota_budget_view view = any_view(&seed);
        uint64_t a = any(&seed);
        uint64_t b = any(&seed);
        if (i % 2 == 0) { /* everyday numbers, where the stretching happens */
            view = usual_view();
            a = next(&seed) % (200 * GWEI);
            b = next(&seed) % (200 * GWEI);
        }
        view.price = a < b ? a : b;
        const uint64_t cheap = plan_of(&view).interval;
        view.price = a < b ? b : a;
        assert_true(plan_of(&view).interval >= cheap);
    }
}

static void the_interval_never_shrinks_as_money_does(void **state)
{
    (void)state;
    uint64_t seed = 13;
    for (unsigned i = 0; i < 20000; i++) {
        struct vota_budget_view view = i % 2 == 0 ? usual_view() : any_view(&seed);
        const uint64_t balance = i % 2 == 0 ? next(&seed) % (200 * MILLI) : any(&seed);
        const uint64_t spent = i % 2 == 0 ? next(&seed) % (110 * MILLI) : any(&seed);
        view.balance = vota_u256_of(balance);
        view.spent = spent;
        const uint64_t rich = plan_of(&view).interval;
        view.balance = vota_u256_of(balance - (balance == 0 ? 0 : next(&seed) % balance));
        assert_true(plan_of(&view).interval >= rich);
        const uint64_t poor = plan_of(&view).interval;
        view.spent = spent + (spent == UINT64_MAX ? 0 : next(&seed) % (UINT64_MAX - spent));
        assert_true(plan_of(&view).interval >= poor);
    }
}

/* ---- runway ---- */

static void the_runway_counts_days_and_says_when_to_top_up(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t balance, day_p95, days;
        uint64_t runway;
        enum vota_budget_level level;
        uint64_t by_days;
    } cases[] = {
        /* the reserve is 72,500 gas at 50 gwei: 3.625 milli */
        {"a long way", 1000 * MILLI, 10 * MILLI, 30, 99, VOTA_BUDGET_GOOD, 0},
        {"exactly a fortnight", 143625000 * GWEI, 10 * MILLI, 30, 14, VOTA_BUDGET_GOOD, 0},
        {"a wei less", 143625000 * GWEI - 1, 10 * MILLI, 30, 13, VOTA_BUDGET_WARN, 10},
        {"three days", 33625000 * GWEI, 10 * MILLI, 30, 3, VOTA_BUDGET_WARN, 0},
        {"less than three", 33625000 * GWEI - 1, 10 * MILLI, 30, 2, VOTA_BUDGET_PAGE, 0},
        {"less than the reserve", 3625000 * GWEI - 1, 10 * MILLI, 30, 0, VOTA_BUDGET_PAGE, 0},
        {"nothing was spent", 1000 * MILLI, 0, 30, VOTA_BUDGET_ENDLESS, VOTA_BUDGET_GOOD, 0},
        {"nor is there anything", 0, 0, 30, VOTA_BUDGET_ENDLESS, VOTA_BUDGET_PAGE, 0},
        {"no history, today's fees", 1000 * MILLI, 0, 0, 138, VOTA_BUDGET_GOOD, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_budget_view view = usual_view();
        view.balance = vota_u256_of(cases[i].balance);
        view.history.day_p95 = cases[i].day_p95;
        view.history.days = cases[i].days;
        const struct vota_budget_plan plan = plan_of(&view);
        if (plan.runway_days != cases[i].runway || plan.level != cases[i].level)
            fail_msg("%s: %llu days, %s", cases[i].what, (unsigned long long)plan.runway_days,
                     vota_budget_level_name(plan.level));
        const uint64_t by = cases[i].level == VOTA_BUDGET_GOOD ? 0 : NOW + cases[i].by_days * DAY;
        assert_true(plan.top_up_by == by);
        const bool poor = cases[i].balance < 3625000 * GWEI;
        const struct vota_u256 missing = vota_u256_of(poor ? 3625000 * GWEI - cases[i].balance : 0);
        assert_int_equal(vota_u256_compare(&plan.missing, &missing), 0);
        /* What is brought lasts a month over the reserve. */
        struct vota_u256 sum = vota_u256_of(0);
        const struct vota_u256 month = vota_u256_of(30 * cases[i].day_p95 + 3625000 * GWEI);
        assert_true(vota_u256_add(&sum, &plan.top_up, &view.balance));
        if (plan.level != VOTA_BUDGET_GOOD)
            assert_int_equal(vota_u256_compare(&sum, &month), 0);
        else
            assert_true(vota_u256_is_zero(&plan.top_up));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_attempt_leaves_a_full_replacement_affordable),
        cmocka_unit_test(a_deployment_has_no_day),
        cmocka_unit_test(the_largest_offer_is_weighed_without_wrapping),
        cmocka_unit_test(the_interval_stretches_for_a_reason),
        cmocka_unit_test(any_view_has_a_sane_plan),
        cmocka_unit_test(the_interval_never_shrinks_as_fees_rise),
        cmocka_unit_test(the_interval_never_shrinks_as_money_does),
        cmocka_unit_test(the_runway_counts_days_and_says_when_to_top_up),
    };
    return RUN_TESTS(tests);
}
