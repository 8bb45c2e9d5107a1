/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A secp256k1 key behind a narrow door: load, sign a hash, wipe. signer.c is
 * the only file that works with key bytes; keystore.c carries them once
 * between file and signer. The door is narrow enough to become a process.
 */
#ifndef VOTA_RPC_SIGNER_H
#define VOTA_RPC_SIGNER_H

#include "rpc/recover.h"

#define VOTA_SIGNER_KEY_BYTES 32u

/* Opaque; lives in locked memory that core dumps leave out (best effort). Not for two threads. */
struct vota_signer;

/*
 * Takes over a key: `key` is copied and wiped, whatever is returned. The
 * caller frees *ret_signer with vota_signer_free. BAD_INPUT "bad-key": zero or
 * not below the group order. IO: no random bytes to blind the context.
 */
VOTA_MUST_USE enum vota_status vota_signer_load(struct vota_signer **ret_signer,
                                                uint8_t key[VOTA_SIGNER_KEY_BYTES],
                                                struct vota_error *err);

/* A new key from the system's random source. */
VOTA_MUST_USE enum vota_status vota_signer_generate(struct vota_signer **ret_signer,
                                                    struct vota_error *err);

/* The address of the key. */
vota_addr vota_signer_address(const struct vota_signer *signer);

/*
 * Signs with RFC 6979 nonces: the same key and hash give the same signature.
 * Guarantees low s, y_parity 0 or 1, and that recovering the signature gives
 * the signer's address: a signature that fails that is wiped and INTERNAL
 * ("bad-signature") is returned, because a faulty signature can leak the key.
 */
VOTA_MUST_USE enum vota_status vota_signer_sign(const struct vota_signer *signer,
                                                struct vota_signature *ret_signature,
                                                const vota_hash *hash, struct vota_error *err);

/* Another signer of the same key, for another thread: it has pages and a context of its own. */
VOTA_MUST_USE enum vota_status vota_signer_copy(struct vota_signer **ret_signer,
                                                const struct vota_signer *signer,
                                                struct vota_error *err);

/* Copies the key out, for rpc/keystore.c alone, which wipes it. */
void vota_signer_export(const struct vota_signer *signer, uint8_t ret_key[VOTA_SIGNER_KEY_BYTES]);

/* Wipes and frees; NULL is fine. */
void vota_signer_free(struct vota_signer *signer);

#endif
