/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server, on libmicrohttpd: see server.h. A request that is not answered at
 * once is suspended, so that no thread waits for a disk; a watch closes what
 * takes longer than the deadline, however slowly it drips.
 */
#include "bridge/http/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge/http/patience.h"
#include "bridge/http/server_parts.h"
#include "bridge/listen.h"
#include "proof/bytes.h"

#define FIRST_BODY 4096u
/* What anybody may make us keep of a body; a single record is seldom longer. */
#define FREE_BODY 16384u
/* How much of a body that is too large is read and thrown away before the line is cut. */
#define EXCESS 4u

/* ---- lines ---- */

static void note_line(void *context, struct MHD_Connection *connection, void **socket_context,
                      enum MHD_ConnectionNotificationCode code)
{
    struct vota_server *server = context;
    atomic_fetch_add(&server->moves, 1);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *socket_context = info != NULL ? vota_patience_add(server->lines, info->connect_fd) : NULL;
    } else {
        vota_patience_remove(server->lines, *socket_context);
        *socket_context = NULL;
    }
}

/* From now on the client owes something, or we do. */
void vota_server_set_owed(struct vota_server_call *request, bool by_client)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    vota_patience_set_owed(request->server->lines, info != NULL ? info->socket_context : NULL,
                           by_client);
}

/* ---- a request comes in ---- */

/* The target before libmicrohttpd unescapes it; what is returned becomes the request's context. */
static void *begin_request(void *context, const char *target, struct MHD_Connection *connection)
{
    struct vota_server_call *request = calloc(1, sizeof *request);
    if (request == NULL)
        return NULL;
    request->server = context;
    request->connection = connection;
    request->target = strdup(target);
    if (request->target == NULL || pthread_mutex_init(&request->mutex, NULL) != 0) {
        free(request->target);
        free(request);
        return NULL;
    }
    return request;
}

/* Handed to the handler, or its answer sent. */
void vota_server_count(struct vota_server *server, bool more)
{
    (void)pthread_mutex_lock(&server->mutex);
    server->in_flight = more ? server->in_flight + 1 : server->in_flight - 1;
    (void)pthread_cond_broadcast(&server->changed);
    (void)pthread_mutex_unlock(&server->mutex);
}

void vota_server_call_free(struct vota_server_call *request)
{
    if (request->handed)
        vota_server_count(request->server, false);
    (void)pthread_mutex_destroy(&request->mutex);
    if (request->replied)
        free(request->reply.body);
    vota_stream_free(request->stream);
    free(request->body);
    free(request->target);
    free(request);
}

static void end_request(void *context, struct MHD_Connection *connection, void **request_context,
                        enum MHD_RequestTerminationCode code)
{
    struct vota_server_call *request = *request_context;
    (void)context;
    (void)connection;
    (void)code;
    if (request == NULL)
        return;
    vota_server_set_owed(request, true);
    *request_context = NULL;
    if (request->stream != NULL)
        vota_server_stream_leave(request);
    else
        vota_server_call_free(request);
}

/* Asked once, and only of bodies that are worth the question. */
static bool is_wanted(struct vota_server_call *request, size_t len)
{
    const struct vota_server_options *options = &request->server->options;
    if (request->asked || request->len + len <= FREE_BODY || options->wants_body == NULL)
        return true;
    request->asked = true;
    return options->wants_body(options->context, &request->about);
}

/* Read on, and forgotten, so that the answer arrives; false when that is enough. */
static bool drop_body(struct vota_server_call *request, size_t len)
{
    free(request->body);
    request->body = NULL;
    request->len = request->cap = 0;
    request->dropped += len;
    return request->dropped / EXCESS <= request->server->options.body_max;
}

