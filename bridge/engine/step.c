/* SPDX-License-Identifier: Apache-2.0 */
/* What store and chain say of one operation: see step.h. */
#include "bridge/engine/step.h"

bool vota_step_same_words(const struct vota_entry *a, const struct vota_entry *b)
{
    return a->kind == b->kind && vota_hash_equal(&a->a, &b->a) && vota_hash_equal(&a->b, &b->b) &&
           vota_hash_equal(&a->c, &b->c);
}

/* Our entry: the one already ours, else the first with our words that is nobody's. */
static enum vota_status find_entry(struct vota_step *step, struct vota_error *err)
{
    struct vota_turn *turn = step->turn;
    const struct vota_store_operation *operation = &step->copy.about;
    const uint64_t after = vota_attempt_after(operation);
    struct vota_entry words;
    const enum vota_status status = vota_attempt_words(&words, turn->sender->store, operation, err);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return status;
    for (size_t i = 0; i < turn->n_entries; i++) {
        struct vota_turn_entry *entry = &turn->entries[i];
        if (entry->owner != 0 && entry->owner != operation->id)
            continue;
        if (entry->entry.number <= after)
            continue;
        if (!vota_step_same_words(&entry->entry, &words))
            continue;
        entry->owner = operation->id;
        step->entry = entry;
        return VOTA_OK;
    }
    return VOTA_OK;
}

/* In the journal; a deployment has no entry, but a contract. */
static bool is_there(const struct vota_step *step)
{
    if (step->copy.about.kind == VOTA_OP_DEPLOY)
        return step->turn->view->contract_latest;
    return step->entry != NULL;
}

static bool is_there_finally(const struct vota_step *step)
{
    if (step->copy.about.kind == VOTA_OP_DEPLOY)
        return step->turn->view->contract_final;
    return step->entry != NULL && step->entry->final;
}

/*
 * The account whose nonce the operation takes: of its round's signer, else our
 * own. Nonces of an account that was not asked for are not known, which reads
 * as none used.
 */
static const struct vota_view_account *account_of(const struct vota_step *step)
{
    static const struct vota_view_account unknown;
    const struct vota_store_operation *operation = &step->copy.about;
    const struct vota_sender *sender = step->turn->sender;
    const struct vota_view_account *account = vota_view_account(
        step->turn->view, operation->assigned ? &operation->sender : &sender->address);
    return account != NULL ? account : &unknown;
}

/* What providers say became of the attempts of a round whose nonce is gone. */
struct testimony {
    const struct vota_step *step;
    struct vota_provider *provider; /* who is asked now */
    bool shows, contradicts;        /* it has a receipt; of a success that the journal has not */
    size_t no_receipt;              /* providers that know none of the attempts */
    size_t in_vain;                 /* providers that show a success without an entry */
    vota_hash settled;              /* the attempt of which one has a receipt; zeros: none */
    uint64_t gas_limit;             /* of that attempt */
    bool cancels;                   /* it is a cancellation */
};

static enum vota_status ask_receipt(void *context, const struct vota_store_attempt *attempt)
{
    struct testimony *testimony = context;
    struct vota_tx_receipt receipt = {0};
    if (attempt->round != testimony->step->copy.about.round)
        return VOTA_OK;
    const enum vota_status status =
        vota_eth_receipt(testimony->provider, &receipt, &attempt->tx_hash, NULL);
    if (status != VOTA_OK)
        return status == VOTA_NOT_FOUND ? VOTA_OK : status;
    testimony->shows = true;
    if (receipt.succeeded && !attempt->cancels) {
        testimony->contradicts = true;
    } else {
        testimony->settled = attempt->tx_hash;
        testimony->gas_limit = attempt->gas_limit;
        testimony->cancels = attempt->cancels;
    }
    vota_tx_receipt_done(&receipt);
    return VOTA_OK;
}

/* One provider on all attempts of the round. */
static enum vota_status ask_provider(void *context, struct vota_provider *provider,
                                     struct vota_error *err)
{
    struct testimony *testimony = context;
    const struct vota_step *step = testimony->step;
    testimony->provider = provider;
    testimony->shows = testimony->contradicts = false;
    const enum vota_status status = vota_store_outbox_attempts(
        step->turn->sender->store, step->copy.about.id, ask_receipt, testimony, err);
    testimony->no_receipt += status == VOTA_OK && !testimony->shows;
    testimony->in_vain += status == VOTA_OK && testimony->contradicts;
    return status;
}

/* A receipt is one provider's word, and enough to try again: the entry is proven not to be there.
 * What costs more, or stops the service, takes k of them. */
