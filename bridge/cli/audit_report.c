/* SPDX-License-Identifier: Apache-2.0 */
/* What `audit` says: see audit_report.h. */
#include "bridge/cli/audit_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "bridge/cli/audit_finding_text.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/cli/verdict.h"
#include "bridge/network.h"
#include "proof/hex.h"
#include "proof/word.h"

#define KEY_CAP 64u

/* How many findings are in a state, those that were not kept included. */
static uint64_t count_in(const struct vota_audit *audit, enum vota_verdict state)
{
    const struct vota_audit_findings *findings = &audit->findings;
    uint64_t n = 0;
    for (size_t i = 0; i < findings->n; i++)
        n += findings->items[i].state == state && !findings->items[i].notice;
    return n;
}

static const char *network_of(const struct vota_cli *cli, const struct vota_audit *audit)
{
    const struct vota_deployment *deployment = &audit->proven.deployment;
    if (audit->has_chain || !audit->has_deployment)
        return vota_text(cli,
                         vota_network_text(audit->chain.chain_id, &audit->chain.chain_genesis));
    return vota_text(cli,
                     vota_network_text(deployment->genesis.chain_id, &deployment->chain_genesis));
}

/* ---- headline ---- */

enum { ENTRIES, BATCHES, ROWS, REGISTERS, BLOCK, DIFFERENCES, UNCHECKED, NUMBERS };

/* Over the line, but for the block, which is the last one's. */
static void add_up(uint64_t numbers[NUMBERS], const struct vota_audit_line *line)
{
    const struct vota_audit *last = vota_audit_line_last(line);
    for (size_t i = 0; i < line->n; i++) {
        const struct vota_audit *audit = &line->members[i];
        numbers[ENTRIES] += audit->length;
        numbers[BATCHES] += audit->batch_count;
        numbers[ROWS] += audit->rows;
        numbers[DIFFERENCES] += count_in(audit, VOTA_NOT_VALID);
        numbers[UNCHECKED] += count_in(audit, VOTA_NOT_CHECKED);
    }
    numbers[REGISTERS] = last->register_count;
    numbers[BLOCK] = last->chain.block;
}

static void print_headline(const struct vota_cli *cli, const struct vota_audit_line *line)
{
    const struct vota_audit *audit = vota_audit_line_last(line);
    const enum vota_verdict overall = vota_audit_line_overall(line);
    uint64_t numbers[NUMBERS] = {0};
    char texts[VOTA_COUNT(numbers)][VOTA_OUTPUT_NUMBER_CAP];
    char key[KEY_CAP];
    char *witness = vota_verdict_witness(cli, audit->input.witness);
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    add_up(numbers, line);
    for (size_t i = 0; i < VOTA_COUNT(numbers); i++)
        vota_output_number(texts[i], numbers[i]);
    (void)snprintf(key, sizeof key, "audit.headline.%s", vota_verdict_name(overall));
    if (stream != NULL) {
        vota_text_print(
            cli, stream, key, "entries", texts[ENTRIES], "batches", texts[BATCHES], "rows",
            texts[ROWS], "registers", texts[REGISTERS], "block", texts[BLOCK], "differences",
            texts[DIFFERENCES], "unchecked", texts[UNCHECKED], "network",
            vota_text(cli, vota_network_text(audit->chain.chain_id, &audit->chain.chain_genesis)),
            "witness", witness == NULL ? vota_text(cli, "audit.witness.trust") : witness, NULL);
        (void)fclose(stream);
    }
    vota_output_style(cli, vota_verdict_style(overall));
    (void)fputs(vota_verdict_word(cli, overall), cli->out);
    vota_output_plain(cli);
    (void)fputs("  ", cli->out);
    vota_output_wrap(cli, text == NULL ? "" : text, 2,
                     vota_output_width(vota_verdict_word(cli, overall)) + 2);
    free(text);
    free(witness);
}

static void print_parts(const struct vota_cli *cli, const struct vota_audit *audit)
{
    for (size_t i = 0; i < VOTA_AUDIT_PARTS; i++) {
        char key[KEY_CAP];
        (void)snprintf(key, sizeof key, "audit.part.%s",
                       vota_audit_part_name((enum vota_audit_part)i));
        const char *label = vota_text(cli, key);
        const size_t width = vota_output_width(label);
        (void)fprintf(cli->out, "  %s", label);
        vota_output_spaces(cli->out, width < 18 ? 18 - width : 1);
        vota_output_style(cli, vota_verdict_style(audit->findings.parts[i]));
        (void)fputs(vota_verdict_word(cli, audit->findings.parts[i]), cli->out);
        vota_output_plain(cli);
        (void)fputc('\n', cli->out);
    }
}

