/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/jcs.h"
#include "tests/proof/rules.h"

#include <stdio.h>

static const struct vota_jcs_member members[2] = {{"a", "thing.a"}, {"b", "thing.b"}};

/* {"a":number,"b":string} */
static enum vota_status read_pair(uint64_t *ret_a, struct vota_slice *ret_b, const char *text,
                                  struct vota_error *err)
{
    struct vota_jcs jcs;
    vota_jcs_init(&jcs, text, strlen(text), "thing", err);
    vota_jcs_object(&jcs);
    vota_jcs_key(&jcs, members, 2, 0);
    *ret_a = vota_jcs_number(&jcs);
    vota_jcs_key(&jcs, members, 2, 1);
    *ret_b = vota_jcs_string(&jcs);
    vota_jcs_object_end(&jcs, members, 2);
    return vota_jcs_end(&jcs);
}

static void a_closed_object_reads(void **state)
{
    (void)state;
    uint64_t a = 0;
    struct vota_slice b = {0};
    assert_int_equal(read_pair(&a, &b, "{\"a\":9007199254740991,\"b\":\"x\\ny\"}", NULL), VOTA_OK);
    assert_int_equal(a, VOTA_JCS_MAX_NUMBER);
    assert_true(vota_jcs_equal(b, "x\ny", 3));
    assert_int_equal(read_pair(&a, &b, "{\"a\":0,\"b\":\"\"}", NULL), VOTA_OK);
    assert_int_equal(a, 0);
    assert_int_equal(b.len, 0);
}

struct refusal {
    const char *text, *where, *reason;
};

static void assert_refused(const struct refusal *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t a;
        struct vota_slice b;
        struct vota_error err = {0};
        assert_int_equal(read_pair(&a, &b, cases[i].text, &err), VOTA_BAD_INPUT);
        if (strcmp(err.text, cases[i].reason) != 0 || strcmp(err.where, cases[i].where) != 0)
            fail_msg("%s: %s at %s", cases[i].text, err.text, err.where);
    }
}

static void every_other_object_is_refused_and_told_why(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"", "thing", "not-json"},
        {"x", "thing", "not-json"},
        {" {\"a\":1,\"b\":\"\"}", "thing", "not-canonical"},
        {"[]", "thing", "bad-type"},
        {"null", "thing", "bad-type"},
        {"\xff", "thing", "not-utf8"},
        {"{", "thing", "not-json"},
        {"{}", "thing.a", "missing-key"},
        {"{\"a\"", "thing.a", "not-json"},
        {"{\"a\" :1}", "thing.a", "not-canonical"},
        {"{\"a\":1}", "thing.b", "missing-key"},
        {"{\"a\":1,}", "thing.a", "not-json"},
        {"{\"a\":1,\"b\":\"\"", "thing.b", "not-json"},
        {"{\"a\":1,\"b\":\"\"}\n", "thing.b", "not-canonical"},
        {"{\"a\":1,\"b\":\"\"}{}", "thing.b", "not-json"},
        {"{\"a\":1,\"b\":\"\",\"c\":2}", "thing.b", "unknown-key"},
        {"{\"a\":1,\"b\":\"\",\"a\":2}", "thing.b", "not-canonical"},
        {"{\"a\":1,\"b\":\"\",", "thing.b", "not-json"},
        {"{\"b\":\"\",\"a\":1}", "thing.b", "not-canonical"},
        {"{\"b\":\"\"}", "thing.a", "missing-key"},
        {"{\"b\":{\"a\":1}}", "thing.a", "missing-key"},
        {"{\"b\":[\"a\",{\"a\":1}],\"a\":1}", "thing.b", "not-canonical"},
        {"{\"b\":\"\\\"a\\\":", "thing.a", "missing-key"},
        {"{\"a\":1,\"a\":2}", "thing.a", "not-canonical"},
        {"{\"A\":1,\"b\":\"\"}", "thing", "unknown-key"},
        {"{\"\\u0061\":1,\"b\":\"\"}", "thing", "not-canonical"},
        {"{a:1}", "thing", "not-json"},
    };
    assert_refused(cases, sizeof cases / sizeof cases[0]);
}

