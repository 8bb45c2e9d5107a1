/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what an operation needs next: see anchor.h for the diagram. Pure. */
#include "bridge/engine/anchor.h"

#include "proof/bytes.h"

const struct vota_anchor_policy vota_anchor_defaults = {.resend_after = 12,
                                                        .bump_after = 60,
                                                        .bump_most = 600,
                                                        .attempts_most = 30,
                                                        .rounds_most = 8,
                                                        .stranger_wait = 768};

#define EFFECT(name) VOTA_ANCHOR_##name
#define ON(event)    [VOTA_EVENT_##event]

/* One row a state; docs/ENGINE.md shows it as a table, and a test holds the two together. */
static const uint8_t transitions[VOTA_OP_STATES][VOTA_EVENTS] = {
    [VOTA_OP_QUEUED] = {ON(FINAL) = EFFECT(FINALISE), ON(MINED) = EFFECT(MINE),
                        ON(STOPPED) = EFFECT(WAIT), ON(BLOCKED) = EFFECT(WAIT),
                        ON(KEY_REPLACED) = EFFECT(NEVER), ON(EARLIER_OPEN) = EFFECT(NEVER),
                        ON(FREE) = EFFECT(SIGN), ON(NONCE_USED) = EFFECT(NEVER),
                        ON(NONCE_UNKNOWN) = EFFECT(NEVER), ON(REVERTED) = EFFECT(NEVER),
                        ON(OUT_OF_GAS) = EFFECT(NEVER), ON(REVERTS_REPEAT) = EFFECT(NEVER),
                        ON(CANCELLED) = EFFECT(NEVER), ON(IN_VAIN) = EFFECT(NEVER),
                        ON(FOREIGN) = EFFECT(NEVER)},
    /* Never sent, but the bytes exist: they alone decide what becomes of their nonce. */
    [VOTA_OP_SIGNED] = {ON(FINAL) = EFFECT(FINALISE), ON(MINED) = EFFECT(MINE),
                        ON(STOPPED) = EFFECT(WAIT), ON(BLOCKED) = EFFECT(NEVER),
                        ON(KEY_REPLACED) = EFFECT(REQUEUE), ON(EARLIER_OPEN) = EFFECT(SEND),
                        ON(FREE) = EFFECT(SEND), ON(NONCE_USED) = EFFECT(WAIT),
                        ON(NONCE_UNKNOWN) = EFFECT(WAIT), ON(REVERTED) = EFFECT(REQUEUE),
                        ON(OUT_OF_GAS) = EFFECT(REQUEUE), ON(REVERTS_REPEAT) = EFFECT(HALT),
                        ON(CANCELLED) = EFFECT(HALT), ON(IN_VAIN) = EFFECT(HALT),
                        ON(FOREIGN) = EFFECT(HALT)},
    [VOTA_OP_SENT] = {ON(FINAL) = EFFECT(FINALISE), ON(MINED) = EFFECT(MINE),
                      ON(STOPPED) = EFFECT(WAIT), ON(BLOCKED) = EFFECT(NEVER),
                      ON(KEY_REPLACED) = EFFECT(REQUEUE), ON(EARLIER_OPEN) = EFFECT(KEEP),
                      ON(FREE) = EFFECT(FEED), ON(NONCE_USED) = EFFECT(WAIT),
                      ON(NONCE_UNKNOWN) = EFFECT(WAIT), ON(REVERTED) = EFFECT(REQUEUE),
                      ON(OUT_OF_GAS) = EFFECT(REQUEUE), ON(REVERTS_REPEAT) = EFFECT(HALT),
                      ON(CANCELLED) = EFFECT(HALT), ON(IN_VAIN) = EFFECT(HALT),
                      ON(FOREIGN) = EFFECT(HALT)},
    /* MINE again: after a reorganisation the same entry may stand in another block. */
    [VOTA_OP_MINED] = {ON(FINAL) = EFFECT(FINALISE), ON(MINED) = EFFECT(MINE),
                       ON(STOPPED) = EFFECT(UNMINE), ON(BLOCKED) = EFFECT(NEVER),
                       ON(KEY_REPLACED) = EFFECT(UNMINE), ON(EARLIER_OPEN) = EFFECT(UNMINE),
                       ON(FREE) = EFFECT(UNMINE), ON(NONCE_USED) = EFFECT(UNMINE),
                       ON(NONCE_UNKNOWN) = EFFECT(UNMINE), ON(REVERTED) = EFFECT(UNMINE),
                       ON(OUT_OF_GAS) = EFFECT(UNMINE), ON(REVERTS_REPEAT) = EFFECT(UNMINE),
                       ON(CANCELLED) = EFFECT(UNMINE), ON(IN_VAIN) = EFFECT(UNMINE),
                       ON(FOREIGN) = EFFECT(UNMINE)},
    /* A finalized head that no longer holds it is refused before it gets here (quorum.h). */
    [VOTA_OP_FINAL] = {ON(FINAL) = EFFECT(WAIT), ON(MINED) = EFFECT(WAIT),
                       ON(STOPPED) = EFFECT(WAIT), ON(BLOCKED) = EFFECT(NEVER),
                       ON(KEY_REPLACED) = EFFECT(WAIT), ON(EARLIER_OPEN) = EFFECT(WAIT),
                       ON(FREE) = EFFECT(WAIT), ON(NONCE_USED) = EFFECT(WAIT),
                       ON(NONCE_UNKNOWN) = EFFECT(WAIT), ON(REVERTED) = EFFECT(WAIT),
                       ON(OUT_OF_GAS) = EFFECT(WAIT), ON(REVERTS_REPEAT) = EFFECT(WAIT),
                       ON(CANCELLED) = EFFECT(WAIT), ON(IN_VAIN) = EFFECT(WAIT),
                       ON(FOREIGN) = EFFECT(WAIT)},
    /* An entry that turns up after all answers the question by itself. */
    [VOTA_OP_HALTED] = {ON(FINAL) = EFFECT(FINALISE), ON(MINED) = EFFECT(MINE),
                        ON(STOPPED) = EFFECT(WAIT), ON(BLOCKED) = EFFECT(NEVER),
                        ON(KEY_REPLACED) = EFFECT(WAIT), ON(EARLIER_OPEN) = EFFECT(WAIT),
                        ON(FREE) = EFFECT(WAIT), ON(NONCE_USED) = EFFECT(WAIT),
                        ON(NONCE_UNKNOWN) = EFFECT(WAIT), ON(REVERTED) = EFFECT(WAIT),
                        ON(OUT_OF_GAS) = EFFECT(WAIT), ON(REVERTS_REPEAT) = EFFECT(WAIT),
                        ON(CANCELLED) = EFFECT(WAIT), ON(IN_VAIN) = EFFECT(WAIT),
                        ON(FOREIGN) = EFFECT(WAIT)},
};

