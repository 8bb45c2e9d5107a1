/* SPDX-License-Identifier: Apache-2.0 */
/* `receipt RECORD-ID`: what the citizen takes home. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/session.h"
#include "bridge/engine/prove.h"
#include "bridge/publish/receipt_json.h"

#define RECEIPT_MAX ((size_t)256 * 1024)

struct making {
    struct vota_session session;
    struct vota_signer *acceptance;
    uint8_t cbor[RECEIPT_MAX];
    uint8_t json[2 * RECEIPT_MAX + 1];
    struct vota_receipt receipt;
};

/* The acceptance belongs into a receipt; without its key we say so and leave it out. */
static int load_acceptance(struct making *making, const struct vota_args *args)
{
    struct vota_session *session = &making->session;
    if (vota_args_has(args, "no-acceptance"))
        return VOTA_EXIT_OK;
    return vota_session_key_open(session, &making->acceptance, "acceptance");
}

static int prove(struct making *making, struct vota_wr *ret_wr, const char *record_id, bool share)
{
    struct vota_error err = {0};
    struct vota_prover prover = {.store = making->session.store,
                                 .network = &making->session.network,
                                 .acceptance = making->acceptance,
                                 .keep = vota_keep_new(0)};
    if (prover.keep == NULL)
        return vota_cli_fail(making->session.cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const struct vota_slice id = {(const uint8_t *)record_id, strlen(record_id)};
    *ret_wr = vota_wr_of(making->cbor, sizeof making->cbor);
    const enum vota_status status = vota_prove_record(
        &prover, ret_wr, id, share ? VOTA_RECEIPT_SHARE : VOTA_RECEIPT_FULL, &err);
    vota_keep_free(prover.keep);
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(making->session.cli, VOTA_EXIT_FAILED, "error.no-record", "id",
                             record_id, NULL);
    if (status != VOTA_OK)
        return vota_cli_fail_error(making->session.cli, &err, "error.receipt", "id", record_id,
                                   NULL);
    return VOTA_EXIT_OK;
}

/* The CBOR is the receipt; people and browsers get its JSON view. */
static int to_json(struct making *making, const struct vota_wr *cbor, struct vota_wr *ret_wr)
{
    struct vota_error err = {0};
    if (vota_receipt_decode(&making->receipt, cbor->to, cbor->len, &err) != VOTA_OK)
        return vota_cli_fail_error(making->session.cli, &err, "error.receipt", "id", "", NULL);
    *ret_wr = vota_wr_of(making->json, sizeof making->json);
    vota_receipt_json_write(ret_wr, &making->receipt);
    vota_wr_byte(ret_wr, '\n');
    if (!vota_wr_fits(ret_wr))
        return vota_cli_fail(making->session.cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    return VOTA_EXIT_OK;
}

static int deliver(const struct making *making, const struct vota_wr *bytes, const char *path)
{
    struct vota_cli *cli = making->session.cli;
    struct vota_error err = {0};
    if (path == NULL) {
        const bool done = fwrite(bytes->to, 1, bytes->len, cli->out) == bytes->len;
        return done ? VOTA_EXIT_OK
                    : vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.file", "file", "stdout", "reason",
                                    "", NULL);
    }
    /* A full receipt shows a choice: for its owner's eyes. */
    if (vota_directory_write(path, bytes->to, bytes->len, 0600, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.file", "file", path, NULL);
    if (!cli->json)
        vota_cli_say(cli, making->receipt.has_opening ? "receipt.full" : "receipt.share", "file",
                     path, NULL);
    return VOTA_EXIT_OK;
}

static int make(struct making *making, const struct vota_args *args)
{
    struct vota_wr cbor = {0};
    struct vota_wr json = {0};
    int code = vota_session_need_contract(&making->session);
    if (code == VOTA_EXIT_OK)
        code = load_acceptance(making, args);
    if (code == VOTA_EXIT_OK)
        code = prove(making, &cbor, args->positional[0], vota_args_has(args, "share"));
    if (code == VOTA_EXIT_OK)
        code = to_json(making, &cbor, &json);
    if (code != VOTA_EXIT_OK)
        return code;
    return deliver(making, vota_args_has(args, "cbor") ? &cbor : &json,
                   vota_args_value(args, "output"));
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct making *making = calloc(1, sizeof *making);
    if (making == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = vota_session_open(&making->session, cli);
    making->session.password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = make(making, args);
    vota_signer_free(making->acceptance);
    vota_session_close(&making->session);
    free(making);
    return code;
}

static const struct vota_option options[] = {
    {.name = "output", .letter = 'o', .value = "FILE", .help = "help.receipt.output"},
    {.name = "share", .help = "help.receipt.share"},
    {.name = "cbor", .help = "help.receipt.cbor"},
    {.name = "no-acceptance", .help = "help.receipt.no-acceptance"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};

static const struct vota_example examples[] = {
    {"help.receipt.example", "receipt R-000001 -o R-000001.receipt.json"},
    {"help.receipt.example-share", "receipt R-000001 --share -o shared.receipt.json"},
};

static const struct vota_action actions[] = {{
    .synopsis = "RECORD-ID",
    .summary = "help.receipt.summary",
    .about = "help.receipt.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 1,
    .max_args = 1,
    .loads_keys = true,
    .run = run,
}};

const struct vota_command vota_cmd_receipt = {"receipt", "help.receipt.summary",
                                              VOTA_TABLE(actions)};
