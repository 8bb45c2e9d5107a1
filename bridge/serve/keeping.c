/* SPDX-License-Identifier: Apache-2.0 */
/* A look: registers, rows, networks, standing. See keeping.h. */
#include "bridge/serve/keeping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/engine/lock.h"
#include "bridge/serve/keeping_parts.h"

#define CACHE_KIB 16384u /* of pages: most of the memory is for the writer */

bool vota_keeping_goes_on(const struct vota_keeping *keeping)
{
    const struct vota_connect_watch *watch = keeping->watch;
    return watch == NULL || watch->goes_on(watch->context);
}

static enum vota_status open_store(struct vota_keeping *keeping, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    enum vota_status status =
        vota_directory_path(&keeping->options.dir, path, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_store_open(&keeping->store, path, 0, err);
    return status == VOTA_OK ? vota_store_set_cache(keeping->store, CACHE_KIB, err) : status;
}

static void set_up_network(struct vota_keeping *keeping, size_t i)
{
    struct vota_keeping_network *network = &keeping->network[i];
    struct vota_standing_network *standing = &keeping->standing.network[i];
    const struct vota_keeper_network *of = &keeping->options.network[i];
    *network = (struct vota_keeping_network){
        .keeping = keeping,
        .of = *of,
        .is_local = vota_config_is_local(&keeping->config.network[of->place]),
        .is_secondary = i > 0,
        .standing = standing};
    standing->reach = VOTA_REACH_NEW;
    standing->role = of->row.role;
    standing->chain_id = of->row.chain_id;
    standing->is_local = network->is_local;
    memcpy(standing->name, of->row.name, sizeof standing->name);
    (void)snprintf(standing->key_problem, sizeof standing->key_problem, "%s",
                   of->key_problem != NULL ? of->key_problem : "");
}

enum vota_status vota_keeping_new(struct vota_keeping **ret_keeping,
                                  const struct vota_keeper_options *options,
                                  const struct vota_connect_watch *watch, struct vota_error *err)
{
    struct vota_keeping *keeping = calloc(1, sizeof *keeping);
    if (keeping == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "keeper", "no-memory");
    VOTA_ASSERT(options->n_networks >= 1 && options->n_networks <= VOTA_STANDING_NETWORKS);
    keeping->options = *options;
    keeping->config = *options->config;
    keeping->options.config = &keeping->config;
    keeping->watch = watch;
    keeping->lock = -1;
    keeping->n_networks = options->n_networks;
    for (size_t i = 0; i < keeping->n_networks; i++)
        set_up_network(keeping, i);
    const enum vota_status status = open_store(keeping, err);
    if (status == VOTA_OK)
        *ret_keeping = keeping;
    else
        vota_keeping_free(keeping);
    return status;
}

void vota_keeping_free(struct vota_keeping *keeping)
{
    if (keeping == NULL)
        return;
    for (size_t i = 0; i < keeping->n_networks; i++)
        vota_keeping_network_done(&keeping->network[i]);
    vota_lock_release(keeping->lock);
    vota_store_free(keeping->store);
    free(keeping->ending);
    free(keeping->done);
    free(keeping);
}

void vota_keeping_set_config(struct vota_keeping *keeping, const struct vota_config *config)
{
    keeping->config = *config;
    keeping->budget_ms = 0;
}

/* The store's trouble, once while it lasts. */
static void note_outcome(struct vota_keeping *keeping, enum vota_status status,
                         const struct vota_error *err)
{
    struct vota_standing_keeper *standing = &keeping->standing;
    const char *problem = status == VOTA_OK ? "" : err->text;
    const struct vota_log *log = keeping->options.log;
    if (status == VOTA_OK) {
        standing->has_turn = true;
        standing->turn_at = keeping->time.now;
        standing->turns++;
    } else {
        standing->turn_failures++;
    }
    if (strcmp(standing->problem, problem) == 0)
        return;
    if (status == VOTA_OK)
        vota_log(log, VOTA_LOG_INFO, "keeper-works", NULL);
    else
        vota_log(log, VOTA_LOG_ERROR, "keeper-failed", "where", err->where, "reason", problem,
                 NULL);
    (void)snprintf(standing->problem, sizeof standing->problem, "%.*s",
                   (int)VOTA_STANDING_REASON_MAX, problem);
}

/* Until a network's next turn, a look at most. */
static unsigned wait_ms(const struct vota_keeping *keeping)
{
    uint64_t wait = VOTA_KEEPING_LOOK_MS;
    const uint64_t now_ms = keeping->time.steady_ms;
    for (size_t i = 0; i < keeping->n_networks; i++) {
        const uint64_t due_ms = keeping->network[i].due_ms;
        const uint64_t left = due_ms > now_ms ? due_ms - now_ms : 0;
        wait = left < wait ? left : wait;
    }
    if (keeping->registers_ms < now_ms + wait)
        wait = keeping->registers_ms > now_ms ? keeping->registers_ms - now_ms : 0;
    return (unsigned)wait;
}

/* Promises run by the time of blocks: a clock that is behind the latest one is wrong. */
static uint64_t not_before_chain(const struct vota_keeping *keeping, uint64_t now)
{
    const struct vota_keeping_network *primary = &keeping->network[0];
    const uint64_t latest = primary->standing->turn.latest_time;
    return primary->is_local || now > latest ? now : latest;
}

unsigned vota_keeping_turn(struct vota_keeping *keeping, const struct vota_keeping_time *time)
{
    struct vota_error err = {.status = VOTA_OK};
    keeping->time = *time;
    keeping->time.now = not_before_chain(keeping, time->now);
    enum vota_status status = vota_keeping_close(keeping, &err);
    if (status == VOTA_OK)
        status = vota_keeping_seal(keeping, &err);
    for (size_t i = 0; i < keeping->n_networks && vota_keeping_goes_on(keeping); i++)
        vota_keeping_network_turn(&keeping->network[i]);
    note_outcome(keeping, status, &err);
    vota_standing_set_keeper(keeping->options.board, &keeping->standing);
    return wait_ms(keeping);
}
