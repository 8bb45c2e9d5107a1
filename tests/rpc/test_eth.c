/* SPDX-License-Identifier: Apache-2.0 */
/* Typed calls over a scripted provider: what is asked, what is believed, what is repeated. */
#include <time.h>

#include "rpc/tx.h"
#include "tests/rpc/script.h"

static const vota_addr addr = {{[0] = 0x11, [19] = 0x22}};
#define ADDR "0x1100000000000000000000000000000000000022"

static void assert_params(const struct script *script, const char *method, const char *params)
{
    const char *at = strstr(script->request, "\"method\":\"");
    assert_non_null(at);
    at += strlen("\"method\":\"");
    assert_memory_equal(at, method, strlen(method));
    at = strstr(script->request, "\"params\":");
    assert_non_null(at);
    at += strlen("\"params\":");
    assert_int_equal(strlen(at), strlen(params) + 1); /* and the closing brace */
    assert_memory_equal(at, params, strlen(params));
}

static void numbers_are_asked_for_as_the_methods_want(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("\"0x88bb0\""),
                                               SCRIPT_RESULT("\"0x0\""),
                                               SCRIPT_RESULT("\"0xde0b6b3a7640001\"")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint64_t number;
    struct vota_u256 wei;
    const struct vota_block_id pending = vota_block_tagged(VOTA_BLOCK_PENDING);
    const struct vota_block_id numbered = vota_block_numbered(255);

    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_OK);
    assert_true(number == 560048);
    assert_params(&script, "eth_chainId", "[]");
    assert_int_equal(vota_eth_nonce(provider, &number, &addr, &pending, NULL), VOTA_OK);
    assert_true(number == 0);
    assert_params(&script, "eth_getTransactionCount", "[\"" ADDR "\",\"pending\"]");
    assert_int_equal(vota_eth_balance(provider, &wei, &addr, &numbered, NULL), VOTA_OK);
    assert_true(vota_u256_to_u64(&number, &wei) && number == 1000000000000000001);
    assert_params(&script, "eth_getBalance", "[\"" ADDR "\",\"0xff\"]");
}

static void a_hash_is_passed_as_the_object_of_eip_1898(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("\"0x5\"")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    const vota_hash hash = {{[31] = 0xab}};
    const struct vota_block_id id = vota_block_hashed(&hash);
    uint64_t nonce;
    assert_int_equal(vota_eth_nonce(provider, &nonce, &addr, &id, NULL), VOTA_OK);
    assert_params(&script, "eth_getTransactionCount",
                  "[\"" ADDR "\",{\"blockHash\":"
                  "\"0x00000000000000000000000000000000000000000000000000000000000000ab\"}]");
}

static void quantities_of_another_form_are_malformed(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("\"0x\""), SCRIPT_RESULT("\"0x01\""),
        SCRIPT_RESULT("7"),      SCRIPT_RESULT("\"7\""),
        SCRIPT_RESULT("{}"),     SCRIPT_RESULT("[\"0x1\"]"),
        SCRIPT_RESULT("true"),   SCRIPT_RESULT("\"0x10000000000000000\"")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        uint64_t number = 99;
        struct vota_error err = {0};
        assert_int_equal(vota_eth_chain_id(provider, &number, &err), VOTA_REMOTE);
        assert_true(number == 99);
        assert_string_equal(err.where, "eth_chainId");
        assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_MALFORMED);
    }
    assert_string_equal(provider->failure.reason, "beyond-64-bits");
}

static void null_is_not_found_and_no_zero(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("null")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint64_t number = 99;
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_NOT_FOUND);
    assert_true(number == 99);
}

/* ---- retries ---- */

static void reads_are_repeated_with_growing_pauses(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_FAULT(VOTA_TRANSPORT_TIMEOUT),
                                               {.body = "<html>"},
                                               SCRIPT_HTTP(503, 0),
                                               SCRIPT_RESULT("\"0x7\"")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint64_t number;
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_OK);
    assert_int_equal(script.next, 4);
    assert_int_equal(script_paused_ms, 250 + 500 + 1000);
}

static void the_pause_between_attempts_is_real(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_FAULT(VOTA_TRANSPORT_TIMEOUT),
                                               SCRIPT_RESULT("\"0x7\"")};
    struct script script;
    struct vota_provider fresh;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct timespec before;
    struct timespec after;
    uint64_t number;
    vota_provider_init(&fresh, "fresh", &script.transport);
    provider->pause = fresh.pause;
    provider->backoff_ms = 20;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_OK);
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
    const int64_t ms =
        (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    assert_true(ms >= 19);
}

