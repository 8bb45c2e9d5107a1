/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc/signer.c with a key that memcheck takes for uninitialised: every branch
 * and every index that depends on it is reported, which is what timing would
 * tell. libsecp256k1 proves the same for itself in its own tests and is left out
 * by signer.supp; what leaves it as a result is public, and is declared so here,
 * by wrapping the three functions that return one.
 *
 * With the argument "leak" it branches on the key, to show that this is noticed.
 */
#include <stdio.h>
#include <string.h>

#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <valgrind/memcheck.h>

#include "rpc/signer.h"

#define ROUNDS 8u

/* The linker puts these before the library's, under the names that it gives. */
int __real_secp256k1_ec_seckey_verify(const secp256k1_context *context, const unsigned char *key);
int __wrap_secp256k1_ec_seckey_verify(const secp256k1_context *context, const unsigned char *key);
int __real_secp256k1_ec_pubkey_create(const secp256k1_context *context, secp256k1_pubkey *ret,
                                      const unsigned char *key);
int __wrap_secp256k1_ec_pubkey_create(const secp256k1_context *context, secp256k1_pubkey *ret,
                                      const unsigned char *key);
int __real_secp256k1_ecdsa_sign_recoverable(const secp256k1_context *context,
                                            secp256k1_ecdsa_recoverable_signature *ret,
                                            const unsigned char *hash, const unsigned char *key,
                                            secp256k1_nonce_function nonce, const void *data);
int __wrap_secp256k1_ecdsa_sign_recoverable(const secp256k1_context *context,
                                            secp256k1_ecdsa_recoverable_signature *ret,
                                            const unsigned char *hash, const unsigned char *key,
                                            secp256k1_nonce_function nonce, const void *data);

static int published(int result)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(&result, sizeof result);
    return result;
}

/* That a key is one at all is said to whoever gives it. */
int __wrap_secp256k1_ec_seckey_verify(const secp256k1_context *context, const unsigned char *key)
{
    return published(__real_secp256k1_ec_seckey_verify(context, key));
}

int __wrap_secp256k1_ec_pubkey_create(const secp256k1_context *context, secp256k1_pubkey *ret,
                                      const unsigned char *key)
{
    const int result = __real_secp256k1_ec_pubkey_create(context, ret, key);
    (void)VALGRIND_MAKE_MEM_DEFINED(ret, sizeof *ret);
    return published(result);
}

int __wrap_secp256k1_ecdsa_sign_recoverable(const secp256k1_context *context,
                                            secp256k1_ecdsa_recoverable_signature *ret,
                                            const unsigned char *hash, const unsigned char *key,
                                            secp256k1_nonce_function nonce, const void *data)
{
    const int result =
        __real_secp256k1_ecdsa_sign_recoverable(context, ret, hash, key, nonce, data);
    (void)VALGRIND_MAKE_MEM_DEFINED(ret, sizeof *ret);
    return published(result);
}

static int leak(const uint8_t *key)
{
    return key[0] > 0x40 ? puts("high") : puts("low");
}

/* Loads, signs, exports and wipes one key that nobody may know. */
static bool use(uint8_t byte)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    uint8_t copy[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    struct vota_signature signature;
    memset(key, byte, sizeof key);
    (void)VALGRIND_MAKE_MEM_UNDEFINED(key, sizeof key);
    if (vota_signer_load(&signer, key, NULL) != VOTA_OK)
        return false;
    const vota_addr address = vota_signer_address(signer);
    bool good = !vota_addr_is_zero(&address);
    for (uint8_t i = 0; good && i < ROUNDS; i++) {
        const vota_hash hash = {{i, byte}};
        good = vota_signer_sign(signer, &signature, &hash, NULL) == VOTA_OK;
    }
    vota_signer_export(signer, copy);
    vota_bytes_wipe(copy, sizeof copy);
    vota_signer_free(signer);
    return good;
}

int main(int argc, char **argv)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES] = {0x46};
    if (RUNNING_ON_VALGRIND == 0) {
        (void)fputs("this test says nothing outside valgrind\n", stderr);
        return 2;
    }
    (void)VALGRIND_MAKE_MEM_UNDEFINED(key, sizeof key);
    if (argc == 2 && strcmp(argv[1], "leak") == 0)
        return leak(key) >= 0 ? 0 : 3;
    return use(0x46) && use(0x7f) && use(0x01) ? 0 : 3;
}
