/* SPDX-License-Identifier: Apache-2.0 */
/* What is computed or changed: calls, estimates, the history of fees, sending. */
#include <stdlib.h>
#include <string.h>

#include "proof/hex.h"
#include "tests/chain/chain_answer.h"

static const struct vota_slice nothing = {NULL, 0};

/* ---- messages ---- */

/* 0x-hex of any length to memory that the caller frees. */
static bool read_bytes(uint8_t **ret_bytes, size_t *ret_len, const json_t *value)
{
    const char *text = json_string_value(value);
    const size_t len = json_string_length(value);
    if (text == NULL || len < 2 || len % 2 != 0)
        return false;
    uint8_t *bytes = malloc(len / 2);
    chain_must(bytes != NULL, "no memory");
    *ret_bytes = bytes;
    *ret_len = len / 2 - 1;
    return vota_hex_read_any(bytes, *ret_len, text, len) == VOTA_OK;
}

static void read_message(struct chain_message *ret_message, uint8_t **ret_bytes,
                         const struct chain_request *request, uint32_t block)
{
    const json_t *object = json_array_get(request->params, 0);
    struct chain_message message = {.chain_id = request->chain->id};
    size_t len = 0;
    message.block = request->chain->blocks[block].number;
    message.time = request->chain->blocks[block].time;
    message.create = !chain_get_addr(&message.to, json_object_get(object, "to"));
    (void)chain_get_addr(&message.from, json_object_get(object, "from"));
    if (read_bytes(ret_bytes, &len, json_object_get(object, "data")))
        message.data = (struct vota_slice){*ret_bytes, len};
    *ret_message = message;
}

struct trial {
    struct chain_outcome outcome;
    uint64_t gas;
};

/* Runs the message of the first parameter on the state of a block, which stays as it is. */
static struct trial *try_message(const struct chain_request *request, uint32_t block)
{
    struct trial *trial = malloc(sizeof *trial);
    struct chain_message message;
    uint8_t *bytes = NULL;
    struct chain_state state = request->chain->blocks[block].state;
    chain_must(trial != NULL, "no memory");
    read_message(&message, &bytes, request, block);
    const struct chain_account *from = chain_account_find(&state, &message.from);
    message.nonce = from != NULL ? from->nonce : 0;
    chain_execute(&trial->outcome, &state, &message);
    trial->gas = chain_intrinsic_gas(message.create, message.data) + trial->outcome.gas;
    if (trial->outcome.gas > 0)
        trial->gas += request->chain->extra_gas;
    free(bytes);
    return trial;
}

static bool put_revert(struct chain_request *request, const struct trial *trial)
{
    const bool lie =
        chain_fires(request->chain, request->node, CHAIN_FAULT_REVERT, request->method);
    const struct vota_slice data = {trial->outcome.revert, trial->outcome.revert_len};
    if (trial->outcome.ok && !lie)
        return false;
    chain_put_error(request, 3, "execution reverted", data);
    return true;
}

void chain_answer_call(struct chain_request *request)
{
    uint32_t block = CHAIN_NOTHING;
    if (!chain_get_block(request, &block, json_array_get(request->params, 1), "header not found"))
        return;
    struct trial *trial = try_message(request, block);
    if (!put_revert(request, trial))
        chain_put_hex(request, trial->outcome.value, trial->outcome.value_len);
    free(trial);
}

void chain_answer_estimate(struct chain_request *request)
{
    struct trial *trial = try_message(request, request->tip);
    const bool lie =
        chain_fires(request->chain, request->node, CHAIN_FAULT_ESTIMATE, request->method);
    const uint64_t factor = lie ? chain_amount(request->node, CHAIN_FAULT_ESTIMATE, 1000) : 1;
    if (!put_revert(request, trial))
        chain_put_quantity(request, trial->gas * factor);
    free(trial);
}

/* ---- fees ---- */

static void put_fee(struct chain_request *request, uint64_t wei, uint64_t factor)
{
    struct vota_u256 value = vota_u256_of(wei);
    chain_must(vota_u256_mul(&value, &value, factor), "an amount overflows");
    chain_put_key(request, NULL);
    chain_put_amount(request, &value);
}

static void put_ratio(struct chain_request *request, const struct chain_block *block)
{
    const uint64_t limit = request->chain->gas_limit;
    chain_put_key(request, NULL);
    if (block->gas_used == limit)
        chain_put_text(request, "1");
    else
        chain_put_text(request, block->gas_used >= limit / 2 ? "0.5" : "0.1");
}

