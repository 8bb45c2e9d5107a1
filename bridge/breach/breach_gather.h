/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathers what a breach bundle is made of: the contracts of the line with
 * journals and evidence, the definition, and the leaves of every batch that is
 * to be had. Judges nothing but links.
 */
#ifndef VOTA_BRIDGE_BREACH_BREACH_GATHER_H
#define VOTA_BRIDGE_BREACH_BREACH_GATHER_H

#include "bridge/breach/breach_make.h"

/*
 * Fills made->about. *ret_missing is "" where that was possible, else the name of
 * the code of VOTA_BREACH_CODES that says what was not to be had: "contract",
 * "state". Lists that are not to be had are left out. NO_MEMORY.
 */
VOTA_MUST_USE enum vota_status vota_breach_gather(struct vota_breach_made *made,
                                                  const char **ret_missing,
                                                  const struct vota_receipt *receipt,
                                                  const struct vota_trusted *trusted,
                                                  const struct vota_trusted_sources *sources,
                                                  const struct vota_breach_progress *progress);

/* Frees the leaves that were gathered of a batch. */
void vota_breach_gather_drop(struct vota_breach_batch *batch);

#endif
