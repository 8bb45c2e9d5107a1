/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request whose body is taken while it comes and is answered meanwhile: bytes
 * in from the server's thread, bytes out to the socket, and between them one
 * thread of the stream's own. A bounded buffer each way: who is slow slows the
 * other side, nobody's memory. Knows HTTP's chunks, nothing of what they say.
 *
 * The answer is chunked, and the connection closes after it (HTTP/1.1 only).
 */
#ifndef VOTA_BRIDGE_HTTP_STREAM_H
#define VOTA_BRIDGE_HTTP_STREAM_H

#include "proof/voteanchor.h"

struct vota_stream;

/* ---- for the server ---- */

struct vota_stream_options {
    int fd;                        /* of the connection: duplicated */
    unsigned deadline;             /* seconds that the client may leave its answer unread */
    void (*wanted)(void *context); /* by the stream's thread: there is room for bytes again */
    void *context;
};

/* NO_MEMORY; IO "no-descriptor". */
VOTA_MUST_USE enum vota_status vota_stream_new(struct vota_stream **ret_stream,
                                               const struct vota_stream_options *options);
void vota_stream_free(struct vota_stream *stream); /* when its thread has ended; NULL is fine */

/* Bytes of the body; how many were taken. If not all, `wanted` is called once there is room. */
size_t vota_stream_put(struct vota_stream *stream, const void *bytes, size_t len);
void vota_stream_end(struct vota_stream *stream);   /* the body is whole */
void vota_stream_break(struct vota_stream *stream); /* the client is gone */
void vota_stream_close(struct vota_stream *stream); /* no more is to be read: the server ends */

/* Whether the client is gone or the server ends: nothing is worth waiting for. */
bool vota_stream_is_over(struct vota_stream *stream);

/* Nothing more is said on the connection, by either side. */
void vota_stream_hang_up(struct vota_stream *stream);

/* ---- for the stream's thread ---- */

enum vota_stream_state {
    VOTA_STREAM_OPEN,
    VOTA_STREAM_ENDED, /* everything was read: the body is whole */
    VOTA_STREAM_CUT,   /* everything was read that will be, for the server ends: the body goes on */
    VOTA_STREAM_GONE   /* nobody reads what would be answered; bytes not read yet are dropped */
};

/* What is there now, without waiting. ENDED and CUT only when nothing is left. */
enum vota_stream_state vota_stream_read(struct vota_stream *stream, void *ret_bytes, size_t cap,
                                        size_t *ret_len);

/* Waits until somebody pokes, or (for_bytes) there is something to read, or its end; at most so
 * long. */
void vota_stream_wait(struct vota_stream *stream, bool for_bytes, unsigned milliseconds);
void vota_stream_poke(struct vota_stream *stream); /* by any thread */

/* Answers; the head with status 200 and this type goes before the first bytes. False: gone. */
VOTA_MUST_USE bool vota_stream_write(struct vota_stream *stream, const char *content_type,
                                     const void *bytes, size_t len);

/* The answer is whole. */
void vota_stream_finish(struct vota_stream *stream, const char *content_type);

#endif
