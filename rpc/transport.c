/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as bytes under a ceiling, whatever brings them: see transport.h. */
#include "rpc/transport.h"

#include <stdlib.h>

void vota_response_init(struct vota_response *response, size_t max)
{
    *response = (struct vota_response){.max = max};
}

void vota_response_clear(struct vota_response *response)
{
    response->len = 0;
    response->fault = VOTA_TRANSPORT_NONE;
    response->http_status = 0;
    response->retry_after_s = 0;
}

void vota_response_done(struct vota_response *response)
{
    free(response->body);
    *response = (struct vota_response){0};
}

/* Doubled, so that a long answer costs few copies; never above max. */
static size_t grown_cap(const struct vota_response *response, size_t needed)
{
    size_t cap = response->cap > 0 ? response->cap : 4096;
    while (cap < needed)
        cap = cap > response->max / 2 ? response->max : 2 * cap;
    return cap;
}

enum vota_status vota_response_add(struct vota_response *response, const void *bytes, size_t len)
{
    size_t needed;
    if (!vota_add(&needed, response->len, len) || needed > response->max)
        return VOTA_LIMIT;
    if (needed > response->cap) {
        const size_t cap = grown_cap(response, needed);
        uint8_t *body = realloc(response->body, cap);
        if (body == NULL)
            return VOTA_NO_MEMORY;
        response->body = body;
        response->cap = cap;
    }
    if (len > 0)
        vota_bytes_copy(response->body + response->len, bytes, len);
    response->len = needed;
    return VOTA_OK;
}

enum vota_status vota_transport_send(const struct vota_transport *transport,
                                     struct vota_response *ret_response, struct vota_slice request,
                                     unsigned timeout_ms)
{
    vota_response_clear(ret_response);
    return transport->send(transport->ctx, ret_response, request, timeout_ms);
}

enum vota_status vota_fetch_get(const struct vota_fetch *fetch, struct vota_response *ret_response,
                                const char *path, unsigned timeout_ms)
{
    vota_response_clear(ret_response);
    return fetch->get(fetch->ctx, ret_response, path, timeout_ms);
}

const char *vota_transport_fault_name(enum vota_transport_fault fault)
{
    static const char *const names[] = {[VOTA_TRANSPORT_NONE] = "none",
                                        [VOTA_TRANSPORT_TIMEOUT] = "timeout",
                                        [VOTA_TRANSPORT_DNS] = "name-not-found",
                                        [VOTA_TRANSPORT_CONNECT] = "no-connection",
                                        [VOTA_TRANSPORT_TLS] = "tls",
                                        [VOTA_TRANSPORT_CLOSED] = "cut-off",
                                        [VOTA_TRANSPORT_TOO_LARGE] = "too-large",
                                        [VOTA_TRANSPORT_HTTP] = "http-status",
                                        [VOTA_TRANSPORT_PROXY_DOWN] = "proxy-down",
                                        [VOTA_TRANSPORT_PROXY_REFUSED] = "proxy-refused",
                                        [VOTA_TRANSPORT_ALTERED] = "altered",
                                        [VOTA_TRANSPORT_OTHER] = "other"};
    return names[fault];
}
