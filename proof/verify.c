/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vota_verify: a receipt and what the user trusts become a report. Composition
 * only: each question is answered in its own file, here they are asked in order
 * and their answers become the two verdicts of PROTOCOL 8.
 */
#include "proof/verify.h"

#include "proof/content.h"
#include "proof/leaf.h"

_Static_assert(VOTA_RECEIPT_MAX_ANCHORS == VOTA_REPORT_ANCHORS, "a verdict for every anchor");

static struct vota_finding *add(const struct vota_verify *verify, enum vota_finding_code code,
                                enum vota_verdict state)
{
    return vota_finding_add(verify->report, code, state, VOTA_NO_ANCHOR);
}

/* The definition, if it is the register's and can be read, goes to *ret_definition. */
static void look_at_definition(struct vota_verify *verify, struct vota_definition *ret_definition)
{
    const struct vota_receipt *receipt = verify->receipt;
    if (!receipt->has_definition) {
        add(verify, VOTA_FINDING_DEFINITION_HASH, VOTA_NOT_CHECKED);
        return;
    }
    vota_hash hash;
    vota_definition_hash(&hash, receipt->definition.at, receipt->definition.len);
    const bool equal = vota_hash_equal(&hash, &receipt->row.register_hash);
    vota_finding_set_hashes(
        add(verify, VOTA_FINDING_DEFINITION_HASH, equal ? VOTA_VALID : VOTA_NOT_VALID), &hash,
        &receipt->row.register_hash);
    if (!equal)
        return;
    if (vota_definition_read(ret_definition, receipt->definition.at, receipt->definition.len,
                             NULL) == VOTA_OK)
        verify->definition = ret_definition;
    else /* a later version's, perhaps: not for this program to condemn */
        add(verify, VOTA_FINDING_DEFINITION_FORM, VOTA_NOT_CHECKED);
}

static void look_at_opening(struct vota_verify *verify)
{
    const struct vota_receipt_opening *opening = &verify->receipt->opening;
    if (!verify->receipt->has_opening) {
        add(verify, VOTA_FINDING_OPENING_HASH, VOTA_NOT_CHECKED);
        return;
    }
    vota_hash salt;
    vota_hash hash;
    vota_leaf_salt(&salt, &opening->city_salt, &opening->citizen_salt);
    vota_leaf_content_hash(&hash, &salt, opening->content);
    const bool equal = vota_hash_equal(&hash, &verify->receipt->row.content_hash);
    vota_finding_set_hashes(
        add(verify, VOTA_FINDING_OPENING_HASH, equal ? VOTA_VALID : VOTA_NOT_VALID), &hash,
        &verify->receipt->row.content_hash);
    if (!equal || verify->definition == NULL)
        return;
    struct vota_content content;
    verify->is_content_invalid =
        vota_content_check(&content, verify->definition, opening->content) != VOTA_CONTENT_COUNTED;
    add(verify, VOTA_FINDING_CONTENT_FORM,
        verify->is_content_invalid ? VOTA_NOT_VALID : VOTA_VALID);
}

/* What, when not valid, makes the receipt as a whole say something false. */
static bool is_claim(enum vota_finding_code code)
{
    switch ((int)code) {
    case VOTA_FINDING_DEFINITION_HASH:
    case VOTA_FINDING_OPENING_HASH:
    case VOTA_FINDING_NO_ACCOUNT:
    case VOTA_FINDING_NO_HEAD:
    case VOTA_FINDING_PATH_LENGTH:
    case VOTA_FINDING_PATH_ROOT:
    case VOTA_FINDING_JOURNAL_ENTRY:
    case VOTA_FINDING_ACCEPTANCE_SIGNATURE:
    case VOTA_FINDING_ACCEPTANCE_SIGNER:
        return true;
    default:
        return false;
    }
}

/* Each anchor on its own; then one that is false refutes the receipt, one that holds proves it. */
static enum vota_verdict decide_included(const struct vota_verify *verify)
{
    struct vota_report *report = verify->report;
    enum vota_verdict included = VOTA_NOT_CHECKED;
    bool refuted = false;
    for (size_t i = 0; i < verify->receipt->anchor_count; i++) {
        report->anchors[i] = verify->anchors[i].proven ? VOTA_VALID : VOTA_NOT_CHECKED;
        if (verify->anchors[i].proven)
            included = VOTA_VALID;
    }
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct vota_finding *finding = &report->findings[i];
        if (finding->state != VOTA_NOT_VALID || !is_claim(finding->code))
            continue;
        refuted = true;
        if (finding->anchor != VOTA_NO_ANCHOR)
            report->anchors[finding->anchor] = VOTA_NOT_VALID;
    }
    /* Of a receipt without anchors the promise is all there is (PROTOCOL 9). */
    if (verify->receipt->anchor_count == 0 && report->promise == VOTA_PROMISE_BROKEN)
        refuted = true;
    return refuted ? VOTA_NOT_VALID : included;
}

/* A finding for each proven anchor; true when all anchors are proven and late. */
static bool look_at_time(const struct vota_verify *verify)
{
    bool all_late = verify->receipt->anchor_count > 0;
    for (size_t i = 0; i < verify->receipt->anchor_count; i++) {
        if (!verify->anchors[i].proven || verify->definition == NULL) {
            all_late = false;
            continue;
        }
        const uint64_t time = verify->receipt->anchors[i].entry.time;
        const uint64_t until = verify->definition->counts_until;
        const bool in_time = time <= until;
        struct vota_finding *finding = vota_finding_add(verify->report, VOTA_FINDING_TIMELY,
                                                        in_time ? VOTA_VALID : VOTA_NOT_VALID, i);
        vota_finding_set_times(finding, time, until);
        finding->number = verify->receipt->anchors[i].entry.number;
        all_late = all_late && !in_time;
    }
    return all_late;
}

