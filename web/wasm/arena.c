/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for one call: see arena.h. */
#include "web/wasm/arena.h"

#define ALIGNMENT 16u

void *vota_arena_take(struct vota_arena *arena, size_t len)
{
    const size_t pad = (size_t)(0u - (uintptr_t)arena->at) % ALIGNMENT;
    size_t need;
    if (!vota_add(&need, len, pad) ||
        (need > arena->left && !vota_arena_grow(arena, need - arena->left)))
        return NULL;
    uint8_t *at = arena->at + pad;
    arena->at += need;
    arena->left -= need;
    __builtin_memset(at, 0, len);
    return at;
}

void *vota_arena_array(struct vota_arena *arena, size_t n, size_t size)
{
    size_t len;
    return vota_mul(&len, n, size) ? vota_arena_take(arena, len) : NULL;
}
