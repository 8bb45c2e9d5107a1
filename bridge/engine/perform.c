/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out what anchor.h decides: see perform.h. Every effect commits what
 * it is about to do before it does it, so that a crash between the two finds
 * the same bytes again.
 */
#include "bridge/engine/perform.h"

#include <stdio.h>

#include "bridge/engine/budget.h"
#include "bridge/engine/deploy.h"
#include "bridge/engine/step.h"
#include "bridge/store/store_spend.h"

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

/* Which spending counts together with an operation's: a deployment is for itself. */
static unsigned purse_of(const struct vota_step *step)
{
    if (step->copy.about.kind == VOTA_OP_DEPLOY)
        return VOTA_SPEND_DEPLOY;
    return step->turn->sender->kinds & ~VOTA_SPEND_DEPLOY;
}

/* May this attempt be paid for? LIMIT "day-cap-reached", "underfunded". */
static enum vota_status weigh(struct vota_step *step, const struct vota_attempt_order *order,
                              const struct vota_store_attempt *attempt, struct vota_error *err)
{
    const struct vota_turn *turn = step->turn;
    const struct vota_attempt_limits *limits = &turn->sender->limits;
    const bool deploys = step->copy.about.kind == VOTA_OP_DEPLOY;
    const struct vota_store_spend_question question = {
        .network = turn->network.id,
        .kinds = purse_of(step),
        .since = turn->now > VOTA_BUDGET_DAY ? turn->now - VOTA_BUDGET_DAY : 0,
        .except = step->copy.about.id};
    struct vota_store_spent spent = {0};
    const struct vota_view_account *account = vota_view_account(turn->view, &turn->sender->address);
    VOTA_ASSERT(account != NULL);
    const enum vota_status status =
        vota_store_spend_sum(&spent, turn->sender->store, &question, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_budget_purse purse = {
        .balance = account->balance,
        .spent = spent.paid > UINT64_MAX - spent.open ? UINT64_MAX : spent.paid + spent.open,
        .day_max = deploys ? UINT64_MAX : limits->day_max};
    const struct vota_budget_offer offer = {
        .gas_limit = attempt->gas_limit,
        .max_fee = attempt->max_fee,
        .ceiling = vota_fees_ceiling(limits->fees.fee_max,
                                     order->spend_max != 0 ? order->spend_max : limits->tx_max,
                                     attempt->gas_limit),
        .first = order->replaced == NULL};
    return vota_budget_weigh(NULL, &purse, &offer, err);
}

static struct vota_attempt_order order_of(const struct vota_step *step, struct vota_slice calldata)
{
    const struct vota_turn *turn = step->turn;
    struct vota_attempt_order order = {.quorum = turn->sender->quorum,
                                       .signer = turn->sender->signer,
                                       .limits = &turn->sender->limits,
                                       .chain_id = turn->network.chain_id,
                                       .nonce = turn->nonce,
                                       .to = turn->network.deployment.genesis.contract,
                                       .calldata = calldata,
                                       .next_base_fee = turn->view->next_base_fee};
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
    struct vota_wr wr = vota_wr_of(step->turn->raw, sizeof step->turn->raw);
    struct vota_store *store = step->turn->sender->store;
    struct vota_store_attempt attempt;
    struct vota_error detail = {0};
    enum vota_status status = vota_attempt_sign(&attempt, &wr, order, &detail);
    if (status == VOTA_OK)
        status = weigh(step, order, &attempt, &detail);
    if (status == VOTA_LIMIT || status == VOTA_CONFLICT || status == VOTA_REMOTE)
        return hold(step, detail.text);
    if (status != VOTA_OK)
        return vota_fail(err, status, detail.where, detail.text);
    attempt.operation = step->copy.about.id;
    attempt.block = step->turn->view->latest_block;
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

/* How many pools hold a transaction of ours at our next nonce. */
struct strangers {
    const struct vota_turn *turn;
    size_t seen;
};

static enum vota_status ask_pool(void *context, struct vota_provider *provider,
                                 struct vota_error *err)
{
    struct strangers *strangers = context;
    const struct vota_block_id pending = vota_block_tagged(VOTA_BLOCK_PENDING);
    uint64_t nonce = 0;
    const enum vota_status status =
        vota_eth_nonce(provider, &nonce, &strangers->turn->sender->address, &pending, err);
    strangers->seen += status == VOTA_OK && nonce > strangers->turn->nonce;
    return status;
}

/*
 * Nothing of ours is in flight, yet pools hold something by our key: the store
 * may be an old one, put back. What is in them gets the time to be mined; then
 * the journal tells. Pools are hints: after that time we go on, and the
 * contract's parent check lets only one of the two write.
 */
static bool waits_for_stranger(struct vota_step *step)
{
    struct vota_turn *turn = step->turn;
    struct vota_sender *sender = turn->sender;
    struct strangers strangers = {.turn = turn};
    (void)!vota_quorum_ask_all(sender->quorum, ask_pool, &strangers, NULL);
    if (strangers.seen < sender->quorum->k) {
        sender->strange_since = 0;
        return false;
    }
    if (sender->strange_since == 0)
        sender->strange_since = turn->now;
    return turn->now < sender->strange_since + sender->policy.stranger_wait;
}

/* Why the contract would not take it, as far as its slots tell; NULL: it would. */
static const char *refusal(const struct vota_turn *turn)
{
    if (!turn->view->contract_latest)
        return "no-contract";
    const vota_addr *anchorer = &turn->view->latest.contract.anchorer;
    if ((turn->sender->kinds & VOTA_SENDER_ANCHORER) == 0 ||
        vota_addr_equal(anchorer, &turn->sender->address))
        return NULL;
    return vota_addr_is_zero(anchorer) ? "journal-closed" : "not-anchorer";
}

static enum vota_status do_sign(struct vota_step *step, struct vota_error *err)
{
    struct vota_turn *turn = step->turn;
    struct vota_wr wr = vota_wr_of(turn->calldata, sizeof turn->calldata);
    struct vota_store_assign assign = {.sender = turn->sender->address};
    if (turn->sender->signer == NULL)
        return hold(step, "no-key");
    if (step->copy.about.kind != VOTA_OP_DEPLOY) {
        const char *reason = refusal(turn);
        if (reason != NULL)
            return hold(step, reason);
        assign.parent = turn->view->latest.contract.head;
    }
    if (waits_for_stranger(step))
        return hold(step, "unknown-in-flight");
    enum vota_status status =
        vota_attempt_calldata(&wr, turn->sender->store, &step->copy.about, &assign.parent, err);
    if (status != VOTA_OK)
        return status;
    assign.calldata = (struct vota_slice){turn->calldata, wr.len};
    struct vota_attempt_order order = order_of(step, assign.calldata);
    uint64_t ran_out = 0;
    status = vota_store_spend_ran_out(&ran_out, turn->sender->store, step->copy.about.id, err);
    if (status != VOTA_OK)
        return status;
    order.gas_floor = vota_fees_gas_floor(ran_out);
    return sign_and_store(step, &order, &assign, err);
}

/* Another attempt in the place of the newest: the same call, or nothing at all. */
static enum vota_status replace(struct vota_step *step, bool cancels, struct vota_error *err)
{
    struct vota_attempt_order order = order_of(step, step->copy.about.calldata);
    struct vota_sender *sender = step->turn->sender;
    if (sender->signer == NULL)
        return hold(step, "no-key");
    if (!vota_addr_equal(&sender->address, &step->copy.about.sender))
        return hold(step, "signed-by-another-key");
    if (cancels)
        vota_attempt_cancel(&order, &sender->address);
    order.nonce = step->copy.about.nonce;
    order.replaced = &step->newest.about;
    sender->refused_operation = 0;
    return sign_and_store(step, &order, NULL, err);
}

/* What the transaction cost that used the nonce up in vain. */
static enum vota_status settle_cost(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    const struct vota_store_cost cost = {.tx_hash = step->settled,
                                         .gas_used = step->settled_gas,
                                         .effective_price = step->settled_price,
                                         .settled_at = step->turn->now};
    if (vota_hash_is_zero(&step->settled))
        return VOTA_OK;
    return vota_store_spend_settle(store, step->copy.about.id, &cost, err);
}

static enum vota_status halt(struct vota_step *step, const char *reason, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = settle_cost(step, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_halt(store, step->copy.about.id, reason, err);
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_HALTED;
    tell(step, "halted", reason);
    return VOTA_OK;
}

/* The answers to one hand-out, counted. */
struct handing {
    struct vota_slice raw;
    size_t count[VOTA_SEND_ANSWERS];
};

static enum vota_status hand_out(void *context, struct vota_provider *provider,
                                 struct vota_error *err)
{
    struct handing *handing = context;
    enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
    const enum vota_status status = vota_eth_send_raw(provider, &answer, handing->raw, err);
    handing->count[status == VOTA_OK ? answer : VOTA_SEND_TRANSPORT]++;
    return status == VOTA_OK && answer == VOTA_SEND_TRANSPORT ? VOTA_REMOTE : status;
}

/* The answer that says most: one that took the bytes outweighs all that did not. */
static enum vota_send_answer weightiest(const struct handing *handing)
{
    static const enum vota_send_answer order[] = {
        VOTA_SEND_ACCEPTED,    VOTA_SEND_KNOWN, VOTA_SEND_NONCE_USED, VOTA_SEND_REPLACE,
        VOTA_SEND_UNDERPRICED, VOTA_SEND_FUNDS, VOTA_SEND_NODE_CAP,   VOTA_SEND_POOL,
        VOTA_SEND_TYPE_CLASH,  VOTA_SEND_FATAL, VOTA_SEND_GAP,        VOTA_SEND_WRONG_HASH,
        VOTA_SEND_UNKNOWN};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (handing->count[order[i]] > 0)
            return order[i];
    }
    return VOTA_SEND_TRANSPORT;
}

/*
 * Hands the same bytes to everybody. The answers are hints, but for those that
 * no chain can heal, when enough nodes give them and none took the bytes.
 */
static enum vota_status broadcast(struct vota_step *step, struct vota_error *err)
{
    struct vota_sender *sender = step->turn->sender;
    struct handing handing = {.raw = step->newest.about.raw};
    (void)!vota_quorum_send_all(sender->quorum, hand_out, &handing, NULL);
    const enum vota_send_answer answer = weightiest(&handing);
    const size_t severe = handing.count[VOTA_SEND_FATAL] + handing.count[VOTA_SEND_TYPE_CLASH];
    const bool taken = answer == VOTA_SEND_ACCEPTED || answer == VOTA_SEND_KNOWN;
    if (answer == VOTA_SEND_REPLACE || answer == VOTA_SEND_UNDERPRICED)
        sender->refused_operation = step->copy.about.id;
    if (taken && severe > 0)
        tell(step, "contradicted", vota_answers_send_name(VOTA_SEND_FATAL));
    if (!taken && severe >= sender->quorum->k)
        return halt(step, vota_answers_send_name(answer), err);
    if (answer == VOTA_SEND_FUNDS)
        vota_perform_hold(step->turn, "no-funds");
    tell(step, "sent", vota_answers_send_name(answer));
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

/* A receipt, from whoever has it. */
struct wanted_receipt {
    const vota_hash *tx_hash;
    struct vota_tx_receipt receipt;
};

static enum vota_status ask_receipt(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    struct wanted_receipt *wanted = context;
    return vota_eth_receipt(provider, &wanted->receipt, wanted->tx_hash, err);
}

/* The entry's place, and what it cost if a provider still tells. */
static void describe_mined(struct vota_store_mined *ret_mined, const struct vota_step *step)
{
    struct wanted_receipt wanted = {.tx_hash = &ret_mined->tx_hash};
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
        vota_quorum_ask(step->turn->sender->quorum, ask_receipt, &wanted, NULL) != VOTA_OK)
        return;
    if (vota_hash_is_zero(&ret_mined->block_hash))
        ret_mined->block_hash = wanted.receipt.block_hash;
    ret_mined->gas_used = wanted.receipt.gas_used;
    ret_mined->effective_price = wanted.receipt.effective_gas_price;
    vota_tx_receipt_done(&wanted.receipt);
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
        status = settle_cost(step, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_requeue(store, step->copy.about.id, &step->settled, err);
    status = end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_QUEUED;
    tell(step, "requeued", NULL);
    return VOTA_OK;
}

/* What cannot be replaced now (a limit, a provider, a missing key) is still kept alive. */
static enum vota_status replace_or_keep(struct vota_step *step, bool cancels,
                                        struct vota_error *err)
{
    const struct vota_turn *turn = step->turn;
    const enum vota_status status = replace(step, cancels, err);
    if (status != VOTA_OK || step->open->state == VOTA_OP_SIGNED ||
        turn->now < step->newest.about.sent_at + turn->sender->policy.resend_after)
        return status;
    return do_send(step, err);
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