/* Our nonce was used up in a final block, and our entry is not in the journal. */
static enum vota_anchor_event settle(const struct vota_anchor_op *op,
                                     const struct vota_anchor_view *view,
                                     const struct vota_anchor_policy *policy)
{
    switch (view->outcome) {
    case VOTA_OUTCOME_UNKNOWN:
        return VOTA_EVENT_NONCE_UNKNOWN;
    case VOTA_OUTCOME_REVERTED:
    case VOTA_OUTCOME_OUT_OF_GAS:
        if (op->round + 1 >= policy->rounds_most)
            return VOTA_EVENT_REVERTS_REPEAT;
        return view->outcome == VOTA_OUTCOME_REVERTED ? VOTA_EVENT_REVERTED : VOTA_EVENT_OUT_OF_GAS;
    case VOTA_OUTCOME_CANCELLED:
        return VOTA_EVENT_CANCELLED;
    case VOTA_OUTCOME_IN_VAIN:
        return VOTA_EVENT_IN_VAIN;
    case VOTA_OUTCOME_FOREIGN:
        return VOTA_EVENT_FOREIGN;
    }
    VOTA_ASSERT(false);
    return VOTA_EVENT_NONCE_UNKNOWN;
}

enum vota_anchor_event vota_anchor_classify(const struct vota_anchor_op *op,
                                            const struct vota_anchor_view *view,
                                            const struct vota_anchor_policy *policy)
{
    if (view->in_journal)
        return view->in_final ? VOTA_EVENT_FINAL : VOTA_EVENT_MINED;
    if (view->stopped)
        return VOTA_EVENT_STOPPED;
    if (op->state == VOTA_OP_QUEUED)
        return view->others_open ? VOTA_EVENT_BLOCKED : VOTA_EVENT_FREE;
    if (view->nonce_final > op->nonce)
        return settle(op, view, policy);
    if (view->key_replaced)
        return VOTA_EVENT_KEY_REPLACED;
    if (view->nonce_latest < op->nonce)
        return VOTA_EVENT_EARLIER_OPEN;
    /* Even when the parent has moved: only the chain settles a nonce. */
    return view->nonce_latest == op->nonce ? VOTA_EVENT_FREE : VOTA_EVENT_NONCE_USED;
}

