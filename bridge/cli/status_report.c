/* SPDX-License-Identifier: Apache-2.0 */
/* A situation in sentences: see status_report.h. */
#include "bridge/cli/status_report.h"

#include <stdio.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/table.h"
#include "proof/hex.h"

#define BAR_COLUMNS 20u
#define SLOT        12u

const char *vota_status_state_text(enum vota_op_state state)
{
    static const char *const keys[VOTA_OP_STATES] = {
        "state.sealed", "state.signed", "state.sent", "state.mined", "state.final", "state.halted"};
    return keys[state];
}

const char *vota_status_state_name(enum vota_op_state state)
{
    static const char *const names[VOTA_OP_STATES] = {"queued", "signed", "sent",
                                                      "mined",  "final",  "halted"};
    return names[state];
}

const char *vota_status_kind_text(uint64_t kind)
{
    return kind >= VOTA_ENTRY_REGISTER && kind <= VOTA_ENTRY_SUCCEEDED
               ? vota_session_kind_text((enum vota_op_kind)kind)
               : "kind.unknown";
}

/* ---- what a person must know first ---- */

static enum vota_style style_of(enum vota_judge_level level)
{
    if (level == VOTA_JUDGE_WELL)
        return VOTA_STYLE_GOOD;
    return level == VOTA_JUDGE_ACT ? VOTA_STYLE_BAD : VOTA_STYLE_DOUBT;
}

static const char *verdict_key(enum vota_judge_level level)
{
    static const char *const keys[] = {[VOTA_JUDGE_WELL] = "status.well",
                                       [VOTA_JUDGE_WARN] = "status.warn",
                                       [VOTA_JUDGE_UNCHECKED] = "status.unchecked",
                                       [VOTA_JUDGE_ACT] = "status.act"};
    return keys[level];
}

/* The values that any problem's sentence may want. */
static void say_problem(const struct vota_cli *cli, const struct vota_situation *situation,
                        const char *key)
{
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char halted[VOTA_OUTPUT_NUMBER_CAP];
    char age[VOTA_OUTPUT_TIME_CAP];
    struct vota_phrase phrase;
    const uint64_t oldest = situation->oldest_at;
    vota_output_number(entry, situation->stop.entry);
    vota_output_number(halted, situation->operations[VOTA_OP_HALTED]);
    vota_output_span(cli, age, oldest != 0 ? situation->now - oldest : 0);
    const char *reason = situation->has_stop ? situation->stop.reason : situation->problem;
    vota_phrase_say(cli, &phrase, key, "entry", entry, "count", halted, "age", age, "reason",
                    vota_cli_reason(cli, reason), NULL);
    vota_output_wrap(cli, phrase.text, 4, 4);
}

/* A stop without an entry is that of a restored directory. */
static const char *problem_text(const struct vota_situation *situation, enum vota_problem problem)
{
    const bool restored = problem == VOTA_PROBLEM_STOPPED && situation->stop.entry == 0;
    return restored ? "situation.restored" : vota_judge_text(problem);
}

static void report_problems(const struct vota_cli *cli, const struct vota_situation *situation)
{
    const struct vota_judge_facts facts = vota_situation_facts(situation);
    const unsigned problems = vota_judge_problems(&facts);
    const enum vota_judge_level worst = vota_judge_worst(problems);
    char next[64];
    vota_output_style(cli, style_of(worst));
    vota_cli_say(cli, verdict_key(worst), NULL);
    vota_output_plain(cli);
    for (unsigned i = 0; i < VOTA_PROBLEMS; i++) {
        const enum vota_problem problem = (enum vota_problem)i;
        if ((problems & 1u << i) == 0)
            continue;
        (void)fputs("  ", cli->out);
        vota_output_style(cli, style_of(vota_judge_level_of(problem)));
        (void)fputs(cli->utf8 ? "• " : "* ", cli->out);
        vota_output_plain(cli);
        const char *key = problem_text(situation, problem);
        say_problem(cli, situation, key);
        (void)snprintf(next, sizeof next, "%s.next", key);
        if (vota_text_find(cli->lang, next) != NULL) {
            (void)fputs("    ", cli->out);
            say_problem(cli, situation, next);
        }
    }
}

/* ---- the chain ---- */

static const char *final_text(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                              const struct vota_situation *situation)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    char behind[VOTA_OUTPUT_NUMBER_CAP];
    char age[VOTA_OUTPUT_TIME_CAP];
    const struct vota_view *view = &situation->view;
    if (!view->has_final)
        return vota_text(cli, "status.final.none");
    vota_output_number(number, view->final_block);
    vota_output_number(behind, view->latest_block - view->final_block);
    vota_output_span(cli, age,
                     situation->now > view->final_time ? situation->now - view->final_time : 0);
    return vota_phrase_say(cli, ret_phrase,
                           view->final_lags ? "status.final.stalled" : "status.final", "block",
                           number, "age", age, "behind", behind, NULL);
}

