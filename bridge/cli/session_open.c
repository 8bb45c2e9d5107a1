/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which row of the store is which network of the configuration: see session.h.
 * They are matched by chain id, so that sections may be moved once a successor
 * has taken over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/session.h"
#include "proof/hex.h"

static enum vota_status open_store(struct vota_session *session, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    const enum vota_status status =
        vota_directory_path(&session->cli->dir, path, VOTA_DIRECTORY_STORE, err);
    if (status != VOTA_OK)
        return status;
    return vota_store_open(&session->store, path,
                           session->only_reads ? VOTA_STORE_READ_ONLY : VOTA_STORE_CREATE, err);
}

/* What a network is called in the store: by its preset, unless that can be any chain. */
static void name_of(const struct vota_session *session, char ret_name[VOTA_STORE_NAME_MAX + 1])
{
    const struct vota_config_network *config = vota_session_config(session);
    if (session->place == VOTA_CONFIG_PRIMARY || strcmp(config->preset, "custom") != 0)
        (void)snprintf(ret_name, VOTA_STORE_NAME_MAX + 1, "%s", config->preset);
    else
        (void)snprintf(ret_name, VOTA_STORE_NAME_MAX + 1, "custom-%llu",
                       (unsigned long long)config->chain_id);
}

static enum vota_status find_by_name(struct vota_session *session, struct vota_error *err)
{
    char name[VOTA_STORE_NAME_MAX + 1];
    name_of(session, name);
    return vota_store_network_get(&session->network, session->store, name, err);
}

/*
 * The row of a configured network: the one of its name if it is not bound to
 * another chain, else that of its chain, which was used under another preset or
 * in another section. NOT_FOUND before its first use.
 */
static enum vota_status find(struct vota_session *session, struct vota_error *err)
{
    struct vota_error detail = {0};
    const uint64_t chain_id = vota_session_config(session)->chain_id;
    enum vota_status status = find_by_name(session, &detail);
    const bool fits_chain =
        status == VOTA_OK && (!session->network.bound || session->network.chain_id == chain_id);
    if (fits_chain)
        return VOTA_OK;
    if (status == VOTA_OK || status == VOTA_NOT_FOUND) {
        detail = (struct vota_error){0};
        status = vota_store_line_find(&session->network, session->store, chain_id, &detail);
    }
    if (status == VOTA_NOT_FOUND && session->place == VOTA_CONFIG_PRIMARY)
        return find_by_name(session, NULL); /* bound to another chain: connecting will say so */
    if (status == VOTA_OK || status == VOTA_NOT_FOUND)
        return status;
    return vota_fail(err, status, detail.where, detail.text);
}

/* Adds the row; `first` is the session of the line that it joins, NULL for one of its own. */
static enum vota_status add(struct vota_session *session, const struct vota_session *first,
                            struct vota_error *err)
{
    char name[VOTA_STORE_NAME_MAX + 1];
    int64_t id = 0;
    name_of(session, name);
    enum vota_status status = vota_store_begin(session->store, err);
    if (status == VOTA_OK && first == NULL)
        status = vota_store_network_add(&id, session->store, name, err);
    else if (status == VOTA_OK)
        status = vota_store_line_join(
            &id, session->store, name, first->network.line,
            session->place == VOTA_CONFIG_SUCCESSOR ? first->network.id : 0, err);
    if (status == VOTA_OK)
        status = vota_store_commit(session->store, err);
    vota_store_rollback(session->store);
    return status == VOTA_OK ? vota_store_line_get(&session->network, session->store, id, err)
                             : status;
}

/* [contract] address is a guard: a directory with another contract is a wrong directory. */
static int check_contract(const struct vota_session *session)
{
    char named[VOTA_ADDR_HEX_CHARS + 1];
    char found[VOTA_ADDR_HEX_CHARS + 1];
    const vota_addr *expected = &vota_session_config(session)->contract;
    const vota_addr *contract = &session->network.deployment.genesis.contract;
    if (vota_addr_is_zero(expected) || !session->network.has_contract ||
        vota_addr_equal(expected, contract))
        return VOTA_EXIT_OK;
    vota_hex_of_addr(named, expected);
    vota_hex_of_addr(found, contract);
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.other-contract", "named", named,
                         "found", found, NULL);
}

/* The place of a network in the configuration; false if it is not there. */
static bool find_place(const struct vota_config *config, uint64_t chain_id,
                       enum vota_config_place *ret_place)
{
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        *ret_place = (enum vota_config_place)i;
        if (vota_config_has(config, *ret_place) && config->network[i].chain_id == chain_id)
            return true;
    }
    return false;
}

/* [network] is past: the line goes on on the one that took over. */
static int follow(struct vota_session *session)
{
    struct vota_error err = {0};
    if (session->network.role == VOTA_NETWORK_PRIMARY)
        return VOTA_EXIT_OK;
    if (session->network.role != VOTA_NETWORK_PAST)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.network-role", "network",
                             session->network.name, NULL);
    if (vota_store_line_primary(&session->network, session->store, session->network.line, &err) !=
        VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    if (find_place(&session->config, session->network.chain_id, &session->place))
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.line-elsewhere", "network",
                         session->network.name, NULL);
}

