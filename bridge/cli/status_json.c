/* SPDX-License-Identifier: Apache-2.0 */
/* A situation as JSON: see status_report.h. */
#include "bridge/cli/status_report.h"

static void time_or_null(struct vota_json *json, const char *name, uint64_t time)
{
    if (time == 0)
        vota_json_null(json, name);
    else
        vota_json_time(json, name, time);
}

static void chain_json(struct vota_json *json, const struct vota_situation *situation)
{
    const struct vota_view *view = &situation->view;
    vota_json_bool(json, "reached", situation->reached);
    vota_json_text(json, "unreached_why",
                   situation->problem[0] == '\0' ? NULL : situation->problem);
    vota_json_number(json, "latest_block", situation->reached ? view->latest_block : 0);
    vota_json_number(json, "final_block", situation->reached ? view->final_block : 0);
    time_or_null(json, "latest_at", situation->reached ? view->latest_time : 0);
    time_or_null(json, "final_at", situation->reached && view->has_final ? view->final_time : 0);
    vota_json_bool(json, "finality_stalled", situation->reached && view->final_lags);
    if (situation->reached && view->contract_latest)
        vota_json_addr(json, "anchorer", &view->latest.contract.anchorer);
    else
        vota_json_null(json, "anchorer");
    vota_json_number(json, "balance_wei", vota_situation_balance(situation));
}

static void counts_json(struct vota_json *json, const struct vota_situation *situation)
{
    const uint64_t *operations = situation->operations;
    vota_json_number(json, "registers", situation->registers);
    vota_json_number(json, "records", situation->records);
    vota_json_number(json, "pending", situation->pending.count);
    vota_json_number(json, "batches", situation->batches);
    vota_json_number(json, "entries", situation->entries);
    vota_json_number(json, "final_entries", situation->final_entries);
    vota_json_object(json, "operations");
    for (unsigned i = 0; i < VOTA_OP_STATES; i++)
        vota_json_number(json, vota_status_state_name((enum vota_op_state)i), operations[i]);
    vota_json_end(json);
}

static const char *wish_name(enum vota_op_wish wish)
{
    if (wish == VOTA_WISH_NONE)
        return NULL;
    return wish == VOTA_WISH_BUMP ? "bump" : "cancel";
}

void vota_status_json_operation(struct vota_json *json,
                                const struct vota_situation_operation *operation)
{
    const struct vota_store_operation *about = &operation->about;
    const struct vota_store_attempt *newest = &operation->newest;
    vota_json_number(json, "id", (uint64_t)about->id);
    vota_json_text(json, "kind", vota_session_kind_text(about->kind) + sizeof "kind." - 1);
    vota_json_text(json, "state", vota_status_state_name(about->state));
    vota_json_time(json, "created_at", about->created_at);
    vota_json_text(json, "waits_for", vota_wait_name(operation->why));
    vota_json_text(json, "halted_why", about->state == VOTA_OP_HALTED ? about->reason : NULL);
    vota_json_text(json, "wish", wish_name(about->wish));
    vota_json_number(json, "round", about->round);
    if (about->entered) {
        vota_json_number(json, "entry", about->entry.number);
        vota_json_number(json, "block", about->entry.block);
    }
    if (operation->has_newest) {
        vota_json_number(json, "nonce", about->nonce);
        vota_json_number(json, "attempts", newest->number);
        vota_json_hash(json, "transaction", &newest->tx_hash);
        vota_json_number(json, "max_fee_wei", newest->max_fee);
        vota_json_number(json, "tip_wei", newest->tip);
        vota_json_bool(json, "at_cap", newest->at_cap);
        vota_json_bool(json, "cancels", newest->cancels);
        vota_json_time(json, "signed_at", newest->created_at);
        time_or_null(json, "sent_at", newest->sent_at);
        time_or_null(json, "next_bump_at", operation->bump_at);
    }
}

static void open_json(struct vota_json *json, const struct vota_situation *situation)
{
    vota_json_array(json, "open");
    for (size_t i = 0; i < situation->n_open; i++) {
        vota_json_object(json, NULL);
        vota_status_json_operation(json, &situation->open[i]);
        vota_json_end(json);
    }
    vota_json_end(json);
    time_or_null(json, "oldest_unfinal_at", situation->oldest_at);
}

