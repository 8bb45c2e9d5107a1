/* SPDX-License-Identifier: Apache-2.0 */
/* Counts, searches, queues: see result.h. */
#include "bridge/engine/result.h"

#include <stdlib.h>

#include "bridge/engine/attempt.h"
#include "bridge/store/store_watch.h"

#define ARGUMENTS_MAX ((size_t)8 * (VOTA_COUNT_MAX_NUMBERS + 1))

/* Whether the newest result operation of a register has these numbers. */
struct search {
    int64_t reg;
    struct vota_slice arguments;
    bool same;
};

static enum vota_status search_result(void *context, const struct vota_store_operation *operation)
{
    struct search *search = context;
    if (operation->kind != VOTA_OP_RESULT || operation->reg != search->reg)
        return VOTA_OK;
    /* The first 8 bytes are the last entry, which moves on with every result. */
    search->same = operation->arguments.len == search->arguments.len &&
                   vota_bytes_equal(operation->arguments.at + 8, search->arguments.at + 8,
                                    search->arguments.len - 8);
    return VOTA_OK;
}

/* Whether there is a result already that this one would only repeat. */
static enum vota_status is_there(bool *ret_there, struct vota_store *store,
                                 const struct vota_result_order *order, struct vota_slice arguments,
                                 struct vota_error *err)
{
    struct search search = {.reg = order->reg->id, .arguments = arguments};
    if (order->again == VOTA_RESULT_ONCE)
        return vota_store_watch_result(ret_there, store, order->reg, order->network, err);
    const enum vota_status status =
        vota_store_outbox_each(store, order->network, ~0u, search_result, &search, err);
    if (status == VOTA_OK)
        *ret_there = search.same;
    return status;
}

/* Looking and queueing are one transaction, so that two of us cannot both find nothing. */
static enum vota_status queue(struct vota_result *result, struct vota_store *store,
                              const struct vota_result_order *order, struct vota_slice arguments,
                              struct vota_error *err)
{
    const struct vota_store_operation operation = {.network = order->network,
                                                   .kind = VOTA_OP_RESULT,
                                                   .reg = order->reg->id,
                                                   .arguments = arguments,
                                                   .created_at = order->now};
    bool there = false;
    int64_t id = 0;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = is_there(&there, store, order, arguments, err);
    if (status == VOTA_OK && !there)
        status = vota_store_outbox_queue(&id, store, &operation, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    if (status != VOTA_OK)
        return status;
    result->queued = !there;
    result->operation = id;
    return VOTA_OK;
}

enum vota_status vota_result_queue(struct vota_result *ret_result, struct vota_store *store,
                                   const struct vota_result_order *order, struct vota_error *err)
{
    struct vota_tally *tally = &ret_result->tally;
    enum vota_status status = vota_tally_register(tally, store, order->reg, order->network, err);
    if (status != VOTA_OK)
        return status;
    uint8_t *bytes = malloc(ARGUMENTS_MAX);
    if (bytes == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "result", "no-memory");
    struct vota_wr wr = vota_wr_of(bytes, ARGUMENTS_MAX);
    vota_attempt_result_write(&wr, tally->last_entry, tally->numbers, tally->n);
    status = queue(ret_result, store, order, (struct vota_slice){bytes, wr.len}, err);
    free(bytes);
    return status;
}
