/* SPDX-License-Identifier: Apache-2.0 */
/* A struct and its mutex: see standing.h. */
#include "bridge/engine/standing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vota_standing_board {
    pthread_mutex_t lock;
    struct vota_standing_view view;
};

struct vota_standing_board *vota_standing_new(uint64_t started_at, bool is_reader)
{
    struct vota_standing_board *board = calloc(1, sizeof *board);
    if (board == NULL)
        return NULL;
    (void)pthread_mutex_init(&board->lock, NULL);
    board->view.started_at = started_at;
    board->view.is_reader = is_reader;
    return board;
}

void vota_standing_free(struct vota_standing_board *board)
{
    if (board == NULL)
        return;
    (void)pthread_mutex_destroy(&board->lock);
    free(board);
}

void vota_standing_look(struct vota_standing_view *ret_view, struct vota_standing_board *board)
{
    (void)pthread_mutex_lock(&board->lock);
    *ret_view = board->view;
    (void)pthread_mutex_unlock(&board->lock);
}

void vota_standing_set_keeper(struct vota_standing_board *board,
                              const struct vota_standing_keeper *keeper)
{
    (void)pthread_mutex_lock(&board->lock);
    board->view.keeper = *keeper;
    (void)pthread_mutex_unlock(&board->lock);
}

void vota_standing_set_hook(struct vota_standing_board *board,
                            const struct vota_standing_hook *hook)
{
    (void)pthread_mutex_lock(&board->lock);
    board->view.hook = *hook;
    (void)pthread_mutex_unlock(&board->lock);
}

void vota_standing_set_store(struct vota_standing_board *board,
                             const struct vota_standing_store *store)
{
    (void)pthread_mutex_lock(&board->lock);
    board->view.store = *store;
    (void)pthread_mutex_unlock(&board->lock);
}

void vota_standing_note_reload(struct vota_standing_board *board)
{
    (void)pthread_mutex_lock(&board->lock);
    board->view.reloads++;
    (void)pthread_mutex_unlock(&board->lock);
}

const char *vota_standing_reach_name(enum vota_standing_reach reach)
{
    static const char *const names[VOTA_REACHES] = {"none",    "new",     "unreachable", "refused",
                                                    "watched", "stopped", "up"};
    return (unsigned)reach < VOTA_REACHES ? names[reach] : "unknown";
}

static const char *const sendings[VOTA_STANDING_SENDINGS] = {
    "signed", "sent",        "bumped",       "cancelling", "mined", "final", "requeued",
    "halted", "reorganised", "contradicted", "stopped",    "held",  "other"};

const char *vota_standing_sending_name(size_t sending)
{
    VOTA_ASSERT(sending < VOTA_STANDING_SENDINGS);
    return sendings[sending];
}

void vota_standing_count_sending(struct vota_standing_network *network, const char *event)
{
    size_t i = 0;
    while (i < VOTA_STANDING_SENDINGS - 1 && strcmp(sendings[i], event) != 0)
        i++;
    network->sendings[i]++;
}

void vota_standing_note_quorum(struct vota_standing_network *network,
                               const struct vota_quorum *quorum)
{
    const struct vota_connections *set = quorum->providers;
    network->needed = quorum->k;
    network->agreed = quorum->has_latest ? quorum->latest_voices : 0;
    network->n_providers = set->n;
    for (size_t i = 0; i < set->n; i++) {
        const struct vota_connection *connection = &set->item[i];
        struct vota_standing_provider *provider = &network->provider[i];
        (void)snprintf(provider->name, sizeof provider->name, "%s", connection->name);
        provider->state = vota_breaker_state_name(&connection->breaker);
        provider->reason = vota_breaker_reason(&connection->breaker);
        provider->latest = vota_quorum_head(quorum, i);
        provider->requests = connection->requests;
        provider->waited_ms = connection->waited_ms;
    }
}
