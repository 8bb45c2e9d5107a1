/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a breach bundle from what a reader of a receipt has at hand: contracts
 * proven in final blocks, their journals, and publications with their rows. It
 * is judged as its readers will judge it, and kept only if it shows something.
 */
#ifndef VOTA_BRIDGE_BREACH_BREACH_MAKE_H
#define VOTA_BRIDGE_BREACH_BREACH_MAKE_H

#include "bridge/audit/trusted.h"
#include "bridge/breach/breach_judge.h"
#include "bridge/publish/reader.h"

struct vota_breach_made {
    struct vota_breach about;
    struct vota_breach_report report; /* why nothing was made, where nothing was */
    struct vota_breach_contract *contracts;
    struct vota_breach_batch *batches[VOTA_BREACH_MAX_CONTRACTS];
    struct vota_anchor_copy stored[VOTA_BREACH_MAX_CONTRACTS]; /* evidence of publications */
    vota_hash *path;
};

void vota_breach_made_done(struct vota_breach_made *made);

/* Told of every batch that is looked into. */
struct vota_breach_progress {
    void (*at)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/*
 * The bundle of a receipt's acceptance: made->report.outcome is BROKEN or
 * KEPT_LATE where there is one, and then made->about holds what it takes, no
 * more: the lists of all batches in time; for KEPT_LATE those of all before the
 * batch that has the record, and its path. With any other outcome nothing was
 * made, and the report says why. Borrows from trusted, sources and receipt.
 * BAD_INPUT "no-acceptance"; NO_MEMORY. Release with vota_breach_made_done in
 * every case.
 */
VOTA_MUST_USE enum vota_status
vota_breach_make(struct vota_breach_made *ret_made, const struct vota_receipt *receipt,
                 const struct vota_trusted *trusted, const struct vota_trusted_sources *sources,
                 const struct vota_breach_progress *progress, struct vota_error *err);

#endif
