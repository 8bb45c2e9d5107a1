/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/count_sort.h"
#include "tests/proof/rules.h"

#define MOST 60000

static struct vota_row halves[MOST];
static struct vota_count_row rows[MOST];
static uint32_t places[MOST], buckets[VOTA_COUNT_BUCKETS];
static bool seen[MOST];

/* Few values of `variety` make equal tags, and full buckets; 0: all the same. */
static void make_rows(size_t n, uint64_t variety)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t value = variety == 0 ? 0 : rules_random(variety);
        vota_definition_hash(&halves[i].tag, &value, sizeof value);
        halves[i].content_hash.bytes[31] = (uint8_t)rules_random(3);
        vota_definition_hash(&rows[i].leaf, &value, sizeof value - 1);
        rows[i].row = &halves[i];
        rows[i].place = (uint32_t)rules_random(5);
    }
}

static void assert_sorted(size_t n, const struct vota_count_order *order)
{
    memset(seen, 0, n * sizeof seen[0]);
    vota_count_sort(places, buckets, rows, n, order);
    for (size_t i = 0; i < n; i++) {
        assert_true(places[i] < n);
        assert_false(seen[places[i]]);
        seen[places[i]] = true;
        if (i > 0)
            assert_true(order->compare(&rows[places[i - 1]], &rows[places[i]]) <= 0);
    }
    const uint32_t shift = vota_count_sort_shift(n);
    for (size_t i = 0; i < n; i++) {
        const uint32_t bucket = order->leading_bits(&rows[places[i]]) >> shift;
        assert_true(i < buckets[bucket]);
        assert_true(bucket == 0 || i >= buckets[bucket - 1]);
    }
}

static void any_number_of_rows_comes_in_order(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 3, 8, 9, 17, 1000, MOST};
    static const uint64_t varieties[] = {0, 1, 3, 1000, UINT64_MAX};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t v = 0; v < sizeof varieties / sizeof varieties[0]; v++) {
            make_rows(sizes[s], varieties[v]);
            assert_sorted(sizes[s], &vota_count_sort_by_tag);
            assert_sorted(sizes[s], &vota_count_sort_by_leaf);
        }
    }
}

static void buckets_grow_with_the_rows_to_a_limit(void **state)
{
    (void)state;
    assert_int_equal(vota_count_sort_shift(0), 16);
    assert_int_equal(vota_count_sort_shift(8), 16);
    assert_int_equal(vota_count_sort_shift(9), 15);
    assert_int_equal(vota_count_sort_shift(524288), 0);
    assert_int_equal(vota_count_sort_shift(SIZE_MAX / 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_rows_comes_in_order),
        cmocka_unit_test(buckets_grow_with_the_rows_to_a_limit),
    };
    return RUN_TESTS(tests);
}
