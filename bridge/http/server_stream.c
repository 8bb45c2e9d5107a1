/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream between libmicrohttpd and its own thread: see server_parts.h. The
 * library takes the body apart as it comes; the answer, which it would send only
 * after the body, goes past it to the socket (stream.c), and the library closes
 * the connection after it.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/http/server_parts.h"

/* The stream's thread and the connection end in any order: the second of them frees. */
static void end_stream(struct vota_server_call *request)
{
    struct vota_server *server = request->server;
    (void)pthread_mutex_lock(&server->mutex);
    *request->link = request->next;
    if (request->next != NULL)
        request->next->link = request->link;
    (void)pthread_mutex_unlock(&server->mutex);
    vota_server_call_free(request);
}

void vota_server_stream_leave(struct vota_server_call *request)
{
    vota_stream_break(request->stream);
    (void)pthread_mutex_lock(&request->mutex);
    request->ended = true;
    const bool is_last = request->stream_done;
    (void)pthread_mutex_unlock(&request->mutex);
    if (is_last)
        end_stream(request);
}

/* With the request's mutex. */
static void resume(struct vota_server_call *request)
{
    if (request->suspended && !request->ended) {
        request->suspended = false;
        MHD_resume_connection(request->connection);
    }
}

static void want_more(void *context)
{
    struct vota_server_call *request = context;
    (void)pthread_mutex_lock(&request->mutex);
    resume(request);
    (void)pthread_mutex_unlock(&request->mutex);
}

static void *run_stream(void *context)
{
    struct vota_server_call *request = context;
    request->server->options.run_stream(request->stream_state, request->stream);
    (void)pthread_mutex_lock(&request->mutex);
    request->stream_done = true;
    if (!request->suspended && !request->ended) /* the library waits for more of the body */
        vota_stream_hang_up(request->stream);
    resume(request);
    const bool is_last = request->ended;
    (void)pthread_mutex_unlock(&request->mutex);
    if (is_last)
        end_stream(request);
    return NULL;
}

static void list_stream(struct vota_server_call *request)
{
    struct vota_server *server = request->server;
    (void)pthread_mutex_lock(&server->mutex);
    request->next = server->streams;
    request->link = &server->streams;
    if (request->next != NULL)
        request->next->link = &request->next;
    server->streams = request;
    if (server->ending)
        vota_stream_close(request->stream);
    (void)pthread_mutex_unlock(&server->mutex);
}

enum MHD_Result vota_server_stream_feed(struct vota_server_call *request, const char *upload,
                                        size_t *upload_len)
{
    const size_t had = *upload_len;
    const bool has_line = memchr(upload != NULL ? upload : "", '\n', had) != NULL;
    (void)pthread_mutex_lock(&request->mutex);
    const bool done = request->stream_done;
    if (!done && had > 0)
        *upload_len -= vota_stream_put(request->stream, upload, had);
    else if (!done)
        vota_stream_end(request->stream);
    const bool waits = !done && (had == 0 || *upload_len > 0);
    if (waits) {
        request->suspended = true;
        MHD_suspend_connection(request->connection);
    }
    (void)pthread_mutex_unlock(&request->mutex);
    if (has_line || waits) /* a line in time, however short, is owed; silence is not */
        vota_server_set_owed(request, !waits);
    return done ? MHD_NO : MHD_YES; /* the answer is out: nothing is left but to close */
}

bool vota_server_stream_start(struct vota_server_call *request)
{
    pthread_t thread;
    struct vota_server *server = request->server;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct vota_stream_options options = {.fd = info->connect_fd,
                                                .deadline = server->options.deadline,
                                                .wanted = want_more,
                                                .context = request};
    if (vota_stream_new(&request->stream, &options) != VOTA_OK)
        return false;
    request->stream_state = server->options.open_stream(server->options.context, &request->about);
    if (request->stream_state == NULL) {
        vota_stream_free(request->stream);
        request->stream = NULL;
        return false;
    }
    list_stream(request);
    vota_server_count(server, true);
    request->handed = true;
    if (pthread_create(&thread, NULL, run_stream, request) == 0)
        (void)pthread_detach(thread);
    else { /* it runs here, and finds its client gone */
        vota_stream_break(request->stream);
        (void)run_stream(request);
    }
    return true;
}
