/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every way in which a signer elsewhere can answer something else than was
 * asked: refused with its reason, and no byte of it stays.
 */
#include "tests/rpc/desk.h"

static const uint8_t deadbeee[] = {0xde, 0xad, 0xbe, 0xee};

static void lie_chain(struct vota_tx *tx)
{
    tx->chain_id = 1;
}

static void lie_nonce(struct vota_tx *tx)
{
    tx->nonce++;
}

static void lie_tip(struct vota_tx *tx)
{
    tx->max_priority_fee_per_gas--;
}

static void lie_fee(struct vota_tx *tx)
{
    tx->max_fee_per_gas++;
}

static void lie_gas(struct vota_tx *tx)
{
    tx->gas_limit--;
}

static void lie_to(struct vota_tx *tx)
{
    tx->to.bytes[19] ^= 1;
}

static void lie_create(struct vota_tx *tx)
{
    tx->create = true;
    tx->to = (vota_addr){{0}};
}

static void lie_value(struct vota_tx *tx)
{
    tx->value = vota_u256_of(1);
}

static void lie_data_byte(struct vota_tx *tx)
{
    tx->data.at = deadbeee;
}

static void lie_data_short(struct vota_tx *tx)
{
    tx->data.len = 3;
}

static const uint8_t deadbeef00[] = {0xde, 0xad, 0xbe, 0xef, 0x00};

static void lie_data_long(struct vota_tx *tx)
{
    tx->data = (struct vota_slice){deadbeef00, sizeof deadbeef00};
}

static void lie_data_none(struct vota_tx *tx)
{
    tx->data.len = 0;
}

/* Signed properly, by the right key, with one field other than asked. */
static void every_changed_field_is_named_and_refused(void **state)
{
    (void)state;
    static const struct {
        void (*lie)(struct vota_tx *tx);
        const char *field;
    } cases[] = {
        {lie_chain, "chain_id"},
        {lie_nonce, "nonce"},
        {lie_tip, "max_priority_fee_per_gas"},
        {lie_fee, "max_fee_per_gas"},
        {lie_gas, "gas_limit"},
        {lie_to, "to"},
        {lie_create, "to"},
        {lie_value, "value"},
        {lie_data_byte, "data"},
        {lie_data_short, "data"},
        {lie_data_long, "data"},
        {lie_data_none, "data"},
    };
    struct vota_signer *key = key_of(0x46);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_tx tx = known_tx();
        struct vota_tx lied = tx;
        struct vota_signature signature;
        vota_hash sighash;
        uint8_t raw[512];
        char body[2048] = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"";
        struct vota_wr wr = vota_wr_of(raw, sizeof raw);
        struct vota_wr hex = vota_wr_of(body, sizeof body - 1);
        cases[i].lie(&lied);
        vota_tx_sighash(&sighash, &lied);
        assert_int_equal(vota_signer_sign(key, &signature, &sighash, NULL), VOTA_OK);
        vota_tx_encode(&wr, &lied, &signature);
        hex.len = strlen(body);
        vota_hex_write(&hex, raw, wr.len);
        vota_wr_text(&hex, "\"}");
        const struct script_step step = {.body = body};
        struct desk *desk = open_desk(VOTA_TX_SIGNER_ETH, &step);
        assert_int_equal(ask(desk, &tx), VOTA_REMOTE);
        assert_string_equal(desk->err.text, "signed-differs");
        assert_string_equal(desk->err.where, cases[i].field);
        assert_nothing_left(desk);
        close_desk(desk);
    }
    vota_signer_free(key);
}

