/* SPDX-License-Identifier: Apache-2.0 */
/* `audit`: everything, rebuilt and recounted, from the chain and public data alone. */
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/audit_report.h"
#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/verify_line.h"
#include "bridge/cli/verify_report.h"
#include "bridge/publish/supplied.h"

struct auditing {
    struct vota_verify_input input;
    struct vota_verify_line line;
    struct vota_audit_line audits;
    struct vota_progress progress;
    const char *part; /* of which the bar tells; NULL: none yet */
    struct vota_supplied supplied;
};

/* A bar for each part that takes long. */
static void progress(void *context, const char *part, uint64_t done, uint64_t total)
{
    static const struct {
        const char *part, *key;
    } labels[] = {{"rows", "progress.rebuilding"},
                  {"results", "progress.recounting"},
                  {"files", "progress.comparing"}};
    struct auditing *auditing = context;
    for (size_t i = 0; auditing->part != part && i < VOTA_COUNT(labels); i++) {
        if (strcmp(labels[i].part, part) != 0)
            continue;
        vota_progress_end(&auditing->progress);
        vota_progress_start(&auditing->progress, auditing->input.cli, labels[i].key, total);
        auditing->part = part;
    }
    vota_progress_at(&auditing->progress, done);
}

/* What holders of receipts bring. */
static int read_supplied(struct auditing *auditing, const struct vota_args *args)
{
    for (size_t i = 0; i < vota_args_count(args, "openings"); i++) {
        const char *path = vota_args_nth(args, "openings", i);
        struct vota_error err = {0};
        char line[VOTA_OUTPUT_NUMBER_CAP];
        uint64_t number = 0;
        if (vota_supplied_read(&auditing->supplied, path, &number, &err) == VOTA_OK)
            continue;
        vota_output_number(line, number);
        return vota_cli_fail_error(auditing->input.cli, &err,
                                   number == 0 ? "error.not-a-receipt" : "error.openings", "file",
                                   path, "line", line, NULL);
    }
    return VOTA_EXIT_OK;
}

static int exit_of(const struct vota_audit_line *audits)
{
    switch (vota_audit_line_overall(audits)) {
    case VOTA_VALID:
        return VOTA_EXIT_OK;
    case VOTA_NOT_VALID:
        return VOTA_EXIT_FAILED;
    case VOTA_NOT_CHECKED:
        break;
    }
    return VOTA_EXIT_UNCHECKED;
}

static int audit(struct auditing *auditing)
{
    struct vota_cli *cli = auditing->input.cli;
    struct vota_error err = {0};
    struct vota_verify_line *line = &auditing->line;
    const struct vota_verify_data *data = vota_verify_input_data(&auditing->input);
    vota_verify_line_make(line, &auditing->input, &auditing->input.named,
                          data == NULL ? NULL : &data->reader);
    for (size_t i = 0; i < line->n; i++) {
        line->inputs[i].supplied =
            (struct vota_audit_supplied){auditing->supplied.openings, auditing->supplied.n};
        line->inputs[i].progress = progress;
        line->inputs[i].progress_context = auditing;
    }
    for (size_t i = 0; i < auditing->input.trusted.problem_count; i++)
        vota_verify_report_problem(cli, &auditing->input.trusted.problems[i]);
    const enum vota_status status =
        vota_audit_line_run(&auditing->audits, line->inputs, line->n, &err);
    if (auditing->part != NULL)
        vota_progress_end(&auditing->progress);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.audit", NULL);
    if (cli->json)
        vota_audit_report_json(cli, &auditing->audits);
    else
        vota_audit_report_print(cli, &auditing->audits);
    return exit_of(&auditing->audits);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct auditing *auditing = calloc(1, sizeof *auditing);
    if (auditing == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = vota_verify_input_open(&auditing->input, cli, args);
    if (code == VOTA_EXIT_OK)
        code = read_supplied(auditing, args);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_connect(&auditing->input);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_block(&auditing->input);
    if (code == VOTA_EXIT_OK)
        code = audit(auditing);
    vota_audit_line_done(&auditing->audits);
    vota_supplied_done(&auditing->supplied);
    vota_verify_input_close(&auditing->input);
    free(auditing);
    return code;
}

static const struct vota_option options[] = {
    {.name = "contract",
     .required = true,
     .value = "[NETWORK:]ADDRESS",
     .help = "help.verify.contract"},
    {.name = "rpc", .repeat = true, .value = "URL", .help = "help.verify.rpc"},
    {.name = "quorum", .value = "K", .help = "help.verify.quorum"},
    {.name = "data", .value = "DIR", .help = "help.audit.data"},
    {.name = "predecessor-data",
     .repeat = true,
     .value = "DIR",
     .help = "help.audit.predecessor-data"},
    {.name = "openings", .repeat = true, .value = "FILE", .help = "help.audit.openings"},
    {.name = "trust", .value = "FILE", .help = "help.audit.trust"},
    {.name = "offline", .help = "help.audit.offline"},
    {.name = "block", .value = "HASH", .help = "help.audit.block"},
};

static const struct vota_example examples[] = {
    {"help.audit.example",
     "audit --contract hoodi:0x5FbD...0aa3 --rpc https://rpc.example.org --data public"},
};

static const struct vota_action actions[] = {{
    .synopsis = "--contract [NETWORK:]ADDRESS [--rpc URL]... [--data DIR]",
    .summary = "help.audit.summary",
    .about = "help.audit.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .exits = "help.audit.exits",
    .run = run,
}};

const struct vota_command vota_cmd_audit = {"audit", "help.audit.summary", VOTA_TABLE(actions)};
