/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a thread lives, told by a mark that it moves when it is asked to:
 * asked, and its mark the same for too long, it hangs. Pure.
 */
#ifndef VOTA_BRIDGE_SERVE_LIFE_H
#define VOTA_BRIDGE_SERVE_LIFE_H

#include "proof/voteanchor.h"

struct vota_life {
    const char *name;    /* static, for the log */
    uint64_t silence_ms; /* how long it may take to move its mark */
    uint64_t mark;
    bool is_asked;
    uint64_t asked_at;
};

/* At a monotonic time: it was given something to do. Asking again changes nothing. */
void vota_life_ask(struct vota_life *life, uint64_t now_ms);

/* What its mark is now: moved, it has answered. */
void vota_life_see(struct vota_life *life, uint64_t mark);

bool vota_life_is_stuck(const struct vota_life *life, uint64_t now_ms);

#endif
