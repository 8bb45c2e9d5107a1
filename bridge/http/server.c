/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server, on libmicrohttpd: see server.h. A request that is not answered at
 * once is suspended, so that no thread waits for a disk; a watch closes what
 * takes longer than the deadline, however slowly it drips.
 */
#include "bridge/http/server.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bridge/http/listen.h"
#include "proof/bytes.h"

#define WATCH_MS   250
#define FIRST_BODY 4096u
/* How much of a body that is too large is read and thrown away before the line is cut. */
#define EXCESS 4u

/* A connection, as the watch sees it. */
struct line {
    int fd;
    uint64_t since_ms; /* something is owed by the client since then; 0: by us */
    struct line *next, **link;
};

struct vota_server {
    struct vota_server_options options;
    struct MHD_Daemon *daemon;
    unsigned port;
    pthread_t watch;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    struct line *lines;
    size_t in_flight; /* requests handed to the handler whose answer is not sent */
    bool ending;
};

struct request {
    struct vota_server_request about; /* first: what the handler is given is this */
    struct vota_server *server;
    struct MHD_Connection *connection;
    char *target;
    uint8_t *body;
    size_t len, cap, dropped;
    bool begun, handed;
    pthread_mutex_t mutex; /* guards what follows */
    bool suspended, replied;
    struct vota_server_reply reply;
};

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- lines and their watch ---- */

static void note_line(void *context, struct MHD_Connection *connection, void **socket_context,
                      enum MHD_ConnectionNotificationCode code)
{
    struct vota_server *server = context;
    struct line *line = *socket_context;
    (void)pthread_mutex_lock(&server->mutex);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        line = info != NULL ? calloc(1, sizeof *line) : NULL;
        if (line != NULL) {
            *line = (struct line){.fd = info->connect_fd,
                                  .since_ms = now_ms(),
                                  .next = server->lines,
                                  .link = &server->lines};
            if (line->next != NULL)
                line->next->link = &line->next;
            server->lines = line;
        }
        *socket_context = line;
    } else if (line != NULL) {
        *line->link = line->next;
        if (line->next != NULL)
            line->next->link = line->link;
        free(line);
        *socket_context = NULL;
    }
    (void)pthread_mutex_unlock(&server->mutex);
}

/* From now on the client owes something, or we do. */
static void set_owed(struct request *request, bool by_client)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct line *line = info != NULL ? info->socket_context : NULL;
    if (line == NULL)
        return;
    (void)pthread_mutex_lock(&request->server->mutex);
    line->since_ms = by_client ? now_ms() : 0;
    (void)pthread_mutex_unlock(&request->server->mutex);
}

static void cut_slow_lines(const struct vota_server *server)
{
    const uint64_t now = now_ms();
    const uint64_t patience = (uint64_t)server->options.deadline * 1000;
    for (struct line *line = server->lines; line != NULL; line = line->next) {
        if (line->since_ms != 0 && now > line->since_ms + patience) {
            (void)shutdown(line->fd, SHUT_RDWR);
            line->since_ms = now;
        }
    }
}

static void *watch(void *context)
{
    struct vota_server *server = context;
    (void)pthread_mutex_lock(&server->mutex);
    while (!server->ending) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WATCH_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        (void)pthread_cond_timedwait(&server->changed, &server->mutex, &until);
        cut_slow_lines(server);
    }
    (void)pthread_mutex_unlock(&server->mutex);
    return NULL;
}

/* ---- a request comes in ---- */

