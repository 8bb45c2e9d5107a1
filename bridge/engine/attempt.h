/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an operation to signed bytes: calldata, gas, fees, signature. Asks every
 * provider for an estimate and a fee history; stores nothing and sends nothing.
 */
#ifndef VOTA_BRIDGE_ENGINE_ATTEMPT_H
#define VOTA_BRIDGE_ENGINE_ATTEMPT_H

#include "bridge/engine/quorum.h"
#include "bridge/store/store_network.h"
#include "bridge/store/store_outbox.h"
#include "bridge/store/store_register.h"
#include "rpc/tx_signer.h"

/* Gas that an entry may cost at the most; a deployment has its own limit (CHAIN 4.6). */
#define VOTA_ATTEMPT_GAS_MAX 1000000u

struct vota_attempt_limits {
    struct vota_fee_caps fees;
    uint64_t tx_max;     /* wei: gas limit times max fee of one transaction */
    uint64_t day_max;    /* wei, of all that was signed within 24 hours and may still be paid */
    uint64_t deploy_max; /* wei, of a deployment */
};

/* A result's numbers as the outbox keeps them: last entry, then counts, 8 bytes each. */
void vota_attempt_result_write(struct vota_wr *wr, uint64_t last_entry, const uint64_t *counts,
                               size_t n);
VOTA_MUST_USE enum vota_status vota_attempt_result_read(uint64_t *ret_last_entry,
                                                        uint64_t *ret_counts, size_t *ret_n,
                                                        size_t cap, struct vota_slice arguments);

/*
 * An owner's call as the outbox keeps it: the length of the journal when it was
 * asked for, 8 bytes, then the call. What the owner did before may say the same,
 * and is not what is asked for now.
 */
void vota_attempt_owner_write(struct vota_wr *wr, uint64_t length, struct vota_slice call);

/* The number that the operation's entry must be above: 0 but for an owner's call. */
uint64_t vota_attempt_after(const struct vota_store_operation *operation);

/*
 * Appends the call (or creation) data of an operation that follows `parent`.
 * Reads the register or batch that it names from the store.
 */
VOTA_MUST_USE enum vota_status vota_attempt_calldata(struct vota_wr *wr, struct vota_store *store,
                                                     const struct vota_store_operation *operation,
                                                     const vota_hash *parent,
                                                     struct vota_error *err);

/* The words a, b, c that the operation's entry will have; NOT_FOUND for what makes none. */
VOTA_MUST_USE enum vota_status vota_attempt_words(struct vota_entry *ret_entry,
                                                  struct vota_store *store,
                                                  const struct vota_store_operation *operation,
                                                  struct vota_error *err);

/* Everything one signature needs. */
struct vota_attempt_order {
    struct vota_quorum *quorum;
    struct vota_tx_signer *signer;
    const struct vota_attempt_limits *limits;
    uint64_t chain_id;
    uint64_t nonce;
    uint64_t gas_max;   /* 0: VOTA_ATTEMPT_GAS_MAX */
    uint64_t gas_floor; /* after a round that ran out of gas; 0: none */
    uint64_t spend_max; /* wei; 0: limits->tx_max */
    bool create;        /* creation data instead of a call */
    bool cancels;       /* nothing, to oneself: vota_attempt_cancel */
    vota_addr to;
    struct vota_slice calldata;
    uint64_t next_base_fee;                    /* of the block after the latest proven one */
    const struct vota_store_attempt *replaced; /* NULL: the first of its round */
    /* Asked with nonce, gas and fees before anything is signed, so that nobody signs, or is asked
     * to approve, what may not be spent. Its failure ends the order. NULL: nobody is asked. */
    enum vota_status (*weigh)(void *context, const struct vota_store_attempt *priced,
                              struct vota_error *err);
    void *weigh_context;
};

/* Makes it an order for a transaction of `sender` that does nothing but use up the nonce. */
void vota_attempt_cancel(struct vota_attempt_order *order, const vota_addr *sender);

/*
 * Estimates, prices, weighs, signs and reads back what was signed. Appends the raw
 * bytes to wr and fills ret_attempt's nonce, raw (borrowed from wr), hash,
 * fees, gas and at_cap. CONFLICT "would-revert": the estimate of a first
 * attempt reverted: look at the chain before believing it. LIMIT "fee-cap-reached",
 * "gas-cap-reached", "spend-cap-reached" (where: fees.max_tx_eth),
 * "fee-waits": the cap is below what the next block asks. REMOTE: a provider,
 * or as vota_tx_signer_sign has it a signer elsewhere: nothing may be stored.
 */
VOTA_MUST_USE enum vota_status vota_attempt_sign(struct vota_store_attempt *ret_attempt,
                                                 struct vota_wr *wr,
                                                 const struct vota_attempt_order *order,
                                                 struct vota_error *err);

/* Whether no higher fees are allowed than an attempt's, under these limits. Pure. */
bool vota_attempt_is_last(const struct vota_store_attempt *attempt, enum vota_op_kind kind,
                          const struct vota_attempt_limits *limits);

/* Whether an attempt pays less than the next block asks. Pure. */
bool vota_attempt_is_low(const struct vota_store_attempt *attempt, uint64_t next_base_fee);

#endif
