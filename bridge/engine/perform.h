/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out one step of one operation. Private to the sender: struct
 * vota_turn is what a turn knows.
 */
#ifndef VOTA_BRIDGE_ENGINE_PERFORM_H
#define VOTA_BRIDGE_ENGINE_PERFORM_H

#include "bridge/engine/sender.h"
#include "rpc/tx.h"

/* A journal entry and the operation that it belongs to, 0 for none of ours. */
struct vota_turn_entry {
    struct vota_entry entry;
    vota_hash head, tx_hash, block_hash;
    bool final;
    int64_t owner;
};

struct vota_turn_open {
    int64_t id;
    enum vota_op_state state; /* kept up to date while the turn goes on */
};

/* Lives for one turn, on the heap. */
struct vota_turn {
    struct vota_sender *sender;
    const struct vota_view *view; /* the sender's */
    struct vota_store_network network;
    struct vota_store_stop stop; /* reason empty: none */
    uint64_t now;
    uint64_t nonce; /* the next free one, as chain and outbox together know it */
    uint64_t known; /* nonces used since the final block whose bytes the store holds */
    struct vota_turn_entry *entries;
    size_t n_entries, cap_entries;
    struct vota_turn_open *open; /* the sender's operations that are not final, in order */
    size_t n_open, cap_open;
    vota_addr senders[VOTA_VIEW_ACCOUNTS_MAX]; /* ours, then of rounds that others signed */
    size_t n_senders;
    bool unsettled; /* an operation is not mined: nonces must be fresh */
    char held[VOTA_SENDER_REASON_MAX + 1];
    uint8_t calldata[VOTA_TX_DATA_MAX];
    uint8_t raw[VOTA_TX_DATA_MAX + VOTA_TX_OVERHEAD_MAX];
};

/* Decides and performs the next effect for open[index]. */
VOTA_MUST_USE enum vota_status vota_perform_step(struct vota_turn *turn, size_t index,
                                                 struct vota_error *err);

/* Notes why the next operation waits. */
void vota_perform_hold(struct vota_turn *turn, const char *reason);

#endif
