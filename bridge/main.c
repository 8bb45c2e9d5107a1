/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program: its table of commands (bridge/cli/commands.h), its streams, and
 * what the operating system must not do with our memory. Nothing else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/run.h"

#define COMMAND_ADDRESS(name) &vota_cmd_##name,
static const struct vota_command *const commands[] = {VOTA_COMMANDS(COMMAND_ADDRESS)};

static const char *environment(const char *name)
{
    return getenv(name);
}

/* Keys must not reach a core file or another process of the same user. */
static void forbid_dumps(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none); /* lowering one's own limit cannot fail */
#ifndef VOTA_SANITIZED
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* the leak checker needs to trace itself */
#endif
}

int main(int argc, char **argv)
{
    struct vota_cli cli = {.in = stdin, .out = stdout, .err = stderr};
    if (argc < 1)
        return VOTA_EXIT_USAGE;
    tzset();
    vota_run_init(&cli, environment);
    const int code = vota_run(&cli, VOTA_TABLE(commands), argc, argv, forbid_dumps);
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return code;
    return vota_cli_fail(&cli, VOTA_EXIT_FAILED, "error.output", NULL);
}
