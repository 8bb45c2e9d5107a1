/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signers here and elsewhere: what is asked, what is taken, and that every way
 * in which a signer can answer something else is refused with its reason and
 * leaves no byte behind.
 */
#include "rpc/tx_signer.h"
#include "tests/rpc/script.h"

#define ADDRESS "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F" /* of the key 46...46 */

/* The known transaction of test_tx.c as that key signs it, in parts that lies can replace. */
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
static const uint8_t deadbeee[] = {0xde, 0xad, 0xbe, 0xee};

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

static struct vota_signer *key_of(uint8_t byte)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    memset(key, byte, sizeof key);
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    return signer;
}

static vota_addr known_address(void)
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

static unsigned released;

static void count_release(struct vota_transport *transport)
{
    assert_non_null(transport);
    released++;
}

static struct desk *open_desk(enum vota_tx_signer_method method, const struct script_step *step)
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

static void close_desk(struct desk *desk)
{
    vota_tx_signer_free(desk->signer);
    free(desk);
}

static enum vota_status ask(struct desk *desk, const struct vota_tx *tx)
{
    return vota_tx_signer_sign(desk->signer, &desk->wr, &desk->hash, tx, &desk->err);
}

static void assert_nothing_left(const struct desk *desk)
{
    vota_hash untouched;
    memset(untouched.bytes, 0x77, sizeof untouched.bytes);
    assert_int_equal(desk->wr.len, 3);
    assert_hash_equal(&desk->hash, &untouched);
}

/* ---- what is good ---- */

static void a_key_here_signs_the_known_bytes(void **state)
{
    (void)state;
    struct vota_tx_signer *signer = NULL;
    const struct vota_tx tx = known_tx();
    uint8_t raw[512];
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    vota_hash hash;
    char text[1100] = {0};
    struct vota_wr hex = vota_wr_of(text, sizeof text - 1);
    assert_int_equal(vota_tx_signer_local(&signer, key_of(0x46), NULL), VOTA_OK);
    assert_false(vota_tx_signer_is_remote(signer));
    const vota_addr address = vota_tx_signer_address(signer);
    const vota_addr expected = known_address();
    assert_true(vota_addr_equal(&address, &expected));
    assert_int_equal(vota_tx_signer_sign(signer, &wr, &hash, &tx, NULL), VOTA_OK);
    vota_hex_write(&hex, raw, wr.len);
    assert_string_equal(text, RAW);
    vota_hex_of_hash(text, &hash);
    assert_string_equal(text, TX_HASH);
    /* no room: nothing is appended */
    wr = vota_wr_of(raw, 40);
    assert_int_equal(vota_tx_signer_sign(signer, &wr, &hash, &tx, NULL), VOTA_LIMIT);
    assert_int_equal(wr.len, 0);
    vota_tx_signer_free(signer);
}

static void the_question_is_one_object_in_the_words_of_both_methods(void **state)
{
    (void)state;
    static const struct script_step step = SCRIPT_RESULT(QUOTED(RAW));
    static const struct {
        enum vota_tx_signer_method method;
        const char *name;
    } cases[] = {{VOTA_TX_SIGNER_ETH, "eth_signTransaction"},
                 {VOTA_TX_SIGNER_ACCOUNT, "account_signTransaction"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk *desk = open_desk(cases[i].method, &step);
        const struct vota_tx tx = known_tx();
        char expected[1024];
        assert_int_equal(ask(desk, &tx), VOTA_OK);
        (void)snprintf(expected, sizeof expected,
                       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":[{\"from\":"
                       "\"" ADDRESS "\",\"to\":\"0x3535353535353535353535353535353535353535\","
                       "\"gas\":\"0x1d4c0\",\"maxFeePerGas\":\"0xb2d05e00\","
                       "\"maxPriorityFeePerGas\":\"0x3b9aca00\",\"value\":\"0x0\",\"nonce\":"
                       "\"0x7\",\"data\":\"0xdeadbeef\",\"chainId\":\"0x88bb0\"}]}",
                       cases[i].name);
        assert_string_equal(desk->script.request, expected);
        close_desk(desk);
    }
}

static void a_creation_is_asked_without_a_recipient(void **state)
{
    (void)state;
    static const struct script_step step = SCRIPT_ERROR(-32000, "no");
    struct desk *desk = open_desk(VOTA_TX_SIGNER_ETH, &step);
    struct vota_tx tx = known_tx();
    tx.create = true;
    tx.to = (vota_addr){{0}};
    assert_int_equal(ask(desk, &tx), VOTA_REMOTE);
    assert_null(strstr(desk->script.request, "\"to\""));
    assert_non_null(strstr(desk->script.request, "\"data\":\"0xdeadbeef\""));
    close_desk(desk);
}

static void both_forms_of_a_good_answer_are_taken(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT(QUOTED(RAW)),
        SCRIPT_RESULT("{\"raw\":" QUOTED(RAW) ",\"tx\":{\"type\":\"0x2\",\"hash\":\"" TX_HASH
                                              "\"}}"),
        SCRIPT_RESULT("{\"raw\":" QUOTED(RAW) "}"),
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct desk *desk = open_desk(VOTA_TX_SIGNER_ACCOUNT, &steps[i]);
        const struct vota_tx tx = known_tx();
        char text[1100] = {0};
        struct vota_wr hex = vota_wr_of(text, sizeof text - 1);
        assert_true(vota_tx_signer_is_remote(desk->signer));
        assert_int_equal(ask(desk, &tx), VOTA_OK);
        vota_hex_write(&hex, desk->raw + 3, desk->wr.len - 3);
        assert_string_equal(text, RAW);
        vota_hex_of_hash(text, &desk->hash);
        assert_string_equal(text, TX_HASH);
        close_desk(desk);
    }
}

