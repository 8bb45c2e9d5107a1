/* SPDX-License-Identifier: Apache-2.0 */
/* Does one record count? A recount of its register, asked about one row: see audit.h. */
#include <stdlib.h>

#include "bridge/audit/audit_parts.h"
#include "proof/leaf.h"

/* Of several rows with one leaf the first in this order is the record's. */
static const enum vota_standing best_first[] = {VOTA_STANDING_COUNTS,   VOTA_STANDING_UNOPENED,
                                                VOTA_STANDING_ERASED,   VOTA_STANDING_INVALID,
                                                VOTA_STANDING_CONFLICT, VOTA_STANDING_SUPERSEDED,
                                                VOTA_STANDING_UNTIMELY, VOTA_STANDING_DISAVOWED};

static size_t rank(enum vota_standing standing)
{
    size_t i = 0;
    while (i < sizeof best_first / sizeof best_first[0] && best_first[i] != standing)
        i++;
    return i;
}

/*
 * Whether a contract that is not here may have batches in time. Its first entry
 * comes after the last one that it carries on.
 */
static bool may_go_on(const struct vota_audit *audit, const struct vota_definition *definition)
{
    const struct vota_entry *succession = vota_audit_succession(audit);
    if (succession == NULL)
        return false;
    const bool has_last = succession > audit->proven.lines.entries;
    return !has_last || succession[-1].time <= definition->counts_until;
}

/* The rows that could still change the register's count are all known, and no more can come. */
static bool is_settled(const struct vota_audit *audit, const struct vota_definition *definition)
{
    struct vota_audit_batches batches = vota_audit_batches_of(audit);
    const struct vota_audit_batch *batch = NULL;
    size_t place = 0;
    if (!audit->is_complete || audit->chain.time <= definition->counts_until ||
        !vota_audit_has_beginning(audit) || may_go_on(audit, definition))
        return false;
    while (vota_audit_next_batch(&batches, &batch, &place)) {
        if (!batch->usable && audit->journal.entries[place].time <= definition->counts_until)
            return false;
    }
    return true;
}

static struct vota_audit_register *find_register(struct vota_audit *audit, const vota_hash *hash)
{
    for (size_t i = 0; i < audit->register_count; i++) {
        if (vota_hash_equal(&audit->registers[i].hash, hash))
            return &audit->registers[i];
    }
    return NULL;
}

static void look_up(const struct vota_audit *audit, const struct vota_count *count,
                    const vota_hash *leaf, enum vota_standing *ret_standing, uint64_t *ret_entry)
{
    size_t first = 0;
    const size_t n = vota_count_find(count, &first, leaf);
    for (size_t i = first; i < first + n; i++) {
        const struct vota_count_row *row = &count->rows[count->by_leaf[i]];
        const enum vota_standing standing = vota_count_standing(row);
        if (rank(standing) >= rank(*ret_standing))
            continue;
        *ret_standing = standing;
        *ret_entry =
            standing == VOTA_STANDING_SUPERSEDED ? audit->journal.entries[row->by].number : 0;
    }
}

static enum vota_status recount(struct vota_audit_recounting *recounting,
                                struct vota_audit_register *reg,
                                const struct vota_audit_claim *claim,
                                enum vota_standing *ret_standing, uint64_t *ret_entry)
{
    struct vota_recount rows = {.numbers = NULL};
    struct vota_count_tally tally;
    vota_hash leaf;
    vota_leaf_hash(&leaf, &claim->row);
    enum vota_status status = vota_audit_gather(recounting, reg, &rows);
    if (status == VOTA_OK && claim->has_opening)
        (void)vota_count_open(&rows.count, &leaf, &claim->salt, claim->content);
    tally.numbers = rows.numbers;
    if (status == VOTA_OK)
        status = vota_recount_tally(&tally, &rows, &recounting->procedures,
                                    vota_count_journal_all(&recounting->audit->journal));
    if (status == VOTA_OK)
        look_up(recounting->audit, &rows.count, &leaf, ret_standing, ret_entry);
    vota_recount_done(&rows);
    return status == VOTA_NOT_FOUND ? VOTA_OK : status;
}

void vota_audit_forget_registers(struct vota_audit *audit)
{
    for (size_t i = 0; audit->registers != NULL && i < audit->register_count; i++)
        free(audit->registers[i].definition);
    free(audit->registers);
    audit->registers = NULL;
    audit->register_count = 0;
}

enum vota_status vota_audit_standing(struct vota_audit *audit, enum vota_standing *ret_standing,
                                     uint64_t *ret_entry, const struct vota_audit_claim *claim)
{
    struct vota_audit_recounting recounting;
    enum vota_standing standing = VOTA_STANDING_UNKNOWN;
    uint64_t entry = 0;
    enum vota_status status = VOTA_OK;
    if (audit->has_deployment && audit->counts && audit->uses_data) {
        status = vota_audit_recounting_init(&recounting, audit);
        struct vota_audit_register *reg = find_register(audit, &claim->row.register_hash);
        if (status == VOTA_OK && reg != NULL && is_settled(audit, reg->definition))
            status = recount(&recounting, reg, claim, &standing, &entry);
        vota_audit_recounting_done(&recounting);
        vota_audit_forget_registers(audit);
    }
    if (status != VOTA_OK)
        return status;
    *ret_standing = standing;
    *ret_entry = entry;
    return VOTA_OK;
}
