/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: lines of the publication as far as they fold, the rest from
 * events, all of it held to the proven head. Then what its entries say about
 * registers and disavowals.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/audit/audit_parts.h"

static const char *fault_name(enum vota_lines_fault fault)
{
    static const char *const names[] = {[VOTA_LINES_SOUND] = "",
                                        [VOTA_LINES_NUMBER] = "entry-number",
                                        [VOTA_LINES_ENTRY] = "entry-form",
                                        [VOTA_LINES_HEAD] = "entry-head",
                                        [VOTA_LINES_TEXT] = "entry-text"};
    return names[fault];
}

/* The publication's line at a place is not the contract's entry. Line 1 is the record. */
static void find_wrong_line(struct vota_audit *audit, size_t place, const char *reason)
{
    struct vota_audit_finding *finding =
        vota_audit_find(&audit->findings, VOTA_FOUND_JOURNAL_ENTRY, VOTA_NOT_VALID);
    finding->entry = audit->proven.deployment.genesis.pred_length + 1 + place;
    vota_audit_place(finding, "journal.ndjson", place + 2);
    (void)strncpy(finding->text, reason, sizeof finding->text - 1);
}

/* Forgets what does not fold; a line that does not is the publication's fault. */
static void keep_sound_lines(struct vota_audit *audit)
{
    struct vota_proven *proven = &audit->proven;
    vota_hash head;
    size_t place = 0;
    const enum vota_lines_fault fault =
        vota_lines_fold(&proven->lines, &head, &place, &proven->deployment.genesis);
    if (fault != VOTA_LINES_SOUND)
        find_wrong_line(audit, place, fault_name(fault));
    vota_lines_cut(&proven->lines, place);
}

static bool reaches(const struct vota_audit *audit)
{
    const struct vota_genesis *genesis = &audit->proven.deployment.genesis;
    const struct vota_lines *lines = &audit->proven.lines;
    size_t place = 0;
    vota_hash head;
    if (audit->chain.length == genesis->pred_length) {
        vota_journal_genesis(&head, genesis);
        return vota_hash_equal(&head, &audit->chain.head);
    }
    return vota_lines_find(lines, &place, audit->chain.length) &&
           vota_hash_equal(&lines->heads[place], &audit->chain.head);
}

/* The first place where the publication's lines and the chain's own differ. */
static void compare_lines(struct vota_audit *audit, const struct vota_lines *published)
{
    const struct vota_lines *lines = &audit->proven.lines;
    size_t place = 0;
    while (place < published->n && place < lines->n &&
           vota_hash_equal(&published->heads[place], &lines->heads[place]))
        place++;
    if (place < published->n && place < lines->n)
        find_wrong_line(audit, place, "entry-head");
}

/* Events for what the lines lack; all events where the lines turn out to be another journal. */
static enum vota_status read_events(struct vota_audit *audit)
{
    struct vota_proven *proven = &audit->proven;
    struct vota_witness *witness = audit->input.witness;
    struct vota_error err = {0};
    enum vota_status status = vota_proven_journal(proven, witness, &err);
    if (status == VOTA_OK || status == VOTA_NO_MEMORY || proven->lines.n == 0)
        return status == VOTA_NO_MEMORY ? status : VOTA_OK;
    struct vota_lines published = proven->lines;
    vota_lines_init(&proven->lines);
    status = vota_proven_journal(proven, witness, &err);
    if (status == VOTA_OK) {
        compare_lines(audit, &published);
        vota_lines_done(&published);
        return VOTA_OK;
    }
    vota_lines_done(&proven->lines);
    proven->lines = published;
    return status == VOTA_NO_MEMORY ? status : VOTA_OK;
}

/* Lines as many as the proven length, but another head: not this contract's journal. */
static void find_unproven(struct vota_audit *audit)
{
    const struct vota_lines *lines = &audit->proven.lines;
    struct vota_audit_finding *finding;
    size_t place = 0;
    if (audit->has_chain && vota_lines_find(lines, &place, audit->chain.length)) {
        find_wrong_line(audit, place, "entry-head");
        vota_lines_cut(&audit->proven.lines, 0);
        return;
    }
    finding = vota_audit_find(&audit->findings, VOTA_FOUND_JOURNAL_SHORT, VOTA_NOT_CHECKED);
    finding->compared = VOTA_COMPARED_NUMBERS;
    finding->left = audit->proven.deployment.genesis.pred_length + lines->n;
    finding->right = audit->chain.length;
}

static void settle_length(struct vota_audit *audit)
{
    const struct vota_genesis *genesis = &audit->proven.deployment.genesis;
    const struct vota_lines *lines = &audit->proven.lines;
    struct vota_audit_finding *finding;
    audit->length = lines->n;
    if (!audit->is_complete)
        return;
    audit->length = (size_t)(audit->chain.length - genesis->pred_length);
    finding = vota_audit_find(&audit->findings, VOTA_FOUND_JOURNAL, VOTA_VALID);
    finding->compared = VOTA_COMPARED_HASHES;
    finding->left_hash = audit->chain.head;
    finding->right_hash = audit->chain.head;
    finding->left = audit->length;
    if (lines->n > audit->length) {
        finding = vota_audit_find(&audit->findings, VOTA_FOUND_JOURNAL_BEYOND, VOTA_NOT_CHECKED);
        finding->entry = audit->chain.length + 1;
        finding->left = lines->n - audit->length;
    }
}

