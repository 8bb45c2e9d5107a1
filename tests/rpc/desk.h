/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer elsewhere over a script, the known transaction that it is asked for,
 * and how the key 46...46 signs that: in parts, which lies replace.
 */
#ifndef VOTA_TESTS_RPC_DESK_H
#define VOTA_TESTS_RPC_DESK_H

#include "rpc/tx_signer.h"
#include "tests/rpc/script.h"

#define ADDRESS "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F" /* of the key 46...46 */

/* The known transaction of test_tx.c, signed. */
#define R_HEX       "993d97f2bd50b1e7ca4b758ab40eb57d194b831f8d1ed97ba90365cb87adeadd"
#define S_HEX       "10d6f65acac5774b0023348f628d39ee3d158fbb7c285bc0170e316edb07c474"
#define HIGH_S      "ef2909a5353a88b4ffdccb709d72c6107d994d2b3320447ba8c42d1df52e7ccd" /* n - s */
#define NUMBERS     "83088bb007843b9aca0084b2d05e008301d4c0"
#define TO_HEX      "943535353535353535353535353535353535353535"
#define BODY        NUMBERS TO_HEX "8084deadbeef"
#define RAW         "0x02f872" BODY "c001a0" R_HEX "a0" S_HEX
#define TX_HASH     "0x36a6ed3f97c35d66799c1eb6584e4251ca9416b471496a91cfb27ccfc23861e7"
#define QUOTED(raw) "\"" raw "\""

static const uint8_t deadbeef[] = {0xde, 0xad, 0xbe, 0xef};

static inline struct vota_tx known_tx(void)
{
    struct vota_tx tx = {.chain_id = 560048,
                         .nonce = 7,
                         .max_priority_fee_per_gas = 1000000000,
                         .max_fee_per_gas = 3000000000,
                         .gas_limit = 120000,
                         .data = {deadbeef, sizeof deadbeef}};
    memset(tx.to.bytes, 0x35, sizeof tx.to.bytes);
    return tx;
}

static inline struct vota_signer *key_of(uint8_t byte)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    memset(key, byte, sizeof key);
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    return signer;
}

static inline vota_addr known_address(void)
{
    vota_addr addr;
    assert_int_equal(vota_recover_address_read(&addr, NULL, ADDRESS, strlen(ADDRESS)), VOTA_OK);
    return addr;
}

/* A signer elsewhere over a script, and where its bytes would go: behind three that stay. */
struct desk {
    struct script script;
    struct vota_tx_signer *signer;
    uint8_t raw[1024];
    struct vota_wr wr;
    vota_hash hash;
    struct vota_error err;
};

static unsigned released; /* transports that were given back */

static inline void count_release(struct vota_transport *transport)
{
    assert_non_null(transport);
    released++;
}

static inline struct desk *open_desk(enum vota_tx_signer_method method,
                                     const struct script_step *step)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    (void)script_init(&desk->script, step, 1);
    const struct vota_tx_signer_remote remote = {.transport = &desk->script.transport,
                                                 .release = count_release,
                                                 .method = method,
                                                 .address = known_address()};
    assert_int_equal(vota_tx_signer_remote(&desk->signer, &remote, NULL), VOTA_OK);
    desk->wr = vota_wr_of(desk->raw, sizeof desk->raw);
    vota_wr_put(&desk->wr, "abc", 3);
    memset(desk->hash.bytes, 0x77, sizeof desk->hash.bytes);
    return desk;
}

static inline void close_desk(struct desk *desk)
{
    vota_tx_signer_free(desk->signer);
    free(desk);
}

static inline enum vota_status ask(struct desk *desk, const struct vota_tx *tx)
{
    return vota_tx_signer_sign(desk->signer, &desk->wr, &desk->hash, tx, &desk->err);
}

static inline void assert_nothing_left(const struct desk *desk)
{
    vota_hash untouched;
    memset(untouched.bytes, 0x77, sizeof untouched.bytes);
    assert_int_equal(desk->wr.len, 3);
    assert_hash_equal(&desk->hash, &untouched);
}

#endif
