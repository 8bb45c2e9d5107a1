/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a chain and its nodes do of themselves: blocks, reorganisations, fees,
 * finality, nodes that fail, lag, fork or lie. Of the three nodes one may lie at
 * a time, so that two always tell the truth in the end. All that it knows is in
 * the chain and in the numbers given, so that any process may make weather.
 */
#ifndef VOTA_TESTS_WALK_WEATHER_H
#define VOTA_TESTS_WALK_WEATHER_H

#include "tests/chain/chain.h"
#include "tests/walk/random.h"

/* The small changes between two looks: mostly a block or two. */
void weather_drift(struct chain *chain, struct random *random);

/* Something happens; its name, static. `liar` is the node that may say what is not. */
const char *weather_change(struct chain *chain, struct random *random, unsigned liar);

/* Everything is well again, and blocks become final. What was lost stays lost. */
void weather_calm(struct chain *chain);

#endif
