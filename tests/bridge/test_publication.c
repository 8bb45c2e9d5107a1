/* SPDX-License-Identifier: Apache-2.0 */
/* The publication: byte for byte the vectors, at once or not at all, nothing disclosed too early.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "bridge/crypto.h"
#include "bridge/publish/staging.h"
#include "proof/count_result.h"
#include "tests/bridge/town.h"

/* ---- the vectors: counting case `first`, with a result and a disavowal ---- */

struct vector {
    struct town *town; /* for its directory alone */
    json_t *root;
    json_t *files;
    struct vota_deployment deployment;
    struct vota_lines lines;
    struct vota_publication_source source;
    struct vota_trust_file trust;
};

static enum vota_status vector_rows(void *context, uint64_t entry, vota_publication_row *each,
                                    void *to, struct vota_error *err)
{
    const struct vector *vector = context;
    char name[64];
    size_t len = 0;
    (void)err;
    (void)snprintf(name, sizeof name, "batches/%d.rows", (int)entry);
    uint8_t *bytes = test_hex_any(&len, test_text(test_get(vector->files, name), "hex"));
    for (size_t at = 0; at < len; at += VOTA_ROW_BYTES) {
        struct vota_row row;
        vota_leaf_row_read(&row, bytes + at);
        assert_int_equal(each(to, &row), VOTA_OK);
    }
    free(bytes);
    return VOTA_OK;
}

static const json_t *vector_case(const struct vector *vector)
{
    const char *name = test_text(test_get(vector->root, "publication"), "rows_of_counting_case");
    json_t *found = NULL;
    json_t *item = NULL;
    size_t i = 0;
    json_array_foreach(test_get(test_get(vector->root, "counting"), "cases"), i, item)
    {
        if (strcmp(test_text(item, "name"), name) == 0)
            found = item;
    }
    assert_non_null(found);
    return found;
}

static enum vota_status vector_openings(void *context, const vota_hash *register_hash,
                                        vota_publication_opening *each, void *to,
                                        struct vota_error *err)
{
    json_t *item = NULL;
    size_t i = 0;
    (void)register_hash;
    (void)err;
    json_array_foreach(test_get(vector_case(context), "openings"), i, item)
    {
        const struct vota_opening opening = {test_hash(item, "leaf"), test_hash(item, "salt"),
                                             town_slice(test_text(item, "content"))};
        assert_int_equal(each(to, &opening), VOTA_OK);
    }
    return VOTA_OK;
}

static enum vota_status vector_evidence(void *context, uint64_t entry,
                                        vota_publication_anchor *each, void *to,
                                        struct vota_error *err)
{
    (void)context;
    (void)entry;
    (void)each;
    (void)to;
    (void)err;
    return VOTA_NOT_FOUND;
}

/* The journal is read from its own text: reading and writing meet in the middle. */
static void vector_read(struct vector *vector)
{
    const char *at = test_text(test_get(vector->files, "journal.ndjson"), "text");
    for (size_t line = 0; *at != '\0'; line++) {
        const size_t len = strcspn(at, "\n");
        struct vota_journal_line_copy copy = {0};
        if (line == 0) {
            assert_int_equal(vota_journal_json_read_deployment(&vector->deployment, at, len, NULL),
                             VOTA_OK);
        } else {
            assert_int_equal(vota_journal_json_read_line(&copy, at, len, NULL), VOTA_OK);
            assert_int_equal(vota_lines_add(&vector->lines, &copy.about), VOTA_OK);
            vota_journal_line_copy_done(&copy);
        }
        at += len + 1;
    }
}

static void vector_init(struct vector *vector)
{
    *vector = (struct vector){.town = town_new(), .root = test_vectors()};
    vector->files = test_get(test_get(vector->root, "publication"), "files");
    vector_read(vector);
    vector->source = (struct vota_publication_source){.deployment = &vector->deployment,
                                                      .lines = &vector->lines,
                                                      .trust = &vector->trust,
                                                      .context = vector,
                                                      .rows = vector_rows,
                                                      .openings = vector_openings,
                                                      .evidence = vector_evidence};
}

static void vector_done(struct vector *vector)
{
    vota_lines_done(&vector->lines);
    town_free(vector->town);
    json_decref(vector->root);
}

static void test_vector_byte_for_byte(void **state)
{
    struct vector vector;
    struct vota_publication_report report;
    const char *name = NULL;
    json_t *file = NULL;
    size_t compared = 0;
    (void)state;
    vector_init(&vector);
    assert_int_equal(vota_publication_write(&report, vector.town->public, &vector.source,
                                            UINT64_C(1800000000), NULL),
                     VOTA_OK);
    json_object_foreach(vector.files, name, file)
    {
        size_t len = 0;
        size_t wanted_len = 0;
        if (strcmp(name, "manifest.json") == 0)
            continue; /* ours has trust.json and registers/ besides: see below */
        uint8_t *bytes = town_read(vector.town, name, &len);
        if (json_object_get(file, "hex") != NULL) {
            uint8_t *wanted = test_hex_any(&wanted_len, test_text(file, "hex"));
            assert_int_equal(len, wanted_len);
            assert_memory_equal(bytes, wanted, len);
            free(wanted);
        } else {
            assert_string_equal((const char *)bytes, test_text(file, "text"));
        }
        compared++;
        free(bytes);
    }
    assert_int_equal(compared, 10);
    assert_int_equal(report.rows, 5);
    assert_int_equal(report.openings, 5);
    vector_done(&vector);
}

