/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to bodies: see hook_event.h. */
#include "bridge/serve/hook_event.h"

#include <string.h>

#include "proof/hex.h"
#include "proof/jcs.h"
#include "proof/time.h"

void vota_hook_event_id(char ret_id[VOTA_HOOK_ID_CHARS + 1],
                        const struct vota_store_delivery *delivery)
{
    struct vota_wr wr = vota_wr_of(ret_id, VOTA_HOOK_ID_CHARS);
    vota_wr_text(&wr, "evt_");
    vota_hex_write_bare(&wr, delivery->key, sizeof delivery->key);
    ret_id[wr.len] = '\0';
}

/* ,"name": */
static void put_name(struct vota_wr *wr, const char *name)
{
    vota_wr_text(wr, ",\"");
    vota_wr_text(wr, name);
    vota_wr_text(wr, "\":");
}

static void put_number(struct vota_wr *wr, const char *name, uint64_t number)
{
    put_name(wr, name);
    vota_jcs_write_number(wr, number);
}

static void put_time(struct vota_wr *wr, const char *name, uint64_t time)
{
    put_name(wr, name);
    vota_wr_byte(wr, '"');
    vota_time_write(wr, time);
    vota_wr_byte(wr, '"');
}

static void put_hex(struct vota_wr *wr, const char *name, const uint8_t *bytes, size_t len)
{
    put_name(wr, name);
    vota_wr_byte(wr, '"');
    vota_hex_write(wr, bytes, len);
    vota_wr_byte(wr, '"');
}

static void put_data(struct vota_wr *wr, const struct vota_store_delivery *delivery)
{
    put_name(wr, "data");
    vota_wr_text(wr, "{\"network\":");
    vota_jcs_write_string(wr, delivery->network, strlen(delivery->network));
    put_number(wr, "chain_id", delivery->chain_id);
    put_hex(wr, "contract", delivery->contract.bytes, sizeof delivery->contract.bytes);
    if (delivery->has_entry)
        put_number(wr, "entry", delivery->entry);
    if (delivery->has_block) {
        put_number(wr, "block", delivery->block);
        put_time(wr, "entry_time", delivery->entry_time);
    }
    if (delivery->batch != 0) {
        put_number(wr, "batch", (uint64_t)delivery->batch);
        put_hex(wr, "root", delivery->root.bytes, sizeof delivery->root.bytes);
        put_number(wr, "count", delivery->count);
    } else {
        put_name(wr, "register");
        vota_jcs_write_string(wr, delivery->slug, strlen(delivery->slug));
        put_hex(wr, "register_hash", delivery->register_hash.bytes,
                sizeof delivery->register_hash.bytes);
    }
    vota_wr_byte(wr, '}');
}

void vota_hook_event_write(struct vota_wr *wr, const struct vota_store_delivery *delivery)
{
    char id[VOTA_HOOK_ID_CHARS + 1];
    vota_hook_event_id(id, delivery);
    vota_wr_text(wr, "{\"id\":\"");
    vota_wr_text(wr, id);
    vota_wr_text(wr, "\",\"type\":\"");
    vota_wr_text(wr, delivery->type);
    vota_wr_byte(wr, '"');
    put_time(wr, "time", delivery->made_at);
    put_data(wr, delivery);
    vota_wr_byte(wr, '}');
}
