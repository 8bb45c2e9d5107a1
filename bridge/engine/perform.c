/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out what anchor.h decides: see perform.h. Every effect commits what
 * it is about to do before it does it, so that a crash between the two finds
 * the same bytes again.
 */
#include "bridge/engine/perform.h"

#include <stdio.h>

#include "bridge/engine/deploy.h"
#include "bridge/engine/step.h"
#include "rpc/tx.h"

#define DAY_SECONDS 86400u

static void tell(const struct vota_step *step, const char *name, const char *detail)
{
    const struct vota_sender *sender = step->turn->sender;
    const struct vota_sender_event event = {.name = name,
                                            .operation = &step->copy.about,
                                            .attempt =
                                                step->has_newest ? &step->newest.about : NULL,
                                            .detail = detail};
    if (sender->on_event != NULL)
        sender->on_event(sender->context, &event);
}

void vota_perform_hold(struct vota_turn *turn, const char *reason)
{
    (void)snprintf(turn->held, sizeof turn->held, "%.*s", (int)VOTA_SENDER_REASON_MAX, reason);
}

/* The operation cannot move now; the reason is shown, and tried again next turn. */
static enum vota_status hold(struct vota_step *step, const char *reason)
{
    vota_perform_hold(step->turn, reason);
    tell(step, "held", step->turn->held);
    return VOTA_OK;
}

