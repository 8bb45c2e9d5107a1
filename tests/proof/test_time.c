/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/time.h"
#include "tests/test.h"

#include <time.h>

struct moment {
    uint64_t time;
    const char *text;
};

static void known_moments_read_and_write(void **state)
{
    (void)state;
    static const struct moment moments[] = {{0, "1970-01-01T00:00:00Z"},
                                            {951782400, "2000-02-29T00:00:00Z"},
                                            {951868799, "2000-02-29T23:59:59Z"},
                                            {1790000040, "2026-09-21T14:14:00Z"},
                                            {4107542399, "2100-02-28T23:59:59Z"},
                                            {4107542400, "2100-03-01T00:00:00Z"},
                                            {VOTA_TIME_MAX, "9999-12-31T23:59:59Z"}};
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        uint64_t time = 7;
        assert_int_equal(vota_time_read(&time, moments[i].text, 20), VOTA_OK);
        assert_int_equal(time, moments[i].time);
        char text[VOTA_TIME_CHARS + 1];
        vota_time_text(text, moments[i].time);
        assert_string_equal(text, moments[i].text);
    }
}

static void anything_else_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const refused[] = {"",
                                          "2026-09-21",
                                          "2026-09-21T14:14:00",
                                          "2026-09-21T14:14:60Z",
                                          "2026-09-21T14:60:00Z",
                                          "2026-09-21T24:00:00Z",
                                          "2026-09-31T00:00:00Z",
                                          "2026-02-29T00:00:00Z",
                                          "2100-02-29T00:00:00Z",
                                          "2026-00-01T00:00:00Z",
                                          "2026-13-01T00:00:00Z",
                                          "2026-01-00T00:00:00Z",
                                          "1969-12-31T23:59:59Z",
                                          "0000-01-01T00:00:00Z",
                                          "2026-09-21t14:14:00Z",
                                          "2026-09-21 14:14:00Z",
                                          "2026-09-21T14:14:00z",
                                          "2026-09-21T14:14:0 Z",
                                          "2026-9-021T14:14:00Z",
                                          "2026-09-21T14:14:00.000Z",
                                          "2026-09-21T14:14:00+09:00",
                                          "10000-01-01T00:00:00Z",
                                          "+026-09-21T14:14:00Z"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        uint64_t time = 7;
        assert_int_equal(vota_time_read(&time, refused[i], strlen(refused[i])), VOTA_BAD_INPUT);
        assert_int_equal(time, 7);
    }
}

/* gmtime_r is the other implementation; a prime step meets every day of the year. */
static void the_calendar_agrees_with_the_c_library(void **state)
{
    (void)state;
    size_t cases = 0;
    for (uint64_t time = 0; time <= VOTA_TIME_MAX; time += 1234577) {
        const time_t seconds = (time_t)time;
        struct tm tm;
        assert_non_null(gmtime_r(&seconds, &tm));
        char expected[32];
        assert_int_equal(strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &tm), 20);
        char text[VOTA_TIME_CHARS + 1];
        vota_time_text(text, time);
        assert_string_equal(text, expected);
        uint64_t back = 0;
        assert_int_equal(vota_time_read(&back, text, VOTA_TIME_CHARS), VOTA_OK);
        assert_int_equal(back, time);
        cases++;
    }
    print_message("%zu moments\n", cases);
}

static void a_time_beyond_the_form_is_shown_as_such(void **state)
{
    (void)state;
    char text[VOTA_TIME_CHARS + 1];
    vota_time_text(text, VOTA_TIME_MAX + 1);
    assert_string_equal(text, "(after year 9999)");
    assert_true(vota_time_is_full_minute(120));
    assert_false(vota_time_is_full_minute(121));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_read_and_write),
        cmocka_unit_test(anything_else_is_refused_and_changes_nothing),
        cmocka_unit_test(the_calendar_agrees_with_the_c_library),
        cmocka_unit_test(a_time_beyond_the_form_is_shown_as_such),
    };
    return RUN_TESTS(tests);
}