static void report_chain(const struct vota_cli *cli, const struct vota_situation *situation)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    char age[VOTA_OUTPUT_TIME_CAP];
    char balance[VOTA_OUTPUT_NUMBER_CAP];
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    struct vota_phrase latest;
    struct vota_phrase final;
    const struct vota_view *view = &situation->view;
    const struct vota_store_network *network = &situation->session->network;
    const bool reached = situation->reached;
    vota_output_number(number, view->latest_block);
    vota_output_span(cli, age,
                     situation->now > view->latest_time ? situation->now - view->latest_time : 0);
    vota_output_ether_short(balance, vota_situation_balance(situation));
    vota_hex_of_addr(contract, &network->deployment.genesis.contract);
    const struct vota_table_line fields[] = {
        {"field.contract", network->has_contract ? contract : vota_text(cli, "field.none")},
        {"field.latest-block",
         reached ? vota_phrase_say(cli, &latest, "status.block", "block", number, "age", age, NULL)
                 : NULL},
        {"field.final-block", reached ? final_text(cli, &final, situation) : NULL},
        {"field.balance", reached ? balance : NULL},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
}

/* ---- providers ---- */

static const char *health_text(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                               const struct vota_situation_provider *provider)
{
    char behind[VOTA_OUTPUT_NUMBER_CAP];
    vota_output_number(behind, provider->behind);
    char since[VOTA_OUTPUT_TIME_CAP];
    const uint64_t benched = provider->health.since;
    vota_output_time(cli, since, benched);
    if (strcmp(provider->health.state, "ok") != 0)
        return vota_phrase_say(
            cli, ret_phrase, benched != 0 ? "status.provider.since" : "status.provider.benched",
            "reason", vota_cli_reason(cli, provider->health.reason), "time", since, NULL);
    if (provider->has_head && provider->behind > 0)
        return vota_phrase_say(cli, ret_phrase, "status.provider.behind", "count", behind, NULL);
    return vota_text(cli, "status.provider.ok");
}

static void report_providers(const struct vota_cli *cli, const struct vota_situation *situation)
{
    static const struct vota_column columns[] = {{"column.provider", false},
                                                 {"column.state", false}};
    struct vota_table table;
    bool fits = true;
    if (situation->n_providers == 0)
        return;
    vota_table_init(&table, VOTA_TABLE(columns));
    for (size_t i = 0; i < situation->n_providers; i++) {
        struct vota_phrase phrase;
        const struct vota_situation_provider *provider = &situation->providers[i];
        const char *const cells[] = {provider->name, health_text(cli, &phrase, provider)};
        fits = fits && vota_table_add(&table, cells) == VOTA_OK;
    }
    (void)fputc('\n', cli->out);
    vota_table_print(&table, cli);
    vota_table_done(&table);
}

/* ---- work ---- */

/* What anchoring means to somebody who waits for it: the last one. */
static const char *last_text(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                             const struct vota_situation *situation)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    char time[VOTA_OUTPUT_TIME_CAP];
    const struct vota_situation_entry *last = &situation->last;
    if (last->number == 0)
        return NULL;
    vota_output_number(number, last->number);
    vota_output_time(cli, time, last->time);
    return vota_phrase_say(cli, ret_phrase, last->final ? "status.last.final" : "status.last",
                           "entry", number, "what",
                           vota_text(cli, vota_status_kind_text(last->kind)), "time", time, NULL);
}

/* Numbers of one table, as text. */
struct numbers {
    char text[12][VOTA_OUTPUT_NUMBER_CAP];
    size_t n;
};

static const char *number(struct numbers *numbers, uint64_t value)
{
    VOTA_ASSERT(numbers->n < sizeof numbers->text / sizeof numbers->text[0]);
    char *text = numbers->text[numbers->n++];
    vota_output_number(text, value);
    return text;
}

