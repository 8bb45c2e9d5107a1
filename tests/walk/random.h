/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that a seed decides for ever (splitmix64), so that a walk can be
 * walked again. Not for anything that has to be secret.
 */
#ifndef VOTA_TESTS_WALK_RANDOM_H
#define VOTA_TESTS_WALK_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 0 .. below-1; below is not 0. The slight bias does not matter here. */
static inline uint64_t random_below(struct random *random, uint64_t below)
{
    return random_next(random) % below;
}

/* first .. last, both included. */
static inline uint64_t random_between(struct random *random, uint64_t first, uint64_t last)
{
    return first + random_below(random, last - first + 1);
}

static inline bool random_percent(struct random *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

#endif
