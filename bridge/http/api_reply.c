/* SPDX-License-Identifier: Apache-2.0 */
/* What the API says: JSON written as it goes, one line a document. See api_call.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/http/api_call.h"
#include "proof/jcs.h"

#define JSON_TYPE   "application/json"
#define NDJSON_TYPE "application/x-ndjson"
#define SMALL       1024u /* all of a record's answer but its receipt */

/* ---- ending a call ---- */

static void end(struct vota_api_call *call, const struct vota_server_reply *reply)
{
    struct vota_server_request *request = call->request;
    vota_drafts_done(&call->drafts);
    free(call);
    vota_server_answer(request, reply);
}

/* Text of ours, copied to heap; without memory the status alone goes out. */
static void end_copy(struct vota_api_call *call, struct vota_server_reply *reply, const void *bytes,
                     size_t len)
{
    reply->body = malloc(len > 0 ? len : 1);
    if (reply->body != NULL) {
        vota_bytes_copy(reply->body, bytes, len);
        reply->len = len;
    }
    end(call, reply);
}

static void end_problem(struct vota_api_call *call, const struct vota_problem *problem,
                        uint64_t retry_after)
{
    uint8_t text[VOTA_PROBLEM_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    struct vota_server_reply reply = {.status = problem->status,
                                      .content_type = VOTA_PROBLEM_TYPE,
                                      .retry_after = retry_after,
                                      .asks_for_token = problem->status == 401};
    if (problem->status == 405)
        reply.allow = call->routed.allow;
    vota_problem_write(&wr, problem, call->lang);
    end_copy(call, &reply, text, wr.len);
}

void vota_api_call_fail(struct vota_api_call *call, const char *code, uint64_t retry_after)
{
    const struct vota_problem problem = vota_problem_of(code);
    end_problem(call, &problem, retry_after);
}

bool vota_api_call_choice(bool *ret_second, struct vota_api_call *call, const char *name,
                          const char *const words[2])
{
    char value[64];
    const bool given = vota_router_query(value, sizeof value, call->routed.query, name);
    if (given && strcmp(value, words[0]) != 0 && strcmp(value, words[1]) != 0) {
        vota_api_call_fail(call, "bad-request", 0);
        return false;
    }
    *ret_second = given && strcmp(value, words[1]) == 0;
    return true;
}

void vota_api_call_say(struct vota_api_call *call, unsigned status, const char *word)
{
    char text[64];
    struct vota_server_reply reply = {.status = status, .content_type = JSON_TYPE};
    const int len = snprintf(text, sizeof text, "{\"status\":\"%s\"}", word);
    end_copy(call, &reply, text, (size_t)len);
}

void vota_api_call_end(struct vota_api_call *call, FILE *to, char **text, const size_t *len,
                       struct vota_server_reply reply)
{
    const bool whole = to != NULL && ferror(to) == 0;
    if (to == NULL || fclose(to) != 0 || !whole) {
        free(*text);
        vota_api_call_fail(call, "internal", VOTA_API_RETRY);
        return;
    }
    reply.body = *text;
    reply.len = *len;
    end(call, &reply);
}

/* ---- records that were handed in ---- */

/* On disk, or turned away; the writer's thread hands the rest on. */
static void note_written(struct vota_writer_job *job)
{
    struct vota_api_call *call = job->context;
    if (job->problem != NULL) {
        vota_api_call_fail(call, job->problem, VOTA_API_RETRY);
        return;
    }
    call->making.run = vota_api_reply_written;
    vota_receipts_submit(call->receipts, &call->making);
}

static bool has_work(const struct vota_drafts *drafts)
{
    for (size_t i = 0; i < drafts->n; i++) {
        if (drafts->rows[i].broken == NULL && !drafts->rows[i].draft.is_refused)
            return true;
    }
    return false;
}

void vota_api_reply_read(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    const enum vota_status status = vota_desk_read(&call->drafts, vota_receipts_desk(maker),
                                                   call->request->body, call->many ? 1 : 0, NULL);
    if (status != VOTA_OK) {
        const bool memory = status == VOTA_NO_MEMORY;
        vota_api_call_fail(call, memory ? "overloaded" : "store-unavailable", VOTA_API_RETRY);
        return;
    }
    if (!has_work(&call->drafts)) {
        vota_api_reply_written(job, maker);
        return;
    }
    call->writing = (struct vota_writer_job){
        .rows = call->drafts.rows, .n_rows = call->drafts.n, .done = note_written, .context = call};
    if (!vota_writer_submit(call->store, &call->writing))
        vota_api_call_fail(call, "overloaded", VOTA_API_RETRY);
}

void vota_api_reply_written(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_api_call *call = job->context;
    const struct vota_writer_row *rows = call->drafts.rows;
    const struct vota_answers_form form = {
        .lang = call->lang, .wants_receipt = call->wants_receipt, .many = call->many};
    struct vota_answers answers = {.at = NULL};
    struct vota_server_reply reply = {.status = 200, .content_type = JSON_TYPE};
    if (!call->many && rows[0].answer == VOTA_INTAKE_REFUSED) {
        const struct vota_problem problem = vota_answers_problem(&rows[0]);
        end_problem(call, &problem, rows[0].broken != NULL ? VOTA_API_RETRY : 0);
        return;
    }
    vota_answers_add(&answers, rows, call->drafts.n, &form, maker);
    if (answers.is_broken) {
        free(answers.at);
        vota_api_call_fail(call, "overloaded", VOTA_API_RETRY); /* sent again, it is told */
        return;
    }
    if (call->many)
        reply.content_type = NDJSON_TYPE;
    else if (rows[0].answer == VOTA_INTAKE_ADDED)
        reply.status = 201;
    reply.body = answers.at;
    reply.len = answers.len;
    end(call, &reply);
}

/* ---- reads ---- */

/* The problem of a receipt that could not be made. */
static const char *problem_of(enum vota_status status, const struct vota_error *err)
{
    if (status == VOTA_NOT_FOUND)
        return "not-found";
    if (status == VOTA_CONFLICT && strcmp(err->text, "erased") == 0)
        return "erased";
    return status == VOTA_IO || status == VOTA_CONFLICT ? "store-unavailable" : "internal";
}

static bool make(struct vota_receipts_made *ret_made, struct vota_api_call *call,
                 struct vota_receipts_maker *maker, enum vota_receipt_form form)
{
    struct vota_error err = {.status = VOTA_OK};
    const enum vota_status status =
        vota_receipts_make(ret_made, maker, call->routed.param, form, &err);
    if (status == VOTA_OK)
        return true;
    const char *problem = problem_of(status, &err);
    vota_api_call_fail(call, problem,
                       strcmp(problem, "store-unavailable") == 0 ? VOTA_API_RETRY : 0);
    return false;
}

/* "accepted", "batched", "anchored", "final" (DESIGN 4's words of a record). */
static const char *state_of(const struct vota_receipts_made *made, struct vota_store *store,
                            const char *record_id)
{
    struct vota_store_record_copy record;
    struct vota_store_place place = {.sealed = false};
    const struct vota_slice id = {(const uint8_t *)record_id, strlen(record_id)};
    if (made->is_anchored)
        return made->is_final ? "final" : "anchored";
    if (vota_store_record_get(&record, store, id, NULL) != VOTA_OK)
        return "accepted";
    const enum vota_status status = vota_store_record_place(&place, store, record.about.id, NULL);
    vota_store_record_done(&record);
    return status == VOTA_OK && place.sealed ? "batched" : "accepted";
}

void vota_api_reply_record(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    uint8_t text[SMALL];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    struct vota_api_call *call = job->context;
    struct vota_receipts_made made;
    struct vota_server_reply reply = {.status = 200, .content_type = JSON_TYPE};
    if (!make(&made, call, maker, VOTA_RECEIPT_SHARE)) /* also of a record that was erased */
        return;
    const char *id = call->routed.param;
    vota_wr_text(&wr, "{\"id\":");
    vota_jcs_write_string(&wr, id, strlen(id));
    vota_wr_text(&wr, ",\"state\":\"");
    vota_wr_text(&wr, state_of(&made, vota_receipts_store(maker), id));
    vota_wr_byte(&wr, '"');
    vota_answers_put_made(&wr, &made);
    vota_wr_byte(&wr, '}');
    VOTA_ASSERT(vota_wr_fits(&wr));
    end_copy(call, &reply, text, wr.len);
}

void vota_api_reply_receipt(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    static const char *const forms[] = {"full", "share"};
    static const char *const formats[] = {"json", "cbor"};
    struct vota_api_call *call = job->context;
    struct vota_receipts_made made;
    bool share;
    bool cbor;
    if (!vota_api_call_choice(&share, call, "form", forms) ||
        !vota_api_call_choice(&cbor, call, "format", formats) ||
        !make(&made, call, maker, share ? VOTA_RECEIPT_SHARE : VOTA_RECEIPT_FULL))
        return;
    struct vota_server_reply reply = {.status = 200,
                                      .content_type = cbor ? "application/cbor" : JSON_TYPE};
    const struct vota_slice bytes = cbor ? made.cbor : made.json;
    end_copy(call, &reply, bytes.at, bytes.len);
}
