/* SPDX-License-Identifier: Apache-2.0 */
/* From a report to its one code: see answer.h. */
#include "proof/answer.h"

#define CODE(code, chain)                                                                          \
    {                                                                                              \
        code, code "P", chain                                                                      \
    }

/* The letter is the verdict; `chain`: only a chain that somebody answered for shows it. */
static const struct {
    const char *name;
    const char *name_on_one_word;
    bool chain;
} codes[VOTA_ANSWERS] = {
    [VOTA_ANSWER_COUNTS] = CODE("V10", true),
    [VOTA_ANSWER_COUNTS_LATE] = CODE("V11", true),
    [VOTA_ANSWER_INCLUDED] = CODE("V20", true),
    [VOTA_ANSWER_INCLUDED_LATE] = CODE("V21", true),
    [VOTA_ANSWER_UNOPENED] = CODE("V22", true),
    [VOTA_ANSWER_UNOPENED_LATE] = CODE("V23", true),
    [VOTA_ANSWER_ERASED] = CODE("V24", true),
    [VOTA_ANSWER_ERASED_LATE] = CODE("V25", true),
    [VOTA_ANSWER_NOT_IN_BATCH] = CODE("N10", true),
    [VOTA_ANSWER_OTHER_DEFINITION] = CODE("N11", false),
    [VOTA_ANSWER_OTHER_CONTENT] = CODE("N12", false),
    [VOTA_ANSWER_OTHER_ENTRY] = CODE("N13", true),
    [VOTA_ANSWER_NOTHING_THERE] = CODE("N14", true),
    [VOTA_ANSWER_BAD_SIGNATURE] = CODE("N15", false),
    [VOTA_ANSWER_OTHER_SIGNER] = CODE("N16", true),
    [VOTA_ANSWER_FALSE] = CODE("N19", true),
    [VOTA_ANSWER_BROKEN] = CODE("N20", true),
    [VOTA_ANSWER_SUPERSEDED] = CODE("N30", true),
    [VOTA_ANSWER_UNTIMELY] = CODE("N31", true),
    [VOTA_ANSWER_CONFLICT] = CODE("N32", true),
    [VOTA_ANSWER_DISAVOWED] = CODE("N33", true),
    [VOTA_ANSWER_INVALID] = CODE("N34", true),
    [VOTA_ANSWER_NOT_COUNTED] = CODE("N39", true),
    [VOTA_ANSWER_PENDING] = CODE("C10", false),
    [VOTA_ANSWER_KEPT_ELSEWHERE] = CODE("C11", false),
    [VOTA_ANSWER_KEPT_LATE_ELSEWHERE] = CODE("C12", false),
    [VOTA_ANSWER_WITHHELD] = CODE("C13", false),
    [VOTA_ANSWER_SUCCESSOR] = CODE("C14", false),
    [VOTA_ANSWER_NO_PROMISE] = CODE("C15", false),
    [VOTA_ANSWER_SIGNER_TIME] = CODE("C16", false),
    [VOTA_ANSWER_JUST_ACCEPTED] = CODE("C17", false),
    [VOTA_ANSWER_NOT_NAMED] = CODE("C20", false),
    [VOTA_ANSWER_NO_RECORD] = CODE("C21", false),
    [VOTA_ANSWER_NO_EVIDENCE] = CODE("C30", false),
    [VOTA_ANSWER_NO_BLOCK] = CODE("C31", false),
    [VOTA_ANSWER_NOT_FINAL] = CODE("C32", false),
    [VOTA_ANSWER_OTHER_BLOCK] = CODE("C33", false),
    [VOTA_ANSWER_BAD_EVIDENCE] = CODE("C34", false),
    [VOTA_ANSWER_OTHER_CODE] = CODE("C35", false),
    [VOTA_ANSWER_NO_FOLD] = CODE("C36", false),
    [VOTA_ANSWER_OLDER_BLOCK] = CODE("C37", false),
    [VOTA_ANSWER_OTHER_JOURNAL] = CODE("C38", false),
    [VOTA_ANSWER_UNCHECKED] = CODE("C99", false),
};

