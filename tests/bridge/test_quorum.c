/* SPDX-License-Identifier: Apache-2.0 */
/*
 * k of n providers that are late, wrong or lie: what is agreed on is what the
 * chain is, or nothing. Over the scripted chain, whose headers and tries are real.
 */
#include "tests/bridge/quorum_fixture.h"

/* ---- agreement ---- */

static void healthy_providers_agree(void **state)
{
    (void)state;
    static const size_t majority[] = {0, 1, 2, 2, 3};
    for (size_t n = 1; n <= 4; n++) {
        struct meeting *meeting = meeting_of(n, 0);
        assert_int_equal(meeting->quorum.k, majority[n]);
        assert_int_equal(vota_quorum_is_one_word(&meeting->quorum), n == 1);
        for (unsigned i = 0; i < 40; i++) {
            assert_int_equal(slot(meeting), VOTA_OK);
            assert_agreed(meeting, 0);
            assert_int_equal(meeting->quorum.latest_voices, n);
            assert_int_equal(meeting->quorum.latest_is_child, i > 0);
        }
        assert_int_equal(vota_quorum_healthy(&meeting->quorum), n);
        assert_int_equal(meeting->quorum.final.number, chain_final(meeting->chain));
        assert_int_equal(meeting->quorum.accepted.number, chain_final(meeting->chain));
        meeting_end(meeting);
    }
}

/* Node 1, and what it does for how long; with how many others is it noticed and harmless? */
struct fault_case {
    enum chain_fault fault;
    uint32_t amount;
    uint32_t methods;
    unsigned slots;
    const char *reason; /* of the provider afterwards; "" when it is no fault to speak of */
};

#define BLOCKS (1u << CHAIN_BLOCK)

static const struct fault_case fault_cases[] = {
    {CHAIN_FAULT_TIMEOUT, 0, 0, 6, "timeout"},
    {CHAIN_FAULT_ANSWER_LOST, 0, 0, 6, "timeout"},
    {CHAIN_FAULT_CLOSED, 0, 0, 6, "cut-off"},
    {CHAIN_FAULT_DNS, 0, 0, 6, "name-not-found"},
    {CHAIN_FAULT_CONNECT, 0, 0, 6, "no-connection"},
    {CHAIN_FAULT_TLS, 0, 0, 6, "tls"},
    {CHAIN_FAULT_TOO_LARGE, 0, 0, 6, "too-large"},
    {CHAIN_FAULT_HTTP, 500, 0, 6, "http-status"},
    {CHAIN_FAULT_HTTP, 503, 0, 6, "http-status"},
    {CHAIN_FAULT_HTTP, 401, 0, 1, "refused-key"},
    {CHAIN_FAULT_RATE_LIMIT, 0, 0, 1, "rate-limited"},
    {CHAIN_FAULT_RATE_LIMIT, 30, 0, 1, "rate-limited"},
    {CHAIN_FAULT_LIMIT_ERROR, 0, 0, 1, "rate-limited"},
    {CHAIN_FAULT_TRUNCATED, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_HTML, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_EMPTY, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_WRONG_ID, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_TEXT_ID, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_BOTH, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_NEITHER, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_NULL, 0, 0, 3, ""},
    {CHAIN_FAULT_DUPLICATE_KEY, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_DEEP, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_NOT_UTF8, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_BATCH, 0, 0, 6, "malformed"},
    {CHAIN_FAULT_INTERNAL, 0, 0, 6, "provider-error"},
    {CHAIN_FAULT_HEADER, 0, 0, 1, "lying"},
    {CHAIN_FAULT_STALE, 3, 0, 9, ""},
    {CHAIN_FAULT_STALE, 40, 0, 9, "lagging"},
    {CHAIN_FAULT_HEAD_BACK, 2, BLOCKS, 9, ""},
    {CHAIN_FAULT_NO_FINAL, 0, 0, 9, ""},
};

