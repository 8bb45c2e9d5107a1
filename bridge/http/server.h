/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 on loopback or a Unix socket, and its limits: connections, bytes of
 * head and body, and seconds that one request may take to come in or an answer
 * to be taken. Knows requests and replies, nothing of what they say. TLS is the
 * reverse proxy's. Nothing of libmicrohttpd's is seen from outside.
 */
#ifndef VOTA_BRIDGE_HTTP_SERVER_H
#define VOTA_BRIDGE_HTTP_SERVER_H

#include "bridge/http/stream.h"

struct vota_server;

#define VOTA_SERVER_ETAG_MAX 63u

/* What came in: borrowed until it is replied to. NULL for a header that was not sent. */
struct vota_server_request {
    const char *method;
    const char *target; /* as it came: not unescaped, with its query */
    const char *authorization, *content_type, *accept_language, *if_none_match;
    struct vota_slice body;
    bool too_large; /* the body was above the ceiling: it is empty here */
    bool unwanted;  /* the body was not kept, for wants_body said so: it is empty here */
};

struct vota_server_reply {
    unsigned status;
    const char *content_type; /* static */
    void *body;               /* of malloc, taken over; NULL: none */
    size_t len;
    uint64_t retry_after;                /* seconds; 0: not said */
    const char *allow;                   /* static; NULL: not said */
    bool asks_for_token;                 /* WWW-Authenticate: Bearer */
    const char *cache;                   /* static, Cache-Control; NULL: no-store */
    char etag[VOTA_SERVER_ETAG_MAX + 1]; /* with its quotes; empty: none */
};

/*
 * Called by a thread of the server when a request is there whole. The handler
 * sees to it that vota_server_answer is called for it exactly once, then or later, by any
 * thread. It must not wait.
 */
typedef void vota_server_handler(void *context, struct vota_server_request *request);

/*
 * Called when a body grows beyond the first few kilobytes: whether the rest of
 * it is worth memory, or whoever sends it may not. Must not wait; the request,
 * of which only the head is there, is borrowed.
 */
typedef bool vota_server_wants_body(void *context, const struct vota_server_request *request);

/*
 * Called when a head is there whose body is longer than body_max, or says no
 * length: NULL, and the request goes its usual way, or the state of a stream
 * that takes the body while it comes. Must not wait; the request is borrowed.
 */
typedef void *vota_server_open_stream(void *context, const struct vota_server_request *request);

/* A stream, in a thread of its own: until it is answered, or its client gone. Frees the state. */
typedef void vota_server_run_stream(void *state, struct vota_stream *stream);

struct vota_server_options {
    /* "127.0.0.1:PORT", "[::1]:PORT" (0: any port), or "unix:PATH" */
    const char *listen;
    unsigned threads;
    unsigned connections; /* at a time; more wait to be accepted */
    size_t head_max;      /* bytes of request line and headers, about */
    size_t body_max;      /* bytes */
    /* Seconds for a head to come, for a body, for a line of a stream, for a reply to go, or to be
     * idle; less while most connections are taken (patience.h). */
    unsigned deadline;
    vota_server_handler *handler;
    vota_server_wants_body *wants_body;   /* NULL: any is wanted */
    vota_server_open_stream *open_stream; /* NULL: there are none */
    vota_server_run_stream *run_stream;
    void *context;
};

/*
 * Listens and serves. BAD_INPUT "bad-address", "not-loopback" (the address is not this machine's:
 * a reverse proxy with TLS belongs in front); CONFLICT "address-in-use"; IO "cannot-listen".
 */
VOTA_MUST_USE enum vota_status vota_server_start(struct vota_server **ret_server,
                                                 const struct vota_server_options *options,
                                                 struct vota_error *err);

/* The port that it listens on; 0 for a Unix socket. */
unsigned vota_server_port(const struct vota_server *server);

/* How many connections began and ended: it moves as long as the server's threads do. */
uint64_t vota_server_moves(const struct vota_server *server);

void vota_server_answer(struct vota_server_request *request, const struct vota_server_reply *reply);

/*
 * Takes no new connections and nothing more of streams, waits until what came
 * in is answered, then closes. Whoever answers must go on until this returns. NULL is fine.
 */
void vota_server_stop(struct vota_server *server);

#endif
