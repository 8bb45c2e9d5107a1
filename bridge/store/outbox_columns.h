/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations and attempts as rows: what store_outbox.c and store_attempt.c both
 * read. Must not write.
 */
#ifndef VOTA_BRIDGE_STORE_OUTBOX_COLUMNS_H
#define VOTA_BRIDGE_STORE_OUTBOX_COLUMNS_H

#include "bridge/store/db.h"
#include "bridge/store/store_outbox.h"

#define VOTA_OUTBOX_SELECT                                                                         \
    "SELECT id, network_id, kind, register_id, batch_id, arguments, state, created_at, round,"     \
    " sender, nonce, parent, calldata, entry_number, entry_block, entry_time, a, b, c, head,"      \
    " tx_hash, block_hash, gas_used, effective_price, reason, wish FROM operation"

#define VOTA_ATTEMPT_SELECT                                                                        \
    "SELECT id, operation_id, round, number, nonce, raw, tx_hash, max_fee, tip, gas_limit,"        \
    " block, at_cap, created_at, sent_at, state, cancels FROM attempt"

/* Slices borrow from the row. */
void vota_outbox_columns_read(struct vota_query *q, struct vota_store_operation *ret_operation);
void vota_attempt_columns_read(struct vota_query *q, struct vota_store_attempt *ret_attempt);

/* A kind by the schema's word for it, in a column of any query. */
enum vota_op_kind vota_outbox_kind_read(struct vota_query *q, int column);

/* The schema's word for a kind or a state. */
const char *vota_outbox_kind_name(enum vota_op_kind kind);
const char *vota_outbox_state_name(enum vota_op_state state);
const char *vota_outbox_wish_name(enum vota_op_wish wish);

/* The number of one of n names; a name that is not there counts as a corrupt file. */
unsigned vota_outbox_number_of(struct vota_query *q, int column, const char *const *names,
                               unsigned n);

#endif
