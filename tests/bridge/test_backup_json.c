/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a backup: one text for one content, and no path that leads out. */
#include <stdio.h>
#include <stdlib.h>

#include "bridge/backup/backup_json.h"
#include "tests/test.h"

#define HASH "1111111111111111111111111111111111111111111111111111111111111111"
#define SUM  "2222222222222222222222222222222222222222222222222222222222222222"
#define FILES                                                                                      \
    "\"files\":{\"voteanchor.db\":{\"bytes\":4096,\"sha256\":\"" SUM "\"},"                        \
    "\"voteanchor.ini\":{\"bytes\":7,\"sha256\":\"" SUM "\"}}"
#define NETWORK                                                                                    \
    "{\"chain_id\":560048,\"contract\":\"0x00000000000000000000000000000000000000ff\","            \
    "\"final\":3,\"genesis\":\"0x" HASH "\",\"head\":\"0x" SUM "\",\"length\":4,"                  \
    "\"name\":\"hoodi\"}"
#define AFTER_FILES                                                                                \
    ",\"format\":\"voteanchor-backup-v1\",\"last_accepted_at\":1790000040,"                        \
    "\"last_record\":\"R-\xea\xb5\xac\",\"made_at\":1790000100,\"networks\":[" NETWORK "],"        \
    "\"pending\":2,\"program\":\"0.1.0\",\"records\":9,\"schema\":3,\"secrets\":0,"                \
    "\"store_id\":\"00112233445566778899aabbccddeeff\"}"
#define GOOD "{" FILES AFTER_FILES

static void a_manifest_is_read_and_written_as_the_same_text(void **state)
{
    (void)state;
    struct vota_backup backup;
    char text[2048];
    assert_int_equal(vota_backup_json_read(&backup, GOOD, strlen(GOOD), NULL), VOTA_OK);
    assert_int_equal(backup.list.n, 2);
    assert_string_equal(backup.list.files[0].path, "voteanchor.db");
    assert_int_equal(backup.list.files[0].bytes, 4096);
    assert_int_equal(backup.list.files[1].sha256[31], 0x22);
    assert_int_equal(backup.n_networks, 1);
    assert_int_equal(backup.network[0].length, 4);
    assert_string_equal(backup.network[0].name, "hoodi");
    assert_string_equal(backup.facts.last_record, "R-\xea\xb5\xac");
    assert_int_equal(backup.facts.records, 9);
    assert_int_equal(backup.made_at, 1790000100);
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_backup_json_write(&wr, &backup);
    assert_int_equal(wr.len, strlen(GOOD));
    assert_memory_equal(text, GOOD, wr.len);
    vota_backup_done(&backup);
}

