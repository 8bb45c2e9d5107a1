/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of a stream, each through reading, writing and answering: see api_stream.h. */
#include "bridge/http/api_stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/import/ndjson_json.h"

#define TYPE "application/x-ndjson"

/* Groups on their way at a time: being read, written and answered side by side. */
#define WINDOW 4u

/* Of one group; with receipts, which are long, fewer. */
#define LINES_MAX         2000u
#define RECEIPT_LINES_MAX 250u

/* What is read ahead of groups; a longer line is refused by the reader of lines. */
#define ROOM (VOTA_NDJSON_LINE_MAX + 2)

/* How long to wait for a sign of anybody before looking again. */
#define WAIT_MS 1000u

struct group {
    struct vota_api_stream *owner;
    uint8_t *bytes;
    size_t len;
    uint64_t first_line, lines;
    struct vota_drafts drafts;
    struct vota_receipts_job making;
    struct vota_writer_job writing;
    const char *problem;
    struct vota_answers answers;
    bool has_begun, is_done; /* guarded by the owner's mutex, like its place in the list */
    struct group *next;
};

struct vota_api_stream {
    struct vota_api_stream_options options;
    struct vota_stream *stream;
    /* of the stream's thread alone */
    size_t len;
    uint64_t line;  /* number of the next line */
    bool in_excess; /* the rest of a line that is too long is passed over */
    bool is_cut;    /* the body goes on, but is read no further */
    unsigned on_way;
    pthread_mutex_t mutex; /* guards the list */
    struct group *first, **last;
    bool is_reading; /* one group at a time, so that they come to the writer in order */
    uint8_t bytes[ROOM];
};

/* ---- a group's way, in the makers' and the writer's threads ---- */

static void read_group(struct vota_receipts_job *job, struct vota_receipts_maker *maker);

/* Begins to read the first group that nobody has begun; with the mutex. */
static void read_next(struct vota_api_stream *state)
{
    struct group *group = state->first;
    while (group != NULL && group->has_begun)
        group = group->next;
    state->is_reading = group != NULL;
    if (group == NULL)
        return;
    group->has_begun = true;
    group->making = (struct vota_receipts_job){.run = read_group, .context = group};
    vota_receipts_submit_bulk(state->options.receipts, &group->making);
}

/* The stream does not end while a group is read: this is the reader's last look at it. */
static void note_read(struct vota_api_stream *state)
{
    (void)pthread_mutex_lock(&state->mutex);
    read_next(state);
    vota_stream_poke(state->stream);
    (void)pthread_mutex_unlock(&state->mutex);
}

/* The group is the stream's thread's from here on, and may be gone. */
static void note_done(struct group *group)
{
    struct vota_api_stream *state = group->owner;
    (void)pthread_mutex_lock(&state->mutex);
    group->is_done = true;
    vota_stream_poke(state->stream);
    (void)pthread_mutex_unlock(&state->mutex);
}

static void answer_group(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct group *group = job->context;
    const struct vota_api_stream_options *options = &group->owner->options;
    const struct vota_answers_form form = {.lang = options->lang,
                                           .wants_receipt = options->wants_receipt,
                                           .many = true,
                                           .problem = group->problem};
    vota_answers_add(&group->answers, group->drafts.rows, group->drafts.n, &form, maker);
    vota_drafts_done(&group->drafts);
    note_done(group);
}

static void note_written(struct vota_writer_job *job)
{
    struct group *group = job->context;
    group->problem = job->problem;
    group->making.run = answer_group;
    vota_receipts_submit_bulk(group->owner->options.receipts, &group->making);
}

/* Nothing of it could be read: its lines have failed one by one. */
static void fail_lines(struct group *group, const char *problem)
{
    struct vota_writer_row row = {.line = group->first_line, .broken = problem};
    const struct vota_answers_form form = {.lang = group->owner->options.lang, .many = true};
    for (uint64_t i = 0; i < group->lines; i++, row.line++)
        vota_answers_add(&group->answers, &row, 1, &form, NULL);
    note_done(group);
}

