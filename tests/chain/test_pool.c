/* SPDX-License-Identifier: Apache-2.0 */
/* The pools of the scripted chain: geth's rules and words, as the production client hears them. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/chain/provider.h"
#include "tests/chain/sent.h"

#define GWEI    ((uint64_t)CHAIN_GWEI)
#define TEN_ETH 10000000000000000000u

static struct chain_provider lines[CHAIN_NODES];

static enum vota_send_answer give(struct chain *chain, unsigned node, const struct sent *sent)
{
    enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
    struct vota_provider *provider = chain_provider_init(&lines[node], chain, node);
    const struct vota_slice raw = {sent->raw, sent->len};
    assert_int_equal(vota_eth_send_raw(provider, &answer, raw, NULL), VOTA_OK);
    return answer;
}

static enum vota_send_answer give_new(struct chain *chain, uint64_t nonce, uint64_t tip,
                                      uint64_t fee)
{
    const struct vota_tx tx = sent_transfer(chain, nonce, tip, fee);
    const struct sent sent = sent_sign(&tx);
    return give(chain, 0, &sent);
}

static const char *words(void)
{
    return lines[0].provider.failure.error.message;
}

/* ---- what is taken ---- */

static void test_replacement_needs_a_tenth_of_both(void **state)
{
    (void)state;
    static const struct {
        uint64_t tip, fee; /* in thousandths of what is there */
        enum vota_send_answer answer;
    } cases[] = {{1000, 2000, VOTA_SEND_REPLACE}, {2000, 1000, VOTA_SEND_REPLACE},
                 {1099, 1100, VOTA_SEND_REPLACE}, {1100, 1099, VOTA_SEND_REPLACE},
                 {900, 900, VOTA_SEND_REPLACE},   {1100, 1100, VOTA_SEND_ACCEPTED},
                 {1125, 1125, VOTA_SEND_ACCEPTED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct chain *chain = chain_new(i);
        assert_int_equal(give_new(chain, 0, GWEI, 5 * GWEI), VOTA_SEND_ACCEPTED);
        assert_int_equal(
            give_new(chain, 0, GWEI / 1000 * cases[i].tip, 5 * GWEI / 1000 * cases[i].fee),
            cases[i].answer);
        if (cases[i].answer == VOTA_SEND_REPLACE)
            assert_string_equal(words(), "replacement transaction underpriced");
        chain_free(chain);
    }
}

static void test_refusals_and_their_words(void **state)
{
    (void)state;
    struct chain *chain = chain_new(1);
    const struct vota_tx first = sent_transfer(chain, 0, GWEI, 5 * GWEI);
    const struct sent sent = sent_sign(&first);
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_ACCEPTED);
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_KNOWN);
    assert_string_equal(words(), "already known");
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &sent.hash).succeeded);
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_NONCE_USED);
    assert_string_equal(words(), "nonce too low: next nonce 1, tx nonce 0");
    struct vota_tx low = sent_transfer(chain, 1, GWEI, 5 * GWEI);
    low.gas_limit = 20999;
    const struct sent cheap = sent_sign(&low);
    assert_int_equal(give(chain, 0, &cheap), VOTA_SEND_FATAL);
    assert_string_equal(words(), "intrinsic gas too low: gas 20999, minimum needed 21000");
    low = sent_transfer(chain, 1, GWEI, 5 * GWEI);
    low.value = vota_u256_of(TEN_ETH);
    const struct sent dear = sent_sign(&low);
    assert_int_equal(give(chain, 0, &dear), VOTA_SEND_FUNDS);
    assert_non_null(strstr(words(), "insufficient funds for gas * price + value: balance 9"));
    low = sent_transfer(chain, 1, GWEI, 5 * GWEI);
    low.chain_id = 1;
    const struct sent other = sent_sign(&low);
    assert_int_equal(give(chain, 0, &other), VOTA_SEND_FATAL);
    chain_free(chain);
}

static void test_a_gap_waits(void **state)
{
    (void)state;
    struct chain *chain = chain_new(2);
    const struct vota_tx ahead = sent_transfer(chain, 1, GWEI, 5 * GWEI);
    const struct sent sent = sent_sign(&ahead);
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_ACCEPTED);
    chain_mine(chain, 2);
    assert_false(chain_find(chain, &sent.hash).mined);
    assert_int_equal(give_new(chain, 0, GWEI, 5 * GWEI), VOTA_SEND_ACCEPTED);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &sent.hash).mined);
    chain_free(chain);
}

static void test_below_the_base_fee_waits(void **state)
{
    (void)state;
    struct chain *chain = chain_new(3);
    const struct vota_tx low = sent_transfer(chain, 0, 1, GWEI / 2);
    const struct sent sent = sent_sign(&low);
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_ACCEPTED);
    chain_mine(chain, 3);
    assert_true(chain_holds(chain, 0, &sent.hash));
    assert_false(chain_find(chain, &sent.hash).mined);
    chain_set_demand(chain, 0);
    chain_mine(chain, 8);
    assert_true(chain_find(chain, &sent.hash).mined);
    assert_false(chain_holds(chain, 0, &sent.hash));
    chain_free(chain);
}

/* In a full block only who tips as others do is taken. */
static void test_full_blocks_go_by_tip(void **state)
{
    (void)state;
    struct chain *chain = chain_new(4);
    const struct vota_tx low = sent_transfer(chain, 0, GWEI / 2, 50 * GWEI);
    const struct vota_tx high = sent_transfer(chain, 0, GWEI, 100 * GWEI);
    const struct sent sent = sent_sign(&low);
    const struct sent better = sent_sign(&high);
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_ACCEPTED);
    chain_storm(chain, 4);
    chain_mine(chain, 2);
    assert_false(chain_find(chain, &sent.hash).mined);
    assert_int_equal(give(chain, 0, &better), VOTA_SEND_ACCEPTED);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &better.hash).mined);
    chain_free(chain);
}

