/* SPDX-License-Identifier: Apache-2.0 */
/* One request on its way through the API, and the ways to end it. Each of these answers and frees
 * the call. */
#ifndef VOTA_BRIDGE_HTTP_API_CALL_H
#define VOTA_BRIDGE_HTTP_API_CALL_H

#include <stdio.h>

#include "bridge/http/answers.h"
#include "bridge/http/api.h"
#include "bridge/http/router.h"
#include "bridge/http/server.h"

/* Seconds after which a store that could not be written is tried again. */
#define VOTA_API_RETRY 5u

#define VOTA_API_JSON "application/json"

struct vota_api_call {
    struct vota_server_request *request;
    struct vota_receipts *receipts;
    struct vota_writer *store;          /* what is handed in goes there; NULL for a reader */
    const struct vota_api_watch *watch; /* the api's */
    uint64_t started_ns;                /* vota_metrics_clock */
    enum vota_route_answer found;
    struct vota_routed routed;
    enum vota_lang lang;
    bool key_replaced;        /* nothing may be handed in */
    bool wants_receipt, many; /* of what is handed in */
    struct vota_drafts drafts;
    struct vota_writer_job writing;
    struct vota_receipts_job making; /* its context is the call */
};

/* A problem by its code; retry_after 0: not said. */
void vota_api_call_fail(struct vota_api_call *call, const char *code, uint64_t retry_after);

/* The same of a member of the query, "bad-request" or another code; limit 0: there is none. */
void vota_api_call_refuse(struct vota_api_call *call, const char *code, const char *field,
                          uint64_t limit);

/* A failure of the store, of a receipt or of a list. */
void vota_api_call_fail_status(struct vota_api_call *call, enum vota_status status,
                               const struct vota_error *err);

/* What is noted of a request that is answered with this status: counters, and a line of the log.
 */
void vota_api_call_note(const struct vota_api_call *call, unsigned status);

/*
 * Which of two words a member of the query is; the first where it is not there.
 * False, and the call is ended, for any other.
 */
VOTA_MUST_USE bool vota_api_call_choice(bool *ret_second, struct vota_api_call *call,
                                        const char *name, const char *const words[2]);

/* Ends the call with a document that was written through open_memstream; closes and frees it. */
void vota_api_call_end(struct vota_api_call *call, FILE *to, char **text, const size_t *len,
                       struct vota_server_reply reply);

/* Ends the call with bytes, which are copied. */
void vota_api_call_end_copy(struct vota_api_call *call, struct vota_server_reply *reply,
                            const void *bytes, size_t len);

/* The same with the maker's buffer; without room "internal". */
void vota_api_call_end_wr(struct vota_api_call *call, const struct vota_wr *wr,
                          struct vota_server_reply *reply);

/*
 * For an answer that stays as it is: whether the client has it already by this
 * ETag; then the call is ended with 304.
 */
VOTA_MUST_USE bool vota_api_call_is_known(struct vota_api_call *call,
                                          const struct vota_server_reply *reply);

/* Jobs for the makers: a body to read and hand to the writer; after writing, a record's state, its
 * receipt. */
void vota_api_reply_read(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_written(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_record(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_receipt(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_proof(struct vota_receipts_job *job, struct vota_receipts_maker *maker);

/* What is answered at once, by who asks the service itself. */
void vota_api_reply_healthz(struct vota_api_call *call);
void vota_api_reply_readyz(struct vota_api_call *call);
void vota_api_reply_metrics(struct vota_api_call *call);

/* Lists: records by state; registers, one of them, batches; results; what is known of all. */
void vota_api_reply_records(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_results(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_result(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_status(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_registers(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_register(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
void vota_api_reply_batches(struct vota_receipts_job *job, struct vota_receipts_maker *maker);

/* Who answers a GET in a maker's thread, and whether it needs no token; NULL for other routes. */
typedef void vota_api_read(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
vota_api_read *vota_api_read_of(enum vota_route route, bool *ret_is_public);

#endif
