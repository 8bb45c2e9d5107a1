/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether stored attempts are what their bytes say: hash, sender and every
 * field derived again from the signed bytes alone. Reads; asks no node.
 */
#ifndef VOTA_BRIDGE_ENGINE_ATTEMPT_CHECK_H
#define VOTA_BRIDGE_ENGINE_ATTEMPT_CHECK_H

#include "bridge/store/store_network.h"
#include "bridge/store/store_outbox.h"

/*
 * What is wrong with an attempt at the operation, NULL when nothing is:
 * "attempt-damaged": the bytes are no transaction; "attempt-hash": not of that
 * hash; "attempt-differs": chain, nonce, fees, gas or value are not the row's;
 * "attempt-payload": another destination or other data than the operation's;
 * "attempt-sender": signed by another key. Of a round that was left only the
 * attempt's own fields and the contract are known.
 */
const char *vota_attempt_fault(const struct vota_store_attempt *attempt,
                               const struct vota_store_operation *operation,
                               const struct vota_store_network *network);

/* Every attempt of a network; calls back for each one with a fault, its hash as the detail. */
VOTA_MUST_USE enum vota_status
vota_attempt_check(struct vota_store *store, const struct vota_store_network *network,
                   void (*each)(void *context, const char *code, const char *detail), void *context,
                   struct vota_error *err);

#endif
