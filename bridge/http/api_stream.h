/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that come as a stream of NDJSON: taken group by group, each group in
 * one transaction, and answered in order as groups become durable. At most a
 * few groups are on their way at a time; while they are, nothing more is read.
 */
#ifndef VOTA_BRIDGE_HTTP_API_STREAM_H
#define VOTA_BRIDGE_HTTP_API_STREAM_H

#include "bridge/http/answers.h"
#include "bridge/http/stream.h"

struct vota_api_stream;

struct vota_api_stream_options {
    struct vota_receipts *receipts; /* borrowed */
    struct vota_writer *writer;     /* borrowed */
    enum vota_lang lang;
    bool wants_receipt;
    /*
     * Whether the client may hand in so many records now: NULL, or the problem.
     * With "too-many-requests" it is asked again after *ret_wait seconds: a
     * stream is slowed to its client's rate, not refused.
     */
    const char *(*may)(void *context, uint64_t records, uint64_t *ret_wait);
    void (*ended)(void *context); /* the last that is called, with context */
    void *context;
};

/* NULL without memory. */
struct vota_api_stream *vota_api_stream_new(const struct vota_api_stream_options *options);

/* The server's run_stream: until the client has its answer, or is gone. Frees the state. */
void vota_api_stream_run(void *state, struct vota_stream *stream);

#endif