static void the_number_of_repeats_is_bounded(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_FAULT(VOTA_TRANSPORT_CONNECT), SCRIPT_FAULT(VOTA_TRANSPORT_CONNECT),
        SCRIPT_FAULT(VOTA_TRANSPORT_CONNECT), SCRIPT_FAULT(VOTA_TRANSPORT_CONNECT),
        SCRIPT_RESULT("\"0x7\"")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint64_t number;
    struct vota_error err = {0};
    assert_int_equal(vota_eth_chain_id(provider, &number, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "no-connection");
    assert_int_equal(script.next, 1 + VOTA_ETH_RETRIES);
}

static void each_attempt_has_its_own_id_and_an_old_answer_is_refused(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {.body = "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":\"0x1\"}"},
        {.body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1\"}"},
        SCRIPT_RESULT("\"0x7\"")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint64_t number;
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_OK);
    assert_true(number == 7);
    assert_int_equal(script.next, 3);
}

static void what_cannot_get_better_is_not_repeated(void **state)
{
    (void)state;
    static const struct {
        struct script_step step;
        enum vota_status status;
    } cases[] = {
        {SCRIPT_ERROR(-32601, "the method does not exist"), VOTA_REMOTE},
        {SCRIPT_ERROR(-32602, "invalid argument 0"), VOTA_REMOTE},
        {SCRIPT_ERROR(3, "execution reverted"), VOTA_CONFLICT},
        {SCRIPT_ERROR(-32000, "insufficient funds"), VOTA_CONFLICT},
        {SCRIPT_HTTP(401, 0), VOTA_REMOTE},
        {SCRIPT_FAULT(VOTA_TRANSPORT_TOO_LARGE), VOTA_LIMIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script;
        struct vota_provider *provider = script_init(&script, &cases[i].step, 1);
        uint64_t number;
        assert_int_equal(vota_eth_chain_id(provider, &number, NULL), cases[i].status);
        assert_int_equal(script.next, 1);
    }
}

static void a_method_that_is_not_offered_is_asked_for_once(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_ERROR(-32601, "the method does not exist"),
                                               SCRIPT_RESULT("\"0x7\"")};
    struct script script;
    struct vota_provider *provider = script_init(&script, steps, 2);
    struct vota_error err = {.status = VOTA_OK};
    struct vota_u256 wei;
    uint64_t id = 0;
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(vota_eth_balance(provider, &wei, &addr, &latest, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "provider-error");
    assert_int_equal(provider->failure.error.code, -32601);
    assert_int_equal(script.next, 1);
    assert_int_equal(vota_eth_chain_id(provider, &id, NULL), VOTA_OK); /* another one is */
    assert_int_equal(id, 7);
}

static void a_rate_limit_is_waited_for_as_long_as_it_asks_within_reason(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_HTTP(429, 3), SCRIPT_HTTP(429, 0),
                                               SCRIPT_RESULT("\"0x7\""), SCRIPT_HTTP(429, 60)};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint64_t number;
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_OK);
    assert_int_equal(script_paused_ms, 3000 + 2000);
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_REMOTE);
    assert_int_equal(provider->failure.retry_after_s, 60);
    assert_int_equal(vota_answers_retry(&provider->failure), VOTA_RETRY_LATER);
}

static void an_error_object_under_http_400_is_still_an_answer(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {.body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":-32000,"
                 "\"message\":\"insufficient funds\"}}",
         .fault = VOTA_TRANSPORT_HTTP,
         .http_status = 400},
        {.body = "<h1>Bad Request</h1>", .fault = VOTA_TRANSPORT_HTTP, .http_status = 400},
        /* a result under an error status is no result */
        {.body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"0x1\"}",
         .fault = VOTA_TRANSPORT_HTTP,
         .http_status = 400}};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint64_t number;
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_CONFLICT);
    assert_string_equal(provider->failure.error.message, "insufficient funds");
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_REMOTE);
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_TRANSPORT);
    assert_int_equal(vota_eth_chain_id(provider, &number, NULL), VOTA_REMOTE);
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_TRANSPORT);
}

/* ---- bytes ---- */

