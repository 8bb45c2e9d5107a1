/* SPDX-License-Identifier: Apache-2.0 */
/* When a provider is left alone, for how long, and under which name. */
#include "rpc/breaker.h"
#include "tests/test.h"

#define NOW ((uint64_t)1000000)

static struct vota_rpc_failure transport(enum vota_transport_fault fault, unsigned http,
                                         unsigned retry_after_s)
{
    return (struct vota_rpc_failure){.fault = VOTA_RPC_FAULT_TRANSPORT,
                                     .transport = fault,
                                     .http_status = http,
                                     .retry_after_s = retry_after_s};
}

static struct vota_rpc_failure error_of(int64_t code, const char *message)
{
    struct vota_rpc_failure failure = {.fault = VOTA_RPC_FAULT_ERROR, .error = {.code = code}};
    memcpy(failure.error.message, message, strlen(message) + 1);
    return failure;
}

static const struct vota_rpc_failure lie = {.fault = VOTA_RPC_FAULT_LIE,
                                            .reason = "proof-node-hash"};
static const struct vota_rpc_failure false_hash = {.fault = VOTA_RPC_FAULT_LIE,
                                                   .reason = "header-hash-differs"};
static const struct vota_rpc_failure misfit = {.fault = VOTA_RPC_FAULT_LIE,
                                               .reason = "fold-differs"};
static const struct vota_rpc_failure malformed = {.fault = VOTA_RPC_FAULT_MALFORMED,
                                                  .reason = "not-json"};

