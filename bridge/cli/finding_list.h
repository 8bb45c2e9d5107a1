/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The findings of an inspection, for a person or a script: `fsck` and `restore
 * --check` show the same. It judges nothing.
 */
#ifndef VOTA_BRIDGE_CLI_FINDING_LIST_H
#define VOTA_BRIDGE_CLI_FINDING_LIST_H

#include "bridge/backup/inspect.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/progress.h"
#include "bridge/cli/table.h"

#define VOTA_FINDING_LIST_MAX 1000u /* more are counted, not shown */
#define VOTA_FINDING_REMARKS  32u   /* the same, of remarks in JSON */

struct vota_finding_list {
    const struct vota_cli *cli;
    struct vota_table table;
    struct vota_json json; /* of the whole answer, with --json */
    struct vota_progress progress;
    uint64_t faults, remarks; /* all there were */
    struct vota_finding_remark {
        const char *code;
        char detail[160];
    } remark[VOTA_FINDING_REMARKS]; /* with --json: they follow the faults */
    enum vota_status status;        /* of showing them */
};

/* With --json the outermost object and its array "faults" are begun. */
void vota_finding_list_init(struct vota_finding_list *ret_list, const struct vota_cli *cli);
void vota_finding_list_done(struct vota_finding_list *list);

/* For struct vota_inspection: `context` is the list. */
void vota_finding_list_note(void *context, const char *code, const char *detail);
void vota_finding_list_progress(void *context, uint64_t done, uint64_t total);

/* Ends the array and adds that of "remarks", or prints the table. */
void vota_finding_list_show(struct vota_finding_list *list);

#endif