static void code_and_calls_append_bytes(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("\"0x6001\""), SCRIPT_RESULT("\"0x\""),
                                               SCRIPT_RESULT("\"0xFF00\"")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint8_t bytes[8];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    const struct vota_eth_message message = {.from = &addr,
                                             .to = &addr,
                                             .value = vota_u256_of(10),
                                             .data = {(const uint8_t *)"\x01\x02", 2}};
    assert_int_equal(vota_eth_code(provider, &wr, &addr, &latest, NULL), VOTA_OK);
    assert_int_equal(vota_eth_code(provider, &wr, &addr, &latest, NULL), VOTA_OK);
    assert_int_equal(wr.len, 2);
    assert_int_equal(vota_eth_call(provider, &wr, &message, &latest, NULL), VOTA_OK);
    assert_params(&script, "eth_call",
                  "[{\"from\":\"" ADDR "\",\"to\":\"" ADDR
                  "\",\"value\":\"0xa\",\"data\":\"0x0102\"},\"latest\"]");
    assert_int_equal(wr.len, 4);
    assert_memory_equal(bytes, "\x60\x01\xff\x00", 4);
}

static void bytes_that_are_not_hex_or_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("\"0x6\""), SCRIPT_RESULT("\"6001\""),
                                               SCRIPT_RESULT("\"0xzz\""), SCRIPT_RESULT("{}"),
                                               SCRIPT_RESULT("\"0x6001600160016001ff\"")};
    static const enum vota_status expected[] = {VOTA_REMOTE, VOTA_REMOTE, VOTA_REMOTE, VOTA_REMOTE,
                                                VOTA_LIMIT};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint8_t bytes[8];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(vota_eth_code(provider, &wr, &addr, &latest, NULL), expected[i]);
        assert_int_equal(wr.len, 0);
    }
}

static void a_revert_keeps_its_data_for_the_reader(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {.body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":3,"
                 "\"message\":\"execution reverted\",\"data\":\"0x1234\"}}"}};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    const struct vota_eth_message message = {.data = {NULL, 0}};
    uint64_t gas;
    assert_int_equal(vota_eth_estimate_gas(provider, &gas, &message, NULL), VOTA_CONFLICT);
    assert_params(&script, "eth_estimateGas", "[{\"data\":\"0x\"}]");
    assert_true(vota_answers_is_revert(&provider->failure));
    assert_int_equal(provider->failure.error.data_len, 2);
}

static void data_beyond_what_a_chain_takes_is_not_even_asked(void **state)
{
    (void)state;
    struct script script;
    struct vota_provider *provider = script_init(&script, NULL, 0);
    static const uint8_t data[1];
    const struct vota_eth_message message = {.data = {data, VOTA_TX_DATA_MAX * 2}};
    uint64_t gas;
    assert_int_equal(vota_eth_estimate_gas(provider, &gas, &message, NULL), VOTA_LIMIT);
}

/* ---- sending ---- */

#define OUR_HASH "0xf2ee15ea639b73fa3db9b34a245bdfa015c260c598b211bf05a1ecc4b3e3b4f2" /* of 02 */

