/* SPDX-License-Identifier: Apache-2.0 */
/* `breach RECEIPT` and `breach --check FILE`: one file that shows a broken promise to anyone. */
#include <stdlib.h>

#include "bridge/audit/follow.h"
#include "bridge/breach/breach_json.h"
#include "bridge/breach/breach_make.h"
#include "bridge/cli/breach_report.h"
#include "bridge/cli/commands.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/verify_input.h"
#include "bridge/cli/verify_report.h"
#include "bridge/publish/receipt_file.h"
#include "proof/leaf.h"

#define SHOWN_MAX VOTA_OPTIONS_MAX_GIVEN

struct breaching {
    struct vota_verify_input input;
    struct vota_progress progress;
    struct vota_receipt receipt;
    struct vota_breach_made made;
    struct vota_breach_copy copy;
    struct vota_breach_believed believed[VOTA_BREACH_MAX_CONTRACTS];
    struct vota_breach_shown shown[SHOWN_MAX];
    size_t shown_count;
    struct vota_breach_report report;
    struct vota_trust_journal journals[3 * VOTA_TRUSTED_MAX_CONTRACTS + VOTA_BREACH_MAX_CONTRACTS];
    struct vota_journal told[VOTA_BREACH_MAX_CONTRACTS]; /* the bundle's, proven by it */
};

/* Of both actions: broken and kept late are what a bundle is for. */
static int exit_of(enum vota_promise_outcome outcome)
{
    static const int codes[] = {[VOTA_PROMISE_NOT_CHECKED] = VOTA_EXIT_UNCHECKED,
                                [VOTA_PROMISE_KEPT] = VOTA_EXIT_FAILED,
                                [VOTA_PROMISE_KEPT_LATE] = VOTA_EXIT_OK,
                                [VOTA_PROMISE_BROKEN] = VOTA_EXIT_OK,
                                [VOTA_PROMISE_NOT_VALID] = VOTA_EXIT_FAILED};
    return codes[outcome];
}

static void show(const struct breaching *breaching, const char *file,
                 const struct vota_breach *breach, const struct vota_breach_report *report)
{
    const struct vota_cli *cli = breaching->input.cli;
    const struct vota_breach_about about = {file, breach, report};
    if (cli->json)
        vota_breach_report_json(cli, &about);
    else
        vota_breach_report_print(cli, &about);
}

static void show_problems(const struct breaching *breaching)
{
    const struct vota_trusted *trusted = &breaching->input.trusted;
    for (size_t i = 0; i < trusted->problem_count; i++)
        vota_verify_report_problem(breaching->input.cli, &trusted->problems[i]);
}

/* ---- making ---- */

static void search(void *context, uint64_t done, uint64_t total)
{
    struct breaching *breaching = context;
    if (done == 0) {
        vota_progress_end(&breaching->progress);
        vota_progress_start(&breaching->progress, breaching->input.cli, "progress.searching",
                            total);
    }
    vota_progress_at(&breaching->progress, done);
}

static void write_breach(struct vota_wr *wr, const void *breach)
{
    vota_breach_json_write(wr, breach);
}

