/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out what anchor.h decides: see perform.h. Every effect commits what
 * it is about to do before it does it, so that a crash between the two finds
 * the same bytes again.
 */
#include "bridge/engine/perform_parts.h"

/*
 * What it cost, when k providers say the same: one that makes it cheap would
 * lift the day's limit. Not known, it counts with the most that was offered.
 */
static void describe_cost(struct vota_store_mined *mined, const struct vota_step *step)
{
    struct vota_told told;
    if (vota_hash_is_zero(&mined->tx_hash) ||
        !vota_told_of(&told, step->turn->sender->quorum, &mined->tx_hash))
        return;
    if (vota_hash_is_zero(&mined->block_hash))
        mined->block_hash = told.block_hash;
    mined->gas_used = told.gas_used;
    mined->effective_price = told.price;
}

/* The entry's place, and what it cost. */
static void describe_mined(struct vota_store_mined *ret_mined, const struct vota_step *step)
{
    *ret_mined = (struct vota_store_mined){0};
    if (step->entry != NULL) {
        ret_mined->entry = step->entry->entry;
        ret_mined->head = step->entry->head;
        ret_mined->tx_hash = step->entry->tx_hash;
        ret_mined->block_hash = step->entry->block_hash;
    } else {
        ret_mined->entry.block = step->turn->network.deploy_block;
        ret_mined->entry.time = step->turn->network.deploy_time;
        ret_mined->tx_hash = step->turn->network.deploy_tx;
    }
    describe_cost(ret_mined, step);
}

static bool is_recorded(const struct vota_step *step)
{
    const struct vota_store_operation *operation = &step->copy.about;
    if (step->entry == NULL) /* a deployment */
        return operation->state == VOTA_OP_MINED &&
               operation->entry.block == step->turn->network.deploy_block;
    return operation->entered && (operation->entry.number == step->entry->entry.number &&
                                  vota_hash_equal(&operation->head, &step->entry->head));
}

static enum vota_status do_mine(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    struct vota_store_mined mined;
    if (is_recorded(step))
        return VOTA_OK;
    describe_mined(&mined, step);
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_mined(store, step->copy.about.id, &mined, err);
    status = vota_perform_end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_MINED;
    if (step->turn->sender->refused_operation == step->copy.about.id)
        step->turn->sender->refused_operation = 0;
    vota_perform_tell(step, "mined", NULL);
    return VOTA_OK;
}

static enum vota_status do_finalise(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = do_mine(step, err);
    if (status != VOTA_OK)
        return status;
    status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_final(store, step->copy.about.id, err);
    status = vota_perform_end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_FINAL;
    vota_perform_tell(step, "final", NULL);
    return VOTA_OK;
}

static enum vota_status do_unmine(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_unmined(store, step->copy.about.id, err);
    status = vota_perform_end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_SENT;
    vota_perform_tell(step, "reorganised", NULL);
    return VOTA_OK;
}

static enum vota_status do_requeue(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_perform_settle_cost(step, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_requeue(store, step->copy.about.id, &step->settled, err);
    status = vota_perform_end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_QUEUED;
    vota_perform_tell(step, "requeued", NULL);
    return VOTA_OK;
}

/* What cannot be replaced now (a limit, a provider, a missing key) is still kept alive. */
static enum vota_status replace_or_keep(struct vota_step *step, bool cancels,
                                        struct vota_error *err)
{
    const struct vota_turn *turn = step->turn;
    const enum vota_status status = vota_perform_replace(step, cancels, err);
    if (status != VOTA_OK || step->open->state == VOTA_OP_SIGNED ||
        turn->now < step->newest.about.sent_at + turn->sender->policy.resend_after)
        return status;
    return vota_perform_send(step, err);
}

static enum vota_status perform(struct vota_step *step, enum vota_anchor_effect effect,
                                enum vota_anchor_event event, struct vota_error *err)
{
    switch (effect) {
    case VOTA_ANCHOR_WAIT:
        return VOTA_OK;
    case VOTA_ANCHOR_SIGN:
        return vota_perform_sign(step, err);
    case VOTA_ANCHOR_SEND:
        return vota_perform_send(step, err);
    case VOTA_ANCHOR_BUMP:
        return replace_or_keep(step, false, err);
    case VOTA_ANCHOR_CANCEL:
        return replace_or_keep(step, true, err);
    case VOTA_ANCHOR_MINE:
        return do_mine(step, err);
    case VOTA_ANCHOR_FINALISE:
        return do_finalise(step, err);
    case VOTA_ANCHOR_UNMINE:
        return do_unmine(step, err);
    case VOTA_ANCHOR_REQUEUE:
        return do_requeue(step, err);
    case VOTA_ANCHOR_HALT:
        return vota_perform_halt(step, vota_anchor_halt_reason(event), err);
    case VOTA_ANCHOR_MISSING: /* the others are of the table only */
    case VOTA_ANCHOR_NEVER:
    case VOTA_ANCHOR_FEED:
    case VOTA_ANCHOR_KEEP:
        break;
    }
    VOTA_ASSERT(false);
    return VOTA_INTERNAL;
}

/* One decision and its effect; again at once when signing made bytes that can be sent. */
static enum vota_status step_once(struct vota_turn *turn, size_t index, struct vota_error *err)
{
    struct vota_step step = {.turn = turn, .open = &turn->open[index]};
    const struct vota_anchor_policy *policy = &turn->sender->policy;
    enum vota_status status = vota_step_read(&step, err);
    if (status == VOTA_OK) {
        const struct vota_anchor_op op = vota_step_op(&step);
        const struct vota_anchor_view view = vota_step_view(&step, index);
        const enum vota_anchor_event event = vota_anchor_classify(&op, &view, policy);
        if (event == VOTA_EVENT_NONCE_UNKNOWN && op.state != VOTA_OP_HALTED)
            vota_perform_hold(turn, "nonce-unknown");
        status = perform(&step, vota_anchor_step(&op, &view, policy), event, err);
    }
    vota_step_done(&step);
    return status;
}

enum vota_status vota_perform_step(struct vota_turn *turn, size_t index, struct vota_error *err)
{
    const enum vota_op_state before = turn->open[index].state;
    const enum vota_status status = step_once(turn, index, err);
    if (status != VOTA_OK || turn->open[index].state != VOTA_OP_SIGNED || before == VOTA_OP_SIGNED)
        return status;
    return step_once(turn, index, err);
}
