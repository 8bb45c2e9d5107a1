/* SPDX-License-Identifier: Apache-2.0 */
/* `verify FILE...`: is what a receipt says so, and does it count? */
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/verify_line.h"
#include "bridge/cli/verify_report.h"
#include "bridge/publish/receipt_file.h"
#include "proof/leaf.h"

struct verifying {
    struct vota_verify_input input;
    struct vota_verify_line line;
    struct vota_audit_line audits; /* of --data and those before; none: not a trusted contract's */
    struct vota_json json;
    size_t answers[3]; /* by enum vota_verdict */
    size_t broken;     /* promises, in receipts that are not refuted otherwise */
    size_t refused;    /* files that are no receipts */
    size_t unreadable; /* files that could not be read */
    struct vota_receipt receipt;
    struct vota_report report;
};

static void show(struct verifying *verifying, const char *file, const struct vota_trust *trust)
{
    const struct vota_cli *cli = verifying->input.cli;
    const struct vota_verify_report about = {.file = file,
                                             .receipt = &verifying->receipt,
                                             .report = &verifying->report,
                                             .trust = trust,
                                             .witnesses = &verifying->input.witnesses,
                                             .brief =
                                                 vota_args_has(verifying->input.args, "brief")};
    if (cli->json)
        vota_verify_report_json(&verifying->json, cli, &about);
    else
        vota_verify_report_print(cli, &about);
}

/* The publication is prepared once, if it is that of a contract which the user trusts. */
static int prepare_data(struct verifying *verifying)
{
    struct vota_verify_input *input = &verifying->input;
    struct vota_error err = {0};
    const struct vota_verify_data *data = vota_verify_input_data(input);
    if (data == NULL || !data->has_journal || !vota_verify_input_trusts(input, &data->deployment))
        return VOTA_EXIT_OK;
    const struct vota_named named = {data->deployment.genesis.chain_id,
                                     data->deployment.chain_genesis,
                                     data->deployment.genesis.contract};
    vota_verify_line_make(&verifying->line, input, &named, &data->reader);
    if (vota_audit_line_prepare(&verifying->audits, verifying->line.inputs, verifying->line.n,
                                &err) != VOTA_OK)
        return vota_cli_fail_error(input->cli, &err, "error.audit", NULL);
    return VOTA_EXIT_OK;
}

static enum vota_status find_standing(struct verifying *verifying, struct vota_trust *trust)
{
    const struct vota_receipt *receipt = &verifying->receipt;
    struct vota_audit *audit = vota_audit_line_last(&verifying->audits);
    struct vota_audit_claim claim = {.row = receipt->row,
                                     .has_opening = receipt->has_opening,
                                     .content = receipt->opening.content};
    if (audit == NULL)
        return VOTA_OK;
    vota_leaf_salt(&claim.salt, &receipt->opening.city_salt, &receipt->opening.citizen_salt);
    return vota_audit_standing(audit, &trust->standing, &trust->standing_entry, &claim);
}

/* What became of the promise, where leaf lists are here to say. */
static enum vota_status find_promise(struct verifying *verifying, struct vota_trust *trust)
{
    const struct vota_receipt *receipt = &verifying->receipt;
    struct vota_audit *audit = vota_audit_line_last(&verifying->audits);
    struct vota_audit_promised promised = {.row = receipt->row, .acceptance = receipt->acceptance};
    vota_hash leaf;
    vota_hash digest;
    if (audit == NULL || !receipt->has_acceptance ||
        vota_acceptance_signature_check(receipt->acceptance.signature, VOTA_SIGNATURE_BYTES,
                                        NULL) != VOTA_OK)
        return VOTA_OK;
    vota_leaf_hash(&leaf, &receipt->row);
    vota_acceptance_digest(&digest, &leaf, &receipt->acceptance);
    if (!vota_trusted_recover(NULL, &promised.signer, &digest, receipt->acceptance.signature))
        return VOTA_OK;
    return vota_audit_promise(audit, &trust->promise, &promised);
}

static enum vota_status check(struct verifying *verifying, const char *file, const uint8_t *cbor,
                              size_t len, struct vota_error *err)
{
    struct vota_verify_input *input = &verifying->input;
    struct vota_trust trust;
    enum vota_status status = vota_receipt_decode(&verifying->receipt, cbor, len, err);
    if (status != VOTA_OK)
        return status;
    vota_trusted_evidence(&input->trusted, &verifying->receipt, &input->witnesses);
    vota_trusted_for(&trust, &input->trusted, &verifying->receipt);
    status = find_standing(verifying, &trust);
    if (status == VOTA_OK)
        status = find_promise(verifying, &trust);
    if (status == VOTA_OK)
        status = vota_verify(&verifying->report, cbor, len, &trust, err);
    if (status != VOTA_OK)
        return status;
    verifying->answers[verifying->report.included]++;
    verifying->broken += verifying->report.promise == VOTA_PROMISE_BROKEN;
    show(verifying, file, &trust);
    return VOTA_OK;
}

