/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every report has one code of the catalogue, its letter never says more than the
 * report's verdicts, and codes are what docs/ANSWERS.md was written for.
 */
#include "tests/test.h"

#include "proof/answer.h"

#define VERDICTS  3
#define STANDINGS 9
#define PROMISES  5

/* What vota_verify can say of standing: nothing but of a receipt that is included. */
static const enum vota_verdict verdict_of[STANDINGS] = {
    [VOTA_STANDING_UNKNOWN] = VOTA_NOT_CHECKED,  [VOTA_STANDING_COUNTS] = VOTA_VALID,
    [VOTA_STANDING_SUPERSEDED] = VOTA_NOT_VALID, [VOTA_STANDING_UNTIMELY] = VOTA_NOT_VALID,
    [VOTA_STANDING_CONFLICT] = VOTA_NOT_VALID,   [VOTA_STANDING_DISAVOWED] = VOTA_NOT_VALID,
    [VOTA_STANDING_INVALID] = VOTA_NOT_VALID,    [VOTA_STANDING_UNOPENED] = VOTA_NOT_CHECKED,
    [VOTA_STANDING_ERASED] = VOTA_NOT_CHECKED};

static struct vota_report report_of(enum vota_verdict included, enum vota_standing standing,
                                    enum vota_promise_outcome promise)
{
    return (struct vota_report){.included = included,
                                .standing = verdict_of[standing],
                                .standing_as = standing,
                                .promise = promise};
}

/* The letter that the verdicts allow, said once more and otherwise than proof/answer.c says it. */
static enum vota_verdict allowed(const struct vota_report *report)
{
    if (report->included == VOTA_NOT_VALID || report->promise == VOTA_PROMISE_BROKEN ||
        report->promise == VOTA_PROMISE_NOT_VALID)
        return VOTA_NOT_VALID;
    if (report->included == VOTA_NOT_CHECKED)
        return VOTA_NOT_CHECKED;
    return report->standing == VOTA_NOT_VALID ? VOTA_NOT_VALID : VOTA_VALID;
}

static void check(const struct vota_report *report, bool *seen)
{
    const enum vota_answer answer = vota_answer_of(report);
    const char *name = vota_answer_name(answer, false);
    assert_true((unsigned)answer < VOTA_ANSWERS);
    assert_int_equal(vota_answer_verdict(answer), allowed(report));
    /* Only what counts may say so, and says nothing less. */
    assert_int_equal(strncmp(name, "V1", 2) == 0,
                     report->standing == VOTA_VALID && allowed(report) == VOTA_VALID);
    seen[answer] = true;
}

/* All verdicts, standings and promises, with every finding in every state as the only reason. */
static void test_every_report_has_one_answer_of_its_colour(void **state)
{
    bool seen[VOTA_ANSWERS] = {false};
    size_t reports = 0;
    (void)state;
    for (int i = 0; i < VERDICTS * STANDINGS * PROMISES; i++) {
        struct vota_report report = report_of(
            (enum vota_verdict)(i % VERDICTS), (enum vota_standing)(i / VERDICTS % STANDINGS),
            (enum vota_promise_outcome)(i / VERDICTS / STANDINGS));
        check(&report, seen);
        reports++;
        for (int k = 0; k < VOTA_FINDING_CODES * VERDICTS; k++) {
            report.findings[0] =
                (struct vota_finding){.code = (enum vota_finding_code)(k / VERDICTS),
                                      .state = (enum vota_verdict)(k % VERDICTS)};
            report.finding_count = 1;
            check(&report, seen);
            reports++;
        }
        report.finding_count = 0;
    }
    for (int i = 0; i < VOTA_ANSWERS; i++) {
        /* The verdict of a standing decides: one that is not valid is always one of the five. */
        if (!seen[i] && i != VOTA_ANSWER_NOT_COUNTED)
            fail_msg("%s is given to no report", vota_answer_name((enum vota_answer)i, false));
    }
    assert_true(reports > 20000);
}

static void test_names_are_unlike_and_say_their_verdict(void **state)
{
    (void)state;
    for (int i = 0; i < VOTA_ANSWERS; i++) {
        const enum vota_answer answer = (enum vota_answer)i;
        const char *name = vota_answer_name(answer, false);
        const char *one = vota_answer_name(answer, true);
        assert_int_equal(strlen(name), 3);
        assert_true(strchr("VNC", name[0]) != NULL);
        if (vota_answer_rests_on_chain(answer))
            assert_true(strncmp(name, one, 3) == 0 && strcmp(one + 3, "P") == 0);
        else
            assert_string_equal(name, one);
        /* A confirmation always rests on the chain; could not check never does. */
        if (name[0] != 'N')
            assert_int_equal(vota_answer_rests_on_chain(answer), name[0] == 'V');
        for (int k = 0; k < i; k++)
            assert_string_not_equal(name, vota_answer_name((enum vota_answer)k, false));
    }
    assert_string_equal(vota_answer_name(VOTA_ANSWERS, false), "C99");
}

