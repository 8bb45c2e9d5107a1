/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit: everything a publication and a contract say, held to what the chain
 * proves and to each other. Every root is rebuilt, every definition hashed, every
 * register recounted by proof/count.h. What is missing leads to "could not
 * check", what differs to "not valid", and neither hides the other.
 *
 *   contract   head proven in a final block; address from the deployment record
 *   journal    entries from the publication or from events, folded to that head
 *   rows       each batch's rows to its root
 *   openings   each to its row
 *   results    each register's counts, as if the journal ended with the result's
 *              last entry, and over all entries
 *   files      manifest, index of leaves, trust file, evidence
 *
 * The parts are the files audit_*.c, asked in this order by vota_audit_run.
 */
#ifndef VOTA_BRIDGE_AUDIT_AUDIT_H
#define VOTA_BRIDGE_AUDIT_AUDIT_H

#include "bridge/audit/audit_finding.h"
#include "bridge/audit/named.h"
#include "bridge/audit/proven.h"
#include "bridge/publish/leaf_index.h"
#include "bridge/publish/openings_json.h"
#include "proof/count_result.h"
#include "proof/journal.h"

/* What the chain proved of the contract, in a block that is final. */
struct vota_audit_chain {
    uint64_t chain_id;
    vota_hash chain_genesis;
    vota_hash head;
    uint64_t length; /* number of the last entry */
    uint64_t block;
    uint64_t time;
};

/* Openings that holders of receipts bring, in any order. */
struct vota_audit_supplied {
    const struct vota_opening *items;
    size_t n;
};

/* What is audited, and held to what. */
struct vota_audit_input {
    struct vota_named named;      /* the contract */
    struct vota_witness *witness; /* NULL: nobody is asked */
    /* Proven elsewhere; used without a witness, and before a successor where it fails. NULL: none
     */
    const struct vota_audit_chain *chain;
    struct vota_audit_supplied supplied;
    const struct vota_reader *reader; /* the publication; NULL: none */
    /* What is known already: the record, if it is sound, saves asking the chain for it. */
    const struct vota_deployment *record;
    /*
     * The audit of the predecessor, of any part of it; NULL: none. Where the link
     * is confirmed by both ends its entries are counted with this contract's own,
     * and it must stay until this audit is released.
     */
    const struct vota_audit *before;
    bool is_before; /* of another one: registers are left to that, which counts over the line */
    void (*progress)(void *context, const char *part, uint64_t done, uint64_t total); /* or NULL */
    void *progress_context;
};

/* A batch entry of the journal. */
struct vota_audit_batch {
    size_t place;           /* of the entry in `proven` */
    struct vota_slice rows; /* mapped; empty: missing */
    size_t count;           /* of rows, as the entry says */
    bool usable;            /* the rows rebuild the root */
};

/* A register that is open, and what became of its recount. */
struct vota_audit_register {
    size_t opened; /* place in the line of the entry that opened it */
    vota_hash hash;
    struct vota_definition *definition; /* owned */
    uint64_t rows;                      /* in usable batches */
    enum vota_verdict state;            /* of its result; NOT_CHECKED without one */
    bool discloses;                     /* its openings may be public at the time of the block */
    bool has_openings;                  /* and the publication has them */
    bool has_result;
    uint64_t result_entry;
    size_t n;                      /* numbers: options, then the nine */
    bool is_recounted;             /* the numbers below rest on all rows */
    uint64_t *numbers;             /* over all entries; owned */
    uint64_t *numbers_undisavowed; /* as if nothing were disavowed; NULL: nothing was */
    struct vota_count_margin margin;
};

struct vota_audit {
    struct vota_audit_input input;
    struct vota_audit_findings findings;
    bool has_chain;
    struct vota_audit_chain chain;
    struct vota_proven proven; /* deployment, and the journal's lines */
    bool has_deployment;       /* sound, and the named contract's */
    bool uses_data;            /* the publication is this contract's */
    bool has_manifest;
    struct vota_file_list manifest;
    bool is_complete;                /* the journal reaches the proven head */
    size_t length;                   /* entries that fold, up to that head */
    enum vota_journal_link link;     /* to the predecessor, if the deployment names one */
    const struct vota_audit *before; /* input.before, where the link is confirmed; else NULL */
    size_t carried;                  /* entries of the line before this contract's own */
    bool counts;                     /* `journal` is set: no unknown kinds, all definitions there */
    struct vota_count_journal journal; /* of the line: places are `carried` more than in `proven` */
    struct vota_entry *line_entries;   /* of `journal`, where something is carried; owned */
    struct vota_slice *line_texts;
    struct vota_audit_batch *batches;
    size_t batch_count;
    bool all_rows;                /* every batch of the line is usable */
    uint64_t rows;                /* in usable batches */
    struct vota_leaf_index index; /* of their leaves: what the published one must be */
    struct vota_audit_register *registers;
    size_t register_count;
    uint64_t openings; /* that open a row */
};

/*
 * Audits. OK whatever was found, also nothing; another status when the audit
 * itself could not go on (NO_MEMORY, IO). Release with vota_audit_done in every
 * case.
 */
VOTA_MUST_USE enum vota_status vota_audit_run(struct vota_audit *ret_audit,
                                              const struct vota_audit_input *input,
                                              struct vota_error *err);
void vota_audit_done(struct vota_audit *audit);

/*
 * The audit as far as the standing of single receipts needs it: contract,
 * journal, rows. vota_audit_standing answers for one after the other.
 */
VOTA_MUST_USE enum vota_status vota_audit_prepare(struct vota_audit *ret_audit,
                                                  const struct vota_audit_input *input,
                                                  struct vota_error *err);

/* The row of a receipt, and its opening if the holder shows it. */
struct vota_audit_claim {
    struct vota_row row;
    bool has_opening;
    vota_hash salt;
    struct vota_slice content;
};

/*
 * What a recount makes of the row: UNKNOWN unless the journal is complete, the
 * block later than the register's counts_until, every batch that could count
 * usable, and the row in one of them. *ret_entry: by which entry a superseded row
 * was, else 0. A receipt's own opening counts like a published one: a city
 * cannot make a vote unseen by losing it. Of a leaf in several batches the best
 * standing is told.
 */
VOTA_MUST_USE enum vota_status vota_audit_standing(struct vota_audit *audit,
                                                   enum vota_standing *ret_standing,
                                                   uint64_t *ret_entry,
                                                   const struct vota_audit_claim *claim);

#endif