/* The fault acts at node 1 of n: the others go on, and say of it what it is. */
static void one_bad_provider(const struct fault_case *c, size_t n, size_t k)
{
    struct meeting *meeting = meeting_of(n, k);
    const bool enough = n > meeting->quorum.k;
    chain_node_raw_header(meeting->chain, 1, false); /* a lie would be seen through by it */
    assert_int_equal(look(meeting), VOTA_OK);
    chain_set_fault(
        meeting->chain, 1, c->fault,
        (struct chain_rule){.calls = CHAIN_ALWAYS, .amount = c->amount, .methods = c->methods});
    for (unsigned i = 0; i < c->slots; i++) {
        const enum vota_status status = slot(meeting);
        if (enough && status != VOTA_OK)
            fail_msg("%s with %zu: %s", chain_fault_name(c->fault), n, meeting->err.text);
        assert_true(status == VOTA_OK || status == VOTA_REMOTE);
        assert_agreed(meeting, enough ? 0 : CHAIN_BLOCKS);
    }
    if (enough && strcmp(health(meeting, 1), c->reason) != 0)
        fail_msg("%s of %zu: %s", chain_fault_name(c->fault), n, health(meeting, 1));
    assert_int_equal(vota_breaker_is_healthy(&meeting->connections.item[0].breaker), true);
    /* Afterwards it is taken back, whatever it was. */
    chain_heal(meeting->chain, 1);
    for (unsigned i = 0; i < 80; i++)
        (void)slot(meeting);
    assert_int_equal(look(meeting), VOTA_OK);
    assert_agreed(meeting, 0);
    assert_string_equal(health(meeting, 1), "");
    meeting_end(meeting);
}

static void one_bad_provider_is_noticed_and_harmless(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++) {
        one_bad_provider(&fault_cases[i], 2, 0);
        one_bad_provider(&fault_cases[i], 3, 0);
        one_bad_provider(&fault_cases[i], 4, 2);
        one_bad_provider(&fault_cases[i], 4, 0);
    }
}

/* Alone it is all there is: with it, nothing new is believed. */
static void a_single_bad_provider_stops_everything(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++) {
        const struct fault_case *c = &fault_cases[i];
        struct meeting *meeting = meeting_of(1, 0);
        chain_node_raw_header(meeting->chain, 0, false);
        assert_int_equal(look(meeting), VOTA_OK);
        const uint64_t latest = meeting->quorum.latest.number;
        const struct chain_rule rule = {
            .calls = CHAIN_ALWAYS, .amount = c->amount, .methods = c->methods};
        chain_set_fault(meeting->chain, 0, c->fault, rule);
        if (c->fault == CHAIN_FAULT_STALE || c->fault == CHAIN_FAULT_HEAD_BACK ||
            c->fault == CHAIN_FAULT_NO_FINAL) {
            for (unsigned k = 0; k < 4; k++)
                assert_int_equal(slot(meeting), VOTA_OK); /* late, but not wrong */
        } else {
            assert_int_equal(slot(meeting), VOTA_REMOTE);
            assert_string_equal(meeting->err.text, "no-quorum");
            assert_int_equal(meeting->quorum.latest.number, latest);
        }
        assert_true(meeting->quorum.latest.number >= latest);
        meeting_end(meeting);
    }
}

/* ---- lag ---- */

static void the_block_that_k_have_is_the_latest(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(3, 0);
    const struct chain_rule two = {.calls = CHAIN_ALWAYS, .amount = 2};
    const struct chain_rule four = {.calls = CHAIN_ALWAYS, .amount = 4};
    chain_set_fault(meeting->chain, 0, CHAIN_FAULT_STALE, two);
    chain_set_fault(meeting->chain, 2, CHAIN_FAULT_STALE, four);
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(slot(meeting), VOTA_OK);
        assert_int_equal(meeting->quorum.latest.number, chain_height(meeting->chain) - 2);
        assert_int_equal(meeting->quorum.latest_voices, 2);
    }
    assert_int_equal(vota_quorum_healthy(&meeting->quorum), 3);
    meeting_end(meeting);
}

/* What was agreed on is not given back because a majority lags for a moment. */
static void a_lagging_majority_takes_nothing_back_at_once(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(2, 0);
    const struct chain_rule stale = {.calls = CHAIN_ALWAYS, .amount = 3};
    assert_int_equal(slot(meeting), VOTA_OK);
    const uint64_t latest = meeting->quorum.latest.number;
    chain_set_fault(meeting->chain, CHAIN_ALL_NODES, CHAIN_FAULT_STALE, stale);
    for (unsigned i = 0; i < 4; i++) {
        chain_skip(meeting->chain, 1);
        assert_int_equal(look(meeting), VOTA_OK);
        assert_int_equal(meeting->quorum.latest.number, latest);
    }
    chain_skip(meeting->chain, 2); /* a minute has passed: so it is */
    assert_int_equal(look(meeting), VOTA_OK);
    assert_int_equal(meeting->quorum.latest.number, latest - 3);
    chain_heal(meeting->chain, CHAIN_ALL_NODES);
    assert_int_equal(look(meeting), VOTA_OK);
    assert_int_equal(meeting->quorum.latest.number, latest);
    /* Far behind they are no majority, however long. */
    const struct chain_rule far = {.calls = CHAIN_ALWAYS, .amount = 30};
    chain_set_fault(meeting->chain, CHAIN_ALL_NODES, CHAIN_FAULT_STALE, far);
    for (unsigned i = 0; i < 20; i++) {
        chain_skip(meeting->chain, 1);
        (void)look(meeting);
        assert_int_equal(meeting->quorum.latest.number, latest);
    }
    assert_int_equal(look(meeting), VOTA_REMOTE);
    meeting_end(meeting);
}