/* ---- between nodes ---- */

static void test_pools_are_passed_on(void **state)
{
    (void)state;
    struct chain *chain = chain_new(5);
    const struct vota_tx tx = sent_transfer(chain, 0, GWEI, GWEI / 2 * 3);
    const struct sent sent = sent_sign(&tx);
    chain_node_isolate(chain, 1, true);
    assert_int_equal(give(chain, 1, &sent), VOTA_SEND_ACCEPTED);
    chain_mine(chain, 1);
    assert_false(chain_find(chain, &sent.hash).mined || chain_holds(chain, 0, &sent.hash));
    chain_node_isolate(chain, 1, false);
    chain_skip(chain, 1);
    assert_true(chain_holds(chain, 0, &sent.hash));
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_KNOWN);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &sent.hash).mined);
    chain_free(chain);
}

static void test_an_older_attempt_can_win(void **state)
{
    (void)state;
    struct chain *chain = chain_new(6);
    const struct vota_tx low = sent_transfer(chain, 0, GWEI, 5 * GWEI);
    const struct vota_tx high = sent_transfer(chain, 0, 2 * GWEI, 10 * GWEI);
    const struct sent first = sent_sign(&low);
    const struct sent second = sent_sign(&high);
    vota_hash seen[2];
    const vota_addr sender = chain_address(CHAIN_ANCHORER);
    assert_int_equal(give(chain, 0, &first), VOTA_SEND_ACCEPTED);
    assert_int_equal(give(chain, 0, &second), VOTA_SEND_ACCEPTED);
    assert_false(chain_holds(chain, 0, &first.hash));
    chain_prefer(chain, &first.hash);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &first.hash).mined);
    assert_false(chain_find(chain, &second.hash).mined || chain_holds(chain, 0, &second.hash));
    assert_int_equal(chain_seen(chain, &sender, seen, 2), 2);
    assert_hash_equal(&seen[0], &first.hash);
    chain_free(chain);
}

static void test_somebody_else_with_the_key(void **state)
{
    (void)state;
    struct chain *chain = chain_new(7);
    const struct vota_tx ours = sent_transfer(chain, 0, 2 * GWEI, 50 * GWEI);
    const struct sent sent = sent_sign(&ours);
    const vota_hash root = {{1}};
    assert_int_equal(give(chain, 0, &sent), VOTA_SEND_ACCEPTED);
    const vota_hash theirs = chain_send_anchor(chain, CHAIN_ANCHORER, &root, 1);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &theirs).succeeded);
    assert_false(chain_find(chain, &sent.hash).mined);
    chain_free(chain);
}

static void test_dropped_by_request(void **state)
{
    (void)state;
    struct chain *chain = chain_new(8);
    const struct vota_tx tx = sent_transfer(chain, 0, GWEI, 5 * GWEI);
    const struct sent sent = sent_sign(&tx);
    assert_int_equal(give(chain, 2, &sent), VOTA_SEND_ACCEPTED);
    chain_skip(chain, 1);
    chain_drop(chain, CHAIN_ALL_NODES, &sent.hash);
    chain_mine(chain, 2);
    const struct chain_place place = chain_find(chain, &sent.hash);
    assert_true(place.seen && !place.mined);
    assert_int_equal(give(chain, 2, &sent), VOTA_SEND_ACCEPTED);
    chain_free(chain);
}

/* ---- killed while sending ---- */

/* Sends for ever; `ready` is written to once. */
static void send_for_ever(struct chain *chain, int ready)
{
    for (uint64_t i = 0;; i++) {
        const struct vota_tx tx =
            sent_transfer(chain, i % 60, GWEI + i * GWEI / 4, 50 * GWEI + i * GWEI);
        const struct sent sent = sent_sign(&tx);
        (void)give(chain, (unsigned)(i % CHAIN_NODES), &sent);
        if (i == 0 && write(ready, "x", 1) != 1)
            _exit(1);
    }
}

static void test_survives_a_kill(void **state)
{
    (void)state;
    struct chain *chain = chain_new(9);
    const vota_addr sender = chain_address(CHAIN_ANCHORER);
    for (unsigned round = 0; round < 10; round++) {
        int ends[2];
        char byte;
        int status = 0;
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            send_for_ever(chain, ends[1]);
        assert_int_equal(read(ends[0], &byte, 1), 1);
        (void)usleep(3000 + 700 * round);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        (void)close(ends[0]);
        (void)close(ends[1]);
        const uint64_t before = chain_nonce(chain, &sender);
        chain_mine(chain, 2);
        assert_true(chain_nonce(chain, &sender) > before || before > 0);
    }
    assert_true(chain_nonce(chain, &sender) > 0);
    chain_free(chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replacement_needs_a_tenth_of_both),
        cmocka_unit_test(test_refusals_and_their_words),
        cmocka_unit_test(test_a_gap_waits),
        cmocka_unit_test(test_below_the_base_fee_waits),
        cmocka_unit_test(test_full_blocks_go_by_tip),
        cmocka_unit_test(test_pools_are_passed_on),
        cmocka_unit_test(test_an_older_attempt_can_win),
        cmocka_unit_test(test_somebody_else_with_the_key),
        cmocka_unit_test(test_dropped_by_request),
        cmocka_unit_test(test_survives_a_kill),
    };
    return RUN_TESTS(tests);
}
