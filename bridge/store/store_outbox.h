/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outbox: what is to be written on chain, in order, and every signed
 * attempt at it. The triggers keep what makes sending safe to repeat: signed
 * bytes never change or vanish, calldata, parent, sender and nonce are fixed as
 * long as signed bytes for them exist, no nonce belongs to two operations, only
 * one operation is signed while another is unmined, and final is final. Which
 * move to make is decided by engine/anchor.h.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_OUTBOX_H
#define VOTA_BRIDGE_STORE_STORE_OUTBOX_H

#include "bridge/engine/anchor.h"
#include "bridge/store/store.h"
#include "proof/entry.h"

enum vota_op_kind {
    VOTA_OP_DEPLOY = 0, /* the others are the entry kinds that they lead to */
    VOTA_OP_REGISTER = VOTA_ENTRY_REGISTER,
    VOTA_OP_BATCH = VOTA_ENTRY_BATCH,
    VOTA_OP_RESULT = VOTA_ENTRY_RESULT,
    VOTA_OP_KEY = VOTA_ENTRY_KEY,
    VOTA_OP_DISAVOW = VOTA_ENTRY_DISAVOWED,
    VOTA_OP_SUCCEED = VOTA_ENTRY_SUCCEEDED
};

/* One thing to write on chain. Slices are borrowed or owned as the function says. */
struct vota_store_operation {
    int64_t id; /* order in the outbox */
    int64_t network;
    enum vota_op_kind kind;
    int64_t reg;                 /* register or result: its row id, else 0 */
    int64_t batch;               /* batch: its row id, else 0 */
    struct vota_slice arguments; /* what the kind needs beside these; the engine's bytes */
    enum vota_op_state state;
    uint64_t created_at;
    uint32_t round; /* nonce generation, from 0 */
    bool assigned;  /* sender, nonce, parent, calldata are set */
    vota_addr sender;
    uint64_t nonce;
    vota_hash parent; /* zeros for a deployment */
    struct vota_slice calldata;
    bool entered;            /* the members below are set: state MINED or FINAL */
    struct vota_entry entry; /* all zero for a deployment but block and time */
    vota_hash head;          /* after the entry */
    vota_hash tx_hash;
    vota_hash block_hash;
    uint64_t gas_used;        /* 0: not known */
    uint64_t effective_price; /* wei; 0: not known */
    char reason[64];          /* why it halted, else empty */
    enum vota_op_wish wish;   /* what a person asked for, not done yet */
};

/* A copy that owns arguments and calldata: free it with vota_store_outbox_done. */
struct vota_store_operation_copy {
    struct vota_store_operation about;
    uint8_t *bytes;
};

void vota_store_outbox_done(struct vota_store_operation_copy *copy);

/* One signed transaction for an operation. Wei amounts above 2^63 - 1 are LIMIT. */
struct vota_store_attempt {
    int64_t id;
    int64_t operation;
    uint32_t round;
    uint32_t number; /* within the round, from 1 */
    uint64_t nonce;
    struct vota_slice raw; /* signed bytes, as sent */
    vota_hash tx_hash;
    uint64_t max_fee, tip; /* wei a gas */
    uint64_t gas_limit;
    uint64_t block; /* latest block when it was signed */
    bool at_cap;    /* its fees are the highest that the configuration allows */
    bool cancels;   /* nothing, sent to oneself: it only uses up the nonce */
    uint64_t created_at;
    uint64_t sent_at; /* last handed out; 0: never */
    enum vota_attempt_state {
        VOTA_ATTEMPT_SIGNED,
        VOTA_ATTEMPT_SENT,
        VOTA_ATTEMPT_MINED,    /* in a block, whether it did something or reverted */
        VOTA_ATTEMPT_REPLACED, /* a newer attempt was sent */
        VOTA_ATTEMPT_DROPPED   /* its nonce was settled without it */
    } state;
};

struct vota_store_attempt_copy {
    struct vota_store_attempt about;
    uint8_t *bytes;
};

void vota_store_attempt_done(struct vota_store_attempt_copy *copy);

/*
 * Queues an operation: network, kind, reg, batch, arguments and created_at are
 * read, the rest ignored. vota_store_batch_seal queues its batch itself.
 */
VOTA_MUST_USE enum vota_status vota_store_outbox_queue(int64_t *ret_id, struct vota_store *store,
                                                       const struct vota_store_operation *operation,
                                                       struct vota_error *err);

VOTA_MUST_USE enum vota_status vota_store_outbox_get(struct vota_store_operation_copy *ret_copy,
                                                     struct vota_store *store, int64_t id,
                                                     struct vota_error *err);

