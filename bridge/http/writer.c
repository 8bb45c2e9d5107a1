/* SPDX-License-Identifier: Apache-2.0 */
/* Group commit: see writer.h. */
#include "bridge/http/writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/http/metrics.h"
#include "bridge/http/steady.h"

#define MAX_ROWS 4000u

/* How long another process may hold the store: longer, and clients are told to come again. */
#define PATIENCE_MS 5000u

/* Between tries of a store that failed. */
#define RETRY_MS 1000u

struct vota_writer {
    struct vota_writer_options options;
    char *store_path;
    /* of the thread alone */
    struct vota_store *store; /* NULL: could not be opened again yet */
    struct vota_intake *intake;
    struct vota_error *err;
    uint64_t tries;
    pthread_t thread;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t more;
    struct vota_writer_job *first, **last;
    bool ending;
    struct vota_writer_state state;
};

/* ---- the store, again and again ---- */

static void close_store(struct vota_writer *writer)
{
    vota_intake_free(writer->intake);
    writer->intake = NULL;
    vota_store_free(writer->store);
    writer->store = NULL;
}

static enum vota_status open_store(struct vota_writer *writer, struct vota_error *err)
{
    if (writer->store != NULL)
        return VOTA_OK;
    enum vota_status status = vota_store_open(&writer->store, writer->store_path, 0, err);
    if (status != VOTA_OK)
        return status;
    vota_store_set_patience(writer->store, PATIENCE_MS);
    status = vota_intake_new(&writer->intake, writer->store, &writer->options.intake, err);
    if (status != VOTA_OK)
        close_store(writer);
    return status;
}

/* After a failure of the disk nothing that a connection remembers is trusted. */
static bool must_reopen(enum vota_status status)
{
    return status == VOTA_IO || status == VOTA_NO_MEMORY;
}

static void note_outcome(struct vota_writer *writer, enum vota_status status, bool is_group)
{
    (void)pthread_mutex_lock(&writer->mutex);
    writer->state.groups += is_group && status == VOTA_OK;
    writer->state.failures += is_group && status != VOTA_OK;
    writer->state.is_well = status == VOTA_OK;
    (void)pthread_mutex_unlock(&writer->mutex);
    if (must_reopen(status))
        close_store(writer);
}

/* A small write that reaches the disk, while nobody hands in. */
static enum vota_status try_store(struct vota_writer *writer)
{
    static const char *const values[] = {"0", "1"};
    enum vota_status status = open_store(writer, writer->err);
    if (status == VOTA_OK)
        status = vota_store_begin(writer->store, writer->err);
    if (status != VOTA_OK)
        return status;
    status =
        vota_store_meta_set(writer->store, "writer_try", values[writer->tries++ % 2], writer->err);
    if (status == VOTA_OK)
        return vota_store_commit(writer->store, writer->err);
    vota_store_rollback(writer->store);
    return status;
}

/* ---- groups ---- */

static uint64_t now(const struct vota_writer *writer)
{
    if (writer->options.now != NULL)
        return writer->options.now(writer->options.context);
    const time_t seconds = time(NULL);
    return seconds > 0 ? (uint64_t)seconds : 0;
}

static enum vota_status put_job(struct vota_writer *writer, const struct vota_writer_job *job)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < job->n_rows; i++) {
        struct vota_writer_row *row = &job->rows[i];
        if (row->broken == NULL && !row->draft.is_refused)
            status = vota_intake_put(&row->answer, writer->intake, &row->draft, writer->err);
    }
    return status;
}

/* All of the group's jobs in one transaction. */
static enum vota_status write_group(struct vota_writer *writer, const struct vota_writer_job *group)
{
    enum vota_status status = open_store(writer, writer->err);
    if (status == VOTA_OK)
        status = vota_store_begin(writer->store, writer->err);
    if (status != VOTA_OK)
        return status;
    vota_intake_begin(writer->intake, now(writer));
    for (const struct vota_writer_job *job = group; status == VOTA_OK && job != NULL;
         job = job->next)
        status = put_job(writer, job);
    if (status == VOTA_OK)
        return vota_store_commit(writer->store, writer->err);
    vota_store_rollback(writer->store);
    return status;
}

