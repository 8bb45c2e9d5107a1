/* SPDX-License-Identifier: Apache-2.0 */
/* Findings and names of a judgement: see breach.h and breach_parts.h. */
#include <stdlib.h>

#include "bridge/breach/breach_parts.h"

#define NAME(code, name) (name),
static const char *const code_names[] = {VOTA_BREACH_CODES(NAME)};
#undef NAME

const char *vota_breach_code_name(enum vota_breach_code code)
{
    return code_names[code];
}

const char *vota_breach_outcome_name(enum vota_promise_outcome outcome)
{
    static const char *const names[] = {[VOTA_PROMISE_NOT_CHECKED] = "not_checked",
                                        [VOTA_PROMISE_KEPT] = "kept",
                                        [VOTA_PROMISE_KEPT_LATE] = "kept_late",
                                        [VOTA_PROMISE_BROKEN] = "broken",
                                        [VOTA_PROMISE_NOT_VALID] = "not_valid"};
    return names[outcome];
}

void vota_breach_report_done(struct vota_breach_report *report)
{
    free(report->withheld);
    report->searched = NULL;
    report->withheld = NULL;
}

struct vota_breach_finding *vota_breach_add(struct vota_breach_report *report,
                                            enum vota_breach_code code, enum vota_verdict state,
                                            size_t contract)
{
    /* The last place is for whatever does not fit. */
    const size_t at = report->finding_count < VOTA_BREACH_FINDINGS ? report->finding_count++
                                                                   : VOTA_BREACH_FINDINGS;
    report->findings[at] = (struct vota_breach_finding){
        .code = code, .state = state, .contract = contract, .reason = ""};
    return &report->findings[at];
}

void vota_breach_set_hashes(struct vota_breach_finding *finding, const vota_hash *left,
                            const vota_hash *right)
{
    finding->compared = VOTA_COMPARED_HASHES;
    finding->left_hash = *left;
    finding->right_hash = *right;
}

void vota_breach_set_addresses(struct vota_breach_finding *finding, const vota_addr *left,
                               const vota_addr *right)
{
    finding->compared = VOTA_COMPARED_ADDRESSES;
    finding->left_hash = vota_word_of_addr(left);
    finding->right_hash = vota_word_of_addr(right);
}

void vota_breach_set_numbers(struct vota_breach_finding *finding, enum vota_compared compared,
                             uint64_t left, uint64_t right)
{
    finding->compared = compared;
    finding->left = left;
    finding->right = right;
}
