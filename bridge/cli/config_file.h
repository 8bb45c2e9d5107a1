/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file that `init` writes: every key with its explanation in
 * the reader's language, its range, default and variable. It knows how the file
 * looks; the keys are config_keys.c.
 */
#ifndef VOTA_BRIDGE_CLI_CONFIG_FILE_H
#define VOTA_BRIDGE_CLI_CONFIG_FILE_H

#include "bridge/cli/cli.h"

#define VOTA_CONFIG_FILE_MAX_LINES 16u

/* What the file sets apart from the defaults: "section.name" and value, in order. */
struct vota_config_file_line {
    const char *key;
    const char *value;
};

void vota_config_file_write(const struct vota_cli *cli, FILE *to,
                            const struct vota_config_file_line *lines, size_t n);

#endif
