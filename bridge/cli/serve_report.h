/* SPDX-License-Identifier: Apache-2.0 */
/* What `serve` says when it has started: to a person, or as JSON to a program. Starts nothing. */
#ifndef VOTA_BRIDGE_CLI_SERVE_REPORT_H
#define VOTA_BRIDGE_CLI_SERVE_REPORT_H

#include "bridge/cli/cli.h"
#include "bridge/serve/service.h"

/* How many registers the line has, and how many of them take records now. */
struct vota_serve_registers {
    uint64_t now; /* set by the caller */
    uint64_t all, open;
};

/* A callback of vota_store_register_each; context: the struct. */
enum vota_status vota_serve_registers_count(void *context, const struct vota_store_register *reg);

/* On cli->out, and flushed: the service is running. */
void vota_serve_report(const struct vota_cli *cli, const struct vota_service_options *options,
                       const struct vota_serve_registers *registers, const char *address);

#endif
