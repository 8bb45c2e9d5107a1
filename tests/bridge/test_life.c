/* SPDX-License-Identifier: Apache-2.0 */
/* When a thread counts as hung, and when it does not. */
#include "tests/test.h"

#include "bridge/serve/life.h"

static struct vota_life a_thread(void)
{
    return (struct vota_life){.name = "writer", .silence_ms = 1000};
}

static void who_was_asked_nothing_is_never_stuck(void **state)
{
    (void)state;
    struct vota_life life = a_thread();
    assert_false(vota_life_is_stuck(&life, 1000000));
    vota_life_see(&life, 7);
    assert_false(vota_life_is_stuck(&life, 1000000));
}

static void who_does_not_answer_in_time_is_stuck(void **state)
{
    (void)state;
    struct vota_life life = a_thread();
    vota_life_see(&life, 7);
    vota_life_ask(&life, 5000);
    vota_life_see(&life, 7);
    assert_false(vota_life_is_stuck(&life, 6000));
    assert_true(vota_life_is_stuck(&life, 6001));
}

static void asking_again_gives_no_more_time(void **state)
{
    (void)state;
    struct vota_life life = a_thread();
    vota_life_ask(&life, 5000);
    vota_life_ask(&life, 5900);
    assert_true(vota_life_is_stuck(&life, 6001));
}

static void any_move_is_an_answer(void **state)
{
    (void)state;
    struct vota_life life = a_thread();
    vota_life_ask(&life, 5000);
    vota_life_see(&life, 1);
    assert_false(vota_life_is_stuck(&life, 6001));
    vota_life_ask(&life, 7000);
    assert_false(vota_life_is_stuck(&life, 8000));
    assert_true(vota_life_is_stuck(&life, 8001));
    vota_life_see(&life, 2);
    assert_false(vota_life_is_stuck(&life, 8001)); /* it lives again */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_asked_nothing_is_never_stuck),
        cmocka_unit_test(who_does_not_answer_in_time_is_stuck),
        cmocka_unit_test(asking_again_gives_no_more_time),
        cmocka_unit_test(any_move_is_an_answer),
    };
    return RUN_TESTS(tests);
}
