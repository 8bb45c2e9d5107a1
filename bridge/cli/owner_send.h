/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The owner's calls on their way: through the outbox where the call makes an
 * entry, so that a crash neither loses nor doubles it, and directly where it
 * makes none. Works beside a running sender of the anchorer's, for the two have
 * locks and nonces of their own.
 */
#ifndef VOTA_BRIDGE_CLI_OWNER_SEND_H
#define VOTA_BRIDGE_CLI_OWNER_SEND_H

#include "bridge/cli/owner_call.h"

/*
 * Sees the call through until its entry is mined (or final) and reports it. The
 * session is connected. A call that is open already is continued, one that the
 * journal tells of already is not repeated. Refuses a signer that is not the
 * contract's owner as proven in the latest block.
 */
int vota_owner_send(struct vota_session *session, const struct vota_owner_call *call,
                    struct vota_tx_signer *signer, enum vota_session_wait wait);

/* A call that makes no entry: signed, sent, and waited for by its receipt. */
int vota_owner_transfer(struct vota_session *session, const struct vota_owner_call *call,
                        struct vota_tx_signer *signer);

/*
 * Whether `signer` is the contract's owner or, with `accepts`, its pending
 * owner: proven in the latest block that the quorum agrees on. *ret_done: it is
 * the owner already, and there is nothing to accept.
 */
int vota_owner_check(struct vota_session *session, const vota_addr *signer, bool accepts,
                     bool *ret_done);

/* The owner's key: a file, as seen from the working directory, "fd:N" or "signer:0x...". */
int vota_owner_key_open(struct vota_session *session, struct vota_tx_signer **ret_signer,
                        const char *keystore);

#endif
