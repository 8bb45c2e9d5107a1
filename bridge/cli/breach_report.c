/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a breach bundle: see breach_report.h. */
#include "bridge/cli/breach_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/sides.h"
#include "bridge/cli/verdict.h"
#include "bridge/network.h"
#include "proof/hex.h"

#define KEY_CAP 96u

/* ---- one finding ---- */

/* What a sentence may name; empty where the finding does not concern it. */
struct names {
    char left[VOTA_SIDE_CAP], right[VOTA_SIDE_CAP];
    char entry[VOTA_OUTPUT_NUMBER_CAP], number[VOTA_OUTPUT_NUMBER_CAP];
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    const char *network;
};

static struct vota_sides sides_of(const struct vota_breach_finding *finding)
{
    return (struct vota_sides){finding->compared, finding->left_hash, finding->right_hash,
                               finding->left, finding->right};
}

static void make_names(struct names *names, const struct vota_cli *cli,
                       const struct vota_breach *breach, const struct vota_breach_finding *finding)
{
    *names = (struct names){.network = ""};
    const struct vota_sides sides = sides_of(finding);
    vota_sides_text(names->left, names->right, cli, &sides);
    vota_output_number(names->entry, finding->entry);
    vota_output_number(names->number, finding->left); /* of a block, beside its hash */
    if (finding->contract >= breach->contract_count)
        return;
    const struct vota_deployment *deployment = &breach->contracts[finding->contract].deployment;
    vota_hex_of_addr(names->contract, &deployment->genesis.contract);
    names->network =
        vota_text(cli, vota_network_text(deployment->genesis.chain_id, &deployment->chain_genesis));
}

/* The finding's sentence; heap that the caller frees, NULL without memory. */
static char *sentence_of(const struct vota_cli *cli, const struct vota_breach_about *about,
                         const struct vota_breach_finding *finding)
{
    struct names names;
    char key[KEY_CAP];
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    /* Evidence has many reasons and one sentence. */
    const bool by_state = finding->reason[0] == '\0' || finding->code == VOTA_BREACH_STATE;
    if (stream == NULL)
        return NULL;
    make_names(&names, cli, about->breach, finding);
    (void)snprintf(key, sizeof key, "breach.finding.%s.%s", vota_breach_code_name(finding->code),
                   by_state ? vota_verdict_name(finding->state) : finding->reason);
    vota_text_print(cli, stream, key, "left", names.left, "right", names.right, "entry",
                    names.entry, "number", names.number, "contract", names.contract, "network",
                    names.network, "reason", finding->reason, NULL);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

/* ---- the whole ---- */

/* The finding that decided where nothing was shown; NULL: none. */
static const struct vota_breach_finding *decisive(const struct vota_breach_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct vota_breach_finding *finding = &report->findings[i];
        if (finding->state != VOTA_VALID &&
            strcmp(vota_breach_code_name(finding->code), report->reason) == 0)
            return finding;
    }
    return NULL;
}

/* Why nothing is shown, as a sentence of its own; heap that the caller frees. */
static char *why(const struct vota_cli *cli, const struct vota_breach_about *about)
{
    const struct vota_breach_finding *finding = decisive(about->report);
    char key[KEY_CAP];
    if (finding != NULL)
        return sentence_of(cli, about, finding);
    (void)snprintf(key, sizeof key, "breach.missing.%s", about->report->reason);
    return about->report->reason[0] == '\0' ? NULL : strdup(vota_text(cli, key));
}

/* The sentence on top, written to a stream. */
static void write_sentence(const struct vota_cli *cli, FILE *stream,
                           const struct vota_breach_about *about)
{
    const struct vota_breach_report *report = about->report;
    char times[4][VOTA_SIDE_CAP];
    char numbers[4][VOTA_OUTPUT_NUMBER_CAP];
    char key[KEY_CAP];
    const bool shown = report->is_shown && report->outcome == VOTA_PROMISE_KEPT_LATE;
    char *finding = why(cli, about);
    (void)snprintf(key, sizeof key, "breach.sentence.%s%s",
                   vota_breach_outcome_name(report->outcome), shown ? ".shown" : "");
    vota_output_time(cli, times[0], about->breach->acceptance.accepted_at);
    vota_output_time(cli, times[1], about->breach->acceptance.anchor_by);
    vota_output_time(cli, times[2], report->final_time);
    vota_output_time(cli, times[3], report->time);
    vota_output_number(numbers[0], report->searched_count);
    vota_output_number(numbers[1], report->searched_leaves);
    vota_output_number(numbers[2], report->final_block);
    vota_output_number(numbers[3], report->entry);
    vota_text_print(cli, stream, key, "accepted", times[0], "by", times[1], "time", times[2],
                    "when", times[3], "batches", numbers[0], "leaves", numbers[1], "block",
                    numbers[2], "entry", numbers[3], "finding", finding == NULL ? "" : finding,
                    NULL);
    free(finding);
}

