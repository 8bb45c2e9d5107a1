/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes both ways: see stream.h. */
#include "bridge/http/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "bridge/http/steady.h"
#include "proof/bytes.h"

#define BUFFER ((size_t)128 * 1024)

struct vota_stream {
    struct vota_stream_options options;
    int fd;
    bool has_head;         /* of the stream's thread alone: the answer has begun */
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    bool waits; /* the server was not rid of all bytes */
    bool ended, gone, closed, poked;
    bool cut;          /* it was closed before its body was whole */
    size_t begin, len; /* of what is in the buffer */
    uint8_t bytes[BUFFER];
};

enum vota_status vota_stream_new(struct vota_stream **ret_stream,
                                 const struct vota_stream_options *options)
{
    struct vota_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL || pthread_mutex_init(&stream->mutex, NULL) != 0) {
        free(stream);
        return VOTA_NO_MEMORY;
    }
    vota_steady_init(&stream->changed);
    stream->options = *options;
    stream->fd = fcntl(options->fd, F_DUPFD_CLOEXEC, 0);
    if (stream->fd < 0) {
        vota_stream_free(stream);
        return VOTA_IO;
    }
    *ret_stream = stream;
    return VOTA_OK;
}

void vota_stream_free(struct vota_stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->fd >= 0)
        (void)close(stream->fd);
    (void)pthread_cond_destroy(&stream->changed);
    (void)pthread_mutex_destroy(&stream->mutex);
    free(stream);
}

/* ---- in ---- */

size_t vota_stream_put(struct vota_stream *stream, const void *bytes, size_t len)
{
    (void)pthread_mutex_lock(&stream->mutex);
    const bool drop = stream->gone || stream->closed; /* read to nowhere, until the line is cut */
    const size_t room = BUFFER - stream->begin - stream->len;
    const size_t taken = len < room ? len : room;
    if (!drop) {
        vota_bytes_copy(stream->bytes + stream->begin + stream->len, bytes, taken);
        stream->len += taken;
        stream->waits = taken < len;
        (void)pthread_cond_signal(&stream->changed);
    }
    (void)pthread_mutex_unlock(&stream->mutex);
    return drop ? len : taken;
}

static void set(struct vota_stream *stream, bool *flag)
{
    (void)pthread_mutex_lock(&stream->mutex);
    *flag = true;
    (void)pthread_cond_signal(&stream->changed);
    (void)pthread_mutex_unlock(&stream->mutex);
}

/* Of a body whose bytes are dropped the end says nothing: cut stays. */
void vota_stream_end(struct vota_stream *stream)
{
    set(stream, &stream->ended);
}

void vota_stream_break(struct vota_stream *stream)
{
    set(stream, &stream->gone);
}

void vota_stream_close(struct vota_stream *stream)
{
    (void)pthread_mutex_lock(&stream->mutex);
    stream->cut = stream->cut || !stream->ended;
    stream->closed = true;
    (void)pthread_cond_signal(&stream->changed);
    (void)pthread_mutex_unlock(&stream->mutex);
}

bool vota_stream_is_over(struct vota_stream *stream)
{
    (void)pthread_mutex_lock(&stream->mutex);
    const bool is_over = stream->gone || stream->closed;
    (void)pthread_mutex_unlock(&stream->mutex);
    return is_over;
}

void vota_stream_hang_up(struct vota_stream *stream)
{
    (void)shutdown(stream->fd, SHUT_RDWR); /* what was sent still goes out */
}

void vota_stream_poke(struct vota_stream *stream)
{
    set(stream, &stream->poked);
}

