/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every kind of bad input gives one clear refusal of one row, with line, field,
 * value and limit, or one clear failure of a file, and the good rows stay.
 */
#include "tests/bridge/import_fixture.h"

/* A row between two good ones, and what is told of it. */
struct bad_row {
    const char *row, *told;
};

static const struct bad_row vote_rows[] = {
    {ROW("", "v", "yes"), "3 id empty  0\n"},
    {ROW("r 1", "v", "yes"), "3 id bad-character r 1 0\n"},
    {ROW("r\xea\xb0\x80", "v", "yes"), "3 id bad-character r가 0\n"},
    {ROW("r", "", "yes"), "3 voter empty  0\n"},
    {ROW("r", "a b", "yes"), "3 voter bad-character  0\n"},
    {ROW("r", "홍길동", "yes"), "3 voter bad-character  0\n"},
    {ROW("r", "900101-1234567", "yes"), "3 voter looks-like-resident-number  0\n"},
    {ROW("r", "010-1234-5678", "yes"), "3 voter looks-like-phone  0\n"},
    {ROW("r", "hong@guri.go.kr", "yes"), "3 voter looks-like-email  0\n"},
    {ROW("r", "v", "maybe"), "3 choice unknown-option maybe 0\n"},
    {ROW("r", "v", "yes;no"), "3 choice too-many-choices yes;no 1\n"},
    {ROW("r", "v", "yes;yes"), "3 choice repeated-option yes 0\n"},
    {ROW("r", "v", ""), "3 choice too-few-choices  1\n"},
    {"r,v,yes,\n", "3 cast_at empty  0\n"},
    {"r,v,yes,yesterday\n", "3 cast_at bad-time yesterday 0\n"},
    {"r,v,yes,2026-09-21T14:15:00\n", "3 cast_at bad-time 2026-09-21T14:15:00 0\n"},
    {"r,v,yes,2026-09-21T14:13:59Z\n", "3 cast_at before-opening 2026-09-21T14:13:59Z 0\n"},
    {"r,v,yes,2026-09-21T15:18:21Z\n", "3 cast_at in-future 2026-09-21T15:18:21Z 300\n"},
    {"r,v,yes\n", "3 row wrong-column-count  4\n"},
    {"r,v,yes," CAST_AT ",more\n", "3 row wrong-column-count  4\n"},
    {ROW("r", "v", "\xff"), "3 choice not-utf8  0\n"},
    {ROW("r", "v", "\xed\xa0\x80"), "3 choice not-utf8  0\n"},
    {ROW("a", "v", "yes"), "3 id other-content a 0\n"},
    {ROW("r", "one", "yes"), "3 voter second-vote  0\n"},
};

static void check_row(struct importing *i, const char *header, const char *good,
                      const struct bad_row *bad, const char *last)
{
    char file[4096];
    (void)snprintf(file, sizeof file, "%s%s%s%s", header, good, bad->row, last);
    OK(import_text(i, file));
    assert_string_equal(i->log, bad->told);
    assert_int_equal(i->summary.rows, 3);
    assert_int_equal(i->summary.refused, 1);
    assert_int_equal(i->summary.added + i->summary.present, 2);
    assert_memory_equal(i->raw, bad->row, strlen(bad->row) - 1); /* as it came */
}

static void each_bad_vote_is_refused_alone(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    for (size_t k = 0; k < sizeof vote_rows / sizeof vote_rows[0]; k++)
        check_row(i, HEADER, ROW("a", "one", "yes"), &vote_rows[k], ROW("b", "two", "no"));
    assert_int_equal(records_of(i, "vote"), 2);
    importing_close(i);
}

static void a_cast_after_closing_is_refused_when_it_could_be_counted(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->now = CLOSES_AT + 60;
    OK(import_text(i, HEADER "r1,v1,yes,2026-09-22T14:13:59Z\nr2,v2,yes,2026-09-22T14:14:00Z\n"));
    assert_string_equal(i->log, "3 cast_at after-closing 2026-09-22T14:14:00Z 0\n");
    assert_int_equal(i->summary.added, 1);
    importing_close(i);
}

static void a_clock_may_run_ahead_five_minutes(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    OK(import_text(i, HEADER "r1,v1,yes,2026-09-21T15:18:20Z\n"));
    assert_int_equal(i->summary.added, 1);
    importing_close(i);
}

#define A64 "abababababababababababababababababababababababababababababababab"

