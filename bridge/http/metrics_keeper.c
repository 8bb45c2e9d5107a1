/* SPDX-License-Identifier: Apache-2.0 */
/* What the keeper knows of rows, promises, batches and money, written down. */
#include "bridge/http/metrics_parts.h"

static void put_turns(struct vota_exposition *ex, const struct vota_standing_keeper *keeper)
{
    vota_exposition_counter(ex, "voteanchor_keeper_turns_total",
                            "Whole turns of the thread that seals and sends.");
    vota_exposition_number(ex, keeper->turns);
    vota_exposition_counter(ex, "voteanchor_keeper_turn_failures_total",
                            "Its turns that the store refused.");
    vota_exposition_number(ex, keeper->turn_failures);
    if (!keeper->has_turn)
        return;
    vota_exposition_gauge(ex, "voteanchor_keeper_last_turn_timestamp_seconds",
                          "When its last whole turn ended.");
    vota_exposition_number(ex, keeper->turn_at);
}

static void put_pending(struct vota_exposition *ex, const struct vota_standing_keeper *keeper,
                        uint64_t now)
{
    const struct vota_store_pending *pending = &keeper->pending;
    const bool waits = pending->count > 0 && now > pending->oldest;
    vota_exposition_gauge(ex, "voteanchor_pending_records",
                          "Records that are accepted and in no batch yet.");
    vota_exposition_number(ex, pending->count);
    vota_exposition_gauge(ex, "voteanchor_pending_oldest_age_seconds",
                          "How long the first of them has waited; 0 without any.");
    vota_exposition_number(ex, waits ? now - pending->oldest : 0);
    vota_exposition_gauge(ex, "voteanchor_promise_remaining_seconds",
                          "Time until the earliest promise of a record that is not in the journal "
                          "yet; below 0 it is broken. Absent without any.");
    if (keeper->promise_by != 0)
        vota_exposition_signed(ex, (int64_t)keeper->promise_by - (int64_t)now);
}

static const char *why_word(size_t why)
{
    return vota_batch_why_name((enum vota_batch_why)why);
}

static void put_batches(struct vota_exposition *ex, const struct vota_standing_keeper *keeper)
{
    vota_exposition_counter(ex, "voteanchor_batches_sealed_total",
                            "Batches that were sealed, by what made them due.");
    for (size_t why = VOTA_BATCH_ASKED; why < VOTA_STANDING_WHYS; why++) {
        vota_exposition_label(ex, "why", why_word(why));
        vota_exposition_number(ex, keeper->seals_by[why]);
    }
    vota_exposition_counter(ex, "voteanchor_records_sealed_total", "Records in these batches.");
    vota_exposition_number(ex, keeper->sealed_rows);
    vota_exposition_gauge(ex, "voteanchor_last_seal_timestamp_seconds",
                          "When a batch was sealed last. Absent before the first.");
    if (keeper->seal_at != 0)
        vota_exposition_number(ex, keeper->seal_at);
    vota_exposition_gauge(ex, "voteanchor_next_seal_timestamp_seconds",
                          "When the next batch will be due, if no record is added. Absent when "
                          "nothing waits or it is due.");
    if (keeper->due.at != 0 && keeper->due.at != UINT64_MAX)
        vota_exposition_number(ex, keeper->due.at);
    vota_exposition_gauge(ex, "voteanchor_registers",
                          "Registers that take records now, and those whose result is to come.");
    vota_exposition_label(ex, "state", "open");
    vota_exposition_number(ex, keeper->registers_open);
    vota_exposition_label(ex, "state", "closing");
    vota_exposition_number(ex, keeper->registers_closing);
    vota_exposition_counter(ex, "voteanchor_results_total", "Results that were queued.");
    vota_exposition_number(ex, keeper->results);
}

/* ---- money ---- */

/* One amount of the primary's. */
static void put_wei(struct vota_exposition *ex, const char *name, const char *help, uint64_t wei)
{
    const struct vota_u256 amount = vota_u256_of(wei);
    vota_exposition_gauge(ex, name, help);
    vota_exposition_label(ex, "network", vota_metrics_network(0));
    vota_exposition_ether(ex, &amount);
}