static void read_group(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct group *group = job->context;
    struct vota_api_stream *state = group->owner;
    const struct vota_slice body = {group->bytes, group->len};
    const enum vota_status status =
        vota_drafts_read(&group->drafts, vota_receipts_desk(maker), body, group->first_line, NULL);
    if (status != VOTA_OK) {
        note_read(state);
        fail_lines(group, status == VOTA_NO_MEMORY ? "overloaded" : "store-unavailable");
        return;
    }
    free(group->bytes);
    group->bytes = NULL;
    group->writing = (struct vota_writer_job){.rows = group->drafts.rows,
                                              .n_rows = group->drafts.n,
                                              .done = note_written,
                                              .context = group};
    const bool taken = vota_writer_submit(state->options.writer, &group->writing);
    note_read(state); /* the group itself may be gone by now, the stream not */
    if (taken)
        return;
    group->problem = "overloaded";
    answer_group(&group->making, maker);
}

/* ---- groups, in the stream's thread ---- */

static void free_group(struct group *group)
{
    vota_drafts_done(&group->drafts);
    free(group->answers.at);
    free(group->bytes);
    free(group);
}

static void launch(struct vota_api_stream *state, struct group *group)
{
    (void)pthread_mutex_lock(&state->mutex);
    *state->last = group;
    state->last = &group->next;
    if (!state->is_reading)
        read_next(state);
    (void)pthread_mutex_unlock(&state->mutex);
    state->on_way++;
}

/* The oldest group if it is done, taken out of the list. */
static struct group *take_done(struct vota_api_stream *state)
{
    (void)pthread_mutex_lock(&state->mutex);
    struct group *group = state->first;
    if (group != NULL && !group->is_done)
        group = NULL;
    if (group != NULL) {
        state->first = group->next;
        if (state->first == NULL)
            state->last = &state->first;
    }
    (void)pthread_mutex_unlock(&state->mutex);
    state->on_way -= group != NULL;
    return group;
}

/*
 * Waits until the client may go on, but not beyond its own end or the server's.
 * NULL, or the problem of what it hands in.
 */
static const char *wait_for_rate(const struct vota_api_stream *state, uint64_t records)
{
    uint64_t wait = 0;
    const struct vota_api_stream_options *options = &state->options;
    const char *problem = options->may(options->context, records, &wait);
    while (problem != NULL && strcmp(problem, "too-many-requests") == 0) {
        if (vota_stream_is_over(state->stream))
            return "overloaded";
        vota_stream_wait(state->stream, false, WAIT_MS);
        problem = options->may(options->context, records, &wait);
    }
    return problem;
}

/* The first lines of what was read, as a group; false without memory. */
static bool cut_group(struct vota_api_stream *state, size_t len, uint64_t lines)
{
    struct group *group = calloc(1, sizeof *group);
    uint8_t *bytes = malloc(len);
    if (group == NULL || bytes == NULL) {
        free(group);
        free(bytes);
        return false;
    }
    vota_bytes_copy(bytes, state->bytes, len);
    *group = (struct group){
        .owner = state, .bytes = bytes, .len = len, .first_line = state->line, .lines = lines};
    state->line += lines;
    memmove(state->bytes, state->bytes + len, state->len - len);
    state->len -= len;
    const char *problem = wait_for_rate(state, lines);
    if (problem == NULL) {
        launch(state, group);
        return true;
    }
    group->has_begun = true;
    launch(state, group);
    fail_lines(group, problem);
    return true;
}

/* How much of what was read makes whole lines, at most so many. */
static size_t whole_lines(const struct vota_api_stream *state, uint64_t most, uint64_t *ret_lines)
{
    size_t len = 0;
    uint64_t lines = 0;
    while (lines < most) {
        const uint8_t *feed = memchr(state->bytes + len, '\n', state->len - len);
        if (feed == NULL)
            break;
        len = (size_t)(feed + 1 - state->bytes);
        lines++;
    }
    *ret_lines = lines;
    return len;
}

/* The rest of a line that was refused is dropped up to its end. */
static void pass_excess(struct vota_api_stream *state)
{
    const uint8_t *feed = memchr(state->bytes, '\n', state->len);
    const size_t len = feed != NULL ? (size_t)(feed + 1 - state->bytes) : state->len;
    memmove(state->bytes, state->bytes + len, state->len - len);
    state->len -= len;
    state->in_excess = feed == NULL;
}

