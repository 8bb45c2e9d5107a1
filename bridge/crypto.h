/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three things taken from OpenSSL: HMAC-SHA-256 (voter tags), SHA-256
 * (file hashes) and random bytes. Keccak is keccak/, signing is rpc/signer.c.
 */
#ifndef VOTA_BRIDGE_CRYPTO_H
#define VOTA_BRIDGE_CRYPTO_H

#include "proof/voteanchor.h"

/* A key set once, many messages: about 1 us each. Not for two threads at a time. */
struct vota_hmac;

/* Copies the key. IO when OpenSSL refuses, NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_crypto_hmac_new(struct vota_hmac **ret_hmac, const uint8_t *key,
                                                    size_t key_len);
void vota_crypto_hmac_free(struct vota_hmac *hmac); /* accepts NULL; wipes the key */

/* HMAC-SHA-256 of the parts, one after the other. */
VOTA_MUST_USE enum vota_status vota_crypto_hmac(struct vota_hmac *hmac, uint8_t ret_mac[32],
                                                const struct vota_slice *parts, size_t n_parts);

struct vota_sha256;

VOTA_MUST_USE enum vota_status vota_crypto_sha256_new(struct vota_sha256 **ret_sha);
void vota_crypto_sha256_free(struct vota_sha256 *sha); /* accepts NULL */
VOTA_MUST_USE enum vota_status vota_crypto_sha256_update(struct vota_sha256 *sha, const void *bytes,
                                                         size_t len);
/* Ends the message and is ready for the next one. */
VOTA_MUST_USE enum vota_status vota_crypto_sha256_final(struct vota_sha256 *sha,
                                                        uint8_t ret_hash[32]);
/* In one go. */
VOTA_MUST_USE enum vota_status vota_crypto_sha256(uint8_t ret_hash[32], const void *bytes,
                                                  size_t len);

/* Bytes for salts, peppers and keys, from the operating system's generator. */
VOTA_MUST_USE enum vota_status vota_crypto_random(void *ret_bytes, size_t len);

/* Version of the library in use, for `version`: "3.0.17"; static. */
const char *vota_crypto_version(void);

#endif
