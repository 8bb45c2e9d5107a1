/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An execution-layer block header, raw RLP as it is hashed, read by position so
 * that fields added behind do no harm (PROTOCOL 7, EIP-1559, EIP-7685, EIP-7928).
 * Knows no network: a header carries no chain id.
 */
#ifndef VOTA_PROOF_HEADER_H
#define VOTA_PROOF_HEADER_H

#include "proof/bytes.h"

#define VOTA_HEADER_MIN_ITEMS 16u
#define VOTA_HEADER_MAX_BYTES 4096u

/* What evidence needs, and nothing more: other items may hold anything canonical. */
struct vota_header {
    vota_hash hash; /* keccak of the whole RLP */
    vota_hash state_root;
    uint64_t number;
    uint64_t time;
    size_t items;
};

/* What fees are computed from (EIP-1559), and the link to the block before. */
struct vota_header_gas {
    vota_hash parent_hash;
    uint64_t gas_limit;
    uint64_t gas_used;
    uint64_t base_fee; /* wei; a base fee beyond 64 bits is refused */
};

/* Why a header cannot be read. */
enum vota_header_fault {
    VOTA_HEADER_READ = 0,
    VOTA_HEADER_FORM,   /* not one canonical list, above 4 KiB, or a hash that is not 32 bytes */
    VOTA_HEADER_ITEMS,  /* fewer than 16 */
    VOTA_HEADER_INTEGER /* not an integer of at most 64 bits without leading zeros */
};

/* *ret_header is set only when VOTA_HEADER_READ is returned. */
enum vota_header_fault vota_header_examine(struct vota_header *ret_header, struct vota_slice rlp);

/* The same as a status: VOTA_BAD_INPUT, "header-form", "header-items", "rlp-integer". */
VOTA_MUST_USE enum vota_status vota_header_read(struct vota_header *ret_header,
                                                struct vota_slice rlp, struct vota_error *err);

/* Same refusals, over the items named in struct vota_header_gas. */
VOTA_MUST_USE enum vota_status vota_header_read_gas(struct vota_header_gas *ret_gas,
                                                    struct vota_slice rlp, struct vota_error *err);

#endif
