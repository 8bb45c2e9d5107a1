/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/definition_json.h"

#define NOW 1795338001 /* 2026-11-22T09:00:01Z */

/* The canonical text that a file comes to; the caller frees. */
static char *canonical(const char *file)
{
    struct vota_definition_draft draft;
    struct vota_definition_problem problem = {.reason = NULL};
    char *text = calloc(1, VOTA_DEFINITION_MAX_BYTES + 1);
    struct vota_wr wr = vota_wr_of(text, VOTA_DEFINITION_MAX_BYTES);
    if (vota_definition_json_read(&draft, file, strlen(file), NOW, &problem) != VOTA_OK)
        fail_msg("%s: %s", problem.where, problem.reason);
    vota_definition_write(&wr, &draft.parts);
    vota_definition_json_done(&draft);
    assert_true(vota_wr_fits(&wr));
    return text;
}

static void assert_valid(const char *text)
{
    struct vota_definition *definition = malloc(sizeof *definition);
    struct vota_error err = {0};
    assert_non_null(definition);
    if (vota_definition_read(definition, text, strlen(text), &err) != VOTA_OK)
        fail_msg("%s: %s: %s", err.where, err.text, text);
    free(definition);
}

/* Whatever the order, the spacing and the escapes of a file, its hash is one. */
static void a_definition_of_the_vectors_comes_back_byte_for_byte(void **state)
{
    (void)state;
    size_t n = 0;
    json_t *root = test_vectors();
    json_t *definitions = test_get(test_get(root, "records"), "definitions");
    json_t *definition;
    size_t i;
    json_array_foreach(definitions, i, definition)
    {
        const char *text = test_text(definition, "text");
        json_t *parsed = json_loads(text, 0, NULL);
        char *loose = json_dumps(parsed, JSON_INDENT(4) | JSON_ENSURE_ASCII);
        char *again = canonical(loose);
        assert_string_equal(again, text);
        free(again);
        free(loose);
        json_decref(parsed);
        n++;
    }
    assert_true(n >= 4);
    json_decref(root);
}

static void a_vote_needs_five_members_and_gets_the_rest(void **state)
{
    (void)state;
    char *text = canonical("{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"도시과\","
                           "\"title\":\"불을 켤까요?\",\"closes_at\":\"2026-12-01T09:00+09:00\","
                           "\"options\":[\"예\",{\"id\":\"no\",\"en\":\"No\",\"ko\":\"아니요\"}]}");
    assert_string_equal(
        text, "{\"anchor_within\":3600,\"choices\":{\"max\":1,\"min\":1},"
              "\"closes_at\":\"2026-12-01T00:00:00Z\",\"counts_until\":\"2026-12-02T00:00:00Z\","
              "\"department\":\"도시과\",\"disclosure\":\"on_close\",\"eligible\":0,"
              "\"format\":\"voteanchor-register-v1\",\"id\":\"a\",\"kind\":\"vote\","
              "\"opens_at\":\"2026-11-22T09:01:00Z\",\"options\":[{\"en\":\"예\",\"id\":\"1\","
              "\"ko\":\"예\"},{\"en\":\"No\",\"id\":\"no\",\"ko\":\"아니요\"}],"
              "\"results_by\":\"2026-12-09T00:00:00Z\",\"revision\":\"first\",\"tag_key_hash\":"
              "\"0x0000000000000000000000000000000000000000000000000000000000000000\","
              "\"text\":{\"en\":\"불을 켤까요?\",\"ko\":\"불을 켤까요?\"},\"threshold\":0,"
              "\"title\":{\"en\":\"불을 켤까요?\",\"ko\":\"불을 켤까요?\"}}");
    assert_valid(text);
    free(text);
}

