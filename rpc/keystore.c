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

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "keccak/keccak.h"
#include "proof/hex.h"
#include "rpc/quantity.h"

#define DK_BYTES   32u
#define IV_BYTES   16u
#define SALT_BYTES 32u
#define SALT_MAX   64u
#define NETWORK    "x-voteanchor"

/* What stands between a password and a key. */
struct sealed {
    bool scrypt;                    /* else PBKDF2 */
    struct vota_keystore_cost cost; /* scrypt */
    uint64_t iterations;            /* PBKDF2 */
    uint8_t salt[SALT_MAX];
    size_t salt_len;
    uint8_t iv[IV_BYTES];
    uint8_t ciphertext[VOTA_SIGNER_KEY_BYTES];
    vota_hash mac;
};

struct vota_keystore_cost vota_keystore_cost_default(void)
{
    return (struct vota_keystore_cost){.n = 131072, .r = 8, .p = 1};
}

/* ---- cryptography ---- */

/* n a power of two above 1, and work and memory that an operator's machine survives. */
static enum vota_status check_cost(const struct vota_keystore_cost *cost, struct vota_error *err)
{
    if (cost->n < 2 || (cost->n & (cost->n - 1)) != 0 || cost->r == 0 || cost->p == 0)
        return vota_fail(err, VOTA_BAD_INPUT, "kdfparams", "bad-number");
    if (cost->n > VOTA_KEYSTORE_SCRYPT_MAX || cost->r > VOTA_KEYSTORE_SCRYPT_MAX ||
        cost->n * cost->r > VOTA_KEYSTORE_SCRYPT_MAX / 128 || cost->p > VOTA_KEYSTORE_SCRYPT_P_MAX)
        return vota_fail(err, VOTA_LIMIT, "kdfparams", "kdf-too-costly");
    return VOTA_OK;
}

static bool derive(uint8_t dk[DK_BYTES], const struct sealed *sealed, struct vota_slice password)
{
    const char *text = password.len > 0 ? (const char *)password.at : "";
    if (sealed->scrypt) {
        /* A tall r with a small n would pass the bound on n * r, so OpenSSL holds its own. */
        const uint64_t memory_max = VOTA_KEYSTORE_SCRYPT_MAX + VOTA_KEYSTORE_SCRYPT_MAX / 4;
        return EVP_PBE_scrypt(text, password.len, sealed->salt, sealed->salt_len, sealed->cost.n,
                              sealed->cost.r, sealed->cost.p, memory_max, dk, DK_BYTES) == 1;
    }
    return PKCS5_PBKDF2_HMAC(text, (int)password.len, sealed->salt, (int)sealed->salt_len,
                             (int)sealed->iterations, EVP_sha256(), (int)DK_BYTES, dk) == 1;
}

/* CTR: the same in both directions. */
static bool crypt(uint8_t ret[VOTA_SIGNER_KEY_BYTES], const uint8_t dk[DK_BYTES],
                  const uint8_t iv[IV_BYTES], const uint8_t from[VOTA_SIGNER_KEY_BYTES])
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

