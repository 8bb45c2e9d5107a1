/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/vectors.h"
#include "tests/proof/world.h"

/* A case of `counting` as a world; owns its texts. */
struct vector_case {
    struct world world;
    struct rules_text texts[4];
    size_t text_count;
};

static struct world_count counted; /* too large for a stack */

static struct vota_slice text_of(const struct vector_case *vc, size_t i)
{
    return (struct vota_slice){vc->texts[i].bytes, vc->texts[i].len};
}

static uint64_t number_of(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(test_get(object, key));
}

static size_t numbers_of(uint64_t *ret_numbers, const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) ret_numbers[i] = (uint64_t)json_integer_value(one);
    return i;
}

static void load_batch(struct world *world, const json_t *one)
{
    size_t i;
    json_t *text;
    world_batch(world, number_of(one, "time"));
    json_array_foreach(test_get(one, "rows"), i, text)
    {
        uint8_t bytes[VOTA_ROW_BYTES];
        struct vota_row row;
        test_hex(bytes, sizeof bytes, json_string_value(text));
        vota_leaf_row_read(&row, bytes);
        world_row(world, &row);
    }
}

static void load_entry(struct vector_case *vc, const json_t *one)
{
    struct world *world = &vc->world;
    const uint64_t time = number_of(one, "time");
    uint64_t numbers[64];
    vota_hash hash;
    switch (number_of(one, "kind")) {
    case VOTA_ENTRY_REGISTER:
        world_open(world, time, text_of(vc, number_of(one, "definition")));
        break;
    case VOTA_ENTRY_BATCH:
        load_batch(world, one);
        break;
    case VOTA_ENTRY_RESULT:
        vota_definition_hash(&hash, vc->texts[0].bytes, vc->texts[0].len);
        world_result(world, time, &hash, number_of(one, "last_entry"), numbers,
                     numbers_of(numbers, test_get(one, "counts")));
        break;
    default:
        assert_int_equal(number_of(one, "kind"), VOTA_ENTRY_DISAVOWED);
        world_disavow(world, time, number_of(one, "first"), number_of(one, "last"));
    }
    assert_int_equal(world->length, number_of(one, "number"));
}

static struct vector_case *load_case(const json_t *one)
{
    const char *base = test_text(test_get(vectors, "counting"), "base");
    struct vector_case *vc = calloc(1, sizeof *vc);
    assert_non_null(vc);
    size_t i;
    json_t *part;
    json_array_foreach(test_get(one, "definitions"), i, part)
    {
        vc->texts[vc->text_count++] = rules_cut(part, base);
        vota_hash hash;
        vota_definition_hash(&hash, vc->texts[i].bytes, vc->texts[i].len);
        const vota_hash expected = test_hash(part, "register");
        assert_hash_equal(&hash, &expected);
    }
    json_array_foreach(test_get(one, "entries"), i, part) load_entry(vc, part);
    json_array_foreach(test_get(one, "openings"), i, part)
    {
        const vota_hash leaf = test_hash(part, "leaf");
        const vota_hash salt = test_hash(part, "salt");
        world_opening(&vc->world, &leaf, &salt, rules_slice(test_text(part, "content")));
    }
    world_prepare(&vc->world);
    return vc;
}

static void free_case(struct vector_case *vc)
{
    for (size_t i = 0; i < vc->text_count; i++)
        free(vc->texts[i].bytes);
    free(vc);
}

static void tally_in(const struct vector_case *vc, struct vota_count_scope scope)
{
    world_tally(&counted, &vc->world, text_of(vc, 0), scope);
}

static void assert_numbers(const json_t *expected)
{
    if (json_is_null(expected)) {
        assert_int_equal(counted.status, VOTA_NOT_FOUND);
        return;
    }
    uint64_t numbers[64];
    const size_t n = numbers_of(numbers, expected);
    assert_int_equal(counted.status, VOTA_OK);
    assert_int_equal(n, vota_count_length(&counted.definition));
    for (size_t i = 0; i < n; i++)
        assert_int_equal(counted.numbers[i], numbers[i]);
}

/* Member `key`, or the one that stands for it where it is left out. */
static const json_t *expected_of(const json_t *one, const char *key, const char *otherwise)
{
    const json_t *given = json_object_get(one, key);
    return given != NULL ? given : test_get(one, otherwise);
}

static void assert_margin(const json_t *expected)
{
    if (expected == NULL)
        return;
    const struct vota_count_margin margin =
        vota_count_result_margin(&counted.definition, counted.numbers);
    assert_int_equal(margin.d, number_of(expected, "d"));
    assert_int_equal(margin.has_margin, !json_is_null(test_get(expected, "margin")));
    if (margin.has_margin)
        assert_int_equal(margin.margin, number_of(expected, "margin"));
    assert_int_equal(margin.confirmed, json_is_true(test_get(expected, "confirmed")));
}