static void each_bad_text_is_refused_alone(void **state)
{
    (void)state;
    static const struct bad_row ideas[] = {
        {"r,v," CAST_AT ",,body,,\n", "3 title empty  0\n"},
        {"r,v," CAST_AT ",title,,,\n", "3 body empty  0\n"},
        {"r,v," CAST_AT ",title,\xb0\xa1,,\n", "3 body not-utf8  0\n"},
    };
    static const struct bad_row steps[] = {
        {"r,v," CAST_AT ",title,,," A64 "\n", "3 step empty  0\n"},
        {"r,v," CAST_AT ",title,,step,\n", "3 document_sha256 empty  0\n"},
        {"r,v," CAST_AT ",title,,step,abab\n", "3 document_sha256 bad-hash abab 0\n"},
        {"r,v," CAST_AT ",title,,erased," A64 "\n", "3 step reserved-step erased 0\n"},
    };
    static const char header[] = "id,voter,cast_at,title,body,step,document_sha256\n";
    struct importing *i = importing_open();
    i->options.slug = "idea";
    for (size_t k = 0; k < sizeof ideas / sizeof ideas[0]; k++)
        check_row(i, header, "a,v," CAST_AT ",title,body,,\n", &ideas[k],
                  "b,v," CAST_AT ",title,body,,\n");
    i->options.slug = "book";
    for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++)
        check_row(i, header, "c,v," CAST_AT ",title,,step," A64 "\n", &steps[k],
                  "d,v," CAST_AT ",title,,step," A64 "\n");
    importing_close(i);
}

/* A text of n letters between two others. */
static char *with_letters(const char *before, size_t n, const char *after)
{
    char *text = malloc(strlen(before) + n + strlen(after) + 1);
    assert_non_null(text);
    const size_t at = strlen(before);
    memcpy(text, before, at);
    memset(text + at, 'x', n);
    memcpy(text + at + n, after, strlen(after) + 1);
    return text;
}

static void fields_have_limits(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    static const struct {
        const char *slug, *before, *after, *told;
        size_t most;
    } cases[] = {
        {"vote", HEADER, ",v1,yes," CAST_AT "\n", "id too-long", 128},
        {"vote", HEADER "r2,", ",yes," CAST_AT "\n", "voter too-long", 128},
        /* the content's other bytes: {"body":"","cast_at":"2026-09-21T14:15:00Z","title":"t"} */
        {"idea", "id,voter,cast_at,title,body\nr3,v3," CAST_AT ",t,", "\n", "body too-long",
         16384 - 56},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        i->options.slug = cases[k].slug;
        char *file = with_letters(cases[k].before, cases[k].most, cases[k].after);
        OK(import_text(i, file));
        assert_string_equal(i->log, "");
        assert_int_equal(i->summary.added, 1);
        free(file);
        file = with_letters(cases[k].before, cases[k].most + 1, cases[k].after);
        OK(import_text(i, file));
        assert_non_null(strstr(i->log, cases[k].told));
        free(file);
    }
    /* Beyond any limit: a row is passed over, one field without end ends the reading. */
    i->options.slug = "vote";
    char *half = with_letters(HEADER "r4,", 300000, ",");
    char *file = with_letters(half, 300000, "," CAST_AT "\n" ROW("r5", "v5", "yes"));
    OK(import_text(i, file));
    assert_string_equal(i->log, "2 row row-too-long  524288\n");
    assert_string_equal(i->raw, "\n");
    assert_int_equal(i->summary.added, 1);
    free(half);
    free(file);
    file = with_letters(HEADER "r6,", 600000, "," CAST_AT "\n" ROW("r7", "v7", "yes"));
    OK(import_text(i, file));
    assert_string_equal(i->log, "2 file row-too-long  524288\n");
    assert_true(i->summary.cut);
    free(file);
    importing_close(i);
}

static void nul_bytes_spoil_their_row(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    static const char file[] = HEADER "r1,v\0x,yes," CAST_AT "\n" ROW("r2", "v2", "yes");
    OK(import_bytes(i, file, sizeof file - 1, 7));
    assert_string_equal(i->log, "2 voter nul-byte  0\n");
    assert_int_equal(i->summary.added, 1);
    i->options.format = VOTA_IMPORT_NDJSON;
    static const char json[] = "{\"id\":\"r3\0\"}\n{\"id\":\"r\\u0000\"}\n";
    OK(import_bytes(i, json, sizeof json - 1, 7));
    assert_string_equal(i->log, "1 row nul-byte  0\n2 row nul-byte  0\n");
    importing_close(i);
}

