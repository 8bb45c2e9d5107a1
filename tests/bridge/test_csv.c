/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4180 to rows and back: bridge/import/csv.c. */
#include <stdio.h>

#include "bridge/import/csv.h"
#include "tests/test.h"

/* Rows as "line:[cell][cell] ..." */
struct shown {
    char text[4096]; /* with a NUL behind it */
    size_t len;
    size_t stop_after; /* rows; 0: never */
    size_t rows;
};

static void show(struct shown *shown, const void *bytes, size_t len)
{
    assert_true(shown->len + len < sizeof shown->text);
    memcpy(shown->text + shown->len, bytes, len);
    shown->len += len;
    shown->text[shown->len] = '\0';
}

static enum vota_status show_row(void *context, const struct vota_csv_row *row)
{
    struct shown *shown = context;
    char line[32];
    (void)snprintf(line, sizeof line, "%llu:", (unsigned long long)row->line);
    show(shown, line, strlen(line));
    for (size_t i = 0; i < row->n && i < 8; i++) {
        show(shown, "[", 1);
        show(shown, row->cells[i].at, row->cells[i].len < 16 ? row->cells[i].len : 16);
        show(shown, "]", 1);
    }
    if (row->reason != NULL)
        show(shown, row->reason, strlen(row->reason));
    show(shown, " ", 1);
    return ++shown->rows == shown->stop_after ? VOTA_LIMIT : VOTA_OK;
}

/* Feeds a text `step` bytes at a time and ends it; the status and the reason in err. */
static enum vota_status read_csv(struct shown *shown, const char *text, size_t len, size_t step,
                                 struct vota_error *err)
{
    struct vota_csv *csv = NULL;
    assert_int_equal(vota_csv_new(&csv, show_row, shown), VOTA_OK);
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < len; i += step)
        status = vota_csv_feed(csv, text + i, len - i < step ? len - i : step, err);
    if (status == VOTA_OK)
        status = vota_csv_finish(csv, err);
    vota_csv_free(csv);
    return status;
}

static const struct {
    const char *text, *rows;
} files[] = {
    {"", ""},
    {"a", "1:[a] "},
    {"a,b\n", "1:[a][b] "},
    {"a,b\r\nc,d\r\n", "1:[a][b] 2:[c][d] "},
    {"a,b\rc,d", "1:[a][b] 2:[c][d] "},
    {"a\n\n\r\n\rb\n", "1:[a] 5:[b] "},
    {",\n", "1:[][] "},
    {"a,\n", "1:[a][] "},
    {"\"\"\n", "1:[] "},
    {" a , b \n", "1:[ a ][ b ] "},
    {"\"a\"\"b\",\"c,d\"\n", "1:[a\"b][c,d] "},
    {"\"one\ntwo\",x\nnext\n", "1:[one\ntwo][x] 3:[next] "},
    {"\"one\r\ntwo\r\n\",x\r\nnext", "1:[one\r\ntwo\r\n][x] 4:[next] "},
    {"찬성,\"반,대\"\n", "1:[찬성][반,대] "},
};

static void every_form_of_a_row_is_read_however_the_bytes_come(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        for (size_t step = 1; step < 8; step++) {
            struct shown shown = {.rows = 0};
            assert_int_equal(read_csv(&shown, files[i].text, strlen(files[i].text), step, NULL),
                             VOTA_OK);
            assert_string_equal(shown.text, files[i].rows);
        }
    }
}

static void nul_bytes_are_bytes(void **state)
{
    (void)state;
    struct shown shown = {.rows = 0};
    assert_int_equal(read_csv(&shown, "a\0b,c\n", 6, 6, NULL), VOTA_OK);
    assert_int_equal(shown.len, 11);
    assert_memory_equal(shown.text, "1:[a\0b][c] ", 11);
}

static const struct {
    const char *text, *reason, *rows;
} broken[] = {
    {"a,b\nc\"d,e\nf,g\n", "broken-quotes", "1:[a][b] "},
    {"a,b\n\"c\"d,e\nf,g\n", "broken-quotes", "1:[a][b] "},
    {"a,b\n\"c\" ,e\n", "broken-quotes", "1:[a][b] "},
    {"a,b\n\"c,d\nevil,row\n", "unclosed-quote", "1:[a][b] "},
};

