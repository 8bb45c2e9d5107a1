/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of networks to structs: see network_columns.h. */
#include "bridge/store/network_columns.h"

#include "bridge/store/outbox_columns.h"

static const char *const role_names[VOTA_NETWORK_ROLES] = {[VOTA_NETWORK_PRIMARY] = "primary",
                                                           [VOTA_NETWORK_SECONDARY] = "secondary",
                                                           [VOTA_NETWORK_SUCCESSOR] = "successor",
                                                           [VOTA_NETWORK_PAST] = "past"};

const char *vota_network_role_name(enum vota_network_role role)
{
    VOTA_ASSERT((unsigned)role < VOTA_NETWORK_ROLES);
    return role_names[role];
}

/* Column numbers of VOTA_NETWORK_SELECT. */
enum column {
    ID,
    NAME,
    CHAIN_ID,
    GENESIS_BLOCK,
    CONTRACT,
    DEPLOYER,
    SALT,
    CREATION_CODE_HASH,
    OWNER,
    ANCHORER,
    ACCEPTANCE_KEY,
    PRED_CHAIN_ID,
    PRED_CONTRACT,
    PRED_LENGTH,
    PRED_HEAD,
    DEPLOY_BLOCK,
    DEPLOY_TIME,
    DEPLOY_TX,
    ROLE,
    LINE,
    PREDECESSOR
};

static struct vota_store_deployment read_deployment(struct vota_query *q)
{
    return (struct vota_store_deployment){
        .genesis = {.chain_id = vota_query_u64(q, CHAIN_ID),
                    .contract = vota_query_addr(q, CONTRACT),
                    .owner = vota_query_addr(q, OWNER),
                    .anchorer = vota_query_addr(q, ANCHORER),
                    .acceptance_key = vota_query_addr(q, ACCEPTANCE_KEY),
                    .pred_chain_id = vota_query_u64(q, PRED_CHAIN_ID),
                    .pred_contract = vota_query_addr(q, PRED_CONTRACT),
                    .pred_length = vota_query_u64(q, PRED_LENGTH),
                    .pred_head = vota_query_hash(q, PRED_HEAD)},
        .deployer = vota_query_addr(q, DEPLOYER),
        .salt = vota_query_hash(q, SALT),
        .creation_code_hash = vota_query_hash(q, CREATION_CODE_HASH)};
}

void vota_network_columns_read(struct vota_query *q, struct vota_store_network *ret_network)
{
    *ret_network = (struct vota_store_network){
        .id = vota_query_i64(q, ID),
        .line = vota_query_i64(q, LINE),
        .predecessor = vota_query_i64(q, PREDECESSOR),
        .role =
            (enum vota_network_role)vota_outbox_number_of(q, ROLE, role_names, VOTA_NETWORK_ROLES),
        .bound = !vota_query_is_null(q, CHAIN_ID),
        .chain_id = vota_query_u64(q, CHAIN_ID),
        .genesis_block = vota_query_hash(q, GENESIS_BLOCK),
        .has_contract = !vota_query_is_null(q, CONTRACT),
        .deployed = !vota_query_is_null(q, DEPLOY_BLOCK),
        .deploy_block = vota_query_u64(q, DEPLOY_BLOCK),
        .deploy_time = vota_query_u64(q, DEPLOY_TIME),
        .deploy_tx = vota_query_hash(q, DEPLOY_TX),
    };
    vota_query_text(q, NAME, ret_network->name, sizeof ret_network->name);
    if (ret_network->has_contract)
        ret_network->deployment = read_deployment(q);
}

enum vota_status vota_network_columns_get(struct vota_query *q,
                                          struct vota_store_network *ret_network,
                                          struct vota_error *err)
{
    struct vota_store_network network = {0};
    const bool found = vota_query_next(q);
    if (found)
        vota_network_columns_read(q, &network);
    const enum vota_status status = vota_query_end_found(q, found, err);
    if (status == VOTA_OK)
        *ret_network = network;
    return status;
}

enum vota_status vota_network_columns_each(
    struct vota_query *q,
    enum vota_status (*each)(void *context, const struct vota_store_network *network),
    void *context, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && vota_query_next(q)) {
        struct vota_store_network network = {0};
        vota_network_columns_read(q, &network);
        status = each(context, &network);
    }
    return vota_query_end_walk(q, status, err);
}
