/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A life of the service: a process that opens the store, takes the sender's
 * lock and turns, until it is done or ends as it was ordered to. All it does is
 * the program's own code; what is measured is measured at its borders: calls to
 * nodes here, writes in bridge/store/fault.h.
 */
#ifndef VOTA_TESTS_WALK_LIFE_H
#define VOTA_TESTS_WALK_LIFE_H

#include "bridge/engine/batch.h"
#include "bridge/engine/sender.h"
#include "tests/chain/chain.h"
#include "tests/walk/city.h"

#define LIFE_NODES      3u
#define LIFE_QUORUM     2u
#define LIFE_REASON_MAX 200u

/* What a configuration would say. Wei. */
#define LIFE_TX_MAX  UINT64_C(20000000000000000)
#define LIFE_FEE_MAX UINT64_C(50000000000)

/* How a life ends before its turns are over. */
enum life_end {
    LIFE_ENDS_WELL,
    LIFE_ENDS_WRITING,     /* at step n of bridge/store/fault.h */
    LIFE_ENDS_BEFORE_CALL, /* kill -9 when call n to a node is about to leave */
    LIFE_ENDS_AFTER_CALL,  /* … has done its work at the node, and its answer is lost */
    LIFE_ENDS_BEFORE_SEND, /* the same two for calls that send signed bytes */
    LIFE_ENDS_AFTER_SEND,
    LIFE_DISK_FULL, /* step n and all after it fail: turns go on without getting anywhere */
    LIFE_ENDS
};

/* Between two turns: lets the world go on. Runs in the life's process. */
typedef void life_between(void *context);

struct life_order {
    const struct city *city;
    struct chain *chain;
    enum chain_actor actor; /* whose key it has */
    unsigned turns;
    int64_t clock_error; /* seconds that its clock is ahead of the world's */
    uint64_t day_max;    /* wei */
    bool seals;          /* batches that are due */
    bool rests;          /* ends when nothing is left to be done */
    bool trace;
    enum life_end end;
    uint64_t at; /* n, from 1 */
    life_between *between;
    void *context;
};

/* What is left of a life, in memory shared with it. */
struct life_report {
    bool reached;                  /* it ended as ordered: step n was there */
    uint64_t calls, sends;         /* to nodes; of these, signed bytes */
    uint64_t steps;                /* there were, of the kind that the order counts */
    uint64_t turns;                /* that returned OK */
    struct vota_sender_turn turn;  /* the last of these */
    char problem[LIFE_REASON_MAX]; /* of the last turn that did not, or empty */
    char wrong[LIFE_REASON_MAX];   /* what it must never do and did; empty: nothing */
};

/* Lives it. *report is shared memory (life_report_new), and is cleared first. */
void life_live(struct life_report *report, const struct life_order *order);

struct life_report *life_report_new(void);

#endif