static void other_texts_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "not-json"},
        {"[]", "bad-type"},
        {"{}", "missing-member"},
        {"{" FILES "}", "missing-member"},
        {"{ " FILES AFTER_FILES, "not-canonical"},
        {"{\"extra\":1," FILES AFTER_FILES, "unknown-member"},
        {"{\"files\":[]" AFTER_FILES, "bad-type"},
        {"{\"files\":{\"../evil\":{\"bytes\":1,\"sha256\":\"" SUM "\"}}" AFTER_FILES, "bad-path"},
        {"{\"files\":{\"/etc/evil\":{\"bytes\":1,\"sha256\":\"" SUM "\"}}" AFTER_FILES, "bad-path"},
        {"{\"files\":{\"a\":{\"bytes\":1,\"sha256\":\"" HASH "22\"}}" AFTER_FILES, "bad-hash"},
        {"{\"files\":{\"a\":{\"bytes\":1,\"sha256\":\"22\"}}" AFTER_FILES, "bad-hash"},
        {"{\"files\":{\"a\":{\"bytes\":-1,\"sha256\":\"" SUM "\"}}" AFTER_FILES, "bad-number"},
        {"{\"files\":{\"a\":{\"sha256\":\"" SUM "\"}}" AFTER_FILES, "missing-member"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_backup backup;
        struct vota_error err = {0};
        assert_int_equal(vota_backup_json_read(&backup, cases[i].text, strlen(cases[i].text), &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
    }
}

/* Replaces the first `from` of the good text; the caller frees. */
static char *with(const char *from, const char *to)
{
    const char *at = strstr(GOOD, from);
    assert_non_null(at);
    const size_t cap = strlen(GOOD) + strlen(to) + 1;
    char *text = malloc(cap);
    assert_non_null(text);
    (void)snprintf(text, cap, "%.*s%s%s", (int)(at - (const char *)GOOD), GOOD, to,
                   at + strlen(from));
    return text;
}

static void values_have_their_type_and_their_limit(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *reason;
    } cases[] = {
        {"backup-v1", "backup-v2", "bad-value"},
        {"\"records\":9", "\"records\":\"9\"", "bad-type"},
        {"\"records\":9", "\"records\":9007199254740992", "bad-number"},
        {"\"secrets\":0", "\"secrets\":00", "not-json"},
        {"\"program\":\"0.1.0\"", "\"program\":\"0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0\"",
         "too-long"},
        {"\"store_id\":\"0011", "\"store_id\":\"00110011", "too-long"},
        {"\"store_id\":\"0011", "\"store_id\":\"\\u000011", "not-json"},
        {"\"name\":\"hoodi\"", "\"name\":\"a name of more than thirty-two bytes\"", "too-long"},
        {"\"networks\":[" NETWORK "]", "\"networks\":{}", "bad-type"},
        {"\"networks\":[" NETWORK "]", "\"networks\":[1]", "bad-type"},
        {"00ff\"", "0ff\"", "bad-hex"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_backup backup;
        struct vota_error err = {0};
        char *text = with(cases[i].from, cases[i].to);
        assert_int_equal(vota_backup_json_read(&backup, text, strlen(text), &err), VOTA_BAD_INPUT);
        if (strcmp(err.text, cases[i].reason) != 0)
            fail_msg("case %zu: %s", i, err.text);
        free(text);
    }
}

static void no_path_leads_out(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "voteanchor.db", "secrets/peppers/0x12",
                                       "tls/Ca_1.pem"};
    static const char *const bad[] = {"",     "/a",   "a/",     "a//b", "..",
                                      ".",    "../a", "a/../b", "a/.b", ".hidden",
                                      "a\\b", "a\"b", "a\nb",   "a b",  "\xea\xb5\xac"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(vota_backup_path_ok(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(vota_backup_path_ok(bad[i]));
    char longest[VOTA_FILE_LIST_PATH_CAP + 1] = {0};
    memset(longest, 'a', VOTA_FILE_LIST_PATH_CAP);
    assert_false(vota_backup_path_ok(longest));
    longest[VOTA_FILE_LIST_PATH_CAP - 1] = '\0';
    assert_true(vota_backup_path_ok(longest));
}

/* The worked example of FORMATS.md, part 12. */
static void the_documents_example_is_one(void **state)
{
    (void)state;
    FILE *file = fopen(VOTA_SOURCE_DIR "/docs/FORMATS.md", "r");
    char line[4096] = "";
    struct vota_backup backup;
    assert_non_null(file);
    while (strcmp(line, "```backup\n") != 0)
        assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(vota_backup_json_read(&backup, line, strlen(line) - 1, NULL), VOTA_OK);
    assert_int_equal(backup.facts.pending, 20);
    vota_backup_done(&backup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_is_read_and_written_as_the_same_text),
        cmocka_unit_test(other_texts_are_refused_by_name),
        cmocka_unit_test(values_have_their_type_and_their_limit),
        cmocka_unit_test(no_path_leads_out),
        cmocka_unit_test(the_documents_example_is_one),
    };
    return RUN_TESTS(tests);
}