static void numbers_have_one_form(void **state)
{
    (void)state;
    static const char *const numbers[][2] = {
        {"-1", "bad-number"},
        {"-0", "bad-number"},
        {"9007199254740992", "bad-number"},
        {"99999999999999999999999999", "bad-number"},
        {"01", "not-json"},
        {"00", "not-json"},
        {"1.0", "not-canonical"},
        {"1e3", "not-canonical"},
        {"1E3", "not-canonical"},
        {"+1", "not-json"},
        {".5", "not-json"},
        {"\"1\"", "bad-type"},
        {"true", "bad-type"},
        {"{}", "bad-type"},
        {" 1", "not-canonical"},
        {"1 ", "not-canonical"},
        {"", "not-json"},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[64];
        assert_in_range(snprintf(text, sizeof text, "{\"a\":%s,\"b\":\"\"}", numbers[i][0]), 1, 63);
        const struct refusal one = {text, "thing.a", numbers[i][1]};
        assert_refused(&one, 1);
    }
}

static void strings_have_one_form(void **state)
{
    (void)state;
    static const char *const strings[][2] = {
        {"x", "not-json"},
        {"1", "bad-type"},
        {"[]", "bad-type"},
        {"\"", "not-json"},
        {"\"\\\"", "not-json"},
        {"\"\\", "not-json"},
        {"\"\\x\"", "not-json"},
        {"\"\\u12\"", "not-json"},
        {"\"\\u12g4\"", "not-json"},
        {"\"\n\"", "not-json"},
        {"\"\x1f\"", "not-json"},
        {"\"\\/\"", "not-canonical"},
        {"\"\\u0041\"", "not-canonical"},
        {"\"\\u000a\"", "not-canonical"},
        {"\"\\u0008\"", "not-canonical"},
        {"\"\\u0022\"", "not-canonical"},
        {"\"\\u001F\"", "not-canonical"},
        {"\"\\u0000\"", "nul"},
        {"\"\\ud800\"", "lone-surrogate"},
        {"\"\\ud800x\"", "lone-surrogate"},
        {"\"\\ud800\\u0041\"", "lone-surrogate"},
        {"\"\\udc00\"", "lone-surrogate"},
        {"\"\\ud83d\\ude00\"", "not-canonical"},
        {"\"\\ud83d\\udE00\"", "not-canonical"},
    };
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        char text[64];
        assert_in_range(snprintf(text, sizeof text, "{\"a\":1,\"b\":%s}", strings[i][0]), 1, 63);
        const struct refusal one = {text, "thing.b", strings[i][1]};
        assert_refused(&one, 1);
    }
}

static void arrays_read_to_their_end(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t items;
        const char *reason; /* NULL: reads */
    } cases[] = {{"[]", 0, NULL},
                 {"[1]", 1, NULL},
                 {"[1,2,3]", 3, NULL},
                 {"[1,]", 0, "not-json"},
                 {"[,1]", 0, "not-json"},
                 {"[1 ]", 0, "not-canonical"},
                 {"[1, 2]", 0, "not-canonical"},
                 {"[1", 0, "not-json"},
                 {"{}", 0, "bad-type"},
                 {"[1]]", 0, "not-json"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_jcs jcs;
        struct vota_error err = {0};
        vota_jcs_init(&jcs, cases[i].text, strlen(cases[i].text), "list", &err);
        vota_jcs_array(&jcs);
        size_t items = 0;
        for (; vota_jcs_item(&jcs, items == 0); items++)
            (void)vota_jcs_number(&jcs);
        const enum vota_status status = vota_jcs_end(&jcs);
        assert_int_equal(status == VOTA_OK, cases[i].reason == NULL);
        if (status == VOTA_OK)
            assert_int_equal(items, cases[i].items);
        else
            assert_string_equal(err.text, cases[i].reason);
    }
}

