/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper's thread: see keeper.h. What it does is keeping.h's. */
#include "bridge/serve/keeper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "bridge/serve/keeping.h"

#define LOOKS_APART_MS   100u   /* however often it is woken */
#define STORE_WAIT_MS    30000u /* the store waits that long for another writer */
#define SILENCE_SPARE_MS 60000u /* a count, a large batch, a slow disk */

struct vota_keeper {
    struct vota_keeping *keeping; /* the thread's alone once it runs */
    struct vota_connect_watch watch;
    pthread_t thread;
    pthread_mutex_t lock; /* of the members below */
    pthread_cond_t change;
    bool is_woken;
    bool has_config;
    struct vota_config config; /* to be taken over, if has_config */
    atomic_bool ends;
    atomic_uint_fast64_t beat_ms;
    uint64_t silence_ms;
};

/* The keeper whose thread this is: a provider's pause is given no context. */
static _Thread_local struct vota_keeper *own;

static void beat(struct vota_keeper *keeper)
{
    atomic_store(&keeper->beat_ms, vota_connect_clock());
}

static bool goes_on(void *context)
{
    struct vota_keeper *keeper = context;
    beat(keeper);
    return !atomic_load(&keeper->ends);
}

static struct timespec moment_at(uint64_t steady_ms)
{
    return (struct timespec){.tv_sec = (time_t)(steady_ms / 1000),
                             .tv_nsec = (long)(steady_ms % 1000) * 1000000L};
}

/* Until then, or the end; also until somebody wakes it, where that is wanted. */
static void wait_until(struct vota_keeper *keeper, uint64_t steady_ms, bool until_woken)
{
    const struct timespec until = moment_at(steady_ms);
    int code = 0;
    (void)pthread_mutex_lock(&keeper->lock);
    while (code == 0 && !atomic_load(&keeper->ends) && !(until_woken && keeper->is_woken))
        code = pthread_cond_timedwait(&keeper->change, &keeper->lock, &until);
    (void)pthread_mutex_unlock(&keeper->lock);
    beat(keeper);
}

static void pause_ms(unsigned ms)
{
    wait_until(own, vota_connect_clock() + ms, false);
}

/* Takes what was said to it since the last look. */
static void take_word(struct vota_keeper *keeper)
{
    (void)pthread_mutex_lock(&keeper->lock);
    if (keeper->has_config)
        vota_keeping_set_config(keeper->keeping, &keeper->config);
    keeper->has_config = false;
    keeper->is_woken = false;
    (void)pthread_mutex_unlock(&keeper->lock);
}

static void *run(void *context)
{
    struct vota_keeper *keeper = context;
    own = keeper;
    while (goes_on(keeper)) {
        const time_t now = time(NULL);
        const struct vota_keeping_time moment = {.now = now > 0 ? (uint64_t)now : 0,
                                                 .steady_ms = vota_connect_clock()};
        take_word(keeper);
        const unsigned wait = vota_keeping_turn(keeper->keeping, &moment);
        const uint64_t soonest = vota_connect_clock() + LOOKS_APART_MS;
        wait_until(keeper, soonest, false);
        wait_until(keeper, soonest + (wait > LOOKS_APART_MS ? wait - LOOKS_APART_MS : 0), true);
    }
    return NULL;
}

/* The longest that one request may take, and what else takes long. */
static uint64_t silence_of(const struct vota_config *config)
{
    uint64_t seconds = config->signer_timeout;
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        const uint64_t timeout = config->network[i].timeout;
        seconds = timeout > seconds ? timeout : seconds;
    }
    return 1000 * seconds + STORE_WAIT_MS + SILENCE_SPARE_MS;
}

static void init_sync(struct vota_keeper *keeper)
{
    pthread_condattr_t steady;
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&keeper->lock, NULL);
    (void)pthread_cond_init(&keeper->change, &steady);
    (void)pthread_condattr_destroy(&steady);
}

static void destroy(struct vota_keeper *keeper)
{
    vota_keeping_free(keeper->keeping);
    (void)pthread_cond_destroy(&keeper->change);
    (void)pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

enum vota_status vota_keeper_new(struct vota_keeper **ret_keeper,
                                 const struct vota_keeper_options *options, struct vota_error *err)
{
    struct vota_keeper *keeper = calloc(1, sizeof *keeper);
    if (keeper == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "keeper", "no-memory");
    init_sync(keeper);
    keeper->watch = (struct vota_connect_watch){goes_on, keeper, pause_ms};
    keeper->silence_ms = silence_of(options->config);
    beat(keeper);
    enum vota_status status = vota_keeping_new(&keeper->keeping, options, &keeper->watch, err);
    if (status == VOTA_OK && pthread_create(&keeper->thread, NULL, run, keeper) != 0)
        status = vota_fail(err, VOTA_IO, "keeper", "no-thread");
    if (status == VOTA_OK)
        *ret_keeper = keeper;
    else
        destroy(keeper);
    return status;
}

void vota_keeper_wake(struct vota_keeper *keeper)
{
    (void)pthread_mutex_lock(&keeper->lock);
    keeper->is_woken = true;
    (void)pthread_cond_signal(&keeper->change);
    (void)pthread_mutex_unlock(&keeper->lock);
}

void vota_keeper_reload(struct vota_keeper *keeper, const struct vota_config *config)
{
    (void)pthread_mutex_lock(&keeper->lock);
    keeper->config = *config;
    keeper->has_config = true;
    keeper->is_woken = true;
    (void)pthread_cond_signal(&keeper->change);
    (void)pthread_mutex_unlock(&keeper->lock);
}

uint64_t vota_keeper_beat_at(const struct vota_keeper *keeper)
{
    return atomic_load(&keeper->beat_ms);
}

uint64_t vota_keeper_silence_ms(const struct vota_keeper *keeper)
{
    return keeper->silence_ms;
}

void vota_keeper_free(struct vota_keeper *keeper)
{
    if (keeper == NULL)
        return;
    (void)pthread_mutex_lock(&keeper->lock);
    atomic_store(&keeper->ends, true);
    (void)pthread_cond_signal(&keeper->change);
    (void)pthread_mutex_unlock(&keeper->lock);
    (void)pthread_join(keeper->thread, NULL);
    destroy(keeper);
}
