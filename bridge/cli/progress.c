/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws the progress bar. It knows numbers and a clock that only goes forward,
 * not what is being done.
 */
#include "bridge/cli/progress.h"

#include <sys/ioctl.h>
#include <time.h>

#include "bridge/cli/output.h"

#define BAR_COLUMNS 24u
#define BAR_FITS    72u  /* narrower terminals get the numbers alone */
#define DRAW_EVERY  100u /* ms */

static uint64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

void vota_progress_start(struct vota_progress *ret_progress, const struct vota_cli *cli,
                         const char *label, uint64_t total)
{
    const uint64_t now = now_ms();
    *ret_progress = (struct vota_progress){
        .cli = cli, .label = label, .total = total, .started_ms = now, .drawn_ms = now};
}

static void draw_bar(const struct vota_cli *cli, uint64_t done, uint64_t total)
{
    const size_t full = (size_t)((double)done / (double)total * BAR_COLUMNS);
    for (size_t i = 0; i < BAR_COLUMNS; i++)
        (void)fputs(i < full ? (cli->utf8 ? "█" : "#") : (cli->utf8 ? "░" : "."), cli->err);
    (void)fprintf(cli->err, " %3u %%  ", (unsigned)((double)done / (double)total * 100));
}

/* How long the rest takes at the pace so far. */
static void draw_rest(const struct vota_progress *progress, uint64_t done, uint64_t now)
{
    char span[VOTA_OUTPUT_TIME_CAP];
    const double pace = (double)(now - progress->started_ms) / (double)done;
    const double rest = pace * (double)(progress->total - done) / 1000;
    vota_output_span(progress->cli, span, (uint64_t)rest + 1);
    (void)fputs("  ", progress->cli->err);
    vota_text_print(progress->cli, progress->cli->err, "progress.rest", "span", span, NULL);
}

/* Columns of the terminal that err is; a line must not break, for it could not be taken back. */
static size_t columns_of(const struct vota_cli *cli)
{
    struct winsize size;
    return ioctl(fileno(cli->err), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void draw(const struct vota_progress *progress, uint64_t done, uint64_t now)
{
    const struct vota_cli *cli = progress->cli;
    char count[VOTA_OUTPUT_NUMBER_CAP];
    char total[VOTA_OUTPUT_NUMBER_CAP];
    vota_output_number(count, done);
    vota_output_number(total, progress->total);
    (void)fprintf(cli->err, "\r\033[K%s  ", vota_text(cli, progress->label));
    if (progress->total == 0) {
        (void)fputs(count, cli->err);
    } else {
        const size_t columns = columns_of(cli);
        if (columns >= BAR_FITS)
            draw_bar(cli, done, progress->total);
        (void)fprintf(cli->err, "%s / %s", count, total);
        if (done > 0 && columns >= BAR_FITS)
            draw_rest(progress, done, now);
    }
    (void)fflush(cli->err);
}

void vota_progress_at(struct vota_progress *progress, uint64_t done)
{
    if (!progress->cli->err_tty || progress->cli->json)
        return;
    const uint64_t now = now_ms();
    if (now - progress->drawn_ms < DRAW_EVERY)
        return;
    if (progress->total > 0 && done > progress->total)
        done = progress->total;
    draw(progress, done, now);
    progress->drawn_ms = now;
    progress->drawn = true;
}

void vota_progress_end(struct vota_progress *progress)
{
    if (!progress->drawn)
        return;
    (void)fputs("\r\033[K", progress->cli->err);
    (void)fflush(progress->cli->err);
    progress->drawn = false;
}
