/* SPDX-License-Identifier: Apache-2.0 */
/* Health of one provider: see breaker.h. Pure. */
#include "rpc/breaker.h"

#include <string.h>

void vota_breaker_init(struct vota_breaker *breaker)
{
    *breaker = (struct vota_breaker){.state = VOTA_BREAKER_CLOSED};
}

enum vota_breaker_state vota_breaker_at(struct vota_breaker *breaker, uint64_t now_ms)
{
    if (breaker->state != VOTA_BREAKER_OPEN)
        return breaker->state;
    /* A clock that was set back must not keep a provider out for hours. */
    if (now_ms < breaker->since)
        breaker->since = now_ms;
    if (now_ms - breaker->since >= breaker->pause)
        breaker->state = VOTA_BREAKER_HALF_OPEN;
    return breaker->state;
}

bool vota_breaker_is_healthy(const struct vota_breaker *breaker)
{
    return breaker->state == VOTA_BREAKER_CLOSED && !breaker->out;
}

const char *vota_breaker_state_name(const struct vota_breaker *breaker)
{
    static const char *const names[] = {[VOTA_BREAKER_CLOSED] = "ok",
                                        [VOTA_BREAKER_OPEN] = "open",
                                        [VOTA_BREAKER_HALF_OPEN] = "half-open"};
    if (breaker->state == VOTA_BREAKER_CLOSED && breaker->out)
        return "out";
    return names[breaker->state];
}

const char *vota_breaker_reason(const struct vota_breaker *breaker)
{
    if (vota_breaker_is_healthy(breaker))
        return "";
    return breaker->state == VOTA_BREAKER_CLOSED ? breaker->step : breaker->reason;
}

void vota_breaker_book_success(struct vota_breaker *breaker)
{
    breaker->failures = 0;
    breaker->rate_hits = 0;
    if (breaker->state == VOTA_BREAKER_HALF_OPEN) {
        breaker->state = VOTA_BREAKER_CLOSED;
        breaker->reason = NULL;
    }
}

void vota_breaker_bench(struct vota_breaker *breaker, const char *reason, uint64_t pause_ms,
                        uint64_t now_ms)
{
    breaker->state = VOTA_BREAKER_OPEN;
    breaker->failures = 0;
    breaker->reason = reason;
    breaker->pause = pause_ms;
    breaker->since = now_ms;
}

static void book_rate_limit(struct vota_breaker *breaker, unsigned retry_after_s, uint64_t now_ms)
{
    uint64_t pause = VOTA_BREAKER_RATE_MS;
    for (unsigned i = 0; i < breaker->rate_hits && pause < VOTA_BREAKER_RATE_MAX; i++)
        pause *= 2;
    if (pause > VOTA_BREAKER_RATE_MAX)
        pause = VOTA_BREAKER_RATE_MAX;
    if (retry_after_s > 0)
        pause = 1000ull * retry_after_s;
    if (retry_after_s > 0 && pause > VOTA_BREAKER_RETRY_MAX)
        pause = VOTA_BREAKER_RETRY_MAX;
    breaker->rate_hits++;
    vota_breaker_bench(breaker, "rate-limited", pause, now_ms);
}

static const char *reason_of(const struct vota_rpc_failure *failure)
{
    if (failure->fault == VOTA_RPC_FAULT_TRANSPORT)
        return vota_transport_fault_name(failure->transport);
    if (failure->fault == VOTA_RPC_FAULT_LIE)
        return "lying";
    return failure->fault == VOTA_RPC_FAULT_ERROR ? "provider-error" : "malformed";
}

/* What cannot be said by mistake, or by two nodes behind one address. */
static bool is_forged(const struct vota_rpc_failure *failure)
{
    return failure->fault == VOTA_RPC_FAULT_LIE &&
           (strcmp(failure->reason, "header-hash-differs") == 0 ||
            strncmp(failure->reason, "proof-", 6) == 0);
}

static void count_failure(struct vota_breaker *breaker, const struct vota_rpc_failure *failure,
                          uint64_t now_ms)
{
    breaker->failures++;
    breaker->reason = reason_of(failure);
    if (breaker->state == VOTA_BREAKER_HALF_OPEN || breaker->failures >= VOTA_BREAKER_FAILURES)
        vota_breaker_bench(breaker, breaker->reason, VOTA_BREAKER_OPEN_MS, now_ms);
}

void vota_breaker_book(struct vota_breaker *breaker, const struct vota_rpc_failure *failure,
                       uint64_t now_ms)
{
    if (failure->fault == VOTA_RPC_FAULT_NONE)
        return;
    if (is_forged(failure)) {
        vota_breaker_bench(breaker, "lying", VOTA_BREAKER_LONG_MS, now_ms);
        return;
    }
    if (failure->fault == VOTA_RPC_FAULT_TRANSPORT && failure->http_status == 401) {
        vota_breaker_bench(breaker, "refused-key", VOTA_BREAKER_LONG_MS, now_ms);
        return;
    }
    switch (vota_answers_retry(failure)) {
    case VOTA_RETRY_LATER:
        book_rate_limit(breaker, failure->retry_after_s, now_ms);
        return;
    case VOTA_RETRY_NOW:
        count_failure(breaker, failure, now_ms);
        return;
    case VOTA_RETRY_NEVER:
        /* An error object is an answer; a 404 or a body over the ceiling is none. */
        if (failure->fault != VOTA_RPC_FAULT_ERROR)
            count_failure(breaker, failure, now_ms);
        return;
    case VOTA_RETRY_SEMANTIC:
        return;
    }
}

void vota_breaker_note_step(struct vota_breaker *breaker, enum vota_breaker_step step,
                            uint64_t now_ms)
{
    const bool is_out = step != VOTA_STEP_WITH;
    const bool was_out = breaker->seen != VOTA_STEP_WITH;
    if (is_out != was_out || now_ms < breaker->seen_since)
        breaker->seen_since = now_ms;
    breaker->seen = step;
    if (is_out)
        breaker->step = step == VOTA_STEP_BEHIND ? "lagging" : "forked";
    if (is_out != breaker->out && now_ms - breaker->seen_since >= VOTA_BREAKER_STEP_MS)
        breaker->out = is_out;
}

/* ---- requests a second ---- */

void vota_bucket_init(struct vota_bucket *ret_bucket, uint64_t per_second, uint64_t burst)
{
    *ret_bucket = (struct vota_bucket){
        .per_second = per_second, .burst = burst, .milli_tokens = 1000 * burst};
}

static void refill(struct vota_bucket *bucket, uint64_t now_ms)
{
    const uint64_t full = 1000 * bucket->burst;
    const uint64_t passed = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    bucket->at_ms = now_ms;
    /* Tokens a second are thousandths of a token a millisecond. */
    if (passed >= (full - bucket->milli_tokens) / bucket->per_second)
        bucket->milli_tokens = full;
    else
        bucket->milli_tokens += passed * bucket->per_second;
}

uint64_t vota_bucket_take(struct vota_bucket *bucket, uint64_t now_ms)
{
    if (bucket->per_second == 0)
        return 0;
    refill(bucket, now_ms);
    if (bucket->milli_tokens >= 1000) {
        bucket->milli_tokens -= 1000;
        return 0;
    }
    const uint64_t missing = 1000 - bucket->milli_tokens;
    return (missing + bucket->per_second - 1) / bucket->per_second;
}