/* The target before libmicrohttpd unescapes it; what is returned becomes the request's context. */
static void *begin_request(void *context, const char *target, struct MHD_Connection *connection)
{
    struct request *request = calloc(1, sizeof *request);
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
static void count_in_flight(struct vota_server *server, bool more)
{
    (void)pthread_mutex_lock(&server->mutex);
    server->in_flight = more ? server->in_flight + 1 : server->in_flight - 1;
    (void)pthread_cond_broadcast(&server->changed);
    (void)pthread_mutex_unlock(&server->mutex);
}

static void end_request(void *context, struct MHD_Connection *connection, void **request_context,
                        enum MHD_RequestTerminationCode code)
{
    struct request *request = *request_context;
    (void)context;
    (void)connection;
    (void)code;
    if (request == NULL)
        return;
    set_owed(request, true);
    if (request->handed)
        count_in_flight(request->server, false);
    (void)pthread_mutex_destroy(&request->mutex);
    if (request->replied)
        free(request->reply.body);
    free(request->body);
    free(request->target);
    free(request);
    *request_context = NULL;
}

/* False without memory, or when so much is thrown away that the line should be cut. */
static bool add_body(struct request *request, const char *bytes, size_t len)
{
    const size_t most = request->server->options.body_max;
    if (request->about.too_large || len > most - request->len) {
        request->about.too_large = true;
        request->dropped += len;
        return request->dropped / EXCESS <= most;
    }
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

static const char *header(struct request *request, const char *name)
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

static enum MHD_Result send_reply(struct request *request)
{
    struct vota_server_reply *reply = &request->reply;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->len, reply->body, MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        return MHD_NO;
    reply->body = NULL; /* the response's now */
    add_headers(response, reply);
    set_owed(request, true);
    const enum MHD_Result result = MHD_queue_response(request->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

void vota_server_answer(struct vota_server_request *about, const struct vota_server_reply *reply)
{
    struct request *request = (struct request *)about;
    (void)pthread_mutex_lock(&request->mutex);
    VOTA_ASSERT(!request->replied);
    request->reply = *reply;
    request->replied = true;
    if (request->suspended)
        MHD_resume_connection(request->connection);
    (void)pthread_mutex_unlock(&request->mutex); /* the request may be gone after this */
}

static void hand_over(struct request *request)
{
    struct vota_server *server = request->server;
    request->about.body = (struct vota_slice){request->body, request->len};
    if (request->about.too_large)
        request->about.body.len = 0;
    set_owed(request, false);
    count_in_flight(server, true);
    request->handed = true;
    server->options.handler(server->options.context, &request->about);
}

/* Whole: to the handler, and back when it has answered. */
static enum MHD_Result finish(struct request *request)
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
static bool announces_too_much(struct request *request)
{
    const char *text = header(request, "Content-Length");
    return text != NULL && strtoull(text, NULL, 10) > request->server->options.body_max;
}

/* The head is there. */
static enum MHD_Result begin(struct request *request, const char *method)
{
    request->begun = true;
    request->about =
        (struct vota_server_request){.method = method,
                                     .target = request->target,
                                     .authorization = header(request, "Authorization"),
                                     .content_type = header(request, "Content-Type"),
                                     .accept_language = header(request, "Accept-Language"),
                                     .if_none_match = header(request, "If-None-Match")};
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
    struct request *request = *request_context;
    (void)context;
    (void)connection;
    (void)url;
    (void)version;
    if (request == NULL)
        return MHD_NO; /* there was no memory for it */
    if (!request->begun)
        return begin(request, method);
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

static void end_watch(struct vota_server *server)
{
    (void)pthread_mutex_lock(&server->mutex);
    server->ending = true;
    (void)pthread_cond_broadcast(&server->changed);
    (void)pthread_mutex_unlock(&server->mutex);
    (void)pthread_join(server->watch, NULL);
}

static void release(struct vota_server *server)
{
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
    if (pthread_create(&server->watch, NULL, watch, server) != 0) {
        release(server);
        return vota_fail(err, VOTA_NO_MEMORY, "server", "no-memory");
    }
    const enum vota_status status = start_daemon(server, err);
    if (status != VOTA_OK) {
        end_watch(server);
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

void vota_server_stop(struct vota_server *server)
{
    if (server == NULL)
        return;
    const int fd = MHD_quiesce_daemon(server->daemon);
    (void)pthread_mutex_lock(&server->mutex);
    while (server->in_flight > 0)
        (void)pthread_cond_wait(&server->changed, &server->mutex);
    (void)pthread_mutex_unlock(&server->mutex);
    MHD_stop_daemon(server->daemon);
    if (fd >= 0)
        (void)close(fd);
    end_watch(server);
    release(server);
}
