/* SPDX-License-Identifier: Apache-2.0 */
/* EIP-712 digest, form of a signature, bounds: see acceptance.h. */
#include "proof/acceptance.h"

#include "keccak/keccak.h"
#include "proof/word.h"

/* EIP-712: the type and every string of the domain enter as their hash. */
static void write_text_hash(struct vota_wr *wr, const char *text)
{
    vota_hash hash;
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    vota_keccak_hash(hash.bytes, text, len);
    vota_word_write(wr, &hash);
}

static void domain_separator(vota_hash *ret_hash, const struct vota_acceptance *acceptance)
{
    uint8_t bytes[5 * VOTA_WORD_BYTES];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    write_text_hash(&wr, "EIP712Domain(string name,string version,uint256 chainId,"
                         "address verifyingContract)");
    write_text_hash(&wr, "voteanchor");
    write_text_hash(&wr, "1");
    vota_word_write_u64(&wr, acceptance->chain_id);
    vota_word_write_addr(&wr, &acceptance->contract);
    VOTA_ASSERT(wr.len == sizeof bytes);
    vota_keccak_hash(ret_hash->bytes, bytes, sizeof bytes);
}

static void struct_hash(vota_hash *ret_hash, const vota_hash *leaf,
                        const struct vota_acceptance *acceptance)
{
    uint8_t bytes[4 * VOTA_WORD_BYTES];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    write_text_hash(&wr, "Acceptance(bytes32 leaf,uint64 acceptedAt,uint64 anchorBy)");
    vota_word_write(&wr, leaf);
    vota_word_write_u64(&wr, acceptance->accepted_at);
    vota_word_write_u64(&wr, acceptance->anchor_by);
    VOTA_ASSERT(wr.len == sizeof bytes);
    vota_keccak_hash(ret_hash->bytes, bytes, sizeof bytes);
}

void vota_acceptance_digest(vota_hash *ret_digest, const vota_hash *leaf,
                            const struct vota_acceptance *acceptance)
{
    vota_hash domain;
    vota_hash body;
    domain_separator(&domain, acceptance);
    struct_hash(&body, leaf, acceptance);

    uint8_t bytes[2 + 2 * VOTA_WORD_BYTES];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_wr_byte(&wr, 0x19);
    vota_wr_byte(&wr, 0x01);
    vota_word_write(&wr, &domain);
    vota_word_write(&wr, &body);
    VOTA_ASSERT(wr.len == sizeof bytes);
    vota_keccak_hash(ret_digest->bytes, bytes, sizeof bytes);
}

/* SEC 2, secp256k1: the order n, and n / 2 rounded down. */
static const vota_hash curve_order = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
                                       0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b,
                                       0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41}};
static const vota_hash half_order = {{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d,
                                      0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0}};

static bool in_range(const uint8_t scalar[32])
{
    static const vota_hash zero;
    return vota_bytes_compare(scalar, zero.bytes, sizeof zero.bytes) != 0 &&
           vota_bytes_compare(scalar, curve_order.bytes, sizeof curve_order.bytes) < 0;
}

enum vota_status vota_acceptance_signature_check(const uint8_t *signature, size_t len,
                                                 struct vota_error *err)
{
    static const char where[] = "signature";
    if (len != VOTA_SIGNATURE_BYTES)
        return vota_fail(err, VOTA_BAD_INPUT, where, "signature-length");
    const uint8_t *r = signature;
    const uint8_t *s = signature + 32;
    const uint8_t v = signature[64];
    if (v != 27 && v != 28)
        return vota_fail(err, VOTA_BAD_INPUT, where, "signature-v");
    if (!in_range(r) || !in_range(s))
        return vota_fail(err, VOTA_BAD_INPUT, where, "signature-range");
    if (vota_bytes_compare(s, half_order.bytes, sizeof half_order.bytes) > 0)
        return vota_fail(err, VOTA_BAD_INPUT, where, "signature-high-s");
    return VOTA_OK;
}

bool vota_acceptance_bounds_ok(const struct vota_acceptance *acceptance, uint64_t anchor_within,
                               uint64_t counts_until)
{
    if (acceptance->anchor_by > counts_until)
        return false;
    /* As a difference, because the sum of two large numbers would wrap around. */
    return acceptance->anchor_by <= acceptance->accepted_at ||
           acceptance->anchor_by - acceptance->accepted_at <= anchor_within;
}
