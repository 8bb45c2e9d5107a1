/* SPDX-License-Identifier: Apache-2.0 */
/* What `verify` says of one receipt: see verify_report.h. */
#include "bridge/cli/verify_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/sides.h"
#include "bridge/cli/verdict.h"
#include "bridge/network.h"
#include "proof/answer.h"
#include "proof/hex.h"
#include "proof/word.h"

#define KEY_CAP 96u

/* The two sides of a finding, and the number it names, as people read them. */
struct names {
    char left[VOTA_SIDE_CAP];
    char right[VOTA_SIDE_CAP];
    char number[VOTA_SIDE_CAP];
};

static struct vota_sides sides_of(const struct vota_finding *finding)
{
    return (struct vota_sides){finding->compared, finding->left, finding->right,
                               finding->left_number, finding->right_number};
}

static void make_names(struct names *ret_names, const struct vota_cli *cli,
                       const struct vota_finding *finding)
{
    const struct vota_sides sides = sides_of(finding);
    vota_sides_text(ret_names->left, ret_names->right, cli, &sides);
    if (finding->code == VOTA_FINDING_PENDING) /* here the number is a time */
        vota_output_time(cli, ret_names->number, finding->number);
    else
        vota_output_number(ret_names->number, finding->number);
}

/* The network of a contract that was looked at, by its address in a finding. */
static const char *network_of(const struct vota_cli *cli, const struct vota_trust *trust,
                              const vota_hash *word)
{
    for (size_t i = 0; i < trust->contract_count; i++) {
        const struct vota_trust_contract *contract = &trust->contracts[i];
        const vota_hash other = vota_word_of_addr(&contract->address);
        if (vota_hash_equal(&other, word))
            return vota_text(cli, vota_network_text(contract->chain_id, &contract->chain_genesis));
    }
    return "";
}

/* The finding's sentence; heap that the caller frees, NULL without memory. */
static char *sentence_of(const struct vota_cli *cli, const struct vota_verify_report *about,
                         const struct vota_finding *finding)
{
    struct names names;
    char key[KEY_CAP];
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    make_names(&names, cli, finding);
    (void)snprintf(key, sizeof key, "finding.%s.%s", vota_finding_name(finding->code),
                   vota_verdict_name(finding->state));
    vota_text_print(cli, stream, key, "left", names.left, "right", names.right, "number",
                    names.number, "old", network_of(cli, about->trust, &finding->left), "new",
                    network_of(cli, about->trust, &finding->right), NULL);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

/* What no verdict on inclusion rests on, though its state may be the same. */
static bool is_beside(const struct vota_finding *finding)
{
    switch ((int)finding->code) {
    case VOTA_FINDING_DEFINITION_HASH: /* what a receipt need not carry is no reason for doubt */
    case VOTA_FINDING_OPENING_HASH:
        return finding->state == VOTA_NOT_CHECKED;
    case VOTA_FINDING_SUCCESSION:
    case VOTA_FINDING_FORKED:
    case VOTA_FINDING_PROMISE_LATE:
        return finding->state == VOTA_NOT_VALID;
    default:
        return false;
    }
}

/* The first finding of a report in a state: what its verdict rests on. NULL: none. */
static const struct vota_finding *first_in(const struct vota_report *report,
                                           enum vota_verdict state)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].state == state && !is_beside(&report->findings[i]))
            return &report->findings[i];
    }
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].state == state)
            return &report->findings[i];
    }
    return NULL;
}

/* The anchor that was proven: the one whose path was found to lead to its root. */
static const struct vota_finding *proven_path(const struct vota_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].code == VOTA_FINDING_PATH_ROOT &&
            report->findings[i].state == VOTA_VALID)
            return &report->findings[i];
    }
    return NULL;
}

static const struct vota_finding *of_anchor(const struct vota_report *report, size_t anchor,
                                            enum vota_finding_code code)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct vota_finding *finding = &report->findings[i];
        if (finding->anchor == anchor && finding->code == code && finding->state == VOTA_VALID)
            return finding;
    }
    return NULL;
}

