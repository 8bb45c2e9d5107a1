/* SPDX-License-Identifier: Apache-2.0 */
/* Opens what commands work on: see session.h. */
#include "bridge/cli/session.h"
#include "bridge/engine/succession.h"
#include "bridge/route.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "proof/hex.h"

uint64_t vota_session_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec;
}

static void warn_of_unusable(const struct vota_session *session)
{
    for (size_t i = 0; i < session->connections.n; i++) {
        const struct vota_connection *connection = &session->connections.item[i];
        if (!connection->usable)
            vota_cli_warn(session->cli, "warning.provider", "name", connection->name, "reason",
                          vota_cli_reason(session->cli, connection->problem.text), NULL);
    }
}

int vota_session_reload(struct vota_session *session)
{
    struct vota_error err = {0};
    if (vota_store_line_get(&session->network, session->store, session->network.id, &err) ==
        VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
}

/* The store keeps the network it met first; another one is refused from then on. */
static int bind_network(struct vota_session *session)
{
    struct vota_error err = {0};
    enum vota_status status = vota_store_begin(session->store, &err);
    if (status == VOTA_OK)
        status = vota_store_network_bind(session->store, session->network.id,
                                         session->connections.chain_id,
                                         &session->connections.genesis, &err);
    if (status == VOTA_OK)
        status = vota_store_commit(session->store, &err);
    vota_store_rollback(session->store);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.network-bind", NULL);
    return vota_session_reload(session);
}

bool vota_session_is_local(const struct vota_session *session)
{
    return vota_config_is_local(vota_session_config(session));
}

static int connect_one(struct vota_session *session)
{
    const char *urls[VOTA_CONFIG_MAX_URLS];
    struct vota_error err = {0};
    const struct vota_store_network *network = &session->network;
    const struct vota_config_network *config = vota_session_config(session);
    for (size_t i = 0; i < config->n_urls; i++)
        urls[i] = config->url[i];
    struct vota_route route;
    if (vota_route_of(&route, &session->config, &session->cli->dir, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.rpc-route", NULL);
    const struct vota_connect_options options = {
        .urls = urls,
        .n_urls = config->n_urls,
        .proxy = route.proxy,
        .ca_file = route.ca_file,
        .timeout_ms = (unsigned)(config->timeout * 1000),
        .chain_id = network->bound ? network->chain_id : config->chain_id,
        .genesis = network->bound ? &network->genesis_block : &config->genesis,
        .is_local = vota_session_is_local(session),
    };
    if (options.n_urls == 0)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-rpc", NULL);
    const enum vota_status status = vota_connect(&session->connections, &options, &err);
    warn_of_unusable(session);
    if (status == VOTA_REMOTE)
        return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.no-provider", NULL);
    if (status != VOTA_OK)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.wrong-network", NULL);
    const struct vota_connections *met = &session->connections;
    /* A chain that has no name here may follow rules of its own. */
    const struct vota_quorum_options agreement = {
        .k = config->quorum,
        .any_base_fee = vota_network_known(met->chain_id, &met->genesis) == NULL};
    vota_quorum_init(&session->quorum, &session->connections, &agreement);
    return bind_network(session);
}

int vota_session_connect(struct vota_session *session)
{
    const int code = connect_one(session);
    if (code != VOTA_EXIT_OK || session->secondary == NULL)
        return code;
    if (connect_one(session->secondary) != VOTA_EXIT_OK) {
        vota_cli_warn(session->cli, "warning.secondary", "network",
                      session->secondary->network.name, NULL);
        vota_session_close_beside(session->secondary);
        session->secondary = NULL;
    }
    return VOTA_EXIT_OK;
}

int vota_session_need_contract(const struct vota_session *session)
{
    if (session->network.has_contract)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-contract", NULL);
}

int vota_session_need_anchoring(const struct vota_session *session)
{
    struct vota_succession_view view = {.dead = false};
    struct vota_error err = {0};
    const int code = vota_session_need_contract(session);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_succession_look(&view, session->store, &session->network, NULL, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    if (!view.closed)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.contract-closed", NULL);
}

uint64_t vota_session_margin(const struct vota_session *session)
{
    return vota_session_is_local(session) ? 5 : 600;
}

struct vota_batch_policy vota_session_batch_policy(const struct vota_session *session)
{
    return (struct vota_batch_policy){.max_records = session->config.max_records,
                                      .min_size = session->config.min_size,
                                      .max_age = session->config.max_age,
                                      .margin = vota_session_margin(session)};
}

int vota_session_wait_of(const struct vota_cli *cli, enum vota_session_wait *ret_wait,
                         const char *text)
{
    if (text == NULL || strcmp(text, "mined") == 0) {
        *ret_wait = VOTA_WAIT_MINED;
        return VOTA_EXIT_OK;
    }
    if (strcmp(text, "final") == 0) {
        *ret_wait = VOTA_WAIT_FINAL;
        return VOTA_EXIT_OK;
    }
    return vota_cli_usage(cli, "error.bad-wait", text, NULL);
}

const char *vota_session_kind_text(enum vota_op_kind kind)
{
    switch (kind) {
    case VOTA_OP_DEPLOY:
        return "kind.deploy";
    case VOTA_OP_REGISTER:
        return "kind.register";
    case VOTA_OP_BATCH:
        return "kind.batch";
    case VOTA_OP_RESULT:
        return "kind.result";
    case VOTA_OP_KEY:
        return "kind.key";
    case VOTA_OP_DISAVOW:
        return "kind.disavowed";
    case VOTA_OP_SUCCEED:
        return "kind.succeeded";
    }
    return "kind.unknown";
}
