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
#include "bridge/text.h"

struct vota_receipts;
struct vota_metrics;

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
    size_t keep_bytes; /* of trees and anchors, for all threads together; 0: VOTA_RECEIPTS_KEEP */
    /* What records are read with; the pepper is asked for by one thread at a time. */
    struct vota_desk_options desk;
    struct vota_metrics *metrics; /* borrowed; NULL: nothing is counted */
    const char *city, *page_url;  /* for what is printed; borrowed, NULL: not known */
};

#define VOTA_RECEIPTS_KEEP ((size_t)32 << 20)

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

/* What tells one final receipt of a record from another: an anchor, and what its evidence covers.
 */
struct vota_receipts_mark {
    uint64_t entry, later; /* number; entries after it */
};

/* A receipt; its bytes are borrowed until the maker makes the next one. */
struct vota_receipts_made {
    struct vota_slice bytes;
    vota_hash leaf;
    enum vota_prove_state state;
    bool has_acceptance;
    uint64_t accepted_at, anchor_by; /* of the acceptance */
    bool is_settled;                 /* every anchor has its evidence */
    struct vota_receipts_mark marks[VOTA_RECEIPT_MAX_ANCHORS];
    size_t n_marks;
};

enum vota_receipts_format {
    VOTA_RECEIPTS_JSON, /* the view */
    VOTA_RECEIPTS_CBOR, /* the bytes that are the receipt */
    /* of a record only: */
    VOTA_RECEIPTS_QR,  /* the text of its code */
    VOTA_RECEIPTS_SVG, /* the code */
    VOTA_RECEIPTS_HTML /* a page to print */
};

/* What is wanted. */
struct vota_receipts_want {
    const char *record_id;       /* NULL: what is public of the leaf */
    vota_hash leaf;              /* if so */
    enum vota_receipt_form form; /* of a record: FULL or SHARE */
    enum vota_receipts_format format;
    enum vota_lang lang; /* of a page */
};

/*
 * As vota_prover_begin and vota_prover_begin_public. LIMIT "too-long" where the
 * buffer cannot hold it, "qr-full" where a code cannot.
 */
VOTA_MUST_USE enum vota_status vota_receipts_make(struct vota_receipts_made *ret_made,
                                                  struct vota_receipts_maker *maker,
                                                  const struct vota_receipts_want *want,
                                                  struct vota_error *err);

/*
 * The receipt of a record that was accepted just now, made of what was put into
 * the store: the same JSON, and no question to the store.
 */
VOTA_MUST_USE enum vota_status vota_receipts_make_new(struct vota_receipts_made *ret_made,
                                                      struct vota_receipts_maker *maker,
                                                      const struct vota_store_record *record,
                                                      struct vota_error *err);

struct vota_desk *vota_receipts_desk(struct vota_receipts_maker *maker);

/* What its jobs count with; NULL for no maker, or none. */
struct vota_metrics *vota_receipts_metrics(const struct vota_receipts_maker *maker);

/* The thread's buffer, empty, for any other answer; receipts are written into it too. */
struct vota_wr vota_receipts_wr(struct vota_receipts_maker *maker);

/* The thread's read-only connection, and the line whose registers it has. */
struct vota_store *vota_receipts_store(struct vota_receipts_maker *maker);
int64_t vota_receipts_line(const struct vota_receipts_maker *maker);

#endif
