/* SPDX-License-Identifier: Apache-2.0 */
/* The counters with a label for each reason: every reason and problem there is has its own. */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/http/metrics_parts.h"

static bool is_of_a_file(const char *reason)
{
    static const char *const of_files[] = {
        "broken-quotes",    "cast-at-twice",  "not-cp949",         "other-register",
        "too-many-columns", "unclosed-quote", "wrong-column-count"};
    for (size_t i = 0; i < sizeof of_files / sizeof of_files[0]; i++) {
        if (strcmp(of_files[i], reason) == 0)
            return true;
    }
    return false;
}

static bool is_listed(const char *reason)
{
    for (size_t i = 0; i < VOTA_METRICS_REASONS; i++) {
        if (strcmp(vota_metrics_reasons[i], reason) == 0)
            return true;
    }
    return false;
}

/* A reason that a sentence explains is one that a record can be refused for. */
static void every_reason_of_a_refusal_has_its_counter(void **state)
{
    (void)state;
    json_error_t error;
    json_t *sentences = json_load_file(VOTA_SOURCE_DIR "/text/en.json", 0, &error);
    const char *key;
    json_t *sentence;
    size_t n = 0;
    assert_non_null(sentences);
    json_object_foreach(sentences, key, sentence)
    {
        if (strncmp(key, "import.", 7) != 0 || is_of_a_file(key + 7))
            continue;
        if (!is_listed(key + 7))
            fail_msg("%s is counted as other", key);
        n++;
    }
    assert_int_equal(n, VOTA_METRICS_REASONS);
    json_decref(sentences);
}

static void every_problem_that_is_listed_exists(void **state)
{
    (void)state;
    for (size_t i = 0; i < VOTA_METRICS_PROBLEMS; i++)
        assert_string_equal(vota_problem_of(vota_metrics_problems[i]).code,
                            vota_metrics_problems[i]);
}

/* The table of problem.c as its source has it: {"code", status}. */
static void every_problem_has_its_counter(void **state)
{
    (void)state;
    char source[16384] = "";
    FILE *from = fopen(VOTA_SOURCE_DIR "/bridge/http/problem.c", "r");
    size_t n = 0;
    assert_non_null(from);
    const size_t len = fread(source, 1, sizeof source - 1, from);
    (void)fclose(from);
    assert_in_range(len, 1000, sizeof source - 2);
    char *at = strstr(source, "problems[] = {");
    assert_non_null(at);
    *strstr(at, "};") = '\0';
    while ((at = strstr(at, "{\"")) != NULL) {
        char code[32];
        at += 2;
        (void)snprintf(code, sizeof code, "%.*s", (int)strcspn(at, "\""), at);
        bool found = false;
        for (size_t i = 0; i < VOTA_METRICS_PROBLEMS; i++)
            found = found || strcmp(vota_metrics_problems[i], code) == 0;
        if (!found)
            fail_msg("the problem %s is counted as other", code);
        n++;
    }
    assert_int_equal(n, VOTA_METRICS_PROBLEMS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_of_a_refusal_has_its_counter),
        cmocka_unit_test(every_problem_that_is_listed_exists),
        cmocka_unit_test(every_problem_has_its_counter),
    };
    return RUN_TESTS(tests);
}
