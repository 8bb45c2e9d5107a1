/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/log.h"

#define THREADS 4
#define LINES   2000

static void write_line(char ret_text[VOTA_LOG_LINE_MAX + 1], enum vota_log_form form,
                       const char *const *pairs)
{
    uint8_t bytes[VOTA_LOG_LINE_MAX];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const struct vota_log_line line = {.unix_ms = 1795338000123,
                                       .level = VOTA_LOG_WARN,
                                       .form = form,
                                       .event = "batch-sealed",
                                       .pairs = pairs};
    vota_log_write(&wr, &line);
    assert_true(vota_wr_fits(&wr));
    memcpy(ret_text, bytes, wr.len);
    ret_text[wr.len] = '\0';
}

static void assert_line(const char *const *pairs, const char *expected)
{
    char text[VOTA_LOG_LINE_MAX + 1];
    write_line(text, VOTA_LOG_TEXT, pairs);
    assert_string_equal(text, expected);
}

static void assert_json(const char *const *pairs, const char *expected)
{
    char text[VOTA_LOG_LINE_MAX + 1];
    write_line(text, VOTA_LOG_JSON, pairs);
    assert_string_equal(text, expected);
}

#define HEAD "2026-11-22T09:00:00.123Z warn batch-sealed"
#define JSON_HEAD                                                                                  \
    "{\"time\":\"2026-11-22T09:00:00.123Z\",\"level\":\"warn\",\"event\":\"batch-sealed\""

static void an_event_is_one_line_of_keys_and_values(void **state)
{
    (void)state;
    const char *const pairs[] = {"batch", "12", "why", NULL, "state", "a b", NULL};
    assert_line(pairs, HEAD " batch=12 state=\"a b\"\n");
    assert_json(pairs, JSON_HEAD ",\"batch\":\"12\",\"state\":\"a b\"}\n");
    assert_line((const char *const[]){NULL}, HEAD "\n");
    assert_json((const char *const[]){NULL}, JSON_HEAD "}\n");
}

/* As bytes: a compiler's reader would be turned round as well. */
static const char turned[] = {'\xe2', '\x80', '\xae', 'g', 'n', 'p', '.', 'e', 'x', 'e', '\0'};
static const char marks[] = {'\xef', '\xbb', '\xbf', '\xe2', '\x81', '\xa6', '\0'};

/* What a stranger may send as a value, and what is left of it. */
static const struct {
    const char *value, *quoted;
} strange[] = {
    {"1\n2026-11-22T09:00:00.123Z info fake", "1\\u000a2026-11-22T09:00:00.123Z info fake"},
    {"a\",\"level\":\"debug", "a\\\",\\\"level\\\":\\\"debug"},
    {"\\", "\\\\"},
    {"", ""},
    {"b=2", "b=2"},
    {"\x1b[2J", "\\u001b[2J"},                                /* clears a terminal */
    {"\x7f\xc2\x9b", "\\u007f\\u009b"},                       /* so do these */
    {turned, "\\u202egnp.exe"},                               /* reads backwards */
    {"\xe2\x80\xa8", "\\u2028"},                              /* a line end to JavaScript */
    {marks, "\\ufeff\\u2066"},                                /* marks */
    {"\xf3\xa0\x81\x81", "\\udb40\\udc41"},                   /* a letter nobody sees */
    {"\xff\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* not UTF-8 */
    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* half a pair */
    {"구리시 🗳", "구리시 🗳"},
};

static void a_value_can_forge_neither_a_line_nor_a_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        const char *const pairs[] = {"a", strange[i].value, NULL};
        char expected[256];
        (void)snprintf(expected, sizeof expected, HEAD " a=\"%s\"\n", strange[i].quoted);
        assert_line(pairs, expected);
        (void)snprintf(expected, sizeof expected, JSON_HEAD ",\"a\":\"%s\"}\n", strange[i].quoted);
        assert_json(pairs, expected);
    }
}

