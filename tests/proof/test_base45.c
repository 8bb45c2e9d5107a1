/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/base45.h"
#include "tests/test.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void the_vectors_of_rfc_9285_go_both_ways(void **state)
{
    (void)state;
    json_t *vectors = test_vectors();
    const json_t *cases = test_get(test_get(vectors, "receipts"), "base45");
    assert_int_equal(json_array_size(cases), 5);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const char *text = test_text(json_array_get(cases, i), "text");
        const char *base45 = test_text(json_array_get(cases, i), "base45");
        uint8_t buffer[64];
        struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
        vota_base45_write(&wr, (const uint8_t *)text, strlen(text));
        assert_int_equal(wr.len, strlen(base45));
        assert_memory_equal(buffer, base45, wr.len);
        size_t len = 99;
        assert_int_equal(
            vota_base45_read(buffer, sizeof buffer, &len, base45, strlen(base45), NULL), VOTA_OK);
        assert_int_equal(len, strlen(text));
        assert_memory_equal(buffer, text, len);
    }
    json_decref(vectors);
}

static void every_byte_and_pair_survives_the_round_trip(void **state)
{
    (void)state;
    for (uint32_t value = 0; value < 65536 + 256; value++) {
        const uint8_t bytes[] = {(uint8_t)(value >> 8u), (uint8_t)value};
        const size_t len = value < 65536 ? 2 : 1;
        uint8_t text[4];
        uint8_t back[2];
        size_t back_len;
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        vota_base45_write(&wr, bytes + 2 - len, len);
        assert_int_equal(wr.len, len + 1);
        assert_int_equal(vota_base45_read(back, 2, &back_len, (const char *)text, wr.len, NULL),
                         VOTA_OK);
        assert_int_equal(back_len, len);
        assert_memory_equal(back, bytes + 2 - len, len);
    }
}

static void the_largest_groups_are_read(void **state)
{
    (void)state;
    uint8_t bytes[2];
    size_t len;
    assert_int_equal(vota_base45_read(bytes, 2, &len, "FGW", 3, NULL), VOTA_OK);
    assert_memory_equal(bytes, "\xff\xff", 2);
    assert_int_equal(vota_base45_read(bytes, 2, &len, "U5", 2, NULL), VOTA_OK);
    assert_int_equal(bytes[0], 0xff);
}

static void what_no_bytes_give_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "A",      "ABCD",        /* no such length */
        "GGW",    ":::",         /* 65536 and above */
        "V5",     "::",          /* 256 and above */
        "abc",    "AB\n", "A#B", /* no such digit */
        "BB8GGW",                /* the second group */
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        uint8_t bytes[8] = {7};
        size_t len = 99;
        struct vota_error err = {VOTA_OK, NULL, ""};
        assert_int_equal(
            vota_base45_read(bytes, sizeof bytes, &len, refused[i], strlen(refused[i]), &err),
            VOTA_BAD_INPUT);
        assert_string_equal(err.text, "base45");
        assert_int_equal(len, 99);
        assert_int_equal(bytes[0], 7);
    }
}

static void a_nul_is_no_digit(void **state)
{
    (void)state;
    uint8_t bytes[2];
    size_t len;
    assert_int_equal(vota_base45_read(bytes, 2, &len, "B\0B", 3, NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_base45_read(bytes, 2, &len, "B0B", 3, NULL), VOTA_OK);
}

static void a_short_buffer_is_a_limit_and_nothing_is_written(void **state)
{
    (void)state;
    uint8_t bytes[2] = {7, 7};
    size_t len = 99;
    assert_int_equal(vota_base45_read(bytes, 2, &len, "QED8WEX0", 8, NULL), VOTA_LIMIT);
    assert_int_equal(len, 99);
    assert_memory_equal(bytes, "\x07\x07", 2);
}

static void a_printed_receipt_begins_with_its_prefix(void **state)
{
    (void)state;
    json_t *vectors = test_vectors();
    const json_t *forms = test_get(test_get(vectors, "receipts"), "forms");
    size_t index;
    size_t seen = 0;
    const json_t *form;
    json_array_foreach(forms, index, form)
    {
        const char *qr = json_string_value(json_object_get(form, "qr"));
        if (qr == NULL)
            continue;
        seen++;
        static uint8_t bytes[4096];
        static uint8_t text[4096];
        size_t len;
        assert_int_equal(vota_base45_read_qr(bytes, sizeof bytes, &len, qr, strlen(qr), NULL),
                         VOTA_OK);
        assert_int_equal(len, json_integer_value(test_get(form, "bytes")));
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        vota_base45_write_qr(&wr, bytes, len);
        assert_int_equal(wr.len, json_integer_value(test_get(form, "qr_characters")));
        assert_memory_equal(text, qr, wr.len);
        /* The twin: the same text with another prefix, or none. */
        struct vota_error err = {VOTA_OK, NULL, ""};
        assert_int_equal(
            vota_base45_read_qr(bytes, sizeof bytes, &len, qr + 1, strlen(qr) - 1, &err),
            VOTA_BAD_INPUT);
        assert_string_equal(err.text, "qr-prefix");
        assert_int_equal(vota_base45_read_qr(bytes, sizeof bytes, &len, "va1:BB8", 7, NULL),
                         VOTA_BAD_INPUT);
        assert_int_equal(vota_base45_read_qr(bytes, sizeof bytes, &len, "VA", 2, NULL),
                         VOTA_BAD_INPUT);
    }
    assert_int_equal(seen, 2);
    json_decref(vectors);
}

static void a_missing_argument_is_bad_input(void **state)
{
    (void)state;
    uint8_t bytes[2];
    size_t len;
    assert_int_equal(vota_base45_read_qr(NULL, 2, &len, "VA1:BB8", 7, NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_base45_read_qr(bytes, 2, NULL, "VA1:BB8", 7, NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_base45_read_qr(bytes, 2, &len, NULL, 7, NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_base45_read_qr(bytes, 2, &len, "VA1:BB8", 7, NULL), VOTA_OK);
    assert_int_equal(vota_base45_read_qr(bytes, 2, &len, "VA1:", 4, NULL), VOTA_OK);
    assert_int_equal(len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_9285_go_both_ways),
        cmocka_unit_test(every_byte_and_pair_survives_the_round_trip),
        cmocka_unit_test(the_largest_groups_are_read),
        cmocka_unit_test(what_no_bytes_give_is_refused_and_changes_nothing),
        cmocka_unit_test(a_nul_is_no_digit),
        cmocka_unit_test(a_short_buffer_is_a_limit_and_nothing_is_written),
        cmocka_unit_test(a_printed_receipt_begins_with_its_prefix),
        cmocka_unit_test(a_missing_argument_is_bad_input),
    };
    return RUN_TESTS(tests);
}
