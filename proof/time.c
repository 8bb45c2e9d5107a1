/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calendar arithmetic of the proleptic Gregorian calendar: see time.h. Must not
 * know a clock.
 */
#include "proof/time.h"

#define DAY_SECONDS 86400u
#define YEAR_FIRST  1970u

static bool is_leap(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint32_t days_in_month(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29u : days[month - 1];
}

/* Days from year 1, 1 January, to 1 January of the year. */
static uint32_t days_before_year(uint32_t year)
{
    const uint32_t y = year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400;
}

static bool read_digits(uint32_t *ret_value, const uint8_t *text, size_t len)
{
    uint32_t value = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (uint32_t)(text[i] - '0');
    }
    *ret_value = value;
    return true;
}

/* Year, month, day, hour, minute, second as written, ranges unchecked. */
static bool read_fields(uint32_t ret_fields[6], const uint8_t *text)
{
    static const char frame[VOTA_TIME_CHARS + 1] = "....-..-..T..:..:..Z";
    static const uint8_t starts[6] = {0, 5, 8, 11, 14, 17};
    for (size_t i = 0; i < VOTA_TIME_CHARS; i++) {
        if (frame[i] != '.' && text[i] != (uint8_t)frame[i])
            return false;
    }
    for (size_t i = 0; i < 6; i++) {
        if (!read_digits(&ret_fields[i], text + starts[i], i == 0 ? 4 : 2))
            return false;
    }
    return true;
}

enum vota_status vota_time_read(uint64_t *ret_time, const void *text, size_t len)
{
    uint32_t f[6];
    if (len != VOTA_TIME_CHARS || !read_fields(f, text))
        return VOTA_BAD_INPUT;
    if (f[0] < YEAR_FIRST || f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > days_in_month(f[0], f[1]))
        return VOTA_BAD_INPUT;
    if (f[3] > 23 || f[4] > 59 || f[5] > 59)
        return VOTA_BAD_INPUT;
    uint64_t days = days_before_year(f[0]) - days_before_year(YEAR_FIRST) + f[2] - 1;
    for (uint32_t month = 1; month < f[1]; month++)
        days += days_in_month(f[0], month);
    *ret_time = days * DAY_SECONDS + (uint64_t)f[3] * 3600 + (uint64_t)f[4] * 60 + f[5];
    return VOTA_OK;
}

static void write_digits(struct vota_wr *wr, uint32_t value, uint32_t divisor)
{
    for (; divisor > 0; divisor /= 10)
        vota_wr_byte(wr, (uint8_t)('0' + value / divisor % 10));
}

static void write_date(struct vota_wr *wr, uint32_t days)
{
    /* Never too late a year, as no year is longer than 366 days; then walked forward. */
    uint32_t year = YEAR_FIRST + days / 366;
    const uint32_t epoch = days_before_year(YEAR_FIRST);
    while (days_before_year(year + 1) - epoch <= days)
        year++;
    uint32_t day = days - (days_before_year(year) - epoch);
    uint32_t month = 1;
    for (; day >= days_in_month(year, month); month++)
        day -= days_in_month(year, month);
    write_digits(wr, year, 1000);
    vota_wr_byte(wr, '-');
    write_digits(wr, month, 10);
    vota_wr_byte(wr, '-');
    write_digits(wr, day + 1, 10);
}

void vota_time_write(struct vota_wr *wr, uint64_t time)
{
    VOTA_ASSERT(time <= VOTA_TIME_MAX);
    const uint32_t second = (uint32_t)(time % DAY_SECONDS);
    write_date(wr, (uint32_t)(time / DAY_SECONDS));
    vota_wr_byte(wr, 'T');
    write_digits(wr, second / 3600, 10);
    vota_wr_byte(wr, ':');
    write_digits(wr, second / 60 % 60, 10);
    vota_wr_byte(wr, ':');
    write_digits(wr, second % 60, 10);
    vota_wr_byte(wr, 'Z');
}

void vota_time_text(char ret_text[VOTA_TIME_CHARS + 1], uint64_t time)
{
    struct vota_wr wr = vota_wr_of(ret_text, VOTA_TIME_CHARS + 1);
    if (time > VOTA_TIME_MAX)
        vota_wr_text(&wr, "(after year 9999)");
    else
        vota_time_write(&wr, time);
    vota_wr_byte(&wr, 0);
}

bool vota_time_is_full_minute(uint64_t time)
{
    return time % 60 == 0;
}