/* Ends with its line end, in one whole, whatever is handed in. */
static void a_long_value_is_cut_between_characters(void **state)
{
    (void)state;
    static const char *const units[] = {"a", "\n", "구", "\xf3\xa0\x81\x81", "\xff"};
    char value[3 * VOTA_LOG_LINE_MAX];
    char text[VOTA_LOG_LINE_MAX + 1];
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        const size_t unit = strlen(units[u]);
        for (size_t at = 0; at + unit < sizeof value; at += unit)
            memcpy(value + at, units[u], unit + 1);
        write_line(text, VOTA_LOG_JSON, (const char *const[]){"a", value, "b", "1", NULL});
        assert_in_range(strlen(text), VOTA_LOG_LINE_MAX - 16, VOTA_LOG_LINE_MAX);
        assert_string_equal(text + strlen(text) - 6, "\xe2\x80\xa6\"}\n");
        assert_null(strstr(text, "\"b\""));
    }
}

static void more_pairs_than_fit_are_left_out_whole(void **state)
{
    (void)state;
    char value[1001];
    char text[VOTA_LOG_LINE_MAX + 1];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    write_line(
        text, VOTA_LOG_TEXT,
        (const char *const[]){"a", value, "b", value, "c", value, "d", value, "e", value, NULL});
    assert_string_equal(text + strlen(text) - 4, "xxx\n");
    assert_non_null(strstr(text, " d="));
    assert_null(strstr(text, " e="));
}

/* ---- the log itself ---- */

static int temporary(char ret_path[32])
{
    (void)snprintf(ret_path, 32, "%s", "/tmp/vota-log-XXXXXX");
    const int fd = mkstemp(ret_path);
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_APPEND), 0);
    return fd;
}

static char *whole(const char *path)
{
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    char *text = calloc(1, (size_t)about.st_size + 1);
    FILE *from = fopen(path, "r");
    assert_non_null(text);
    assert_non_null(from);
    assert_int_equal(fread(text, 1, (size_t)about.st_size, from), about.st_size);
    (void)fclose(from);
    assert_int_equal(unlink(path), 0);
    return text;
}

static void what_is_below_the_level_is_not_written(void **state)
{
    (void)state;
    char path[32];
    struct vota_log log, silent;
    vota_log_init(&log, temporary(path), false);
    vota_log_init(&silent, -1, false);
    vota_log(&log, VOTA_LOG_DEBUG, "not-yet", NULL);
    vota_log_set(&log, VOTA_LOG_WARN, VOTA_LOG_TEXT);
    vota_log(&log, VOTA_LOG_INFO, "quiet", NULL);
    vota_log(&log, VOTA_LOG_ERROR, "loud", "a", "1", "gone", NULL, "b", "2", NULL);
    vota_log_set(&log, VOTA_LOG_DEBUG, VOTA_LOG_JSON);
    vota_log(&log, VOTA_LOG_DEBUG, "now", NULL);
    vota_log(&silent, VOTA_LOG_ERROR, "nowhere", NULL);
    vota_log(NULL, VOTA_LOG_ERROR, "nowhere", NULL);
    assert_int_equal(close(log.fd), 0);
    char *text = whole(path);
    assert_null(strstr(text, "not-yet"));
    assert_null(strstr(text, "quiet"));
    assert_non_null(strstr(text, "Z error loud a=1 b=2\n"));
    assert_non_null(strstr(text, "\"level\":\"debug\",\"event\":\"now\"}\n"));
    free(text);
}

static void the_journal_is_told_the_priority(void **state)
{
    (void)state;
    char path[32];
    struct vota_log log;
    vota_log_init(&log, temporary(path), true);
    vota_log_set(&log, VOTA_LOG_DEBUG, VOTA_LOG_TEXT);
    vota_log(&log, VOTA_LOG_DEBUG, "d", NULL);
    vota_log(&log, VOTA_LOG_INFO, "i", NULL);
    vota_log(&log, VOTA_LOG_WARN, "w", NULL);
    vota_log_set(&log, VOTA_LOG_DEBUG, VOTA_LOG_JSON);
    vota_log(&log, VOTA_LOG_ERROR, "e", NULL);
    assert_int_equal(close(log.fd), 0);
    char *text = whole(path);
    assert_int_equal(strncmp(text, "<7>20", 5), 0);
    assert_non_null(strstr(text, "\n<6>20"));
    assert_non_null(strstr(text, "\n<4>20"));
    assert_non_null(strstr(text, "\n<3>{\"time\""));
    free(text);
}

