/* SPDX-License-Identifier: Apache-2.0 */
/* A judgement of a breach bundle in words, and as JSON. Decides nothing. */
#ifndef VOTA_BRIDGE_CLI_BREACH_REPORT_H
#define VOTA_BRIDGE_CLI_BREACH_REPORT_H

#include "bridge/breach/breach.h"
#include "bridge/cli/cli.h"

/* What a report is about. */
struct vota_breach_about {
    const char *file;
    const struct vota_breach *breach; /* without contracts where nothing could be gathered */
    const struct vota_breach_report *report;
};

/* Outcome, sentence, and every finding. */
void vota_breach_report_print(const struct vota_cli *cli, const struct vota_breach_about *about);

/* One JSON document on cli->out. */
void vota_breach_report_json(const struct vota_cli *cli, const struct vota_breach_about *about);

#endif
