/* SPDX-License-Identifier: Apache-2.0 */
/* Weighing, stretching and predicting, all saturating: see budget.h. Pure. */
#include "bridge/engine/budget.h"

/* What is left of the daily limit has to last this long, until older spending falls out of it. */
#define REST_SECONDS 21600u

/* Fees this far above the usual (in tenths) are named as the reason of a stretch. */
#define FEES_HIGH 15u

static uint64_t add(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t min_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t max_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- one transaction ---- */

static bool within_day(const struct vota_budget_purse *purse, const struct vota_budget_offer *offer)
{
    if (purse->day_max == UINT64_MAX)
        return true;
    const uint64_t cost = times(offer->gas_limit, offer->max_fee);
    return add(cost, purse->spent) <= purse->day_max;
}

enum vota_status vota_budget_weigh(struct vota_u256 *ret_missing,
                                   const struct vota_budget_purse *purse,
                                   const struct vota_budget_offer *offer, struct vota_error *err)
{
    struct vota_u256 needed = vota_u256_of(offer->gas_limit);
    struct vota_u256 missing;
    const uint64_t price = offer->first ? max_of(offer->ceiling, offer->max_fee) : offer->max_fee;
    const bool fits = vota_u256_mul(&needed, &needed, price); /* 128 bits always do */
    VOTA_ASSERT(fits);
    if (ret_missing != NULL)
        *ret_missing = vota_u256_of(0);
    if (!within_day(purse, offer))
        return vota_fail(err, VOTA_LIMIT, "fees.max_day_eth", "day-cap-reached");
    if (vota_u256_compare(&needed, &purse->balance) <= 0)
        return VOTA_OK;
    if (vota_u256_sub(&missing, &needed, &purse->balance) && ret_missing != NULL)
        *ret_missing = missing;
    return vota_fail(err, VOTA_LIMIT, "balance", "underfunded");
}

/* ---- cadence ---- */

/* A balance in gwei, rounded down: 2^64 gwei are more ETH than there will ever be. */
static uint64_t gwei_of(const struct vota_u256 *wei)
{
    struct vota_u256 quotient;
    uint64_t gwei = 0;
    vota_u256_div(&quotient, NULL, wei, 1000000000u);
    return vota_u256_to_u64(&gwei, &quotient) ? gwei : UINT64_MAX;
}

/* An amount in gwei, rounded up: what costs anything costs at least one. */
static uint64_t gwei_up(uint64_t wei)
{
    return wei / 1000000000u + (wei % 1000000000u != 0);
}

/* Seconds between payments of `cost` so that `purse` lasts `seconds`; never longer than needed. */
static uint64_t pace(uint64_t cost, uint64_t seconds, uint64_t purse)
{
    if (cost == 0)
        return 0;
    const uint64_t product = times(cost, seconds);
    if (purse == 0 || product == UINT64_MAX)
        return UINT64_MAX;
    return product / purse + (product % purse != 0);
}

/* What bounds the pace, in gwei. */
struct bounds {
    uint64_t free; /* balance above the reserve */
    uint64_t day;  /* the daily limit */
    uint64_t rest; /* what is left of it */
};

static uint64_t day_pace(const struct bounds *bounds, uint64_t cost)
{
    return max_of(pace(cost, VOTA_BUDGET_DAY, bounds->day), pace(cost, REST_SECONDS, bounds->rest));
}

static uint64_t balance_pace(const struct bounds *bounds, uint64_t cost)
{
    return pace(cost, (uint64_t)VOTA_BUDGET_WARN_DAYS * VOTA_BUDGET_DAY, bounds->free);
}

static uint64_t stretched(const struct bounds *bounds, uint64_t cost, uint64_t max_age)
{
    const uint64_t needed = max_of(day_pace(bounds, cost), balance_pace(bounds, cost));
    return max_of(min_of(needed, VOTA_BUDGET_STRETCHED), max_age);
}

static uint64_t gas_of(const struct vota_budget_history *history)
{
    return history->gas_usual != 0 ? history->gas_usual : VOTA_BUDGET_GAS_ENTRY;
}

static void plan_interval(struct vota_budget_plan *plan, const struct vota_budget_view *view,
                          const struct bounds *bounds)
{
    const struct vota_budget_history *history = &view->history;
    const uint64_t cost = gwei_up(plan->entry_cost);
    const uint64_t usual = gwei_up(times(gas_of(history), history->price_usual));
    plan->interval = stretched(bounds, cost, view->max_age);
    if (history->price_usual != 0)
        plan->fee_ratio = times(view->price, 10) / history->price_usual;
    if (plan->interval <= view->max_age)
        plan->why = VOTA_BUDGET_CALM;
    else if (plan->fee_ratio >= FEES_HIGH &&
             stretched(bounds, usual, view->max_age) < plan->interval)
        plan->why = VOTA_BUDGET_FEES;
    else if (balance_pace(bounds, cost) >= day_pace(bounds, cost))
        plan->why = VOTA_BUDGET_BALANCE;
    else
        plan->why = VOTA_BUDGET_DAY_CAP;
}

/* What a day costs: as the past says, else as many entries as are configured, at this price. */
static uint64_t daily_of(const struct vota_budget_plan *plan, const struct vota_budget_view *view)
{
    if (view->history.days != 0)
        return view->history.day_p95;
    const uint64_t interval = max_of(view->max_age, 1);
    const uint64_t entries = VOTA_BUDGET_DAY / interval + (VOTA_BUDGET_DAY % interval != 0);
    return min_of(times(plan->entry_cost, entries), view->day_max);
}

static enum vota_budget_level level_of(const struct vota_budget_plan *plan)
{
    if (plan->runway_days < VOTA_BUDGET_PAGE_DAYS || !vota_u256_is_zero(&plan->missing))
        return VOTA_BUDGET_PAGE;
    return plan->runway_days < VOTA_BUDGET_WARN_DAYS ? VOTA_BUDGET_WARN : VOTA_BUDGET_GOOD;
}

/* When the page level comes, and what lasts for a month from now. */
static void plan_top_up(struct vota_budget_plan *plan, const struct vota_budget_view *view)
{
    struct vota_u256 wanted = vota_u256_of(plan->daily);
    const struct vota_u256 reserve = vota_u256_of(plan->reserve);
    plan->top_up = vota_u256_of(0);
    plan->top_up_by = 0;
    if (plan->level == VOTA_BUDGET_GOOD)
        return;
    const uint64_t days = plan->runway_days == VOTA_BUDGET_ENDLESS
                              ? 0 /* the reserve itself is what is missing */
                              : less(plan->runway_days, VOTA_BUDGET_PAGE_DAYS);
    plan->top_up_by = add(view->now, times(days, VOTA_BUDGET_DAY));
    const bool fits = vota_u256_mul(&wanted, &wanted, VOTA_BUDGET_TOP_UP) &&
                      vota_u256_add(&wanted, &wanted, &reserve);
    VOTA_ASSERT(fits);                                            /* 70 bits */
    (void)!vota_u256_sub(&plan->top_up, &wanted, &view->balance); /* stays 0 if it is there */
}

/* What vota_budget_weigh will ask for, as far as it is known before an estimate. */
static uint64_t reserve_of(uint64_t gas, const struct vota_budget_view *view)
{
    uint64_t limit = UINT64_MAX;
    (void)!vota_fees_gas_limit(&limit, gas, 0, UINT64_MAX, NULL);
    return times(limit, vota_fees_ceiling(view->fee_max, view->tx_max, limit));
}

void vota_budget_plan(struct vota_budget_plan *ret_plan, const struct vota_budget_view *view)
{
    struct vota_budget_plan plan = {0};
    const uint64_t gas = gas_of(&view->history);
    plan.entry_cost = times(gas, view->price);
    plan.reserve = reserve_of(gas, view);
    const struct bounds bounds = {.free = less(gwei_of(&view->balance), gwei_up(plan.reserve)),
                                  .day = view->day_max / 1000000000u,
                                  .rest = less(view->day_max, view->spent) / 1000000000u};
    plan_interval(&plan, view, &bounds);
    plan.daily = daily_of(&plan, view);
    const uint64_t daily = gwei_up(plan.daily);
    plan.runway_days =
        daily == 0 ? VOTA_BUDGET_ENDLESS : min_of(bounds.free / daily, VOTA_BUDGET_ENDLESS - 1);
    const struct vota_u256 reserve = vota_u256_of(plan.reserve);
    (void)!vota_u256_sub(&plan.missing, &reserve, &view->balance); /* stays 0 if it is there */
    plan.level = level_of(&plan);
    plan_top_up(&plan, view);
    *ret_plan = plan;
}

const char *vota_budget_level_name(enum vota_budget_level level)
{
    static const char *const names[] = {"good", "warn", "page"};
    VOTA_ASSERT((unsigned)level < sizeof names / sizeof names[0]);
    return names[level];
}

const char *vota_budget_why_name(enum vota_budget_why why)
{
    static const char *const names[] = {"calm", "fees", "day-cap", "balance"};
    VOTA_ASSERT((unsigned)why < sizeof names / sizeof names[0]);
    return names[why];
}