static enum vota_status read_journal(struct vota_audit *audit)
{
    enum vota_status status = VOTA_OK;
    keep_sound_lines(audit);
    audit->is_complete = audit->has_chain && reaches(audit);
    if (!audit->is_complete && audit->has_chain && audit->input.witness != NULL) {
        status = read_events(audit);
        audit->is_complete = status == VOTA_OK && reaches(audit);
    }
    if (!audit->is_complete && status == VOTA_OK)
        find_unproven(audit);
    settle_length(audit);
    return status;
}

/* ---- what the entries say ---- */

static void look_at_kinds(struct vota_audit *audit)
{
    const struct vota_lines *lines = &audit->proven.lines;
    for (size_t i = 0; i < audit->length; i++) {
        if (vota_entry_is_known(&lines->entries[i]))
            continue;
        struct vota_audit_finding *finding =
            vota_audit_find(&audit->findings, VOTA_FOUND_UNKNOWN_KIND, VOTA_NOT_CHECKED);
        finding->entry = lines->entries[i].number;
        finding->left = lines->entries[i].kind;
    }
}

static void copy_reason(struct vota_audit_finding *finding, struct vota_slice text)
{
    size_t len = text.len < sizeof finding->text ? text.len : sizeof finding->text - 1;
    while (len > 0 && len < text.len && (text.at[len] & 0xc0u) == 0x80u)
        len--; /* not in the middle of a character */
    if (len > 0)
        memcpy(finding->text, text.at, len);
    finding->text[len] = '\0';
}

static void look_at_disavowals(struct vota_audit *audit)
{
    const struct vota_lines *lines = &audit->proven.lines;
    for (size_t i = 0; i < audit->length; i++) {
        uint64_t first = 0;
        uint64_t last = 0;
        if (!vota_entry_get_disavowed(&first, &last, &lines->entries[i]))
            continue;
        struct vota_audit_finding *finding =
            vota_audit_notice(&audit->findings, VOTA_FOUND_DISAVOWED);
        finding->entry = lines->entries[i].number;
        finding->compared = VOTA_COMPARED_NUMBERS;
        finding->left = first;
        finding->right = last;
        copy_reason(finding, lines->texts[i]);
    }
}

static struct vota_audit_finding *find_opening(struct vota_audit *audit,
                                               enum vota_count_finding found)
{
    struct vota_audit_findings *findings = &audit->findings;
    if (found == VOTA_COUNT_LATE_OPENING) /* an archive of old ballots is opened late */
        return vota_audit_notice(findings, VOTA_FOUND_LATE_OPENING);
    return vota_audit_find(findings,
                           found == VOTA_COUNT_SECOND_OPENING ? VOTA_FOUND_SECOND_OPENING
                                                              : VOTA_FOUND_INVALID_DEFINITION,
                           VOTA_NOT_VALID);
}

static void look_at_opening(struct vota_audit *audit, size_t i)
{
    const struct vota_count_opened *opened = &audit->journal.opened[i];
    const struct vota_entry *entry = &audit->journal.entries[opened->place];
    const enum vota_count_finding found = vota_count_journal_finding(&audit->journal, i);
    if (found == VOTA_COUNT_NO_FINDING)
        return;
    struct vota_audit_finding *finding = find_opening(audit, found);
    finding->entry = entry->number;
    finding->has_register = true;
    finding->register_hash = entry->a;
    if (found != VOTA_COUNT_LATE_OPENING)
        return;
    finding->compared = VOTA_COMPARED_TIMES;
    finding->left = entry->time;
    finding->right = opened->opens_at;
}

/* What the counting rule wants to know of the journal, once for all registers. */
static enum vota_status prepare_count(struct vota_audit *audit)
{
    struct vota_count_journal *journal = &audit->journal;
    enum vota_status status = vota_audit_join(audit);
    if (status != VOTA_OK)
        return status;
    const size_t registers = vota_count_journal_registers(journal->entries, journal->length);
    journal->marks = calloc(journal->length > 0 ? journal->length : 1, sizeof *journal->marks);
    journal->opened = calloc(registers > 0 ? registers : 1, sizeof *journal->opened);
    if (journal->marks == NULL || journal->opened == NULL)
        return VOTA_NO_MEMORY;
    audit->counts = vota_count_journal_init(journal, NULL) == VOTA_OK;
    for (size_t i = 0; audit->counts && i < journal->opened_count; i++) {
        if (journal->opened[i].place >= audit->carried) /* the others are the predecessor's */
            look_at_opening(audit, i);
    }
    return VOTA_OK;
}

static void look_at_succession(struct vota_audit *audit)
{
    const struct vota_entry *entry = vota_audit_succession(audit);
    if (entry == NULL || audit->input.is_before)
        return;
    struct vota_audit_finding *finding =
        vota_audit_find(&audit->findings, VOTA_FOUND_SUCCEEDED, VOTA_NOT_CHECKED);
    finding->entry = entry->number;
    finding->compared = VOTA_COMPARED_ADDRESSES;
    finding->left_hash = vota_word_of_addr(&audit->proven.deployment.genesis.contract);
    finding->right_hash = entry->b;
    (void)!vota_word_u64(&finding->right, &entry->a);
}

enum vota_status vota_audit_journal(struct vota_audit *audit)
{
    if (!audit->has_deployment)
        return VOTA_OK;
    const enum vota_status status = read_journal(audit);
    if (status != VOTA_OK)
        return status;
    look_at_kinds(audit);
    look_at_disavowals(audit);
    look_at_succession(audit);
    return prepare_count(audit);
}