static void broken_quotes_keep_what_came_before(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    OK(import_text(i, HEADER ROW("r1", "v1", "yes") "r2,v\"2,yes," CAST_AT
                                                    "\n" ROW("r3", "v3", "yes")));
    assert_string_equal(i->log, "3 file broken-quotes  524288\n");
    assert_true(i->summary.cut);
    assert_int_equal(i->summary.added, 1);
    assert_int_equal(i->summary.refused, 1);
    OK(import_text(i, HEADER ROW("r1", "v1", "yes") "\"r2,v2,yes," CAST_AT
                                                    "\n" ROW("r3", "v3", "yes")));
    assert_string_equal(i->log, "3 file unclosed-quote  524288\n");
    assert_int_equal(i->summary.present, 1);
    OK(import_text(i, HEADER ROW("r3", "v3", "yes")));
    assert_false(i->summary.cut);
    importing_close(i);
}

static void each_bad_line_of_ndjson_is_refused_alone(void **state)
{
    (void)state;
#define LINE(id, rest)                                                                             \
    "{\"id\":\"" id "\",\"voter\":\"" id "\",\"cast_at\":\"" CAST_AT "\"" rest "}\n"
    static const struct bad_row lines[] = {
        {"{\"id\":\"r\"\n", "2 row not-json  0\n"},
        {"nonsense\n", "2 row not-json  0\n"},
        {"{} {}\n", "2 row not-json  0\n"},
        {"[\"r\"]\n", "2 row not-an-object  0\n"},
        {"{\"id\":\"r\",\"id\":\"s\"}\n", "2 row duplicate-member  0\n"},
        {"{\"id\":\"\xff\"}\n", "2 row not-utf8  0\n"},
        {"{\"id\":\"\\ud800\"}\n", "2 row not-json  0\n"},
        {"{\"id\":7}\n", "2 id wrong-type  0\n"},
        {"{\"id\":{\"a\":1}}\n", "2 id wrong-type  0\n"},
        {"{}\n", "2 id missing-field  0\n"},
        {"{\"id\":\"r\"}\n", "2 voter missing-field  0\n"},
        {"{\"id\":\"r\",\"voter\":\"v\"}\n", "2 cast_at missing-field  0\n"},
        {LINE("r", ""), "2 choice missing-field  0\n"},
        {LINE("r", ",\"choice\":null"), "2 choice missing-field  0\n"},
        {LINE("r", ",\"choice\":[1]"), "2 choice wrong-type  0\n"},
        {LINE("r", ",\"choice\":true"), "2 choice wrong-type  0\n"},
        {LINE("r", ",\"choice\":[]"), "2 choice too-few-choices  1\n"},
        {LINE("r", ",\"choice\":[\"yes\",\"no\"]"), "2 choice too-many-choices  1\n"},
        {LINE("r", ",\"choice\":[\"\"]"), "2 choice unknown-option  0\n"},
        {LINE("r", ",\"choice\":\"yes\",\"citizen_salt\":\"0x11\""),
         "2 citizen_salt bad-salt 0x11 0\n"},
    };
    struct importing *i = importing_open();
    i->options.format = VOTA_IMPORT_NDJSON;
    for (size_t k = 0; k < sizeof lines / sizeof lines[0]; k++)
        check_row(i, "", LINE("a", ",\"choice\":\"yes\""), &lines[k],
                  LINE("b", ",\"choice\":\"no\""));
    char *file = with_letters("{\"id\":\"", 600000, "\"}\n" LINE("c", ",\"choice\":\"yes\""));
    OK(import_bytes(i, file, strlen(file), 1000));
    assert_string_equal(i->log, "1 row row-too-long  524288\n");
    assert_int_equal(i->summary.added, 1);
    free(file);
    importing_close(i);
}

static void what_is_no_cp949_is_refused(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.encoding = VOTA_ENCODING_CP949;
    OK(import_text(i, HEADER ROW("r1", "v1", "\xff\xff") ROW("r2", "v2", "\xc2")
                          ROW("r3", "v3", "\xc2\xf9\xbc\xba")));
    assert_string_equal(i->log, "2 choice not-cp949  0\n3 choice not-cp949  0\n");
    assert_int_equal(i->summary.added, 1);
    i->options.format = VOTA_IMPORT_NDJSON;
    OK(import_text(i, "{\"id\":\"\xff\"}\n"));
    assert_string_equal(i->log, "1 row not-cp949  0\n");
    importing_close(i);
}

