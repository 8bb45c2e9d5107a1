/* SPDX-License-Identifier: Apache-2.0 */
/* See networks.h. */
#include "bridge/cli/networks.h"

#include <stdlib.h>

static int add_network(struct vota_networks *networks, struct vota_session *session)
{
    struct vota_situation *situation = calloc(1, sizeof *situation);
    if (situation == NULL)
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    situation->session = session;
    networks->of[networks->n++] = situation;
    return VOTA_EXIT_OK;
}

static int add_beside(struct vota_networks *networks)
{
    const struct vota_session *session = &networks->session;
    for (unsigned i = VOTA_CONFIG_SECONDARY; i < VOTA_CONFIG_NETWORKS; i++) {
        const enum vota_config_place place = (enum vota_config_place)i;
        if (place == session->place)
            continue;
        int code = vota_session_open_beside(&networks->beside[i], session, place);
        if (code == VOTA_EXIT_OK && networks->beside[i] != NULL)
            code = add_network(networks, networks->beside[i]);
        if (code != VOTA_EXIT_OK)
            return code;
    }
    return VOTA_EXIT_OK;
}

int vota_networks_open(struct vota_networks *networks, struct vota_cli *cli, const char *only)
{
    struct vota_session *session = &networks->session;
    int code = vota_session_open_on(session, cli, only);
    /* Each network is looked at by itself. */
    vota_session_close_beside(session->secondary);
    session->secondary = NULL;
    if (code == VOTA_EXIT_OK)
        code = add_network(networks, session);
    if (code == VOTA_EXIT_OK && only == NULL)
        code = add_beside(networks);
    return code;
}

void vota_networks_close(struct vota_networks *networks)
{
    for (size_t i = 0; i < networks->n; i++) {
        vota_situation_done(networks->of[i]);
        free(networks->of[i]);
    }
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++)
        vota_session_close_beside(networks->beside[i]);
    vota_session_close(&networks->session);
}

static void connect_one(struct vota_situation *situation)
{
    struct vota_session *session = situation->session;
    if (situation->connected || !session->network.has_contract)
        return;
    vota_connect_done(&session->connections);
    const int code = vota_session_connect(session);
    situation->connected = code == VOTA_EXIT_OK;
    situation->elsewhere = code == VOTA_EXIT_FAILED;
}

int vota_networks_read(struct vota_networks *networks, bool asks)
{
    for (size_t i = 0; i < networks->n; i++) {
        if (asks)
            connect_one(networks->of[i]);
        const int code = vota_situation_read(networks->of[i], asks);
        if (code != VOTA_EXIT_OK)
            return code;
    }
    return VOTA_EXIT_OK;
}