/* A reason of one sort behind one of the other: what decides is what the verdict asks for. */
struct told {
    const char *what;
    enum vota_verdict included;
    enum vota_promise_outcome promise;
    enum vota_finding_code first, second;
    enum vota_verdict first_state, second_state;
    const char *answer;
};

static const struct told tolds[] = {
    {"what need not be there is no reason", VOTA_NOT_CHECKED, VOTA_PROMISE_NOT_CHECKED,
     VOTA_FINDING_DEFINITION_HASH, VOTA_FINDING_CONTRACT, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED,
     "C20"},
    {"the first of two reasons", VOTA_NOT_CHECKED, VOTA_PROMISE_NOT_CHECKED,
     VOTA_FINDING_BLOCK_MISSING, VOTA_FINDING_PENDING, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED, "C31"},
    {"a late promise refutes nothing", VOTA_NOT_VALID, VOTA_PROMISE_KEPT_LATE,
     VOTA_FINDING_PROMISE_LATE, VOTA_FINDING_PATH_ROOT, VOTA_NOT_VALID, VOTA_NOT_VALID, "N10"},
    {"what is false comes before what is broken", VOTA_NOT_VALID, VOTA_PROMISE_BROKEN,
     VOTA_FINDING_PROMISE_BROKEN, VOTA_FINDING_OPENING_HASH, VOTA_NOT_VALID, VOTA_NOT_VALID, "N12"},
    {"a broken promise without an anchor", VOTA_NOT_VALID, VOTA_PROMISE_BROKEN,
     VOTA_FINDING_ACCEPTANCE_BOUNDS, VOTA_FINDING_PROMISE_BROKEN, VOTA_NOT_VALID, VOTA_NOT_VALID,
     "N20"},
    {"a promise that lists show kept", VOTA_NOT_CHECKED, VOTA_PROMISE_KEPT, VOTA_FINDING_PROMISE,
     VOTA_FINDING_ROWS_MISSING, VOTA_VALID, VOTA_NOT_CHECKED, "C11"},
    {"kept, of a contract that is nobody's", VOTA_NOT_CHECKED, VOTA_PROMISE_KEPT,
     VOTA_FINDING_CONTRACT, VOTA_FINDING_PROMISE, VOTA_NOT_CHECKED, VOTA_VALID, "C20"},
    {"bounds alone refute nothing", VOTA_NOT_VALID, VOTA_PROMISE_NOT_CHECKED,
     VOTA_FINDING_ACCEPTANCE_BOUNDS, VOTA_FINDING_FORKED, VOTA_NOT_VALID, VOTA_NOT_VALID, "N19"},
};

static void test_the_reason_that_the_verdict_rests_on_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tolds / sizeof tolds[0]; i++) {
        struct vota_report report =
            report_of(tolds[i].included, VOTA_STANDING_UNKNOWN, tolds[i].promise);
        report.findings[0] =
            (struct vota_finding){.code = tolds[i].first, .state = tolds[i].first_state};
        report.findings[1] =
            (struct vota_finding){.code = tolds[i].second, .state = tolds[i].second_state};
        report.finding_count = 2;
        if (strcmp(vota_answer_name(vota_answer_of(&report), false), tolds[i].answer) != 0)
            fail_msg("%s: %s", tolds[i].what, vota_answer_name(vota_answer_of(&report), false));
    }
}

/* Beyond what vota_verify makes: a verdict without its standing still has a code. */
static void test_a_standing_without_a_name_is_not_counted(void **state)
{
    struct vota_report report = {.included = VOTA_VALID, .standing = VOTA_NOT_VALID};
    (void)state;
    assert_int_equal(vota_answer_of(&report), VOTA_ANSWER_NOT_COUNTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_report_has_one_answer_of_its_colour),
        cmocka_unit_test(test_names_are_unlike_and_say_their_verdict),
        cmocka_unit_test(test_the_reason_that_the_verdict_rests_on_decides),
        cmocka_unit_test(test_a_standing_without_a_name_is_not_counted),
    };
    return RUN_TESTS(tests);
}
