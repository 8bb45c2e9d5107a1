/* SPDX-License-Identifier: Apache-2.0 */
/* Times for people: see moment.h. */
#include "bridge/moment.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

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

static bool local_moment(struct moment *moment, enum vota_lang lang, time_t at)
{
    struct tm broken;
    if (lang == VOTA_LANG_KO)
        return utc_moment(moment, at + KST_AHEAD, "KST");
    return localtime_r(&at, &broken) != NULL && read_moment(moment, &broken, NULL);
}

void vota_moment_text(char ret_text[VOTA_MOMENT_CAP], enum vota_lang lang, uint64_t unix_time,
                      enum vota_moment_detail detail)
{
    struct moment utc;
    struct moment local;
    const time_t at = (time_t)unix_time;
    const int chars = detail == VOTA_MOMENT_SECONDS ? SECOND_CHARS : MINUTE_CHARS;
    if (unix_time > VOTA_TIME_MAX || !utc_moment(&utc, at, "UTC") ||
        !local_moment(&local, lang, at)) {
        (void)snprintf(ret_text, VOTA_MOMENT_CAP, "%" PRIu64, unix_time);
        return;
    }
    if (strcmp(local.zone, "UTC") == 0)
        (void)snprintf(ret_text, VOTA_MOMENT_CAP, "%s %.*s UTC", utc.date, chars, utc.clock);
    else if (strcmp(local.date, utc.date) == 0)
        (void)snprintf(ret_text, VOTA_MOMENT_CAP, "%s %.*s %s (%.*s UTC)", local.date, chars,
                       local.clock, local.zone, chars, utc.clock);
    else
        (void)snprintf(ret_text, VOTA_MOMENT_CAP, "%s %.*s %s (%s %.*s UTC)", local.date, chars,
                       local.clock, local.zone, utc.date, chars, utc.clock);
}
