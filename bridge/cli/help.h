/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Help pages, made from a command's own table and the text catalogue, so that
 * they cannot differ from what the parser takes.
 */
#ifndef VOTA_BRIDGE_CLI_HELP_H
#define VOTA_BRIDGE_CLI_HELP_H

#include "bridge/cli/cli.h"

/* Options that every action takes. */
extern const struct vota_option vota_help_common[];
extern const size_t vota_help_common_count;

void vota_help_program(const struct vota_cli *cli, const struct vota_command *const *commands,
                       size_t n);
void vota_help_command(const struct vota_cli *cli, const struct vota_command *command);
void vota_help_action(const struct vota_cli *cli, const struct vota_command *command,
                      const struct vota_action *action);

#endif
