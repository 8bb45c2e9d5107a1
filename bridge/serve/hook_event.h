/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of an event as the site reads it (docs/API.md): a function of its
 * row, so that every try sends the same bytes. Names batches and registers, no
 * record and no person.
 *
 *   {"id":"evt_<32 hex>","type":"batch.final","time":"2026-11-22T09:00:00Z","data":{
 *    "network":"hoodi","chain_id":560048,"contract":"0x…","entry":7,"block":123,
 *    "entry_time":"…", "batch":3,"root":"0x…","count":4096 | "register":"…","register_hash":"0x…"}}
 */
#ifndef VOTA_BRIDGE_SERVE_HOOK_EVENT_H
#define VOTA_BRIDGE_SERVE_HOOK_EVENT_H

#include "bridge/store/store_delivery.h"

#define VOTA_HOOK_EVENT_MAX 1024u /* bytes of a body */
#define VOTA_HOOK_ID_CHARS  (4u + 2u * VOTA_DELIVERY_KEY)

/* "evt_" and the row's key. */
void vota_hook_event_id(char ret_id[VOTA_HOOK_ID_CHARS + 1],
                        const struct vota_store_delivery *delivery);

/* Appends the body; it fits into VOTA_HOOK_EVENT_MAX. */
void vota_hook_event_write(struct vota_wr *wr, const struct vota_store_delivery *delivery);

#endif
