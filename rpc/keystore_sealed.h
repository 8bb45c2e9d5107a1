/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of keystore*.c: what a key file holds, parsed and bounded, between
 * the file that knows JSON and the file that knows ciphers.
 */
#ifndef VOTA_RPC_KEYSTORE_SEALED_H
#define VOTA_RPC_KEYSTORE_SEALED_H

#include "rpc/keystore.h"

#define VOTA_SEALED_DK_BYTES 32u
#define VOTA_SEALED_IV_BYTES 16u
#define VOTA_SEALED_SALT_MAX 64u

/* What stands between a password and a key. */
struct vota_sealed {
    bool scrypt;                    /* else PBKDF2 */
    struct vota_keystore_cost cost; /* scrypt */
    uint64_t iterations;            /* PBKDF2 */
    uint8_t salt[VOTA_SEALED_SALT_MAX];
    size_t salt_len;
    uint8_t iv[VOTA_SEALED_IV_BYTES];
    uint8_t ciphertext[VOTA_SIGNER_KEY_BYTES];
    vota_hash mac;
};

/* "bad-number" when scrypt is not defined for it, "kdf-too-costly" (LIMIT) beyond our ceilings. */
VOTA_MUST_USE enum vota_status vota_keystore_check_cost(const struct vota_keystore_cost *cost,
                                                        struct vota_error *err);

/* JSON text to its parts, every one checked; on failure the parts are not to be used. */
VOTA_MUST_USE enum vota_status vota_keystore_parse(struct vota_sealed *ret_sealed,
                                                   struct vota_keystore_info *ret_info,
                                                   const char *text, size_t len,
                                                   struct vota_error *err);

#endif
