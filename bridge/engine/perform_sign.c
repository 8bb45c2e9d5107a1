/* SPDX-License-Identifier: Apache-2.0 */
/* From a decision to signed and stored bytes, weighed against the budget: see perform_parts.h. */
#include "bridge/engine/perform_parts.h"

#include "bridge/engine/budget.h"
#include "bridge/engine/deploy.h"
#include "bridge/store/store_spend.h"

/* Which spending counts together with an operation's: a deployment is for itself. */
static unsigned purse_of(const struct vota_step *step)
{
    if (step->copy.about.kind == VOTA_OP_DEPLOY)
        return VOTA_SPEND_DEPLOY;
    return step->turn->sender->kinds & ~VOTA_SPEND_DEPLOY;
}

/* What an attempt is weighed against. */
struct weighing {
    const struct vota_step *step;
    const struct vota_attempt_order *order;
};

/* May this attempt be paid for? LIMIT "day-cap-reached", "underfunded". */
static enum vota_status weigh(void *context, const struct vota_store_attempt *attempt,
                              struct vota_error *err)
{
    const struct weighing *weighing = context;
    const struct vota_step *step = weighing->step;
    const struct vota_attempt_order *order = weighing->order;
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
    struct weighing weighing = {step, order};
    struct vota_attempt_order weighed = *order;
    weighed.weigh = weigh;
    weighed.weigh_context = &weighing;
    enum vota_status status = vota_attempt_sign(&attempt, &wr, &weighed, &detail);
    if (status == VOTA_LIMIT || status == VOTA_CONFLICT || status == VOTA_REMOTE)
        return vota_perform_wait(step, detail.text);
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
    status = vota_perform_end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_SIGNED;
    vota_perform_tell(step,
                      assign != NULL   ? "signed"
                      : order->cancels ? "cancelling"
                                       : "bumped",
                      NULL);
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

/*
 * A nonce was used since the final block by bytes that the store does not hold:
 * a transaction of ours that an older copy of it has forgotten, or a person's.
 * Should a reorganisation take it away, nobody could fill that nonce again, and
 * what was signed behind it would wait for ever. Neither the owner's calls, too
 * urgent for that, nor a deployment stand on an entry before them.
 */
static bool stands_on_unknown(const struct vota_step *step)
{
    const struct vota_turn *turn = step->turn;
    const struct vota_view_account *account = vota_view_account(turn->view, &turn->sender->address);
    if ((turn->sender->kinds & VOTA_SENDER_ANCHORER) == 0 ||
        step->copy.about.kind == VOTA_OP_DEPLOY || account == NULL ||
        account->nonce_latest <= account->nonce_final)
        return false;
    return turn->known < account->nonce_latest - account->nonce_final;
}

/* Why it would be in vain, as far as that can be told; NULL: it would not. */
static const char *refusal(const struct vota_step *step)
{
    const struct vota_turn *turn = step->turn;
    if (step->copy.about.kind == VOTA_OP_DEPLOY)
        return vota_deploy_leads_there(&turn->network.deployment, &turn->sender->address,
                                       turn->nonce)
                   ? NULL
                   : "deploys-elsewhere";
    if (!turn->view->contract_latest)
        return "no-contract";
    const vota_addr *anchorer = &turn->view->latest.contract.anchorer;
    if ((turn->sender->kinds & VOTA_SENDER_ANCHORER) == 0 ||
        vota_addr_equal(anchorer, &turn->sender->address))
        return NULL;
    return vota_addr_is_zero(anchorer) ? "journal-closed" : "not-anchorer";
}

enum vota_status vota_perform_sign(struct vota_step *step, struct vota_error *err)
{
    struct vota_turn *turn = step->turn;
    struct vota_wr wr = vota_wr_of(turn->calldata, sizeof turn->calldata);
    struct vota_store_assign assign = {.sender = turn->sender->address};
    if (turn->sender->signer == NULL)
        return vota_perform_wait(step, "no-key");
    const char *reason = refusal(step);
    if (reason != NULL)
        return vota_perform_wait(step, reason);
    if (step->copy.about.kind != VOTA_OP_DEPLOY)
        assign.parent = turn->view->latest.contract.head;
    if (stands_on_unknown(step))
        return vota_perform_wait(step, "unknown-not-final");
    if (waits_for_stranger(step))
        return vota_perform_wait(step, "unknown-in-flight");
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
enum vota_status vota_perform_replace(struct vota_step *step, bool cancels, struct vota_error *err)
{
    struct vota_attempt_order order = order_of(step, step->copy.about.calldata);
    struct vota_sender *sender = step->turn->sender;
    if (sender->signer == NULL)
        return vota_perform_wait(step, "no-key");
    if (!vota_addr_equal(&sender->address, &step->copy.about.sender))
        return vota_perform_wait(step, "signed-by-another-key");
    if (cancels)
        vota_attempt_cancel(&order, &sender->address);
    order.nonce = step->copy.about.nonce;
    order.replaced = &step->newest.about;
    sender->refused_operation = 0;
    return sign_and_store(step, &order, NULL, err);
}
