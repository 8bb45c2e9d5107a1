/* SPDX-License-Identifier: Apache-2.0 */
/* A network as a row: what store_network.c and store_line.c both read. Must not write. */
#ifndef VOTA_BRIDGE_STORE_NETWORK_COLUMNS_H
#define VOTA_BRIDGE_STORE_NETWORK_COLUMNS_H

#include "bridge/store/db.h"
#include "bridge/store/store_network.h"

#define VOTA_NETWORK_SELECT                                                                        \
    "SELECT id, name, chain_id, genesis_block, contract, deployer, salt, creation_code_hash,"      \
    " owner, anchorer, acceptance_key, pred_chain_id, pred_contract, pred_length, pred_head,"      \
    " deploy_block, deploy_time, deploy_tx, role, coalesce(line_id, id), predecessor_id"           \
    " FROM network"

void vota_network_columns_read(struct vota_query *q, struct vota_store_network *ret_network);

/* Ends a query for one network, whose binds are made; NOT_FOUND without a row. */
enum vota_status vota_network_columns_get(struct vota_query *q,
                                          struct vota_store_network *ret_network,
                                          struct vota_error *err);

/* Ends a query for networks, handing out each. */
enum vota_status vota_network_columns_each(
    struct vota_query *q,
    enum vota_status (*each)(void *context, const struct vota_store_network *network),
    void *context, struct vota_error *err);

/* The schema's word for a role. */
const char *vota_network_role_name(enum vota_network_role role);

#endif
