/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract that came before (PROTOCOL 10): whether the link to it is
 * confirmed by both ends, and then its entries and this contract's as one line,
 * in which numbering goes on. What is only claimed is not counted with.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/audit/audit_parts.h"

static bool names_predecessor(const struct vota_genesis *genesis)
{
    return genesis->pred_length > 0 || !vota_addr_is_zero(&genesis->pred_contract);
}

bool vota_audit_has_beginning(const struct vota_audit *audit)
{
    return audit->before != NULL || !names_predecessor(&audit->proven.deployment.genesis);
}

static bool is_of(const struct vota_audit *before, const struct vota_genesis *genesis)
{
    const struct vota_genesis *old = &before->proven.deployment.genesis;
    return before->has_deployment && old->chain_id == genesis->pred_chain_id &&
           vota_addr_equal(&old->contract, &genesis->pred_contract);
}

/* An old head that is older than the end of its journal neither confirms nor denies. */
static enum vota_journal_link judge(const struct vota_audit *before,
                                    const struct vota_genesis *genesis)
{
    const struct vota_journal old = {.genesis = before->proven.deployment.genesis,
                                     .entries = before->proven.lines.entries,
                                     .n = before->length};
    if (!before->is_complete || before->chain.length < genesis->pred_length)
        return VOTA_LINK_CLAIMED;
    return vota_journal_link(&old, genesis);
}

static void find_link(struct vota_audit *audit)
{
    static const struct {
        enum vota_audit_code code;
        enum vota_verdict state;
    } found[] = {[VOTA_LINK_NONE] = {VOTA_FOUND_SUCCESSION_DIFFERS, VOTA_NOT_VALID},
                 [VOTA_LINK_CLAIMED] = {VOTA_FOUND_SUCCESSION_CLAIMED, VOTA_NOT_CHECKED},
                 [VOTA_LINK_CONFIRMED] = {VOTA_FOUND_SUCCESSION, VOTA_VALID},
                 [VOTA_LINK_FORKED] = {VOTA_FOUND_SUCCESSION_FORKED, VOTA_NOT_VALID}};
    const struct vota_genesis *genesis = &audit->proven.deployment.genesis;
    const bool is_here = audit->input.before != NULL && is_of(audit->input.before, genesis);
    struct vota_audit_finding *finding =
        is_here
            ? vota_audit_find(&audit->findings, found[audit->link].code, found[audit->link].state)
            : vota_audit_find(&audit->findings, VOTA_FOUND_PREDECESSOR, VOTA_NOT_CHECKED);
    finding->entry = genesis->pred_length;
    finding->compared = VOTA_COMPARED_ADDRESSES;
    finding->left_hash = vota_word_of_addr(&genesis->pred_contract);
    finding->right_hash = vota_word_of_addr(&genesis->contract);
    finding->left = genesis->pred_chain_id;
    finding->right = genesis->chain_id;
}

enum vota_status vota_audit_link(struct vota_audit *audit)
{
    const struct vota_audit *before = audit->input.before;
    const struct vota_genesis *genesis = &audit->proven.deployment.genesis;
    if (!audit->has_deployment || !names_predecessor(genesis))
        return VOTA_OK;
    audit->link =
        before != NULL && is_of(before, genesis) ? judge(before, genesis) : VOTA_LINK_CLAIMED;
    find_link(audit);
    /* The predecessor's own beginning must be here too, or places would not be numbers. */
    if (before != NULL && audit->link == VOTA_LINK_CONFIRMED && vota_audit_has_beginning(before)) {
        audit->before = before;
        audit->carried = (size_t)genesis->pred_length;
    }
    return VOTA_OK;
}

enum vota_status vota_audit_join(struct vota_audit *audit)
{
    const struct vota_lines *lines = &audit->proven.lines;
    struct vota_count_journal *journal = &audit->journal;
    const size_t n = audit->carried + audit->length;
    *journal = (struct vota_count_journal){
        .entries = lines->entries, .definitions = lines->texts, .length = n};
    if (audit->carried == 0)
        return VOTA_OK;
    const struct vota_count_journal *before = &audit->before->journal;
    audit->line_entries = calloc(n, sizeof *audit->line_entries);
    audit->line_texts = calloc(n, sizeof *audit->line_texts);
    if (audit->line_entries == NULL || audit->line_texts == NULL)
        return VOTA_NO_MEMORY;
    memcpy(audit->line_entries, before->entries, audit->carried * sizeof *before->entries);
    memcpy(audit->line_texts, before->definitions, audit->carried * sizeof *before->definitions);
    if (audit->length > 0) {
        memcpy(audit->line_entries + audit->carried, lines->entries,
               audit->length * sizeof *lines->entries);
        memcpy(audit->line_texts + audit->carried, lines->texts,
               audit->length * sizeof *lines->texts);
    }
    journal->entries = audit->line_entries;
    journal->definitions = audit->line_texts;
    return VOTA_OK;
}

const struct vota_entry *vota_audit_succession(const struct vota_audit *audit)
{
    for (size_t i = 0; i < audit->length; i++) {
        if (audit->proven.lines.entries[i].kind == VOTA_ENTRY_SUCCEEDED)
            return &audit->proven.lines.entries[i];
    }
    return NULL;
}

const struct vota_lines_counts *vota_audit_counts(const struct vota_audit *audit, size_t place)
{
    while (place < audit->carried)
        audit = audit->before;
    return &audit->proven.lines.counts[place - audit->carried];
}

struct vota_audit_batches vota_audit_batches_of(const struct vota_audit *audit)
{
    return (struct vota_audit_batches){.member = audit};
}

/* After the entry that a confirmed successor carries on there is its name, and no batch. */
bool vota_audit_next_batch(struct vota_audit_batches *batches,
                           const struct vota_audit_batch **ret_batch, size_t *ret_place)
{
    while (batches->member != NULL && batches->next == batches->member->batch_count)
        *batches = (struct vota_audit_batches){.member = batches->member->before};
    if (batches->member == NULL)
        return false;
    *ret_batch = &batches->member->batches[batches->next++];
    *ret_place = batches->member->carried + (*ret_batch)->place;
    return true;
}