/* ---- registers ---- */

static const struct vota_lines_counts *published(const struct vota_audit *audit,
                                                 const struct vota_audit_register *reg)
{
    size_t place = 0;
    for (; reg->has_result && audit != NULL; audit = audit->before) {
        if (vota_lines_find(&audit->proven.lines, &place, reg->result_entry))
            return &audit->proven.lines.counts[place];
    }
    return NULL;
}

static void add_number(struct vota_table *table, const struct vota_cli *cli,
                       const struct vota_audit *audit, const struct vota_audit_register *reg,
                       size_t i)
{
    const struct vota_lines_counts *counts = published(audit, reg);
    char name[VOTA_AUDIT_LABEL_CAP];
    char theirs[VOTA_OUTPUT_NUMBER_CAP] = "";
    char ours[VOTA_OUTPUT_NUMBER_CAP] = "";
    char without[VOTA_OUTPUT_NUMBER_CAP] = "";
    vota_audit_finding_number(name, cli, reg, i);
    if (counts != NULL && i < counts->n)
        vota_output_number(theirs, counts->numbers[i]);
    if (reg->is_recounted)
        vota_output_number(ours, reg->numbers[i]);
    if (reg->is_recounted && reg->numbers_undisavowed != NULL)
        vota_output_number(without, reg->numbers_undisavowed[i]);
    const char *const cells[] = {name, theirs, ours, without};
    (void)!vota_table_add(table, cells);
}

static void print_register(const struct vota_cli *cli, const struct vota_audit *audit,
                           const struct vota_audit_register *reg)
{
    static const struct vota_column columns[] = {{"column.answer", false},
                                                 {"column.published", true},
                                                 {"column.recounted", true},
                                                 {"column.undisavowed", true}};
    const size_t shown = reg->numbers_undisavowed == NULL ? 3 : 4;
    const struct vota_definition *definition = reg->definition;
    struct vota_table table;
    char title[VOTA_AUDIT_LABEL_CAP];
    vota_audit_finding_label(title, cli->lang == VOTA_LANG_KO ? definition->title_ko
                                                              : definition->title_en);
    (void)fputc('\n', cli->out);
    vota_output_style(cli, VOTA_STYLE_BOLD);
    vota_text_write_safe(cli->out, title);
    vota_output_plain(cli);
    (void)fprintf(cli->out, " (%.*s)  ", (int)definition->id.len, (const char *)definition->id.at);
    if (reg->has_result) {
        vota_output_style(cli, vota_verdict_style(reg->state));
        (void)fputs(vota_verdict_word(cli, reg->state), cli->out);
        vota_output_plain(cli);
    } else {
        (void)fputs(vota_text(cli, "audit.no-result-yet"), cli->out);
    }
    (void)fputc('\n', cli->out);
    vota_table_init(&table, columns, shown);
    for (size_t i = 0; i < reg->n; i++)
        add_number(&table, cli, audit, reg, i);
    vota_table_print(&table, cli);
    vota_table_done(&table);
}

/* ---- findings ---- */

static void print_finding(const struct vota_cli *cli, const struct vota_audit *audit,
                          const struct vota_audit_finding *finding)
{
    static const char *const marks[] = {
        [VOTA_NOT_CHECKED] = "?", [VOTA_VALID] = "+", [VOTA_NOT_VALID] = "x"};
    char *text = vota_audit_finding_text(cli, audit, finding);
    (void)fputs("  ", cli->out);
    if (!finding->notice)
        vota_output_style(cli, vota_verdict_style(finding->state));
    (void)fputs(finding->notice ? "!" : marks[finding->state], cli->out);
    if (!finding->notice)
        vota_output_plain(cli);
    (void)fputc(' ', cli->out);
    vota_output_wrap(cli, text == NULL ? "" : text, 4, 4);
    free(text);
}

