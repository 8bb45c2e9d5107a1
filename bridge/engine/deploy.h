/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deployment by CREATE2 (PROTOCOL 4): through the deterministic-deployment
 * proxy where it exists, else through a bootstrap that is itself the deployer.
 * The address is known, and stored, before anything is sent.
 */
#ifndef VOTA_BRIDGE_ENGINE_DEPLOY_H
#define VOTA_BRIDGE_ENGINE_DEPLOY_H

#include "bridge/engine/attempt.h"

/* A deployment may cost several times as much under EIP-8037: the protocol's own limit. */
#define VOTA_DEPLOY_GAS_MAX 16777216u

/*
 * Completes `deployment` (genesis keys, predecessor, chain id and salt are set
 * by the caller) with deployer, code hash and contract address. `has_proxy`:
 * the proxy's code is there; else the bootstrap of `sender`'s transaction
 * `nonce` deploys.
 */
void vota_deploy_plan(struct vota_store_deployment *deployment, bool has_proxy,
                      const vota_addr *sender, uint64_t nonce);

/* The address that a deployment record leads to: equal to its genesis.contract, or it is forged. */
void vota_deploy_address(vota_addr *ret_addr, const struct vota_store_deployment *deployment);

/*
 * Whether the proxy is there, and the sender's next nonce: proven at the
 * quorum's latest block, for what is planned by a false word is paid in vain.
 * Assumes a look that went well.
 */
VOTA_MUST_USE enum vota_status vota_deploy_look(bool *ret_has_proxy, uint64_t *ret_nonce,
                                                struct vota_quorum *quorum, const vota_addr *sender,
                                                struct vota_error *err);

/*
 * Fixes the deployment in the store and queues its operation, in one transaction;
 * behind it, for a secondary, whatever its line has opened and sealed before.
 */
VOTA_MUST_USE enum vota_status vota_deploy_queue(struct vota_store *store, int64_t network,
                                                 const struct vota_store_deployment *deployment,
                                                 uint64_t now, struct vota_error *err);

/* Whether a transaction of `sender` with that nonce deploys to the recorded address: by the proxy
 * any does, a bootstrap only the one that was planned. */
bool vota_deploy_leads_there(const struct vota_store_deployment *deployment,
                             const vota_addr *sender, uint64_t nonce);

/* Where a deployment's transaction goes and what gas it may use. */
void vota_deploy_order(struct vota_attempt_order *order,
                       const struct vota_store_deployment *deployment);

/*
 * Finds and stores the block in which the contract appeared, and sets it in
 * *network. After a look. Entries before that block are never read, so that k
 * providers must name it: REMOTE "no-quorum" when they do not.
 */
VOTA_MUST_USE enum vota_status vota_deploy_note(struct vota_store *store,
                                                struct vota_quorum *quorum,
                                                struct vota_store_network *network,
                                                struct vota_error *err);

#endif
