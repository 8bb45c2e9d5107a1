/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An audit in words: one headline, a line for each part, every register's
 * numbers, every finding. Decides nothing.
 */
#ifndef VOTA_BRIDGE_CLI_AUDIT_REPORT_H
#define VOTA_BRIDGE_CLI_AUDIT_REPORT_H

#include "bridge/audit/audit.h"
#include "bridge/cli/cli.h"

void vota_audit_report_print(const struct vota_cli *cli, const struct vota_audit *audit);
void vota_audit_report_json(const struct vota_cli *cli, const struct vota_audit *audit);

#endif
