/* SPDX-License-Identifier: Apache-2.0 */
/* Calldata, gas, fees, signature: see attempt.h. */
#include "bridge/engine/attempt.h"

#include "bridge/engine/contract.h"
#include "bridge/store/store_batch.h"
#include "proof/journal.h"

/* Blocks and percentile of the fee history that the tip is taken from (CHAIN 4.6). */
#define FEE_BLOCKS     20u
#define FEE_PERCENTILE 50u

void vota_attempt_result_write(struct vota_wr *wr, uint64_t last_entry, const uint64_t *counts,
                               size_t n)
{
    uint8_t number[8];
    vota_store_be(number, sizeof number, last_entry);
    vota_wr_put(wr, number, sizeof number);
    for (size_t i = 0; i < n; i++) {
        vota_store_be(number, sizeof number, counts[i]);
        vota_wr_put(wr, number, sizeof number);
    }
}

enum vota_status vota_attempt_result_read(uint64_t *ret_last_entry, uint64_t *ret_counts,
                                          size_t *ret_n, size_t cap, struct vota_slice arguments)
{
    const size_t words = arguments.len / 8;
    if (arguments.len % 8 != 0 || words == 0 || words - 1 > cap)
        return VOTA_BAD_INPUT;
    *ret_last_entry = vota_load_be(arguments.at, 8);
    *ret_n = words - 1;
    for (size_t i = 0; i + 1 < words; i++)
        ret_counts[i] = vota_load_be(arguments.at + 8 * (i + 1), 8);
    return VOTA_OK;
}

#define OWNER_PREFIX 8u

void vota_attempt_owner_write(struct vota_wr *wr, uint64_t length, struct vota_slice call)
{
    uint8_t number[OWNER_PREFIX];
    vota_store_be(number, sizeof number, length);
    vota_wr_put(wr, number, sizeof number);
    vota_wr_put(wr, call.at, call.len);
}

static bool is_owners(const struct vota_store_operation *operation)
{
    return operation->kind == VOTA_OP_KEY || operation->kind == VOTA_OP_DISAVOW ||
           operation->kind == VOTA_OP_SUCCEED;
}

uint64_t vota_attempt_after(const struct vota_store_operation *operation)
{
    const struct vota_slice arguments = operation->arguments;
    if (!is_owners(operation) || arguments.len < OWNER_PREFIX)
        return 0;
    return vota_load_be(arguments.at, OWNER_PREFIX);
}

static struct vota_slice owner_call_of(const struct vota_store_operation *operation)
{
    const struct vota_slice arguments = operation->arguments;
    if (arguments.len < OWNER_PREFIX)
        return (struct vota_slice){NULL, 0};
    return (struct vota_slice){arguments.at + OWNER_PREFIX, arguments.len - OWNER_PREFIX};
}

/* What an operation is about, read from the store. */
struct subject {
    struct vota_store_register_copy reg; /* kinds REGISTER, RESULT */
    struct vota_store_batch batch;       /* kind BATCH */
    uint64_t last_entry;                 /* kind RESULT */
    uint64_t counts[VOTA_CONTRACT_COUNTS_MAX];
    size_t count;
};

static enum vota_status subject_read(struct subject *subject, struct vota_store *store,
                                     const struct vota_store_operation *operation,
                                     struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    if (operation->batch != 0)
        status = vota_store_batch_get(&subject->batch, store, operation->batch, err);
    if (status == VOTA_OK && operation->reg != 0)
        status = vota_store_register_get_id(&subject->reg, store, operation->reg, err);
    if (status == VOTA_OK && operation->kind == VOTA_OP_RESULT &&
        vota_attempt_result_read(&subject->last_entry, subject->counts, &subject->count,
                                 VOTA_CONTRACT_COUNTS_MAX, operation->arguments) != VOTA_OK)
        status = vota_fail(err, VOTA_INTERNAL, "outbox", "bad-arguments");
    return status;
}

enum vota_status vota_attempt_calldata(struct vota_wr *wr, struct vota_store *store,
                                       const struct vota_store_operation *operation,
                                       const vota_hash *parent, struct vota_error *err)
{
    struct subject subject = {0};
    enum vota_status status = subject_read(&subject, store, operation, err);
    if (status != VOTA_OK)
        goto out;
    switch (operation->kind) {
    case VOTA_OP_REGISTER:
        vota_contract_open_register(wr, parent, subject.reg.about.definition);
        break;
    case VOTA_OP_BATCH:
        vota_contract_anchor(wr, parent, &subject.batch.root, (uint32_t)subject.batch.count);
        break;
    case VOTA_OP_RESULT:
        vota_contract_publish_result(wr, parent, &subject.reg.about.hash, subject.last_entry,
                                     subject.counts, subject.count);
        break;
    case VOTA_OP_DEPLOY:
        vota_wr_put(wr, operation->arguments.at, operation->arguments.len);
        break;
    case VOTA_OP_KEY:
    case VOTA_OP_DISAVOW:
    case VOTA_OP_SUCCEED:
        /* Fixed when queued: these calls name no parent. */
        vota_wr_put(wr, owner_call_of(operation).at, owner_call_of(operation).len);
        break;
    }
    if (!vota_wr_fits(wr))
        status = vota_fail(err, VOTA_LIMIT, "calldata", "calldata-too-long");
out:
    vota_store_register_done(&subject.reg);
    return status;
}

