/* SPDX-License-Identifier: Apache-2.0 */
/* One question, its retries, and JSON values to typed ones: see eth_call.h. */
#include "rpc/eth_call.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proof/hex.h"

#define BACKOFF_MAX_MS  10000u
#define BACKOFF_MS      250u
#define RATE_BACKOFF_MS 1000u
#define NO_SUCH_METHOD  (-32601)

static void pause_ms(unsigned ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0)
        continue; /* only a signal ends it early */
}

void vota_provider_init(struct vota_provider *provider, const char *name,
                        const struct vota_transport *transport)
{
    *provider = (struct vota_provider){.name = name,
                                       .transport = transport,
                                       .timeout_ms = VOTA_ETH_CALL_MS,
                                       .retries = VOTA_ETH_RETRIES,
                                       .backoff_ms = BACKOFF_MS,
                                       .next_id = 1,
                                       .pause = pause_ms};
}

/* ---- one attempt ---- */

/*
 * Takes the answer apart and files why it is none. Some providers answer an
 * error object with status 400 or 500, so a body is looked at there too.
 */
static enum vota_status judge(struct vota_provider *provider, json_t **ret_result, uint64_t id,
                              const struct vota_response *response)
{
    struct vota_rpc_failure *failure = &provider->failure;
    enum vota_status status = vota_jsonrpc_read(ret_result, &failure->error, &failure->reason, id,
                                                response->body, response->len);
    if (status == VOTA_CONFLICT)
        failure->fault = VOTA_RPC_FAULT_ERROR;
    else if (status == VOTA_REMOTE)
        failure->fault = VOTA_RPC_FAULT_MALFORMED;
    return status;
}

static bool may_hold_error(const struct vota_response *response)
{
    return response->fault == VOTA_TRANSPORT_HTTP && response->len > 0 &&
           (response->http_status == 400 || response->http_status == 500);
}

static enum vota_status judge_http_error(struct vota_provider *provider, uint64_t id,
                                         const struct vota_response *response)
{
    json_t *unused = NULL;
    const enum vota_status status = judge(provider, &unused, id, response);
    json_decref(unused);
    if (status != VOTA_CONFLICT && status != VOTA_NO_MEMORY) {
        provider->failure.fault = VOTA_RPC_FAULT_TRANSPORT;
        return VOTA_REMOTE;
    }
    return status;
}

static enum vota_status attempt(struct vota_provider *provider, json_t **ret_result,
                                const struct vota_eth_question *question, uint8_t *request,
                                size_t request_max)
{
    const uint64_t id = provider->next_id++;
    struct vota_wr wr = vota_wr_of(request, request_max);
    const struct vota_slice params = {question->params->to, question->params->len};
    vota_jsonrpc_write(&wr, id, question->method, params);
    VOTA_ASSERT(vota_wr_fits(&wr));

    struct vota_response response;
    vota_response_init(&response, question->response_max);
    enum vota_status status = vota_transport_send(
        provider->transport, &response, (struct vota_slice){request, wr.len}, provider->timeout_ms);
    provider->failure = (struct vota_rpc_failure){.transport = response.fault,
                                                  .http_status = response.http_status,
                                                  .retry_after_s = response.retry_after_s};
    if (status == VOTA_OK)
        status = judge(provider, ret_result, id, &response);
    else if (status == VOTA_REMOTE)
        provider->failure.fault = VOTA_RPC_FAULT_TRANSPORT;
    if (may_hold_error(&response))
        status = judge_http_error(provider, id, &response);
    vota_response_done(&response);
    return status;
}

/* ---- retries ---- */

/* How long to wait before the next attempt; false when there should be none. */
static bool plan_retry(unsigned *ret_ms, const struct vota_provider *provider, unsigned done)
{
    const enum vota_retry retry = vota_answers_retry(&provider->failure);
    if (done >= provider->retries || retry == VOTA_RETRY_NEVER || retry == VOTA_RETRY_SEMANTIC)
        return false;
    uint64_t ms = provider->backoff_ms;
    if (retry == VOTA_RETRY_LATER)
        ms = provider->failure.retry_after_s > 0 ? 1000ull * provider->failure.retry_after_s
                                                 : RATE_BACKOFF_MS;
    /* A provider that wants more than we wait here is asked again by the caller, later. */
    if (ms > BACKOFF_MAX_MS)
        return false;
    for (unsigned i = 0; i < done && ms < BACKOFF_MAX_MS; i++)
        ms *= 2;
    *ret_ms = ms < BACKOFF_MAX_MS ? (unsigned)ms : BACKOFF_MAX_MS;
    return true;
}

