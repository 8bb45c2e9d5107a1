/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of one outbox operation (a register opening, a batch, a result) from
 * the queue to finality: a table of states and events, and one pure function. It
 * decides; perform.c acts. It knows no database, no network and no clock.
 *
 *              sign             send                 in the journal        final
 *   QUEUED ──────────► SIGNED ────────► SENT ───────────────────► MINED ─────────► FINAL
 *     ▲                  ▲  bump, cancel │ ▲  resend                │
 *     │                  └───────────────┤ └────────────────────────┘ reorganised away
 *     │   nonce settled, did nothing     │
 *     └──────────────────────────────────┤
 *                                        └──► HALTED  a person decides: foreign nonce, cancelled,
 *                                                     reverted again and again
 *
 * Exactly once: every attempt of a round has the same nonce, so at most one is
 * mined; a new nonce is taken only when the old one was used up in a final
 * block and our entry is not in the journal, or when the contract no longer
 * takes anything from the key that signed; the contract's parent check lets
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

/* What a person asked for, by `tx`. */
enum vota_op_wish {
    VOTA_WISH_NONE,
    VOTA_WISH_BUMP,  /* higher fees now, whatever the timers say */
    VOTA_WISH_CANCEL /* use up the nonce with a transaction that does nothing */
};

/* What the outbox holds of an operation. Times are unix seconds. */
struct vota_anchor_op {
    enum vota_op_state state;
    enum vota_op_wish wish;
    uint32_t round;         /* nonces used up in vain before this one */
    uint64_t nonce;         /* of the current round; from SIGNED on */
    uint32_t attempts;      /* signed in the current round */
    uint64_t attempt_at;    /* when the newest attempt was signed */
    uint64_t attempt_block; /* latest block at that moment */
    uint64_t sent_at;       /* when the newest attempt was last handed out */
    bool at_cap;            /* its fees are the highest that the configuration allows */
    bool cancels;           /* it is a cancellation */
};

/* What became of the attempts of a round whose nonce is used up in a final block. */
enum vota_anchor_outcome {
    VOTA_OUTCOME_UNKNOWN = 0, /* not enough providers can say */
    VOTA_OUTCOME_REVERTED,    /* ours, and it did nothing: a twin or the owner came first */
    VOTA_OUTCOME_OUT_OF_GAS,  /* ours, and it used all the gas it had */
    VOTA_OUTCOME_CANCELLED,   /* our cancellation */
    VOTA_OUTCOME_IN_VAIN, /* ours, and it succeeded, enough providers say: yet nothing came of it */
    VOTA_OUTCOME_FOREIGN  /* enough providers agree that it was none of ours */
};

/* What the chain shows, each member verified against recomputed headers. */
struct vota_anchor_view {
    uint64_t now;
    uint64_t latest_block;
    uint64_t nonce_latest; /* transactions of the operation's sender up to the latest block */
    uint64_t nonce_final;  /* … up to the finalized block */
    bool in_journal;       /* our entry is below the proven head of the latest block */
    bool in_final;         /* … of the finalized block */
    bool stopped;          /* the network waits for a person: nothing is signed or sent */
    bool key_replaced;     /* finally, the contract takes nothing from the key that signed */
    bool others_open;      /* an earlier operation is not yet mined, or any other is in flight */
    bool fee_too_low;      /* the newest attempt pays less than the next block asks */
    bool refused_as_low;   /* nodes refused the newest attempt as underpriced */
    enum vota_anchor_outcome outcome; /* set when the nonce is finally used without our entry */
};

struct vota_anchor_policy {
    uint64_t resend_after; /* seconds between hand-outs of the same bytes */
    uint64_t bump_after;   /* seconds before the first bump; doubles up to bump_most */
    uint64_t bump_most;
    uint32_t attempts_most; /* afterwards the newest attempt is only sent again */
    uint32_t rounds_most;   /* nonces used up in vain before a person has to look */
    uint64_t stranger_wait; /* seconds that an unknown transaction of ours may take: two epochs */
};

extern const struct vota_anchor_policy vota_anchor_defaults;

