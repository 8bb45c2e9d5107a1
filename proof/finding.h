/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds findings to a report. The codes and their meaning are in voteanchor.h;
 * names that texts and scripts rely on are in finding.c.
 */
#ifndef VOTA_PROOF_FINDING_H
#define VOTA_PROOF_FINDING_H

#include "proof/bytes.h"

/*
 * The next finding of the report, without a comparison: the caller may fill in
 * what was compared. Borrowed until the next is added.
 */
struct vota_finding *vota_finding_add(struct vota_report *report, enum vota_finding_code code,
                                      enum vota_verdict state, size_t anchor);

void vota_finding_set_hashes(struct vota_finding *finding, const vota_hash *left,
                             const vota_hash *right);
void vota_finding_set_addresses(struct vota_finding *finding, const vota_addr *left,
                                const vota_addr *right);
void vota_finding_set_numbers(struct vota_finding *finding, uint64_t left, uint64_t right);
void vota_finding_set_times(struct vota_finding *finding, uint64_t left, uint64_t right);

#endif
