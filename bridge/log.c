/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line an event, key=value. It knows how a line stays one line, not what
 * events there are.
 */
#include "bridge/log.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#define PAIRS_MAX 32u

struct pairs {
    const char *item[2 * PAIRS_MAX + 1];
    size_t n;
};

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

/* UTF-8 stays readable; controls, also those of terminals, do not. */
static void put_quoted(FILE *to, const char *value)
{
    (void)fputc('"', to);
    for (; *value != '\0'; value++) {
        const unsigned char byte = (unsigned char)*value;
        if (byte == '"' || byte == '\\')
            (void)fprintf(to, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            (void)fprintf(to, "\\x%02x", byte);
        else if (byte == 0xc2 && (unsigned char)value[1] >= 0x80 && (unsigned char)value[1] < 0xa0)
            (void)fputs("\\xc2", to); /* C1 controls are c2 80 .. c2 9f */
        else
            (void)fputc(byte, to);
    }
    (void)fputc('"', to);
}

static void put_time(FILE *to, uint64_t unix_ms)
{
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm utc;
    char text[32] = "?";
    if (gmtime_r(&seconds, &utc) != NULL)
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    (void)fprintf(to, "%s.%03uZ", text, (unsigned)(unix_ms % 1000));
}

void vota_log_line(FILE *to, uint64_t unix_ms, enum vota_log_level level, const char *event,
                   const char *const *pairs)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    put_time(to, unix_ms);
    (void)fprintf(to, " %s %s", names[level], event);
    for (; pairs[0] != NULL; pairs += 2) {
        if (pairs[1] == NULL)
            continue;
        (void)fprintf(to, " %s=", pairs[0]);
        if (is_plain(pairs[1]))
            (void)fputs(pairs[1], to);
        else
            put_quoted(to, pairs[1]);
    }
    (void)fputc('\n', to);
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

void vota_log(const struct vota_log *log, enum vota_log_level level, const char *event, ...)
{
    struct pairs pairs = {.n = 0}; /* all NULL, so that it ends behind the last */
    struct timespec now = {0};
    va_list list;
    if (log->to == NULL || level < log->level)
        return;
    va_start(list, event);
    collect(&pairs, list);
    va_end(list);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    vota_log_line(log->to, (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u, level,
                  event, pairs.item);
    (void)fflush(log->to);
}
