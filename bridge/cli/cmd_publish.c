/* SPDX-License-Identifier: Apache-2.0 */
/* `publish DIR`: everything that a third party needs, as plain files. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/page_file.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/page/results.h"
#include "bridge/publish/publication_store.h"

struct publishing {
    struct vota_session session;
    bool alone; /* --network: the others are not published with it */
    struct vota_publication_store publication;
    struct vota_store_network networks[VOTA_LINE_NETWORKS_MAX]; /* the others */
    struct vota_publication_store stores[VOTA_LINE_NETWORKS_MAX];
    struct vota_publication_other others[VOTA_LINE_NETWORKS_MAX];
    size_t other_count;
    struct vota_page_file page;
    struct vota_page_results results;
    struct vota_progress progress;
    struct vota_publication_report report;
};

/* Learns what has become final since, unless another process learns it anyway. */
static void refresh(struct vota_session *session)
{
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    const enum vota_status status = vota_session_look(session, &turn, &err);
    if (status != VOTA_OK && status != VOTA_CONFLICT)
        vota_cli_warn(session->cli, "warning.publish-old", "reason",
                      vota_cli_reason(session->cli, err.text), NULL);
}

static void progress(void *context, uint64_t done)
{
    vota_progress_at(context, done);
}

static uint64_t total_rows(const struct vota_lines *lines)
{
    uint64_t total = 0;
    for (size_t i = 0; i < lines->n; i++) {
        vota_hash root;
        uint32_t count = 0;
        if (vota_entry_get_batch(&root, &count, &lines->entries[i]))
            total += count;
    }
    return total;
}

/* Other networks of the line whose contracts were seen; a successor's once it took over. */
static enum vota_status note_other(void *context, const struct vota_store_network *network)
{
    struct publishing *publishing = context;
    if (network->id == publishing->session.network.id || !network->deployed ||
        network->role == VOTA_NETWORK_SUCCESSOR)
        return VOTA_OK;
    if (publishing->other_count == VOTA_LINE_NETWORKS_MAX)
        return VOTA_LIMIT;
    publishing->networks[publishing->other_count++] = *network;
    return VOTA_OK;
}

static enum vota_status gather_others(struct publishing *publishing, struct vota_error *err)
{
    const struct vota_session *session = &publishing->session;
    if (publishing->alone)
        return VOTA_OK;
    enum vota_status status =
        vota_store_line_each(session->store, session->network.line, note_other, publishing, err);
    for (size_t i = 0; status == VOTA_OK && i < publishing->other_count; i++) {
        struct vota_publication_other *other = &publishing->others[i];
        status = vota_publication_store_init(&publishing->stores[i], session->store,
                                             &publishing->networks[i], session->config.city, err);
        (void)snprintf(other->name, sizeof other->name, "%llu",
                       (unsigned long long)publishing->networks[i].chain_id);
        publishing->stores[i].source.pages = vota_page_results_other;
        other->source = &publishing->stores[i].source;
    }
    return status;
}

static int publish(struct publishing *publishing, const char *dir)
{
    struct vota_session *session = &publishing->session;
    struct vota_publication_store *publication = &publishing->publication;
    struct vota_error err = {0};
    enum vota_status status = vota_store_begin_view(session->store, &err);
    if (status == VOTA_OK)
        status = vota_publication_store_init(publication, session->store, &session->network,
                                             session->config.city, &err);
    if (status == VOTA_OK)
        status = gather_others(publishing, &err);
    if (status == VOTA_OK) {
        publication->source.others = publishing->others;
        publication->source.other_count = publishing->other_count;
        publication->source.pages = vota_page_results;
        publication->source.pages_context = &publishing->results;
        publication->source.progress = progress;
        publication->source.progress_context = &publishing->progress;
        vota_progress_start(&publishing->progress, session->cli, "progress.publishing",
                            2 * total_rows(&publication->lines));
        status = vota_publication_write(&publishing->report, dir, &publication->source,
                                        vota_session_now(), &err);
        vota_progress_end(&publishing->progress);
    }
    vota_store_end_view(session->store);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.publish", "dir", dir, NULL);
}

static void report_json(const struct publishing *publishing, const char *dir)
{
    const struct vota_publication_report *report = &publishing->report;
    struct vota_json json;
    vota_json_begin(&json, publishing->session.cli->out);
    vota_json_text(&json, "directory", dir);
    vota_json_array(&json, "networks");
    for (size_t i = 0; i < publishing->other_count; i++)
        vota_json_text(&json, NULL, publishing->others[i].name);
    vota_json_end(&json);
    vota_json_number(&json, "entries", report->entries);
    vota_json_number(&json, "entries_not_final",
                     publishing->publication.mined - report->entries -
                         publishing->publication.deployment.genesis.pred_length);
    vota_json_number(&json, "registers", report->registers);
    vota_json_number(&json, "registers_not_disclosed", report->registers_closed);
    vota_json_number(&json, "batches", report->batches);
    vota_json_number(&json, "batches_missing", report->batches_missing);
    vota_json_number(&json, "rows", report->rows);
    vota_json_number(&json, "openings", report->openings);
    vota_json_number(&json, "evidence", report->evidence);
    vota_json_number(&json, "results", report->results);
    vota_json_number(&json, "pages", report->pages);
    vota_json_bool(&json, "verifier", publishing->results.verifier != NULL);
    vota_json_number(&json, "files", report->files);
    vota_json_number(&json, "bytes", report->bytes);
    vota_json_finish(&json);
}