static enum vota_status measure_group(struct vota_writer *writer,
                                      const struct vota_writer_job *group)
{
    uint64_t rows = 0;
    const uint64_t started = vota_metrics_clock();
    const enum vota_status status = write_group(writer, group);
    for (const struct vota_writer_job *job = group; job != NULL; job = job->next)
        rows += job->n_rows;
    if (status == VOTA_OK)
        vota_metrics_note_group(writer->options.metrics, rows, started);
    return status;
}

/* What a client is told: a full disk and a busy store pass, and the client may come again. */
static const char *problem_of(enum vota_status status)
{
    return status == VOTA_INTERNAL || status == VOTA_BAD_INPUT ? "internal" : "store-unavailable";
}

static void answer_group(struct vota_writer_job *group, enum vota_status status)
{
    while (group != NULL) {
        struct vota_writer_job *job = group;
        group = job->next; /* done may free the job */
        job->problem = status == VOTA_OK ? NULL : problem_of(status);
        job->done(job);
    }
}

/* Jobs without a row ask whether this thread lives, and say nothing of the store. */
static bool has_rows(const struct vota_writer_job *group)
{
    while (group != NULL && group->n_rows == 0)
        group = group->next;
    return group != NULL;
}

static void do_group(struct vota_writer *writer, struct vota_writer_job *group)
{
    struct vota_error err = {.status = VOTA_OK};
    if (group != NULL && !has_rows(group)) {
        answer_group(group, VOTA_OK);
        return;
    }
    writer->err = &err;
    const enum vota_status status =
        group != NULL ? measure_group(writer, group) : try_store(writer);
    note_outcome(writer, status, group != NULL);
    if (status != VOTA_OK && writer->options.failed != NULL)
        writer->options.failed(writer->options.context, &err);
    answer_group(group, status);
}

/* Waits until there is work, which is also a try of a store that failed; with the mutex. */
static void wait_for_work(struct vota_writer *writer)
{
    const struct timespec until = vota_steady_in(RETRY_MS);
    int code = 0;
    while (writer->first == NULL && !writer->ending && code != ETIMEDOUT) {
        if (writer->state.is_well)
            code = pthread_cond_wait(&writer->more, &writer->mutex);
        else
            code = pthread_cond_timedwait(&writer->more, &writer->mutex, &until);
    }
}

/* What waits, in the order it came, up to the rows of one transaction. False at the end; NULL
 * when the store is to be tried. */
static bool next_group(struct vota_writer *writer, struct vota_writer_job **ret_group)
{
    size_t rows = 0;
    (void)pthread_mutex_lock(&writer->mutex);
    wait_for_work(writer);
    struct vota_writer_job *const group = writer->first;
    struct vota_writer_job **end = &writer->first;
    while (*end != NULL && (rows == 0 || rows + (*end)->n_rows <= writer->options.max_rows)) {
        rows += (*end)->n_rows;
        end = &(*end)->next;
        writer->state.waiting--;
    }
    struct vota_writer_job *const rest = *end;
    *end = NULL;
    writer->first = rest;
    if (rest == NULL)
        writer->last = &writer->first;
    const bool goes_on = group != NULL || !writer->ending;
    (void)pthread_mutex_unlock(&writer->mutex);
    *ret_group = group;
    return goes_on;
}

static void *run(void *context)
{
    struct vota_writer *writer = context;
    struct vota_writer_job *group;
    while (next_group(writer, &group))
        do_group(writer, group);
    return NULL;
}

/* ---- life ---- */

static void release(struct vota_writer *writer)
{
    close_store(writer);
    free(writer->store_path);
    free(writer);
}

static enum vota_status start(struct vota_writer *writer, struct vota_error *err)
{
    const enum vota_status status = open_store(writer, err);
    if (status != VOTA_OK)
        return status;
    if (pthread_mutex_init(&writer->mutex, NULL) != 0)
        return vota_fail(err, VOTA_NO_MEMORY, "writer", "no-memory");
    vota_steady_init(&writer->more);
    if (pthread_create(&writer->thread, NULL, run, writer) == 0)
        return VOTA_OK;
    (void)pthread_cond_destroy(&writer->more);
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
    if (writer->options.max_rows == 0)
        writer->options.max_rows = MAX_ROWS;
    writer->store_path = strdup(options->store_path);
    writer->last = &writer->first;
    writer->state.is_well = true;
    writer->state.may_wait = options->max_jobs;
    const enum vota_status status = writer->store_path != NULL
                                        ? start(writer, err)
                                        : vota_fail(err, VOTA_NO_MEMORY, "writer", "no-memory");
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
