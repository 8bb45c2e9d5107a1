/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "bridge/cli/options.h"

static const struct vota_option table[] = {
    {.name = "rpc", .value = "URL", .repeat = true},
    {.name = "output", .letter = 'o', .value = "FILE"},
    {.name = "share", .letter = 's'},
    {.name = "role", .value = "ROLE", .required = true},
};
#define N        (sizeof table / sizeof table[0])
#define MAX_ARGS 80

/* A fresh argv from words, NULL at the end. */
struct line {
    char *argv[MAX_ARGS];
    size_t argc;
};

#define WORDS(line) ((struct vota_words){(line).argv, (line).argc})

static struct line line_of(const char *const *words)
{
    struct line line = {.argc = 0};
    for (; words[line.argc] != NULL; line.argc++)
        line.argv[line.argc] = (char *)(uintptr_t)words[line.argc];
    return line;
}

static void options_are_found_wherever_they_stand(void **state)
{
    (void)state;
    static const char *const words[] = {"a",    "--rpc", "x", "b",  "--rpc=y", "-o",
                                        "file", "-s",    "-", "--", "--role",  NULL};
    struct vota_args args;
    struct line line = line_of(words);
    assert_int_equal(vota_options_parse(&args, table, N, WORDS(line), false, NULL), VOTA_OK);
    assert_int_equal(args.n_positional, 4);
    assert_string_equal(args.positional[0], "a");
    assert_string_equal(args.positional[1], "b");
    assert_string_equal(args.positional[2], "-");
    assert_string_equal(args.positional[3], "--role");
    assert_int_equal(vota_args_count(&args, "rpc"), 2);
    assert_string_equal(vota_args_nth(&args, "rpc", 0), "x");
    assert_string_equal(vota_args_value(&args, "rpc"), "y");
    assert_null(vota_args_nth(&args, "rpc", 2));
    assert_string_equal(vota_args_value(&args, "output"), "file");
    assert_true(vota_args_has(&args, "share"));
    assert_false(vota_args_has(&args, "role"));
    assert_string_equal(vota_args_missing(&args)->name, "role");
}

static void a_value_may_be_attached_empty_or_look_like_an_option(void **state)
{
    (void)state;
    static const char *const words[] = {"-ofile", "--rpc=", "--rpc=--share", "--role=a=b", NULL};
    struct vota_args args;
    struct line line = line_of(words);
    assert_int_equal(vota_options_parse(&args, table, N, WORDS(line), false, NULL), VOTA_OK);
    assert_string_equal(vota_args_value(&args, "output"), "file");
    assert_string_equal(vota_args_nth(&args, "rpc", 0), "");
    assert_string_equal(vota_args_nth(&args, "rpc", 1), "--share");
    assert_string_equal(vota_args_value(&args, "role"), "a=b");
    assert_false(vota_args_has(&args, "share"));
    assert_null(vota_args_missing(&args));
}

static void reading_stops_at_the_command_when_asked(void **state)
{
    (void)state;
    static const char *const words[] = {"-s", "key", "-o", "--unknown", NULL};
    struct vota_args args;
    struct line line = line_of(words);
    assert_int_equal(vota_options_parse(&args, table, N, WORDS(line), true, NULL), VOTA_OK);
    assert_true(vota_args_has(&args, "share"));
    assert_int_equal(args.n_positional, 3);
    assert_string_equal(args.positional[0], "key");
    assert_string_equal(args.positional[2], "--unknown");
}

static void a_mistake_is_named_as_it_was_typed(void **state)
{
    (void)state;
    static const struct {
        const char *words[4];
        const char *where, *reason;
    } cases[] = {
        {{"a", "--rcp", "x", NULL}, "--rcp", "unknown-option"},
        {{"--rp", "x", NULL}, "--rp", "unknown-option"}, /* no abbreviations */
        {{"--rpcs", "x", NULL}, "--rpcs", "unknown-option"},
        {{"-x", NULL}, "-x", "unknown-option"},
        {{"--=x", NULL}, "--=x", "unknown-option"},
        {{"--rpc", NULL}, "--rpc", "needs-value"},
        {{"-o", NULL}, "-o", "needs-value"},
        {{"--rpc", "--share", NULL}, "--rpc", "needs-value"},
        {{"--rpc", "--", "x", NULL}, "--rpc", "needs-value"},
        {{"--share=yes", NULL}, "--share=yes", "takes-no-value"},
        {{"-sx", NULL}, "-sx", "takes-no-value"},
        {{"-o", "a", "--output=b", NULL}, "--output=b", "given-twice"},
        {{"-s", "--share", NULL}, "--share", "given-twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_args args = {.n_given = 7};
        struct vota_error err = {0};
        struct line line = line_of(cases[i].words);
        assert_int_equal(vota_options_parse(&args, table, N, WORDS(line), false, &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.where, cases[i].where);
        assert_string_equal(err.text, cases[i].reason);
        assert_int_equal(args.n_given, 7);
    }
}

static void sixty_four_options_are_the_most(void **state)
{
    (void)state;
    const char *words[VOTA_OPTIONS_MAX_GIVEN + 2];
    for (size_t i = 0; i <= VOTA_OPTIONS_MAX_GIVEN; i++)
        words[i] = "--rpc=x";
    words[VOTA_OPTIONS_MAX_GIVEN + 1] = NULL;
    struct vota_args args;
    struct vota_error err = {0};
    struct line line = line_of(words);
    assert_int_equal(vota_options_parse(&args, table, N, WORDS(line), false, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "too-many-options");
    assert_int_equal(vota_options_parse(&args, table, N,
                                        ((struct vota_words){line.argv, line.argc - 1}), false,
                                        NULL),
                     VOTA_OK);
    assert_int_equal(vota_args_count(&args, "rpc"), VOTA_OPTIONS_MAX_GIVEN);
}

static void a_near_word_is_offered_and_a_far_one_not(void **state)
{
    (void)state;
    static const char *const names[] = {"init", "key", "register", "receipt", "verify"};
    static const struct {
        const char *typed, *meant;
    } cases[] = {{"regsiter", "register"}, {"int", "init"},   {"verfy", "verify"}, {"kex", "key"},
                 {"reciept", "receipt"},   {"publish", NULL}, {"x", NULL},         {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *nearest = vota_options_nearest(cases[i].typed, names, 5);
        if (cases[i].meant == NULL)
            assert_null(nearest);
        else
            assert_string_equal(nearest, cases[i].meant);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_found_wherever_they_stand),
        cmocka_unit_test(a_value_may_be_attached_empty_or_look_like_an_option),
        cmocka_unit_test(reading_stops_at_the_command_when_asked),
        cmocka_unit_test(a_mistake_is_named_as_it_was_typed),
        cmocka_unit_test(sixty_four_options_are_the_most),
        cmocka_unit_test(a_near_word_is_offered_and_a_far_one_not),
    };
    return RUN_TESTS(tests);
}