static void print_beyond(const struct vota_cli *cli, const struct vota_audit *audit)
{
    for (size_t i = 0; i < VOTA_FOUND_CODES; i++) {
        const uint64_t n = audit->findings.counts[i];
        char more[VOTA_OUTPUT_NUMBER_CAP];
        if (n <= VOTA_AUDIT_KEPT)
            continue;
        vota_output_number(more, n - VOTA_AUDIT_KEPT);
        (void)fputs("  ", cli->out);
        vota_cli_say(cli, "audit.more", "n", more, "code",
                     vota_audit_code_name((enum vota_audit_code)i), NULL);
    }
}

/* Which network stands behind which entries. */
static void print_member(const struct vota_cli *cli, const struct vota_audit *audit)
{
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    char first[VOTA_OUTPUT_NUMBER_CAP];
    char last[VOTA_OUTPUT_NUMBER_CAP];
    char rows[VOTA_OUTPUT_NUMBER_CAP];
    const uint64_t before = audit->proven.deployment.genesis.pred_length;
    vota_hex_of_addr(contract, &audit->input.named.address);
    vota_output_number(first, before + 1);
    vota_output_number(last, before + audit->length);
    vota_output_number(rows, audit->rows);
    (void)fputc('\n', cli->out);
    vota_cli_say(cli, audit->length > 0 ? "audit.member" : "audit.member-empty", "network",
                 network_of(cli, audit), "contract", contract, "first", first, "last", last, "rows",
                 rows, NULL);
}

static void print_findings(const struct vota_cli *cli, const struct vota_audit *audit)
{
    for (size_t i = 0; i < audit->findings.n; i++)
        print_finding(cli, audit, &audit->findings.items[i]);
    print_beyond(cli, audit);
}

void vota_audit_report_print(const struct vota_cli *cli, const struct vota_audit_line *line)
{
    const struct vota_audit *last = vota_audit_line_last(line);
    print_headline(cli, line);
    (void)fputc('\n', cli->out);
    print_parts(cli, last);
    for (size_t i = 0; i < last->register_count; i++)
        print_register(cli, last, &last->registers[i]);
    (void)fputc('\n', cli->out);
    vota_output_heading(cli, "audit.findings");
    for (size_t i = 0; i < line->n; i++) {
        if (line->n > 1)
            print_member(cli, &line->members[i]);
        print_findings(cli, &line->members[i]);
    }
}

/* ---- JSON ---- */

static void json_numbers(struct vota_json *json, const char *name, const uint64_t *numbers,
                         size_t n)
{
    if (numbers == NULL) {
        vota_json_null(json, name);
        return;
    }
    vota_json_array(json, name);
    for (size_t i = 0; i < n; i++)
        vota_json_number(json, NULL, numbers[i]);
    vota_json_end(json);
}

static void json_register(struct vota_json *json, const struct vota_audit *audit,
                          const struct vota_audit_register *reg)
{
    const struct vota_lines_counts *counts = published(audit, reg);
    vota_json_object(json, NULL);
    vota_json_text_of(json, "id", reg->definition->id);
    vota_json_hash(json, "register", &reg->hash);
    vota_json_number(json, "opened_by", audit->journal.entries[reg->opened].number);
    vota_json_number(json, "rows", reg->rows);
    vota_json_text(json, "state", reg->has_result ? vota_verdict_name(reg->state) : NULL);
    if (reg->has_result)
        vota_json_number(json, "result_entry", reg->result_entry);
    json_numbers(json, "published", counts == NULL ? NULL : counts->numbers,
                 counts == NULL ? 0 : counts->n);
    json_numbers(json, "recounted", reg->is_recounted ? reg->numbers : NULL, reg->n);
    json_numbers(json, "without_disavowals", reg->is_recounted ? reg->numbers_undisavowed : NULL,
                 reg->n);
    vota_json_object(json, "margin");
    vota_json_number(json, "d", reg->margin.d);
    if (reg->margin.has_margin)
        vota_json_number(json, "margin", reg->margin.margin);
    vota_json_bool(json, "confirmed", reg->margin.confirmed);
    vota_json_end(json);
    vota_json_end(json);
}

/* The two ends of a succession. */
static void json_ends(struct vota_json *json, const struct vota_audit_finding *finding)
{
    vota_addr old = {{0}};
    vota_addr successor = {{0}};
    (void)!vota_word_addr(&old, &finding->left_hash);
    (void)!vota_word_addr(&successor, &finding->right_hash);
    vota_json_addr(json, "old_contract", &old);
    vota_json_addr(json, "successor_contract", &successor);
}

