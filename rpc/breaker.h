/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health of one provider: a circuit breaker, and a bucket that limits how often
 * it is asked. Pure: time is passed in, in milliseconds of any clock; a clock
 * that steps back costs at most the pause again. Knows failures, not questions.
 *
 *   closed --5 failures--> open 60 s --> half-open --1 probe good--> closed
 *     |  rate limit: open for Retry-After (at most 120 s), else 5 s * 2^n, at most 5 min
 *     |  wrong network, or an untrue answer: open 15 min
 *     +- out of step (behind, or on another fork) for 60 s: "out" until in step for 60 s
 */
#ifndef VOTA_RPC_BREAKER_H
#define VOTA_RPC_BREAKER_H

#include "rpc/answers.h"

#define VOTA_BREAKER_FAILURES  5u
#define VOTA_BREAKER_OPEN_MS   60000u
#define VOTA_BREAKER_LONG_MS   900000u
#define VOTA_BREAKER_RATE_MS   5000u
#define VOTA_BREAKER_RATE_MAX  300000u
#define VOTA_BREAKER_RETRY_MAX 120000u /* of a provider's own Retry-After */
#define VOTA_BREAKER_STEP_MS   60000u

enum vota_breaker_state {
    VOTA_BREAKER_CLOSED,   /* asked as usual */
    VOTA_BREAKER_OPEN,     /* not asked */
    VOTA_BREAKER_HALF_OPEN /* one probe decides */
};

/* Does a provider go along with the others? */
enum vota_breaker_step { VOTA_STEP_WITH, VOTA_STEP_BEHIND, VOTA_STEP_FORKED };

struct vota_breaker {
    enum vota_breaker_state state;
    unsigned failures;  /* one after the other */
    unsigned rate_hits; /* rate limits since the last answer */
    uint64_t since;     /* when it was opened */
    uint64_t pause;     /* ms that it stays open from then on */
    const char *reason; /* static; why it was opened, or why the last failure; NULL: no failure */
    bool out;           /* out of step for long: not asked for state, still watched */
    const char *step;   /* static: "lagging" or "forked" while out */
    enum vota_breaker_step seen;
    uint64_t seen_since; /* since when `seen` differs from what `out` says */
};

/* Closed, in step, nothing booked. */
void vota_breaker_init(struct vota_breaker *breaker);

/* Lets an open breaker become half-open when its pause is over; returns the state. */
enum vota_breaker_state vota_breaker_at(struct vota_breaker *breaker, uint64_t now_ms);

/* Closed and in step: may be asked for anything, and its word counts. */
bool vota_breaker_is_healthy(const struct vota_breaker *breaker);

/* What status shows: "ok", "open", "half-open" or "out". Static. */
const char *vota_breaker_state_name(const struct vota_breaker *breaker);

/*
 * What status shows as the reason, static; "" while healthy: "timeout",
 * "no-connection", "tls", "name-not-found", "cut-off", "http-status",
 * "refused-key" (401), "rate-limited", "too-large", "malformed", "provider-error", "lying",
 * "wrong-network", "final-went-back", "lagging", "forked".
 */
const char *vota_breaker_reason(const struct vota_breaker *breaker);

/* An answer that was one: failures are forgotten, a half-open breaker closes. */
void vota_breaker_book_success(struct vota_breaker *breaker);

/*
 * A call that failed, after its retries. A hash or proof that is untrue opens
 * for 15 minutes, and so does 401; a rate limit for as long as it says. All else
 * counts as one of five: a timeout, an answer that is none, and events that do
 * not fit together, since a reorganisation between two answers can do that. An error about the
 * request itself is an answer.
 */
void vota_breaker_book(struct vota_breaker *breaker, const struct vota_rpc_failure *failure,
                       uint64_t now_ms);

/* Opens for pause_ms, for a reason that only the caller can see. `reason` is static. */
void vota_breaker_bench(struct vota_breaker *breaker, const char *reason, uint64_t pause_ms,
                        uint64_t now_ms);

/* What a look at its head showed. Out after 60 s out of step, back after 60 s in step. */
void vota_breaker_note_step(struct vota_breaker *breaker, enum vota_breaker_step step,
                            uint64_t now_ms);

/* ---- requests a second ---- */

/* A token bucket. per_second 0: no limit. */
struct vota_bucket {
    uint64_t per_second, burst;
    uint64_t milli_tokens; /* what is in it */
    uint64_t at_ms;        /* as of then */
};

void vota_bucket_init(struct vota_bucket *ret_bucket, uint64_t per_second, uint64_t burst);

/* Takes a token and returns 0, or takes none and returns after how many ms there will be one. */
uint64_t vota_bucket_take(struct vota_bucket *bucket, uint64_t now_ms);

#endif