static int open_primary(struct vota_session *session)
{
    struct vota_error err = {0};
    enum vota_status status = open_store(session, &err);
    if (status == VOTA_OK)
        status = find(session, &err);
    if (status == VOTA_NOT_FOUND && session->store != NULL && !session->only_reads) {
        err = (struct vota_error){0};
        status = add(session, NULL, &err);
    }
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    const int code = follow(session);
    return code == VOTA_EXIT_OK ? check_contract(session) : code;
}

static struct vota_session *make_beside(const struct vota_session *session,
                                        enum vota_config_place place)
{
    struct vota_session *other = calloc(1, sizeof *other);
    if (other == NULL)
        return NULL;
    other->cli = session->cli;
    other->config = session->config;
    other->place = place;
    other->store = session->store;
    other->borrows_store = true;
    other->password_file = session->password_file;
    return other;
}

/* What a network of the configuration may be in the store, beside the primary. */
static bool fits(const struct vota_session *other, const struct vota_session *session)
{
    const struct vota_store_network *network = &other->network;
    if (network->line != session->network.line)
        return false;
    if (other->place == VOTA_CONFIG_SECONDARY)
        return network->role == VOTA_NETWORK_SECONDARY;
    return network->role == VOTA_NETWORK_SUCCESSOR || network->role == VOTA_NETWORK_PAST;
}

int vota_session_open_beside(struct vota_session **ret_other, const struct vota_session *session,
                             enum vota_config_place place)
{
    struct vota_error err = {0};
    *ret_other = NULL;
    if (!vota_config_has(&session->config, place))
        return VOTA_EXIT_OK;
    struct vota_session *other = make_beside(session, place);
    if (other == NULL)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    enum vota_status status = find(other, &err);
    if (status == VOTA_NOT_FOUND)
        status = add(other, session, &err);
    int code = VOTA_EXIT_OK;
    if (status != VOTA_OK)
        code = vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    else if (!fits(other, session))
        code = vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.network-role", "network",
                             other->network.name, NULL);
    else
        code = check_contract(other);
    if (code == VOTA_EXIT_OK)
        *ret_other = other;
    else
        vota_session_close_beside(other);
    return code;
}

/* Commands of every day work beside a secondary only once its contract is there. */
static int attach_secondary(struct vota_session *session)
{
    const int code = vota_session_open_beside(&session->secondary, session, VOTA_CONFIG_SECONDARY);
    if (code != VOTA_EXIT_OK || session->secondary == NULL ||
        session->secondary->network.has_contract)
        return code;
    vota_session_close_beside(session->secondary);
    session->secondary = NULL;
    return VOTA_EXIT_OK;
}

int vota_session_open(struct vota_session *ret_session, struct vota_cli *cli)
{
    *ret_session = (struct vota_session){.cli = cli};
    int code = vota_cli_load_config(cli, &ret_session->config);
    if (code == VOTA_EXIT_OK)
        code = open_primary(ret_session);
    if (code == VOTA_EXIT_OK)
        code = attach_secondary(ret_session);
    return code;
}

int vota_session_open_reader(struct vota_session *ret_session, struct vota_cli *cli)
{
    *ret_session = (struct vota_session){.cli = cli, .only_reads = true};
    const int code = vota_cli_load_public_config(cli, &ret_session->config);
    return code == VOTA_EXIT_OK ? open_primary(ret_session) : code;
}

/* Takes the other's place: its network, with the store that both have. */
static void become(struct vota_session *session, struct vota_session *other)
{
    vota_session_close_beside(session->secondary);
    session->secondary = NULL;
    session->network = other->network;
    session->place = other->place;
}

int vota_session_open_on(struct vota_session *ret_session, struct vota_cli *cli, const char *name)
{
    int code = vota_session_open(ret_session, cli);
    if (code != VOTA_EXIT_OK || name == NULL || strcmp(name, "primary") == 0 ||
        strcmp(name, ret_session->network.name) == 0)
        return code;
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        struct vota_session *other = NULL;
        const enum vota_config_place place = (enum vota_config_place)i;
        if (strcmp(name, vota_config_section(place)) != 0 &&
            strcmp(name, ret_session->config.network[i].preset) != 0)
            continue;
        if (place == ret_session->place)
            return code;
        code = vota_session_open_beside(&other, ret_session, place);
        if (other != NULL)
            become(ret_session, other);
        vota_session_close_beside(other);
        if (other != NULL || code != VOTA_EXIT_OK)
            return code;
    }
    return vota_cli_usage(cli, "error.no-such-network", name, NULL);
}

static void release(struct vota_session *session)
{
    vota_tx_signer_free(session->anchorer);
    vota_connect_done(&session->connections);
    if (!session->borrows_store)
        vota_store_free(session->store);
}

void vota_session_close_beside(struct vota_session *other)
{
    if (other == NULL)
        return;
    VOTA_ASSERT(other->secondary == NULL);
    release(other);
    free(other);
}

void vota_session_close(struct vota_session *session)
{
    vota_session_close_beside(session->secondary);
    release(session);
    *session = (struct vota_session){.cli = session->cli};
}