static void the_first_failure_stays(void **state)
{
    (void)state;
    struct vota_jcs jcs;
    struct vota_error err = {0};
    vota_jcs_init(&jcs, "[1]", 3, "list", &err);
    vota_jcs_refuse(&jcs, "first", "one");
    vota_jcs_refuse(&jcs, "second", "two");
    vota_jcs_array(&jcs);
    assert_false(vota_jcs_item(&jcs, true));
    assert_int_equal(vota_jcs_number(&jcs), 0);
    assert_null(vota_jcs_string(&jcs).at);
    assert_int_equal(vota_jcs_end(&jcs), VOTA_BAD_INPUT);
    assert_string_equal(err.where, "first");
    assert_string_equal(err.text, "one");
}

static void strings_are_escaped_as_rfc_8785_says(void **state)
{
    (void)state;
    static const char plain[] = "\"\\/\b\t\n\f\r\x01\x1f\x7f é 찬성 😀";
    static const char written[] = "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\x7f é 찬성 😀\"";
    uint8_t buffer[128];
    struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
    vota_jcs_write_string(&wr, plain, sizeof plain - 1);
    assert_int_equal(wr.len, sizeof written - 1);
    assert_memory_equal(buffer, written, wr.len);
    uint8_t back[128];
    struct vota_wr again = vota_wr_of(back, sizeof back);
    vota_jcs_unescape(&again, (struct vota_slice){buffer + 1, wr.len - 2});
    assert_int_equal(again.len, sizeof plain - 1);
    assert_memory_equal(back, plain, again.len);
    assert_false(vota_jcs_equal((struct vota_slice){buffer + 1, wr.len - 2}, plain, 3));
    assert_false(vota_jcs_equal((struct vota_slice){buffer + 1, 2}, plain, 2));
    assert_false(vota_jcs_equal((struct vota_slice){buffer + 1, 2}, "x", 1));
}

static void utf_8_has_one_form_too(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        bool good;
    } cases[] = {{"", 0, true},
                 {"a\0b", 3, true},
                 {"\xc2\x80", 2, true},
                 {"\xdf\xbf", 2, true},
                 {"\xe0\xa0\x80", 3, true},
                 {"\xed\x9f\xbf", 3, true},
                 {"\xee\x80\x80", 3, true},
                 {"\xf0\x90\x80\x80", 4, true},
                 {"\xf4\x8f\xbf\xbf", 4, true},
                 {"\x80", 1, false},
                 {"\xc0\xaf", 2, false},
                 {"\xc1\xbf", 2, false},
                 {"\xc2", 1, false},
                 {"\xc2\x41", 2, false},
                 {"\xe0\x9f\xbf", 3, false},
                 {"\xed\xa0\x80", 3, false},
                 {"\xed\xbf\xbf", 3, false},
                 {"\xe1\x80", 2, false},
                 {"\xf0\x8f\xbf\xbf", 4, false},
                 {"\xf4\x90\x80\x80", 4, false},
                 {"\xf5\x80\x80\x80", 4, false},
                 {"\xff", 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(vota_jcs_is_utf8(cases[i].bytes, cases[i].len), cases[i].good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_object_reads),
        cmocka_unit_test(every_other_object_is_refused_and_told_why),
        cmocka_unit_test(numbers_have_one_form),
        cmocka_unit_test(strings_have_one_form),
        cmocka_unit_test(arrays_read_to_their_end),
        cmocka_unit_test(the_first_failure_stays),
        cmocka_unit_test(strings_are_escaped_as_rfc_8785_says),
        cmocka_unit_test(utf_8_has_one_form_too),
    };
    return RUN_TESTS(tests);
}
