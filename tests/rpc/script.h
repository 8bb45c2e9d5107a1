/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider that reads its lines from a script: one step for each request, in
 * order. "$ID" in a body becomes the id that was asked. It pauses at once and
 * counts how long it should have.
 */
#ifndef VOTA_TESTS_RPC_SCRIPT_H
#define VOTA_TESTS_RPC_SCRIPT_H

#include "rpc/eth.h"
#include "tests/test.h"

struct script_step {
    const char *body; /* NULL: nothing comes */
    enum vota_transport_fault fault;
    unsigned http_status; /* 0: 200 */
    unsigned retry_after_s;
};

struct script {
    const struct script_step *steps;
    size_t count;
    size_t next;
    char request[200000]; /* the last one */
    struct vota_transport transport;
    struct vota_provider provider;
};

static unsigned script_paused_ms; /* reset by script_init */

static inline void script_pause(unsigned ms)
{
    script_paused_ms += ms;
}

/* The digits of "id": in the last request. */
static inline size_t script_id(const struct script *script, const char **ret_at)
{
    const char *at = strstr(script->request, "\"id\":");
    assert_non_null(at);
    *ret_at = at + 5;
    return strspn(at + 5, "0123456789");
}

static inline enum vota_status script_answer(const struct script *script,
                                             struct vota_response *response, const char *body)
{
    const char *id;
    const size_t id_len = script_id(script, &id);
    const char *mark;
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && (mark = strstr(body, "$ID")) != NULL) {
        status = vota_response_add(response, body, (size_t)(mark - body));
        if (status == VOTA_OK)
            status = vota_response_add(response, id, id_len);
        body = mark + 3;
    }
    return status == VOTA_OK ? vota_response_add(response, body, strlen(body)) : status;
}

static inline enum vota_status script_send(void *ctx, struct vota_response *ret_response,
                                           struct vota_slice request, unsigned timeout_ms)
{
    struct script *script = ctx;
    (void)timeout_ms;
    if (script->next >= script->count)
        fail_msg("request %zu is not in the script: %.*s", script->next, (int)request.len,
                 (const char *)request.at);
    const struct script_step *step = &script->steps[script->next++];
    assert_true(request.len < sizeof script->request);
    memcpy(script->request, request.at, request.len);
    script->request[request.len] = '\0';
    ret_response->http_status = step->http_status != 0 ? step->http_status : 200;
    ret_response->retry_after_s = step->retry_after_s;
    ret_response->fault = step->fault;
    if (step->fault != VOTA_TRANSPORT_NONE && step->fault != VOTA_TRANSPORT_HTTP)
        ret_response->http_status = 0;
    const enum vota_status status =
        step->body != NULL ? script_answer(script, ret_response, step->body) : VOTA_OK;
    if (status == VOTA_NO_MEMORY)
        return status;
    if (status == VOTA_LIMIT)
        ret_response->fault = VOTA_TRANSPORT_TOO_LARGE;
    return ret_response->fault == VOTA_TRANSPORT_NONE ? VOTA_OK : VOTA_REMOTE;
}

static inline struct vota_provider *script_init(struct script *script,
                                                const struct script_step *steps, size_t count)
{
    script->steps = steps;
    script->count = count;
    script->next = 0;
    script->request[0] = '\0';
    script->transport = (struct vota_transport){.ctx = script, .send = script_send};
    vota_provider_init(&script->provider, "scripted", &script->transport);
    script->provider.pause = script_pause;
    script_paused_ms = 0;
    return &script->provider;
}

/* One step that answers this JSON value as the result. */
#define SCRIPT_RESULT(json)                                                                        \
    {                                                                                              \
        .body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":" json "}"                             \
    }
#define SCRIPT_ERROR(code, message)                                                                \
    {                                                                                              \
        .body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":" #code                       \
                ",\"message\":\"" message "\"}}"                                                   \
    }
#define SCRIPT_FAULT(which)                                                                        \
    {                                                                                              \
        .fault = (which)                                                                           \
    }
#define SCRIPT_HTTP(status, seconds)                                                               \
    {                                                                                              \
        .fault = VOTA_TRANSPORT_HTTP, .http_status = (status), .retry_after_s = (seconds)          \
    }
#define SCRIPT_INIT(script, steps) script_init(script, steps, sizeof(steps) / sizeof((steps)[0]))

#endif
