/* SPDX-License-Identifier: Apache-2.0 */
/* A contract's deployment record from the chain: see origin.h. */
#include "bridge/audit/origin.h"

#include <stdlib.h>

#include "keccak/keccak.h"
#include "rpc/abi.h"

#define GENESIS_EVENT "Genesis(uint256,address,address,address,uint256,address,uint64,bytes32)"
#define GENESIS_WORDS 8u

/* Creation code and arguments once, and what a proxy call or a bootstrap puts around them. */
#define DATA_MAX ((size_t)64 * 1024)

/* Where the salt stands in either, and where the init code begins (proof/create2.h). */
#define SALT_IN_CALL      0u
#define CALL_BYTES        32u
#define SALT_IN_BOOTSTRAP 10u
#define BOOTSTRAP_BYTES   54u

/* Nonces of an account that may have made a contract in the ordinary way. */
#define NONCES_TRIED 65536u

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

/* The transaction in which the contract appeared, as a provider tells it. */
struct creation {
    struct vota_tx_receipt receipt;
    uint8_t *data;
    size_t len;
};

static enum vota_status fetch_creation(struct creation *ret_creation,
                                       struct vota_provider *provider, const vota_hash *transaction,
                                       struct vota_error *err)
{
    *ret_creation = (struct creation){.data = malloc(DATA_MAX)};
    if (ret_creation->data == NULL)
        return VOTA_NO_MEMORY;
    struct vota_wr wr = vota_wr_of(ret_creation->data, DATA_MAX);
    enum vota_status status = vota_eth_receipt(provider, &ret_creation->receipt, transaction, err);
    if (status == VOTA_OK)
        status = vota_eth_transaction_data(provider, &wr, transaction, err);
    ret_creation->len = wr.len;
    return status;
}

static void creation_done(struct creation *creation)
{
    vota_tx_receipt_done(&creation->receipt);
    free(creation->data);
}

/* A creation is the bootstrap's, which is then the deployer; a call is the proxy's. */
static void take_salt(struct vota_deployment *deployment, const struct creation *creation)
{
    const size_t at = creation->receipt.created ? SALT_IN_BOOTSTRAP : SALT_IN_CALL;
    deployment->deployer =
        creation->receipt.created ? creation->receipt.contract_address : vota_create2_proxy;
    if (creation->len >= at + sizeof deployment->salt.bytes)
        vota_bytes_copy(deployment->salt.bytes, creation->data + at, sizeof deployment->salt.bytes);
}

/* Whether the address is CREATE2's for whatever code stands behind the salt. */
static bool follows_from_its_code(const struct creation *creation,
                                  const struct vota_deployment *deployment,
                                  const vota_addr *contract)
{
    const size_t code_at = creation->receipt.created ? BOOTSTRAP_BYTES : CALL_BYTES;
    vota_hash code_hash;
    vota_addr address;
    if (creation->len < code_at)
        return false;
    vota_keccak_hash(code_hash.bytes, creation->data + code_at, creation->len - code_at);
    vota_create2_address(&address, &deployment->deployer, &deployment->salt, &code_hash);
    return vota_addr_equal(&address, contract);
}

/* Whether it is an ordinary creation's of that sender, with any nonce that is to be expected. */
static bool follows_from_sender(const struct creation *creation, const vota_addr *contract)
{
    for (uint64_t nonce = 0; nonce < NONCES_TRIED; nonce++) {
        vota_addr address;
        vota_create2_sender_address(&address, &creation->receipt.from, nonce);
        if (vota_addr_equal(&address, contract))
            return true;
    }
    return false;
}

/*
 * Whose address it is. An address that follows from other code cannot follow from
 * ours as well: nobody finds two preimages of one hash.
 */
static enum vota_status judge(struct vota_deployment *deployment, const struct creation *creation,
                              const vota_addr *contract, struct vota_error *err)
{
    deployment->genesis.contract = *contract;
    take_salt(deployment, creation);
    if (vota_deployment_check(deployment) == VOTA_DEPLOYMENT_SOUND)
        return VOTA_OK;
    const bool forged = follows_from_its_code(creation, deployment, contract) ||
                        (creation->receipt.created && follows_from_sender(creation, contract));
    return vota_fail(err, VOTA_CONFLICT, "deployment",
                     forged ? "deployment-forged" : "deployment-address");
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
    struct creation creation = {.data = NULL};
    vota_deployment_code_hash(&deployment.creation_code_hash);
    enum vota_status status = find_event(&deployment, provider, query, err);
    if (status == VOTA_OK)
        status = fetch_creation(&creation, provider, &deployment.transaction, err);
    if (status == VOTA_OK) {
        deployment.genesis.chain_id = query->chain_id; /* an event may say anything */
        status = judge(&deployment, &creation, &query->contract, err);
    }
    if (status == VOTA_OK)
        status = find_time(&deployment, provider, err);
    if (status == VOTA_OK)
        *ret_deployment = deployment;
    creation_done(&creation);
    return status;
}
