/* SPDX-License-Identifier: Apache-2.0 */
/* Findings of an audit and what they amount to: see audit_finding.h. */
#include "bridge/audit/audit_finding.h"

#include <stdlib.h>

#define CODE_PART(code, part, name) VOTA_AUDIT_##part,
static const enum vota_audit_part code_parts[] = {VOTA_AUDIT_CODES(CODE_PART)};
#undef CODE_PART

#define CODE_NAME(code, part, name) name,
static const char *const code_names[] = {VOTA_AUDIT_CODES(CODE_NAME)};
#undef CODE_NAME

const char *vota_audit_code_name(enum vota_audit_code code)
{
    return code_names[code];
}

enum vota_audit_part vota_audit_part_of(enum vota_audit_code code)
{
    return code_parts[code];
}

const char *vota_audit_part_name(enum vota_audit_part part)
{
    static const char *const names[VOTA_AUDIT_PARTS] = {
        [VOTA_AUDIT_CONTRACT] = "contract", [VOTA_AUDIT_JOURNAL] = "journal",
        [VOTA_AUDIT_ROWS] = "rows",         [VOTA_AUDIT_OPENINGS] = "openings",
        [VOTA_AUDIT_RESULTS] = "results",   [VOTA_AUDIT_FILES] = "files"};
    return names[part];
}

void vota_audit_findings_done(struct vota_audit_findings *findings)
{
    free(findings->items);
    *findings = (struct vota_audit_findings){.n = 0};
}

/* Not valid weighs more than could not check, and that more than valid. */
enum vota_verdict vota_audit_weigh(enum vota_verdict a, enum vota_verdict b)
{
    if (a == VOTA_NOT_VALID || b == VOTA_NOT_VALID)
        return VOTA_NOT_VALID;
    return a == VOTA_NOT_CHECKED || b == VOTA_NOT_CHECKED ? VOTA_NOT_CHECKED : VOTA_VALID;
}

/* Room for one more; false where none is to be had. */
static bool grow(struct vota_audit_findings *findings)
{
    if (findings->n < findings->cap)
        return true;
    const size_t cap = findings->cap == 0 ? 64 : 2 * findings->cap;
    struct vota_audit_finding *grown = reallocarray(findings->items, cap, sizeof *findings->items);
    if (grown == NULL)
        return false;
    findings->items = grown;
    findings->cap = cap;
    return true;
}

static struct vota_audit_finding *add(struct vota_audit_findings *findings,
                                      enum vota_audit_code code)
{
    findings->counts[code]++;
    if (findings->counts[code] > VOTA_AUDIT_KEPT) {
        findings->beyond = (struct vota_audit_finding){.code = code};
        return &findings->beyond;
    }
    if (!grow(findings)) {
        findings->no_memory = true;
        return &findings->beyond;
    }
    struct vota_audit_finding *finding = &findings->items[findings->n++];
    *finding = (struct vota_audit_finding){.code = code};
    return finding;
}

struct vota_audit_finding *vota_audit_find(struct vota_audit_findings *findings,
                                           enum vota_audit_code code, enum vota_verdict state)
{
    const enum vota_audit_part part = code_parts[code];
    findings->parts[part] =
        findings->weighed[part] ? vota_audit_weigh(findings->parts[part], state) : state;
    findings->weighed[part] = true;
    struct vota_audit_finding *finding = add(findings, code);
    finding->state = state;
    return finding;
}

struct vota_audit_finding *vota_audit_notice(struct vota_audit_findings *findings,
                                             enum vota_audit_code code)
{
    struct vota_audit_finding *finding = add(findings, code);
    finding->state = VOTA_VALID;
    finding->notice = true;
    return finding;
}

enum vota_verdict vota_audit_overall(const struct vota_audit_findings *findings)
{
    enum vota_verdict overall = VOTA_VALID;
    for (size_t i = 0; i < VOTA_AUDIT_PARTS; i++)
        overall = vota_audit_weigh(overall, findings->parts[i]);
    return overall;
}
