/* SPDX-License-Identifier: Apache-2.0 */
/* Agreement on what is final: it moves by epochs, may halt, and never goes back. */
#include "tests/bridge/quorum_fixture.h"

static void finality_follows_and_is_asked_seldom(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(1, 0);
    uint64_t lag = 0;
    assert_int_equal(look(meeting), VOTA_OK);
    for (unsigned i = 0; i < 64; i++)
        assert_int_equal(slot(meeting), VOTA_OK);
    chain_finalise(meeting->chain, 64);
    assert_int_equal(slot(meeting), VOTA_OK);
    assert_int_equal(meeting->quorum.final.number, chain_final(meeting->chain));
    chain_reset_calls(meeting->chain);
    for (unsigned i = 1; i <= 320; i++) { /* ten epochs */
        if (i % 32 == 0)
            chain_finalise(meeting->chain, 64);
        assert_int_equal(slot(meeting), VOTA_OK);
        if (meeting->quorum.final.number != chain_final(meeting->chain))
            lag++;
    }
    assert_int_equal(lag, 0);
    const struct chain_calls calls = chain_calls(meeting->chain, 0);
    print_message("reads of a provider a slot: %llu.%02llu\n",
                  (unsigned long long)(calls.reads / 320),
                  (unsigned long long)(calls.reads % 320 * 100 / 320));
    assert_true(calls.reads <= 320 * 3 / 2);
    meeting_end(meeting);
}

static void finality_that_halts_is_said(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(3, 0);
    assert_int_equal(look(meeting), VOTA_OK);
    assert_false(meeting->quorum.final_lags);
    const uint64_t final = meeting->quorum.final.number;
    while (chain_height(meeting->chain) < final + 160)
        assert_int_equal(slot(meeting), VOTA_OK);
    assert_false(meeting->quorum.final_lags);
    assert_int_equal(slot(meeting), VOTA_OK);
    assert_true(meeting->quorum.final_lags);
    assert_int_equal(meeting->quorum.final.number, final);
    chain_finalise(meeting->chain, 64);
    for (unsigned i = 0; i < 30; i++)
        assert_int_equal(slot(meeting), VOTA_OK);
    assert_false(meeting->quorum.final_lags);
    meeting_end(meeting);
}

static void a_final_block_that_went_back_is_an_alarm(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        unsigned bad; /* so many of them */
        bool is_alarm;
    } cases[] = {{1, 1, true}, {2, 1, true}, {3, 1, false}, {3, 2, true}, {4, 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct meeting *meeting = meeting_of(cases[i].n, 0);
        chain_mine(meeting->chain, 100);
        chain_finalise(meeting->chain, 64);
        assert_int_equal(look(meeting), VOTA_OK);
        const uint64_t final = meeting->quorum.final.number;
        for (unsigned node = 0; node < cases[i].bad; node++)
            chain_set_fault(meeting->chain, node, CHAIN_FAULT_FINAL_BACK,
                            (struct chain_rule){.calls = CHAIN_ALWAYS, .amount = 100});
        for (unsigned k = 0; k < 30; k++) {
            const enum vota_status status = slot(meeting);
            assert_int_equal(status, cases[i].is_alarm ? VOTA_CONFLICT : VOTA_OK);
            if (cases[i].is_alarm)
                assert_string_equal(meeting->err.text, "final-went-back");
            assert_int_equal(meeting->quorum.final.number, final);
        }
        assert_string_equal(health(meeting, 0), "final-went-back");
        meeting_end(meeting);
    }
}

/* A node whose finality is an epoch behind has done nothing wrong. */
static void finality_may_differ_by_an_epoch(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(3, 0);
    chain_mine(meeting->chain, 100);
    chain_finalise(meeting->chain, 64);
    assert_int_equal(look(meeting), VOTA_OK);
    const uint64_t final = meeting->quorum.final.number;
    chain_set_fault(meeting->chain, CHAIN_ALL_NODES, CHAIN_FAULT_FINAL_BACK,
                    (struct chain_rule){.calls = CHAIN_ALWAYS, .amount = 32});
    for (unsigned k = 0; k < 30; k++) {
        assert_int_equal(slot(meeting), VOTA_OK);
        assert_int_equal(meeting->quorum.final.number, final);
    }
    assert_int_equal(vota_quorum_healthy(&meeting->quorum), 3);
    meeting_end(meeting);
}

/* Nodes on a chain that leaves ours before a final block: one of them is out, a majority an alarm.
 */
