/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

static void bytes_survive_the_round_trip(void **state)
{
    (void)state;
    vota_hash hash;
    for (size_t i = 0; i < sizeof hash.bytes; i++)
        hash.bytes[i] = (uint8_t)(i * 37);
    char text[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(text, &hash);
    assert_int_equal(strlen(text), VOTA_HASH_HEX_CHARS);
    vota_hash back;
    assert_int_equal(vota_hex_read(back.bytes, 32, text, strlen(text)), VOTA_OK);
    assert_hash_equal(&back, &hash);
}

static void anything_but_the_one_form_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const refused[] = {"",       "0",       "0x",     "1234",   "0x123",
                                          "0X1234", "0x12345", "0x12G4", "0xAB12", " 0x1234"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        uint8_t bytes[2] = {7, 7};
        assert_int_equal(vota_hex_read(bytes, 2, refused[i], strlen(refused[i])), VOTA_BAD_INPUT);
        assert_memory_equal(bytes, "\x07\x07", 2);
    }
    uint8_t bytes[2];
    assert_int_equal(vota_hex_read_any(bytes, 2, "0xAb12", 6), VOTA_OK);
    assert_memory_equal(bytes, "\xab\x12", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_survive_the_round_trip),
        cmocka_unit_test(anything_but_the_one_form_is_refused_and_changes_nothing),
    };
    return RUN_TESTS(tests);
}
