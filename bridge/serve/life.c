/* SPDX-License-Identifier: Apache-2.0 */
/* Marks and patience: see life.h. */
#include "bridge/serve/life.h"

void vota_life_ask(struct vota_life *life, uint64_t now_ms)
{
    if (life->is_asked)
        return;
    life->is_asked = true;
    life->asked_at = now_ms;
}

void vota_life_see(struct vota_life *life, uint64_t mark)
{
    if (mark != life->mark)
        life->is_asked = false;
    life->mark = mark;
}

bool vota_life_is_stuck(const struct vota_life *life, uint64_t now_ms)
{
    return life->is_asked && now_ms > life->asked_at + life->silence_ms;
}
