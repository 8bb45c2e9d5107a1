/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a real provider: argument 0 is its URL. See probe_rpc.h. */
#include "rpc/state.h"
#include "tests/oracle/probe_rpc.h"

static struct vota_error err; /* outlives a call, as probe_fail wants */

/* One provider for one question. */
struct ask {
    struct vota_transport *transport;
    struct vota_provider provider;
};

static bool open_provider(struct probe *probe, struct ask *ask)
{
    const struct vota_slice url = probe_bytes(probe, 0);
    char *text = probe_alloc(url.len + 1, 1);
    err = (struct vota_error){.status = VOTA_OK};
    if (url.len > 0)
        vota_bytes_copy(text, url.at, url.len);
    const struct vota_transport_options options = {.url = text};
    if (probe->error != NULL)
        return false;
    if (vota_transport_curl_new(&ask->transport, &options, &err) != VOTA_OK) {
        probe_fail(probe, err.text);
        return false;
    }
    vota_provider_init(&ask->provider, "probe", ask->transport);
    return true;
}

/* Closes, and turns a failure into the answer. */
static bool close_provider(struct probe *probe, struct ask *ask, enum vota_status status)
{
    vota_transport_curl_free(ask->transport);
    if (status == VOTA_NOT_FOUND)
        probe_fail(probe, "not-found");
    else if (status != VOTA_OK)
        probe_fail(probe, err.text[0] != '\0' ? err.text : "failed");
    return status == VOTA_OK;
}

/* Argument i: 32 bytes are a hash, up to 8 a number, none is latest, "finalized" in letters. */
static struct vota_block_id block_of(struct probe *probe, size_t i)
{
    const struct vota_slice bytes = probe_bytes(probe, i);
    if (bytes.len == 32) {
        const vota_hash hash = probe_hash(probe, i);
        return vota_block_hashed(&hash);
    }
    if (bytes.len == 9)
        return vota_block_tagged(VOTA_BLOCK_FINALIZED);
    if (bytes.len == 0)
        return vota_block_tagged(VOTA_BLOCK_LATEST);
    return vota_block_numbered(probe_number(probe, i));
}

/* chain <url>: chain id, genesis hash */
static void op_chain(struct probe *probe)
{
    struct ask ask;
    uint64_t chain_id = 0;
    vota_hash genesis;
    if (!open_provider(probe, &ask))
        return;
    enum vota_status status = vota_eth_chain_id(&ask.provider, &chain_id, &err);
    if (status == VOTA_OK)
        status = vota_eth_genesis(&ask.provider, &genesis, &err);
    if (!close_provider(probe, &ask, status))
        return;
    probe_answer_number(probe, chain_id);
    probe_answer_hash(probe, &genesis);
}

static void answer_block(struct probe *probe, const struct vota_block *block)
{
    probe_answer_hash(probe, &block->hash);
    probe_answer_number(probe, block->number);
    probe_answer_number(probe, block->fields);
    probe_answer_hash(probe, &block->state_root);
    probe_answer_number(probe, block->time);
    probe_answer_number(probe, block->base_fee);
    probe_answer_number(probe, block->gas_used);
    probe_answer_number(probe, block->gas_limit);
}

/* block-at <url> <block>: hash number fields state-root time base-fee gas-used gas-limit */
static void op_block_at(struct probe *probe)
{
    struct ask ask;
    struct vota_block block;
    const struct vota_block_id id = block_of(probe, 1);
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status = vota_eth_block(&ask.provider, &block, &id, &err);
    if (close_provider(probe, &ask, status))
        answer_block(probe, &block);
}

/* account <url> <address> <block>: nonce, balance as 32 bytes, code */
static void op_account(struct probe *probe)
{
    struct ask ask;
    uint64_t nonce = 0;
    struct vota_u256 balance;
    struct vota_wr code = vota_wr_of(probe_alloc(VOTA_ETH_CODE_MAX, 1), VOTA_ETH_CODE_MAX);
    const vota_addr addr = probe_addr(probe, 1);
    const struct vota_block_id id = block_of(probe, 2);
    if (!open_provider(probe, &ask))
        return;
    enum vota_status status = vota_eth_nonce(&ask.provider, &nonce, &addr, &id, &err);
    if (status == VOTA_OK)
        status = vota_eth_balance(&ask.provider, &balance, &addr, &id, &err);
    if (status == VOTA_OK)
        status = vota_eth_code(&ask.provider, &code, &addr, &id, &err);
    if (!close_provider(probe, &ask, status))
        return;
    probe_answer_number(probe, nonce);
    probe_answer_hex(probe, balance.be, sizeof balance.be);
    probe_answer_hex(probe, code.to, code.len);
}

/* send <url> <raw>: the class of the answer */
static void op_send(struct probe *probe)
{
    struct ask ask;
    enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status =
        vota_eth_send_raw(&ask.provider, &answer, probe_bytes(probe, 1), &err);
    if (close_provider(probe, &ask, status))
        probe_answer_text(probe, vota_answers_send_name(answer));
}