/* The counted row that is row `at` of the batch of `entry`. */
static const struct vota_count_row *find_row(const struct world *world, uint64_t entry, size_t at)
{
    for (size_t i = 0; i < counted.count.row_count; i++) {
        size_t first = counted.from[i];
        while (first > 0 && world->rows[first - 1].place == world->rows[counted.from[i]].place)
            first--;
        if (counted.rows[i].place + 1 == entry && counted.from[i] - first == at)
            return &counted.rows[i];
    }
    fail_msg("no row %zu in entry %d", at, (int)entry);
    return NULL;
}

static void assert_row(const struct world *world, const json_t *expected)
{
    const struct vota_count_row *row =
        find_row(world, number_of(expected, "entry"), number_of(expected, "at"));
    const char *state = test_text(expected, "state");
    assert_string_equal(vota_count_state_name((enum vota_count_state)row->state), state);
    if (json_object_get(expected, "by") != NULL)
        assert_int_equal(row->by + 1, number_of(expected, "by"));
    const char *finding = json_string_value(json_object_get(expected, "finding"));
    assert_int_equal(row->opening == VOTA_COUNT_OPENING_WRONG, finding != NULL);
    const char *standing = json_string_value(json_object_get(expected, "standing"));
    if (standing == NULL)
        standing = test_text(test_get(test_get(vectors, "counting"), "standing_of"), state);
    const enum vota_standing found = vota_count_standing(row);
    assert_string_equal(vota_count_standing_name(found), standing);
    const char *verdict = json_string_value(
        json_object_get(test_get(test_get(vectors, "counting"), "verdict_of"), standing));
    const enum vota_verdict expected_verdict = verdict == NULL            ? VOTA_NOT_CHECKED
                                               : strcmp(verdict, "valid") ? VOTA_NOT_VALID
                                                                          : VOTA_VALID;
    assert_int_equal(vota_count_standing_verdict(found), expected_verdict);
}

static void assert_rows(const struct vector_case *vc, const json_t *expected)
{
    size_t i;
    json_t *one;
    json_array_foreach(expected, i, one) assert_row(&vc->world, one);
    if (i > 0)
        assert_int_equal(counted.count.row_count, i);
}

static void assert_findings(const struct vector_case *vc, const json_t *expected)
{
    static const char *const names[] = {[VOTA_COUNT_INVALID_DEFINITION] = "invalid definition",
                                        [VOTA_COUNT_SECOND_OPENING] = "second opening of an id"};
    size_t found = 0;
    for (size_t i = 0; i < vc->world.journal.opened_count; i++) {
        const enum vota_count_finding finding = vota_count_journal_finding(&vc->world.journal, i);
        if (finding == VOTA_COUNT_NO_FINDING || finding == VOTA_COUNT_LATE_OPENING)
            continue;
        const json_t *one = json_array_get(expected, found++);
        assert_string_equal(names[finding], test_text(one, "finding"));
        assert_int_equal(vc->world.journal.opened[i].place + 1, number_of(one, "entry"));
    }
    assert_int_equal(found, json_array_size(expected));
}

static void assert_result(const struct vota_count_result *result, const json_t *expected)
{
    assert_int_equal(result->place + 1, number_of(expected, "entry"));
    assert_int_equal(result->last_entry, number_of(expected, "last_entry"));
    assert_int_equal(result->is_the_result, json_is_true(test_get(expected, "is_the_result")));
    assert_int_equal(result->equal, json_is_true(test_get(expected, "equal")));
    assert_int_equal(result->equal_over_all, json_is_true(test_get(expected, "equal_over_all")));
    assert_int_equal(result->cut_count, json_is_true(test_get(expected, "cut_count")));
    assert_int_equal(result->before_closes_at,
                     json_is_true(test_get(expected, "before_closes_at")));
}

static void assert_results(const struct vector_case *vc, const json_t *expected)
{
    const struct vota_count_journal *journal = &vc->world.journal;
    uint64_t numbers[64];
    size_t found = 0;
    size_t place = 0;
    for (size_t from = 0;; from = place + 1, found++) {
        if (vota_count_result_next(journal, &place, from, &counted.count.register_hash) != VOTA_OK)
            break;
        const uint64_t last = vota_count_result_last_entry(&vc->world.entries[place]);
        tally_in(vc, vota_count_journal_until(journal, last));
        assert_numbers(test_get(json_array_get(expected, found), "recomputed"));
        memcpy(numbers, counted.numbers, sizeof numbers);
        struct vota_count_tally until = counted.tally;
        until.numbers = numbers;
        tally_in(vc, vota_count_journal_all(journal));
        struct vota_count_result result;
        vota_count_result_judge(&result, journal, &counted.definition, place, &until,
                                &counted.tally);
        assert_result(&result, json_array_get(expected, found));
    }
    assert_int_equal(found, json_array_size(expected));
}

