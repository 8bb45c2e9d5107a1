/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is falsified in a publication is found and named, and nobody is
 * blamed for it who did not do it.
 */
#include "tests/bridge/town_audit.h"

#define ROW ((size_t)VOTA_ROW_BYTES)

static void drop_row(struct town *town)
{
    town_splice(town, "batches/4.rows", 3 * ROW, ROW, "", 0);
}

static void add_row(struct town *town)
{
    town_splice(town, "batches/4.rows", 26 * ROW, 0, "\x7f", 1);
    uint8_t row[ROW - 1] = {1, 2, 3};
    town_splice(town, "batches/4.rows", 26 * ROW + 1, 0, row, sizeof row);
}

static void change_row(struct town *town)
{
    town_splice(town, "batches/4.rows", 5 * ROW + 70, 1, "\x55", 1);
}

static void change_tag(struct town *town)
{
    town_splice(town, "batches/5.rows", ROW + 40, 2, "\x55\x56", 2);
}

static void move_row(struct town *town)
{
    size_t size = 0;
    uint8_t *file = town_read(town, "batches/4.rows", &size);
    uint8_t row[ROW];
    memcpy(row, file + 2 * ROW, ROW);
    memcpy(file + 2 * ROW, file + 9 * ROW, ROW);
    memcpy(file + 9 * ROW, row, ROW);
    town_write(town, "batches/4.rows", file, size);
    free(file);
}

static void move_to_another_batch(struct town *town)
{
    size_t size = 0;
    uint8_t *from = town_read(town, "batches/4.rows", &size);
    town_splice(town, "batches/6.rows", 0, ROW, from, ROW);
    free(from);
}

static void put_row_of_another_register(struct town *town)
{
    town_splice(town, "batches/4.rows", 0, 32, &town->registers[BOOK].hash, 32);
}

static void cut_rows_in_the_middle(struct town *town)
{
    town_splice(town, "batches/4.rows", 25 * ROW + 10, ROW - 10, "", 0);
}

static void empty_rows(struct town *town)
{
    town_write(town, "batches/6.rows", "", 0);
}

static void exchange_batches(struct town *town)
{
    size_t size = 0;
    uint8_t *file = town_read(town, "batches/6.rows", &size);
    town_write(town, "batches/5.rows", file, size);
    free(file);
}

static void change_root(struct town *town)
{
    town_replace(town, "journal.ndjson", 5, "{\"a\":\"0x", "{\"a\":\"0x00");
    const size_t at = town_find(town, "journal.ndjson", "{\"a\":\"0x00",
                                town_find(town, "journal.ndjson", "\"number\":3", 0));
    town_splice(town, "journal.ndjson", at + 72, 2, "", 0);
}

static void change_count(struct town *town)
{
    town_replace(town, "journal.ndjson", 5, "000000000000001a\"", "000000000000001b\"");
}

static void change_time(struct town *town)
{
    town_replace(town, "journal.ndjson", 6, "\"time\":17900", "\"time\":17901");
}

static void change_head(struct town *town)
{
    const size_t at = town_find(town, "journal.ndjson", "\"head\":\"0x",
                                town_find(town, "journal.ndjson", "\"number\":4", 0));
    town_splice(town, "journal.ndjson", at + 10, 4, "0000", 4);
}

static void drop_line(struct town *town)
{
    size_t len = 0;
    const size_t at = town_line(town, "journal.ndjson", 6, &len);
    town_splice(town, "journal.ndjson", at, len, "", 0);
}

static void repeat_line(struct town *town)
{
    size_t len = 0;
    size_t size = 0;
    const size_t at = town_line(town, "journal.ndjson", 6, &len);
    uint8_t *file = town_read(town, "journal.ndjson", &size);
    town_splice(town, "journal.ndjson", at, 0, file + at, len);
    free(file);
}

static void break_line(struct town *town)
{
    town_replace(town, "journal.ndjson", 6, "\"kind\":2", "\"kind\": 2");
}

static void change_definition(struct town *town)
{
    town_replace(town, "journal.ndjson", 3, "Should it be?", "Must it be??");
}

static void change_published_counts(struct town *town)
{
    town_replace(town, "journal.ndjson", 8, "[15,5,", "[5,15,");
}

static void change_reason_of_nobody(struct town *town)
{
    town_replace(town, "journal.ndjson", 8, "\"kind\":3", "\"kind\":4");
}