static enum vota_anchor_outcome outcome_of(const struct testimony *testimony,
                                           struct vota_told *ret_told, struct vota_quorum *quorum)
{
    if (testimony->in_vain >= quorum->k)
        return VOTA_OUTCOME_IN_VAIN;
    if (vota_hash_is_zero(&testimony->settled))
        return testimony->no_receipt >= quorum->k ? VOTA_OUTCOME_FOREIGN : VOTA_OUTCOME_UNKNOWN;
    const bool agreed = vota_told_of(ret_told, quorum, &testimony->settled);
    if (testimony->cancels && !agreed)
        return VOTA_OUTCOME_UNKNOWN;
    if (agreed && ret_told->succeeded)
        return testimony->cancels ? VOTA_OUTCOME_CANCELLED : VOTA_OUTCOME_UNKNOWN;
    if (agreed && ret_told->gas_used >= testimony->gas_limit)
        return VOTA_OUTCOME_OUT_OF_GAS;
    return VOTA_OUTCOME_REVERTED;
}

/* Only when our nonce is finally used up without our entry: was it us? */
static void judge_nonce(struct vota_step *step)
{
    struct testimony testimony = {.step = step};
    struct vota_quorum *quorum = step->turn->sender->quorum;
    const struct vota_store_operation *operation = &step->copy.about;
    if (!operation->assigned || is_there(step) || operation->state == VOTA_OP_QUEUED ||
        operation->state == VOTA_OP_HALTED || account_of(step)->nonce_final <= operation->nonce)
        return;
    (void)!vota_quorum_ask_all(quorum, ask_provider, &testimony, NULL);
    step->outcome = outcome_of(&testimony, &step->told, quorum);
    step->settled = testimony.settled;
}

static bool others_open(const struct vota_turn *turn, size_t index)
{
    for (size_t i = 0; i < turn->n_open; i++) {
        const enum vota_op_state state = turn->open[i].state;
        if (i < index && (state < VOTA_OP_MINED || state == VOTA_OP_HALTED))
            return true;
        if (i != index && (state == VOTA_OP_SIGNED || state == VOTA_OP_SENT))
            return true;
    }
    return false;
}

/* The contract's anchorer is somebody else, in the final block and in the latest. */
static bool key_is_replaced(const struct vota_step *step)
{
    const struct vota_store_operation *operation = &step->copy.about;
    const struct vota_view *view = step->turn->view;
    if (!operation->assigned || operation->kind == VOTA_OP_DEPLOY ||
        (1u << operation->kind & VOTA_SENDER_ANCHORER) == 0)
        return false;
    return view->contract_final && view->contract_latest &&
           !vota_addr_equal(&view->final.contract.anchorer, &operation->sender) &&
           !vota_addr_equal(&view->latest.contract.anchorer, &operation->sender);
}

struct vota_anchor_view vota_step_view(const struct vota_step *step, size_t index)
{
    const struct vota_turn *turn = step->turn;
    const struct vota_view_account *account = account_of(step);
    struct vota_anchor_view view = {.now = turn->now,
                                    .latest_block = turn->view->latest_block,
                                    .nonce_latest = account->nonce_latest,
                                    .nonce_final = account->nonce_final,
                                    .outcome = step->outcome,
                                    .stopped = turn->stop.reason[0] != '\0',
                                    .key_replaced = key_is_replaced(step),
                                    .others_open = others_open(turn, index)};
    view.in_journal = is_there(step);
    view.in_final = is_there_finally(step);
    if (step->has_newest) {
        view.fee_too_low = vota_attempt_is_low(&step->newest.about, turn->view->next_base_fee);
        view.refused_as_low = turn->sender->refused_operation == step->copy.about.id;
    }
    return view;
}

struct vota_anchor_op vota_step_op(const struct vota_step *step)
{
    const struct vota_store_operation *operation = &step->copy.about;
    const struct vota_store_attempt *newest = &step->newest.about;
    struct vota_anchor_op op = {.state = operation->state,
                                .wish = operation->wish,
                                .round = operation->round,
                                .nonce = operation->nonce};
    if (!step->has_newest)
        return op;
    op.attempts = newest->number;
    op.attempt_at = newest->created_at;
    op.attempt_block = newest->block;
    op.sent_at = newest->sent_at;
    /* A person may have raised the caps since it was signed. */
    op.at_cap = newest->at_cap &&
                vota_attempt_is_last(newest, operation->kind, &step->turn->sender->limits);
    op.cancels = newest->cancels;
    return op;
}

static enum vota_status read_operation(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_outbox_get(&step->copy, store, step->open->id, err);
    if (status != VOTA_OK)
        return status;
    struct vota_error none = {0};
    status = vota_store_outbox_newest(&step->newest, store, step->open->id, &none);
    step->has_newest = status == VOTA_OK;
    if (status == VOTA_OK || status == VOTA_NOT_FOUND)
        return VOTA_OK;
    return vota_fail(err, status, none.where, none.text);
}

enum vota_status vota_step_read(struct vota_step *step, struct vota_error *err)
{
    enum vota_status status = read_operation(step, err);
    if (status == VOTA_OK)
        status = find_entry(step, err);
    if (status == VOTA_OK)
        judge_nonce(step);
    return status;
}

void vota_step_done(struct vota_step *step)
{
    vota_store_outbox_done(&step->copy);
    vota_store_attempt_done(&step->newest);
}

enum vota_status vota_step_claim(struct vota_step *step, struct vota_error *err)
{
    const enum vota_status status = read_operation(step, err);
    return status == VOTA_OK ? find_entry(step, err) : status;
}
