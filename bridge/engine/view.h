/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at the chain: everything a turn of the sender decides from, proven
 * against recomputed headers. Reads; changes nothing.
 */
#ifndef VOTA_BRIDGE_ENGINE_VIEW_H
#define VOTA_BRIDGE_ENGINE_VIEW_H

#include "bridge/engine/chain.h"
#include "bridge/store/store_network.h"

struct vota_view {
    bool contract_latest; /* our contract, with our code, is there */
    bool contract_final;
    struct vota_error final_problem; /* why has_final is false, if a provider failed to prove it */
    bool has_final;                  /* the provider has a finalized block */
    struct vota_chain_state latest;  /* valid when contract_latest */
    struct vota_chain_state final;   /* valid when contract_final */
    uint64_t latest_block, latest_time;
    uint64_t final_block, final_time;
    uint64_t nonce_latest, nonce_final; /* of the sender; proven */
    struct vota_u256 balance;           /* of the sender at the latest block; proven */
    uint64_t next_base_fee;             /* of the block after the latest; computed */
};

/*
 * Looks at the latest and the finalized block. `sender` is the account that
 * signs. *ret_view must be released with vota_view_done when OK. A contract
 * that is not there is no failure; other code at its address is (CONFLICT
 * "other-code").
 */
VOTA_MUST_USE enum vota_status vota_view_take(struct vota_view *ret_view,
                                              struct vota_provider *provider,
                                              const vota_addr *contract, const vota_addr *sender,
                                              struct vota_error *err);
void vota_view_done(struct vota_view *view);

#endif
