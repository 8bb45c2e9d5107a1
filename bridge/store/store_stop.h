/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stops: why nothing is signed or sent on a network until a person has decided,
 * and which entries that are not this store's the person has accepted. The
 * engine raises a stop, a command clears it. Must not judge.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_STOP_H
#define VOTA_BRIDGE_STORE_STORE_STOP_H

#include "bridge/store/store.h"

#define VOTA_STOP_REASON_MAX 63u

struct vota_store_stop {
    char reason[VOTA_STOP_REASON_MAX + 1]; /* a code: "foreign-entry", ... */
    uint64_t entry;                        /* the first entry concerned; 0: none */
    uint64_t raised_at;
};

/* The stop of a network; NOT_FOUND without one. */
VOTA_MUST_USE enum vota_status vota_store_stop_get(struct vota_store_stop *ret_stop,
                                                   struct vota_store *store, int64_t network,
                                                   struct vota_error *err);

/* Raises a stop. One that is there already stays as it is: the first reason is the one to look at.
 */
VOTA_MUST_USE enum vota_status vota_store_stop_raise(struct vota_store *store, int64_t network,
                                                     const struct vota_store_stop *stop,
                                                     struct vota_error *err);

/* A person has decided; OK also when there was none. */
VOTA_MUST_USE enum vota_status vota_store_stop_clear(struct vota_store *store, int64_t network,
                                                     struct vota_error *err);

/* An entry of the journal, by number and the head after it. */
struct vota_store_adopted {
    uint64_t number;
    vota_hash head;
};

/* Accepts an entry that no operation of this store made; the same again is fine. */
VOTA_MUST_USE enum vota_status vota_store_stop_adopt(struct vota_store *store, int64_t network,
                                                     const struct vota_store_adopted *entry,
                                                     uint64_t now, struct vota_error *err);

/* Every accepted entry, numbers ascending. */
VOTA_MUST_USE enum vota_status vota_store_stop_adopted(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_adopted *entry), void *context,
    struct vota_error *err);

#endif