/* A file that is no receipt is a finding of its own: the other files are still looked at. */
static void look_at(struct verifying *verifying, const char *file)
{
    struct vota_error err = {0};
    uint8_t *cbor = NULL;
    size_t len = 0;
    enum vota_status status = vota_receipt_file_read(&cbor, &len, file, &err);
    if (status == VOTA_OK)
        status = check(verifying, file, cbor, len, &err);
    free(cbor);
    if (status == VOTA_OK)
        return;
    if (status == VOTA_BAD_INPUT || status == VOTA_LIMIT)
        verifying->refused++;
    else
        verifying->unreadable++;
    (void)vota_cli_fail_error(verifying->input.cli, &err, "error.not-a-receipt", "file", file,
                              NULL);
}

static void summarise(const struct verifying *verifying, size_t files)
{
    char numbers[4][VOTA_OUTPUT_NUMBER_CAP];
    if (files < 2 || verifying->input.cli->json)
        return;
    vota_output_number(numbers[0], files);
    vota_output_number(numbers[1], verifying->answers[VOTA_VALID]);
    vota_output_number(numbers[2], verifying->answers[VOTA_NOT_VALID]);
    vota_output_number(numbers[3], verifying->answers[VOTA_NOT_CHECKED]);
    vota_cli_say(verifying->input.cli, "verify.summary", "files", numbers[0], "valid", numbers[1],
                 "not_valid", numbers[2], "not_checked", numbers[3], NULL);
}

/*
 * PROTOCOL 8: not valid before could not check before valid. What is no receipt
 * is refused; a promise that is shown to be broken fails whatever was included.
 */
static int exit_of(const struct verifying *verifying)
{
    if (verifying->answers[VOTA_NOT_VALID] > 0 || verifying->broken > 0 || verifying->refused > 0)
        return VOTA_EXIT_FAILED;
    if (verifying->answers[VOTA_NOT_CHECKED] > 0 || verifying->unreadable > 0)
        return VOTA_EXIT_UNCHECKED;
    return VOTA_EXIT_OK;
}

static void look_at_all(struct verifying *verifying)
{
    const struct vota_args *args = verifying->input.args;
    const struct vota_cli *cli = verifying->input.cli;
    for (size_t i = 0; i < verifying->input.trusted.problem_count; i++)
        vota_verify_report_problem(cli, &verifying->input.trusted.problems[i]);
    if (cli->json) {
        vota_json_begin(&verifying->json, cli->out);
        vota_json_array(&verifying->json, "receipts");
    }
    for (size_t i = 0; i < args->n_positional; i++)
        look_at(verifying, args->positional[i]);
    if (cli->json) {
        vota_json_end(&verifying->json);
        vota_json_finish(&verifying->json);
    }
    summarise(verifying, args->n_positional);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct verifying *verifying = calloc(1, sizeof *verifying);
    if (verifying == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = vota_verify_input_open(&verifying->input, cli, args);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_connect(&verifying->input);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_block(&verifying->input);
    if (code == VOTA_EXIT_OK) {
        vota_verify_input_trust(&verifying->input);
        code = prepare_data(verifying);
    }
    if (code == VOTA_EXIT_OK) {
        look_at_all(verifying);
        code = exit_of(verifying);
    }
    vota_audit_line_done(&verifying->audits);
    vota_verify_input_close(&verifying->input);
    free(verifying);
    return code;
}

static const struct vota_option options[] = {
    {.name = "rpc", .repeat = true, .value = "URL", .help = "help.verify.rpc"},
    {.name = "quorum", .value = "K", .help = "help.verify.quorum"},
    {.name = "contract", .value = "[NETWORK:]ADDRESS", .help = "help.verify.contract"},
    {.name = "trust", .value = "FILE", .help = "help.verify.trust"},
    {.name = "offline", .help = "help.verify.offline"},
    {.name = "block", .value = "HASH", .help = "help.verify.block"},
    {.name = "data", .value = "DIR", .help = "help.verify.data"},
    {.name = "predecessor-data",
     .repeat = true,
     .value = "DIR",
     .help = "help.verify.predecessor-data"},
    {.name = "brief", .help = "help.verify.brief"},
};

static const struct vota_example examples[] = {
    {"help.verify.example-online",
     "verify my.receipt.json --rpc https://rpc.example.org --contract hoodi:0x5FbD...0aa3"},
    {"help.verify.example-offline", "verify my.receipt.json --offline --trust trust.json"},
};

static const struct vota_action actions[] = {{
    .synopsis = "FILE... [--rpc URL]... [--contract [NETWORK:]ADDRESS | --trust FILE] [--offline]",
    .summary = "help.verify.summary",
    .about = "help.verify.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 1,
    .max_args = SIZE_MAX,
    .exits = "help.verify.exits",
    .run = run,
}};

const struct vota_command vota_cmd_verify = {"verify", "help.verify.summary", VOTA_TABLE(actions)};
