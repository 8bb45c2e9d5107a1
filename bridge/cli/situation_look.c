/* SPDX-License-Identifier: Apache-2.0 */
/* What the chain and the providers say of a network: see situation.h. */
#include "bridge/cli/situation_look.h"

#include <stdio.h>
#include <string.h>

#include "bridge/cli/key.h"
#include "bridge/engine/quorum_store.h"
#include "bridge/engine/settings.h"
#include "bridge/key_source.h"
#include "rpc/keystore.h"

/* ---- the chain ---- */

/* Who anchors first, then the senders of what is on its way. */
struct accounts {
    vota_addr of[VOTA_VIEW_ACCOUNTS_MAX];
    size_t n;
};

static void add_account(struct accounts *accounts, const vota_addr *address)
{
    for (size_t i = 0; i < accounts->n; i++) {
        if (vota_addr_equal(&accounts->of[i], address))
            return;
    }
    if (accounts->n < VOTA_VIEW_ACCOUNTS_MAX)
        accounts->of[accounts->n++] = *address;
}

static enum vota_status take(struct vota_situation *situation, const vota_addr *anchorer,
                             struct vota_error *err)
{
    struct vota_session *session = situation->session;
    struct accounts accounts = {.n = 0};
    add_account(&accounts, anchorer);
    for (size_t i = 0; i < situation->n_open; i++) {
        if (situation->open[i].about.assigned)
            add_account(&accounts, &situation->open[i].about.sender);
    }
    const struct vota_view_query query = {.contract = &session->network.deployment.genesis.contract,
                                          .accounts = accounts.of,
                                          .n_accounts = accounts.n,
                                          .fresh_accounts = true};
    return vota_view_take(&situation->view, &session->quorum, &query, err);
}

/* The address of the configured key, as far as it can be told without opening it. */
static bool own_address(const struct vota_session *session, vota_addr *ret_addr)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    struct vota_keystore_info info;
    struct vota_error err = {0};
    if (vota_key_source_read(&source, vota_session_config(session)->anchorer) != NULL)
        return false;
    if (source.kind == VOTA_KEY_SIGNER) {
        *ret_addr = source.address;
        return true;
    }
    if (source.kind != VOTA_KEY_FILE ||
        vota_directory_path(&session->cli->dir, path, source.file, &err) != VOTA_OK ||
        vota_keystore_stat(&info, path, &err) != VOTA_OK || !info.has_address)
        return false;
    *ret_addr = info.address;
    return true;
}

static void compare_keys(struct vota_situation *situation)
{
    vota_addr own;
    const vota_addr *named = &situation->view.latest.contract.anchorer;
    situation->closed = situation->view.contract_latest && vota_addr_is_zero(named);
    situation->key_known = own_address(situation->session, &own);
    situation->key_differs =
        situation->view.contract_latest && situation->key_known && !vota_addr_equal(&own, named);
}

static enum vota_status look(struct vota_situation *situation, struct vota_error *err)
{
    struct vota_session *session = situation->session;
    const vota_addr *first = &session->network.deployment.genesis.anchorer;
    enum vota_status status =
        vota_quorum_restore(&session->quorum, session->store, session->network.id, err);
    if (status == VOTA_OK)
        status = vota_quorum_look(&session->quorum, vota_connect_clock(), err);
    if (status == VOTA_OK)
        status = take(situation, first, err);
    if (status != VOTA_OK || !situation->view.contract_latest)
        return status;
    const vota_addr anchorer = situation->view.latest.contract.anchorer;
    if (vota_addr_is_zero(&anchorer) || vota_addr_equal(&anchorer, first))
        return VOTA_OK;
    return take(situation, &anchorer, err);
}

void vota_situation_look(struct vota_situation *situation)
{
    struct vota_error err = {0};
    if (!situation->connected) {
        (void)snprintf(situation->problem, sizeof situation->problem, "%s",
                       situation->elsewhere ? "wrong-network" : "no-provider");
        return;
    }
    if (look(situation, &err) != VOTA_OK) {
        (void)snprintf(situation->problem, sizeof situation->problem, "%.*s",
                       (int)VOTA_SENDER_REASON_MAX, err.text);
        return;
    }
    situation->reached = true;
    compare_keys(situation);
}

/* ---- providers ---- */

static void set_health(struct vota_situation_provider *provider, const char *state,
                       const char *reason)
{
    (void)snprintf(provider->health.state, sizeof provider->health.state, "%s", state);
    (void)snprintf(provider->health.reason, sizeof provider->health.reason, "%s", reason);
}

