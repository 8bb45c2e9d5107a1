/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who signs transactions: a key in this process, or a signer elsewhere that is
 * asked over JSON-RPC (Web3Signer, Clef, a node). Whoever it is, what comes
 * back is taken apart, held against what was asked, and its author recovered
 * before a byte of it is given out. Knows no configuration and no operation.
 */
#ifndef VOTA_RPC_TX_SIGNER_H
#define VOTA_RPC_TX_SIGNER_H

#include "rpc/answers.h"
#include "rpc/signer.h"
#include "rpc/transport.h"
#include "rpc/tx.h"

/* Opaque. Not for two threads. */
struct vota_tx_signer;

/* How a signer elsewhere is asked. */
enum vota_tx_signer_method {
    VOTA_TX_SIGNER_ETH,    /* eth_signTransaction: Web3Signer, geth, Anvil */
    VOTA_TX_SIGNER_ACCOUNT /* account_signTransaction: Clef */
};

struct vota_tx_signer_remote {
    struct vota_transport *transport;
    /* Called with transport by vota_tx_signer_free, and when making the signer fails; NULL: the
     * transport stays the caller's. */
    void (*release)(struct vota_transport *transport);
    enum vota_tx_signer_method method;
    vota_addr address;   /* whose signature is asked for, and the only one that is accepted */
    unsigned timeout_ms; /* a person may have to approve; 0: 10,000 */
};

/* Takes the key over, also when it fails (NO_MEMORY). */
VOTA_MUST_USE enum vota_status vota_tx_signer_local(struct vota_tx_signer **ret_signer,
                                                    struct vota_signer *key,
                                                    struct vota_error *err);

/* Sends nothing yet. BAD_INPUT "no-address": the zero address. NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_tx_signer_remote(struct vota_tx_signer **ret_signer,
                                                     const struct vota_tx_signer_remote *remote,
                                                     struct vota_error *err);

/* Frees, with the key or transport that it owns; NULL is fine. */
void vota_tx_signer_free(struct vota_tx_signer *signer);

vota_addr vota_tx_signer_address(const struct vota_tx_signer *signer);

bool vota_tx_signer_is_remote(const struct vota_tx_signer *signer);

/*
 * Signs `tx`: appends the signed bytes to wr and sets *ret_hash to their
 * transaction hash. Assumes tx passes vota_tx_check.
 * Guarantees on OK: the bytes are the one canonical encoding of exactly `tx`
 * with an empty access list, with low s, by the signer's address.
 * On anything but OK wr is as it was and *ret_hash untouched:
 *   REMOTE "signer-down"     no answer: not reachable, cut off, timed out
 *   REMOTE "signer-tls"      one side does not accept the other's certificate
 *   REMOTE "signer-refused"  it answered with an error: vota_tx_signer_failure
 *   REMOTE "signer-answer"   its answer is no signed transaction at all
 *   REMOTE, as vota_tx_signer_check has it: it signed something else
 *   LIMIT "calldata-too-long": wr has no room. NO_MEMORY.
 *   INTERNAL: the key in this process made a bad signature.
 * Every REMOTE may pass by itself or by an operator's hand: ask again later.
 */
VOTA_MUST_USE enum vota_status vota_tx_signer_sign(struct vota_tx_signer *signer,
                                                   struct vota_wr *wr, vota_hash *ret_hash,
                                                   const struct vota_tx *tx,
                                                   struct vota_error *err);

/* What a signer elsewhere answered the last time it did not sign; for logs, never a verdict. */
const struct vota_rpc_failure *vota_tx_signer_failure(const struct vota_tx_signer *signer);

/*
 * Whether signed bytes are exactly `tx`, signed by `address`; pure. REMOTE with
 * the reason, and err->where the field:
 *   "not-type-2"      another type, or a legacy transaction
 *   "signed-differs"  where: chain_id, nonce, max_priority_fee_per_gas,
 *                     max_fee_per_gas, gas_limit, to, value, data, access_list
 *   "high-s"          a second form of the signature, which no node relays
 *   "bad-signature"   no key gives it
 *   "other-signer"    another key signed
 * or a reason of vota_tx_decode: not canonical, cut, or with bytes behind.
 */
VOTA_MUST_USE enum vota_status vota_tx_signer_check(const struct vota_tx *tx,
                                                    const vota_addr *address, struct vota_slice raw,
                                                    struct vota_error *err);

#endif