enum vota_status vota_attempt_words(struct vota_entry *ret_entry, struct vota_store *store,
                                    const struct vota_store_operation *operation,
                                    struct vota_error *err)
{
    struct subject subject = {0};
    enum vota_status status = subject_read(&subject, store, operation, err);
    if (status != VOTA_OK)
        goto out;
    struct vota_entry entry = {.kind = (uint64_t)operation->kind};
    switch (operation->kind) {
    case VOTA_OP_REGISTER:
        entry.a = subject.reg.about.hash;
        break;
    case VOTA_OP_BATCH:
        entry.a = subject.batch.root;
        entry.b = vota_word_of_u64(subject.batch.count);
        break;
    case VOTA_OP_RESULT:
        entry.a = subject.reg.about.hash;
        entry.b = vota_word_of_u64(subject.last_entry);
        vota_journal_counts_hash(&entry.c, subject.counts, subject.count);
        break;
    case VOTA_OP_DEPLOY:
        status = VOTA_NOT_FOUND;
        break;
    case VOTA_OP_KEY:
    case VOTA_OP_DISAVOW:
    case VOTA_OP_SUCCEED:
        status = vota_contract_call_words(&entry, owner_call_of(operation),
                                          operation->assigned ? &operation->sender : NULL);
        break;
    }
    if (status == VOTA_OK)
        *ret_entry = entry;
out:
    vota_store_register_done(&subject.reg);
    return status;
}

bool vota_attempt_is_last(const struct vota_store_attempt *attempt, enum vota_op_kind kind,
                          const struct vota_attempt_limits *limits)
{
    const uint64_t spend_max = kind == VOTA_OP_DEPLOY ? limits->deploy_max : limits->tx_max;
    const struct vota_fees fees = {.max_priority_fee_per_gas = attempt->tip,
                                   .max_fee_per_gas = attempt->max_fee};
    return vota_fees_are_last(
        &fees, vota_fees_ceiling(limits->fees.fee_max, spend_max, attempt->gas_limit));
}

bool vota_attempt_is_low(const struct vota_store_attempt *attempt, uint64_t next_base_fee)
{
    return attempt->max_fee < next_base_fee || attempt->max_fee - next_base_fee < attempt->tip;
}

void vota_attempt_cancel(struct vota_attempt_order *order, const vota_addr *sender)
{
    order->cancels = true;
    order->create = false;
    order->to = *sender;
    order->calldata = (struct vota_slice){NULL, 0};
}

