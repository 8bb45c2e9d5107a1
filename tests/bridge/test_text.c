/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/cli/cli.h"
#include "bridge/cli/output_json.h"

static const char *const *variables;

static const char *look_up(const char *name)
{
    for (size_t i = 0; variables[i] != NULL; i += 2) {
        if (strcmp(variables[i], name) == 0)
            return variables[i + 1];
    }
    return NULL;
}

/* What a template gives with these values; freed by the caller. */
static char *written(const char *template, const char *name, const char *value)
{
    char *text = NULL;
    size_t len = 0;
    struct vota_text_values values = {.n = 0};
    FILE *stream = open_memstream(&text, &len);
    assert_non_null(stream);
    if (name != NULL)
        vota_text_values_add(&values, name, value);
    vota_text_write(stream, template, &values);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void assert_written(const char *template, const char *name, const char *value,
                           const char *expected)
{
    char *text = written(template, name, value);
    assert_string_equal(text, expected);
    free(text);
}

static void placeholders_become_values(void **state)
{
    (void)state;
    assert_written("no placeholder", "a", "x", "no placeholder");
    assert_written("{a}", "a", "x", "x");
    assert_written("<{a}> and <{a}>", "a", "값", "<값> and <값>");
    assert_written("{a}{b}", "a", "x", "x{b}"); /* a forgotten one stays visible */
    assert_written("{ab}", "a", "x", "{ab}");
    assert_written("{a}", "a", "{a}", "{a}"); /* values are not templates */
    assert_written("{a}", "a", NULL, "");
}

static void one_and_many_take_their_forms(void **state)
{
    (void)state;
    assert_written("{n} {n|record|records}", "n", "1", "1 record");
    assert_written("{n} {n|record|records}", "n", "0", "0 records");
    assert_written("{n} {n|record|records}", "n", "11", "11 records");
    assert_written("{n} {n|record|records}", "n", "1,000", "1,000 records");
}

/* A title or an error from elsewhere must not move the cursor or forge a line. */
static void values_cannot_control_the_terminal(void **state)
{
    (void)state;
    assert_written("{a}", "a", "\x1b[2J", "\xef\xbf\xbd[2J");
    assert_written("{a}", "a", "x\ny\rz\t.", "x\xef\xbf\xbdy\xef\xbf\xbdz\xef\xbf\xbd.");
    assert_written("{a}", "a", "\x7f\xc2\x9b", "\xef\xbf\xbd\xef\xbf\xbd");
    assert_written("{a}", "a", "\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd");
    assert_written("{a}", "a", "한글 é", "한글 é");
}

static void the_catalogue_is_sorted_complete_and_found(void **state)
{
    (void)state;
    size_t n = 0;
    const struct vota_text_entry *entries = vota_text_catalogue(&n);
    assert_true(n > 100);
    for (size_t i = 0; i < n; i++) {
        assert_true(entries[i].text[VOTA_LANG_EN][0] != '\0');
        assert_true(entries[i].text[VOTA_LANG_KO][0] != '\0');
        assert_ptr_equal(vota_text_find(VOTA_LANG_KO, entries[i].key),
                         entries[i].text[VOTA_LANG_KO]);
        if (i > 0)
            assert_true(strcmp(entries[i - 1].key, entries[i].key) < 0);
    }
    assert_null(vota_text_find(VOTA_LANG_EN, "no.such.key"));
    assert_null(vota_text_find(VOTA_LANG_EN, ""));
}

static void the_language_comes_from_the_first_variable_that_is_set(void **state)
{
    (void)state;
    static const struct {
        const char *variables[7];
        enum vota_lang lang;
    } cases[] = {
        {{NULL}, VOTA_LANG_EN},
        {{"LANG", "ko_KR.UTF-8", NULL}, VOTA_LANG_KO},
        {{"LANG", "ko", NULL}, VOTA_LANG_KO},
        {{"LANG", "kok_IN", NULL}, VOTA_LANG_EN}, /* Konkani is not Korean */
        {{"LANG", "ko_KR.UTF-8", "LC_ALL", "C", NULL}, VOTA_LANG_EN},
        {{"LANG", "en_US.UTF-8", "LC_MESSAGES", "ko_KR", "LC_ALL", "", NULL}, VOTA_LANG_KO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        variables = cases[i].variables;
        assert_int_equal(vota_text_lang_of_env(look_up), cases[i].lang);
    }
    enum vota_lang lang = VOTA_LANG_KO;
    assert_false(vota_text_lang(&lang, "fr"));
    assert_int_equal(lang, VOTA_LANG_KO);
}

/* A cli that writes to memory. */
struct spoken {
    struct vota_cli cli;
    char *out, *err;
    size_t out_len, err_len;
};

static void spoken_init(struct spoken *spoken, enum vota_lang lang, bool json)
{
    *spoken = (struct spoken){.cli = {.lang = lang, .json = json, .utf8 = true}};
    spoken->cli.dir.path = "guri";
    spoken->cli.out = open_memstream(&spoken->out, &spoken->out_len);
    spoken->cli.err = open_memstream(&spoken->err, &spoken->err_len);
    assert_true(spoken->cli.out != NULL && spoken->cli.err != NULL);
}

static void spoken_close(struct spoken *spoken)
{
    assert_int_equal(fclose(spoken->cli.out), 0);
    assert_int_equal(fclose(spoken->cli.err), 0);
}

static void spoken_done(struct spoken *spoken)
{
    free(spoken->out);
    free(spoken->err);
}

static void an_error_says_what_and_what_next(void **state)
{
    (void)state;
    struct spoken spoken;
    spoken_init(&spoken, VOTA_LANG_EN, false);
    assert_int_equal(vota_cli_usage(&spoken.cli, "error.unknown-option", "--x", NULL),
                     VOTA_EXIT_USAGE);
    spoken_close(&spoken);
    assert_string_equal(spoken.out, "");
    assert_string_equal(spoken.err, "voteanchor: error: unknown option --x\n"
                                    "  \xe2\x86\x92 See: voteanchor --help\n");
    spoken_done(&spoken);
    spoken_init(&spoken, VOTA_LANG_KO, false);
    spoken.cli.utf8 = false;
    assert_int_equal(vota_cli_usage(&spoken.cli, "error.unknown-option", "--x", NULL),
                     VOTA_EXIT_USAGE);
    spoken_close(&spoken);
    assert_string_equal(spoken.err, "voteanchor: 오류: 알 수 없는 옵션입니다: --x\n"
                                    "  -> 도움말: voteanchor --help\n");
    spoken_done(&spoken);
}

static void an_error_of_a_lower_layer_becomes_a_sentence(void **state)
{
    (void)state;
    struct spoken spoken;
    const struct vota_error err = {VOTA_CONFLICT, "file", "mode-too-open"};
    const struct vota_error odd = {VOTA_IO, "crypto.kdf", "some-new-code"};
    spoken_init(&spoken, VOTA_LANG_EN, false);
    assert_int_equal(vota_cli_fail_error(&spoken.cli, &err, "error.key-import", "file", "k", NULL),
                     VOTA_EXIT_FAILED);
    (void)vota_cli_fail_error(&spoken.cli, &odd, "error.key-import", "file", "k", NULL);
    spoken_close(&spoken);
    assert_non_null(strstr(spoken.err, "k: others may read the file"));
    assert_null(strstr(spoken.err, "(file)"));
    assert_non_null(strstr(spoken.err, "some-new-code (crypto.kdf)"));
    spoken_done(&spoken);
}

static void with_json_an_error_is_one_object(void **state)
{
    (void)state;
    struct spoken spoken;
    const struct vota_error err = {VOTA_CONFLICT, "file", "mode-too-open"};
    spoken_init(&spoken, VOTA_LANG_KO, true);
    (void)vota_cli_fail_error(&spoken.cli, &err, "error.key-import", "file", "a\"b\x1b", NULL);
    spoken_close(&spoken);
    json_t *root = json_loads(spoken.err, JSON_REJECT_DUPLICATES, NULL);
    json_t *error = test_get(root, "error");
    assert_string_equal(test_text(error, "code"), "key-import");
    assert_string_equal(test_text(error, "where"), "file");
    assert_string_equal(test_text(error, "reason"), "mode-too-open");
    assert_non_null(strstr(test_text(error, "message"), "a\"b"));
    assert_true(strlen(test_text(error, "next")) > 0);
    json_decref(root);
    spoken_done(&spoken);
}

static void a_configuration_error_names_file_line_key_value_and_limit(void **state)
{
    (void)state;
    struct spoken spoken;
    const struct vota_config_error error = {"not-in-range", 12, "batch.min_size", "0", "1 .. 1000"};
    const struct vota_config_error variable = {"not-a-number", 0, "VOTEANCHOR_BATCH_MIN_SIZE", "x",
                                               "1 .. 1000"};
    spoken_init(&spoken, VOTA_LANG_EN, false);
    (void)vota_cli_fail_config(&spoken.cli, &error);
    (void)vota_cli_fail_config(&spoken.cli, &variable);
    spoken_close(&spoken);
    assert_non_null(strstr(spoken.err, "voteanchor.ini:12: batch.min_size = 0: the value is out"));
    assert_non_null(strstr(spoken.err, "Allowed: 1 .. 1000."));
    assert_non_null(strstr(spoken.err, "error: VOTEANCHOR_BATCH_MIN_SIZE = x: not a whole number"));
    spoken_done(&spoken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_become_values),
        cmocka_unit_test(one_and_many_take_their_forms),
        cmocka_unit_test(values_cannot_control_the_terminal),
        cmocka_unit_test(the_catalogue_is_sorted_complete_and_found),
        cmocka_unit_test(the_language_comes_from_the_first_variable_that_is_set),
        cmocka_unit_test(an_error_says_what_and_what_next),
        cmocka_unit_test(an_error_of_a_lower_layer_becomes_a_sentence),
        cmocka_unit_test(with_json_an_error_is_one_object),
        cmocka_unit_test(a_configuration_error_names_file_line_key_value_and_limit),
    };
    return RUN_TESTS(tests);
}