/* The manifest of just the vector's files is the vector's manifest, and reads back as itself. */
static void test_manifest_byte_for_byte(void **state)
{
    json_t *root = test_vectors();
    json_t *files = test_get(test_get(root, "publication"), "files");
    const char *wanted = test_text(test_get(files, "manifest.json"), "text");
    struct vota_file_list manifest;
    const char *name = NULL;
    json_t *file = NULL;
    char text[4096];
    (void)state;
    manifest = (struct vota_file_list){0};
    json_object_foreach(files, name, file)
    {
        struct vota_listed_file item = {.bytes = 0};
        size_t len = 0;
        if (strcmp(name, "manifest.json") == 0)
            continue;
        uint8_t *bytes = json_object_get(file, "hex") != NULL
                             ? test_hex_any(&len, test_text(file, "hex"))
                             : (uint8_t *)strdup(test_text(file, "text"));
        item.bytes = len > 0 ? len : strlen((const char *)bytes);
        (void)snprintf(item.path, sizeof item.path, "%s", name);
        assert_int_equal(vota_crypto_sha256(item.sha256, bytes, (size_t)item.bytes), VOTA_OK);
        assert_int_equal(vota_file_list_add(&manifest, &item, &vota_manifest_rule), VOTA_OK);
        free(bytes);
    }
    vota_file_list_sort(&manifest);
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_manifest_json_write(&wr, &manifest);
    vota_wr_byte(&wr, '\n');
    assert_int_equal(wr.len, strlen(wanted));
    assert_memory_equal(text, wanted, wr.len);
    vota_file_list_done(&manifest);
    assert_int_equal(vota_manifest_json_read(&manifest, text, wr.len - 1, NULL), VOTA_OK);
    assert_int_equal(manifest.n, 10);
    vota_file_list_done(&manifest);
    json_decref(root);
}

/* ---- at once or not at all ---- */

static struct town *voting_town(const char *disclosure)
{
    struct town *town = town_new();
    const struct town_register *reg =
        town_open(town, &(struct town_question){"q", "vote", disclosure});
    for (size_t i = 0; i < 9; i++)
        town_vote(town, reg, i, i % 3 == 0 ? "no" : "yes");
    town_anchor(town, TOWN_OPENS + 600);
    return town;
}

static bool exists(const struct town *town, const char *name)
{
    struct stat info;
    return stat(town_path(town, name), &info) == 0;
}

static size_t beside(const struct town *town)
{
    DIR *list = opendir(town->dir);
    size_t n = 0;
    assert_non_null(list);
    while (readdir(list) != NULL)
        n++;
    assert_int_equal(closedir(list), 0);
    return n - 2;
}

static void test_replaces_a_publication_and_leaves_nothing_behind(void **state)
{
    struct town *town = voting_town("live");
    const struct town_register *reg = &town->registers[0];
    (void)state;
    town_publish(town);
    assert_true(exists(town, "batches/2.rows"));
    assert_false(exists(town, "batches/3.rows"));
    town_vote(town, reg, 50, "yes");
    town_anchor(town, TOWN_OPENS + 1200);
    town_publish(town);
    assert_true(exists(town, "batches/3.rows"));
    assert_int_equal(beside(town), 1);
    town_free(town);
}

static void test_never_overwrites_other_files(void **state)
{
    struct town *town = voting_town("live");
    struct vota_publication_report report;
    struct vota_error err = {0};
    (void)state;
    town_trust(town);
    assert_int_equal(mkdir(town->public, 0755), 0);
    town_write(town, "letter.txt", "Dear", 4);
    assert_int_equal(vota_publication_write(&report, town->public, &town->source, TOWN_LATER, &err),
                     VOTA_CONFLICT);
    assert_string_equal(err.text, "not-a-publication");
    assert_true(exists(town, "letter.txt"));
    assert_int_equal(beside(town), 1);
    /* An empty directory is nobody's. */
    assert_int_equal(unlink(town_path(town, "letter.txt")), 0);
    assert_int_equal(vota_publication_write(&report, town->public, &town->source, TOWN_LATER, NULL),
                     VOTA_OK);
    town_free(town);
}

static void refuse(struct town *town, const char *reason)
{
    struct vota_publication_report report;
    struct vota_error err = {0};
    assert_int_equal(vota_publication_write(&report, town->public, &town->source, TOWN_LATER, &err),
                     VOTA_CONFLICT);
    assert_string_equal(err.text, reason);
    assert_false(exists(town, "batches/3.rows"));
    assert_true(exists(town, "batches/2.rows")); /* what was there stays */
    assert_int_equal(beside(town), 1);
}

