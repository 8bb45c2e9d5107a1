/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the store to what convinces strangers: the anchor of a batch (entry,
 * parent head, later entries, evidence) and the receipt of a record, at every
 * state. Reads the store; asks nobody.
 */
#ifndef VOTA_BRIDGE_ENGINE_PROVE_H
#define VOTA_BRIDGE_ENGINE_PROVE_H

#include "bridge/engine/keep.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_network.h"
#include "bridge/store/store_record.h"
#include "proof/merkle.h"
#include "proof/receipt.h"
#include "rpc/signer.h"

/* An anchor that owns what its slices point into; release with vota_prove_anchor_done. */
struct vota_proved_anchor {
    struct vota_anchor about;
    vota_hash *later;
    struct vota_store_evidence_copy evidence;
};

/*
 * The anchor of the batch entry `number`. Without evidence while no finalized
 * block proves a head beyond it. NOT_FOUND "no-entry" when the stored journal
 * has no such batch entry.
 */
VOTA_MUST_USE enum vota_status vota_prove_anchor(struct vota_proved_anchor *ret_anchor,
                                                 struct vota_store *store,
                                                 const struct vota_store_network *network,
                                                 uint64_t number, struct vota_error *err);
void vota_prove_anchor_done(struct vota_proved_anchor *anchor);

/* ---- receipts: prove_receipt.c ---- */

/* How far a record is on its way to the chain: the network of its line decides, no secondary. */
enum vota_prove_state {
    VOTA_PROVE_ACCEPTED,
    VOTA_PROVE_BATCHED,
    VOTA_PROVE_ANCHORED, /* mined */
    VOTA_PROVE_FINAL     /* proven by a finalized block */
};

/* How far a batch is, as its records are; its entry on the line's network, 0 while not mined. */
VOTA_MUST_USE enum vota_status vota_prove_state_of(enum vota_prove_state *ret_state,
                                                   uint64_t *ret_entry, struct vota_store *store,
                                                   int64_t batch, struct vota_error *err);

/* "accepted", "batched", "anchored", "final": DESIGN's words for a record. */
const char *vota_prove_state_name(enum vota_prove_state state);

/* Makes receipts one after the other: {0}, then the first four members set. */
struct vota_prover {
    struct vota_store *store;
    const struct vota_store_network *network; /* the line's primary */
    const struct vota_signer *acceptance; /* NULL: receipts without the acceptance's signature */
    struct vota_keep *keep;               /* shared with others that read the same store */
    /* from begin to end: what the receipt borrows from */
    struct vota_receipt receipt;
    enum vota_prove_state state;
    struct vota_store_record_copy record;
    struct vota_proved_kept *reg;
    struct vota_proved_kept *anchors[VOTA_RECEIPT_MAX_ANCHORS];
    int64_t networks[VOTA_RECEIPT_MAX_ANCHORS]; /* whose anchors they are */
    vota_hash path[VOTA_MERKLE_MAX_PATH];
};

/*
 * Fills prover->receipt, state and record; all of it stays until
 * vota_prover_end, also if the store changes. Pending records have no anchor;
 * sealed ones have one for each network where it is mined, the line's own
 * first. The acceptance names the contract that was the line's when the record
 * came. NOT_FOUND when there is no such record. CONFLICT "erased": the opening
 * is gone and the full form was asked for. Nothing is held on failure.
 */
VOTA_MUST_USE enum vota_status vota_prover_begin(struct vota_prover *prover,
                                                 struct vota_slice record_id,
                                                 enum vota_receipt_form form,
                                                 struct vota_error *err);

/*
 * The same by leaf, for anybody: what is public of a leaf that is anchored. No
 * opening, and no acceptance, whose time would tell when somebody voted.
 * NOT_FOUND also while it is not anchored.
 */
VOTA_MUST_USE enum vota_status
vota_prover_begin_public(struct vota_prover *prover, const vota_hash *leaf, struct vota_error *err);

/*
 * The receipt of a record that was accepted just now, in its full form: what
 * vota_prover_begin would make while it is in no batch, of what the caller
 * holds. Borrows from record and definition.
 */
VOTA_MUST_USE enum vota_status vota_prover_begin_new(struct vota_prover *prover,
                                                     const struct vota_store_record *record,
                                                     struct vota_slice definition,
                                                     struct vota_error *err);
void vota_prover_end(struct vota_prover *prover);

/* The CBOR receipt of a record, appended. */
VOTA_MUST_USE enum vota_status vota_prove_record(struct vota_prover *prover, struct vota_wr *wr,
                                                 struct vota_slice record_id,
                                                 enum vota_receipt_form form,
                                                 struct vota_error *err);

#endif
