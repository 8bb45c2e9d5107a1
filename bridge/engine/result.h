/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A register's result, counted (tally.h) and queued for a network, never twice.
 * The one way to it, for the command and for the service.
 */
#ifndef VOTA_BRIDGE_ENGINE_RESULT_H
#define VOTA_BRIDGE_ENGINE_RESULT_H

#include "bridge/engine/tally.h"

/* When a register that has a result gets another. */
enum vota_result_again {
    VOTA_RESULT_ONCE,     /* never: what follows a result is a person's decision */
    VOTA_RESULT_CORRECTED /* when its numbers are not those of the newest */
};

struct vota_result {
    struct vota_tally tally;
    bool queued;       /* now; otherwise one was there */
    int64_t operation; /* if queued */
};

/* Whose result, where. */
struct vota_result_order {
    const struct vota_store_register *reg;
    int64_t network;
    enum vota_result_again again;
    uint64_t now;
};

/*
 * Counts over the stored journal of the network and queues the numbers as an
 * operation of that network, in a transaction of its own. What
 * vota_tally_register and the store return; *ret_result holds the count even
 * when it could not be queued.
 */
VOTA_MUST_USE enum vota_status vota_result_queue(struct vota_result *ret_result,
                                                 struct vota_store *store,
                                                 const struct vota_result_order *order,
                                                 struct vota_error *err);

#endif