/* What the site has not taken yet; NULL where it has everything, or there is no webhook. */
static const char *webhook_text(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                                const struct vota_situation *situation)
{
    char waiting[VOTA_OUTPUT_NUMBER_CAP];
    char failed[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_store_deliveries *deliveries = &situation->deliveries;
    if (!deliveries->begun || (deliveries->waiting == 0 && deliveries->failed == 0))
        return NULL;
    vota_output_number(waiting, deliveries->waiting);
    vota_output_number(failed, deliveries->failed);
    const bool is_well = deliveries->problem[0] == '\0';
    return vota_phrase_say(cli, ret_phrase, is_well ? "status.webhook" : "status.webhook.problem",
                           "waiting", waiting, "failed", failed, "problem", deliveries->problem,
                           NULL);
}

static void report_work(const struct vota_cli *cli, const struct vota_situation *situation)
{
    struct numbers numbers = {.n = 0};
    char age[VOTA_OUTPUT_TIME_CAP];
    struct vota_phrase journal;
    struct vota_phrase last;
    struct vota_phrase webhook;
    const uint64_t *operations = situation->operations;
    const uint64_t waiting =
        operations[VOTA_OP_QUEUED] + operations[VOTA_OP_SIGNED] + operations[VOTA_OP_SENT];
    const uint64_t oldest = situation->oldest_at;
    vota_output_span(cli, age, situation->now > oldest ? situation->now - oldest : 0);
    vota_phrase_say(cli, &journal, "status.journal", "entries",
                    number(&numbers, situation->entries), "final",
                    number(&numbers, situation->final_entries), NULL);
    const struct vota_table_line fields[] = {
        {"field.registers", number(&numbers, situation->registers)},
        {"field.records", number(&numbers, situation->records)},
        {"field.pending", number(&numbers, situation->pending.count)},
        {"field.batches", number(&numbers, situation->batches)},
        {"field.journal", journal.text},
        {"field.last-anchor", last_text(cli, &last, situation)},
        {"field.outbox-waiting", number(&numbers, waiting)},
        {"field.outbox-mined", number(&numbers, operations[VOTA_OP_MINED])},
        {"field.outbox-final", number(&numbers, operations[VOTA_OP_FINAL])},
        {"field.outbox-halted",
         operations[VOTA_OP_HALTED] > 0 ? number(&numbers, operations[VOTA_OP_HALTED]) : NULL},
        {"field.oldest-unfinal", oldest != 0 ? age : NULL},
        {"field.webhook", webhook_text(cli, &webhook, situation)},
    };
    (void)fputc('\n', cli->out);
    vota_table_fields(cli, VOTA_TABLE(fields));
}

static void report_owners(const struct vota_cli *cli, const struct vota_situation *situation)
{
    for (size_t i = 0; i < situation->n_owners; i++) {
        char number[VOTA_OUTPUT_NUMBER_CAP];
        char time[VOTA_OUTPUT_TIME_CAP];
        const struct vota_situation_entry *entry = &situation->owners[i];
        vota_output_number(number, entry->number);
        vota_output_time(cli, time, entry->time);
        vota_cli_say(cli, entry->final ? "status.owner-entry.final" : "status.owner-entry", "entry",
                     number, "what", vota_text(cli, vota_status_kind_text(entry->kind)), "time",
                     time, NULL);
    }
}

/* ---- on their way ---- */

uint64_t vota_status_until_final(const struct vota_situation *situation, uint64_t block)
{
    const struct vota_view *view = &situation->view;
    if (!situation->reached || !view->has_final || view->final_lags || block <= view->final_block)
        return 0;
    const uint64_t blocks = view->latest_block - view->final_block;
    const uint64_t seconds =
        view->latest_time > view->final_time ? view->latest_time - view->final_time : 0;
    const uint64_t pace = blocks > 0 && seconds >= blocks ? seconds / blocks : SLOT;
    return (block - view->final_block) * pace;
}

/* How far finality has come towards the block: filled as blocks follow upon it. */
static void draw_bar(const struct vota_cli *cli, const struct vota_view *view, uint64_t block)
{
    const uint64_t lag = view->latest_block - view->final_block;
    const uint64_t done = view->latest_block > block ? view->latest_block - block : 0;
    const size_t full = lag > 0 && done < lag ? (size_t)(done * BAR_COLUMNS / lag) : BAR_COLUMNS;
    for (size_t i = 0; i < BAR_COLUMNS; i++)
        (void)fputs(i < full ? (cli->utf8 ? "█" : "#") : (cli->utf8 ? "░" : "."), cli->out);
    (void)fputc(' ', cli->out);
}

static void report_fees(const struct vota_cli *cli, const struct vota_situation *situation,
                        const struct vota_situation_operation *open)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    char max_fee[VOTA_OUTPUT_NUMBER_CAP];
    char tip[VOTA_OUTPUT_NUMBER_CAP];
    char age[VOTA_OUTPUT_TIME_CAP];
    char bump[VOTA_OUTPUT_TIME_CAP];
    struct vota_phrase phrase;
    const struct vota_store_attempt *newest = &open->newest;
    const uint64_t now = situation->now;
    vota_output_number(number, newest->number);
    vota_output_gwei_short(max_fee, newest->max_fee);
    vota_output_gwei_short(tip, newest->tip);
    vota_output_span(cli, age, now > newest->created_at ? now - newest->created_at : 0);
    vota_output_span(cli, bump, open->bump_at > now ? open->bump_at - now : 0);
    const char *key = newest->at_cap ? "status.attempt.at-cap" : "status.attempt";
    if (open->why == VOTA_WAIT_FOR_BUMP && open->bump_at != 0)
        key = "status.attempt.bump";
    vota_phrase_say(cli, &phrase, key, "number", number, "fee", max_fee, "tip", tip, "age", age,
                    "bump", bump, NULL);
    vota_output_wrap(cli, phrase.text, 4, 0);
}