/* What the view means for an operation. The first that applies, in this order. */
enum vota_anchor_event {
    VOTA_EVENT_FINAL,          /* our entry is in the finalized journal */
    VOTA_EVENT_MINED,          /* … in the latest journal */
    VOTA_EVENT_STOPPED,        /* a person has to decide about the network first */
    VOTA_EVENT_BLOCKED,        /* nothing signed, and not our turn */
    VOTA_EVENT_KEY_REPLACED,   /* nothing that our key signed can succeed any more */
    VOTA_EVENT_EARLIER_OPEN,   /* our nonce and an earlier one are unused */
    VOTA_EVENT_FREE,           /* nothing signed, or our nonce is the next */
    VOTA_EVENT_NONCE_USED,     /* somebody used our nonce, not yet finally */
    VOTA_EVENT_NONCE_UNKNOWN,  /* … finally, but who is not known yet */
    VOTA_EVENT_REVERTED,       /* we did, and it did nothing */
    VOTA_EVENT_OUT_OF_GAS,     /* we did, and it ran out of gas */
    VOTA_EVENT_REVERTS_REPEAT, /* … for the last time that the policy allows */
    VOTA_EVENT_CANCELLED,      /* we did, on a person's wish */
    VOTA_EVENT_IN_VAIN,        /* we did, with success, and nothing came of it */
    VOTA_EVENT_FOREIGN         /* somebody else did */
};
#define VOTA_EVENTS 15

enum vota_anchor_effect {
    VOTA_ANCHOR_MISSING = 0, /* no decision: no pair of the table may say so */
    VOTA_ANCHOR_NEVER,       /* the pair cannot arise; performed as WAIT */
    VOTA_ANCHOR_WAIT,
    VOTA_ANCHOR_SIGN,     /* take the nonce, name the head, store the bytes */
    VOTA_ANCHOR_SEND,     /* hand out the newest attempt's stored bytes */
    VOTA_ANCHOR_BUMP,     /* sign another attempt with higher fees, same everything else */
    VOTA_ANCHOR_CANCEL,   /* sign an attempt that does nothing, with the same nonce */
    VOTA_ANCHOR_MINE,     /* record the entry's number, block and time */
    VOTA_ANCHOR_FINALISE, /* store the evidence; nothing can undo it */
    VOTA_ANCHOR_UNMINE,   /* reorganised away: back to SENT, hand out at once */
    VOTA_ANCHOR_REQUEUE,  /* the nonce is settled and did nothing: a new round */
    VOTA_ANCHOR_HALT,     /* a person decides */
    VOTA_ANCHOR_FEED,     /* of the table only: SEND, BUMP, CANCEL or WAIT, by wishes and timers */
    VOTA_ANCHOR_KEEP      /* of the table only: SEND or WAIT, by the timer */
};
#define VOTA_ANCHOR_EFFECTS 14

/* Pure and total. */
enum vota_anchor_event vota_anchor_classify(const struct vota_anchor_op *op,
                                            const struct vota_anchor_view *view,
                                            const struct vota_anchor_policy *policy);

/* The table's word for a pair, FEED and KEEP not resolved. */
enum vota_anchor_effect vota_anchor_table(enum vota_op_state state, enum vota_anchor_event event);

/* The next thing to do for one operation: classify, look up, resolve. Pure and total. */
enum vota_anchor_effect vota_anchor_step(const struct vota_anchor_op *op,
                                         const struct vota_anchor_view *view,
                                         const struct vota_anchor_policy *policy);

/* Whether the diagram has an arrow for this effect in this state, and where it leads. */
bool vota_anchor_moves(enum vota_op_state *ret_next, enum vota_op_state state,
                       enum vota_anchor_effect effect);

/* The state after an effect was performed; aborts on a move that the diagram does not have. */
enum vota_op_state vota_anchor_next(enum vota_op_state state, enum vota_anchor_effect effect);

/* Seconds from the newest of `attempts` to the next bump when it pays too little. */
uint64_t vota_anchor_bump_interval(uint32_t attempts, const struct vota_anchor_policy *policy);

/* Why an event halts an operation: a code for the store. Assumes the table says HALT for it. */
const char *vota_anchor_halt_reason(enum vota_anchor_event event);

/* Static words for documents, logs and tests: "queued", "nonce-used", "sign". */
const char *vota_anchor_state_name(enum vota_op_state state);
const char *vota_anchor_event_name(enum vota_anchor_event event);
const char *vota_anchor_effect_name(enum vota_anchor_effect effect);

#endif
