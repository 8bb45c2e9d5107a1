/* SPDX-License-Identifier: Apache-2.0 */
/* The seam: a request in, an answer or none out, with what can go wrong on the way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/chain/chain_answer.h"

#define ANSWER_MAX  ((size_t)32 * 1024 * 1024) /* the largest answer of eth_getLogs */
#define NO_METHOD   (-32601)
#define DEEP_LEVELS 4000u

static const struct vota_slice nothing = {NULL, 0};

/* ---- methods ---- */

static void answer_chain_id(struct chain_request *request)
{
    const bool lie =
        chain_fires(request->chain, request->node, CHAIN_FAULT_CHAIN_ID, request->method);
    chain_put_quantity(request, request->chain->id + lie);
}

static void answer_other(struct chain_request *request)
{
    chain_put_error(request, NO_METHOD, "the method does not exist/is not available", nothing);
}

static const struct method {
    const char *name;
    enum chain_method method;
    void (*answer)(struct chain_request *request);
} methods[] = {
    {"eth_chainId", CHAIN_CHAIN_ID, answer_chain_id},
    {"eth_getBlockByNumber", CHAIN_BLOCK, chain_answer_block},
    {"eth_getBlockByHash", CHAIN_BLOCK, chain_answer_block},
    {"eth_getProof", CHAIN_PROOF, chain_answer_proof},
    {"eth_getTransactionCount", CHAIN_NONCE, chain_answer_nonce},
    {"eth_getBalance", CHAIN_BALANCE, chain_answer_balance},
    {"eth_getCode", CHAIN_CODE, chain_answer_code},
    {"eth_call", CHAIN_CALL, chain_answer_call},
    {"eth_estimateGas", CHAIN_ESTIMATE, chain_answer_estimate},
    {"eth_feeHistory", CHAIN_FEE_HISTORY, chain_answer_fee_history},
    {"eth_sendRawTransaction", CHAIN_SEND, chain_answer_send},
    {"eth_getTransactionReceipt", CHAIN_RECEIPT, chain_answer_receipt},
    {"eth_getTransactionByHash", CHAIN_TRANSACTION, chain_answer_transaction},
    {"eth_getLogs", CHAIN_LOGS, chain_answer_logs},
    {"debug_getRawHeader", CHAIN_RAW_HEADER, chain_answer_raw_header},
    {"", CHAIN_OTHER, answer_other},
};

static const struct method *method_of(const char *name)
{
    const struct method *method = methods;
    while (method->method != CHAIN_OTHER && strcmp(method->name, name) != 0)
        method++;
    return method;
}

/* ---- what this node takes for the chain in this call ---- */

static uint32_t back(const struct chain *chain, uint32_t from, uint32_t blocks)
{
    const uint64_t number = chain->blocks[from].number;
    return chain_ancestor(chain, from, number > blocks ? number - blocks : 0);
}

static bool acts(struct chain_request *request, enum chain_fault fault)
{
    return chain_fires(request->chain, request->node, fault, request->method);
}

/* The newest final block of the chain that is on this node's branch. */
static uint32_t honest_final(const struct chain *chain, uint32_t tip)
{
    uint32_t final = chain->final;
    while (!chain_is_ancestor(chain, final, tip))
        final = chain->blocks[final].parent;
    return final;
}

static void set_view(struct chain_request *request)
{
    const struct chain *chain = request->chain;
    struct chain_node *node = request->node;
    request->tip = chain_tip_of(chain, node);
    if (acts(request, CHAIN_FAULT_STALE))
        request->tip = back(chain, request->tip, chain_amount(node, CHAIN_FAULT_STALE, 1));
    if (acts(request, CHAIN_FAULT_HEAD_BACK))
        request->tip = back(chain, request->tip, chain_amount(node, CHAIN_FAULT_HEAD_BACK, 1));
    request->final = honest_final(chain, request->tip);
    if (acts(request, CHAIN_FAULT_FINAL_FORK))
        request->final = chain_ancestor(chain, request->tip, chain->blocks[chain->final].number);
    if (request->final != CHAIN_NOTHING && acts(request, CHAIN_FAULT_FINAL_BACK))
        request->final = back(chain, request->final, chain_amount(node, CHAIN_FAULT_FINAL_BACK, 1));
    if (acts(request, CHAIN_FAULT_NO_FINAL) || chain->final == 0)
        request->final = CHAIN_NOTHING;
}

