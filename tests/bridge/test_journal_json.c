/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the journal, openings, results and manifests: one form each, all else refused. */
#include "bridge/publish/manifest_json.h"
#include "bridge/publish/result_json.h"
#include "tests/bridge/town.h"

static const json_t *files(json_t *root)
{
    return test_get(test_get(root, "publication"), "files");
}

/* Line `n` (from 0) of a text of the vectors; the caller frees. */
static char *line_of(const char *text, size_t n)
{
    while (n-- > 0)
        text = strchr(text, '\n') + 1;
    return strndup(text, strcspn(text, "\n"));
}

static char *journal_line(json_t *root, size_t n)
{
    return line_of(test_text(test_get(files(root), "journal.ndjson"), "text"), n);
}

static void test_lines_read_and_write_themselves(void **state)
{
    json_t *root = test_vectors();
    struct vota_deployment deployment;
    char text[8192];
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct vota_journal_line_copy copy = {0};
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        char *line = journal_line(root, i);
        if (i == 0) {
            assert_int_equal(
                vota_journal_json_read_deployment(&deployment, line, strlen(line), NULL), VOTA_OK);
            vota_journal_json_write_deployment(&wr, &deployment);
        } else {
            assert_int_equal(vota_journal_json_read_line(&copy, line, strlen(line), NULL), VOTA_OK);
            assert_int_equal(copy.about.entry.number, i);
            vota_journal_json_write_line(&wr, &copy.about);
            vota_journal_line_copy_done(&copy);
        }
        assert_int_equal(wr.len, strlen(line));
        assert_memory_equal(text, line, wr.len);
        free(line);
    }
    json_decref(root);
}

/* The journal of the vectors folds, and its heads are those of the fold. */
static void test_the_vectors_journal_folds(void **state)
{
    json_t *root = test_vectors();
    struct vota_deployment deployment;
    struct vota_lines lines;
    vota_hash head;
    size_t place = 0;
    (void)state;
    vota_lines_init(&lines);
    char *line = journal_line(root, 0);
    assert_int_equal(vota_journal_json_read_deployment(&deployment, line, strlen(line), NULL),
                     VOTA_OK);
    free(line);
    for (size_t i = 1; i < 6; i++) {
        struct vota_journal_line_copy copy = {0};
        line = journal_line(root, i);
        assert_int_equal(vota_journal_json_read_line(&copy, line, strlen(line), NULL), VOTA_OK);
        assert_int_equal(vota_lines_add(&lines, &copy.about), VOTA_OK);
        vota_journal_line_copy_done(&copy);
        free(line);
    }
    assert_int_equal(vota_lines_fold(&lines, &head, &place, &deployment.genesis), VOTA_LINES_SOUND);
    assert_int_equal(place, 5);
    assert_hash_equal(&head, &lines.heads[4]);
    lines.counts[3].numbers[0]++;
    assert_int_equal(vota_lines_fold(&lines, &head, &place, &deployment.genesis), VOTA_LINES_TEXT);
    assert_int_equal(place, 3);
    lines.counts[3].numbers[0]--;
    lines.entries[1].time++;
    assert_int_equal(vota_lines_fold(&lines, &head, &place, &deployment.genesis), VOTA_LINES_HEAD);
    assert_int_equal(place, 1);
    lines.entries[1].time--;
    lines.entries[2].number++;
    assert_int_equal(vota_lines_fold(&lines, &head, &place, &deployment.genesis),
                     VOTA_LINES_NUMBER);
    assert_int_equal(place, 2);
    vota_lines_done(&lines);
    json_decref(root);
}

/* What is refused: put `other` for `text` in line `n`. */
struct change {
    size_t n;
    const char *text, *other, *reason;
};

static const struct change changes[] = {
    {0, "voteanchor-journal-v1", "voteanchor-journal-v2", "bad-value"},
    {0, "{\"acceptance_key\"", "{\"a\":1,\"acceptance_key\"", "unknown-member"},
    {0, "\"block\":1000,", "", "missing-member"},
    {0, "\"chain_id\":31337", "\"chain_id\":31337.0", "bad-type"},
    {0, "\"chain_id\":31337", "\"chain_id\":-1", "bad-number"},
    {0, "\"chain_id\":31337", "\"chain_id\": 31337", "not-canonical"},
    {0, "\"pred_length\":0,", "\"pred_length\":0,\"pred_length\":0,", "not-json"},
    {1, "\"definition\":", "\"reason\":", "missing-member"},
    {1, "\"kind\":1", "\"kind\":2", "unknown-member"},
    {2, "\"kind\":2", "\"kind\":1", "missing-member"},
    {2, "\"kind\":2", "\"kind\":2 ", "not-canonical"},
    {2, "\"kind\":2", "\"kind\":9007199254740992", "bad-number"},
    {4, "\"counts\":[3,", "\"counts\":[\"3\",", "bad-type"},
    {4, "\"counts\":[3,", "\"counts\":[03,", "not-json"},
    {4, "\"counts\":[", "\"counts\":{", "not-json"},
    {5, "\"reason\":\"", "\"reason\":\"\\u0041", "not-canonical"},
    {5, "\"reason\":\"", "\"reason\":\"\xff", "not-json"},
};

