/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of one outbox operation (a register opening, a batch, a result) from
 * the queue to finality, as one pure function. It decides; sender.c acts. It
 * knows no database, no network and no clock.
 *
 *              sign             send                 in the journal        final
 *   QUEUED ──────────► SIGNED ────────► SENT ───────────────────► MINED ─────────► FINAL
 *     ▲                                 │ ▲  resend, bump           │
 *     │   reverted, nonce settled       │ └─────────────────────────┘ reorganised away
 *     └─────────────────────────────────┤
 *                                       └──► HALTED  nonce taken by somebody else: a person decides
 *
 * Exactly once: every attempt of a round has the same nonce, so at most one is
 * mined; a new nonce is taken only when the old one was used up in a final
 * block and our entry is not in the journal; the contract's parent check lets
 * even a mistake here do nothing but revert.
 */
#ifndef VOTA_BRIDGE_ENGINE_ANCHOR_H
#define VOTA_BRIDGE_ENGINE_ANCHOR_H

#include "proof/voteanchor.h"

enum vota_op_state {
    VOTA_OP_QUEUED, /* what to anchor is fixed; nothing is signed */
    VOTA_OP_SIGNED, /* signed bytes are stored; sending has not started */
    VOTA_OP_SENT,   /* sending has started; whatever a node answered is a hint */
    VOTA_OP_MINED,  /* the entry is in a proven journal, its block not yet final */
    VOTA_OP_FINAL,  /* the entry is under a proven head in a finalized block */
    VOTA_OP_HALTED  /* an invariant broke: only an operator's command goes on */
};
#define VOTA_OP_STATES 6

/* What the outbox holds of an operation. Times are unix seconds. */
struct vota_anchor_op {
    enum vota_op_state state;
    uint64_t nonce;         /* of the current round; from SIGNED on */
    uint32_t attempts;      /* signed in the current round */
    uint64_t attempt_at;    /* when the newest attempt was signed */
    uint64_t attempt_block; /* latest block at that moment */
    uint64_t sent_at;       /* when the newest attempt was last handed out */
    bool at_cap;            /* its fees are the highest that the configuration allows */
};

/* What the chain shows, each member verified against recomputed headers. */
struct vota_anchor_view {
    uint64_t now;
    uint64_t latest_block;
    uint64_t nonce_latest; /* transactions of the anchorer up to the latest block */
    uint64_t nonce_final;  /* … up to the finalized block */
    bool in_journal;       /* our entry is below the proven head of the latest block */
    bool in_final;         /* … of the finalized block */
    bool own_failed;       /* an attempt of this round is in a block, reverted */
    bool others_open;      /* an earlier operation is not yet mined, or any other is in flight */
    bool fee_too_low;      /* the newest attempt pays less than the next block asks */
    bool refused_as_low;   /* a node refused the newest attempt as underpriced */
};

struct vota_anchor_policy {
    uint64_t resend_after; /* seconds between hand-outs of the same bytes */
    uint64_t bump_after;   /* seconds before the first bump; doubles up to bump_most */
    uint64_t bump_most;
    uint32_t attempts_most; /* afterwards the newest attempt is only sent again */
};

extern const struct vota_anchor_policy vota_anchor_defaults;

enum vota_anchor_effect {
    VOTA_ANCHOR_WAIT,
    VOTA_ANCHOR_SIGN,     /* take the nonce, name the head, store the bytes */
    VOTA_ANCHOR_SEND,     /* hand out the newest attempt's stored bytes */
    VOTA_ANCHOR_BUMP,     /* sign another attempt with higher fees, same everything else */
    VOTA_ANCHOR_MINE,     /* record the entry's number, block and time */
    VOTA_ANCHOR_FINALISE, /* store the evidence; nothing can undo it */
    VOTA_ANCHOR_UNMINE,   /* reorganised away: back to SENT, hand out at once */
    VOTA_ANCHOR_REQUEUE,  /* the nonce is settled and did nothing: a new round */
    VOTA_ANCHOR_HALT      /* the nonce went to a transaction that is not ours */
};

/* The next thing to do for one operation. Pure and total: defined for every input. */
enum vota_anchor_effect vota_anchor_step(const struct vota_anchor_op *op,
                                         const struct vota_anchor_view *view,
                                         const struct vota_anchor_policy *policy);

/* The state after an effect was performed; aborts on a move that the diagram does not have. */
enum vota_op_state vota_anchor_next(enum vota_op_state state, enum vota_anchor_effect effect);

#endif
