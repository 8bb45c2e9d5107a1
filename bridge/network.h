/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which networks have a name. A network is a chain id and a genesis hash: its
 * name is shown only when both match; everything else is a "local test chain".
 */
#ifndef VOTA_BRIDGE_NETWORK_H
#define VOTA_BRIDGE_NETWORK_H

#include "proof/voteanchor.h"

struct vota_network {
    const char *name;  /* "hoodi": the preset, static */
    const char *text;  /* text key of its name for people; says that a testnet is one */
    uint64_t chain_id; /* 0: not known yet */
    vota_hash genesis; /* zero: not known yet (dev: read from the node and bound) */
    bool testnet;
};

/* The presets: hoodi, sepolia, mainnet, dev, custom. */
const struct vota_network *vota_network_presets(size_t *ret_n);

/* The preset of that name, or NULL. */
const struct vota_network *vota_network_preset(const char *name);

/* The named network with this chain id and genesis, or NULL: then it has no name. */
const struct vota_network *vota_network_known(uint64_t chain_id, const vota_hash *genesis);

/* Text key for a person: of the known network, else "network.local". */
const char *vota_network_text(uint64_t chain_id, const vota_hash *genesis);

#endif