/* What arithmetic alone says against the row; UNKNOWN = nothing. */
static enum vota_standing decide_against(const struct vota_verify *verify, bool all_late)
{
    bool disavowed = true;
    bool not_opened = true;
    for (size_t i = 0; i < verify->receipt->anchor_count; i++) {
        disavowed = disavowed && verify->anchors[i].is_disavowed;
        not_opened = not_opened && verify->anchors[i].is_register_not_opened;
    }
    if (disavowed)
        return VOTA_STANDING_DISAVOWED;
    if (not_opened || all_late)
        return VOTA_STANDING_UNTIMELY;
    return verify->is_content_invalid ? VOTA_STANDING_INVALID : VOTA_STANDING_UNKNOWN;
}

/* One row for each standing: its finding, and the verdict that PROTOCOL 8 gives it. */
static const struct {
    enum vota_finding_code code;
    enum vota_verdict verdict;
} standings[] = {
    [VOTA_STANDING_UNKNOWN] = {VOTA_FINDING_ROWS_MISSING, VOTA_NOT_CHECKED},
    [VOTA_STANDING_COUNTS] = {VOTA_FINDING_COUNTS, VOTA_VALID},
    [VOTA_STANDING_SUPERSEDED] = {VOTA_FINDING_SUPERSEDED, VOTA_NOT_VALID},
    [VOTA_STANDING_UNTIMELY] = {VOTA_FINDING_UNTIMELY, VOTA_NOT_VALID},
    [VOTA_STANDING_CONFLICT] = {VOTA_FINDING_CONFLICT, VOTA_NOT_VALID},
    [VOTA_STANDING_DISAVOWED] = {VOTA_FINDING_DISAVOWED, VOTA_NOT_VALID},
    [VOTA_STANDING_INVALID] = {VOTA_FINDING_INVALID, VOTA_NOT_VALID},
    [VOTA_STANDING_UNOPENED] = {VOTA_FINDING_UNOPENED, VOTA_NOT_CHECKED},
    [VOTA_STANDING_ERASED] = {VOTA_FINDING_ERASED, VOTA_NOT_CHECKED},
};

/* The recount's word, unless arithmetic over the receipt contradicts a row that it lets stand. */
static void decide_standing(const struct vota_verify *verify)
{
    struct vota_report *report = verify->report;
    enum vota_standing standing = VOTA_STANDING_UNKNOWN;
    if (report->included == VOTA_VALID) {
        const enum vota_standing against = decide_against(verify, look_at_time(verify));
        standing = verify->trust->standing;
        if (against != VOTA_STANDING_UNKNOWN && standings[standing].verdict != VOTA_NOT_VALID)
            standing = against;
    }
    report->standing_as = standing;
    report->standing = standings[standing].verdict;
    add(verify, standings[standing].code, report->standing)->number =
        standing == VOTA_STANDING_SUPERSEDED ? verify->trust->standing_entry : 0;
}

/* The caller's mistakes that bytes cannot make. */
static bool is_trust_sound(const struct vota_trust *trust)
{
    if ((trust->contracts == NULL && trust->contract_count > 0) ||
        (trust->blocks == NULL && trust->block_count > 0) ||
        (trust->journals == NULL && trust->journal_count > 0) ||
        (trust->links == NULL && trust->link_count > 0) ||
        trust->link_count > VOTA_TRUST_MAX_LINKS ||
        (unsigned)trust->standing >= sizeof standings / sizeof standings[0])
        return false;
    for (size_t i = 0; i < trust->journal_count; i++) {
        const struct vota_journal *journal = trust->journals[i].journal;
        if (trust->journals[i].contract >= trust->contract_count ||
            (journal != NULL && journal->entries == NULL && journal->n > 0))
            return false;
    }
    for (size_t i = 0; i < trust->link_count; i++) {
        const struct vota_trust_link *link = &trust->links[i];
        if (link->old >= trust->contract_count || link->successor >= trust->contract_count ||
            link->old == link->successor || link->genesis == NULL)
            return false;
    }
    return true;
}

enum vota_status vota_verify(struct vota_report *ret_report, const uint8_t *bytes, size_t len,
                             const struct vota_trust *trust, struct vota_error *err)
{
    if (ret_report != NULL)
        vota_bytes_zero(ret_report, sizeof *ret_report);
    if (ret_report == NULL || bytes == NULL || trust == NULL || !is_trust_sound(trust))
        return vota_fail(err, VOTA_BAD_INPUT, "trust", "bad-argument");
    struct vota_receipt receipt;
    const enum vota_status status = vota_receipt_decode(&receipt, bytes, len, err);
    if (status != VOTA_OK)
        return status;
    struct vota_definition definition;
    struct vota_verify verify = {.report = ret_report, .receipt = &receipt, .trust = trust};
    vota_leaf_hash(&ret_report->leaf, &receipt.row);
    look_at_definition(&verify, &definition);
    look_at_opening(&verify);
    vota_verify_links(&verify);
    vota_verify_anchors(&verify);
    if (receipt.has_acceptance)
        vota_verify_acceptance(&verify);
    else if (receipt.anchor_count == 0)
        add(&verify, VOTA_FINDING_NOT_ANCHORED, VOTA_NOT_CHECKED);
    ret_report->included = decide_included(&verify);
    decide_standing(&verify);
    return VOTA_OK;
}
