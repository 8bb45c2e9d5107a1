/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, calldata and the block of a deployment: see deploy.h. */
#include "bridge/engine/deploy.h"

#include <stdlib.h>

#include "bridge/engine/contract.h"
#include "bridge/store/store_line.h"
#include "keccak/keccak.h"
#include "proof/create2.h"
#include "rpc/abi.h"
#include "rpc/state.h"

#define DATA_MAX      ((size_t)64 * 1024)
#define GENESIS_EVENT "Genesis(uint256,address,address,address,uint256,address,uint64,bytes32)"

void vota_deploy_address(vota_addr *ret_addr, const struct vota_store_deployment *deployment)
{
    vota_hash init_code_hash;
    vota_create2_init_code_hash(&init_code_hash, vota_contract_creation_code, &deployment->genesis);
    vota_create2_address(ret_addr, &deployment->deployer, &deployment->salt, &init_code_hash);
}

void vota_deploy_plan(struct vota_store_deployment *deployment, bool has_proxy,
                      const vota_addr *sender, uint64_t nonce)
{
    deployment->deployer = vota_create2_proxy;
    if (!has_proxy)
        vota_create2_sender_address(&deployment->deployer, sender, nonce);
    vota_keccak_hash(deployment->creation_code_hash.bytes, vota_contract_creation_code.at,
                     vota_contract_creation_code.len);
    vota_deploy_address(&deployment->genesis.contract, deployment);
}

/* An account at the latest agreed block, proven. */
struct account {
    const struct vota_quorum *quorum;
    const vota_addr *address;
    bool has_code;
    uint64_t nonce;
};

static enum vota_status ask_account(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    struct account *account = context;
    struct vota_state state = {0};
    vota_hash empty;
    const struct vota_eth_query query = vota_eth_first_slots(account->address, 0);
    const enum vota_status status =
        vota_state_read_in(provider, &state, &query, &account->quorum->latest, err);
    if (status != VOTA_OK)
        return status;
    vota_keccak_hash(empty.bytes, NULL, 0);
    account->has_code = state.account_exists && !vota_hash_equal(&state.code_hash, &empty);
    account->nonce = state.nonce;
    vota_state_done(&state);
    return VOTA_OK;
}

enum vota_status vota_deploy_look(bool *ret_has_proxy, uint64_t *ret_nonce,
                                  struct vota_quorum *quorum, const vota_addr *sender,
                                  struct vota_error *err)
{
    struct account proxy = {.quorum = quorum, .address = &vota_create2_proxy};
    struct account ours = {.quorum = quorum, .address = sender};
    VOTA_ASSERT(quorum->has_latest);
    enum vota_status status = vota_quorum_ask(quorum, ask_account, &proxy, err);
    if (status == VOTA_OK)
        status = vota_quorum_ask(quorum, ask_account, &ours, err);
    if (status != VOTA_OK)
        return status;
    *ret_has_proxy = proxy.has_code;
    *ret_nonce = ours.nonce;
    return VOTA_OK;
}

static bool by_proxy(const struct vota_store_deployment *deployment)
{
    return vota_addr_equal(&deployment->deployer, &vota_create2_proxy);
}

static enum vota_status write_calldata(uint8_t **ret_bytes, size_t *ret_len,
                                       const struct vota_store_deployment *deployment)
{
    const size_t cap = DATA_MAX;
    uint8_t *init_code = malloc(cap);
    uint8_t *calldata = malloc(cap);
    if (init_code == NULL || calldata == NULL) {
        free(init_code);
        free(calldata);
        return VOTA_NO_MEMORY;
    }
    struct vota_wr code = vota_wr_of(init_code, cap);
    struct vota_wr call = vota_wr_of(calldata, cap);
    vota_create2_init_code(&code, vota_contract_creation_code, &deployment->genesis);
    VOTA_ASSERT(vota_wr_fits(&code));
    const struct vota_slice slice = {init_code, code.len};
    if (by_proxy(deployment))
        vota_create2_proxy_call(&call, &deployment->salt, slice);
    else
        vota_create2_bootstrap(&call, &deployment->salt, slice);
    VOTA_ASSERT(vota_wr_fits(&call));
    free(init_code);
    *ret_bytes = calldata;
    *ret_len = call.len;
    return VOTA_OK;
}

/* A secondary anchors everything: also what was opened and sealed before it was there. */
static enum vota_status catch_up(struct vota_store *store, int64_t network, uint64_t now,
                                 struct vota_error *err)
{
    struct vota_store_network about;
    const enum vota_status status = vota_store_line_get(&about, store, network, err);
    if (status != VOTA_OK || about.role != VOTA_NETWORK_SECONDARY)
        return status;
    return vota_store_line_backfill(store, network, now, err);
}

