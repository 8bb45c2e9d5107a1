/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The webhook's thread: the first event that waits is sent until it is taken or
 * given up, then the next. See hook.h.
 */
#include "bridge/serve/hook.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/serve/hook_event.h"
#include "bridge/serve/hook_sign.h"
#include "rpc/transport.h"

#define FIRST_MS      5000u
#define MOST_MS       900000u /* a quarter of an hour */
#define POLL_MS       2000u
#define ANSWER_MAX    4096u /* bytes of an answer, which nobody reads */
#define CACHE_KIB     1024u /* of pages: it reads a few rows at a time */
#define GIVE_UP_TRIES 5u    /* at least, whatever the clock says */
#define LINE_CAP      (VOTA_HOOK_SIGNATURE_CAP + 32u)

struct vota_hook {
    struct vota_hook_options options;
    struct vota_store *store;
    struct vota_transport *transport;
    struct vota_hook_secrets secrets;
    struct vota_response response;
    struct vota_standing_hook standing;
    unsigned failures;  /* in a row */
    bool is_gone;       /* it answered 410: nothing more is sent until the next start */
    atomic_bool ending; /* also what makes the transport hang up */
    bool started;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool woken;
};

/* What became of one turn. */
enum turn {
    TURN_IDLE,  /* nothing waits, or nobody is there to hear it */
    TURN_TAKEN, /* go on with the next */
    TURN_FAILED /* try again later */
};

static uint64_t unix_now(void)
{
    return (uint64_t)time(NULL);
}

/* ---- telling ---- */

static void log_event(const struct vota_hook *hook, enum vota_log_level level, const char *event,
                      const struct vota_store_delivery *delivery)
{
    char id[VOTA_HOOK_ID_CHARS + 1];
    if (hook->options.log == NULL)
        return;
    vota_hook_event_id(id, delivery);
    vota_log(hook->options.log, level, event, "id", id, "type", delivery->type, "problem",
             hook->standing.problem[0] == '\0' ? NULL : hook->standing.problem, NULL);
}

static void log_store(const struct vota_hook *hook, const struct vota_error *err)
{
    if (hook->options.log != NULL && hook->failures == 0)
        vota_log(hook->options.log, VOTA_LOG_WARN, "webhook-store", "where", err->where, "problem",
                 err->text, NULL);
}

static void set_problem(struct vota_hook *hook, const char *problem)
{
    (void)snprintf(hook->standing.problem, sizeof hook->standing.problem, "%s", problem);
}

static void publish(struct vota_hook *hook)
{
    struct vota_store_deliveries deliveries;
    if (hook->options.board == NULL)
        return;
    if (vota_store_delivery_count(&deliveries, hook->store, NULL) == VOTA_OK)
        hook->standing.queued = deliveries.waiting;
    vota_standing_set_hook(hook->options.board, &hook->standing);
}

/* ---- sending ---- */

static enum vota_status set_headers(struct vota_hook *hook, const char *id, struct vota_slice body)
{
    char signature[VOTA_HOOK_SIGNATURE_CAP];
    char timestamp[24];
    char line[3][LINE_CAP];
    const char *const lines[] = {line[0], line[1], line[2]};
    (void)snprintf(timestamp, sizeof timestamp, "%" PRIu64, unix_now());
    const enum vota_status status = vota_hook_sign(signature, &hook->secrets, id, timestamp, body);
    if (status != VOTA_OK)
        return status;
    (void)snprintf(line[0], LINE_CAP, "webhook-id: %s", id);
    (void)snprintf(line[1], LINE_CAP, "webhook-timestamp: %s", timestamp);
    (void)snprintf(line[2], LINE_CAP, "webhook-signature: %s", signature);
    return vota_transport_curl_headers(hook->transport, lines, 3);
}

