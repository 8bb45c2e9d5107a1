/* SPDX-License-Identifier: Apache-2.0 */
/* `status`: where everything stands, in words a city employee understands. */
#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/cli/status_budget.h"
#include "bridge/cli/table.h"
#include "bridge/engine/view.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_register.h"
#include "proof/hex.h"

/* Everything shown, gathered first. */
struct standing {
    struct vota_session session;
    struct vota_store_pending pending;
    uint64_t operations[VOTA_OP_STATES];
    uint64_t batches, sealed_rows;
    uint64_t registers, records;
    uint64_t entries, final_entries;
    bool reached; /* the view below is set */
    struct vota_view view;
    struct vota_status_budget budget;
};

static enum vota_status count_batch(void *context, const struct vota_store_batch *batch)
{
    struct standing *standing = context;
    standing->batches++;
    standing->sealed_rows += batch->count;
    return VOTA_OK;
}

static enum vota_status count_register(void *context, const struct vota_store_register *reg)
{
    struct standing *standing = context;
    (void)reg;
    standing->registers++;
    return VOTA_OK;
}

static int gather(struct standing *standing)
{
    struct vota_session *session = &standing->session;
    struct vota_store *store = session->store;
    const int64_t network = session->network.id;
    struct vota_error err = {0};
    vota_hash head;
    enum vota_status status = vota_store_batch_pending(&standing->pending, store, network, &err);
    if (status == VOTA_OK)
        status = vota_store_outbox_count(standing->operations, store, network, &err);
    if (status == VOTA_OK)
        status = vota_store_batch_each(store, network, count_batch, standing, &err);
    if (status == VOTA_OK)
        status = vota_store_register_each(store, network, count_register, standing, &err);
    if (status == VOTA_OK)
        status = vota_store_journal_length(&standing->entries, &standing->final_entries, &head,
                                           store, network, &err);
    standing->records = standing->pending.count + standing->sealed_rows;
    return status == VOTA_OK ? VOTA_EXIT_OK
                             : vota_cli_fail_error(session->cli, &err, "error.store", NULL);
}

/* A chain that cannot be reached is said, not failed on: the rest is still worth seeing. */
static int look(struct standing *standing)
{
    struct vota_session *session = &standing->session;
    struct vota_error err = {0};
    const struct vota_genesis *genesis = &session->network.deployment.genesis;
    if (!session->network.has_contract)
        return VOTA_EXIT_OK;
    const int code = vota_session_connect(session);
    if (code != VOTA_EXIT_OK)
        return code;
    const struct vota_view_query query = {.contract = &genesis->contract,
                                          .accounts = &genesis->anchorer,
                                          .n_accounts = 1,
                                          .fresh_accounts = true};
    enum vota_status status =
        vota_quorum_look(&session->quorum, vota_session_now() * 1000, &err);
    if (status == VOTA_OK)
        status = vota_view_take(&standing->view, &session->quorum, &query, &err);
    if (status != VOTA_OK) {
        vota_cli_warn(session->cli, "warning.chain", "reason",
                      vota_cli_reason(session->cli, err.text), NULL);
        return VOTA_EXIT_UNCHECKED;
    }
    standing->reached = true;
    return VOTA_EXIT_OK;
}

static uint64_t balance_of(const struct standing *standing)
{
    uint64_t wei = UINT64_MAX; /* 18 ETH: more is shown as this */
    (void)!vota_u256_to_u64(&wei, &standing->view.accounts[0].balance);
    return wei;
}

static void report_json(const struct standing *standing)
{
    struct vota_json json;
    const struct vota_store_network *network = &standing->session.network;
    vota_json_begin(&json, standing->session.cli->out);
    vota_json_number(&json, "chain_id", network->chain_id);
    vota_json_hash(&json, "chain_genesis", &network->genesis_block);
    vota_json_addr(&json, "contract", &network->deployment.genesis.contract);
    vota_json_bool(&json, "reached", standing->reached);
    vota_json_number(&json, "latest_block", standing->view.latest_block);
    vota_json_number(&json, "final_block", standing->view.final_block);
    vota_json_number(&json, "balance_wei", standing->reached ? balance_of(standing) : 0);
    vota_json_number(&json, "registers", standing->registers);
    vota_json_number(&json, "records", standing->records);
    vota_json_number(&json, "pending", standing->pending.count);
    vota_json_number(&json, "batches", standing->batches);
    vota_json_number(&json, "entries", standing->entries);
    vota_json_number(&json, "final_entries", standing->final_entries);
    vota_json_object(&json, "operations");
    vota_json_number(&json, "queued", standing->operations[VOTA_OP_QUEUED]);
    vota_json_number(&json, "signed", standing->operations[VOTA_OP_SIGNED]);
    vota_json_number(&json, "sent", standing->operations[VOTA_OP_SENT]);
    vota_json_number(&json, "mined", standing->operations[VOTA_OP_MINED]);
    vota_json_number(&json, "final", standing->operations[VOTA_OP_FINAL]);
    vota_json_number(&json, "halted", standing->operations[VOTA_OP_HALTED]);
    vota_json_end(&json);
    vota_status_budget_json(&json, &standing->budget);
    vota_json_finish(&json);
}

