/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that come back from a publication into a store that lost them: a row
 * without its halves of the salt, named by its leaf, and later what was
 * published of its opening. Also which entries of the journal no operation
 * explains. Must not judge whether rows or openings are true.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_RECOVER_H
#define VOTA_BRIDGE_STORE_STORE_RECOVER_H

#include "bridge/store/store_record.h"
#include "proof/entry.h"

/*
 * Adds a record that has no opening, waiting for its batch; record_id becomes
 * "leaf:" and the leaf's digits. reg, row, leaf, once, accepted_at and anchor_by
 * are read. A voter whom a register takes once and has already is added all the
 * same, for the journal says so.
 */
VOTA_MUST_USE enum vota_status vota_store_recover_add(int64_t *ret_id, struct vota_store *store,
                                                      int64_t network,
                                                      const struct vota_store_record *record,
                                                      struct vota_error *err);

/* The records of a register without any opening, by leaf. May not write through the store. */
VOTA_MUST_USE enum vota_status vota_store_recover_unopened(
    struct vota_store *store, int64_t reg,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

/* Keeps what was published of a record's opening; the same again is fine. */
VOTA_MUST_USE enum vota_status vota_store_recover_show(struct vota_store *store, int64_t record,
                                                       const vota_hash *salt,
                                                       struct vota_slice content,
                                                       struct vota_error *err);

/* An entry of kinds 1 to 3 that no operation of the network has. */
struct vota_store_foreign {
    struct vota_entry entry;
    vota_hash head;
    bool adopted; /* a person accepted it */
};

/* Every one of them, numbers ascending. */
VOTA_MUST_USE enum vota_status vota_store_recover_foreign(
    struct vota_store *store, int64_t network,
    enum vota_status (*each)(void *context, const struct vota_store_foreign *foreign),
    void *context, struct vota_error *err);

#endif
