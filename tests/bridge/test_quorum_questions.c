/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to one of several providers: who is asked, what a failure is called,
 * and who is left alone. Over the scripted chain.
 */
#include "tests/bridge/quorum_fixture.h"

struct asked {
    struct meeting *meeting;
    size_t calls[CHAIN_NODES];
    enum vota_status answer[CHAIN_NODES];
    const char *text[CHAIN_NODES];
    struct vota_rpc_failure failure[CHAIN_NODES]; /* left behind, whatever the answer */
};

static enum vota_status ask(void *context, struct vota_provider *provider, struct vota_error *err)
{
    struct asked *asked = context;
    size_t i = 0;
    while (&asked->meeting->connections.item[i].provider != provider)
        i++;
    asked->calls[i]++;
    provider->failure = asked->failure[i];
    if (asked->answer[i] == VOTA_OK)
        return VOTA_OK;
    return vota_fail(err, asked->answer[i], "question", asked->text[i]);
}

static void questions_go_round_the_healthy(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(4, 0);
    struct asked asked = {.meeting = meeting};
    struct vota_quorum *quorum = &meeting->quorum;
    assert_int_equal(look(meeting), VOTA_OK);
    for (unsigned i = 0; i < 40; i++)
        assert_int_equal(vota_quorum_ask(quorum, ask, &asked, NULL), VOTA_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(asked.calls[i], 10);
    vota_breaker_bench(&meeting->connections.item[1].breaker, "lying", VOTA_BREAKER_LONG_MS,
                       quorum->now_ms);
    meeting->connections.item[2].breaker.out = true;
    meeting->connections.item[2].breaker.seen = VOTA_STEP_BEHIND;
    asked = (struct asked){.meeting = meeting};
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(vota_quorum_ask(quorum, ask, &asked, NULL), VOTA_OK);
    assert_int_equal(asked.calls[1] + asked.calls[2], 0);
    asked = (struct asked){.meeting = meeting};
    assert_int_equal(vota_quorum_ask_all(quorum, ask, &asked, NULL), VOTA_OK);
    assert_int_equal(asked.calls[0] + asked.calls[3], 2);
    assert_int_equal(asked.calls[1] + asked.calls[2], 0);
    asked = (struct asked){.meeting = meeting};
    assert_int_equal(vota_quorum_send_all(quorum, ask, &asked, NULL), VOTA_OK);
    assert_int_equal(asked.calls[2], 1); /* who lags passes on all the same */
    assert_int_equal(asked.calls[1], 0);
    meeting_end(meeting);
}

static void the_reason_of_a_failed_question_is_the_best_one(void **state)
{
    (void)state;
    static const struct {
        enum vota_status answer[3];
        enum vota_status status;
        size_t asked;
    } cases[] = {
        {{VOTA_REMOTE, VOTA_REMOTE, VOTA_REMOTE}, VOTA_REMOTE, 3},
        {{VOTA_REMOTE, VOTA_CONFLICT, VOTA_REMOTE}, VOTA_CONFLICT, 3},
        {{VOTA_NOT_FOUND, VOTA_REMOTE, VOTA_REMOTE}, VOTA_NOT_FOUND, 3},
        {{VOTA_NOT_FOUND, VOTA_CONFLICT, VOTA_NOT_FOUND}, VOTA_CONFLICT, 3},
        {{VOTA_REMOTE, VOTA_LIMIT, VOTA_OK}, VOTA_OK, 3},
        {{VOTA_REMOTE, VOTA_NO_MEMORY, VOTA_OK}, VOTA_NO_MEMORY, 2},
        {{VOTA_IO, VOTA_OK, VOTA_OK}, VOTA_IO, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct meeting *meeting = meeting_of(3, 0);
        struct asked asked = {.meeting = meeting, .text = {"a", "b", "c"}};
        assert_int_equal(look(meeting), VOTA_OK);
        memcpy(asked.answer, cases[i].answer, sizeof cases[i].answer);
        assert_int_equal(vota_quorum_ask(&meeting->quorum, ask, &asked, &meeting->err),
                         cases[i].status);
        assert_int_equal(asked.calls[0] + asked.calls[1] + asked.calls[2], cases[i].asked);
        if (cases[i].status != VOTA_OK)
            assert_int_equal(meeting->err.status, cases[i].status);
        meeting_end(meeting);
    }
}

/* Sends succeed as questions whatever came of them: what was left behind is booked. */
static void sends_are_booked_by_what_came_of_them(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(4, 0);
    struct asked asked = {.meeting = meeting};
    asked.failure[0] = (struct vota_rpc_failure){.fault = VOTA_RPC_FAULT_TRANSPORT,
                                                 .transport = VOTA_TRANSPORT_TIMEOUT};
    asked.failure[1] = (struct vota_rpc_failure){
        .fault = VOTA_RPC_FAULT_ERROR, .error = {.code = -32000, .message = "already known"}};
    asked.failure[2] =
        (struct vota_rpc_failure){.fault = VOTA_RPC_FAULT_ERROR, .error = {.code = -32005}};
    assert_int_equal(look(meeting), VOTA_OK);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(vota_quorum_send_all(&meeting->quorum, ask, &asked, NULL), VOTA_OK);
    assert_string_equal(health(meeting, 0), "timeout");
    assert_string_equal(health(meeting, 1), "");
    assert_string_equal(health(meeting, 2), "rate-limited");
    assert_string_equal(health(meeting, 3), "");
    assert_int_equal(asked.calls[2], 1);
    assert_int_equal(vota_quorum_send_all(&meeting->quorum, ask, &asked, NULL), VOTA_OK);
    assert_int_equal(asked.calls[0], 5);
    meeting_end(meeting);
}

static void who_is_benched_is_not_asked_at_all(void **state)
{
    (void)state;
    struct meeting *meeting = meeting_of(3, 0);
    assert_int_equal(look(meeting), VOTA_OK);
    chain_fault_always(meeting->chain, 1, CHAIN_FAULT_TIMEOUT);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(slot(meeting), VOTA_OK);
    assert_string_equal(health(meeting, 1), "timeout");
    const uint64_t asked = meeting->connections.item[1].requests;
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(slot(meeting), VOTA_OK);
    assert_int_equal(meeting->connections.item[1].requests, asked);
    for (unsigned i = 0; i < 5; i++) /* one probe a minute, of one call and its repetition */
        assert_int_equal(slot(meeting), VOTA_OK);
    assert_in_range(meeting->connections.item[1].requests, asked + 1, asked + 2);
    meeting_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_go_round_the_healthy),
        cmocka_unit_test(the_reason_of_a_failed_question_is_the_best_one),
        cmocka_unit_test(sends_are_booked_by_what_came_of_them),
        cmocka_unit_test(who_is_benched_is_not_asked_at_all),
    };
    return RUN_TESTS(tests);
}
