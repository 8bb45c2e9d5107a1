/* SPDX-License-Identifier: Apache-2.0 */
/* Closing a register and publishing its result: see register_close.h. */
#include "bridge/cli/register_close.h"

#include <stdlib.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/engine/result.h"
#include "proof/jcs.h"

#define DEFAULT_TIMEOUT 3600u
#define LABEL_MAX       4096u

const struct vota_option vota_register_close_options[2] = {
    {.name = "wait", .value = "mined|final", .help = "help.option.wait"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};

struct closing {
    struct vota_session session;
    struct vota_store_register_copy reg;
    struct vota_result result;
    enum vota_session_wait wait;
};

/* Not before its time: votes may still come until then. */
static int refuse_early(struct closing *closing)
{
    char time[VOTA_OUTPUT_TIME_CAP];
    const struct vota_store_register *reg = &closing->reg.about;
    if (vota_session_now() >= reg->closes_at)
        return VOTA_EXIT_OK;
    vota_output_time(closing->session.cli, time, reg->closes_at);
    return vota_cli_fail(closing->session.cli, VOTA_EXIT_FAILED, "error.register-open", "id",
                         reg->slug, "time", time, NULL);
}

static int end_acceptance(struct closing *closing)
{
    struct vota_error err = {0};
    struct vota_store *store = closing->session.store;
    if (closing->reg.about.closed_at != 0)
        return VOTA_EXIT_OK;
    enum vota_status status = vota_store_begin(store, &err);
    if (status == VOTA_OK)
        status =
            vota_store_register_set_closed(store, closing->reg.about.id, vota_session_now(), &err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, &err);
    vota_store_rollback(store);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(closing->session.cli, &err, "error.store", NULL);
}

/* A network's own result: its journal's entries have numbers of their own. */
static enum vota_status queue_result(const struct closing *closing, struct vota_result *ret_result,
                                     const struct vota_session *session, struct vota_error *err)
{
    const struct vota_result_order order = {.reg = &closing->reg.about,
                                            .network = session->network.id,
                                            .again = VOTA_RESULT_CORRECTED,
                                            .now = vota_session_now()};
    return vota_result_queue(ret_result, session->store, &order, err);
}

/* The secondary's, once everything before it is in its journal; else at the next `close`. */
static int queue_secondary(const struct closing *closing)
{
    static struct vota_result result;
    uint64_t counts[VOTA_OP_STATES];
    struct vota_error err = {0};
    const struct vota_session *other = closing->session.secondary;
    if (other == NULL)
        return VOTA_EXIT_OK;
    if (vota_store_outbox_count(counts, other->store, other->network.id, &err) != VOTA_OK)
        return vota_cli_fail_error(other->cli, &err, "error.store", NULL);
    enum vota_status status = VOTA_NOT_FOUND;
    if (counts[VOTA_OP_QUEUED] + counts[VOTA_OP_SIGNED] + counts[VOTA_OP_SENT] +
            counts[VOTA_OP_HALTED] ==
        0)
        status = queue_result(closing, &result, other, &err);
    if (status == VOTA_NOT_FOUND)
        vota_cli_warn(other->cli, "warning.result-later", "network", other->network.name, "id",
                      closing->reg.about.slug, NULL);
    if (status == VOTA_OK || status == VOTA_NOT_FOUND)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(other->cli, &err, "error.tally", "id", closing->reg.about.slug,
                               NULL);
}

static int count_and_publish(struct closing *closing)
{
    struct vota_error err = {0};
    struct vota_session *session = &closing->session;
    if (queue_result(closing, &closing->result, session, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.tally", "id", closing->reg.about.slug,
                                   NULL);
    const int code = queue_secondary(closing);
    if (code != VOTA_EXIT_OK)
        return code;
    return vota_session_settle(session, closing->wait, DEFAULT_TIMEOUT);
}

static const char *const number_keys[VOTA_COUNT_NUMBERS] = {
    "number.blank",    "number.rows",    "number.counted",  "number.superseded", "number.untimely",
    "number.conflict", "number.invalid", "number.unopened", "number.erased"};

static void report_json(const struct closing *closing, const struct vota_definition *definition)
{
    struct vota_json json;
    const struct vota_tally *tally = &closing->result.tally;
    vota_json_begin(&json, closing->session.cli->out);
    vota_json_text(&json, "register", closing->reg.about.slug);
    vota_json_hash(&json, "register_hash", &closing->reg.about.hash);
    vota_json_number(&json, "last_entry", tally->last_entry);
    vota_json_object(&json, "counts");
    for (size_t i = 0; i < definition->option_count; i++) {
        char id[VOTA_DEFINITION_MAX_OPT_ID + 1];
        const struct vota_slice slice = vota_definition_option_id(definition, i);
        vota_bytes_copy(id, slice.at, slice.len);
        id[slice.len] = '\0';
        vota_json_number(&json, id, tally->numbers[i]);
    }
    vota_json_end(&json);
    for (size_t i = 0; i < VOTA_COUNT_NUMBERS; i++)
        vota_json_number(&json, number_keys[i] + sizeof "number." - 1,
                         tally->numbers[definition->option_count + i]);
    vota_json_finish(&json);
}

static enum vota_status add_line(struct vota_table *table, const char *label, uint64_t number)
{
    char text[VOTA_OUTPUT_NUMBER_CAP];
    vota_output_number(text, number);
    const char *const cells[] = {label, text};
    return vota_table_add(table, cells);
}

static enum vota_status add_options(struct vota_table *table, const struct closing *closing,
                                    const struct vota_definition *definition)
{
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; status == VOTA_OK && i < definition->option_count; i++) {
        char label[LABEL_MAX];
        struct vota_wr wr = vota_wr_of(label, sizeof label - 1);
        const struct vota_slice raw = closing->session.cli->lang == VOTA_LANG_KO
                                          ? vota_definition_option_ko(definition, i)
                                          : vota_definition_option_en(definition, i);
        vota_jcs_unescape(&wr, raw);
        label[vota_wr_fits(&wr) ? wr.len : 0] = '\0';
        status = add_line(table, label, closing->result.tally.numbers[i]);
    }
    return status;
}

static const struct vota_column columns[] = {{"column.answer", false}, {"column.count", true}};

static int report(const struct closing *closing)
{
    static struct vota_definition definition;
    struct vota_table table;
    struct vota_error err = {0};
    const struct vota_cli *cli = closing->session.cli;
    const struct vota_slice text = closing->reg.about.definition;
    if (vota_definition_read(&definition, text.at, text.len, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.tally", "id", closing->reg.about.slug, NULL);
    if (cli->json) {
        report_json(closing, &definition);
        return VOTA_EXIT_OK;
    }
    vota_cli_say(cli, "register.closed", "id", closing->reg.about.slug, NULL);
    vota_table_init(&table, VOTA_TABLE(columns));
    enum vota_status status = add_options(&table, closing, &definition);
    for (size_t i = 0; status == VOTA_OK && i < VOTA_COUNT_NUMBERS; i++)
        status = add_line(&table, vota_text(cli, number_keys[i]),
                          closing->result.tally.numbers[definition.option_count + i]);
    if (status == VOTA_OK)
        vota_table_print(&table, cli);
    vota_table_done(&table);
    return status == VOTA_OK ? VOTA_EXIT_OK
                             : vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
}

static int close_register(struct closing *closing, const struct vota_args *args)
{
    struct vota_session *session = &closing->session;
    struct vota_error err = {0};
    const char *slug = args->positional[0];
    int code = vota_session_wait_of(session->cli, &closing->wait, vota_args_value(args, "wait"));
    if (code != VOTA_EXIT_OK)
        return code;
    const enum vota_status status =
        vota_store_register_get(&closing->reg, session->store, session->network.line, slug, &err);
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-register", "id", slug, NULL);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    code = refuse_early(closing);
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_anchoring(session);
    if (code == VOTA_EXIT_OK)
        code = vota_session_connect(session);
    if (code == VOTA_EXIT_OK)
        code = end_acceptance(closing);
    if (code == VOTA_EXIT_OK)
        code =
            vota_session_anchor(session, VOTA_BATCH_BY_CLOSING, VOTA_WAIT_FINAL, DEFAULT_TIMEOUT);
    if (code == VOTA_EXIT_OK)
        code = count_and_publish(closing);
    if (code == VOTA_EXIT_OK)
        code = report(closing);
    return code;
}

int vota_register_close(struct vota_cli *cli, const struct vota_args *args)
{
    struct closing *closing = calloc(1, sizeof *closing);
    if (closing == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = vota_session_open(&closing->session, cli);
    closing->session.password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = close_register(closing, args);
    vota_store_register_done(&closing->reg);
    vota_session_close(&closing->session);
    free(closing);
    return code;
}
