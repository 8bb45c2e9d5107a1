/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which blocks are the chain's: asked of every provider that the user named, and
 * believed only where all that answered say the same. Everything else about the
 * chain is proven against such a block. Fewer liars than providers can so only
 * cause "could not check".
 */
#ifndef VOTA_BRIDGE_AUDIT_WITNESS_H
#define VOTA_BRIDGE_AUDIT_WITNESS_H

#include "bridge/engine/connect.h"

struct vota_witness {
    struct vota_connections providers;
    size_t agreed;           /* providers that named the final block */
    struct vota_block final; /* the newest block that all of them call final */
};

/*
 * Connects, and finds the final block. REMOTE "no-provider" or
 * "no-final-block", CONFLICT "wrong-network" or "providers-disagree" (two hashes
 * at one number). *ret_witness must be released in every case; its providers'
 * `problem` says why one of them was of no use.
 */
VOTA_MUST_USE enum vota_status vota_witness_open(struct vota_witness *ret_witness,
                                                 const struct vota_connect_options *options,
                                                 struct vota_error *err);
void vota_witness_done(struct vota_witness *witness);

/* The second half of it: the final block, once witness->providers are connected. */
VOTA_MUST_USE enum vota_status vota_witness_settle(struct vota_witness *witness,
                                                   struct vota_error *err);

/* What became of a block. */
enum vota_witness_block {
    VOTA_WITNESS_UNKNOWN = 0, /* nobody could say, or they say different things */
    VOTA_WITNESS_FINAL,       /* the chain's, and not after the final block */
    VOTA_WITNESS_NOT_FINAL,   /* the chain's, but it may still be replaced */
    VOTA_WITNESS_GONE         /* another block is there */
};

enum vota_witness_block vota_witness_ask(struct vota_witness *witness, uint64_t number,
                                         const vota_hash *hash);

/*
 * Calls `ask` with one usable provider after the other until one answers it. For
 * questions whose answers prove themselves. Why not, otherwise: a CONFLICT that
 * one of them met, which says something about the chain, else what the last said.
 */
typedef enum vota_status vota_witness_question(void *context, struct vota_provider *provider,
                                               struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_witness_each(struct vota_witness *witness,
                                                 vota_witness_question *ask, void *context,
                                                 struct vota_error *err);

#endif
