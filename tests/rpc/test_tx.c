/* SPDX-License-Identifier: Apache-2.0 */
/* A known transaction byte for byte, strict decoding, and what may never be sent. */
#include "rpc/signer.h"
#include "rpc/tx.h"
#include "tests/test.h"

#define SIGHASH "0xd1a5398ed1e81a80acc2a4f9f3702f74fc2186491af590f9fad0a94de35e33db"
#define TX_HASH "0x36a6ed3f97c35d66799c1eb6584e4251ca9416b471496a91cfb27ccfc23861e7"
#define RAW                                                                                        \
    "0x02f87283088bb007843b9aca0084b2d05e008301d4c0943535353535353535353535353535353535353535"     \
    "8084deadbeefc001a0993d97f2bd50b1e7ca4b758ab40eb57d194b831f8d1ed97ba90365cb87adeadd"           \
    "a010d6f65acac5774b0023348f628d39ee3d158fbb7c285bc0170e316edb07c474"

static const uint8_t deadbeef[] = {0xde, 0xad, 0xbe, 0xef};

/* The vector of EIP-1559 bytes on chain 560048, signed by the key 46...46. */
static struct vota_tx known_tx(void)
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

static struct vota_signer *known_signer(void)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    memset(key, 0x46, sizeof key);
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    return signer;
}

static void the_known_transaction_is_made_byte_for_byte(void **state)
{
    (void)state;
    const struct vota_tx tx = known_tx();
    struct vota_signer *signer = known_signer();
    vota_hash sighash;
    vota_hash hash;
    struct vota_signature signature;
    uint8_t raw[512];
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    char text[1100] = {0};
    struct vota_wr hex = vota_wr_of(text, sizeof text - 1);

    assert_int_equal(vota_tx_check(&tx, NULL), VOTA_OK);
    vota_tx_sighash(&sighash, &tx);
    assert_int_equal(vota_signer_sign(signer, &signature, &sighash, NULL), VOTA_OK);
    vota_tx_encode(&wr, &tx, &signature);
    vota_tx_hash(&hash, raw, wr.len);
    vota_hex_write(&hex, raw, wr.len);
    assert_string_equal(text, RAW);
    vota_hex_of_hash(text, &sighash);
    assert_string_equal(text, SIGHASH);
    vota_hex_of_hash(text, &hash);
    assert_string_equal(text, TX_HASH);
    vota_signer_free(signer);
}

static void decoding_gives_the_fields_and_the_sender_back(void **state)
{
    (void)state;
    size_t len;
    uint8_t *raw = test_hex_any(&len, RAW);
    struct vota_tx tx;
    struct vota_signature signature;
    vota_hash sighash;
    vota_addr sender;
    struct vota_signer *signer = known_signer();
    const vota_addr expected = vota_signer_address(signer);

    assert_int_equal(vota_tx_decode(&tx, &signature, raw, len, NULL), VOTA_OK);
    assert_true(tx.chain_id == 560048 && tx.nonce == 7 && tx.gas_limit == 120000);
    assert_true(tx.max_priority_fee_per_gas == 1000000000 && tx.max_fee_per_gas == 3000000000);
    assert_false(tx.create);
    assert_int_equal(tx.data.len, 4);
    assert_memory_equal(tx.data.at, deadbeef, 4);
    vota_tx_sighash(&sighash, &tx);
    assert_int_equal(vota_recover_address(&sender, &sighash, &signature), VOTA_OK);
    assert_true(vota_addr_equal(&sender, &expected));
    vota_signer_free(signer);
    free(raw);
}

/* Data of every length around the steps of RLP's length forms, and creation. */
static void every_length_of_data_survives_the_round_trip(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 2, 54, 55, 56, 57, 255, 256, 257, 4096, 65535, 65536};
    static uint8_t data[65536];
    static uint8_t raw[65536 + VOTA_TX_OVERHEAD_MAX];
    const struct vota_signature signature = {{[31] = 1, [63] = 2, [64] = 1}};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (unsigned first = 0; first < 2; first++) {
            struct vota_tx tx = known_tx();
            struct vota_tx back;
            struct vota_signature back_signature;
            vota_hash a;
            vota_hash b;
            data[0] = first == 0 ? 0x7f : 0x80; /* a single byte as itself, or framed */
            tx.create = i % 2 == 0;
            if (tx.create)
                tx.to = (vota_addr){{0}};
            tx.value = vota_u256_of(i * UINT64_C(1000000000000000000));
            tx.data = (struct vota_slice){data, lengths[i]};
            struct vota_wr wr = vota_wr_of(raw, sizeof raw);
            vota_tx_encode(&wr, &tx, &signature);
            assert_true(vota_wr_fits(&wr) && wr.len <= lengths[i] + VOTA_TX_OVERHEAD_MAX);
            assert_int_equal(vota_tx_decode(&back, &back_signature, raw, wr.len, NULL), VOTA_OK);
            assert_true(back.create == tx.create && back.data.len == tx.data.len);
            assert_memory_equal(&back.value, &tx.value, sizeof tx.value);
            assert_memory_equal(&back_signature, &signature, sizeof signature);
            vota_tx_sighash(&a, &tx);
            vota_tx_sighash(&b, &back);
            assert_hash_equal(&a, &b);
        }
    }
}