static void test_refuses_rows_that_do_not_rebuild_their_root(void **state)
{
    struct town *town = voting_town("live");
    (void)state;
    town_publish(town);
    struct town_record *record = town_vote(town, &town->registers[0], 70, "yes");
    town_anchor(town, TOWN_OPENS + 1200);
    record->row.tag.bytes[0] ^= 1;
    refuse(town, "root-differs");
    record->row.tag.bytes[0] ^= 1;
    town_vote(town, &town->registers[0], 71, "yes")->entry = record->entry; /* one row too many */
    refuse(town, "root-differs");
    town_free(town);
}

/* As after a theft: entry 3 is not ours, and was taken as it stands. */
static enum vota_status without_third(void *context, uint64_t entry, vota_publication_row *each,
                                      void *to, struct vota_error *err)
{
    return entry == 3 ? vota_fail(err, VOTA_NOT_FOUND, "rows", "no-such-batch")
                      : town_rows(context, entry, each, to, err);
}

static void test_a_batch_that_is_not_ours_holds_nothing_up(void **state)
{
    struct town *town = voting_town("live");
    struct vota_publication_report report;
    (void)state;
    town_vote(town, &town->registers[0], 70, "yes");
    town_anchor(town, TOWN_OPENS + 1200);
    town->source.rows = without_third;
    assert_int_equal(vota_publication_write(&report, town->public, &town->source, TOWN_LATER, NULL),
                     VOTA_OK);
    assert_int_equal(report.batches_missing, 1);
    assert_int_equal(report.batches, 1);
    assert_true(exists(town, "batches/2.rows"));
    assert_false(exists(town, "batches/3.rows"));
    town_free(town);
}

static enum vota_status reversed(void *context, const vota_hash *register_hash,
                                 vota_publication_opening *each, void *to, struct vota_error *err)
{
    struct vota_opening opening = {.leaf = {{9}}, .content = {(const uint8_t *)"x", 1}};
    (void)context;
    (void)register_hash;
    (void)err;
    const enum vota_status status = each(to, &opening);
    opening.leaf.bytes[0] = 8;
    return status == VOTA_OK ? each(to, &opening) : status;
}

static void test_refuses_openings_out_of_order(void **state)
{
    struct town *town = voting_town("live");
    (void)state;
    town_publish(town);
    town->source.openings = reversed;
    refuse(town, "opening-order");
    town_free(town);
}

/* ---- disclosure ---- */

static void test_openings_are_public_only_when_the_register_says_so(void **state)
{
    static const struct {
        const char *disclosure;
        uint64_t now;
        bool public;
    } cases[] = {
        {"live", TOWN_OPENS - 7200, true},      {"on_close", TOWN_CLOSES - 1, false},
        {"on_close", TOWN_CLOSES, true},        {"never", TOWN_LATER + 1000 * TOWN_DAY, false},
        {"on_close", TOWN_OPENS - 7200, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_publication_report report;
        struct town *town = voting_town(cases[i].disclosure);
        char path[VOTA_PUBLICATION_PATH_CAP];
        town_trust(town);
        assert_int_equal(
            vota_publication_write(&report, town->public, &town->source, cases[i].now, NULL),
            VOTA_OK);
        vota_publication_register_path(path, "openings", &town->registers[0].hash, ".ndjson");
        assert_int_equal(exists(town, path), cases[i].public);
        assert_int_equal(report.openings, cases[i].public ? 9 : 0);
        assert_int_equal(report.registers_closed, cases[i].public ? 0 : 1);
        town_free(town);
    }
}

static void test_an_invalid_definition_is_published_and_opens_nothing(void **state)
{
    struct town *town = voting_town("live");
    struct vota_publication_report report;
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_hash hash;
    (void)state;
    vota_definition_hash(&hash, "{}", 2);
    town_add_line(town,
                  (struct vota_entry){.kind = VOTA_ENTRY_REGISTER, .time = TOWN_OPENS, .a = hash},
                  town_slice("{}"), NULL, 0);
    town_trust(town);
    assert_int_equal(vota_publication_write(&report, town->public, &town->source, TOWN_LATER, NULL),
                     VOTA_OK);
    vota_publication_register_path(path, "registers", &hash, ".json");
    assert_true(exists(town, path));
    vota_publication_register_path(path, "openings", &hash, ".ndjson");
    assert_false(exists(town, path));
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vector_byte_for_byte),
        cmocka_unit_test(test_manifest_byte_for_byte),
        cmocka_unit_test(test_replaces_a_publication_and_leaves_nothing_behind),
        cmocka_unit_test(test_never_overwrites_other_files),
        cmocka_unit_test(test_refuses_rows_that_do_not_rebuild_their_root),
        cmocka_unit_test(test_a_batch_that_is_not_ours_holds_nothing_up),
        cmocka_unit_test(test_refuses_openings_out_of_order),
        cmocka_unit_test(test_openings_are_public_only_when_the_register_says_so),
        cmocka_unit_test(test_an_invalid_definition_is_published_and_opens_nothing),
    };
    return RUN_TESTS(tests);
}
