/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `fsck`: looks whether the directory is whole: configuration, store, the
 * pepper of every register, and that secrets are private. It repairs nothing.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/engine/attempt_check.h"
#include "bridge/store/store_register.h"
#include "keccak/keccak.h"
#include "proof/bytes.h"
#include "proof/hex.h"

struct checking {
    struct vota_session session;
    struct vota_table table;
    struct vota_json json;
    struct vota_definition definition;
    size_t faults;
    enum vota_status status; /* of showing them */
};

static void note(void *context, const char *code, const char *detail)
{
    struct checking *checking = context;
    const struct vota_cli *cli = checking->session.cli;
    const char *const cells[] = {detail, vota_cli_reason(cli, code)};
    checking->faults++;
    if (cli->json) {
        vota_json_object(&checking->json, NULL);
        vota_json_text(&checking->json, "code", code);
        vota_json_text(&checking->json, "detail", detail);
        vota_json_end(&checking->json);
    } else if (checking->status == VOTA_OK) {
        checking->status = vota_table_add(&checking->table, cells);
    }
}

/* Nobody but the owner may enter the places of secrets. */
static void check_private(struct checking *checking, const char *name)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct stat info;
    const struct vota_directory *dir = &checking->session.cli->dir;
    if (vota_directory_path(dir, path, name, NULL) != VOTA_OK || stat(path, &info) != 0)
        note(checking, "no-file", name);
    else if ((info.st_mode & 077) != 0)
        note(checking, "directory-too-open", name);
}

/* Without its pepper a register can take no record and can never be audited for invented voters. */
static enum vota_status check_pepper(void *context, const struct vota_store_register *reg)
{
    struct checking *checking = context;
    uint8_t pepper[32];
    vota_hash made;
    struct vota_error err = {0};
    if (vota_definition_read(&checking->definition, reg->definition.at, reg->definition.len,
                             &err) != VOTA_OK) {
        note(checking, err.text, reg->slug);
        return VOTA_OK;
    }
    if (vota_directory_pepper_load(&checking->session.cli->dir, pepper, &reg->hash, &err) !=
        VOTA_OK) {
        note(checking, err.status == VOTA_NOT_FOUND ? "no-pepper" : err.text, reg->slug);
        return VOTA_OK;
    }
    vota_keccak_hash(made.bytes, pepper, sizeof pepper);
    vota_bytes_wipe(pepper, sizeof pepper);
    if (!vota_hash_equal(&made, &checking->definition.tag_key_hash))
        note(checking, "pepper-differs", reg->slug);
    return VOTA_OK;
}

/* Of every network: what was signed once is sent again as it is. */
static enum vota_status check_attempts(void *context, const struct vota_store_network *network)
{
    struct checking *checking = context;
    return vota_attempt_check(checking->session.store, network, note, checking, NULL);
}

static int check_all(struct checking *checking)
{
    struct vota_error err = {0};
    struct vota_session *session = &checking->session;
    check_private(checking, VOTA_DIRECTORY_SECRETS);
    check_private(checking, VOTA_DIRECTORY_PEPPERS);
    enum vota_status status = vota_store_check(session->store, note, checking, &err);
    if (status == VOTA_OK)
        status = vota_store_network_each(session->store, check_attempts, checking, &err);
    if (status == VOTA_OK)
        status = vota_store_register_each(session->store, session->network.line, check_pepper,
                                          checking, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    return VOTA_EXIT_OK;
}

static int finish_text(struct checking *checking, int code)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = checking->session.cli;
    if (checking->faults > 0)
        vota_table_print(&checking->table, cli);
    if (code != VOTA_EXIT_OK)
        return code;
    if (checking->status != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    vota_output_number(number, checking->faults);
    if (checking->faults > 0)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.fsck", "count", number, NULL);
    vota_cli_say(cli, "fsck.good", "dir", cli->dir.path, NULL);
    return VOTA_EXIT_OK;
}

static int finish_json(struct checking *checking, int code)
{
    vota_json_end(&checking->json);
    vota_json_bool(&checking->json, "whole", code == VOTA_EXIT_OK && checking->faults == 0);
    vota_json_finish(&checking->json);
    return code == VOTA_EXIT_OK && checking->faults > 0 ? VOTA_EXIT_FAILED : code;
}

static int check(struct checking *checking)
{
    static const struct vota_column columns[] = {{"fsck.column.where", false},
                                                 {"fsck.column.fault", false}};
    const struct vota_cli *cli = checking->session.cli;
    vota_table_init(&checking->table, VOTA_TABLE(columns));
    if (cli->json) {
        vota_json_begin(&checking->json, cli->out);
        vota_json_array(&checking->json, "faults");
    }
    int code = check_all(checking);
    code = cli->json ? finish_json(checking, code) : finish_text(checking, code);
    vota_table_done(&checking->table);
    return code;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct checking *checking = calloc(1, sizeof *checking);
    (void)args;
    if (checking == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = vota_session_open(&checking->session, cli);
    if (code == VOTA_EXIT_OK)
        code = check(checking);
    vota_session_close(&checking->session);
    free(checking);
    return code;
}

static const struct vota_example examples[] = {{"help.fsck.example", "-C guri fsck"}};

static const struct vota_action actions[] = {{
    .synopsis = "",
    .summary = "help.fsck.summary",
    .about = "help.fsck.about",
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .run = run,
}};

const struct vota_command vota_cmd_fsck = {"fsck", "help.fsck.summary", VOTA_TABLE(actions)};