static void put_rewards(struct chain_request *request, uint64_t first, uint64_t last,
                        uint64_t factor)
{
    chain_put_key(request, "reward");
    chain_put_text(request, "[");
    for (uint64_t number = first; number <= last; number++) {
        const struct chain_block *block =
            &request->chain->blocks[chain_ancestor(request->chain, request->tip, number)];
        chain_put_key(request, NULL);
        chain_put_text(request, "[");
        put_fee(request, block->gas_used > 0 ? request->chain->tip_wei : 0, factor);
        chain_put_text(request, "]");
    }
    chain_put_text(request, "]");
}

static void put_history(struct chain_request *request, uint64_t first, uint64_t last,
                        uint64_t factor)
{
    const struct chain *chain = request->chain;
    chain_put_key(request, "baseFeePerGas");
    chain_put_text(request, "[");
    for (uint64_t number = first; number <= last; number++)
        put_fee(request, chain->blocks[chain_ancestor(chain, request->tip, number)].base_fee,
                factor);
    put_fee(request, chain_next_base_fee(chain, request->tip), factor);
    chain_put_text(request, "]");
    chain_put_key(request, "gasUsedRatio");
    chain_put_text(request, "[");
    for (uint64_t number = first; number <= last; number++)
        put_ratio(request, &chain->blocks[chain_ancestor(chain, request->tip, number)]);
    chain_put_text(request, "]");
    put_rewards(request, first, last, factor);
}

void chain_answer_fee_history(struct chain_request *request)
{
    uint64_t count = 0;
    const uint64_t last = request->chain->blocks[request->tip].number;
    if (!chain_get_u64(&count, json_array_get(request->params, 0)) || count == 0) {
        chain_put_error(request, -32602, "invalid argument 0", nothing);
        return;
    }
    const bool lie = chain_fires(request->chain, request->node, CHAIN_FAULT_FEES, request->method);
    const uint64_t factor = lie ? chain_amount(request->node, CHAIN_FAULT_FEES, 1000) : 1;
    const uint64_t first = count > last ? 0 : last + 1 - count;
    chain_put_text(request, "{");
    chain_put_key(request, "oldestBlock");
    chain_put_quantity(request, first);
    put_history(request, first, last, factor);
    chain_put_text(request, "}");
}

/* ---- sending ---- */

static bool acts(struct chain_request *request, enum chain_fault fault)
{
    return chain_fires(request->chain, request->node, fault, CHAIN_SEND);
}

/* What is answered, and nothing else done; NULL: the pool decides. */
static const char *false_refusal(struct chain_request *request)
{
    if (acts(request, CHAIN_FAULT_KNOWN))
        return "already known";
    if (acts(request, CHAIN_FAULT_NONCE_LOW))
        return "nonce too low: next nonce 999, tx nonce 0";
    if (acts(request, CHAIN_FAULT_POOL_FULL))
        return "txpool is full";
    if (acts(request, CHAIN_FAULT_FEE_CAP))
        return "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)";
    return NULL;
}

static void take(struct chain_request *request, struct vota_slice raw)
{
    struct chain_refusal refusal = {.text = ""};
    const uint32_t tx = chain_learn(request->chain, raw, &refusal);
    const char *untrue = tx != CHAIN_NOTHING ? false_refusal(request) : NULL;
    if (untrue != NULL) {
        chain_put_error(request, -32000, untrue, nothing);
        return;
    }
    if (tx != CHAIN_NOTHING && !acts(request, CHAIN_FAULT_DROP))
        chain_pool_add(request->chain, request->node, tx, &refusal);
    if (refusal.for_now && acts(request, CHAIN_FAULT_TRACKER))
        refusal.text[0] = '\0';
    if (refusal.text[0] != '\0') {
        chain_put_error(request, -32000, refusal.text, nothing);
        return;
    }
    vota_hash hash = request->chain->txs[tx].hash;
    hash.bytes[31] ^= acts(request, CHAIN_FAULT_OTHER_HASH);
    chain_put_hex(request, hash.bytes, 32);
}

void chain_answer_send(struct chain_request *request)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    if (read_bytes(&bytes, &len, json_array_get(request->params, 0)) && len > 0)
        take(request, (struct vota_slice){bytes, len});
    else
        chain_put_error(request, -32602, "invalid argument 0: hex string of odd length", nothing);
    free(bytes);
}
