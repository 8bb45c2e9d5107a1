/* SPDX-License-Identifier: Apache-2.0 */
/* Which key a contract names for a role, as far as its journal is known here. */
#ifndef VOTA_BRIDGE_ENGINE_KEY_IN_FORCE_H
#define VOTA_BRIDGE_ENGINE_KEY_IN_FORCE_H

#include "bridge/store/store_network.h"
#include "proof/entry.h"

/* The network has a contract. Zero where the role is closed; a store error otherwise. */
VOTA_MUST_USE enum vota_status vota_key_in_force(vota_addr *ret_key, struct vota_store *store,
                                                 const struct vota_store_network *network,
                                                 enum vota_entry_role role, struct vota_error *err);

/*
 * Until when what this key signs as the acceptance key counts (PROTOCOL 5), unix
 * seconds: UINT64_MAX while it is named, or where there is no contract yet; 0 for
 * one that never was.
 */
VOTA_MUST_USE enum vota_status vota_key_signs_until(uint64_t *ret_until, struct vota_store *store,
                                                    const struct vota_store_network *network,
                                                    const vota_addr *key, struct vota_error *err);

#endif
