/* SPDX-License-Identifier: Apache-2.0 */
/* Typed calls whose answer is one value: see eth.h. Blocks, receipts and proofs have own files. */
#include "rpc/eth.h"

#include <stdlib.h>

#include "rpc/eth_call.h"
#include "rpc/tx.h"

/* A call whose answer is one quantity. */
static enum vota_status ask_u256(struct vota_provider *provider, struct vota_u256 *ret,
                                 const char *method, struct vota_wr *params, struct vota_error *err)
{
    const struct vota_eth_question question = {method, params, VOTA_ETH_RESPONSE_MAX, false};
    json_t *result = NULL;
    const enum vota_status status = vota_eth_ask_some(provider, &result, &question, err);
    if (status != VOTA_OK)
        return status;
    const bool good = vota_eth_get_u256(ret, result, VOTA_ETH_STRICT);
    json_decref(result);
    return good ? VOTA_OK : vota_eth_malformed(provider, method, "not-a-quantity", err);
}

static enum vota_status ask_u64(struct vota_provider *provider, uint64_t *ret, const char *method,
                                struct vota_wr *params, struct vota_error *err)
{
    struct vota_u256 wide;
    const enum vota_status status = ask_u256(provider, &wide, method, params, err);
    if (status != VOTA_OK)
        return status;
    if (!vota_u256_to_u64(ret, &wide))
        return vota_eth_malformed(provider, method, "beyond-64-bits", err);
    return VOTA_OK;
}

enum vota_status vota_eth_chain_id(struct vota_provider *provider, uint64_t *ret_chain_id,
                                   struct vota_error *err)
{
    char text[] = "[]";
    struct vota_wr params = {(uint8_t *)text, 2, 2};
    return ask_u64(provider, ret_chain_id, "eth_chainId", &params, err);
}

/* [address, block] */
static void put_account(struct vota_wr *wr, const vota_addr *addr, const struct vota_block_id *id)
{
    vota_wr_byte(wr, '[');
    vota_eth_put_hex(wr, addr->bytes, sizeof addr->bytes);
    vota_wr_byte(wr, ',');
    vota_eth_put_block(wr, id);
    vota_wr_byte(wr, ']');
}

enum vota_status vota_eth_nonce(struct vota_provider *provider, uint64_t *ret_nonce,
                                const vota_addr *addr, const struct vota_block_id *id,
                                struct vota_error *err)
{
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_account(&params, addr, id);
    return ask_u64(provider, ret_nonce, "eth_getTransactionCount", &params, err);
}

enum vota_status vota_eth_balance(struct vota_provider *provider, struct vota_u256 *ret_wei,
                                  const vota_addr *addr, const struct vota_block_id *id,
                                  struct vota_error *err)
{
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_account(&params, addr, id);
    return ask_u256(provider, ret_wei, "eth_getBalance", &params, err);
}

/* A call whose answer is bytes, appended to wr. */
static enum vota_status ask_bytes(struct vota_provider *provider, struct vota_wr *wr,
                                  const char *method, struct vota_wr *params,
                                  struct vota_error *err)
{
    const struct vota_eth_question question = {method, params, VOTA_ETH_RESPONSE_MAX, false};
    json_t *result = NULL;
    enum vota_status status = vota_eth_ask_some(provider, &result, &question, err);
    if (status != VOTA_OK)
        return status;
    status = vota_eth_take_bytes(provider, wr, result, method, err);
    json_decref(result);
    return status;
}

enum vota_status vota_eth_code(struct vota_provider *provider, struct vota_wr *wr,
                               const vota_addr *addr, const struct vota_block_id *id,
                               struct vota_error *err)
{
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_account(&params, addr, id);
    return ask_bytes(provider, wr, "eth_getCode", &params, err);
}

/* ---- messages: their data needs the heap ---- */

static void put_message(struct vota_wr *wr, const struct vota_eth_message *message)
{
    vota_wr_byte(wr, '{');
    if (message->from != NULL) {
        vota_wr_text(wr, "\"from\":");
        vota_eth_put_hex(wr, message->from->bytes, sizeof message->from->bytes);
        vota_wr_byte(wr, ',');
    }
    if (message->to != NULL) {
        vota_wr_text(wr, "\"to\":");
        vota_eth_put_hex(wr, message->to->bytes, sizeof message->to->bytes);
        vota_wr_byte(wr, ',');
    }
    if (!vota_u256_is_zero(&message->value)) {
        vota_wr_text(wr, "\"value\":\"");
        vota_quantity_write(wr, &message->value);
        vota_wr_text(wr, "\",");
    }
    /* "data" is the word every node has read since the first day; "input" came later. */
    vota_wr_text(wr, "\"data\":");
    vota_eth_put_hex(wr, message->data.at, message->data.len);
    vota_wr_byte(wr, '}');
}

/* A writer over fresh memory for parameters that carry data_len bytes; free params->to. */
static enum vota_status new_params(struct vota_wr *ret_params, size_t data_len, const char *method,
                                   struct vota_error *err)
{
    if (data_len > VOTA_TX_DATA_MAX + VOTA_TX_OVERHEAD_MAX)
        return vota_fail(err, VOTA_LIMIT, method, "data-too-long");
    const size_t cap = 2 * data_len + VOTA_ETH_PARAMS_MAX;
    uint8_t *text = malloc(cap);
    if (text == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, method, "no-memory");
    *ret_params = vota_wr_of(text, cap);
    return VOTA_OK;
}