static int write_file(const struct breaching *breaching, const char *path)
{
    const struct vota_cli *cli = breaching->input.cli;
    struct vota_error err = {0};
    uint8_t *text = NULL;
    size_t len = 0;
    if (vota_canon_make(&text, &len, write_breach, &breaching->made.about) != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    enum vota_status status = len > VOTA_BREACH_MAX_BYTES
                                  ? vota_fail(&err, VOTA_LIMIT, "file", "too-long")
                                  : vota_directory_write(path, text, len, 0644, &err);
    free(text);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.file", "file", path, NULL);
    return VOTA_EXIT_OK;
}

static int make(struct breaching *breaching, const char *path)
{
    const struct vota_verify_input *input = &breaching->input;
    const struct vota_trusted_sources sources = vota_verify_input_sources(input);
    const struct vota_breach_progress progress = {search, breaching};
    struct vota_breach_made *made = &breaching->made;
    struct vota_error err = {0};
    const enum vota_status status =
        vota_breach_make(made, &breaching->receipt, &input->trusted, &sources, &progress, &err);
    vota_progress_end(&breaching->progress);
    if (status != VOTA_OK)
        return vota_cli_fail_error(input->cli, &err, "error.breach", NULL);
    int code = exit_of(made->report.outcome);
    if (code == VOTA_EXIT_OK)
        code = write_file(breaching, path);
    if (exit_of(made->report.outcome) == VOTA_EXIT_OK && code != VOTA_EXIT_OK)
        return code;
    if (!input->cli->json)
        vota_cli_say(input->cli, code == VOTA_EXIT_OK ? "breach.made" : "breach.not-made", "file",
                     path, NULL);
    show(breaching, path, &made->about, &made->report);
    return code;
}

static int make_from(struct breaching *breaching, const char *file, const char *path)
{
    struct vota_error err = {0};
    uint8_t *cbor = NULL;
    size_t len = 0;
    enum vota_status status = vota_receipt_file_read(&cbor, &len, file, &err);
    if (status == VOTA_OK)
        status = vota_receipt_decode(&breaching->receipt, cbor, len, &err);
    int code = VOTA_EXIT_OK;
    if (status == VOTA_OK) {
        vota_verify_input_trust(&breaching->input);
        show_problems(breaching);
        code = make(breaching, path);
    } else {
        code = vota_cli_fail_error(breaching->input.cli, &err, "error.not-a-receipt", "file", file,
                                   NULL);
    }
    free(cbor);
    return code;
}

/* ---- judging ---- */

static int read_bundle(struct breaching *breaching, const char *path)
{
    struct vota_error err = {0};
    uint8_t *text = NULL;
    size_t len = 0;
    enum vota_status status = vota_directory_read(&text, &len, path, VOTA_BREACH_MAX_BYTES, &err);
    if (status == VOTA_OK)
        status = vota_breach_json_read(&breaching->copy, text, len, &err);
    free(text);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    (void)vota_cli_fail_error(breaching->input.cli, &err, "error.not-a-bundle", "file", path, NULL);
    return status == VOTA_BAD_INPUT || status == VOTA_LIMIT ? VOTA_EXIT_FAILED
                                                            : VOTA_EXIT_UNCHECKED;
}

/* Named by --contract, or one of the trust file's. */
static bool is_named(const struct vota_verify_input *input,
                     const struct vota_deployment *deployment)
{
    const struct vota_genesis *genesis = &deployment->genesis;
    if (input->has_named)
        return vota_named_fits(&input->named, genesis->chain_id, &deployment->chain_genesis,
                               &genesis->contract);
    return input->has_file &&
           vota_trust_json_find(&input->file.about, genesis->chain_id, &deployment->chain_genesis,
                                &genesis->contract) != NULL;
}

/* Whose block it is: said by the user or the trust file, else asked of the providers. */
static enum vota_breach_block ask_block(struct vota_verify_input *input,
                                        const struct vota_breach_contract *contract)
{
    static const enum vota_breach_block answers[] = {
        [VOTA_WITNESS_UNKNOWN] = VOTA_BREACH_BLOCK_UNKNOWN,
        [VOTA_WITNESS_FINAL] = VOTA_BREACH_BLOCK_FINAL,
        [VOTA_WITNESS_NOT_FINAL] = VOTA_BREACH_BLOCK_NOT_FINAL,
        [VOTA_WITNESS_GONE] = VOTA_BREACH_BLOCK_GONE};
    const uint64_t chain_id = contract->deployment.genesis.chain_id;
    const vota_hash *genesis = &contract->deployment.chain_genesis;
    struct vota_witness *witness = vota_witnesses_of(&input->witnesses, chain_id, genesis);
    struct vota_header header;
    if (vota_header_read(&header, contract->evidence.header, NULL) != VOTA_OK)
        return VOTA_BREACH_BLOCK_UNKNOWN;
    if (vota_trusted_knows_block(&input->trusted, chain_id, genesis, &header.hash))
        return VOTA_BREACH_BLOCK_FINAL;
    return witness == NULL ? VOTA_BREACH_BLOCK_UNKNOWN
                           : answers[vota_witness_ask(witness, header.number, &header.hash)];
}

static enum vota_status judge(struct breaching *breaching)
{
    const struct vota_breach_trust trust = {.contracts = breaching->believed,
                                            .shown = breaching->shown,
                                            .shown_count = breaching->shown_count,
                                            .recover = vota_trusted_recover};
    vota_breach_report_done(&breaching->report);
    return vota_breach_judge(&breaching->report, &breaching->copy.about, &trust);
}

/* The bundle's own journals, once it is known that they are the chain's. */
static size_t add_journals(struct breaching *breaching, const struct vota_trust *trust)
{
    const struct vota_breach *breach = &breaching->copy.about;
    size_t n = trust->journal_count;
    for (size_t i = 0; i < n; i++)
        breaching->journals[i] = trust->journals[i];
    for (size_t i = 0; i < breach->contract_count; i++) {
        const struct vota_breach_contract *contract = &breach->contracts[i];
        const struct vota_genesis *genesis = &contract->deployment.genesis;
        struct vota_trust_journal journal = {.length = genesis->pred_length + contract->length,
                                             .block = breaching->report.final_block,
                                             .time = breaching->report.final_time,
                                             .final = true,
                                             .journal = &breaching->told[i]};
        breaching->told[i] = (struct vota_journal){*genesis, contract->journal, contract->length};
        vota_journal_head(&journal.head, &breaching->told[i], contract->length);
        while (journal.contract < trust->contract_count &&
               !(trust->contracts[journal.contract].chain_id == genesis->chain_id &&
                 vota_addr_equal(&trust->contracts[journal.contract].address, &genesis->contract)))
            journal.contract++;
        if (journal.contract < trust->contract_count)
            breaching->journals[n++] = journal;
    }
    return n;
}

/* The batch that keeps the promise by a receipt, if it shows one: in time, or late. */
static void take_shown(struct breaching *breaching, const struct vota_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct vota_finding *finding = &report->findings[i];
        if (finding->code == VOTA_FINDING_PROMISE && finding->state != VOTA_NOT_VALID &&
            finding->number != 0 && breaching->shown_count < SHOWN_MAX)
            breaching->shown[breaching->shown_count++] =
                (struct vota_breach_shown){finding->number, finding->left_number};
    }
}