static void a_send_is_classed_and_never_repeated(void **state)
{
    (void)state;
    static const struct {
        struct script_step step;
        enum vota_send_answer answer;
    } cases[] = {
        {SCRIPT_RESULT("\"" OUR_HASH "\""), VOTA_SEND_ACCEPTED},
        {SCRIPT_RESULT("\"0x00000000000000000000000000000000000000000000000000000000000000ab\""),
         VOTA_SEND_WRONG_HASH},
        {SCRIPT_RESULT("null"), VOTA_SEND_WRONG_HASH},
        {SCRIPT_RESULT("true"), VOTA_SEND_WRONG_HASH},
        {SCRIPT_ERROR(-32000, "already known"), VOTA_SEND_KNOWN},
        {SCRIPT_ERROR(-32000, "nonce too low: next nonce 5, tx nonce 4"), VOTA_SEND_NONCE_USED},
        {SCRIPT_ERROR(-32603, "internal error"), VOTA_SEND_UNKNOWN},
        {SCRIPT_FAULT(VOTA_TRANSPORT_TIMEOUT), VOTA_SEND_TRANSPORT},
        {SCRIPT_FAULT(VOTA_TRANSPORT_CLOSED), VOTA_SEND_TRANSPORT},
        {SCRIPT_HTTP(502, 0), VOTA_SEND_TRANSPORT},
        {SCRIPT_HTTP(429, 1), VOTA_SEND_TRANSPORT},
        {{.body = "<html>"}, VOTA_SEND_TRANSPORT},
        {{.body = "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":\"" OUR_HASH "\"}"},
         VOTA_SEND_TRANSPORT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script;
        struct vota_provider *provider = script_init(&script, &cases[i].step, 1);
        enum vota_send_answer answer = VOTA_SEND_POOL;
        const struct vota_slice raw = {(const uint8_t *)"\x02", 1};
        assert_int_equal(vota_eth_send_raw(provider, &answer, raw, NULL), VOTA_OK);
        if (answer != cases[i].answer)
            fail_msg("case %zu is %s", i, vota_answers_send_name(answer));
        assert_int_equal(script.next, 1);
        assert_params(&script, "eth_sendRawTransaction", "[\"0x02\"]");
    }
}

/* ---- fees ---- */

static void fee_history_is_read_with_and_without_rewards(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("{\"oldestBlock\":\"0x10\",\"baseFeePerGas\":[\"0x7\",\"0x8\",\"0x9\"],"
                      "\"gasUsedRatio\":[0.5,0.25],\"reward\":[[\"0x3b9aca00\"],[\"0x0\"]]}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\",\"0x8\"],"
                      "\"gasUsedRatio\":[0]}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\",\"0x8\"],"
                      "\"reward\":null}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\",\"0x8\"],"
                      "\"reward\":[null]}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\",\"0x8\"],"
                      "\"reward\":[[null]]}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\",\"0x8\"],"
                      "\"reward\":[[\"0x1\"],[\"0x1\"]]}")};
    static const bool has_tips[] = {true, false, false, true, true, false};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct vota_fee_history history;
        assert_int_equal(vota_eth_fee_history(provider, &history, 20, 50, NULL), VOTA_OK);
        assert_params(&script, "eth_feeHistory", "[\"0x14\",\"latest\",[50]]");
        assert_int_equal(history.has_tips, has_tips[i]);
        assert_int_equal(history.count, i == 0 ? 2 : 1);
        assert_true(history.base_fee[history.count] == (i == 0 ? 9 : 8));
        if (i == 0)
            assert_true(history.oldest_block == 16 && history.tip[0] == 1000000000 &&
                        history.tip[1] == 0);
    }
}

static void fee_history_of_another_shape_is_malformed(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("{}"),
        SCRIPT_RESULT("[]"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\"]}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\",8]}"),
        SCRIPT_RESULT("{\"oldestBlock\":0,\"baseFeePerGas\":[\"0x7\",\"0x8\"]}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\","
                      "\"0x10000000000000000\"]}"),
        SCRIPT_RESULT("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[\"0x7\",\"0x8\"],"
                      "\"reward\":[[\"0x10000000000000000\"]]}")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct vota_fee_history history = {.count = 42};
        assert_int_equal(vota_eth_fee_history(provider, &history, 1, 50, NULL), VOTA_REMOTE);
        assert_int_equal(history.count, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_asked_for_as_the_methods_want),
        cmocka_unit_test(a_hash_is_passed_as_the_object_of_eip_1898),
        cmocka_unit_test(quantities_of_another_form_are_malformed),
        cmocka_unit_test(null_is_not_found_and_no_zero),
        cmocka_unit_test(reads_are_repeated_with_growing_pauses),
        cmocka_unit_test(the_pause_between_attempts_is_real),
        cmocka_unit_test(the_number_of_repeats_is_bounded),
        cmocka_unit_test(each_attempt_has_its_own_id_and_an_old_answer_is_refused),
        cmocka_unit_test(what_cannot_get_better_is_not_repeated),
        cmocka_unit_test(a_method_that_is_not_offered_is_asked_for_once),
        cmocka_unit_test(a_rate_limit_is_waited_for_as_long_as_it_asks_within_reason),
        cmocka_unit_test(an_error_object_under_http_400_is_still_an_answer),
        cmocka_unit_test(code_and_calls_append_bytes),
        cmocka_unit_test(bytes_that_are_not_hex_or_do_not_fit_are_refused),
        cmocka_unit_test(a_revert_keeps_its_data_for_the_reader),
        cmocka_unit_test(data_beyond_what_a_chain_takes_is_not_even_asked),
        cmocka_unit_test(a_send_is_classed_and_never_repeated),
        cmocka_unit_test(fee_history_is_read_with_and_without_rewards),
        cmocka_unit_test(fee_history_of_another_shape_is_malformed),
    };
    return RUN_TESTS(tests);
}
