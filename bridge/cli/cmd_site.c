/* SPDX-License-Identifier: Apache-2.0 */
/* `site`: is the page that a city serves the one that was anchored? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/session.h"
#include "bridge/cli/site_report.h"
#include "bridge/cli/verify_line.h"
#include "bridge/cli/verify_report.h"
#include "bridge/publish/canon.h"
#include "bridge/url.h"
#include "bridge/utf8.h"
#include "proof/hex.h"
#include "proof/time.h"

#define TIMEOUT_MS  20000u
#define TEXT_MAX    1000u
#define ID_DIGITS   24u
#define STEP_NORMAL "published"

/* Where a site is. */
struct place {
    const char *text;
    bool is_url;
    struct vota_reader reader;
    struct vota_fetch *fetch;
    struct vota_site_source source;
};

static void place_close(struct place *place)
{
    vota_reader_close(&place->reader);
    vota_fetch_curl_free(place->fetch);
}

static int place_open_url(struct place *place, const struct vota_cli *cli)
{
    struct vota_error err = {0};
    const char *problem = vota_url_problem(place->text, false);
    const struct vota_transport_options options = {.url = place->text};
    if (problem == NULL && vota_fetch_curl_new(&place->fetch, &options, &err) != VOTA_OK)
        problem = err.text;
    if (problem != NULL)
        return vota_cli_fail(cli, VOTA_EXIT_USAGE, "error.site-url", "reason",
                             vota_cli_reason(cli, problem), NULL);
    place->source.fetch = place->fetch;
    return VOTA_EXIT_OK;
}

