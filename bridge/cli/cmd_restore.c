/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `restore FROM`: a backup into an empty directory, and what has to be done
 * before the service may run on it; `restore FROM --check`: whether the backup is
 * good. Nothing is signed from a restored directory before `rebuild`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/backup/backup.h"
#include "bridge/cli/commands.h"
#include "bridge/cli/finding_list.h"
#include "bridge/cli/session.h"
#include "bridge/store/store_network.h"

struct restore {
    struct vota_cli *cli;
    const char *from;
    struct vota_backup backup;
    struct vota_finding_list list;
    size_t missing;
};

/* ---- what the backup is ---- */

static void report_fields(const struct restore *restore)
{
    char records[VOTA_OUTPUT_NUMBER_CAP];
    char pending[VOTA_OUTPUT_NUMBER_CAP];
    char secrets[VOTA_OUTPUT_NUMBER_CAP];
    char made[VOTA_OUTPUT_TIME_CAP];
    char accepted[VOTA_OUTPUT_TIME_CAP];
    const struct vota_backup *backup = &restore->backup;
    vota_output_number(records, backup->facts.records);
    vota_output_number(pending, backup->facts.pending);
    vota_output_number(secrets, backup->secrets);
    vota_output_time(restore->cli, made, backup->made_at);
    vota_output_time(restore->cli, accepted, backup->facts.last_accepted_at);
    const bool any = backup->facts.records > 0;
    const struct vota_table_line fields[] = {
        {"field.made-at", made},
        {"field.records", records},
        {"field.pending", pending},
        {"field.last-record", any ? backup->facts.last_record : NULL},
        {"field.last-accepted", any ? accepted : NULL},
        {"field.secrets", secrets},
    };
    vota_table_fields(restore->cli, VOTA_TABLE(fields));
}

static void report_facts(struct restore *restore)
{
    const struct vota_backup *backup = &restore->backup;
    struct vota_json *json = &restore->list.json;
    const bool any = backup->facts.records > 0;
    vota_json_text(json, "backup", restore->from);
    vota_json_time(json, "made_at", backup->made_at);
    vota_json_text(json, "store_id", backup->facts.store_id);
    vota_json_number(json, "records", backup->facts.records);
    vota_json_number(json, "pending", backup->facts.pending);
    vota_json_text(json, "last_record", any ? backup->facts.last_record : NULL);
    if (any)
        vota_json_time(json, "last_accepted_at", backup->facts.last_accepted_at);
    else
        vota_json_null(json, "last_accepted_at");
    vota_json_number(json, "secrets", backup->secrets);
}

/* ---- checking ---- */

static int open_backup(struct restore *restore)
{
    struct vota_error err = {0};
    const enum vota_status status = vota_backup_open(&restore->backup, restore->from, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    (void)vota_cli_fail_error(restore->cli, &err, "error.restore-open", "from", restore->from,
                              NULL);
    return status == VOTA_BAD_INPUT || status == VOTA_NOT_FOUND ? VOTA_EXIT_FAILED
                                                                : VOTA_EXIT_UNCHECKED;
}

/* A backup of an earlier version: its files are compared, its store is looked at once restored. */
static bool is_older(enum vota_status status, const struct vota_error *err)
{
    return status == VOTA_CONFLICT && strcmp(err->text, "older-version") == 0;
}

static enum vota_status look(struct restore *restore, struct vota_error *err)
{
    const struct vota_inspection report = {.finding = vota_finding_list_note,
                                           .progress = vota_finding_list_progress,
                                           .context = &restore->list};
    const enum vota_status status =
        vota_backup_check(&restore->backup, restore->from, &report, err);
    vota_finding_list_show(&restore->list);
    return status;
}

static int not_good(const struct restore *restore)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    vota_output_number(number, restore->list.faults);
    return vota_cli_fail(restore->cli, VOTA_EXIT_FAILED, "error.restore-damaged", "from",
                         restore->from, "count", number, NULL);
}