enum vota_stream_state vota_stream_read(struct vota_stream *stream, void *ret_bytes, size_t cap,
                                        size_t *ret_len)
{
    (void)pthread_mutex_lock(&stream->mutex);
    const size_t len = stream->len < cap ? stream->len : cap;
    vota_bytes_copy(ret_bytes, stream->bytes + stream->begin, len);
    stream->begin += len;
    stream->len -= len;
    if (stream->len == 0)
        stream->begin = 0;
    /* Room only when it is empty: the server is asked back less often so. */
    const bool wants = stream->waits && (stream->len == 0 || stream->gone || stream->closed);
    stream->waits = stream->waits && !wants;
    enum vota_stream_state state = VOTA_STREAM_OPEN;
    if (stream->gone)
        state = VOTA_STREAM_GONE;
    else if (stream->len == 0 && (stream->ended || stream->closed) && !wants)
        state = stream->cut ? VOTA_STREAM_CUT : VOTA_STREAM_ENDED;
    (void)pthread_mutex_unlock(&stream->mutex);
    if (wants)
        stream->options.wanted(stream->options.context);
    *ret_len = len;
    return state;
}

static bool has_news(const struct vota_stream *stream)
{
    return stream->len > 0 || stream->ended || stream->gone || stream->closed;
}

void vota_stream_wait(struct vota_stream *stream, bool for_bytes, unsigned milliseconds)
{
    const struct timespec until = vota_steady_in(milliseconds);
    int code = 0;
    (void)pthread_mutex_lock(&stream->mutex);
    while (!(for_bytes && has_news(stream)) && !stream->poked && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&stream->changed, &stream->mutex, &until);
    stream->poked = false;
    (void)pthread_mutex_unlock(&stream->mutex);
}

/* ---- out ---- */

/* Waits until the client has taken some; false when it does not, or is gone. */
static bool wait_for_room(const struct vota_stream *stream)
{
    struct pollfd wait = {.fd = stream->fd, .events = POLLOUT};
    int n;
    do {
        n = poll(&wait, 1, (int)stream->options.deadline * 1000);
    } while (n < 0 && errno == EINTR);
    return n == 1 && (wait.revents & POLLOUT) != 0;
}

/* What is left of the parts after n bytes of them went. */
static void advance(struct msghdr *message, size_t n)
{
    while (message->msg_iovlen > 0 && n >= message->msg_iov->iov_len) {
        n -= message->msg_iov->iov_len;
        message->msg_iov++;
        message->msg_iovlen--;
    }
    if (message->msg_iovlen > 0) {
        message->msg_iov->iov_base = (uint8_t *)message->msg_iov->iov_base + n;
        message->msg_iov->iov_len -= n;
    }
}

static bool send_all(struct vota_stream *stream, struct iovec *parts, size_t n)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = n};
    advance(&message, 0);
    while (message.msg_iovlen > 0) {
        const ssize_t sent = sendmsg(stream->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            advance(&message, (size_t)sent);
        else if (errno == EAGAIN ? !wait_for_room(stream) : errno != EINTR)
            return false;
    }
    return true;
}

static bool send_parts(struct vota_stream *stream, const char *content_type, const void *bytes,
                       size_t len)
{
    char head[512] = "";
    char size[32];
    if (!stream->has_head)
        (void)snprintf(head, sizeof head,
                       "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n"
                       "Connection: close\r\nCache-Control: no-store\r\n"
                       "X-Content-Type-Options: nosniff\r\n\r\n",
                       content_type);
    stream->has_head = true;
    (void)snprintf(size, sizeof size, "%zx\r\n", len);
    /* sendmsg does not write to them. */
    struct iovec parts[] = {{head, strlen(head)},
                            {size, strlen(size)},
                            {(void *)(uintptr_t)bytes, len},
                            {(void *)(uintptr_t) "\r\n", 2}};
    return send_all(stream, parts, sizeof parts / sizeof parts[0]);
}

bool vota_stream_write(struct vota_stream *stream, const char *content_type, const void *bytes,
                       size_t len)
{
    if (len == 0) /* an empty chunk would be the last */
        return true;
    if (send_parts(stream, content_type, bytes, len))
        return true;
    vota_stream_break(stream);
    return false;
}

void vota_stream_finish(struct vota_stream *stream, const char *content_type)
{
    (void)send_parts(stream, content_type, "", 0);
}
