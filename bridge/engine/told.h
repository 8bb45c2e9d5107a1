/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a transaction, in the words of providers: no proof covers a
 * receipt, so that it counts only where k of them say the same.
 */
#ifndef VOTA_BRIDGE_ENGINE_TOLD_H
#define VOTA_BRIDGE_ENGINE_TOLD_H

#include "bridge/engine/quorum.h"

struct vota_told {
    bool succeeded;
    uint64_t gas_used;
    uint64_t price; /* wei a gas */
    vota_hash block_hash;
};

/*
 * Asks every healthy provider for the receipt. False when fewer than k tell the
 * same, or what they tell cannot be; *ret_told is untouched then.
 */
bool vota_told_of(struct vota_told *ret_told, struct vota_quorum *quorum, const vota_hash *tx_hash);

#endif