/* The block of the journal or head that an anchor was held to. */
static uint64_t journal_block(const struct vota_verify_report *about,
                              const struct vota_anchor *anchor, bool complete)
{
    const struct vota_trust *trust = about->trust;
    for (size_t i = 0; i < trust->journal_count; i++) {
        const struct vota_trust_journal *journal = &trust->journals[i];
        if (vota_addr_equal(&trust->contracts[journal->contract].address, &anchor->contract) &&
            (journal->journal != NULL) == complete)
            return journal->block;
    }
    return 0;
}

/* What was compared with what, when all of it held. */
static void print_valid(const struct vota_cli *cli, FILE *stream,
                        const struct vota_verify_report *about)
{
    const struct vota_finding *path = proven_path(about->report);
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    char hash[VOTA_HASH_HEX_CHARS + 1] = {0};
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    if (path == NULL)
        return;
    const struct vota_anchor *anchor = &about->receipt->anchors[path->anchor];
    const bool journal = of_anchor(about->report, path->anchor, VOTA_FINDING_JOURNAL_ENTRY) != NULL;
    const struct vota_finding *header =
        of_anchor(about->report, path->anchor, VOTA_FINDING_HEADER_HASH);
    const struct vota_witness *witness =
        vota_witnesses_of(about->witnesses, anchor->chain_id, &anchor->chain_genesis);
    const char *key = journal           ? "verify.valid.journal"
                      : header == NULL  ? "verify.valid.head"
                      : witness == NULL ? "verify.valid.block-offline"
                                        : "verify.valid.block-online";
    if (header != NULL)
        vota_hex_of_hash(hash, &header->left);
    vota_output_number(entry, anchor->entry.number);
    vota_output_number(block, journal_block(about, anchor, journal));
    vota_hex_of_addr(contract, &anchor->contract);
    char *words = vota_verdict_witness(cli, witness);
    vota_text_print(cli, stream, key, "entry", entry, "contract", contract, "block", block, "hash",
                    hash, "network",
                    vota_text(cli, vota_network_text(anchor->chain_id, &anchor->chain_genesis)),
                    "witness", words == NULL ? vota_text(cli, "audit.witness.trust") : words, NULL);
    free(words);
}

/* How a sentence that is not about something valid begins; `why` may be NULL. */
static const char *beginning(enum vota_verdict included, const struct vota_finding *why)
{
    if (included == VOTA_NOT_CHECKED)
        return "verify.not_checked";
    /* The receipt is what shows it: nothing in it is untrue. */
    return why != NULL && why->code == VOTA_FINDING_PROMISE_BROKEN ? "verify.broken"
                                                                   : "verify.not_valid";
}

/* The one sentence of a receipt; heap that the caller frees. */
static char *sentence(const struct vota_cli *cli, const struct vota_verify_report *about)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    if (about->report->included == VOTA_VALID) {
        print_valid(cli, stream, about);
    } else {
        const struct vota_finding *why = first_in(about->report, about->report->included);
        char *reason = why == NULL ? NULL : sentence_of(cli, about, why);
        vota_text_print(cli, stream, beginning(about->report->included, why), "finding",
                        reason == NULL ? "" : reason, NULL);
        free(reason);
    }
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

/* Who answered for the network that the answer rests on; NULL: nobody. */
static const struct vota_witness *witness_of(const struct vota_verify_report *about)
{
    const struct vota_receipt *receipt = about->receipt;
    const struct vota_finding *path = proven_path(about->report);
    const size_t i = path == NULL ? 0 : path->anchor;
    if (i < receipt->anchor_count)
        return vota_witnesses_of(about->witnesses, receipt->anchors[i].chain_id,
                                 &receipt->anchors[i].chain_genesis);
    return receipt->has_acceptance
               ? vota_witnesses_of(about->witnesses, receipt->acceptance.chain_id, NULL)
               : NULL;
}

/* The code of docs/ANSWERS.md. */
static const char *answer_code(const struct vota_verify_report *about)
{
    const struct vota_witness *witness = witness_of(about);
    return vota_answer_name(vota_answer_of(about->report), witness != NULL && witness->agreed == 1);
}

