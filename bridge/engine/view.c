/* SPDX-License-Identifier: Apache-2.0 */
/* Latest and finalized state of contract and sender: see view.h. */
#include "bridge/engine/view.h"

/* The contract in the block `at`; absent is an answer, not a failure. */
static enum vota_status look_at_contract(bool *ret_there, struct vota_chain_state *ret_state,
                                         struct vota_provider *provider, const vota_addr *contract,
                                         const vota_hash *at, struct vota_error *err)
{
    struct vota_error detail = {0};
    const struct vota_block_id id = vota_block_hashed(at);
    const enum vota_status status = vota_chain_state(ret_state, provider, contract, &id, &detail);
    *ret_there = status == VOTA_OK;
    if (status == VOTA_OK || status == VOTA_NOT_FOUND)
        return VOTA_OK;
    return vota_fail(err, status, detail.where, detail.text);
}

static enum vota_status look_at_latest(struct vota_view *view, struct vota_provider *provider,
                                       const vota_addr *contract, const vota_addr *sender,
                                       struct vota_error *err)
{
    struct vota_state account = {0};
    const struct vota_eth_query query = vota_eth_first_slots(sender, 0);
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    enum vota_status status = vota_state_read(provider, &account, &query, &id, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_block *block = &account.block;
    view->latest_block = block->number;
    view->latest_time = block->time;
    view->nonce_latest = account.nonce;
    view->balance = account.balance;
    if (!block->has_base_fee || !vota_fees_next_base(&view->next_base_fee, block->base_fee,
                                                     block->gas_used, block->gas_limit))
        status = vota_fail(err, VOTA_REMOTE, "block", "no-base-fee");
    if (status == VOTA_OK)
        status = look_at_contract(&view->contract_latest, &view->latest, provider, contract,
                                  &block->hash, err);
    vota_state_done(&account);
    return status;
}

/*
 * A young chain has no finalized block yet, and a provider may fail to prove
 * it: then nothing becomes final, and what is unproven is said.
 */
static enum vota_status look_at_final(struct vota_view *view, struct vota_provider *provider,
                                      const vota_addr *contract, const vota_addr *sender)
{
    struct vota_state account = {0};
    struct vota_error detail = {0};
    const struct vota_eth_query query = vota_eth_first_slots(sender, 0);
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_FINALIZED);
    enum vota_status status = vota_state_read(provider, &account, &query, &id, &detail);
    if (status == VOTA_NOT_FOUND || status == VOTA_CONFLICT)
        return VOTA_OK;
    if (status == VOTA_OK) {
        status = look_at_contract(&view->contract_final, &view->final, provider, contract,
                                  &account.block.hash, &detail);
        view->has_final = status == VOTA_OK;
    }
    if (view->has_final) {
        view->final_block = account.block.number;
        view->final_time = account.block.time;
        view->nonce_final = account.nonce;
    }
    vota_state_done(&account);
    if (status == VOTA_NO_MEMORY)
        return status;
    view->final_problem = detail;
    return VOTA_OK;
}

enum vota_status vota_view_take(struct vota_view *ret_view, struct vota_provider *provider,
                                const vota_addr *contract, const vota_addr *sender,
                                struct vota_error *err)
{
    struct vota_view view = {0};
    enum vota_status status = look_at_final(&view, provider, contract, sender);
    if (status == VOTA_OK)
        status = look_at_latest(&view, provider, contract, sender, err);
    if (status != VOTA_OK) {
        vota_view_done(&view);
        return status;
    }
    *ret_view = view;
    return VOTA_OK;
}

void vota_view_done(struct vota_view *view)
{
    vota_chain_state_done(&view->latest);
    vota_chain_state_done(&view->final);
}
