/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one thread that writes records: whatever waits goes into one transaction,
 * and nobody is answered before it is on disk (synchronous=FULL). So a hundred
 * clients share one fsync, and speed needs no weaker promise. What comes in is
 * read and hashed already (drafts.h): this thread does nothing but SQL. Knows
 * records and the store, not connections.
 *
 * A job is one request, or one group of a stream. Its records are taken
 * together in one transaction, in their order, each accepted or refused by
 * itself; jobs are taken in the order they came.
 *
 * A store that cannot be written (full, locked, damaged, gone) fails the jobs of
 * its group, each as a whole. From then on the writer opens the store anew and
 * tries a small write every second, so that `is_well` comes back by itself.
 */
#ifndef VOTA_BRIDGE_HTTP_WRITER_H
#define VOTA_BRIDGE_HTTP_WRITER_H

#include "bridge/http/problem.h"
#include "bridge/import/intake.h"

struct vota_writer;
struct vota_metrics;

/* One record of a job. */
struct vota_writer_row {
    uint64_t line;           /* of the request, from 1 */
    const char *broken;      /* NULL, or a code of problem.h: our own failure, nothing is stored */
    struct vota_draft draft; /* the refused ones are passed over */
    enum vota_intake_answer answer; /* set by the writer; of those it passes over: REFUSED */
};

/* The caller's, from submit until done was called. */
struct vota_writer_job {
    struct vota_writer_row *rows; /* borrowed */
    size_t n_rows;                /* 0: nothing is written; whether the thread lives */
    /* Called once, by the writer's thread, which waits for it: hand the work on. */
    void (*done)(struct vota_writer_job *job);
    void *context;

    /* Set when done is called: NULL, or the code of problem.h for the whole job, of which then
     * nothing was stored. */
    const char *problem;
    struct vota_writer_job *next; /* the writer's */
};

struct vota_writer_options {
    const char *store_path; /* copied: the writer opens connections of its own */
    /* Network and margin. Nothing is read here: the pepper is asked by drafts.h, of receipts.h. */
    struct vota_intake_options intake;
    size_t max_jobs;                /* that wait; more are turned away */
    size_t max_rows;                /* in one transaction; one job may be larger. 0: 4000 */
    uint64_t (*now)(void *context); /* unix seconds; NULL: the system's clock */
    void *context;
    struct vota_metrics *metrics; /* borrowed; NULL: nothing is counted */
    /* What went wrong with the store, for the log; NULL: not wanted. By the writer's thread. */
    void (*failed)(void *context, const struct vota_error *err);
};

/* Opens the store and starts the thread. What vota_store_open returns; NO_MEMORY. */
VOTA_MUST_USE enum vota_status vota_writer_new(struct vota_writer **ret_writer,
                                               const struct vota_writer_options *options,
                                               struct vota_error *err);

/* Answers all that waits, then ends. Nothing may be submitted any more. NULL is fine. */
void vota_writer_free(struct vota_writer *writer);

/* Queues a job; false when as many wait as may, or the writer ends: done will not be called. */
VOTA_MUST_USE bool vota_writer_submit(struct vota_writer *writer, struct vota_writer_job *job);

struct vota_writer_state {
    size_t waiting;    /* jobs */
    size_t may_wait;   /* the most */
    uint64_t groups;   /* transactions committed */
    uint64_t failures; /* transactions that failed */
    bool is_well;      /* the last one, or try, was committed, or there was none yet */
};

struct vota_writer_state vota_writer_state_of(struct vota_writer *writer);

#endif
