/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Providers: from URLs of the configuration to ones that serve the network we
 * are bound to. A provider with another chain id or genesis is never used.
 */
#ifndef VOTA_BRIDGE_ENGINE_CONNECT_H
#define VOTA_BRIDGE_ENGINE_CONNECT_H

#include "bridge/network.h"
#include "rpc/breaker.h"
#include "rpc/eth.h"

#define VOTA_CONNECT_PROVIDERS_MAX 8u
#define VOTA_CONNECT_NAME_MAX      32u
#define VOTA_CONNECT_PER_SECOND    5u
#define VOTA_CONNECT_BURST         20u

/*
 * Somebody who must be able to end what takes long: asked before every request,
 * and again after it. All members are given by the caller.
 */
struct vota_connect_watch {
    bool (*goes_on)(void *context); /* false: no request leaves any more, as if nobody answered */
    void *context;
    void (*pause)(unsigned ms); /* instead of sleeping where a provider wants time */
};

/* One provider. Holds pointers into itself: stays where it was set up. */
struct vota_connection {
    struct vota_provider provider;
    struct vota_transport *transport;   /* owned; NULL where vota_connect_add was given one */
    const struct vota_transport *inner; /* where the bytes go */
    struct vota_transport metered;      /* what the provider speaks through: counts, and waits */
    struct vota_bucket bucket;
    uint64_t requests;                      /* that left, repetitions included */
    uint64_t waited_ms;                     /* for their answers, all together */
    char name[VOTA_CONNECT_NAME_MAX + 1];   /* configured, or "rpc-1": its place; never the URL */
    bool usable;                            /* answered, with our chain id and genesis */
    bool wrong_network;                     /* answered, with another */
    struct vota_error problem;              /* why not usable */
    struct vota_breaker breaker;            /* kept by bridge/engine/quorum.h */
    const struct vota_connect_watch *watch; /* borrowed; NULL: none */
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
    const char *const *names; /* as many; NULL: "rpc-1", "rpc-2", ... */
    size_t n_urls;
    const char *proxy;   /* transport.h's; NULL: none */
    const char *ca_file; /* the same; NULL: the system's */
    unsigned timeout_ms;
    bool is_local;                          /* a development chain: asked as often as we like */
    uint64_t chain_id;                      /* 0: any, bound by the first that answers */
    const vota_hash *genesis;               /* NULL or zero: any */
    const struct vota_connect_watch *watch; /* borrowed, of every provider; NULL: none */
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

/*
 * Adds a provider that speaks through `transport` (borrowed) and asks nothing;
 * per_second 0: as often as we like. Its name is copied; NULL: its place. NULL
 * when the set is full.
 */
struct vota_connection *vota_connect_add(struct vota_connections *set, const char *name,
                                         const struct vota_transport *transport,
                                         unsigned per_second);

/*
 * Asks a provider for its chain id and genesis and compares them with the set's,
 * which the first answer binds. OK, CONFLICT "wrong-network", or why there was no
 * answer; connection->usable, wrong_network and problem are set.
 */
VOTA_MUST_USE enum vota_status vota_connect_identify(struct vota_connections *set,
                                                     struct vota_connection *connection);

/* Sets the watch of every provider of the set, also of those that were added without one. */
void vota_connect_set_watch(struct vota_connections *set, const struct vota_connect_watch *watch);

/* Milliseconds of a clock that never steps: the one to give to breakers and looks. */
uint64_t vota_connect_clock(void);

/* The first usable provider; NULL without one. */
struct vota_provider *vota_connect_first(struct vota_connections *connections);

#endif
