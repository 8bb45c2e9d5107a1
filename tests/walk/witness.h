/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands at the door and looks at what is sent: signed bytes may leave only when
 * the store has them, committed, and knows that their sending has started. Reads
 * the store's file with a connection of its own.
 */
#ifndef VOTA_TESTS_WALK_WITNESS_H
#define VOTA_TESTS_WALK_WITNESS_H

#include "proof/bytes.h"

struct witness;

/* Opens the store when it first has something to see; the path is borrowed. */
struct witness *witness_new(const char *store_path);
void witness_free(struct witness *witness);

/* Whether a request to a node hands out signed bytes. */
bool witness_is_send(struct vota_slice request);

/* Says in ret_wrong what is wrong with a request that does; leaves it as it is when nothing is. */
void witness_send(struct witness *witness, struct vota_slice request, char *ret_wrong, size_t cap);

#endif
