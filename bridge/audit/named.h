/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A contract as a person names it on the command line: [NETWORK:]ADDRESS, where
 * NETWORK is a preset's name ("hoodi") or a chain id. Pure.
 */
#ifndef VOTA_BRIDGE_AUDIT_NAMED_H
#define VOTA_BRIDGE_AUDIT_NAMED_H

#include "proof/voteanchor.h"

struct vota_named {
    uint64_t chain_id;       /* 0: not said */
    vota_hash chain_genesis; /* zero: not said */
    vota_addr address;
};

/*
 * BAD_INPUT with err->text "unknown-network" or "bad-address" (also a mixed-case
 * address whose EIP-55 checksum is wrong).
 */
VOTA_MUST_USE enum vota_status vota_named_read(struct vota_named *ret_named, const char *text,
                                               struct vota_error *err);

/* Whether a contract is the one named: what was not said fits anything. */
bool vota_named_fits(const struct vota_named *named, uint64_t chain_id, const vota_hash *genesis,
                     const vota_addr *address);

#endif
