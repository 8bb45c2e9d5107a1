/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several threads read again and again, kept in memory up to a number of
 * bytes: trees of batches, anchors that are final, definitions. What was used
 * longest ago goes first; what somebody holds does not go. Only what can never
 * change may be kept, so that nothing has to be taken back. Knows neither store
 * nor batch.
 */
#ifndef VOTA_BRIDGE_ENGINE_KEEP_H
#define VOTA_BRIDGE_ENGINE_KEEP_H

#include "proof/bytes.h"

struct vota_keep;

enum vota_keep_kind { VOTA_KEEP_TREE, VOTA_KEEP_ANCHOR, VOTA_KEEP_REGISTER, VOTA_KEEP_TEXT };

struct vota_keep_key {
    enum vota_keep_kind kind;
    int64_t
        a; /* of a tree its batch, of an anchor or its text the network, of a register its row */
    uint64_t b; /* of an anchor or its text the entry; else 0 */
};

/* The first member of whatever is kept. The maker sets the first three. */
struct vota_kept {
    struct vota_keep_key key;
    size_t bytes;
    void (*free)(struct vota_kept *kept);
    /* the keep's own */
    unsigned holders;
    struct vota_kept *next;          /* in its bucket */
    struct vota_kept *newer, *older; /* by use */
};

/* NULL without memory. */
struct vota_keep *vota_keep_new(size_t max_bytes);

/* Only when nothing is held. NULL is fine. */
void vota_keep_free(struct vota_keep *keep);

/* What is kept under the key, held until vota_keep_release; NULL if nothing is. */
struct vota_kept *vota_keep_take(struct vota_keep *keep, struct vota_keep_key key);

/*
 * Hands a thing over, and returns it held; another thread's, if one was faster.
 * Older ones go until all fit, or none is left that nobody holds.
 */
struct vota_kept *vota_keep_add(struct vota_keep *keep, struct vota_kept *kept);

/* NULL is fine. */
void vota_keep_release(struct vota_keep *keep, struct vota_kept *kept);

/*
 * A turn to make what takes long: one thread at a time, so that the others find
 * it made. Between the two, look again with vota_keep_take.
 */
void vota_keep_begin(struct vota_keep *keep);
void vota_keep_end(struct vota_keep *keep);

/* Bytes kept now. */
size_t vota_keep_bytes(struct vota_keep *keep);

#endif
