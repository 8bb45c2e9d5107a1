/* SPDX-License-Identifier: Apache-2.0 */
/* A file into the store, once, twice and in parts: bridge/import/import.c, rows.c, intake.c. */
#include <sqlite3.h>

#include "proof/leaf.h"
#include "tests/bridge/import_fixture.h"

static void good_rows_are_added_and_said_again_are_present(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    static const char file[] = HEADER ROW("r1", "alice", "yes") ROW("r2", "bob", "찬성")
        ROW("r3", "carol", "\"Yes, please\"");
    OK(import_text(i, file));
    assert_int_equal(i->summary.rows, 3);
    assert_int_equal(i->summary.added, 3);
    assert_int_equal(i->summary.present + i->summary.refused, 0);
    assert_string_equal(i->header, "id,voter,choice,cast_at");
    OK(import_text(i, file));
    assert_int_equal(i->summary.added + i->summary.refused, 0);
    assert_int_equal(i->summary.present, 3);
    assert_int_equal(records_of(i, "vote"), 3);
    importing_close(i);
}

static void a_record_is_made_by_the_protocol(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    OK(import_text(i, "id,voter,choice,cast_at,citizen_salt\n"
                      "r1,alice,yes,2026-09-21T23:15:42+09:00,"
                      "0x1111111111111111111111111111111111111111111111111111111111111111\n"));
    assert_int_equal(i->summary.added, 1);
    struct vota_store_record_copy copy;
    OK(vota_store_record_get(&copy, i->f.store, slice_of("r1"), NULL));
    const struct vota_store_record *record = &copy.about;
    static const char content[] = "{\"cast_at\":\"2026-09-21T14:15:00Z\",\"choice\":[\"yes\"]}";
    assert_int_equal(record->content.len, sizeof content - 1);
    assert_memory_equal(record->content.at, content, sizeof content - 1);
    assert_int_equal(record->accepted_at, NOW);
    assert_int_equal(record->anchor_by, NOW + 3600);
    assert_int_equal(record->citizen_salt.bytes[31], 0x11);
    assert_false(vota_hash_is_zero(&record->city_salt));
    vota_hash salt;
    vota_hash hash;
    vota_leaf_salt(&salt, &record->city_salt, &record->citizen_salt);
    vota_leaf_content_hash(&hash, &salt, record->content);
    assert_hash_equal(&hash, &record->row.content_hash);
    vota_leaf_hash(&hash, &record->row);
    assert_hash_equal(&hash, &record->leaf);
    uint8_t message[37];
    struct vota_hmac *hmac = NULL;
    memcpy(message, record->row.register_hash.bytes, 32);
    memcpy(message + 32, "alice", 5);
    const struct vota_slice part = {message, sizeof message};
    OK(vota_crypto_hmac_new(&hmac, fixture_pepper, 32));
    OK(vota_crypto_hmac(hmac, hash.bytes, &part, 1));
    vota_crypto_hmac_free(hmac);
    assert_hash_equal(&hash, &record->row.tag);
    vota_store_record_done(&copy);
    importing_close(i);
}

static void every_record_has_a_salt_of_its_own(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    char file[8192] = HEADER;
    for (unsigned n = 0; n < 150; n++) { /* more than are drawn at once */
        char row[64];
        const int len = snprintf(row, sizeof row, "r%u,v%u,yes," CAST_AT "\n", n, n);
        append(file, sizeof file, row, (size_t)len);
    }
    OK(import_text(i, file));
    assert_int_equal(i->summary.added, 150);
    static struct vota_store_record_copy copies[150];
    for (unsigned n = 0; n < 150; n++) {
        char id[8];
        (void)snprintf(id, sizeof id, "r%u", n);
        OK(vota_store_record_get(&copies[n], i->f.store, slice_of(id), NULL));
        for (unsigned m = 0; m < n; m++)
            assert_false(vota_hash_equal(&copies[n].about.city_salt, &copies[m].about.city_salt));
    }
    for (unsigned n = 0; n < 150; n++)
        vota_store_record_done(&copies[n]);
    importing_close(i);
}

static void other_names_constants_and_marks_are_understood(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.slug = "pick";
    i->options.cast_at = "2026-09-21T14:15:00Z";
    i->options.column[VOTA_FIELD_ID] = "ballot";
    i->options.column[VOTA_FIELD_VOTER] = "ballot";
    i->options.column[VOTA_FIELD_CHOICE] = "first choice";
    OK(import_text(i, "\xef\xbb\xbf"
                      "ballot,precinct,first choice\nB1,P-10,yes\nB2,\"P-06, x\",\n"
                      "B3,P,no;wait\nB4,P,No; never\nB5,P, wait ; yes \n"));
    assert_string_equal(i->log, "");
    assert_int_equal(i->summary.added, 5);
    struct vota_store_record_copy copy;
    OK(vota_store_record_get(&copy, i->f.store, slice_of("B2"), NULL));
    assert_memory_equal(copy.about.content.at,
                        "{\"cast_at\":\"2026-09-21T14:15:00Z\",\"choice\":[]}",
                        copy.about.content.len);
    vota_store_record_done(&copy);
    OK(vota_store_record_get(&copy, i->f.store, slice_of("B5"), NULL));
    assert_memory_equal(copy.about.content.at + 43, "[\"yes\",\"wait\"]}", 15);
    vota_store_record_done(&copy);
    importing_close(i);
}