/* 60, 120, 240, 480, 600, 600 … seconds at the defaults. */
uint64_t vota_anchor_bump_interval(uint32_t attempts, const struct vota_anchor_policy *policy)
{
    uint64_t interval = policy->bump_after;
    for (uint32_t i = 1; i < attempts && interval < policy->bump_most; i++)
        interval *= 2;
    return interval < policy->bump_most ? interval : policy->bump_most;
}

/* A clock that was set back must not keep anything waiting for as long as that. */
static bool has_passed(uint64_t now, uint64_t since, uint64_t seconds)
{
    return now < since || now - since >= seconds;
}

static bool bump_is_due(const struct vota_anchor_op *op, const struct vota_anchor_view *view,
                        const struct vota_anchor_policy *policy)
{
    if (op->at_cap)
        return false;
    if (op->wish == VOTA_WISH_BUMP)
        return true;
    if (op->attempts >= policy->attempts_most)
        return false;
    if (view->refused_as_low)
        return true;
    /* A chain that stands still takes nothing, whatever it is offered. */
    const bool blocks_advance = view->latest_block > op->attempt_block;
    const bool waited =
        has_passed(view->now, op->attempt_at, vota_anchor_bump_interval(op->attempts, policy));
    /* It offers enough by the rules, and nobody takes it: others tip more. */
    const bool is_ignored =
        view->now >= op->attempt_at && view->now - op->attempt_at >= policy->bump_most;
    return blocks_advance && ((view->fee_too_low && waited) || is_ignored);
}

/* Pools forget, nodes accept and drop (CHAIN stories 22, 23): the same bytes again. */
static enum vota_anchor_effect keep(const struct vota_anchor_op *op,
                                    const struct vota_anchor_view *view,
                                    const struct vota_anchor_policy *policy)
{
    return has_passed(view->now, op->sent_at, policy->resend_after) ? VOTA_ANCHOR_SEND
                                                                    : VOTA_ANCHOR_WAIT;
}

/* A cancellation is bumped as what it is, never back into what it cancels (CHAIN story 6). */
static enum vota_anchor_effect feed(const struct vota_anchor_op *op,
                                    const struct vota_anchor_view *view,
                                    const struct vota_anchor_policy *policy)
{
    if (op->wish == VOTA_WISH_CANCEL && !op->cancels && !op->at_cap)
        return VOTA_ANCHOR_CANCEL;
    if (bump_is_due(op, view, policy))
        return op->cancels ? VOTA_ANCHOR_CANCEL : VOTA_ANCHOR_BUMP;
    return keep(op, view, policy);
}

enum vota_anchor_effect vota_anchor_table(enum vota_op_state state, enum vota_anchor_event event)
{
    VOTA_ASSERT((unsigned)state < VOTA_OP_STATES && (unsigned)event < VOTA_EVENTS);
    return (enum vota_anchor_effect)transitions[state][event];
}

enum vota_anchor_effect vota_anchor_step(const struct vota_anchor_op *op,
                                         const struct vota_anchor_view *view,
                                         const struct vota_anchor_policy *policy)
{
    const enum vota_anchor_event event = vota_anchor_classify(op, view, policy);
    const enum vota_anchor_effect effect = vota_anchor_table(op->state, event);
    VOTA_ASSERT(effect != VOTA_ANCHOR_MISSING);
    if (effect == VOTA_ANCHOR_FEED)
        return feed(op, view, policy);
    if (effect == VOTA_ANCHOR_KEEP)
        return keep(op, view, policy);
    return effect == VOTA_ANCHOR_NEVER ? VOTA_ANCHOR_WAIT : effect;
}

#define IN(state) (1u << (unsigned)VOTA_OP_##state)

/* In which states an effect may be performed, and the state it leaves. */
static const struct {
    unsigned from;
    enum vota_op_state to;
} moves[VOTA_ANCHOR_EFFECTS] = {
    [VOTA_ANCHOR_SIGN] = {IN(QUEUED), VOTA_OP_SIGNED},
    [VOTA_ANCHOR_SEND] = {IN(SIGNED) | IN(SENT), VOTA_OP_SENT},
    /* The new attempt is stored but not sent, which is what SIGNED means. */
    [VOTA_ANCHOR_BUMP] = {IN(SENT), VOTA_OP_SIGNED},
    [VOTA_ANCHOR_CANCEL] = {IN(SENT), VOTA_OP_SIGNED},
    [VOTA_ANCHOR_MINE] = {IN(QUEUED) | IN(SIGNED) | IN(SENT) | IN(MINED) | IN(HALTED),
                          VOTA_OP_MINED},
    [VOTA_ANCHOR_FINALISE] = {IN(QUEUED) | IN(SIGNED) | IN(SENT) | IN(MINED) | IN(HALTED),
                              VOTA_OP_FINAL},
    [VOTA_ANCHOR_UNMINE] = {IN(MINED), VOTA_OP_SENT},
    [VOTA_ANCHOR_REQUEUE] = {IN(SIGNED) | IN(SENT), VOTA_OP_QUEUED},
    [VOTA_ANCHOR_HALT] = {IN(SIGNED) | IN(SENT), VOTA_OP_HALTED},
};

