/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a register's end, case by case. */
#include "tests/test.h"

#include "bridge/engine/closing.h"

#define CLOSES  100000u
#define COUNTS  186400u
#define RESULTS 791200u

static const struct vota_closing_pace pace = {.margin = 600, .settle = 3600};

static void acceptance_ends_in_time_for_batch_and_result(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct vota_closing_times times;
        uint64_t ends_at;
    } cases[] = {
        {"a day and a week", {CLOSES, COUNTS, RESULTS}, COUNTS - 600},
        {"the result with counts_until", {CLOSES, COUNTS, COUNTS}, COUNTS - 3600},
        {"the result before counts_until", {CLOSES, COUNTS, CLOSES + 7200}, CLOSES + 3600},
        {"the result at closing", {CLOSES, COUNTS, CLOSES}, CLOSES},
        {"counts until closing", {CLOSES, CLOSES, RESULTS}, CLOSES},
        {"counts until the margin after closing", {CLOSES, CLOSES + 600, RESULTS}, CLOSES},
        {"… and a second", {CLOSES, CLOSES + 601, RESULTS}, CLOSES + 1},
        {"the beginning of time", {0, 0, 0}, 0},
        {"its end", {0, UINT64_MAX, UINT64_MAX}, UINT64_MAX - 3600},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (vota_closing_ends_at(&cases[i].times, &pace) != cases[i].ends_at)
            fail_msg("%s", cases[i].what);
    }
}

#define ENDS  1000000u
#define LATER (ENDS + 5)

static void every_view_has_its_step(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct vota_closing_view view;
        enum vota_closing_step step;
    } cases[] = {
        {"never opened", {.ends_at = ENDS, .now = LATER, .chain_now = LATER}, VOTA_CLOSING_WAIT},
        {"takes records",
         {.opened = true, .ends_at = ENDS, .now = ENDS - 1, .chain_now = LATER},
         VOTA_CLOSING_WAIT},
        {"its time has come",
         {.opened = true, .ends_at = ENDS, .now = ENDS, .chain_now = ENDS},
         VOTA_CLOSING_END},
        {"blocks lag a little",
         {.opened = true, .ends_at = ENDS, .now = ENDS, .chain_now = ENDS - VOTA_CLOSING_LAG},
         VOTA_CLOSING_END},
        {"our clock is ahead of the chain",
         {.opened = true, .ends_at = ENDS, .now = LATER, .chain_now = ENDS - VOTA_CLOSING_LAG - 1},
         VOTA_CLOSING_WAIT},
        {"no block was seen", {.opened = true, .ends_at = ENDS, .now = LATER}, VOTA_CLOSING_WAIT},
        {"blocks tell no time",
         {.opened = true, .ends_at = ENDS, .now = LATER, .chain_now = UINT64_MAX},
         VOTA_CLOSING_END},
        {"rows wait",
         {.opened = true, .ended = true, .waiting = 1, .unsettled = 3},
         VOTA_CLOSING_SEAL},
        {"rows wait where none can be timely",
         {.opened = true, .ended = true, .waiting = 1, .late = true},
         VOTA_CLOSING_SEAL},
        {"not final yet", {.opened = true, .ended = true, .unsettled = 1}, VOTA_CLOSING_SETTLE},
        {"not final yet, and a person's",
         {.opened = true, .ended = true, .unsettled = 1, .by_hand = true},
         VOTA_CLOSING_SETTLE},
        {"all is final", {.opened = true, .ended = true}, VOTA_CLOSING_COUNT},
        {"ended by a person long before its time",
         {.opened = true, .ended = true, .ends_at = ENDS, .now = 1},
         VOTA_CLOSING_COUNT},
        {"a person's", {.opened = true, .ended = true, .by_hand = true}, VOTA_CLOSING_HAND},
        {"none can be timely here",
         {.opened = true, .ended = true, .late = true},
         VOTA_CLOSING_DONE},
        {"it has a result", {.opened = true, .ended = true, .has_result = true}, VOTA_CLOSING_DONE},
        {"a result and rows under way",
         {.opened = true, .ended = true, .has_result = true, .unsettled = 1},
         VOTA_CLOSING_DONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const enum vota_closing_step step = vota_closing_next(&cases[i].view);
        if (step != cases[i].step)
            fail_msg("%s: %s", cases[i].what, vota_closing_step_name(step));
    }
}

/* Whatever is known, a step follows; nothing is counted while something could still change. */
static void nothing_is_counted_too_early(void **state)
{
    (void)state;
    unsigned counted = 0;
    for (unsigned bits = 0; bits < 256; bits++) {
        const struct vota_closing_view view = {.opened = (bits & 1) != 0,
                                               .ended = (bits & 2) != 0,
                                               .ends_at = ENDS,
                                               .now = (bits & 4) != 0 ? LATER : 1,
                                               .chain_now = LATER,
                                               .waiting = (bits & 8) != 0,
                                               .unsettled = (bits & 16) != 0,
                                               .has_result = (bits & 32) != 0,
                                               .late = (bits & 64) != 0,
                                               .by_hand = (bits & 128) != 0};
        const enum vota_closing_step step = vota_closing_next(&view);
        assert_true((unsigned)step < VOTA_CLOSING_STEPS);
        if (step != VOTA_CLOSING_COUNT)
            continue;
        counted++;
        assert_true(view.opened && view.ended && view.waiting == 0 && view.unsettled == 0);
        assert_false(view.has_result || view.late || view.by_hand);
    }
    assert_int_equal(counted, 2); /* before and after its time */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acceptance_ends_in_time_for_batch_and_result),
        cmocka_unit_test(every_view_has_its_step),
        cmocka_unit_test(nothing_is_counted_too_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
