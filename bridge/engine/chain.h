/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the chain shows of one contract: its proven state in a block, and its
 * journal read from events, held to the fold at every step. The only way in
 * which the service, `verify` and `audit` read a journal from a provider. Knows
 * neither database nor trust: which block is final, and whether the contract is
 * the city's, are the caller's questions.
 */
#ifndef VOTA_BRIDGE_ENGINE_CHAIN_H
#define VOTA_BRIDGE_ENGINE_CHAIN_H

#include "bridge/engine/contract.h"
#include "proof/evidence.h"
#include "rpc/state.h"

/* Blocks of one question for events before a provider refused any. */
#define VOTA_CHAIN_SPAN 1000000u

/* The contract's slots in a block, with the bytes that prove them. {0} before, done after. */
struct vota_chain_state {
    struct vota_contract_state contract;
    struct vota_state proven; /* proven.block: header; proven.proof: nodes */
};

void vota_chain_state_done(struct vota_chain_state *state);

/*
 * Slots 0 to 2 of `contract` in the block asked for (latest, finalized, a number
 * or a hash), proven against that block's own header.
 * Returns NOT_FOUND "no-contract" when the account is proven not to be there or
 * to hold no code, CONFLICT "other-code" when its code is not VoteAnchor's, and
 * what vota_state_read returns. *ret_state is untouched unless VOTA_OK. That the
 * right code is there does not make the head an honest one: the address must
 * also follow from the deployment record (proof/create2.h).
 */
VOTA_MUST_USE enum vota_status vota_chain_state(struct vota_chain_state *ret_state,
                                                struct vota_provider *provider,
                                                const vota_addr *contract,
                                                const struct vota_block_id *block,
                                                struct vota_error *err);

/* The same in a block whose header is known already. */
VOTA_MUST_USE enum vota_status vota_chain_state_in(struct vota_chain_state *ret_state,
                                                   struct vota_provider *provider,
                                                   const vota_addr *contract,
                                                   const struct vota_block *block,
                                                   struct vota_error *err);

/* The bytes of a proven state as evidence of PROTOCOL 7. Borrows from the state. */
void vota_chain_evidence(struct vota_evidence *ret_evidence, const struct vota_chain_state *state);

/*
 * The events of filter->from_block and the *span - 1 blocks after it; to_block is
 * set here. Where the provider refuses the range it is halved, in *span too, and
 * asked for again: one provider counts blocks, another logs, and neither says
 * how many. LIMIT "too-many-logs" when a single block is too much.
 */
VOTA_MUST_USE enum vota_status vota_chain_logs(struct vota_provider *provider,
                                               struct vota_eth_logs *ret_logs, uint64_t *span,
                                               const struct vota_eth_filter *filter,
                                               struct vota_error *err);

/* How far a journal has been read. The caller's; moves as entries are handed out. */
struct vota_chain_cursor {
    vota_addr contract;
    uint64_t number; /* of the last entry known, pred_length before the first */
    vota_hash head;  /* after it, vota_journal_genesis before the first */
    uint64_t block;  /* the first block whose events may not be known yet */
};

/* An entry that folds to the head its event names. Borrowed until the callback returns. */
struct vota_chain_entry {
    const struct vota_contract_event *event; /* event->entry is complete, time included */
    vota_hash tx_hash;
    vota_hash block_hash;
};

/* A status other than VOTA_OK ends the reading and is returned. */
typedef enum vota_status vota_chain_each(void *context, const struct vota_chain_entry *entry);

/*
 * Hands out the entries after cursor->number from the events of the blocks
 * cursor->block .. last_block, in order, each with its block's time (by the
 * block's hash) and held to the fold: number after number, and the head that the
 * entry leads to is the one its event names. An entry up to cursor->number is
 * passed over, so that blocks may be read twice.
 * Guarantees: number and head of the cursor are those of the last entry handed
 * out, whatever is returned; after VOTA_OK cursor->block is last_block + 1. That
 * the journal is complete is known only when cursor->head equals a proven head.
 * Returns REMOTE "entry-missing" or "fold-differs" when the events are not those
 * of one journal after the cursor (a provider that lost some, or another fork),
 * LIMIT "too-many-logs" when a single block is too much, and what
 * vota_eth_logs, vota_eth_block and the callback return.
 */
VOTA_MUST_USE enum vota_status vota_chain_entries(struct vota_provider *provider,
                                                  struct vota_chain_cursor *cursor,
                                                  uint64_t last_block, vota_chain_each *each,
                                                  void *context, struct vota_error *err);

#endif
