/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profile of deterministic CBOR (RFC 8949 4.2.1) that receipts use: unsigned
 * integers, byte and text strings, arrays, and maps with ascending unsigned keys;
 * every length in its shortest form, none indefinite, no tags, floats or simple
 * values. Knows no receipt.
 */
#ifndef VOTA_PROOF_CBOR_H
#define VOTA_PROOF_CBOR_H

#include "proof/bytes.h"

#define VOTA_CBOR_MAX_UINT 9007199254740991u /* 2^53 - 1, so that the JSON view can show it */

/*
 * A map being read: ask for its keys in ascending order, each at most once.
 * Set up by vota_cbor_read_map.
 */
struct vota_cbor_map {
    uint64_t left;      /* pairs not yet read */
    uint64_t next_free; /* the smallest key that may follow */
};

/*
 * Every reader moves rd only on success and fails with VOTA_BAD_INPUT and
 * `where`: "cbor" (not well-formed, or a form outside the profile), "cbor-type"
 * (well-formed, another type), "cbor-limit" (an integer above 2^53 - 1).
 */
VOTA_MUST_USE enum vota_status vota_cbor_read_uint(uint64_t *ret_value, struct vota_rd *rd,
                                                   const char *where, struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_cbor_read_bytes(struct vota_slice *ret_bytes,
                                                    struct vota_rd *rd, const char *where,
                                                    struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_cbor_read_text(struct vota_slice *ret_text, struct vota_rd *rd,
                                                   const char *where,
                                                   struct vota_error *err); /* valid UTF-8 */
VOTA_MUST_USE enum vota_status vota_cbor_read_array(uint64_t *ret_count, struct vota_rd *rd,
                                                    const char *where, struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_cbor_read_map(struct vota_cbor_map *ret_map, struct vota_rd *rd,
                                                  const char *where, struct vota_error *err);

/*
 * The next key of the map. Refuses a key at or above `keys` or of another type
 * ("unknown-member"), a repeated one ("cbor") and one out of order
 * ("cbor-not-deterministic"). Call while map->left > 0.
 */
VOTA_MUST_USE enum vota_status vota_cbor_read_key(uint64_t *ret_key, struct vota_cbor_map *map,
                                                  struct vota_rd *rd, uint64_t keys,
                                                  const char *where, struct vota_error *err);

void vota_cbor_put_uint(struct vota_wr *wr, uint64_t value);
void vota_cbor_put_bytes(struct vota_wr *wr, const void *bytes, size_t len);
void vota_cbor_put_text(struct vota_wr *wr, const void *text, size_t len);
void vota_cbor_put_array(struct vota_wr *wr, uint64_t count);
void vota_cbor_put_map(struct vota_wr *wr, uint64_t pairs);

#endif