/* The code and its title, by which a picture of this can be looked up. */
static void print_code(const struct vota_cli *cli, const struct vota_verify_report *about)
{
    const char *code = answer_code(about);
    char key[KEY_CAP];
    (void)snprintf(key, sizeof key, "answer.%s.title", code);
    (void)fputs("  ", cli->out);
    vota_output_style(cli, vota_verdict_style(vota_answer_verdict(vota_answer_of(about->report))));
    (void)fputs(code, cli->out);
    vota_output_plain(cli);
    (void)fputs("  ", cli->out);
    vota_output_wrap(cli, vota_text(cli, key), 2 + strlen(code) + 2, 2 + strlen(code) + 2);
}

static void print_answer(const struct vota_cli *cli, const char *label, enum vota_verdict verdict,
                         const char *word)
{
    const char *text = vota_text(cli, label);
    (void)fprintf(cli->out, "  %s", text);
    vota_output_spaces(cli->out,
                       12 - (vota_output_width(text) < 11 ? vota_output_width(text) : 11));
    vota_output_style(cli, vota_verdict_style(verdict));
    (void)fputs(word, cli->out);
    vota_output_plain(cli);
    (void)fputc('\n', cli->out);
}

static void print_verdict(const struct vota_cli *cli, const char *label, enum vota_verdict verdict)
{
    print_answer(cli, label, verdict, vota_verdict_word(cli, verdict));
}

static void print_finding(const struct vota_cli *cli, const struct vota_verify_report *about,
                          const struct vota_finding *finding)
{
    char *text = sentence_of(cli, about, finding);
    vota_sides_print(cli, finding->state, text);
    free(text);
}

/* Each network for itself, where there are several. */
static void print_anchors(const struct vota_cli *cli, const struct vota_verify_report *about)
{
    const struct vota_receipt *receipt = about->receipt;
    for (size_t i = 0; i < receipt->anchor_count && receipt->anchor_count > 1; i++) {
        const struct vota_anchor *anchor = &receipt->anchors[i];
        const enum vota_verdict verdict = about->report->anchors[i];
        char entry[VOTA_OUTPUT_NUMBER_CAP];
        vota_output_number(entry, anchor->entry.number);
        (void)fputs("    ", cli->out);
        vota_output_style(cli, vota_verdict_style(verdict));
        (void)fputs(vota_verdict_word(cli, verdict), cli->out);
        vota_output_plain(cli);
        (void)fputs("  ", cli->out);
        vota_cli_say(cli, "verify.anchor", "entry", entry, "network",
                     vota_text(cli, vota_network_text(anchor->chain_id, &anchor->chain_genesis)),
                     NULL);
    }
}

/* What is known of a promise; nothing is said where a receipt has none. */
static void print_promise(const struct vota_cli *cli, const struct vota_verify_report *about)
{
    static const enum vota_verdict verdicts[] = {[VOTA_PROMISE_NOT_CHECKED] = VOTA_NOT_CHECKED,
                                                 [VOTA_PROMISE_KEPT] = VOTA_VALID,
                                                 [VOTA_PROMISE_KEPT_LATE] = VOTA_NOT_VALID,
                                                 [VOTA_PROMISE_BROKEN] = VOTA_NOT_VALID,
                                                 [VOTA_PROMISE_NOT_VALID] = VOTA_NOT_CHECKED};
    static const char *const words[] = {[VOTA_PROMISE_NOT_CHECKED] = "promise.not-checked",
                                        [VOTA_PROMISE_KEPT] = "promise.kept",
                                        [VOTA_PROMISE_KEPT_LATE] = "promise.kept-late",
                                        [VOTA_PROMISE_BROKEN] = "promise.broken",
                                        [VOTA_PROMISE_NOT_VALID] = "promise.not-checked"};
    const enum vota_promise_outcome outcome = about->report->promise;
    if (about->receipt->has_acceptance)
        print_answer(cli, "verify.promise", verdicts[outcome], vota_text(cli, words[outcome]));
}

