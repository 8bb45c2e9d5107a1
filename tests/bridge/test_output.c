/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>
#include <time.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/utf8.h"

static void hangul_takes_two_columns_and_marks_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {
        {"", 0},     {"abc", 3},  {"구리시", 6}, {"a구b", 4}, {"e\xcc\x81", 1},       {"（）", 4},
        {"漢字", 4}, {"\xff", 1}, {"é", 1},      {"→", 1},    {"\xf0\x9f\x97\xb3", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(vota_output_width(cases[i].text), cases[i].width);
}

static void a_cut_never_splits_a_character(void **state)
{
    (void)state;
    assert_int_equal(vota_output_cut("구리시", 4), 6);
    assert_int_equal(vota_output_cut("구리시", 3), 3);
    assert_int_equal(vota_output_cut("구리시", 1), 0);
    assert_int_equal(vota_output_cut("abc", 9), 3);
}

/* Runs `show` on a cli that writes to memory; the caller frees. */
static char *shown(enum vota_lang lang, void (*show)(const struct vota_cli *cli))
{
    char *text = NULL;
    size_t len = 0;
    struct vota_cli cli = {.lang = lang};
    cli.out = open_memstream(&text, &len);
    assert_non_null(cli.out);
    show(&cli);
    assert_int_equal(fclose(cli.out), 0);
    return text;
}

static void assert_shown(enum vota_lang lang, void (*show)(const struct vota_cli *cli),
                         const char *expected)
{
    char *text = shown(lang, show);
    assert_string_equal(text, expected);
    free(text);
}

static void show_table(const struct vota_cli *cli)
{
    static const struct vota_column columns[] = {{"register.column.id", false},
                                                 {"register.column.records", true},
                                                 {"register.column.title", false}};
    static const char *const rows[][3] = {{"소각장", "9", "가\x1b"}, {"b", "10,000", NULL}};
    struct vota_table table;
    vota_table_init(&table, VOTA_TABLE(columns));
    assert_int_equal(vota_table_add(&table, rows[0]), VOTA_OK);
    assert_int_equal(vota_table_add(&table, rows[1]), VOTA_OK);
    vota_table_print(&table, cli);
    vota_table_done(&table);
}

static void tables_stay_straight_in_both_languages(void **state)
{
    (void)state;
    assert_shown(VOTA_LANG_KO, show_table,
                 "ID        기록  제목\n"
                 "소각장       9  가\xef\xbf\xbd\n"
                 "b       10,000  \n");
    assert_shown(VOTA_LANG_EN, show_table,
                 "Id      Records  Title\n"
                 "소각장        9  가\xef\xbf\xbd\n"
                 "b        10,000  \n");
}

static void show_fields(const struct vota_cli *cli)
{
    const struct vota_table_line fields[] = {
        {"register.column.id", "a"}, {"register.entry", NULL}, {"register.hash", "0x12"}};
    vota_table_fields(cli, VOTA_TABLE(fields));
}

static void fields_are_aligned_and_absent_ones_left_out(void **state)
{
    (void)state;
    assert_shown(VOTA_LANG_KO, show_fields, "ID           a\n등록부 해시  0x12\n");
    assert_shown(VOTA_LANG_EN, show_fields, "Id             a\nRegister hash  0x12\n");
}

static void show_wrapped(const struct vota_cli *cli)
{
    vota_output_wrap(cli,
                     "one two three four five six seven eight nine ten eleven twelve thirteen "
                     "fourteen fifteen\n\n가나다 라마바",
                     2, 0);
    vota_output_wrap(cli, "", 2, 0);
}

static void text_is_wrapped_at_spaces_with_its_paragraphs(void **state)
{
    (void)state;
    assert_shown(VOTA_LANG_EN, show_wrapped,
                 "  one two three four five six seven eight nine ten eleven twelve thirteen\n"
                 "  fourteen fifteen\n\n  가나다 라마바\n\n");
}

static void assert_time(enum vota_lang lang, const char *zone, uint64_t time, const char *expected)
{
    const struct vota_cli cli = {.lang = lang};
    char text[VOTA_OUTPUT_TIME_CAP];
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
    vota_output_time(&cli, text, time);
    assert_string_equal(text, expected);
}

static void times_are_the_readers_with_utc_beside(void **state)
{
    (void)state;
    assert_time(VOTA_LANG_KO, "Europe/Berlin", 1795338000,
                "2026-11-22 18:00:00 KST (09:00:00 UTC)");
    assert_time(VOTA_LANG_KO, "UTC", 1795374000,
                "2026-11-23 04:00:00 KST (2026-11-22 19:00:00 UTC)");
    assert_time(VOTA_LANG_EN, "UTC", 1795338000, "2026-11-22 09:00:00 UTC");
    assert_time(VOTA_LANG_EN, "AAA-3:30", 1795338000, "2026-11-22 12:30:00 AAA (09:00:00 UTC)");
    const struct vota_cli ko = {.lang = VOTA_LANG_KO};
    char text[VOTA_OUTPUT_TIME_CAP];
    vota_output_minute(&ko, text, 1795338000);
    assert_string_equal(text, "2026-11-22 18:00 KST (09:00 UTC)");
    assert_time(VOTA_LANG_EN, "UTC", UINT64_MAX, "18446744073709551615");
}

static void spans_have_two_units_at_most(void **state)
{
    (void)state;
    static const struct {
        uint64_t seconds;
        const char *en, *ko;
    } cases[] = {{0, "0 s", "0초"},
                 {59, "59 s", "59초"},
                 {60, "1 min", "1분"},
                 {90, "1 min 30 s", "1분 30초"},
                 {3600, "1 h", "1시간"},
                 {3659, "1 h", "1시간"},
                 {93600, "1 d 2 h", "1일 2시간"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[VOTA_OUTPUT_TIME_CAP];
        const struct vota_cli en = {.lang = VOTA_LANG_EN};
        const struct vota_cli ko = {.lang = VOTA_LANG_KO};
        vota_output_span(&en, text, cases[i].seconds);
        assert_string_equal(text, cases[i].en);
        vota_output_span(&ko, text, cases[i].seconds);
        assert_string_equal(text, cases[i].ko);
    }
}

static void numbers_are_grouped_and_amounts_have_no_needless_zeros(void **state)
{
    (void)state;
    char text[VOTA_OUTPUT_NUMBER_CAP];
    static const struct {
        uint64_t number;
        const char *text;
    } numbers[] = {{0, "0"},
                   {999, "999"},
                   {1000, "1,000"},
                   {1234567, "1,234,567"},
                   {UINT64_MAX, "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        vota_output_number(text, numbers[i].number);
        assert_string_equal(text, numbers[i].text);
    }
    vota_output_ether(text, 0);
    assert_string_equal(text, "0 ETH");
    vota_output_ether(text, 12500000000000000);
    assert_string_equal(text, "0.0125 ETH");
    vota_output_ether(text, 1);
    assert_string_equal(text, "0.000000000000000001 ETH");
    vota_output_gwei(text, 1500000000);
    assert_string_equal(text, "1.5 gwei");
    vota_output_gwei(text, 30000000000);
    assert_string_equal(text, "30 gwei");
}

static void write_json(const struct vota_cli *cli)
{
    struct vota_json json;
    const vota_hash hash = {{0xab}};
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "text", "가\"\\\n\x1b\xff");
    vota_json_text(&json, "none", NULL);
    vota_json_number(&json, "safe", 9007199254740991);
    vota_json_number(&json, "large", 9007199254740992);
    vota_json_bool(&json, "yes", true);
    vota_json_hash(&json, "hash", &hash);
    vota_json_time(&json, "time", 1795338000);
    vota_json_time(&json, "late", 253402300800);
    vota_json_array(&json, "empty");
    vota_json_end(&json);
    vota_json_array(&json, "rows");
    vota_json_object(&json, NULL);
    vota_json_end(&json);
    vota_json_number(&json, NULL, 1);
    vota_json_end(&json);
    vota_json_finish(&json);
}

static void json_is_what_another_reader_takes(void **state)
{
    (void)state;
    char *text = shown(VOTA_LANG_EN, write_json);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_string_equal(test_text(root, "text"), "가\"\\\n\x1b\xef\xbf\xbd");
    assert_null(strchr(text, '\x1b')); /* not even a raw control for the terminal */
    assert_true(json_is_null(test_get(root, "none")));
    assert_int_equal(json_integer_value(test_get(root, "safe")), 9007199254740991);
    assert_string_equal(test_text(root, "large"), "9007199254740992");
    assert_true(json_is_true(test_get(root, "yes")));
    assert_string_equal(test_text(root, "time"), "2026-11-22T09:00:00Z");
    assert_int_equal(json_integer_value(test_get(root, "late")), 253402300800);
    assert_int_equal(json_array_size(test_get(root, "empty")), 0);
    assert_int_equal(json_array_size(test_get(root, "rows")), 2);
    json_decref(root);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hangul_takes_two_columns_and_marks_none),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(tables_stay_straight_in_both_languages),
        cmocka_unit_test(fields_are_aligned_and_absent_ones_left_out),
        cmocka_unit_test(text_is_wrapped_at_spaces_with_its_paragraphs),
        cmocka_unit_test(times_are_the_readers_with_utc_beside),
        cmocka_unit_test(spans_have_two_units_at_most),
        cmocka_unit_test(numbers_are_grouped_and_amounts_have_no_needless_zeros),
        cmocka_unit_test(json_is_what_another_reader_takes),
    };
    return RUN_TESTS(tests);
}
