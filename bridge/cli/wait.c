/* SPDX-License-Identifier: Apache-2.0 */
/* See wait.h. */
#include "bridge/cli/wait.h"

#include "proof/bytes.h"

static const struct {
    const char *name, *text;
} names[VOTA_WAITS] = {
    [VOTA_WAIT_FOR_NOTHING] = {"nothing", "wait.nothing"},
    [VOTA_WAIT_FOR_PERSON] = {"person", "wait.person"},
    [VOTA_WAIT_FOR_STOP] = {"stop", "wait.stop"},
    [VOTA_WAIT_FOR_FINALITY] = {"finality", "wait.finality"},
    [VOTA_WAIT_FOR_STALL] = {"stall", "wait.stall"},
    [VOTA_WAIT_FOR_HALTED] = {"halted", "wait.halted"},
    [VOTA_WAIT_FOR_EARLIER] = {"earlier", "wait.earlier"},
    [VOTA_WAIT_FOR_LOOK] = {"look", "wait.look"},
    [VOTA_WAIT_FOR_OPENING] = {"closed", "wait.closed"},
    [VOTA_WAIT_FOR_KEY] = {"key", "wait.key"},
    [VOTA_WAIT_FOR_FUNDS] = {"funds", "wait.funds"},
    [VOTA_WAIT_FOR_FEES] = {"fees", "wait.fees"},
    [VOTA_WAIT_FOR_SENDER] = {"sender", "wait.sender"},
    [VOTA_WAIT_FOR_TURN] = {"turn", "wait.turn"},
    [VOTA_WAIT_FOR_CAP] = {"cap", "wait.cap"},
    [VOTA_WAIT_FOR_BUMP] = {"bump", "wait.bump"},
    [VOTA_WAIT_FOR_BLOCK] = {"block", "wait.block"},
    [VOTA_WAIT_FOR_NONCE] = {"nonce", "wait.nonce"},
};

const char *vota_wait_name(enum vota_wait_why why)
{
    VOTA_ASSERT((unsigned)why < VOTA_WAITS);
    return names[why].name;
}

const char *vota_wait_text(enum vota_wait_why why)
{
    VOTA_ASSERT((unsigned)why < VOTA_WAITS);
    return names[why].text;
}

/* Nothing signed yet: what stands between it and its first signature. */
static enum vota_wait_why before_signing(const struct vota_wait_facts *facts)
{
    if (facts->short_of_funds)
        return VOTA_WAIT_FOR_FUNDS;
    if (facts->next_base_fee > facts->fee_max)
        return VOTA_WAIT_FOR_FEES;
    return facts->sender_runs ? VOTA_WAIT_FOR_TURN : VOTA_WAIT_FOR_SENDER;
}

/* Signed bytes are out, or about to be. */
static enum vota_wait_why under_way(const struct vota_wait_facts *facts)
{
    const bool low =
        facts->max_fee < facts->next_base_fee || facts->max_fee - facts->next_base_fee < facts->tip;
    if (facts->nonce_latest > facts->op.nonce)
        return VOTA_WAIT_FOR_NONCE;
    if (!facts->sender_runs && (low || facts->op.state == VOTA_OP_SIGNED))
        return VOTA_WAIT_FOR_SENDER;
    if (low)
        return facts->op.at_cap ? VOTA_WAIT_FOR_CAP : VOTA_WAIT_FOR_BUMP;
    return VOTA_WAIT_FOR_BLOCK;
}

enum vota_wait_why vota_wait_classify(const struct vota_wait_facts *facts)
{
    const enum vota_op_state state = facts->op.state;
    if (state == VOTA_OP_FINAL)
        return VOTA_WAIT_FOR_NOTHING;
    if (state == VOTA_OP_HALTED)
        return VOTA_WAIT_FOR_PERSON;
    if (state == VOTA_OP_MINED)
        return facts->reached && facts->final_lags ? VOTA_WAIT_FOR_STALL : VOTA_WAIT_FOR_FINALITY;
    if (facts->stopped)
        return VOTA_WAIT_FOR_STOP;
    if (facts->earlier_halted)
        return VOTA_WAIT_FOR_HALTED;
    if (facts->earlier_open)
        return VOTA_WAIT_FOR_EARLIER;
    if (!facts->reached)
        return VOTA_WAIT_FOR_LOOK;
    if (facts->closed)
        return VOTA_WAIT_FOR_OPENING;
    if (facts->key_differs)
        return VOTA_WAIT_FOR_KEY;
    return state == VOTA_OP_QUEUED ? before_signing(facts) : under_way(facts);
}

uint64_t vota_wait_bump_at(const struct vota_anchor_op *op, const struct vota_anchor_policy *policy,
                           enum vota_wait_why why)
{
    if (op->at_cap || op->attempts == 0 || op->attempts >= policy->attempts_most)
        return 0;
    /* What pays enough is raised in the end as well, if nobody takes it. */
    return op->attempt_at + (why == VOTA_WAIT_FOR_BUMP
                                 ? vota_anchor_bump_interval(op->attempts, policy)
                                 : policy->bump_most);
}
