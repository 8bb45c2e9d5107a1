/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the configuration takes is within its limits; whatever it refuses, it names. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/config.h"
#include "bridge/key_source.h"

static const char *no_environment(const char *name)
{
    (void)name;
    return NULL;
}

static void check_network(const struct vota_config_network *network)
{
    VOTA_ASSERT(vota_network_preset(network->preset) != NULL && network->chain_id > 0);
    VOTA_ASSERT(network->n_urls <= VOTA_CONFIG_MAX_URLS && network->timeout > 0);
    VOTA_ASSERT(network->quorum <= VOTA_CONFIG_MAX_URLS);
    for (size_t i = 0; i < network->n_urls; i++)
        VOTA_ASSERT(vota_url_problem(network->url[i], false) == NULL);
}

static void check_signer(const struct vota_config *config)
{
    struct vota_key_source source;
    bool used = vota_key_source_is_signer(config->owner);
    VOTA_ASSERT(vota_key_source_problem(config->acceptance, false) == NULL);
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        const char *anchorer = config->network[i].anchorer;
        if (vota_config_has(config, (enum vota_config_place)i))
            VOTA_ASSERT(vota_key_source_read(&source, anchorer) == NULL);
        used |= vota_key_source_is_signer(anchorer);
    }
    VOTA_ASSERT(!used || vota_url_problem(config->signer_url, false) == NULL);
    VOTA_ASSERT(config->signer_timeout > 0 && config->signer_timeout <= 3600);
    VOTA_ASSERT((config->signer_cert[0] == '\0') == (config->signer_key[0] == '\0'));
}

static void check(const struct vota_config *config)
{
    VOTA_ASSERT(vota_config_has(config, VOTA_CONFIG_PRIMARY));
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        if (vota_config_has(config, (enum vota_config_place)i))
            check_network(&config->network[i]);
    }
    VOTA_ASSERT(config->min_tip <= config->max_tip && config->max_tip <= config->max_fee);
    VOTA_ASSERT(config->max_tx <= config->max_day && config->min_size <= config->max_records);
    VOTA_ASSERT(config->max_age > 0);
    check_signer(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_config config;
    struct vota_config_error error;
    char *text = malloc(size + 1);
    VOTA_ASSERT(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (vota_config_parse(&config, text, no_environment, &error) == VOTA_OK)
        check(&config);
    else
        VOTA_ASSERT(error.reason[0] != '\0');
    free(text);
    return 0;
}
