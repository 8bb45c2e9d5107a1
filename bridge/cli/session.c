/* SPDX-License-Identifier: Apache-2.0 */
/* Opens what commands work on: see session.h. */
#include "bridge/cli/session.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bridge/engine/reach.h"
#include "bridge/engine/settings.h"
#include "bridge/engine/succession.h"
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
    struct vota_error err = {0};
    const struct vota_reach_options how = {.config = &session->config,
                                           .place = session->place,
                                           .dir = &session->cli->dir,
                                           .network = &session->network};
    const enum vota_status status = vota_reach(&session->connections, &session->quorum, &how, &err);
    warn_of_unusable(session);
    if (status == VOTA_OK)
        return bind_network(session);
    if (status == VOTA_NOT_FOUND)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-rpc", NULL);
    if (status == VOTA_REMOTE)
        return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.no-provider", NULL);
    if (status == VOTA_CONFLICT)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.wrong-network", NULL);
    return vota_cli_fail_error(session->cli, &err, "error.rpc-route", NULL);
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
    return vota_settings_margin(vota_session_is_local(session));
}

struct vota_batch_policy vota_session_batch_policy(const struct vota_session *session)
{
    return vota_settings_batch(&session->config, vota_session_is_local(session));
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
