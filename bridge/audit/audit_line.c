/* SPDX-License-Identifier: Apache-2.0 */
/* Audits along a succession: see audit_line.h. */
#include "bridge/audit/audit_line.h"

#include <stdlib.h>

typedef enum vota_status auditor(struct vota_audit *ret_audit, const struct vota_audit_input *input,
                                 struct vota_error *err);

static enum vota_status run(struct vota_audit_line *ret_line, const struct vota_audit_input *inputs,
                            size_t n, auditor *audit, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    *ret_line = (struct vota_audit_line){.n = 0};
    if (n > VOTA_AUDIT_LINE_MAX)
        return vota_fail(err, VOTA_LIMIT, "succession", "too-many");
    ret_line->members = calloc(n > 0 ? n : 1, sizeof *ret_line->members);
    if (ret_line->members == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "audit", "no-memory");
    while (ret_line->n < n && status == VOTA_OK) {
        struct vota_audit_input input = inputs[ret_line->n];
        input.before = ret_line->n > 0 ? &ret_line->members[ret_line->n - 1] : NULL;
        input.is_before = ret_line->n + 1 < n;
        status = audit(&ret_line->members[ret_line->n++], &input, err);
    }
    return status;
}

enum vota_status vota_audit_line_run(struct vota_audit_line *ret_line,
                                     const struct vota_audit_input *inputs, size_t n,
                                     struct vota_error *err)
{
    return run(ret_line, inputs, n, vota_audit_run, err);
}

enum vota_status vota_audit_line_prepare(struct vota_audit_line *ret_line,
                                         const struct vota_audit_input *inputs, size_t n,
                                         struct vota_error *err)
{
    return run(ret_line, inputs, n, vota_audit_prepare, err);
}

/* The last first: it borrows from those before it. */
void vota_audit_line_done(struct vota_audit_line *line)
{
    while (line->n > 0)
        vota_audit_done(&line->members[--line->n]);
    free(line->members);
    *line = (struct vota_audit_line){.n = 0};
}

struct vota_audit *vota_audit_line_last(const struct vota_audit_line *line)
{
    return line->n > 0 ? &line->members[line->n - 1] : NULL;
}

enum vota_verdict vota_audit_line_overall(const struct vota_audit_line *line)
{
    enum vota_verdict overall =
        line->n > 0 ? vota_audit_overall(&vota_audit_line_last(line)->findings) : VOTA_NOT_CHECKED;
    for (size_t i = 0; i + 1 < line->n; i++) {
        const struct vota_audit_findings *findings = &line->members[i].findings;
        for (size_t part = 0; part < VOTA_AUDIT_PARTS; part++) {
            if (part != VOTA_AUDIT_OPENINGS && part != VOTA_AUDIT_RESULTS)
                overall = vota_audit_weigh(overall, findings->parts[part]);
        }
    }
    return overall;
}
