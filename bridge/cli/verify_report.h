/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report of vota_verify in words: two verdicts, the sentence that says what
 * was compared with what, and every finding. Decides nothing.
 */
#ifndef VOTA_BRIDGE_CLI_VERIFY_REPORT_H
#define VOTA_BRIDGE_CLI_VERIFY_REPORT_H

#include "bridge/audit/trusted.h"
#include "bridge/cli/cli.h"
#include "bridge/cli/output_json.h"

/* What a report is about. */
struct vota_verify_report {
    const char *file;
    const struct vota_receipt *receipt;
    const struct vota_report *report;
    const struct vota_trust *trust;
    const struct vota_witnesses *witnesses; /* none: offline */
    bool brief;                             /* no findings, only verdicts and sentence */
};

void vota_verify_report_print(const struct vota_cli *cli, const struct vota_verify_report *about);

/* One object inside an array. */
void vota_verify_report_json(struct vota_json *json, const struct vota_cli *cli,
                             const struct vota_verify_report *about);

/* What kept something from being checked, on cli->err. */
void vota_verify_report_problem(const struct vota_cli *cli,
                                const struct vota_trusted_problem *problem);

#endif
