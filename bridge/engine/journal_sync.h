/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the store's copy of the journal equal to the chain's: entries read from
 * events are believed only when they fold to the proven head. Decides nothing.
 */
#ifndef VOTA_BRIDGE_ENGINE_JOURNAL_SYNC_H
#define VOTA_BRIDGE_ENGINE_JOURNAL_SYNC_H

#include "bridge/engine/chain.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_network.h"

/*
 * Brings the stored journal up to `latest`, replacing what a reorganisation took
 * away. Reads events after the last final entry only. REMOTE
 * "journal-does-not-reach" when the events do not fold to the proven head: ask
 * again, or somebody else. Final entries are never touched: CONFLICT
 * "final-went-back" when the proven head contradicts them.
 */
VOTA_MUST_USE enum vota_status vota_journal_sync(struct vota_store *store,
                                                 const struct vota_store_network *network,
                                                 struct vota_provider *provider,
                                                 const struct vota_chain_state *latest,
                                                 struct vota_error *err);

/*
 * Entries up to the length proven in a finalized block become final, and that
 * block's header and nodes are kept as their evidence when there are new ones.
 * Nothing happens while the stored journal does not lead to that head yet.
 */
VOTA_MUST_USE enum vota_status vota_journal_finalise(struct vota_store *store,
                                                     const struct vota_store_network *network,
                                                     const struct vota_chain_state *final,
                                                     struct vota_error *err);

/* The evidence of a proven state in the form that the store keeps; heap that the caller frees. */
VOTA_MUST_USE enum vota_status vota_journal_pack_nodes(uint8_t **ret_bytes, size_t *ret_len,
                                                       const struct vota_eth_path *path);

#endif