/* estimate <url> <from> <to, or empty> <data> */
static void op_estimate(struct probe *probe)
{
    struct ask ask;
    uint64_t gas = 0;
    const vota_addr from = probe_addr(probe, 1);
    const bool create = probe_bytes(probe, 2).len == 0;
    vota_addr to = {{0}};
    if (!create)
        to = probe_addr(probe, 2);
    const struct vota_eth_message message = {
        .from = &from, .to = create ? NULL : &to, .data = probe_bytes(probe, 3)};
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status = vota_eth_estimate_gas(&ask.provider, &gas, &message, &err);
    if (close_provider(probe, &ask, status))
        probe_answer_number(probe, gas);
}

/* receipt <url> <hash>: status block-number block-hash gas-used price created-at logs data-of-last
 */
static void op_receipt(struct probe *probe)
{
    struct ask ask;
    struct vota_tx_receipt receipt;
    const vota_hash hash = probe_hash(probe, 1);
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status = vota_eth_receipt(&ask.provider, &receipt, &hash, &err);
    if (!close_provider(probe, &ask, status))
        return;
    probe_answer_number(probe, receipt.succeeded);
    probe_answer_number(probe, receipt.block_number);
    probe_answer_hash(probe, &receipt.block_hash);
    probe_answer_number(probe, receipt.gas_used);
    probe_answer_number(probe, receipt.effective_gas_price);
    probe_answer_hex(probe, receipt.contract_address.bytes,
                     receipt.created ? sizeof receipt.contract_address.bytes : 0);
    probe_answer_number(probe, receipt.logs.count);
    if (receipt.logs.count > 0) {
        const struct vota_eth_log *last = &receipt.logs.items[receipt.logs.count - 1];
        probe_answer_hex(probe, last->data.at, last->data.len);
    }
    vota_tx_receipt_done(&receipt);
}

/* logs <url> <address> <from> <to>: count, then block, topic count and data of each */
static void op_logs(struct probe *probe)
{
    struct ask ask;
    struct vota_eth_logs logs = {0};
    const struct vota_eth_filter filter = {.address = probe_addr(probe, 1),
                                           .from_block = probe_number(probe, 2),
                                           .to_block = probe_number(probe, 3)};
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status = vota_eth_logs(&ask.provider, &logs, &filter, &err);
    if (!close_provider(probe, &ask, status))
        return;
    probe_answer_number(probe, logs.count);
    for (size_t i = 0; i < logs.count; i++) {
        probe_answer_number(probe, logs.items[i].block_number);
        probe_answer_number(probe, logs.items[i].topic_count);
        probe_answer_hex(probe, logs.items[i].data.at, logs.items[i].data.len);
    }
    vota_eth_logs_done(&logs);
}

/* state <url> <address> <block> <slot>...: exists nonce balance storage-root code-hash values */
static void op_state(struct probe *probe)
{
    struct ask ask;
    struct vota_state state = {.slot_count = 0};
    struct vota_eth_query query = {.account = probe_addr(probe, 1)};
    const struct vota_block_id id = block_of(probe, 2);
    for (size_t i = 3; i < probe->n && query.slot_count < VOTA_ETH_SLOTS_MAX; i++)
        query.slots[query.slot_count++] = probe_hash(probe, i);
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status = vota_state_read(&ask.provider, &state, &query, &id, &err);
    if (!close_provider(probe, &ask, status))
        return;
    probe_answer_number(probe, state.account_exists);
    probe_answer_number(probe, state.nonce);
    probe_answer_hex(probe, state.balance.be, sizeof state.balance.be);
    probe_answer_hash(probe, &state.storage_root);
    probe_answer_hash(probe, &state.code_hash);
    for (size_t i = 0; i < state.slot_count; i++)
        probe_answer_hash(probe, &state.values[i]);
    vota_state_done(&state);
}

/* fees <url>: base fee of the next block, suggested tip and cap */
static void op_fees(struct probe *probe)
{
    struct ask ask;
    struct vota_fee_history history;
    struct vota_fees fees;
    const struct vota_fee_caps caps = vota_fees_caps_default(true);
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status = vota_eth_fee_history(&ask.provider, &history, 20, 50, &err);
    if (!close_provider(probe, &ask, status))
        return;
    (void)vota_fees_suggest(&fees, &history, history.base_fee[history.count], &caps);
    probe_answer_number(probe, history.base_fee[history.count]);
    probe_answer_number(probe, fees.max_priority_fee_per_gas);
    probe_answer_number(probe, fees.max_fee_per_gas);
}

/* place <url> <hash>: mined, block number */
static void op_place(struct probe *probe)
{
    struct ask ask;
    struct vota_tx_place place;
    const vota_hash hash = probe_hash(probe, 1);
    if (!open_provider(probe, &ask))
        return;
    const enum vota_status status = vota_eth_transaction(&ask.provider, &place, &hash, &err);
    if (!close_provider(probe, &ask, status))
        return;
    probe_answer_number(probe, place.mined);
    probe_answer_number(probe, place.block_number);
}

const struct probe_op probe_chain_ops[] = {
    {"chain", op_chain},
    {"block-at", op_block_at},
    {"account", op_account},
    {"send", op_send},
    {"estimate", op_estimate},
    {"receipt", op_receipt},
    {"logs", op_logs},
    {"state", op_state},
    {"fees", op_fees},
    {"place", op_place},
    {NULL, NULL},
};
