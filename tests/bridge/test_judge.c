/* SPDX-License-Identifier: Apache-2.0 */
/* What monitoring is told, and what an operation is said to wait for. */
#include "bridge/cli/judge.h"
#include "bridge/cli/tx_act.h"
#include "bridge/cli/wait.h"

#include "tests/test.h"

#define GWEI UINT64_C(1000000000)

/* ---- problems ---- */

static const struct vota_judge_facts calm = {.asked = true, .reached = true, .sender_runs = true};

static void each_fact_is_one_problem_of_its_level(void **state)
{
    (void)state;
    static const struct {
        const char *name; /* of the one problem; NULL: none */
        enum vota_judge_level level;
        struct vota_judge_facts facts;
    } cases[] = {
        {NULL, VOTA_JUDGE_WELL, {.asked = true, .reached = true}},
        {NULL, VOTA_JUDGE_WELL, {.asked = false, .reached = false}},
        {"unreached", VOTA_JUDGE_UNCHECKED, {.asked = true}},
        {"wrong-network", VOTA_JUDGE_ACT, {.asked = true, .elsewhere = true}},
        {"stopped", VOTA_JUDGE_ACT, {.stopped = true}},
        {"halted", VOTA_JUDGE_ACT, {.halted = 2}},
        {"final-went-back", VOTA_JUDGE_ACT, {.went_back = true}},
        {"provider-lies", VOTA_JUDGE_ACT, {.lies = true}},
        {"provider-benched", VOTA_JUDGE_WARN, {.asked = true, .reached = true, .benched = true}},
        {"unreached", VOTA_JUDGE_UNCHECKED, {.asked = true, .benched = true}},
        {"one-provider", VOTA_JUDGE_WARN, {.one_word = true}},
        {"key-differs", VOTA_JUDGE_ACT, {.key_differs = true}},
        {"journal-closed", VOTA_JUDGE_WARN, {.key_differs = true, .closed = true}},
        {"money-page", VOTA_JUDGE_ACT, {.money_page = true, .money_warn = true}},
        {"money-warn", VOTA_JUDGE_WARN, {.money_warn = true}},
        {"unfinal-long", VOTA_JUDGE_ACT, {.unfinal_age = VOTA_JUDGE_UNFINAL + 1}},
        {NULL, VOTA_JUDGE_WELL, {.unfinal_age = VOTA_JUDGE_UNFINAL}},
        {"finality-stalled", VOTA_JUDGE_WARN, {.final_lags = true, .unfinal_age = 1000000}},
        {"idle", VOTA_JUDGE_WARN, {.unmined = 1, .unfinal_age = VOTA_JUDGE_IDLE + 1}},
        {NULL, VOTA_JUDGE_WELL, {.unmined = 1, .unfinal_age = VOTA_JUDGE_IDLE}},
        {NULL,
         VOTA_JUDGE_WELL,
         {.unmined = 1, .sender_runs = true, .unfinal_age = VOTA_JUDGE_IDLE + 1}},
        {NULL, VOTA_JUDGE_WELL, {.unmined = 0, .unfinal_age = VOTA_JUDGE_IDLE + 1}},
        {"webhook", VOTA_JUDGE_WARN, {.given_up = 1}},
        {"webhook", VOTA_JUDGE_WARN, {.unheard_age = VOTA_JUDGE_UNHEARD + 1}},
        {NULL, VOTA_JUDGE_WELL, {.unheard_age = VOTA_JUDGE_UNHEARD}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const unsigned problems = vota_judge_problems(&cases[i].facts);
        const char *name = NULL;
        for (unsigned k = 0; k < VOTA_PROBLEMS; k++) {
            if (problems == 1u << k)
                name = vota_judge_problem_name((enum vota_problem)k);
        }
        if ((cases[i].name == NULL) != (problems == 0) ||
            (cases[i].name != NULL && (name == NULL || strcmp(name, cases[i].name) != 0)))
            fail_msg("case %zu: %x, not %s", i, problems, cases[i].name);
        assert_int_equal(vota_judge_worst(problems), cases[i].level);
    }
}

static void the_gravest_decides_the_exit_code(void **state)
{
    (void)state;
    struct vota_judge_facts facts = calm;
    assert_int_equal(vota_judge_exit(vota_judge_worst(vota_judge_problems(&facts))), VOTA_EXIT_OK);
    facts.benched = facts.final_lags = true;
    assert_int_equal(vota_judge_exit(vota_judge_worst(vota_judge_problems(&facts))), VOTA_EXIT_OK);
    facts.reached = false;
    assert_int_equal(vota_judge_exit(vota_judge_worst(vota_judge_problems(&facts))),
                     VOTA_EXIT_UNCHECKED);
    facts.halted = 1;
    assert_int_equal(vota_judge_exit(vota_judge_worst(vota_judge_problems(&facts))),
                     VOTA_EXIT_FAILED);
}

static void every_problem_has_words_in_both_languages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VOTA_PROBLEMS; i++) {
        const char *key = vota_judge_text((enum vota_problem)i);
        assert_non_null(vota_text_find(VOTA_LANG_EN, key));
        assert_non_null(vota_text_find(VOTA_LANG_KO, key));
    }
}