static void every_kind_has_defaults_that_its_rules_accept(void **state)
{
    (void)state;
    static const char *const kinds[] = {"endorsement", "proposal", "procedure"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char file[256];
        (void)snprintf(file, sizeof file,
                       "{\"id\":\"a\",\"kind\":\"%s\",\"department\":\"d\",\"title\":\"t\","
                       "\"closes_at\":\"2026-12-01T00:00Z\"}",
                       kinds[i]);
        char *text = canonical(file);
        assert_valid(text);
        free(text);
    }
}

static void what_a_file_gives_wins_over_the_defaults(void **state)
{
    (void)state;
    char *text = canonical(
        "{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":{\"en\":\"t\",\"ko\":"
        "\"제목\"},\"text\":\"x\",\"options\":[\"A\",\"B\",\"C\"],\"choices\":{\"max\":2},"
        "\"opens_at\":\"2026-11-23T00:00Z\",\"closes_at\":\"2026-12-01T00:00Z\","
        "\"counts_until\":\"2026-12-03T00:00Z\",\"results_by\":\"2026-12-04T00:00Z\","
        "\"anchor_within\":60,\"eligible\":9,\"revision\":\"last\",\"disclosure\":\"never\"}");
    assert_valid(text);
    static const char *const parts[] = {"\"anchor_within\":60",
                                        "\"choices\":{\"max\":2,\"min\":1}",
                                        "\"opens_at\":\"2026-11-23T00:00:00Z\"",
                                        "\"counts_until\":\"2026-12-03T00:00:00Z\"",
                                        "\"results_by\":\"2026-12-04T00:00:00Z\"",
                                        "\"eligible\":9",
                                        "\"revision\":\"last\"",
                                        "\"disclosure\":\"never\"",
                                        "\"text\":{\"en\":\"x\",\"ko\":\"x\"}",
                                        "\"title\":{\"en\":\"t\",\"ko\":\"제목\"}"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_non_null(strstr(text, parts[i]));
    free(text);
}

#define BASE                                                                                       \
    "\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":\"t\",\"options\":[\"A\","      \
    "\"B\"],\"closes_at\":\"2026-12-01T00:00Z\""

static void a_mistake_is_named_with_its_member(void **state)
{
    (void)state;
    static const struct {
        const char *file, *where, *reason;
        int line;
    } cases[] = {
        {"", "", "not-json", 1},
        {"{\"id\":\"a\",\n\"kind\":}", "", "not-json", 2},
        {"{} x", "", "not-json", 1},
        {"[]", "", "bad-type", 0},
        {"{\"id\":\"\xff\"}", "", "not-utf8", 1},
        {"{\"id\":\"a\\u0000\"}", "", "nul", 1},
        {"{\"id\":\"a\",\"id\":\"b\"}", "", "duplicate-key", 1},
        {"{" BASE ",\"eligible\":99999999999999999999}", "", "bad-number", 1},
        {"{}", "id", "missing-key", 0},
        {"{\"id\":1}", "id", "bad-type", 0},
        {"{" BASE ",\"titel\":\"t\"}", "titel", "unknown-key", 0},
        {"{" BASE ",\"format\":\"voteanchor-register-v2\"}", "format", "bad-value", 0},
        {"{" BASE ",\"text\":{\"en\":\"x\"}}", "text.ko", "missing-key", 0},
        {"{" BASE ",\"text\":{\"en\":\"x\",\"ko\":\"x\",\"fr\":\"x\"}}", "text.fr", "unknown-key",
         0},
        {"{" BASE ",\"text\":7}", "text", "bad-type", 0},
        {"{" BASE ",\"choices\":2}", "choices", "bad-type", 0},
        {"{" BASE ",\"choices\":{\"most\":2}}", "choices.most", "unknown-key", 0},
        {"{" BASE ",\"choices\":{\"max\":-1}}", "choices.max", "bad-number", 0},
        {"{" BASE ",\"choices\":{\"max\":1.0}}", "choices.max", "bad-type", 0},
        {"{" BASE ",\"opens_at\":\"2026-12-01\"}", "opens_at", "not-a-moment", 0},
        {"{" BASE ",\"opens_at\":5}", "opens_at", "bad-type", 0},
        {"{" BASE ",\"tag_key_hash\":\"0x12\"}", "tag_key_hash", "bad-hash", 0},
        {"{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":\"t\",\"options\":[\"A\"]"
         "}",
         "closes_at", "missing-key", 0},
        {"{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":\"t\",\"options\":{}}",
         "options", "bad-type", 0},
        {"{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":\"t\",\"options\":[1]}",
         "options[0]", "bad-type", 0},
        {"{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":\"t\",\"options\":[\"A\","
         "{\"en\":\"x\"}]}",
         "options[1].ko", "missing-key", 0},
        {"{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":\"t\",\"options\":["
         "{\"en\":\"x\",\"ko\":\"x\",\"Id\":\"x\"}]}",
         "options[0].Id", "unknown-key", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_definition_draft draft;
        struct vota_definition_problem problem = {.reason = NULL};
        const enum vota_status status =
            vota_definition_json_read(&draft, cases[i].file, strlen(cases[i].file), NOW, &problem);
        if (status != VOTA_BAD_INPUT)
            fail_msg("taken: %s", cases[i].file);
        assert_string_equal(problem.reason, cases[i].reason);
        assert_string_equal(problem.where, cases[i].where);
        assert_int_equal(problem.line, cases[i].line);
    }
}

/* A vote of n options, as short as can be; its length. */
static size_t write_options(char *file, size_t cap, size_t n)
{
    struct vota_wr wr = vota_wr_of(file, cap);
    vota_wr_text(&wr, "{\"id\":\"a\",\"kind\":\"vote\",\"department\":\"d\",\"title\":\"t\","
                      "\"closes_at\":\"2026-12-01T00:00Z\",\"options\":[\"A\"");
    for (size_t i = 1; i < n; i++)
        vota_wr_text(&wr, ",\"A\"");
    vota_wr_text(&wr, "]}");
    assert_true(vota_wr_fits(&wr));
    return wr.len;
}

static void size_and_options_have_their_limits(void **state)
{
    (void)state;
    struct vota_definition_draft draft;
    struct vota_definition_problem problem;
    char *file = calloc(1, VOTA_DEFINITION_JSON_MAX + 2);
    assert_non_null(file);
    memset(file, ' ', VOTA_DEFINITION_JSON_MAX + 1);
    assert_int_equal(
        vota_definition_json_read(&draft, file, VOTA_DEFINITION_JSON_MAX + 1, NOW, &problem),
        VOTA_BAD_INPUT);
    assert_string_equal(problem.reason, "file-too-large");
    size_t len = write_options(file, VOTA_DEFINITION_JSON_MAX, VOTA_DEFINITION_MAX_OPTIONS);
    assert_int_equal(vota_definition_json_read(&draft, file, len, NOW, &problem), VOTA_OK);
    assert_int_equal(draft.parts.option_count, VOTA_DEFINITION_MAX_OPTIONS);
    vota_definition_json_done(&draft);
    len = write_options(file, VOTA_DEFINITION_JSON_MAX, VOTA_DEFINITION_MAX_OPTIONS + 1);
    assert_int_equal(vota_definition_json_read(&draft, file, len, NOW, &problem), VOTA_BAD_INPUT);
    assert_string_equal(problem.where, "options");
    assert_string_equal(problem.reason, "too-long");
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_definition_of_the_vectors_comes_back_byte_for_byte),
        cmocka_unit_test(a_vote_needs_five_members_and_gets_the_rest),
        cmocka_unit_test(every_kind_has_defaults_that_its_rules_accept),
        cmocka_unit_test(what_a_file_gives_wins_over_the_defaults),
        cmocka_unit_test(a_mistake_is_named_with_its_member),
        cmocka_unit_test(size_and_options_have_their_limits),
    };
    return RUN_TESTS(tests);
}
