/* SPDX-License-Identifier: Apache-2.0 */
/* Money in `status`: see status_budget.h. */
#include "bridge/cli/status_budget.h"

#include <stdio.h>
#include <stdlib.h>

#include "bridge/cli/output.h"
#include "bridge/cli/table.h"

int vota_status_budget_read(struct vota_status_budget *ret_budget,
                            const struct vota_session *session, const struct vota_view *view)
{
    const struct vota_config *config = &session->config;
    const struct vota_attempt_limits limits = {
        .fees = {config->min_tip, config->max_tip, config->max_fee},
        .tx_max = config->max_tx,
        .day_max = config->max_day,
        .deploy_max = config->max_deploy};
    struct vota_budget_source source = {.store = session->store,
                                        .network = &session->network,
                                        .limits = &limits,
                                        .batch = vota_session_batch_policy(session),
                                        .now = vota_session_now(),
                                        .reached = view != NULL};
    struct vota_error err = {0};
    if (view != NULL) {
        source.balance = view->accounts[0].balance;
        source.next_base_fee = view->next_base_fee;
    }
    ret_budget->reached = view != NULL;
    if (vota_budget_gather(&ret_budget->standing, &source, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    return VOTA_EXIT_OK;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static uint64_t wei_of(const struct vota_u256 *amount)
{
    uint64_t wei = UINT64_MAX; /* 18 ETH: more is shown as this */
    (void)!vota_u256_to_u64(&wei, amount);
    return wei;
}

/* ---- for a person ---- */

#define MICRO_ETHER 1000000000000u

/* Rounded up to a millionth of an ETH: nobody reads 18 places. */
static void short_ether(char ret_text[VOTA_OUTPUT_NUMBER_CAP], uint64_t wei)
{
    const uint64_t rest = wei % MICRO_ETHER;
    vota_output_ether(ret_text, rest == 0 ? wei : sum(wei - rest, MICRO_ETHER));
}

/* "at most 0.0021 ETH of 0.1 ETH", to be freed; NULL without memory: the line is left out. */
static char *spent_text(const struct vota_cli *cli, const struct vota_budget_standing *standing)
{
    char paid[VOTA_OUTPUT_NUMBER_CAP];
    char open[VOTA_OUTPUT_NUMBER_CAP];
    char most[VOTA_OUTPUT_NUMBER_CAP];
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    short_ether(paid, standing->spent.paid);
    short_ether(open, standing->spent.open);
    vota_output_ether(most, standing->view.day_max);
    vota_text_print(cli, stream,
                    standing->spent.open != 0 ? "status.spent-and-open" : "status.spent", "paid",
                    paid, "open", open, "most", most, NULL);
    (void)fclose(stream);
    return text;
}

static char *runway_text(const struct vota_cli *cli, const struct vota_budget_plan *plan)
{
    char days[VOTA_OUTPUT_NUMBER_CAP];
    char daily[VOTA_OUTPUT_NUMBER_CAP];
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    vota_output_number(days, plan->runway_days);
    short_ether(daily, plan->daily);
    vota_text_print(cli, stream,
                    plan->runway_days == VOTA_BUDGET_ENDLESS ? "status.runway-endless"
                                                             : "status.runway",
                    "days", days, "daily", daily, NULL);
    (void)fclose(stream);
    return text;
}

static const char *due_key(enum vota_batch_why why)
{
    static const char *const keys[] = {[VOTA_BATCH_NOTHING] = "status.due.nothing",
                                       [VOTA_BATCH_ASKED] = "status.due.asked",
                                       [VOTA_BATCH_FULL] = "status.due.full",
                                       [VOTA_BATCH_PROMISE] = "status.due.promise",
                                       [VOTA_BATCH_AGE] = "status.due.age",
                                       [VOTA_BATCH_STRETCHED] = "status.due.stretched",
                                       [VOTA_BATCH_CLOSING] = "status.due.closing"};
    return keys[why];
}

static char *due_text(const struct vota_cli *cli, const struct vota_budget_standing *standing)
{
    char at[VOTA_OUTPUT_TIME_CAP];
    char interval[VOTA_OUTPUT_TIME_CAP];
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    const uint64_t due = standing->due.at;
    vota_output_time(cli, at, due > standing->view.now ? due : standing->view.now);
    vota_output_span(cli, interval, standing->plan.interval);
    vota_text_print(cli, stream, due_key(standing->due.why), "time", at, "interval", interval,
                    NULL);
    (void)fclose(stream);
    return text;
}

/* Why batches wait longer than configured. */
static void print_stretch(const struct vota_cli *cli, const struct vota_budget_standing *standing)
{
    static const char *const keys[] = {[VOTA_BUDGET_FEES] = "status.stretch.fees",
                                       [VOTA_BUDGET_DAY_CAP] = "status.stretch.day-cap",
                                       [VOTA_BUDGET_BALANCE] = "status.stretch.balance"};
    char interval[VOTA_OUTPUT_TIME_CAP];
    char usual[VOTA_OUTPUT_TIME_CAP];
    char ratio[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_budget_plan *plan = &standing->plan;
    if (plan->why == VOTA_BUDGET_CALM)
        return;
    vota_output_span(cli, interval, plan->interval);
    vota_output_span(cli, usual, standing->view.max_age);
    vota_output_number(ratio, plan->fee_ratio / 10 + (plan->fee_ratio % 10 >= 5));
    vota_cli_say(cli, keys[plan->why], "ratio", ratio, "interval", interval, "usual", usual, NULL);
}

static void print_top_up(const struct vota_cli *cli, const struct vota_budget_plan *plan)
{
    char by[VOTA_OUTPUT_TIME_CAP];
    char amount[VOTA_OUTPUT_NUMBER_CAP];
    if (plan->level == VOTA_BUDGET_GOOD)
        return;
    vota_output_time(cli, by, plan->top_up_by);
    short_ether(amount, wei_of(&plan->top_up));
    vota_output_style(cli, plan->level == VOTA_BUDGET_PAGE ? VOTA_STYLE_BAD : VOTA_STYLE_DOUBT);
    vota_cli_say(cli, plan->level == VOTA_BUDGET_PAGE ? "status.top-up.page" : "status.top-up.warn",
                 "time", by, "amount", amount, NULL);
    if (!vota_u256_is_zero(&plan->missing)) {
        short_ether(amount, wei_of(&plan->missing));
        vota_cli_say(cli, "status.top-up.missing", "amount", amount, NULL);
    }
    vota_output_plain(cli);
}

void vota_status_budget_print(const struct vota_cli *cli, const struct vota_status_budget *budget)
{
    char gas[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_budget_standing *standing = &budget->standing;
    const struct vota_budget_history *history = &standing->view.history;
    char *spent = spent_text(cli, standing);
    char *runway = budget->reached ? runway_text(cli, &standing->plan) : NULL;
    char *due = due_text(cli, standing);
    vota_output_number(gas, history->gas_usual);
    const struct vota_table_line fields[] = {
        {"field.spent-day", spent},
        {"field.gas-entry", history->gas_usual != 0 ? gas : NULL},
        {"field.runway", runway},
        {"field.next-batch", due},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
    if (budget->reached) {
        print_stretch(cli, standing);
        print_top_up(cli, &standing->plan);
    }
    free(spent);
    free(runway);
    free(due);
}

/* ---- for a program ---- */

static void plan_json(struct vota_json *json, const struct vota_budget_plan *plan)
{
    vota_json_text(json, "level", vota_budget_level_name(plan->level));
    if (plan->runway_days == VOTA_BUDGET_ENDLESS)
        vota_json_null(json, "runway_days");
    else
        vota_json_number(json, "runway_days", plan->runway_days);
    vota_json_number(json, "daily_wei", plan->daily);
    vota_json_number(json, "reserve_wei", plan->reserve);
    vota_json_number(json, "entry_wei", plan->entry_cost);
    vota_json_number(json, "fee_ratio_tenths", plan->fee_ratio);
    vota_json_number(json, "interval_seconds", plan->interval);
    vota_json_text(json, "interval_why", vota_budget_why_name(plan->why));
    if (plan->level == VOTA_BUDGET_GOOD)
        vota_json_null(json, "top_up_by");
    else
        vota_json_time(json, "top_up_by", plan->top_up_by);
    vota_json_number(json, "top_up_wei", wei_of(&plan->top_up));
    vota_json_number(json, "missing_wei", wei_of(&plan->missing));
}

void vota_status_budget_json(struct vota_json *json, const struct vota_status_budget *budget)
{
    const struct vota_budget_standing *standing = &budget->standing;
    const struct vota_budget_history *history = &standing->view.history;
    const uint64_t now = standing->view.now;
    vota_json_object(json, "budget");
    vota_json_number(json, "spent_wei", standing->spent.paid);
    vota_json_number(json, "open_wei", standing->spent.open);
    vota_json_number(json, "day_max_wei", standing->view.day_max);
    vota_json_bool(json, "day_max_reached",
                   sum(standing->spent.paid, standing->spent.open) >= standing->view.day_max);
    vota_json_number(json, "gas_per_entry", history->gas_usual);
    vota_json_number(json, "usual_price_wei", history->price_usual);
    vota_json_number(json, "history_days", history->days);
    if (budget->reached)
        plan_json(json, &standing->plan);
    if (standing->due.why == VOTA_BATCH_NOTHING)
        vota_json_null(json, "next_batch_at");
    else
        vota_json_time(json, "next_batch_at", standing->due.at > now ? standing->due.at : now);
    vota_json_text(json, "next_batch_why", vota_batch_why_name(standing->due.why));
    vota_json_end(json);
}
