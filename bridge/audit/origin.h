/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a contract comes from, asked of the chain alone: its Genesis event, and
 * the salt and deployer in the transaction that created it. Providers need not
 * be believed for this: what they tell leads to the contract's address or is
 * thrown away.
 */
#ifndef VOTA_BRIDGE_AUDIT_ORIGIN_H
#define VOTA_BRIDGE_AUDIT_ORIGIN_H

#include "bridge/engine/chain.h"
#include "bridge/publish/deployment.h"

/* What is asked for. */
struct vota_origin_query {
    uint64_t chain_id;
    vota_hash chain_genesis;
    vota_addr contract;
    uint64_t last_block;
};

/*
 * The deployment record of the contract, sound by vota_deployment_check.
 * NOT_FOUND "genesis-event-missing": no such event up to last_block (or a
 * provider that lost it). CONFLICT "deployment-forged": the contract's address is
 * shown to follow from other creation code, by arithmetic that no provider can
 * bend. CONFLICT "deployment-address": it could be shown to follow from none.
 */
VOTA_MUST_USE enum vota_status vota_origin_find(struct vota_deployment *ret_deployment,
                                                struct vota_provider *provider,
                                                const struct vota_origin_query *query,
                                                struct vota_error *err);

#endif