static void assert_case(const json_t *one)
{
    struct vector_case *vc = load_case(one);
    const struct vota_count_journal *journal = &vc->world.journal;
    tally_in(vc, vota_count_journal_until(journal, number_of(one, "last_entry")));
    assert_numbers(test_get(one, "counts"));
    const char *over_all = json_object_get(one, "counts_over_all") ? "counts_over_all" : "counts";
    tally_in(vc, (struct vota_count_scope){journal->length, true});
    assert_numbers(expected_of(one, "counts_ignoring_disavowal", over_all));
    tally_in(vc, vota_count_journal_all(journal));
    assert_numbers(test_get(one, over_all));
    assert_rows(vc, test_get(one, "rows"));
    if (counted.status == VOTA_OK)
        assert_margin(json_object_get(one, "margin_rule"));
    assert_findings(vc, json_object_get(one, "findings"));
    assert_results(vc, json_object_get(one, "results"));
    free_case(vc);
}

static void every_case_of_the_vectors_counts_as_given(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "counting"), "cases"), i, one)
    {
        print_message("%s\n", test_text(one, "name"));
        assert_case(one);
    }
    assert_int_equal(i, 25);
}

static json_t *case_named(const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(test_get(test_get(vectors, "counting"), "cases"), i, one)
    {
        if (strcmp(test_text(one, "name"), name) == 0)
            return one;
    }
    fail_msg("no case %s", name);
    return NULL;
}

static void a_choice_is_kept_with_its_row(void **state)
{
    (void)state;
    struct vector_case *vc = load_case(case_named("blank and two of three"));
    tally_in(vc, vota_count_journal_all(&vc->world.journal));
    assert_int_equal(counted.rows[1].state, VOTA_COUNT_COUNTED); /* s/b+c */
    assert_false(vota_count_chose(&counted.count, 1, 0));
    assert_true(vota_count_chose(&counted.count, 1, 1));
    assert_true(vota_count_chose(&counted.count, 1, 2));
    free_case(vc);
}

static void an_opening_opens_one_row_or_tells_why_not(void **state)
{
    (void)state;
    struct vector_case *vc = load_case(case_named("first"));
    world_load(&counted, &vc->world, text_of(vc, 0));
    for (size_t i = 0; i < vc->world.opening_count; i++)
        assert_int_equal(counted.matches[i], VOTA_COUNT_MATCH_OPENS);
    struct world_opening wrong = vc->world.openings[0];
    wrong.salt.bytes[31] ^= 1;
    assert_int_equal(vota_count_open(&counted.count, &wrong.leaf, &wrong.salt, wrong.content),
                     VOTA_COUNT_MATCH_WRONG);
    wrong.leaf.bytes[31] ^= 1;
    assert_int_equal(vota_count_open(&counted.count, &wrong.leaf, &wrong.salt, wrong.content),
                     VOTA_COUNT_MATCH_NO_ROW);
    for (size_t i = 0; i < counted.count.row_count; i++)
        assert_int_equal(counted.rows[i].opening, VOTA_COUNT_OPENING_READ);
    free_case(vc);
}

/* A wrong opening before or after the right one does no harm. */
static void one_opening_that_hashes_is_enough(void **state)
{
    (void)state;
    struct vector_case *vc = load_case(case_named("first"));
    vc->world.opening_count = 0;
    world_load(&counted, &vc->world, text_of(vc, 0));
    const json_t *one = json_array_get(test_get(case_named("first"), "openings"), 0);
    const vota_hash leaf = test_hash(one, "leaf");
    const vota_hash salt = test_hash(one, "salt");
    const vota_hash wrong = {{1}};
    const struct vota_slice content = rules_slice(test_text(one, "content"));
    size_t first = 0;
    assert_int_equal(vota_count_find(&counted.count, &first, &leaf), 1);
    const struct vota_count_row *row = &counted.rows[counted.by_leaf[first]];
    assert_int_equal(row->opening, VOTA_COUNT_OPENING_NONE);
    (void)vota_count_open(&counted.count, &leaf, &wrong, content);
    assert_int_equal(row->opening, VOTA_COUNT_OPENING_WRONG);
    (void)vota_count_open(&counted.count, &leaf, &salt, content);
    assert_int_equal(row->opening, VOTA_COUNT_OPENING_READ);
    (void)vota_count_open(&counted.count, &leaf, &wrong, content);
    assert_int_equal(row->opening, VOTA_COUNT_OPENING_READ);
    free_case(vc);
}