/* What a receipt of the bundle's record shows, held to the bundle's promise. */
static enum vota_status verify(struct breaching *breaching, struct vota_report *report,
                               const struct vota_wr *cbor, struct vota_error *err)
{
    struct vota_verify_input *input = &breaching->input;
    struct vota_trust trust;
    vota_trusted_evidence(&input->trusted, &breaching->receipt, &input->witnesses);
    vota_trusted_for(&trust, &input->trusted, &breaching->receipt);
    trust.journal_count = add_journals(breaching, &trust);
    trust.journals = breaching->journals;
    return vota_verify(report, cbor->to, cbor->len, &trust, err);
}

static enum vota_status look_at(struct breaching *breaching, const uint8_t *cbor, size_t len,
                                struct vota_error *err)
{
    struct vota_receipt *receipt = &breaching->receipt;
    struct vota_report *report = calloc(1, sizeof *report);
    uint8_t *again = malloc(VOTA_RECEIPT_MAX_BYTES);
    struct vota_wr wr = vota_wr_of(again, VOTA_RECEIPT_MAX_BYTES);
    vota_hash leaf;
    enum vota_status status = report == NULL || again == NULL
                                  ? vota_fail(err, VOTA_NO_MEMORY, "receipt", "no-memory")
                                  : vota_receipt_decode(receipt, cbor, len, err);
    if (status == VOTA_OK) {
        vota_leaf_hash(&leaf, &receipt->row);
        receipt->has_acceptance = true;
        receipt->acceptance = breaching->copy.about.acceptance;
        status = vota_receipt_encode(&wr, receipt, err);
    }
    if (status == VOTA_OK && vota_hash_equal(&leaf, &breaching->report.leaf))
        status = verify(breaching, report, &wr, err);
    if (status == VOTA_OK)
        take_shown(breaching, report);
    free(again);
    free(report);
    return status;
}

static int look_at_file(struct breaching *breaching, const char *file)
{
    const size_t before = breaching->shown_count;
    struct vota_error err = {0};
    uint8_t *cbor = NULL;
    size_t len = 0;
    enum vota_status status = vota_receipt_file_read(&cbor, &len, file, &err);
    if (status == VOTA_OK)
        status = look_at(breaching, cbor, len, &err);
    free(cbor);
    if (status != VOTA_OK)
        return vota_cli_fail_error(breaching->input.cli, &err, "error.not-a-receipt", "file", file,
                                   NULL);
    if (breaching->shown_count == before)
        vota_cli_warn(breaching->input.cli, "breach.receipt-says-nothing", "file", file, NULL);
    return VOTA_EXIT_OK;
}

/* Receipts that may refute the bundle, if there is something to refute. */
static int look_at_receipts(struct breaching *breaching)
{
    const struct vota_args *args = breaching->input.args;
    const struct vota_breach *breach = &breaching->copy.about;
    const size_t n = vota_args_count(args, "receipt");
    for (size_t i = 0; n > 0 && i < breach->contract_count; i++) {
        if (breaching->believed[i].named)
            (void)!vota_trusted_add(&breaching->input.trusted, &breach->contracts[i].deployment,
                                    NULL);
    }
    if (n > 0)
        vota_verify_input_trust(&breaching->input);
    for (size_t i = 0; i < n; i++) {
        const int code = look_at_file(breaching, vota_args_nth(args, "receipt", i));
        if (code != VOTA_EXIT_OK)
            return code;
    }
    return VOTA_EXIT_OK;
}

