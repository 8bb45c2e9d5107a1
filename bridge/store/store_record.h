/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accepted records: row, opening, times. What was accepted never changes; only
 * the opening may be destroyed, all of it at once. A record is pending until it
 * is sealed into a batch. Must not know how a record becomes a row.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_RECORD_H
#define VOTA_BRIDGE_STORE_STORE_RECORD_H

#include "bridge/store/store.h"

#define VOTA_STORE_RECORD_ID_MAX 128u

struct vota_store_record {
    int64_t id;                  /* row id: order of acceptance */
    int64_t reg;                 /* row id of its register */
    struct vota_slice record_id; /* the site's name for it, unique in the store */
    bool once;                   /* its register takes one record of a voter */
    struct vota_row row;         /* register hash, tag, content hash */
    vota_hash leaf;
    uint64_t accepted_at;
    uint64_t anchor_by;
    bool erased; /* the halves of the salt are gone (zero), and the content with them */
    vota_hash city_salt;
    vota_hash citizen_salt;    /* zeros: the site sent none */
    bool is_shown;             /* its opening came back from a publication: the salt is whole */
    vota_hash shown_salt;      /* if is_shown */
    struct vota_slice content; /* canonical text; empty if erased and not shown */
};

/* A copy that owns its texts: free it with vota_store_record_done. */
struct vota_store_record_copy {
    struct vota_store_record about;
    uint8_t *text;
};

void vota_store_record_done(struct vota_store_record_copy *copy);

/* The salt that its content is hashed with; false if the record has no opening. */
bool vota_store_record_salt(vota_hash *ret_salt, const struct vota_store_record *record);

/*
 * Adds a record and its place in the queue of pending rows. id and erased of
 * the argument are ignored, row.register_hash is not stored (reg says it).
 * Returns CONFLICT "not-unique" if the record id is there already, or (once) the voter's tag is.
 */
VOTA_MUST_USE enum vota_status vota_store_record_add(int64_t *ret_id, struct vota_store *store,
                                                     int64_t network,
                                                     const struct vota_store_record *record,
                                                     struct vota_error *err);

/* By the site's id. NOT_FOUND if there is none. */
VOTA_MUST_USE enum vota_status vota_store_record_get(struct vota_store_record_copy *ret_copy,
                                                     struct vota_store *store,
                                                     struct vota_slice record_id,
                                                     struct vota_error *err);

/* The same without copying: calls `see` once, with what is borrowed until it returns. */
VOTA_MUST_USE enum vota_status vota_store_record_see(
    struct vota_store *store, struct vota_slice record_id,
    enum vota_status (*see)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

/* Both by row id. */
VOTA_MUST_USE enum vota_status vota_store_record_get_row(struct vota_store_record_copy *ret_copy,
                                                         struct vota_store *store, int64_t id,
                                                         struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_store_record_see_row(
    struct vota_store *store, int64_t id,
    enum vota_status (*see)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

/* How many records a register holds of one voter tag, and how many of them are pending. */
VOTA_MUST_USE enum vota_status
vota_store_record_count_tag(uint64_t *ret_records, uint64_t *ret_pending, struct vota_store *store,
                            int64_t reg, const vota_hash *tag, struct vota_error *err);

/* Where a record is on its way to the chain. */
struct vota_store_place {
    bool sealed; /* the two below are set */
    int64_t batch;
    uint64_t position; /* its leaf in the batch's ascending leaves */
};

VOTA_MUST_USE enum vota_status vota_store_record_place(struct vota_store_place *ret_place,
                                                       struct vota_store *store, int64_t id,
                                                       struct vota_error *err);

/* By leaf, for a receipt or a tombstone that names one; walks the whole table. */
VOTA_MUST_USE enum vota_status vota_store_record_find_leaf(int64_t *ret_id,
                                                           struct vota_store *store,
                                                           const vota_hash *leaf,
                                                           struct vota_error *err);

#endif
