/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands, one line each: bridge/cli/cmd_<name>.c defines
 * vota_cmd_<name>. The order is the order of `voteanchor --help`.
 */
#ifndef VOTA_BRIDGE_CLI_COMMANDS_H
#define VOTA_BRIDGE_CLI_COMMANDS_H

#include "bridge/cli/cli.h"

/* clang-format off */
#define VOTA_COMMANDS(X) \
    X(init)              \
    X(key)               \
    X(deploy)            \
    X(owner)             \
    X(register)          \
    X(import)            \
    X(anchor)            \
    X(serve)             \
    X(status)            \
    X(tx)                \
    X(receipt)           \
    X(verify)            \
    X(publish)           \
    X(audit)             \
    X(breach)            \
    X(site)              \
    X(rebuild)           \
    X(succession)        \
    X(token)             \
    X(config)            \
    X(backup)            \
    X(restore)           \
    X(fsck)              \
    X(version)
/* clang-format on */

#define VOTA_COMMAND_DECLARE(name) extern const struct vota_command vota_cmd_##name;
VOTA_COMMANDS(VOTA_COMMAND_DECLARE)
#undef VOTA_COMMAND_DECLARE

#endif