static const char *reason_of(const struct vota_rpc_failure *failure)
{
    if (failure->fault == VOTA_RPC_FAULT_TRANSPORT)
        return vota_transport_fault_name(failure->transport);
    if (failure->fault == VOTA_RPC_FAULT_ERROR)
        return "provider-error";
    return failure->reason;
}

/* An error object is CONFLICT only when it is about the request itself. */
static enum vota_status final_status(enum vota_status status,
                                     const struct vota_rpc_failure *failure)
{
    if (status == VOTA_CONFLICT && vota_answers_retry(failure) != VOTA_RETRY_SEMANTIC)
        return VOTA_REMOTE;
    if (status == VOTA_REMOTE && failure->fault == VOTA_RPC_FAULT_TRANSPORT &&
        failure->transport == VOTA_TRANSPORT_TOO_LARGE)
        return VOTA_LIMIT;
    return status;
}

/* ---- methods that are not offered ---- */

static bool is_unsupported(const struct vota_provider *provider, const char *method)
{
    for (size_t i = 0; i < provider->n_unsupported; i++) {
        if (strcmp(provider->unsupported[i], method) == 0)
            return true;
    }
    return false;
}

static void note_unsupported(struct vota_provider *provider, const char *method)
{
    const struct vota_rpc_failure *failure = &provider->failure;
    if (failure->fault == VOTA_RPC_FAULT_ERROR && failure->error.code == NO_SUCH_METHOD &&
        provider->n_unsupported < VOTA_ETH_REFUSED)
        provider->unsupported[provider->n_unsupported++] = method;
}

static enum vota_status refuse_unsupported(struct vota_provider *provider, const char *method,
                                           struct vota_error *err)
{
    provider->failure =
        (struct vota_rpc_failure){.fault = VOTA_RPC_FAULT_ERROR, .error = {.code = NO_SUCH_METHOD}};
    return vota_fail(err, VOTA_REMOTE, method, "provider-error");
}

enum vota_status vota_eth_ask(struct vota_provider *provider, json_t **ret_result,
                              const struct vota_eth_question *question, struct vota_error *err)
{
    if (is_unsupported(provider, question->method))
        return refuse_unsupported(provider, question->method, err);
    const size_t request_max = question->params->len + strlen(question->method) + 96;
    uint8_t *request = malloc(request_max);
    if (request == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, question->method, "no-memory");
    enum vota_status status;
    unsigned done = 0;
    for (;;) {
        unsigned ms;
        status = attempt(provider, ret_result, question, request, request_max);
        if ((status != VOTA_REMOTE && status != VOTA_CONFLICT) || question->once ||
            !plan_retry(&ms, provider, done))
            break;
        provider->pause(ms);
        done++;
    }
    free(request);
    if (status == VOTA_OK)
        return VOTA_OK;
    if (status == VOTA_NO_MEMORY)
        return vota_fail(err, status, question->method, "no-memory");
    note_unsupported(provider, question->method);
    return vota_fail(err, final_status(status, &provider->failure), question->method,
                     reason_of(&provider->failure));
}

enum vota_status vota_eth_ask_some(struct vota_provider *provider, json_t **ret_result,
                                   const struct vota_eth_question *question, struct vota_error *err)
{
    json_t *result = NULL;
    const enum vota_status status = vota_eth_ask(provider, &result, question, err);
    if (status != VOTA_OK)
        return status;
    if (json_is_null(result)) {
        json_decref(result);
        return vota_fail(err, VOTA_NOT_FOUND, question->method, "null");
    }
    *ret_result = result;
    return VOTA_OK;
}

static enum vota_status blame(struct vota_provider *provider, enum vota_rpc_fault fault,
                              const char *method, const char *reason, struct vota_error *err)
{
    provider->failure = (struct vota_rpc_failure){.fault = fault, .reason = reason};
    return vota_fail(err, VOTA_REMOTE, method, reason);
}

enum vota_status vota_eth_malformed(struct vota_provider *provider, const char *method,
                                    const char *reason, struct vota_error *err)
{
    return blame(provider, VOTA_RPC_FAULT_MALFORMED, method, reason, err);
}

enum vota_status vota_eth_untrue(struct vota_provider *provider, const char *method,
                                 const char *reason, struct vota_error *err)
{
    return blame(provider, VOTA_RPC_FAULT_LIE, method, reason, err);
}

