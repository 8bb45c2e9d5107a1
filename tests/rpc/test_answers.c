/* SPDX-License-Identifier: Apache-2.0 */
/* What nodes of four makes say, and what we do about it. */
#include "rpc/answers.h"
#include "tests/test.h"

static struct vota_rpc_failure error_of(int64_t code, const char *message)
{
    struct vota_rpc_failure failure = {.fault = VOTA_RPC_FAULT_ERROR, .error = {.code = code}};
    assert_true(strlen(message) < sizeof failure.error.message);
    memcpy(failure.error.message, message, strlen(message) + 1);
    return failure;
}

static void answers_to_a_send_are_classed(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        enum vota_send_answer answer;
    } cases[] = {
        {"already known", VOTA_SEND_KNOWN},
        {"Known transaction", VOTA_SEND_KNOWN},
        {"AlreadyKnown", VOTA_SEND_KNOWN},
        {"transaction already imported", VOTA_SEND_KNOWN},
        {"nonce too low: next nonce 9, tx nonce 8", VOTA_SEND_NONCE_USED},
        {"Nonce too low", VOTA_SEND_NONCE_USED},
        {"OldNonce, Current nonce: 4, nonce of rejected tx: 3", VOTA_SEND_NONCE_USED},
        {"OwnNonceAlreadyUsed", VOTA_SEND_NONCE_USED},
        {"replacement transaction underpriced", VOTA_SEND_REPLACE},
        {"Replacement transaction underpriced", VOTA_SEND_REPLACE},
        {"ReplacementNotAllowed", VOTA_SEND_REPLACE},
        {"transaction underpriced: gas tip cap 1, minimum needed 100", VOTA_SEND_UNDERPRICED},
        {"transaction gas price below minimum: gas tip cap 1, minimum needed 2",
         VOTA_SEND_UNDERPRICED},
        {"max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1, baseFee: 7",
         VOTA_SEND_UNDERPRICED},
        {"FeeTooLow, MaxFeePerGas too low", VOTA_SEND_UNDERPRICED},
        {"insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1",
         VOTA_SEND_FUNDS},
        {"Insufficient funds for gas * price + value", VOTA_SEND_FUNDS},
        {"Upfront cost exceeds account balance", VOTA_SEND_FUNDS},
        {"tx fee (2.00 ether) exceeds the configured cap (1.00 ether)", VOTA_SEND_NODE_CAP},
        {"Transaction fee cap exceeded", VOTA_SEND_NODE_CAP},
        {"txpool is full", VOTA_SEND_POOL},
        {"account limit exceeded", VOTA_SEND_POOL},
        {"in-flight transaction limit reached for delegated accounts", VOTA_SEND_POOL},
        {"future transaction tries to replace pending", VOTA_SEND_POOL},
        {"authority already reserved", VOTA_SEND_POOL},
        {"address already reserved", VOTA_SEND_TYPE_CLASH},
        {"nonce too high", VOTA_SEND_GAP},
        {"nonce too high: tx nonce 9, gapped nonce 7", VOTA_SEND_GAP},
        {"NonceGap, Future nonce. Expected nonce: 7", VOTA_SEND_GAP},
        {"gapped-nonce tx from delegated accounts", VOTA_SEND_GAP},
        {"intrinsic gas too low: gas 20999, minimum needed 21000", VOTA_SEND_FATAL},
        {"insufficient gas for floor data gas cost: gas 1, minimum needed 2", VOTA_SEND_FATAL},
        {"transaction gas limit too high (cap: 16777216, tx: 20000000)", VOTA_SEND_FATAL},
        {"exceeds block gas limit", VOTA_SEND_FATAL},
        {"invalid sender", VOTA_SEND_FATAL},
        {"invalid chain id for signer: have 1 want 560048", VOTA_SEND_FATAL},
        {"max priority fee per gas higher than max fee per gas", VOTA_SEND_FATAL},
        {"oversized data", VOTA_SEND_FATAL},
        {"sender not an eoa", VOTA_SEND_FATAL},
        {"rlp: value size exceeds available input length", VOTA_SEND_FATAL},
        {"transaction type not supported", VOTA_SEND_FATAL},
        {"the moon is full", VOTA_SEND_UNKNOWN},
        {"", VOTA_SEND_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_rpc_failure failure = error_of(-32000, cases[i].message);
        if (vota_answers_send(&failure) != cases[i].answer)
            fail_msg("%s is %s", cases[i].message,
                     vota_answers_send_name(vota_answers_send(&failure)));
    }
}