enum vota_status vota_eth_call(struct vota_provider *provider, struct vota_wr *wr,
                               const struct vota_eth_message *message,
                               const struct vota_block_id *id, struct vota_error *err)
{
    struct vota_wr params;
    enum vota_status status = new_params(&params, message->data.len, "eth_call", err);
    if (status != VOTA_OK)
        return status;
    vota_wr_byte(&params, '[');
    put_message(&params, message);
    vota_wr_byte(&params, ',');
    vota_eth_put_block(&params, id);
    vota_wr_byte(&params, ']');
    status = ask_bytes(provider, wr, "eth_call", &params, err);
    free(params.to);
    return status;
}

enum vota_status vota_eth_estimate_gas(struct vota_provider *provider, uint64_t *ret_gas,
                                       const struct vota_eth_message *message,
                                       struct vota_error *err)
{
    struct vota_wr params;
    enum vota_status status = new_params(&params, message->data.len, "eth_estimateGas", err);
    if (status != VOTA_OK)
        return status;
    vota_wr_byte(&params, '[');
    put_message(&params, message);
    vota_wr_byte(&params, ']');
    status = ask_u64(provider, ret_gas, "eth_estimateGas", &params, err);
    free(params.to);
    return status;
}

/* ---- sending ---- */

/* A result that is not the hash of what was sent is an alarm, whatever else it is. */
static enum vota_send_answer judge_hash(const json_t *result, struct vota_slice raw)
{
    vota_hash ours;
    vota_hash theirs;
    vota_tx_hash(&ours, raw.at, raw.len);
    const bool same = vota_eth_get_fixed(theirs.bytes, sizeof theirs.bytes, result) &&
                      vota_hash_equal(&ours, &theirs);
    return same ? VOTA_SEND_ACCEPTED : VOTA_SEND_WRONG_HASH;
}

enum vota_status vota_eth_send_raw(struct vota_provider *provider,
                                   enum vota_send_answer *ret_answer, struct vota_slice raw,
                                   struct vota_error *err)
{
    static const char method[] = "eth_sendRawTransaction";
    struct vota_wr params;
    enum vota_status status = new_params(&params, raw.len, method, err);
    if (status != VOTA_OK)
        return status;
    vota_wr_byte(&params, '[');
    vota_eth_put_hex(&params, raw.at, raw.len);
    vota_wr_byte(&params, ']');
    const struct vota_eth_question question = {method, &params, VOTA_ETH_RESPONSE_MAX, true};
    json_t *result = NULL;
    status = vota_eth_ask(provider, &result, &question, NULL);
    free(params.to);
    if (status == VOTA_NO_MEMORY)
        return vota_fail(err, status, method, "no-memory");
    *ret_answer =
        status == VOTA_OK ? judge_hash(result, raw) : vota_answers_send(&provider->failure);
    json_decref(result);
    return VOTA_OK;
}

/* ---- fees ---- */

/* Base fees of `count` blocks and of the next. */
static bool read_base_fees(struct vota_fee_history *history, const json_t *fees)
{
    const size_t n = json_array_size(fees);
    if (n < 2 || n > VOTA_FEES_BLOCKS_MAX + 1)
        return false;
    history->count = n - 1;
    for (size_t i = 0; i < n; i++) {
        if (!vota_eth_get_u64(&history->base_fee[i], json_array_get(fees, i), VOTA_ETH_STRICT))
            return false;
    }
    return true;
}

/* One reward a block. Nodes leave the array out, make it null or hold nulls in it. */
static bool read_tips(struct vota_fee_history *history, const json_t *rewards)
{
    history->has_tips = json_array_size(rewards) == history->count;
    for (size_t i = 0; history->has_tips && i < history->count; i++) {
        const json_t *row = json_array_get(rewards, i);
        history->tip[i] = 0;
        if (json_array_size(row) == 0 || json_is_null(json_array_get(row, 0)))
            continue;
        if (!vota_eth_get_u64(&history->tip[i], json_array_get(row, 0), VOTA_ETH_STRICT))
            return false;
    }
    return true;
}

enum vota_status vota_eth_fee_history(struct vota_provider *provider,
                                      struct vota_fee_history *ret_history, unsigned blocks,
                                      unsigned percentile, struct vota_error *err)
{
    static const char method[] = "eth_feeHistory";
    VOTA_ASSERT(blocks > 0 && blocks <= VOTA_FEES_BLOCKS_MAX && percentile <= 100);
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    const struct vota_u256 decimal = vota_u256_of(percentile);
    vota_wr_text(&params, "[\"");
    vota_quantity_write_u64(&params, blocks);
    vota_wr_text(&params, "\",\"latest\",[");
    vota_quantity_write_decimal(&params, &decimal);
    vota_wr_text(&params, "]]");
    const struct vota_eth_question question = {method, &params, VOTA_ETH_RESPONSE_MAX, false};
    json_t *result = NULL;
    const enum vota_status status = vota_eth_ask_some(provider, &result, &question, err);
    if (status != VOTA_OK)
        return status;
    struct vota_fee_history history = {0};
    const bool good = vota_eth_get_u64(&history.oldest_block,
                                       json_object_get(result, "oldestBlock"), VOTA_ETH_STRICT) &&
                      read_base_fees(&history, json_object_get(result, "baseFeePerGas")) &&
                      read_tips(&history, json_object_get(result, "reward"));
    json_decref(result);
    if (!good)
        return vota_eth_malformed(provider, method, "bad-fee-history", err);
    *ret_history = history;
    return VOTA_OK;
}
