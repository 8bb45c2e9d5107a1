/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the contracts that the user named to those before and after them
 * (PROTOCOL 10): whose record says that it continues one of them, and whom one
 * of them names as its successor. Contracts found so are only candidates: the
 * links between them are for proof/ to judge, and what a link does not confirm
 * is trusted no more than before.
 */
#ifndef VOTA_BRIDGE_AUDIT_FOLLOW_H
#define VOTA_BRIDGE_AUDIT_FOLLOW_H

#include "bridge/audit/trusted.h"

/*
 * Adds the contracts before and after those of `trusted`, proves them on their
 * own networks, and lists the links. Where a chain is not asked, or is dead,
 * journals of publications are taken to a head that the trust file names or that
 * stored evidence proves in a block which the user vouches for.
 */
void vota_follow(struct vota_trusted *trusted, const struct vota_trusted_sources *sources);

/* The record of a contract, at hand or asked of the chain. NOT_FOUND, or vota_origin_find's. */
VOTA_MUST_USE enum vota_status vota_follow_record(struct vota_deployment *ret_deployment,
                                                  const struct vota_named *named,
                                                  const struct vota_trusted_sources *sources);

/*
 * The record of the contract that a deployment names as its predecessor, at hand
 * or asked of the chain: NOT_FOUND if it names none or none is to be had.
 */
VOTA_MUST_USE enum vota_status vota_follow_predecessor(struct vota_deployment *ret_deployment,
                                                       const struct vota_deployment *deployment,
                                                       const struct vota_trusted_sources *sources);

/*
 * The newest head of a contract to which its publication leads and which the
 * trust file or stored evidence proves; false: none. *ret_length: of its lines.
 */
bool vota_follow_stored(struct vota_trust_journal *ret_head, size_t *ret_length,
                        const struct vota_trusted *trusted, const struct vota_trusted_data *data);

#endif
