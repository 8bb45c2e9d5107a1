/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/rlp.h"
#include "tests/test.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_hex_equal(const struct vota_wr *wr, const char *expected)
{
    size_t len;
    uint8_t *bytes = test_hex_any(&len, expected);
    assert_true(vota_wr_fits(wr));
    assert_int_equal(wr->len, len);
    assert_memory_equal(wr->to, bytes, len);
    free(bytes);
}

static void strings_take_their_shortest_form(void **state)
{
    (void)state;
    static const struct {
        const char *string;
        const char *rlp;
    } cases[] = {
        {"0x", "0x80"},     {"0x00", "0x00"},       {"0x7f", "0x7f"},
        {"0x80", "0x8180"}, {"0x0400", "0x820400"}, {"0x646f67", "0x83646f67"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t len;
        uint8_t *string = test_hex_any(&len, cases[i].string);
        uint8_t buffer[64];
        struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
        vota_rlp_put_string(&wr, string, len);
        assert_hex_equal(&wr, cases[i].rlp);
        assert_int_equal(vota_rlp_size_of_string(string, len), wr.len);
        struct vota_rlp_item item;
        assert_int_equal(vota_rlp_read(&item, buffer, wr.len, NULL), VOTA_OK);
        assert_false(item.is_list);
        assert_int_equal(item.payload.len, len);
        assert_memory_equal(item.payload.at, string, len);
        free(string);
    }
}

static void long_payloads_carry_their_length(void **state)
{
    (void)state;
    static const size_t lens[] = {55, 56, 255, 256, 1024, 65535, 65536};
    static uint8_t payload[65536];
    static uint8_t buffer[65536 + 16];
    for (size_t i = 0; i < COUNT(lens); i++) {
        memset(payload, 0x83, lens[i]);
        struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
        vota_rlp_put_string(&wr, payload, lens[i]);
        const size_t frame = lens[i] < 56 ? 1 : lens[i] < 256 ? 2 : lens[i] < 65536 ? 3 : 4;
        assert_int_equal(wr.len, frame + lens[i]);
        assert_int_equal(vota_rlp_size_of_frame(lens[i]), frame);
        struct vota_rlp_item item;
        assert_int_equal(vota_rlp_read(&item, buffer, wr.len, NULL), VOTA_OK);
        assert_int_equal(item.payload.len, lens[i]);
        assert_int_equal(item.whole.len, wr.len);
        /* One byte short is refused at every length. */
        assert_int_equal(vota_rlp_read(&item, buffer, wr.len - 1, NULL), VOTA_BAD_INPUT);
    }
}

static void integers_have_no_leading_zeros(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        const char *rlp;
    } cases[] = {
        {0, "0x80"},
        {1, "0x01"},
        {127, "0x7f"},
        {128, "0x8180"},
        {256, "0x820100"},
        {0xffffffu, "0x83ffffff"},
        {UINT64_MAX, "0x88ffffffffffffffff"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t buffer[16];
        struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
        vota_rlp_put_uint64(&wr, cases[i].value);
        assert_hex_equal(&wr, cases[i].rlp);
        struct vota_rlp_item item;
        uint64_t value = 99;
        assert_int_equal(vota_rlp_read(&item, buffer, wr.len, NULL), VOTA_OK);
        assert_int_equal(vota_rlp_uint64(&value, &item, NULL), VOTA_OK);
        assert_true(value == cases[i].value);
        uint8_t padded[32];
        assert_int_equal(vota_rlp_integer(padded, 32, &item, NULL), VOTA_OK);
        assert_true(vota_load_be(padded + 24, 8) == cases[i].value);
        assert_true(vota_load_be(padded, 8) == 0);
    }
}

static void what_is_no_integer_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const refused[] = {"0x00", "0x820001", "0x89010000000000000000", "0xc101",
                                          "0xc0"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        size_t len;
        uint8_t *bytes = test_hex_any(&len, refused[i]);
        struct vota_rlp_item item;
        uint64_t value = 99;
        struct vota_error err = {VOTA_OK, NULL, ""};
        assert_int_equal(vota_rlp_read(&item, bytes, len, NULL), VOTA_OK);
        assert_int_equal(vota_rlp_uint64(&value, &item, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "rlp-integer");
        assert_true(value == 99);
        uint8_t one[1] = {7};
        assert_int_equal(vota_rlp_integer(one, 1, &item, NULL), VOTA_BAD_INPUT);
        assert_int_equal(one[0], 7);
        free(bytes);
    }
}

static void fixed_strings_have_one_length(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x82, 0xab, 0xcd};
    struct vota_rlp_item item;
    uint8_t two[2] = {0};
    uint8_t three[3] = {1, 2, 3};
    assert_int_equal(vota_rlp_read(&item, bytes, sizeof bytes, NULL), VOTA_OK);
    assert_int_equal(vota_rlp_fixed(two, 2, &item, NULL), VOTA_OK);
    assert_memory_equal(two, "\xab\xcd", 2);
    assert_int_equal(vota_rlp_fixed(three, 3, &item, NULL), VOTA_BAD_INPUT);
    assert_memory_equal(three, "\x01\x02\x03", 3);
    const uint8_t list[] = {0xc2, 0x01, 0x02};
    assert_int_equal(vota_rlp_read(&item, list, sizeof list, NULL), VOTA_OK);
    assert_int_equal(vota_rlp_fixed(two, 2, &item, NULL), VOTA_BAD_INPUT);
}

