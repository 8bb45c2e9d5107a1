/* SPDX-License-Identifier: Apache-2.0 */
/* When a batch is due and how many rows it takes. Sealing itself: test_store_batch.c. */
#include "tests/test.h"

#include "bridge/engine/batch.h"

static const struct vota_batch_policy policy = {
    .max_records = 100, .min_size = 8, .max_age = 600, .margin = 60};

struct due_case {
    const char *what;
    struct vota_store_pending pending;
    uint64_t now;
    enum vota_batch_press press;
    bool due;
};

static void a_batch_is_due_for_a_reason(void **state)
{
    (void)state;
    static const struct due_case cases[] = {
        {"nothing waits", {0, 0, 0}, 5000, VOTA_BATCH_BY_CLOSING, false},
        {"young rows wait", {50, 1000, 9000}, 1001, VOTA_BATCH_BY_POLICY, false},
        {"full", {100, 1000, 9000}, 1001, VOTA_BATCH_BY_POLICY, true},
        {"one short of full", {99, 1000, 9000}, 1001, VOTA_BATCH_BY_POLICY, false},
        {"old enough", {8, 1000, 9000}, 1600, VOTA_BATCH_BY_POLICY, true},
        {"a second short of old", {8, 1000, 9000}, 1599, VOTA_BATCH_BY_POLICY, false},
        {"old but too few for company", {7, 1000, 9000}, 1600, VOTA_BATCH_BY_POLICY, false},
        {"a promise presses", {1, 1000, 1160}, 1100, VOTA_BATCH_BY_POLICY, true},
        {"a second before it presses", {1, 1000, 1160}, 1099, VOTA_BATCH_BY_POLICY, false},
        {"an operator asks", {8, 1000, 9000}, 1001, VOTA_BATCH_BY_OPERATOR, true},
        {"too few for an operator", {7, 1000, 9000}, 1001, VOTA_BATCH_BY_OPERATOR, false},
        {"closing leaves nobody behind", {1, 1000, 9000}, 1001, VOTA_BATCH_BY_CLOSING, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct due_case *c = &cases[i];
        if (vota_batch_is_due(&c->pending, &policy, c->now, c->press) != c->due)
            fail_msg("%s", c->what);
    }
}

static void no_batch_leaves_fewer_than_the_minimum_behind(void **state)
{
    (void)state;
    for (uint64_t count = 1; count < 1000; count++) {
        uint64_t left = count;
        while (left > 0) {
            const uint64_t size = vota_batch_size(left, &policy);
            assert_true(size >= 1 && size <= policy.max_records);
            left -= size;
            assert_true(left == 0 || left >= policy.min_size);
        }
    }
    assert_int_equal(vota_batch_size(103, &policy), 95);
    assert_int_equal(vota_batch_size(108, &policy), 100);
}

static void a_maximum_near_the_minimum_is_kept(void **state)
{
    (void)state;
    const struct vota_batch_policy tight = {.max_records = 10, .min_size = 8};
    assert_int_equal(vota_batch_size(11, &tight), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_due_for_a_reason),
        cmocka_unit_test(no_batch_leaves_fewer_than_the_minimum_behind),
        cmocka_unit_test(a_maximum_near_the_minimum_is_kept),
    };
    return RUN_TESTS(tests);
}
