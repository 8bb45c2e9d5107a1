/* SPDX-License-Identifier: Apache-2.0 */
/* Two towns, the second of which goes on where the first ended: see town_line.h. */
#ifndef VOTA_TESTS_BRIDGE_TOWN_PAIR_H
#define VOTA_TESTS_BRIDGE_TOWN_PAIR_H

#include "tests/bridge/town_line.h"

enum { OLD, NEW };

/* `confirms`: the first says so too. */
static inline void make(struct town *towns[2], bool confirms)
{
    towns[OLD] = town_old();
    towns[NEW] = town_continue(towns[OLD]);
    if (confirms)
        town_name(towns[OLD], towns[NEW], TOWN_MOVES);
    town_go_on(towns[NEW], towns[OLD]);
}

static inline void publish(struct town *towns[2])
{
    town_publish(towns[OLD]);
    town_publish(towns[NEW]);
}

static inline void unmake(struct town *towns[2])
{
    town_free(towns[OLD]);
    town_free(towns[NEW]);
}

static inline struct town_line line_of(struct town *towns[2])
{
    return (struct town_line){.towns = {towns[OLD], towns[NEW]}, .n = 2};
}

#endif
