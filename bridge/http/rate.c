/* SPDX-License-Identifier: Apache-2.0 */
/* Token buckets: see rate.h. */
#include "bridge/http/rate.h"

#define UNIT      1000u
#define RATE_MOST 1000000000u

static uint64_t at_most(uint64_t value, uint64_t most)
{
    return value < most ? value : most;
}

bool vota_rate_take(struct vota_rate *rate, const struct vota_rate_policy *policy, uint64_t cost,
                    uint64_t now_ms, uint64_t *ret_wait)
{
    const uint64_t per_second = at_most(policy->per_second, RATE_MOST);
    const uint64_t full = at_most(policy->burst, RATE_MOST) * UNIT;
    if (per_second == 0)
        return true;
    if (!rate->used)
        *rate = (struct vota_rate){.used = true, .thousandths = full, .at_ms = now_ms};
    /* per_second each second is per_second thousandths each millisecond. A day fills any bucket. */
    const uint64_t elapsed =
        now_ms > rate->at_ms ? at_most(now_ms - rate->at_ms, UINT64_C(86400) * UNIT) : 0;
    if (now_ms > rate->at_ms)
        rate->at_ms = now_ms;
    rate->thousandths = at_most(rate->thousandths + elapsed * per_second, full);
    const uint64_t wanted = at_most(at_most(cost, RATE_MOST) * UNIT, full);
    if (rate->thousandths < wanted) {
        const uint64_t missing_ms = (wanted - rate->thousandths + per_second - 1) / per_second;
        *ret_wait = (missing_ms + UNIT - 1) / UNIT;
        return false;
    }
    rate->thousandths -= wanted;
    return true;
}
