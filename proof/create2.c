/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of deployments and the data that deploys: see create2.h. */
#include "proof/create2.h"

#include "keccak/keccak.h"

#define ARGUMENTS_BYTES (7u * VOTA_WORD_BYTES)

const vota_addr vota_create2_proxy = {{0x4e, 0x59, 0xb4, 0x48, 0x47, 0xb3, 0x79, 0x57, 0x85, 0x88,
                                       0x92, 0x0c, 0xa7, 0x8f, 0xbf, 0x26, 0xc0, 0xb4, 0x95, 0x6c}};

/* An address is the last 20 bytes of a hash. */
static void address_of(vota_addr *ret_addr, const struct vota_wr *hashed)
{
    VOTA_ASSERT(vota_wr_fits(hashed));
    vota_hash hash;
    vota_keccak_hash(hash.bytes, hashed->to, hashed->len);
    vota_bytes_copy(ret_addr->bytes, hash.bytes + sizeof hash.bytes - sizeof ret_addr->bytes,
                    sizeof ret_addr->bytes);
}

void vota_create2_address(vota_addr *ret_addr, const vota_addr *deployer, const vota_hash *salt,
                          const vota_hash *init_code_hash)
{
    uint8_t bytes[1 + 20 + 32 + 32];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_wr_byte(&wr, 0xff);
    vota_wr_put(&wr, deployer->bytes, sizeof deployer->bytes);
    vota_wr_put(&wr, salt->bytes, sizeof salt->bytes);
    vota_wr_put(&wr, init_code_hash->bytes, sizeof init_code_hash->bytes);
    address_of(ret_addr, &wr);
}

/*
 * RLP of [sender, nonce] by hand: both are short strings, so the list has a
 * one-byte head, and this file needs no codec.
 */
void vota_create2_sender_address(vota_addr *ret_addr, const vota_addr *sender, uint64_t nonce)
{
    uint8_t nonce_bytes[sizeof nonce];
    vota_store_be(nonce_bytes, sizeof nonce_bytes, nonce);
    size_t zeros = 0;
    while (zeros < sizeof nonce_bytes && nonce_bytes[zeros] == 0)
        zeros++;
    const size_t nonce_len = sizeof nonce_bytes - zeros;
    const bool headless = nonce_len == 1 && nonce < 0x80; /* such a byte is its own RLP */

    uint8_t bytes[1 + 21 + 9];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_wr_byte(&wr, (uint8_t)(0xc0u + 21u + (headless ? 0u : 1u) + nonce_len));
    vota_wr_byte(&wr, 0x80 + sizeof sender->bytes);
    vota_wr_put(&wr, sender->bytes, sizeof sender->bytes);
    if (!headless)
        vota_wr_byte(&wr, (uint8_t)(0x80u + nonce_len));
    vota_wr_put(&wr, nonce_bytes + zeros, nonce_len);
    address_of(ret_addr, &wr);
}

static void write_arguments(struct vota_wr *wr, const struct vota_genesis *genesis)
{
    vota_word_write_addr(wr, &genesis->owner);
    vota_word_write_addr(wr, &genesis->anchorer);
    vota_word_write_addr(wr, &genesis->acceptance_key);
    vota_word_write_u64(wr, genesis->pred_chain_id);
    vota_word_write_addr(wr, &genesis->pred_contract);
    vota_word_write_u64(wr, genesis->pred_length);
    vota_word_write(wr, &genesis->pred_head);
}

void vota_create2_init_code(struct vota_wr *wr, struct vota_slice creation_code,
                            const struct vota_genesis *genesis)
{
    vota_wr_put(wr, creation_code.at, creation_code.len);
    write_arguments(wr, genesis);
}

void vota_create2_init_code_hash(vota_hash *ret_hash, struct vota_slice creation_code,
                                 const struct vota_genesis *genesis)
{
    uint8_t arguments[ARGUMENTS_BYTES];
    struct vota_wr wr = vota_wr_of(arguments, sizeof arguments);
    write_arguments(&wr, genesis);
    VOTA_ASSERT(wr.len == sizeof arguments);

    struct vota_keccak keccak;
    vota_keccak_init(&keccak);
    vota_keccak_update(&keccak, creation_code.at, creation_code.len);
    vota_keccak_update(&keccak, arguments, sizeof arguments);
    vota_keccak_final(&keccak, ret_hash->bytes);
}

void vota_create2_proxy_call(struct vota_wr *wr, const vota_hash *salt, struct vota_slice init_code)
{
    vota_wr_put(wr, salt->bytes, sizeof salt->bytes);
    vota_wr_put(wr, init_code.at, init_code.len);
}

void vota_create2_bootstrap(struct vota_wr *wr, const vota_hash *salt, struct vota_slice init_code)
{
    static const uint8_t before_salt[] = {0x60, 0x36, 0x80, 0x38, 0x03,
                                          0x80, 0x91, 0x5f, 0x39, 0x7f};
    static const uint8_t after_salt[] = {0x90, 0x5f, 0x5f, 0xf5, 0x60, 0x34,
                                         0x57, 0x5f, 0x5f, 0xfd, 0x5b, 0x00};
    vota_wr_put(wr, before_salt, sizeof before_salt);
    vota_wr_put(wr, salt->bytes, sizeof salt->bytes);
    vota_wr_put(wr, after_salt, sizeof after_salt);
    vota_wr_put(wr, init_code.at, init_code.len);
}
