/* SPDX-License-Identifier: Apache-2.0 */
/* The server and one request, as server.c and server_stream.c share them. Nobody else's. */
#ifndef VOTA_BRIDGE_HTTP_SERVER_PARTS_H
#define VOTA_BRIDGE_HTTP_SERVER_PARTS_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "bridge/http/server.h"

struct vota_server {
    struct vota_server_options options;
    struct MHD_Daemon *daemon;
    struct vota_patience *lines;
    unsigned port;
    atomic_uint_fast64_t moves; /* connections that began, and that ended */
    pthread_mutex_t mutex;      /* guards what follows */
    pthread_cond_t changed;
    size_t in_flight; /* requests handed over whose answer is not sent, and streams */
    bool ending;
    struct vota_server_call *streams;
};

struct vota_server_call {
    struct vota_server_request about; /* first: what the handler is given is this */
    struct vota_server *server;
    struct MHD_Connection *connection;
    char *target;
    uint8_t *body;
    size_t len, cap, dropped;
    bool begun, handed, asked;  /* asked: whether the body is wanted */
    struct vota_stream *stream; /* NULL: the body is put together here */
    void *stream_state;
    struct vota_server_call *next, **link; /* of the server's streams; with its mutex */
    pthread_mutex_t mutex;                 /* guards what follows */
    bool suspended, replied;
    bool stream_done, ended; /* no thread of a stream any more; no connection any more */
    struct vota_server_reply reply;
};

const char *vota_server_header(struct vota_server_call *request, const char *name);

/* One more that must end before the server may, or one less. */
void vota_server_count(struct vota_server *server, bool more);

/* From now on the client owes something, or we do. */
void vota_server_set_owed(struct vota_server_call *request, bool by_client);
void vota_server_call_free(struct vota_server_call *request);

/* Whether the request is a stream's from here on. */
VOTA_MUST_USE bool vota_server_stream_start(struct vota_server_call *request);

/* Bytes to the stream's thread; where none is taken, or none left to come, the connection waits. */
enum MHD_Result vota_server_stream_feed(struct vota_server_call *request, const char *upload,
                                        size_t *upload_len);

/* The connection is gone; so may the request be. */
void vota_server_stream_leave(struct vota_server_call *request);

#endif