/* One POST. The status line decides: what is wrong with the rest of an answer is no matter. */
static void post(struct vota_hook *hook, const struct vota_store_delivery *delivery)
{
    char id[VOTA_HOOK_ID_CHARS + 1];
    uint8_t text[VOTA_HOOK_EVENT_MAX];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_hook_event_id(id, delivery);
    vota_hook_event_write(&wr, delivery);
    VOTA_ASSERT(vota_wr_fits(&wr));
    const struct vota_slice body = {text, wr.len};
    enum vota_status status = set_headers(hook, id, body);
    vota_response_clear(&hook->response);
    if (status == VOTA_OK)
        status =
            vota_transport_send(hook->transport, &hook->response, body, hook->options.timeout_ms);
    const unsigned http_status = hook->response.http_status;
    if (http_status / 100 == 2)
        set_problem(hook, "");
    else if (http_status != 0)
        (void)snprintf(hook->standing.problem, sizeof hook->standing.problem, "http-%u",
                       http_status);
    else
        set_problem(hook, status == VOTA_REMOTE ? vota_transport_fault_name(hook->response.fault)
                                                : "no-memory");
}

/* ---- what follows from an answer ---- */

static enum turn note_taken(struct vota_hook *hook, const struct vota_store_delivery *delivery)
{
    struct vota_error err = {.status = VOTA_OK};
    enum vota_status status = vota_store_begin(hook->store, &err);
    if (status == VOTA_OK)
        status = vota_store_delivery_taken(hook->store, delivery->id, unix_now(), &err);
    if (status == VOTA_OK)
        status = vota_store_commit(hook->store, &err);
    vota_store_rollback(hook->store);
    if (status != VOTA_OK) { /* it will be sent again: better twice than never */
        log_store(hook, &err);
        return TURN_FAILED;
    }
    hook->standing.delivered++;
    hook->standing.last_at = unix_now();
    log_event(hook, hook->failures > 0 ? VOTA_LOG_INFO : VOTA_LOG_DEBUG, "webhook-taken", delivery);
    return TURN_TAKEN;
}

static bool is_too_long(const struct vota_hook *hook, const struct vota_store_delivery *delivery,
                        uint64_t now)
{
    return delivery->tries + 1 >= GIVE_UP_TRIES && delivery->tried_at != 0 &&
           now >= delivery->tried_at && now - delivery->tried_at >= hook->options.give_up;
}

static enum turn note_missed(struct vota_hook *hook, const struct vota_store_delivery *delivery)
{
    struct vota_error err = {.status = VOTA_OK};
    const uint64_t now = unix_now();
    hook->is_gone = hook->response.http_status == 410;
    const bool gives_up = !hook->is_gone && is_too_long(hook, delivery, now);
    enum vota_status status = vota_store_begin(hook->store, &err);
    if (status == VOTA_OK)
        status = vota_store_delivery_missed(hook->store, delivery->id, now, hook->standing.problem,
                                            gives_up, &err);
    if (status == VOTA_OK)
        status = vota_store_commit(hook->store, &err);
    vota_store_rollback(hook->store);
    if (status != VOTA_OK)
        log_store(hook, &err);
    hook->standing.failed++;
    if (hook->is_gone)
        log_event(hook, VOTA_LOG_ERROR, "webhook-gone", delivery);
    else if (gives_up)
        log_event(hook, VOTA_LOG_ERROR, "webhook-given-up", delivery);
    else if (hook->failures == 0)
        log_event(hook, VOTA_LOG_WARN, "webhook-failed", delivery);
    return hook->is_gone ? TURN_IDLE : TURN_FAILED;
}

static enum turn take_turn(struct vota_hook *hook)
{
    struct vota_store_delivery delivery;
    struct vota_error err = {.status = VOTA_OK};
    const enum vota_status status = vota_store_delivery_next(&delivery, hook->store, &err);
    if (status == VOTA_NOT_FOUND)
        return TURN_IDLE;
    if (status != VOTA_OK) {
        log_store(hook, &err);
        return TURN_FAILED;
    }
    post(hook, &delivery);
    if (hook->standing.problem[0] == '\0')
        return note_taken(hook, &delivery);
    /* Broken off by ourselves: nobody's failure. */
    return atomic_load(&hook->ending) ? TURN_FAILED : note_missed(hook, &delivery);
}

