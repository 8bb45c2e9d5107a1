/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers whose time has come: closing.h says the step, this makes it. What is
 * remembered here only saves asking the store again.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/engine/result.h"
#include "bridge/serve/keeping_parts.h"

#define LOOK_LOCAL_MS 500u
#define LOOK_MS       5000u
#define RETRY_MS      60000u /* before a register that could not be counted is tried again */

/* ---- what is remembered ---- */

static bool is_done(const struct vota_keeping *keeping, int64_t id)
{
    return (uint64_t)id < keeping->cap_done && keeping->done[id] != 0;
}

/* Without memory for it the register is looked at again: harmless. */
static void note_done(struct vota_keeping *keeping, int64_t id)
{
    if ((uint64_t)id >= keeping->cap_done) {
        const size_t cap = 2 * (size_t)id + 64;
        uint8_t *done = realloc(keeping->done, cap);
        if (done == NULL)
            return;
        memset(done + keeping->cap_done, 0, cap - keeping->cap_done);
        keeping->done = done;
        keeping->cap_done = cap;
    }
    keeping->done[id] = 1;
}

static enum vota_status note_ending(struct vota_keeping *keeping, int64_t id)
{
    for (size_t i = 0; i < keeping->n_ending; i++) {
        if (keeping->ending[i].id == id)
            return VOTA_OK;
    }
    if (keeping->n_ending == keeping->cap_ending) {
        const size_t cap = 2 * keeping->cap_ending + 16;
        struct vota_keeping_register *more =
            realloc(keeping->ending, cap * sizeof *keeping->ending);
        if (more == NULL)
            return VOTA_NO_MEMORY;
        keeping->ending = more;
        keeping->cap_ending = cap;
    }
    keeping->ending[keeping->n_ending++] = (struct vota_keeping_register){.id = id};
    return VOTA_OK;
}

/* ---- which ---- */

static uint64_t ends_at(const struct vota_keeping *keeping, const struct vota_store_register *reg)
{
    const struct vota_closing_times times = {reg->closes_at, reg->counts_until, reg->results_by};
    const struct vota_closing_pace pace = vota_settings_closing(keeping->network[0].is_local);
    return vota_closing_ends_at(&times, &pace);
}

static enum vota_status note_register(void *context, const struct vota_store_register *reg)
{
    struct vota_keeping *keeping = context;
    const bool is_time = keeping->time.now >= ends_at(keeping, reg);
    if (reg->opened_entry == 0 || is_done(keeping, reg->id))
        return VOTA_OK;
    if (reg->closed_at == 0)
        keeping->standing.registers_open += keeping->time.now >= reg->opens_at && !is_time;
    if (reg->closed_at == 0 && !is_time)
        return VOTA_OK;
    return note_ending(keeping, reg->id);
}

/* ---- steps ---- */

static void tell_register(const struct vota_keeping *keeping, const char *event,
                          const struct vota_store_register *reg, const char *network,
                          const char *reason)
{
    vota_log(keeping->options.log, reason != NULL ? VOTA_LOG_ERROR : VOTA_LOG_INFO, event,
             "register", reg->slug, "network", network, "reason", reason, NULL);
}

/* Acceptance ends; that somebody else ended it in the same moment is as good. */
static enum vota_status end_acceptance(struct vota_keeping *keeping,
                                       const struct vota_store_register *reg,
                                       struct vota_error *err)
{
    struct vota_store *store = keeping->store;
    struct vota_error detail = {.status = VOTA_OK};
    enum vota_status status = vota_store_begin(store, &detail);
    if (status == VOTA_OK)
        status = vota_store_register_set_closed(store, reg->id, keeping->time.now, &detail);
    if (status == VOTA_OK)
        status = vota_store_commit(store, &detail);
    vota_store_rollback(store);
    if (status == VOTA_OK)
        tell_register(keeping, "closed", reg, NULL, NULL);
    keeping->registers_ms = 0; /* what follows need not wait */
    if (status == VOTA_OK ||
        (status == VOTA_CONFLICT && strcmp(detail.text, "register-closed") == 0))
        return VOTA_OK;
    return vota_fail(err, status, detail.where, detail.text);
}

static void tell_result(const struct vota_keeping_network *network,
                        const struct vota_store_register *reg, const struct vota_result *result)
{
    char operation[VOTA_LOG_NUMBER_CAP];
    char entries[VOTA_LOG_NUMBER_CAP];
    vota_log(network->keeping->options.log, VOTA_LOG_INFO, "result", "register", reg->slug,
             "network", network->standing->name, "operation",
             vota_log_number(operation, (uint64_t)result->operation), "last_entry",
             vota_log_number(entries, result->tally.last_entry), NULL);
}

/* Counts and queues; what cannot be counted now is said, and tried again in a minute. */
static enum vota_status publish(struct vota_keeping_network *network,
                                struct vota_keeping_register *ending,
                                const struct vota_store_register *reg, struct vota_error *err)
{
    struct vota_keeping *keeping = network->keeping;
    struct vota_error detail = {.status = VOTA_OK};
    const struct vota_result_order order = {.reg = reg,
                                            .network = network->of.row.id,
                                            .again = VOTA_RESULT_ONCE,
                                            .now = keeping->time.now};
    if (ending->retry_ms > keeping->time.steady_ms || !vota_keeping_network_takes(network))
        return VOTA_OK;
    struct vota_result *result = calloc(1, sizeof *result); /* thousands of numbers */
    if (result == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "result", "no-memory");
    const enum vota_status status = vota_result_queue(result, keeping->store, &order, &detail);
    if (status == VOTA_OK && result->queued) {
        keeping->standing.results++;
        vota_keeping_network_hurry(network);
        tell_result(network, reg, result);
    }
    free(result);
    if (status == VOTA_OK)
        return VOTA_OK;
    ending->retry_ms = keeping->time.steady_ms + RETRY_MS;
    tell_register(keeping, "uncounted", reg, network->standing->name, detail.text);
    return VOTA_OK;
}

