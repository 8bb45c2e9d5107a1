/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `site check` in words: see site_report.h. The reason is the code of the file
 * that differs or could not be read (site.h), "no-data", or a document's
 * (audit_document.h); "anchored" stands for the one good answer.
 */
#include "bridge/cli/site_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/cli/verdict.h"
#include "proof/hex.h"

#define KEY_CAP 64u

/* The first file with this verdict; NULL: none. */
static const struct vota_site_file *first_with(const struct vota_site *site,
                                               enum vota_verdict verdict)
{
    for (size_t i = 0; i < site->n; i++) {
        if (vota_site_verdict(site->files[i].found) == verdict)
            return &site->files[i];
    }
    return NULL;
}

void vota_site_report_judge(struct vota_site_report *report)
{
    const struct vota_site_file *differs = first_with(report->site, VOTA_NOT_VALID);
    const struct vota_site_file *unchecked = first_with(report->site, VOTA_NOT_CHECKED);
    const enum vota_verdict anchored =
        report->document == NULL ? VOTA_NOT_CHECKED : report->document->verdict;
    report->verdict = VOTA_NOT_CHECKED;
    if (differs != NULL) {
        report->verdict = VOTA_NOT_VALID;
        report->reason = vota_site_found_name(differs->found);
    } else if (anchored != VOTA_NOT_VALID && unchecked != NULL) {
        report->reason = vota_site_found_name(unchecked->found);
    } else {
        report->verdict = anchored;
        report->reason = report->document == NULL
                             ? "no-data"
                             : vota_document_reason_name(report->document->reason);
    }
}

static void write_sha256(char ret_digits[65], const uint8_t sha256[32])
{
    struct vota_wr wr = vota_wr_of(ret_digits, 64);
    vota_hex_write_bare(&wr, sha256, 32);
    ret_digits[64] = '\0';
}

/* ---- for people ---- */

static void print_answer(const struct vota_cli *cli, const struct vota_site_report *report)
{
    const struct vota_site_file *file = first_with(report->site, report->verdict);
    char key[KEY_CAP];
    vota_output_style(cli, vota_verdict_style(report->verdict));
    (void)snprintf(key, sizeof key, "site.answer.%s", vota_verdict_name(report->verdict));
    vota_cli_say(cli, key, "place", report->place, NULL);
    vota_output_plain(cli);
    (void)snprintf(key, sizeof key, "site.reason.%s", report->reason);
    vota_cli_say(cli, key, "file", file == NULL ? VOTA_SITE_NAME : file->path, NULL);
}

