/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that read a configuration share: see config.c, config_settle.c. */
#ifndef VOTA_BRIDGE_CONFIG_PARTS_H
#define VOTA_BRIDGE_CONFIG_PARTS_H

#include "bridge/config.h"

#define VOTA_CONFIG_KEYS_MAX 128u

/* What the keys of each network are called; the last: where its anchorer's key is by default. */
struct vota_config_names {
    const char *section, *preset, *chain_id, *genesis, *url, *url_file, *quorum, *anchorer;
};
extern const struct vota_config_names vota_config_names[VOTA_CONFIG_NETWORKS];

/* Reading of one configuration. */
struct vota_config_reading {
    struct vota_config *config;
    const char *text;                 /* what is left of the file */
    unsigned line;                    /* of the value at hand; 0 in the environment */
    bool given[VOTA_CONFIG_KEYS_MAX]; /* keys that the file had, by their place in the table */
    bool failed;
    struct vota_config_error *error;
};

/* Notes what is wrong; the first one is told. value and limit may be NULL. */
void vota_config_refuse(struct vota_config_reading *reading, const char *key, const char *value,
                        const char *limit, const char *reason);

/* Values that are right alone, beside each other; and networks whole or not there. */
void vota_config_settle(struct vota_config_reading *reading);

/* The majority, unless the configuration says how many: once all urls are known. */
void vota_config_settle_quorum(struct vota_config_reading *reading);

#endif
