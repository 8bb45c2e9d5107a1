/* SPDX-License-Identifier: Apache-2.0 */
/* Opens what commands work on: see session.h. */
#include "bridge/cli/session.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bridge/cli/key.h"
#include "bridge/password.h"
#include "proof/hex.h"
#include "rpc/keystore.h"

uint64_t vota_session_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec;
}

static int open_store(struct vota_session *session)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {0};
    int64_t id = 0;
    enum vota_status status =
        vota_directory_path(&session->cli->dir, path, VOTA_DIRECTORY_STORE, &err);
    if (status == VOTA_OK)
        status = vota_store_open(&session->store, path, VOTA_STORE_CREATE, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    const char *name = session->config.network[VOTA_CONFIG_PRIMARY].preset;
    status = vota_store_network_get(&session->network, session->store, name, &err);
    if (status == VOTA_NOT_FOUND) {
        err = (struct vota_error){0};
        status = vota_store_begin(session->store, &err);
        if (status == VOTA_OK)
            status = vota_store_network_add(&id, session->store, name, &err);
        if (status == VOTA_OK)
            status = vota_store_commit(session->store, &err);
        vota_store_rollback(session->store);
        if (status == VOTA_OK)
            status = vota_store_network_get(&session->network, session->store, name, &err);
    }
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    return VOTA_EXIT_OK;
}

/* [contract] address is a guard: a directory with another contract is a wrong directory. */
static int check_contract(const struct vota_session *session)
{
    char named[VOTA_ADDR_HEX_CHARS + 1];
    char found[VOTA_ADDR_HEX_CHARS + 1];
    const vota_addr *expected = &session->config.network[VOTA_CONFIG_PRIMARY].contract;
    const vota_addr *contract = &session->network.deployment.genesis.contract;
    if (vota_addr_is_zero(expected) || !session->network.has_contract ||
        vota_addr_equal(expected, contract))
        return VOTA_EXIT_OK;
    vota_hex_of_addr(named, expected);
    vota_hex_of_addr(found, contract);
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.other-contract", "named", named,
                         "found", found, NULL);
}

int vota_session_open(struct vota_session *ret_session, struct vota_cli *cli)
{
    *ret_session = (struct vota_session){.cli = cli};
    int code = vota_cli_load_config(cli, &ret_session->config);
    if (code == VOTA_EXIT_OK)
        code = open_store(ret_session);
    if (code == VOTA_EXIT_OK)
        code = check_contract(ret_session);
    return code;
}

void vota_session_close(struct vota_session *session)
{
    vota_tx_signer_free(session->anchorer);
    vota_connect_done(&session->connections);
    vota_store_free(session->store);
    *session = (struct vota_session){.cli = session->cli};
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
    if (status == VOTA_OK)
        status = vota_store_network_get(&session->network, session->store,
                                        session->config.network[VOTA_CONFIG_PRIMARY].preset, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.network-bind", NULL);
}

int vota_session_connect(struct vota_session *session)
{
    const char *urls[VOTA_CONFIG_MAX_URLS];
    struct vota_error err = {0};
    const struct vota_store_network *network = &session->network;
    for (size_t i = 0; i < session->config.network[VOTA_CONFIG_PRIMARY].n_urls; i++)
        urls[i] = session->config.network[VOTA_CONFIG_PRIMARY].url[i];
    const struct vota_connect_options options = {
        .urls = urls,
        .n_urls = session->config.network[VOTA_CONFIG_PRIMARY].n_urls,
        .timeout_ms = (unsigned)(session->config.network[VOTA_CONFIG_PRIMARY].timeout * 1000),
        .chain_id = network->bound ? network->chain_id
                                   : session->config.network[VOTA_CONFIG_PRIMARY].chain_id,
        .genesis = network->bound ? &network->genesis_block
                                  : &session->config.network[VOTA_CONFIG_PRIMARY].genesis,
    };
    if (options.n_urls == 0)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-rpc", NULL);
    const enum vota_status status = vota_connect(&session->connections, &options, &err);
    warn_of_unusable(session);
    if (status == VOTA_REMOTE)
        return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.no-provider", NULL);
    if (status != VOTA_OK)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.wrong-network", NULL);
    for (size_t i = 0; i < session->connections.n; i++) {
        if (session->connections.item[i].usable)
            session->broadcast[session->n_broadcast++] = &session->connections.item[i].provider;
    }
    return bind_network(session);
}

static int key_path(struct vota_session *session, char ret_path[VOTA_DIRECTORY_PATH_CAP],
                    const char *role)
{
    const struct vota_key_role *known = NULL;
    struct vota_error err = {0};
    const int code = vota_key_role_of(session->cli, &known, role);
    if (code != VOTA_EXIT_OK)
        return code;
    const char *name = vota_key_file(&session->config, known);
    if (vota_directory_path(&session->cli->dir, ret_path, name, &err) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.key-file", "role", role, NULL);
}

int vota_session_key_address(struct vota_session *session, vota_addr *ret_addr, const char *role)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_keystore_info info;
    struct vota_error err = {0};
    const int code = key_path(session, path, role);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_keystore_stat(&info, path, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.key-file", "role", role, NULL);
    if (!info.has_address)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.key-file", "role", role,
                             "reason", vota_cli_reason(session->cli, "no-address"), NULL);
    *ret_addr = info.address;
    return VOTA_EXIT_OK;
}

static int get_password(struct vota_session *session, struct vota_password *ret_password,
                        const char *role)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    char prompt[256];
    struct vota_error err = {0};
    const char *given = session->password_file;
    enum vota_status status = VOTA_OK;
    if (given == NULL && session->config.password_file[0] != '\0') {
        status = vota_directory_path(&session->cli->dir, path, session->config.password_file, &err);
        given = path;
    }
    if (status == VOTA_OK && given != NULL)
        status = vota_password_of_file(ret_password, given, &err);
    if (given == NULL) {
        (void)snprintf(prompt, sizeof prompt,
                       "%s (%s): ", vota_text(session->cli, "password.prompt"), role);
        status = vota_password_ask(ret_password, prompt, &err);
    }
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.password", "role", role, NULL);
}

int vota_session_key_open(struct vota_session *session, struct vota_signer **ret_signer,
                          const char *role)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_password password = {.len = 0};
    struct vota_error err = {0};
    int code = key_path(session, path, role);
    if (code == VOTA_EXIT_OK)
        code = get_password(session, &password, role);
    if (code != VOTA_EXIT_OK)
        return code;
    const struct vota_slice bytes = {(const uint8_t *)password.text, password.len};
    enum vota_status status = vota_keystore_open(ret_signer, path, bytes, &err);
    vota_password_wipe(&password);
    if (status == VOTA_OK && session->network.bound)
        status = vota_keystore_bind(path, session->network.chain_id,
                                    &session->network.genesis_block, &err);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.key-file", "role", role, NULL);
}

int vota_session_need_contract(const struct vota_session *session)
{
    if (session->network.has_contract)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-contract", NULL);
}

uint64_t vota_session_margin(const struct vota_session *session)
{
    return strcmp(session->config.network[VOTA_CONFIG_PRIMARY].preset, "dev") == 0 ? 5 : 600;
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