static void another_chain_that_calls_itself_final_is_an_alarm(void **state)
{
    (void)state;
    for (unsigned bad = 1; bad <= 3; bad++) {
        struct meeting *meeting = meeting_of(3, 0);
        chain_mine(meeting->chain, 100);
        chain_finalise(meeting->chain, 64);
        assert_int_equal(look(meeting), VOTA_OK);
        const struct vota_quorum_mark accepted = meeting->quorum.accepted;
        chain_node_fork(meeting->chain, 0, 80);
        chain_fault_always(meeting->chain, 0, CHAIN_FAULT_FINAL_FORK);
        for (unsigned i = 1; i < bad; i++) /* of one mind: the same node behind them */
            chain_transport_init(&meeting->transports[i], meeting->chain, 0);
        chain_mine(meeting->chain, 70);
        chain_finalise(meeting->chain, 64);
        for (unsigned k = 0; k < 10; k++) {
            assert_int_equal(slot(meeting), bad == 1 ? VOTA_OK : VOTA_CONFLICT);
            if (bad == 1)
                assert_agreed(meeting, 0);
            else
                assert_string_equal(meeting->err.text, "final-went-back");
        }
        assert_string_equal(health(meeting, 0), "forked");
        assert_string_equal(health(meeting, 2), bad == 3 ? "forked" : "");
        assert_true(bad == 1 || meeting->quorum.accepted.number == accepted.number);
        meeting_end(meeting);
    }
}

/* The final block outlives the process: whoever contradicts it later is not believed. */
static void a_trusted_final_block_is_held_against_providers(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(1, 0);
    assert_int_equal(look(meeting), VOTA_OK);
    const struct vota_quorum_mark mark = meeting->quorum.accepted;
    const struct vota_quorum_options options = {.k = 0};
    vota_hash other = mark.hash;
    other.bytes[5] ^= 1;
    vota_quorum_init(&meeting->quorum, &meeting->connections, &options);
    vota_quorum_trust_final(&meeting->quorum, mark.number, &other); /* of the same number */
    assert_int_equal(look(meeting), VOTA_CONFLICT);
    vota_breaker_init(&meeting->connections.item[0].breaker);

    chain_mine(meeting->chain, 100);
    chain_finalise(meeting->chain, 64);
    vota_quorum_init(&meeting->quorum, &meeting->connections, &options);
    vota_quorum_trust_final(&meeting->quorum, mark.number, &mark.hash);
    assert_int_equal(look(meeting), VOTA_OK);
    assert_true(meeting->quorum.final.number > mark.number);

    vota_quorum_init(&meeting->quorum, &meeting->connections, &options);
    vota_quorum_trust_final(&meeting->quorum, mark.number, &other);
    assert_int_equal(look(meeting), VOTA_CONFLICT);
    assert_string_equal(meeting->err.text, "final-went-back");
    assert_string_equal(health(meeting, 0), "forked");
    assert_false(meeting->quorum.has_latest);
    meeting_end(meeting);

    meeting = meeting_of(1, 0); /* final, but not there yet: a node that is still catching up */
    vota_quorum_trust_final(&meeting->quorum, chain_height(meeting->chain) + 40, &mark.hash);
    assert_int_equal(look(meeting), VOTA_REMOTE);
    assert_string_equal(meeting->err.text, "no-quorum");
    meeting_end(meeting);
}

/* A node whose finality is an epoch behind, and one that calls a fork of its own final. */
static void a_false_finality_stops_nobody_while_another_lags(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(3, 2);
    assert_int_equal(look(meeting), VOTA_OK);
    const uint64_t before = meeting->quorum.final.number;
    chain_mine(meeting->chain, 70);
    chain_node_fork(meeting->chain, 2, 69);
    chain_mine(meeting->chain, 1);
    chain_finalise(meeting->chain, 6);
    chain_fault_always(meeting->chain, 2, CHAIN_FAULT_FINAL_FORK);
    chain_set_fault(meeting->chain, 1, CHAIN_FAULT_FINAL_BACK,
                    (struct chain_rule){.calls = CHAIN_ALWAYS, .amount = 32});
    assert_int_equal(look(meeting), VOTA_OK);
    assert_true(meeting->quorum.final.number > before);
    assert_true(meeting->quorum.final.number == chain_final(meeting->chain) - 32);
    meeting_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finality_follows_and_is_asked_seldom),
        cmocka_unit_test(finality_that_halts_is_said),
        cmocka_unit_test(a_final_block_that_went_back_is_an_alarm),
        cmocka_unit_test(finality_may_differ_by_an_epoch),
        cmocka_unit_test(another_chain_that_calls_itself_final_is_an_alarm),
        cmocka_unit_test(a_false_finality_stops_nobody_while_another_lags),
        cmocka_unit_test(a_trusted_final_block_is_held_against_providers),
    };
    return RUN_TESTS(tests);
}