/* The fee histories of everybody that answers. */
struct histories {
    struct vota_fee_history of[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n;
};

static enum vota_status ask_history(void *context, struct vota_provider *provider,
                                    struct vota_error *err)
{
    struct histories *histories = context;
    if (histories->n == VOTA_CONNECT_PROVIDERS_MAX)
        return VOTA_OK;
    const enum vota_status status = vota_eth_fee_history(provider, &histories->of[histories->n],
                                                         FEE_BLOCKS, FEE_PERCENTILE, err);
    histories->n += status == VOTA_OK;
    return status;
}

static enum vota_status choose_fees(struct vota_fees *ret_fees, bool *ret_at_cap,
                                    const struct vota_attempt_order *order, uint64_t fee_max,
                                    struct vota_error *err)
{
    struct histories histories = {.n = 0};
    struct vota_fee_caps caps = order->limits->fees;
    caps.fee_max = fee_max;
    enum vota_status status = vota_quorum_ask_all(order->quorum, ask_history, &histories, err);
    if (status != VOTA_OK)
        return status;
    struct vota_fees fees;
    const uint64_t tip = vota_fees_median_tip(histories.of, histories.n);
    const enum vota_fee_state state =
        vota_fees_suggest_tip(&fees, tip, order->next_base_fee, &caps);
    if (state == VOTA_FEE_WAITING && order->replaced == NULL)
        return vota_fail(err, VOTA_LIMIT, "fees.max_fee_gwei", "fee-waits");
    if (order->replaced != NULL) {
        const struct vota_fees old = {.max_priority_fee_per_gas = order->replaced->tip,
                                      .max_fee_per_gas = order->replaced->max_fee};
        const struct vota_fees suggestion = fees;
        status = vota_fees_bump(&fees, &old, &suggestion, fee_max, err);
        if (status != VOTA_OK)
            return status;
    }
    *ret_fees = fees;
    *ret_at_cap = vota_fees_are_last(&fees, fee_max);
    return VOTA_OK;
}

/* The estimates of everybody that answers. */
struct estimates {
    const struct vota_eth_message *message;
    uint64_t of[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n;
    size_t reverts; /* providers in whose eyes the call would revert */
};

static enum vota_status ask_estimate(void *context, struct vota_provider *provider,
                                     struct vota_error *err)
{
    struct estimates *estimates = context;
    uint64_t gas = 0;
    const enum vota_status status = vota_eth_estimate_gas(provider, &gas, estimates->message, err);
    if (status == VOTA_CONFLICT && vota_answers_is_revert(&provider->failure)) {
        estimates->reverts++;
        return VOTA_OK;
    }
    if (status == VOTA_OK && estimates->n < VOTA_CONNECT_PROVIDERS_MAX)
        estimates->of[estimates->n++] = gas;
    return status;
}

static enum vota_status choose_gas(uint64_t *ret_gas, const struct vota_attempt_order *order,
                                   struct vota_error *err)
{
    const vota_addr from = vota_tx_signer_address(order->signer);
    const struct vota_eth_message message = {
        .from = &from, .to = order->create ? NULL : &order->to, .data = order->calldata};
    struct estimates estimates = {.message = &message};
    enum vota_status status = vota_quorum_ask_all(order->quorum, ask_estimate, &estimates, err);
    if (status != VOTA_OK)
        return status;
    uint64_t least = order->replaced != NULL ? order->replaced->gas_limit : 0;
    if (least < order->gas_floor)
        least = order->gas_floor;
    /* Who lags sees another head and so a revert: one that can do it is enough. */
    if (estimates.n == 0 && order->replaced == NULL)
        return vota_fail(err, VOTA_CONFLICT, "gas", "would-revert");
    /* A replacement is priced even so: nodes estimate on top of what it replaces, and a call that
     * does revert still has to use up its nonce. */
    if (estimates.n == 0) {
        *ret_gas = least;
        return VOTA_OK;
    }
    const uint64_t most = order->gas_max != 0 ? order->gas_max : VOTA_ATTEMPT_GAS_MAX;
    return vota_fees_gas_limit_of(ret_gas, estimates.of, estimates.n, least, most, err);
}

static enum vota_status check_spend(const struct vota_tx *tx, uint64_t most, struct vota_error *err)
{
    struct vota_u256 cost;
    const struct vota_u256 cap = vota_u256_of(most);
    if (!vota_tx_max_cost(&cost, tx) || vota_u256_compare(&cost, &cap) > 0)
        return vota_fail(err, VOTA_LIMIT, "fees.max_tx_eth", "spend-cap-reached");
    return VOTA_OK;
}

enum vota_status vota_attempt_sign(struct vota_store_attempt *ret_attempt, struct vota_wr *wr,
                                   const struct vota_attempt_order *order, struct vota_error *err)
{
    struct vota_tx tx = {.chain_id = order->chain_id,
                         .nonce = order->nonce,
                         .create = order->create,
                         .to = order->to,
                         .data = order->calldata};
    struct vota_fees fees = {0};
    bool at_cap = false;
    enum vota_status status = choose_gas(&tx.gas_limit, order, err);
    const uint64_t spend_max = order->spend_max != 0 ? order->spend_max : order->limits->tx_max;
    const uint64_t ceiling =
        vota_fees_ceiling(order->limits->fees.fee_max, spend_max, tx.gas_limit);
    if (status == VOTA_OK)
        status = choose_fees(&fees, &at_cap, order, ceiling, err);
    if (status != VOTA_OK)
        return status;
    tx.max_fee_per_gas = fees.max_fee_per_gas;
    tx.max_priority_fee_per_gas = fees.max_priority_fee_per_gas;
    status = vota_tx_check(&tx, err);
    if (status == VOTA_OK)
        status =
            check_spend(&tx, order->spend_max != 0 ? order->spend_max : order->limits->tx_max, err);
    if (status != VOTA_OK)
        return status;
    struct vota_store_attempt attempt = {.nonce = tx.nonce,
                                         .max_fee = tx.max_fee_per_gas,
                                         .tip = tx.max_priority_fee_per_gas,
                                         .gas_limit = tx.gas_limit,
                                         .at_cap = at_cap};
    if (order->weigh != NULL)
        status = order->weigh(order->weigh_context, &attempt, err);
    const size_t start = wr->len;
    if (status == VOTA_OK)
        status = vota_tx_signer_sign(order->signer, wr, &attempt.tx_hash, &tx, err);
    if (status != VOTA_OK)
        return status;
    attempt.raw = (struct vota_slice){wr->to + start, wr->len - start};
    *ret_attempt = attempt;
    return VOTA_OK;
}
