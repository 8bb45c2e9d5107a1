/* SPDX-License-Identifier: Apache-2.0 */
/* Times and spans of time for people (output.h). It asks no clock. */
#include <inttypes.h>

#include "bridge/cli/output.h"

void vota_output_time(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                      uint64_t unix_time)
{
    vota_moment_text(ret_text, cli->lang, unix_time, VOTA_MOMENT_SECONDS);
}

void vota_output_minute(const struct vota_cli *cli, char ret_text[VOTA_OUTPUT_TIME_CAP],
                        uint64_t unix_time)
{
    vota_moment_text(ret_text, cli->lang, unix_time, VOTA_MOMENT_MINUTES);
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