/* Ends the transaction that `status` tells of: commits on OK, forgets otherwise. */
static enum vota_status end(struct vota_store *store, enum vota_status status,
                            struct vota_error *err)
{
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

/* Adds what an entry of the last day cost, in wei; saturates. Reverted calls are not seen here. */
static enum vota_status add_cost(void *context, const struct vota_store_operation *operation)
{
    struct vota_turn *turn = context;
    uint64_t cost = 0;
    if (operation->entered && operation->entry.time + DAY_SECONDS > turn->now &&
        !__builtin_mul_overflow(operation->gas_used, operation->effective_price, &cost))
        turn->spent = turn->spent > UINT64_MAX - cost ? UINT64_MAX : turn->spent + cost;
    return VOTA_OK;
}

static enum vota_status within_day(bool *ret_within, struct vota_step *step,
                                   const struct vota_store_attempt *attempt, struct vota_error *err)
{
    struct vota_turn *turn = step->turn;
    uint64_t cost = 0;
    turn->spent = 0;
    const enum vota_status status =
        vota_store_outbox_each(turn->sender->store, turn->network.id,
                               1u << VOTA_OP_MINED | 1u << VOTA_OP_FINAL, add_cost, turn, err);
    const bool fits = !__builtin_mul_overflow(attempt->gas_limit, attempt->max_fee, &cost) &&
                      !__builtin_add_overflow(cost, turn->spent, &cost);
    *ret_within =
        step->copy.about.kind == VOTA_OP_DEPLOY || (fits && cost <= turn->sender->limits.day_max);
    return status;
}

static struct vota_attempt_order order_of(const struct vota_step *step, struct vota_slice calldata)
{
    const struct vota_turn *turn = step->turn;
    struct vota_attempt_order order = {.provider = turn->sender->provider,
                                       .signer = turn->sender->signer,
                                       .limits = &turn->sender->limits,
                                       .chain_id = turn->network.chain_id,
                                       .nonce = turn->nonce,
                                       .to = turn->network.deployment.genesis.contract,
                                       .calldata = calldata,
                                       .next_base_fee = turn->view.next_base_fee};
    if (step->copy.about.kind == VOTA_OP_DEPLOY)
        vota_deploy_order(&order, &turn->network.deployment);
    return order;
}

/* Signs and stores an attempt; the bytes leave with the next effect. */
static enum vota_status sign_and_store(struct vota_step *step,
                                       const struct vota_attempt_order *order,
                                       const struct vota_store_assign *assign,
                                       struct vota_error *err)
{
    static uint8_t raw[VOTA_TX_DATA_MAX + VOTA_TX_OVERHEAD_MAX];
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    struct vota_store *store = step->turn->sender->store;
    struct vota_store_attempt attempt;
    struct vota_error detail = {0};
    bool within = false;
    enum vota_status status = vota_attempt_sign(&attempt, &wr, order, &detail);
    if (status == VOTA_LIMIT || status == VOTA_CONFLICT || status == VOTA_REMOTE)
        return hold(step, detail.text);
    if (status != VOTA_OK)
        return vota_fail(err, status, detail.where, detail.text);
    status = within_day(&within, step, &attempt, err);
    if (status != VOTA_OK)
        return status;
    if (!within)
        return hold(step, "day-cap-reached");
    attempt.operation = step->copy.about.id;
    attempt.block = step->turn->view.latest_block;
    attempt.cancels = order->cancels;
    attempt.created_at = step->turn->now;
    struct vota_store_attempt signed_as = attempt;
    status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_sign(&signed_as, store, assign, &attempt, err);
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_SIGNED;
    tell(step, assign != NULL ? "signed" : order->cancels ? "cancelling" : "bumped", NULL);
    return VOTA_OK;
}

static enum vota_status do_sign(struct vota_step *step, struct vota_error *err)
{
    static uint8_t calldata[VOTA_TX_DATA_MAX];
    struct vota_wr wr = vota_wr_of(calldata, sizeof calldata);
    struct vota_turn *turn = step->turn;
    struct vota_store_assign assign = {.sender = turn->sender->sender};
    if (turn->sender->signer == NULL)
        return hold(step, "no-key");
    if (step->copy.about.kind != VOTA_OP_DEPLOY) {
        if (!turn->view.contract_latest)
            return hold(step, "no-contract");
        assign.parent = turn->view.latest.contract.head;
    }
    const enum vota_status status =
        vota_attempt_calldata(&wr, turn->sender->store, &step->copy.about, &assign.parent, err);
    if (status != VOTA_OK)
        return status;
    assign.calldata = (struct vota_slice){calldata, wr.len};
    const struct vota_attempt_order order = order_of(step, assign.calldata);
    return sign_and_store(step, &order, &assign, err);
}

/* Another attempt in the place of the newest: the same call, or nothing at all. */
static enum vota_status replace(struct vota_step *step, bool cancels, struct vota_error *err)
{
    struct vota_attempt_order order = order_of(step, step->copy.about.calldata);
    struct vota_sender *sender = step->turn->sender;
    if (sender->signer == NULL)
        return hold(step, "no-key");
    if (!vota_addr_equal(&sender->sender, &step->copy.about.sender))
        return hold(step, "signed-by-another-key");
    if (cancels)
        vota_attempt_cancel(&order, &sender->sender);
    order.nonce = step->copy.about.nonce;
    order.replaced = &step->newest.about;
    sender->refused_operation = 0;
    return sign_and_store(step, &order, NULL, err);
}

static bool is_low(enum vota_send_answer answer)
{
    return answer == VOTA_SEND_REPLACE || answer == VOTA_SEND_UNDERPRICED;
}

static enum vota_status halt(struct vota_step *step, const char *reason, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_halt(store, step->copy.about.id, reason, err);
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_HALTED;
    tell(step, "halted", reason);
    return VOTA_OK;
}

/* Hands the same bytes to everybody; the answers are hints, but for those that no chain can heal.
 */
static enum vota_status broadcast(struct vota_step *step, struct vota_error *err)
{
    struct vota_sender *sender = step->turn->sender;
    enum vota_send_answer first = VOTA_SEND_UNKNOWN;
    for (size_t i = 0; i < sender->n_broadcast; i++) {
        struct vota_error detail = {0};
        enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
        if (vota_eth_send_raw(sender->broadcast[i], &answer, step->newest.about.raw, &detail) !=
            VOTA_OK)
            answer = VOTA_SEND_TRANSPORT;
        if (i == 0)
            first = answer;
    }
    if (is_low(first))
        sender->refused_operation = step->copy.about.id;
    if (first == VOTA_SEND_FATAL || first == VOTA_SEND_TYPE_CLASH)
        return halt(step, vota_answers_send_name(first), err);
    if (first == VOTA_SEND_FUNDS)
        vota_perform_hold(step->turn, "no-funds");
    tell(step, "sent", vota_answers_send_name(first));
    return VOTA_OK;
}

static enum vota_status do_send(struct vota_step *step, struct vota_error *err)
{
    struct vota_turn *turn = step->turn;
    struct vota_store *store = turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_sent(store, step->newest.about.id, turn->now, err);
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_SENT;
    return broadcast(step, err);
}

/* The entry's place, and what it cost if a provider still tells. */
static void describe_mined(struct vota_store_mined *ret_mined, const struct vota_step *step)
{
    struct vota_tx_receipt receipt = {0};
    struct vota_error ignored = {0};
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
    if (vota_hash_is_zero(&ret_mined->tx_hash) ||
        vota_eth_receipt(step->turn->sender->provider, &receipt, &ret_mined->tx_hash, &ignored) !=
            VOTA_OK)
        return;
    ret_mined->block_hash = receipt.block_hash;
    ret_mined->gas_used = receipt.gas_used;
    ret_mined->effective_price = receipt.effective_gas_price;
    vota_tx_receipt_done(&receipt);
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
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_MINED;
    if (step->turn->sender->refused_operation == step->copy.about.id)
        step->turn->sender->refused_operation = 0;
    tell(step, "mined", NULL);
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
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_FINAL;
    tell(step, "final", NULL);
    return VOTA_OK;
}

static enum vota_status do_unmine(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_unmined(store, step->copy.about.id, err);
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_SENT;
    tell(step, "reorganised", NULL);
    return VOTA_OK;
}

static enum vota_status do_requeue(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_requeue(store, step->copy.about.id, &step->settled, err);
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_QUEUED;
    tell(step, "requeued", NULL);
    return VOTA_OK;
}

static enum vota_status perform(struct vota_step *step, enum vota_anchor_effect effect,
                                enum vota_anchor_event event, struct vota_error *err)
{
    switch (effect) {
    case VOTA_ANCHOR_WAIT:
        return VOTA_OK;
    case VOTA_ANCHOR_SIGN:
        return do_sign(step, err);
    case VOTA_ANCHOR_SEND:
        return do_send(step, err);
    case VOTA_ANCHOR_BUMP:
        return replace(step, false, err);
    case VOTA_ANCHOR_CANCEL:
        return replace(step, true, err);
    case VOTA_ANCHOR_MINE:
        return do_mine(step, err);
    case VOTA_ANCHOR_FINALISE:
        return do_finalise(step, err);
    case VOTA_ANCHOR_UNMINE:
        return do_unmine(step, err);
    case VOTA_ANCHOR_REQUEUE:
        return do_requeue(step, err);
    case VOTA_ANCHOR_HALT:
        return halt(step, vota_anchor_halt_reason(event), err);
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
        status = perform(&step, vota_anchor_step(&op, &view, policy),
                         vota_anchor_classify(&op, &view, policy), err);
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
