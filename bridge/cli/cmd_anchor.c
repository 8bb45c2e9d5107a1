/* SPDX-License-Identifier: Apache-2.0 */
/* `anchor --once`: seals what is pending and sees the outbox through. */
#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "proof/hex.h"

#define DEFAULT_TIMEOUT 3600u

/* The operations that this run saw through, for the report. */
struct report {
    struct vota_session *session;
    struct vota_table table;
    struct vota_json json;
    int64_t after; /* operations after this one */
};

static enum vota_status note_last(void *context, const struct vota_store_operation *operation)
{
    int64_t *last = context;
    if (operation->state == VOTA_OP_FINAL)
        *last = operation->id;
    return VOTA_OK;
}

static const char *state_key(enum vota_op_state state)
{
    static const char *const keys[VOTA_OP_STATES] = {
        "state.sealed", "state.signed", "state.sent", "state.mined", "state.final", "state.halted"};
    return keys[state];
}

static uint64_t rows_of(const struct report *report, const struct vota_store_operation *operation)
{
    struct vota_store_batch batch;
    struct vota_error err = {0};
    if (operation->batch == 0 ||
        vota_store_batch_get(&batch, report->session->store, operation->batch, &err) != VOTA_OK)
        return 0;
    return batch.count;
}

static enum vota_status add_json(struct report *report,
                                 const struct vota_store_operation *operation)
{
    struct vota_json *json = &report->json;
    vota_json_object(json, NULL);
    vota_json_number(json, "id", (uint64_t)operation->id);
    vota_json_text(json, "kind", vota_session_kind_text(operation->kind) + sizeof "kind." - 1);
    vota_json_text(json, "state", state_key(operation->state) + sizeof "state." - 1);
    vota_json_number(json, "rows", rows_of(report, operation));
    vota_json_number(json, "entry", operation->entry.number);
    vota_json_number(json, "block", operation->entry.block);
    vota_json_number(json, "gas_used", operation->gas_used);
    vota_json_hash(json, "transaction", &operation->tx_hash);
    vota_json_end(json);
    return VOTA_OK;
}

static enum vota_status add_row(void *context, const struct vota_store_operation *operation)
{
    struct report *report = context;
    const struct vota_cli *cli = report->session->cli;
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char rows[VOTA_OUTPUT_NUMBER_CAP];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    char gas[VOTA_OUTPUT_NUMBER_CAP];
    char tx[VOTA_HASH_HEX_CHARS + 1];
    if (operation->id <= report->after)
        return VOTA_OK;
    if (cli->json)
        return add_json(report, operation);
    vota_output_number(entry, operation->entry.number);
    vota_output_number(rows, rows_of(report, operation));
    vota_output_number(block, operation->entry.block);
    vota_output_number(gas, operation->gas_used);
    vota_hex_of_hash(tx, &operation->tx_hash);
    const char *const cells[] = {entry,
                                 vota_text(cli, vota_session_kind_text(operation->kind)),
                                 operation->batch != 0 ? rows : "",
                                 block,
                                 gas,
                                 vota_text(cli, state_key(operation->state)),
                                 tx};
    return vota_table_add(&report->table, cells);
}

static const struct vota_column columns[] = {
    {"column.entry", true},        {"column.kind", false}, {"column.rows", true},
    {"column.block", true},        {"column.gas", true},   {"column.state", false},
    {"column.transaction", false},
};

static int print_report(struct report *report)
{
    const struct vota_cli *cli = report->session->cli;
    struct vota_error err = {0};
    vota_table_init(&report->table, VOTA_TABLE(columns));
    if (cli->json) {
        vota_json_begin(&report->json, cli->out);
        vota_json_array(&report->json, "operations");
    }
    const enum vota_status status = vota_store_outbox_each(
        report->session->store, report->session->network.id, ~0u, add_row, report, &err);
    if (cli->json) {
        vota_json_end(&report->json);
        vota_json_finish(&report->json);
    } else if (report->table.n_cells > 0) {
        vota_table_print(&report->table, cli);
    } else {
        vota_cli_say(cli, "anchor.nothing", NULL);
    }
    vota_table_done(&report->table);
    return status == VOTA_OK ? VOTA_EXIT_OK : vota_cli_fail_error(cli, &err, "error.store", NULL);
}

static int anchor(struct vota_session *session, const struct vota_args *args)
{
    enum vota_session_wait wait = VOTA_WAIT_MINED;
    struct report report = {.session = session};
    struct vota_error err = {0};
    int code = vota_session_wait_of(session->cli, &wait, vota_args_value(args, "wait"));
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_anchoring(session);
    if (code == VOTA_EXIT_OK)
        code = vota_session_connect(session);
    if (code != VOTA_EXIT_OK)
        return code;
    session->waits_for_secondary = vota_args_has(args, "wait-all");
    if (session->waits_for_secondary && session->secondary == NULL &&
        vota_config_has(&session->config, VOTA_CONFIG_SECONDARY))
        return VOTA_EXIT_UNCHECKED; /* it was said why */
    if (vota_store_outbox_each(session->store, session->network.id, ~0u, note_last, &report.after,
                               &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    code = vota_session_anchor(session, VOTA_BATCH_BY_OPERATOR, wait, DEFAULT_TIMEOUT);
    if (code != VOTA_EXIT_OK)
        return code;
    return print_report(&report);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_session session;
    int code = vota_session_open(&session, cli);
    session.password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = anchor(&session, args);
    vota_session_close(&session);
    return code;
}

static const struct vota_option options[] = {
    {.name = "once", .required = true, .help = "help.anchor.once"},
    {.name = "wait", .value = "mined|final", .help = "help.option.wait"},
    {.name = "wait-all", .help = "help.anchor.wait-all"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};

static const struct vota_example examples[] = {
    {"help.anchor.example", "anchor --once --wait final"},
};

static const struct vota_action actions[] = {{
    .synopsis = "",
    .summary = "help.anchor.summary",
    .about = "help.anchor.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .loads_keys = true,
    .run = run,
}};

const struct vota_command vota_cmd_anchor = {"anchor", "help.anchor.summary", VOTA_TABLE(actions)};
