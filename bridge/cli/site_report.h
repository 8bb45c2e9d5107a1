/* SPDX-License-Identifier: Apache-2.0 */
/* What `site check` says: one answer, why, and a line for each file. Decides nothing. */
#ifndef VOTA_BRIDGE_CLI_SITE_REPORT_H
#define VOTA_BRIDGE_CLI_SITE_REPORT_H

#include "bridge/audit/audit_document.h"
#include "bridge/cli/cli.h"
#include "bridge/site/site.h"

/* A site that was looked at, and what the anchored data says of its list. */
struct vota_site_report {
    const char *place; /* DIR or URL as given; what might be a secret of it is not shown */
    const struct vota_site *site;
    const struct vota_document *document; /* NULL: there was no data to look into */
    const struct vota_witness *witness;   /* NULL: nobody was asked */
    enum vota_verdict verdict;            /* of both */
    const char *reason;                   /* stable code: see site_report.c */
};

/* Sets verdict and reason from the rest: a difference first, then what could not be checked. */
void vota_site_report_judge(struct vota_site_report *report);

void vota_site_report_print(const struct vota_cli *cli, const struct vota_site_report *report);
void vota_site_report_json(const struct vota_cli *cli, const struct vota_site_report *report);

#endif
