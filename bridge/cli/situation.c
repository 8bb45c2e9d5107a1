/* SPDX-License-Identifier: Apache-2.0 */
/* What the store says of a network: see situation.h; situation_look.c asks the chain. */
#include "bridge/cli/situation.h"

#include <string.h>

#include "bridge/cli/situation_look.h"
#include "bridge/engine/lock.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_register.h"

static enum vota_status count_batch(void *context, const struct vota_store_batch *batch)
{
    struct vota_situation *situation = context;
    situation->batches++;
    situation->sealed_rows += batch->count;
    return VOTA_OK;
}

static enum vota_status count_register(void *context, const struct vota_store_register *reg)
{
    struct vota_situation *situation = context;
    (void)reg;
    situation->registers++;
    return VOTA_OK;
}

/* ---- the outbox ---- */

static enum vota_status note_operation(void *context, const struct vota_store_operation *operation)
{
    struct vota_situation *situation = context;
    const enum vota_op_state state = operation->state;
    situation->operations[state]++;
    if (state == VOTA_OP_FINAL)
        return VOTA_OK;
    if (state != VOTA_OP_HALTED && situation->oldest_at == 0)
        situation->oldest_at = operation->created_at;
    if (situation->n_open == VOTA_SITUATION_OPEN)
        return VOTA_OK;
    struct vota_situation_operation *open = &situation->open[situation->n_open++];
    *open = (struct vota_situation_operation){.about = *operation};
    open->about.arguments = (struct vota_slice){NULL, 0};
    open->about.calldata = (struct vota_slice){NULL, 0};
    return VOTA_OK;
}

static enum vota_status read_newest(struct vota_situation_operation *open, struct vota_store *store,
                                    struct vota_error *err)
{
    struct vota_store_attempt_copy copy = {0};
    struct vota_error none = {0};
    const enum vota_status status = vota_store_outbox_newest(&copy, store, open->about.id, &none);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return vota_fail(err, status, none.where, none.text);
    open->has_newest = true;
    open->newest = copy.about;
    open->newest.raw = (struct vota_slice){NULL, 0};
    vota_store_attempt_done(&copy);
    return VOTA_OK;
}

static enum vota_status read_outbox(struct vota_situation *situation, struct vota_error *err)
{
    struct vota_store *store = situation->session->store;
    const int64_t network = situation->session->network.id;
    memset(situation->operations, 0, sizeof situation->operations);
    situation->n_open = 0;
    situation->oldest_at = 0;
    enum vota_status status =
        vota_store_outbox_each(store, network, ~0u, note_operation, situation, err);
    for (size_t i = 0; status == VOTA_OK && i < situation->n_open; i++)
        status = read_newest(&situation->open[i], store, err);
    return status;
}

/* ---- the journal ---- */

static enum vota_status note_entry(void *context, const struct vota_store_entry *stored)
{
    struct vota_situation *situation = context;
    const struct vota_entry *entry = &stored->entry;
    const struct vota_situation_entry shown = {
        .number = entry->number, .kind = entry->kind, .time = entry->time, .final = stored->final};
    if (entry->kind <= VOTA_ENTRY_RESULT) {
        situation->last = shown;
        return VOTA_OK;
    }
    if (situation->n_owners == VOTA_SITUATION_OWNERS)
        memmove(&situation->owners[0], &situation->owners[1],
                (--situation->n_owners) * sizeof situation->owners[0]);
    situation->owners[situation->n_owners++] = shown;
    return VOTA_OK;
}

static enum vota_status read_journal(struct vota_situation *situation, struct vota_error *err)
{
    struct vota_store *store = situation->session->store;
    const int64_t network = situation->session->network.id;
    vota_hash head;
    situation->last = (struct vota_situation_entry){0};
    situation->n_owners = 0;
    const enum vota_status status = vota_store_journal_length(
        &situation->entries, &situation->final_entries, &head, store, network, err);
    if (status != VOTA_OK)
        return status;
    return vota_store_journal_each(store, network, (struct vota_store_range){1, INT64_MAX},
                                   note_entry, situation, err);
}

static enum vota_status read_stop(struct vota_situation *situation, struct vota_error *err)
{
    struct vota_error none = {0};
    const enum vota_status status = vota_store_stop_get(&situation->stop, situation->session->store,
                                                        situation->session->network.id, &none);
    situation->has_stop = status == VOTA_OK;
    if (status == VOTA_OK || status == VOTA_NOT_FOUND)
        return VOTA_OK;
    return vota_fail(err, status, none.where, none.text);
}

/* ---- other processes ---- */