static void rows_may_name_their_register(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.slug = NULL;
    OK(import_text(i, "register,id,voter,cast_at,choice,title,body,step,document_sha256\n"
                      "vote,r1,v1," CAST_AT ",yes,,,,\n"
                      "idea,r2,v1," CAST_AT ",,A bench,\"Two\nlines, \"\"quoted\"\"\",,\n"
                      "book,r3,v1," CAST_AT ",,Survey,,measure,"
                      "abababababababababababababababababababababababababababababababab\n"
                      "none,r4,v1," CAST_AT ",yes,,,,\n"
                      ",r5,v1," CAST_AT ",yes,,,,\n"));
    assert_string_equal(i->log, "6 register unknown-register none 0\n"
                                "7 register unknown-register  0\n");
    assert_int_equal(i->summary.added, 3);
    struct vota_store_record_copy copy;
    OK(vota_store_record_get(&copy, i->f.store, slice_of("r2"), NULL));
    static const char content[] = "{\"body\":\"Two\\nlines, \\\"quoted\\\"\",\"cast_at\":\"2026-09-"
                                  "21T14:15:00Z\",\"title\":\"A bench\"}";
    assert_int_equal(copy.about.content.len, sizeof content - 1);
    assert_memory_equal(copy.about.content.at, content, sizeof content - 1);
    vota_store_record_done(&copy);
    importing_close(i);
}

static void ndjson_says_the_same(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.format = VOTA_IMPORT_NDJSON;
    i->options.slug = NULL;
    static const char file[] =
        "{\"register\":\"pick\",\"id\":\"r1\",\"voter\":\"v1\",\"cast_at\":\"" CAST_AT
        "\",\"choice\":[\"wait\",\"찬성\"]}\r\n"
        "\n  \n"
        "{\"register\":\"pick\",\"id\":\"r2\",\"voter\":\"v2\",\"cast_at\":\"2026-09-21T14:15:31."
        "123Z\",\"choice\":\"\",\"extra\":{\"a\":[1]}}\n"
        "{\"register\":\"idea\",\"id\":\"r3\",\"voter\":\"v1\",\"cast_at\":\"" CAST_AT
        "\",\"title\":\"\\ud55c\\uae00\",\"body\":\"b\",\"citizen_salt\":null}";
    for (size_t step = 1; step < 90; step += 11) {
        OK(import_bytes(i, file, sizeof file - 1, step));
        assert_string_equal(i->log, "");
        assert_int_equal(i->summary.added + i->summary.present, 3);
    }
    struct vota_store_record_copy copy;
    OK(vota_store_record_get(&copy, i->f.store, slice_of("r3"), NULL));
    static const char content[] =
        "{\"body\":\"b\",\"cast_at\":\"2026-09-21T14:15:00Z\",\"title\":\"한글\"}";
    assert_int_equal(copy.about.content.len, sizeof content - 1);
    assert_memory_equal(copy.about.content.at, content, sizeof content - 1);
    vota_store_record_done(&copy);
    importing_close(i);
}

static void cp949_becomes_utf8(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.encoding = VOTA_ENCODING_CP949;
    i->options.column[VOTA_FIELD_CHOICE] = "선택";
    /* 선택; 찬성; 반대; and 0x5c stays a backslash. */
    OK(import_text(i, "id,voter,\xbc\xb1\xc5\xc3,cast_at\n" ROW("r1", "v\\1", "\xc2\xf9\xbc\xba")
                          ROW("r2", "v2", "\xb9\xdd\xb4\xeb")));
    assert_string_equal(i->log, "");
    assert_int_equal(i->summary.added, 2);
    i->options.format = VOTA_IMPORT_NDJSON;
    OK(import_text(i, "{\"id\":\"r3\",\"voter\":\"v3\",\"\xbc\xb1\xc5\xc3\":\"\xc2\xf9\xbc\xba\","
                      "\"cast_at\":\"" CAST_AT "\"}\n"));
    assert_string_equal(i->log, "");
    assert_int_equal(i->summary.added, 1);
    importing_close(i);
}