/* ---- waiting ---- */

/* A batch that was sent with enough, while all is well. */
static const struct vota_wait_facts sent = {
    .op = {.state = VOTA_OP_SENT, .nonce = 7, .attempts = 1, .attempt_at = 1000},
    .reached = true,
    .sender_runs = true,
    .nonce_latest = 7,
    .nonce_final = 7,
    .next_base_fee = GWEI,
    .fee_max = 50 * GWEI,
    .max_fee = 3 * GWEI,
    .tip = GWEI};

static void what_is_waited_for_is_the_first_thing_in_the_way(void **state)
{
    (void)state;
    struct vota_wait_facts facts = sent;
    const struct {
        enum vota_wait_why why;
        bool *fact; /* set from here on; what comes first weighs least */
    } steps[] = {
        {VOTA_WAIT_FOR_BLOCK, NULL},
        {VOTA_WAIT_FOR_KEY, &facts.key_differs},
        {VOTA_WAIT_FOR_OPENING, &facts.closed},
        {VOTA_WAIT_FOR_EARLIER, &facts.earlier_open},
        {VOTA_WAIT_FOR_HALTED, &facts.earlier_halted},
        {VOTA_WAIT_FOR_STOP, &facts.stopped},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i].fact != NULL)
            *steps[i].fact = true;
        assert_string_equal(vota_wait_name(vota_wait_classify(&facts)),
                            vota_wait_name(steps[i].why));
    }
    facts.op.state = VOTA_OP_MINED;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_FINALITY);
    facts.final_lags = true;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_STALL);
    facts.op.state = VOTA_OP_FINAL;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_NOTHING);
    facts.op.state = VOTA_OP_HALTED;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_PERSON);
}

static void what_was_sent_waits_by_its_fee_and_nonce(void **state)
{
    (void)state;
    struct vota_wait_facts facts = sent;
    facts.next_base_fee = 2 * GWEI;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_BLOCK);
    facts.next_base_fee++;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_BUMP);
    facts.op.at_cap = true;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_CAP);
    facts.sender_runs = false;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_SENDER);
    facts.nonce_latest = 8;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_NONCE);
    facts.reached = false;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_LOOK);
    /* Bytes in pools need nobody; bytes that never left do. */
    facts = sent;
    facts.sender_runs = false;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_BLOCK);
    facts.op.state = VOTA_OP_SIGNED;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_SENDER);
}

