/* SPDX-License-Identifier: Apache-2.0 */
/* Times as people and other programs write them, to unix seconds. It knows no clock. */
#include "bridge/when.h"

#include "proof/time.h"

#define DATE_CHARS   10u /* 2026-12-01 */
#define MINUTE_CHARS 16u /* 2026-12-01T09:00 */
#define SECOND_CHARS 19u /* 2026-12-01T09:00:00 */

static bool two_digits(uint64_t *ret_number, const char *text)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret_number = (uint64_t)(text[0] - '0') * 10 + (uint64_t)(text[1] - '0');
    return true;
}

/* "Z", or "+09:00" up to a day less a minute; what the local time is ahead of UTC. */
static bool read_zone(bool *ret_ahead, uint64_t *ret_seconds, const char *zone, size_t len)
{
    uint64_t hours = 0;
    uint64_t minutes = 0;
    if (len == 1 && (zone[0] == 'Z' || zone[0] == 'z')) {
        *ret_ahead = true;
        *ret_seconds = 0;
        return true;
    }
    if (len != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' ||
        !two_digits(&hours, zone + 1) || !two_digits(&minutes, zone + 4) || hours > 23 ||
        minutes > 59)
        return false;
    *ret_ahead = zone[0] == '+';
    *ret_seconds = hours * 3600 + minutes * 60;
    return true;
}

/* The local part in the form of proof/time.h; its length in the text, 0 if it is none. */
static size_t read_local(uint64_t *ret_time, const char *text, size_t len)
{
    char form[VOTA_TIME_CHARS + 1] = "YYYY-MM-DDTHH:MM:00Z";
    if (len < MINUTE_CHARS ||
        (text[DATE_CHARS] != 'T' && text[DATE_CHARS] != 't' && text[DATE_CHARS] != ' '))
        return 0;
    const bool seconds = len >= SECOND_CHARS && text[MINUTE_CHARS] == ':';
    const size_t used = seconds ? SECOND_CHARS : MINUTE_CHARS;
    vota_bytes_copy(form, text, used);
    form[DATE_CHARS] = 'T';
    return vota_time_read(ret_time, form, VOTA_TIME_CHARS) == VOTA_OK ? used : 0;
}

enum vota_status vota_when_read(uint64_t *ret_time, const char *text, size_t len)
{
    uint64_t local = 0;
    uint64_t offset = 0;
    bool ahead = false;
    const size_t used = read_local(&local, text, len);
    if (used == 0 || !read_zone(&ahead, &offset, text + used, len - used))
        return VOTA_BAD_INPUT;
    if (ahead ? local < offset : local > VOTA_TIME_MAX - offset)
        return VOTA_BAD_INPUT;
    *ret_time = ahead ? local - offset : local + offset;
    return VOTA_OK;
}
