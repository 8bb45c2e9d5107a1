/* SPDX-License-Identifier: Apache-2.0 */
/* The watch over connections: see patience.h. */
#include "bridge/http/patience.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "bridge/http/steady.h"

#define WATCH_MS 250u

/* Above this share of the places, in quarters, nobody may keep one for longer than this. */
#define CROWDED_QUARTERS 3u
#define CROWDED_MS       2000u

struct vota_line {
    int fd;
    uint64_t since_ms; /* something is owed by the client since then; 0: by us */
    struct vota_line *next, **link;
};

struct vota_patience {
    uint64_t patience_ms;
    unsigned places;
    pthread_t watch;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t ends;
    struct vota_line *first;
    unsigned n;
    bool ending;
};

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct vota_line *vota_patience_add(struct vota_patience *lines, int fd)
{
    struct vota_line *line = malloc(sizeof *line);
    if (line == NULL)
        return NULL;
    (void)pthread_mutex_lock(&lines->mutex);
    *line = (struct vota_line){
        .fd = fd, .since_ms = now_ms(), .next = lines->first, .link = &lines->first};
    if (line->next != NULL)
        line->next->link = &line->next;
    lines->first = line;
    lines->n++;
    (void)pthread_mutex_unlock(&lines->mutex);
    return line;
}

void vota_patience_remove(struct vota_patience *lines, struct vota_line *line)
{
    if (line == NULL)
        return;
    (void)pthread_mutex_lock(&lines->mutex);
    *line->link = line->next;
    if (line->next != NULL)
        line->next->link = line->link;
    lines->n--;
    (void)pthread_mutex_unlock(&lines->mutex);
    free(line);
}

void vota_patience_set_owed(struct vota_patience *lines, struct vota_line *line, bool by_client)
{
    if (line == NULL)
        return;
    (void)pthread_mutex_lock(&lines->mutex);
    line->since_ms = by_client ? now_ms() : 0;
    (void)pthread_mutex_unlock(&lines->mutex);
}

/* With the mutex: so no descriptor is closed, and none is another's by now. */
static void cut_slow(const struct vota_patience *lines)
{
    const uint64_t now = now_ms();
    const bool crowded = lines->n * 4 > lines->places * CROWDED_QUARTERS;
    const uint64_t patience =
        crowded && lines->patience_ms > CROWDED_MS ? CROWDED_MS : lines->patience_ms;
    for (struct vota_line *line = lines->first; line != NULL; line = line->next) {
        if (line->since_ms != 0 && now > line->since_ms + patience) {
            (void)shutdown(line->fd, SHUT_RDWR);
            line->since_ms = now;
        }
    }
}

static void *watch(void *context)
{
    struct vota_patience *lines = context;
    (void)pthread_mutex_lock(&lines->mutex);
    while (!lines->ending) {
        const struct timespec until = vota_steady_in(WATCH_MS);
        (void)pthread_cond_timedwait(&lines->ends, &lines->mutex, &until);
        cut_slow(lines);
    }
    (void)pthread_mutex_unlock(&lines->mutex);
    return NULL;
}

static void release(struct vota_patience *lines)
{
    (void)pthread_cond_destroy(&lines->ends);
    (void)pthread_mutex_destroy(&lines->mutex);
    free(lines);
}

enum vota_status vota_patience_new(struct vota_patience **ret_lines, unsigned patience,
                                   unsigned places)
{
    struct vota_patience *lines = calloc(1, sizeof *lines);
    if (lines == NULL || pthread_mutex_init(&lines->mutex, NULL) != 0) {
        free(lines);
        return VOTA_NO_MEMORY;
    }
    vota_steady_init(&lines->ends);
    lines->patience_ms = (uint64_t)patience * 1000;
    lines->places = places;
    if (pthread_create(&lines->watch, NULL, watch, lines) != 0) {
        release(lines);
        return VOTA_NO_MEMORY;
    }
    *ret_lines = lines;
    return VOTA_OK;
}

void vota_patience_free(struct vota_patience *lines)
{
    if (lines == NULL)
        return;
    (void)pthread_mutex_lock(&lines->mutex);
    lines->ending = true;
    (void)pthread_cond_broadcast(&lines->ends);
    (void)pthread_mutex_unlock(&lines->mutex);
    (void)pthread_join(lines->watch, NULL);
    VOTA_ASSERT(lines->first == NULL);
    release(lines);
}
