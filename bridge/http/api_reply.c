/* SPDX-License-Identifier: Apache-2.0 */
/* What the API says: JSON written as it goes, one line a document. See api_call.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/http/api_call.h"
#include "bridge/paper/qr.h"

#define JSON_TYPE   "application/json"
#define NDJSON_TYPE "application/x-ndjson"
#define SMALL       1024u /* all of a record's answer but its receipt */

/* ---- ending a call ---- */

static void end(struct vota_api_call *call, const struct vota_server_reply *reply)
{
    struct vota_server_request *request = call->request;
    vota_api_call_note(call, reply->status);
    vota_drafts_done(&call->drafts);
    free(call);
    vota_server_answer(request, reply);
}

/* Text of ours, copied to heap; without memory the status alone goes out. */
void vota_api_call_end_copy(struct vota_api_call *call, struct vota_server_reply *reply,
                            const void *bytes, size_t len)
{
    reply->body = malloc(len > 0 ? len : 1);
    if (reply->body != NULL) {
        memcpy(reply->body, bytes, len);
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
    vota_api_call_end_copy(call, &reply, text, wr.len);
}

void vota_api_call_fail(struct vota_api_call *call, const char *code, uint64_t retry_after)
{
    const struct vota_problem problem = vota_problem_of(code);
    vota_metrics_note_problem(call->watch->metrics, code);
    end_problem(call, &problem, retry_after);
}

void vota_api_call_refuse(struct vota_api_call *call, const char *code, const char *field,
                          uint64_t limit)
{
    struct vota_problem problem = vota_problem_of(code);
    (void)snprintf(problem.field, sizeof problem.field, "%s", field);
    problem.limit = limit;
    vota_metrics_note_problem(call->watch->metrics, code);
    end_problem(call, &problem, 0);
}

void vota_api_call_fail_status(struct vota_api_call *call, enum vota_status status,
                               const struct vota_error *err)
{
    if (status == VOTA_NOT_FOUND)
        vota_api_call_fail(call, "not-found", 0);
    else if (status == VOTA_CONFLICT && strcmp(err->text, "erased") == 0)
        vota_api_call_fail(call, "erased", 0);
    else if (status == VOTA_LIMIT && strcmp(err->text, "qr-full") == 0)
        vota_api_call_refuse(call, "qr-full", "format", VOTA_QR_MAX_BYTES);
    else if (status == VOTA_IO || status == VOTA_CONFLICT || status == VOTA_NO_MEMORY)
        vota_api_call_fail(call, "store-unavailable", VOTA_API_RETRY);
    else
        vota_api_call_fail(call, "internal", 0);
}

bool vota_api_call_choice(bool *ret_second, struct vota_api_call *call, const char *name,
                          const char *const words[2])
{
    char value[64];
    const bool given = vota_router_query(value, sizeof value, call->routed.query, name);
    if (given && strcmp(value, words[0]) != 0 && strcmp(value, words[1]) != 0) {
        vota_api_call_refuse(call, "bad-request", name, 0);
        return false;
    }
    *ret_second = given && strcmp(value, words[1]) == 0;
    return true;
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

void vota_api_call_end_wr(struct vota_api_call *call, const struct vota_wr *wr,
                          struct vota_server_reply *reply)
{
    if (vota_wr_fits(wr))
        vota_api_call_end_copy(call, reply, wr->to, wr->len);
    else
        vota_api_call_fail(call, "internal", 0);
}

bool vota_api_call_is_known(struct vota_api_call *call, const struct vota_server_reply *reply)
{
    const char *known = call->request->if_none_match;
    if (known == NULL || (strcmp(known, "*") != 0 && strstr(known, reply->etag) == NULL))
        return false;
    struct vota_server_reply same = *reply;
    same.status = 304;
    same.content_type = NULL;
    end(call, &same);
    return true;
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
    const enum vota_status status = vota_drafts_read(&call->drafts, vota_receipts_desk(maker),
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
        vota_answers_count_problem(&problem, maker);
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
