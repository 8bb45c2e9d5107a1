/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What transactions cost: of each attempt that was seen in a block, whether it
 * wrote an entry, cancelled or reverted; and of those still under way the worst
 * they can cost. Sums saturate at UINT64_MAX wei (18 ETH). Must not judge.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_SPEND_H
#define VOTA_BRIDGE_STORE_STORE_SPEND_H

#include "bridge/store/store_outbox.h"

/* Kinds as a sum of bits, for sums over one sender's operations. */
#define VOTA_SPEND_KIND(kind) (1u << (unsigned)(kind))
#define VOTA_SPEND_ANCHORER                                                                        \
    (VOTA_SPEND_KIND(VOTA_OP_REGISTER) | VOTA_SPEND_KIND(VOTA_OP_BATCH) |                          \
     VOTA_SPEND_KIND(VOTA_OP_RESULT))
#define VOTA_SPEND_OWNER                                                                           \
    (VOTA_SPEND_KIND(VOTA_OP_KEY) | VOTA_SPEND_KIND(VOTA_OP_DISAVOW) |                             \
     VOTA_SPEND_KIND(VOTA_OP_SUCCEED))
#define VOTA_SPEND_DEPLOY VOTA_SPEND_KIND(VOTA_OP_DEPLOY)

/* What a block says of an attempt in it. */
struct vota_store_cost {
    vota_hash tx_hash;
    uint64_t gas_used;        /* 0: not known */
    uint64_t effective_price; /* wei a gas; 0: not known */
    uint64_t settled_at;      /* the block's time */
};

/*
 * An attempt of the operation's current round is in a block. What no such
 * transaction can have cost (more gas than its limit, a price over its max fee
 * or under its tip, less gas than any transaction takes) is taken as not known,
 * and then counts as gas limit times max fee. OK also when no attempt of the
 * round has that hash. vota_store_outbox_mined calls it; before
 * vota_store_outbox_requeue the caller does, for the reverted or cancelling one.
 */
VOTA_MUST_USE enum vota_status vota_store_spend_settle(struct vota_store *store, int64_t operation,
                                                       const struct vota_store_cost *cost,
                                                       struct vota_error *err);

/*
 * The attempt of the operation's current round that was in a block is not there
 * any more: reorganised away (taken NULL), or in favour of the attempt `taken`.
 * Where `taken` is none of the operation's attempts, what was paid stays paid:
 * somebody else wrote the entry beside it.
 */
VOTA_MUST_USE enum vota_status vota_store_spend_unsettle(struct vota_store *store,
                                                         int64_t operation, const vota_hash *taken,
                                                         struct vota_error *err);

struct vota_store_spent {
    uint64_t paid; /* wei, of what blocks since then hold */
    uint64_t open; /* wei, the most that operations under way can still cost */
};

/*
 * What operations of these kinds cost in blocks after `since`, and what those
 * under way may: of a round, whose attempts share a nonce, only the dearest.
 * `except` (0: none) is an operation under way left out of `open`: the one that
 * another attempt is weighed for, whose cost replaces its.
 */
struct vota_store_spend_question {
    int64_t network;
    unsigned kinds;
    uint64_t since;
    int64_t except;
};
VOTA_MUST_USE enum vota_status
vota_store_spend_sum(struct vota_store_spent *ret_spent, struct vota_store *store,
                     const struct vota_store_spend_question *question, struct vota_error *err);

/* One transaction that was paid for. */
struct vota_store_payment {
    enum vota_op_kind kind;
    uint64_t gas_used;        /* 0: not known */
    uint64_t effective_price; /* 0: not known */
    uint64_t wei;             /* the worst case where the two are not known */
    uint64_t settled_at;
};

/* Every payment of a network after `since`, in no particular order. */
VOTA_MUST_USE enum vota_status vota_store_spend_each(
    struct vota_store *store, int64_t network, uint64_t since,
    enum vota_status (*each)(void *context, const struct vota_store_payment *payment),
    void *context, struct vota_error *err);

/*
 * The gas limit of the operation's dearest attempt that used all its gas, which
 * is what running out of it looks like; 0: none did.
 */
VOTA_MUST_USE enum vota_status vota_store_spend_ran_out(uint64_t *ret_gas_limit,
                                                        struct vota_store *store, int64_t operation,
                                                        struct vota_error *err);

#endif
