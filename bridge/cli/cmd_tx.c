/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tx`: a person's eyes and hand on what is in the outbox of each network. What
 * the actions do is tx_explain.h's and tx_act.h's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/networks.h"
#include "bridge/cli/output.h"
#include "bridge/cli/phrase.h"
#include "bridge/cli/status_report.h"
#include "bridge/cli/table.h"
#include "bridge/cli/tx_act.h"
#include "bridge/cli/tx_explain.h"

struct tx {
    struct vota_networks networks;
    const struct vota_args *args;
    struct vota_cli *cli;
};

/* An action over networks that were just read. */
typedef int tx_action(struct tx *tx);

static int run_on(struct vota_cli *cli, const struct vota_args *args, bool asks, tx_action *action)
{
    struct tx *tx = calloc(1, sizeof *tx);
    if (tx == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    tx->args = args;
    tx->cli = cli;
    int code = vota_networks_open(&tx->networks, cli, vota_args_value(args, "network"));
    if (code == VOTA_EXIT_OK)
        code = vota_networks_read(&tx->networks, asks);
    if (code == VOTA_EXIT_OK)
        code = action(tx);
    vota_networks_close(&tx->networks);
    free(tx);
    return code;
}

/* The operation's number on the command line. */
static int id_of(const struct tx *tx, int64_t *ret_id)
{
    char *end = NULL;
    const char *text = tx->args->positional[0];
    const bool digits = text[0] >= '0' && text[0] <= '9';
    const unsigned long long number = digits ? strtoull(text, &end, 10) : 0;
    if (!digits || *end != '\0' || number == 0 || number > INT64_MAX)
        return vota_cli_usage(tx->cli, "error.bad-number", text, NULL);
    *ret_id = (int64_t)number;
    return VOTA_EXIT_OK;
}

/* That operation and the network it is on: numbers are those of the whole directory. */
static int find(const struct tx *tx, struct vota_tx_act *ret_act)
{
    struct vota_situation_operation operation;
    struct vota_error err = {0};
    const int code = id_of(tx, &ret_act->id);
    if (code != VOTA_EXIT_OK)
        return code;
    for (size_t i = 0; i < tx->networks.n; i++) {
        ret_act->situation = tx->networks.of[i];
        const enum vota_status status =
            vota_tx_find(&operation, ret_act->situation, ret_act->id, &err);
        if (status != VOTA_NOT_FOUND)
            return status == VOTA_OK ? VOTA_EXIT_OK
                                     : vota_cli_fail_error(tx->cli, &err, "error.store", NULL);
        err = (struct vota_error){0};
    }
    return vota_cli_fail(tx->cli, VOTA_EXIT_FAILED, "error.no-operation", "id",
                         tx->args->positional[0], NULL);
}

/* ---- list ---- */

static enum vota_status add_row(struct vota_table *table, const struct vota_cli *cli,
                                const struct vota_situation_operation *open, uint64_t now)
{
    char id[24];
    char tries[VOTA_OUTPUT_NUMBER_CAP];
    char fee[VOTA_OUTPUT_NUMBER_CAP] = "";
    char age[VOTA_OUTPUT_TIME_CAP];
    const struct vota_store_operation *about = &open->about;
    (void)snprintf(id, sizeof id, "%lld", (long long)about->id);
    vota_output_number(tries, open->has_newest ? open->newest.number : 0);
    if (open->has_newest)
        vota_output_gwei_short(fee, open->newest.max_fee);
    vota_output_span(cli, age, now > about->created_at ? now - about->created_at : 0);
    const char *const cells[] = {id,
                                 vota_text(cli, vota_session_kind_text(about->kind)),
                                 vota_text(cli, vota_status_state_text(about->state)),
                                 age,
                                 tries,
                                 fee,
                                 vota_text(cli, vota_wait_text(open->why))};
    return vota_table_add(table, cells);
}

static int list_json(const struct tx *tx)
{
    struct vota_json json;
    vota_json_begin(&json, tx->cli->out);
    vota_json_array(&json, "operations");
    for (size_t i = 0; i < tx->networks.n; i++) {
        const struct vota_situation *situation = tx->networks.of[i];
        for (size_t k = 0; k < situation->n_open; k++) {
            vota_json_object(&json, NULL);
            vota_json_text(&json, "network", situation->session->network.name);
            vota_status_json_operation(&json, &situation->open[k]);
            vota_json_end(&json);
        }
    }
    vota_json_end(&json);
    vota_json_finish(&json);
    return VOTA_EXIT_OK;
}

static enum vota_status list_one(const struct vota_situation *situation)
{
    static const struct vota_column columns[] = {{"column.number", true},   {"column.kind", false},
                                                 {"column.state", false},   {"column.age", true},
                                                 {"column.attempts", true}, {"column.most", true},
                                                 {"column.waits", false}};
    struct vota_table table;
    const struct vota_cli *cli = situation->session->cli;
    enum vota_status status = VOTA_OK;
    if (situation->n_open == 0) {
        vota_cli_say(cli, "tx.none", NULL);
        return VOTA_OK;
    }
    vota_table_init(&table, VOTA_TABLE(columns));
    for (size_t i = 0; status == VOTA_OK && i < situation->n_open; i++)
        status = add_row(&table, cli, &situation->open[i], situation->now);
    vota_table_print(&table, cli);
    vota_table_done(&table);
    return status;
}

/* A line that names the network, where there are several. */
static void name_network(const struct tx *tx, size_t i)
{
    struct vota_phrase title;
    if (tx->networks.n == 1)
        return;
    if (i > 0)
        (void)fputc('\n', tx->cli->out);
    vota_output_style(tx->cli, VOTA_STYLE_BOLD);
    (void)fputs(vota_status_title(tx->cli, &title, &tx->networks.of[i]->session->network),
                tx->cli->out);
    vota_output_plain(tx->cli);
    (void)fputc('\n', tx->cli->out);
}

static int list(struct tx *tx)
{
    enum vota_status status = VOTA_OK;
    if (tx->cli->json)
        return list_json(tx);
    for (size_t i = 0; status == VOTA_OK && i < tx->networks.n; i++) {
        name_network(tx, i);
        status = list_one(tx->networks.of[i]);
    }
    return status == VOTA_OK ? VOTA_EXIT_OK
                             : vota_cli_fail(tx->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
}

/* ---- the others ---- */

static int explain_all_json(const struct tx *tx)
{
    struct vota_json json;
    int code = VOTA_EXIT_OK;
    vota_json_begin(&json, tx->cli->out);
    vota_json_array(&json, "networks");
    for (size_t i = 0; code == VOTA_EXIT_OK && i < tx->networks.n; i++)
        code = vota_tx_explain_json(&json, tx->networks.of[i]);
    vota_json_end(&json);
    vota_json_finish(&json);
    return code;
}

static int explain(struct tx *tx)
{
    struct vota_tx_act act = {.id = 0};
    int code = VOTA_EXIT_OK;
    if (tx->args->n_positional > 0) {
        code = find(tx, &act);
        return code == VOTA_EXIT_OK ? vota_tx_explain(act.situation, act.id) : code;
    }
    if (tx->cli->json)
        return explain_all_json(tx);
    for (size_t i = 0; code == VOTA_EXIT_OK && i < tx->networks.n; i++) {
        name_network(tx, i);
        code = vota_tx_explain_all(tx->networks.of[i]);
    }
    return code;
}

static int wish(struct tx *tx, enum vota_op_wish what)
{
    struct vota_tx_act act = {.keystore = vota_args_value(tx->args, "keystore")};
    const int code = find(tx, &act);
    if (code != VOTA_EXIT_OK)
        return code;
    act.situation->session->password_file = vota_args_value(tx->args, "password-file");
    return vota_tx_wish(&act, what);
}

static int bump(struct tx *tx)
{
    return wish(tx, VOTA_WISH_BUMP);
}

static int cancel(struct tx *tx)
{
    return wish(tx, VOTA_WISH_CANCEL);
}

static int resume(struct tx *tx)
{
    struct vota_tx_act act = {.id = 0};
    const int code = find(tx, &act);
    return code == VOTA_EXIT_OK ? vota_tx_resume(&act) : code;
}

static int run_list(struct vota_cli *cli, const struct vota_args *args)
{
    return run_on(cli, args, !vota_args_has(args, "offline"), list);
}

static int run_explain(struct vota_cli *cli, const struct vota_args *args)
{
    return run_on(cli, args, !vota_args_has(args, "offline"), explain);
}

static int run_bump(struct vota_cli *cli, const struct vota_args *args)
{
    return run_on(cli, args, true, bump);
}

static int run_cancel(struct vota_cli *cli, const struct vota_args *args)
{
    return run_on(cli, args, true, cancel);
}

static int run_resume(struct vota_cli *cli, const struct vota_args *args)
{
    return run_on(cli, args, true, resume);
}

/* clang-format off */
#define NETWORK {.name = "network", .value = "NAME", .help = "help.option.network"}
#define OFFLINE {.name = "offline", .help = "help.status.offline"}
/* clang-format on */

static const struct vota_option looking[] = {OFFLINE, NETWORK};
static const struct vota_option resuming[] = {NETWORK};
static const struct vota_option acting[] = {
    {.name = "keystore", .value = "FILE", .help = "help.tx.keystore"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
    NETWORK};

static const struct vota_example list_examples[] = {{"help.tx.list.example", "tx list"}};
static const struct vota_example explain_examples[] = {
    {"help.tx.explain.example", "tx explain"}, {"help.tx.explain.example-one", "tx explain 5"}};
static const struct vota_example bump_examples[] = {{"help.tx.bump.example", "tx bump 5"}};
static const struct vota_example cancel_examples[] = {{"help.tx.cancel.example", "tx cancel 5"}};
static const struct vota_example resume_examples[] = {{"help.tx.resume.example", "tx resume 5"}};

static const struct vota_action actions[] = {
    {.name = "list",
     .synopsis = "",
     .summary = "help.tx.list.summary",
     .about = "help.tx.list.about",
     .options = looking,
     .n_options = VOTA_COUNT(looking),
     .examples = list_examples,
     .n_examples = VOTA_COUNT(list_examples),
     .run = run_list},
    {.name = "explain",
     .synopsis = "[ID]",
     .summary = "help.tx.explain.summary",
     .about = "help.tx.explain.about",
     .options = looking,
     .n_options = VOTA_COUNT(looking),
     .examples = explain_examples,
     .n_examples = VOTA_COUNT(explain_examples),
     .max_args = 1,
     .run = run_explain},
    {.name = "bump",
     .synopsis = "ID",
     .summary = "help.tx.bump.summary",
     .about = "help.tx.bump.about",
     .options = acting,
     .n_options = VOTA_COUNT(acting),
     .examples = bump_examples,
     .n_examples = VOTA_COUNT(bump_examples),
     .min_args = 1,
     .max_args = 1,
     .loads_keys = true,
     .run = run_bump},
    {.name = "cancel",
     .synopsis = "ID",
     .summary = "help.tx.cancel.summary",
     .about = "help.tx.cancel.about",
     .options = acting,
     .n_options = VOTA_COUNT(acting),
     .examples = cancel_examples,
     .n_examples = VOTA_COUNT(cancel_examples),
     .min_args = 1,
     .max_args = 1,
     .loads_keys = true,
     .run = run_cancel},
    {.name = "resume",
     .synopsis = "ID",
     .summary = "help.tx.resume.summary",
     .about = "help.tx.resume.about",
     .options = resuming,
     .n_options = VOTA_COUNT(resuming),
     .examples = resume_examples,
     .n_examples = VOTA_COUNT(resume_examples),
     .min_args = 1,
     .max_args = 1,
     .run = run_resume},
};

const struct vota_command vota_cmd_tx = {"tx", "help.tx.summary", VOTA_TABLE(actions)};
