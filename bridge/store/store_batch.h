/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches: which pending rows the next one may take, sealing, and reading one
 * back in leaf order. A sealed batch cannot be altered. Must not sort or hash.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_BATCH_H
#define VOTA_BRIDGE_STORE_STORE_BATCH_H

#include "bridge/store/store_record.h"
#include "proof/merkle.h"

struct vota_store_pending {
    uint64_t count;     /* rows in no batch */
    uint64_t oldest;    /* accepted_at of the first of them; 0 without any */
    uint64_t anchor_by; /* the earliest promise among them; 0 without any */
};

struct vota_store_batch {
    int64_t id;
    int64_t network; /* its line */
    uint64_t sealed_at;
    vota_hash root;
    uint64_t count;
    int64_t operation; /* the newest outbox row of its line that anchors it; 0 without one */
    uint64_t entry;    /* its journal entry once mined, else 0; others: store_line.h */
};

VOTA_MUST_USE enum vota_status vota_store_batch_pending(struct vota_store_pending *ret_pending,
                                                        struct vota_store *store, int64_t network,
                                                        struct vota_error *err);

/*
 * The earliest promise of rows that are in a batch whose entry on this network
 * (a primary, not its line) is not mined; 0 without any. Reads every such row.
 */
VOTA_MUST_USE enum vota_status vota_store_batch_promise(uint64_t *ret_anchor_by,
                                                        struct vota_store *store, int64_t network,
                                                        struct vota_error *err);

/*
 * The rows that the next batch may hold, oldest first: of registers whose
 * opening is mined, at most one of a (register, tag) unless the register takes
 * all. Writes at most cap items, item.tag being the record's row id, and how
 * many. Does not take them: vota_store_batch_seal does.
 */
VOTA_MUST_USE enum vota_status vota_store_batch_collect(struct vota_merkle_item *ret_items,
                                                        size_t *ret_n, size_t cap,
                                                        struct vota_store *store, int64_t network,
                                                        struct vota_error *err);

/* What is sealed: items sorted by leaf, item.tag the record's row id, and their tree's root. */
struct vota_store_seal {
    int64_t network; /* the line */
    uint64_t sealed_at;
    vota_hash root;
    const struct vota_merkle_item *items;
    size_t n;
};

/*
 * Seals rows: the batch, its leaves in order, their end of waiting and the
 * queued outbox operations, one a network, all in the caller's transaction.
 * Returns CONFLICT "not-pending" if a row is not waiting (any more), BAD_INPUT
 * "leaf-order" if leaves do not ascend strictly, LIMIT "batch-size" for none or
 * more than a batch's count can say. That a leaf is its record's is not asked
 * again (vota_store_batch_collect read it there); vota_store_check does.
 */
VOTA_MUST_USE enum vota_status vota_store_batch_seal(struct vota_store_batch *ret_batch,
                                                     struct vota_store *store,
                                                     const struct vota_store_seal *seal,
                                                     struct vota_error *err);

VOTA_MUST_USE enum vota_status vota_store_batch_get(struct vota_store_batch *ret_batch,
                                                    struct vota_store *store, int64_t id,
                                                    struct vota_error *err);

/* Every batch of a line in order of sealing. */
VOTA_MUST_USE enum vota_status
vota_store_batch_each(struct vota_store *store, int64_t network,
                      enum vota_status (*each)(void *context, const struct vota_store_batch *batch),
                      void *context, struct vota_error *err);

/* The leaves of a batch, ascending, into room for cap; LIMIT if there are more. */
VOTA_MUST_USE enum vota_status vota_store_batch_leaves(vota_hash *ret_leaves, size_t *ret_n,
                                                       size_t cap, struct vota_store *store,
                                                       int64_t batch, struct vota_error *err);

/* The records of a batch in leaf order: what the rows file holds. */
VOTA_MUST_USE enum vota_status vota_store_batch_records(
    struct vota_store *store, int64_t batch,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

/*
 * The records of a register that are in batches mined on `network`, or before on
 * those whose journal it carries on, in (entry, leaf) order.
 */
VOTA_MUST_USE enum vota_status vota_store_batch_register_records(
    struct vota_store *store, int64_t reg, int64_t network,
    enum vota_status (*each)(void *context, uint64_t entry, const struct vota_store_record *record),
    void *context, struct vota_error *err);

/*
 * The records of a register that still have their opening and are in batches
 * mined as entries of one network within the range, each once, in leaf order:
 * what may be published. Takes about 60 bytes of memory a record.
 */
struct vota_store_batch_range {
    int64_t network;
    uint64_t last; /* entry number */
};
VOTA_MUST_USE enum vota_status vota_store_batch_register_openings(
    struct vota_store *store, int64_t reg, struct vota_store_batch_range range,
    enum vota_status (*each)(void *context, const struct vota_store_record *record), void *context,
    struct vota_error *err);

#endif
