/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what an operation needs next: see anchor.h for the diagram. Pure. */
#include "bridge/engine/anchor.h"

#include "proof/bytes.h"

const struct vota_anchor_policy vota_anchor_defaults = {
    .resend_after = 12, .bump_after = 60, .bump_most = 600, .attempts_most = 30};

/* What the view means for an operation. Later rows of the list presuppose the earlier ones fail. */
enum event {
    EVENT_FINAL,      /* our entry is in the finalized journal */
    EVENT_MINED,      /* … in the latest journal */
    EVENT_BLOCKED,    /* nothing signed, and not our turn */
    EVENT_FREE,       /* nothing signed, or our nonce is unused */
    EVENT_NONCE_USED, /* somebody used our nonce, not yet finally */
    EVENT_REVERTED,   /* we used our nonce, finally, and it did nothing */
    EVENT_FOREIGN,    /* somebody else used our nonce, finally */
    EVENTS
};

/* Composite effects, resolved by the timers. */
enum { FEED = VOTA_ANCHOR_HALT + 1 };

static const uint8_t transitions[VOTA_OP_STATES][EVENTS] = {
    [VOTA_OP_QUEUED] = {VOTA_ANCHOR_FINALISE, VOTA_ANCHOR_MINE, VOTA_ANCHOR_WAIT, VOTA_ANCHOR_SIGN},
    /* Never sent, but the bytes exist: they alone decide what becomes of their nonce. */
    [VOTA_OP_SIGNED] = {VOTA_ANCHOR_FINALISE, VOTA_ANCHOR_MINE, VOTA_ANCHOR_WAIT, VOTA_ANCHOR_SEND,
                        VOTA_ANCHOR_WAIT, VOTA_ANCHOR_REQUEUE, VOTA_ANCHOR_HALT},
    [VOTA_OP_SENT] = {VOTA_ANCHOR_FINALISE, VOTA_ANCHOR_MINE, VOTA_ANCHOR_WAIT, FEED,
                      VOTA_ANCHOR_WAIT, VOTA_ANCHOR_REQUEUE, VOTA_ANCHOR_HALT},
    /* MINE again: after a reorganisation the same entry may stand in another block. */
    [VOTA_OP_MINED] = {VOTA_ANCHOR_FINALISE, VOTA_ANCHOR_MINE, VOTA_ANCHOR_UNMINE,
                       VOTA_ANCHOR_UNMINE, VOTA_ANCHOR_UNMINE, VOTA_ANCHOR_UNMINE,
                       VOTA_ANCHOR_UNMINE},
    [VOTA_OP_FINAL] = {VOTA_ANCHOR_WAIT},
    [VOTA_OP_HALTED] = {VOTA_ANCHOR_WAIT},
};

static enum event classify(const struct vota_anchor_op *op, const struct vota_anchor_view *view)
{
    if (view->in_journal)
        return view->in_final ? EVENT_FINAL : EVENT_MINED;
    if (op->state == VOTA_OP_QUEUED)
        return view->others_open ? EVENT_BLOCKED : EVENT_FREE;
    if (view->nonce_latest <= op->nonce)
        return EVENT_FREE; /* even when the parent has moved: only the chain settles a nonce */
    if (view->nonce_final <= op->nonce)
        return EVENT_NONCE_USED;
    return view->own_failed ? EVENT_REVERTED : EVENT_FOREIGN;
}

/* 60, 120, 240, 480, 600, 600 … seconds at the defaults. */
static uint64_t bump_interval(uint32_t attempts, const struct vota_anchor_policy *policy)
{
    uint64_t interval = policy->bump_after;
    for (uint32_t i = 1; i < attempts && interval < policy->bump_most; i++)
        interval *= 2;
    return interval < policy->bump_most ? interval : policy->bump_most;
}

static bool bump_is_due(const struct vota_anchor_op *op, const struct vota_anchor_view *view,
                        const struct vota_anchor_policy *policy)
{
    if (op->at_cap || op->attempts >= policy->attempts_most)
        return false;
    if (view->refused_as_low)
        return true;
    /* A chain that stands still takes nothing, whatever it is offered. */
    const bool blocks_advance = view->latest_block > op->attempt_block;
    const bool waited = view->now >= op->attempt_at + bump_interval(op->attempts, policy);
    return view->fee_too_low && blocks_advance && waited;
}

/* Keeps a sent operation alive: pools forget, nodes accept and drop (CHAIN stories 22, 23). */
static enum vota_anchor_effect feed(const struct vota_anchor_op *op,
                                    const struct vota_anchor_view *view,
                                    const struct vota_anchor_policy *policy)
{
    if (bump_is_due(op, view, policy))
        return VOTA_ANCHOR_BUMP;
    if (view->now >= op->sent_at + policy->resend_after)
        return VOTA_ANCHOR_SEND;
    return VOTA_ANCHOR_WAIT;
}

enum vota_anchor_effect vota_anchor_step(const struct vota_anchor_op *op,
                                         const struct vota_anchor_view *view,
                                         const struct vota_anchor_policy *policy)
{
    VOTA_ASSERT((unsigned)op->state < VOTA_OP_STATES);
    const uint8_t effect = transitions[op->state][classify(op, view)];
    if (effect == FEED)
        return feed(op, view, policy);
    return (enum vota_anchor_effect)effect;
}

#define IN(state) (1u << (unsigned)VOTA_OP_##state)

/* In which states an effect may be performed, and the state it leaves. */
static const struct {
    unsigned from;
    enum vota_op_state to;
} moves[] = {
    [VOTA_ANCHOR_SIGN] = {IN(QUEUED), VOTA_OP_SIGNED},
    [VOTA_ANCHOR_SEND] = {IN(SIGNED) | IN(SENT), VOTA_OP_SENT},
    /* The new attempt is stored but not sent, which is what SIGNED means. */
    [VOTA_ANCHOR_BUMP] = {IN(SENT), VOTA_OP_SIGNED},
    [VOTA_ANCHOR_MINE] = {IN(QUEUED) | IN(SIGNED) | IN(SENT) | IN(MINED), VOTA_OP_MINED},
    [VOTA_ANCHOR_FINALISE] = {IN(QUEUED) | IN(SIGNED) | IN(SENT) | IN(MINED), VOTA_OP_FINAL},
    [VOTA_ANCHOR_UNMINE] = {IN(MINED), VOTA_OP_SENT},
    [VOTA_ANCHOR_REQUEUE] = {IN(SIGNED) | IN(SENT), VOTA_OP_QUEUED},
    [VOTA_ANCHOR_HALT] = {IN(SIGNED) | IN(SENT), VOTA_OP_HALTED},
};

enum vota_op_state vota_anchor_next(enum vota_op_state state, enum vota_anchor_effect effect)
{
    if (effect == VOTA_ANCHOR_WAIT)
        return state;
    VOTA_ASSERT((unsigned)effect < sizeof moves / sizeof moves[0]);
    VOTA_ASSERT((unsigned)state < VOTA_OP_STATES);
    VOTA_ASSERT((moves[effect].from & 1u << (unsigned)state) != 0);
    return moves[effect].to;
}