/* What a finding in a state amounts to when it decides; VOTA_ANSWERS: it decides nothing. */
static const struct {
    enum vota_finding_code code;
    enum vota_verdict state;
    enum vota_answer answer;
} reasons[] = {
    {VOTA_FINDING_PATH_LENGTH, VOTA_NOT_VALID, VOTA_ANSWER_NOT_IN_BATCH},
    {VOTA_FINDING_PATH_ROOT, VOTA_NOT_VALID, VOTA_ANSWER_NOT_IN_BATCH},
    {VOTA_FINDING_DEFINITION_HASH, VOTA_NOT_VALID, VOTA_ANSWER_OTHER_DEFINITION},
    {VOTA_FINDING_OPENING_HASH, VOTA_NOT_VALID, VOTA_ANSWER_OTHER_CONTENT},
    {VOTA_FINDING_JOURNAL_ENTRY, VOTA_NOT_VALID, VOTA_ANSWER_OTHER_ENTRY},
    {VOTA_FINDING_NO_ACCOUNT, VOTA_NOT_VALID, VOTA_ANSWER_NOTHING_THERE},
    {VOTA_FINDING_NO_HEAD, VOTA_NOT_VALID, VOTA_ANSWER_NOTHING_THERE},
    {VOTA_FINDING_ACCEPTANCE_SIGNATURE, VOTA_NOT_VALID, VOTA_ANSWER_BAD_SIGNATURE},
    {VOTA_FINDING_ACCEPTANCE_SIGNER, VOTA_NOT_VALID, VOTA_ANSWER_OTHER_SIGNER},
    {VOTA_FINDING_CONTRACT, VOTA_NOT_CHECKED, VOTA_ANSWER_NOT_NAMED},
    {VOTA_FINDING_ACCEPTANCE_CONTRACT, VOTA_NOT_CHECKED, VOTA_ANSWER_NOT_NAMED},
    {VOTA_FINDING_CONTRACT_RECORD, VOTA_NOT_CHECKED, VOTA_ANSWER_NO_RECORD},
    {VOTA_FINDING_EVIDENCE_MISSING, VOTA_NOT_CHECKED, VOTA_ANSWER_NO_EVIDENCE},
    {VOTA_FINDING_BLOCK_MISSING, VOTA_NOT_CHECKED, VOTA_ANSWER_NO_BLOCK},
    {VOTA_FINDING_BLOCK_FINAL, VOTA_NOT_CHECKED, VOTA_ANSWER_NOT_FINAL},
    {VOTA_FINDING_NO_ACCOUNT, VOTA_NOT_CHECKED, VOTA_ANSWER_NOT_FINAL},
    {VOTA_FINDING_NO_HEAD, VOTA_NOT_CHECKED, VOTA_ANSWER_NOT_FINAL},
    {VOTA_FINDING_OLDER_HEADER, VOTA_NOT_CHECKED, VOTA_ANSWER_OLDER_BLOCK},
    {VOTA_FINDING_HEADER_HASH, VOTA_NOT_CHECKED, VOTA_ANSWER_OTHER_BLOCK},
    {VOTA_FINDING_HEADER_FORM, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_HEADER_ITEMS, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_RLP_INTEGER, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_MISSING_NODE, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_UNUSED_NODE, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_NODE_HASH, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_NODE_FORM, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_ACCOUNT_SHAPE, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_STORAGE_VALUE, VOTA_NOT_CHECKED, VOTA_ANSWER_BAD_EVIDENCE},
    {VOTA_FINDING_CODE_HASH, VOTA_NOT_CHECKED, VOTA_ANSWER_OTHER_CODE},
    {VOTA_FINDING_FOLD, VOTA_NOT_CHECKED, VOTA_ANSWER_NO_FOLD},
    {VOTA_FINDING_JOURNAL_FOLD, VOTA_NOT_CHECKED, VOTA_ANSWER_OTHER_JOURNAL},
    {VOTA_FINDING_JOURNAL_ENTRY, VOTA_NOT_CHECKED, VOTA_ANSWER_OTHER_JOURNAL},
    {VOTA_FINDING_ACCEPTANCE_SIGNER, VOTA_NOT_CHECKED, VOTA_ANSWER_SIGNER_TIME},
    {VOTA_FINDING_ACCEPTANCE_NEW, VOTA_NOT_CHECKED, VOTA_ANSWER_JUST_ACCEPTED},
    {VOTA_FINDING_PROMISE_WITHHELD, VOTA_NOT_CHECKED, VOTA_ANSWER_WITHHELD},
    {VOTA_FINDING_PROMISE_SUCCESSOR, VOTA_NOT_CHECKED, VOTA_ANSWER_SUCCESSOR},
    {VOTA_FINDING_PENDING, VOTA_NOT_CHECKED, VOTA_ANSWER_PENDING},
    {VOTA_FINDING_NOT_ANCHORED, VOTA_NOT_CHECKED, VOTA_ANSWER_NO_PROMISE},
};

