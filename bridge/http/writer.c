/* SPDX-License-Identifier: Apache-2.0 */
/* Group commit: see writer.h. */
#include "bridge/http/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/import/ndjson_json.h"
#include "bridge/import/refusal.h"

#define FIRST_ROWS 8u

struct vota_writer {
    struct vota_writer_options options;
    /* of the thread alone */
    struct vota_store *store;
    struct vota_intake *intake;
    struct vota_converter *converter;
    bool lacks_pepper;   /* of the record at hand */
    bool intake_is_full; /* another one is needed: too many registers were met */
    struct vota_error *err;
    struct vota_writer_job *job; /* whose rows are read */
    pthread_t thread;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t more;
    struct vota_writer_job *first, **last;
    bool ending;
    struct vota_writer_state state;
};

static const struct vota_slice nothing;

/* ---- rows ---- */

void vota_writer_job_done(struct vota_writer_job *job)
{
    free(job->rows);
    job->rows = NULL;
    job->n_rows = job->cap_rows = 0;
}

/* Room for one more answer; NULL without memory. */
static struct vota_writer_row *add_row(struct vota_writer_job *job)
{
    if (job->n_rows == job->cap_rows) {
        const size_t cap = job->cap_rows > 0 ? 2 * job->cap_rows : job->many ? FIRST_ROWS : 1;
        struct vota_writer_row *rows = reallocarray(job->rows, cap, sizeof *rows);
        if (rows == NULL)
            return NULL;
        job->rows = rows;
        job->cap_rows = cap;
    }
    return &job->rows[job->n_rows++];
}

/*
 * A failure that is one register's, not the store's: before anything of the
 * record was written.
 */
static bool is_of_register(struct vota_writer *writer, const struct vota_error *err)
{
    if (strcmp(err->text, "too-many-registers") == 0) {
        writer->intake_is_full = true;
        return true;
    }
    return writer->lacks_pepper || strcmp(err->text, "wrong-pepper") == 0;
}

/* The caller's pepper, and whether it could be had. */
static enum vota_status ask_pepper(void *context, uint8_t ret_pepper[32],
                                   const vota_hash *register_hash, struct vota_error *err)
{
    struct vota_writer *writer = context;
    const struct vota_intake_options *intake = &writer->options.intake;
    const enum vota_status status = intake->pepper(intake->context, ret_pepper, register_hash, err);
    writer->lacks_pepper = status != VOTA_OK;
    return status;
}

static enum vota_status take(struct vota_writer *writer, struct vota_writer_row *row,
                             const struct vota_fields *fields)
{
    struct vota_refusal refusal;
    struct vota_error err = {.status = VOTA_OK};
    writer->lacks_pepper = false;
    const enum vota_status status =
        vota_intake_take(&row->answer, writer->intake, fields, &refusal, &err);
    if (status != VOTA_OK && is_of_register(writer, &err)) {
        row->answer = VOTA_INTAKE_REFUSED;
        row->problem = vota_problem_of("internal");
        if (writer->options.failed != NULL)
            writer->options.failed(writer->options.context, &err);
        return VOTA_OK;
    }
    if (status != VOTA_OK)
        return vota_fail(writer->err, status, err.where, err.text);
    if (row->answer == VOTA_INTAKE_REFUSED) {
        row->problem = vota_problem_refused(&refusal);
        return VOTA_OK;
    }
    const struct vota_slice id = fields->field[VOTA_FIELD_ID];
    VOTA_ASSERT(id.len < sizeof row->record_id); /* the door measured it */
    vota_bytes_copy(row->record_id, id.at, id.len);
    row->record_id[id.len] = '\0';
    return VOTA_OK;
}

static enum vota_status each_row(void *context, const struct vota_ndjson_row *read)
{
    struct vota_writer *writer = context;
    struct vota_refusal refusal;
    struct vota_writer_row *row = add_row(writer->job);
    if (row == NULL)
        return vota_fail(writer->err, VOTA_NO_MEMORY, "rows", "no-memory");
    *row = (struct vota_writer_row){.line = read->line};
    if (read->reason == NULL)
        return take(writer, row, read->fields);
    (void)vota_refusal_set(&refusal, read->reason, read->field, nothing, read->limit);
    row->problem = vota_problem_refused(&refusal);
    return VOTA_OK;
}