/* What this look showed: a single failure says less than a breaker, and is shown all the same. */
static void look_at(struct vota_situation_provider *ret_provider,
                    const struct vota_situation *situation, size_t i)
{
    const struct vota_session *session = situation->session;
    const struct vota_connection *connection = &session->connections.item[i];
    const uint64_t head = situation->connected ? vota_quorum_head(&session->quorum, i) : 0;
    const uint64_t latest = situation->reached ? session->quorum.latest.number : 0;
    *ret_provider = (struct vota_situation_provider){.name = connection->name};
    (void)snprintf(ret_provider->health.name, sizeof ret_provider->health.name, "%s",
                   connection->name);
    if (!vota_breaker_is_healthy(&connection->breaker))
        set_health(ret_provider, vota_breaker_state_name(&connection->breaker),
                   vota_breaker_reason(&connection->breaker));
    else if (!connection->usable)
        set_health(ret_provider, "open", connection->problem.text);
    else if (connection->breaker.failures > 0 && connection->breaker.reason != NULL)
        set_health(ret_provider, "half-open", connection->breaker.reason);
    else
        set_health(ret_provider, "ok", "");
    ret_provider->has_head = head != 0 && latest != 0;
    ret_provider->behind = head < latest ? latest - head : 0;
}

/* The running sender has watched for longer: what it leaves alone is shown as that. */
static enum vota_status note_health(void *context, const struct vota_store_health *health)
{
    struct vota_situation *situation = context;
    for (size_t i = 0; i < situation->n_providers; i++) {
        struct vota_situation_provider *provider = &situation->providers[i];
        if (strcmp(provider->name, health->name) == 0 && strcmp(health->state, "ok") != 0)
            provider->health = *health;
    }
    return VOTA_OK;
}

enum vota_status vota_situation_look_at_providers(struct vota_situation *situation,
                                                  struct vota_error *err)
{
    const struct vota_session *session = situation->session;
    situation->n_providers = session->connections.n;
    for (size_t i = 0; i < situation->n_providers; i++)
        look_at(&situation->providers[i], situation, i);
    if (!situation->sender_runs)
        return VOTA_OK;
    return vota_store_provider_each(session->store, session->network.id, note_health, situation,
                                    err);
}

/* ---- what is waited for ---- */

/* Operations of another key do not stand in the way. */
static void note_earlier(struct vota_wait_facts *facts, const struct vota_situation *situation,
                         size_t index)
{
    const bool owners = vota_situation_is_owners(&situation->open[index].about);
    for (size_t i = 0; i < index; i++) {
        const struct vota_store_operation *earlier = &situation->open[i].about;
        if (vota_situation_is_owners(earlier) != owners)
            continue;
        facts->earlier_halted |= earlier->state == VOTA_OP_HALTED;
        facts->earlier_open |= earlier->state < VOTA_OP_MINED;
    }
}

static void note_chain(struct vota_wait_facts *facts, const struct vota_situation *situation,
                       const struct vota_situation_operation *open)
{
    const struct vota_view *view = &situation->view;
    const struct vota_store_operation *about = &open->about;
    const struct vota_view_account *account =
        about->assigned ? vota_view_account(view, &about->sender) : &view->accounts[0];
    facts->final_lags = view->final_lags;
    facts->next_base_fee = view->next_base_fee;
    if (account != NULL) {
        facts->nonce_latest = account->nonce_latest;
        facts->nonce_final = account->nonce_final;
    }
    if (vota_situation_is_owners(about))
        return;
    const struct vota_budget_plan *plan = &situation->budget.standing.plan;
    const struct vota_u256 reserve = vota_u256_of(plan->reserve);
    facts->short_of_funds =
        view->n_accounts > 0 && vota_u256_compare(&view->accounts[0].balance, &reserve) < 0;
    if (about->kind == VOTA_OP_DEPLOY)
        return;
    facts->closed = situation->closed;
    facts->key_differs = about->assigned
                             ? !vota_addr_equal(&about->sender, &view->latest.contract.anchorer)
                             : situation->key_differs;
}

static void explain(struct vota_situation *situation, size_t index)
{
    struct vota_situation_operation *open = &situation->open[index];
    const struct vota_config *config = &situation->session->config;
    const struct vota_store_attempt *newest = &open->newest;
    const struct vota_attempt_limits limits = vota_settings_limits(config);
    const struct vota_anchor_policy policy =
        vota_settings_timers(config, vota_session_is_local(situation->session));
    struct vota_wait_facts facts = {
        .op = {.state = open->about.state, .wish = open->about.wish, .nonce = open->about.nonce},
        .now = situation->now,
        .stopped = situation->has_stop && !vota_situation_is_owners(&open->about),
        .reached = situation->reached,
        .sender_runs =
            vota_situation_is_owners(&open->about) ? situation->owner_runs : situation->sender_runs,
        .fee_max = config->max_fee};
    if (open->has_newest) {
        facts.op.attempts = newest->number;
        facts.op.attempt_at = newest->created_at;
        facts.op.at_cap = newest->at_cap && vota_attempt_is_last(newest, open->about.kind, &limits);
        facts.op.cancels = newest->cancels;
        facts.max_fee = newest->max_fee;
        facts.tip = newest->tip;
    }
    note_earlier(&facts, situation, index);
    if (situation->reached)
        note_chain(&facts, situation, open);
    open->why = vota_wait_classify(&facts);
    open->bump_at =
        open->about.state == VOTA_OP_SENT ? vota_wait_bump_at(&facts.op, &policy, open->why) : 0;
}

void vota_situation_explain(struct vota_situation *situation)
{
    for (size_t i = 0; i < situation->n_open; i++)
        explain(situation, i);
}
