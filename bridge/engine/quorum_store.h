/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a quorum keeps over restarts and shows to other processes: the accepted
 * final block and each provider's health. The only place where quorum and store
 * meet.
 */
#ifndef VOTA_BRIDGE_ENGINE_QUORUM_STORE_H
#define VOTA_BRIDGE_ENGINE_QUORUM_STORE_H

#include "bridge/engine/quorum.h"
#include "bridge/store/store_provider.h"

/* Trusts the final block that the store holds for the network. Before the first look. */
VOTA_MUST_USE enum vota_status vota_quorum_restore(struct vota_quorum *quorum,
                                                   struct vota_store *store, int64_t network,
                                                   struct vota_error *err);

/*
 * After each look, also one that failed: stores what has changed since the last
 * call, in a transaction of its own, and nothing if nothing has. `now`: unix
 * seconds. Assumes that no transaction is open.
 */
VOTA_MUST_USE enum vota_status vota_quorum_record(struct vota_quorum *quorum,
                                                  struct vota_store *store, int64_t network,
                                                  uint64_t now, struct vota_error *err);

#endif
