/* SPDX-License-Identifier: Apache-2.0 */
/* Signers here and elsewhere: what is asked, what is taken, and what no answer means. */
#include "tests/rpc/desk.h"

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
        {SCRIPT_FAULT(VOTA_TRANSPORT_TLS), "signer-tls"},
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
        cmocka_unit_test(no_signature_says_whose_turn_it_is),
        cmocka_unit_test(too_long_an_answer_is_cut_off),
        cmocka_unit_test(nothing_is_asked_for_without_room_for_the_answer),
        cmocka_unit_test(the_wait_is_the_signers_own_and_the_transport_is_given_back_once),
    };
    return RUN_TESTS(tests);
}
