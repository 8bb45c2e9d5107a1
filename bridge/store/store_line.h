/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line: registers, records and batches, and the networks that they are
 * anchored on. Its id is that of the network where it began. One network is its
 * primary; a secondary anchors everything too; a successor takes over from the
 * primary, which is past from then on, and carries on its numbering. Must not
 * judge a chain.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_LINE_H
#define VOTA_BRIDGE_STORE_STORE_LINE_H

#include "bridge/store/store_network.h"
#include "bridge/store/store_outbox.h"

#define VOTA_LINE_NETWORKS_MAX 8u

/* The network bound to this chain id; NOT_FOUND if there is none. */
VOTA_MUST_USE enum vota_status vota_store_line_find(struct vota_store_network *ret_network,
                                                    struct vota_store *store, uint64_t chain_id,
                                                    struct vota_error *err);

/* The network with this row id. */
VOTA_MUST_USE enum vota_status vota_store_line_get(struct vota_store_network *ret_network,
                                                   struct vota_store *store, int64_t id,
                                                   struct vota_error *err);

/* The primary network of a line. */
VOTA_MUST_USE enum vota_status vota_store_line_primary(struct vota_store_network *ret_network,
                                                       struct vota_store *store, int64_t line,
                                                       struct vota_error *err);

/* Every network of a line: the primary, then the others in order of addition. */
VOTA_MUST_USE enum vota_status vota_store_line_each(
    struct vota_store *store, int64_t line,
    enum vota_status (*each)(void *context, const struct vota_store_network *network),
    void *context, struct vota_error *err);

/*
 * Adds a secondary (predecessor 0) or a successor of `predecessor` to a line.
 * CONFLICT "not-unique" if the name is taken.
 */
VOTA_MUST_USE enum vota_status vota_store_line_join(int64_t *ret_id, struct vota_store *store,
                                                    const char *name, int64_t line,
                                                    int64_t predecessor, struct vota_error *err);

/*
 * Queues an operation on the line's primary network and on every secondary that
 * has a contract: operation->network is the line. *ret_id is the primary's.
 */
VOTA_MUST_USE enum vota_status vota_store_line_queue(int64_t *ret_id, struct vota_store *store,
                                                     const struct vota_store_operation *operation,
                                                     struct vota_error *err);

/*
 * Queues on a secondary what the line has opened and sealed so far, in the same
 * order: for the transaction that fixes its contract. Results are not: their
 * numbers are of another journal.
 */
VOTA_MUST_USE enum vota_status vota_store_line_backfill(struct vota_store *store, int64_t network,
                                                        uint64_t now, struct vota_error *err);

/* Where a batch was anchored. */
struct vota_store_anchored {
    int64_t network;
    uint64_t entry;
    bool is_secondary; /* the network; the others are the line's own */
};

/*
 * The newest entry of a batch on each network that has one, the line's own
 * networks before the secondaries. An entry that a successor's numbering took
 * again is passed over. LIMIT for more than cap.
 */
VOTA_MUST_USE enum vota_status vota_store_line_anchored(struct vota_store_anchored *ret_anchored,
                                                        size_t *ret_n, size_t cap,
                                                        struct vota_store *store, int64_t batch,
                                                        struct vota_error *err);

/* A network and the numbers of its journal that count: entries up to `last`. */
struct vota_store_span {
    int64_t network;
    uint64_t last;
};

/* A network and its predecessors, the oldest first. LIMIT for more than cap. */
VOTA_MUST_USE enum vota_status vota_store_line_spans(struct vota_store_span *ret_spans,
                                                     size_t *ret_n, size_t cap,
                                                     struct vota_store *store, int64_t network,
                                                     struct vota_error *err);

/*
 * The line goes on on its successor: that becomes the primary, the old one is
 * past. Openings and batches without an entry that the successor carries on are
 * queued there again, in their order. CONFLICT "bad-move" unless `successor` is
 * one with a contract and of the primary.
 */
VOTA_MUST_USE enum vota_status vota_store_line_move(struct vota_store *store, int64_t successor,
                                                    uint64_t now, struct vota_error *err);

#endif
