/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `rebuild`: puts a store in order again after it was lost, or after an old
 * backup was put back: what the journal holds and the store does not is taken
 * from the publication. What no publication explains is listed, and accepted
 * only when a person says so.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/publish/rebuild.h"
#include "bridge/store/store_recover.h"
#include "bridge/store/store_stop.h"
#include "proof/hex.h"

struct rebuild {
    struct vota_session session;
    struct vota_reader reader;
    bool has_reader;
    struct vota_rebuild_report report;
    struct vota_progress progress;
    struct vota_table table;          /* entries that nothing explains */
    struct vota_store_adopted *shown; /* these very entries are what --accept accepts */
    size_t foreign, cap;
    bool accepts;
    bool cleared;
};

/* ---- the deployment, where the store lost even that ---- */

static enum vota_status read_deployment(struct rebuild *rebuild, struct vota_deployment *ret,
                                        struct vota_error *err)
{
    struct vota_lines lines;
    uint64_t line = 0;
    vota_lines_init(&lines);
    const enum vota_status status = vota_reader_journal(&rebuild->reader, ret, &lines, &line, err);
    vota_lines_done(&lines);
    return status;
}

/* The record leads to its address, and is of this network and of the contract that we were told. */
static const char *deployment_fault(const struct vota_session *session,
                                    const struct vota_deployment *deployment)
{
    const struct vota_config_network *config = vota_session_config(session);
    if (vota_deployment_check(deployment) != VOTA_DEPLOYMENT_SOUND)
        return "deployment-address";
    if (deployment->genesis.chain_id != session->network.chain_id ||
        !vota_hash_equal(&deployment->chain_genesis, &session->network.genesis_block))
        return "wrong-network";
    if (!vota_addr_is_zero(&config->contract) &&
        !vota_addr_equal(&config->contract, &deployment->genesis.contract))
        return "other-contract";
    return NULL;
}

static enum vota_status store_deployment(struct vota_session *session,
                                         const struct vota_deployment *deployment,
                                         struct vota_error *err)
{
    const struct vota_store_deployment stored = {.genesis = deployment->genesis,
                                                 .deployer = deployment->deployer,
                                                 .salt = deployment->salt,
                                                 .creation_code_hash =
                                                     deployment->creation_code_hash};
    enum vota_status status = vota_store_begin(session->store, err);
    if (status == VOTA_OK)
        status = vota_store_network_set_contract(session->store, session->network.id, &stored, err);
    if (status == VOTA_OK)
        status = vota_store_commit(session->store, err);
    vota_store_rollback(session->store);
    return status;
}

