/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line an event. It knows how a line stays one line and is written whole,
 * not what events there are.
 */
#include "bridge/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "proof/jcs.h"
#include "proof/time.h"

#define PAIRS_MAX 32u
#define ELLIPSIS  "\xe2\x80\xa6"

/* What ends a line that was cut: the ellipsis, a quotation mark, a brace, the line end. */
#define TAIL_MAX (sizeof ELLIPSIS - 1 + 3)
#define CUT_AT   (VOTA_LOG_LINE_MAX - TAIL_MAX)

struct pairs {
    const char *item[2 * PAIRS_MAX + 1];
    size_t n;
};

static const char *const level_words[] = {"debug", "info", "warn", "error"};
static const char *const form_words[] = {"text", "json"};

/* ---- values ---- */

static bool is_plain(const char *value)
{
    if (value[0] == '\0')
        return false;
    for (; *value != '\0'; value++) {
        if ((unsigned char)*value <= 0x20 || (unsigned char)*value >= 0x7f ||
            strchr("\"\\=", *value) != NULL)
            return false;
    }
    return true;
}

/* What is not seen, or turns round what is: controls, and Unicode's marks of direction and width.
 */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

static void put_escaped(struct vota_wr *wr, uint32_t c)
{
    char text[16];
    if (c == '"' || c == '\\')
        (void)snprintf(text, sizeof text, "\\%c", (char)c);
    else if (c < 0x10000)
        (void)snprintf(text, sizeof text, "\\u%04" PRIx32, c);
    else
        (void)snprintf(text, sizeof text, "\\u%04" PRIx32 "\\u%04" PRIx32,
                       0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
    vota_wr_text(wr, text);
}

/* The next character of the value as it stands between quotes: at most 12 bytes. */
static void put_next(struct vota_wr *wr, struct vota_rd *value)
{
    struct vota_rd before = *value;
    const uint32_t c = vota_jcs_next_char(value);
    if (c == VOTA_JCS_BAD_CHAR) {
        *value = before;
        (void)vota_rd_take(value, 1);
        vota_wr_text(wr, "\xef\xbf\xbd"); /* U+FFFD: a byte that is no character */
    } else if (c == '"' || c == '\\' || is_hidden(c)) {
        put_escaped(wr, c);
    } else {
        vota_wr_put(wr, before.at, before.left - value->left);
    }
}

static void put_quoted(struct vota_wr *wr, const char *value)
{
    struct vota_rd rd = vota_rd_of(value, strlen(value));
    vota_wr_byte(wr, '"');
    while (rd.left > 0) {
        uint8_t unit[16];
        struct vota_wr next = vota_wr_of(unit, sizeof unit);
        put_next(&next, &rd);
        if (wr->len + next.len > CUT_AT) {
            vota_wr_text(wr, ELLIPSIS);
            break;
        }
        vota_wr_put(wr, unit, next.len);
    }
    vota_wr_byte(wr, '"');
}

/* ---- lines ---- */

static void put_time(struct vota_wr *wr, uint64_t unix_ms)
{
    char seconds[VOTA_TIME_CHARS + 1];
    char ms[8];
    const uint64_t time = unix_ms / 1000;
    vota_time_text(seconds, time < VOTA_TIME_MAX ? time : VOTA_TIME_MAX);
    (void)snprintf(ms, sizeof ms, ".%03uZ", (unsigned)(unix_ms % 1000));
    vota_wr_put(wr, seconds, VOTA_TIME_CHARS - 1); /* without its Z */
    vota_wr_text(wr, ms);
}

/* " key=value", or ,"key":"value"; false when there is no room even to begin. */
static bool put_pair(struct vota_wr *wr, enum vota_log_form form, const char *key,
                     const char *value)
{
    const bool is_json = form == VOTA_LOG_JSON;
    const bool plain = !is_json && is_plain(value);
    const size_t value_len = plain ? strlen(value) : 1;
    if (wr->len + strlen(key) + 4 + value_len > CUT_AT)
        return false;
    vota_wr_text(wr, is_json ? ",\"" : " ");
    vota_wr_text(wr, key);
    vota_wr_text(wr, is_json ? "\":" : "=");
    if (plain)
        vota_wr_text(wr, value);
    else
        put_quoted(wr, value);
    return true;
}

static void put_head(struct vota_wr *wr, const struct vota_log_line *line)
{
    static const char *const priorities[] = {"<7>", "<6>", "<4>", "<3>"};
    const bool is_json = line->form == VOTA_LOG_JSON;
    if (line->to_journal)
        vota_wr_text(wr, priorities[line->level]);
    vota_wr_text(wr, is_json ? "{\"time\":\"" : "");
    put_time(wr, line->unix_ms);
    vota_wr_text(wr, is_json ? "\",\"level\":\"" : " ");
    vota_wr_text(wr, level_words[line->level]);
    vota_wr_text(wr, is_json ? "\",\"event\":\"" : " ");
    vota_wr_text(wr, line->event);
    vota_wr_text(wr, is_json ? "\"" : "");
}

void vota_log_write(struct vota_wr *wr, const struct vota_log_line *line)
{
    put_head(wr, line);
    for (const char *const *pair = line->pairs; pair[0] != NULL; pair += 2) {
        if (pair[1] != NULL && !put_pair(wr, line->form, pair[0], pair[1]))
            break;
    }
    vota_wr_text(wr, line->form == VOTA_LOG_JSON ? "}\n" : "\n");
}

/* ---- the log ---- */

static bool index_of(int *ret_index, const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i], word) == 0) {
            *ret_index = (int)i;
            return true;
        }
    }
    return false;
}