static void no_answer_to_a_send_is_never_a_refusal(void **state)
{
    (void)state;
    static const enum vota_rpc_fault faults[] = {VOTA_RPC_FAULT_TRANSPORT, VOTA_RPC_FAULT_MALFORMED,
                                                 VOTA_RPC_FAULT_LIE};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct vota_rpc_failure failure = error_of(0, "nonce too low");
        failure.fault = faults[i];
        assert_int_equal(vota_answers_send(&failure), VOTA_SEND_TRANSPORT);
    }
}

static void errors_have_retry_classes(void **state)
{
    (void)state;
    static const struct {
        int64_t code;
        const char *message;
        enum vota_retry retry;
    } cases[] = {
        {-32603, "internal error", VOTA_RETRY_NOW},
        {-32002, "request timed out", VOTA_RETRY_NOW},
        {4444, "pruned history unavailable", VOTA_RETRY_NOW},
        {-32000, "header not found", VOTA_RETRY_NOW},
        {-32000, "missing trie node 5f", VOTA_RETRY_NOW},
        {-32000, "finalized block not found", VOTA_RETRY_NOW},
        {-32000, "transaction indexing is in progress", VOTA_RETRY_NOW},
        {-32005, "daily request count exceeded, request rate limited", VOTA_RETRY_LATER},
        {-32000, "Too Many Requests", VOTA_RETRY_LATER},
        {429, "slow down", VOTA_RETRY_LATER},
        {-32600, "invalid request", VOTA_RETRY_NEVER},
        {-32601, "the method debug_getRawHeader does not exist", VOTA_RETRY_NEVER},
        {-32602, "invalid argument 1", VOTA_RETRY_NEVER},
        {-32005, "query returned more than 10000 results", VOTA_RETRY_NEVER},
        {3, "execution reverted", VOTA_RETRY_SEMANTIC},
        {-32603, "execution reverted: paused", VOTA_RETRY_SEMANTIC},
        {-32000, "insufficient funds for transfer", VOTA_RETRY_SEMANTIC},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_rpc_failure failure = error_of(cases[i].code, cases[i].message);
        if (vota_answers_retry(&failure) != cases[i].retry)
            fail_msg("%s is %s", cases[i].message,
                     vota_answers_retry_name(vota_answers_retry(&failure)));
    }
}