static void set_numbers(struct chain_request *request)
{
    if (acts(request, CHAIN_FAULT_HUGE_NUMBER))
        request->numbers = CHAIN_NUMBERS_HUGE;
    else if (acts(request, CHAIN_FAULT_HUGE_QUANTITY))
        request->numbers = CHAIN_NUMBERS_WIDE;
    else if (acts(request, CHAIN_FAULT_BARE_0X))
        request->numbers = CHAIN_NUMBERS_BARE;
    else if (acts(request, CHAIN_FAULT_ZEROS))
        request->numbers = CHAIN_NUMBERS_ZEROS;
}

/* ---- the envelope, and what can be wrong with it ---- */

static void put_envelope(struct chain_request *request, json_int_t id, struct vota_slice value)
{
    struct vota_wr *out = request->out;
    char text[96];
    if (acts(request, CHAIN_FAULT_WRONG_ID))
        id++;
    const char *quote = acts(request, CHAIN_FAULT_TEXT_ID) ? "\"" : "";
    (void)snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%s%lld%s", quote, (long long)id,
                   quote);
    vota_wr_text(out, text);
    if (acts(request, CHAIN_FAULT_DUPLICATE_KEY))
        vota_wr_text(out, ",\"jsonrpc\":\"2.0\"");
    if (!acts(request, CHAIN_FAULT_NEITHER)) {
        vota_wr_text(out, request->failed ? ",\"error\":" : ",\"result\":");
        vota_wr_put(out, value.at, value.len);
    }
    if (acts(request, CHAIN_FAULT_BOTH))
        vota_wr_text(out, request->failed ? ",\"result\":null"
                                          : ",\"error\":{\"code\":-32000,\"message\":\"\"}");
    vota_wr_byte(out, '}');
}

/* In place of the value: something that no method returns. */
static bool put_nonsense(struct chain_request *request)
{
    if (acts(request, CHAIN_FAULT_NULL)) {
        chain_put_text(request, "null");
    } else if (acts(request, CHAIN_FAULT_NOT_UTF8)) {
        chain_put_text(request, "\"\xff\xfe\"");
    } else if (acts(request, CHAIN_FAULT_DEEP)) {
        for (unsigned i = 0; i < DEEP_LEVELS; i++)
            chain_put_text(request, "[");
        for (unsigned i = 0; i < DEEP_LEVELS; i++)
            chain_put_text(request, "]");
    } else if (acts(request, CHAIN_FAULT_INTERNAL)) {
        chain_put_error(request, -32603, "internal error", nothing);
    } else if (acts(request, CHAIN_FAULT_LIMIT_ERROR)) {
        chain_put_error(request, -32005, "daily request count exceeded, request rate limited",
                        nothing);
    } else {
        return false;
    }
    return true;
}

/* The node does what is asked, whatever becomes of the answer. */
static void answer(struct chain_request *request, const struct method *method, json_int_t id)
{
    static uint8_t value[ANSWER_MAX];
    struct vota_wr *body = request->out;
    struct vota_wr wr = vota_wr_of(value, sizeof value);
    set_view(request);
    set_numbers(request);
    request->out = &wr;
    method->answer(request);
    const struct vota_wr right = wr;
    const bool failed = request->failed;
    wr.len = 0;
    request->failed = false;
    if (!put_nonsense(request)) {
        wr = right;
        request->failed = failed;
    }
    chain_must(vota_wr_fits(&wr), "an answer is too long");
    request->out = body;
    const bool in_array = acts(request, CHAIN_FAULT_BATCH);
    vota_wr_text(body, in_array ? "[" : "");
    put_envelope(request, id, (struct vota_slice){value, wr.len});
    vota_wr_text(body, in_array ? "]" : "");
}

/* ---- the way there and back ---- */

static enum vota_status fail(struct vota_response *response, enum vota_transport_fault fault,
                             unsigned http_status)
{
    response->fault = fault;
    response->http_status = http_status;
    return VOTA_REMOTE;
}

static const struct {
    enum chain_fault fault;
    enum vota_transport_fault transport;
} lost_before[] = {{CHAIN_FAULT_TIMEOUT, VOTA_TRANSPORT_TIMEOUT},
                   {CHAIN_FAULT_DNS, VOTA_TRANSPORT_DNS},
                   {CHAIN_FAULT_CONNECT, VOTA_TRANSPORT_CONNECT},
                   {CHAIN_FAULT_TLS, VOTA_TRANSPORT_TLS}},
  lost_after[] = {{CHAIN_FAULT_ANSWER_LOST, VOTA_TRANSPORT_TIMEOUT},
                  {CHAIN_FAULT_CLOSED, VOTA_TRANSPORT_CLOSED},
                  {CHAIN_FAULT_TOO_LARGE, VOTA_TRANSPORT_TOO_LARGE}};