static void json_finding(struct vota_json *json, const struct vota_cli *cli,
                         const struct vota_audit *audit, const struct vota_audit_finding *finding)
{
    char *text = vota_audit_finding_text(cli, audit, finding);
    vota_json_object(json, NULL);
    vota_json_text(json, "code", vota_audit_code_name(finding->code));
    vota_json_text(json, "part", vota_audit_part_name(vota_audit_part_of(finding->code)));
    vota_json_text(json, "state", finding->notice ? "notice" : vota_verdict_name(finding->state));
    if (finding->entry != 0)
        vota_json_number(json, "entry", finding->entry);
    if (finding->has_register)
        vota_json_hash(json, "register", &finding->register_hash);
    if (finding->row != 0)
        vota_json_number(json, "row", finding->row);
    if (finding->has_leaf)
        vota_json_hash(json, "leaf", &finding->leaf);
    if (finding->place.path[0] != '\0')
        vota_json_text(json, "file", finding->place.path);
    if (finding->place.line != 0)
        vota_json_number(json, "line", finding->place.line);
    if (finding->code == VOTA_FOUND_RESULT_NUMBER)
        vota_json_number(json, "number", finding->number);
    if (finding->compared == VOTA_COMPARED_HASHES) {
        vota_json_hash(json, "left", &finding->left_hash);
        vota_json_hash(json, "right", &finding->right_hash);
    } else if (finding->compared == VOTA_COMPARED_TIMES) {
        vota_json_time(json, "left", finding->left);
        vota_json_time(json, "right", finding->right);
    } else if (finding->compared == VOTA_COMPARED_ADDRESSES) {
        json_ends(json, finding);
    } else if (finding->compared == VOTA_COMPARED_NUMBERS) {
        vota_json_number(json, "left", finding->left);
        vota_json_number(json, "right", finding->right);
    }
    vota_json_text(json, "sentence", text);
    vota_json_end(json);
    free(text);
}

static void json_about(struct vota_json *json, const struct vota_audit *audit)
{
    vota_json_addr(json, "contract", &audit->input.named.address);
    if (audit->has_chain) {
        vota_json_number(json, "chain_id", audit->chain.chain_id);
        vota_json_hash(json, "chain_genesis", &audit->chain.chain_genesis);
        vota_json_number(json, "block", audit->chain.block);
        vota_json_time(json, "block_time", audit->chain.time);
        vota_json_hash(json, "head", &audit->chain.head);
    }
    vota_json_number(json, "providers_agreed",
                     audit->input.witness == NULL ? 0 : audit->input.witness->agreed);
    vota_json_number(json, "entries", audit->length);
    vota_json_number(json, "batches", audit->batch_count);
    vota_json_number(json, "rows", audit->rows);
    vota_json_number(json, "openings", audit->openings);
    vota_json_object(json, "parts");
    for (size_t i = 0; i < VOTA_AUDIT_PARTS; i++)
        vota_json_text(json, vota_audit_part_name((enum vota_audit_part)i),
                       vota_verdict_name(audit->findings.parts[i]));
    vota_json_end(json);
}

static void json_findings(struct vota_json *json, const struct vota_cli *cli,
                          const struct vota_audit *audit)
{
    vota_json_array(json, "findings");
    for (size_t i = 0; i < audit->findings.n; i++)
        json_finding(json, cli, audit, &audit->findings.items[i]);
    vota_json_end(json);
}

void vota_audit_report_json(const struct vota_cli *cli, const struct vota_audit_line *line)
{
    struct vota_json json;
    const struct vota_audit *last = vota_audit_line_last(line);
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "verdict", vota_verdict_name(vota_audit_line_overall(line)));
    json_about(&json, last);
    vota_json_array(&json, "registers");
    for (size_t i = 0; i < last->register_count; i++)
        json_register(&json, last, &last->registers[i]);
    vota_json_end(&json);
    json_findings(&json, cli, last);
    vota_json_array(&json, "predecessors");
    for (size_t i = 0; i + 1 < line->n; i++) {
        vota_json_object(&json, NULL);
        json_about(&json, &line->members[i]);
        json_findings(&json, cli, &line->members[i]);
        vota_json_end(&json);
    }
    vota_json_end(&json);
    vota_json_finish(&json);
}
