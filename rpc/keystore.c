/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Web3 Secret Storage, version 3, as text: see keystore.h. Carries key bytes
 * between text and signer and wipes them; must not know files or roles.
 *
 *   dk          = scrypt or PBKDF2-HMAC-SHA-256 of the password, 32 bytes
 *   ciphertext  = AES-128-CTR(key dk[0..16), iv) over the 32 key bytes
 *   mac         = keccak(dk[16..32) ‖ ciphertext)
 */
#include "rpc/keystore.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "keccak/keccak.h"
#include "proof/hex.h"
#include "rpc/keystore_sealed.h"
#include "rpc/quantity.h"
#include "rpc/scrypt.h"

#define SALT_BYTES 32u

struct vota_keystore_cost vota_keystore_cost_default(void)
{
    return (struct vota_keystore_cost){.n = 131072, .r = 8, .p = 1};
}

/* ---- cryptography ---- */

/* PBKDF2-HMAC-SHA-256 */
static bool stretch(uint8_t *ret, size_t len, struct vota_slice password, struct vota_slice salt,
                    uint64_t iterations)
{
    const char *text = password.len > 0 ? (const char *)password.at : "";
    return PKCS5_PBKDF2_HMAC(text, (int)password.len, salt.at, (int)salt.len, (int)iterations,
                             EVP_sha256(), (int)len, ret) == 1;
}

/* RFC 7914, 6, for the costs that OpenSSL refuses; r is 1 there, so this is small but for n. */
static bool scrypt_by_hand(uint8_t dk[VOTA_SEALED_DK_BYTES], const struct vota_sealed *sealed,
                           struct vota_slice password)
{
    const size_t r = (size_t)sealed->cost.r;
    const size_t blocks_len = 128 * r * (size_t)sealed->cost.p;
    const size_t scratch_len = 128 * r * ((size_t)sealed->cost.n + 2);
    uint8_t *blocks = malloc(blocks_len);
    uint32_t *scratch = malloc(scratch_len);
    const struct vota_slice salt = {sealed->salt, sealed->salt_len};
    bool good = blocks != NULL && scratch != NULL && stretch(blocks, blocks_len, password, salt, 1);
    for (uint64_t i = 0; good && i < sealed->cost.p; i++)
        vota_scrypt_mix(blocks + 128 * r * i, scratch, sealed->cost.n, r);
    good = good &&
           stretch(dk, VOTA_SEALED_DK_BYTES, password, (struct vota_slice){blocks, blocks_len}, 1);
    if (blocks != NULL)
        vota_bytes_wipe(blocks, blocks_len);
    if (scratch != NULL)
        vota_bytes_wipe(scratch, scratch_len);
    free(blocks);
    free(scratch);
    return good;
}

static bool scrypt(uint8_t dk[VOTA_SEALED_DK_BYTES], const struct vota_sealed *sealed,
                   struct vota_slice password)
{
    /* N >= 2^(16 r) can only be r = 1 under our ceilings. */
    if (sealed->cost.r == 1 && sealed->cost.n >= 65536)
        return scrypt_by_hand(dk, sealed, password);
    /* A tall r with a small n would pass the bound on n * r, so OpenSSL holds its own. */
    const uint64_t memory_max = VOTA_KEYSTORE_SCRYPT_MAX + VOTA_KEYSTORE_SCRYPT_MAX / 4;
    const char *text = password.len > 0 ? (const char *)password.at : "";
    return EVP_PBE_scrypt(text, password.len, sealed->salt, sealed->salt_len, sealed->cost.n,
                          sealed->cost.r, sealed->cost.p, memory_max, dk,
                          VOTA_SEALED_DK_BYTES) == 1;
}

static bool derive(uint8_t dk[VOTA_SEALED_DK_BYTES], const struct vota_sealed *sealed,
                   struct vota_slice password)
{
    if (sealed->scrypt)
        return scrypt(dk, sealed, password);
    const struct vota_slice salt = {sealed->salt, sealed->salt_len};
    return stretch(dk, VOTA_SEALED_DK_BYTES, password, salt, sealed->iterations);
}

