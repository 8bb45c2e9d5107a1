/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at the chain: everything a turn of the sender decides from, proven
 * against the two blocks that a quorum agreed on. Any one provider may prove
 * it, since a proof holds or does not. Reads; changes nothing.
 */
#ifndef VOTA_BRIDGE_ENGINE_VIEW_H
#define VOTA_BRIDGE_ENGINE_VIEW_H

#include "bridge/engine/chain.h"
#include "bridge/engine/quorum.h"
#include "bridge/store/store_network.h"

#define VOTA_VIEW_ACCOUNTS_MAX 4u

/* An account that sends, or has sent what is not settled yet. All proven. */
struct vota_view_account {
    vota_addr address;
    uint64_t nonce_latest;
    uint64_t nonce_final;     /* as of the final block; 0 while that is unproven */
    struct vota_u256 balance; /* at the latest block */
};

/*
 * Long-lived: {0} at first, then the same struct for every look, so that what
 * is known is not asked again; vota_view_done in the end.
 */
struct vota_view {
    bool contract_latest; /* our contract, with our code, is there */
    bool contract_final;
    struct vota_error final_problem; /* why the present final block could not be proven */
    bool has_final;                  /* a finalized block was proven; if final_problem is set, an
                                        earlier one than the quorum's */
    struct vota_chain_state latest;  /* valid when contract_latest; of the latest block or an
                                        earlier one since which no entry was made */
    struct vota_chain_state final;   /* valid when contract_final */
    uint64_t latest_block, latest_time;
    uint64_t final_block, final_time;
    vota_hash latest_hash, final_hash;
    bool final_lags; /* latest is more than 160 blocks ahead of final */
    struct vota_view_account accounts[VOTA_VIEW_ACCOUNTS_MAX]; /* in the order asked */
    size_t n_accounts;
    uint64_t next_base_fee; /* of the block after the latest; computed */
    /* the rest is view.c's own */
    vota_addr contract;
    bool is_taken;
    uint64_t contract_block; /* at which the contract was last proven as of the latest */
    uint64_t accounts_block; /* at which the accounts were */
    vota_hash final_tried;   /* latest block for which a proof of the final one failed */
};

struct vota_view_query {
    const vota_addr *contract;
    const vota_addr *accounts; /* the current sender first, then those of
                                  unsettled operations */
    size_t n_accounts;         /* at most VOTA_VIEW_ACCOUNTS_MAX */
    bool fresh_accounts;       /* an attempt may have been mined, or funds are about to
                                  be spent: nonces and balances as of the very latest
                                  block. false: those of an earlier block will do while
                                  blocks only follow one another */
};

/*
 * Brings the view up to the quorum's blocks (vota_quorum_look goes before).
 * Nothing is asked while they are the same. Nonces and balances are asked again
 * for every new block when fresh ones are wanted, after a reorganisation, for
 * an account that was not asked for before, and with every new final block. The
 * contract is proven again unless the new block follows the last one and its
 * bloom filter shows no event of the contract's, at least every 16 blocks.
 *
 * A contract that is not there is no failure; other code at its address is
 * (CONFLICT "other-code"). On any failure the view is as it was.
 */
VOTA_MUST_USE enum vota_status vota_view_take(struct vota_view *view, struct vota_quorum *quorum,
                                              const struct vota_view_query *query,
                                              struct vota_error *err);
void vota_view_done(struct vota_view *view);

/* The account by address; NULL if it was not asked for. */
const struct vota_view_account *vota_view_account(const struct vota_view *view,
                                                  const vota_addr *address);

#endif