static void transport_faults_have_retry_classes(void **state)
{
    (void)state;
    static const struct {
        enum vota_transport_fault fault;
        unsigned http_status;
        enum vota_retry retry;
    } cases[] = {
        {VOTA_TRANSPORT_TIMEOUT, 0, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_DNS, 0, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_CLOSED, 200, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_TOO_LARGE, 200, VOTA_RETRY_NEVER},
        {VOTA_TRANSPORT_HTTP, 500, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_HTTP, 502, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_HTTP, 503, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_HTTP, 504, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_HTTP, 301, VOTA_RETRY_NOW},
        {VOTA_TRANSPORT_HTTP, 408, VOTA_RETRY_LATER},
        {VOTA_TRANSPORT_HTTP, 429, VOTA_RETRY_LATER},
        {VOTA_TRANSPORT_HTTP, 403, VOTA_RETRY_LATER},
        {VOTA_TRANSPORT_HTTP, 401, VOTA_RETRY_NEVER},
        {VOTA_TRANSPORT_HTTP, 404, VOTA_RETRY_NEVER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_rpc_failure failure = {.fault = VOTA_RPC_FAULT_TRANSPORT,
                                                 .transport = cases[i].fault,
                                                 .http_status = cases[i].http_status};
        if (vota_answers_retry(&failure) != cases[i].retry)
            fail_msg("HTTP %u is %s", cases[i].http_status,
                     vota_answers_retry_name(vota_answers_retry(&failure)));
    }
    const struct vota_rpc_failure malformed = {.fault = VOTA_RPC_FAULT_MALFORMED};
    assert_int_equal(vota_answers_retry(&malformed), VOTA_RETRY_NOW);
}

static void reverts_missing_blocks_and_refused_ranges_are_recognised(void **state)
{
    (void)state;
    struct vota_rpc_failure failure = error_of(3, "execution reverted");
    assert_true(vota_answers_is_revert(&failure));
    failure = error_of(-32000, "VM Exception while processing transaction: revert");
    assert_true(vota_answers_is_revert(&failure));
    failure = error_of(-32000, "insufficient funds");
    assert_false(vota_answers_is_revert(&failure));
    failure = error_of(-39001, "Unknown block");
    assert_true(vota_answers_is_no_block(&failure));
    failure = error_of(-32000, "header not found");
    assert_false(vota_answers_is_no_block(&failure));
    static const char *const refused[] = {"query returned more than 10000 results",
                                          "Log response size exceeded. You can make requests",
                                          "eth_getLogs is limited to a 10,000 range",
                                          "block range too wide", "too many results"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        failure = error_of(-32005, refused[i]);
        assert_true(vota_answers_is_too_many_logs(&failure));
    }
    failure = error_of(-32005, "too many requests");
    assert_false(vota_answers_is_too_many_logs(&failure));
    const struct vota_rpc_failure large = {.fault = VOTA_RPC_FAULT_TRANSPORT,
                                           .transport = VOTA_TRANSPORT_TOO_LARGE};
    assert_true(vota_answers_is_too_many_logs(&large));
}

static void a_description_leaves_urls_out(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        const char *text;
    } cases[] = {
        {"see https://node.example/v3/0123key for limits", "error -32005: see (URL) for limits"},
        {"  https://a", "error -32005:   (URL)"},
        {"plain words ", "error -32005: plain words "},
        {"a:/b ://", "error -32005: a:/b (URL)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[300] = {0};
        struct vota_wr wr = vota_wr_of(text, sizeof text - 1);
        const struct vota_rpc_failure failure = error_of(-32005, cases[i].message);
        vota_answers_describe(&wr, &failure);
        assert_string_equal(text, cases[i].text);
    }
}

static void every_fault_describes_itself(void **state)
{
    (void)state;
    static const struct {
        struct vota_rpc_failure failure;
        const char *text;
    } cases[] = {
        {{.fault = VOTA_RPC_FAULT_NONE}, "none"},
        {{.fault = VOTA_RPC_FAULT_TRANSPORT, .transport = VOTA_TRANSPORT_TIMEOUT}, "timeout"},
        {{.fault = VOTA_RPC_FAULT_TRANSPORT, .transport = VOTA_TRANSPORT_HTTP, .http_status = 429},
         "http-status HTTP 429"},
        {{.fault = VOTA_RPC_FAULT_MALFORMED, .reason = "wrong-id"}, "malformed: wrong-id"},
        {{.fault = VOTA_RPC_FAULT_LIE, .reason = "header-hash-differs"},
         "untrue: header-hash-differs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100] = {0};
        struct vota_wr wr = vota_wr_of(text, sizeof text - 1);
        vota_answers_describe(&wr, &cases[i].failure);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_to_a_send_are_classed),
        cmocka_unit_test(no_answer_to_a_send_is_never_a_refusal),
        cmocka_unit_test(errors_have_retry_classes),
        cmocka_unit_test(transport_faults_have_retry_classes),
        cmocka_unit_test(reverts_missing_blocks_and_refused_ranges_are_recognised),
        cmocka_unit_test(a_description_leaves_urls_out),
        cmocka_unit_test(every_fault_describes_itself),
    };
    return RUN_TESTS(tests);
}
