/* SPDX-License-Identifier: Apache-2.0 */
/* What store and chain say of one operation: see step.h. */
#include "bridge/engine/step.h"

static bool same_words(const struct vota_entry *a, const struct vota_entry *b)
{
    return a->kind == b->kind && vota_hash_equal(&a->a, &b->a) && vota_hash_equal(&a->b, &b->b) &&
           vota_hash_equal(&a->c, &b->c);
}

/* Our entry: the one already ours, else the first with our words that is nobody's. */
static enum vota_status find_entry(struct vota_step *step, struct vota_error *err)
{
    struct vota_turn *turn = step->turn;
    const struct vota_store_operation *operation = &step->copy.about;
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
        if (!same_words(&entry->entry, &words))
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
        return step->turn->view.contract_latest;
    return step->entry != NULL;
}

static bool is_there_finally(const struct vota_step *step)
{
    if (step->copy.about.kind == VOTA_OP_DEPLOY)
        return step->turn->view.contract_final;
    return step->entry != NULL && step->entry->final;
}

/* What one provider says became of the attempts of a round. */
struct testimony {
    const struct vota_step *step;
    struct vota_provider *provider;
    enum vota_anchor_outcome outcome; /* UNKNOWN: it has no receipt of any */
    vota_hash settled;
    bool contradicts; /* a success that the proven journal does not show: it lags, or lies */
};

static enum vota_anchor_outcome outcome_of(const struct vota_store_attempt *attempt,
                                           const struct vota_tx_receipt *receipt)
{
    if (receipt->succeeded)
        return VOTA_OUTCOME_CANCELLED;
    return receipt->gas_used >= attempt->gas_limit ? VOTA_OUTCOME_OUT_OF_GAS
                                                   : VOTA_OUTCOME_REVERTED;
}

static enum vota_status ask_receipt(void *context, const struct vota_store_attempt *attempt)
{
    struct testimony *testimony = context;
    struct vota_tx_receipt receipt = {0};
    struct vota_error ignored = {0};
    if (attempt->round != testimony->step->copy.about.round)
        return VOTA_OK;
    const enum vota_status status =
        vota_eth_receipt(testimony->provider, &receipt, &attempt->tx_hash, &ignored);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return status;
    if (receipt.succeeded && !attempt->cancels) {
        testimony->contradicts = true;
    } else {
        testimony->outcome = outcome_of(attempt, &receipt);
        testimony->settled = attempt->tx_hash;
    }
    vota_tx_receipt_done(&receipt);
    return VOTA_OK;
}

/* Only when our nonce is finally used up without our entry: was it us? */
static enum vota_status judge_nonce(struct vota_step *step)
{
    struct testimony testimony = {.step = step, .provider = step->turn->sender->provider};
    const struct vota_store_operation *operation = &step->copy.about;
    if (!operation->assigned || is_there(step) || operation->state == VOTA_OP_QUEUED ||
        step->turn->view.nonce_final <= operation->nonce)
        return VOTA_OK;
    const enum vota_status status = vota_store_outbox_attempts(
        step->turn->sender->store, operation->id, ask_receipt, &testimony, NULL);
    if (status != VOTA_OK || testimony.contradicts)
        return VOTA_OK;
    step->outcome =
        testimony.outcome != VOTA_OUTCOME_UNKNOWN ? testimony.outcome : VOTA_OUTCOME_FOREIGN;
    step->settled = testimony.settled;
    return VOTA_OK;
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

struct vota_anchor_view vota_step_view(const struct vota_step *step, size_t index)
{
    const struct vota_turn *turn = step->turn;
    struct vota_anchor_view view = {.now = turn->now,
                                    .latest_block = turn->view.latest_block,
                                    .nonce_latest = turn->view.nonce_latest,
                                    .nonce_final = turn->view.nonce_final,
                                    .outcome = step->outcome,
                                    .others_open = others_open(turn, index)};
    view.in_journal = is_there(step);
    view.in_final = is_there_finally(step);
    if (step->has_newest) {
        view.fee_too_low = vota_attempt_is_low(&step->newest.about, turn->view.next_base_fee);
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
    op.at_cap = newest->at_cap;
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
        status = judge_nonce(step);
    return status;
}

void vota_step_done(struct vota_step *step)
{
    vota_store_outbox_done(&step->copy);
    vota_store_attempt_done(&step->newest);
}
