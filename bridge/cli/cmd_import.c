/* SPDX-License-Identifier: Apache-2.0 */
/* `import FILE...`: takes records in from files; what it cannot take goes to FILE.rejected. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/rejected.h"
#include "bridge/cli/restored.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/import/import.h"

#define MAP_MAX 1024u

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* One run over all the files. */
struct importing {
    struct vota_session session;
    struct vota_import_options options;
    char map[MAP_MAX]; /* column names that --map gave, NUL-separated */
    struct vota_import_summary total;
    /* of the file at hand */
    FILE *file;
    struct vota_rejected rejected;
    struct vota_progress progress;
};

static enum vota_status give_pepper(void *context, uint8_t ret_pepper[32],
                                    const vota_hash *register_hash, struct vota_error *err)
{
    struct importing *importing = context;
    return vota_directory_pepper_load(&importing->session.cli->dir, ret_pepper, register_hash, err);
}

static void show_progress(void *context, uint64_t bytes, uint64_t rows)
{
    struct importing *importing = context;
    (void)rows;
    vota_progress_at(&importing->progress, bytes);
}

static enum vota_status take_header(void *context, struct vota_slice raw)
{
    struct importing *importing = context;
    return vota_rejected_header(&importing->rejected, raw);
}

static enum vota_status take_refused(void *context, uint64_t line, struct vota_slice raw,
                                     const struct vota_refusal *refusal)
{
    struct importing *importing = context;
    if (importing->rejected.rows < VOTA_REJECTED_SHOWN)
        vota_progress_end(&importing->progress);
    return vota_rejected_row(&importing->rejected, line, raw, refusal);
}

static long read_file(void *source, uint8_t *buffer, size_t cap)
{
    FILE *file = source;
    const size_t n = fread(buffer, 1, cap, file);
    return n == 0 && ferror(file) != 0 ? -1 : (long)n;
}

/* ---- options ---- */

/* "voter=COL,choice=COL" into options.column. */
static int read_map(struct importing *importing, const char *text)
{
    const struct vota_cli *cli = importing->session.cli;
    if (strlen(text) >= sizeof importing->map)
        return vota_cli_usage(cli, "error.bad-map", text, NULL);
    memcpy(importing->map, text, strlen(text) + 1);
    for (char *at = importing->map; at != NULL && *at != '\0';) {
        char *next = strchr(at, ',');
        if (next != NULL)
            *next++ = '\0';
        char *column = strchr(at, '=');
        size_t field = 0;
        if (column == NULL || column[1] == '\0')
            return vota_cli_usage(cli, "error.bad-map", at, NULL);
        *column++ = '\0';
        while (field < VOTA_FIELD_COUNT && strcmp(vota_field_name((enum vota_field)field), at) != 0)
            field++;
        if (field == VOTA_FIELD_COUNT)
            return vota_cli_usage(cli, "error.bad-map", at, NULL);
        importing->options.column[field] = column;
        at = next;
    }
    return VOTA_EXIT_OK;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text);
    const size_t m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* By --format, else by the file's name. */
static int choose_format(struct importing *importing, const struct vota_args *args,
                         const char *path)
{
    const char *given = vota_args_value(args, "format");
    const char *name = given != NULL ? given : path;
    const bool csv = given != NULL ? strcmp(given, "csv") == 0 : ends_with(name, ".csv");
    const bool ndjson = given != NULL ? strcmp(given, "ndjson") == 0
                                      : ends_with(name, ".ndjson") || ends_with(name, ".jsonl");
    if (!csv && !ndjson)
        return vota_cli_usage(importing->session.cli, "error.bad-format", name, NULL);
    importing->options.format = csv ? VOTA_IMPORT_CSV : VOTA_IMPORT_NDJSON;
    return VOTA_EXIT_OK;
}

static int read_options(struct importing *importing, const struct vota_args *args)
{
    struct vota_import_options *options = &importing->options;
    const char *encoding = vota_args_value(args, "encoding");
    const char *map = vota_args_value(args, "map");
    options->encoding = VOTA_ENCODING_UTF8;
    if (encoding != NULL && strcmp(encoding, "cp949") == 0)
        options->encoding = VOTA_ENCODING_CP949;
    else if (encoding != NULL && strcmp(encoding, "utf-8") != 0)
        return vota_cli_usage(importing->session.cli, "error.bad-encoding", encoding, NULL);
    options->intake.network = importing->session.network.line;
    options->slug = vota_args_value(args, "register");
    options->cast_at = vota_args_value(args, "cast-at");
    options->intake.margin = vota_session_margin(&importing->session);
    options->stop = &interrupted;
    options->intake.pepper = give_pepper;
    options->intake.context = importing;
    options->progress = show_progress;
    options->refused = take_refused;
    options->header = take_header;
    options->context = importing;
    return map != NULL ? read_map(importing, map) : VOTA_EXIT_OK;
}

/* ---- files ---- */

static void add_to_total(struct importing *importing, const struct vota_import_summary *summary)
{
    struct vota_import_summary *total = &importing->total;
    total->rows += summary->rows;
    total->added += summary->added;
    total->present += summary->present;
    total->refused += summary->refused;
    total->stopped |= summary->stopped;
    total->cut |= summary->cut;
}

