/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `register close ID`: ends acceptance, anchors what is left, counts, publishes
 * the counts on chain. Every part can be run again: what is done stays done.
 */
#ifndef VOTA_BRIDGE_CLI_REGISTER_CLOSE_H
#define VOTA_BRIDGE_CLI_REGISTER_CLOSE_H

#include "bridge/cli/cli.h"

extern const struct vota_option vota_register_close_options[2];

int vota_register_close(struct vota_cli *cli, const struct vota_args *args);

#endif
