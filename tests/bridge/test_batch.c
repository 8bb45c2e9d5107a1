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

/* Of the governor: stretched is what it asks for, closes_at what it may not pass. */
static void the_stretched_wait_ends_at_promises_and_closings(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct vota_store_pending pending;
        uint64_t stretched, closes_at;
        struct vota_batch_due due;
    } cases[] = {
        {"none", {50, 1000, 9000}, 0, 0, {1600, VOTA_BATCH_AGE}},
        {"shorter than configured", {50, 1000, 9000}, 599, 0, {1600, VOTA_BATCH_AGE}},
        {"the same", {50, 1000, 9000}, 600, 0, {1600, VOTA_BATCH_AGE}},
        {"longer", {50, 1000, 9000}, 1800, 0, {2800, VOTA_BATCH_STRETCHED}},
        {"to the promise", {50, 1000, 2860}, 1800, 0, {2800, VOTA_BATCH_PROMISE}},
        {"past the promise", {50, 1000, 2000}, 1800, 0, {1940, VOTA_BATCH_PROMISE}},
        {"past all time", {50, 1000, 9000}, UINT64_MAX, 0, {8940, VOTA_BATCH_PROMISE}},
        {"a closing before it", {50, 1000, 9000}, 1800, 2000, {2000, VOTA_BATCH_CLOSING}},
        {"a closing with it", {50, 1000, 9000}, 1800, 2800, {2800, VOTA_BATCH_STRETCHED}},
        {"a closing after it", {50, 1000, 9000}, 1800, 5000, {2800, VOTA_BATCH_STRETCHED}},
        {"a closing that was", {50, 1000, 9000}, 1800, 1500, {1600, VOTA_BATCH_AGE}},
        {"a closing that nobody waits past", {50, 1000, 9000}, 0, 1200, {1600, VOTA_BATCH_AGE}},
        {"too few wait for a promise", {7, 1000, 9000}, 1800, 2000, {8940, VOTA_BATCH_PROMISE}},
        {"a promise older than its margin", {7, 1, 59}, 1800, 0, {0, VOTA_BATCH_PROMISE}},
        {"full", {100, 1000, 9000}, 1800, 0, {0, VOTA_BATCH_FULL}},
        {"nothing", {0, 0, 0}, 1800, 0, {UINT64_MAX, VOTA_BATCH_NOTHING}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_batch_policy governed = policy;
        governed.stretched = cases[i].stretched;
        governed.closes_at = cases[i].closes_at;
        const struct vota_batch_due due =
            vota_batch_due(&cases[i].pending, &governed, VOTA_BATCH_BY_POLICY);
        if (due.at != cases[i].due.at || due.why != cases[i].due.why)
            fail_msg("%s: %llu %s", cases[i].what, (unsigned long long)due.at,
                     vota_batch_why_name(due.why));
    }
}

/* Whatever the governor asks, nobody's promise is later than without it. */
static void no_stretch_breaks_a_promise(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (unsigned i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const struct vota_store_pending pending = {
            .count = 1 + (seed >> 60), .oldest = (seed >> 20) % 5000, .anchor_by = 6000};
        struct vota_batch_policy governed = policy;
        governed.stretched = (seed >> 33) % 100000;
        governed.closes_at = (seed >> 13) % 3 == 0 ? 0 : (seed >> 17) % 20000;
        const struct vota_batch_due due = vota_batch_due(&pending, &governed, VOTA_BATCH_BY_POLICY);
        const struct vota_batch_due plain = vota_batch_due(&pending, &policy, VOTA_BATCH_BY_POLICY);
        assert_true(due.at <= pending.anchor_by - policy.margin);
        assert_true(due.at >= plain.at);
        if (governed.closes_at != 0)
            assert_true(due.at <= plain.at || due.at <= governed.closes_at);
        assert_true(vota_batch_is_due(&pending, &governed, due.at, VOTA_BATCH_BY_POLICY));
        assert_false(due.at > 0 &&
                     vota_batch_is_due(&pending, &governed, due.at - 1, VOTA_BATCH_BY_POLICY));
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
        cmocka_unit_test(the_stretched_wait_ends_at_promises_and_closings),
        cmocka_unit_test(no_stretch_breaks_a_promise),
        cmocka_unit_test(no_batch_leaves_fewer_than_the_minimum_behind),
        cmocka_unit_test(a_maximum_near_the_minimum_is_kept),
    };
    return RUN_TESTS(tests);
}
