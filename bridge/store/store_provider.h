/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a network's providers: the newest final block that a quorum
 * of them named, which only moves forwards, and the health of each by its name.
 * The sender writes, `status` reads. Must not judge, and never sees a URL.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_PROVIDER_H
#define VOTA_BRIDGE_STORE_STORE_PROVIDER_H

#include "bridge/store/store.h"

#define VOTA_PROVIDER_NAME_MAX   32u
#define VOTA_PROVIDER_STATE_MAX  15u
#define VOTA_PROVIDER_REASON_MAX 63u

/* The newest final block; NOT_FOUND before the first. */
VOTA_MUST_USE enum vota_status vota_store_provider_final(uint64_t *ret_number, vota_hash *ret_hash,
                                                         struct vota_store *store, int64_t network,
                                                         struct vota_error *err);

/* The same or a later one; CONFLICT "final-went-back" for an earlier one or another hash. */
VOTA_MUST_USE enum vota_status vota_store_provider_set_final(struct vota_store *store,
                                                             int64_t network, uint64_t number,
                                                             const vota_hash *hash,
                                                             struct vota_error *err);

struct vota_store_health {
    char name[VOTA_PROVIDER_NAME_MAX + 1];
    char state[VOTA_PROVIDER_STATE_MAX + 1];   /* "ok", "open", "half-open" or "out" */
    char reason[VOTA_PROVIDER_REASON_MAX + 1]; /* a code of rpc/breaker.h; empty while ok */
    uint64_t since;                            /* unix seconds of the last change */
};

/* Notes a provider's health; `since` stays where state and reason are the same. */
VOTA_MUST_USE enum vota_status
vota_store_provider_set_health(struct vota_store *store, int64_t network,
                               const struct vota_store_health *health, struct vota_error *err);

/*
 * Every provider that a sender of this network ever had, by name: those that the
 * configuration no longer names are for the caller to leave out.
 */
VOTA_MUST_USE enum vota_status vota_store_provider_each(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_health *health), void *context,
    struct vota_error *err);

#endif