static int check(struct breaching *breaching, const char *path)
{
    struct vota_verify_input *input = &breaching->input;
    const struct vota_breach *breach = &breaching->copy.about;
    int code = read_bundle(breaching, path);
    if (code != VOTA_EXIT_OK)
        return code;
    for (size_t i = 0; i < breach->contract_count; i++)
        breaching->believed[i] =
            (struct vota_breach_believed){is_named(input, &breach->contracts[i].deployment),
                                          ask_block(input, &breach->contracts[i])};
    enum vota_status status = judge(breaching);
    /* Lists were looked into: the ground holds, and a receipt may say more than they do. */
    if (status == VOTA_OK && breaching->report.searched != NULL) {
        code = look_at_receipts(breaching);
        status = code == VOTA_EXIT_OK ? judge(breaching) : VOTA_OK;
    }
    show_problems(breaching);
    if (status != VOTA_OK)
        return vota_cli_fail(input->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    if (code != VOTA_EXIT_OK)
        return code;
    show(breaching, path, breach, &breaching->report);
    return exit_of(breaching->report.outcome);
}

/* ---- the command ---- */

static int act(struct breaching *breaching)
{
    const struct vota_args *args = breaching->input.args;
    const char *bundle = vota_args_value(args, "check");
    const char *output = vota_args_value(args, "output");
    if (bundle != NULL)
        return check(breaching, bundle);
    return make_from(breaching, args->positional[0], output);
}

/* A receipt with -o, or --check alone. */
static int misuse(struct vota_cli *cli, const struct vota_args *args)
{
    const bool checks = vota_args_has(args, "check");
    if (checks && args->n_positional > 0)
        return vota_cli_usage(cli, "error.too-many-arguments", args->positional[0], NULL);
    if (!checks && args->n_positional == 0)
        return vota_cli_usage(cli, "error.too-few-arguments", cli->action->synopsis, NULL);
    if (!checks && !vota_args_has(args, "output"))
        return vota_cli_usage(cli, "error.option-missing", "output", "FILE");
    return VOTA_EXIT_OK;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct breaching *breaching = calloc(1, sizeof *breaching);
    if (breaching == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = misuse(cli, args);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_open(&breaching->input, cli, args);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_connect(&breaching->input);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_block(&breaching->input);
    if (code == VOTA_EXIT_OK)
        code = act(breaching);
    vota_breach_made_done(&breaching->made);
    vota_breach_report_done(&breaching->report);
    vota_breach_copy_done(&breaching->copy);
    vota_verify_input_close(&breaching->input);
    free(breaching);
    return code;
}

static const struct vota_option options[] = {
    {.name = "output", .letter = 'o', .value = "FILE", .help = "help.breach.output"},
    {.name = "data", .value = "DIR", .help = "help.breach.data"},
    {.name = "predecessor-data",
     .repeat = true,
     .value = "DIR",
     .help = "help.breach.predecessor-data"},
    {.name = "rpc", .repeat = true, .value = "URL", .help = "help.verify.rpc"},
    {.name = "quorum", .value = "K", .help = "help.verify.quorum"},
    {.name = "contract", .value = "[NETWORK:]ADDRESS", .help = "help.verify.contract"},
    {.name = "trust", .value = "FILE", .help = "help.breach.trust"},
    {.name = "offline", .help = "help.breach.offline"},
    {.name = "block", .value = "HASH", .help = "help.verify.block"},
    {.name = "check", .value = "FILE", .help = "help.breach.check"},
    {.name = "receipt", .repeat = true, .value = "FILE", .help = "help.breach.receipt"},
};

static const struct vota_example examples[] = {
    {"help.breach.example-make", "breach my.receipt.json --data public --trust trust.json --rpc "
                                 "https://rpc.example.org -o broken.json"},
    {"help.breach.example-check",
     "breach --check broken.json --contract hoodi:0x5FbD...0aa3 --rpc https://rpc.example.org"},
};

static const struct vota_action actions[] = {{
    .synopsis = "RECEIPT --data DIR -o FILE | --check FILE [--receipt FILE]...",
    .summary = "help.breach.summary",
    .about = "help.breach.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 0,
    .max_args = 1,
    .exits = "help.breach.exits",
    .run = run,
}};

const struct vota_command vota_cmd_breach = {"breach", "help.breach.summary", VOTA_TABLE(actions)};
