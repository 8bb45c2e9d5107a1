/* SPDX-License-Identifier: Apache-2.0 */
/* Opens transports and asks who they are: see connect.h. */
#include "bridge/engine/connect.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

uint64_t vota_connect_clock(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return 1000 * (uint64_t)now.tv_sec + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- setting up ---- */

static bool goes_on(const struct vota_connection *connection)
{
    const struct vota_connect_watch *watch = connection->watch;
    return watch == NULL || watch->goes_on(watch->context);
}

/* Waits for its turn, counts, passes on. */
static enum vota_status metered_send(void *ctx, struct vota_response *ret_response,
                                     struct vota_slice request, unsigned timeout_ms)
{
    struct vota_connection *connection = ctx;
    if (connection->inner == NULL) {
        ret_response->fault = VOTA_TRANSPORT_OTHER;
        return VOTA_REMOTE;
    }
    while (connection->bucket.per_second > 0) {
        const uint64_t wait = vota_bucket_take(&connection->bucket, vota_connect_clock());
        if (wait == 0 || !goes_on(connection))
            break;
        connection->provider.pause((unsigned)wait);
    }
    if (!goes_on(connection)) {
        ret_response->fault = VOTA_TRANSPORT_OTHER;
        return VOTA_REMOTE;
    }
    connection->requests++;
    const uint64_t begun = vota_connect_clock();
    const enum vota_status status =
        vota_transport_send(connection->inner, ret_response, request, timeout_ms);
    connection->waited_ms += vota_connect_clock() - begun;
    (void)goes_on(connection); /* a sign of life; what came back is kept */
    return status;
}

static void set_watch(struct vota_connection *connection, const struct vota_connect_watch *watch)
{
    connection->watch = watch;
    if (watch != NULL)
        connection->provider.pause = watch->pause;
}

void vota_connect_set_watch(struct vota_connections *set, const struct vota_connect_watch *watch)
{
    for (size_t i = 0; i < set->n; i++)
        set_watch(&set->item[i], watch);
}

struct vota_connection *vota_connect_add(struct vota_connections *set, const char *name,
                                         const struct vota_transport *transport,
                                         unsigned per_second)
{
    if (set->n == VOTA_CONNECT_PROVIDERS_MAX)
        return NULL;
    struct vota_connection *connection = &set->item[set->n++];
    *connection = (struct vota_connection){.inner = transport};
    connection->metered = (struct vota_transport){connection, metered_send};
    if (name == NULL)
        (void)snprintf(connection->name, sizeof connection->name, "rpc-%zu", set->n);
    else
        (void)snprintf(connection->name, sizeof connection->name, "%s", name);
    vota_bucket_init(&connection->bucket, per_second, VOTA_CONNECT_BURST);
    vota_breaker_init(&connection->breaker);
    vota_provider_init(&connection->provider, connection->name, &connection->metered);
    return connection;
}

/* ---- identity ---- */

static enum vota_status ask_identity(struct vota_connection *connection, uint64_t *ret_chain_id,
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

enum vota_status vota_connect_identify(struct vota_connections *set,
                                       struct vota_connection *connection)
{
    uint64_t chain_id = 0;
    vota_hash genesis;
    connection->problem = (struct vota_error){.status = VOTA_OK};
    enum vota_status status = ask_identity(connection, &chain_id, &genesis);
    if (status == VOTA_OK)
        status = compare(set, connection, chain_id, &genesis);
    connection->usable = status == VOTA_OK;
    return status;
}

static enum vota_status open_one(struct vota_connections *set,
                                 const struct vota_connect_options *options, size_t i)
{
    const struct vota_transport_options how = {
        .url = options->urls[i], .proxy = options->proxy, .ca_file = options->ca_file};
    const char *name = options->names == NULL ? NULL : options->names[i];
    /* Plain http is for this machine only: nobody else's limits are concerned. */
    const bool is_ours = options->is_local || strncmp(options->urls[i], "http:", 5) == 0;
    struct vota_connection *connection =
        vota_connect_add(set, name, NULL, is_ours ? 0 : VOTA_CONNECT_PER_SECOND);
    if (connection == NULL)
        return VOTA_LIMIT; /* more than there is room for */
    set_watch(connection, options->watch);
    const enum vota_status status =
        vota_transport_curl_new(&connection->transport, &how, &connection->problem);
    if (status != VOTA_OK)
        return status;
    connection->inner = connection->transport;
    if (options->timeout_ms != 0)
        connection->provider.timeout_ms = options->timeout_ms;
    /* Nobody waits long for one of several. */
    const unsigned retries = connection->provider.retries;
    if (options->n_urls > 1)
        connection->provider.retries = 1;
    const enum vota_status identified = vota_connect_identify(set, connection);
    connection->provider.retries = retries;
    return identified;
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
        any |= open_one(ret, options, i) == VOTA_OK;
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
