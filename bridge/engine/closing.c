/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a register's end: see closing.h. */
#include "bridge/engine/closing.h"

#include "proof/bytes.h"

static uint64_t before(uint64_t time, uint64_t seconds)
{
    return time > seconds ? time - seconds : 0;
}

uint64_t vota_closing_ends_at(const struct vota_closing_times *times,
                              const struct vota_closing_pace *pace)
{
    const uint64_t for_batch = before(times->counts_until, pace->margin);
    const uint64_t for_result = before(times->results_by, pace->settle);
    const uint64_t end = for_batch < for_result ? for_batch : for_result;
    return end > times->closes_at ? end : times->closes_at;
}

/* Blocks may lag behind, not by more. */
static bool is_time(const struct vota_closing_view *view)
{
    const uint64_t chain = view->chain_now > UINT64_MAX - VOTA_CLOSING_LAG
                               ? UINT64_MAX
                               : view->chain_now + VOTA_CLOSING_LAG;
    return view->now >= view->ends_at && chain >= view->ends_at;
}

enum vota_closing_step vota_closing_next(const struct vota_closing_view *view)
{
    if (view->has_result)
        return VOTA_CLOSING_DONE;
    if (!view->opened)
        return VOTA_CLOSING_WAIT;
    if (!view->ended)
        return is_time(view) ? VOTA_CLOSING_END : VOTA_CLOSING_WAIT;
    if (view->waiting > 0)
        return VOTA_CLOSING_SEAL;
    if (view->late)
        return VOTA_CLOSING_DONE;
    if (view->unsettled > 0)
        return VOTA_CLOSING_SETTLE;
    return view->by_hand ? VOTA_CLOSING_HAND : VOTA_CLOSING_COUNT;
}

const char *vota_closing_step_name(enum vota_closing_step step)
{
    static const char *const names[VOTA_CLOSING_STEPS] = {"wait",  "end",  "seal", "settle",
                                                          "count", "hand", "done"};
    VOTA_ASSERT((unsigned)step < VOTA_CLOSING_STEPS);
    return names[step];
}