static void report_text(const struct publishing *publishing, const char *dir)
{
    const struct vota_cli *cli = publishing->session.cli;
    const struct vota_publication_report *report = &publishing->report;
    const uint64_t pred_length = publishing->publication.deployment.genesis.pred_length;
    const uint64_t waiting = publishing->publication.mined > pred_length + report->entries
                                 ? publishing->publication.mined - pred_length - report->entries
                                 : 0;
    const uint64_t numbers[] = {
        report->entries,  report->registers,        report->batches,         report->rows,
        report->openings, report->results,          report->files,           report->bytes,
        waiting,          report->registers_closed, report->batches_missing, report->pages};
    char texts[VOTA_COUNT(numbers)][VOTA_OUTPUT_NUMBER_CAP];
    for (size_t i = 0; i < VOTA_COUNT(numbers); i++)
        vota_output_number(texts[i], numbers[i]);
    const struct vota_table_line fields[] = {
        {"field.entries", texts[0]},
        {"field.registers", texts[1]},
        {"field.batches", texts[2]},
        {"field.rows", texts[3]},
        {"field.openings", texts[4]},
        {"field.results", texts[5]},
        {"field.pages", texts[11]},
        {"field.files", texts[6]},
        {"field.bytes", texts[7]},
        {"field.entries-not-final", waiting > 0 ? texts[8] : NULL},
        {"field.registers-closed", report->registers_closed > 0 ? texts[9] : NULL},
        {"field.batches-missing", report->batches_missing > 0 ? texts[10] : NULL},
    };
    vota_cli_say(cli, "publish.done", "dir", dir, NULL);
    vota_table_fields(cli, VOTA_TABLE(fields));
    for (size_t i = 0; i < publishing->other_count; i++)
        vota_cli_say(cli, "publish.other", "dir", dir, "name", publishing->others[i].name,
                     "network", publishing->networks[i].name, NULL);
    vota_cli_say(cli, "publish.page", "dir", dir, NULL);
    if (publishing->results.verifier == NULL)
        vota_cli_warn(cli, "warning.publish-no-verifier", NULL);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    const char *dir = args->positional[0];
    struct publishing *publishing = calloc(1, sizeof *publishing);
    if (publishing == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const char *network = vota_args_value(args, "network");
    int code = vota_session_open_on(&publishing->session, cli, network);
    publishing->alone = network != NULL;
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_contract(&publishing->session);
    if (code == VOTA_EXIT_OK)
        code = vota_page_file_find(&publishing->page, &publishing->session,
                                   vota_args_value(args, "page"));
    if (code == VOTA_EXIT_OK && publishing->page.is_there)
        publishing->results.verifier = publishing->page.path;
    if (code == VOTA_EXIT_OK && !vota_args_has(args, "offline")) {
        code = vota_session_connect(&publishing->session);
        if (code == VOTA_EXIT_OK)
            refresh(&publishing->session);
        if (code == VOTA_EXIT_OK && publishing->session.secondary != NULL)
            refresh(publishing->session.secondary);
    }
    if (code == VOTA_EXIT_OK)
        code = publish(publishing, dir);
    if (code == VOTA_EXIT_OK && cli->json)
        report_json(publishing, dir);
    else if (code == VOTA_EXIT_OK)
        report_text(publishing, dir);
    for (size_t i = 0; i < publishing->other_count; i++)
        vota_publication_store_done(&publishing->stores[i]);
    vota_publication_store_done(&publishing->publication);
    vota_session_close(&publishing->session);
    free(publishing);
    return code;
}

static const struct vota_option options[] = {
    {.name = "network", .value = "NAME", .help = "help.publish.network"},
    {.name = "offline", .help = "help.publish.offline"},
    {.name = "page", .value = "FILE", .help = "help.publish.page"},
};

static const struct vota_example examples[] = {
    {"help.publish.example", "-C guri publish /srv/www/voteanchor"},
};

static const struct vota_action actions[] = {{
    .synopsis = "DIR [--offline] [--page FILE]",
    .summary = "help.publish.summary",
    .about = "help.publish.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .min_args = 1,
    .max_args = 1,
    .run = run,
}};

const struct vota_command vota_cmd_publish = {"publish", "help.publish.summary",
                                              VOTA_TABLE(actions)};