static void rows_that_do_not_belong_are_refused(void **state)
{
    (void)state;
    struct vector_case *vc = load_case(case_named("first"));
    world_load(&counted, &vc->world, text_of(vc, 0));
    struct vota_error err = {0};
    counted.rows[1].place = 0; /* the entry that opens the register */
    assert_int_equal(vota_count_init(&counted.count, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "not-a-batch");
    counted.rows[1].place = (uint32_t)vc->world.length;
    assert_int_equal(vota_count_init(&counted.count, NULL), VOTA_BAD_INPUT);
    counted.rows[1].place = 1;
    struct vota_row other = *counted.rows[1].row;
    other.register_hash.bytes[0] ^= 1;
    counted.rows[1].row = &other;
    err = (struct vota_error){0};
    assert_int_equal(vota_count_init(&counted.count, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "other-register");
    free_case(vc);
}

static void tombstones_beyond_the_room_are_a_limit(void **state)
{
    (void)state;
    struct vector_case *vc = load_case(case_named("a tombstone after lastEntry"));
    world_load(&counted, &vc->world, text_of(vc, 1));
    counted.tally.numbers = counted.numbers;
    assert_int_equal(vota_count_tally(&counted.count, &counted.tally,
                                      vota_count_journal_all(&vc->world.journal), NULL),
                     VOTA_OK);
    vota_hash leaf;
    struct vota_count_tombstones none = {.leaves = &leaf, .cap = 0};
    assert_int_equal(vota_count_tombstones_add(&none, &counted.count), VOTA_LIMIT);
    struct vota_count_tombstones one = {.leaves = &leaf, .cap = 1};
    assert_int_equal(vota_count_tombstones_add(&one, &counted.count), VOTA_OK);
    assert_int_equal(one.count, 1);
    free_case(vc);
}

/* Copies of one leaf, tag and batch in numbers that a quadratic rule would not survive. */
static void crowds_under_one_tag_are_counted(void **state)
{
    (void)state;
    enum { CROWD = 200000 };
    struct vector_case *vc = load_case(case_named("first"));
    world_load(&counted, &vc->world, text_of(vc, 0));
    struct vota_row *rows = calloc(CROWD, sizeof *rows);
    struct vota_count count = counted.count;
    count.row_count = CROWD;
    count.rows = calloc(CROWD, sizeof *count.rows);
    count.choices = calloc(CROWD, 1);
    count.by_tag = calloc(CROWD, sizeof *count.by_tag);
    count.by_leaf = calloc(CROWD, sizeof *count.by_leaf);
    for (size_t i = 0; i < CROWD; i++) {
        rows[i] = *counted.rows[i % 2 ? 0 : 4].row; /* two records of two voters */
        rows[i].tag = counted.rows[0].row->tag;
        count.rows[i].row = &rows[i];
        count.rows[i].leaf.bytes[0] = i % 2;
        count.rows[i].place = (uint32_t)(1 + i % 3 % 2);
    }
    uint64_t numbers[16];
    struct vota_count_tally tally = {.numbers = numbers};
    assert_int_equal(vota_count_init(&count, NULL), VOTA_OK);
    assert_int_equal(
        vota_count_tally(&count, &tally, vota_count_journal_all(&vc->world.journal), NULL),
        VOTA_OK);
    assert_int_equal(numbers[2 + VOTA_COUNT_N_ROWS], CROWD);
    assert_int_equal(numbers[2 + VOTA_COUNT_N_CONFLICT] + numbers[2 + VOTA_COUNT_N_UNTIMELY],
                     CROWD);
    free(count.by_leaf);
    free(count.by_tag);
    free(count.choices);
    free(count.rows);
    free(rows);
    free_case(vc);
}

static void an_untimely_row_says_why(void **state)
{
    (void)state;
    struct vector_case *vc = load_case(case_named("late, before opening, repeated leaf"));
    tally_in(vc, vota_count_journal_all(&vc->world.journal));
    assert_int_equal(find_row(&vc->world, 1, 0)->why, VOTA_COUNT_WHY_NOT_OPENED);
    assert_int_equal(find_row(&vc->world, 3, 0)->why, VOTA_COUNT_WHY_NONE);
    assert_int_equal(find_row(&vc->world, 4, 0)->why, VOTA_COUNT_WHY_REPEATED);
    assert_int_equal(find_row(&vc->world, 5, 0)->why, VOTA_COUNT_WHY_LATE);
    free_case(vc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_the_vectors_counts_as_given),
        cmocka_unit_test(a_choice_is_kept_with_its_row),
        cmocka_unit_test(an_opening_opens_one_row_or_tells_why_not),
        cmocka_unit_test(one_opening_that_hashes_is_enough),
        cmocka_unit_test(rows_that_do_not_belong_are_refused),
        cmocka_unit_test(tombstones_beyond_the_room_are_a_limit),
        cmocka_unit_test(crowds_under_one_tag_are_counted),
        cmocka_unit_test(an_untimely_row_says_why),
    };
    return RUN_WITH_VECTORS(tests);
}
