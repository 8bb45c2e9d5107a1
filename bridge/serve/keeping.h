/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look of the keeper, without its thread: what is due now is done, and how
 * long to wait is said. Registers by their times, sealing, the outbox of each
 * network. Everything it must remember is in the store; what it keeps itself
 * saves asking, so that killing it anywhere loses nothing. Told the time, both
 * times: promises and registers go by the wall clock, waiting by the steady one.
 */
#ifndef VOTA_BRIDGE_SERVE_KEEPING_H
#define VOTA_BRIDGE_SERVE_KEEPING_H

#include "bridge/serve/keeper.h"

struct vota_keeping;

/*
 * Opens the store. `watch` (borrowed) is asked between any two things that take
 * time; NULL: goes on. What vota_store_open returns; NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_keeping_new(struct vota_keeping **ret_keeping,
                                                const struct vota_keeper_options *options,
                                                const struct vota_connect_watch *watch,
                                                struct vota_error *err);
void vota_keeping_free(struct vota_keeping *keeping);

/* What vota_keeper_reload takes over. */
void vota_keeping_set_config(struct vota_keeping *keeping, const struct vota_config *config);

struct vota_keeping_time {
    uint64_t now;       /* unix seconds; may step in both directions */
    uint64_t steady_ms; /* vota_connect_clock; never steps back */
};

/*
 * Looks once and does what is due; writes its part of the standing. Returns the
 * milliseconds until the next look, VOTA_KEEPING_LOOK_MS at most. Failures are
 * logged when they begin and when they change, shown in the standing, and tried
 * again after a while that grows.
 */
unsigned vota_keeping_turn(struct vota_keeping *keeping, const struct vota_keeping_time *time);

/* Between two looks: what another process queued is seen within this. */
#define VOTA_KEEPING_LOOK_MS 1000u

/* Between two turns of a network on which nothing is under way. */
#define VOTA_KEEPING_IDLE_MS 60000u

#endif
