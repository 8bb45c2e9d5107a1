/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a world is put through. A walk: a seeded mixture of everything, ended by
 * a calm in which all must come right. A sweep: one scenario, over and over, in
 * which the service ends at step 1, 2, 3, ... of all that there are.
 */
#ifndef VOTA_TESTS_WALK_SCHEDULE_H
#define VOTA_TESTS_WALK_SCHEDULE_H

#include "tests/walk/world.h"

/* The walk of a seed. False: ret_reason says what was wrong. */
bool schedule_walk(uint64_t seed, bool trace, char *ret_reason, size_t cap);

/* The scenarios of sweeps. */
enum schedule_scenario {
    SCHEDULE_CALM,    /* a register, three batches and a result on a calm chain */
    SCHEDULE_REPLACE, /* fees rise over a first attempt, and its block is reorganised away */
    SCHEDULE_SCENARIOS
};

#define SCHEDULE_STEPS_MOST 100000u

/* How many steps there are of the kind that such an end is about. */
uint64_t schedule_count(enum schedule_scenario scenario, enum life_end end);

/*
 * One step of a sweep: the scenario with a service that ends so at step `at`,
 * is started again, and must come through. False: ret_reason says what was
 * wrong.
 */
bool schedule_step(enum schedule_scenario scenario, enum life_end end, uint64_t at, bool trace,
                   char *ret_reason, size_t cap);

#endif
