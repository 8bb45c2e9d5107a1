/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The governor of spending: may this transaction be signed, how long should
 * rows wait for company at today's fees, how long does the balance last. Pure
 * arithmetic on what budget_gather.c read; knows no chain, store or clock.
 * Amounts are wei in uint64_t, saturating: 18 ETH is more than any limit that a
 * configuration may set; balances are struct vota_u256.
 */
#ifndef VOTA_BRIDGE_ENGINE_BUDGET_H
#define VOTA_BRIDGE_ENGINE_BUDGET_H

#include "rpc/fees.h"

#define VOTA_BUDGET_DAY 86400u

/* ---- one transaction ---- */

/* What a sender has when an attempt is weighed. */
struct vota_budget_purse {
    struct vota_u256 balance; /* proven */
    uint64_t spent;   /* wei: paid in the last day and still to be paid, without this nonce */
    uint64_t day_max; /* wei; UINT64_MAX: no limit for the day (a deployment has its own) */
};

/* The offer that is weighed. */
struct vota_budget_offer {
    uint64_t gas_limit;
    uint64_t max_fee; /* wei a gas, as it would be signed */
    uint64_t ceiling; /* vota_fees_ceiling: the most that a replacement may offer */
    bool first;       /* of its nonce: the replacements still have to be affordable */
};

/*
 * OK, or LIMIT: "day-cap-reached": the day's sum would pass day_max if this
 * cost its most; "underfunded": the balance does not hold a first attempt's
 * replacement at the ceiling (or a replacement's own most), and *ret_missing
 * (wei, at least 1; else 0) is what it lacks. ret_missing may be NULL.
 */
VOTA_MUST_USE enum vota_status vota_budget_weigh(struct vota_u256 *ret_missing,
                                                 const struct vota_budget_purse *purse,
                                                 const struct vota_budget_offer *offer,
                                                 struct vota_error *err);

/* ---- cadence ---- */

/* What the recent past cost, from the store. */
struct vota_budget_history {
    uint64_t days;        /* that it covers, up to VOTA_BUDGET_HISTORY_DAYS; 0: nothing was paid */
    uint64_t entries;     /* payments in it */
    uint64_t day_p95;     /* wei: 95th percentile of a day's spending, never below the mean day */
    uint64_t gas_usual;   /* gas of an entry: the median; 0: not known */
    uint64_t price_usual; /* wei a gas: the median of what was paid; 0: not known */
    uint64_t price_p95;   /* its 95th percentile */
};
#define VOTA_BUDGET_HISTORY_DAYS 30u

/* Gas of an entry before one was paid for: a batch's own, as measured, and a margin. */
#define VOTA_BUDGET_GAS_ENTRY 60000u

struct vota_budget_view {
    uint64_t now;
    struct vota_u256 balance;
    uint64_t spent;   /* wei of the last day, with the worst of what is under way */
    uint64_t day_max; /* wei */
    uint64_t price;   /* wei a gas that an entry would pay now: next base fee and tip */
    uint64_t fee_max; /* wei a gas: the most it could be made to pay */
    uint64_t tx_max;  /* wei: … as a whole */
    uint64_t max_age; /* seconds: the batch interval that the configuration asks for */
    struct vota_budget_history history;
};

enum vota_budget_why {
    VOTA_BUDGET_CALM,    /* the interval is the configured one */
    VOTA_BUDGET_FEES,    /* stretched: fees are well above the usual */
    VOTA_BUDGET_DAY_CAP, /* stretched: the daily limit would not last the day */
    VOTA_BUDGET_BALANCE  /* stretched: the balance would not last the fortnight */
};

enum vota_budget_level {
    VOTA_BUDGET_GOOD,
    VOTA_BUDGET_WARN, /* lasts less than VOTA_BUDGET_WARN_DAYS */
    VOTA_BUDGET_PAGE  /* lasts less than VOTA_BUDGET_PAGE_DAYS, or not for one replacement */
};
#define VOTA_BUDGET_WARN_DAYS 14u
#define VOTA_BUDGET_PAGE_DAYS 3u
#define VOTA_BUDGET_TOP_UP    30u        /* days that a recommended top-up lasts */
#define VOTA_BUDGET_ENDLESS   UINT64_MAX /* runway_days when nothing is spent */
#define VOTA_BUDGET_STRETCHED 86400u     /* no stretching beyond a day (or a longer max_age) */

struct vota_budget_plan {
    uint64_t interval; /* seconds that rows wait for company: max_age or more */
    enum vota_budget_why why;
    uint64_t fee_ratio;   /* price over the usual one, in tenths; 0: nothing is usual yet */
    uint64_t entry_cost;  /* wei, at the present price */
    uint64_t reserve;     /* wei that a first attempt asks for: one replacement at the ceiling */
    uint64_t daily;       /* wei a day that the runway is computed with */
    uint64_t runway_days; /* or VOTA_BUDGET_ENDLESS */
    enum vota_budget_level level;
    struct vota_u256 missing; /* wei without which nothing is signed; zero: there is enough */
    uint64_t top_up_by;       /* when the page level is reached; 0 while the level is GOOD */
    struct vota_u256 top_up;  /* wei to bring by then; zero while the level is GOOD */
};

/*
 * The interval at which the balance above the reserve lasts the warning time
 * and the daily limit lasts the day, both at the present price; never below
 * max_age, never above VOTA_BUDGET_STRETCHED. Grows with the price and with
 * what was spent, shrinks with the balance. Total: any input has an answer.
 */
void vota_budget_plan(struct vota_budget_plan *ret_plan, const struct vota_budget_view *view);

/* "good", "warn", "page"; "calm", "fees", "day-cap", "balance": for JSON and text keys. */
const char *vota_budget_level_name(enum vota_budget_level level);
const char *vota_budget_why_name(enum vota_budget_why why);

#endif