static bool is_held(const struct vota_situation *situation, const char *name)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {0};
    if (vota_directory_path(&situation->session->cli->dir, path, name, &err) != VOTA_OK)
        return false;
    return vota_lock_is_held(path);
}

/* ---- all of it ---- */

static enum vota_status read_store(struct vota_situation *situation, struct vota_error *err)
{
    struct vota_store *store = situation->session->store;
    const int64_t line = situation->session->network.line;
    situation->batches = situation->sealed_rows = situation->registers = 0;
    enum vota_status status = vota_store_batch_pending(&situation->pending, store, line, err);
    if (status == VOTA_OK)
        status = vota_store_batch_each(store, line, count_batch, situation, err);
    if (status == VOTA_OK)
        status = vota_store_register_each(store, line, count_register, situation, err);
    if (status == VOTA_OK)
        status = read_outbox(situation, err);
    if (status == VOTA_OK)
        status = read_journal(situation, err);
    if (status == VOTA_OK)
        status = read_stop(situation, err);
    situation->records = situation->pending.count + situation->sealed_rows;
    return status;
}

int vota_situation_read(struct vota_situation *situation, bool asks)
{
    struct vota_session *session = situation->session;
    struct vota_error err = {0};
    situation->now = vota_session_now();
    situation->sender_runs = is_held(situation, "sender.lock");
    situation->owner_runs = is_held(situation, "owner.lock");
    situation->asked = asks && session->network.has_contract;
    situation->reached = false;
    situation->problem[0] = '\0';
    enum vota_status status = read_store(situation, &err);
    if (status == VOTA_OK && situation->asked)
        vota_situation_look(situation);
    if (status == VOTA_OK)
        status = vota_situation_look_at_providers(situation, &err);
    if (status == VOTA_OK)
        status = vota_store_delivery_count(&situation->deliveries, session->store, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    const int code = vota_status_budget_read(&situation->budget, session,
                                             situation->reached ? &situation->view : NULL);
    if (code == VOTA_EXIT_OK)
        vota_situation_explain(situation);
    return code;
}

void vota_situation_done(struct vota_situation *situation)
{
    vota_view_done(&situation->view);
}

uint64_t vota_situation_balance(const struct vota_situation *situation)
{
    uint64_t wei = UINT64_MAX;
    if (!situation->reached || situation->view.n_accounts == 0)
        return 0;
    (void)!vota_u256_to_u64(&wei, &situation->view.accounts[0].balance);
    return wei;
}

static bool is_reason(const struct vota_situation_provider *provider, const char *reason)
{
    return strcmp(provider->health.reason, reason) == 0;
}

struct vota_judge_facts vota_situation_facts(const struct vota_situation *situation)
{
    const struct vota_budget_plan *plan = &situation->budget.standing.plan;
    const uint64_t *operations = situation->operations;
    struct vota_judge_facts facts = {
        .asked = situation->asked,
        .reached = situation->reached,
        .elsewhere = situation->asked && situation->elsewhere,
        .stopped = situation->has_stop,
        .halted = operations[VOTA_OP_HALTED],
        .went_back = strcmp(situation->problem, "final-went-back") == 0,
        .one_word = situation->reached && !vota_session_is_local(situation->session) &&
                    vota_quorum_is_one_word(&situation->session->quorum),
        .final_lags = situation->reached && situation->view.final_lags,
        .key_differs = situation->key_differs,
        .closed = situation->closed,
        .money_page = situation->reached && plan->level == VOTA_BUDGET_PAGE,
        .money_warn = situation->reached && plan->level == VOTA_BUDGET_WARN,
        .sender_runs = situation->sender_runs,
        .given_up = situation->deliveries.failed,
        .unmined =
            operations[VOTA_OP_QUEUED] + operations[VOTA_OP_SIGNED] + operations[VOTA_OP_SENT]};
    if (situation->oldest_at != 0 && situation->now > situation->oldest_at)
        facts.unfinal_age = situation->now - situation->oldest_at;
    const struct vota_store_deliveries *deliveries = &situation->deliveries;
    if (deliveries->problem[0] != '\0' && deliveries->oldest_at != 0 &&
        situation->now > deliveries->oldest_at)
        facts.unheard_age = situation->now - deliveries->oldest_at;
    for (size_t i = 0; i < situation->n_providers; i++) {
        const struct vota_situation_provider *provider = &situation->providers[i];
        facts.lies |= is_reason(provider, "lying");
        facts.went_back |= is_reason(provider, "final-went-back");
        facts.benched |= strcmp(provider->health.state, "ok") != 0;
    }
    return facts;
}
