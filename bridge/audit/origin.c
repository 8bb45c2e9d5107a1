/* SPDX-License-Identifier: Apache-2.0 */
/* A contract's deployment record from the chain: see origin.h. */
#include "bridge/audit/origin.h"

#include <stdlib.h>

#include "rpc/abi.h"

#define GENESIS_EVENT "Genesis(uint256,address,address,address,uint256,address,uint64,bytes32)"
#define GENESIS_WORDS 8u

/* Creation code and arguments once, and what a proxy call or a bootstrap puts around them. */
#define DATA_MAX (64u * 1024u)

/* Where the 32 bytes of salt stand in either (proof/create2.h). */
#define SALT_IN_CALL      0u
#define SALT_IN_BOOTSTRAP 10u

static enum vota_status read_event(struct vota_deployment *deployment,
                                   const struct vota_eth_log *log)
{
    struct vota_genesis *genesis = &deployment->genesis;
    struct vota_abi_rd rd = vota_abi_rd_of(log->data, GENESIS_WORDS);
    if (vota_abi_get_u64(&rd, &genesis->chain_id, UINT64_MAX) != VOTA_OK ||
        vota_abi_get_addr(&rd, &genesis->owner) != VOTA_OK ||
        vota_abi_get_addr(&rd, &genesis->anchorer) != VOTA_OK ||
        vota_abi_get_addr(&rd, &genesis->acceptance_key) != VOTA_OK ||
        vota_abi_get_u64(&rd, &genesis->pred_chain_id, UINT64_MAX) != VOTA_OK ||
        vota_abi_get_addr(&rd, &genesis->pred_contract) != VOTA_OK ||
        vota_abi_get_u64(&rd, &genesis->pred_length, UINT64_MAX) != VOTA_OK ||
        vota_abi_get_word(&rd, &genesis->pred_head) != VOTA_OK)
        return VOTA_BAD_INPUT;
    return vota_abi_end(&rd);
}

/* The one event of the constructor, from the first block on. */
static enum vota_status find_event(struct vota_deployment *deployment,
                                   struct vota_provider *provider,
                                   const struct vota_origin_query *query, struct vota_error *err)
{
    vota_hash topic;
    uint64_t span = query->last_block + 1;
    vota_abi_topic(&topic, GENESIS_EVENT);
    struct vota_eth_filter filter = {
        .address = query->contract, .topic_count = 1, .topics = {&topic}};
    while (filter.from_block <= query->last_block) {
        struct vota_eth_logs logs = {0};
        if (query->last_block - filter.from_block < span)
            span = query->last_block - filter.from_block + 1;
        enum vota_status status = vota_chain_logs(provider, &logs, &span, &filter, err);
        const bool found = status == VOTA_OK && logs.count > 0;
        if (found) {
            status = read_event(deployment, &logs.items[0]);
            deployment->block = logs.items[0].block_number;
            deployment->transaction = logs.items[0].tx_hash;
        }
        vota_eth_logs_done(&logs);
        if (found || status != VOTA_OK)
            return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, "genesis", "event-data");
        filter.from_block += span;
    }
    return vota_fail(err, VOTA_NOT_FOUND, "genesis", "genesis-event-missing");
}

/* A creation is the bootstrap's, which is then the deployer; a call is the proxy's. */
static enum vota_status find_salt(struct vota_deployment *deployment,
                                  struct vota_provider *provider, struct vota_error *err)
{
    struct vota_tx_receipt receipt = {.created = false};
    uint8_t *data = malloc(DATA_MAX);
    if (data == NULL)
        return VOTA_NO_MEMORY;
    struct vota_wr wr = vota_wr_of(data, DATA_MAX);
    enum vota_status status = vota_eth_receipt(provider, &receipt, &deployment->transaction, err);
    if (status == VOTA_OK)
        status = vota_eth_transaction_data(provider, &wr, &deployment->transaction, err);
    if (status == VOTA_OK) {
        const size_t at = receipt.created ? SALT_IN_BOOTSTRAP : SALT_IN_CALL;
        deployment->deployer = receipt.created ? receipt.contract_address : vota_create2_proxy;
        if (wr.len >= at + sizeof deployment->salt.bytes)
            vota_bytes_copy(deployment->salt.bytes, data + at, sizeof deployment->salt.bytes);
    }
    vota_tx_receipt_done(&receipt);
    free(data);
    return status;
}

static enum vota_status find_time(struct vota_deployment *deployment,
                                  struct vota_provider *provider, struct vota_error *err)
{
    struct vota_block block;
    const struct vota_block_id id = vota_block_numbered(deployment->block);
    const enum vota_status status = vota_eth_block(provider, &block, &id, err);
    if (status == VOTA_OK)
        deployment->time = block.time;
    return status;
}

enum vota_status vota_origin_find(struct vota_deployment *ret_deployment,
                                  struct vota_provider *provider,
                                  const struct vota_origin_query *query, struct vota_error *err)
{
    struct vota_deployment deployment = {.chain_genesis = query->chain_genesis};
    vota_deployment_code_hash(&deployment.creation_code_hash);
    enum vota_status status = find_event(&deployment, provider, query, err);
    if (status == VOTA_OK)
        status = find_salt(&deployment, provider, err);
    if (status == VOTA_OK)
        status = find_time(&deployment, provider, err);
    if (status != VOTA_OK)
        return status;
    deployment.genesis.contract = query->contract;
    if (deployment.genesis.chain_id != query->chain_id ||
        vota_deployment_check(&deployment) != VOTA_DEPLOYMENT_SOUND)
        return vota_fail(err, VOTA_CONFLICT, "deployment", "deployment-address");
    *ret_deployment = deployment;
    return VOTA_OK;
}