static void what_is_not_signed_waits_for_money_fees_or_somebody(void **state)
{
    (void)state;
    struct vota_wait_facts facts = sent;
    facts.op = (struct vota_anchor_op){.state = VOTA_OP_QUEUED};
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_TURN);
    facts.sender_runs = false;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_SENDER);
    facts.next_base_fee = facts.fee_max + 1;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_FEES);
    facts.short_of_funds = true;
    assert_int_equal(vota_wait_classify(&facts), VOTA_WAIT_FOR_FUNDS);
}

static void a_higher_fee_comes_when_the_engine_would_offer_it(void **state)
{
    (void)state;
    static const uint64_t after[] = {60, 120, 240, 480, 600, 600};
    struct vota_anchor_op op = {.state = VOTA_OP_SENT, .attempt_at = 1000};
    assert_int_equal(vota_wait_bump_at(&op, &vota_anchor_defaults, VOTA_WAIT_FOR_BUMP), 0);
    for (uint32_t i = 0; i < 6; i++) {
        op.attempts = i + 1;
        assert_int_equal(vota_wait_bump_at(&op, &vota_anchor_defaults, VOTA_WAIT_FOR_BUMP),
                         1000 + after[i]);
        assert_int_equal(vota_wait_bump_at(&op, &vota_anchor_defaults, VOTA_WAIT_FOR_BLOCK),
                         1000 + vota_anchor_defaults.bump_most);
    }
    op.attempts = vota_anchor_defaults.attempts_most;
    assert_int_equal(vota_wait_bump_at(&op, &vota_anchor_defaults, VOTA_WAIT_FOR_BUMP), 0);
    op.attempts = 1;
    op.at_cap = true;
    assert_int_equal(vota_wait_bump_at(&op, &vota_anchor_defaults, VOTA_WAIT_FOR_BUMP), 0);
}

static void every_wait_has_words_in_both_languages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VOTA_WAITS; i++) {
        const char *key = vota_wait_text((enum vota_wait_why)i);
        assert_non_null(vota_text_find(VOTA_LANG_EN, key));
        assert_non_null(vota_text_find(VOTA_LANG_KO, key));
    }
}

/* ---- resuming ---- */

static void only_what_cannot_be_mined_any_more_is_queued_again(void **state)
{
    (void)state;
    static const struct {
        enum vota_tx_resume may;
        struct vota_tx_resume_facts facts; /* halted, sent, reached, nonce, latest, final */
    } cases[] = {
        {VOTA_TX_RESUME_SETTLED, {true, true, true, 7, 8, 8}},
        {VOTA_TX_RESUME_NOT_FINAL, {true, true, true, 7, 8, 7}},
        {VOTA_TX_RESUME_OPEN, {true, true, true, 7, 7, 7}},
        {VOTA_TX_RESUME_UNKNOWN, {true, true, false, 7, 8, 8}},
        {VOTA_TX_RESUME_NEVER_SENT, {true, false, false, 7, 0, 0}},
        {VOTA_TX_RESUME_NEVER_SENT, {true, false, true, 7, 7, 7}},
        {VOTA_TX_RESUME_NOT_HALTED, {false, true, true, 7, 8, 8}},
        {VOTA_TX_RESUME_NOT_HALTED, {false, false, false, 7, 8, 8}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (vota_tx_may_resume(&cases[i].facts) != cases[i].may)
            fail_msg("case %zu: %d", i, (int)vota_tx_may_resume(&cases[i].facts));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_is_one_problem_of_its_level),
        cmocka_unit_test(the_gravest_decides_the_exit_code),
        cmocka_unit_test(every_problem_has_words_in_both_languages),
        cmocka_unit_test(what_is_waited_for_is_the_first_thing_in_the_way),
        cmocka_unit_test(what_was_sent_waits_by_its_fee_and_nonce),
        cmocka_unit_test(what_is_not_signed_waits_for_money_fees_or_somebody),
        cmocka_unit_test(a_higher_fee_comes_when_the_engine_would_offer_it),
        cmocka_unit_test(every_wait_has_words_in_both_languages),
        cmocka_unit_test(only_what_cannot_be_mined_any_more_is_queued_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
