/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the words on the command line to the action that was asked for: finds
 * it in the table, checks its options, shows help. It performs nothing itself.
 */
#ifndef VOTA_BRIDGE_CLI_RUN_H
#define VOTA_BRIDGE_CLI_RUN_H

#include "bridge/cli/cli.h"

/*
 * Fills cli from the environment (language, directory) and what its streams
 * are. Assumes in, out, err are set. `get` is getenv or a stand-in.
 */
void vota_run_init(struct vota_cli *cli, const char *(*get)(const char *name));

/*
 * Runs argv[1 .. argc) and returns the exit code. `before_keys` is called
 * before an action that loads keys. argv is reordered.
 */
int vota_run(struct vota_cli *cli, const struct vota_command *const *commands, size_t n_commands,
             int argc, char **argv, void (*before_keys)(void));

#endif