static void broken_quotes_end_the_reading_and_make_no_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct shown shown = {.rows = 0};
        struct vota_error err = {.status = VOTA_OK};
        assert_int_equal(read_csv(&shown, broken[i].text, strlen(broken[i].text), 64, &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, broken[i].reason);
        assert_string_equal(shown.text, broken[i].rows);
    }
}

static void a_failing_callback_ends_the_reading(void **state)
{
    (void)state;
    struct shown shown = {.stop_after = 2};
    assert_int_equal(read_csv(&shown, "a\nb\nc\nd\n", 8, 8, NULL), VOTA_LIMIT);
    assert_string_equal(shown.text, "1:[a] 2:[b] ");
}

/* A text of n bytes c, and what follows. */
static char *filled(size_t n, char c, const char *tail)
{
    char *text = malloc(n + strlen(tail) + 1);
    assert_non_null(text);
    memset(text, c, n);
    memcpy(text + n, tail, strlen(tail) + 1);
    return text;
}

static void rows_beyond_their_ceiling_are_told_of_and_passed_over(void **state)
{
    (void)state;
    struct shown shown = {.rows = 0};
    char *text = filled(VOTA_CSV_ROW_MAX, 'x', ",y\nnext,row\n");
    assert_int_equal(read_csv(&shown, text, strlen(text), 4096, NULL), VOTA_OK);
    assert_string_equal(shown.text, "1:[xxxxxxxxxxxxxxxx]row-too-long 2:[next][row] ");
    free(text);

    shown = (struct shown){.rows = 0};
    text = filled(VOTA_CSV_ROW_MAX - 1, 'x', ",y\nnext,row\n");
    assert_int_equal(read_csv(&shown, text, strlen(text), 4096, NULL), VOTA_OK);
    assert_string_equal(shown.text, "1:[xxxxxxxxxxxxxxxx][y] 2:[next][row] ");
    free(text);

    shown = (struct shown){.rows = 0};
    text = filled(VOTA_CSV_COLUMNS_MAX, ',', "\nnext,row\n");
    assert_int_equal(read_csv(&shown, text, strlen(text), 4096, NULL), VOTA_OK);
    assert_string_equal(shown.text, "1:[][][][][][][][]too-many-columns 2:[next][row] ");
    free(text);
}

/* An open quote at the start of a large file must not pull all of it into memory. */
static void a_field_without_end_stops_at_its_ceiling(void **state)
{
    (void)state;
    struct shown shown = {.rows = 0};
    struct vota_error err = {.status = VOTA_OK};
    char *text = filled(4 * VOTA_CSV_ROW_MAX, 'x', "\n");
    text[0] = '"';
    assert_int_equal(read_csv(&shown, text, strlen(text), 4096, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "row-too-long");
    assert_string_equal(shown.text, "");
    free(text);
}

static enum vota_status write_row(void *context, const struct vota_csv_row *row)
{
    vota_csv_write(context, row->cells, row->n);
    return VOTA_OK;
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char text[512];
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        struct vota_csv *csv = NULL;
        assert_int_equal(vota_csv_new(&csv, write_row, &wr), VOTA_OK);
        assert_int_equal(vota_csv_feed(csv, files[i].text, strlen(files[i].text), NULL), VOTA_OK);
        assert_int_equal(vota_csv_finish(csv, NULL), VOTA_OK);
        vota_csv_free(csv);
        struct shown once = {.rows = 0};
        struct shown again = {.rows = 0};
        assert_int_equal(read_csv(&once, files[i].text, strlen(files[i].text), 99, NULL), VOTA_OK);
        assert_int_equal(read_csv(&again, text, wr.len, 99, NULL), VOTA_OK);
        assert_int_equal(once.rows, again.rows);
        /* Line numbers differ where empty lines went; the first row's cells must not. */
        const char *const cells = strchr(once.text, '[');
        if (cells != NULL)
            assert_memory_equal(cells, strchr(again.text, '['), strcspn(cells, " "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_row_is_read_however_the_bytes_come),
        cmocka_unit_test(nul_bytes_are_bytes),
        cmocka_unit_test(broken_quotes_end_the_reading_and_make_no_row),
        cmocka_unit_test(a_failing_callback_ends_the_reading),
        cmocka_unit_test(rows_beyond_their_ceiling_are_told_of_and_passed_over),
        cmocka_unit_test(a_field_without_end_stops_at_its_ceiling),
        cmocka_unit_test(what_is_written_reads_back_the_same),
    };
    return RUN_TESTS(tests);
}