static void the_journal_is_known_by_its_file(void **state)
{
    (void)state;
    char path[32], stream[64], other[64];
    struct stat about;
    const int fd = temporary(path);
    assert_int_equal(fstat(fd, &about), 0);
    (void)snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)about.st_dev,
                   (uintmax_t)about.st_ino);
    (void)snprintf(other, sizeof other, "%ju:%ju", (uintmax_t)about.st_dev,
                   (uintmax_t)about.st_ino + 1);
    assert_true(vota_log_is_journal(fd, stream));
    assert_false(vota_log_is_journal(fd, other)); /* inherited, and redirected since */
    assert_false(vota_log_is_journal(fd, NULL));
    assert_int_equal(close(fd), 0);
    assert_false(vota_log_is_journal(fd, stream));
    assert_int_equal(unlink(path), 0);
}

static void levels_and_forms_are_known_by_their_words(void **state)
{
    (void)state;
    enum vota_log_level level = VOTA_LOG_INFO;
    enum vota_log_form form = VOTA_LOG_TEXT;
    assert_true(vota_log_level_of(&level, "debug"));
    assert_int_equal(level, VOTA_LOG_DEBUG);
    assert_true(vota_log_level_of(&level, "error"));
    assert_int_equal(level, VOTA_LOG_ERROR);
    assert_false(vota_log_level_of(&level, "Error"));
    assert_int_equal(level, VOTA_LOG_ERROR);
    assert_true(vota_log_form_of(&form, "json"));
    assert_int_equal(form, VOTA_LOG_JSON);
    assert_false(vota_log_form_of(&form, ""));
    struct vota_log log;
    vota_log_init(&log, 2, false);
    assert_true(vota_log_set_words(&log, "error", "json"));
    assert_false(vota_log_set_words(&log, "debug", "xml"));
    assert_false(vota_log_wants(&log, VOTA_LOG_WARN));
    assert_true(vota_log_wants(&log, VOTA_LOG_ERROR));
}

struct writer {
    struct vota_log *log;
    char name[2];
};

static void *log_many(void *context)
{
    const struct writer *writer = context;
    char number[VOTA_LOG_NUMBER_CAP];
    for (uint64_t i = 0; i < LINES; i++)
        vota_log(writer->log, VOTA_LOG_INFO, "line", "by", writer->name, "n",
                 vota_log_number(number, i), NULL);
    return NULL;
}

static void lines_of_many_threads_stay_whole(void **state)
{
    (void)state;
    char path[32];
    struct vota_log log;
    struct writer writers[THREADS];
    pthread_t threads[THREADS];
    size_t count[THREADS] = {0};
    vota_log_init(&log, temporary(path), false);
    for (int i = 0; i < THREADS; i++) {
        writers[i] = (struct writer){&log, {(char)('a' + i), '\0'}};
        assert_int_equal(pthread_create(&threads[i], NULL, log_many, &writers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(close(log.fd), 0);
    char *text = whole(path);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        char by;
        char expected[64];
        assert_int_equal(strlen("2026-11-22T09:00:00.123Z"), 24);
        assert_int_equal(strncmp(line + 24, " info line by=", 14), 0);
        by = line[38];
        (void)snprintf(expected, sizeof expected, " n=%zu", count[by - 'a']++);
        assert_string_equal(line + 39, expected);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(count[i], LINES);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_line_of_keys_and_values),
        cmocka_unit_test(a_value_can_forge_neither_a_line_nor_a_key),
        cmocka_unit_test(a_long_value_is_cut_between_characters),
        cmocka_unit_test(more_pairs_than_fit_are_left_out_whole),
        cmocka_unit_test(what_is_below_the_level_is_not_written),
        cmocka_unit_test(the_journal_is_told_the_priority),
        cmocka_unit_test(the_journal_is_known_by_its_file),
        cmocka_unit_test(levels_and_forms_are_known_by_their_words),
        cmocka_unit_test(lines_of_many_threads_stay_whole),
    };
    return RUN_TESTS(tests);
}
