/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Audits along a succession: one contract's after its predecessor's, so that each
 * network's evidence is checked on its own and registers are counted over all.
 */
#ifndef VOTA_BRIDGE_AUDIT_AUDIT_LINE_H
#define VOTA_BRIDGE_AUDIT_AUDIT_LINE_H

#include "bridge/audit/audit.h"
#include "proof/acceptance.h"

#define VOTA_AUDIT_LINE_MAX 16u

/* The oldest first; the last is the contract that was asked about. */
struct vota_audit_line {
    struct vota_audit *members; /* owned */
    size_t n;
};

/*
 * Audits n contracts, the oldest first; `before` and `is_before` of the inputs
 * are set here. Only the last recounts registers: over its own entries and those
 * of every predecessor to which confirmed links lead. Status as vota_audit_run;
 * release with vota_audit_line_done in every case.
 */
VOTA_MUST_USE enum vota_status vota_audit_line_run(struct vota_audit_line *ret_line,
                                                   const struct vota_audit_input *inputs, size_t n,
                                                   struct vota_error *err);
/* The same as far as vota_audit_standing and vota_audit_promise need it. */
VOTA_MUST_USE enum vota_status vota_audit_line_prepare(struct vota_audit_line *ret_line,
                                                       const struct vota_audit_input *inputs,
                                                       size_t n, struct vota_error *err);
void vota_audit_line_done(struct vota_audit_line *line);

/* The contract that was asked about; NULL: nothing was audited. */
struct vota_audit *vota_audit_line_last(const struct vota_audit_line *line);

/* What all members amount to: registers are the last one's matter, the rest every one's. */
enum vota_verdict vota_audit_line_overall(const struct vota_audit_line *line);

/* An acceptance, of a receipt's row. */
struct vota_audit_promised {
    struct vota_row row;
    struct vota_acceptance acceptance;
    vota_addr signer; /* recovered */
};

/*
 * What became of the promise, by proof/promise.h over the line's journals and
 * leaf lists: a batch of a confirmed successor keeps an old promise. All zero
 * when the acceptance is of no contract of the line. NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_audit_promise(const struct vota_audit *last,
                                                  struct vota_trust_promise *ret_promise,
                                                  const struct vota_audit_promised *promised);

#endif
