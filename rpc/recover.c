/* SPDX-License-Identifier: Apache-2.0 */
/* Signature -> address by libsecp256k1, and EIP-55 text. See recover.h. Public values only. */
#include "rpc/recover.h"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "keccak/keccak.h"
#include "proof/hex.h"

void vota_recover_address_of_key(vota_addr *ret_addr, const uint8_t public_xy[64])
{
    uint8_t hash[VOTA_KECCAK_BYTES];
    vota_keccak_hash(hash, public_xy, 64);
    vota_bytes_copy(ret_addr->bytes, hash + 12, sizeof ret_addr->bytes);
}

bool vota_recover_is_high_s(const struct vota_signature *signature)
{
    secp256k1_ecdsa_signature plain;
    return secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &plain,
                                                   signature->bytes) &&
           secp256k1_ecdsa_signature_normalize(secp256k1_context_static, NULL, &plain);
}

enum vota_status vota_recover_address(vota_addr *ret_addr, const vota_hash *hash,
                                      const struct vota_signature *signature)
{
    /* The static context serves everything but work with secret keys. */
    const secp256k1_context *context = secp256k1_context_static;
    const uint8_t y_parity = signature->bytes[64];
    secp256k1_ecdsa_recoverable_signature recoverable;
    secp256k1_ecdsa_signature plain;
    secp256k1_pubkey key;
    if (y_parity > 1 || !secp256k1_ecdsa_recoverable_signature_parse_compact(
                            context, &recoverable, signature->bytes, y_parity))
        return VOTA_BAD_INPUT;
    /* normalize answers 1 when s was high. */
    if (!secp256k1_ecdsa_recoverable_signature_convert(context, &plain, &recoverable) ||
        secp256k1_ecdsa_signature_normalize(context, NULL, &plain))
        return VOTA_BAD_INPUT;
    if (!secp256k1_ecdsa_recover(context, &key, &recoverable, hash->bytes))
        return VOTA_BAD_INPUT;
    uint8_t point[65]; /* 0x04 ‖ x ‖ y */
    size_t len = sizeof point;
    secp256k1_ec_pubkey_serialize(context, point, &len, &key, SECP256K1_EC_UNCOMPRESSED);
    vota_recover_address_of_key(ret_addr, point + 1);
    return VOTA_OK;
}

void vota_recover_checksum_text(char ret_text[43], const vota_addr *addr)
{
    vota_hex_of_addr(ret_text, addr);
    uint8_t hash[VOTA_KECCAK_BYTES];
    vota_keccak_hash(hash, ret_text + 2, 40);
    for (size_t i = 0; i < 40; i++) {
        const unsigned nibble = i % 2 == 0 ? hash[i / 2] / 16u : hash[i / 2] % 16u;
        char *c = &ret_text[2 + i];
        if (*c >= 'a' && nibble >= 8)
            *c = (char)(*c - 'a' + 'A');
    }
}

static bool has_any(const char *text, size_t len, char from, char to)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= from && text[i] <= to)
            return true;
    }
    return false;
}

enum vota_status vota_recover_address_read(vota_addr *ret_addr, bool *ret_checked, const char *text,
                                           size_t len)
{
    vota_addr addr;
    char expected[43];
    if (vota_hex_read_any(addr.bytes, sizeof addr.bytes, text, len) != VOTA_OK)
        return VOTA_BAD_INPUT;
    vota_recover_checksum_text(expected, &addr);
    const bool matches = vota_bytes_equal(text, expected, VOTA_ADDR_HEX_CHARS);
    const bool mixed = has_any(text + 2, len - 2, 'a', 'f') && has_any(text + 2, len - 2, 'A', 'F');
    if (mixed && !matches)
        return VOTA_BAD_INPUT;
    *ret_addr = addr;
    if (ret_checked != NULL)
        *ret_checked = matches;
    return VOTA_OK;
}