static void every_cut_and_every_byte_more_is_refused(void **state)
{
    (void)state;
    size_t len;
    uint8_t *raw = test_hex_any(&len, RAW "00");
    struct vota_tx tx;
    struct vota_signature signature;
    for (size_t cut = 0; cut <= len; cut++) {
        if (cut != len - 1)
            assert_int_equal(vota_tx_decode(&tx, &signature, raw, cut, NULL), VOTA_BAD_INPUT);
    }
    free(raw);
}

static void other_encodings_of_a_transaction_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        const char *reason;
    } cases[] = {
        {"0x02cc0180010101808080c0010101", NULL}, /* the good one that the others spoil */
        {"0x01cc0180010101808080c0010101", "not-type-2"},
        {"0xcc0180010101808080c0010101", "not-type-2"},
        {"0x0283010203", "not-a-list"},
        {"0x02ce82000180010101808080c0010101", "rlp-integer"}, /* chain id 1 with a zero before */
        {"0x02cc0100010101808080c0010101", "rlp-integer"},     /* nonce 0 as a zero byte */
        {"0x02cd0180010101808080c180010101", "not-empty"},
        {"0x02cc0180010101808080c0020101", "not-0-or-1"},
        {"0x02cd0180010101808080c001010101", "too-many-fields"},
        {"0x02cb0180010101808080c00101", "rlp-short"},
        {"0x02cc0180010180808080c0010101", "zero-gas"},
        {"0x02cc8080010101808080c0010101", "zero-chain-id"},
        {"0x02cc0180020101808080c0010101", "tip-above-fee"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len;
        uint8_t *raw = test_hex_any(&len, cases[i].raw);
        struct vota_tx tx;
        struct vota_signature signature;
        struct vota_error err = {0};
        const enum vota_status status = vota_tx_decode(&tx, &signature, raw, len, &err);
        free(raw);
        assert_int_equal(status, cases[i].reason == NULL ? VOTA_OK : VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason == NULL ? "" : cases[i].reason);
    }
}

static void fields_that_no_chain_takes_are_refused(void **state)
{
    (void)state;
    struct vota_tx tx = known_tx();
    tx.gas_limit = VOTA_TX_GAS_MAX;
    assert_int_equal(vota_tx_check(&tx, NULL), VOTA_OK);
    tx.gas_limit++;
    assert_int_equal(vota_tx_check(&tx, NULL), VOTA_BAD_INPUT);
    tx = known_tx();
    tx.create = true;
    assert_int_equal(vota_tx_check(&tx, NULL), VOTA_BAD_INPUT);
    tx = known_tx();
    tx.nonce = UINT64_MAX;
    assert_int_equal(vota_tx_check(&tx, NULL), VOTA_BAD_INPUT);
    tx = known_tx();
    tx.data.len = VOTA_TX_DATA_MAX + 1;
    assert_int_equal(vota_tx_check(&tx, NULL), VOTA_BAD_INPUT);
}

static void the_most_it_can_cost_is_gas_times_fee_plus_value(void **state)
{
    (void)state;
    struct vota_tx tx = known_tx();
    struct vota_u256 cost;
    tx.value = vota_u256_of(5);
    assert_true(vota_tx_max_cost(&cost, &tx));
    const struct vota_u256 expected = vota_u256_of(UINT64_C(120000) * 3000000000 + 5);
    assert_int_equal(vota_u256_compare(&cost, &expected), 0);
    memset(tx.value.be, 0xff, sizeof tx.value.be);
    assert_false(vota_tx_max_cost(&cost, &tx));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_transaction_is_made_byte_for_byte),
        cmocka_unit_test(decoding_gives_the_fields_and_the_sender_back),
        cmocka_unit_test(every_length_of_data_survives_the_round_trip),
        cmocka_unit_test(every_cut_and_every_byte_more_is_refused),
        cmocka_unit_test(other_encodings_of_a_transaction_are_refused),
        cmocka_unit_test(fields_that_no_chain_takes_are_refused),
        cmocka_unit_test(the_most_it_can_cost_is_gas_times_fee_plus_value),
    };
    return RUN_TESTS(tests);
}
