/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `backup TO`: a copy of the directory as of one moment, made beside the running
 * service. Whether it is good is asked of it at once, and can be asked again by
 * `restore --check`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/backup/backup.h"
#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"

static void draw(void *context, uint64_t done, uint64_t total)
{
    struct vota_progress *progress = context;
    progress->total = total;
    vota_progress_at(progress, done);
}

static uint64_t bytes_of(const struct vota_backup *backup)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < backup->list.n; i++)
        bytes += backup->list.files[i].bytes;
    return bytes;
}

static void report_json(const struct vota_cli *cli, const struct vota_backup *backup,
                        const char *to)
{
    struct vota_json json;
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "backup", to);
    vota_json_time(&json, "made_at", backup->made_at);
    vota_json_text(&json, "store_id", backup->facts.store_id);
    vota_json_number(&json, "records", backup->facts.records);
    vota_json_number(&json, "pending", backup->facts.pending);
    vota_json_text(&json, "last_record",
                   backup->facts.records > 0 ? backup->facts.last_record : NULL);
    vota_json_number(&json, "files", backup->list.n);
    vota_json_number(&json, "bytes", bytes_of(backup));
    vota_json_number(&json, "secrets", backup->secrets);
    vota_json_finish(&json);
}

static void report_text(const struct vota_cli *cli, const struct vota_backup *backup,
                        const char *to)
{
    const uint64_t numbers[] = {backup->facts.records, backup->facts.pending, backup->list.n,
                                bytes_of(backup)};
    char texts[VOTA_COUNT(numbers)][VOTA_OUTPUT_NUMBER_CAP];
    for (size_t i = 0; i < VOTA_COUNT(numbers); i++)
        vota_output_number(texts[i], numbers[i]);
    const bool any = backup->facts.records > 0;
    const struct vota_table_line fields[] = {
        {"field.records", texts[0]},
        {"field.pending", texts[1]},
        {"field.last-record", any ? backup->facts.last_record : NULL},
        {"field.files", texts[2]},
        {"field.bytes", texts[3]},
    };
    vota_cli_say(cli, "backup.done", "to", to, NULL);
    vota_table_fields(cli, VOTA_TABLE(fields));
    vota_cli_say(cli, backup->secrets > 0 ? "backup.personal-secret" : "backup.personal", NULL);
}

static int make(const struct vota_cli *cli, const struct vota_args *args,
                struct vota_backup *ret_backup)
{
    const char *to = args->positional[0];
    struct vota_error err = {0};
    struct vota_progress progress;
    vota_progress_start(&progress, cli, "progress.copying", 0);
    const struct vota_backup_order order = {.dir = cli->dir,
                                            .to = to,
                                            .program = VOTA_VERSION,
                                            .now = vota_session_now(),
                                            .with_secrets = vota_args_has(args, "with-secrets"),
                                            .progress = draw,
                                            .context = &progress};
    const enum vota_status status = vota_backup_make(ret_backup, &order, &err);
    vota_progress_end(&progress);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    if (status == VOTA_CONFLICT && strcmp(err.text, "older-version") == 0)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.backup-older", "to", to, NULL);
    return vota_cli_fail_error(cli, &err, "error.backup", "to", to, NULL);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_backup backup;
    vota_backup_init(&backup);
    if (vota_args_has(args, "with-secrets"))
        vota_cli_warn(cli, "warning.backup-secrets", NULL);
    const int code = make(cli, args, &backup);
    if (code == VOTA_EXIT_OK && cli->json)
        report_json(cli, &backup, args->positional[0]);
    else if (code == VOTA_EXIT_OK)
        report_text(cli, &backup, args->positional[0]);
    vota_backup_done(&backup);
    return code;
}

static const struct vota_option options[] = {
    {.name = "with-secrets", .help = "help.backup.with-secrets"},
};

static const struct vota_example examples[] = {
    {"help.backup.example", "-C guri backup /backup/guri-2026-11-22"},
    {"help.backup.example-secrets", "-C guri backup --with-secrets /media/safe/guri"},
};

static const struct vota_action actions[] = {{
    .synopsis = "TO [--with-secrets]",
    .summary = "help.backup.summary",
    .about = "help.backup.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 1,
    .max_args = 1,
    .run = run,
}};

const struct vota_command vota_cmd_backup = {"backup", "help.backup.summary", VOTA_TABLE(actions)};