/* Every kind of failure: how many of them open the breaker, for how long, and as what. */
static void failures_open_it_by_their_kind(void **state)
{
    (void)state;
    const struct {
        struct vota_rpc_failure failure;
        unsigned times; /* 0: never */
        uint64_t pause_ms;
        const char *reason;
    } cases[] = {
        {transport(VOTA_TRANSPORT_TIMEOUT, 0, 0), 5, 60000, "timeout"},
        {transport(VOTA_TRANSPORT_CONNECT, 0, 0), 5, 60000, "no-connection"},
        {transport(VOTA_TRANSPORT_DNS, 0, 0), 5, 60000, "name-not-found"},
        {transport(VOTA_TRANSPORT_TLS, 0, 0), 5, 60000, "tls"},
        {transport(VOTA_TRANSPORT_CLOSED, 200, 0), 5, 60000, "cut-off"},
        {transport(VOTA_TRANSPORT_TOO_LARGE, 200, 0), 5, 60000, "too-large"},
        {transport(VOTA_TRANSPORT_HTTP, 500, 0), 5, 60000, "http-status"},
        {transport(VOTA_TRANSPORT_HTTP, 503, 0), 5, 60000, "http-status"},
        {transport(VOTA_TRANSPORT_HTTP, 404, 0), 5, 60000, "http-status"},
        {transport(VOTA_TRANSPORT_HTTP, 401, 0), 1, 900000, "refused-key"},
        {transport(VOTA_TRANSPORT_HTTP, 429, 0), 1, 5000, "rate-limited"},
        {transport(VOTA_TRANSPORT_HTTP, 429, 7), 1, 7000, "rate-limited"},
        {transport(VOTA_TRANSPORT_HTTP, 429, 86400), 1, 120000, "rate-limited"},
        {transport(VOTA_TRANSPORT_HTTP, 403, 0), 1, 5000, "rate-limited"},
        {error_of(-32005, "daily request count exceeded"), 1, 5000, "rate-limited"},
        {error_of(-32603, "internal error"), 5, 60000, "provider-error"},
        {error_of(-32000, "header not found"), 5, 60000, "provider-error"},
        {error_of(4444, "pruned history unavailable"), 5, 60000, "provider-error"},
        {malformed, 5, 60000, "malformed"},
        {lie, 1, 900000, "lying"},
        {false_hash, 1, 900000, "lying"},
        {misfit, 5, 60000, "lying"},
        {error_of(-32601, "the method does not exist"), 0, 0, ""},
        {error_of(-32602, "invalid params"), 0, 0, ""},
        {error_of(-32000, "nonce too low"), 0, 0, ""},
        {error_of(3, "execution reverted"), 0, 0, ""},
        {{.fault = VOTA_RPC_FAULT_NONE}, 0, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_breaker breaker;
        vota_breaker_init(&breaker);
        const unsigned times = cases[i].times == 0 ? 20 : cases[i].times;
        for (unsigned k = 0; k < times; k++) {
            assert_true(vota_breaker_is_healthy(&breaker));
            vota_breaker_book(&breaker, &cases[i].failure, NOW);
        }
        assert_int_equal(vota_breaker_is_healthy(&breaker), cases[i].times == 0);
        assert_string_equal(vota_breaker_reason(&breaker), cases[i].reason);
        if (cases[i].times == 0)
            continue;
        assert_string_equal(vota_breaker_state_name(&breaker), "open");
        assert_int_equal(vota_breaker_at(&breaker, NOW + cases[i].pause_ms - 1), VOTA_BREAKER_OPEN);
        assert_int_equal(vota_breaker_at(&breaker, NOW + cases[i].pause_ms),
                         VOTA_BREAKER_HALF_OPEN);
        assert_string_equal(vota_breaker_state_name(&breaker), "half-open");
        assert_false(vota_breaker_is_healthy(&breaker));
    }
}

static void an_answer_between_failures_starts_the_count_again(void **state)
{
    (void)state;
    struct vota_breaker breaker;
    vota_breaker_init(&breaker);
    for (unsigned i = 0; i < 40; i++) {
        if (i % 4 == 0)
            vota_breaker_book_success(&breaker);
        vota_breaker_book(&breaker, &malformed, NOW + i);
        assert_true(vota_breaker_is_healthy(&breaker));
    }
    assert_string_equal(vota_breaker_reason(&breaker), "");
}

static void one_probe_decides(void **state)
{
    (void)state;
    struct vota_breaker breaker;
    vota_breaker_init(&breaker);
    for (unsigned i = 0; i < 5; i++)
        vota_breaker_book(&breaker, &malformed, NOW);
    assert_int_equal(vota_breaker_at(&breaker, NOW + 60000), VOTA_BREAKER_HALF_OPEN);
    vota_breaker_book(&breaker, &malformed, NOW + 60000); /* one is enough now */
    assert_int_equal(vota_breaker_at(&breaker, NOW + 119999), VOTA_BREAKER_OPEN);
    assert_int_equal(vota_breaker_at(&breaker, NOW + 120000), VOTA_BREAKER_HALF_OPEN);
    vota_breaker_book_success(&breaker);
    assert_true(vota_breaker_is_healthy(&breaker));
    for (unsigned i = 0; i < 4; i++)
        vota_breaker_book(&breaker, &malformed, NOW + 130000);
    assert_true(vota_breaker_is_healthy(&breaker)); /* five again */
}

static void rate_limits_double_up_to_five_minutes(void **state)
{
    (void)state;
    static const uint64_t pauses[] = {5000, 10000, 20000, 40000, 80000, 160000, 300000, 300000};
    const struct vota_rpc_failure limit = transport(VOTA_TRANSPORT_HTTP, 429, 0);
    struct vota_breaker breaker;
    uint64_t now = NOW;
    vota_breaker_init(&breaker);
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        vota_breaker_book(&breaker, &limit, now);
        assert_int_equal(vota_breaker_at(&breaker, now + pauses[i] - 1), VOTA_BREAKER_OPEN);
        now += pauses[i];
        assert_int_equal(vota_breaker_at(&breaker, now), VOTA_BREAKER_HALF_OPEN);
    }
    vota_breaker_book_success(&breaker);
    vota_breaker_book(&breaker, &limit, now); /* forgiven */
    assert_int_equal(vota_breaker_at(&breaker, now + 5000), VOTA_BREAKER_HALF_OPEN);
}

static void out_of_step_for_a_minute_is_out_and_back_after_another(void **state)
{
    (void)state;
    struct vota_breaker breaker;
    vota_breaker_init(&breaker);
    for (uint64_t at = 0; at < 60000; at += 12000)
        vota_breaker_note_step(&breaker, VOTA_STEP_BEHIND, NOW + at);
    assert_true(vota_breaker_is_healthy(&breaker));
    vota_breaker_note_step(&breaker, VOTA_STEP_BEHIND, NOW + 60000);
    assert_false(vota_breaker_is_healthy(&breaker));
    assert_string_equal(vota_breaker_state_name(&breaker), "out");
    assert_string_equal(vota_breaker_reason(&breaker), "lagging");
    vota_breaker_note_step(&breaker, VOTA_STEP_FORKED, NOW + 61000);
    assert_string_equal(vota_breaker_reason(&breaker), "forked");
    vota_breaker_note_step(&breaker, VOTA_STEP_WITH, NOW + 70000);
    vota_breaker_note_step(&breaker, VOTA_STEP_WITH, NOW + 129999);
    assert_false(vota_breaker_is_healthy(&breaker));
    vota_breaker_note_step(&breaker, VOTA_STEP_WITH, NOW + 130000);
    assert_true(vota_breaker_is_healthy(&breaker));
}

