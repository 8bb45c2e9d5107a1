/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a record to its leaf (PROTOCOL 2). Must not know where rows come from or
 * what a content says.
 *
 *   salt          keccak(city salt || citizen salt)             32 || 32 bytes
 *   content hash  keccak(salt || content)                       32 || n bytes
 *   row           register hash || voter tag || content hash    96 bytes
 *   leaf          keccak(keccak(row))
 *
 * The leaf is hashed twice so that no inner node, 64 bytes hashed once, can be
 * passed off as a row (OpenZeppelin StandardMerkleTree, standard-v1).
 */
#ifndef VOTA_PROOF_LEAF_H
#define VOTA_PROOF_LEAF_H

#include "proof/bytes.h"

#define VOTA_ROW_BYTES 96u

/*
 * The salt of both halves; a site that sends no citizen salt has 32 zero bytes.
 * ret_salt may be either half. Nothing is wiped: salts end up in receipts.
 */
void vota_leaf_salt(vota_hash *ret_salt, const vota_hash *city_salt, const vota_hash *citizen_salt);

/* The hash of a content as it is hashed: the canonical text, checked by the caller. */
void vota_leaf_content_hash(vota_hash *ret_hash, const vota_hash *salt, struct vota_slice content);

/* The leaf of one row. */
void vota_leaf_hash(vota_hash *ret_leaf, const struct vota_row *row);

/*
 * The leaves of n rows, in the same order; several at a time where the
 * processor can. ret_leaves has room for n and does not overlap rows.
 */
void vota_leaf_hash_rows(vota_hash *ret_leaves, const struct vota_row *rows, size_t n);

/* The 96 bytes of a row, as published and as hashed. Any 96 bytes are a row. */
void vota_leaf_row_read(struct vota_row *ret_row, const uint8_t bytes[VOTA_ROW_BYTES]);
void vota_leaf_row_write(uint8_t ret_bytes[VOTA_ROW_BYTES], const struct vota_row *row);

#endif