static void a_flapping_provider_stays_where_it_is(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(3, 0);
    const struct chain_rule stale = {.calls = CHAIN_ALWAYS, .amount = 20};
    for (unsigned i = 0; i < 60; i++) {
        chain_heal(meeting->chain, 1);
        if (i % 3 != 0)
            chain_set_fault(meeting->chain, 1, CHAIN_FAULT_STALE, stale);
        assert_int_equal(slot(meeting), VOTA_OK);
        assert_string_equal(health(meeting, 1), "");
    }
    chain_set_fault(meeting->chain, 1, CHAIN_FAULT_STALE, stale);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(slot(meeting), VOTA_OK);
    assert_string_equal(health(meeting, 1), "lagging");
    for (unsigned i = 0; i < 60; i++) {
        chain_heal(meeting->chain, 1);
        if (i % 3 == 0)
            chain_set_fault(meeting->chain, 1, CHAIN_FAULT_STALE, stale);
        assert_int_equal(slot(meeting), VOTA_OK);
        assert_string_equal(health(meeting, 1), "lagging");
    }
    meeting_end(meeting);
}

/* ---- forks and reorganisations ---- */

static void a_forked_provider_is_left_behind(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(3, 0);
    assert_int_equal(slot(meeting), VOTA_OK);
    chain_node_fork(meeting->chain, 2, 5);
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(slot(meeting), VOTA_OK);
        assert_int_equal(meeting->quorum.latest_voices, 2);
        assert_agreed(meeting, 0);
    }
    assert_string_equal(health(meeting, 2), "forked");
    chain_node_join(meeting->chain, 2);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(slot(meeting), VOTA_OK);
    assert_string_equal(health(meeting, 2), "");
    meeting_end(meeting);
}

static void two_forks_of_equal_weight_agree_on_nothing_new(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(2, 0);
    assert_int_equal(slot(meeting), VOTA_OK);
    const uint64_t latest = meeting->quorum.latest.number;
    const vota_hash hash = meeting->quorum.latest.hash;
    chain_node_fork(meeting->chain, 1, 8);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(slot(meeting), VOTA_REMOTE);
        assert_string_equal(meeting->err.text, "no-quorum");
        assert_int_equal(meeting->quorum.latest.number, latest);
        assert_true(vota_hash_equal(&meeting->quorum.latest.hash, &hash));
    }
    chain_node_join(meeting->chain, 1);
    assert_int_equal(slot(meeting), VOTA_OK);
    assert_agreed(meeting, 0);
    meeting_end(meeting);
}

static void reorganisations_are_followed(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 4; n++) {
        struct meeting *meeting = meeting_of(n, 0);
        for (unsigned depth = 1; depth <= 6; depth++) {
            for (unsigned i = 0; i < 8; i++)
                assert_int_equal(slot(meeting), VOTA_OK);
            assert_int_equal(chain_reorg(meeting->chain, depth, depth % 2, CHAIN_REORG_RETURN),
                             depth);
            assert_int_equal(look(meeting), VOTA_OK);
            assert_agreed(meeting, 0);
            assert_int_equal(meeting->quorum.latest.number, chain_height(meeting->chain));
            assert_false(meeting->quorum.latest_is_child);
        }
        assert_int_equal(vota_quorum_healthy(&meeting->quorum), n);
        meeting_end(meeting);
    }
}

/* A lower block that is another than we remember there is no lag. */
static void a_shorter_chain_is_followed_at_once(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(1, 0);
    for (unsigned shorter = 1; shorter <= 5; shorter++) {
        for (unsigned i = 0; i < 8; i++)
            assert_int_equal(slot(meeting), VOTA_OK);
        const uint64_t latest = meeting->quorum.latest.number;
        const struct chain_rule rule = {.calls = CHAIN_ALWAYS, .amount = shorter};
        chain_node_fork(meeting->chain, 0, 7);
        chain_set_fault(meeting->chain, 0, CHAIN_FAULT_STALE, rule);
        assert_int_equal(look(meeting), VOTA_OK);
        assert_int_equal(meeting->quorum.latest.number, latest - shorter);
        chain_heal(meeting->chain, 0);
        chain_node_join(meeting->chain, 0);
        assert_int_equal(slot(meeting), VOTA_OK);
    }
    meeting_end(meeting);
}

