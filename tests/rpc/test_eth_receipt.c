/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts, places of transactions and logs: what belongs together, and what does not. */
#include "tests/rpc/script.h"

#define TX      "0x1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER   "0x2222222222222222222222222222222222222222222222222222222222222222"
#define BLOCK   "0x3333333333333333333333333333333333333333333333333333333333333333"
#define TOPIC   "0x4444444444444444444444444444444444444444444444444444444444444444"
#define ADDRESS "0x5555555555555555555555555555555555555555"

#define LOG_OF(address, topics, data, number, block, tx, index)                                    \
    "{\"address\":\"" address "\",\"topics\":[" topics "],\"data\":\"" data                        \
    "\",\"blockNumber\":\"" number "\",\"blockHash\":\"" block "\",\"transactionHash\":\"" tx      \
    "\",\"transactionIndex\":\"0x0\",\"logIndex\":\"" index "\",\"removed\":false}"
#define LOG LOG_OF(ADDRESS, "\"" TOPIC "\"", "0xabcd", "0x10", BLOCK, TX, "0x2")

#define RECEIPT_OF(tx, status, number, logs)                                                       \
    SCRIPT_RESULT("{\"transactionHash\":\"" tx "\",\"blockHash\":\"" BLOCK                         \
                  "\",\"blockNumber\":\"" number                                                   \
                  "\",\"transactionIndex\":\"0x1\",\"from\":\"" ADDRESS                            \
                  "\",\"to\":null,\"contractAddress\":null,\"cumulativeGasUsed\":\"0x5208\","      \
                  "\"gasUsed\":\"0x5208\",\"effectiveGasPrice\":\"0x7\",\"status\":" status        \
                  ",\"type\":\"0x2\",\"logsBloom\":\"0x00\",\"logs\":[" logs "]}")

static vota_hash hash_of(const char *text)
{
    vota_hash hash;
    test_hex(hash.bytes, 32, text);
    return hash;
}

static void a_receipt_is_read_with_its_logs(void **state)
{
    (void)state;
    static const struct script_step steps[] = {RECEIPT_OF(TX, "\"0x1\"", "0x10", LOG "," LOG),
                                               /* odd nodes pad; the value is what counts */
                                               RECEIPT_OF(TX, "\"0x00\"", "0x0010", "")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_tx_receipt receipt;
    const vota_hash tx = hash_of(TX);
    assert_int_equal(vota_eth_receipt(provider, &receipt, &tx, NULL), VOTA_OK);
    assert_true(receipt.succeeded && !receipt.created);
    assert_true(receipt.block_number == 16 && receipt.gas_used == 21000);
    assert_true(receipt.effective_gas_price == 7 && receipt.tx_index == 1);
    assert_int_equal(receipt.logs.count, 2);
    assert_int_equal(receipt.logs.items[1].topic_count, 1);
    assert_int_equal(receipt.logs.items[1].data.len, 2);
    assert_memory_equal(receipt.logs.items[1].data.at, "\xab\xcd", 2);
    vota_tx_receipt_done(&receipt);
    assert_int_equal(vota_eth_receipt(provider, &receipt, &tx, NULL), VOTA_OK);
    assert_false(receipt.succeeded);
    assert_true(receipt.block_number == 16 && receipt.logs.count == 0);
    vota_tx_receipt_done(&receipt);
}

static void a_receipt_that_is_not_there_is_no_verdict(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("null")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_tx_receipt receipt;
    const vota_hash tx = hash_of(TX);
    assert_int_equal(vota_eth_receipt(provider, &receipt, &tx, NULL), VOTA_NOT_FOUND);
}

static void receipts_that_do_not_belong_together_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct script_step step;
        const char *reason;
    } cases[] = {
        {RECEIPT_OF(OTHER, "\"0x1\"", "0x10", ""), "wrong-receipt"},
        {RECEIPT_OF(TX, "\"0x2\"", "0x10", ""), "bad-receipt"},
        {RECEIPT_OF(TX, "1", "0x10", ""), "bad-receipt"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x", ""), "bad-receipt"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x11", LOG), "log-of-another-block"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x10", LOG_OF(ADDRESS, "", "0x", "0x10", BLOCK, OTHER, "0x2")),
         "log-of-another-block"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x10", LOG_OF(ADDRESS, "", "0x", "0x10", OTHER, TX, "0x2")),
         "log-of-another-block"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x10", LOG_OF(ADDRESS, "", "0xa", "0x10", BLOCK, TX, "0x2")),
         "bad-logs"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x10", LOG_OF(ADDRESS, "", "0xzz", "0x10", BLOCK, TX, "0x2")),
         "bad-logs"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x10",
                    LOG_OF(ADDRESS, "\"0x1\"", "0x", "0x10", BLOCK, TX, "0x2")),
         "bad-logs"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x10",
                    LOG_OF(ADDRESS, "\"" TX "\",\"" TX "\",\"" TX "\",\"" TX "\",\"" TX "\"", "0x",
                           "0x10", BLOCK, TX, "0x2")),
         "bad-logs"},
        {RECEIPT_OF(TX, "\"0x1\"", "0x10", "7"), "bad-logs"},
        {SCRIPT_RESULT("[]"), "bad-receipt"},
        {SCRIPT_RESULT("{}"), "bad-receipt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script;
        struct vota_tx_receipt receipt = {.gas_used = 42};
        struct vota_error err = {0};
        const vota_hash tx = hash_of(TX);
        struct vota_provider *provider = script_init(&script, &cases[i].step, 1);
        assert_int_equal(vota_eth_receipt(provider, &receipt, &tx, &err), VOTA_REMOTE);
        if (strcmp(err.text, cases[i].reason) != 0)
            fail_msg("case %zu: %s, not %s", i, err.text, cases[i].reason);
        assert_true(receipt.gas_used == 42);
    }
}

