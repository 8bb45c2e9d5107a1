/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for one call: taken from the front, given back all at once by beginning
 * the next call. What is taken is zeroed, so that nothing of the call before can
 * be seen in the next. Knows no call.
 */
#ifndef VOTA_WEB_ARENA_H
#define VOTA_WEB_ARENA_H

#include "proof/bytes.h"

struct vota_arena {
    uint8_t *at;
    size_t left;
};

/* Aligned for anything; NULL where the ceiling is reached. */
void *vota_arena_take(struct vota_arena *arena, size_t len);

/* The same for n items of a size. */
void *vota_arena_array(struct vota_arena *arena, size_t n, size_t size);

/* The platform's: more memory behind what is left, as much as is missing; false: there is none. */
bool vota_arena_grow(struct vota_arena *arena, size_t missing);

#endif