static void a_list_is_read_item_by_item(void **state)
{
    (void)state;
    /* ["cat", ["dog", ""], 5] */
    const uint8_t bytes[] = {0xcb, 0x83, 'c', 'a', 't', 0xc5, 0x83, 'd', 'o', 'g', 0x80, 0x05};
    struct vota_rlp_item list;
    struct vota_rlp_item item;
    size_t count = 0;
    assert_int_equal(vota_rlp_read(&list, bytes, sizeof bytes, NULL), VOTA_OK);
    assert_true(list.is_list);
    assert_int_equal(vota_rlp_count(&count, &list, NULL), VOTA_OK);
    assert_int_equal(count, 3);
    struct vota_rd rd = vota_rd_of_slice(list.payload);
    assert_int_equal(vota_rlp_next(&rd, &item, NULL), VOTA_OK);
    assert_memory_equal(item.payload.at, "cat", 3);
    assert_int_equal(vota_rlp_next(&rd, &item, NULL), VOTA_OK);
    assert_true(item.is_list);
    assert_int_equal(vota_rlp_count(&count, &item, NULL), VOTA_OK);
    assert_int_equal(count, 2);
    assert_int_equal(vota_rlp_next(&rd, &item, NULL), VOTA_OK);
    assert_int_equal(item.whole.len, 1);
    assert_int_equal(vota_rlp_count(&count, &item, NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_rlp_next(&rd, &item, NULL), VOTA_BAD_INPUT);
    assert_int_equal(rd.left, 0);

    uint8_t buffer[16];
    struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
    vota_rlp_put_list(&wr, 11);
    vota_rlp_put_string(&wr, "cat", 3);
    vota_rlp_put_list(&wr, 5);
    vota_rlp_put_string(&wr, "dog", 3);
    vota_rlp_put_string(&wr, NULL, 0);
    vota_rlp_put_uint64(&wr, 5);
    assert_true(vota_wr_fits(&wr));
    assert_int_equal(wr.len, sizeof bytes);
    assert_memory_equal(buffer, bytes, sizeof bytes);
}

static void other_encodings_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *rlp;
        const char *reason;
    } cases[] = {
        {"0x", "rlp-short"},
        {"0x8105", "rlp-byte"},
        {"0x8100", "rlp-byte"},
        {"0x81", "rlp-short"},
        {"0x83646f", "rlp-short"},
        {"0xb80141", "rlp-length"},
        {"0xb837" /* 55 in the long form */, "rlp-length"},
        {"0xb90038", "rlp-length"},
        {"0xb8", "rlp-short"},
        {"0xbf", "rlp-short"}, /* length bytes that are not there */
        {"0xbfffffffffffffffff", "rlp-short"},
        {"0xff", "rlp-short"},
        {"0xffffffffffffffffff", "rlp-short"},
        {"0xb838ff", "rlp-short"},
        {"0xf801ff", "rlp-length"},
        {"0xc1", "rlp-short"},
        {"0x0101", "rlp-trailing"},
        {"0xc000", "rlp-trailing"},
        {"0xc28105", "rlp-byte"},
        {"0xc2c1", "rlp-short"},
        {"0xc3c28105", "rlp-byte"},
        {"0xc183", "rlp-short"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t len;
        uint8_t *bytes = test_hex_any(&len, cases[i].rlp);
        struct vota_error err = {VOTA_OK, NULL, ""};
        assert_int_equal(vota_rlp_check(bytes, len, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
        free(bytes);
    }
}

static void a_list_that_breaks_off_cannot_be_gone_through(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0xc3, 0x01, 0x81, 0x05};
    struct vota_rlp_item list;
    size_t count = 99;
    assert_int_equal(vota_rlp_read(&list, bytes, sizeof bytes, NULL), VOTA_OK);
    assert_int_equal(vota_rlp_count(&count, &list, NULL), VOTA_BAD_INPUT);
    assert_int_equal(count, 99);
}

static void lists_are_followed_to_a_depth_and_no_further(void **state)
{
    (void)state;
    uint8_t bytes[VOTA_RLP_MAX_DEPTH + 1];
    for (size_t depth = 1; depth <= sizeof bytes; depth++) {
        for (size_t i = 0; i < depth; i++)
            bytes[i] = (uint8_t)(0xc0 + (depth - 1 - i));
        struct vota_error err = {VOTA_OK, NULL, ""};
        const enum vota_status status = vota_rlp_check(bytes, depth, &err);
        if (depth <= VOTA_RLP_MAX_DEPTH) {
            assert_int_equal(status, VOTA_OK);
        } else {
            assert_int_equal(status, VOTA_BAD_INPUT);
            assert_string_equal(err.text, "rlp-depth");
        }
    }
}

static void a_refused_item_moves_no_reader(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x01, 0xb8, 0x01, 0x41};
    struct vota_rd rd = vota_rd_of(bytes, sizeof bytes);
    struct vota_rlp_item item;
    assert_int_equal(vota_rlp_next(&rd, &item, NULL), VOTA_OK);
    const struct vota_rlp_item before = item;
    assert_int_equal(vota_rlp_next(&rd, &item, NULL), VOTA_BAD_INPUT);
    assert_int_equal(rd.left, 3);
    assert_ptr_equal(item.whole.at, before.whole.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_take_their_shortest_form),
        cmocka_unit_test(long_payloads_carry_their_length),
        cmocka_unit_test(integers_have_no_leading_zeros),
        cmocka_unit_test(what_is_no_integer_is_refused_and_changes_nothing),
        cmocka_unit_test(fixed_strings_have_one_length),
        cmocka_unit_test(a_list_is_read_item_by_item),
        cmocka_unit_test(other_encodings_are_refused),
        cmocka_unit_test(a_list_that_breaks_off_cannot_be_gone_through),
        cmocka_unit_test(lists_are_followed_to_a_depth_and_no_further),
        cmocka_unit_test(a_refused_item_moves_no_reader),
    };
    return RUN_TESTS(tests);
}