enum vota_status vota_deploy_queue(struct vota_store *store, int64_t network,
                                   const struct vota_store_deployment *deployment, uint64_t now,
                                   struct vota_error *err)
{
    uint8_t *calldata = NULL;
    struct vota_store_operation operation = {
        .network = network, .kind = VOTA_OP_DEPLOY, .created_at = now};
    int64_t id = 0;
    enum vota_status status = write_calldata(&calldata, &operation.arguments.len, deployment);
    if (status != VOTA_OK)
        return vota_fail(err, status, "deploy", "no-memory");
    operation.arguments.at = calldata;
    status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_network_set_contract(store, network, deployment, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_queue(&id, store, &operation, err);
    if (status == VOTA_OK)
        status = catch_up(store, network, now, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    free(calldata);
    return status;
}

bool vota_deploy_leads_there(const struct vota_store_deployment *deployment,
                             const vota_addr *sender, uint64_t nonce)
{
    vota_addr deployer;
    if (by_proxy(deployment))
        return true;
    vota_create2_sender_address(&deployer, sender, nonce);
    return vota_addr_equal(&deployer, &deployment->deployer);
}

void vota_deploy_order(struct vota_attempt_order *order,
                       const struct vota_store_deployment *deployment)
{
    order->create = !by_proxy(deployment);
    order->to = order->create ? (vota_addr){{0}} : vota_create2_proxy;
    order->gas_max = VOTA_DEPLOY_GAS_MAX;
    order->spend_max = order->limits->deploy_max;
}

/* ---- where it went ---- */

/* The block and transaction in which the contract appeared. */
struct place {
    uint64_t block, time;
    vota_hash block_hash, tx;
};

/* No proof covers it, so everybody is asked. */
struct finding {
    vota_addr contract;
    uint64_t latest_block;
    struct place of[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n;
};

/* Its header tells number and time: those of the log may be anything. */
static enum vota_status read_place(struct place *ret_place, struct vota_provider *provider,
                                   const struct vota_eth_log *log, struct vota_error *err)
{
    struct vota_block block;
    const struct vota_block_id id = vota_block_hashed(&log->block_hash);
    const enum vota_status status = vota_eth_block(provider, &block, &id, err);
    if (status == VOTA_OK)
        *ret_place = (struct place){block.number, block.time, block.hash, log->tx_hash};
    return status;
}

static enum vota_status ask_place(void *context, struct vota_provider *provider,
                                  struct vota_error *err)
{
    struct finding *finding = context;
    struct vota_eth_logs logs = {0};
    vota_hash topic;
    if (finding->n == VOTA_CONNECT_PROVIDERS_MAX)
        return VOTA_OK;
    vota_abi_topic(&topic, GENESIS_EVENT);
    const struct vota_eth_filter filter = {.address = finding->contract,
                                           .to_block = finding->latest_block,
                                           .topic_count = 1,
                                           .topics = {&topic}};
    enum vota_status status = vota_eth_logs(provider, &logs, &filter, err);
    if (status == VOTA_OK && logs.count != 1)
        status = vota_fail(err, VOTA_REMOTE, "deployment", "genesis-event-missing");
    if (status == VOTA_OK)
        status = read_place(&finding->of[finding->n], provider, &logs.items[0], err);
    finding->n += status == VOTA_OK;
    vota_eth_logs_done(&logs);
    return status;
}

/* The place that k of them name; NULL: none. */
static const struct place *agreed_place(const struct finding *finding, size_t k)
{
    for (size_t i = 0; i < finding->n; i++) {
        const struct place *place = &finding->of[i];
        size_t voices = 0;
        for (size_t j = 0; j < finding->n; j++)
            voices += vota_hash_equal(&finding->of[j].block_hash, &place->block_hash) &&
                      vota_hash_equal(&finding->of[j].tx, &place->tx);
        if (voices >= k)
            return place;
    }
    return NULL;
}

static enum vota_status store_place(struct vota_store *store, int64_t network,
                                    const struct place *place, struct vota_error *err)
{
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_network_set_deployed(store, network, place->block, place->time,
                                                 &place->tx, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

enum vota_status vota_deploy_note(struct vota_store *store, struct vota_quorum *quorum,
                                  struct vota_store_network *network, struct vota_error *err)
{
    struct finding finding = {.contract = network->deployment.genesis.contract,
                              .latest_block = quorum->latest.number};
    enum vota_status status = vota_quorum_ask_all(quorum, ask_place, &finding, err);
    if (status != VOTA_OK)
        return status;
    const struct place *place = agreed_place(&finding, quorum->k);
    if (place == NULL)
        return vota_fail(err, VOTA_REMOTE, "deployment", "no-quorum");
    status = store_place(store, network->id, place, err);
    if (status != VOTA_OK)
        return status;
    network->deployed = true;
    network->deploy_block = place->block;
    network->deploy_time = place->time;
    network->deploy_tx = place->tx;
    return VOTA_OK;
}
