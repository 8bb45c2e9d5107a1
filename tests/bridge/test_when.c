/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "bridge/when.h"

static void the_same_moment_in_every_way_to_write_it(void **state)
{
    (void)state;
    static const char *const same[] = {
        "2026-12-01T00:00:00Z",      "2026-12-01T09:00:00+09:00", "2026-12-01T09:00+09:00",
        "2026-12-01 09:00+09:00",    "2026-12-01t00:00z",         "2026-11-30T19:00-05:00",
        "2026-11-30T18:30:00-05:30", "2026-12-01T00:00+00:00",    "2026-12-01T00:00-00:00"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        uint64_t time = 0;
        assert_int_equal(vota_when_read(&time, same[i], strlen(same[i])), VOTA_OK);
        assert_int_equal(time, 1796083200);
    }
}

static void anything_else_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const refused[] = {"",
                                          "Z",
                                          "2026-12-01",
                                          "2026-12-01T09:00",    /* no zone */
                                          "2026-12-01T09:00:00", /* no zone */
                                          "2026-12-01T09:00+0900",
                                          "2026-12-01T09:00+9:00",
                                          "2026-12-01T09:00+24:00",
                                          "2026-12-01T09:00+09:60",
                                          "2026-12-01T09:00 +09:00",
                                          "2026-12-01T09:00Z ",
                                          "2026-12-01T09:00:00.5Z",
                                          "2026-12-01T09:00:60Z",
                                          "2026-12-01T24:00Z",
                                          "2026-02-30T09:00Z",
                                          "2026-12-1T09:00Z",
                                          "26-12-01T09:00Z",
                                          "2026-12-01T0x:00Z",
                                          "1969-12-31T23:59Z",
                                          "1970-01-01T00:00+00:01", /* before 1970 */
                                          "9999-12-31T23:59:59-00:01"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        uint64_t time = 7;
        if (vota_when_read(&time, refused[i], strlen(refused[i])) == VOTA_OK)
            fail_msg("taken: %s", refused[i]);
        assert_int_equal(time, 7);
    }
}

static void the_ends_of_the_calendar_can_be_reached(void **state)
{
    (void)state;
    uint64_t time = 7;
    assert_int_equal(vota_when_read(&time, "1970-01-01T09:00+09:00", 22), VOTA_OK);
    assert_int_equal(time, 0);
    assert_int_equal(vota_when_read(&time, "9999-12-31T23:59:59Z", 20), VOTA_OK);
    assert_int_equal(time, 253402300799);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_moment_in_every_way_to_write_it),
        cmocka_unit_test(anything_else_is_refused_and_changes_nothing),
        cmocka_unit_test(the_ends_of_the_calendar_can_be_reached),
    };
    return RUN_TESTS(tests);
}