static void a_transaction_is_in_the_pool_or_in_a_block(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("{\"hash\":\"" TX "\",\"blockHash\":null,\"blockNumber\":null}"),
        SCRIPT_RESULT("{\"hash\":\"" TX "\",\"blockHash\":\"" BLOCK "\",\"blockNumber\":\"0x9\"}"),
        SCRIPT_RESULT("null"), SCRIPT_RESULT("{\"hash\":\"" OTHER "\",\"blockHash\":null}"),
        SCRIPT_RESULT("{\"hash\":\"" TX "\",\"blockHash\":\"" BLOCK "\"}")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_tx_place place = {.mined = true};
    const vota_hash tx = hash_of(TX);
    const vota_hash block = hash_of(BLOCK);
    assert_int_equal(vota_eth_transaction(provider, &place, &tx, NULL), VOTA_OK);
    assert_false(place.mined);
    assert_int_equal(vota_eth_transaction(provider, &place, &tx, NULL), VOTA_OK);
    assert_true(place.mined && place.block_number == 9);
    assert_hash_equal(&place.block_hash, &block);
    assert_int_equal(vota_eth_transaction(provider, &place, &tx, NULL), VOTA_NOT_FOUND);
    assert_int_equal(vota_eth_transaction(provider, &place, &tx, NULL), VOTA_REMOTE);
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_LIE);
    assert_int_equal(vota_eth_transaction(provider, &place, &tx, NULL), VOTA_REMOTE);
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_MALFORMED);
}

static void the_data_of_a_transaction_is_appended(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("{\"hash\":\"" TX "\",\"input\":\"0x01ff\"}"),
        SCRIPT_RESULT("{\"hash\":\"" TX "\",\"input\":\"0x01ff00\"}"),
        SCRIPT_RESULT("{\"hash\":\"" TX "\",\"input\":\"0x1\"}"),
        SCRIPT_RESULT("{\"hash\":\"" TX "\"}"),
        SCRIPT_RESULT("{\"hash\":\"" OTHER "\",\"input\":\"0x01\"}"),
        SCRIPT_RESULT("null")};
    static const enum vota_status expected[] = {VOTA_OK,     VOTA_LIMIT,  VOTA_REMOTE,
                                                VOTA_REMOTE, VOTA_REMOTE, VOTA_NOT_FOUND};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    uint8_t bytes[4];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_hash tx = hash_of(TX);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(vota_eth_transaction_data(provider, &wr, &tx, NULL), expected[i]);
        assert_int_equal(wr.len, 2);
        assert_memory_equal(bytes, "\x01\xff", 2);
    }
}

/* ---- eth_getLogs ---- */

static struct vota_eth_filter range_filter(void)
{
    struct vota_eth_filter filter = {.from_block = 16, .to_block = 17};
    test_hex(filter.address.bytes, sizeof filter.address.bytes, ADDRESS);
    return filter;
}

