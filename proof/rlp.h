/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RLP (Ethereum yellow paper, appendix B), one encoding a value: shortest length
 * form, a byte below 0x80 as itself, integers without leading zeros, nothing
 * after the end. Knows no transaction, header or trie node.
 */
#ifndef VOTA_PROOF_RLP_H
#define VOTA_PROOF_RLP_H

#include "proof/bytes.h"

#define VOTA_RLP_MAX_DEPTH 32u /* lists within lists that vota_rlp_check follows */

/* One item of borrowed bytes, its frame checked, what is inside a list not yet. */
struct vota_rlp_item {
    bool is_list;
    struct vota_slice payload; /* the string, or the items of the list */
    struct vota_slice whole;   /* with its frame: what a node or header hash covers */
};

/*
 * Reads the next item from a list's payload or from whole input and moves rd
 * behind it. VOTA_BAD_INPUT, rd untouched: no item left, or not canonical
 * ("rlp-short", "rlp-length", "rlp-byte").
 */
VOTA_MUST_USE enum vota_status vota_rlp_next(struct vota_rd *rd, struct vota_rlp_item *ret_item,
                                             struct vota_error *err);

/* bytes are exactly one item ("rlp-trailing" when more follows). */
VOTA_MUST_USE enum vota_status vota_rlp_read(struct vota_rlp_item *ret_item, const uint8_t *bytes,
                                             size_t len, struct vota_error *err);

/* The same, and every list inside down to VOTA_RLP_MAX_DEPTH is canonical too ("rlp-depth"). */
VOTA_MUST_USE enum vota_status vota_rlp_check(const uint8_t *bytes, size_t len,
                                              struct vota_error *err);

/* How many items a list holds; "rlp-type" for a string. */
VOTA_MUST_USE enum vota_status vota_rlp_count(size_t *ret_count, const struct vota_rlp_item *list,
                                              struct vota_error *err);

/* An integer of at most 8 bytes without leading zeros; zero is the empty string. */
VOTA_MUST_USE enum vota_status vota_rlp_uint64(uint64_t *ret_value,
                                               const struct vota_rlp_item *item,
                                               struct vota_error *err); /* "rlp-integer" */

/* An integer of at most cap bytes, left-padded with zeros to cap. */
VOTA_MUST_USE enum vota_status vota_rlp_integer(uint8_t *ret_bytes, size_t cap,
                                                const struct vota_rlp_item *item,
                                                struct vota_error *err); /* "rlp-integer" */

/* A string of exactly len bytes: hash, address, nonce. */
VOTA_MUST_USE enum vota_status vota_rlp_fixed(uint8_t *ret_bytes, size_t len,
                                              const struct vota_rlp_item *item,
                                              struct vota_error *err); /* "rlp-size" */

/* Bytes that the string or list frame needs in front of, and with, its payload. */
size_t vota_rlp_size_of_frame(size_t payload_len);
size_t vota_rlp_size_of_string(const void *bytes, size_t len);

void vota_rlp_put_string(struct vota_wr *wr, const void *bytes, size_t len);
void vota_rlp_put_uint64(struct vota_wr *wr, uint64_t value);

/* A big-endian integer of any length; its leading zeros are dropped. */
void vota_rlp_put_integer(struct vota_wr *wr, const void *bytes, size_t len);

/*
 * The frame of a list whose items, payload_len bytes in all, the caller puts
 * next. To learn payload_len, put the items once into a writer with cap 0: it
 * counts. Lists within lists are measured from the inside out.
 */
void vota_rlp_put_list(struct vota_wr *wr, size_t payload_len);

#endif
