/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which blocks are the chain's, for `verify` and `audit`: asked of every provider
 * that the user named, and believed where a quorum of them says the same
 * (bridge/engine/quorum.h). Everything else about the chain is proven against
 * such a block. Fewer liars than the quorum needs can only cause "could not
 * check".
 */
#ifndef VOTA_BRIDGE_AUDIT_WITNESS_H
#define VOTA_BRIDGE_AUDIT_WITNESS_H

#include "bridge/engine/quorum.h"

/* Points into itself: stays where it was opened. */
struct vota_witness {
    struct vota_connections providers;
    struct vota_quorum quorum;
    size_t agreed;           /* providers that named the final block */
    struct vota_block final; /* the newest block that a quorum calls final */
};

/*
 * Connects, and finds the final block that k providers agree on; k 0: the
 * majority. REMOTE "no-provider", "no-quorum" or "no-final-block", CONFLICT
 * "wrong-network". *ret_witness must be released in every case; its providers'
 * `problem` says why one of them was of no use.
 */
VOTA_MUST_USE enum vota_status vota_witness_open(struct vota_witness *ret_witness,
                                                 const struct vota_connect_options *options,
                                                 size_t k, struct vota_error *err);
void vota_witness_done(struct vota_witness *witness);

/* The second half of it: the final block, once witness->providers are connected. */
VOTA_MUST_USE enum vota_status vota_witness_settle(struct vota_witness *witness, size_t k,
                                                   struct vota_error *err);

/* What became of a block. */
enum vota_witness_block {
    VOTA_WITNESS_UNKNOWN = 0, /* too few could say, or they say different things */
    VOTA_WITNESS_FINAL,       /* the chain's, and not after the final block */
    VOTA_WITNESS_NOT_FINAL,   /* the chain's, but it may still be replaced */
    VOTA_WITNESS_GONE         /* another block is there */
};

enum vota_witness_block vota_witness_ask(struct vota_witness *witness, uint64_t number,
                                         const vota_hash *hash);

/*
 * Calls `ask` with one usable provider after the other until one answers it. For
 * questions whose answers prove themselves. Why not, otherwise: see
 * vota_quorum_ask.
 */
VOTA_MUST_USE enum vota_status vota_witness_each(struct vota_witness *witness,
                                                 vota_quorum_question *ask, void *context,
                                                 struct vota_error *err);

#endif
