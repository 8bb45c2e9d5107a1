/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between what we ask a provider and how the bytes travel: one POST,
 * one answer. Tests put a script behind it, the program libcurl. Knows HTTP
 * outcomes, not JSON.
 */
#ifndef VOTA_RPC_TRANSPORT_H
#define VOTA_RPC_TRANSPORT_H

#include <stdatomic.h>

#include "proof/bytes.h"

/* Why no body came, or came in vain. Never includes the URL, which may hold a key. */
enum vota_transport_fault {
    VOTA_TRANSPORT_NONE = 0,      /* HTTP 200 and the whole body */
    VOTA_TRANSPORT_TIMEOUT,       /* connect or call took too long: outcome unknown */
    VOTA_TRANSPORT_DNS,           /* name not found */
    VOTA_TRANSPORT_CONNECT,       /* refused or unreachable */
    VOTA_TRANSPORT_TLS,           /* certificate or handshake */
    VOTA_TRANSPORT_CLOSED,        /* cut off in the middle: outcome unknown */
    VOTA_TRANSPORT_TOO_LARGE,     /* over the response's ceiling */
    VOTA_TRANSPORT_HTTP,          /* a status other than 200 */
    VOTA_TRANSPORT_PROXY_DOWN,    /* the proxy cannot be reached: nothing left this network */
    VOTA_TRANSPORT_PROXY_REFUSED, /* the proxy does not know us, or does not let this through */
    VOTA_TRANSPORT_ALTERED,       /* a file packed unasked, or that leads on at once */
    VOTA_TRANSPORT_OTHER
};

/* An answer. Caller's; the body grows on the heap up to `max` bytes. */
struct vota_response {
    uint8_t *body; /* owned; NULL while empty */
    size_t len;
    size_t cap;
    size_t max;
    enum vota_transport_fault fault;
    unsigned http_status;   /* 0: none came */
    unsigned retry_after_s; /* from Retry-After, seconds or date; 0: none; at most a day */
};

void vota_response_init(struct vota_response *response, size_t max);
void vota_response_clear(struct vota_response *response); /* empty again, keeps max and memory */
void vota_response_done(struct vota_response *response);

/* Appends to the body. LIMIT beyond max, NO_MEMORY; then nothing was added. */
VOTA_MUST_USE enum vota_status vota_response_add(struct vota_response *response, const void *bytes,
                                                 size_t len);

struct vota_transport {
    void *ctx;
    /*
     * POSTs `request` as application/json and waits at most timeout_ms.
     * Clears and fills *ret_response. OK: body there, fault NONE. REMOTE:
     * see ret_response->fault. NO_MEMORY. Never writes more than max bytes.
     */
    enum vota_status (*send)(void *ctx, struct vota_response *ret_response,
                             struct vota_slice request, unsigned timeout_ms);
};

VOTA_MUST_USE enum vota_status vota_transport_send(const struct vota_transport *transport,
                                                   struct vota_response *ret_response,
                                                   struct vota_slice request, unsigned timeout_ms);

/* Short static words for logs: "timeout", "tls", ... */
const char *vota_transport_fault_name(enum vota_transport_fault fault);

/* ---- libcurl (transport_curl.c) ---- */

struct vota_transport_options {
    const char *url; /* https, or http to a loopback address; copied */
    /* http://host:port or socks5h://host:port, with user:password@ if it asks for them; copied.
     * It looks names up; TLS goes through it, end to end. Not used for loopback. NULL: none.
     * http_proxy, all_proxy and no_proxy of the environment are never looked at. */
    const char *proxy;
    const char *ca_file; /* PEM, instead of the system's authorities; NULL: those */
    /* PEM files by which the other side knows us; both or neither. The key has no password, and
     * is a secret of this user (0600). */
    const char *client_cert;
    const char *client_key;
    unsigned connect_ms; /* 0: 5,000 */
    /* Set by another thread: a call at hand is broken off within about a second, fault CLOSED.
     * NULL: nobody does. */
    const atomic_bool *hang_up;
};

/*
 * One handle for one provider and one thread; frees with
 * vota_transport_curl_free. BAD_INPUT "bad-url", "not-https" (plain http is
 * for 127.0.0.0/8, [::1] and localhost only), "needs-both". A file of TLS that
 * is not there: NOT_FOUND "no-file"; a key file that others may read or that is
 * a link: CONFLICT "mode-too-open", "not-owner", "not-regular", "is-link"; all
 * with err->where its name above. What the files hold is found out by sending.
 */
VOTA_MUST_USE enum vota_status vota_transport_curl_new(struct vota_transport **ret_transport,
                                                       const struct vota_transport_options *options,
                                                       struct vota_error *err);
void vota_transport_curl_free(struct vota_transport *transport);

/*
 * Header lines ("Name: value", without controls) that go with every call from
 * now on, beside our own; copied. They replace those that were given before.
 */
VOTA_MUST_USE enum vota_status vota_transport_curl_headers(struct vota_transport *transport,
                                                           const char *const *lines, size_t n);

/* ---- files of a web server ---- */

/* The same seam for one GET: tests put a script behind it, too. */
struct vota_fetch {
    void *ctx;
    /*
     * GETs `path` below the address and waits at most timeout_ms. Outcomes as
     * those of vota_transport's send. A status of 404 or 410 is fault HTTP too.
     */
    enum vota_status (*get)(void *ctx, struct vota_response *ret_response, const char *path,
                            unsigned timeout_ms);
};

/* Clears *ret_response first. Assumes a path of [a-z0-9./-] that begins with no slash. */
VOTA_MUST_USE enum vota_status vota_fetch_get(const struct vota_fetch *fetch,
                                              struct vota_response *ret_response, const char *path,
                                              unsigned timeout_ms);

/*
 * Files below options->url, which has neither query nor fragment: else BAD_INPUT
 * "bad-url". No redirect is followed, nothing is unpacked: a file that came
 * packed, or with a Refresh, is fault ALTERED. Otherwise as
 * vota_transport_curl_new; frees with vota_fetch_curl_free.
 */
VOTA_MUST_USE enum vota_status vota_fetch_curl_new(struct vota_fetch **ret_fetch,
                                                   const struct vota_transport_options *options,
                                                   struct vota_error *err);
void vota_fetch_curl_free(struct vota_fetch *fetch);

/* Version of the library in use, for `version`: "7.88.1"; static. */
const char *vota_transport_curl_version(void);

#endif
