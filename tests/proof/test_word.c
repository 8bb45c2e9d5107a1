/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "proof/word.h"

static void numbers_survive_the_round_trip(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 1, 255, 256, UINT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const vota_hash word = vota_word_of_u64(values[i]);
        uint64_t back = ~values[i];
        assert_int_equal(vota_word_u64(&back, &word), VOTA_OK);
        assert_true(back == values[i]);
    }
    const vota_hash word = vota_word_of_u64(0x0102);
    assert_int_equal(word.bytes[31], 2);
    assert_int_equal(word.bytes[30], 1);
}

static void a_number_with_any_padding_set_is_refused(void **state)
{
    (void)state;
    for (size_t at = 0; at < 24; at++) {
        vota_hash word = vota_word_of_u64(5);
        word.bytes[at] = 1;
        uint64_t value = 77;
        assert_int_equal(vota_word_u64(&value, &word), VOTA_BAD_INPUT);
        assert_int_equal(value, 77);
    }
}

static void addresses_survive_and_wider_words_are_refused(void **state)
{
    (void)state;
    vota_addr addr;
    for (size_t i = 0; i < sizeof addr.bytes; i++)
        addr.bytes[i] = (uint8_t)(200 + i);
    vota_hash word = vota_word_of_addr(&addr);
    vota_addr back = {{0}};
    assert_int_equal(vota_word_addr(&back, &word), VOTA_OK);
    assert_true(vota_addr_equal(&back, &addr));
    for (size_t at = 0; at < 12; at++) {
        word = vota_word_of_addr(&addr);
        word.bytes[at] = 0x80;
        vota_addr untouched = {{7}};
        assert_int_equal(vota_word_addr(&untouched, &word), VOTA_BAD_INPUT);
        assert_int_equal(untouched.bytes[0], 7);
    }
}

static void words_are_written_one_after_another(void **state)
{
    (void)state;
    uint8_t bytes[96];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_hash any = {{0xee}};
    const vota_addr addr = {{0xaa}};
    vota_word_write(&wr, &any);
    vota_word_write_u64(&wr, 3);
    vota_word_write_addr(&wr, &addr);
    assert_true(vota_wr_fits(&wr));
    assert_int_equal(wr.len, 96);
    assert_int_equal(bytes[0], 0xee);
    assert_int_equal(bytes[63], 3);
    assert_int_equal(bytes[64 + 12], 0xaa);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_survive_the_round_trip),
        cmocka_unit_test(a_number_with_any_padding_set_is_refused),
        cmocka_unit_test(addresses_survive_and_wider_words_are_refused),
        cmocka_unit_test(words_are_written_one_after_another),
    };
    return RUN_TESTS(tests);
}
