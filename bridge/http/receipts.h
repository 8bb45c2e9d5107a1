/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The makers: several threads, each with a signer, a desk to read records at and
 * a read-only connection of its own. Reading and signing take more time than
 * storing, and must not set the pace. Work is handed in as jobs that run with
 * what the thread holds.
 */
#ifndef VOTA_BRIDGE_HTTP_RECEIPTS_H
#define VOTA_BRIDGE_HTTP_RECEIPTS_H

#include "bridge/engine/prove.h"
#include "bridge/http/drafts.h"

struct vota_receipts;

/* What one thread holds; a job's for as long as it runs. */
struct vota_receipts_maker;

struct vota_receipts_job {
    void (*run)(struct vota_receipts_job *job, struct vota_receipts_maker *maker);
    void *context;
    struct vota_receipts_job *next; /* the threads' */
};

struct vota_receipts_options {
    const char *store_path;
    struct vota_store_network network;    /* the line's primary */
    const struct vota_signer *acceptance; /* copied for each thread; NULL: nothing is signed */
    unsigned threads;
    /* What records are read with; the pepper is asked for by one thread at a time. */
    struct vota_desk_options desk;
};

/* Opens connections and starts the threads. What vota_store_open and vota_signer_copy return. */
VOTA_MUST_USE enum vota_status vota_receipts_new(struct vota_receipts **ret_receipts,
                                                 const struct vota_receipts_options *options,
                                                 struct vota_error *err);

/* Runs what waits, then ends. NULL is fine. */
void vota_receipts_free(struct vota_receipts *receipts);

/* Never refuses: who hands work in holds a bound of his own (the writer's queue, the server's
 * connections). The job is the threads' until its run begins. */
void vota_receipts_submit(struct vota_receipts *receipts, struct vota_receipts_job *job);

/* The same for work of a stream: run when nothing else waits, so that a stream, which never ends,
 * delays nobody. */
void vota_receipts_submit_bulk(struct vota_receipts *receipts, struct vota_receipts_job *job);

/* A receipt; json and cbor are borrowed until the maker makes the next one. */
struct vota_receipts_made {
    struct vota_slice json, cbor;
    vota_hash leaf;
    bool is_anchored, is_final; /* in the journal; proven by a finalized block */
    bool has_acceptance;
    uint64_t accepted_at, anchor_by; /* of the acceptance */
};

/* As vota_prove_record. LIMIT "too-long" where a buffer cannot hold it. */
VOTA_MUST_USE enum vota_status
vota_receipts_make(struct vota_receipts_made *ret_made, struct vota_receipts_maker *maker,
                   const char *record_id, enum vota_receipt_form form, struct vota_error *err);

/*
 * The receipt of a record that was accepted just now, made of what was put into
 * the store: the same bytes, and no question to the store. The CBOR form is left out.
 */
VOTA_MUST_USE enum vota_status vota_receipts_make_new(struct vota_receipts_made *ret_made,
                                                      struct vota_receipts_maker *maker,
                                                      const struct vota_store_record *record,
                                                      struct vota_error *err);

struct vota_desk *vota_receipts_desk(struct vota_receipts_maker *maker);

/* The thread's read-only connection, and the line whose registers it has. */
struct vota_store *vota_receipts_store(struct vota_receipts_maker *maker);
int64_t vota_receipts_line(const struct vota_receipts_maker *maker);

#endif
