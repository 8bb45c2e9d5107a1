/* SPDX-License-Identifier: Apache-2.0 */
/* A table by key and a list by use, behind one mutex: see keep.h. */
#include "bridge/engine/keep.h"

#include <pthread.h>
#include <stdlib.h>

#define BUCKETS 1024u

struct vota_keep {
    size_t max_bytes;
    pthread_mutex_t turn;  /* held while something long is made */
    pthread_mutex_t mutex; /* guards what follows, and the keep's own members of what is kept */
    size_t bytes;
    struct vota_kept *newest, *oldest;
    struct vota_kept *bucket[BUCKETS];
};

static struct vota_kept **bucket_of(struct vota_keep *keep, struct vota_keep_key key)
{
    const uint64_t mixed =
        ((uint64_t)key.a * 31 + key.b) * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)key.kind;
    return &keep->bucket[mixed >> 32 & (BUCKETS - 1)];
}

static struct vota_kept **find(struct vota_keep *keep, struct vota_keep_key key)
{
    struct vota_kept **at = bucket_of(keep, key);
    while (*at != NULL &&
           ((*at)->key.kind != key.kind || (*at)->key.a != key.a || (*at)->key.b != key.b))
        at = &(*at)->next;
    return at;
}

/* ---- order of use ---- */

static void unlink_use(struct vota_keep *keep, struct vota_kept *kept)
{
    *(kept->newer != NULL ? &kept->newer->older : &keep->newest) = kept->older;
    *(kept->older != NULL ? &kept->older->newer : &keep->oldest) = kept->newer;
}

static void link_newest(struct vota_keep *keep, struct vota_kept *kept)
{
    kept->newer = NULL;
    kept->older = keep->newest;
    *(keep->newest != NULL ? &keep->newest->newer : &keep->oldest) = kept;
    keep->newest = kept;
}

static void drop(struct vota_keep *keep, struct vota_kept *kept)
{
    *find(keep, kept->key) = kept->next;
    unlink_use(keep, kept);
    keep->bytes -= kept->bytes;
    kept->free(kept);
}

/* The oldest that nobody holds go, but not the newest: a thing larger than all may stay alone. */
static void make_room(struct vota_keep *keep)
{
    struct vota_kept *kept = keep->oldest;
    while (keep->bytes > keep->max_bytes && kept != NULL && kept != keep->newest) {
        struct vota_kept *newer = kept->newer;
        if (kept->holders == 0)
            drop(keep, kept);
        kept = newer;
    }
}

/* ---- taking and giving ---- */

static struct vota_kept *hold(struct vota_keep *keep, struct vota_kept *kept)
{
    kept->holders++;
    unlink_use(keep, kept);
    link_newest(keep, kept);
    return kept;
}

struct vota_kept *vota_keep_take(struct vota_keep *keep, struct vota_keep_key key)
{
    (void)pthread_mutex_lock(&keep->mutex);
    struct vota_kept *kept = *find(keep, key);
    if (kept != NULL)
        kept = hold(keep, kept);
    (void)pthread_mutex_unlock(&keep->mutex);
    return kept;
}

struct vota_kept *vota_keep_add(struct vota_keep *keep, struct vota_kept *kept)
{
    (void)pthread_mutex_lock(&keep->mutex);
    struct vota_kept **at = find(keep, kept->key);
    if (*at != NULL) {
        kept->free(kept);
        kept = hold(keep, *at);
    } else {
        kept->holders = 1;
        kept->next = NULL;
        *at = kept;
        link_newest(keep, kept);
        keep->bytes += kept->bytes;
        make_room(keep);
    }
    (void)pthread_mutex_unlock(&keep->mutex);
    return kept;
}

void vota_keep_release(struct vota_keep *keep, struct vota_kept *kept)
{
    if (kept == NULL)
        return;
    (void)pthread_mutex_lock(&keep->mutex);
    VOTA_ASSERT(kept->holders > 0);
    kept->holders--;
    make_room(keep);
    (void)pthread_mutex_unlock(&keep->mutex);
}

void vota_keep_begin(struct vota_keep *keep)
{
    (void)pthread_mutex_lock(&keep->turn);
}

void vota_keep_end(struct vota_keep *keep)
{
    (void)pthread_mutex_unlock(&keep->turn);
}

size_t vota_keep_bytes(struct vota_keep *keep)
{
    (void)pthread_mutex_lock(&keep->mutex);
    const size_t bytes = keep->bytes;
    (void)pthread_mutex_unlock(&keep->mutex);
    return bytes;
}

/* ---- life ---- */

struct vota_keep *vota_keep_new(size_t max_bytes)
{
    struct vota_keep *keep = calloc(1, sizeof *keep);
    if (keep == NULL)
        return NULL;
    if (pthread_mutex_init(&keep->mutex, NULL) != 0) {
        free(keep);
        return NULL;
    }
    (void)pthread_mutex_init(&keep->turn, NULL); /* cannot fail where the first did not */
    keep->max_bytes = max_bytes;
    return keep;
}

void vota_keep_free(struct vota_keep *keep)
{
    if (keep == NULL)
        return;
    while (keep->oldest != NULL) {
        VOTA_ASSERT(keep->oldest->holders == 0);
        drop(keep, keep->oldest);
    }
    (void)pthread_mutex_destroy(&keep->turn);
    (void)pthread_mutex_destroy(&keep->mutex);
    free(keep);
}