bool vota_log_level_of(enum vota_log_level *ret_level, const char *word)
{
    int index = 0;
    if (!index_of(&index, word, level_words, sizeof level_words / sizeof level_words[0]))
        return false;
    *ret_level = (enum vota_log_level)index;
    return true;
}

bool vota_log_form_of(enum vota_log_form *ret_form, const char *word)
{
    int index = 0;
    if (!index_of(&index, word, form_words, sizeof form_words / sizeof form_words[0]))
        return false;
    *ret_form = (enum vota_log_form)index;
    return true;
}

bool vota_log_is_journal(int fd, const char *stream)
{
    char place[64];
    struct stat about;
    if (stream == NULL || fstat(fd, &about) != 0)
        return false;
    (void)snprintf(place, sizeof place, "%ju:%ju", (uintmax_t)about.st_dev,
                   (uintmax_t)about.st_ino);
    return strcmp(place, stream) == 0;
}

void vota_log_init(struct vota_log *ret_log, int fd, bool to_journal)
{
    ret_log->fd = fd;
    ret_log->to_journal = to_journal;
    atomic_init(&ret_log->level, VOTA_LOG_INFO);
    atomic_init(&ret_log->form, VOTA_LOG_TEXT);
}

void vota_log_set(struct vota_log *log, enum vota_log_level level, enum vota_log_form form)
{
    atomic_store(&log->level, (int)level);
    atomic_store(&log->form, (int)form);
}

bool vota_log_set_words(struct vota_log *log, const char *level, const char *form)
{
    enum vota_log_level its_level;
    enum vota_log_form its_form;
    if (!vota_log_level_of(&its_level, level) || !vota_log_form_of(&its_form, form))
        return false;
    vota_log_set(log, its_level, its_form);
    return true;
}

bool vota_log_wants(const struct vota_log *log, enum vota_log_level level)
{
    return log != NULL && log->fd >= 0 && (int)level >= atomic_load(&log->level);
}

const char *vota_log_number(char ret_text[VOTA_LOG_NUMBER_CAP], uint64_t number)
{
    (void)snprintf(ret_text, VOTA_LOG_NUMBER_CAP, "%" PRIu64, number);
    return ret_text;
}

/* Adds a pair whose value is there; what is beyond PAIRS_MAX is dropped. */
static void add(struct pairs *pairs, const char *key, const char *value)
{
    if (value == NULL || pairs->n == PAIRS_MAX)
        return;
    pairs->item[2 * pairs->n] = key;
    pairs->item[2 * pairs->n + 1] = value;
    pairs->n++;
}

static void collect(struct pairs *pairs, va_list list)
{
    for (const char *key = va_arg(list, const char *); key != NULL;
         key = va_arg(list, const char *))
        add(pairs, key, va_arg(list, const char *));
}

static uint64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

/* A line that cannot be written is lost: whoever logs has nobody to tell. */
static void write_whole(int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

void vota_log(const struct vota_log *log, enum vota_log_level level, const char *event, ...)
{
    uint8_t text[VOTA_LOG_LINE_MAX];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    struct pairs pairs = {.n = 0}; /* all NULL, so that it ends behind the last */
    va_list list;
    if (!vota_log_wants(log, level))
        return;
    const int saved = errno; /* who logs a failure may still need it */
    va_start(list, event);
    collect(&pairs, list);
    va_end(list);
    const struct vota_log_line line = {.unix_ms = now_ms(),
                                       .level = level,
                                       .form = (enum vota_log_form)atomic_load(&log->form),
                                       .to_journal = log->to_journal,
                                       .event = event,
                                       .pairs = pairs.item};
    vota_log_write(&wr, &line);
    VOTA_ASSERT(vota_wr_fits(&wr));
    write_whole(log->fd, text, wr.len);
    errno = saved;
}