static void test_every_other_line_is_refused(void **state)
{
    json_t *root = test_vectors();
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char *line = journal_line(root, changes[i].n);
        char changed[8192];
        struct vota_deployment deployment;
        struct vota_journal_line_copy copy;
        struct vota_error err = {0};
        const char *at = strstr(line, changes[i].text);
        assert_non_null(at);
        (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - line), line,
                       changes[i].other, at + strlen(changes[i].text));
        const enum vota_status status =
            changes[i].n == 0
                ? vota_journal_json_read_deployment(&deployment, changed, strlen(changed), &err)
                : vota_journal_json_read_line(&copy, changed, strlen(changed), &err);
        if (status != VOTA_BAD_INPUT || strcmp(err.text, changes[i].reason) != 0)
            fail_msg("change %zu: %d %s", i, (int)status, err.text);
        free(line);
    }
    json_decref(root);
}

static void test_a_kind_of_a_newer_version_is_a_line(void **state)
{
    json_t *root = test_vectors();
    char *line = journal_line(root, 2);
    struct vota_journal_line_copy copy;
    (void)state;
    strstr(line, "\"kind\":2")[7] = '9';
    assert_int_equal(vota_journal_json_read_line(&copy, line, strlen(line), NULL), VOTA_OK);
    assert_false(vota_entry_is_known(&copy.about.entry));
    vota_journal_line_copy_done(&copy);
    free(line);
    json_decref(root);
}

/* ---- openings ---- */

static void test_openings_read_and_write_themselves(void **state)
{
    json_t *root = test_vectors();
    const char *name = NULL;
    json_t *file = NULL;
    size_t checked = 0;
    (void)state;
    json_object_foreach(test_get(test_get(root, "publication"), "files"), name, file)
    {
        if (strncmp(name, "openings/", 9) != 0)
            continue;
        for (size_t i = 0; i < 5; i++) {
            char *line = line_of(test_text(file, "text"), i);
            uint8_t content[VOTA_CONTENT_MAX_BYTES];
            uint8_t text[1024];
            struct vota_opening opening;
            assert_int_equal(vota_openings_json_read(
                                 &opening, content,
                                 (struct vota_slice){(const uint8_t *)line, strlen(line)}, NULL),
                             VOTA_OK);
            struct vota_wr wr = vota_wr_of(text, sizeof text);
            vota_openings_json_write(&wr, &opening);
            assert_int_equal(wr.len, strlen(line));
            assert_memory_equal(text, line, wr.len);
            free(line);
            checked++;
        }
    }
    assert_int_equal(checked, 5);
    json_decref(root);
}

static void test_other_openings_are_refused(void **state)
{
#define LEAF "\"leaf\":\"0x" HASH "\""
#define SALT "\"salt\":\"0x" HASH "\""
#define HASH "0000000000000000000000000000000000000000000000000000000000000000"
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "not-json"},
        {"{\"content\":\"x\"," LEAF "}", "missing-key"},
        {"{\"content\":\"x\"," SALT "," LEAF "}", "not-canonical"},
        {"{\"content\":\"x\"," LEAF "," SALT ",\"z\":1}", "unknown-key"},
        {"{\"content\":\"x\"," LEAF "," SALT "} ", "not-canonical"},
        {"{ \"content\":\"x\"," LEAF "," SALT "}", "not-canonical"},
        {"{\"content\":1," LEAF "," SALT "}", "bad-type"},
        {"{\"content\":\"\\u0041\"," LEAF "," SALT "}", "not-canonical"},
        {"{\"content\":\"x\",\"leaf\":\"0x00\"," SALT "}", "bad-hash"},
        {"{\"content\":\"x\",\"leaf\":\"" HASH "\"," SALT "}", "bad-hash"},
        {"{\"content\":\"\xff\"," LEAF "," SALT "}", "not-utf8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t content[VOTA_CONTENT_MAX_BYTES];
        struct vota_opening opening;
        struct vota_error err = {0};
        const enum vota_status status =
            vota_openings_json_read(&opening, content, town_slice(cases[i].text), &err);
        if (status != VOTA_BAD_INPUT || strcmp(err.text, cases[i].reason) != 0)
            fail_msg("case %zu: %d %s", i, (int)status, err.text);
    }
}

