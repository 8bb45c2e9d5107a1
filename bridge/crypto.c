/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HMAC-SHA-256, SHA-256 and random bytes from OpenSSL, in our words. It knows
 * no tag, file or key.
 */
#include "bridge/crypto.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

struct vota_hmac {
    EVP_MAC_CTX *context; /* OpenSSL wipes the key when it is freed */
};

static EVP_MAC_CTX *new_context(const uint8_t *key, size_t key_len)
{
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac); /* the context holds its own reference */
    if (context == NULL || EVP_MAC_init(context, key, key_len, params) == 1)
        return context;
    EVP_MAC_CTX_free(context);
    return NULL;
}

enum vota_status vota_crypto_hmac_new(struct vota_hmac **ret_hmac, const uint8_t *key,
                                      size_t key_len)
{
    struct vota_hmac *hmac = malloc(sizeof *hmac);
    if (hmac == NULL)
        return VOTA_NO_MEMORY;
    hmac->context = new_context(key, key_len);
    if (hmac->context == NULL) {
        free(hmac);
        return VOTA_IO;
    }
    *ret_hmac = hmac;
    return VOTA_OK;
}

void vota_crypto_hmac_free(struct vota_hmac *hmac)
{
    if (hmac == NULL)
        return;
    EVP_MAC_CTX_free(hmac->context);
    free(hmac);
}

enum vota_status vota_crypto_hmac(struct vota_hmac *hmac, uint8_t ret_mac[32],
                                  const struct vota_slice *parts, size_t n_parts)
{
    uint8_t mac[32];
    size_t len = 0;
    if (EVP_MAC_init(hmac->context, NULL, 0, NULL) != 1) /* again with the same key */
        return VOTA_IO;
    for (size_t i = 0; i < n_parts; i++) {
        if (EVP_MAC_update(hmac->context, parts[i].at, parts[i].len) != 1)
            return VOTA_IO;
    }
    if (EVP_MAC_final(hmac->context, mac, &len, sizeof mac) != 1 || len != sizeof mac)
        return VOTA_IO;
    for (size_t i = 0; i < sizeof mac; i++)
        ret_mac[i] = mac[i];
    return VOTA_OK;
}

struct vota_sha256 {
    EVP_MD_CTX *context;
};

enum vota_status vota_crypto_sha256_new(struct vota_sha256 **ret_sha)
{
    struct vota_sha256 *sha = malloc(sizeof *sha);
    if (sha == NULL)
        return VOTA_NO_MEMORY;
    sha->context = EVP_MD_CTX_new();
    if (sha->context == NULL || EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL) != 1) {
        vota_crypto_sha256_free(sha);
        return VOTA_IO;
    }
    *ret_sha = sha;
    return VOTA_OK;
}

void vota_crypto_sha256_free(struct vota_sha256 *sha)
{
    if (sha == NULL)
        return;
    EVP_MD_CTX_free(sha->context);
    free(sha);
}

enum vota_status vota_crypto_sha256_update(struct vota_sha256 *sha, const void *bytes, size_t len)
{
    return EVP_DigestUpdate(sha->context, bytes, len) == 1 ? VOTA_OK : VOTA_IO;
}

enum vota_status vota_crypto_sha256_final(struct vota_sha256 *sha, uint8_t ret_hash[32])
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (EVP_DigestFinal_ex(sha->context, hash, &len) != 1 || len != 32)
        return VOTA_IO;
    if (EVP_DigestInit_ex(sha->context, NULL, NULL) != 1)
        return VOTA_IO;
    for (size_t i = 0; i < 32; i++)
        ret_hash[i] = hash[i];
    return VOTA_OK;
}

enum vota_status vota_crypto_sha256(uint8_t ret_hash[32], const void *bytes, size_t len)
{
    size_t hash_len = 0;
    if (EVP_Q_digest(NULL, "SHA256", NULL, bytes, len, ret_hash, &hash_len) != 1)
        return VOTA_IO;
    return hash_len == 32 ? VOTA_OK : VOTA_INTERNAL;
}

enum vota_status vota_crypto_random(void *ret_bytes, size_t len)
{
    if (len > 1u << 20) /* RAND_bytes takes an int; nobody needs more at once */
        return VOTA_LIMIT;
    return RAND_bytes(ret_bytes, (int)len) == 1 ? VOTA_OK : VOTA_IO;
}

const char *vota_crypto_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
