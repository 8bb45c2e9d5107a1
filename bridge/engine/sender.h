/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hands of the outbox: looks at the chain, asks anchor.h what each
 * operation needs, and does it: stores first, acts afterwards. One process a
 * directory runs it (lock.h). What it cannot know this turn it leaves for the
 * next one.
 */
#ifndef VOTA_BRIDGE_ENGINE_SENDER_H
#define VOTA_BRIDGE_ENGINE_SENDER_H

#include "bridge/engine/attempt.h"
#include "bridge/engine/view.h"

#define VOTA_SENDER_REASON_MAX 63u

/* What happened, for a log or a progress display; borrowed until the call returns. */
struct vota_sender_event {
    const char *name; /* static: "signed", "sent", "bumped", "mined", "final", "requeued", "halted",
                         "reorganised", "held" */
    const struct vota_store_operation *operation; /* NULL: about the whole turn */
    const struct vota_store_attempt *attempt;     /* NULL: none concerned */
    const char *detail;                           /* static reason or answer class; NULL: none */
};

struct vota_sender {
    struct vota_store *store;
    int64_t network_id;
    const char *network_name;
    struct vota_provider *provider;   /* asked */
    struct vota_provider **broadcast; /* everybody who is handed signed bytes */
    size_t n_broadcast;
    struct vota_tx_signer *signer; /* the anchorer; NULL: watches, signs nothing */
    vota_addr sender;              /* its address */
    struct vota_attempt_limits limits;
    struct vota_anchor_policy policy;
    void (*on_event)(void *context, const struct vota_sender_event *event); /* NULL: none */
    void *context;
    int64_t refused_operation; /* whose newest attempt was refused as underpriced; 0: none */
};

/* How the outbox stands after a turn. */
struct vota_sender_turn {
    uint64_t unmined; /* operations queued, signed or sent */
    uint64_t unfinal; /* mined, not final */
    uint64_t halted;
    uint64_t latest_block, latest_time, final_block;
    struct vota_u256 balance;
    char held[VOTA_SENDER_REASON_MAX + 1]; /* why the next operation waits; empty: it does not */
};

/*
 * One turn. `now` is unix seconds. OK even when nothing moved; REMOTE when the
 * provider could not be read (the state of things is as before), store errors
 * otherwise.
 */
VOTA_MUST_USE enum vota_status vota_sender_turn(struct vota_sender_turn *ret_turn,
                                                struct vota_sender *sender, uint64_t now,
                                                struct vota_error *err);

#endif