/* The request does not reach the node. */
static bool is_lost_before(struct chain_request *request, struct vota_response *response)
{
    for (size_t i = 0; i < sizeof lost_before / sizeof lost_before[0]; i++) {
        if (acts(request, lost_before[i].fault)) {
            (void)fail(response, lost_before[i].transport, 0);
            return true;
        }
    }
    if (acts(request, CHAIN_FAULT_HTTP)) {
        const unsigned status = chain_amount(request->node, CHAIN_FAULT_HTTP, 503);
        (void)fail(response, VOTA_TRANSPORT_HTTP, status);
        return true;
    }
    if (acts(request, CHAIN_FAULT_RATE_LIMIT)) {
        (void)fail(response, VOTA_TRANSPORT_HTTP, 429);
        response->retry_after_s = chain_amount(request->node, CHAIN_FAULT_RATE_LIMIT, 0);
        return true;
    }
    return false;
}

static bool is_lost_after(struct chain_request *request, struct vota_response *response)
{
    for (size_t i = 0; i < sizeof lost_after / sizeof lost_after[0]; i++) {
        if (acts(request, lost_after[i].fault)) {
            const bool begun = lost_after[i].transport != VOTA_TRANSPORT_TIMEOUT;
            (void)fail(response, lost_after[i].transport, begun ? 200 : 0);
            return true;
        }
    }
    if (acts(request, CHAIN_FAULT_BAD_GATEWAY_LATE)) {
        (void)fail(response, VOTA_TRANSPORT_HTTP, 502);
        return true;
    }
    return false;
}

static enum vota_status deliver(struct chain_request *request, struct vota_response *response,
                                const struct vota_wr *body)
{
    static const char html[] = "<!doctype html><title>Welcome</title><p>Log in to go on.</p>";
    struct vota_slice bytes = {body->to, body->len};
    if (acts(request, CHAIN_FAULT_TRUNCATED))
        bytes.len /= 2;
    if (acts(request, CHAIN_FAULT_HTML))
        bytes = (struct vota_slice){(const uint8_t *)html, sizeof html - 1};
    if (acts(request, CHAIN_FAULT_EMPTY))
        bytes.len = 0;
    response->http_status = 200;
    const enum vota_status status = vota_response_add(response, bytes.at, bytes.len);
    if (status == VOTA_LIMIT)
        return fail(response, VOTA_TRANSPORT_TOO_LARGE, 200);
    return status;
}

static void count(struct chain_node *node, enum chain_method method)
{
    node->calls.of[method]++;
    if (method == CHAIN_SEND)
        node->calls.writes++;
    else
        node->calls.reads++;
}

static enum vota_status serve(struct chain *chain, struct chain_node *node,
                              struct vota_response *response, const json_t *asked)
{
    static uint8_t bytes[ANSWER_MAX + 256];
    struct vota_wr body = vota_wr_of(bytes, sizeof bytes);
    const char *name = json_string_value(json_object_get(asked, "method"));
    chain_must(name != NULL, "a request without a method");
    const struct method *method = method_of(name);
    struct chain_request request = {.chain = chain,
                                    .node = node,
                                    .method = method->method,
                                    .name = name,
                                    .params = json_object_get(asked, "params"),
                                    .out = &body};
    count(node, method->method);
    if (is_lost_before(&request, response))
        return VOTA_REMOTE;
    answer(&request, method, json_integer_value(json_object_get(asked, "id")));
    if (is_lost_after(&request, response))
        return VOTA_REMOTE;
    return deliver(&request, response, &body);
}

/* Which node: the transport's context points at it, inside its chain. */
static struct chain *chain_of(struct chain_node *node, unsigned index)
{
    return (struct chain *)(void *)((uint8_t *)(node - index) - offsetof(struct chain, nodes));
}

static enum vota_status send(void *ctx, struct vota_response *ret_response,
                             struct vota_slice request, unsigned timeout_ms)
{
    struct chain_node *node = ctx;
    (void)timeout_ms;
    json_t *asked = json_loadb((const char *)request.at, request.len, 0, NULL);
    chain_must(asked != NULL, "a request that is not JSON");
    const enum vota_status status = serve(chain_of(node, node->index), node, ret_response, asked);
    json_decref(asked);
    return status;
}

void chain_transport_init(struct vota_transport *ret_transport, struct chain *chain, unsigned node)
{
    chain_must(node < CHAIN_NODES, "no such node");
    *ret_transport = (struct vota_transport){.ctx = &chain->nodes[node], .send = send};
}