static void a_revision_is_held_and_the_next_one_waits(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.slug = "late";
    OK(import_text(i, HEADER ROW("r1", "v1", "yes") ROW("r2", "v1", "no") ROW("r3", "v1", "wait")
                          ROW("r4", "v2", "wait")));
    assert_string_equal(i->log, "4 voter revision-waits  0\n");
    assert_int_equal(i->summary.added, 3);
    begin(&i->f);
    struct vota_merkle_item items[4];
    struct vota_merkle_item scratch[4];
    size_t n = 0;
    OK(vota_store_batch_collect(items, &n, 4, i->f.store, i->f.network, NULL));
    assert_int_equal(n, 2);
    vota_merkle_sort(items, scratch, n);
    const struct vota_store_seal order = {
        .network = i->f.network, .root = hash_of(1), .items = items, .n = n};
    struct vota_store_batch batch;
    OK(vota_store_batch_seal(&batch, i->f.store, &order, NULL));
    commit(&i->f);
    OK(import_text(i, HEADER ROW("r3", "v1", "wait")));
    assert_int_equal(i->summary.added, 1);
    importing_close(i);
}

static void a_closed_register_still_knows_its_records(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    static const char file[] = HEADER ROW("r1", "v1", "yes");
    static const char more[] =
        HEADER ROW("r1", "v1", "yes") ROW("r2", "v2", "yes") ROW("r1", "v1", "no");
    OK(import_text(i, file));
    struct vota_store_register_copy copy;
    OK(vota_store_register_get(&copy, i->f.store, i->f.network, "vote", NULL));
    begin(&i->f);
    OK(vota_store_register_set_closed(i->f.store, copy.about.id, NOW, NULL));
    commit(&i->f);
    vota_store_register_done(&copy);
    OK(import_text(i, more));
    assert_int_equal(i->summary.present, 1);
    assert_string_equal(i->log, "3 register register-closed  0\n4 id other-content r1 0\n");
    assert_int_equal(records_of(i, "vote"), 1);
    importing_close(i);
}

static void an_archive_is_taken_until_its_batch_can_no_longer_count(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    static const char *const files[] = {HEADER ROW("r1", "v1", "yes"),
                                        HEADER ROW("r2", "v2", "yes"),
                                        HEADER ROW("r3", "v3", "yes")};
    i->options.intake.margin = 600;
    i->now = CLOSES_AT + 3600; /* cast in time, arriving late */
    OK(import_text(i, files[0]));
    assert_int_equal(i->summary.added, 1);
    i->now = COUNTS_UNTIL - 601;
    OK(import_text(i, files[1]));
    assert_int_equal(i->summary.added, 1);
    struct vota_store_record_copy copy;
    OK(vota_store_record_get(&copy, i->f.store, slice_of("r2"), NULL));
    assert_int_equal(copy.about.anchor_by, COUNTS_UNTIL);
    vota_store_record_done(&copy);
    i->now = COUNTS_UNTIL - 600;
    OK(import_text(i, files[2]));
    assert_string_equal(i->log, "2 register too-late  0\n");
    importing_close(i);
}

