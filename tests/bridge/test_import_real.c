/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 80,101 real ballots of a city's mayoral election, imported as they were
 * published; runs wherever their file lies beside the source (../shared/data).
 */
#include "tests/bridge/import_fixture.h"

#define BALLOTS  VOTA_SOURCE_DIR "/../shared/data/minneapolis-2013-mayor.csv"
#define EXPECTED VOTA_SOURCE_DIR "/../shared/data/minneapolis-2013-mayor.expected.json"
#define OPTIONS  64u

struct election {
    struct importing *importing;
    json_t *expected; /* first_choices: label to count */
    struct vota_definition definition;
    uint64_t counts[OPTIONS], blank, records;
};

/* The options of the expected file: ids of our own, labels as they stand there. */
static int64_t open_election(struct election *e)
{
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    static char ids[OPTIONS][24];
    struct vota_definition_option_parts options[OPTIONS];
    size_t n = 0;
    const char *label;
    json_t *count;
    json_object_foreach(json_object_get(e->expected, "first_choices"), label, count)
    {
        assert_true(n < OPTIONS);
        (void)snprintf(ids[n], sizeof ids[n], "c%zu", n);
        options[n] = (struct vota_definition_option_parts){slice_of(ids[n]), slice_of(label),
                                                           slice_of(label)};
        n++;
    }
    struct vota_definition_parts parts = {.id = slice_of("mayor"),
                                          .kind = slice_of("vote"),
                                          .department = slice_of("Elections"),
                                          .title_en = slice_of("Mayor"),
                                          .title_ko = slice_of("시장"),
                                          .text_en = slice_of("First choice"),
                                          .text_ko = slice_of("1순위"),
                                          .opens_at = slice_of("2013-11-05T13:00:00Z"),
                                          .closes_at = slice_of("2013-11-06T02:00:00Z"),
                                          .counts_until = slice_of("2026-09-23T14:14:00Z"),
                                          .results_by = slice_of("2026-09-24T14:14:00Z"),
                                          .revision = slice_of("first"),
                                          .disclosure = slice_of("on_close"),
                                          .anchor_within = 86400,
                                          .choices_max = 1,
                                          .options = options,
                                          .option_count = n};
    vota_keccak_hash(parts.tag_key_hash.bytes, fixture_pepper, sizeof fixture_pepper);
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_definition_write(&wr, &parts);
    OK(vota_definition_read(&e->definition, text, wr.len, NULL));
    return open_register(&e->importing->f, (struct vota_slice){text, wr.len});
}

static long read_ballots(void *source, uint8_t *buffer, size_t cap)
{
    return (long)fread(buffer, 1, cap, source);
}

static enum vota_status count_record(void *context, const struct vota_store_record *record)
{
    struct election *e = context;
    struct vota_content content;
    assert_int_equal(vota_content_check(&content, &e->definition, record->content),
                     VOTA_CONTENT_COUNTED);
    e->records++;
    e->blank += content.chosen_count == 0;
    for (size_t i = 0; i < e->definition.option_count; i++)
        e->counts[i] += vota_content_is_chosen(&content, i);
    return VOTA_OK;
}

/* Seals everything, for a batch is how records are read back in number. */
static void count_all(struct election *e)
{
    struct fixture *f = &e->importing->f;
    struct vota_store_pending pending;
    OK(vota_store_batch_pending(&pending, f->store, f->network, NULL));
    size_t n = (size_t)pending.count;
    struct vota_merkle_item *items = calloc(2 * n, sizeof *items);
    assert_non_null(items);
    begin(f);
    OK(vota_store_batch_collect(items, &n, n, f->store, f->network, NULL));
    vota_merkle_sort(items, items + n, n);
    const struct vota_store_seal order = {
        .network = f->network, .root = hash_of(1), .items = items, .n = n};
    struct vota_store_batch batch;
    OK(vota_store_batch_seal(&batch, f->store, &order, NULL));
    commit(f);
    free(items);
    OK(vota_store_batch_records(f->store, batch.id, count_record, e, NULL));
}

static void compare_counts(const struct election *e)
{
    size_t i = 0;
    const char *label;
    json_t *count;
    json_object_foreach(json_object_get(e->expected, "first_choices"), label, count)
    {
        if ((json_int_t)e->counts[i] != json_integer_value(count))
            fail_msg("%s: %llu", label, (unsigned long long)e->counts[i]);
        i++;
    }
    assert_int_equal(e->blank, json_integer_value(test_get(e->expected, "blank")));
    assert_int_equal(e->records, json_integer_value(test_get(e->expected, "ballots")));
}

static void a_citys_ballots_are_imported_and_counted(void **state)
{
    (void)state;
    FILE *ballots = fopen(BALLOTS, "r");
    if (ballots == NULL) {
        print_message("no %s: skipped\n", BALLOTS);
        skip();
    }
    static struct election e;
    e.importing = importing_open();
    e.expected = json_load_file(EXPECTED, 0, NULL);
    assert_non_null(e.expected);
    (void)open_election(&e);
    struct vota_import_options *options = &e.importing->options;
    options->slug = "mayor";
    options->cast_at = "2013-11-05T18:00:00Z";
    options->column[VOTA_FIELD_ID] = "ballot";
    options->column[VOTA_FIELD_VOTER] = "ballot";
    options->column[VOTA_FIELD_CHOICE] = "first_choice";
    OK(vota_import_run(&e.importing->summary, e.importing->f.store, options, read_ballots, ballots,
                       NULL));
    assert_string_equal(e.importing->log, "");
    assert_int_equal(e.importing->summary.added, 80101);
    count_all(&e);
    compare_counts(&e);
    assert_int_equal(fclose(ballots), 0);
    json_decref(e.expected);
    importing_close(e.importing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_citys_ballots_are_imported_and_counted),
    };
    return RUN_TESTS(tests);
}
