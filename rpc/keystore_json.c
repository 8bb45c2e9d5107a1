/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON of key files: every member checked before a cipher sees it, so that
 * a refusal names the member. Sees no key and no password.
 */
#include <string.h>

#include <jansson.h>

#include "proof/hex.h"
#include "rpc/keystore_sealed.h"
#include "rpc/quantity.h"

#define NETWORK "x-voteanchor"

/* n a power of two above 1, and work and memory that an operator's machine survives. */
enum vota_status vota_keystore_check_cost(const struct vota_keystore_cost *cost,
                                          struct vota_error *err)
{
    if (cost->n < 2 || (cost->n & (cost->n - 1)) != 0 || cost->r == 0 || cost->p == 0)
        return vota_fail(err, VOTA_BAD_INPUT, "kdfparams", "bad-number");
    if (cost->n > VOTA_KEYSTORE_SCRYPT_MAX || cost->r > VOTA_KEYSTORE_SCRYPT_MAX ||
        cost->n * cost->r > VOTA_KEYSTORE_SCRYPT_MAX / 128 || cost->p > VOTA_KEYSTORE_SCRYPT_P_MAX)
        return vota_fail(err, VOTA_LIMIT, "kdfparams", "kdf-too-costly");
    return VOTA_OK;
}

static enum vota_status bad(struct vota_error *err, const char *where, const char *reason)
{
    return vota_fail(err, VOTA_BAD_INPUT, where, reason);
}

/* Bare hex, or with 0x as some write it; between min and max bytes. */
static bool get_hex(uint8_t *ret_bytes, size_t *ret_len, const json_t *value, size_t min,
                    size_t max)
{
    char text[2 + 2 * VOTA_SEALED_SALT_MAX] = "0x";
    const char *from = json_string_value(value);
    size_t digits = json_string_length(value);
    if (from == NULL)
        return false;
    if (digits >= 2 && from[0] == '0' && from[1] == 'x') {
        from += 2;
        digits -= 2;
    }
    if (digits % 2 != 0 || digits / 2 < min || digits / 2 > max || max > VOTA_SEALED_SALT_MAX)
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

static enum vota_status read_scrypt(struct vota_sealed *sealed, const json_t *params,
                                    struct vota_error *err)
{
    sealed->scrypt = true;
    if (!get_number(&sealed->cost.n, json_object_get(params, "n")) ||
        !get_number(&sealed->cost.r, json_object_get(params, "r")) ||
        !get_number(&sealed->cost.p, json_object_get(params, "p")))
        return bad(err, "kdfparams", "bad-number");
    return vota_keystore_check_cost(&sealed->cost, err);
}

static enum vota_status read_pbkdf2(struct vota_sealed *sealed, const json_t *params,
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

static enum vota_status read_kdf(struct vota_sealed *sealed, const json_t *crypto,
                                 struct vota_error *err)
{
    const json_t *kdf = json_object_get(crypto, "kdf");
    const json_t *params = json_object_get(crypto, "kdfparams");
    uint64_t dk_len;
    if (!json_is_object(params))
        return bad(err, "kdfparams", "missing");
    if (!get_number(&dk_len, json_object_get(params, "dklen")) || dk_len != VOTA_SEALED_DK_BYTES)
        return bad(err, "dklen", "bad-dklen");
    if (!get_hex(sealed->salt, &sealed->salt_len, json_object_get(params, "salt"), 1,
                 VOTA_SEALED_SALT_MAX))
        return bad(err, "salt", "bad-salt");
    if (is_text(kdf, "scrypt"))
        return read_scrypt(sealed, params, err);
    if (is_text(kdf, "pbkdf2"))
        return read_pbkdf2(sealed, params, err);
    return bad(err, "kdf", "bad-kdf");
}

static enum vota_status read_crypto(struct vota_sealed *sealed, const json_t *crypto,
                                    struct vota_error *err)
{
    const json_t *params = json_object_get(crypto, "cipherparams");
    if (!json_is_object(crypto))
        return bad(err, "crypto", "missing");
    if (!is_text(json_object_get(crypto, "cipher"), "aes-128-ctr"))
        return bad(err, "cipher", "bad-cipher");
    if (!get_fixed(sealed->iv, VOTA_SEALED_IV_BYTES, json_object_get(params, "iv")))
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

enum vota_status vota_keystore_parse(struct vota_sealed *ret_sealed,
                                     struct vota_keystore_info *ret_info, const char *text,
                                     size_t len, struct vota_error *err)
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

enum vota_status vota_keystore_info(struct vota_keystore_info *ret_info, const char *text,
                                    size_t len, struct vota_error *err)
{
    struct vota_sealed sealed = {0};
    struct vota_keystore_info info = {0};
    const enum vota_status status = vota_keystore_parse(&sealed, &info, text, len, err);
    if (status == VOTA_OK)
        *ret_info = info;
    return status;
}

/* ---- network ---- */

/*
 * The member is put in front of the others and every byte of the file is kept:
 * to print a parsed key file again would trust a parser with the only copy of a
 * key (jansson drops characters when memory runs out).
 */
enum vota_status vota_keystore_rebind(struct vota_wr *wr, const char *text, size_t len,
                                      uint64_t chain_id, const vota_hash *genesis,
                                      struct vota_error *err)
{
    struct vota_keystore_info info;
    if (chain_id > INT64_MAX)
        return bad(err, NETWORK, "bad-network");
    const enum vota_status status = vota_keystore_info(&info, text, len, err);
    if (status != VOTA_OK)
        return status;
    if (info.network.bound)
        return vota_fail(err, VOTA_CONFLICT, NETWORK, "already-bound");
    /* An object that was read, and not an empty one. */
    const char *brace = memchr(text, '{', len);
    VOTA_ASSERT(brace != NULL);
    const size_t head = (size_t)(brace - text) + 1;
    const struct vota_u256 wide = vota_u256_of(chain_id);
    vota_wr_put(wr, text, head);
    vota_wr_text(wr, "\"" NETWORK "\":{\"chain_id\":");
    vota_quantity_write_decimal(wr, &wide);
    vota_wr_text(wr, ",\"genesis\":\"");
    vota_hex_write(wr, genesis->bytes, sizeof genesis->bytes);
    vota_wr_text(wr, "\"},");
    vota_wr_put(wr, text + head, len - head);
    return VOTA_OK;
}
