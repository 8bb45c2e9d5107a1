/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of an audit, one function each, called in this order by audit.c.
 * Each adds its findings and leaves in struct vota_audit what later ones need.
 * They return a status only when the audit itself cannot go on.
 */
#ifndef VOTA_BRIDGE_AUDIT_AUDIT_PARTS_H
#define VOTA_BRIDGE_AUDIT_AUDIT_PARTS_H

#include "bridge/audit/audit.h"
#include "bridge/audit/recount.h"

/* audit_contract.c: chain state, publication's record, deployment. */
VOTA_MUST_USE enum vota_status vota_audit_contract(struct vota_audit *audit);

/* audit_link.c: the predecessor, if there is one; the line of entries that is counted over. */
VOTA_MUST_USE enum vota_status vota_audit_link(struct vota_audit *audit);

/* The line's entries and definitions into audit->journal: the predecessor's first. */
VOTA_MUST_USE enum vota_status vota_audit_join(struct vota_audit *audit);

/* Whether all that comes before this contract's own entries is here. */
bool vota_audit_has_beginning(const struct vota_audit *audit);

/* The entry that ends the journal in favour of another contract; NULL: none. */
const struct vota_entry *vota_audit_succession(const struct vota_audit *audit);

/* The counts that a result entry of the line emitted. */
const struct vota_lines_counts *vota_audit_counts(const struct vota_audit *audit, size_t place);

/* The batches of the line one after the other, in no order. */
struct vota_audit_batches {
    const struct vota_audit *member;
    size_t next;
};
struct vota_audit_batches vota_audit_batches_of(const struct vota_audit *audit);

/* The next of them with its place in the line; false after the last. */
bool vota_audit_next_batch(struct vota_audit_batches *batches,
                           const struct vota_audit_batch **ret_batch, size_t *ret_place);

/* audit_journal.c: lines that fold, complete or not; definitions, disavowals. */
VOTA_MUST_USE enum vota_status vota_audit_journal(struct vota_audit *audit);

/* audit_rows.c: batches mapped and rebuilt. */
VOTA_MUST_USE enum vota_status vota_audit_rows(struct vota_audit *audit);

/* audit_index.c: the index of leaves against the rows, and what it tells of batches that differ. */
VOTA_MUST_USE enum vota_status vota_audit_index(struct vota_audit *audit);

/* audit_openings.c: takes the openings of a register into its recount. */
VOTA_MUST_USE enum vota_status vota_audit_openings(struct vota_audit *audit,
                                                   struct vota_audit_register *reg,
                                                   struct vota_recount *recount);

/* audit_recount.c: recounts every register over all entries, and has its results judged. */
VOTA_MUST_USE enum vota_status vota_audit_registers(struct vota_audit *audit);

/* What is alive while registers are recounted. */
struct vota_audit_recounting {
    struct vota_audit *audit;
    struct vota_recount_batch *batches; /* the usable ones */
    size_t batch_count;
    struct vota_recount_procedures procedures;
    struct vota_error err;
};

/* Lists the open registers in the audit, and gathers the procedures among them. */
VOTA_MUST_USE enum vota_status
vota_audit_recounting_init(struct vota_audit_recounting *ret_recounting, struct vota_audit *audit);
void vota_audit_recounting_done(struct vota_audit_recounting *recounting);

/* The registers are listed anew for each question about records; the mapped rows stay. */
void vota_audit_forget_registers(struct vota_audit *audit);

/* A register's rows and openings; vota_recount_done also after a failure. */
VOTA_MUST_USE enum vota_status vota_audit_gather(struct vota_audit_recounting *recounting,
                                                 struct vota_audit_register *reg,
                                                 struct vota_recount *ret_recount);

/* Whether the complete rows of every batch in the scope are known. */
bool vota_audit_knows_rows(const struct vota_audit *audit, struct vota_count_scope scope);

/* One register with what was recounted over all entries, for its results. */
struct vota_audit_recounted {
    struct vota_audit_register *reg;
    struct vota_recount *recount;
    struct vota_recount_procedures *procedures;
    struct vota_count_tally all; /* its numbers are reg->numbers */
};

/* audit_results.c: judges every result entry of a register. */
VOTA_MUST_USE enum vota_status vota_audit_results(struct vota_audit *audit,
                                                  const struct vota_audit_recounted *recounted);

/* audit_files.c: the publication against its manifest, and its small files. */
VOTA_MUST_USE enum vota_status vota_audit_files(struct vota_audit *audit);

/* Tells how far a part is. */
void vota_audit_progress(const struct vota_audit *audit, const char *part, uint64_t done,
                         uint64_t total);

/*
 * Whether a status is that there was no memory, of which the audit is then told:
 * it fails as a whole, for nobody must be blamed for our lack of memory.
 */
bool vota_audit_no_memory(struct vota_audit *audit, enum vota_status status);

/* Copies a path for a finding's place. */
void vota_audit_place(struct vota_audit_finding *finding, const char *path, uint64_t line);

#endif
