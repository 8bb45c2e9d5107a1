/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "proof/bytes.h"

static void a_reader_gives_what_is_left_and_no_more(void **state)
{
    (void)state;
    struct vota_rd rd = vota_rd_of("abc", 3);
    assert_null(vota_rd_take(&rd, 4));
    assert_int_equal(rd.left, 3);
    assert_memory_equal(vota_rd_take(&rd, 2), "ab", 2);
    assert_null(vota_rd_take(&rd, 2));
    assert_memory_equal(vota_rd_take(&rd, 1), "c", 1);
    assert_non_null(vota_rd_take(&rd, 0));
    assert_int_equal(rd.left, 0);
}

static void a_writer_never_overruns_and_measures(void **state)
{
    (void)state;
    uint8_t buffer[5] = {9, 9, 9, 9, 9};
    struct vota_wr wr = vota_wr_of(buffer, 4);
    vota_wr_text(&wr, "abc");
    assert_true(vota_wr_fits(&wr));
    vota_wr_text(&wr, "de");
    assert_false(vota_wr_fits(&wr));
    assert_int_equal(wr.len, 5);
    assert_int_equal(buffer[4], 9);
    vota_wr_byte(&wr, 'f');
    assert_int_equal(buffer[3], 9);
}

static void integers_are_big_endian_both_ways(void **state)
{
    (void)state;
    const uint8_t bytes[8] = {0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8};
    assert_true(vota_load_be(bytes, 8) == UINT64_C(0xfffefdfcfbfaf9f8));
    assert_true(vota_load_be(bytes, 4) == UINT64_C(0xfffefdfc));
    assert_true(vota_load_be(bytes, 0) == 0);
    uint8_t back[8];
    vota_store_be(back, 8, vota_load_be(bytes, 8));
    assert_memory_equal(back, bytes, 8);
    vota_store_be(back, 2, 0x1234);
    assert_int_equal(back[0], 0x12);
    assert_int_equal(back[1], 0x34);
}

static void sums_and_products_say_when_they_overflow(void **state)
{
    (void)state;
    size_t value = 7;
    assert_false(vota_add(&value, SIZE_MAX, 1));
    assert_false(vota_mul(&value, SIZE_MAX / 2, 3));
    assert_int_equal(value, 7);
    assert_true(vota_add(&value, SIZE_MAX - 1, 1));
    assert_true(value == SIZE_MAX);
    assert_true(vota_mul(&value, 0, SIZE_MAX));
    assert_true(value == 0);
}

static void the_first_error_wins_and_is_cut_to_fit(void **state)
{
    (void)state;
    struct vota_error err = {0};
    char reason[400];
    memset(reason, 'x', sizeof reason);
    reason[399] = '\0';
    assert_int_equal(vota_fail(&err, VOTA_LIMIT, "first", reason), VOTA_LIMIT);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_int_equal(vota_fail(&err, VOTA_IO, "second", "y"), VOTA_IO);
    assert_string_equal(err.where, "first");
    assert_int_equal(vota_fail(NULL, VOTA_IO, "none", "z"), VOTA_IO);
}

static void comparisons_agree_with_each_other(void **state)
{
    (void)state;
    assert_true(vota_bytes_compare("abc", "abd", 3) < 0);
    assert_true(vota_bytes_compare("\xff", "\x01", 1) > 0);
    assert_true(vota_bytes_equal("abc", "abd", 2));
    assert_true(vota_bytes_equal_secret("abc", "abc", 3));
    assert_false(vota_bytes_equal_secret("abc", "abd", 3));
    uint8_t secret[4] = {1, 2, 3, 4};
    vota_bytes_wipe(secret, sizeof secret);
    assert_true(vota_bytes_equal(secret, "\0\0\0\0", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_gives_what_is_left_and_no_more),
        cmocka_unit_test(a_writer_never_overruns_and_measures),
        cmocka_unit_test(integers_are_big_endian_both_ways),
        cmocka_unit_test(sums_and_products_say_when_they_overflow),
        cmocka_unit_test(the_first_error_wins_and_is_cut_to_fit),
        cmocka_unit_test(comparisons_agree_with_each_other),
    };
    return RUN_TESTS(tests);
}
