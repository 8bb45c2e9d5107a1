/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EIP-1559 transactions (EIP-2718 type 2) with an empty access list, the only
 * kind this program sends: fields -> signing hash -> signed bytes -> hash, and
 * strictly back. Pure: no allocation, no key, no network.
 */
#ifndef VOTA_RPC_TX_H
#define VOTA_RPC_TX_H

#include "rpc/quantity.h"
#include "rpc/recover.h"

/* EIP-7825: no transaction may ask for more gas. */
#define VOTA_TX_GAS_MAX 16777216u

/* A signed transaction is at most this much longer than its data. */
#define VOTA_TX_OVERHEAD_MAX 256u

/* EIP-3860 bounds creation data to 48 KiB; a definition to 32 KiB. */
#define VOTA_TX_DATA_MAX ((size_t)64 * 1024)

struct vota_tx {
    uint64_t chain_id;
    uint64_t nonce;
    uint64_t max_priority_fee_per_gas; /* wei */
    uint64_t max_fee_per_gas;          /* wei */
    uint64_t gas_limit;
    bool create; /* `to` is absent and `data` is creation code */
    vota_addr to;
    struct vota_u256 value; /* wei */
    struct vota_slice data; /* borrowed */
};

/*
 * BAD_INPUT with a reason when the fields could never be a valid transaction:
 * "zero-chain-id", "zero-gas", "gas-above-cap", "tip-above-fee",
 * "nonce-too-high", "data-too-long", "create-with-address".
 */
VOTA_MUST_USE enum vota_status vota_tx_check(const struct vota_tx *tx, struct vota_error *err);

/* keccak(0x02 ‖ rlp(the nine unsigned fields)): what the key signs. */
void vota_tx_sighash(vota_hash *ret_hash, const struct vota_tx *tx);

/* Appends the signed bytes; at most tx->data.len + VOTA_TX_OVERHEAD_MAX. */
void vota_tx_encode(struct vota_wr *wr, const struct vota_tx *tx,
                    const struct vota_signature *signature);

/* The transaction hash of signed bytes: keccak over all of them. */
void vota_tx_hash(vota_hash *ret_hash, const void *raw, size_t len);

/*
 * Signed bytes back to fields. Accepts exactly what vota_tx_encode writes for
 * fields that pass vota_tx_check; ret_tx->data borrows from raw. BAD_INPUT
 * otherwise, also for a non-empty access list and for trailing bytes. The
 * signature is not judged: recover the sender to do that.
 */
VOTA_MUST_USE enum vota_status vota_tx_decode(struct vota_tx *ret_tx,
                                              struct vota_signature *ret_signature, const void *raw,
                                              size_t len, struct vota_error *err);

/* gas_limit * max_fee_per_gas + value, the most it can cost. False beyond 256 bits. */
VOTA_MUST_USE bool vota_tx_max_cost(struct vota_u256 *ret_wei, const struct vota_tx *tx);

#endif
