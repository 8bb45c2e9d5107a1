/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers: the exact definition, and the few of its members that queries
 * need, copied out by the caller who checked it. Must not parse a definition.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_REGISTER_H
#define VOTA_BRIDGE_STORE_STORE_REGISTER_H

#include "bridge/store/store.h"
#include "proof/definition.h"

struct vota_store_register {
    int64_t id;
    int64_t network; /* its line */
    vota_hash hash;
    char slug[VOTA_DEFINITION_MAX_ID + 1]; /* the definition's `id` */
    enum vota_revision revision;
    uint64_t opens_at, closes_at, counts_until, results_by;
    uint64_t anchor_within;
    uint64_t opened_entry;        /* in the line's journal; 0 until that is mined */
    uint64_t closed_at;           /* when `register close` ended acceptance; 0 while open */
    struct vota_slice definition; /* exact bytes */
};

/* A copy that owns its definition: free it with vota_store_register_done. */
struct vota_store_register_copy {
    struct vota_store_register about;
    uint8_t *definition;
};

void vota_store_register_done(struct vota_store_register_copy *copy);

/*
 * Adds a register; id, opened_entry and closed_at of the argument are ignored.
 * CONFLICT "not-unique" if the network has one of that slug or hash.
 */
VOTA_MUST_USE enum vota_status vota_store_register_add(int64_t *ret_id, struct vota_store *store,
                                                       const struct vota_store_register *reg,
                                                       struct vota_error *err);

/* By slug, by hash, by row id. NOT_FOUND if there is none. */
VOTA_MUST_USE enum vota_status vota_store_register_get(struct vota_store_register_copy *ret_copy,
                                                       struct vota_store *store, int64_t network,
                                                       const char *slug, struct vota_error *err);
VOTA_MUST_USE enum vota_status
vota_store_register_get_hash(struct vota_store_register_copy *ret_copy, struct vota_store *store,
                             int64_t network, const vota_hash *hash, struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_store_register_get_id(struct vota_store_register_copy *ret_copy,
                                                          struct vota_store *store, int64_t id,
                                                          struct vota_error *err);

/* The parts that change, read afresh: what the door asks before each group of records. */
VOTA_MUST_USE enum vota_status vota_store_register_state(uint64_t *ret_opened_entry,
                                                         uint64_t *ret_closed_at,
                                                         struct vota_store *store, int64_t id,
                                                         struct vota_error *err);

/* Its entry was mined as this number, or, with 0, was reorganised away. */
VOTA_MUST_USE enum vota_status vota_store_register_set_opened(struct vota_store *store, int64_t id,
                                                              uint64_t entry,
                                                              struct vota_error *err);

/* The same, said of one network of its line: only the primary's entry opens a register. */
VOTA_MUST_USE enum vota_status vota_store_register_opened_on(struct vota_store *store, int64_t id,
                                                             int64_t network, uint64_t entry,
                                                             struct vota_error *err);

/*
 * Ends acceptance for good, at this time, or at that of the newest record if others
 * handed it in while the caller waited for the store (a minute at most): nothing is
 * accepted after the end. CONFLICT "register-closed" if another time is set already.
 */
VOTA_MUST_USE enum vota_status vota_store_register_set_closed(struct vota_store *store, int64_t id,
                                                              uint64_t closed_at,
                                                              struct vota_error *err);

/* Every register of a network in order of addition. */
VOTA_MUST_USE enum vota_status vota_store_register_each(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_register *reg), void *context,
    struct vota_error *err);

/* How many records a register holds, and how many of them are in no batch yet. */
VOTA_MUST_USE enum vota_status vota_store_register_count(uint64_t *ret_records,
                                                         uint64_t *ret_pending,
                                                         struct vota_store *store, int64_t id,
                                                         struct vota_error *err);

#endif