/* Close with place_close in every case. */
static int place_open(struct place *ret_place, const struct vota_cli *cli, const char *text)
{
    struct vota_error err = {0};
    *ret_place = (struct place){.text = text, .reader = {.fd = -1}};
    ret_place->source.timeout_ms = TIMEOUT_MS;
    ret_place->is_url = strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
    if (ret_place->is_url)
        return place_open_url(ret_place, cli);
    if (vota_reader_open(&ret_place->reader, text, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.publication", "dir", text, NULL);
    ret_place->source.reader = &ret_place->reader;
    return VOTA_EXIT_OK;
}

/* A site that cannot be read was not checked: nothing is said against it. */
static int look(struct vota_site *ret_site, const struct vota_cli *cli, const struct place *place)
{
    struct vota_error err = {0};
    if (vota_site_look(ret_site, &place->source, &err) == VOTA_OK)
        return VOTA_EXIT_OK;
    (void)vota_cli_fail_error(cli, &err, "error.site", "place", place->text, NULL);
    return VOTA_EXIT_UNCHECKED;
}

/* ---- record ---- */

struct site_record {
    const char *register_id, *id, *voter, *step, *title;
    char document[65];
    char cast_at[VOTA_TIME_CHARS + 1];
};

/* Members in the order of their keys, as everything canonical; an import takes them in any. */
static void write_record(struct vota_wr *wr, const void *object)
{
    const struct site_record *record = object;
    struct vota_canon canon = vota_canon_of(wr);
    const struct {
        const char *key, *value;
    } members[] = {{"cast_at", record->cast_at}, {"document_sha256", record->document},
                   {"id", record->id},           {"register", record->register_id},
                   {"step", record->step},       {"title", record->title},
                   {"voter", record->voter}};
    vota_canon_object(&canon, NULL);
    for (size_t i = 0; i < VOTA_COUNT(members); i++) {
        const char *value = members[i].value;
        if (value != NULL)
            vota_canon_text(&canon, members[i].key,
                            (struct vota_slice){(const uint8_t *)value, strlen(value)});
    }
    vota_canon_object_end(&canon);
}

static int print_record(const struct vota_cli *cli, const struct site_record *record)
{
    uint8_t *line = NULL;
    size_t len = 0;
    if (vota_canon_make(&line, &len, write_record, record) != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    (void)fwrite(line, 1, len, cli->out);
    (void)fputc('\n', cli->out);
    free(line);
    return VOTA_EXIT_OK;
}

static bool is_text(const char *text)
{
    const size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t point = 0;
        at += vota_utf8_next(&point, text + at, len - at);
        if (point == VOTA_UTF8_BAD)
            return false;
    }
    return len > 0 && len <= TEXT_MAX;
}

static int check_texts(const struct vota_cli *cli, const struct vota_args *args)
{
    static const char *const names[] = {"register", "id", "voter", "step", "title"};
    for (size_t i = 0; i < VOTA_COUNT(names); i++) {
        const char *text = vota_args_value(args, names[i]);
        if (text != NULL && !is_text(text))
            return vota_cli_usage(cli, "error.bad-text", names[i], NULL);
    }
    return VOTA_EXIT_OK;
}

static const char *or_else(const char *given, const char *otherwise)
{
    return given != NULL ? given : otherwise;
}

static int make_record(const struct vota_cli *cli, const struct vota_args *args,
                       const struct vota_site *site)
{
    char id[16 + ID_DIGITS] = {0};
    struct site_record record = {.register_id = vota_args_value(args, "register"),
                                 .voter = or_else(vota_args_value(args, "voter"), "site")};
    struct vota_wr wr = vota_wr_of(record.document, 64);
    vota_hex_write_bare(&wr, site->document, sizeof site->document);
    (void)snprintf(id, sizeof id, "site-%.*s", (int)ID_DIGITS, record.document);
    record.id = or_else(vota_args_value(args, "id"), id);
    record.step = or_else(vota_args_value(args, "step"), STEP_NORMAL);
    record.title = or_else(vota_args_value(args, "title"), vota_text(cli, "site.record.title"));
    vota_time_text(record.cast_at, vota_session_now());
    return print_record(cli, &record);
}

static int run_record(struct vota_cli *cli, const struct vota_args *args)
{
    struct place place;
    struct vota_site site = {.n = 0};
    int code = check_texts(cli, args);
    if (code != VOTA_EXIT_OK)
        return code;
    code = place_open(&place, cli, args->positional[0]);
    if (code == VOTA_EXIT_OK)
        code = look(&site, cli, &place);
    if (code == VOTA_EXIT_OK && site.verdict != VOTA_VALID)
        code = vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.site-differs", "place",
                             args->positional[0], NULL);
    if (code == VOTA_EXIT_OK)
        code = make_record(cli, args, &site);
    vota_site_done(&site);
    place_close(&place);
    return code;
}

/* ---- check ---- */

struct checking {
    struct place place;
    struct vota_site site;
    struct vota_verify_input input;
    struct vota_verify_line line;
    struct vota_audit_line audits; /* none: there is no data of a trusted contract */
    struct vota_document document;
    bool has_document;
};

/* A directory is its own data, unless other data was given. */
static int open_input(struct checking *checking, struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_verify_input *input = &checking->input;
    int code = vota_verify_input_open(input, cli, args);
    if (code == VOTA_EXIT_OK && !input->has_data && !checking->place.is_url)
        code = vota_verify_input_take(input, checking->place.text);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_connect(input);
    if (code == VOTA_EXIT_OK)
        code = vota_verify_input_block(input);
    if (code == VOTA_EXIT_OK)
        vota_verify_input_trust(input);
    return code;
}

static int look_for_document(struct checking *checking)
{
    struct vota_verify_input *input = &checking->input;
    const struct vota_verify_data *data = vota_verify_input_data(input);
    struct vota_error err = {0};
    for (size_t i = 0; i < input->trusted.problem_count; i++)
        vota_verify_report_problem(input->cli, &input->trusted.problems[i]);
    if (data == NULL)
        return VOTA_EXIT_OK;
    checking->has_document = true;
    if (!data->has_journal || !vota_verify_input_trusts(input, &data->deployment))
        return VOTA_EXIT_OK; /* no contract that is trusted */
    const struct vota_named named = {data->deployment.genesis.chain_id,
                                     data->deployment.chain_genesis,
                                     data->deployment.genesis.contract};
    vota_verify_line_make(&checking->line, input, &named, &data->reader);
    enum vota_status status =
        vota_audit_line_prepare(&checking->audits, checking->line.inputs, checking->line.n, &err);
    if (status == VOTA_OK)
        status = vota_audit_document(vota_audit_line_last(&checking->audits), &checking->document,
                                     checking->site.document);
    return status == VOTA_OK ? VOTA_EXIT_OK
                             : vota_cli_fail_error(input->cli, &err, "error.audit", NULL);
}

static int tell(const struct checking *checking, const struct vota_cli *cli)
{
    const struct vota_audit *audit = vota_audit_line_last(&checking->audits);
    struct vota_site_report report = {.place = checking->place.text,
                                      .site = &checking->site,
                                      .document =
                                          checking->has_document ? &checking->document : NULL,
                                      .witness = audit == NULL ? NULL : audit->input.witness};
    vota_site_report_judge(&report);
    if (cli->json)
        vota_site_report_json(cli, &report);
    else
        vota_site_report_print(cli, &report);
    if (report.verdict == VOTA_VALID)
        return VOTA_EXIT_OK;
    return report.verdict == VOTA_NOT_VALID ? VOTA_EXIT_FAILED : VOTA_EXIT_UNCHECKED;
}

static int run_check(struct vota_cli *cli, const struct vota_args *args)
{
    struct checking *checking = calloc(1, sizeof *checking);
    if (checking == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    bool has_input = false;
    int code = place_open(&checking->place, cli, args->positional[0]);
    if (code == VOTA_EXIT_OK)
        code = look(&checking->site, cli, &checking->place);
    if (code == VOTA_EXIT_OK) {
        has_input = true;
        code = open_input(checking, cli, args);
    }
    if (code == VOTA_EXIT_OK)
        code = look_for_document(checking);
    if (code == VOTA_EXIT_OK)
        code = tell(checking, cli);
    vota_audit_line_done(&checking->audits);
    if (has_input)
        vota_verify_input_close(&checking->input);
    vota_site_done(&checking->site);
    place_close(&checking->place);
    free(checking);
    return code;
}

/* ---- tables ---- */

static const struct vota_option record_options[] = {
    {.name = "register", .value = "ID", .help = "help.site.record.register"},
    {.name = "id", .value = "ID", .help = "help.site.record.id"},
    {.name = "voter", .value = "ID", .help = "help.site.record.voter"},
    {.name = "step", .value = "TEXT", .help = "help.site.record.step"},
    {.name = "title", .value = "TEXT", .help = "help.site.record.title"},
};

static const struct vota_option check_options[] = {
    {.name = "data", .value = "DIR", .help = "help.site.check.data"},
    {.name = "predecessor-data",
     .repeat = true,
     .value = "DIR",
     .help = "help.verify.predecessor-data"},
    {.name = "rpc", .repeat = true, .value = "URL", .help = "help.verify.rpc"},
    {.name = "quorum", .value = "K", .help = "help.verify.quorum"},
    {.name = "contract", .value = "[NETWORK:]ADDRESS", .help = "help.verify.contract"},
    {.name = "trust", .value = "FILE", .help = "help.verify.trust"},
    {.name = "offline", .help = "help.verify.offline"},
    {.name = "block", .value = "HASH", .help = "help.verify.block"},
};

static const struct vota_example record_examples[] = {
    {"help.site.record.example",
     "site record /srv/www/voteanchor --register website-2026 > site.ndjson"},
};

static const struct vota_example check_examples[] = {
    {"help.site.check.example",
     "site check https://open.city.example/ --data mirror --contract hoodi:0x5FbD...0aa3 "
     "--rpc https://rpc.example.org"},
    {"help.site.check.example-mirror", "site check mirror --offline --trust trust.json"},
};

static const struct vota_action actions[] = {
    {.name = "check",
     .synopsis =
         "DIR|URL [--data DIR] [--contract [NETWORK:]ADDRESS | --trust FILE] [--rpc URL]...",
     .summary = "help.site.check.summary",
     .about = "help.site.check.about",
     .options = check_options,
     .n_options = VOTA_COUNT(check_options),
     .examples = check_examples,
     .n_examples = VOTA_COUNT(check_examples),
     .min_args = 1,
     .max_args = 1,
     .exits = "help.site.check.exits",
     .run = run_check},
    {.name = "record",
     .synopsis = "DIR [--register ID] [--step TEXT] [--title TEXT]",
     .summary = "help.site.record.summary",
     .about = "help.site.record.about",
     .options = record_options,
     .n_options = VOTA_COUNT(record_options),
     .examples = record_examples,
     .n_examples = VOTA_COUNT(record_examples),
     .min_args = 1,
     .max_args = 1,
     .run = run_record},
};

const struct vota_command vota_cmd_site = {"site", "help.site.summary", VOTA_TABLE(actions)};
