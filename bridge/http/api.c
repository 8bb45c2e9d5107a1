/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to who does it: see api.h. What is said to the client is api_reply.c's. */
#include "bridge/http/api.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bridge/http/api_call.h"
#include "bridge/http/clients.h"

struct vota_api {
    struct vota_api_options options;
    struct vota_clients *clients;
    atomic_bool key_replaced;
};

void vota_api_set_tokens(struct vota_api *api, const struct vota_tokens *tokens)
{
    vota_clients_set(api->clients, tokens);
}

void vota_api_set_rate(struct vota_api *api, const struct vota_rate_policy *rate)
{
    vota_clients_set_rate(api->clients, rate);
}

void vota_api_set_key_replaced(struct vota_api *api, bool is_replaced)
{
    atomic_store(&api->key_replaced, is_replaced);
}

/* ---- records in ---- */

static bool is_type(const char *content_type, const char *wanted)
{
    const size_t len = strlen(wanted);
    return content_type != NULL && strncasecmp(content_type, wanted, len) == 0 &&
           strchr("; ", content_type[len]) != NULL;
}

static void post_records(struct vota_api_call *call)
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
    call->making.run = vota_api_reply_read;
    vota_receipts_submit(call->receipts, &call->making);
}

/* ---- streams of records ---- */

/* The longest Authorization header that can hold a token of ours. */
#define AUTHORIZATION_CAP 128u

/* Whose stream it is. */
struct stream_client {
    const struct vota_api *api;
    struct vota_clients *clients;
    struct vota_metrics *metrics;
    char client[VOTA_TOKEN_CLIENT_MAX + 1];
    char authorization[AUTHORIZATION_CAP];
};

static const char *may_hand_in(void *context, uint64_t records, uint64_t *ret_wait)
{
    const struct stream_client *client = context;
    if (atomic_load(&client->api->key_replaced))
        return "key-replaced";
    return vota_clients_check(client->clients, client->authorization, VOTA_TOKEN_SUBMIT, records,
                              ret_wait);
}

static void note_stream_ended(void *context)
{
    struct stream_client *client = context;
    vota_metrics_note_stream_end(client->metrics);
    vota_clients_leave(client->clients, client->client);
    free(client);
}

/* Whether a request asks for a stream in a way that is answered with one. */
static bool asks_for_stream(const struct vota_server_request *request, bool *ret_wants_receipt)
{
    char name[VOTA_ROUTE_NAME_MAX + 1];
    char value[8];
    struct vota_routed routed;
    if (vota_router_find(&routed, request->method, request->target) != VOTA_ROUTE_FOUND ||
        routed.route != VOTA_ROUTE_RECORDS_POST || vota_router_refuses(name, &routed) ||
        !is_type(request->content_type, "application/x-ndjson") || request->authorization == NULL ||
        strlen(request->authorization) >= AUTHORIZATION_CAP)
        return false;
    const bool given = vota_router_query(value, sizeof value, routed.query, "receipt");
    *ret_wants_receipt = !given || strcmp(value, "none") != 0;
    return !given || strcmp(value, "none") == 0 || strcmp(value, "full") == 0;
}

void *vota_api_open_stream(void *context, const struct vota_server_request *request)
{
    struct vota_api *api = context;
    bool wants_receipt;
    if (api->options.writer == NULL || atomic_load(&api->key_replaced) ||
        !asks_for_stream(request, &wants_receipt))
        return NULL;
    struct stream_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return NULL;
    client->api = api;
    client->clients = api->clients;
    client->metrics = api->options.watch.metrics;
    memcpy(client->authorization, request->authorization, strlen(request->authorization));
    if (vota_clients_enter(api->clients, client->authorization, client->client) != NULL) {
        free(client); /* the usual way finds the same and says so */
        return NULL;
    }
    const struct vota_api_stream_options options = {.receipts = api->options.receipts,
                                                    .writer = api->options.writer,
                                                    .lang =
                                                        vota_problem_lang(request->accept_language),
                                                    .wants_receipt = wants_receipt,
                                                    .may = may_hand_in,
                                                    .ended = note_stream_ended,
                                                    .context = client};
    vota_metrics_note_stream(client->metrics);
    struct vota_api_stream *stream = vota_api_stream_new(&options);
    if (stream == NULL)
        note_stream_ended(client);
    return stream;
}

