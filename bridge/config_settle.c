/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked of values together, once each was taken: a network is whole or
 * not there, limits do not contradict each other. Reads nothing.
 */
#include "bridge/config_parts.h"

#include <stdio.h>
#include <string.h>

#include "bridge/config_value.h"
#include "bridge/key_source.h"
#include "proof/bytes.h"

const struct vota_config_names vota_config_names[VOTA_CONFIG_NETWORKS] = {
    [VOTA_CONFIG_PRIMARY] = {"network", "network.preset", "network.chain_id", "network.genesis",
                             "rpc.url", "rpc.url_file", "rpc.quorum", NULL},
    [VOTA_CONFIG_SECONDARY] = {"secondary", "secondary.preset", "secondary.chain_id",
                               "secondary.genesis", "secondary.url", "secondary.url_file",
                               "secondary.quorum", "secrets/anchorer-secondary.json"},
    [VOTA_CONFIG_SUCCESSOR] = {"successor", "successor.preset", "successor.chain_id",
                               "successor.genesis", "successor.url", "successor.url_file",
                               "successor.quorum", "secrets/anchorer-successor.json"},
};

/* A named network is what it is; the configuration may repeat it, not change it. */
static void settle_network(struct vota_config_reading *reading, unsigned place)
{
    struct vota_config_network *config = &reading->config->network[place];
    const struct vota_network *network = vota_network_preset(config->preset);
    const bool named = !vota_hash_is_zero(&network->genesis);
    if (config->chain_id == 0)
        config->chain_id = network->chain_id;
    if (config->chain_id == 0)
        vota_config_refuse(reading, vota_config_names[place].chain_id, NULL,
                           "1 .. 9007199254740991", "chain-id-needed");
    if (!named)
        return;
    if (config->chain_id != network->chain_id)
        vota_config_refuse(reading, vota_config_names[place].chain_id, NULL, network->name,
                           "not-of-preset");
    if (vota_hash_is_zero(&config->genesis))
        config->genesis = network->genesis;
    if (!vota_hash_equal(&config->genesis, &network->genesis))
        vota_config_refuse(reading, vota_config_names[place].genesis, NULL, network->name,
                           "not-of-preset");
}

static bool says_something(const struct vota_config_network *network)
{
    return network->preset[0] != '\0' || network->chain_id != 0 || network->n_urls > 0 ||
           network->url_file[0] != '\0' || network->quorum != 0 || network->timeout != 0 ||
           network->anchorer[0] != '\0' || !vota_hash_is_zero(&network->genesis) ||
           !vota_addr_is_zero(&network->contract);
}

/* A network beside the primary: whole or not there, and not one that is there already. */
static void settle_other(struct vota_config_reading *reading, unsigned place)
{
    struct vota_config_network *network = &reading->config->network[place];
    if (!says_something(network))
        return;
    if (network->preset[0] == '\0') {
        vota_config_refuse(reading, vota_config_names[place].preset, NULL, NULL, "preset-needed");
        return;
    }
    settle_network(reading, place);
    for (unsigned i = 0; i < place; i++) {
        if (network->chain_id == reading->config->network[i].chain_id)
            vota_config_refuse(reading, vota_config_names[place].chain_id, NULL,
                               vota_config_names[i].section, "same-network");
    }
    if (network->timeout == 0)
        network->timeout = reading->config->network[VOTA_CONFIG_PRIMARY].timeout;
    if (network->anchorer[0] == '\0')
        (void)snprintf(network->anchorer, sizeof network->anchorer, "%s",
                       vota_config_names[place].anchorer);
}

/* Values that are in range alone, but not beside each other. */
static void settle_order(struct vota_config_reading *reading)
{
    const struct vota_config *config = reading->config;
    const struct {
        const char *low, *high;
        uint64_t low_value, high_value;
    } pairs[] = {
        {"fees.min_tip_gwei", "fees.max_tip_gwei", config->min_tip, config->max_tip},
        {"fees.max_tip_gwei", "fees.max_fee_gwei", config->max_tip, config->max_fee},
        {"fees.max_tx_eth", "fees.max_day_eth", config->max_tx, config->max_day},
        {"batch.min_size", "batch.max_records", config->min_size, config->max_records},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].low_value > pairs[i].high_value)
            vota_config_refuse(reading, pairs[i].low, NULL, pairs[i].high, "less-than");
    }
}

/* A key at the signer needs one; a certificate is nothing without its key. */
static void settle_signer(struct vota_config_reading *reading)
{
    const struct vota_config *config = reading->config;
    bool used = vota_key_source_is_signer(config->owner);
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++)
        used |= vota_key_source_is_signer(config->network[i].anchorer);
    if (used && config->signer_url[0] == '\0')
        vota_config_refuse(reading, "signer.url", NULL, "https://..., http://127.0.0.1:...",
                           "signer-needed");
    if ((config->signer_cert[0] == '\0') != (config->signer_key[0] == '\0'))
        vota_config_refuse(reading, "signer.client_key", NULL, "signer.client_cert", "needs-both");
}

void vota_config_settle_quorum(struct vota_config_reading *reading)
{
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        struct vota_config_network *network = &reading->config->network[i];
        if (network->n_urls > 0 && network->quorum > network->n_urls)
            vota_config_refuse(reading, vota_config_names[i].quorum, NULL, vota_config_names[i].url,
                               "less-than");
        if (network->quorum == 0 && network->n_urls > 0)
            network->quorum = network->n_urls / 2 + 1;
    }
}

void vota_config_settle(struct vota_config_reading *reading)
{
    settle_network(reading, VOTA_CONFIG_PRIMARY);
    settle_other(reading, VOTA_CONFIG_SECONDARY);
    settle_other(reading, VOTA_CONFIG_SUCCESSOR);
    settle_order(reading);
    settle_signer(reading);
}