static enum vota_answer answer_to(const struct vota_finding *finding)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].code == finding->code && reasons[i].state == finding->state)
            return reasons[i].answer;
    }
    return VOTA_ANSWERS;
}

/* The first finding in a state that decides. */
static enum vota_answer first_reason(const struct vota_report *report, enum vota_verdict state,
                                     enum vota_answer otherwise)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].state != state)
            continue;
        const enum vota_answer answer = answer_to(&report->findings[i]);
        if (answer != VOTA_ANSWERS)
            return answer;
    }
    return otherwise;
}

static enum vota_answer not_counted(enum vota_standing standing)
{
    switch (standing) {
    case VOTA_STANDING_SUPERSEDED:
        return VOTA_ANSWER_SUPERSEDED;
    case VOTA_STANDING_UNTIMELY:
        return VOTA_ANSWER_UNTIMELY;
    case VOTA_STANDING_CONFLICT:
        return VOTA_ANSWER_CONFLICT;
    case VOTA_STANDING_DISAVOWED:
        return VOTA_ANSWER_DISAVOWED;
    case VOTA_STANDING_INVALID:
        return VOTA_ANSWER_INVALID;
    case VOTA_STANDING_UNKNOWN:
    case VOTA_STANDING_COUNTS:
    case VOTA_STANDING_UNOPENED:
    case VOTA_STANDING_ERASED:
        break;
    }
    return VOTA_ANSWER_NOT_COUNTED;
}

static enum vota_answer included(const struct vota_report *report)
{
    const bool late = report->promise == VOTA_PROMISE_KEPT_LATE;
    if (report->standing == VOTA_VALID)
        return late ? VOTA_ANSWER_COUNTS_LATE : VOTA_ANSWER_COUNTS;
    if (report->standing_as == VOTA_STANDING_UNOPENED)
        return late ? VOTA_ANSWER_UNOPENED_LATE : VOTA_ANSWER_UNOPENED;
    if (report->standing_as == VOTA_STANDING_ERASED)
        return late ? VOTA_ANSWER_ERASED_LATE : VOTA_ANSWER_ERASED;
    return late ? VOTA_ANSWER_INCLUDED_LATE : VOTA_ANSWER_INCLUDED;
}

static enum vota_answer not_checked(const struct vota_report *report)
{
    const enum vota_answer answer = first_reason(report, VOTA_NOT_CHECKED, VOTA_ANSWER_UNCHECKED);
    /* A receipt without anchors of which whoever has the leaf lists says more. */
    const bool pending = answer == VOTA_ANSWER_UNCHECKED || answer == VOTA_ANSWER_PENDING ||
                         answer == VOTA_ANSWER_NO_PROMISE;
    if (pending && report->promise == VOTA_PROMISE_KEPT)
        return VOTA_ANSWER_KEPT_ELSEWHERE;
    if (pending && report->promise == VOTA_PROMISE_KEPT_LATE)
        return VOTA_ANSWER_KEPT_LATE_ELSEWHERE;
    return answer;
}

enum vota_answer vota_answer_of(const struct vota_report *report)
{
    const bool broken = report->promise == VOTA_PROMISE_BROKEN;
    if (report->included == VOTA_NOT_VALID)
        return first_reason(report, VOTA_NOT_VALID,
                            broken ? VOTA_ANSWER_BROKEN : VOTA_ANSWER_FALSE);
    if (broken)
        return VOTA_ANSWER_BROKEN;
    if (report->promise == VOTA_PROMISE_NOT_VALID)
        return VOTA_ANSWER_OTHER_SIGNER;
    if (report->included == VOTA_NOT_CHECKED)
        return not_checked(report);
    return report->standing == VOTA_NOT_VALID ? not_counted(report->standing_as) : included(report);
}

enum vota_verdict vota_answer_verdict(enum vota_answer answer)
{
    if (vota_answer_name(answer, false)[0] == 'V')
        return VOTA_VALID;
    return vota_answer_name(answer, false)[0] == 'N' ? VOTA_NOT_VALID : VOTA_NOT_CHECKED;
}

bool vota_answer_rests_on_chain(enum vota_answer answer)
{
    return (unsigned)answer < VOTA_ANSWERS && codes[answer].chain;
}

const char *vota_answer_name(enum vota_answer answer, bool one_provider)
{
    if ((unsigned)answer >= VOTA_ANSWERS)
        return "C99";
    return one_provider && codes[answer].chain ? codes[answer].name_on_one_word
                                               : codes[answer].name;
}