static void report_chain(const struct standing *standing)
{
    char latest[VOTA_OUTPUT_NUMBER_CAP];
    char final[VOTA_OUTPUT_NUMBER_CAP];
    char balance[VOTA_OUTPUT_NUMBER_CAP];
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    const struct vota_cli *cli = standing->session.cli;
    const struct vota_store_network *network = &standing->session.network;
    vota_output_number(latest, standing->view.latest_block);
    vota_output_number(final, standing->view.final_block);
    vota_output_ether(balance, balance_of(standing));
    vota_hex_of_addr(contract, &network->deployment.genesis.contract);
    const struct vota_table_line fields[] = {
        {"field.network",
         vota_text(cli, vota_network_text(network->chain_id, &network->genesis_block))},
        {"field.contract", network->has_contract ? contract : vota_text(cli, "field.none")},
        {"field.latest-block", standing->reached ? latest : NULL},
        {"field.final-block", standing->reached ? final : NULL},
        {"field.balance", standing->reached ? balance : NULL},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
}

static void report_work(const struct standing *standing)
{
    char registers[VOTA_OUTPUT_NUMBER_CAP];
    char records[VOTA_OUTPUT_NUMBER_CAP];
    char pending[VOTA_OUTPUT_NUMBER_CAP];
    char batches[VOTA_OUTPUT_NUMBER_CAP];
    char waiting[VOTA_OUTPUT_NUMBER_CAP];
    char mined[VOTA_OUTPUT_NUMBER_CAP];
    char final[VOTA_OUTPUT_NUMBER_CAP];
    char halted[VOTA_OUTPUT_NUMBER_CAP];
    const uint64_t *operations = standing->operations;
    vota_output_number(registers, standing->registers);
    vota_output_number(records, standing->records);
    vota_output_number(pending, standing->pending.count);
    vota_output_number(batches, standing->batches);
    vota_output_number(waiting, operations[VOTA_OP_QUEUED] + operations[VOTA_OP_SIGNED] +
                                    operations[VOTA_OP_SENT]);
    vota_output_number(mined, operations[VOTA_OP_MINED]);
    vota_output_number(final, operations[VOTA_OP_FINAL]);
    vota_output_number(halted, operations[VOTA_OP_HALTED]);
    const struct vota_table_line fields[] = {
        {"field.registers", registers},
        {"field.records", records},
        {"field.pending", pending},
        {"field.batches", batches},
        {"field.outbox-waiting", waiting},
        {"field.outbox-mined", mined},
        {"field.outbox-final", final},
        {"field.outbox-halted", operations[VOTA_OP_HALTED] > 0 ? halted : NULL},
    };
    vota_table_fields(standing->session.cli, VOTA_TABLE(fields));
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct standing standing = {0};
    int code = vota_session_open(&standing.session, cli);
    int seen = VOTA_EXIT_OK;
    if (code == VOTA_EXIT_OK)
        code = gather(&standing);
    if (code == VOTA_EXIT_OK && !vota_args_has(args, "offline"))
        seen = look(&standing);
    if (code == VOTA_EXIT_OK)
        code = vota_status_budget_read(&standing.budget, &standing.session,
                                       standing.reached ? &standing.view : NULL);
    if (code == VOTA_EXIT_OK && cli->json)
        report_json(&standing);
    if (code == VOTA_EXIT_OK && !cli->json) {
        report_chain(&standing);
        report_work(&standing);
        vota_status_budget_print(cli, &standing.budget);
    }
    if (code == VOTA_EXIT_OK)
        code = standing.operations[VOTA_OP_HALTED] > 0 ? VOTA_EXIT_FAILED : seen;
    if (standing.reached)
        vota_view_done(&standing.view);
    vota_session_close(&standing.session);
    return code;
}

static const struct vota_option options[] = {
    {.name = "offline", .help = "help.status.offline"},
};

static const struct vota_example examples[] = {
    {"help.status.example", "status"},
};

static const struct vota_action actions[] = {{
    .synopsis = "",
    .summary = "help.status.summary",
    .about = "help.status.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .run = run,
}};

const struct vota_command vota_cmd_status = {"status", "help.status.summary", VOTA_TABLE(actions)};
