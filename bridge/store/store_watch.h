/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service asks of the store again and again, cheaply: has somebody
 * queued or decided something, is everything behind a moment final, has a
 * register its result. Reads; must not judge.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_WATCH_H
#define VOTA_BRIDGE_STORE_STORE_WATCH_H

#include "bridge/store/store_register.h"

/* Differs whenever there is something new to do for a network's sender. */
struct vota_store_stamp {
    uint64_t newest; /* operation of any network */
    uint64_t queued, halted, wishes;
    bool stopped;
};

VOTA_MUST_USE enum vota_status vota_store_watch_stamp(struct vota_store_stamp *ret_stamp,
                                                      struct vota_store *store, int64_t network,
                                                      struct vota_error *err);

/* How many operations of a network up to `through` (vota_store_stamp's newest) are not final. */
VOTA_MUST_USE enum vota_status vota_store_watch_unsettled(uint64_t *ret_count,
                                                          struct vota_store *store, int64_t network,
                                                          uint64_t through, struct vota_error *err);

/*
 * Whether a register's result is queued or entered on a network, or entered on
 * one whose journal it carries on. A disavowed one counts: what follows it is a
 * person's decision.
 */
VOTA_MUST_USE enum vota_status vota_store_watch_result(bool *ret_found, struct vota_store *store,
                                                       const struct vota_store_register *reg,
                                                       int64_t network, struct vota_error *err);

#endif
