/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An audit in words: one headline, a line for each part, every register's
 * numbers, every finding; along a succession each network for itself. Decides
 * nothing.
 */
#ifndef VOTA_BRIDGE_CLI_AUDIT_REPORT_H
#define VOTA_BRIDGE_CLI_AUDIT_REPORT_H

#include "bridge/audit/audit_line.h"
#include "bridge/cli/cli.h"

void vota_audit_report_print(const struct vota_cli *cli, const struct vota_audit_line *line);
void vota_audit_report_json(const struct vota_cli *cli, const struct vota_audit_line *line);

#endif