/* CTR: the same in both directions. */
static bool crypt(uint8_t ret[VOTA_SIGNER_KEY_BYTES], const uint8_t dk[VOTA_SEALED_DK_BYTES],
                  const uint8_t iv[VOTA_SEALED_IV_BYTES], const uint8_t from[VOTA_SIGNER_KEY_BYTES])
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new(); /* its free wipes the key schedule */
    int len = 0;
    const bool good = context != NULL &&
                      EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, dk, iv) == 1 &&
                      EVP_EncryptUpdate(context, ret, &len, from, VOTA_SIGNER_KEY_BYTES) == 1 &&
                      len == (int)VOTA_SIGNER_KEY_BYTES;
    EVP_CIPHER_CTX_free(context);
    return good;
}

static void compute_mac(vota_hash *ret_mac, const uint8_t dk[VOTA_SEALED_DK_BYTES],
                        const uint8_t ciphertext[VOTA_SIGNER_KEY_BYTES])
{
    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, dk + 16, 16);
    vota_keccak_update(&keccak, ciphertext, VOTA_SIGNER_KEY_BYTES);
    vota_keccak_final(&keccak, ret_mac->bytes);
    vota_bytes_wipe(&keccak, sizeof keccak);
}

static enum vota_status open_sealed(uint8_t ret_key[VOTA_SIGNER_KEY_BYTES],
                                    const struct vota_sealed *sealed, struct vota_slice password,
                                    struct vota_error *err)
{
    uint8_t dk[VOTA_SEALED_DK_BYTES];
    vota_hash mac;
    enum vota_status status = VOTA_OK;
    if (!derive(dk, sealed, password)) {
        status = vota_fail(err, VOTA_LIMIT, "kdfparams", "kdf-too-costly");
    } else {
        compute_mac(&mac, dk, sealed->ciphertext);
        if (!vota_bytes_equal_secret(mac.bytes, sealed->mac.bytes, sizeof mac.bytes))
            status = vota_fail(err, VOTA_BAD_INPUT, "mac", "wrong-password");
        else if (!crypt(ret_key, dk, sealed->iv, sealed->ciphertext))
            status = vota_fail(err, VOTA_INTERNAL, "ciphertext", "no-cipher");
    }
    vota_bytes_wipe(dk, sizeof dk);
    return status;
}

static enum vota_status seal(struct vota_sealed *sealed, const struct vota_signer *signer,
                             struct vota_slice password, struct vota_error *err)
{
    uint8_t dk[VOTA_SEALED_DK_BYTES];
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    if (RAND_bytes(sealed->salt, SALT_BYTES) != 1 ||
        RAND_bytes(sealed->iv, VOTA_SEALED_IV_BYTES) != 1)
        return vota_fail(err, VOTA_IO, "keystore", "no-random");
    sealed->salt_len = SALT_BYTES;
    enum vota_status status = VOTA_OK;
    vota_signer_export(signer, key);
    if (!derive(dk, sealed, password))
        status = vota_fail(err, VOTA_NO_MEMORY, "kdfparams", "no-memory");
    else if (!crypt(sealed->ciphertext, dk, sealed->iv, key))
        status = vota_fail(err, VOTA_INTERNAL, "ciphertext", "no-cipher");
    else
        compute_mac(&sealed->mac, dk, sealed->ciphertext);
    vota_bytes_wipe(key, sizeof key);
    vota_bytes_wipe(dk, sizeof dk);
    return status;
}

/* ---- writing ---- */

static void put_number(struct vota_wr *wr, const char *before, uint64_t value)
{
    const struct vota_u256 wide = vota_u256_of(value);
    vota_wr_text(wr, before);
    vota_quantity_write_decimal(wr, &wide);
}

static void put_bytes(struct vota_wr *wr, const char *before, const void *bytes, size_t len)
{
    vota_wr_text(wr, before);
    vota_hex_write_bare(wr, bytes, len);
}

