/* SPDX-License-Identifier: Apache-2.0 */
/* `receipt RECORD-ID`: what the citizen takes home. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/paper.h"
#include "bridge/cli/session.h"
#include "bridge/engine/prove.h"
#include "bridge/paper/code.h"
#include "bridge/publish/receipt_file.h"
#include "bridge/publish/receipt_json.h"
#include "bridge/store/store_list.h"

#define RECEIPT_MAX ((size_t)256 * 1024)

/* A receipt for a file or the screen, unless only paper is asked for. */
struct making {
    struct vota_session session;
    const struct vota_args *args;
    struct vota_paper paper;
    bool wants_file, file_is_full;
    struct vota_signer *acceptance;
    char id[VOTA_STORE_RECORD_ID_MAX + 1];
    uint8_t cbor[RECEIPT_MAX];
    uint8_t json[2 * RECEIPT_MAX + 1];
    struct vota_receipt receipt; /* borrows from cbor, or from file */
    uint8_t *file;               /* of --from */
    struct vota_receipt written;
};

/* ---- what is asked for ---- */

/* --form for both; without it a file is full, and paper is not. --share is for the file. */
static int read_form(struct making *making)
{
    const struct vota_args *args = making->args;
    const char *form = vota_args_value(args, "form");
    if (form != NULL && strcmp(form, "full") != 0 && strcmp(form, "share") != 0)
        return vota_cli_usage(making->session.cli, "error.bad-form", form, NULL);
    making->paper.is_full = form != NULL && strcmp(form, "full") == 0;
    making->file_is_full =
        !vota_args_has(args, "share") && (form == NULL || strcmp(form, "full") == 0);
    return VOTA_EXIT_OK;
}

static int read_args(struct making *making)
{
    const struct vota_args *args = making->args;
    const unsigned sources = (args->n_positional > 0 ? 1u : 0u) +
                             (vota_args_has(args, "from") ? 1u : 0u) +
                             (vota_args_has(args, "code") ? 1u : 0u);
    making->paper.qr = vota_args_value(args, "qr");
    making->paper.print = vota_args_value(args, "print");
    making->paper.page = vota_args_value(args, "page-url");
    making->paper.city = vota_args_value(args, "city");
    making->wants_file = vota_args_has(args, "output") || vota_args_has(args, "cbor") ||
                         (making->paper.qr == NULL && making->paper.print == NULL);
    if (sources != 1)
        return vota_cli_usage(making->session.cli, "error.receipt-source", "", NULL);
    return read_form(making);
}

/* ---- from a file ---- */