static int unchecked(const struct restore *restore, const struct vota_error *err)
{
    return vota_cli_fail(restore->cli, VOTA_EXIT_UNCHECKED, "error.restore-unchecked", "from",
                         restore->from, "reason", vota_cli_reason(restore->cli, err->text), NULL);
}

static int check_only(struct restore *restore)
{
    struct vota_error err = {0};
    const enum vota_status status = look(restore, &err);
    const bool good = status == VOTA_OK && restore->list.faults == 0;
    if (restore->cli->json) {
        report_facts(restore);
        vota_json_bool(&restore->list.json, "good", good);
        vota_json_finish(&restore->list.json);
    }
    if (restore->list.faults > 0)
        return not_good(restore);
    if (status != VOTA_OK)
        return unchecked(restore, &err);
    if (!restore->cli->json) {
        vota_cli_say(restore->cli, "restore.good", "from", restore->from, NULL);
        report_fields(restore);
    }
    return VOTA_EXIT_OK;
}

/* ---- restoring ---- */

static const char *what_key(const char *what)
{
    static const struct {
        const char *what, *key;
    } keys[] = {{"urls", "restore.missing.urls"},
                {"proxy", "restore.missing.proxy"},
                {"authorities", "restore.missing.authorities"},
                {"certificate", "restore.missing.certificate"},
                {"key", "restore.missing.key"},
                {"password", "restore.missing.password"},
                {"pepper", "restore.missing.pepper"},
                {"webhook", "restore.missing.webhook"},
                {"tokens", "restore.missing.tokens"}};
    for (size_t i = 0; i < VOTA_COUNT(keys); i++) {
        if (strcmp(keys[i].what, what) == 0)
            return keys[i].key;
    }
    return "restore.missing.key";
}

static void note_missing(void *context, const char *path, const char *what)
{
    struct restore *restore = context;
    restore->missing++;
    if (restore->cli->json) {
        vota_json_object(&restore->list.json, NULL);
        vota_json_text(&restore->list.json, "path", path);
        vota_json_text(&restore->list.json, "what", what);
        vota_json_end(&restore->list.json);
        return;
    }
    if (restore->missing == 1)
        vota_cli_say(restore->cli, "restore.missing", NULL);
    (void)fprintf(restore->cli->out, "  %s  (%s)\n", path, vota_text(restore->cli, what_key(what)));
}

static enum vota_status list_missing(struct restore *restore, struct vota_error *err)
{
    if (restore->cli->json)
        vota_json_array(&restore->list.json, "missing");
    const enum vota_status status =
        vota_backup_missing(&restore->cli->dir, note_missing, restore, err);
    if (restore->cli->json)
        vota_json_end(&restore->list.json);
    return status;
}

static void say_command(struct restore *restore, const char *command)
{
    const struct vota_cli *cli = restore->cli;
    if (cli->json)
        vota_json_text(&restore->list.json, NULL, command);
    else
        (void)fprintf(cli->out, "  voteanchor -C %s %s\n", cli->dir.path, command);
}

/* What is published of a network beside the primary lies below it, under its chain id. */
static enum vota_status say_rebuild(void *context, const struct vota_store_network *network)
{
    char command[128];
    if (network->has_contract && network->role == VOTA_NETWORK_PRIMARY)
        say_command(context, "rebuild PUBLICATION");
    if (!network->has_contract || network->role == VOTA_NETWORK_PRIMARY ||
        network->role == VOTA_NETWORK_PAST)
        return VOTA_OK;
    (void)snprintf(command, sizeof command, "rebuild --network %s PUBLICATION/%llu", network->name,
                   (unsigned long long)network->chain_id);
    say_command(context, command);
    return VOTA_OK;
}

static enum vota_status say_rebuilds(struct restore *restore, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_store *store = NULL;
    enum vota_status status =
        vota_directory_path(&restore->cli->dir, path, VOTA_DIRECTORY_STORE, err);
    if (status == VOTA_OK)
        status = vota_store_open(&store, path, VOTA_STORE_READ_ONLY, err);
    if (status == VOTA_OK)
        status = vota_store_network_each(store, say_rebuild, restore, err);
    vota_store_free(store);
    return status;
}

