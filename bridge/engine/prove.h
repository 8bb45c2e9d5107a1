/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the store to what convinces strangers: the anchor of a batch (entry,
 * parent head, later entries, evidence) and the receipt of a record, at every
 * state. Reads the store; asks nobody.
 */
#ifndef VOTA_BRIDGE_ENGINE_PROVE_H
#define VOTA_BRIDGE_ENGINE_PROVE_H

#include "bridge/store/store_journal.h"
#include "bridge/store/store_network.h"
#include "bridge/store/store_record.h"
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

/* Makes receipts one after the other; keeps the tree of the last batch, so sort by batch. */
struct vota_prover {
    struct vota_store *store;
    const struct vota_store_network *network; /* the line's primary */
    const struct vota_signer *acceptance; /* NULL: receipts without the acceptance's signature */
    int64_t batch;                        /* whose tree and anchors are held; 0: none */
    vota_hash *tree;
    size_t leaves;
    struct vota_proved_anchor anchors[VOTA_RECEIPT_MAX_ANCHORS]; /* one for each network */
    size_t anchor_count;
};

void vota_prover_done(struct vota_prover *prover);

/*
 * The receipt of a record that was accepted just now, in its full form: what
 * vota_prove_record would write while it is in no batch, made of what the caller
 * holds. Borrows from record and definition.
 */
VOTA_MUST_USE enum vota_status vota_prove_new(struct vota_receipt *ret_receipt,
                                              const struct vota_prover *prover,
                                              const struct vota_store_record *record,
                                              struct vota_slice definition, struct vota_error *err);

/*
 * Appends the CBOR receipt of a record. Pending records have no anchor; sealed
 * ones have one for each network where it is mined, the line's own first. The
 * acceptance names the contract that was the line's when the record came. NOT_FOUND when there is
 * no such record. CONFLICT "erased": the opening is gone and the full form was asked for.
 */
VOTA_MUST_USE enum vota_status vota_prove_record(struct vota_prover *prover, struct vota_wr *wr,
                                                 struct vota_slice record_id,
                                                 enum vota_receipt_form form,
                                                 struct vota_error *err);

#endif
