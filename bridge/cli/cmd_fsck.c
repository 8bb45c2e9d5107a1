/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `fsck`: looks whether the directory is whole: configuration, store, the
 * pepper of every register, and that secrets are private. It repairs and changes
 * nothing. Damage is one answer (1), not having been able to look another (3).
 */
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/finding_list.h"

/* Why a store cannot be opened: it is none any more, or we could not look. */
static bool is_damage(enum vota_status status, const struct vota_error *err)
{
    return status == VOTA_NOT_FOUND ||
           (status == VOTA_IO &&
            (strcmp(err->text, "corrupt") == 0 || strcmp(err->text, "not-a-store") == 0));
}

static enum vota_status open_store(struct vota_store **ret_store, const struct vota_cli *cli,
                                   struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    const enum vota_status status = vota_directory_path(&cli->dir, path, VOTA_DIRECTORY_STORE, err);
    if (status != VOTA_OK)
        return status;
    return vota_store_open(ret_store, path, VOTA_STORE_READ_ONLY, err);
}

static enum vota_status inspect(struct vota_finding_list *list, struct vota_error *err)
{
    struct vota_inspection inspection = {
        .finding = vota_finding_list_note, .progress = vota_finding_list_progress, .context = list};
    struct vota_error detail = {0};
    enum vota_status status = open_store(&inspection.store, list->cli, &detail);
    if (is_damage(status, &detail)) {
        vota_finding_list_note(list, status == VOTA_NOT_FOUND ? "no-store" : "damaged",
                               VOTA_DIRECTORY_STORE);
        return VOTA_OK;
    }
    if (status == VOTA_OK)
        status = vota_inspect_store(&inspection, &detail);
    if (status == VOTA_OK)
        status = vota_inspect_directory(&inspection, &list->cli->dir, &detail);
    vota_store_free(inspection.store);
    return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, detail.where, detail.text);
}

/* What was found counts even if the rest could not be looked at. */
static int judge(const struct vota_finding_list *list, enum vota_status status,
                 const struct vota_error *err)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = list->cli;
    vota_output_number(number, list->faults);
    if (list->faults > 0)
        return cli->json
                   ? VOTA_EXIT_FAILED
                   : vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.fsck", "count", number, NULL);
    if (status != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_UNCHECKED, "error.fsck-unchecked", "reason",
                             vota_cli_reason(cli, err->text), NULL);
    if (list->status != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_UNCHECKED, "error.memory", NULL);
    if (!cli->json)
        vota_cli_say(cli, "fsck.good", "dir", cli->dir.path, NULL);
    return VOTA_EXIT_OK;
}

static int check(struct vota_finding_list *list)
{
    struct vota_error err = {0};
    const enum vota_status status = inspect(list, &err);
    vota_finding_list_show(list);
    if (list->cli->json) {
        vota_json_bool(&list->json, "whole", status == VOTA_OK && list->faults == 0);
        vota_json_number(&list->json, "count", list->faults);
        vota_json_finish(&list->json);
    }
    return judge(list, status, &err);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_config config;
    struct vota_finding_list list;
    (void)args;
    int code = vota_cli_load_config(cli, &config);
    if (code != VOTA_EXIT_OK)
        return code;
    vota_finding_list_init(&list, cli);
    code = check(&list);
    vota_finding_list_done(&list);
    return code;
}

static const struct vota_example examples[] = {
    {"help.fsck.example", "-C guri fsck"},
    {"help.fsck.example-script", "-C guri fsck --json"},
};

static const struct vota_action actions[] = {{
    .synopsis = "",
    .summary = "help.fsck.summary",
    .about = "help.fsck.about",
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .exits = "help.exits.fsck",
    .run = run,
}};

const struct vota_command vota_cmd_fsck = {"fsck", "help.fsck.summary", VOTA_TABLE(actions)};