/*
 * Makes a group of what there is: as many lines as may be, or fewer when nothing
 * else is on its way, or the last ones. True if there was one.
 */
static bool make_group(struct vota_api_stream *state, bool is_last, bool *ret_failed)
{
    const uint64_t most = state->options.wants_receipt ? RECEIPT_LINES_MAX : LINES_MAX;
    uint64_t lines = 0;
    if (state->in_excess)
        pass_excess(state);
    size_t len = whole_lines(state, most, &lines);
    if (state->is_cut && lines == 0) /* half a line is no line: nothing is said of it */
        state->len = 0;
    const bool is_full = lines == most || state->len == ROOM;
    if (lines == 0 && state->len > 0 && (is_last || state->len == ROOM)) {
        state->in_excess = !is_last;
        len = state->len;
        lines = 1;
    }
    if (lines == 0 || !(is_full || is_last || state->on_way == 0))
        return false;
    *ret_failed = !cut_group(state, len, lines);
    return !*ret_failed;
}

/* Answers what is done, in order. */
static bool answer_all(struct vota_api_stream *state, bool *gone)
{
    bool any = false;
    struct group *group;
    while ((group = take_done(state)) != NULL) {
        any = true;
        if (group->answers.is_broken ||
            (!*gone &&
             !vota_stream_write(state->stream, TYPE, group->answers.at, group->answers.len)))
            *gone = true; /* without memory for an answer, no answer is the honest one */
        free_group(group);
    }
    return any;
}

static bool is_idle(struct vota_api_stream *state)
{
    (void)pthread_mutex_lock(&state->mutex);
    const bool is_idle = state->first == NULL && !state->is_reading;
    (void)pthread_mutex_unlock(&state->mutex);
    return is_idle;
}

/* Reads ahead what there is room for; none while the window is full. */
static size_t read_ahead(struct vota_api_stream *state, bool *gone, bool *ended)
{
    size_t len = 0;
    const bool waits = *gone || state->on_way == WINDOW;
    const enum vota_stream_state read = vota_stream_read(state->stream, state->bytes + state->len,
                                                         waits ? 0 : ROOM - state->len, &len);
    state->len += len;
    *gone = *gone || read == VOTA_STREAM_GONE;
    state->is_cut = state->is_cut || read == VOTA_STREAM_CUT;
    *ended = *ended || read == VOTA_STREAM_ENDED || read == VOTA_STREAM_CUT;
    return len;
}

static void take_all(struct vota_api_stream *state)
{
    bool gone = false;
    bool ended = false;
    bool failed = false;
    while (!is_idle(state) || !(gone || (ended && state->len == 0))) {
        bool moved = answer_all(state, &gone);
        moved = read_ahead(state, &gone, &ended) > 0 || moved;
        while (!gone && state->on_way < WINDOW && make_group(state, ended, &failed))
            moved = true;
        gone = gone || failed;
        const bool for_bytes = !gone && !ended && state->on_way < WINDOW && state->len < ROOM;
        if (!moved && !(is_idle(state) && (gone || ended)))
            vota_stream_wait(state->stream, for_bytes, WAIT_MS);
    }
    if (!gone && !state->is_cut) /* an answer without its last chunk is known to be no whole one */
        vota_stream_finish(state->stream, TYPE);
}

void vota_api_stream_run(void *context, struct vota_stream *stream)
{
    struct vota_api_stream *state = context;
    const struct vota_api_stream_options options = state->options;
    state->stream = stream;
    take_all(state);
    (void)pthread_mutex_destroy(&state->mutex);
    free(state);
    options.ended(options.context);
}

struct vota_api_stream *vota_api_stream_new(const struct vota_api_stream_options *options)
{
    struct vota_api_stream *state = malloc(sizeof *state); /* the room need not be touched */
    if (state == NULL)
        return NULL;
    state->options = *options;
    state->stream = NULL;
    state->len = 0;
    state->line = 1;
    state->in_excess = state->is_cut = state->is_reading = false;
    state->on_way = 0;
    state->first = NULL;
    state->last = &state->first;
    if (pthread_mutex_init(&state->mutex, NULL) != 0) {
        free(state);
        return NULL;
    }
    return state;
}