static void a_base_fee_against_the_rule_is_a_lie(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(1, 0);
    assert_int_equal(slot(meeting), VOTA_OK);
    chain_force_base_fee(meeting->chain, 1234567);
    assert_int_equal(slot(meeting), VOTA_REMOTE);
    assert_string_equal(health(meeting, 0), "lying");
    meeting_end(meeting);

    meeting = meeting_of(1, 0); /* where there is no rule, it is none */
    meeting->quorum.any_base_fee = true;
    assert_int_equal(slot(meeting), VOTA_OK);
    chain_force_base_fee(meeting->chain, 1234567);
    assert_int_equal(slot(meeting), VOTA_OK);
    assert_int_equal(meeting->quorum.latest.base_fee, 1234567);
    meeting_end(meeting);
}

/* ---- identity ---- */

static void another_network_midway_is_noticed(void **state)
{
    (void)state;
    static const enum chain_fault faults[] = {CHAIN_FAULT_CHAIN_ID, CHAIN_FAULT_GENESIS};
    for (size_t i = 0; i < 2; i++) {
        struct meeting *meeting = meeting_of(3, 0);
        assert_int_equal(look(meeting), VOTA_OK);
        chain_fault_always(meeting->chain, 2, faults[i]);
        unsigned slots = 0;
        while (strcmp(health(meeting, 2), "wrong-network") != 0 && slots < 60) {
            assert_int_equal(slot(meeting), VOTA_OK);
            slots++;
        }
        assert_true(slots <= 51); /* ten minutes */
        /* It is not asked for a quarter of an hour, and then only who it is. */
        chain_reset_calls(meeting->chain);
        for (unsigned k = 0; k < 70; k++)
            assert_int_equal(slot(meeting), VOTA_OK);
        assert_int_equal(chain_calls(meeting->chain, 2).reads, 0);
        for (unsigned k = 0; k < 10; k++)
            assert_int_equal(slot(meeting), VOTA_OK);
        assert_in_range(chain_calls(meeting->chain, 2).reads, 1, 2);
        assert_string_equal(health(meeting, 2), "wrong-network");
        chain_heal(meeting->chain, 2);
        for (unsigned k = 0; k < 80; k++)
            assert_int_equal(slot(meeting), VOTA_OK);
        assert_string_equal(health(meeting, 2), "");
        meeting_end(meeting);
    }
}

static void what_connecting_found_is_taken_over(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(4, 0);
    meeting->connections.item[1].usable = false;
    meeting->connections.item[1].wrong_network = true;
    meeting->connections.item[2].usable = false;
    meeting->connections.item[2].provider.failure = (struct vota_rpc_failure){
        .fault = VOTA_RPC_FAULT_TRANSPORT, .transport = VOTA_TRANSPORT_TLS};
    assert_int_equal(look(meeting), VOTA_REMOTE);
    assert_string_equal(health(meeting, 1), "wrong-network");
    assert_string_equal(health(meeting, 2), "tls");
    for (unsigned i = 0; i < 6; i++)
        (void)slot(meeting);
    assert_string_equal(health(meeting, 2), ""); /* asked again after a minute */
    assert_int_equal(look(meeting), VOTA_OK);
    meeting_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_providers_agree),
        cmocka_unit_test(one_bad_provider_is_noticed_and_harmless),
        cmocka_unit_test(a_single_bad_provider_stops_everything),
        cmocka_unit_test(the_block_that_k_have_is_the_latest),
        cmocka_unit_test(a_lagging_majority_takes_nothing_back_at_once),
        cmocka_unit_test(a_flapping_provider_stays_where_it_is),
        cmocka_unit_test(a_forked_provider_is_left_behind),
        cmocka_unit_test(two_forks_of_equal_weight_agree_on_nothing_new),
        cmocka_unit_test(reorganisations_are_followed),
        cmocka_unit_test(a_shorter_chain_is_followed_at_once),
        cmocka_unit_test(a_base_fee_against_the_rule_is_a_lie),
        cmocka_unit_test(another_network_midway_is_noticed),
        cmocka_unit_test(what_connecting_found_is_taken_over),
    };
    return RUN_TESTS(tests);
}