/* The right fields under another signature, or in another form. */
static void every_other_form_of_the_bytes_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        const char *reason;
    } cases[] = {
        {RAW, NULL}, /* the good one that the others spoil */
        /* signatures */
        {"0x02f872" BODY "c080a0" R_HEX "a0" HIGH_S, "high-s"},
        {"0x02f872" BODY "c001a0" R_HEX "a0" HIGH_S, "high-s"},
        {"0x02f872" BODY "c080a0" R_HEX "a0" S_HEX, "other-signer"},
        {"0x02f852" BODY "c00101a0" S_HEX, "other-signer"},
        {"0x02f852" BODY "c00105a0" S_HEX, "bad-signature"}, /* no point has this x */
        {"0x02f852" BODY "c00180a0" S_HEX, "bad-signature"}, /* r = 0 */
        {"0x02f852" BODY "c001a0" R_HEX "80", "bad-signature"},
        {"0x02f872" BODY "c001a0fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
         "fa0" S_HEX,
         "bad-signature"}, /* r beyond the order */
        {"0x02f872" BODY "c002a0" R_HEX "a0" S_HEX, "not-0-or-1"},
        {"0x02f872" BODY "c01ba0" R_HEX "a0" S_HEX, "not-0-or-1"},
        {"0x02f873" BODY "c001a100" R_HEX "a0" S_HEX, "rlp-integer"}, /* a zero before r */
        /* types and shapes */
        {"0x01f872" BODY "c001a0" R_HEX "a0" S_HEX, "not-type-2"},
        {"0x03f872" BODY "c001a0" R_HEX "a0" S_HEX, "not-type-2"},
        {"0xf872" BODY "c001a0" R_HEX "a0" S_HEX, "not-type-2"},
        {"0xf86b07843b9aca008301d4c0" TO_HEX "8084deadbeef83111783a0" R_HEX "a0" S_HEX,
         "not-type-2"},                                                /* legacy, EIP-155 */
        {"0xb87502f872" BODY "c001a0" R_HEX "a0" S_HEX, "not-type-2"}, /* wrapped in a string */
        {"0x", "not-type-2"},
        {"0x02", "rlp-short"},
        {"0x02f873" BODY "c180"
         "01a0" R_HEX "a0" S_HEX,
         "signed-differs"},                                     /* an access list */
        {"0x02f871" BODY "01a0" R_HEX "a0" S_HEX, "rlp-short"}, /* no access list */
        {"0x02f873" BODY "c001a0" R_HEX "a0" S_HEX "80", "too-many-fields"},
        {"0x02ef" BODY "c0", "rlp-short"}, /* unsigned */
        /* other encodings, and more or less than all of it */
        {"0x02f872" BODY "c001a0" R_HEX "a0" S_HEX "00", "rlp-trailing"},
        {"0x02f872" BODY "c001a0" R_HEX "a0" S_HEX "02f872" BODY "c001a0" R_HEX "a0" S_HEX,
         "rlp-trailing"}, /* two */
        {"0x02f90072" BODY "c001a0" R_HEX "a0" S_HEX, "rlp-length"},
        {"0x02f873"
         "8400088bb0"
         "07843b9aca0084b2d05e008301d4c0" TO_HEX "8084deadbeef"
         "c001a0" R_HEX "a0" S_HEX,
         "rlp-integer"},
        {"0x02f873"
         "83088bb0"
         "8107843b9aca0084b2d05e008301d4c0" TO_HEX "8084deadbeef"
         "c001a0" R_HEX "a0" S_HEX,
         "rlp-byte"},
        {"0x02f872"
         "83088bb007843b9aca0084b2d05e008301d4c0" TO_HEX "0084deadbeef"
         "c001a0" R_HEX "a0" S_HEX,
         "rlp-integer"}, /* value as a zero byte */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char body[2048];
        (void)snprintf(body, sizeof body, "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"%s\"}",
                       cases[i].raw);
        const struct script_step step = {.body = body};
        const struct vota_tx tx = known_tx();
        struct desk *desk = open_desk(VOTA_TX_SIGNER_ETH, &step);
        const enum vota_status status = ask(desk, &tx);
        if (cases[i].reason == NULL) {
            assert_int_equal(status, VOTA_OK);
        } else {
            assert_int_equal(status, VOTA_REMOTE);
            if (strcmp(desk->err.text, cases[i].reason) != 0)
                fail_msg("%s: %s, not %s", cases[i].raw, desk->err.text, cases[i].reason);
            assert_nothing_left(desk);
        }
        close_desk(desk);
    }
}

/* What comes from another key than the one that was asked. */
static void another_key_is_refused_however_well_it_signs(void **state)
{
    (void)state;
    struct vota_signer *key = key_of(0x47);
    const struct vota_tx tx = known_tx();
    const vota_addr address = known_address();
    const vota_addr other = vota_signer_address(key);
    struct vota_signature signature;
    vota_hash sighash;
    uint8_t raw[512];
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    struct vota_error err = {0};
    vota_tx_sighash(&sighash, &tx);
    assert_int_equal(vota_signer_sign(key, &signature, &sighash, NULL), VOTA_OK);
    vota_tx_encode(&wr, &tx, &signature);
    const struct vota_slice bytes = {raw, wr.len};
    assert_int_equal(vota_tx_signer_check(&tx, &other, bytes, NULL), VOTA_OK);
    assert_int_equal(vota_tx_signer_check(&tx, &address, bytes, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "other-signer");
    vota_signer_free(key);
}

/* A creation has no recipient, which is not the recipient zero. */
static void a_creation_is_not_a_call_to_nobody(void **state)
{
    (void)state;
    struct vota_signer *key = key_of(0x46);
    const vota_addr address = known_address();
    for (unsigned i = 0; i < 2; i++) {
        struct vota_tx tx = known_tx();
        tx.to = (vota_addr){{0}};
        tx.create = i == 0;
        struct vota_signature signature;
        vota_hash sighash;
        uint8_t raw[512];
        struct vota_wr wr = vota_wr_of(raw, sizeof raw);
        struct vota_error err = {0};
        vota_tx_sighash(&sighash, &tx);
        assert_int_equal(vota_signer_sign(key, &signature, &sighash, NULL), VOTA_OK);
        vota_tx_encode(&wr, &tx, &signature);
        const struct vota_slice bytes = {raw, wr.len};
        assert_int_equal(vota_tx_signer_check(&tx, &address, bytes, NULL), VOTA_OK);
        tx.create = !tx.create;
        assert_int_equal(vota_tx_signer_check(&tx, &address, bytes, &err), VOTA_REMOTE);
        assert_string_equal(err.where, "to");
    }
    vota_signer_free(key);
}

/* Each bit of what a good signer answers matters. */
static void no_flipped_bit_passes(void **state)
{
    (void)state;
    size_t len;
    uint8_t *raw = test_hex_any(&len, RAW);
    const struct vota_tx tx = known_tx();
    const vota_addr address = known_address();
    const struct vota_slice bytes = {raw, len};
    assert_int_equal(vota_tx_signer_check(&tx, &address, bytes, NULL), VOTA_OK);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        raw[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        struct vota_error err = {0};
        assert_int_equal(vota_tx_signer_check(&tx, &address, bytes, &err), VOTA_REMOTE);
        assert_true(err.text[0] != '\0');
        raw[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    free(raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_changed_field_is_named_and_refused),
        cmocka_unit_test(every_other_form_of_the_bytes_is_refused),
        cmocka_unit_test(another_key_is_refused_however_well_it_signs),
        cmocka_unit_test(a_creation_is_not_a_call_to_nobody),
        cmocka_unit_test(no_flipped_bit_passes),
    };
    return RUN_TESTS(tests);
}
