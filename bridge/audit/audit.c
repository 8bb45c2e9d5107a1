/* SPDX-License-Identifier: Apache-2.0 */
/* The audit, part by part: see audit.h. */
#include "bridge/audit/audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "bridge/audit/audit_parts.h"

void vota_audit_progress(const struct vota_audit *audit, const char *part, uint64_t done,
                         uint64_t total)
{
    if (audit->input.progress != NULL)
        audit->input.progress(audit->input.progress_context, part, done, total);
}

bool vota_audit_no_memory(struct vota_audit *audit, enum vota_status status)
{
    if (status == VOTA_NO_MEMORY)
        audit->findings.no_memory = true;
    return status == VOTA_NO_MEMORY;
}

/* The manifest comes first: the other parts ask it what ought to be there. */
static void read_manifest(struct vota_audit *audit)
{
    struct vota_error err = {0};
    if (audit->input.reader == NULL)
        return;
    const enum vota_status status =
        vota_reader_manifest(audit->input.reader, &audit->manifest, &err);
    audit->has_manifest = status == VOTA_OK;
    if (status == VOTA_OK || vota_audit_no_memory(audit, status))
        return;
    const bool missing = status == VOTA_NOT_FOUND;
    struct vota_audit_finding *finding =
        vota_audit_find(&audit->findings, missing ? VOTA_FOUND_FILE_MISSING : VOTA_FOUND_FILE_FORM,
                        missing ? VOTA_NOT_CHECKED : VOTA_NOT_VALID);
    vota_audit_place(finding, "manifest.json", 0);
    (void)snprintf(finding->text, sizeof finding->text, "%s", err.text);
}

/* The parts in their order; the first of them are enough for the standing of a receipt. */
static enum vota_status (*const parts[])(struct vota_audit *) = {
    vota_audit_contract, vota_audit_link,      vota_audit_journal, vota_audit_rows,
    vota_audit_index,    vota_audit_registers, vota_audit_files};
#define PARTS    (sizeof parts / sizeof parts[0])
#define PREPARED 4u

static enum vota_status run(struct vota_audit *ret_audit, const struct vota_audit_input *input,
                            size_t n, struct vota_error *err)
{
    *ret_audit = (struct vota_audit){.input = *input};
    vota_proven_init(&ret_audit->proven);
    read_manifest(ret_audit);
    for (size_t i = 0; i < n; i++) {
        const enum vota_status status = parts[i](ret_audit);
        if (status != VOTA_OK || ret_audit->findings.no_memory)
            return vota_fail(err, status != VOTA_OK ? status : VOTA_NO_MEMORY, "audit",
                             "no-memory");
    }
    return VOTA_OK;
}

enum vota_status vota_audit_run(struct vota_audit *ret_audit, const struct vota_audit_input *input,
                                struct vota_error *err)
{
    return run(ret_audit, input, PARTS, err);
}

enum vota_status vota_audit_prepare(struct vota_audit *ret_audit,
                                    const struct vota_audit_input *input, struct vota_error *err)
{
    return run(ret_audit, input, PREPARED, err);
}

static void registers_done(struct vota_audit *audit)
{
    for (size_t i = 0; i < audit->register_count; i++) {
        free(audit->registers[i].definition);
        free(audit->registers[i].numbers);
        free(audit->registers[i].numbers_undisavowed);
    }
    free(audit->registers);
    audit->registers = NULL;
    audit->register_count = 0;
}

void vota_audit_done(struct vota_audit *audit)
{
    registers_done(audit);
    for (size_t i = 0; i < audit->batch_count; i++)
        vota_reader_unmap(&audit->batches[i].rows);
    free(audit->batches);
    free(audit->line_entries);
    free(audit->line_texts);
    free(audit->journal.marks);
    free(audit->journal.opened);
    vota_leaf_index_done(&audit->index);
    vota_file_list_done(&audit->manifest);
    vota_proven_done(&audit->proven);
    vota_audit_findings_done(&audit->findings);
}
