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
#include "bridge/store/store_stop.h"

#define VOTA_SENDER_REASON_MAX VOTA_STOP_REASON_MAX

/* Whose operations: sums of 1u << kind. Each key has nonces of its own. */
#define VOTA_SENDER_ANCHORER                                                                       \
    (1u << VOTA_OP_DEPLOY | 1u << VOTA_OP_REGISTER | 1u << VOTA_OP_BATCH | 1u << VOTA_OP_RESULT)
#define VOTA_SENDER_OWNER (1u << VOTA_OP_KEY | 1u << VOTA_OP_DISAVOW | 1u << VOTA_OP_SUCCEED)

/* What happened, for a log or a progress display; borrowed until the call returns. */
struct vota_sender_event {
    const char *name; /* static: "signed", "sent", "bumped", "cancelling", "mined", "final",
                         "requeued", "halted", "reorganised", "contradicted", "stopped", "held" */
    const struct vota_store_operation *operation; /* NULL: about the whole turn */
    const struct vota_store_attempt *attempt;     /* NULL: none concerned */
    const char *detail;                           /* static reason or answer class; NULL: none */
};

/* {0}, then the first block of members set; vota_sender_done in the end. */
struct vota_sender {
    struct vota_store *store;
    int64_t network_id;
    const char *network_name;
    struct vota_quorum *quorum;    /* asked, and handed signed bytes */
    struct vota_tx_signer *signer; /* NULL: watches, signs nothing */
    vota_addr address;             /* the signer's */
    unsigned kinds;                /* of operations that it performs: VOTA_SENDER_... */
    struct vota_attempt_limits limits;
    struct vota_anchor_policy policy;
    void (*on_event)(void *context, const struct vota_sender_event *event); /* NULL: none */
    void *context;
    /* the rest is kept from turn to turn by the sender itself */
    struct vota_view view;
    bool has_begun;
    bool has_placed;           /* the deployment's block, on the branch that is followed now */
    int64_t refused_operation; /* whose newest attempt was refused as underpriced; 0: none */
    uint64_t strange_since;    /* since when pools show a transaction of ours that we do not know */
};

void vota_sender_done(struct vota_sender *sender);

/* How the outbox stands after a turn. */
struct vota_sender_turn {
    uint64_t unmined; /* operations queued, signed or sent */
    uint64_t unfinal; /* mined, not final */
    uint64_t halted;
    uint64_t latest_block, latest_time, final_block;
    struct vota_u256 balance;              /* of the sender */
    struct vota_store_stop stop;           /* reason empty: none */
    char held[VOTA_SENDER_REASON_MAX + 1]; /* why the next operation waits; empty: it does not */
};

/*
 * One turn. `now` is unix seconds. OK even when nothing moved. REMOTE when not
 * enough providers agree or none could be read, CONFLICT "final-went-back" or
 * "other-code" when they agree on what cannot be: the state of things is as
 * before. Store errors otherwise.
 */
VOTA_MUST_USE enum vota_status vota_sender_turn(struct vota_sender_turn *ret_turn,
                                                struct vota_sender *sender, uint64_t now,
                                                struct vota_error *err);

#endif
