/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The networks that have a name. The genesis hashes are those of the networks'
 * own configuration; a node that says another one is on another network.
 */
#include "bridge/network.h"

#include <string.h>

#include "proof/bytes.h"

/* clang-format off */
static const struct vota_network presets[] = {
    {"hoodi", "network.hoodi", 560048,
     {{0xbb, 0xe3, 0x12, 0x86, 0x8b, 0x37, 0x6a, 0x30, 0x01, 0x69, 0x2a, 0x64, 0x6d, 0xd2, 0xd7, 0xd1,
       0xe4, 0x40, 0x63, 0x80, 0xdf, 0xd8, 0x6b, 0x98, 0xaa, 0x8a, 0x34, 0xd1, 0x55, 0x7c, 0x97, 0x1b}},
     true},
    {"sepolia", "network.sepolia", 11155111,
     {{0x25, 0xa5, 0xcc, 0x10, 0x6e, 0xea, 0x71, 0x38, 0xac, 0xab, 0x33, 0x23, 0x1d, 0x71, 0x60, 0xd6,
       0x9c, 0xb7, 0x77, 0xee, 0x0c, 0x2c, 0x55, 0x3f, 0xcd, 0xdf, 0x51, 0x38, 0x99, 0x3e, 0x6d, 0xd9}},
     true},
    {"mainnet", "network.mainnet", 1,
     {{0xd4, 0xe5, 0x67, 0x40, 0xf8, 0x76, 0xae, 0xf8, 0xc0, 0x10, 0xb8, 0x6a, 0x40, 0xd5, 0xf5, 0x67,
       0x45, 0xa1, 0x18, 0xd0, 0x90, 0x6a, 0x34, 0xe6, 0x9a, 0xec, 0x8c, 0x0d, 0xb1, 0xcb, 0x8f, 0xa3}},
     false},
    {"dev", "network.local", 31337, {{0}}, true}, /* genesis: of the node, bound on first use */
    {"custom", "network.local", 0, {{0}}, true},  /* chain id: from the configuration */
};
/* clang-format on */

const struct vota_network *vota_network_presets(size_t *ret_n)
{
    *ret_n = sizeof presets / sizeof presets[0];
    return presets;
}

const struct vota_network *vota_network_preset(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    }
    return NULL;
}

const struct vota_network *vota_network_known(uint64_t chain_id, const vota_hash *genesis)
{
    if (vota_hash_is_zero(genesis)) /* not known is not equal */
        return NULL;
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        if (presets[i].chain_id == chain_id && vota_hash_equal(&presets[i].genesis, genesis))
            return &presets[i];
    }
    return NULL;
}

const char *vota_network_text(uint64_t chain_id, const vota_hash *genesis)
{
    const struct vota_network *network = vota_network_known(chain_id, genesis);
    return network == NULL ? "network.local" : network->text;
}
