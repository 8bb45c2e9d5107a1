/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The city's side of a publication: its store as the source that publication.h
 * writes from. Only what is final is published, for files that strangers copy
 * cannot follow a reorganisation.
 */
#ifndef VOTA_BRIDGE_PUBLISH_PUBLICATION_STORE_H
#define VOTA_BRIDGE_PUBLISH_PUBLICATION_STORE_H

#include "bridge/publish/publication.h"
#include "bridge/publish/trust_store.h"

/* Which batch an entry anchored. */
struct vota_publication_batch {
    uint64_t entry;
    int64_t batch;
};

struct vota_publication_store {
    struct vota_store *store;
    const struct vota_store_network *network;
    struct vota_deployment deployment;
    struct vota_lines lines; /* final entries */
    uint64_t mined;          /* number of the newest entry, final or not */
    struct vota_publication_batch *batches;
    size_t batch_count, batch_cap;
    struct vota_trust_store trust;
    struct vota_slice *carried; /* definitions; owned, as are their bytes */
    size_t carried_count, carried_cap;
    struct vota_publication_source source; /* what vota_publication_write takes */
};

/*
 * Gathers journal, deployment, the definitions of registers that predecessors
 * opened, and the trust file of the whole line; rows, openings and evidence are
 * read while they are written. `city` is borrowed. Wants one view of the store
 * around it and the writing (vota_store_begin_view). CONFLICT "not-deployed"
 * while the contract has not been seen on chain. Release with
 * vota_publication_store_done in every case.
 */
VOTA_MUST_USE enum vota_status
vota_publication_store_init(struct vota_publication_store *ret_publication,
                            struct vota_store *store, const struct vota_store_network *network,
                            const char *city, struct vota_error *err);
void vota_publication_store_done(struct vota_publication_store *publication);

#endif
