/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "bridge/http/rate.h"

static const struct vota_rate_policy policy = {.per_second = 10, .burst = 20};

static void a_burst_is_given_and_then_the_rate(void **state)
{
    (void)state;
    struct vota_rate rate = {0};
    uint64_t wait = 0;
    for (unsigned i = 0; i < 20; i++)
        assert_true(vota_rate_take(&rate, &policy, 1, 5000, &wait));
    assert_false(vota_rate_take(&rate, &policy, 1, 5000, &wait));
    assert_int_equal(wait, 1);
    assert_false(vota_rate_take(&rate, &policy, 1, 5099, &wait));
    assert_true(vota_rate_take(&rate, &policy, 1, 5100, &wait));
    assert_false(vota_rate_take(&rate, &policy, 1, 5100, &wait));
}

static void what_is_refused_is_not_taken(void **state)
{
    (void)state;
    struct vota_rate rate = {0};
    uint64_t wait = 0;
    assert_true(vota_rate_take(&rate, &policy, 15, 0, &wait));
    assert_false(vota_rate_take(&rate, &policy, 20, 0, &wait));
    assert_int_equal(wait, 2);
    assert_true(vota_rate_take(&rate, &policy, 5, 0, &wait));
}

static void more_than_the_burst_empties_a_full_bucket(void **state)
{
    (void)state;
    struct vota_rate rate = {0};
    uint64_t wait = 0;
    assert_true(vota_rate_take(&rate, &policy, 5000, 0, &wait));
    assert_false(vota_rate_take(&rate, &policy, 1, 0, &wait));
    assert_false(vota_rate_take(&rate, &policy, UINT64_MAX, 1999, &wait));
    assert_true(vota_rate_take(&rate, &policy, UINT64_MAX, 2000, &wait));
}

static void a_bucket_never_overflows_nor_runs_backwards(void **state)
{
    (void)state;
    struct vota_rate rate = {0};
    uint64_t wait = 0;
    assert_true(vota_rate_take(&rate, &policy, 20, 1000, &wait));
    assert_false(vota_rate_take(&rate, &policy, 1, 0, &wait)); /* the clock went back */
    assert_true(vota_rate_take(&rate, &policy, 20, UINT64_MAX, &wait));
    assert_false(vota_rate_take(&rate, &policy, 1, UINT64_MAX, &wait));
    const struct vota_rate_policy huge = {.per_second = UINT64_MAX, .burst = UINT64_MAX};
    rate = (struct vota_rate){0};
    assert_true(vota_rate_take(&rate, &huge, UINT64_MAX, 1, &wait));
    assert_true(vota_rate_take(&rate, &huge, 1, UINT64_MAX, &wait));
}

static void without_a_rate_there_is_no_limit(void **state)
{
    (void)state;
    const struct vota_rate_policy none = {.per_second = 0};
    struct vota_rate rate = {0};
    uint64_t wait = 0;
    for (unsigned i = 0; i < 1000; i++)
        assert_true(vota_rate_take(&rate, &none, 1000, 0, &wait));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_given_and_then_the_rate),
        cmocka_unit_test(what_is_refused_is_not_taken),
        cmocka_unit_test(more_than_the_burst_empties_a_full_bucket),
        cmocka_unit_test(a_bucket_never_overflows_nor_runs_backwards),
        cmocka_unit_test(without_a_rate_there_is_no_limit),
    };
    return RUN_TESTS(tests);
}