/* RFC 9562 version 4: random but for the version and variant digits. */
static void put_uuid(struct vota_wr *wr, uint8_t random[16])
{
    random[6] = (uint8_t)(0x40u | (random[6] & 0x0fu));
    random[8] = (uint8_t)(0x80u | (random[8] & 0x3fu));
    put_bytes(wr, "\"},\"id\":\"", random, 4);
    put_bytes(wr, "-", random + 4, 2);
    put_bytes(wr, "-", random + 6, 2);
    put_bytes(wr, "-", random + 8, 2);
    put_bytes(wr, "-", random + 10, 6);
}

static void put_sealed(struct vota_wr *wr, const struct vota_sealed *sealed,
                       const vota_addr *address, uint8_t uuid[16])
{
    put_bytes(wr, "{\"address\":\"", address->bytes, sizeof address->bytes);
    put_bytes(wr, "\",\"crypto\":{\"cipher\":\"aes-128-ctr\",\"ciphertext\":\"", sealed->ciphertext,
              sizeof sealed->ciphertext);
    put_bytes(wr, "\",\"cipherparams\":{\"iv\":\"", sealed->iv, sizeof sealed->iv);
    put_number(wr, "\"},\"kdf\":\"scrypt\",\"kdfparams\":{\"dklen\":", VOTA_SEALED_DK_BYTES);
    put_number(wr, ",\"n\":", sealed->cost.n);
    put_number(wr, ",\"p\":", sealed->cost.p);
    put_number(wr, ",\"r\":", sealed->cost.r);
    put_bytes(wr, ",\"salt\":\"", sealed->salt, sealed->salt_len);
    put_bytes(wr, "\"},\"mac\":\"", sealed->mac.bytes, sizeof sealed->mac.bytes);
    put_uuid(wr, uuid);
    vota_wr_text(wr, "\",\"version\":3}\n");
}

enum vota_status vota_keystore_write(struct vota_wr *wr, const struct vota_signer *signer,
                                     struct vota_slice password,
                                     const struct vota_keystore_cost *cost, struct vota_error *err)
{
    struct vota_sealed sealed = {.scrypt = true, .cost = *cost};
    uint8_t uuid[16];
    if (password.len == 0)
        return vota_fail(err, VOTA_BAD_INPUT, "password", "empty-password");
    if (password.len > VOTA_KEYSTORE_PASSWORD_MAX)
        return vota_fail(err, VOTA_BAD_INPUT, "password", "password-too-long");
    if (vota_keystore_check_cost(cost, NULL) != VOTA_OK)
        return vota_fail(err, VOTA_BAD_INPUT, "kdfparams", "bad-cost");
    if (RAND_bytes(uuid, sizeof uuid) != 1)
        return vota_fail(err, VOTA_IO, "keystore", "no-random");
    const enum vota_status status = seal(&sealed, signer, password, err);
    if (status != VOTA_OK)
        return status;
    const vota_addr address = vota_signer_address(signer);
    put_sealed(wr, &sealed, &address, uuid);
    return VOTA_OK;
}

enum vota_status vota_keystore_read(struct vota_signer **ret_signer, const char *text, size_t len,
                                    struct vota_slice password, struct vota_error *err)
{
    struct vota_sealed sealed = {0};
    struct vota_keystore_info info = {0};
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    if (password.len > VOTA_KEYSTORE_PASSWORD_MAX)
        return vota_fail(err, VOTA_BAD_INPUT, "password", "password-too-long");
    enum vota_status status = vota_keystore_parse(&sealed, &info, text, len, err);
    if (status != VOTA_OK)
        return status;
    status = open_sealed(key, &sealed, password, err);
    if (status != VOTA_OK)
        return status;
    struct vota_signer *signer = NULL;
    status = vota_signer_load(&signer, key, err); /* wipes key */
    if (status != VOTA_OK)
        return status;
    const vota_addr address = vota_signer_address(signer);
    if (info.has_address && !vota_addr_equal(&info.address, &address)) {
        vota_signer_free(signer);
        return vota_fail(err, VOTA_BAD_INPUT, "address", "address-differs");
    }
    *ret_signer = signer;
    return VOTA_OK;
}
