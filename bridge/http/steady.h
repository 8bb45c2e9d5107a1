/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for a condition no longer than a while, whatever happens to the wall
 * clock meanwhile: one that is set back would make a second last for hours.
 */
#ifndef VOTA_BRIDGE_HTTP_STEADY_H
#define VOTA_BRIDGE_HTTP_STEADY_H

#include <pthread.h>
#include <time.h>

/* For timed waits until vota_steady_in(); it cannot fail where its mutex did not. */
static inline void vota_steady_init(pthread_cond_t *cond)
{
    pthread_condattr_t steady;
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_cond_init(cond, &steady);
    (void)pthread_condattr_destroy(&steady);
}

static inline struct timespec vota_steady_in(unsigned milliseconds)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    return until;
}

#endif