static int run_file(struct importing *importing, const char *path)
{
    struct vota_import_summary summary = {0};
    struct vota_error err = {0};
    const enum vota_status status = vota_import_run(
        &summary, importing->session.store, &importing->options, read_file, importing->file, &err);
    vota_progress_end(&importing->progress);
    add_to_total(importing, &summary);
    if (status != VOTA_OK)
        return vota_cli_fail_error(importing->session.cli, &err, "error.import", "file", path,
                                   NULL);
    return VOTA_EXIT_OK;
}

static int import_file(struct importing *importing, const struct vota_args *args, const char *path)
{
    const struct vota_cli *cli = importing->session.cli;
    struct stat about;
    int code = choose_format(importing, args, path);
    if (code != VOTA_EXIT_OK)
        return code;
    importing->file = fopen(path, "rbe");
    if (importing->file == NULL || fstat(fileno(importing->file), &about) != 0)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.file", "file", path, "reason",
                             vota_cli_reason(cli, errno == ENOENT ? "no-file" : "cannot-open"),
                             NULL);
    vota_rejected_init(&importing->rejected, cli, path,
                       importing->options.format == VOTA_IMPORT_CSV);
    vota_progress_start(&importing->progress, cli, "progress.importing", (uint64_t)about.st_size);
    code = run_file(importing, path);
    if (!vota_rejected_done(&importing->rejected) && code == VOTA_EXIT_OK)
        code = vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.file", "file", importing->rejected.path,
                             "reason", vota_cli_reason(cli, "cannot-write"), NULL);
    (void)fclose(importing->file);
    importing->file = NULL;
    return code;
}

static int report(const struct importing *importing)
{
    char rows[VOTA_OUTPUT_NUMBER_CAP];
    char added[VOTA_OUTPUT_NUMBER_CAP];
    char present[VOTA_OUTPUT_NUMBER_CAP];
    char refused[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = importing->session.cli;
    const struct vota_import_summary *total = &importing->total;
    if (cli->json) {
        struct vota_json json;
        vota_json_begin(&json, cli->out);
        vota_json_number(&json, "rows", total->rows);
        vota_json_number(&json, "added", total->added);
        vota_json_number(&json, "present", total->present);
        vota_json_number(&json, "rejected", total->refused);
        vota_json_bool(&json, "stopped", total->stopped);
        vota_json_finish(&json);
    } else {
        vota_output_number(rows, total->rows);
        vota_output_number(added, total->added);
        vota_output_number(present, total->present);
        vota_output_number(refused, total->refused);
        const struct vota_table_line fields[] = {
            {"field.rows-read", rows},
            {"field.rows-added", added},
            {"field.rows-present", total->present > 0 ? present : NULL},
            {"field.rows-rejected", total->refused > 0 ? refused : NULL},
        };
        vota_table_fields(cli, VOTA_TABLE(fields));
    }
    if (total->stopped)
        vota_cli_warn(cli, "warning.import-stopped", NULL);
    return total->refused > 0 || total->stopped || total->cut ? VOTA_EXIT_FAILED : VOTA_EXIT_OK;
}

static int import_all(struct importing *importing, const struct vota_args *args)
{
    const struct sigaction action = {.sa_handler = on_interrupt};
    int code = read_options(importing, args);
    if (code != VOTA_EXIT_OK)
        return code;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    for (size_t i = 0; code == VOTA_EXIT_OK && i < args->n_positional && !interrupted; i++)
        code = import_file(importing, args, args->positional[i]);
    const int reported = report(importing);
    return code != VOTA_EXIT_OK ? code : reported;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct importing *importing = calloc(1, sizeof *importing);
    if (importing == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = vota_session_open(&importing->session, cli);
    if (code == VOTA_EXIT_OK)
        code = vota_restored_refuse(&importing->session);
    if (code == VOTA_EXIT_OK)
        code = import_all(importing, args);
    vota_session_close(&importing->session);
    free(importing);
    return code;
}

static const struct vota_option options[] = {
    {.name = "register", .value = "ID", .help = "help.import.register"},
    {.name = "map", .value = "FIELD=COLUMN,...", .help = "help.import.map"},
    {.name = "cast-at", .value = "TIME", .help = "help.import.cast-at"},
    {.name = "format", .value = "csv|ndjson", .help = "help.import.format"},
    {.name = "encoding", .value = "utf-8|cp949", .help = "help.import.encoding"},
};

static const struct vota_example examples[] = {
    {"help.import.example", "import votes.csv --register incinerator-2026"},
    {"help.import.example-map",
     "import ballots.csv --register mayor --map id=ballot,voter=ballot,choice=first_choice "
     "--cast-at 2013-11-05T18:00:00Z"},
};

static const struct vota_action actions[] = {{
    .synopsis = "FILE...",
    .summary = "help.import.summary",
    .about = "help.import.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 1,
    .max_args = 1000,
    .run = run,
}};

const struct vota_command vota_cmd_import = {"import", "help.import.summary", VOTA_TABLE(actions)};