static void compute_mac(vota_hash *ret_mac, const uint8_t dk[DK_BYTES],
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
                                    const struct sealed *sealed, struct vota_slice password,
                                    struct vota_error *err)
{
    uint8_t dk[DK_BYTES];
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

static enum vota_status seal(struct sealed *sealed, const struct vota_signer *signer,
                             struct vota_slice password, struct vota_error *err)
{
    uint8_t dk[DK_BYTES];
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    if (RAND_bytes(sealed->salt, SALT_BYTES) != 1 || RAND_bytes(sealed->iv, IV_BYTES) != 1)
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

static void put_sealed(struct vota_wr *wr, const struct sealed *sealed, const vota_addr *address,
                       uint8_t uuid[16])
{
    put_bytes(wr, "{\"address\":\"", address->bytes, sizeof address->bytes);
    put_bytes(wr, "\",\"crypto\":{\"cipher\":\"aes-128-ctr\",\"ciphertext\":\"", sealed->ciphertext,
              sizeof sealed->ciphertext);
    put_bytes(wr, "\",\"cipherparams\":{\"iv\":\"", sealed->iv, sizeof sealed->iv);
    put_number(wr, "\"},\"kdf\":\"scrypt\",\"kdfparams\":{\"dklen\":", DK_BYTES);
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
    struct sealed sealed = {.scrypt = true, .cost = *cost};
    uint8_t uuid[16];
    if (password.len == 0)
        return vota_fail(err, VOTA_BAD_INPUT, "password", "empty-password");
    if (password.len > VOTA_KEYSTORE_PASSWORD_MAX)
        return vota_fail(err, VOTA_BAD_INPUT, "password", "password-too-long");
    if (check_cost(cost, NULL) != VOTA_OK)
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

/* ---- reading ---- */

static enum vota_status bad(struct vota_error *err, const char *where, const char *reason)
{
    return vota_fail(err, VOTA_BAD_INPUT, where, reason);
}

/* Bare hex, or with 0x as some write it; between min and max bytes. */
static bool get_hex(uint8_t *ret_bytes, size_t *ret_len, const json_t *value, size_t min,
                    size_t max)
{
    char text[2 + 2 * SALT_MAX] = "0x";
    const char *from = json_string_value(value);
    size_t digits = json_string_length(value);
    if (from == NULL)
        return false;
    if (digits >= 2 && from[0] == '0' && from[1] == 'x') {
        from += 2;
        digits -= 2;
    }
    if (digits % 2 != 0 || digits / 2 < min || digits / 2 > max || max > SALT_MAX)
        return false;
    vota_bytes_copy(text + 2, from, digits);
    *ret_len = digits / 2;
    return vota_hex_read_any(ret_bytes, digits / 2, text, 2 + digits) == VOTA_OK;
}

static bool get_fixed(uint8_t *ret_bytes, size_t len, const json_t *value)
{
    size_t got;
    return get_hex(ret_bytes, &got, value, len, len);
}

static bool get_number(uint64_t *ret, const json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *ret = (uint64_t)json_integer_value(value);
    return true;
}

static bool is_text(const json_t *value, const char *expected)
{
    const char *text = json_string_value(value);
    return text != NULL && strcmp(text, expected) == 0;
}

static enum vota_status read_scrypt(struct sealed *sealed, const json_t *params,
                                    struct vota_error *err)
{
    sealed->scrypt = true;
    if (!get_number(&sealed->cost.n, json_object_get(params, "n")) ||
        !get_number(&sealed->cost.r, json_object_get(params, "r")) ||
        !get_number(&sealed->cost.p, json_object_get(params, "p")))
        return bad(err, "kdfparams", "bad-number");
    return check_cost(&sealed->cost, err);
}

static enum vota_status read_pbkdf2(struct sealed *sealed, const json_t *params,
                                    struct vota_error *err)
{
    sealed->scrypt = false;
    if (!is_text(json_object_get(params, "prf"), "hmac-sha256"))
        return bad(err, "prf", "bad-kdf");
    if (!get_number(&sealed->iterations, json_object_get(params, "c")) || sealed->iterations == 0)
        return bad(err, "c", "bad-number");
    if (sealed->iterations > VOTA_KEYSTORE_ITERATIONS_MAX)
        return vota_fail(err, VOTA_LIMIT, "c", "kdf-too-costly");
    return VOTA_OK;
}

static enum vota_status read_kdf(struct sealed *sealed, const json_t *crypto,
                                 struct vota_error *err)
{
    const json_t *kdf = json_object_get(crypto, "kdf");
    const json_t *params = json_object_get(crypto, "kdfparams");
    uint64_t dk_len;
    if (!json_is_object(params))
        return bad(err, "kdfparams", "missing");
    if (!get_number(&dk_len, json_object_get(params, "dklen")) || dk_len != DK_BYTES)
        return bad(err, "dklen", "bad-dklen");
    if (!get_hex(sealed->salt, &sealed->salt_len, json_object_get(params, "salt"), 1, SALT_MAX))
        return bad(err, "salt", "bad-salt");
    if (is_text(kdf, "scrypt"))
        return read_scrypt(sealed, params, err);
    if (is_text(kdf, "pbkdf2"))
        return read_pbkdf2(sealed, params, err);
    return bad(err, "kdf", "bad-kdf");
}

static enum vota_status read_crypto(struct sealed *sealed, const json_t *crypto,
                                    struct vota_error *err)
{
    const json_t *params = json_object_get(crypto, "cipherparams");
    if (!json_is_object(crypto))
        return bad(err, "crypto", "missing");
    if (!is_text(json_object_get(crypto, "cipher"), "aes-128-ctr"))
        return bad(err, "cipher", "bad-cipher");
    if (!get_fixed(sealed->iv, IV_BYTES, json_object_get(params, "iv")))
        return bad(err, "iv", "bad-iv");
    if (!get_fixed(sealed->ciphertext, VOTA_SIGNER_KEY_BYTES,
                   json_object_get(crypto, "ciphertext")))
        return bad(err, "ciphertext", "bad-ciphertext");
    if (!get_fixed(sealed->mac.bytes, 32, json_object_get(crypto, "mac")))
        return bad(err, "mac", "bad-mac");
    return read_kdf(sealed, crypto, err);
}

/* The file's own claim; a file without address is fine, one with half an address is not. */
static enum vota_status read_address(struct vota_keystore_info *info, const json_t *root,
                                     struct vota_error *err)
{
    const json_t *address = json_object_get(root, "address");
    info->has_address = address != NULL;
    if (address != NULL && !get_fixed(info->address.bytes, sizeof info->address.bytes, address))
        return bad(err, "address", "bad-address");
    return VOTA_OK;
}

static enum vota_status read_network(struct vota_keystore_network *network, const json_t *root,
                                     struct vota_error *err)
{
    const json_t *object = json_object_get(root, NETWORK);
    network->bound = object != NULL;
    if (object != NULL &&
        (!get_number(&network->chain_id, json_object_get(object, "chain_id")) ||
         !get_fixed(network->genesis.bytes, 32, json_object_get(object, "genesis"))))
        return bad(err, NETWORK, "bad-network");
    return VOTA_OK;
}

/* Parses one JSON object of version 3; the caller drops the reference. */
static enum vota_status parse(json_t **ret_root, const char *text, size_t len,
                              struct vota_error *err)
{
    if (len > VOTA_KEYSTORE_FILE_MAX)
        return vota_fail(err, VOTA_LIMIT, "keystore", "file-too-long");
    json_error_t where;
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
    if (root == NULL && json_error_code(&where) == json_error_out_of_memory)
        return vota_fail(err, VOTA_NO_MEMORY, "keystore", "no-memory");
    if (!json_is_object(root)) {
        json_decref(root);
        return bad(err, "keystore", "not-json");
    }
    uint64_t version;
    if (!get_number(&version, json_object_get(root, "version")) || version != 3) {
        json_decref(root);
        return bad(err, "version", "bad-version");
    }
    *ret_root = root;
    return VOTA_OK;
}

static enum vota_status read_text(struct sealed *ret_sealed, struct vota_keystore_info *ret_info,
                                  const char *text, size_t len, struct vota_error *err)
{
    json_t *root = NULL;
    enum vota_status status = parse(&root, text, len, err);
    if (status != VOTA_OK)
        return status;
    /* Early wallets wrote "Crypto". */
    const json_t *crypto = json_object_get(root, "crypto");
    if (crypto == NULL)
        crypto = json_object_get(root, "Crypto");
    status = read_crypto(ret_sealed, crypto, err);
    if (status == VOTA_OK)
        status = read_address(ret_info, root, err);
    if (status == VOTA_OK)
        status = read_network(&ret_info->network, root, err);
    json_decref(root);
    return status;
}

enum vota_status vota_keystore_read(struct vota_signer **ret_signer, const char *text, size_t len,
                                    struct vota_slice password, struct vota_error *err)
{
    struct sealed sealed = {0};
    struct vota_keystore_info info = {0};
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    if (password.len > VOTA_KEYSTORE_PASSWORD_MAX)
        return bad(err, "password", "password-too-long");
    enum vota_status status = read_text(&sealed, &info, text, len, err);
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
        return bad(err, "address", "address-differs");
    }
    *ret_signer = signer;
    return VOTA_OK;
}

enum vota_status vota_keystore_info(struct vota_keystore_info *ret_info, const char *text,
                                    size_t len, struct vota_error *err)
{
    struct sealed sealed = {0};
    struct vota_keystore_info info = {0};
    const enum vota_status status = read_text(&sealed, &info, text, len, err);
    if (status == VOTA_OK)
        *ret_info = info;
    return status;
}

/* ---- network ---- */

static bool set_network(json_t *root, uint64_t chain_id, const vota_hash *genesis)
{
    char hex[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(hex, genesis);
    return json_object_set_new(
               root, NETWORK,
               json_pack("{s:I, s:s}", "chain_id", (json_int_t)chain_id, "genesis", hex)) == 0;
}

enum vota_status vota_keystore_rebind(struct vota_wr *wr, const char *text, size_t len,
                                      uint64_t chain_id, const vota_hash *genesis,
                                      struct vota_error *err)
{
    json_t *root = NULL;
    if (chain_id > INT64_MAX)
        return bad(err, NETWORK, "bad-network");
    const enum vota_status status = parse(&root, text, len, err);
    if (status != VOTA_OK)
        return status;
    char *dump = NULL;
    if (set_network(root, chain_id, genesis))
        dump = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(root);
    if (dump == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "keystore", "no-memory");
    vota_wr_text(wr, dump);
    vota_wr_byte(wr, '\n');
    free(dump);
    return VOTA_OK;
}
