/* SPDX-License-Identifier: Apache-2.0 */
/* Telling, waiting, ending and halting, for all files of perform: see perform_parts.h. */
#include "bridge/engine/perform_parts.h"

#include <stdio.h>

#include "bridge/store/store_spend.h"

void vota_perform_tell(const struct vota_step *step, const char *name, const char *detail)
{
    const struct vota_sender *sender = step->turn->sender;
    const struct vota_sender_event event = {.name = name,
                                            .operation = &step->copy.about,
                                            .attempt =
                                                step->has_newest ? &step->newest.about : NULL,
                                            .detail = detail};
    if (sender->on_event != NULL)
        sender->on_event(sender->context, &event);
}

void vota_perform_hold(struct vota_turn *turn, const char *reason)
{
    (void)snprintf(turn->held, sizeof turn->held, "%.*s", (int)VOTA_SENDER_REASON_MAX, reason);
}

enum vota_status vota_perform_wait(struct vota_step *step, const char *reason)
{
    vota_perform_hold(step->turn, reason);
    vota_perform_tell(step, "held", step->turn->held);
    return VOTA_OK;
}

enum vota_status vota_perform_end(struct vota_store *store, enum vota_status status,
                                  struct vota_error *err)
{
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

enum vota_status vota_perform_settle_cost(struct vota_step *step, struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    const struct vota_store_cost cost = {.tx_hash = step->settled,
                                         .gas_used = step->told.gas_used,
                                         .effective_price = step->told.price,
                                         .settled_at = step->turn->now};
    if (vota_hash_is_zero(&step->settled))
        return VOTA_OK;
    return vota_store_spend_settle(store, step->copy.about.id, &cost, err);
}

enum vota_status vota_perform_halt(struct vota_step *step, const char *reason,
                                   struct vota_error *err)
{
    struct vota_store *store = step->turn->sender->store;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = vota_perform_settle_cost(step, err);
    if (status == VOTA_OK)
        status = vota_store_outbox_halt(store, step->copy.about.id, reason, err);
    status = vota_perform_end(store, status, err);
    if (status != VOTA_OK)
        return status;
    step->open->state = VOTA_OP_HALTED;
    vota_perform_tell(step, "halted", reason);
    return VOTA_OK;
}