/* ---- a register ---- */

/* What is known of it whatever the network; also since when its last row is sealed. */
static enum vota_status look_at(struct vota_closing_view *view, struct vota_keeping *keeping,
                                struct vota_keeping_register *ending,
                                const struct vota_store_register *reg, struct vota_error *err)
{
    const struct vota_keeping_network *primary = &keeping->network[0];
    struct vota_store_stamp stamp;
    uint64_t records = 0;
    *view = (struct vota_closing_view){
        .opened = reg->opened_entry != 0,
        .ended = reg->closed_at != 0,
        .ends_at = ends_at(keeping, reg),
        .now = keeping->time.now,
        .chain_now = primary->is_local ? UINT64_MAX : primary->standing->turn.latest_time,
        .by_hand = strcmp(keeping->config.results, "by-hand") == 0};
    if (!view->ended || ending->through != 0)
        return VOTA_OK;
    enum vota_status status =
        vota_store_register_count(&records, &view->waiting, keeping->store, reg->id, err);
    if (status == VOTA_OK && view->waiting == 0)
        status = vota_store_watch_stamp(&stamp, keeping->store, primary->of.row.id, err);
    if (status == VOTA_OK && view->waiting == 0)
        ending->through = stamp.newest;
    return status;
}

static enum vota_status look_on(struct vota_closing_view *view,
                                const struct vota_keeping_network *network,
                                const struct vota_keeping_register *ending,
                                const struct vota_store_register *reg, struct vota_error *err)
{
    struct vota_store *store = network->keeping->store;
    const struct vota_store_network *row = &network->of.row;
    view->late = network->is_secondary && row->deployed && row->deploy_time > reg->counts_until;
    view->has_result = false;
    enum vota_status status = vota_store_watch_result(&view->has_result, store, reg, row->id, err);
    if (status == VOTA_OK)
        status = vota_store_watch_unsettled(&view->unsettled, store, row->id, ending->through, err);
    return status;
}

/* One step on one network; *ret_done: there is none left. */
static enum vota_status step(bool *ret_done, struct vota_keeping_network *network,
                             struct vota_keeping_register *ending,
                             const struct vota_store_register *reg, struct vota_closing_view *view,
                             struct vota_error *err)
{
    struct vota_keeping *keeping = network->keeping;
    const enum vota_status status = look_on(view, network, ending, reg, err);
    if (status != VOTA_OK)
        return status;
    const enum vota_closing_step next = vota_closing_next(view);
    *ret_done = next == VOTA_CLOSING_DONE;
    if (next == VOTA_CLOSING_END)
        return end_acceptance(keeping, reg, err);
    if (next == VOTA_CLOSING_SEAL)
        keeping->presses = true;
    if (next == VOTA_CLOSING_COUNT)
        return publish(network, ending, reg, err);
    if (next == VOTA_CLOSING_HAND && !ending->told_hand) {
        ending->told_hand = true;
        tell_register(keeping, "result-waits", reg, network->standing->name, NULL);
    }
    return VOTA_OK;
}

static enum vota_status close_register(bool *ret_done, struct vota_keeping *keeping,
                                       struct vota_keeping_register *ending, struct vota_error *err)
{
    struct vota_store_register_copy copy = {.definition = NULL};
    struct vota_closing_view view;
    bool all = true;
    enum vota_status status = vota_store_register_get_id(&copy, keeping->store, ending->id, err);
    if (status == VOTA_OK)
        status = look_at(&view, keeping, ending, &copy.about, err);
    for (size_t i = 0; status == VOTA_OK && i < keeping->n_networks; i++) {
        bool done = false;
        status = step(&done, &keeping->network[i], ending, &copy.about, &view, err);
        all &= done;
        if (!view.ended) /* the same everywhere, and made */
            break;
    }
    vota_store_register_done(&copy);
    if (status == VOTA_OK)
        *ret_done = all && view.ended;
    return status;
}

/* Every register that is past its time, a step each. */
static enum vota_status close_all(struct vota_keeping *keeping, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    size_t left = 0;
    for (size_t i = 0; i < keeping->n_ending; i++) {
        bool done = false;
        if (status == VOTA_OK && vota_keeping_goes_on(keeping))
            status = close_register(&done, keeping, &keeping->ending[i], err);
        if (done)
            note_done(keeping, keeping->ending[i].id);
        else
            keeping->ending[left++] = keeping->ending[i];
    }
    keeping->n_ending = left;
    return status;
}

enum vota_status vota_keeping_close(struct vota_keeping *keeping, struct vota_error *err)
{
    const unsigned pause = keeping->network[0].is_local ? LOOK_LOCAL_MS : LOOK_MS;
    if (keeping->registers_ms > keeping->time.steady_ms)
        return VOTA_OK;
    keeping->registers_ms = keeping->time.steady_ms + pause;
    keeping->presses = false;
    keeping->standing.registers_open = 0;
    enum vota_status status = vota_store_register_each(
        keeping->store, keeping->network[0].of.row.line, note_register, keeping, err);
    if (status == VOTA_OK)
        status = close_all(keeping, err);
    keeping->standing.registers_closing = keeping->n_ending;
    return status;
}