static void entry_json(struct vota_json *json, const char *name,
                       const struct vota_situation_entry *entry)
{
    vota_json_object(json, name);
    vota_json_number(json, "entry", entry->number);
    vota_json_text(json, "kind", vota_status_kind_text(entry->kind) + sizeof "kind." - 1);
    vota_json_time(json, "time", entry->time);
    vota_json_bool(json, "final", entry->final);
    vota_json_end(json);
}

static void journal_json(struct vota_json *json, const struct vota_situation *situation)
{
    if (situation->last.number == 0)
        vota_json_null(json, "last_anchor");
    else
        entry_json(json, "last_anchor", &situation->last);
    vota_json_array(json, "owner_entries");
    for (size_t i = 0; i < situation->n_owners; i++)
        entry_json(json, NULL, &situation->owners[i]);
    vota_json_end(json);
}

static void providers_json(struct vota_json *json, const struct vota_situation *situation)
{
    vota_json_array(json, "providers");
    for (size_t i = 0; i < situation->n_providers; i++) {
        const struct vota_situation_provider *provider = &situation->providers[i];
        vota_json_object(json, NULL);
        vota_json_text(json, "name", provider->name);
        vota_json_text(json, "state", provider->health.state);
        vota_json_text(json, "reason",
                       provider->health.reason[0] == '\0' ? NULL : provider->health.reason);
        if (provider->has_head)
            vota_json_number(json, "blocks_behind", provider->behind);
        else
            vota_json_null(json, "blocks_behind");
        vota_json_end(json);
    }
    vota_json_end(json);
}

static void problems_json(struct vota_json *json, unsigned problems)
{
    vota_json_text(json, "level", vota_judge_level_name(vota_judge_worst(problems)));
    vota_json_array(json, "problems");
    for (unsigned i = 0; i < VOTA_PROBLEMS; i++) {
        const enum vota_problem problem = (enum vota_problem)i;
        if ((problems & 1u << i) == 0)
            continue;
        vota_json_object(json, NULL);
        vota_json_text(json, "code", vota_judge_problem_name(problem));
        vota_json_text(json, "level", vota_judge_level_name(vota_judge_level_of(problem)));
        vota_json_end(json);
    }
    vota_json_end(json);
}

/* null until a webhook was started here. */
static void webhook_json(struct vota_json *json, const struct vota_store_deliveries *deliveries)
{
    if (!deliveries->begun) {
        vota_json_null(json, "webhook");
        return;
    }
    vota_json_object(json, "webhook");
    vota_json_number(json, "waiting", deliveries->waiting);
    time_or_null(json, "oldest_at", deliveries->oldest_at);
    vota_json_number(json, "given_up", deliveries->failed);
    vota_json_text(json, "problem", deliveries->problem[0] == '\0' ? NULL : deliveries->problem);
    vota_json_end(json);
}

static const char *role_name(enum vota_network_role role)
{
    static const char *const names[VOTA_NETWORK_ROLES] = {"primary", "secondary", "successor",
                                                          "past"};
    return names[role];
}

void vota_status_json(struct vota_json *json, const struct vota_situation *situation)
{
    const struct vota_store_network *network = &situation->session->network;
    const struct vota_judge_facts facts = vota_situation_facts(situation);
    vota_json_text(json, "network", network->name);
    vota_json_text(json, "role", role_name(network->role));
    vota_json_number(json, "chain_id", network->chain_id);
    vota_json_hash(json, "chain_genesis", &network->genesis_block);
    vota_json_addr(json, "contract", &network->deployment.genesis.contract);
    problems_json(json, vota_judge_problems(&facts));
    chain_json(json, situation);
    counts_json(json, situation);
    open_json(json, situation);
    if (situation->has_stop) {
        vota_json_object(json, "stop");
        vota_json_text(json, "reason", situation->stop.reason);
        vota_json_number(json, "entry", situation->stop.entry);
        vota_json_time(json, "since", situation->stop.raised_at);
        vota_json_end(json);
    } else {
        vota_json_null(json, "stop");
    }
    journal_json(json, situation);
    vota_json_bool(json, "sender_runs", situation->sender_runs);
    providers_json(json, situation);
    webhook_json(json, &situation->deliveries);
    vota_status_budget_json(json, &situation->budget);
}
