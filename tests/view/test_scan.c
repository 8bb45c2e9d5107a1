/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as people write it: what the scanner takes, what it refuses, and why. */
#include "tests/test.h"

#include "view/fields.h"

static const struct {
    const char *text, *reason; /* NULL: taken */
} texts[] = {
    {" { } \n", NULL},
    {"[1,-0,2.5e+10,true,false,null,\"\"]", NULL},
    {"\"\\u00e9\\ud83d\\ude00\\/\"", NULL},
    {"", "not-json"},
    {"{", "not-json"},
    {"{} {}", "not-json"},
    {"{\"a\":1,}", "not-json"},
    {"{\"a\" 1}", "not-json"},
    {"{a:1}", "not-json"},
    {"[1 2]", "not-json"},
    {"[1,]", "not-json"},
    {"[1}", "not-json"},
    {"01", "not-json"},
    {"1.", "not-json"},
    {".5", "not-json"},
    {"+1", "not-json"},
    {"1e", "not-json"},
    {"tru", "not-json"},
    {"truee", "not-json"},
    {"'a'", "not-json"},
    {"\"\t\"", "not-json"},
    {"\"\\x41\"", "not-json"},
    {"\"\\u12g4\"", "not-json"},
    {"\"", "not-json"},
    {"\xef\xbb\xbf{}", "not-json"}, /* a byte order mark */
    {"\"\\u0000\"", "nul"},
    {"\"\\ud800\"", "lone-surrogate"},
    {"\"\\ud800\\u0041\"", "lone-surrogate"},
    {"\"\\udc00\"", "lone-surrogate"},
    {"\"\\udc00\\udc00\"", "lone-surrogate"},
    {"\"\xed\xa0\x80\"", "not-utf8"},
    {"\"\xc0\x80\"", "not-utf8"},
};

static void test_one_grammar(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_error err = {0};
        struct vota_slice value = {0};
        const enum vota_status status =
            vota_scan_check(&value, texts[i].text, strlen(texts[i].text), &err);
        if ((status == VOTA_OK) != (texts[i].reason == NULL))
            fail_msg("%s", texts[i].text);
        if (texts[i].reason != NULL)
            assert_string_equal(err.text, texts[i].reason);
        else
            assert_true(value.len > 0 && value.at[value.len - 1] != ' ');
    }
}

static void test_depth_has_a_ceiling(void **state)
{
    char text[2 * VOTA_SCAN_MAX_DEPTH + 3];
    struct vota_slice value;
    struct vota_error err = {0};
    (void)state;
    memset(text, '[', VOTA_SCAN_MAX_DEPTH + 1);
    memset(text + VOTA_SCAN_MAX_DEPTH + 1, ']', VOTA_SCAN_MAX_DEPTH + 1);
    assert_int_equal(vota_scan_check(&value, text + 1, 2 * (size_t)VOTA_SCAN_MAX_DEPTH, &err),
                     VOTA_OK);
    assert_int_equal(vota_scan_check(&value, text, 2 * (size_t)VOTA_SCAN_MAX_DEPTH + 2, &err),
                     VOTA_BAD_INPUT);
    assert_string_equal(err.text, "too-deep");
}

static void test_strings_stand_for_what_they_escape(void **state)
{
    static const char text[] = "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 \xec\xb0\xac\"";
    static const char wanted[] = "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80 \xec\xb0\xac";
    struct vota_slice value;
    char buffer[64];
    (void)state;
    assert_int_equal(vota_scan_check(&value, text, strlen(text), NULL), VOTA_OK);
    struct vota_wr wr = vota_wr_of(buffer, sizeof buffer);
    vota_scan_unescape(&wr, vota_scan_raw(value));
    assert_int_equal(wr.len, strlen(wanted));
    assert_memory_equal(buffer, wanted, wr.len);
}

/* One object, read for a number, a truth, a list; the reason when it is something else. */
static const char *read_object(const char *text)
{
    static struct vota_error err;
    struct vota_slice value;
    struct vota_scan_walk walk;
    err = (struct vota_error){0};
    if (vota_scan_check(&value, text, strlen(text), &err) != VOTA_OK)
        return err.text;
    struct vota_fields fields = vota_fields_of(value, "object", &err);
    const uint64_t n = vota_fields_number(&fields, "n");
    const bool yes = vota_fields_bool(&fields, "yes");
    const size_t items = vota_fields_array(&fields, &walk, "list", 2);
    uint64_t sum = 0;
    for (size_t i = 0; i < items; i++)
        sum += vota_fields_item_number(&fields, &walk);
    if (vota_fields_end(&fields) != VOTA_OK)
        return err.text;
    assert_true(n == 7 && yes && sum == 3);
    return "";
}

static void test_members_are_there_once_and_in_one_form(void **state)
{
    static const struct {
        const char *text, *reason;
    } objects[] = {
        {"{\"n\":7,\"yes\":true,\"list\":[1,2]}", ""},
        {" {\"list\" : [ 1 ,2 ],\n\"yes\":true, \"n\":7 } ", ""},
        {"{\"n\":7,\"yes\":true}", "missing-member"},
        {"{\"n\":7,\"yes\":true,\"list\":[1,2],\"n\":7}", "unknown-member"},
        {"{\"n\":7,\"yes\":true,\"list\":[1,2],\"m\":7}", "unknown-member"},
        {"{\"\\u006e\":7,\"yes\":true,\"list\":[1,2]}", "missing-member"},
        {"{\"n\":7.0,\"yes\":true,\"list\":[1,2]}", "bad-type"},
        {"{\"n\":\"7\",\"yes\":true,\"list\":[1,2]}", "bad-type"},
        {"{\"n\":-7,\"yes\":true,\"list\":[1,2]}", "bad-number"},
        {"{\"n\":-0,\"yes\":true,\"list\":[1,2]}", "bad-number"},
        {"{\"n\":9007199254740992,\"yes\":true,\"list\":[1,2]}", "bad-number"},
        {"{\"n\":99999999999999999999999,\"yes\":true,\"list\":[1,2]}", "bad-number"},
        {"{\"n\":7,\"yes\":1,\"list\":[1,2]}", "bad-type"},
        {"{\"n\":7,\"yes\":true,\"list\":[1,1,1]}", "too-many"},
        {"{\"n\":7,\"yes\":true,\"list\":[1,null]}", "bad-type"},
        {"{\"n\":7,\"yes\":true,\"list\":{}}", "bad-type"},
        {"[]", "bad-type"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        if (strcmp(read_object(objects[i].text), objects[i].reason) != 0)
            fail_msg("%s: %s", objects[i].text, read_object(objects[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_grammar),
        cmocka_unit_test(test_depth_has_a_ceiling),
        cmocka_unit_test(test_strings_stand_for_what_they_escape),
        cmocka_unit_test(test_members_are_there_once_and_in_one_form),
    };
    return RUN_TESTS(tests);
}