static void put_spent(struct vota_exposition *ex, const struct vota_store_spent *spent)
{
    const struct vota_u256 paid = vota_u256_of(spent->paid);
    const struct vota_u256 open = vota_u256_of(spent->open);
    vota_exposition_gauge(ex, "voteanchor_spent_day_ether",
                          "Of the last 24 hours: paid, and the most that what is under way can "
                          "still cost (open).");
    vota_exposition_label(ex, "network", vota_metrics_network(0));
    vota_exposition_label(ex, "state", "paid");
    vota_exposition_ether(ex, &paid);
    vota_exposition_label(ex, "network", vota_metrics_network(0));
    vota_exposition_label(ex, "state", "open");
    vota_exposition_ether(ex, &open);
}

static const char *level_word(size_t level)
{
    return vota_budget_level_name((enum vota_budget_level)level);
}

static const char *budget_why_word(size_t why)
{
    return vota_budget_why_name((enum vota_budget_why)why);
}

/* What is planned from a chain that was reached. */
static void put_plan(struct vota_exposition *ex, const struct vota_budget_standing *budget)
{
    const struct vota_budget_plan *plan = &budget->plan;
    vota_exposition_gauge(ex, "voteanchor_runway_seconds", "How long the balance lasts.");
    vota_exposition_label(ex, "network", vota_metrics_network(0));
    if (plan->runway_days == VOTA_BUDGET_ENDLESS)
        vota_exposition_endless(ex);
    else
        vota_exposition_number(ex, plan->runway_days * 86400);
    vota_exposition_gauge(ex, "voteanchor_budget_level", "1 for the present level of the balance.");
    vota_exposition_label(ex, "network", vota_metrics_network(0));
    vota_exposition_states(ex, "level", level_word, VOTA_BUDGET_PAGE + 1, plan->level);
    vota_exposition_gauge(ex, "voteanchor_funds_missing_ether",
                          "Without which no transaction is signed; 0: there is enough.");
    vota_exposition_label(ex, "network", vota_metrics_network(0));
    vota_exposition_ether(ex, &plan->missing);
    put_wei(ex, "voteanchor_entry_cost_ether", "What an entry costs at the present price.",
            plan->entry_cost);
    put_wei(ex, "voteanchor_gas_price_ether", "What a unit of gas costs now.", budget->view.price);
    vota_exposition_gauge(ex, "voteanchor_seal_interval_seconds",
                          "How long rows wait for company, as the governor of spending has it.");
    vota_exposition_number(ex, plan->interval);
    vota_exposition_gauge(ex, "voteanchor_seal_interval_why",
                          "1 for what makes it as long as it is; calm: the configuration.");
    vota_exposition_states(ex, "why", budget_why_word, VOTA_BUDGET_BALANCE + 1, plan->why);
}

static void put_budget(struct vota_exposition *ex, const struct vota_standing_keeper *keeper)
{
    const struct vota_budget_standing *budget = &keeper->budget;
    if (!keeper->has_budget)
        return;
    put_spent(ex, &budget->spent);
    put_wei(ex, "voteanchor_spend_limit_day_ether", "[fees] max_day_eth.", budget->view.day_max);
    vota_exposition_gauge(ex, "voteanchor_entry_gas",
                          "Gas that an entry takes: the median of 30 days; 0: not known.");
    vota_exposition_label(ex, "network", vota_metrics_network(0));
    vota_exposition_number(ex, budget->view.history.gas_usual);
    if (keeper->budget_reached)
        put_plan(ex, budget);
}

void vota_metrics_put_keeper(struct vota_exposition *ex, const struct vota_standing_keeper *keeper,
                             uint64_t now)
{
    put_turns(ex, keeper);
    put_pending(ex, keeper, now);
    put_batches(ex, keeper);
    put_budget(ex, keeper);
}