static void test_a_content_over_its_limit_is_refused(void **state)
{
    const size_t len = VOTA_CONTENT_MAX_BYTES;
    char *content = malloc(len + 1);
    uint8_t *text = malloc(len + 512);
    uint8_t *read = malloc(len);
    struct vota_opening opening = {.content = {(const uint8_t *)content, len}};
    (void)state;
    memset(content, 'x', len + 1);
    for (size_t more = 0; more < 2; more++) {
        struct vota_wr wr = vota_wr_of(text, len + 512);
        struct vota_opening again;
        opening.content.len = len + more;
        vota_openings_json_write(&wr, &opening);
        assert_int_equal(
            vota_openings_json_read(&again, read, (struct vota_slice){text, wr.len}, NULL),
            more == 0 ? VOTA_OK : VOTA_LIMIT);
    }
    free(read);
    free(text);
    free(content);
}

/* ---- results and manifests ---- */

static void test_results(void **state)
{
    static const struct {
        const char *text;
        enum vota_status status;
    } cases[] = {
        {"{\"counts\":[1,2],\"last_entry\":3,\"register\":\"0x" HASH "\"}", VOTA_OK},
        {"{\"counts\":[],\"last_entry\":3,\"register\":\"0x" HASH "\"}", VOTA_OK},
        {"{\"counts\":[1, 2],\"last_entry\":3,\"register\":\"0x" HASH "\"}", VOTA_BAD_INPUT},
        {"{\"counts\":[-1],\"last_entry\":3,\"register\":\"0x" HASH "\"}", VOTA_BAD_INPUT},
        {"{\"counts\":[1.5],\"last_entry\":3,\"register\":\"0x" HASH "\"}", VOTA_BAD_INPUT},
        {"{\"counts\":[1],\"register\":\"0x" HASH "\"}", VOTA_BAD_INPUT},
        {"{\"counts\":[1],\"last_entry\":3,\"register\":\"0x" HASH "\",\"x\":0}", VOTA_BAD_INPUT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct vota_result_file result;
        assert_int_equal(vota_result_json_read(&result, cases[i].text, strlen(cases[i].text), NULL),
                         cases[i].status);
    }
}

#define FILE_OF(path) "{\"files\":{\"" path "\":{\"bytes\":1,\"sha256\":\"" HASH "\"}}," FORMAT
#define FORMAT        "\"format\":\"voteanchor-publication-v1\"}"

/* No path of a stranger's manifest leads out of the directory. */
static void test_paths_of_manifests(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {FILE_OF("a/b.rows"), NULL},
        {FILE_OF("../a"), "bad-path"},
        {FILE_OF("a/../b"), "bad-path"},
        {FILE_OF("/etc/passwd"), "bad-path"},
        {FILE_OF("a//b"), "bad-path"},
        {FILE_OF("a/"), "bad-path"},
        {FILE_OF(".hidden"), "bad-path"},
        {FILE_OF("a\\\\b"), "bad-path"},
        {FILE_OF(""), "bad-path"},
        {FILE_OF("A"), "bad-path"},
        {"{\"files\":{\"a\":{\"bytes\":1,\"sha256\":\"0x" HASH "\"}}," FORMAT, "bad-hash"},
        {"{\"files\":{\"a\":{\"bytes\":1}}," FORMAT, "missing-member"},
        {"{\"files\":[]," FORMAT, "bad-type"},
        {"{" FORMAT, "missing-member"},
        {"{\"files\":{ }," FORMAT, "not-canonical"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_file_list manifest = {0};
        struct vota_error err = {0};
        const enum vota_status status =
            vota_manifest_json_read(&manifest, cases[i].text, strlen(cases[i].text), &err);
        if ((status == VOTA_OK) != (cases[i].reason == NULL) ||
            (cases[i].reason != NULL && strcmp(err.text, cases[i].reason) != 0))
            fail_msg("case %zu: %d %s", i, (int)status, err.text);
        vota_file_list_done(&manifest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_read_and_write_themselves),
        cmocka_unit_test(test_the_vectors_journal_folds),
        cmocka_unit_test(test_every_other_line_is_refused),
        cmocka_unit_test(test_a_kind_of_a_newer_version_is_a_line),
        cmocka_unit_test(test_openings_read_and_write_themselves),
        cmocka_unit_test(test_other_openings_are_refused),
        cmocka_unit_test(test_a_content_over_its_limit_is_refused),
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_paths_of_manifests),
    };
    return RUN_TESTS(tests);
}
