/* SPDX-License-Identifier: Apache-2.0 */
/* Results over whole journals are in test_count.c, with the vectors. */
#include "tests/proof/world.h"

static struct vota_definition definition_of(enum vota_register_kind kind, size_t options,
                                            uint64_t threshold)
{
    return (struct vota_definition){
        .kind = kind, .option_count = options, .threshold = threshold, .closes_at = 100};
}

struct margin_case {
    enum vota_register_kind kind;
    size_t options;
    uint64_t threshold;
    uint64_t numbers[12]; /* options, then blank, rows, counted ... unopened, erased */
    struct vota_count_margin expected;
};

static void margins_follow_the_kind(void **state)
{
    (void)state;
    static const struct margin_case cases[] = {
        {VOTA_REGISTER_VOTE, 3, 0, {5, 9, 7, 0, 0, 0, 0, 0, 0, 0, 1, 0}, {1, true, 2, true}},
        {VOTA_REGISTER_VOTE, 3, 0, {5, 9, 7, 0, 0, 0, 0, 0, 0, 0, 1, 1}, {2, true, 2, false}},
        {VOTA_REGISTER_VOTE, 3, 0, {9, 9, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, true, 0, true}},
        {VOTA_REGISTER_VOTE, 3, 0, {9, 9, 7, 0, 0, 0, 2, 2, 0, 2, 0, 0}, {0, true, 0, true}},
        {VOTA_REGISTER_VOTE, 3, 0, {9, 9, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1}, {1, true, 0, false}},
        {VOTA_REGISTER_VOTE, 2, 0, {0, 4, 9, 9, 0, 9, 9, 3, 9, 0, 0}, {3, true, 4, true}},
        {VOTA_REGISTER_VOTE, 2, 0, {0, 4, 9, 9, 0, 9, 9, 4, 9, 0, 0}, {4, true, 4, false}},
        {VOTA_REGISTER_ENDORSEMENT, 1, 5, {3, 0, 0, 0, 0, 0, 0, 0, 1, 0}, {1, true, 2, true}},
        {VOTA_REGISTER_ENDORSEMENT, 1, 5, {8, 0, 0, 0, 0, 0, 0, 0, 3, 0}, {3, true, 3, false}},
        {VOTA_REGISTER_ENDORSEMENT, 1, 0, {8, 0, 0, 0, 0, 0, 0, 0, 9, 0}, {9, false, 0, true}},
        {VOTA_REGISTER_PROPOSAL, 0, 0, {0, 9, 0, 0, 0, 9, 0, 0, 0}, {9, false, 0, true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_definition definition =
            definition_of(cases[i].kind, cases[i].options, cases[i].threshold);
        const struct vota_count_margin margin =
            vota_count_result_margin(&definition, cases[i].numbers);
        assert_int_equal(margin.d, cases[i].expected.d);
        assert_int_equal(margin.has_margin, cases[i].expected.has_margin);
        assert_int_equal(margin.margin, cases[i].expected.margin);
        assert_int_equal(margin.confirmed, cases[i].expected.confirmed);
    }
}

static void a_result_of_a_register_that_never_opened_equals_nothing(void **state)
{
    (void)state;
    static struct world world;
    const struct vota_definition definition = definition_of(VOTA_REGISTER_VOTE, 2, 0);
    const vota_hash hash = {{1}}, other = {{2}};
    const uint64_t numbers[11] = {0};
    memset(&world, 0, sizeof world);
    world_batch(&world, 5);
    world_result(&world, 99, &hash, 1, numbers, 11);
    world_prepare(&world);
    struct vota_count_result result;
    vota_count_result_judge(&result, &world.journal, &definition, 1, NULL, NULL);
    assert_true(result.is_the_result && result.before_closes_at);
    assert_false(result.equal || result.equal_over_all || result.cut_count);
    assert_int_equal(result.last_entry, 1);
    uint64_t same[11] = {0};
    const struct vota_count_tally tally = {.numbers = same};
    vota_count_result_judge(&result, &world.journal, &definition, 1, &tally, &tally);
    assert_true(result.equal && result.equal_over_all);
    same[10] = 1;
    vota_count_result_judge(&result, &world.journal, &definition, 1, &tally, &tally);
    assert_false(result.equal || result.equal_over_all);
    size_t place = 7;
    assert_int_equal(vota_count_result_next(&world.journal, &place, 0, &other), VOTA_NOT_FOUND);
    assert_int_equal(vota_count_result_next(&world.journal, &place, 2, &hash), VOTA_NOT_FOUND);
    assert_int_equal(place, 7);
    assert_int_equal(vota_count_result_next(&world.journal, &place, 0, &hash), VOTA_OK);
    assert_int_equal(place, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(margins_follow_the_kind),
        cmocka_unit_test(a_result_of_a_register_that_never_opened_equals_nothing),
    };
    return RUN_TESTS(tests);
}