/* Heap that the caller frees; NULL without memory. */
static char *sentence(const struct vota_cli *cli, const struct vota_breach_about *about)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    write_sentence(cli, stream, about);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

static void print_outcome(const struct vota_cli *cli, const struct vota_breach_report *report)
{
    static const enum vota_style styles[] = {[VOTA_PROMISE_NOT_CHECKED] = VOTA_STYLE_DOUBT,
                                             [VOTA_PROMISE_KEPT] = VOTA_STYLE_GOOD,
                                             [VOTA_PROMISE_KEPT_LATE] = VOTA_STYLE_BAD,
                                             [VOTA_PROMISE_BROKEN] = VOTA_STYLE_BAD,
                                             [VOTA_PROMISE_NOT_VALID] = VOTA_STYLE_DOUBT};
    char key[KEY_CAP];
    (void)snprintf(key, sizeof key, "breach.outcome.%s", vota_breach_outcome_name(report->outcome));
    vota_output_style(cli, styles[report->outcome]);
    (void)fputs(vota_text(cli, key), cli->out);
    vota_output_plain(cli);
    (void)fputc('\n', cli->out);
}

static void print_finding(const struct vota_cli *cli, const struct vota_breach_about *about,
                          const struct vota_breach_finding *finding)
{
    char *text = sentence_of(cli, about, finding);
    vota_sides_print(cli, finding->state, text);
    free(text);
}

void vota_breach_report_print(const struct vota_cli *cli, const struct vota_breach_about *about)
{
    char *text = sentence(cli, about);
    print_outcome(cli, about->report);
    (void)fputs("  ", cli->out);
    vota_output_wrap(cli, text == NULL ? "" : text, 2, 2);
    free(text);
    for (size_t i = 0; i < about->report->finding_count; i++)
        print_finding(cli, about, &about->report->findings[i]);
}

/* ---- for scripts ---- */

static void json_finding(struct vota_json *json, const struct vota_cli *cli,
                         const struct vota_breach_about *about,
                         const struct vota_breach_finding *finding)
{
    const struct vota_sides sides = sides_of(finding);
    char *text = sentence_of(cli, about, finding);
    vota_json_object(json, NULL);
    vota_json_text(json, "code", vota_breach_code_name(finding->code));
    vota_json_text(json, "state", vota_verdict_name(finding->state));
    if (finding->contract != VOTA_BREACH_NO_CONTRACT)
        vota_json_number(json, "contract", finding->contract);
    if (finding->entry != 0)
        vota_json_number(json, "entry", finding->entry);
    if (finding->reason[0] != '\0')
        vota_json_text(json, "reason", finding->reason);
    vota_sides_json(json, &sides);
    vota_json_text(json, "sentence", text);
    vota_json_end(json);
    free(text);
}

static void json_numbers(struct vota_json *json, const char *name, const uint64_t *numbers,
                         size_t n)
{
    vota_json_array(json, name);
    for (size_t i = 0; i < n; i++)
        vota_json_number(json, NULL, numbers[i]);
    vota_json_end(json);
}

static void json_facts(struct vota_json *json, const struct vota_breach_about *about)
{
    const struct vota_breach_report *report = about->report;
    const struct vota_acceptance *acceptance = &about->breach->acceptance;
    if (about->breach->contract_count == 0)
        return;
    vota_json_number(json, "chain_id", acceptance->chain_id);
    vota_json_addr(json, "contract", &acceptance->contract);
    vota_json_hash(json, "leaf", &report->leaf);
    vota_json_addr(json, "signer", &report->signer);
    vota_json_time(json, "accepted_at", acceptance->accepted_at);
    vota_json_time(json, "anchor_by", acceptance->anchor_by);
    vota_json_number(json, "final_block", report->final_block);
    vota_json_time(json, "final_time", report->final_time);
    json_numbers(json, "searched", report->searched, report->searched_count);
    json_numbers(json, "withheld", report->withheld, report->withheld_count);
}

void vota_breach_report_json(const struct vota_cli *cli, const struct vota_breach_about *about)
{
    const struct vota_breach_report *report = about->report;
    struct vota_json json;
    char *text = sentence(cli, about);
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "file", about->file);
    vota_json_text(&json, "outcome", vota_breach_outcome_name(report->outcome));
    vota_json_text(&json, "reason", report->reason);
    if (report->entry != 0) {
        vota_json_number(&json, "entry", report->entry);
        vota_json_time(&json, "time", report->time);
        vota_json_bool(&json, "shown", report->is_shown);
    }
    json_facts(&json, about);
    vota_json_text(&json, "sentence", text);
    vota_json_array(&json, "findings");
    for (size_t i = 0; i < report->finding_count; i++)
        json_finding(&json, cli, about, &report->findings[i]);
    vota_json_end(&json);
    vota_json_finish(&json);
    free(text);
}
