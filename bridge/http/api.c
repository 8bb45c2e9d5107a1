/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to who does it: see api.h. What is said to the client is api_reply.c's. */
#include "bridge/http/api.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "bridge/http/api_call.h"
#include "bridge/http/auth.h"

struct vota_api {
    struct vota_api_options options;
    pthread_mutex_t mutex; /* guards what follows */
    struct vota_tokens tokens;
    struct vota_rate rates[VOTA_TOKENS_MAX]; /* of the token of the same place */
};

/* ---- who may ---- */

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* A bucket goes on with its client: revoking another must not fill it. */
void vota_api_set_tokens(struct vota_api *api, const struct vota_tokens *tokens)
{
    struct vota_rate rates[VOTA_TOKENS_MAX] = {{0}};
    (void)pthread_mutex_lock(&api->mutex);
    for (size_t i = 0; i < tokens->n; i++) {
        for (size_t k = 0; k < api->tokens.n; k++) {
            if (strcmp(tokens->token[i].client, api->tokens.token[k].client) == 0)
                rates[i] = api->rates[k];
        }
    }
    api->tokens = *tokens;
    memcpy(api->rates, rates, sizeof rates);
    (void)pthread_mutex_unlock(&api->mutex);
}

/* NULL, or the problem; *ret_wait with too-many-requests. */
static const char *check_client(struct vota_api *api, const char *authorization, unsigned scope,
                                uint64_t cost, uint64_t *ret_wait)
{
    const struct vota_token *token = NULL;
    const char *problem = NULL;
    (void)pthread_mutex_lock(&api->mutex);
    const enum vota_auth_answer answer =
        vota_auth_check(&token, &api->tokens, authorization, scope);
    if (answer == VOTA_AUTH_NOBODY)
        problem = "no-token";
    else if (answer == VOTA_AUTH_SCOPE)
        problem = "not-allowed";
    else if (!vota_rate_take(&api->rates[token - api->tokens.token], &api->options.rate, cost,
                             now_ms(), ret_wait))
        problem = "too-many-requests";
    (void)pthread_mutex_unlock(&api->mutex);
    return problem;
}

/* ---- records in ---- */

static bool is_type(const char *content_type, const char *wanted)
{
    const size_t len = strlen(wanted);
    return content_type != NULL && strncasecmp(content_type, wanted, len) == 0 &&
           strchr("; ", content_type[len]) != NULL;
}

static void post_records(struct vota_api *api, struct vota_api_call *call)
{
    static const char *const receipts[] = {"full", "none"};
    bool without;
    const struct vota_server_request *request = call->request;
    const bool many = is_type(request->content_type, "application/x-ndjson");
    if (!many && !is_type(request->content_type, "application/json")) {
        vota_api_call_fail(call, "wrong-media-type", 0);
        return;
    }
    if (!vota_api_call_choice(&without, call, "receipt", receipts))
        return;
    call->wants_receipt = !without;
    call->many = many;
    call->store = api->options.writer;
    call->making.run = vota_api_reply_read;
    vota_receipts_submit(call->receipts, &call->making);
}

/* ---- all requests ---- */

/* What a request counts for: as many records as it may hold. */
static uint64_t cost_of(const struct vota_api_call *call)
{
    const struct vota_slice body = call->request->body;
    uint64_t cost = 1;
    if (call->routed.route != VOTA_ROUTE_RECORDS_POST ||
        !is_type(call->request->content_type, "application/x-ndjson"))
        return cost;
    for (size_t i = 0; i + 1 < body.len; i++)
        cost += body.at[i] == '\n';
    return cost;
}

static void read_with(struct vota_api_call *call,
                      void (*run)(struct vota_receipts_job *job, struct vota_receipts_maker *maker))
{
    call->making.run = run;
    vota_receipts_submit(call->receipts, &call->making);
}

static void dispatch(struct vota_api *api, struct vota_api_call *call)
{
    const enum vota_route route = call->routed.route;
    const unsigned scope = route == VOTA_ROUTE_RECORDS_POST ? VOTA_TOKEN_SUBMIT : VOTA_TOKEN_READ;
    uint64_t wait = 0;
    if (route == VOTA_ROUTE_HEALTHZ) {
        vota_api_call_say(call, 200, "ok");
        return;
    }
    if (route == VOTA_ROUTE_READYZ) {
        const bool is_well = vota_writer_state_of(api->options.writer).is_well;
        vota_api_call_say(call, is_well ? 200 : 503, is_well ? "ready" : "store-unavailable");
        return;
    }
    const char *problem =
        check_client(api, call->request->authorization, scope, cost_of(call), &wait);
    if (problem != NULL)
        vota_api_call_fail(call, problem, wait);
    else if (route == VOTA_ROUTE_RECORDS_POST)
        post_records(api, call);
    else if (route == VOTA_ROUTE_RECORD)
        read_with(call, vota_api_reply_record);
    else if (route == VOTA_ROUTE_RECORD_RECEIPT)
        read_with(call, vota_api_reply_receipt);
    else if (route == VOTA_ROUTE_PROOF)
        read_with(call, vota_api_reply_proof);
    else if (route == VOTA_ROUTE_REGISTERS)
        read_with(call, vota_api_reply_registers);
    else if (route == VOTA_ROUTE_REGISTER)
        read_with(call, vota_api_reply_register);
    else if (route == VOTA_ROUTE_BATCHES)
        read_with(call, vota_api_reply_batches);
    else
        vota_api_call_fail(call, "not-found", 0);
}

void vota_api_handle(void *context, struct vota_server_request *request)
{
    static const struct vota_server_reply no_memory = {.status = 503, .retry_after = 1};
    struct vota_api *api = context;
    char name[VOTA_ROUTE_NAME_MAX + 1];
    struct vota_api_call *call = calloc(1, sizeof *call);
    if (call == NULL) {
        vota_server_answer(request, &no_memory);
        return;
    }
    call->request = request;
    call->receipts = api->options.receipts;
    call->lang = vota_problem_lang(request->accept_language);
    call->making.context = call;
    const enum vota_route_answer answer =
        vota_router_find(&call->routed, request->method, request->target);
    if (answer == VOTA_ROUTE_UNKNOWN)
        vota_api_call_fail(call, "not-found", 0);
    else if (answer == VOTA_ROUTE_METHOD)
        vota_api_call_fail(call, "wrong-method", 0);
    else if (request->too_large)
        vota_api_call_fail(call, "body-too-large", 0);
    else if (vota_router_refuses(name, &call->routed))
        vota_api_call_refuse(call, "bad-request", name, 0);
    else
        dispatch(api, call);
}

/* ---- life ---- */

enum vota_status vota_api_new(struct vota_api **ret_api, const struct vota_api_options *options,
                              struct vota_error *err)
{
    struct vota_api *api = calloc(1, sizeof *api);
    if (api == NULL || pthread_mutex_init(&api->mutex, NULL) != 0) {
        free(api);
        return vota_fail(err, VOTA_NO_MEMORY, "api", "no-memory");
    }
    api->options = *options;
    *ret_api = api;
    return VOTA_OK;
}

void vota_api_free(struct vota_api *api)
{
    if (api == NULL)
        return;
    (void)pthread_mutex_destroy(&api->mutex);
    free(api);
}