static void report_operation(const struct vota_cli *cli, const struct vota_situation *situation,
                             const struct vota_situation_operation *open)
{
    char id[24];
    char left[VOTA_OUTPUT_TIME_CAP];
    struct vota_phrase phrase;
    const struct vota_store_operation *about = &open->about;
    (void)snprintf(id, sizeof id, "%lld", (long long)about->id);
    vota_phrase_say(cli, &phrase, "status.operation", "id", id, "what",
                    vota_text(cli, vota_session_kind_text(about->kind)), "state",
                    vota_text(cli, vota_status_state_text(about->state)), "why",
                    vota_text(cli, vota_wait_text(open->why)), NULL);
    vota_output_wrap(cli, phrase.text, 2, 0);
    if (about->state == VOTA_OP_SIGNED || about->state == VOTA_OP_SENT)
        report_fees(cli, situation, open);
    const uint64_t until = vota_status_until_final(situation, about->entry.block);
    if (about->state != VOTA_OP_MINED || until == 0)
        return;
    vota_output_spaces(cli->out, 4);
    draw_bar(cli, &situation->view, about->entry.block);
    vota_output_span(cli, left, until);
    vota_cli_say(cli, "status.until-final", "span", left, NULL);
}

static void report_open(const struct vota_cli *cli, const struct vota_situation *situation)
{
    if (situation->n_open == 0)
        return;
    (void)fputc('\n', cli->out);
    vota_output_heading(cli, "status.open");
    for (size_t i = 0; i < situation->n_open; i++)
        report_operation(cli, situation, &situation->open[i]);
}

/* ---- all of it ---- */

static const char *role_key(enum vota_network_role role)
{
    static const char *const keys[VOTA_NETWORK_ROLES] = {
        "status.role.primary", "status.role.secondary", "status.role.successor",
        "status.role.past"};
    return keys[role];
}

const char *vota_status_title(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                              const struct vota_store_network *network)
{
    return vota_phrase_say(
        cli, ret_phrase, role_key(network->role), "network",
        vota_text(cli, vota_network_text(network->chain_id, &network->genesis_block)), NULL);
}

void vota_status_report(const struct vota_cli *cli, const struct vota_situation *situation)
{
    struct vota_phrase title;
    vota_output_style(cli, VOTA_STYLE_BOLD);
    (void)fputs(vota_status_title(cli, &title, &situation->session->network), cli->out);
    vota_output_plain(cli);
    (void)fputs("\n\n", cli->out);
    report_problems(cli, situation);
    (void)fputc('\n', cli->out);
    report_chain(cli, situation);
    (void)fputc('\n', cli->out);
    vota_status_budget_print(cli, &situation->budget);
    report_work(cli, situation);
    report_owners(cli, situation);
    report_open(cli, situation);
    report_providers(cli, situation);
}

void vota_status_report_line(const struct vota_cli *cli, const struct vota_situation *situation)
{
    char time[VOTA_OUTPUT_TIME_CAP];
    char latest[VOTA_OUTPUT_NUMBER_CAP];
    char final[VOTA_OUTPUT_NUMBER_CAP];
    char waiting[VOTA_OUTPUT_NUMBER_CAP];
    char mined[VOTA_OUTPUT_NUMBER_CAP];
    char done[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_judge_facts facts = vota_situation_facts(situation);
    vota_output_time(cli, time, situation->now);
    vota_output_number(latest, situation->reached ? situation->view.latest_block : 0);
    vota_output_number(final, situation->reached ? situation->view.final_block : 0);
    vota_output_number(waiting, facts.unmined);
    vota_output_number(mined, situation->operations[VOTA_OP_MINED]);
    vota_output_number(done, situation->operations[VOTA_OP_FINAL]);
    vota_cli_say(
        cli, "status.line", "time", time, "network", situation->session->network.name, "verdict",
        vota_text(cli, verdict_key(vota_judge_worst(vota_judge_problems(&facts)))), "latest",
        latest, "final", final, "waiting", waiting, "mined", mined, "done", done, NULL);
}
