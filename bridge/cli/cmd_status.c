/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `status`: where everything stands, network by network, once or again and
 * again. It opens, asks and repaints; what it shows is status_report.h's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/networks.h"
#include "bridge/cli/output.h"
#include "bridge/cli/status_report.h"

#define WATCH_MOST 86400u /* seconds */

struct status {
    struct vota_networks networks;
    bool asks;
};

/* Of all networks: a person must act before could not look before well. */
static int exit_of(const struct status *status)
{
    enum vota_judge_level worst = VOTA_JUDGE_WELL;
    for (size_t i = 0; i < status->networks.n; i++) {
        const struct vota_judge_facts facts = vota_situation_facts(status->networks.of[i]);
        const enum vota_judge_level level = vota_judge_worst(vota_judge_problems(&facts));
        worst = level > worst ? level : worst;
    }
    return (int)vota_judge_exit(worst);
}

static void report(const struct status *status)
{
    const struct vota_cli *cli = status->networks.session.cli;
    struct vota_json json;
    if (!cli->json) {
        for (size_t i = 0; i < status->networks.n; i++) {
            if (i > 0)
                (void)fputc('\n', cli->out);
            vota_status_report(cli, status->networks.of[i]);
        }
        return;
    }
    vota_json_begin(&json, cli->out);
    vota_status_json(&json, status->networks.of[0]);
    vota_json_array(&json, "beside");
    for (size_t i = 1; i < status->networks.n; i++) {
        vota_json_object(&json, NULL);
        vota_status_json(&json, status->networks.of[i]);
        vota_json_end(&json);
    }
    vota_json_end(&json);
    vota_json_finish(&json);
}

/* ---- again and again ---- */

/* Lines that the terminal shows at once. */
static size_t rows_of(FILE *terminal)
{
    struct winsize size;
    return ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0 && size.ws_row > 1 ? size.ws_row : 24;
}

/*
 * The picture at once, each line in the place of the old one, so that nothing
 * flickers. What does not fit is cut: what a person must do stands at the top.
 */
static void paint(FILE *to, const char *picture)
{
    size_t left = rows_of(to) - 1;
    (void)fputs("\033[?7l\033[H", to);
    for (const char *at = picture; *at != '\0' && left > 0; at++) {
        left -= *at == '\n';
        (void)fputs(*at == '\n' ? "\033[K" : "", to);
        (void)fputc(*at, to);
    }
    (void)fputs("\033[0m\033[J\033[?7h", to);
    (void)fflush(to);
}

static void repaint(const struct status *status, uint64_t seconds)
{
    char span[VOTA_OUTPUT_TIME_CAP];
    struct vota_cli *cli = status->networks.session.cli;
    FILE *terminal = cli->out;
    char *picture = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&picture, &len);
    if (stream == NULL)
        return;
    cli->out = stream;
    report(status);
    vota_output_span(cli, span, seconds);
    (void)fputc('\n', cli->out);
    vota_cli_say(cli, "status.watching", "span", span, NULL);
    cli->out = terminal;
    if (fclose(stream) == 0)
        paint(terminal, picture);
    free(picture);
}

static void show_again(const struct status *status, uint64_t seconds)
{
    const struct vota_cli *cli = status->networks.session.cli;
    if (cli->json) {
        report(status);
    } else if (cli->out_tty) {
        repaint(status, seconds);
    } else {
        for (size_t i = 0; i < status->networks.n; i++)
            vota_status_report_line(cli, status->networks.of[i]);
    }
    (void)fflush(cli->out);
}

/* Until Ctrl-C, or until nobody reads any more. */
static int watch(struct status *status, uint64_t seconds)
{
    const struct vota_cli *cli = status->networks.session.cli;
    const struct timespec pause = {.tv_sec = (time_t)seconds};
    if (cli->out_tty && !cli->json)
        (void)fputs("\033[H\033[2J", cli->out);
    for (;;) {
        const int code = vota_networks_read(&status->networks, status->asks);
        if (code != VOTA_EXIT_OK)
            return code;
        show_again(status, seconds);
        if (ferror(cli->out) != 0)
            return exit_of(status);
        (void)nanosleep(&pause, NULL);
    }
}

/* ---- the command ---- */

static int seconds_of(const struct status *status, const struct vota_args *args,
                      uint64_t *ret_seconds)
{
    const struct vota_cli *cli = status->networks.session.cli;
    char *end = NULL;
    *ret_seconds = vota_session_is_local(&status->networks.session) ? 2 : 12;
    if (args->n_positional == 0)
        return VOTA_EXIT_OK;
    const char *text = args->positional[0];
    if (!vota_args_has(args, "watch"))
        return vota_cli_usage(cli, "error.too-many-arguments", text, NULL);
    *ret_seconds = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
    if (end == NULL || *end != '\0' || *ret_seconds == 0 || *ret_seconds > WATCH_MOST)
        return vota_cli_usage(cli, "error.bad-number", text, NULL);
    return VOTA_EXIT_OK;
}

static int run_once(struct status *status)
{
    const int code = vota_networks_read(&status->networks, status->asks);
    if (code != VOTA_EXIT_OK)
        return code;
    report(status);
    return exit_of(status);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct status *status = calloc(1, sizeof *status);
    uint64_t seconds = 0;
    if (status == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    status->asks = !vota_args_has(args, "offline");
    int code = vota_networks_open(&status->networks, cli, NULL);
    if (code == VOTA_EXIT_OK)
        code = seconds_of(status, args, &seconds);
    if (code == VOTA_EXIT_OK)
        code = vota_args_has(args, "watch") ? watch(status, seconds) : run_once(status);
    vota_networks_close(&status->networks);
    free(status);
    return code;
}

static const struct vota_option options[] = {
    {.name = "watch", .help = "help.status.watch"},
    {.name = "offline", .help = "help.status.offline"},
};

static const struct vota_example examples[] = {
    {"help.status.example", "status"},
    {"help.status.example-watch", "status --watch 30"},
};

static const struct vota_action actions[] = {{
    .synopsis = "[--watch [SECONDS]]",
    .summary = "help.status.summary",
    .about = "help.status.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .max_args = 1,
    .exits = "help.exits.status",
    .run = run,
}};

const struct vota_command vota_cmd_status = {"status", "help.status.summary", VOTA_TABLE(actions)};
