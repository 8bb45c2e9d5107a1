/* SPDX-License-Identifier: Apache-2.0 */
/* A configured network's providers: see reach.h. */
#include "bridge/engine/reach.h"

#include "bridge/network.h"
#include "bridge/route.h"

static enum vota_status connect(struct vota_connections *connections,
                                const struct vota_reach_options *options, struct vota_error *err)
{
    const char *urls[VOTA_CONFIG_MAX_URLS];
    struct vota_route_out route;
    const struct vota_store_network *network = options->network;
    const struct vota_config_network *config = &options->config->network[options->place];
    const enum vota_status status = vota_route_of(&route, options->config, options->dir, err);
    if (status != VOTA_OK)
        return status;
    for (size_t i = 0; i < config->n_urls; i++)
        urls[i] = config->url[i];
    const struct vota_connect_options how = {
        .urls = urls,
        .n_urls = config->n_urls,
        .proxy = route.proxy,
        .ca_file = route.ca_file,
        .timeout_ms = (unsigned)(config->timeout * 1000),
        .chain_id = network->bound ? network->chain_id : config->chain_id,
        .genesis = network->bound ? &network->genesis_block : &config->genesis,
        .is_local = vota_config_is_local(config),
        .watch = options->watch,
    };
    return vota_connect(connections, &how, err);
}

enum vota_status vota_reach(struct vota_connections *ret_connections,
                            struct vota_quorum *ret_quorum,
                            const struct vota_reach_options *options, struct vota_error *err)
{
    const struct vota_config_network *config = &options->config->network[options->place];
    *ret_connections = (struct vota_connections){.n = 0};
    if (config->n_urls == 0)
        return vota_fail(err, VOTA_NOT_FOUND, "rpc.url", "no-rpc");
    const enum vota_status status = connect(ret_connections, options, err);
    if (status != VOTA_OK)
        return status;
    /* A chain that has no name here may follow rules of its own. */
    const struct vota_quorum_options agreement = {
        .k = config->quorum,
        .any_base_fee =
            vota_network_known(ret_connections->chain_id, &ret_connections->genesis) == NULL};
    vota_quorum_init(ret_quorum, ret_connections, &agreement);
    return VOTA_OK;
}
