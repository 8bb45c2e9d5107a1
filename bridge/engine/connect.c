/* SPDX-License-Identifier: Apache-2.0 */
/* Opens transports and asks who they are: see connect.h. */
#include "bridge/engine/connect.h"

#include <stdio.h>

static enum vota_status identify(struct vota_connection *connection, uint64_t *ret_chain_id,
                                 vota_hash *ret_genesis)
{
    struct vota_provider *provider = &connection->provider;
    const enum vota_status status = vota_eth_chain_id(provider, ret_chain_id, &connection->problem);
    if (status != VOTA_OK)
        return status;
    return vota_eth_genesis(provider, ret_genesis, &connection->problem);
}

/* Binds the set to the first network it meets; refuses another. */
static enum vota_status compare(struct vota_connections *set, struct vota_connection *connection,
                                uint64_t chain_id, const vota_hash *genesis)
{
    if (set->chain_id == 0)
        set->chain_id = chain_id;
    if (vota_hash_is_zero(&set->genesis))
        set->genesis = *genesis;
    connection->wrong_network =
        set->chain_id != chain_id || !vota_hash_equal(&set->genesis, genesis);
    if (!connection->wrong_network)
        return VOTA_OK;
    const char *where = set->chain_id != chain_id ? "chain-id" : "genesis";
    return vota_fail(&connection->problem, VOTA_CONFLICT, where, "wrong-network");
}

static enum vota_status open_one(struct vota_connections *set, const char *url, unsigned timeout_ms)
{
    struct vota_connection *connection = &set->item[set->n++];
    const struct vota_transport_options options = {.url = url};
    uint64_t chain_id = 0;
    vota_hash genesis;
    (void)snprintf(connection->name, sizeof connection->name, "rpc-%zu", set->n);
    enum vota_status status =
        vota_transport_curl_new(&connection->transport, &options, &connection->problem);
    if (status != VOTA_OK)
        return status;
    vota_provider_init(&connection->provider, connection->name, connection->transport);
    if (timeout_ms != 0)
        connection->provider.timeout_ms = timeout_ms;
    status = identify(connection, &chain_id, &genesis);
    if (status == VOTA_OK)
        status = compare(set, connection, chain_id, &genesis);
    connection->usable = status == VOTA_OK;
    return status;
}

enum vota_status vota_connect(struct vota_connections *ret,
                              const struct vota_connect_options *options, struct vota_error *err)
{
    bool any = false;
    bool wrong = false;
    *ret = (struct vota_connections){.chain_id = options->chain_id};
    if (options->genesis != NULL)
        ret->genesis = *options->genesis;
    for (size_t i = 0; i < options->n_urls && i < VOTA_CONNECT_PROVIDERS_MAX; i++) {
        any |= open_one(ret, options->urls[i], options->timeout_ms) == VOTA_OK;
        wrong |= ret->item[i].wrong_network;
    }
    if (any)
        return VOTA_OK;
    if (wrong)
        return vota_fail(err, VOTA_CONFLICT, "rpc.url", "wrong-network");
    return vota_fail(err, VOTA_REMOTE, "rpc.url", "no-provider");
}

void vota_connect_done(struct vota_connections *connections)
{
    for (size_t i = 0; i < connections->n; i++)
        vota_transport_curl_free(connections->item[i].transport);
    connections->n = 0;
}

struct vota_provider *vota_connect_first(struct vota_connections *connections)
{
    for (size_t i = 0; i < connections->n; i++) {
        if (connections->item[i].usable)
            return &connections->item[i].provider;
    }
    return NULL;
}