bool vota_anchor_moves(enum vota_op_state *ret_next, enum vota_op_state state,
                       enum vota_anchor_effect effect)
{
    VOTA_ASSERT((unsigned)effect < VOTA_ANCHOR_EFFECTS && (unsigned)state < VOTA_OP_STATES);
    if ((moves[effect].from & 1u << (unsigned)state) == 0)
        return false;
    *ret_next = moves[effect].to;
    return true;
}

enum vota_op_state vota_anchor_next(enum vota_op_state state, enum vota_anchor_effect effect)
{
    enum vota_op_state next = state;
    if (effect != VOTA_ANCHOR_WAIT)
        VOTA_ASSERT(vota_anchor_moves(&next, state, effect));
    return next;
}

const char *vota_anchor_halt_reason(enum vota_anchor_event event)
{
    static const char *const reasons[VOTA_EVENTS] = {
        ON(REVERTS_REPEAT) = "reverts-repeat", ON(CANCELLED) = "cancelled",
        ON(IN_VAIN) = "paid-in-vain", ON(FOREIGN) = "foreign-nonce"};
    VOTA_ASSERT((unsigned)event < VOTA_EVENTS && reasons[event] != NULL);
    return reasons[event];
}

/* ---- words ---- */

static const char *const states[VOTA_OP_STATES] = {
    [VOTA_OP_QUEUED] = "queued", [VOTA_OP_SIGNED] = "signed", [VOTA_OP_SENT] = "sent",
    [VOTA_OP_MINED] = "mined",   [VOTA_OP_FINAL] = "final",   [VOTA_OP_HALTED] = "halted"};

static const char *const events[VOTA_EVENTS] = {ON(FINAL) = "final",
                                                ON(MINED) = "mined",
                                                ON(STOPPED) = "stopped",
                                                ON(BLOCKED) = "blocked",
                                                ON(KEY_REPLACED) = "key-replaced",
                                                ON(EARLIER_OPEN) = "earlier-open",
                                                ON(FREE) = "free",
                                                ON(NONCE_USED) = "nonce-used",
                                                ON(NONCE_UNKNOWN) = "nonce-unknown",
                                                ON(REVERTED) = "reverted",
                                                ON(OUT_OF_GAS) = "out-of-gas",
                                                ON(REVERTS_REPEAT) = "reverts-repeat",
                                                ON(CANCELLED) = "cancelled",
                                                ON(IN_VAIN) = "in-vain",
                                                ON(FOREIGN) = "foreign"};

static const char *const effects[VOTA_ANCHOR_EFFECTS] = {
    [VOTA_ANCHOR_MISSING] = "missing",   [VOTA_ANCHOR_NEVER] = "never",
    [VOTA_ANCHOR_WAIT] = "wait",         [VOTA_ANCHOR_SIGN] = "sign",
    [VOTA_ANCHOR_SEND] = "send",         [VOTA_ANCHOR_BUMP] = "bump",
    [VOTA_ANCHOR_CANCEL] = "cancel",     [VOTA_ANCHOR_MINE] = "mine",
    [VOTA_ANCHOR_FINALISE] = "finalise", [VOTA_ANCHOR_UNMINE] = "unmine",
    [VOTA_ANCHOR_REQUEUE] = "requeue",   [VOTA_ANCHOR_HALT] = "halt",
    [VOTA_ANCHOR_FEED] = "feed",         [VOTA_ANCHOR_KEEP] = "keep"};

const char *vota_anchor_state_name(enum vota_op_state state)
{
    VOTA_ASSERT((unsigned)state < VOTA_OP_STATES);
    return states[state];
}

const char *vota_anchor_event_name(enum vota_anchor_event event)
{
    VOTA_ASSERT((unsigned)event < VOTA_EVENTS);
    return events[event];
}

const char *vota_anchor_effect_name(enum vota_anchor_effect effect)
{
    VOTA_ASSERT((unsigned)effect < VOTA_ANCHOR_EFFECTS);
    return effects[effect];
}
