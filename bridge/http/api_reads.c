/* SPDX-License-Identifier: Apache-2.0 */
/* Which job answers which GET, and what of it is public. See api_call.h. */
#include "bridge/http/api_call.h"
#include "bridge/http/openapi.h"

/* The document that says all this, for whoever makes a client. */
static void reply_openapi(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_server_reply reply = {
        .status = 200, .content_type = VOTA_API_JSON, .cache = "public, max-age=3600"};
    (void)maker;
    vota_api_call_end_copy(job->context, &reply, vota_openapi_text, vota_openapi_len);
}

/*
 * Public is what the journal and the publication show to anybody: proofs of
 * what is anchored, and results. Everything else tells more.
 */
static const struct {
    enum vota_route route;
    bool is_public;
    vota_api_read *read;
} reads[] = {
    {VOTA_ROUTE_RECORDS, false, vota_api_reply_records},
    {VOTA_ROUTE_RECORD, false, vota_api_reply_record},
    {VOTA_ROUTE_RECORD_RECEIPT, false, vota_api_reply_receipt},
    {VOTA_ROUTE_PROOF, true, vota_api_reply_proof},
    {VOTA_ROUTE_BATCHES, false, vota_api_reply_batches},
    {VOTA_ROUTE_REGISTERS, false, vota_api_reply_registers},
    {VOTA_ROUTE_REGISTER, false, vota_api_reply_register},
    {VOTA_ROUTE_RESULTS, true, vota_api_reply_results},
    {VOTA_ROUTE_RESULT, true, vota_api_reply_result},
    {VOTA_ROUTE_STATUS, false, vota_api_reply_status},
    {VOTA_ROUTE_OPENAPI, true, reply_openapi},
};

vota_api_read *vota_api_read_of(enum vota_route route, bool *ret_is_public)
{
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        if (reads[i].route == route) {
            *ret_is_public = reads[i].is_public;
            return reads[i].read;
        }
    }
    return NULL;
}
