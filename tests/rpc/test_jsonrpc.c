/* SPDX-License-Identifier: Apache-2.0 */
/* The envelope: one good form, and every bad one by its reason. */
#include "rpc/jsonrpc.h"
#include "tests/test.h"

#include <stdio.h>

#define HEAD "{\"jsonrpc\":\"2.0\",\"id\":7,"

static enum vota_status read_text(const char *text, size_t len, struct vota_rpc_error *error,
                                  const char **reason)
{
    json_t *result = NULL;
    const enum vota_status status = vota_jsonrpc_read(&result, error, reason, 7, text, len);
    assert_true((result != NULL) == (status == VOTA_OK));
    json_decref(result);
    return status;
}

static void a_request_is_exactly_this_text(void **state)
{
    (void)state;
    char text[200] = {0};
    struct vota_wr wr = vota_wr_of(text, sizeof text - 1);
    vota_jsonrpc_write(&wr, UINT64_MAX, "eth_chainId", (struct vota_slice){(const void *)"[]", 2});
    assert_string_equal(text, "{\"jsonrpc\":\"2.0\",\"id\":18446744073709551615,"
                              "\"method\":\"eth_chainId\",\"params\":[]}");
}

static void results_of_every_kind_are_results(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEAD "\"result\":null}", HEAD "\"result\":\"0x1\"}", HEAD "\"result\":{\"a\":[1,2.5]}}",
        " {\"result\":false,\"id\":7,\"jsonrpc\":\"2.0\"} \n",
        HEAD "\"result\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[ \\\" {{{{{{{{{{{{{{{{{{{{\"}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(read_text(texts[i], strlen(texts[i]), NULL, NULL), VOTA_OK);
}

static void what_is_no_answer_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        {"", "not-json"},
        {"<html><body>502 Bad Gateway</body></html>", "not-json"},
        {HEAD "\"result\":\"0x", "not-json"},
        {HEAD "\"result\":1}}", "not-json"},
        {HEAD "\"result\":1}" HEAD "\"result\":1}", "not-json"},
        {HEAD "\"result\":1,\"result\":2}", "not-json"},
        {HEAD "\"result\":{\"a\":1,\"a\":1}}", "not-json"},
        {HEAD "\"result\":\"\xff\"}", "not-json"},
        {HEAD "\"result\":\"\xed\xa0\x80\"}", "not-json"},
        {HEAD "\"result\":\"\\u0000\"}", "not-json"},
        {HEAD "\"result\":18446744073709551616}", "not-json"},
        {HEAD "\"result\":1e999}", "not-json"},
        {HEAD "\"result\":1,}", "not-json"},
        {"[" HEAD "\"result\":1}]", "not-object"},
        {"null", "not-json"},
        {"{\"id\":7,\"result\":1}", "not-2.0"},
        {"{\"jsonrpc\":\"1.0\",\"id\":7,\"result\":1}", "not-2.0"},
        {"{\"jsonrpc\":2.0,\"id\":7,\"result\":1}", "not-2.0"},
        {"{\"jsonrpc\":\"2.0\",\"result\":1}", "wrong-id"},
        {"{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":1}", "wrong-id"},
        {"{\"jsonrpc\":\"2.0\",\"id\":-7,\"result\":1}", "wrong-id"},
        {"{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"result\":1}", "wrong-id"},
        {"{\"jsonrpc\":\"2.0\",\"id\":7.0,\"result\":1}", "wrong-id"},
        {"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"x\"}}",
         "wrong-id"},
        {HEAD "\"result\":1,\"error\":{\"code\":1,\"message\":\"x\"}}", "both-result-and-error"},
        {HEAD "\"result\":null,\"error\":null}", "both-result-and-error"},
        {"{\"jsonrpc\":\"2.0\",\"id\":7}", "neither-result-nor-error"},
        {HEAD "\"error\":null}", "bad-error"},
        {HEAD "\"error\":\"nonce too low\"}", "bad-error"},
        {HEAD "\"error\":{\"message\":\"x\"}}", "bad-error"},
        {HEAD "\"error\":{\"code\":\"1\",\"message\":\"x\"}}", "bad-error"},
        {HEAD "\"error\":{\"code\":1}}", "bad-error"},
        {HEAD "\"result\":1,\"extra\":1}", "unknown-member"},
        {HEAD "\"result\":1,\"error\":{\"code\":3,\"message\":\"\\u0000\"}}", "not-json"},
        {HEAD "\"error\":{\"code\":3,\"mess\\u0000age\":\"x\"}}", "not-json"},
        {HEAD "\"result\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", "too-deep"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_rpc_error error;
        const char *reason = "none";
        const enum vota_status status =
            read_text(cases[i].text, strlen(cases[i].text), &error, &reason);
        if (status != VOTA_REMOTE || strcmp(reason, cases[i].reason) != 0)
            fail_msg("case %zu: %d %s, not %s", i, (int)status, reason, cases[i].reason);
    }
}

