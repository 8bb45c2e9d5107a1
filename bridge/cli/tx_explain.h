/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of an operation in sentences: what it is, what was tried and what
 * became of it, what it waits for, and what a person can do. Prints; changes
 * nothing.
 */
#ifndef VOTA_BRIDGE_CLI_TX_EXPLAIN_H
#define VOTA_BRIDGE_CLI_TX_EXPLAIN_H

#include "bridge/cli/situation.h"

/* One operation, also a final one; NOT_FOUND is told. */
int vota_tx_explain(const struct vota_situation *situation, int64_t id);

/* The network's stop, if there is one, then every operation that is not final: in sentences. */
int vota_tx_explain_all(const struct vota_situation *situation);

/* The same as an object in the open array. */
int vota_tx_explain_json(struct vota_json *json, const struct vota_situation *situation);

/*
 * The operation as the situation has it, or read from the store when it is final
 * or one too many. NOT_FOUND if this network has no such operation.
 */
VOTA_MUST_USE enum vota_status vota_tx_find(struct vota_situation_operation *ret_operation,
                                            const struct vota_situation *situation, int64_t id,
                                            struct vota_error *err);

#endif