/* ---- a signer that signs something else ---- */

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

/* ---- a signer that does not sign ---- */

static void no_signature_says_whose_turn_it_is(void **state)
{
    (void)state;
    static const struct {
        struct script_step step;
        const char *reason;
    } cases[] = {
        {SCRIPT_FAULT(VOTA_TRANSPORT_CONNECT), "signer-down"},
        {SCRIPT_FAULT(VOTA_TRANSPORT_TIMEOUT), "signer-down"},
        {SCRIPT_FAULT(VOTA_TRANSPORT_DNS), "signer-down"},
        {SCRIPT_FAULT(VOTA_TRANSPORT_TLS), "signer-down"},
        {SCRIPT_FAULT(VOTA_TRANSPORT_CLOSED), "signer-down"},
        {SCRIPT_HTTP(500, 0), "signer-down"},
        {SCRIPT_HTTP(503, 5), "signer-down"},
        {SCRIPT_HTTP(408, 0), "signer-down"},
        {SCRIPT_HTTP(429, 1), "signer-down"},
        {SCRIPT_HTTP(401, 0), "signer-refused"},
        {SCRIPT_HTTP(403, 0), "signer-refused"},
        {SCRIPT_HTTP(404, 0), "signer-refused"},
        {SCRIPT_ERROR(-32000, "Request denied"), "signer-refused"},
        {SCRIPT_ERROR(-32601, "method not found"), "signer-refused"},
        {SCRIPT_ERROR(3, "execution reverted"), "signer-refused"},
        {{.body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":-32000,\"message\":\"no\"}}",
          .fault = VOTA_TRANSPORT_HTTP,
          .http_status = 500},
         "signer-refused"},
        {{.body = "<html>"}, "signer-answer"},
        {{.body = ""}, "signer-answer"},
        {{.body = "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":" QUOTED(RAW) "}"}, "signer-answer"},
        {{.body = "{\"id\":$ID,\"result\":" QUOTED(RAW) "}"}, "signer-answer"},
        {{.body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":" QUOTED(RAW) ",\"error\":null}"},
         "signer-answer"},
        {{.body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":" QUOTED(
              RAW) "} "
                   "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":" QUOTED(RAW) "}"},
         "signer-answer"},
        {SCRIPT_RESULT("null"), "signer-answer"},
        {SCRIPT_RESULT("true"), "signer-answer"},
        {SCRIPT_RESULT("[" QUOTED(RAW) "]"), "signer-answer"},
        {SCRIPT_RESULT("{\"tx\":{}}"), "signer-answer"},
        {SCRIPT_RESULT("{\"raw\":null}"), "signer-answer"},
        {SCRIPT_RESULT("{\"raw\":{\"raw\":" QUOTED(RAW) "}}"), "signer-answer"},
        {SCRIPT_RESULT(QUOTED(RAW "0")), "signer-answer"},
        {SCRIPT_RESULT(QUOTED(RAW RAW)), "signer-answer"},
        {SCRIPT_RESULT(QUOTED("")), "signer-answer"},
        {SCRIPT_RESULT(QUOTED("02f872" BODY "c001a0" R_HEX "a0" S_HEX)), "signer-answer"},
        {SCRIPT_FAULT(VOTA_TRANSPORT_TOO_LARGE), "signer-answer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk *desk = open_desk(VOTA_TX_SIGNER_ETH, &cases[i].step);
        const struct vota_tx tx = known_tx();
        assert_int_equal(ask(desk, &tx), VOTA_REMOTE);
        if (strcmp(desk->err.text, cases[i].reason) != 0)
            fail_msg("case %zu: %s, not %s", i, desk->err.text, cases[i].reason);
        assert_string_equal(desk->err.where, "signer");
        assert_int_not_equal(vota_tx_signer_failure(desk->signer)->fault, VOTA_RPC_FAULT_NONE);
        assert_nothing_left(desk);
        /* Asked once: a person may be asked at the other end. */
        assert_int_equal(desk->script.next, 1);
        assert_int_equal(script_paused_ms, 0);
        close_desk(desk);
    }
}

/* An answer that never ends, and one byte more than the transaction can have. */
static void too_long_an_answer_is_cut_off(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        const size_t digits = i == 0 ? 40000 : 2 * (sizeof deadbeef + VOTA_TX_OVERHEAD_MAX + 1);
        char *body = malloc(digits + 100);
        assert_non_null(body);
        int at = snprintf(body, 100, "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"0x");
        memset(body + at, '0', digits);
        memcpy(body + at + digits, "\"}", 3);
        const struct script_step step = {.body = body};
        struct desk *desk = open_desk(VOTA_TX_SIGNER_ETH, &step);
        const struct vota_tx tx = known_tx();
        assert_int_equal(ask(desk, &tx), VOTA_REMOTE);
        assert_string_equal(desk->err.text, "signer-answer");
        assert_nothing_left(desk);
        close_desk(desk);
        free(body);
    }
}

static void nothing_is_asked_for_without_room_for_the_answer(void **state)
{
    (void)state;
    static const struct script_step step = SCRIPT_RESULT(QUOTED(RAW));
    struct desk *desk = open_desk(VOTA_TX_SIGNER_ETH, &step);
    const struct vota_tx tx = known_tx();
    desk->wr.cap = 3 + tx.data.len + VOTA_TX_OVERHEAD_MAX - 1;
    assert_int_equal(ask(desk, &tx), VOTA_LIMIT);
    assert_string_equal(desk->err.text, "calldata-too-long");
    assert_nothing_left(desk);
    assert_int_equal(desk->script.next, 0);
    desk->wr.cap++;
    assert_int_equal(ask(desk, &tx), VOTA_OK);
    close_desk(desk);
}

static unsigned asked_timeout;

static enum vota_status note_timeout(void *ctx, struct vota_response *ret_response,
                                     struct vota_slice request, unsigned timeout_ms)
{
    (void)ctx;
    (void)request;
    asked_timeout = timeout_ms;
    ret_response->fault = VOTA_TRANSPORT_TIMEOUT;
    return VOTA_REMOTE;
}

static void the_wait_is_the_signers_own_and_the_transport_is_given_back_once(void **state)
{
    (void)state;
    struct vota_transport transport = {.send = note_timeout};
    struct vota_tx_signer_remote remote = {.transport = &transport,
                                           .release = count_release,
                                           .address = known_address(),
                                           .timeout_ms = 300000};
    struct vota_tx_signer *signer = NULL;
    const struct vota_tx tx = known_tx();
    uint8_t raw[512];
    struct vota_wr wr = vota_wr_of(raw, sizeof raw);
    vota_hash hash;
    struct vota_error err = {0};
    released = 0;
    assert_int_equal(vota_tx_signer_remote(&signer, &remote, NULL), VOTA_OK);
    assert_int_equal(vota_tx_signer_sign(signer, &wr, &hash, &tx, NULL), VOTA_REMOTE);
    assert_int_equal(asked_timeout, 300000);
    assert_int_equal(released, 0);
    vota_tx_signer_free(signer);
    assert_int_equal(released, 1);
    /* no address, no signer; what it would have owned is released all the same */
    remote.address = (vota_addr){{0}};
    assert_int_equal(vota_tx_signer_remote(&signer, &remote, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "no-address");
    assert_int_equal(released, 2);
    vota_tx_signer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_here_signs_the_known_bytes),
        cmocka_unit_test(the_question_is_one_object_in_the_words_of_both_methods),
        cmocka_unit_test(a_creation_is_asked_without_a_recipient),
        cmocka_unit_test(both_forms_of_a_good_answer_are_taken),
        cmocka_unit_test(every_changed_field_is_named_and_refused),
        cmocka_unit_test(every_other_form_of_the_bytes_is_refused),
        cmocka_unit_test(another_key_is_refused_however_well_it_signs),
        cmocka_unit_test(no_flipped_bit_passes),
        cmocka_unit_test(no_signature_says_whose_turn_it_is),
        cmocka_unit_test(too_long_an_answer_is_cut_off),
        cmocka_unit_test(nothing_is_asked_for_without_room_for_the_answer),
        cmocka_unit_test(the_wait_is_the_signers_own_and_the_transport_is_given_back_once),
    };
    return RUN_TESTS(tests);
}