/* False without memory, or when so much is thrown away that the line should be cut. */
static bool add_body(struct vota_server_call *request, const char *bytes, size_t len)
{
    const size_t most = request->server->options.body_max;
    request->about.too_large |= len > most - request->len;
    request->about.unwanted |= !request->about.too_large && !is_wanted(request, len);
    if (request->about.too_large || request->about.unwanted)
        return drop_body(request, len);
    if (request->len + len > request->cap) {
        size_t cap = request->cap > 0 ? request->cap : FIRST_BODY;
        while (cap < request->len + len)
            cap *= 2;
        uint8_t *body = realloc(request->body, cap);
        if (body == NULL)
            return false;
        request->body = body;
        request->cap = cap;
    }
    vota_bytes_copy(request->body + request->len, bytes, len);
    request->len += len;
    return true;
}

const char *vota_server_header(struct vota_server_call *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* ---- and is answered ---- */

static void add_headers(struct MHD_Response *response, const struct vota_server_reply *reply)
{
    char seconds[24];
    (void)MHD_add_response_header(response, "Cache-Control",
                                  reply->cache != NULL ? reply->cache : "no-store");
    if (reply->etag[0] != '\0')
        (void)MHD_add_response_header(response, "ETag", reply->etag);
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (reply->content_type != NULL)
        (void)MHD_add_response_header(response, "Content-Type", reply->content_type);
    if (reply->allow != NULL)
        (void)MHD_add_response_header(response, "Allow", reply->allow);
    if (reply->asks_for_token)
        (void)MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (reply->retry_after == 0)
        return;
    (void)snprintf(seconds, sizeof seconds, "%" PRIu64, reply->retry_after);
    (void)MHD_add_response_header(response, "Retry-After", seconds);
}

static enum MHD_Result send_reply(struct vota_server_call *request)
{
    struct vota_server_reply *reply = &request->reply;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->len, reply->body, MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        return MHD_NO;
    reply->body = NULL; /* the response's now */
    add_headers(response, reply);
    vota_server_set_owed(request, true);
    const enum MHD_Result result = MHD_queue_response(request->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

void vota_server_answer(struct vota_server_request *about, const struct vota_server_reply *reply)
{
    struct vota_server_call *request = (struct vota_server_call *)about;
    (void)pthread_mutex_lock(&request->mutex);
    VOTA_ASSERT(!request->replied);
    request->reply = *reply;
    request->replied = true;
    if (request->suspended)
        MHD_resume_connection(request->connection);
    (void)pthread_mutex_unlock(&request->mutex); /* the request may be gone after this */
}

static void hand_over(struct vota_server_call *request)
{
    struct vota_server *server = request->server;
    request->about.body = (struct vota_slice){request->body, request->len};
    vota_server_set_owed(request, false);
    vota_server_count(server, true);
    request->handed = true;
    server->options.handler(server->options.context, &request->about);
}

/* Whole: to the handler, and back when it has answered. */
static enum MHD_Result finish(struct vota_server_call *request)
{
    if (!request->handed)
        hand_over(request);
    (void)pthread_mutex_lock(&request->mutex);
    const bool replied = request->replied;
    if (!replied) {
        request->suspended = true;
        MHD_suspend_connection(request->connection);
    }
    (void)pthread_mutex_unlock(&request->mutex);
    return replied ? send_reply(request) : MHD_YES;
}

/* A body that says itself that it is too large is not waited for. */
static bool announces_too_much(struct vota_server_call *request)
{
    const char *text = vota_server_header(request, "Content-Length");
    return text != NULL && strtoull(text, NULL, 10) > request->server->options.body_max;
}

/* ---- a head, and what follows it ---- */

static bool may_stream(struct vota_server_call *request, const char *version)
{
    const bool says_length = vota_server_header(request, "Content-Length") != NULL;
    return request->server->options.open_stream != NULL && strcmp(version, "HTTP/1.1") == 0 &&
           (says_length ? announces_too_much(request)
                        : vota_server_header(request, "Transfer-Encoding") != NULL);
}

/* The head is there. */
static enum MHD_Result begin(struct vota_server_call *request, const char *method,
                             const char *version)
{
    request->begun = true;
    request->about = (struct vota_server_request){
        .method = method,
        .target = request->target,
        .authorization = vota_server_header(request, "Authorization"),
        .content_type = vota_server_header(request, "Content-Type"),
        .accept_language = vota_server_header(request, "Accept-Language"),
        .if_none_match = vota_server_header(request, "If-None-Match")};
    vota_server_set_owed(request, true); /* the body has a time of its own */
    if (may_stream(request, version) && vota_server_stream_start(request))
        return MHD_YES;
    if (!announces_too_much(request))
        return MHD_YES;
    request->about.too_large = true;
    return finish(request);
}

/* libmicrohttpd's callback: its shape is not ours to choose. */
static enum MHD_Result take(/* NOLINT(readability-function-size): the library's shape */
                            void *context, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *upload,
                            size_t *upload_len, void **request_context)
{
    struct vota_server_call *request = *request_context;
    (void)context;
    (void)connection;
    (void)url;
    if (request == NULL)
        return MHD_NO; /* there was no memory for it */
    if (!request->begun)
        return begin(request, method, version);
    if (request->stream != NULL)
        return vota_server_stream_feed(request, upload, upload_len);
    if (*upload_len > 0) {
        const bool taken = add_body(request, upload, *upload_len);
        *upload_len = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    return finish(request);
}

/* ---- life ---- */

static enum vota_status start_daemon(struct vota_server *server, struct vota_error *err)
{
    const struct vota_server_options *options = &server->options;
    int fd = -1;
    const enum vota_status status = vota_listen_open(&fd, &server->port, options->listen, err);
    if (status != VOTA_OK)
        return status;
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        take, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, options->threads,
        MHD_OPTION_CONNECTION_LIMIT, options->connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        options->head_max, MHD_OPTION_CONNECTION_TIMEOUT, options->deadline,
        MHD_OPTION_URI_LOG_CALLBACK, begin_request, server, MHD_OPTION_NOTIFY_COMPLETED,
        end_request, server, MHD_OPTION_NOTIFY_CONNECTION, note_line, server,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (server->daemon != NULL)
        return VOTA_OK;
    (void)close(fd);
    return vota_fail(err, VOTA_IO, "listen", "cannot-listen");
}

static void release(struct vota_server *server)
{
    vota_patience_free(server->lines);
    (void)pthread_cond_destroy(&server->changed);
    (void)pthread_mutex_destroy(&server->mutex);
    free(server);
}

enum vota_status vota_server_start(struct vota_server **ret_server,
                                   const struct vota_server_options *options,
                                   struct vota_error *err)
{
    struct vota_server *server = calloc(1, sizeof *server);
    if (server == NULL || pthread_mutex_init(&server->mutex, NULL) != 0) {
        free(server);
        return vota_fail(err, VOTA_NO_MEMORY, "server", "no-memory");
    }
    server->options = *options;
    (void)pthread_cond_init(&server->changed, NULL); /* cannot fail where the mutex did not */
    if (vota_patience_new(&server->lines, options->deadline, options->connections) != VOTA_OK) {
        release(server);
        return vota_fail(err, VOTA_NO_MEMORY, "server", "no-memory");
    }
    const enum vota_status status = start_daemon(server, err);
    if (status != VOTA_OK) {
        release(server);
        return status;
    }
    *ret_server = server;
    return VOTA_OK;
}

unsigned vota_server_port(const struct vota_server *server)
{
    return server->port;
}

uint64_t vota_server_moves(const struct vota_server *server)
{
    return atomic_load(&server->moves);
}

void vota_server_stop(struct vota_server *server)
{
    if (server == NULL)
        return;
    const int fd = MHD_quiesce_daemon(server->daemon);
    (void)pthread_mutex_lock(&server->mutex);
    server->ending = true;
    for (struct vota_server_call *request = server->streams; request != NULL;
         request = request->next)
        vota_stream_close(request->stream);
    while (server->in_flight > 0)
        (void)pthread_cond_wait(&server->changed, &server->mutex);
    (void)pthread_mutex_unlock(&server->mutex);
    MHD_stop_daemon(server->daemon);
    if (fd >= 0)
        (void)close(fd);
    release(server);
}
