/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A world: a chain with three nodes, a city with its store, and what was seen
 * of both. Everything in it follows from its seed. Lives are checked as soon as
 * they are over; the first thing that is wrong ends the world.
 */
#ifndef VOTA_TESTS_WALK_WORLD_H
#define VOTA_TESTS_WALK_WORLD_H

#include "tests/walk/history.h"
#include "tests/walk/life.h"
#include "tests/walk/random.h"

struct world {
    struct random random;
    struct chain *chain;
    struct city city;
    struct history history;
    struct life_report *report; /* of the last life */
    uint64_t day_max;           /* wei */
    enum chain_actor actor;     /* whose key the service has */
    bool rotated;               /* the owner has replaced the key */
    bool cancelled;             /* a person wished an attempt away: its operation may well halt */
    bool foreign;               /* somebody else used our key: the service may well stop */
    bool trace;
};

void world_init(struct world *world, uint64_t seed, bool trace);
void world_done(struct world *world);

/* Whether nothing was wrong so far. */
bool world_is_well(const struct world *world);

/* Says what happens, when it is to be told. */
void world_tell(const struct world *world, const char *what, const char *detail);

/* To be called when the chain may have changed. */
void world_look(struct world *world);

/* A life with the world's chain, city and limits, then every check. */
void world_live(struct world *world, struct life_order order);

/* A person's hand on what is in flight, if anything is: `tx bump` or `tx cancel`. */
void world_wish(struct world *world, enum vota_op_wish wish);

/* Whatever a person would do by command: clears stops and halts that have a cause. */
void world_operate(struct world *world);

/* Calms the weather, lives on without faults until all is final, and checks the end. */
void world_settle(struct world *world);

#endif