static void change_result_file(struct town *town)
{
    town_replace(town, "results/7.json", 1, "[15,5,", "[5,15,");
}

static void change_definition_file(struct town *town)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    vota_publication_register_path(path, "registers", &town->registers[LIGHT].hash, ".json");
    town_replace(town, path, 1, "Should it be?", "Must it be??");
}

static void change_opening(struct town *town)
{
    town_replace(town, town_openings_of(town, BRIDGE), 4, "[\\\"yes\\\"]", "[\\\"no\\\"]");
}

static void change_salt(struct town *town)
{
    const char *name = town_openings_of(town, BRIDGE);
    const size_t at = town_find(town, name, "\"salt\":\"0x", 0);
    town_splice(town, name, at + 10, 4, "0000", 4);
}

static void change_leaf(struct town *town)
{
    const char *name = town_openings_of(town, BRIDGE);
    size_t len = 0;
    const size_t line = town_line(town, name, 22, &len); /* the last: order is kept */
    const size_t at = town_find(town, name, "\"leaf\":\"0x", line);
    town_splice(town, name, at + 10, 4, "ffff", 4);
}

static void swap_openings(struct town *town)
{
    const char *name = town_openings_of(town, BRIDGE);
    size_t len = 0;
    size_t size = 0;
    uint8_t *file = town_read(town, name, &size);
    const size_t at = town_line(town, name, 3, &len);
    uint8_t *line = malloc(len);
    memcpy(line, file + at, len);
    town_splice(town, name, at, len, "", 0);
    town_splice(town, name, 0, 0, line, len);
    free(line);
    free(file);
}

static void break_opening(struct town *town)
{
    town_replace(town, town_openings_of(town, LIGHT), 2, "{\"content\"", "{ \"content\"");
}

static void open_what_is_not_there(struct town *town)
{
    size_t size = 0;
    uint8_t *file = town_read(town, town_openings_of(town, LIGHT), &size);
    char copy[512];
    size_t len = 0;
    (void)town_line(town, town_openings_of(town, LIGHT), 1, &len);
    memcpy(copy, file, len);
    const char *name = town_openings_of(town, BOOK);
    town_splice(town, name, 0, 0, copy, len);
    free(file);
}

static const char *index_of(const struct town *town, size_t record)
{
    static char path[VOTA_LEAF_INDEX_PATH_CAP];
    vota_leaf_index_path(path, town->records[record].leaf.bytes[0]);
    return path;
}

static void cut_index(struct town *town)
{
    town_splice(town, index_of(town, 4), 0, 16, "", 0);
}

static void add_to_index(struct town *town)
{
    uint8_t item[16] = {0};
    item[0] = town->records[4].leaf.bytes[0];
    item[15] = 4;
    town_splice(town, index_of(town, 4), 0, 0, item, sizeof item);
}

static void misplace_in_index(struct town *town)
{
    town_splice(town, index_of(town, 4), 15, 1, "\x05", 1);
}

static void break_index(struct town *town)
{
    town_splice(town, index_of(town, 4), 15, 1, "", 0);
}

static void change_trusted_head(struct town *town)
{
    const size_t at = town_find(town, "trust.json", "\"head\":\"0x", 0);
    town_splice(town, "trust.json", at + 10, 4, "0000", 4);
}

static void change_trusted_owner(struct town *town)
{
    const size_t at = town_find(town, "trust.json", "\"owner\":\"0x", 0);
    town_splice(town, "trust.json", at + 11, 4, "0000", 4);
}

static void forge_record(struct town *town)
{
    const size_t at = town_find(town, "journal.ndjson", "\"salt\":\"0x", 0);
    town_splice(town, "journal.ndjson", at + 10, 4, "0000", 4);
}

struct forgery {
    const char *name;
    void (*forge)(struct town *town);
    enum vota_audit_code codes[4]; /* all that may be not valid, the first one must be */
    uint64_t entry;                /* that the first names */
    size_t line;
};

#define NONE VOTA_FOUND_CODES

