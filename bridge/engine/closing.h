/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A register at its end, as one pure function: what is known of it decides the
 * step, so that a run which was cut off anywhere goes on where the store stands.
 * Each step is done when what it makes is in the store, and making it twice is
 * impossible or harmless. Knows no clock, store or chain.
 *
 *   WAIT     it takes records, or was never opened
 *   END      acceptance ends, for good
 *   SEAL     rows of it are in no batch: all are sealed, however few
 *   SETTLE   what was queued until then is not final on this network
 *   COUNT    its rows are counted and the result queued, once a network
 *   HAND     the same, but a person does it
 *   DONE     the result is queued or entered
 *
 * Acceptance does not end with voting: what was cast in time may arrive later,
 * and counts if its batch is anchored by counts_until (PROTOCOL 6).
 */
#ifndef VOTA_BRIDGE_ENGINE_CLOSING_H
#define VOTA_BRIDGE_ENGINE_CLOSING_H

#include "proof/voteanchor.h"

enum vota_closing_step {
    VOTA_CLOSING_WAIT,
    VOTA_CLOSING_END,
    VOTA_CLOSING_SEAL,
    VOTA_CLOSING_SETTLE,
    VOTA_CLOSING_COUNT,
    VOTA_CLOSING_HAND,
    VOTA_CLOSING_DONE
};
#define VOTA_CLOSING_STEPS 7

/* The definition's times, unix seconds. */
struct vota_closing_times {
    uint64_t closes_at, counts_until, results_by;
};

/* How long things take on a network, seconds. */
struct vota_closing_pace {
    uint64_t margin; /* from sealing to a block: the door refuses this long before counts_until */
    uint64_t settle; /* from the last record to a result in a block */
};

/*
 * When acceptance ends: the margin before counts_until, or earlier where that
 * would not leave time for the result by results_by; never before closes_at.
 */
uint64_t vota_closing_ends_at(const struct vota_closing_times *times,
                              const struct vota_closing_pace *pace);

/* A register on one network of its line. */
struct vota_closing_view {
    bool opened;        /* its entry is in the line's journal */
    bool ended;         /* acceptance ended, by whomever */
    uint64_t ends_at;   /* vota_closing_ends_at */
    uint64_t now;       /* by the wall clock */
    uint64_t chain_now; /* time of the latest block; UINT64_MAX where blocks tell no time */
    uint64_t waiting;   /* rows of it in no batch */
    uint64_t unsettled; /* operations up to the sealing of its last row that are not final here */
    bool has_result;    /* queued or entered here */
    bool late;          /* nothing of it can be timely here: this network joined later */
    bool by_hand;       /* results are a person's */
};

/*
 * The step to be made next. Pure and total. Acceptance ends only when clock and
 * chain agree that it is time: a clock that jumped ahead must not end a vote.
 */
enum vota_closing_step vota_closing_next(const struct vota_closing_view *view);

/* Seconds that a block's time may lag behind ours. */
#define VOTA_CLOSING_LAG 300u

/* "wait", "end", ...; static. */
const char *vota_closing_step_name(enum vota_closing_step step);

#endif