static void print_record(const struct vota_cli *cli, const struct vota_site_report *report)
{
    const struct vota_document *document = report->document;
    char digits[65];
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    char time[VOTA_OUTPUT_TIME_CAP];
    char as_of_block[VOTA_OUTPUT_NUMBER_CAP];
    char as_of_time[VOTA_OUTPUT_TIME_CAP];
    char *witness = vota_verdict_witness(cli, report->witness);
    write_sha256(digits, report->site->document);
    const bool has_block = document != NULL && document->as_of_block > 0;
    const bool anchored = document != NULL && document->verdict == VOTA_VALID;
    if (has_block) {
        vota_output_number(as_of_block, document->as_of_block);
        vota_output_time(cli, as_of_time, document->as_of_time);
    }
    if (anchored) {
        vota_output_number(entry, document->entry);
        vota_output_number(block, document->block);
        vota_output_time(cli, time, document->time);
    }
    const struct vota_table_line fields[] = {
        {"site.field.document", digits},
        {"site.field.register", anchored ? document->register_id : NULL},
        {"site.field.entry", anchored ? entry : NULL},
        {"site.field.block", anchored ? block : NULL},
        {"site.field.time", anchored ? time : NULL},
        {"site.field.as-of-block", has_block ? as_of_block : NULL},
        {"site.field.as-of-time", has_block ? as_of_time : NULL},
        {"site.field.witness", has_block ? witness : NULL},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
    free(witness);
}

static void print_files(const struct vota_cli *cli, const struct vota_site *site)
{
    static const struct vota_column columns[] = {
        {"site.column.file", false}, {"site.column.bytes", true}, {"site.column.found", false}};
    struct vota_table table;
    enum vota_status status = VOTA_OK;
    vota_table_init(&table, VOTA_TABLE(columns));
    for (size_t i = 0; i < site->n && status == VOTA_OK; i++) {
        const struct vota_site_file *file = &site->files[i];
        char bytes[VOTA_OUTPUT_NUMBER_CAP];
        char key[KEY_CAP];
        vota_output_number(bytes, file->bytes);
        (void)snprintf(key, sizeof key, "site.found.%s", vota_site_found_name(file->found));
        const char *const cells[] = {file->path, bytes, vota_text(cli, key)};
        status = vota_table_add(&table, cells);
    }
    if (status == VOTA_OK)
        vota_table_print(&table, cli);
    vota_table_done(&table);
}

void vota_site_report_print(const struct vota_cli *cli, const struct vota_site_report *report)
{
    const struct vota_document *document = report->document;
    char number[VOTA_OUTPUT_NUMBER_CAP];
    print_answer(cli, report);
    print_record(cli, report);
    print_files(cli, report->site);
    if (document == NULL || document->verdict != VOTA_VALID)
        return;
    if (document->still_open)
        vota_cli_say(cli, "site.still-open", "register", document->register_id, NULL);
    if (document->newer_entry == 0)
        return;
    vota_output_number(number, document->newer_entry);
    vota_cli_warn(cli, "warning.site-newer", "entry", number, NULL);
}

/* ---- for scripts ---- */

static void json_files(struct vota_json *json, const struct vota_site *site)
{
    char digits[65];
    vota_json_array(json, "files");
    for (size_t i = 0; i < site->n; i++) {
        const struct vota_site_file *file = &site->files[i];
        const bool was_read = file->found == VOTA_SITE_SAME || file->found == VOTA_SITE_DIFFERS;
        vota_json_object(json, NULL);
        vota_json_text(json, "path", file->path);
        vota_json_text(json, "found", vota_site_found_name(file->found));
        if (was_read) {
            write_sha256(digits, file->sha256);
            vota_json_number(json, "bytes", file->bytes);
            vota_json_text(json, "sha256", digits);
        }
        if (file->fault != NULL)
            vota_json_text(json, "fault", file->fault);
        vota_json_end(json);
    }
    vota_json_end(json);
}

static void json_record(struct vota_json *json, const struct vota_document *document)
{
    vota_json_object(json, "record");
    vota_json_text(json, "register", document->register_id);
    vota_json_hash(json, "register_hash", &document->register_hash);
    vota_json_hash(json, "leaf", &document->leaf);
    vota_json_number(json, "entry", document->entry);
    vota_json_number(json, "block", document->block);
    vota_json_time(json, "time", document->time);
    vota_json_bool(json, "register_open", document->still_open);
    if (document->newer_entry > 0)
        vota_json_number(json, "newer_entry", document->newer_entry);
    vota_json_end(json);
}

void vota_site_report_json(const struct vota_cli *cli, const struct vota_site_report *report)
{
    const struct vota_document *document = report->document;
    struct vota_json json;
    char digits[65];
    write_sha256(digits, report->site->document);
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "site", vota_verdict_name(report->verdict));
    vota_json_text(&json, "reason", report->reason);
    vota_json_text(&json, "document_sha256", digits);
    json_files(&json, report->site);
    if (document != NULL && document->as_of_block > 0) {
        vota_json_number(&json, "as_of_block", document->as_of_block);
        vota_json_time(&json, "as_of_time", document->as_of_time);
    }
    if (document != NULL && document->verdict == VOTA_VALID)
        json_record(&json, document);
    vota_json_finish(&json);
}
