/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing: pending rows become a batch with one root, in one transaction.
 * Knows when a batch is due; does not know the chain.
 */
#ifndef VOTA_BRIDGE_ENGINE_BATCH_H
#define VOTA_BRIDGE_ENGINE_BATCH_H

#include "bridge/store/store_batch.h"

struct vota_batch_policy {
    uint64_t max_records; /* rows of one batch */
    uint64_t min_size;    /* fewer wait, unless a promise or closing presses (PROTOCOL 2) */
    uint64_t max_age;     /* seconds a row waits for company */
    uint64_t margin;      /* seconds that anchoring may take: seal this long before a promise */
};

enum vota_batch_press {
    VOTA_BATCH_BY_POLICY,
    VOTA_BATCH_BY_OPERATOR, /* asks for what is there, but rows keep their company */
    VOTA_BATCH_BY_CLOSING   /* nothing may be left behind */
};

/* Whether a batch should be sealed now. Pure. */
bool vota_batch_is_due(const struct vota_store_pending *pending,
                       const struct vota_batch_policy *policy, uint64_t now,
                       enum vota_batch_press press);

/* How many of `count` pending rows the next batch takes, so that no few are left alone. Pure. */
uint64_t vota_batch_size(uint64_t count, const struct vota_batch_policy *policy);

/*
 * Seals at most policy->max_records pending rows and queues their operation;
 * begins and commits its own transaction. NOT_FOUND when no row may be sealed.
 * INTERNAL "leaf-twice": two pending records have one leaf, which 32 random
 * bytes of salt make impossible unless the random source is broken.
 */
VOTA_MUST_USE enum vota_status vota_batch_seal(struct vota_store_batch *ret_batch,
                                               struct vota_store *store, int64_t network,
                                               const struct vota_batch_policy *policy, uint64_t now,
                                               struct vota_error *err);

#endif
