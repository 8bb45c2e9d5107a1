/* SPDX-License-Identifier: Apache-2.0 */
/* What the service knows of itself: written in parts, read whole. */
#include "bridge/engine/standing.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

#define ROUNDS 2000u

static void each_writes_its_part_and_all_is_read(void **state)
{
    (void)state;
    struct vota_standing_view view;
    const struct vota_standing_keeper keeper = {.turns = 7, .seals = 3};
    const struct vota_standing_hook hook = {.is_set = true, .delivered = 5};
    struct vota_standing_board *board = vota_standing_new(1000, true);
    assert_non_null(board);
    vota_standing_look(&view, board);
    assert_true(view.started_at == 1000 && view.is_reader && !view.keeper.has_turn);
    vota_standing_set_keeper(board, &keeper);
    vota_standing_set_hook(board, &hook);
    vota_standing_note_reload(board);
    vota_standing_look(&view, board);
    assert_true(view.keeper.turns == 7 && view.keeper.seals == 3);
    assert_true(view.hook.is_set && view.hook.delivered == 5);
    assert_true(view.reloads == 1 && view.started_at == 1000);
    vota_standing_free(board);
    vota_standing_free(NULL);
}

static void *write_rounds(void *context)
{
    struct vota_standing_keeper keeper = {.turns = 0};
    for (unsigned i = 0; i < ROUNDS; i++) {
        keeper.turns++;
        keeper.results = keeper.turns; /* far from it in memory */
        vota_standing_set_keeper(context, &keeper);
    }
    return NULL;
}

static void nobody_sees_half_of_a_part(void **state)
{
    (void)state;
    pthread_t writer;
    struct vota_standing_view view = {.keeper = {.turns = 0}};
    struct vota_standing_board *board = vota_standing_new(0, false);
    assert_int_equal(pthread_create(&writer, NULL, write_rounds, board), 0);
    while (view.keeper.turns < ROUNDS) {
        vota_standing_look(&view, board);
        assert_true(view.keeper.results == view.keeper.turns);
    }
    assert_int_equal(pthread_join(writer, NULL), 0);
    vota_standing_free(board);
}

static void every_reach_has_a_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VOTA_REACHES; i++) {
        const char *name = vota_standing_reach_name((enum vota_standing_reach)i);
        assert_string_not_equal(name, "unknown");
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(name, vota_standing_reach_name((enum vota_standing_reach)k));
    }
    assert_string_equal(vota_standing_reach_name((enum vota_standing_reach)VOTA_REACHES),
                        "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_writes_its_part_and_all_is_read),
        cmocka_unit_test(nobody_sees_half_of_a_part),
        cmocka_unit_test(every_reach_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
