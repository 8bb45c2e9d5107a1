/* SPDX-License-Identifier: Apache-2.0 */
/* Signals, watchdog and the way out: see daemon.h. */
#include "bridge/serve/daemon.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 1000u

void vota_daemon_hold_signals(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t held;
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGINT);
    (void)sigaddset(&held, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &held, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

/* The signal that came, or 0 after a tick. */
static int wait_for_signal(uint64_t ms)
{
    const struct timespec most = {.tv_sec = (time_t)(ms / 1000),
                                  .tv_nsec = (long)(ms % 1000) * 1000000L};
    sigset_t held;
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGINT);
    (void)sigaddset(&held, SIGHUP);
    const int signal = sigtimedwait(&held, NULL, &most);
    return signal > 0 ? signal : 0;
}

/* ---- what the manager is told ---- */

static void tell_status(const struct vota_daemon_options *options)
{
    char text[VOTA_NOTIFY_STATUS_MAX + 1];
    if (options->notify->fd < 0)
        return;
    vota_service_status(text, sizeof text, options->service);
    vota_notify_status(options->notify, text);
}

/* A hung thread must lose us the watchdog; *told: that it was logged. */
static void feed_watchdog(const struct vota_daemon_options *options, bool *told)
{
    const char *stuck = NULL;
    const bool alive = vota_service_is_alive(&stuck, options->service);
    if (alive && options->notify->watchdog_ms > 0)
        vota_notify_watchdog(options->notify);
    if (!alive && !*told)
        vota_log(options->log, VOTA_LOG_ERROR, "thread-stuck", "thread", stuck, NULL);
    if (alive && *told)
        vota_log(options->log, VOTA_LOG_INFO, "thread-moves-again", NULL);
    *told = !alive;
}

static void reload(const struct vota_daemon_options *options)
{
    vota_notify_reloading(options->notify);
    options->reload(options->context);
    vota_notify_ready(options->notify);
}

/* ---- the way out ---- */

static void end_on_the_spot(int signal)
{
    static const char late[] = "voteanchor: the stop took too long: ended on the spot\n";
    static const char again[] = "voteanchor: told to stop again: ended on the spot\n";
    if (signal == SIGALRM)
        (void)!write(STDERR_FILENO, late, sizeof late - 1);
    else
        (void)!write(STDERR_FILENO, again, sizeof again - 1);
    _exit(1);
}

/* From here on time and signals end the process. */
static void set_bounds(uint64_t seconds)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGALRM};
    const struct sigaction action = {.sa_handler = end_on_the_spot};
    sigset_t free;
    (void)sigemptyset(&free);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        (void)sigaction(ends[i], &action, NULL);
        (void)sigaddset(&free, ends[i]);
    }
    (void)pthread_sigmask(SIG_UNBLOCK, &free, NULL);
    (void)alarm((unsigned)seconds);
}

static void stop(const struct vota_daemon_options *options, int signal)
{
    vota_notify_stopping(options->notify);
    vota_notify_status(options->notify, "Stopping: answering what came in");
    vota_log(options->log, VOTA_LOG_INFO, "stopping", "signal",
             signal == SIGINT ? "SIGINT" : "SIGTERM", NULL);
    set_bounds(vota_service_stop_within(options->service));
    vota_service_stop(options->service);
    (void)alarm(0);
    vota_log(options->log, VOTA_LOG_INFO, "stopped", NULL);
}

void vota_daemon_run(const struct vota_daemon_options *options)
{
    const uint64_t watchdog_ms = options->notify->watchdog_ms;
    const uint64_t tick_ms =
        watchdog_ms > 0 && watchdog_ms / 3 < TICK_MS ? watchdog_ms / 3 + 1 : TICK_MS;
    bool told = false;
    int signal = 0;
    vota_notify_ready(options->notify);
    while (signal != SIGTERM && signal != SIGINT) {
        tell_status(options);
        feed_watchdog(options, &told);
        signal = wait_for_signal(tick_ms);
        if (signal == SIGHUP)
            reload(options);
        vota_service_tick(options->service);
    }
    stop(options, signal);
}
