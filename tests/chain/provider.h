/* SPDX-License-Identifier: Apache-2.0 */
/* Providers of the production client whose lines end at nodes of the scripted chain. */
#ifndef VOTA_TESTS_CHAIN_PROVIDER_H
#define VOTA_TESTS_CHAIN_PROVIDER_H

#include "rpc/eth.h"
#include "tests/chain/chain.h"

struct chain_provider {
    struct vota_transport transport;
    struct vota_provider provider;
};

static inline void chain_no_pause(unsigned ms)
{
    (void)ms;
}

/* Asks once, never waits. *ret must stay where it is. */
static inline struct vota_provider *chain_provider_init(struct chain_provider *ret,
                                                        struct chain *chain, unsigned node)
{
    static const char *const names[CHAIN_NODES] = {"first", "second", "third", "fourth"};
    chain_transport_init(&ret->transport, chain, node);
    vota_provider_init(&ret->provider, names[node], &ret->transport);
    ret->provider.pause = chain_no_pause;
    ret->provider.retries = 0;
    return &ret->provider;
}

#endif