/*
 * A single record may be spread over lines. As tabs its line ends mean the same
 * between values, and stay as wrong as they were inside a text.
 */
static enum vota_status feed_one(struct vota_ndjson *ndjson, struct vota_slice body)
{
    static const char tab = '\t';
    struct vota_rd rd = vota_rd_of_slice(body);
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && rd.left > 0) {
        const uint8_t *feed = memchr(rd.at, '\n', rd.left);
        const size_t part = feed != NULL ? (size_t)(feed - rd.at) : rd.left;
        status = vota_ndjson_feed(ndjson, vota_rd_take(&rd, part), part);
        if (status == VOTA_OK && feed != NULL) {
            (void)vota_rd_take(&rd, 1);
            status = vota_ndjson_feed(ndjson, &tab, 1);
        }
    }
    return status;
}

static enum vota_status read_job(struct vota_writer *writer, struct vota_writer_job *job)
{
    const char *names[VOTA_FIELD_COUNT];
    struct vota_ndjson *ndjson = NULL;
    for (size_t f = 0; f < VOTA_FIELD_COUNT; f++)
        names[f] = vota_field_name((enum vota_field)f);
    writer->job = job;
    enum vota_status status = vota_ndjson_new(&ndjson, names, writer->converter, each_row, writer);
    if (status == VOTA_OK)
        status = job->many ? vota_ndjson_feed(ndjson, job->body.at, job->body.len)
                           : feed_one(ndjson, job->body);
    if (status == VOTA_OK)
        status = vota_ndjson_finish(ndjson);
    vota_ndjson_free(ndjson);
    if (status == VOTA_OK && !job->many && job->n_rows == 0) {
        const struct vota_ndjson_row empty = {.line = 1, .reason = "not-json", .field = "row"};
        status = each_row(writer, &empty);
    }
    return status == VOTA_OK ? VOTA_OK : vota_fail(writer->err, status, "rows", "no-memory");
}

/* ---- groups ---- */

static uint64_t now(const struct vota_writer *writer)
{
    if (writer->options.now != NULL)
        return writer->options.now(writer->options.context);
    const time_t seconds = time(NULL);
    return seconds > 0 ? (uint64_t)seconds : 0;
}

static enum vota_status renew_intake(struct vota_writer *writer)
{
    struct vota_intake *intake = NULL;
    if (writer->intake != NULL && !writer->intake_is_full)
        return VOTA_OK;
    struct vota_intake_options options = writer->options.intake;
    options.pepper = ask_pepper;
    options.context = writer;
    const enum vota_status status = vota_intake_new(&intake, writer->store, &options, writer->err);
    if (status != VOTA_OK)
        return status;
    vota_intake_free(writer->intake);
    writer->intake = intake;
    writer->intake_is_full = false;
    return VOTA_OK;
}

/* All of the group's jobs in one transaction. */
static enum vota_status write_group(struct vota_writer *writer, struct vota_writer_job *group)
{
    enum vota_status status = renew_intake(writer);
    if (status == VOTA_OK)
        status = vota_store_begin(writer->store, writer->err);
    if (status != VOTA_OK)
        return status;
    status = vota_intake_begin(writer->intake, now(writer), writer->err);
    for (struct vota_writer_job *job = group; status == VOTA_OK && job != NULL; job = job->next)
        status = read_job(writer, job);
    if (status == VOTA_OK)
        return vota_store_commit(writer->store, writer->err);
    vota_store_rollback(writer->store);
    return status;
}

/* What a client is told: a full disk and a busy store pass, and the client may come again. */
static const char *problem_of(enum vota_status status)
{
    return status == VOTA_INTERNAL || status == VOTA_BAD_INPUT ? "internal" : "store-unavailable";
}

static void note_group(struct vota_writer *writer, bool committed)
{
    (void)pthread_mutex_lock(&writer->mutex);
    writer->state.groups += committed;
    writer->state.failures += !committed;
    writer->state.is_well = committed;
    (void)pthread_mutex_unlock(&writer->mutex);
}

