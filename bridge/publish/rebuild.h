/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back: from a publication to a store that lost what the journal still
 * tells. Registers, batches and results of the store's copy of the journal (which
 * is proven) that no operation explains are put back as operations in the queue;
 * the sender then finds their entries and signs nothing. Rows are believed when
 * they rebuild the root, openings when they hash to their row.
 */
#ifndef VOTA_BRIDGE_PUBLISH_REBUILD_H
#define VOTA_BRIDGE_PUBLISH_REBUILD_H

#include "bridge/publish/reader.h"
#include "bridge/store/store_network.h"

struct vota_rebuild_report {
    uint64_t registers, batches, results; /* put back */
    uint64_t rows;                        /* of records that are back */
    uint64_t found;                       /* … of records that the store still had waiting */
    uint64_t openings;                    /* put back as far as they are published */
    uint64_t missing;                     /* entries whose files are not there or not true */
    uint64_t first_missing;               /* the first of them; 0: none */
};

struct vota_rebuild {
    struct vota_store *store;
    const struct vota_store_network *network; /* whose journal is in the store */
    const struct vota_reader *reader;
    uint64_t now;
    void (*progress)(void *context, uint64_t rows); /* NULL: none */
    void *progress_context;
};

/*
 * One pass over the journal, one transaction an entry: after a crash the next
 * pass goes on. OK also when something was missing: see the report.
 */
VOTA_MUST_USE enum vota_status vota_rebuild(struct vota_rebuild_report *ret_report,
                                            const struct vota_rebuild *rebuild,
                                            struct vota_error *err);

#endif