static void erased_records_are_not_made_again(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    static const char file[] = HEADER ROW("r1", "v1", "yes");
    OK(import_text(i, file));
    vota_store_free(i->f.store);
    struct vota_store_record_copy copy;
    sqlite3 *db = NULL; /* no function erases yet; the schema allows it */
    assert_int_equal(sqlite3_open(i->f.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE record SET city_salt = NULL, citizen_salt = NULL,"
                                  " content = NULL",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    OK(vota_store_open(&i->f.store, i->f.path, 0, NULL));
    OK(import_text(i, file));
    assert_string_equal(i->log, "2 id erased-content r1 0\n");
    OK(vota_store_record_get(&copy, i->f.store, slice_of("r1"), NULL));
    assert_true(copy.about.erased);
    vota_store_record_done(&copy);
    importing_close(i);
}

/* A file of n good rows on the heap. */
static char *many_rows(unsigned n)
{
    const size_t cap = 64 + (size_t)n * 64;
    char *file = malloc(cap);
    assert_non_null(file);
    size_t len = (size_t)snprintf(file, cap, HEADER);
    for (unsigned k = 0; k < n; k++)
        len += (size_t)snprintf(file + len, cap - len, "r%u,v%u,%s," CAST_AT "\n", k, k,
                                k % 2 == 0 ? "yes" : "no");
    return file;
}

static volatile sig_atomic_t stop;

static void stop_after_first_group(void *context, uint64_t bytes, uint64_t rows)
{
    (void)context;
    (void)bytes;
    stop = rows >= VOTA_IMPORT_GROUP;
}

static void a_stopped_import_is_whole_and_goes_on(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    char *file = many_rows(3 * VOTA_IMPORT_GROUP + 5);
    stop = 0;
    i->options.stop = &stop;
    i->options.progress = stop_after_first_group;
    OK(import_text(i, file));
    assert_true(i->summary.stopped);
    const uint64_t added = i->summary.added;
    assert_true(added >= VOTA_IMPORT_GROUP && added < UINT64_C(3) * VOTA_IMPORT_GROUP);
    assert_int_equal(records_of(i, "vote"), added);
    stop = 0;
    i->options.progress = note_progress;
    OK(import_text(i, file));
    assert_false(i->summary.stopped);
    assert_int_equal(i->summary.present, added);
    assert_int_equal(i->summary.added, 3 * VOTA_IMPORT_GROUP + 5 - added);
    assert_int_equal(i->groups, 4);
    free(file);
    importing_close(i);
}

static long read_failing(void *source, uint8_t *buffer, size_t cap)
{
    struct importing *i = source;
    if (i->left == 0)
        return -1;
    return read_text(source, buffer, cap);
}

static void a_read_error_keeps_whole_groups_only(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    char *file = many_rows(VOTA_IMPORT_GROUP + 1000);
    i->at = file;
    i->left = strlen(file);
    i->step = SIZE_MAX;
    FAILS(vota_import_run(&i->summary, i->f.store, &i->options, read_failing, i, &err), VOTA_IO,
          "read-error");
    assert_int_equal(i->summary.added % VOTA_IMPORT_GROUP, 0);
    assert_int_equal(records_of(i, "vote"), i->summary.added);
    free(file);
    importing_close(i);
}

static enum vota_status refuse_to_note(void *context, uint64_t line, struct vota_slice raw,
                                       const struct vota_refusal *refusal)
{
    (void)context;
    (void)line;
    (void)raw;
    (void)refusal;
    return VOTA_IO;
}

static void a_caller_who_cannot_keep_refusals_stops_the_import(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.refused = refuse_to_note;
    assert_int_equal(import_text(i, HEADER ROW("r1", "v1", "yes") ROW("r2", "v2", "never")),
                     VOTA_IO);
    assert_string_equal(i->err.text, "stopped");
    assert_int_equal(records_of(i, "vote"), 0);
    importing_close(i);
}

static enum vota_status wrong_pepper(void *context, uint8_t ret_pepper[32],
                                     const vota_hash *register_hash, struct vota_error *err)
{
    (void)context;
    (void)register_hash;
    (void)err;
    memset(ret_pepper, 1, 32);
    return VOTA_OK;
}

static enum vota_status no_pepper(void *context, uint8_t ret_pepper[32],
                                  const vota_hash *register_hash, struct vota_error *err)
{
    (void)context;
    (void)ret_pepper;
    (void)register_hash;
    (void)err;
    return VOTA_NOT_FOUND;
}

static void the_pepper_must_be_the_registers(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.intake.pepper = wrong_pepper;
    assert_int_equal(import_text(i, HEADER ROW("r1", "v1", "yes")), VOTA_CONFLICT);
    assert_string_equal(i->err.text, "wrong-pepper");
    i->options.intake.pepper = no_pepper;
    assert_int_equal(import_text(i, HEADER ROW("r1", "v1", "yes")), VOTA_NOT_FOUND);
    assert_string_equal(i->err.text, "no-pepper");
    i->options.slug = NULL; /* found only when the row names it */
    assert_int_equal(import_text(i, "register,id,voter,choice,cast_at\n"
                                    "vote,r1,v1,yes," CAST_AT "\n"),
                     VOTA_NOT_FOUND);
    assert_string_equal(i->err.text, "no-pepper");
    assert_int_equal(records_of(i, "vote"), 0);
    importing_close(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_rows_are_added_and_said_again_are_present),
        cmocka_unit_test(a_record_is_made_by_the_protocol),
        cmocka_unit_test(every_record_has_a_salt_of_its_own),
        cmocka_unit_test(other_names_constants_and_marks_are_understood),
        cmocka_unit_test(rows_may_name_their_register),
        cmocka_unit_test(ndjson_says_the_same),
        cmocka_unit_test(cp949_becomes_utf8),
        cmocka_unit_test(a_revision_is_held_and_the_next_one_waits),
        cmocka_unit_test(a_closed_register_still_knows_its_records),
        cmocka_unit_test(an_archive_is_taken_until_its_batch_can_no_longer_count),
        cmocka_unit_test(erased_records_are_not_made_again),
        cmocka_unit_test(a_stopped_import_is_whole_and_goes_on),
        cmocka_unit_test(a_read_error_keeps_whole_groups_only),
        cmocka_unit_test(a_caller_who_cannot_keep_refusals_stops_the_import),
        cmocka_unit_test(the_pepper_must_be_the_registers),
    };
    return RUN_TESTS(tests);
}
