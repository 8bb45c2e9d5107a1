/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's hand on an operation: a higher fee, a cancellation, back into the
 * queue. What is asked for is stored first; then this process becomes the sender
 * for a moment, unless another one is it.
 */
#ifndef VOTA_BRIDGE_CLI_TX_ACT_H
#define VOTA_BRIDGE_CLI_TX_ACT_H

#include "bridge/cli/situation.h"

struct vota_tx_act {
    struct vota_situation *situation;
    int64_t id;
    const char *keystore; /* of an owner's operation; NULL: not given */
};

/* BUMP or CANCEL. */
int vota_tx_wish(const struct vota_tx_act *act, enum vota_op_wish wish);

/* Why a halted operation may or may not be queued again. */
enum vota_tx_resume {
    VOTA_TX_RESUME_NEVER_SENT, /* may: no signed bytes of its round ever left */
    VOTA_TX_RESUME_SETTLED,    /* may: its nonce is used up in a final block */
    VOTA_TX_RESUME_NOT_HALTED,
    VOTA_TX_RESUME_OPEN,      /* what was signed may still be mined */
    VOTA_TX_RESUME_NOT_FINAL, /* its nonce is used, but not in a final block yet */
    VOTA_TX_RESUME_UNKNOWN    /* the chain was not reached */
};

/* What of an operation and the chain decides it. */
struct vota_tx_resume_facts {
    bool halted;
    bool was_sent; /* an attempt of its round left, or may have */
    bool reached;  /* the nonces are proven */
    uint64_t nonce, nonce_latest, nonce_final;
};

/* Pure. Two payloads must never be out for one nonce. */
enum vota_tx_resume vota_tx_may_resume(const struct vota_tx_resume_facts *facts);

int vota_tx_resume(const struct vota_tx_act *act);

#endif
