/* SPDX-License-Identifier: Apache-2.0 */
/* The one text of a bundle: written, read, and everything else refused. */
#include "tests/bridge/breach_fixture.h"

static void test_what_is_read_is_written_the_same(void **state)
{
    (void)state;
    for (enum scene_when when = NEVER; when <= TOO_LATE; when += TOO_LATE) {
        struct scene *scene = scene_of(when);
        uint8_t *again = malloc(scene->len);
        struct vota_wr wr = vota_wr_of(again, scene->len);
        vota_breach_json_write(&wr, &scene->copy.about);
        assert_int_equal(wr.len, scene->len);
        assert_memory_equal(again, scene->text, scene->len);
        free(again);
        scene_free(scene);
    }
}

/* The text with its first `from` replaced; the caller frees. */
static char *replace(const struct scene *scene, const char *from, const char *to, size_t *ret_len)
{
    char *text = calloc(1, scene->len + strlen(to) + 1);
    char *copy = calloc(1, scene->len + 1);
    memcpy(copy, scene->text, scene->len);
    const char *at = strstr(copy, from);
    if (at == NULL)
        fail_msg("no %s", from);
    const size_t before = (size_t)(at - copy);
    memcpy(text, copy, before);
    memcpy(text + before, to, strlen(to));
    memcpy(text + before + strlen(to), at + strlen(from), scene->len - before - strlen(from));
    *ret_len = scene->len - strlen(from) + strlen(to);
    free(copy);
    return text;
}

static void test_every_other_text_is_refused(void **state)
{
    static const struct {
        const char *from, *to, *reason;
    } cases[] = {
        {"{\"acceptance\"", "{ \"acceptance\"", "not-canonical"},
        {"}\n", "}", "no-line-end"},
        {"}\n", "}\n\n", "not-canonical"},
        {"}\n", "", "no-line-end"},
        {"\"format\":\"voteanchor-breach-v1\"", "\"format\":\"voteanchor-breach-v2\"", "bad-value"},
        {",\"format\":\"voteanchor-breach-v1\"", "", "missing-member"},
        {"\"row\":", "\"also\":1,\"row\":", "unknown-member"},
        {"\"row\":", "\"row\":1,\"row\":", "not-json"},
        {"\"leaves\":\"", "\"leaves\":\"=", "bad-leaves"},
        {"\"leaves\":\"", "\"leaves\":\"AAAA", "bad-leaves"},
        {"\"entry\":2,\"leaves\"", "\"entry\":1,\"leaves\"", "bad-batch"},
        {"\"entry\":2,\"leaves\"", "\"entry\":3,\"leaves\"", "bad-batch"},
        {"\"entry\":3,\"leaves\"", "\"entry\":9,\"leaves\"", "bad-batch"},
        {"\"entry\":2,\"leaves\"", "\"entry\":2,\"path\":[],\"leaves\"", "unknown-member"},
        {"\"entry\":2,\"leaves\"", "\"entry\":2,\"path\":[1,1,1],\"leaves\"", "unknown-member"},
        {"\"kind\":2,\"number\":3", "\"kind\":2,\"number\":2", "bad-entry"},
        {"\"kind\":1,\"number\":1", "\"kind\":2,\"number\":1", "bad-entry"},
        {"\"anchor_by\":", "\"anchor_by\":-", "bad-number"},
        {"\"chain_id\":31337", "\"chain_id\":31338", "not-in-line"},
        {"\"contracts\":[", "\"contracts\":[1,", "bad-type"},
        {"\"header\":\"0x", "\"header\":\"0x0", "bad-hex"},
        {"evidence-mpt-v1", "evidence-mpt-v2", "bad-value"}};
    struct scene *scene = scene_of(NEVER);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_breach_copy copy;
        struct vota_error err = {0};
        size_t len = 0;
        char *text = replace(scene, cases[i].from, cases[i].to, &len);
        assert_int_equal(vota_breach_json_read(&copy, text, len, &err), VOTA_BAD_INPUT);
        if (strcmp(err.text, cases[i].reason) != 0)
            fail_msg("case %zu: %s %s", i, err.where, err.text);
        free(text);
    }
    scene_free(scene);
}

static void test_a_text_over_the_ceiling_is_refused(void **state)
{
    struct vota_breach_copy copy;
    struct vota_error err = {0};
    (void)state;
    /* Not read at all: the length alone decides. */
    assert_int_equal(vota_breach_json_read(&copy, "", VOTA_BREACH_MAX_BYTES + 1, &err), VOTA_LIMIT);
    assert_string_equal(err.text, "too-long");
    assert_int_equal(vota_breach_json_read(&copy, "", 0, NULL), VOTA_BAD_INPUT);
}

/* Short values are small in a file and large in memory. */
static void test_a_text_of_many_short_values_is_not_parsed(void **state)
{
    static const char begin[] = "{\"a\":[[]";
    const size_t n = 300000;
    struct vota_breach_copy copy;
    struct vota_error err = {0};
    (void)state;
    char *text = malloc(sizeof begin + 3 * n + 3);
    assert_non_null(text);
    memcpy(text, begin, sizeof begin - 1);
    for (size_t i = 0; i < n; i++)
        memcpy(text + sizeof begin - 1 + 3 * i, ",[]", 3);
    memcpy(text + sizeof begin - 1 + 3 * n, "]}\n", 3);
    assert_int_equal(vota_breach_json_read(&copy, text, sizeof begin + 2 + 3 * n, &err),
                     VOTA_LIMIT);
    assert_string_equal(err.text, "too-many-values");
    free(text);
}

/* The worked example of docs/FORMATS.md, part 13. */
static void test_the_example_is_a_broken_promise(void **state)
{
    FILE *page = fopen(VOTA_SOURCE_DIR "/docs/FORMATS.md", "r");
    static char line[65536];
    struct vota_breach_copy copy;
    struct vota_error err = {0};
    bool inside = false;
    bool seen = false;
    (void)state;
    assert_non_null(page);
    while (!seen && fgets(line, sizeof line, page) != NULL) {
        seen = inside;
        inside = strcmp(line, "```breach\n") == 0;
    }
    assert_int_equal(fclose(page), 0);
    assert_true(seen);
    if (vota_breach_json_read(&copy, line, strlen(line), &err) != VOTA_OK)
        fail_msg("%s %s", err.where, err.text);
    const struct vota_breach_believed believed = {true, VOTA_BREACH_BLOCK_FINAL};
    const struct vota_breach_trust trust = {.contracts = &believed,
                                            .recover = vota_trusted_recover};
    struct vota_breach_report report;
    assert_int_equal(vota_breach_judge(&report, &copy.about, &trust), VOTA_OK);
    assert_int_equal(report.outcome, VOTA_PROMISE_BROKEN);
    assert_int_equal(report.searched_count, 2);
    vota_breach_report_done(&report);
    vota_breach_copy_done(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read_is_written_the_same),
        cmocka_unit_test(test_every_other_text_is_refused),
        cmocka_unit_test(test_a_text_over_the_ceiling_is_refused),
        cmocka_unit_test(test_a_text_of_many_short_values_is_not_parsed),
        cmocka_unit_test(test_the_example_is_a_broken_promise)};
    return RUN_TESTS(tests);
}