/* ---- parameters ---- */

struct vota_block_id vota_block_tagged(enum vota_block_tag tag)
{
    return (struct vota_block_id){.tag = tag};
}

struct vota_block_id vota_block_numbered(uint64_t number)
{
    return (struct vota_block_id){.tag = VOTA_BLOCK_NUMBER, .number = number};
}

struct vota_block_id vota_block_hashed(const vota_hash *hash)
{
    return (struct vota_block_id){.tag = VOTA_BLOCK_HASH, .hash = *hash};
}

void vota_eth_put_hex(struct vota_wr *wr, const void *bytes, size_t len)
{
    vota_wr_byte(wr, '"');
    vota_hex_write(wr, bytes, len);
    vota_wr_byte(wr, '"');
}

void vota_eth_put_block(struct vota_wr *wr, const struct vota_block_id *id)
{
    static const char *const tags[] = {[VOTA_BLOCK_LATEST] = "\"latest\"",
                                       [VOTA_BLOCK_SAFE] = "\"safe\"",
                                       [VOTA_BLOCK_FINALIZED] = "\"finalized\"",
                                       [VOTA_BLOCK_PENDING] = "\"pending\""};
    if (id->tag == VOTA_BLOCK_NUMBER) {
        vota_wr_byte(wr, '"');
        vota_quantity_write_u64(wr, id->number);
        vota_wr_byte(wr, '"');
    } else if (id->tag == VOTA_BLOCK_HASH) {
        vota_wr_text(wr, "{\"blockHash\":");
        vota_eth_put_hex(wr, id->hash.bytes, sizeof id->hash.bytes);
        vota_wr_byte(wr, '}');
    } else {
        vota_wr_text(wr, tags[id->tag]);
    }
}

/* ---- values ---- */

/* Moves past padding zeros, leaving one digit at least. */
static const char *skip_zeros(char *ret_text, size_t *len, const char *text)
{
    size_t zeros = 0;
    while (zeros + 3 < *len && text[2 + zeros] == '0')
        zeros++;
    ret_text[0] = text[0];
    ret_text[1] = text[1];
    vota_bytes_copy(ret_text + 2, text + 2 + zeros, *len - 2 - zeros);
    *len -= zeros;
    return ret_text;
}

bool vota_eth_get_u256(struct vota_u256 *ret, const json_t *value, enum vota_eth_zeros zeros)
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    char shorter[66];
    if (text == NULL || len < 3 || len > sizeof shorter)
        return false;
    if (zeros == VOTA_ETH_PADDED)
        text = skip_zeros(shorter, &len, text);
    return vota_quantity_read(ret, text, len) == VOTA_OK;
}

bool vota_eth_get_u64(uint64_t *ret, const json_t *value, enum vota_eth_zeros zeros)
{
    struct vota_u256 wide;
    return vota_eth_get_u256(&wide, value, zeros) && vota_u256_to_u64(ret, &wide);
}

bool vota_eth_get_fixed(uint8_t *ret_bytes, size_t len, const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL &&
           vota_hex_read_any(ret_bytes, len, text, json_string_length(value)) == VOTA_OK;
}

bool vota_eth_get_len(size_t *ret_len, const json_t *value)
{
    const size_t text_len = json_string_length(value);
    if (!json_is_string(value) || text_len < 2 || text_len % 2 != 0)
        return false;
    *ret_len = (text_len - 2) / 2;
    return true;
}

bool vota_eth_get_bytes(struct vota_wr *wr, const json_t *value)
{
    size_t len;
    if (!vota_eth_get_len(&len, value) || wr->len > wr->cap || len > wr->cap - wr->len)
        return false;
    uint8_t none;
    uint8_t *to = len > 0 ? wr->to + wr->len : &none;
    if (!vota_eth_get_fixed(to, len, value))
        return false;
    wr->len += len;
    return true;
}

enum vota_status vota_eth_take_bytes(struct vota_provider *provider, struct vota_wr *wr,
                                     const json_t *value, const char *method,
                                     struct vota_error *err)
{
    size_t len;
    const bool is_hex = vota_eth_get_len(&len, value);
    if (is_hex && (len > VOTA_ETH_CODE_MAX || wr->len > wr->cap || len > wr->cap - wr->len))
        return vota_fail(err, VOTA_LIMIT, method, "too-long");
    if (!is_hex || !vota_eth_get_bytes(wr, value))
        return vota_eth_malformed(provider, method, "not-hex", err);
    return VOTA_OK;
}
