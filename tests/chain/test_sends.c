/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of eth_sendRawTransaction: what the client hears, and whether the node has it after all.
 */
#include "tests/chain/provider.h"
#include "tests/chain/sent.h"

static struct chain_provider line;

static enum vota_send_answer give(const struct sent *sent)
{
    enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
    const struct vota_slice raw = {sent->raw, sent->len};
    assert_int_equal(vota_eth_send_raw(&line.provider, &answer, raw, NULL), VOTA_OK);
    return answer;
}

static const struct send_case {
    enum chain_fault fault; /* CHAIN_FAULTS: none */
    enum vota_send_answer answer;
    bool is_held; /* by the node's pool */
} cases[] = {
    {CHAIN_FAULT_TIMEOUT, VOTA_SEND_TRANSPORT, false},
    {CHAIN_FAULT_DNS, VOTA_SEND_TRANSPORT, false},
    {CHAIN_FAULT_CONNECT, VOTA_SEND_TRANSPORT, false},
    {CHAIN_FAULT_TLS, VOTA_SEND_TRANSPORT, false},
    {CHAIN_FAULT_HTTP, VOTA_SEND_TRANSPORT, false},
    {CHAIN_FAULT_RATE_LIMIT, VOTA_SEND_TRANSPORT, false},
    {CHAIN_FAULT_ANSWER_LOST, VOTA_SEND_TRANSPORT, true},
    {CHAIN_FAULT_CLOSED, VOTA_SEND_TRANSPORT, true},
    {CHAIN_FAULT_BAD_GATEWAY_LATE, VOTA_SEND_TRANSPORT, true},
    {CHAIN_FAULT_TRUNCATED, VOTA_SEND_TRANSPORT, true},
    {CHAIN_FAULT_HTML, VOTA_SEND_TRANSPORT, true},
    {CHAIN_FAULT_WRONG_ID, VOTA_SEND_TRANSPORT, true},
    {CHAIN_FAULT_NULL, VOTA_SEND_WRONG_HASH, true},
    {CHAIN_FAULT_OTHER_HASH, VOTA_SEND_WRONG_HASH, true},
    {CHAIN_FAULT_DROP, VOTA_SEND_ACCEPTED, false},
    {CHAIN_FAULT_KNOWN, VOTA_SEND_KNOWN, false},
    {CHAIN_FAULT_NONCE_LOW, VOTA_SEND_NONCE_USED, false},
    {CHAIN_FAULT_POOL_FULL, VOTA_SEND_POOL, false},
    {CHAIN_FAULT_FEE_CAP, VOTA_SEND_NODE_CAP, false},
    {CHAIN_FAULTS, VOTA_SEND_ACCEPTED, true},
};

static void test_sends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct chain *chain = chain_new(i);
        const struct vota_tx tx = sent_transfer(chain, 0, CHAIN_GWEI, 9ull * CHAIN_GWEI);
        const struct sent sent = sent_sign(&tx);
        (void)chain_provider_init(&line, chain, 0);
        if (cases[i].fault < CHAIN_FAULTS)
            chain_fault_next(chain, 0, cases[i].fault, 1);
        const enum vota_send_answer answer = give(&sent);
        if (answer != cases[i].answer || chain_holds(chain, 0, &sent.hash) != cases[i].is_held)
            fail_msg("send case %zu: %s", i, vota_answers_send_name(answer));
        const enum vota_send_answer again = give(&sent); /* the fault has passed */
        assert_int_equal(again, cases[i].is_held ? VOTA_SEND_KNOWN : VOTA_SEND_ACCEPTED);
        chain_free(chain);
    }
}

/* geth's local tracker: what is refused for now is answered as if it were taken. */
static void test_the_local_tracker(void **state)
{
    (void)state;
    struct chain *chain = chain_new(1);
    const struct vota_tx dear = sent_transfer(chain, 0, 20ull * CHAIN_GWEI, 40ull * CHAIN_GWEI);
    const struct vota_tx cheap = sent_transfer(chain, 0, 10ull * CHAIN_GWEI, 20ull * CHAIN_GWEI);
    const struct sent first = sent_sign(&dear);
    const struct sent second = sent_sign(&cheap);
    (void)chain_provider_init(&line, chain, 0);
    assert_int_equal(give(&first), VOTA_SEND_ACCEPTED);
    assert_int_equal(give(&second), VOTA_SEND_REPLACE);
    chain_fault_next(chain, 0, CHAIN_FAULT_TRACKER, 1);
    assert_int_equal(give(&second), VOTA_SEND_ACCEPTED);
    assert_false(chain_holds(chain, 0, &second.hash));
    chain_free(chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sends),
        cmocka_unit_test(test_the_local_tracker),
    };
    return RUN_TESTS(tests);
}
