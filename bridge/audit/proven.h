/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A contract's state and complete journal as of one final block: what `verify`
 * and `audit` hold everything else to. The state is proven against the block's
 * header; the journal folds to the proven head, wherever its lines came from.
 */
#ifndef VOTA_BRIDGE_AUDIT_PROVEN_H
#define VOTA_BRIDGE_AUDIT_PROVEN_H

#include "bridge/audit/witness.h"
#include "bridge/engine/chain.h"
#include "bridge/publish/lines.h"

struct vota_proven {
    struct vota_deployment deployment; /* the caller's, or vota_proven_origin's; sound */
    bool has_state;
    struct vota_chain_state state; /* in the witness' final block */
    struct vota_lines lines;       /* complete after vota_proven_journal */
};

void vota_proven_init(struct vota_proven *ret_proven);
void vota_proven_done(struct vota_proven *proven);

/*
 * The contract's proven state in the witness' final block. NOT_FOUND
 * "no-contract", CONFLICT "other-code", and REMOTE where no provider has that
 * block's state any more.
 */
VOTA_MUST_USE enum vota_status vota_proven_state(struct vota_proven *proven,
                                                 struct vota_witness *witness,
                                                 const vota_addr *contract, struct vota_error *err);

/* The deployment record from the chain: what vota_origin_find returns. */
VOTA_MUST_USE enum vota_status vota_proven_origin(struct vota_proven *proven,
                                                  struct vota_witness *witness,
                                                  const vota_addr *contract,
                                                  struct vota_error *err);

/*
 * Completes proven->lines from events. Assumes deployment and state are set, and
 * that the lines already there fold from the genesis (vota_lines_fold). Lines
 * beyond the proven length are not asked for and stay.
 * REMOTE "journal-does-not-reach" when the events do not lead to the proven head,
 * "fold-differs" or "entry-missing" from vota_chain_entries: the lines that came
 * first may then be the wrong ones.
 */
VOTA_MUST_USE enum vota_status vota_proven_journal(struct vota_proven *proven,
                                                   struct vota_witness *witness,
                                                   struct vota_error *err);

#endif
