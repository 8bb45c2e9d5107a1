/* SPDX-License-Identifier: Apache-2.0 */
/* EIP-1559 fee arithmetic, saturating where a node could push it over: see fees.h. Pure. */
#include "rpc/fees.h"

#define GWEI 1000000000u

static uint64_t add_capped(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static uint64_t min_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t max_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

struct vota_fee_caps vota_fees_caps_default(bool testnet)
{
    struct vota_fee_caps caps = {
        .tip_min = GWEI / 100, .tip_max = 2ull * GWEI, .fee_max = 30ull * GWEI};
    if (testnet) {
        caps.tip_min = GWEI / 20;
        caps.fee_max = 50ull * GWEI;
    }
    return caps;
}

/* Puts a value where it belongs among n sorted ones. */
static void insert(uint64_t *sorted, size_t n, uint64_t value)
{
    size_t at = n;
    for (; at > 0 && sorted[at - 1] > value; at--)
        sorted[at] = sorted[at - 1];
    sorted[at] = value;
}

static uint64_t lower_median(const uint64_t *sorted, size_t n)
{
    return n == 0 ? 0 : sorted[(n - 1) / 2];
}

/* Over the tips that are not zero: an empty block took none. */
static uint64_t median_of_blocks(const struct vota_fee_history *history)
{
    uint64_t sorted[VOTA_FEES_BLOCKS_MAX];
    size_t n = 0;
    VOTA_ASSERT(history->count <= VOTA_FEES_BLOCKS_MAX);
    for (size_t i = 0; history->has_tips && i < history->count; i++) {
        if (history->tip[i] != 0)
            insert(sorted, n++, history->tip[i]);
    }
    return lower_median(sorted, n);
}

uint64_t vota_fees_median_tip(const struct vota_fee_history *histories, size_t n)
{
    uint64_t sorted[VOTA_FEES_HISTORIES_MAX];
    size_t told = 0;
    VOTA_ASSERT(n <= VOTA_FEES_HISTORIES_MAX);
    for (size_t i = 0; i < n; i++) {
        const uint64_t tip = median_of_blocks(&histories[i]);
        if (tip != 0)
            insert(sorted, told++, tip);
    }
    return lower_median(sorted, told);
}

enum vota_fee_state vota_fees_suggest_tip(struct vota_fees *ret_fees, uint64_t tip,
                                          uint64_t base_fee, const struct vota_fee_caps *caps)
{
    VOTA_ASSERT(caps->tip_min <= caps->tip_max);
    const uint64_t offered = min_of(max_of(tip, caps->tip_min), caps->tip_max);
    const uint64_t wanted = add_capped(add_capped(base_fee, base_fee), offered);
    ret_fees->max_fee_per_gas = min_of(wanted, caps->fee_max);
    ret_fees->max_priority_fee_per_gas = min_of(offered, ret_fees->max_fee_per_gas);
    if (wanted <= caps->fee_max)
        return VOTA_FEE_FREE;
    return add_capped(base_fee, offered) <= caps->fee_max ? VOTA_FEE_CAPPED : VOTA_FEE_WAITING;
}

enum vota_fee_state vota_fees_suggest(struct vota_fees *ret_fees,
                                      const struct vota_fee_history *history, uint64_t base_fee,
                                      const struct vota_fee_caps *caps)
{
    return vota_fees_suggest_tip(ret_fees, vota_fees_median_tip(history, 1), base_fee, caps);
}

/* ceil(old * 9 / 8) + 1: strictly above the tenth that pools ask for, also for tiny fees. */
static uint64_t bumped(uint64_t old)
{
    const uint64_t eighth = old / 8 + (old % 8 != 0 ? 1 : 0);
    return add_capped(add_capped(old, eighth), 1);
}

/* ceil(old * 11 / 10) + 1: what pools ask for at the least. */
static uint64_t replaced_at_least(uint64_t old)
{
    const uint64_t tenth = old / 10 + (old % 10 != 0 ? 1 : 0);
    return add_capped(add_capped(old, tenth), 1);
}

bool vota_fees_are_last(const struct vota_fees *fees, uint64_t fee_max)
{
    return replaced_at_least(fees->max_fee_per_gas) > fee_max ||
           replaced_at_least(fees->max_priority_fee_per_gas) > fee_max;
}

enum vota_status vota_fees_bump(struct vota_fees *ret_fees, const struct vota_fees *old,
                                const struct vota_fees *suggestion, uint64_t fee_max,
                                struct vota_error *err)
{
    struct vota_fees fees = {
        .max_priority_fee_per_gas =
            max_of(bumped(old->max_priority_fee_per_gas), suggestion->max_priority_fee_per_gas),
        .max_fee_per_gas = max_of(bumped(old->max_fee_per_gas), suggestion->max_fee_per_gas)};
    if (vota_fees_are_last(old, fee_max))
        return vota_fail(err, VOTA_LIMIT, "max_fee_per_gas", "fee-cap-reached");
    fees.max_fee_per_gas = max_of(fees.max_fee_per_gas, fees.max_priority_fee_per_gas);
    fees.max_fee_per_gas = min_of(fees.max_fee_per_gas, fee_max);
    fees.max_priority_fee_per_gas = min_of(fees.max_priority_fee_per_gas, fee_max);
    *ret_fees = fees;
    return VOTA_OK;
}

/* base * distance / target / 8 in 256 bits: the product of two 64-bit numbers. */
static bool base_fee_step(uint64_t *ret_step, uint64_t base_fee, uint64_t distance, uint64_t target)
{
    /* target is half a block's gas; above 2^32 it is no chain we know. */
    if (target > UINT32_MAX)
        return false;
    struct vota_u256 product = vota_u256_of(base_fee);
    if (!vota_u256_mul(&product, &product, distance))
        return false;
    vota_u256_div(&product, NULL, &product, (uint32_t)target);
    vota_u256_div(&product, NULL, &product, 8);
    return vota_u256_to_u64(ret_step, &product);
}

bool vota_fees_next_base(uint64_t *ret_base_fee, uint64_t parent_base_fee, uint64_t parent_gas_used,
                         uint64_t parent_gas_limit)
{
    const uint64_t target = parent_gas_limit / 2;
    if (target == 0)
        return false;
    const bool above = parent_gas_used > target;
    const uint64_t distance = above ? parent_gas_used - target : target - parent_gas_used;
    uint64_t step;
    if (!base_fee_step(&step, parent_base_fee, distance, target))
        return false;
    if (!above) {
        *ret_base_fee = parent_base_fee - step; /* step <= base / 8 */
        return true;
    }
    step = max_of(step, 1);
    if (step > UINT64_MAX - parent_base_fee)
        return false;
    *ret_base_fee = parent_base_fee + step;
    return true;
}

uint64_t vota_fees_ceiling(uint64_t fee_max, uint64_t spend_max, uint64_t gas_limit)
{
    return gas_limit == 0 ? fee_max : min_of(fee_max, spend_max / gas_limit);
}

static uint64_t gas_with_margin(uint64_t estimate)
{
    return add_capped(estimate, add_capped(estimate / 4, 10000));
}

enum vota_status vota_fees_gas_limit_of(uint64_t *ret_gas, const uint64_t *estimates, size_t n,
                                        uint64_t previous, uint64_t gas_max, struct vota_error *err)
{
    uint64_t sorted[VOTA_FEES_HISTORIES_MAX];
    size_t fit = 0;
    VOTA_ASSERT(n > 0 && n <= VOTA_FEES_HISTORIES_MAX);
    for (size_t i = 0; i < n; i++) {
        const uint64_t gas = gas_with_margin(estimates[i]);
        if (gas <= gas_max)
            insert(sorted, fit++, gas);
    }
    if (fit == 0 || previous > gas_max)
        return vota_fail(err, VOTA_LIMIT, "gas", "gas-cap-reached");
    const uint64_t median = sorted[fit / 2];
    *ret_gas = max_of(median, previous);
    return VOTA_OK;
}

enum vota_status vota_fees_gas_limit(uint64_t *ret_gas, uint64_t estimate, uint64_t previous,
                                     uint64_t gas_max, struct vota_error *err)
{
    return vota_fees_gas_limit_of(ret_gas, &estimate, 1, previous, gas_max, err);
}

uint64_t vota_fees_gas_floor(uint64_t gas_limit)
{
    return add_capped(gas_limit, gas_limit / 2);
}