/* The first operation of a network that is not mined or final; NOT_FOUND when all is done. */
VOTA_MUST_USE enum vota_status vota_store_outbox_next(struct vota_store_operation_copy *ret_copy,
                                                      struct vota_store *store, int64_t network,
                                                      struct vota_error *err);

/*
 * Operations of a network whose state is in `states` (sum of 1u << state), in
 * order. The callback may not write through the same store.
 */
VOTA_MUST_USE enum vota_status vota_store_outbox_each(
    struct vota_store *store, int64_t network, unsigned states,
    enum vota_status (*each)(void *context, const struct vota_store_operation *operation),
    void *context, struct vota_error *err);

/* How many operations of a network are in each state. */
VOTA_MUST_USE enum vota_status vota_store_outbox_count(uint64_t ret_counts[VOTA_OP_STATES],
                                                       struct vota_store *store, int64_t network,
                                                       struct vota_error *err);

/*
 * Stores an attempt, fully signed, before it is sent. attempt->operation,
 * nonce, raw, tx_hash, fees, gas_limit, block, at_cap, cancels, created_at are
 * read; round and number are given by the store and returned with the id. A
 * wish to bump is fulfilled by it, and gone. With
 * `assign` (the first attempt of a round) it also fixes sender, parent and
 * calldata, and moves the operation from QUEUED to SIGNED; without (a bump), NULL.
 * CONFLICT "another-in-flight", "nonce-taken", "signed-fixed".
 */
struct vota_store_assign {
    vota_addr sender;
    vota_hash parent;
    struct vota_slice calldata;
};
VOTA_MUST_USE enum vota_status vota_store_outbox_sign(struct vota_store_attempt *ret_attempt,
                                                      struct vota_store *store,
                                                      const struct vota_store_assign *assign,
                                                      const struct vota_store_attempt *attempt,
                                                      struct vota_error *err);

/* The newest attempt of the operation's current round; NOT_FOUND before one is signed. */
VOTA_MUST_USE enum vota_status vota_store_outbox_newest(struct vota_store_attempt_copy *ret_copy,
                                                        struct vota_store *store, int64_t operation,
                                                        struct vota_error *err);

/* Every attempt at an operation, rounds and numbers ascending. */
VOTA_MUST_USE enum vota_status vota_store_outbox_attempts(
    struct vota_store *store, int64_t operation,
    enum vota_status (*each)(void *context, const struct vota_store_attempt *attempt),
    void *context, struct vota_error *err);

/* Sending of an attempt starts now: it becomes SENT, older ones of its round REPLACED, the
 * operation SENT. Commit before the bytes leave. */
VOTA_MUST_USE enum vota_status vota_store_outbox_sent(struct vota_store *store, int64_t attempt,
                                                      uint64_t now, struct vota_error *err);

/* What was mined for an operation. */
struct vota_store_mined {
    struct vota_entry entry;
    vota_hash head;
    vota_hash tx_hash; /* zeros if not known: the entry is proven, its transaction not found */
    vota_hash block_hash;
    uint64_t gas_used;
    uint64_t effective_price;
};

/*
 * SENT (or SIGNED, after a crash) to MINED. Marks the attempt with that
 * tx_hash; a register's opened_entry is set with it. May be repeated with other
 * values while MINED: the entry moved to another block.
 */
VOTA_MUST_USE enum vota_status vota_store_outbox_mined(struct vota_store *store, int64_t operation,
                                                       const struct vota_store_mined *mined,
                                                       struct vota_error *err);

/* MINED back to SENT: reorganised away. The newest attempt is SENT again. */
VOTA_MUST_USE enum vota_status vota_store_outbox_unmined(struct vota_store *store,
                                                         int64_t operation, struct vota_error *err);

/* MINED to FINAL, for ever. */
VOTA_MUST_USE enum vota_status vota_store_outbox_final(struct vota_store *store, int64_t operation,
                                                       struct vota_error *err);

/*
 * SENT (or HALTED, by an operator) to QUEUED with the next round: the nonce is
 * settled and did nothing. The old round's attempts become DROPPED, or MINED
 * for the one in `reverted` (NULL: none).
 */
VOTA_MUST_USE enum vota_status vota_store_outbox_requeue(struct vota_store *store,
                                                         int64_t operation,
                                                         const vota_hash *reverted,
                                                         struct vota_error *err);

/* Notes or takes back what a person wishes; CONFLICT "bad-move" unless signed bytes are out. */
VOTA_MUST_USE enum vota_status vota_store_outbox_wish(struct vota_store *store, int64_t operation,
                                                      enum vota_op_wish wish,
                                                      struct vota_error *err);

/* Stops an operation for a person to look at; the reason is a short static code. */
VOTA_MUST_USE enum vota_status vota_store_outbox_halt(struct vota_store *store, int64_t operation,
                                                      const char *reason, struct vota_error *err);

#endif