/* clang-format off */
static const struct forgery forgeries[] = {
    {"row dropped", drop_row, {VOTA_FOUND_ROWS_COUNT, VOTA_FOUND_ROW_LACKING, NONE, NONE}, 4, 0},
    {"row added", add_row, {VOTA_FOUND_ROWS_COUNT, VOTA_FOUND_ROW_UNKNOWN, NONE, NONE}, 4, 0},
    {"row changed", change_row, {VOTA_FOUND_ROOT, VOTA_FOUND_ROW_UNKNOWN, VOTA_FOUND_ROW_LACKING, VOTA_FOUND_ROW_ORDER}, 4, 0},
    {"tag changed", change_tag, {VOTA_FOUND_ROOT, VOTA_FOUND_ROW_UNKNOWN, VOTA_FOUND_ROW_LACKING, VOTA_FOUND_ROW_ORDER}, 5, 0},
    {"row moved", move_row, {VOTA_FOUND_ROW_ORDER, NONE, NONE, NONE}, 4, 0},
    {"row in another batch", move_to_another_batch, {VOTA_FOUND_ROOT, VOTA_FOUND_ROW_UNKNOWN, VOTA_FOUND_ROW_LACKING, NONE}, 6, 0},
    {"row of another register", put_row_of_another_register, {VOTA_FOUND_ROOT, VOTA_FOUND_ROW_UNKNOWN, VOTA_FOUND_ROW_LACKING, VOTA_FOUND_ROW_ORDER}, 4, 0},
    {"rows cut", cut_rows_in_the_middle, {VOTA_FOUND_ROWS_COUNT, VOTA_FOUND_ROW_LACKING, NONE, NONE}, 4, 0},
    {"rows emptied", empty_rows, {VOTA_FOUND_ROWS_COUNT, VOTA_FOUND_ROW_LACKING, NONE, NONE}, 6, 0},
    {"batches exchanged", exchange_batches, {VOTA_FOUND_ROWS_COUNT, VOTA_FOUND_ROW_LACKING, VOTA_FOUND_ROW_UNKNOWN, NONE}, 5, 0},
    {"root changed", change_root, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 4, 5},
    {"count changed", change_count, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 4, 5},
    {"time changed", change_time, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 5, 6},
    {"head changed", change_head, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 5, 6},
    {"line dropped", drop_line, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 5, 6},
    {"line repeated", repeat_line, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 6, 7},
    {"line not canonical", break_line, {VOTA_FOUND_JOURNAL_FORM, NONE, NONE, NONE}, 0, 6},
    {"definition changed", change_definition, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 2, 3},
    {"counts changed", change_published_counts, {VOTA_FOUND_JOURNAL_ENTRY, NONE, NONE, NONE}, 7, 8},
    {"kind changed", change_reason_of_nobody, {VOTA_FOUND_JOURNAL_FORM, NONE, NONE, NONE}, 0, 8},
    {"result file changed", change_result_file, {VOTA_FOUND_RESULT_FILE, NONE, NONE, NONE}, 7, 0},
    {"definition file changed", change_definition_file, {VOTA_FOUND_DEFINITION_FILE, NONE, NONE, NONE}, 2, 0},
    {"opening changed", change_opening, {VOTA_FOUND_OPENING_WRONG, NONE, NONE, NONE}, 4, 4},
    {"salt changed", change_salt, {VOTA_FOUND_OPENING_WRONG, NONE, NONE, NONE}, 0, 1},
    {"leaf changed", change_leaf, {VOTA_FOUND_OPENING_NO_ROW, NONE, NONE, NONE}, 0, 22},
    {"opening moved", swap_openings, {VOTA_FOUND_OPENING_ORDER, NONE, NONE, NONE}, 4, 2},
    {"opening not canonical", break_opening, {VOTA_FOUND_OPENING_FORM, NONE, NONE, NONE}, 0, 2},
    {"opening of another register", open_what_is_not_there, {VOTA_FOUND_OPENING_NO_ROW, VOTA_FOUND_OPENING_ORDER, NONE, NONE}, 0, 1},
    {"index cut", cut_index, {VOTA_FOUND_INDEX_LACKS, NONE, NONE, NONE}, 4, 0},
    {"index with a leaf more", add_to_index, {VOTA_FOUND_INDEX_EXTRA, NONE, NONE, NONE}, 4, 0},
    {"index with another entry", misplace_in_index, {VOTA_FOUND_INDEX_LACKS, VOTA_FOUND_INDEX_EXTRA, NONE, NONE}, 4, 0},
    {"index broken", break_index, {VOTA_FOUND_FILE_FORM, NONE, NONE, NONE}, 0, 0},
    {"trusted head changed", change_trusted_head, {VOTA_FOUND_TRUST_DIFFERS, NONE, NONE, NONE}, 8, 0},
    {"trusted owner changed", change_trusted_owner, {VOTA_FOUND_TRUST_DIFFERS, NONE, NONE, NONE}, 0, 0},
    {"record forged", forge_record, {VOTA_FOUND_RECORD_DIFFERS, NONE, NONE, NONE}, 0, 1},
};
/* clang-format on */