static void logs_of_a_range_are_asked_for_and_read(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("[" LOG "," LOG_OF(ADDRESS, "", "0x", "0x11", OTHER, OTHER, "0x0") "]"),
        SCRIPT_RESULT("[]"), SCRIPT_RESULT("[" LOG "]")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_eth_logs logs = {0};
    struct vota_eth_filter filter = range_filter();
    assert_int_equal(vota_eth_logs(provider, &logs, &filter, NULL), VOTA_OK);
    assert_int_equal(logs.count, 2);
    assert_true(logs.items[1].block_number == 17 && logs.items[1].topic_count == 0);
    assert_non_null(strstr(script.request, "\"params\":[{\"address\":\"" ADDRESS
                                           "\",\"fromBlock\":\"0x10\",\"toBlock\":\"0x11\"}]"));
    vota_eth_logs_done(&logs);
    assert_int_equal(vota_eth_logs(provider, &logs, &filter, NULL), VOTA_OK);
    assert_int_equal(logs.count, 0);
    vota_eth_logs_done(&logs);

    const vota_hash block = hash_of(BLOCK);
    const vota_hash topic = hash_of(TOPIC);
    filter.block_hash = &block;
    filter.topic_count = 1;
    filter.topics[0] = &topic;
    assert_int_equal(vota_eth_logs(provider, &logs, &filter, NULL), VOTA_OK);
    assert_int_equal(logs.count, 1);
    assert_non_null(strstr(script.request,
                           "\"params\":[{\"address\":\"" ADDRESS "\",\"blockHash\":\"" BLOCK
                           "\",\"topics\":[\"" TOPIC "\"]}]"));
    vota_eth_logs_done(&logs);
}

static void logs_that_were_not_asked_for_are_a_lie(void **state)
{
    (void)state;
    static const struct script_step cases[] = {
        SCRIPT_RESULT("[" LOG_OF("0x6666666666666666666666666666666666666666", "", "0x", "0x10",
                                 BLOCK, TX, "0x2") "]"),
        SCRIPT_RESULT("[" LOG_OF(ADDRESS, "", "0x", "0xf", BLOCK, TX, "0x2") "]"),
        SCRIPT_RESULT("[" LOG_OF(ADDRESS, "", "0x", "0x12", BLOCK, TX, "0x2") "]"),
        /* twice the same, and out of order */
        SCRIPT_RESULT("[" LOG "," LOG "]"),
        SCRIPT_RESULT("[" LOG_OF(ADDRESS, "", "0x", "0x11", BLOCK, TX, "0x0") "," LOG "]"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script;
        struct vota_eth_logs logs = {0};
        const struct vota_eth_filter filter = range_filter();
        struct vota_provider *provider = script_init(&script, &cases[i], 1);
        assert_int_equal(vota_eth_logs(provider, &logs, &filter, NULL), VOTA_REMOTE);
        assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_LIE);
        assert_null(logs.items);
    }
}

static void another_block_or_topic_than_the_filter_names_is_a_lie(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("[" LOG "]"),
                                               SCRIPT_RESULT("[" LOG "]")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_eth_logs logs = {0};
    struct vota_eth_filter filter = range_filter();
    const vota_hash other = hash_of(OTHER);
    filter.block_hash = &other;
    assert_int_equal(vota_eth_logs(provider, &logs, &filter, NULL), VOTA_REMOTE);
    filter = range_filter();
    filter.topic_count = 1;
    filter.topics[0] = &other;
    assert_int_equal(vota_eth_logs(provider, &logs, &filter, NULL), VOTA_REMOTE);
}

static void a_removed_log_is_refused(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("[{\"removed\":true,\"data\":\"0x\"}]")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_eth_logs logs = {0};
    struct vota_error err = {0};
    const struct vota_eth_filter filter = range_filter();
    assert_int_equal(vota_eth_logs(provider, &logs, &filter, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "removed-log");
}

static void a_range_that_is_refused_is_a_limit(void **state)
{
    (void)state;
    static const struct script_step cases[] = {
        SCRIPT_ERROR(-32005, "query returned more than 10000 results"),
        SCRIPT_ERROR(-32602, "Log response size exceeded."),
        SCRIPT_ERROR(-32614, "eth_getLogs is limited to a 10,000 range"),
        SCRIPT_FAULT(VOTA_TRANSPORT_TOO_LARGE),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script;
        struct vota_eth_logs logs = {0};
        const struct vota_eth_filter filter = range_filter();
        struct vota_provider *provider = script_init(&script, &cases[i], 1);
        assert_int_equal(vota_eth_logs(provider, &logs, &filter, NULL), VOTA_LIMIT);
        assert_int_equal(script.next, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_is_read_with_its_logs),
        cmocka_unit_test(a_receipt_that_is_not_there_is_no_verdict),
        cmocka_unit_test(receipts_that_do_not_belong_together_are_refused),
        cmocka_unit_test(a_transaction_is_in_the_pool_or_in_a_block),
        cmocka_unit_test(the_data_of_a_transaction_is_appended),
        cmocka_unit_test(logs_of_a_range_are_asked_for_and_read),
        cmocka_unit_test(logs_that_were_not_asked_for_are_a_lie),
        cmocka_unit_test(another_block_or_topic_than_the_filter_names_is_a_lie),
        cmocka_unit_test(a_removed_log_is_refused),
        cmocka_unit_test(a_range_that_is_refused_is_a_limit),
    };
    return RUN_TESTS(tests);
}
