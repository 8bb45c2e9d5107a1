/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the city's site is told by webhook: one row an event, in order. Triggers
 * make the rows, in the transaction that changes what they tell of
 * (schema/3.sql); here they are read, and settled when the site has answered.
 * Must not know HTTP, JSON or a secret.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_DELIVERY_H
#define VOTA_BRIDGE_STORE_STORE_DELIVERY_H

#include "bridge/store/store.h"

#define VOTA_DELIVERY_PROBLEM_MAX 63u
#define VOTA_DELIVERY_TYPE_MAX    32u
#define VOTA_DELIVERY_KEY         16u
#define VOTA_DELIVERY_NETWORK_MAX 32u
#define VOTA_DELIVERY_SLUG_MAX    64u

/* One event, with what it names. */
struct vota_store_delivery {
    int64_t id;                            /* order */
    uint8_t key[VOTA_DELIVERY_KEY];        /* random: the event's id for the site */
    char type[VOTA_DELIVERY_TYPE_MAX + 1]; /* "batch.final": schema/3.sql */
    uint64_t made_at;
    uint64_t tries;    /* that failed */
    uint64_t tried_at; /* the first time; 0: never */

    char network[VOTA_DELIVERY_NETWORK_MAX + 1]; /* as configured: "hoodi" */
    uint64_t chain_id;
    vota_addr contract;
    bool has_entry;
    uint64_t entry;
    bool has_block; /* block and entry_time are set */
    uint64_t block, entry_time;

    int64_t batch; /* 0: the event is of a register */
    vota_hash root;
    uint64_t count;

    char slug[VOTA_DELIVERY_SLUG_MAX + 1]; /* of the register */
    vota_hash register_hash;
};

/* The first event that waits; NOT_FOUND when none does. */
VOTA_MUST_USE enum vota_status vota_store_delivery_next(struct vota_store_delivery *ret_delivery,
                                                        struct vota_store *store,
                                                        struct vota_error *err);

/* The site has taken it. */
VOTA_MUST_USE enum vota_status vota_store_delivery_taken(struct vota_store *store, int64_t id,
                                                         uint64_t now, struct vota_error *err);

/* A try failed, with a code; `gives_up`: it was the last one. */
VOTA_MUST_USE enum vota_status vota_store_delivery_missed(struct vota_store *store, int64_t id,
                                                          uint64_t now, const char *problem,
                                                          bool gives_up, struct vota_error *err);

/*
 * A webhook starts. The first one ever is told only of what happens from now
 * on; any later one finds what was given up waiting again.
 */
VOTA_MUST_USE enum vota_status vota_store_delivery_begin(struct vota_store *store,
                                                         struct vota_error *err);

/* What waits and what was given up, for status and metrics. */
struct vota_store_deliveries {
    bool begun; /* a webhook was started here before */
    uint64_t waiting, failed;
    uint64_t oldest_at;                          /* when the first that waits was made; 0: none */
    char problem[VOTA_DELIVERY_PROBLEM_MAX + 1]; /* of its last try, else of the last given up */
};

VOTA_MUST_USE enum vota_status vota_store_delivery_count(struct vota_store_deliveries *ret,
                                                         struct vota_store *store,
                                                         struct vota_error *err);

#endif