static void options_and_rows_must_not_contradict(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    OK(import_text(i, "register,id,voter,choice,cast_at\n"
                      "vote,r1,v1,yes," CAST_AT "\n"
                      ",r2,v2,yes," CAST_AT "\n"
                      "pick,r3,v3,yes," CAST_AT "\n"));
    assert_string_equal(i->log, "4 register other-register pick 0\n");
    i->options.format = VOTA_IMPORT_NDJSON;
    i->options.cast_at = CAST_AT;
    OK(import_text(i, "{\"id\":\"r4\",\"voter\":\"v4\",\"choice\":\"yes\",\"cast_at\":\"" CAST_AT
                      "\"}\n"));
    assert_string_equal(i->log, "1 cast_at cast-at-twice " CAST_AT " 0\n");
    importing_close(i);
}

static void a_register_that_is_not_on_chain_takes_nothing(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    struct vota_store_register_copy copy;
    OK(vota_store_register_get(&copy, i->f.store, i->f.network, "vote", NULL));
    begin(&i->f);
    OK(vota_store_register_set_opened(i->f.store, copy.about.id, 0, NULL));
    commit(&i->f);
    OK(import_text(i, HEADER ROW("r1", "v1", "yes")));
    assert_string_equal(i->log, "2 register register-not-open  0\n");
    assert_int_equal(records_of(i, "vote"), 0);
    vota_store_register_done(&copy);
    importing_close(i);
}

static void a_bad_file_fails_before_its_first_row(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *reason;
    } cases[] = {
        {"", "header", "no-header"},
        {"\n\n", "header", "no-header"},
        {"id,voter,cast_at\n", "choice", "missing-column"},
        {"ID,voter,choice,cast_at\n", "id", "missing-column"},
        {"id;voter;choice;cast_at\n", "id", "missing-column"},
        {"id,voter,choice,cast_at,voter\n", "voter", "duplicate-column"},
        {"id,voter,choice,cast_at,step,step\n", "step", "duplicate-column"},
        {"id,voter,choice,\"cast_at\n", "header", "unclosed-quote"},
        {"id,voter,ch\"oice,cast_at\n", "header", "broken-quotes"},
        {"id,voter,choice,cast_at,\xff\n", "header", "not-utf8"},
        {"\xff\xfei", "header", "utf-16"},
        {"\xfe\xffi", "header", "utf-16"},
    };
    struct importing *i = importing_open();
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        assert_int_equal(import_text(i, cases[k].text), VOTA_BAD_INPUT);
        assert_string_equal(i->err.where, cases[k].where);
        assert_string_equal(i->err.text, cases[k].reason);
        assert_int_equal(i->summary.rows, 0);
    }
    importing_close(i);
}

static void bad_options_fail_before_the_file_is_read(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.slug = "nothing";
    assert_int_equal(import_text(i, HEADER), VOTA_NOT_FOUND);
    assert_string_equal(i->err.text, "unknown-register");
    i->options.slug = "vote";
    i->options.cast_at = "noon";
    assert_int_equal(import_text(i, HEADER), VOTA_BAD_INPUT);
    assert_string_equal(i->err.where, "cast_at");
    assert_string_equal(i->err.text, "not-a-moment");
    i->options.cast_at = CAST_AT;
    assert_int_equal(import_text(i, HEADER), VOTA_BAD_INPUT);
    assert_string_equal(i->err.text, "cast-at-twice");
    i->options.cast_at = NULL;
    i->options.column[VOTA_FIELD_CITIZEN_SALT] = "salt"; /* asked for, and not there */
    assert_int_equal(import_text(i, HEADER), VOTA_BAD_INPUT);
    assert_string_equal(i->err.where, "salt");
    assert_string_equal(i->err.text, "missing-column");
    importing_close(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bad_vote_is_refused_alone),
        cmocka_unit_test(a_cast_after_closing_is_refused_when_it_could_be_counted),
        cmocka_unit_test(a_clock_may_run_ahead_five_minutes),
        cmocka_unit_test(each_bad_text_is_refused_alone),
        cmocka_unit_test(fields_have_limits),
        cmocka_unit_test(nul_bytes_spoil_their_row),
        cmocka_unit_test(broken_quotes_keep_what_came_before),
        cmocka_unit_test(each_bad_line_of_ndjson_is_refused_alone),
        cmocka_unit_test(what_is_no_cp949_is_refused),
        cmocka_unit_test(options_and_rows_must_not_contradict),
        cmocka_unit_test(a_register_that_is_not_on_chain_takes_nothing),
        cmocka_unit_test(a_bad_file_fails_before_its_first_row),
        cmocka_unit_test(bad_options_fail_before_the_file_is_read),
    };
    return RUN_TESTS(tests);
}
