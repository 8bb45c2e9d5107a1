/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of findings and verdicts, which texts, scripts and stored reports
 * rely on: a name is never given to another meaning. See finding.h.
 */
#include "proof/finding.h"

#include "proof/word.h"

static const char *const names[VOTA_FINDING_CODES] = {
    [VOTA_FINDING_DEFINITION_HASH] = "definition-hash",
    [VOTA_FINDING_DEFINITION_FORM] = "definition-form",
    [VOTA_FINDING_OPENING_HASH] = "opening-hash",
    [VOTA_FINDING_CONTENT_FORM] = "content-form",
    [VOTA_FINDING_CONTRACT] = "contract",
    [VOTA_FINDING_CONTRACT_RECORD] = "contract-record",
    [VOTA_FINDING_CONTRACT_LINKED] = "contract-linked",
    [VOTA_FINDING_SUCCESSION] = "succession",
    [VOTA_FINDING_FORKED] = "forked",
    [VOTA_FINDING_EVIDENCE_MISSING] = "evidence-missing",
    [VOTA_FINDING_BLOCK_MISSING] = "block-missing",
    [VOTA_FINDING_BLOCK_FINAL] = "block-final",
    [VOTA_FINDING_OLDER_HEADER] = "older-header",
    [VOTA_FINDING_HEADER_FORM] = "header-form",
    [VOTA_FINDING_HEADER_ITEMS] = "header-items",
    [VOTA_FINDING_RLP_INTEGER] = "rlp-integer",
    [VOTA_FINDING_HEADER_HASH] = "header-hash",
    [VOTA_FINDING_MISSING_NODE] = "missing-node",
    [VOTA_FINDING_UNUSED_NODE] = "unused-node",
    [VOTA_FINDING_NODE_HASH] = "node-hash",
    [VOTA_FINDING_NODE_FORM] = "node-form",
    [VOTA_FINDING_NO_ACCOUNT] = "no-account",
    [VOTA_FINDING_ACCOUNT_SHAPE] = "account-shape",
    [VOTA_FINDING_CODE_HASH] = "code-hash",
    [VOTA_FINDING_NO_HEAD] = "no-head",
    [VOTA_FINDING_STORAGE_VALUE] = "storage-value",
    [VOTA_FINDING_FOLD] = "fold",
    [VOTA_FINDING_PATH_LENGTH] = "path-length",
    [VOTA_FINDING_PATH_ROOT] = "path-root",
    [VOTA_FINDING_JOURNAL_FOLD] = "journal-fold",
    [VOTA_FINDING_JOURNAL_ENTRY] = "journal-entry",
    [VOTA_FINDING_JOURNAL_HEAD] = "journal-head",
    [VOTA_FINDING_ACCEPTANCE_CONTRACT] = "acceptance-contract",
    [VOTA_FINDING_ACCEPTANCE_SIGNATURE] = "acceptance-signature",
    [VOTA_FINDING_ACCEPTANCE_SIGNER] = "acceptance-signer",
    [VOTA_FINDING_ACCEPTANCE_NEW] = "acceptance-new",
    [VOTA_FINDING_ACCEPTANCE_BOUNDS] = "acceptance-bounds",
    [VOTA_FINDING_PROMISE] = "promise",
    [VOTA_FINDING_PROMISE_LATE] = "promise-late",
    [VOTA_FINDING_PROMISE_BROKEN] = "promise-broken",
    [VOTA_FINDING_PROMISE_WITHHELD] = "promise-withheld",
    [VOTA_FINDING_PROMISE_SUCCESSOR] = "promise-successor",
    [VOTA_FINDING_PENDING] = "pending",
    [VOTA_FINDING_NOT_ANCHORED] = "not-anchored",
    [VOTA_FINDING_REGISTER_OPENED] = "register-opened",
    [VOTA_FINDING_TIMELY] = "timely",
    [VOTA_FINDING_COUNTS] = "counts",
    [VOTA_FINDING_SUPERSEDED] = "superseded",
    [VOTA_FINDING_UNTIMELY] = "untimely",
    [VOTA_FINDING_CONFLICT] = "conflict",
    [VOTA_FINDING_DISAVOWED] = "disavowed",
    [VOTA_FINDING_INVALID] = "invalid",
    [VOTA_FINDING_UNOPENED] = "unopened",
    [VOTA_FINDING_ERASED] = "erased",
    [VOTA_FINDING_ROWS_MISSING] = "rows-missing",
};

const char *vota_finding_name(enum vota_finding_code code)
{
    return (unsigned)code < VOTA_FINDING_CODES ? names[code] : "unknown";
}

const char *vota_verdict_name(enum vota_verdict verdict)
{
    if (verdict == VOTA_VALID)
        return "valid";
    return verdict == VOTA_NOT_VALID ? "not_valid" : "not_checked";
}

struct vota_finding *vota_finding_add(struct vota_report *report, enum vota_finding_code code,
                                      enum vota_verdict state, size_t anchor)
{
    VOTA_ASSERT(report->finding_count < VOTA_REPORT_FINDINGS);
    struct vota_finding *finding = &report->findings[report->finding_count++];
    *finding = (struct vota_finding){.code = code, .state = state, .anchor = anchor};
    return finding;
}

void vota_finding_set_hashes(struct vota_finding *finding, const vota_hash *left,
                             const vota_hash *right)
{
    finding->compared = VOTA_COMPARED_HASHES;
    finding->left = *left;
    finding->right = *right;
}

void vota_finding_set_addresses(struct vota_finding *finding, const vota_addr *left,
                                const vota_addr *right)
{
    finding->compared = VOTA_COMPARED_ADDRESSES;
    finding->left = vota_word_of_addr(left);
    finding->right = vota_word_of_addr(right);
}

void vota_finding_set_numbers(struct vota_finding *finding, uint64_t left, uint64_t right)
{
    finding->compared = VOTA_COMPARED_NUMBERS;
    finding->left_number = left;
    finding->right_number = right;
}

void vota_finding_set_times(struct vota_finding *finding, uint64_t left, uint64_t right)
{
    vota_finding_set_numbers(finding, left, right);
    finding->compared = VOTA_COMPARED_TIMES;
}
