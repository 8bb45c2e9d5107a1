/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VoteAnchor contract as bytes: calls that append an entry, events that
 * tell of one, and the code that every deployment must have. Built from
 * contracts/artifacts/. Knows no transaction, no provider and no database.
 */
#ifndef VOTA_BRIDGE_ENGINE_CONTRACT_H
#define VOTA_BRIDGE_ENGINE_CONTRACT_H

#include "proof/entry.h"
#include "rpc/eth.h"

#define VOTA_CONTRACT_DEFINITION_MAX ((size_t)32 * 1024)
#define VOTA_CONTRACT_COUNTS_MAX     2048u
#define VOTA_CONTRACT_REASON_MAX     4096u

/* Slots of the contract's storage (PROTOCOL 4): head; anchorer and length; acceptance key. */
#define VOTA_CONTRACT_SLOTS 3u

/* What precedes the constructor's arguments in the init code. */
extern const struct vota_slice vota_contract_creation_code;

/* keccak of the deployed code: the same everywhere, as it has no immutables. */
extern const vota_hash vota_contract_code_hash;

/* The anchorer's calls. `parent` is the head that the call is meant to follow. */
void vota_contract_open_register(struct vota_wr *wr, const vota_hash *parent,
                                 struct vota_slice definition);
void vota_contract_anchor(struct vota_wr *wr, const vota_hash *parent, const vota_hash *root,
                          uint32_t count);
void vota_contract_publish_result(struct vota_wr *wr, const vota_hash *parent,
                                  const vota_hash *register_hash, uint64_t last_entry,
                                  const uint64_t *counts, size_t n);

/* The owner's calls, which name no parent. */
void vota_contract_set_key(struct vota_wr *wr, enum vota_entry_role role, const vota_addr *key,
                           uint64_t untrusted_since);
void vota_contract_disavow(struct vota_wr *wr, uint64_t first, uint64_t last,
                           struct vota_slice reason);
void vota_contract_succeeded_by(struct vota_wr *wr, uint64_t chain_id, const vota_addr *successor);
void vota_contract_transfer_ownership(struct vota_wr *wr, const vota_addr *owner);
void vota_contract_accept_ownership(struct vota_wr *wr);

/*
 * The words that the entry of an owner's call will have: what one of the
 * functions above wrote, read back. `owner` is who accepts the ownership; for
 * that call alone, and NULL as long as it is not known. NOT_FOUND: a call that
 * makes no entry, or an acceptance without owner. BAD_INPUT: no owner's call.
 */
VOTA_MUST_USE enum vota_status vota_contract_call_words(struct vota_entry *ret_entry,
                                                        struct vota_slice call,
                                                        const vota_addr *owner);

/* What slots 0, 1 and 2 say. */
struct vota_contract_state {
    vota_hash head;
    vota_addr anchorer;
    uint64_t length;
    vota_addr acceptance_key;
};

void vota_contract_state_read(struct vota_contract_state *ret_state,
                              const vota_hash slots[VOTA_CONTRACT_SLOTS]);

/* An entry as an event tells it. Slices borrow from the log. */
struct vota_contract_event {
    struct vota_entry entry; /* time is 0: it is the block's, which the log does not carry */
    vota_hash head;          /* after the entry, as the event says */
    struct vota_slice text;  /* the definition (kind 1) or the reason (kind 5) */
    size_t count;            /* numbers of a result (kind 3) */
    uint64_t counts[VOTA_CONTRACT_COUNTS_MAX];
};

/*
 * NOT_FOUND: an event that is no entry (Genesis, a started transfer of
 * ownership). BAD_INPUT: an entry's event that does not decode, or whose
 * emitted text or counts do not hash to the entry's words.
 */
VOTA_MUST_USE enum vota_status vota_contract_event_read(struct vota_contract_event *ret_event,
                                                        const struct vota_eth_log *log,
                                                        struct vota_error *err);

#endif