static void do_group(struct vota_writer *writer, struct vota_writer_job *group)
{
    struct vota_error err = {.status = VOTA_OK};
    writer->err = &err;
    const enum vota_status status = write_group(writer, group);
    note_group(writer, status == VOTA_OK);
    if (status != VOTA_OK && writer->options.failed != NULL)
        writer->options.failed(writer->options.context, &err);
    while (group != NULL) {
        struct vota_writer_job *job = group;
        group = job->next; /* done may free the job */
        if (status != VOTA_OK) {
            vota_writer_job_done(job);
            job->problem = problem_of(status);
        }
        job->done(job);
    }
}

/* What waits, in the order it came, up to the bytes of one transaction; NULL at the end. */
static struct vota_writer_job *next_group(struct vota_writer *writer)
{
    size_t bytes = 0;
    (void)pthread_mutex_lock(&writer->mutex);
    while (writer->first == NULL && !writer->ending)
        (void)pthread_cond_wait(&writer->more, &writer->mutex);
    struct vota_writer_job *const group = writer->first;
    struct vota_writer_job **end = &writer->first;
    while (*end != NULL && (bytes == 0 || bytes < writer->options.max_bytes)) {
        bytes += (*end)->body.len + 1;
        end = &(*end)->next;
        writer->state.waiting--;
    }
    struct vota_writer_job *const rest = *end;
    *end = NULL;
    writer->first = rest;
    if (rest == NULL)
        writer->last = &writer->first;
    (void)pthread_mutex_unlock(&writer->mutex);
    return group;
}

static void *run(void *context)
{
    struct vota_writer *writer = context;
    struct vota_writer_job *group;
    while ((group = next_group(writer)) != NULL)
        do_group(writer, group);
    return NULL;
}

/* ---- life ---- */

static void release(struct vota_writer *writer)
{
    vota_intake_free(writer->intake);
    vota_encoding_free(writer->converter);
    vota_store_free(writer->store);
    free(writer);
}

static enum vota_status start(struct vota_writer *writer, struct vota_error *err)
{
    enum vota_status status = vota_store_open(&writer->store, writer->options.store_path, 0, err);
    if (status == VOTA_OK)
        status =
            vota_encoding_new(&writer->converter, VOTA_ENCODING_UTF8, VOTA_NDJSON_LINE_MAX, err);
    if (status != VOTA_OK)
        return status;
    if (pthread_mutex_init(&writer->mutex, NULL) != 0)
        return vota_fail(err, VOTA_NO_MEMORY, "writer", "no-memory");
    if (pthread_cond_init(&writer->more, NULL) == 0) {
        if (pthread_create(&writer->thread, NULL, run, writer) == 0)
            return VOTA_OK;
        (void)pthread_cond_destroy(&writer->more);
    }
    (void)pthread_mutex_destroy(&writer->mutex);
    return vota_fail(err, VOTA_NO_MEMORY, "writer", "no-memory");
}

enum vota_status vota_writer_new(struct vota_writer **ret_writer,
                                 const struct vota_writer_options *options, struct vota_error *err)
{
    struct vota_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "writer", "no-memory");
    writer->options = *options;
    writer->last = &writer->first;
    writer->state.is_well = true;
    const enum vota_status status = start(writer, err);
    if (status != VOTA_OK) {
        release(writer);
        return status;
    }
    *ret_writer = writer;
    return VOTA_OK;
}

void vota_writer_free(struct vota_writer *writer)
{
    if (writer == NULL)
        return;
    (void)pthread_mutex_lock(&writer->mutex);
    writer->ending = true;
    (void)pthread_cond_signal(&writer->more);
    (void)pthread_mutex_unlock(&writer->mutex);
    (void)pthread_join(writer->thread, NULL);
    (void)pthread_cond_destroy(&writer->more);
    (void)pthread_mutex_destroy(&writer->mutex);
    release(writer);
}

bool vota_writer_submit(struct vota_writer *writer, struct vota_writer_job *job)
{
    job->next = NULL;
    job->problem = NULL;
    job->rows = NULL;
    job->n_rows = job->cap_rows = 0;
    (void)pthread_mutex_lock(&writer->mutex);
    const bool taken = !writer->ending && writer->state.waiting < writer->options.max_jobs;
    if (taken) {
        *writer->last = job;
        writer->last = &job->next;
        writer->state.waiting++;
        (void)pthread_cond_signal(&writer->more);
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    return taken;
}

struct vota_writer_state vota_writer_state_of(struct vota_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    const struct vota_writer_state state = writer->state;
    (void)pthread_mutex_unlock(&writer->mutex);
    return state;
}