static int take_deployment(struct rebuild *rebuild)
{
    struct vota_session *session = &rebuild->session;
    struct vota_deployment deployment;
    struct vota_error err = {0};
    if (session->network.has_contract)
        return VOTA_EXIT_OK;
    if (!rebuild->has_reader)
        return vota_session_need_contract(session);
    enum vota_status status = read_deployment(rebuild, &deployment, &err);
    const char *fault = status == VOTA_OK ? deployment_fault(session, &deployment) : NULL;
    if (fault != NULL)
        status = vota_fail(&err, VOTA_CONFLICT, "journal.ndjson", fault);
    if (status == VOTA_OK)
        status = store_deployment(session, &deployment, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.rebuild", NULL);
    return vota_session_reload(session);
}

/* ---- the work ---- */

/* The journal as it stands; a stop is what we are here for. */
static int look(struct rebuild *rebuild)
{
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    if (vota_session_look(&rebuild->session, &turn, &err) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(rebuild->session.cli, &err, "error.rebuild", NULL);
}

static void show_progress(void *context, uint64_t rows)
{
    vota_progress_at(context, rows);
}

static int put_back(struct rebuild *rebuild)
{
    struct vota_session *session = &rebuild->session;
    struct vota_error err = {0};
    const struct vota_rebuild work = {.store = session->store,
                                      .network = &session->network,
                                      .reader = &rebuild->reader,
                                      .now = vota_session_now(),
                                      .progress = show_progress,
                                      .progress_context = &rebuild->progress};
    if (!rebuild->has_reader)
        return VOTA_EXIT_OK;
    vota_progress_start(&rebuild->progress, session->cli, "progress.rebuilding", 0);
    const enum vota_status status = vota_rebuild(&rebuild->report, &work, &err);
    vota_progress_end(&rebuild->progress);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.rebuild", NULL);
    return look(rebuild);
}

/* ---- what is left ---- */

static enum vota_status note_foreign(void *context, const struct vota_store_foreign *foreign)
{
    struct rebuild *rebuild = context;
    const struct vota_cli *cli = rebuild->session.cli;
    char number[VOTA_OUTPUT_NUMBER_CAP];
    char time[VOTA_OUTPUT_TIME_CAP];
    if (foreign->adopted)
        return VOTA_OK;
    if (rebuild->foreign == rebuild->cap) {
        const size_t cap = rebuild->cap == 0 ? 64 : 2 * rebuild->cap;
        struct vota_store_adopted *grown =
            reallocarray(rebuild->shown, cap, sizeof *rebuild->shown);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        rebuild->shown = grown;
        rebuild->cap = cap;
    }
    rebuild->shown[rebuild->foreign++] =
        (struct vota_store_adopted){foreign->entry.number, foreign->head};
    vota_output_number(number, foreign->entry.number);
    vota_output_time(cli, time, foreign->entry.time);
    const char *const cells[] = {
        number, vota_text(cli, vota_session_kind_text((enum vota_op_kind)foreign->entry.kind)),
        time};
    return vota_table_add(&rebuild->table, cells);
}

/* In one transaction: the entries that were shown are accepted, and the stop ends. */
static enum vota_status go_on(struct rebuild *rebuild, struct vota_error *err)
{
    struct vota_store *store = rebuild->session.store;
    const int64_t network = rebuild->session.network.id;
    enum vota_status status = vota_store_begin(store, err);
    for (size_t i = 0; status == VOTA_OK && rebuild->accepts && i < rebuild->foreign; i++)
        status = vota_store_stop_adopt(store, network, &rebuild->shown[i], vota_session_now(), err);
    if (status == VOTA_OK)
        status = vota_store_stop_clear(store, network, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    return status;
}

static int judge(struct rebuild *rebuild)
{
    struct vota_error err = {0};
    struct vota_session *session = &rebuild->session;
    enum vota_status status = vota_store_recover_foreign(session->store, session->network.id,
                                                         note_foreign, rebuild, &err);
    rebuild->cleared = rebuild->foreign == 0 || rebuild->accepts;
    if (status == VOTA_OK && rebuild->cleared)
        status = go_on(rebuild, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.rebuild", NULL);
}

/* ---- telling ---- */

static void report_json(const struct rebuild *rebuild)
{
    const struct vota_rebuild_report *report = &rebuild->report;
    struct vota_json json;
    vota_json_begin(&json, rebuild->session.cli->out);
    vota_json_number(&json, "registers", report->registers);
    vota_json_number(&json, "batches", report->batches);
    vota_json_number(&json, "rows", report->rows);
    vota_json_number(&json, "rows_found", report->found);
    vota_json_number(&json, "openings", report->openings);
    vota_json_number(&json, "results", report->results);
    vota_json_number(&json, "unexplained", rebuild->foreign);
    vota_json_bool(&json, "goes_on", rebuild->cleared);
    vota_json_finish(&json);
}

static void report_text(const struct rebuild *rebuild)
{
    const struct vota_cli *cli = rebuild->session.cli;
    const struct vota_rebuild_report *report = &rebuild->report;
    const uint64_t numbers[] = {report->registers, report->batches,  report->rows,
                                report->found,     report->openings, report->results};
    char texts[VOTA_COUNT(numbers)][VOTA_OUTPUT_NUMBER_CAP];
    for (size_t i = 0; i < VOTA_COUNT(numbers); i++)
        vota_output_number(texts[i], numbers[i]);
    const struct vota_table_line fields[] = {
        {"field.registers", texts[0]}, {"field.batches", texts[1]},
        {"field.rows", texts[2]},      {"field.rows-found", report->found > 0 ? texts[3] : NULL},
        {"field.openings", texts[4]},  {"field.results", texts[5]},
    };
    if (rebuild->has_reader) {
        vota_cli_say(cli, "rebuild.done", NULL);
        vota_table_fields(cli, VOTA_TABLE(fields));
    }
    if (rebuild->foreign > 0) {
        vota_cli_say(cli, rebuild->accepts ? "rebuild.accepted" : "rebuild.unexplained", NULL);
        vota_table_print(&rebuild->table, cli);
    }
    vota_cli_say(cli, rebuild->cleared ? "rebuild.goes-on" : "rebuild.stays", NULL);
}

static const struct vota_column columns[] = {
    {"column.entry", true}, {"column.kind", false}, {"column.time", false}};

static int open_reader(struct rebuild *rebuild, const struct vota_args *args)
{
    struct vota_error err = {0};
    if (args->n_positional == 0)
        return VOTA_EXIT_OK;
    if (vota_reader_open(&rebuild->reader, args->positional[0], &err) != VOTA_OK)
        return vota_cli_fail_error(rebuild->session.cli, &err, "error.rebuild", NULL);
    rebuild->has_reader = true;
    return VOTA_EXIT_OK;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct rebuild *rebuild = calloc(1, sizeof *rebuild);
    if (rebuild == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    vota_table_init(&rebuild->table, VOTA_TABLE(columns));
    rebuild->accepts = vota_args_has(args, "accept");
    int code = vota_session_open_on(&rebuild->session, cli, vota_args_value(args, "network"));
    if (code == VOTA_EXIT_OK)
        code = open_reader(rebuild, args);
    if (code == VOTA_EXIT_OK)
        code = vota_session_connect(&rebuild->session);
    if (code == VOTA_EXIT_OK)
        code = take_deployment(rebuild);
    if (code == VOTA_EXIT_OK)
        code = look(rebuild);
    if (code == VOTA_EXIT_OK)
        code = put_back(rebuild);
    if (code == VOTA_EXIT_OK)
        code = judge(rebuild);
    if (code == VOTA_EXIT_OK && cli->json)
        report_json(rebuild);
    else if (code == VOTA_EXIT_OK)
        report_text(rebuild);
    if (code == VOTA_EXIT_OK && !rebuild->cleared)
        code = VOTA_EXIT_FAILED;
    if (rebuild->has_reader)
        vota_reader_close(&rebuild->reader);
    free(rebuild->shown);
    vota_table_done(&rebuild->table);
    vota_session_close(&rebuild->session);
    free(rebuild);
    return code;
}

static const struct vota_option options[] = {
    {.name = "accept", .help = "help.rebuild.accept"},
    {.name = "network", .value = "NAME", .help = "help.option.network"},
};

static const struct vota_example examples[] = {
    {"help.rebuild.example", "-C guri rebuild /srv/www/voteanchor"},
    {"help.rebuild.example-accept", "-C guri rebuild --accept"},
};

static const struct vota_action actions[] = {{
    .synopsis = "[PUBLICATION] [--accept]",
    .summary = "help.rebuild.summary",
    .about = "help.rebuild.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .max_args = 1,
    .run = run,
}};

const struct vota_command vota_cmd_rebuild = {"rebuild", "help.rebuild.summary",
                                              VOTA_TABLE(actions)};