/* The commands that come next, in their order: for a script, and for who reads. */
static enum vota_status say_next(struct restore *restore, struct vota_error *err)
{
    if (restore->cli->json)
        vota_json_array(&restore->list.json, "next");
    else
        vota_cli_say(restore->cli, "restore.stopped", NULL);
    say_command(restore, "fsck");
    const enum vota_status status = say_rebuilds(restore, err);
    say_command(restore, "anchor --once");
    if (restore->cli->json)
        vota_json_end(&restore->list.json);
    return status;
}

/* What nobody can bring back is said, with the moment from which on it is so. */
static void say_lost(const struct restore *restore)
{
    char time[VOTA_OUTPUT_TIME_CAP];
    const struct vota_backup *backup = &restore->backup;
    vota_output_time(restore->cli, time, backup->made_at);
    vota_cli_say(restore->cli,
                 backup->facts.records > 0 ? "restore.lost" : "restore.lost-from-empty", "time",
                 time, "id", backup->facts.last_record, NULL);
}

static int put_back(struct restore *restore)
{
    struct vota_error err = {0};
    struct vota_files_meter meter = {.progress = vota_finding_list_progress,
                                     .context = &restore->list};
    for (size_t i = 0; i < restore->backup.list.n; i++)
        meter.total += restore->backup.list.files[i].bytes;
    vota_progress_start(&restore->list.progress, restore->cli, "progress.copying", meter.total);
    const enum vota_status status = vota_backup_restore(
        &restore->backup, restore->from, &restore->cli->dir, vota_session_now(), &meter, &err);
    vota_progress_end(&restore->list.progress);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(restore->cli, &err, "error.restore", "dir", restore->cli->dir.path,
                               NULL);
}

static int tell(struct restore *restore)
{
    struct vota_error err = {0};
    const struct vota_cli *cli = restore->cli;
    if (cli->json) {
        vota_json_text(&restore->list.json, "directory", cli->dir.path);
        report_facts(restore);
    } else {
        vota_cli_say(cli, "restore.done", "dir", cli->dir.path, NULL);
        report_fields(restore);
    }
    enum vota_status status = list_missing(restore, &err);
    if (status == VOTA_OK)
        status = say_next(restore, &err);
    if (cli->json)
        vota_json_finish(&restore->list.json);
    else
        say_lost(restore);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(cli, &err, "error.restore", "dir", cli->dir.path, NULL);
}

static int restore_all(struct restore *restore)
{
    struct vota_error err = {0};
    const enum vota_status status = look(restore, &err);
    if (restore->list.faults > 0)
        return not_good(restore);
    if (status != VOTA_OK && !is_older(status, &err))
        return unchecked(restore, &err);
    const int code = put_back(restore);
    return code == VOTA_EXIT_OK ? tell(restore) : code;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct restore *restore = calloc(1, sizeof *restore);
    if (restore == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    restore->cli = cli;
    restore->from = args->positional[0];
    vota_backup_init(&restore->backup);
    int code = open_backup(restore);
    if (code == VOTA_EXIT_OK) {
        vota_finding_list_init(&restore->list, cli);
        code = vota_args_has(args, "check") ? check_only(restore) : restore_all(restore);
        vota_finding_list_done(&restore->list);
    }
    vota_backup_done(&restore->backup);
    free(restore);
    return code;
}

static const struct vota_option options[] = {
    {.name = "check", .help = "help.restore.check"},
};

static const struct vota_example examples[] = {
    {"help.restore.example-check", "restore --check /backup/guri-2026-11-22"},
    {"help.restore.example", "-C guri restore /backup/guri-2026-11-22"},
};

static const struct vota_action actions[] = {{
    .synopsis = "FROM [--check]",
    .summary = "help.restore.summary",
    .about = "help.restore.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 1,
    .max_args = 1,
    .exits = "help.exits.fsck",
    .run = run,
}};

const struct vota_command vota_cmd_restore = {"restore", "help.restore.summary",
                                              VOTA_TABLE(actions)};