/* A node that comes and goes is neither thrown out nor taken back at every turn. */
static void flapping_changes_nothing(void **state)
{
    (void)state;
    struct vota_breaker breaker;
    vota_breaker_init(&breaker);
    for (uint64_t i = 0; i < 100; i++) {
        vota_breaker_note_step(&breaker, i % 4 == 0 ? VOTA_STEP_WITH : VOTA_STEP_BEHIND,
                               NOW + i * 12000);
        assert_true(vota_breaker_is_healthy(&breaker));
    }
    vota_breaker_note_step(&breaker, VOTA_STEP_BEHIND, NOW + 2000000);
    vota_breaker_note_step(&breaker, VOTA_STEP_BEHIND, NOW + 2060000);
    for (uint64_t i = 0; i < 100; i++) {
        assert_false(vota_breaker_is_healthy(&breaker));
        vota_breaker_note_step(&breaker, i % 4 == 0 ? VOTA_STEP_BEHIND : VOTA_STEP_WITH,
                               NOW + 2060000 + i * 12000);
    }
}

static void a_clock_set_back_costs_one_pause_at_most(void **state)
{
    (void)state;
    struct vota_breaker breaker;
    const uint64_t hour = 3600000;
    vota_breaker_init(&breaker);
    vota_breaker_bench(&breaker, "wrong-network", VOTA_BREAKER_LONG_MS, NOW + hour);
    assert_string_equal(vota_breaker_reason(&breaker), "wrong-network");
    assert_int_equal(vota_breaker_at(&breaker, NOW), VOTA_BREAKER_OPEN);
    assert_int_equal(vota_breaker_at(&breaker, NOW + 900000), VOTA_BREAKER_HALF_OPEN);
    vota_breaker_init(&breaker);
    vota_breaker_note_step(&breaker, VOTA_STEP_BEHIND, NOW + hour);
    vota_breaker_note_step(&breaker, VOTA_STEP_BEHIND, NOW);
    assert_true(vota_breaker_is_healthy(&breaker));
    vota_breaker_note_step(&breaker, VOTA_STEP_BEHIND, NOW + 60000);
    assert_false(vota_breaker_is_healthy(&breaker));
}

static void a_bucket_gives_five_a_second_after_a_burst(void **state)
{
    (void)state;
    struct vota_bucket bucket;
    vota_bucket_init(&bucket, 5, 20);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(vota_bucket_take(&bucket, NOW), 0);
    assert_int_equal(vota_bucket_take(&bucket, NOW), 200);
    assert_int_equal(vota_bucket_take(&bucket, NOW + 50), 150);
    assert_int_equal(vota_bucket_take(&bucket, NOW + 200), 0);
    assert_int_equal(vota_bucket_take(&bucket, NOW + 200), 200);
    unsigned taken = 0;
    for (uint64_t at = 201; at <= 10200; at++)
        taken += vota_bucket_take(&bucket, NOW + at) == 0;
    assert_int_equal(taken, 50);
    taken = 0;
    for (unsigned i = 0; i < 100; i++)
        taken += vota_bucket_take(&bucket, NOW + 100000000) == 0;
    assert_int_equal(taken, 20); /* never more than the burst, however long it waited */
    assert_true(vota_bucket_take(&bucket, NOW) > 0);
    assert_int_equal(vota_bucket_take(&bucket, NOW + 200), 0); /* a clock set back */
}

static void a_bucket_without_a_limit_always_gives(void **state)
{
    (void)state;
    struct vota_bucket bucket;
    vota_bucket_init(&bucket, 0, 0);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(vota_bucket_take(&bucket, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_open_it_by_their_kind),
        cmocka_unit_test(an_answer_between_failures_starts_the_count_again),
        cmocka_unit_test(one_probe_decides),
        cmocka_unit_test(rate_limits_double_up_to_five_minutes),
        cmocka_unit_test(out_of_step_for_a_minute_is_out_and_back_after_another),
        cmocka_unit_test(flapping_changes_nothing),
        cmocka_unit_test(a_clock_set_back_costs_one_pause_at_most),
        cmocka_unit_test(a_bucket_gives_five_a_second_after_a_burst),
        cmocka_unit_test(a_bucket_without_a_limit_always_gives),
    };
    return RUN_TESTS(tests);
}
