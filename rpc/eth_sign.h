/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The question to a signer elsewhere: one transaction object, whose answer is
 * signed bytes. Judges nothing of what they say: rpc/tx_signer.h does.
 */
#ifndef VOTA_RPC_ETH_SIGN_H
#define VOTA_RPC_ETH_SIGN_H

#include "rpc/eth.h"
#include "rpc/tx.h"

/*
 * Asks once for `tx` signed by `from` and appends the bytes of the answer, at
 * most tx->data.len + VOTA_TX_OVERHEAD_MAX. `method` is eth_signTransaction or
 * account_signTransaction: both take the same object, and answer either a hex
 * string or an object whose member `raw` is one; its other members say the same
 * again and are not read. Statuses are those of eth.h; wr is as it was unless OK.
 */
VOTA_MUST_USE enum vota_status vota_eth_sign(struct vota_provider *provider, struct vota_wr *wr,
                                             const char *method, const vota_addr *from,
                                             const struct vota_tx *tx, struct vota_error *err);

#endif