static void a_nul_byte_behind_the_answer_is_refused(void **state)
{
    (void)state;
    const char *reason;
    static const char text[] = HEAD "\"result\":1}\0";
    assert_int_equal(read_text(text, sizeof text - 1, NULL, &reason), VOTA_REMOTE);
    assert_int_equal(read_text(text, sizeof text - 2, NULL, &reason), VOTA_OK);
}

static void a_million_brackets_do_not_reach_the_parser(void **state)
{
    (void)state;
    const size_t len = 1000000;
    char *text = malloc(len);
    const char *reason = NULL;
    assert_non_null(text);
    memset(text, '[', len);
    assert_int_equal(read_text(text, len, NULL, &reason), VOTA_REMOTE);
    assert_string_equal(reason, "too-deep");
    free(text);
}

static void an_error_object_is_kept_with_its_revert_data(void **state)
{
    (void)state;
    struct vota_rpc_error error;
    const char *reason;
    static const char text[] =
        HEAD "\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":\"0x08C379a0ff\"}}";
    assert_int_equal(read_text(text, strlen(text), &error, &reason), VOTA_CONFLICT);
    assert_int_equal(error.code, 3);
    assert_string_equal(error.message, "execution reverted");
    assert_int_equal(error.data_len, 5);
    assert_memory_equal(error.data, "\x08\xc3\x79\xa0\xff", 5);
    static const char *const odd[] = {"\"0x1\"", "\"0xzz\"", "\"text\"", "{}",
                                      "null",    "17",       "\"\""};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        char other[200];
        (void)snprintf(other, sizeof other,
                       HEAD "\"error\":{\"code\":-32000,\"message\":\"m\",\"data\":%s}}", odd[i]);
        assert_int_equal(read_text(other, strlen(other), &error, &reason), VOTA_CONFLICT);
        assert_int_equal(error.data_len, 0);
    }
}

/* Anvil's words for a revert with arguments: the error's data decoded as text. */
static void an_error_may_hold_nul_where_a_result_may_not(void **state)
{
    (void)state;
    struct vota_rpc_error error;
    const char *reason;
    static const char text[] =
        HEAD "\"error\":{\"code\":3,\"message\":\"execution reverted: custom "
             "error 0x749d54b4: \\u0000\\u0002\",\"data\":\"0x749d54b4\"}}";
    assert_int_equal(read_text(text, strlen(text), &error, &reason), VOTA_CONFLICT);
    assert_string_equal(error.message, "execution reverted: custom error 0x749d54b4: ");
    assert_int_equal(error.data_len, 4);
}

static void a_long_or_dirty_message_is_cut_and_cleaned(void **state)
{
    (void)state;
    char text[1200];
    struct vota_rpc_error error;
    const char *reason;
    (void)snprintf(
        text, sizeof text,
        HEAD "\"error\":{\"code\":-32000,\"message\":\"a\\u001b[2J\\n\xed\x88\xac%0600d\"}}", 0);
    assert_int_equal(read_text(text, strlen(text), &error, &reason), VOTA_CONFLICT);
    assert_int_equal(strlen(error.message), VOTA_RPC_MESSAGE_MAX - 1);
    assert_memory_equal(error.message, "a?[2J????000", 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_exactly_this_text),
        cmocka_unit_test(results_of_every_kind_are_results),
        cmocka_unit_test(what_is_no_answer_is_named),
        cmocka_unit_test(a_nul_byte_behind_the_answer_is_refused),
        cmocka_unit_test(a_million_brackets_do_not_reach_the_parser),
        cmocka_unit_test(an_error_object_is_kept_with_its_revert_data),
        cmocka_unit_test(an_error_may_hold_nul_where_a_result_may_not),
        cmocka_unit_test(a_long_or_dirty_message_is_cut_and_cleaned),
    };
    return RUN_TESTS(tests);
}
