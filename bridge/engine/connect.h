/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Providers: from URLs of the configuration to ones that serve the network we
 * are bound to. A provider with another chain id or genesis is never used.
 */
#ifndef VOTA_BRIDGE_ENGINE_CONNECT_H
#define VOTA_BRIDGE_ENGINE_CONNECT_H

#include "bridge/network.h"
#include "rpc/eth.h"

#define VOTA_CONNECT_PROVIDERS_MAX 8u

struct vota_connection {
    struct vota_provider provider;
    struct vota_transport *transport; /* owned */
    char name[16];                    /* "rpc-1": the place in the configuration, never the URL */
    bool usable;                      /* answered, with our chain id and genesis */
    bool wrong_network;               /* answered, with another */
    struct vota_error problem;        /* why not usable */
};

/* Every provider of a configuration; release with vota_connect_done. */
struct vota_connections {
    struct vota_connection item[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n;
    uint64_t chain_id; /* what the usable ones serve */
    vota_hash genesis;
};

struct vota_connect_options {
    const char *const *urls;
    size_t n_urls;
    unsigned timeout_ms;
    uint64_t chain_id;        /* 0: any, bound by the first that answers */
    const vota_hash *genesis; /* NULL or zero: any */
};

/*
 * Asks each provider for its chain id and genesis. OK when at least one is
 * usable. REMOTE "no-provider" when none answered; CONFLICT "wrong-network"
 * when those that answered serve another network. *ret is set in every case,
 * so that the problems can be shown, and must be released.
 */
VOTA_MUST_USE enum vota_status vota_connect(struct vota_connections *ret,
                                            const struct vota_connect_options *options,
                                            struct vota_error *err);
void vota_connect_done(struct vota_connections *connections);

/* The first usable provider; NULL without one. */
struct vota_provider *vota_connect_first(struct vota_connections *connections);

#endif