static bool may_be_found(const struct forgery *forgery, enum vota_audit_code code)
{
    for (size_t i = 0; i < 4; i++) {
        if (forgery->codes[i] == code)
            return true;
    }
    return false;
}

static void check_forgery(const struct forgery *forgery, const struct vota_audit *audit)
{
    const struct vota_audit_finding *first = town_finding(audit, forgery->codes[0]);
    bool good = vota_audit_overall(&audit->findings) == VOTA_NOT_VALID && first != NULL &&
                first->entry == forgery->entry && first->place.line == forgery->line &&
                first->state == VOTA_NOT_VALID;
    if (forgery->codes[0] == VOTA_FOUND_OPENING_WRONG && first != NULL)
        good = first->entry != 0 && first->has_leaf && first->has_register;
    for (size_t i = 0; i < audit->findings.n; i++) {
        const struct vota_audit_finding *finding = &audit->findings.items[i];
        good = good && (finding->state != VOTA_NOT_VALID || may_be_found(forgery, finding->code));
    }
    if (good)
        return;
    town_show(audit);
    fail_msg("%s", forgery->name);
}

static void test_every_forgery_is_found_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        struct town *town = town_in_order();
        const struct vota_audit_chain chain = town_chain(town);
        struct vota_audit audit;
        town_publish(town);
        forgeries[i].forge(town);
        town_new_manifest(town);
        town_audit(&audit, town, &chain);
        check_forgery(&forgeries[i], &audit);
        vota_audit_done(&audit);
        town_free(town);
    }
    print_message("%zu forgeries\n", sizeof forgeries / sizeof forgeries[0]);
}

/* Rows are named with their register, so that the city knows whom to ask. */
static void test_a_changed_row_is_named(void **state)
{
    struct town *town = town_in_order();
    const struct vota_audit_chain chain = town_chain(town);
    struct vota_audit audit;
    size_t size = 0;
    (void)state;
    town_publish(town);
    uint8_t *rows = town_read(town, "batches/4.rows", &size);
    change_row(town);
    town_audit(&audit, town, &chain);
    const struct vota_audit_finding *finding = town_finding(&audit, VOTA_FOUND_ROW_UNKNOWN);
    assert_non_null(finding);
    assert_int_equal(finding->row, 6);
    assert_true(finding->has_register);
    assert_memory_equal(&finding->register_hash, rows + 5 * ROW, 32);
    free(rows);
    vota_audit_done(&audit);
    town_free(town);
}

/* With the old manifest no change of any byte of any file goes unseen. */
static void test_no_byte_may_change(void **state)
{
    struct town *town = town_in_order();
    const struct vota_audit_chain chain = town_chain(town);
    struct vota_reader reader;
    struct vota_file_list manifest;
    uint64_t seed = 20260922;
    (void)state;
    town_publish(town);
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    assert_int_equal(vota_reader_manifest(&reader, &manifest, NULL), VOTA_OK);
    for (size_t i = 0; i < 200; i++) {
        const struct vota_listed_file *file = &manifest.files[i % manifest.n];
        struct vota_audit audit;
        size_t size = 0;
        uint8_t *bytes = town_read(town, file->path, &size);
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const size_t at = (size_t)(seed >> 33) % size;
        bytes[at] ^= (uint8_t)(1u << (seed >> 61));
        town_write(town, file->path, bytes, size);
        town_audit(&audit, town, &chain);
        if (vota_audit_overall(&audit.findings) != VOTA_NOT_VALID)
            fail_msg("%s, byte %zu", file->path, at);
        vota_audit_done(&audit);
        bytes[at] ^= (uint8_t)(1u << (seed >> 61));
        town_write(town, file->path, bytes, size);
        free(bytes);
    }
    vota_file_list_done(&manifest);
    vota_reader_close(&reader);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_forgery_is_found_and_named),
        cmocka_unit_test(test_a_changed_row_is_named),
        cmocka_unit_test(test_no_byte_may_change),
    };
    return RUN_TESTS(tests);
}