void vota_verify_report_print(const struct vota_cli *cli, const struct vota_verify_report *about)
{
    const struct vota_report *report = about->report;
    char *text = sentence(cli, about);
    vota_output_style(cli, VOTA_STYLE_BOLD);
    vota_text_write_safe(cli->out, about->file);
    vota_output_plain(cli);
    (void)fputc('\n', cli->out);
    print_code(cli, about);
    print_verdict(cli, "verify.included", report->included);
    print_anchors(cli, about);
    print_verdict(cli, "verify.standing", report->standing);
    print_promise(cli, about);
    (void)fputs("  ", cli->out);
    vota_output_wrap(cli, text == NULL ? "" : text, 2, 2);
    free(text);
    for (size_t i = 0; !about->brief && i < report->finding_count; i++)
        print_finding(cli, about, &report->findings[i]);
    if (about->receipt->has_opening) {
        (void)fputs("  ", cli->out);
        vota_output_wrap(cli, vota_text(cli, "verify.full"), 2, 2);
    }
}

static void json_finding(struct vota_json *json, const struct vota_cli *cli,
                         const struct vota_verify_report *about, const struct vota_finding *finding)
{
    const struct vota_sides sides = sides_of(finding);
    char *text = sentence_of(cli, about, finding);
    vota_json_object(json, NULL);
    vota_json_text(json, "code", vota_finding_name(finding->code));
    vota_json_text(json, "state", vota_verdict_name(finding->state));
    if (finding->anchor != VOTA_NO_ANCHOR)
        vota_json_number(json, "anchor", finding->anchor);
    if (finding->number != 0)
        vota_json_number(json, "number", finding->number);
    vota_sides_json(json, &sides);
    vota_json_text(json, "sentence", text);
    vota_json_end(json);
    free(text);
}

static void json_promise(struct vota_json *json, const struct vota_verify_report *about)
{
    static const char *const names[] = {[VOTA_PROMISE_NOT_CHECKED] = "not_checked",
                                        [VOTA_PROMISE_KEPT] = "kept",
                                        [VOTA_PROMISE_KEPT_LATE] = "kept_late",
                                        [VOTA_PROMISE_BROKEN] = "broken",
                                        [VOTA_PROMISE_NOT_VALID] = "not_checked"};
    if (about->receipt->has_acceptance)
        vota_json_text(json, "promise", names[about->report->promise]);
}

static void json_anchors(struct vota_json *json, const struct vota_verify_report *about)
{
    vota_json_array(json, "anchors");
    for (size_t i = 0; i < about->receipt->anchor_count; i++) {
        const struct vota_anchor *anchor = &about->receipt->anchors[i];
        vota_json_object(json, NULL);
        vota_json_number(json, "chain_id", anchor->chain_id);
        vota_json_addr(json, "contract", &anchor->contract);
        vota_json_number(json, "entry", anchor->entry.number);
        vota_json_text(json, "included", vota_verdict_name(about->report->anchors[i]));
        vota_json_end(json);
    }
    vota_json_end(json);
}

void vota_verify_report_json(struct vota_json *json, const struct vota_cli *cli,
                             const struct vota_verify_report *about)
{
    const struct vota_report *report = about->report;
    char *text = sentence(cli, about);
    vota_json_object(json, NULL);
    vota_json_text(json, "file", about->file);
    vota_json_text(json, "answer", answer_code(about));
    vota_json_text(json, "included", vota_verdict_name(report->included));
    vota_json_text(json, "standing", vota_verdict_name(report->standing));
    json_promise(json, about);
    json_anchors(json, about);
    vota_json_hash(json, "leaf", &report->leaf);
    vota_json_text(json, "sentence", text);
    vota_json_array(json, "findings");
    for (size_t i = 0; i < report->finding_count; i++)
        json_finding(json, cli, about, &report->findings[i]);
    vota_json_end(json);
    vota_json_end(json);
    free(text);
}

void vota_verify_report_problem(const struct vota_cli *cli,
                                const struct vota_trusted_problem *problem)
{
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    vota_hex_of_addr(contract, &problem->contract);
    vota_cli_warn(cli, problem->key, "contract", contract, "provider", problem->provider, "reason",
                  vota_cli_reason(cli, problem->error.text), NULL);
}
