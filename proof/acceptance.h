/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The city's signed promise to anchor a leaf by a time (PROTOCOL 5), as EIP-712
 * hashes it and as its 65 bytes of signature must look. Knows no elliptic curve
 * but its order: recovering the signer is rpc/recover.h's, judging the signer
 * vota_journal_signer_verdict's.
 *
 *   digest = keccak(0x1901 || domain separator || struct hash)
 *   domain = voteanchor, version 1, chain id, verifying contract
 *   struct = Acceptance(bytes32 leaf,uint64 acceptedAt,uint64 anchorBy)
 *   signature = r (32) || s (32) || v (1), 0 < r < n, 0 < s <= n / 2, v 27 or 28
 */
#ifndef VOTA_PROOF_ACCEPTANCE_H
#define VOTA_PROOF_ACCEPTANCE_H

#include "proof/bytes.h"

#define VOTA_SIGNATURE_BYTES 65u

struct vota_acceptance {
    uint64_t chain_id, accepted_at, anchor_by;
    vota_addr contract;
    uint8_t signature[VOTA_SIGNATURE_BYTES];
};

/* The 32 bytes that are signed for a leaf; the signature member is not read. */
void vota_acceptance_digest(vota_hash *ret_digest, const vota_hash *leaf,
                            const struct vota_acceptance *acceptance);

/*
 * Whether the bytes are the one form of a signature. Returns BAD_INPUT with the
 * reason "signature-length", "signature-v", "signature-range" or
 * "signature-high-s" (the mirror of a good signature, which would make two of
 * one promise). Says nothing about who signed.
 */
VOTA_MUST_USE enum vota_status vota_acceptance_signature_check(const uint8_t *signature, size_t len,
                                                               struct vota_error *err);

/*
 * Whether anchor_by is as early as the definition demands: not later than
 * accepted_at + anchor_within, nor than counts_until. One beyond stays a
 * promise to that time, and is a finding.
 */
bool vota_acceptance_bounds_ok(const struct vota_acceptance *acceptance, uint64_t anchor_within,
                               uint64_t counts_until);

#endif
