/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/log.h"

static void assert_line(const char *const *pairs, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    assert_non_null(stream);
    vota_log_line(stream, 1795338000123, VOTA_LOG_WARN, "batch-sealed", pairs);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void an_event_is_one_line_of_keys_and_values(void **state)
{
    (void)state;
    assert_line((const char *const[]){"batch", "12", "why", NULL, "state", "a b", NULL},
                "2026-11-22T09:00:00.123Z warn batch-sealed batch=12 state=\"a b\"\n");
    assert_line((const char *const[]){NULL}, "2026-11-22T09:00:00.123Z warn batch-sealed\n");
}

static void a_value_cannot_forge_a_line_or_a_key(void **state)
{
    (void)state;
    assert_line((const char *const[]){"a", "1\n2026 info fake", NULL},
                "2026-11-22T09:00:00.123Z warn batch-sealed a=\"1\\x0a2026 info fake\"\n");
    assert_line((const char *const[]){"a", "b=2", "c", "say\"", NULL},
                "2026-11-22T09:00:00.123Z warn batch-sealed a=\"b=2\" c=\"say\\\"\"\n");
    assert_line(
        (const char *const[]){"a", "1 b=2", "c", "\"\\\x1b[m", "d", "", "e", "한\xc2\x9b", NULL},
        "2026-11-22T09:00:00.123Z warn batch-sealed a=\"1 b=2\" c=\"\\\"\\\\\\x1b[m\" "
        "d=\"\" e=\"한\\xc2\x9b\"\n");
}

static void what_is_below_the_level_is_not_written(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    const struct vota_log log = {stream, VOTA_LOG_WARN};
    const struct vota_log silent = {NULL, VOTA_LOG_DEBUG};
    vota_log(&log, VOTA_LOG_INFO, "quiet", NULL);
    vota_log(&log, VOTA_LOG_ERROR, "loud", "a", "1", "gone", NULL, "b", "2", NULL);
    vota_log(&silent, VOTA_LOG_ERROR, "nowhere", NULL);
    assert_int_equal(fclose(stream), 0);
    assert_null(strstr(text, "quiet"));
    assert_non_null(strstr(text, "Z error loud a=1 b=2\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_line_of_keys_and_values),
        cmocka_unit_test(a_value_cannot_forge_a_line_or_a_key),
        cmocka_unit_test(what_is_below_the_level_is_not_written),
    };
    return RUN_TESTS(tests);
}
