/* SPDX-License-Identifier: Apache-2.0 */
/* A struct and its mutex: see standing.h. */
#include "bridge/serve/standing.h"

#include <pthread.h>
#include <stdlib.h>

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
