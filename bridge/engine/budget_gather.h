/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what the governor (budget.h) decides from: payments and rows of the
 * store, limits of the configuration, one look at the chain. Decides nothing.
 */
#ifndef VOTA_BRIDGE_ENGINE_BUDGET_GATHER_H
#define VOTA_BRIDGE_ENGINE_BUDGET_GATHER_H

#include "bridge/engine/attempt.h"
#include "bridge/engine/batch.h"
#include "bridge/engine/budget.h"
#include "bridge/store/store_spend.h"

/* The last VOTA_BUDGET_HISTORY_DAYS days of a network's anchorer. */
VOTA_MUST_USE enum vota_status vota_budget_history_read(struct vota_budget_history *ret_history,
                                                        struct vota_store *store, int64_t network,
                                                        uint64_t now, struct vota_error *err);

struct vota_budget_source {
    struct vota_store *store;
    const struct vota_store_network *network;
    const struct vota_attempt_limits *limits;
    struct vota_batch_policy batch; /* of the configuration: neither stretched nor closes_at */
    uint64_t now;
    bool reached;             /* the next two are known */
    struct vota_u256 balance; /* of the anchorer; proven */
    uint64_t next_base_fee;   /* of the block after the latest; computed */
};

struct vota_budget_standing {
    struct vota_store_spent spent; /* by the anchorer in the last day, and under way */
    struct vota_budget_view view;
    struct vota_budget_plan plan; /* valid when source.reached */
    struct vota_store_pending pending;
    struct vota_batch_policy batch; /* with the stretched wait and the earliest closing */
    struct vota_batch_due due;      /* of what waits now */
};

/*
 * Reads, plans, and says when the next batch is due. The price of today is the
 * next base fee and the least tip that the configuration allows. Where the
 * chain was not reached, nothing is stretched.
 */
VOTA_MUST_USE enum vota_status vota_budget_gather(struct vota_budget_standing *ret_standing,
                                                  const struct vota_budget_source *source,
                                                  struct vota_error *err);

#endif
