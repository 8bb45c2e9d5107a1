/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs numbered jobs, each in a process of its own, on all processors: a job
 * that aborts is one failure, not the end. Knows nothing of what a job does.
 */
#ifndef VOTA_TESTS_WALK_POOL_H
#define VOTA_TESTS_WALK_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POOL_REASON_MAX 240u
#define POOL_SECONDS    600u /* a job that takes longer has failed */

struct pool_order {
    uint64_t first, count;
    unsigned jobs; /* at once; 0: one a processor */
    bool stops;    /* starts none after the first failure */
    bool quiet;    /* no progress, as when one job tells its own story */
    const char *label;
    const char *replay; /* how to repeat a failed job: a printf format of one uint64_t; NULL: the
                           reason says so itself */
    /* Returns whether it went well; else ret_reason says why. Runs in a child. */
    bool (*job)(const void *context, uint64_t number, char ret_reason[POOL_REASON_MAX]);
    const void *context;
};

/* Each failed job is told on stderr. */
void pool_run(const struct pool_order *order, uint64_t *ret_passed, uint64_t *ret_failed);

#endif
