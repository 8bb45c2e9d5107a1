/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times and spans of time for people: in the reader's zone, KST in Korean, with
 * UTC beside (output.h). It asks no clock.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "bridge/cli/output.h"
#include "proof/time.h"

#define KST_AHEAD 32400 /* Korea has no summer time */

enum { MINUTE_CHARS = 5, SECOND_CHARS = 8 }; /* 18:00, 18:00:00 */

struct moment {
    char date[16], clock[16], zone[16];
};

static bool read_moment(struct moment *moment, const struct tm *broken, const char *zone)
{
    if (zone == NULL && strftime(moment->zone, sizeof moment->zone, "%Z", broken) == 0)
        return false;
    if (zone != NULL)
        (void)snprintf(moment->zone, sizeof moment->zone, "%s", zone);
    return strftime(moment->date, sizeof moment->date, "%Y-%m-%d", broken) > 0 &&
           strftime(moment->clock, sizeof moment->clock, "%H:%M:%S", broken) > 0;
}

static bool utc_moment(struct moment *moment, time_t at, const char *zone)
{
    struct tm broken;
    return gmtime_r(&at, &broken) != NULL && read_moment(moment, &broken, zone);
}

static bool local_moment(const struct vota_cli *cli, struct moment *moment, time_t at)
{
    struct tm broken;
    if (cli->lang == VOTA_LANG_KO)
        return utc_moment(moment, at + KST_AHEAD, "KST");
    return localtime_r(&at, &broken) != NULL && read_moment(moment, &broken, NULL);
}

static void put_time(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                     uint64_t unix_time, int clock_chars)
{
    struct moment utc;
    struct moment local;
    const time_t at = (time_t)unix_time;
    if (unix_time > VOTA_TIME_MAX || !utc_moment(&utc, at, "UTC") ||
        !local_moment(cli, &local, at)) {
        (void)snprintf(ret_text, VOTA_OUTPUT_TIME_CAP, "%" PRIu64, unix_time);
        return;
    }
    if (strcmp(local.zone, "UTC") == 0)
        (void)snprintf(ret_text, VOTA_OUTPUT_TIME_CAP, "%s %.*s UTC", utc.date, clock_chars,
                       utc.clock);
    else if (strcmp(local.date, utc.date) == 0)
        (void)snprintf(ret_text, VOTA_OUTPUT_TIME_CAP, "%s %.*s %s (%.*s UTC)", local.date,
                       clock_chars, local.clock, local.zone, clock_chars, utc.clock);
    else
        (void)snprintf(ret_text, VOTA_OUTPUT_TIME_CAP, "%s %.*s %s (%s %.*s UTC)", local.date,
                       clock_chars, local.clock, local.zone, utc.date, clock_chars, utc.clock);
}

void vota_output_time(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                      uint64_t unix_time)
{
    put_time(cli, ret_text, unix_time, SECOND_CHARS);
}

void vota_output_minute(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                        uint64_t unix_time)
{
    put_time(cli, ret_text, unix_time, MINUTE_CHARS);
}

void vota_output_span(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                      uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        const char *unit[VOTA_LANGS];
    } units[] = {
        {86400, {" d", "일"}}, {3600, {" h", "시간"}}, {60, {" min", "분"}}, {1, {" s", "초"}}};
    size_t u = 0;
    while (u + 1 < VOTA_COUNT(units) && seconds < units[u].seconds)
        u++;
    const int used = snprintf(ret_text, VOTA_OUTPUT_TIME_CAP, "%" PRIu64 "%s",
                              seconds / units[u].seconds, units[u].unit[cli->lang]);
    const uint64_t rest = seconds % units[u].seconds;
    if (u + 1 == VOTA_COUNT(units) || rest / units[u + 1].seconds == 0)
        return;
    (void)snprintf(ret_text + used, VOTA_OUTPUT_TIME_CAP - (size_t)used, " %" PRIu64 "%s",
                   rest / units[u + 1].seconds, units[u + 1].unit[cli->lang]);
}
