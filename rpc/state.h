/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proven state: header fetched, hashed again, eth_getProof checked against its
 * state root by proof/'s own trie code. What comes back is what the chain says
 * if the block is the chain's; which block that is, k providers decide.
 */
#ifndef VOTA_RPC_STATE_H
#define VOTA_RPC_STATE_H

#include "rpc/eth.h"

/* Heap-owned; {0} before, vota_state_done after. */
struct vota_state {
    struct vota_block block;     /* header and its bytes, for evidence */
    struct vota_eth_proof proof; /* nodes, for evidence: account, storage[i] of slots[i] */
    bool account_exists;         /* false: proven absent, then all below is zero */
    uint64_t nonce;
    struct vota_u256 balance;
    vota_hash storage_root;
    vota_hash code_hash;
    size_t slot_count;
    vota_hash values[VOTA_ETH_SLOTS_MAX]; /* left-padded to 32; proven absent = zero */
};

void vota_state_done(struct vota_state *state);

/*
 * The proven values of the query's slots at a block (latest, finalized, a
 * number or a hash), e.g. query = vota_eth_first_slots(&contract, 2).
 * Guarantees on OK: keccak(block.rlp) = block.hash, and every value follows
 * from block.state_root by the nodes in proof. REMOTE with
 * provider->failure.fault LIE and reason "proof-..." when nodes do not prove
 * what they should: ask somebody else; nothing was learned about the chain.
 * The provider keeps state for about 128 blocks: older is REMOTE or CONFLICT.
 */
VOTA_MUST_USE enum vota_status vota_state_read(struct vota_provider *provider,
                                               struct vota_state *ret_state,
                                               const struct vota_eth_query *query,
                                               const struct vota_block_id *id,
                                               struct vota_error *err);

/* The same in a block whose header is known already; nothing but the proof is asked for. */
VOTA_MUST_USE enum vota_status vota_state_read_in(struct vota_provider *provider,
                                                  struct vota_state *ret_state,
                                                  const struct vota_eth_query *query,
                                                  const struct vota_block *block,
                                                  struct vota_error *err);

#endif
