/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a client may ask in a time: a bucket that fills at a rate up to a
 * burst. Pure: the clock is the caller's.
 */
#ifndef VOTA_BRIDGE_HTTP_RATE_H
#define VOTA_BRIDGE_HTTP_RATE_H

#include "proof/voteanchor.h"

struct vota_rate_policy {
    uint64_t per_second; /* what flows in; 0: no limit */
    uint64_t burst;      /* what the bucket holds */
};

/* {0} is a bucket that was never used, and so is full. */
struct vota_rate {
    bool used;
    uint64_t thousandths; /* of one, in the bucket */
    uint64_t at_ms;
};

/*
 * Takes `cost` out at a monotonic time in milliseconds: true, or false with the
 * whole seconds to wait until it would be there, at least 1; nothing is taken
 * then. A cost above the burst empties a full bucket: it could never be had otherwise.
 */
VOTA_MUST_USE bool vota_rate_take(struct vota_rate *rate, const struct vota_rate_policy *policy,
                                  uint64_t cost, uint64_t now_ms, uint64_t *ret_wait);

#endif