bool vota_api_wants_body(void *context, const struct vota_server_request *request)
{
    const struct vota_api *api = context;
    struct vota_routed routed;
    uint64_t wait = 0;
    return api->options.writer != NULL &&
           vota_router_find(&routed, request->method, request->target) == VOTA_ROUTE_FOUND &&
           routed.route == VOTA_ROUTE_RECORDS_POST &&
           vota_clients_check(api->clients, request->authorization, VOTA_TOKEN_SUBMIT, 0, &wait) ==
               NULL;
}

/* What a body that was not kept is told: first whether its client may hand in at all. */
static void refuse_large(struct vota_api *api, struct vota_api_call *call)
{
    bool wants_receipt;
    uint64_t wait = 0;
    const struct vota_server_request *request = call->request;
    const char *problem =
        vota_clients_check(api->clients, request->authorization, VOTA_TOKEN_SUBMIT, 0, &wait);
    if (api->options.writer == NULL)
        vota_api_call_fail(call, "read-only", 0);
    else if (problem == NULL && call->key_replaced)
        vota_api_call_fail(call, "key-replaced", VOTA_API_RETRY);
    else if (problem == NULL && (request->unwanted || asks_for_stream(request, &wants_receipt)))
        vota_api_call_fail(call, "overloaded", VOTA_API_RETRY); /* or: the token is a new one */
    else
        vota_api_call_fail(call, problem != NULL ? problem : "body-too-large", wait);
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

static void read_with(struct vota_api_call *call, vota_api_read *read)
{
    call->making.run = read;
    vota_receipts_submit(call->receipts, &call->making);
}

/* What needs no token. */
static bool answers_anybody(const struct vota_api *api, struct vota_api_call *call)
{
    const enum vota_route route = call->routed.route;
    if (route == VOTA_ROUTE_HEALTHZ)
        vota_api_reply_healthz(call);
    else if (route == VOTA_ROUTE_READYZ)
        vota_api_reply_readyz(call);
    else if (route == VOTA_ROUTE_METRICS && !api->options.watch.metrics_need_token)
        vota_api_reply_metrics(call);
    else
        return false;
    return true;
}

static void dispatch(struct vota_api *api, struct vota_api_call *call)
{
    const enum vota_route route = call->routed.route;
    const unsigned scope = route == VOTA_ROUTE_RECORDS_POST ? VOTA_TOKEN_SUBMIT : VOTA_TOKEN_READ;
    uint64_t wait = 0;
    bool is_public = false;
    vota_api_read *read = vota_api_read_of(route, &is_public);
    if (answers_anybody(api, call))
        return;
    if (is_public) {
        read_with(call, read);
        return;
    }
    if (route == VOTA_ROUTE_RECORDS_POST && api->options.writer == NULL) {
        vota_api_call_fail(call, "read-only", 0);
        return;
    }
    const char *problem =
        vota_clients_check(api->clients, call->request->authorization, scope, cost_of(call), &wait);
    if (problem != NULL)
        vota_api_call_fail(call, problem, wait);
    else if (route == VOTA_ROUTE_RECORDS_POST && call->key_replaced)
        vota_api_call_fail(call, "key-replaced", VOTA_API_RETRY);
    else if (route == VOTA_ROUTE_RECORDS_POST)
        post_records(call);
    else if (route == VOTA_ROUTE_METRICS)
        vota_api_reply_metrics(call);
    else
        read_with(call, read);
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
    call->store = api->options.writer;
    call->key_replaced = atomic_load(&api->key_replaced);
    call->watch = &api->options.watch;
    call->started_ns = vota_metrics_clock();
    vota_metrics_note_request(call->watch->metrics);
    call->lang = vota_problem_lang(request->accept_language);
    call->making.context = call;
    const enum vota_route_answer answer =
        vota_router_find(&call->routed, request->method, request->target);
    call->found = answer;
    if (answer == VOTA_ROUTE_UNKNOWN)
        vota_api_call_fail(call, "not-found", 0);
    else if (answer == VOTA_ROUTE_METHOD)
        vota_api_call_fail(call, "wrong-method", 0);
    else if (request->too_large ||
             (request->unwanted && call->routed.route == VOTA_ROUTE_RECORDS_POST))
        refuse_large(api, call);
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
    if (api == NULL || vota_clients_new(&api->clients, &options->rate) != VOTA_OK) {
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
    vota_clients_free(api->clients);
    free(api);
}
