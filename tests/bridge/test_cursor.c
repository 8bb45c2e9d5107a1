/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors as text: one text each, and none that another list would take. */
#include "bridge/http/cursor.h"
#include "tests/test.h"

static const enum vota_prove_state states[] = {VOTA_PROVE_ACCEPTED, VOTA_PROVE_BATCHED,
                                               VOTA_PROVE_ANCHORED, VOTA_PROVE_FINAL};

static void a_cursor_comes_back_for_its_own_list(void **state)
{
    (void)state;
    static const struct vota_cursor places[] = {
        {.of = 0},
        {.of = 1, .position = 0, .start = {0, 0, 0, 0, 0, 1}},
        {.of = 12, .position = 345, .start = {0x9c, 0x0b, 0x12, 0xd3, 0xe4, 0xf5}},
        {.of = INT64_C(9007199254740991), .position = INT64_C(4294967294)}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (size_t k = 0; k < 4; k++) {
            char text[VOTA_CURSOR_MAX + 1];
            struct vota_cursor cursor = places[i];
            struct vota_cursor back;
            cursor.state = states[k];
            vota_cursor_write(text, &cursor);
            assert_true(vota_cursor_read(&back, text, states[k]));
            assert_int_equal(back.of, cursor.of);
            assert_int_equal(back.position, cursor.position);
            assert_memory_equal(back.start, cursor.start, sizeof cursor.start);
            assert_false(vota_cursor_read(&back, text, states[(k + 1) % 4]));
        }
    }
}

static void any_other_text_is_none(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "f",
                                        "f00",
                                        "f0.0.000000000000",
                                        "f1",
                                        "f1.2",
                                        "f1.2.",
                                        "f1.2.00000000000",
                                        "f1.2.0000000000000",
                                        "f1.2.00000000000G",
                                        "f1.2.00000000000A",
                                        "f01.2.000000000000",
                                        "f1.02.000000000000",
                                        "f1..000000000000",
                                        "f1.2.000000000000 ",
                                        "f-1.2.000000000000",
                                        "f+1.2.000000000000",
                                        "f 1.2.000000000000",
                                        "f99999999999999999.2.000000000000",
                                        "F1.2.000000000000",
                                        "x1.2.000000000000"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_cursor cursor;
        assert_false(vota_cursor_read(&cursor, texts[i], VOTA_PROVE_FINAL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_comes_back_for_its_own_list),
        cmocka_unit_test(any_other_text_is_none),
    };
    return RUN_TESTS(tests);
}
