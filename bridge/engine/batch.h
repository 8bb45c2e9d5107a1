/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing: pending rows become a batch with one root, in one transaction.
 * Knows when a batch is due; does not know the chain.
 */
#ifndef VOTA_BRIDGE_ENGINE_BATCH_H
#define VOTA_BRIDGE_ENGINE_BATCH_H

#include "bridge/store/store_batch.h"

struct vota_batch_policy {
    uint64_t max_records; /* rows of one batch */
    uint64_t min_size;    /* fewer wait, unless a promise or closing presses (PROTOCOL 2) */
    uint64_t max_age;     /* seconds a row waits for company */
    uint64_t margin;      /* seconds that anchoring may take: seal this long before a promise */
    uint64_t stretched;   /* the governor's longer wait (budget.h); at most max_age: none */
    uint64_t closes_at;   /* the earliest closing of a register with waiting rows; 0: none */
};

enum vota_batch_press {
    VOTA_BATCH_BY_POLICY,
    VOTA_BATCH_BY_OPERATOR, /* asks for what is there, but rows keep their company */
    VOTA_BATCH_BY_CLOSING   /* nothing may be left behind */
};

/* Why a batch is, or will be, due. */
enum vota_batch_why {
    VOTA_BATCH_NOTHING,   /* no row waits */
    VOTA_BATCH_ASKED,     /* by a person, or a closing that leaves nobody behind */
    VOTA_BATCH_FULL,      /* max_records wait */
    VOTA_BATCH_PROMISE,   /* the earliest promise has to be kept */
    VOTA_BATCH_AGE,       /* the oldest row has waited max_age */
    VOTA_BATCH_STRETCHED, /* … has waited as long as the governor asks */
    VOTA_BATCH_CLOSING    /* a register closes: its rows wait no longer than without governor */
};

struct vota_batch_due {
    uint64_t at; /* unix seconds; 0: at once; UINT64_MAX: with nothing to seal, never */
    enum vota_batch_why why;
};

/*
 * When the rows that wait now will be due, if none is added. The governor's
 * wait never passes a promise less the margin, nor a closing (or max_age, if
 * that is later). Pure.
 */
struct vota_batch_due vota_batch_due(const struct vota_store_pending *pending,
                                     const struct vota_batch_policy *policy,
                                     enum vota_batch_press press);

/* "nothing", "asked", "full", "promise", "age", "stretched", "closing". */
const char *vota_batch_why_name(enum vota_batch_why why);

/* Whether a batch should be sealed now. Pure. */
bool vota_batch_is_due(const struct vota_store_pending *pending,
                       const struct vota_batch_policy *policy, uint64_t now,
                       enum vota_batch_press press);

/* How many of `count` pending rows the next batch takes, so that no few are left alone. Pure. */
uint64_t vota_batch_size(uint64_t count, const struct vota_batch_policy *policy);

/*
 * Seals at most policy->max_records pending rows and queues their operation;
 * begins and commits its own transaction. NOT_FOUND when no row may be sealed.
 * INTERNAL "leaf-twice": two pending records have one leaf, which 32 random
 * bytes of salt make impossible unless the random source is broken.
 */
VOTA_MUST_USE enum vota_status vota_batch_seal(struct vota_store_batch *ret_batch,
                                               struct vota_store *store, int64_t network,
                                               const struct vota_batch_policy *policy, uint64_t now,
                                               struct vota_error *err);

/* Batches in a row. */
struct vota_batch_round {
    int64_t network; /* the line */
    struct vota_batch_policy policy;
    enum vota_batch_press press;
    uint64_t now;
    /* Called with each batch and why it was due; false ends the round. NULL: nobody is told. */
    bool (*sealed)(void *context, const struct vota_store_batch *batch, enum vota_batch_why why);
    void *context;
};

/* What a round leaves waiting, and until when; due.why is VOTA_BATCH_NOTHING when nothing is. */
struct vota_batch_rest {
    struct vota_store_pending pending;
    struct vota_batch_due due;
};

/*
 * Seals batch after batch while one is due. Rows that may not be sealed yet
 * (their register's opening is not in a block) end it too. What vota_batch_seal
 * returns, but for NOT_FOUND.
 */
VOTA_MUST_USE enum vota_status vota_batch_seal_due(struct vota_batch_rest *ret_rest,
                                                   struct vota_store *store,
                                                   const struct vota_batch_round *round,
                                                   struct vota_error *err);

#endif