/* ---- waiting ---- */

/* After n failures in a row: doubled each time, and between half of that and all of it, so that
 * many services do not come back at the same moment. */
static unsigned delay_ms(const struct vota_hook *hook)
{
    uint16_t random = 0;
    uint64_t delay = hook->options.first_ms;
    for (unsigned i = 1; i < hook->failures && delay < hook->options.most_ms; i++)
        delay *= 2;
    const uint64_t asked = 1000u * (uint64_t)hook->response.retry_after_s;
    if (delay < asked)
        delay = asked;
    if (delay > hook->options.most_ms)
        delay = hook->options.most_ms;
    if (vota_crypto_random(&random, sizeof random) != VOTA_OK)
        random = 0;
    return (unsigned)(delay / 2 + delay * random / (2 * (uint64_t)UINT16_MAX));
}

/* Until the time is up, the thread ends, or somebody wakes it if that counts now. */
static void wait_for(struct vota_hook *hook, unsigned ms, bool may_be_woken)
{
    struct timespec until;
    int code = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_mutex_lock(&hook->mutex);
    while (code == 0 && !atomic_load(&hook->ending) && !(may_be_woken && hook->woken))
        code = pthread_cond_timedwait(&hook->changed, &hook->mutex, &until);
    hook->woken = false;
    (void)pthread_mutex_unlock(&hook->mutex);
}

static void *run(void *context)
{
    struct vota_hook *hook = context;
    while (!atomic_load(&hook->ending)) {
        const enum turn turn = hook->is_gone ? TURN_IDLE : take_turn(hook);
        hook->failures = turn == TURN_FAILED ? hook->failures + 1 : 0;
        publish(hook);
        if (turn == TURN_FAILED)
            wait_for(hook, delay_ms(hook), false);
        else if (turn == TURN_IDLE)
            wait_for(hook, hook->options.poll_ms, true);
    }
    return NULL;
}

/* ---- life ---- */

static enum vota_status begin(struct vota_hook *hook, struct vota_error *err)
{
    enum vota_status status = vota_store_begin(hook->store, err);
    if (status == VOTA_OK)
        status = vota_store_delivery_begin(hook->store, err);
    if (status == VOTA_OK)
        status = vota_store_commit(hook->store, err);
    vota_store_rollback(hook->store);
    return status;
}

static enum vota_status open_transport(struct vota_hook *hook, struct vota_error *err)
{
    const struct vota_transport_options how = {
        .url = hook->options.url, .ca_file = hook->options.ca_file, .hang_up = &hook->ending};
    struct vota_error detail = {.status = VOTA_OK};
    const enum vota_status status = vota_transport_curl_new(&hook->transport, &how, &detail);
    if (status == VOTA_OK)
        return VOTA_OK;
    const bool is_ca = strcmp(detail.where, "ca_file") == 0;
    return vota_fail(err, status, is_ca ? "webhook.ca_file" : "webhook.url", detail.text);
}

static enum vota_status prepare(struct vota_hook *hook, struct vota_error *err)
{
    enum vota_status status =
        vota_hook_secrets_load(&hook->secrets, hook->options.secret_path, err);
    if (status == VOTA_OK)
        status = open_transport(hook, err);
    if (status == VOTA_OK)
        status = vota_store_open(&hook->store, hook->options.store_path, 0, err);
    if (status == VOTA_OK)
        status = vota_store_set_cache(hook->store, CACHE_KIB, err);
    return status == VOTA_OK ? begin(hook, err) : status;
}

static bool make_lock(struct vota_hook *hook)
{
    pthread_condattr_t steady;
    if (pthread_mutex_init(&hook->mutex, NULL) != 0)
        return false;
    bool made = pthread_condattr_init(&steady) == 0;
    if (made) {
        made = pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0 &&
               pthread_cond_init(&hook->changed, &steady) == 0;
        (void)pthread_condattr_destroy(&steady);
    }
    if (!made)
        (void)pthread_mutex_destroy(&hook->mutex);
    return made;
}