/* Whoever has a receipt can print it. */
static int read_file(struct making *making, const char *path)
{
    struct vota_cli *cli = making->session.cli;
    struct vota_error err = {0};
    size_t len = 0;
    enum vota_status status = vota_receipt_file_read(&making->file, &len, path, &err);
    if (status == VOTA_OK)
        status = vota_receipt_decode(&making->receipt, making->file, len, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.file", "file", path, NULL);
    if (making->wants_file && making->file_is_full && !making->receipt.has_opening)
        making->file_is_full = false;
    return VOTA_EXIT_OK;
}

/* ---- from the store ---- */

static enum vota_status take_id(void *context, const struct vota_store_record *record)
{
    struct making *making = context;
    VOTA_ASSERT(record->record_id.len < sizeof making->id);
    memcpy(making->id, record->record_id.at, record->record_id.len);
    making->id[record->record_id.len] = '\0';
    return VOTA_OK;
}

/* The record whose leaf begins so, once it is in a batch. */
static int find_code(struct making *making, const char *code)
{
    struct vota_cli *cli = making->session.cli;
    struct vota_error err = {0};
    struct vota_store_leaf leaf;
    uint8_t start[VOTA_CODE_BYTES];
    _Static_assert(VOTA_CODE_BYTES == VOTA_STORE_LEAF_START, "as the store finds leaves");
    if (vota_code_read(start, code, strlen(code), &err) != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_USAGE, "error.short-code", "given", code, "reason",
                             vota_cli_reason(cli, err.text), NULL);
    struct vota_store *store = making->session.store;
    enum vota_status status = vota_store_list_leaf_start(&leaf, store, start, &err);
    if (status == VOTA_OK)
        status = vota_store_record_see_row(store, leaf.record, take_id, making, &err);
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.no-short-code", "code", code, NULL);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    return VOTA_EXIT_OK;
}

static int find_record(struct making *making)
{
    const char *code = vota_args_value(making->args, "code");
    if (code != NULL)
        return find_code(making, code);
    const char *id = making->args->positional[0];
    if (strlen(id) >= sizeof making->id)
        return vota_cli_fail(making->session.cli, VOTA_EXIT_FAILED, "error.no-record", "id", id,
                             NULL);
    (void)snprintf(making->id, sizeof making->id, "%s", id);
    return VOTA_EXIT_OK;
}

/* The acceptance belongs into a receipt; without its key we say so and leave it out. */
static int load_acceptance(struct making *making)
{
    if (vota_args_has(making->args, "no-acceptance"))
        return VOTA_EXIT_OK;
    return vota_session_key_open(&making->session, &making->acceptance, "acceptance");
}

/* In the full form if anything of it is wanted: from that one the other is made. */
static enum vota_status prove_receipt(struct making *making, struct vota_prover *prover,
                                      struct vota_error *err)
{
    struct vota_wr wr = vota_wr_of(making->cbor, sizeof making->cbor);
    const struct vota_slice id = {(const uint8_t *)making->id, strlen(making->id)};
    const bool is_full = making->paper.is_full || (making->wants_file && making->file_is_full);
    enum vota_status status =
        vota_prove_record(prover, &wr, id, is_full ? VOTA_RECEIPT_FULL : VOTA_RECEIPT_SHARE, err);
    if (status == VOTA_OK && !vota_wr_fits(&wr))
        status = vota_fail(err, VOTA_LIMIT, "receipt", "too-long");
    if (status == VOTA_OK)
        status = vota_receipt_decode(&making->receipt, wr.to, wr.len, err);
    return status;
}

static int prove(struct making *making)
{
    struct vota_cli *cli = making->session.cli;
    struct vota_error err = {0};
    struct vota_prover prover = {.store = making->session.store,
                                 .network = &making->session.network,
                                 .acceptance = making->acceptance,
                                 .keep = vota_keep_new(0)};
    if (prover.keep == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const enum vota_status status = prove_receipt(making, &prover, &err);
    vota_keep_free(prover.keep);
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.no-record", "id", making->id, NULL);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.receipt", "id", making->id, NULL);
    return VOTA_EXIT_OK;
}

/* What the directory knows beside the receipt, unless the command line says otherwise. */
static void know(struct making *making)
{
    const struct vota_session *session = &making->session;
    struct vota_paper *paper = &making->paper;
    if (paper->city == NULL)
        paper->city = session->config.city;
    if (paper->page == NULL)
        paper->page = session->config.page_url;
    if (making->receipt.has_acceptance &&
        making->receipt.acceptance.chain_id == session->network.chain_id)
        paper->genesis = &session->network.genesis_block;
}

static int from_store(struct making *making)
{
    struct vota_session *session = &making->session;
    int code = vota_session_open(session, session->cli);
    session->password_file = vota_args_value(making->args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_contract(session);
    if (code == VOTA_EXIT_OK)
        code = find_record(making);
    if (code == VOTA_EXIT_OK)
        code = load_acceptance(making);
    if (code == VOTA_EXIT_OK)
        code = prove(making);
    if (code == VOTA_EXIT_OK)
        know(making);
    return code;
}

/* ---- out ---- */

/* The CBOR is the receipt; people and browsers get its JSON view. */
static int encode(struct making *making, struct vota_wr *ret_wr)
{
    struct vota_cli *cli = making->session.cli;
    struct vota_error err = {0};
    making->written = making->receipt;
    if (!making->file_is_full)
        vota_receipt_reduce(&making->written, VOTA_RECEIPT_SHARE, 0);
    *ret_wr = vota_wr_of(making->json, sizeof making->json);
    if (!vota_args_has(making->args, "cbor")) {
        vota_receipt_json_write(ret_wr, &making->written);
        vota_wr_byte(ret_wr, '\n');
    } else if (vota_receipt_encode(ret_wr, &making->written, &err) != VOTA_OK) {
        return vota_cli_fail_error(cli, &err, "error.receipt", "id", making->id, NULL);
    }
    if (!vota_wr_fits(ret_wr))
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    return VOTA_EXIT_OK;
}

static int deliver(struct making *making)
{
    struct vota_cli *cli = making->session.cli;
    const char *path = vota_args_value(making->args, "output");
    struct vota_error err = {0};
    struct vota_wr wr = {0};
    const int code = encode(making, &wr);
    if (code != VOTA_EXIT_OK)
        return code;
    if (path == NULL) {
        const bool done = fwrite(wr.to, 1, wr.len, cli->out) == wr.len;
        return done ? VOTA_EXIT_OK
                    : vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.file", "file", "stdout", "reason",
                                    "", NULL);
    }
    /* A full receipt shows a choice: for its owner's eyes. */
    if (vota_directory_write(path, wr.to, wr.len, 0600, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.file", "file", path, NULL);
    if (!cli->json)
        vota_cli_say(cli, making->written.has_opening ? "receipt.full" : "receipt.share", "file",
                     path, NULL);
    return VOTA_EXIT_OK;
}

static int make(struct making *making)
{
    const char *path = vota_args_value(making->args, "from");
    int code = read_args(making);
    if (code == VOTA_EXIT_OK)
        code = path != NULL ? read_file(making, path) : from_store(making);
    if (code == VOTA_EXIT_OK && making->wants_file)
        code = deliver(making);
    if (code == VOTA_EXIT_OK && (making->paper.qr != NULL || making->paper.print != NULL))
        code = vota_paper_deliver(making->session.cli, &making->paper, &making->receipt);
    return code;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct making *making = calloc(1, sizeof *making);
    if (making == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    making->session.cli = cli;
    making->args = args;
    const int code = make(making);
    vota_signer_free(making->acceptance);
    vota_session_close(&making->session);
    free(making->file);
    free(making);
    return code;
}

static const struct vota_option options[] = {
    {.name = "output", .letter = 'o', .value = "FILE", .help = "help.receipt.output"},
    {.name = "share", .help = "help.receipt.share"},
    {.name = "cbor", .help = "help.receipt.cbor"},
    {.name = "qr", .value = "FILE", .help = "help.receipt.qr"},
    {.name = "print", .value = "FILE", .help = "help.receipt.print"},
    {.name = "form", .value = "share|full", .help = "help.receipt.form"},
    {.name = "from", .value = "FILE", .help = "help.receipt.from"},
    {.name = "code", .value = "CODE", .help = "help.receipt.code"},
    {.name = "page-url", .value = "URL", .help = "help.receipt.page-url"},
    {.name = "city", .value = "NAME", .help = "help.receipt.city"},
    {.name = "no-acceptance", .help = "help.receipt.no-acceptance"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};

static const struct vota_example examples[] = {
    {"help.receipt.example", "receipt R-000001 -o R-000001.receipt.json"},
    {"help.receipt.example-share", "receipt R-000001 --share -o shared.receipt.json"},
    {"help.receipt.example-print", "receipt R-000001 --print R-000001.html"},
    {"help.receipt.example-from", "receipt --from my.receipt.json --print my.html"},
};

static const struct vota_action actions[] = {{
    .synopsis = "RECORD-ID | --from FILE | --code CODE",
    .summary = "help.receipt.summary",
    .about = "help.receipt.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 0,
    .max_args = 1,
    .loads_keys = true,
    .run = run,
}};

const struct vota_command vota_cmd_receipt = {"receipt", "help.receipt.summary",
                                              VOTA_TABLE(actions)};