static void apply_defaults(struct vota_hook_options *options)
{
    if (options->first_ms == 0)
        options->first_ms = FIRST_MS;
    if (options->most_ms == 0)
        options->most_ms = MOST_MS;
    if (options->poll_ms == 0)
        options->poll_ms = POLL_MS;
}

enum vota_status vota_hook_new(struct vota_hook **ret_hook, const struct vota_hook_options *options,
                               struct vota_error *err)
{
    struct vota_hook *hook = calloc(1, sizeof *hook);
    if (hook == NULL || !make_lock(hook)) {
        free(hook);
        return vota_fail(err, VOTA_NO_MEMORY, "webhook", "no-memory");
    }
    hook->options = *options;
    apply_defaults(&hook->options);
    hook->standing.is_set = true;
    vota_response_init(&hook->response, ANSWER_MAX);
    enum vota_status status = prepare(hook, err);
    if (status == VOTA_OK) {
        hook->started = pthread_create(&hook->thread, NULL, run, hook) == 0;
        if (!hook->started)
            status = vota_fail(err, VOTA_IO, "webhook", "no-thread");
    }
    if (status == VOTA_OK)
        *ret_hook = hook;
    else
        vota_hook_free(hook);
    return status;
}

enum vota_status vota_hook_of_config(struct vota_hook **ret_hook, const struct vota_directory *dir,
                                     const struct vota_config *config,
                                     struct vota_standing_board *board, const struct vota_log *log,
                                     struct vota_error *err)
{
    char store_path[VOTA_DIRECTORY_PATH_CAP];
    char secret_path[VOTA_DIRECTORY_PATH_CAP];
    char ca_path[VOTA_DIRECTORY_PATH_CAP];
    const bool has_ca = config->webhook_ca[0] != '\0';
    *ret_hook = NULL;
    if (config->webhook_url[0] == '\0')
        return VOTA_OK;
    enum vota_status status = vota_directory_path(dir, store_path, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_directory_path(dir, secret_path, config->webhook_secret, err);
    if (status == VOTA_OK && has_ca)
        status = vota_directory_path(dir, ca_path, config->webhook_ca, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_hook_options options = {.store_path = store_path,
                                              .url = config->webhook_url,
                                              .ca_file = has_ca ? ca_path : NULL,
                                              .secret_path = secret_path,
                                              .timeout_ms =
                                                  1000u * (unsigned)config->webhook_timeout,
                                              .give_up = config->webhook_give_up,
                                              .board = board,
                                              .log = log};
    return vota_hook_new(ret_hook, &options, err);
}

void vota_hook_wake(struct vota_hook *hook)
{
    if (hook == NULL)
        return;
    (void)pthread_mutex_lock(&hook->mutex);
    hook->woken = true;
    (void)pthread_cond_signal(&hook->changed);
    (void)pthread_mutex_unlock(&hook->mutex);
}

void vota_hook_free(struct vota_hook *hook)
{
    if (hook == NULL)
        return;
    (void)pthread_mutex_lock(&hook->mutex);
    atomic_store(&hook->ending, true);
    (void)pthread_cond_signal(&hook->changed);
    (void)pthread_mutex_unlock(&hook->mutex);
    if (hook->started)
        (void)pthread_join(hook->thread, NULL);
    if (hook->options.board != NULL) /* there is none any more */
        vota_standing_set_hook(hook->options.board, &(struct vota_standing_hook){.queued = 0});
    vota_store_free(hook->store);
    vota_transport_curl_free(hook->transport);
    vota_hook_secrets_done(&hook->secrets);
    vota_response_done(&hook->response);
    (void)pthread_cond_destroy(&hook->changed);
    (void)pthread_mutex_destroy(&hook->mutex);
    free(hook);
}
