/* SPDX-License-Identifier: Apache-2.0 */
/* Fees: suggestion, bump, next base fee, gas, each at its edges. */
#include "rpc/fees.h"
#include "tests/test.h"

#define GWEI UINT64_C(1000000000)

static const struct vota_fee_caps caps = {GWEI / 100, 2 * GWEI, 30 * GWEI};

static struct vota_fee_history history_of(const uint64_t *tips, size_t count)
{
    struct vota_fee_history history = {.count = count, .has_tips = true};
    for (size_t i = 0; i < count; i++)
        history.tip[i] = tips[i];
    return history;
}

static void the_tip_is_the_median_of_blocks_that_had_any(void **state)
{
    (void)state;
    static const struct {
        uint64_t tips[6];
        size_t count;
        uint64_t expected;
    } cases[] = {
        {{GWEI, 0, 0, 0, 0, 0}, 6, GWEI},                             /* empty blocks */
        {{3, 1 * GWEI, GWEI / 2, 9 * GWEI, 2, 0}, 5, GWEI / 2},       /* odd */
        {{GWEI / 5, GWEI / 2, GWEI, GWEI / 4, 0, 0}, 4, GWEI / 4},    /* even: the lower */
        {{1, 1, 1, 0, 0, 0}, 3, GWEI / 100},                          /* clamped up */
        {{500 * GWEI, 600 * GWEI, 700 * GWEI, 0, 0, 0}, 3, 2 * GWEI}, /* clamped down */
        {{0, 0, 0, 0, 0, 0}, 6, GWEI / 100},                          /* none at all */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_fee_history history = history_of(cases[i].tips, cases[i].count);
        struct vota_fees fees;
        assert_int_equal(vota_fees_suggest(&fees, &history, GWEI, &caps), VOTA_FEE_FREE);
        assert_true(fees.max_priority_fee_per_gas == cases[i].expected);
        assert_true(fees.max_fee_per_gas == 2 * GWEI + cases[i].expected);
    }
    struct vota_fee_history silent = history_of((const uint64_t[]){GWEI}, 1);
    silent.has_tips = false;
    struct vota_fees fees;
    assert_int_equal(vota_fees_suggest(&fees, &silent, GWEI, &caps), VOTA_FEE_FREE);
    assert_true(fees.max_priority_fee_per_gas == GWEI / 100);
}

static void the_cap_holds_whatever_the_base_fee_says(void **state)
{
    (void)state;
    static const struct {
        uint64_t base_fee;
        enum vota_fee_state state;
        uint64_t max_fee;
        uint64_t tip;
    } cases[] = {
        {0, VOTA_FEE_FREE, GWEI, GWEI},
        {14 * GWEI, VOTA_FEE_FREE, 29 * GWEI, GWEI},
        {15 * GWEI, VOTA_FEE_CAPPED, 30 * GWEI, GWEI},
        {29 * GWEI, VOTA_FEE_CAPPED, 30 * GWEI, GWEI},
        {29 * GWEI + 1, VOTA_FEE_WAITING, 30 * GWEI, GWEI},
        {UINT64_MAX, VOTA_FEE_WAITING, 30 * GWEI, GWEI},
        {UINT64_MAX / 2 + 1, VOTA_FEE_WAITING, 30 * GWEI, GWEI},
    };
    const struct vota_fee_history history = history_of((const uint64_t[]){GWEI}, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_fees fees;
        assert_int_equal(vota_fees_suggest(&fees, &history, cases[i].base_fee, &caps),
                         cases[i].state);
        assert_true(fees.max_fee_per_gas == cases[i].max_fee);
        assert_true(fees.max_priority_fee_per_gas == cases[i].tip);
    }
    const struct vota_fee_caps low = {GWEI / 100, 2 * GWEI, GWEI / 2};
    struct vota_fees fees;
    assert_int_equal(vota_fees_suggest(&fees, &history, 0, &low), VOTA_FEE_WAITING);
    assert_true(fees.max_priority_fee_per_gas == fees.max_fee_per_gas);
}

static void a_bump_raises_both_fields_by_an_eighth_rounded_up_and_one(void **state)
{
    (void)state;
    static const struct {
        uint64_t old;
        uint64_t bumped;
    } cases[] = {{0, 1},  {1, 3},     {7, 9},       {8, 10},
                 {9, 12}, {100, 114}, {1000, 1126}, {GWEI, 1125000001}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_fees old = {cases[i].old, cases[i].old};
        const struct vota_fees none = {0, 0};
        struct vota_fees fees;
        assert_int_equal(vota_fees_bump(&fees, &old, &none, 30 * GWEI, NULL), VOTA_OK);
        assert_true(fees.max_fee_per_gas == cases[i].bumped);
        assert_true(fees.max_priority_fee_per_gas == cases[i].bumped);
        /* what pools ask for: more, and at least a tenth more */
        assert_true(fees.max_fee_per_gas * 10 >= cases[i].old * 11);
        assert_true(fees.max_fee_per_gas > cases[i].old);
    }
}

static void a_higher_suggestion_wins_for_each_field(void **state)
{
    (void)state;
    const struct vota_fees old = {100, 1000};
    const struct vota_fees suggestion = {50, 5000};
    struct vota_fees fees;
    assert_int_equal(vota_fees_bump(&fees, &old, &suggestion, GWEI, NULL), VOTA_OK);
    assert_true(fees.max_priority_fee_per_gas == 114 && fees.max_fee_per_gas == 5000);
    const struct vota_fees tall = {2000, 10};
    assert_int_equal(vota_fees_bump(&fees, &old, &tall, GWEI, NULL), VOTA_OK);
    assert_true(fees.max_priority_fee_per_gas == 2000 && fees.max_fee_per_gas == 2000);
}

static void a_bump_is_cut_to_the_cap_while_pools_still_take_it(void **state)
{
    (void)state;
    const struct vota_fees old = {GWEI, 20 * GWEI};
    const struct vota_fees none = {0, 0};
    static const struct {
        uint64_t fee_max, bumped;
    } cases[] = {{30 * GWEI, 22500000001},
                 {22500000001, 22500000001},
                 {22500000000, 22500000000},
                 {22000000001, 22000000001}}; /* a tenth and one wei: the least that is taken */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_fees fees;
        assert_false(vota_fees_are_last(&old, cases[i].fee_max));
        assert_int_equal(vota_fees_bump(&fees, &old, &none, cases[i].fee_max, NULL), VOTA_OK);
        assert_true(fees.max_fee_per_gas == cases[i].bumped);
        assert_true(fees.max_priority_fee_per_gas == 1125000001);
    }
    const struct vota_fees odd = {0, 11}; /* a tenth is rounded up */
    assert_true(vota_fees_are_last(&odd, 13));
    assert_false(vota_fees_are_last(&odd, 14));
}

static void a_bump_over_the_cap_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    const struct vota_fees old = {GWEI, 20 * GWEI};
    const struct vota_fees none = {0, 0};
    struct vota_fees fees = {1, 2};
    struct vota_error err = {0};
    assert_true(vota_fees_are_last(&old, 22 * GWEI));
    assert_int_equal(vota_fees_bump(&fees, &old, &none, 22 * GWEI, &err), VOTA_LIMIT);
    assert_string_equal(err.text, "fee-cap-reached");
    assert_true(fees.max_priority_fee_per_gas == 1 && fees.max_fee_per_gas == 2);
    const struct vota_fees huge = {UINT64_MAX, UINT64_MAX};
    assert_int_equal(vota_fees_bump(&fees, &huge, &none, UINT64_MAX - 1, NULL), VOTA_LIMIT);
}

/* The tip could still rise, the max fee could not: no pool takes that (geth wants both). */
static void one_field_alone_is_never_bumped(void **state)
{
    (void)state;
    const struct vota_fees old = {GWEI, 30 * GWEI};
    const struct vota_fees suggestion = {2 * GWEI, 30 * GWEI};
    struct vota_fees fees = {1, 2};
    assert_int_equal(vota_fees_bump(&fees, &old, &suggestion, 30 * GWEI, NULL), VOTA_LIMIT);
    assert_true(fees.max_priority_fee_per_gas == 1 && fees.max_fee_per_gas == 2);
}

/* Every replacement on the way from one wei to the cap is one that geth's pool takes. */
static void bumps_climb_to_the_cap_and_never_over_it(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (unsigned walk = 0; walk < 200; walk++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const uint64_t fee_max = 1 + (seed >> 20) % (100000 * GWEI);
        struct vota_fees fees = {(seed >> 11) % 3, (seed >> 11) % 3 + (seed >> 7) % 5};
        unsigned steps = 0;
        for (; !vota_fees_are_last(&fees, fee_max); steps++) {
            const struct vota_fees old = fees;
            const struct vota_fees suggestion = {(seed >> 33) % GWEI, (seed >> 13) % (9 * GWEI)};
            assert_int_equal(vota_fees_bump(&fees, &old, &suggestion, fee_max, NULL), VOTA_OK);
            assert_true(fees.max_fee_per_gas > old.max_fee_per_gas);
            assert_true(fees.max_priority_fee_per_gas > old.max_priority_fee_per_gas);
            assert_true(fees.max_fee_per_gas >= old.max_fee_per_gas + old.max_fee_per_gas / 10);
            assert_true(fees.max_priority_fee_per_gas >=
                        old.max_priority_fee_per_gas + old.max_priority_fee_per_gas / 10);
            assert_true(fees.max_fee_per_gas <= fee_max);
            assert_true(fees.max_priority_fee_per_gas <= fees.max_fee_per_gas);
            assert_true(steps < 1000);
        }
        const struct vota_fees last = fees;
        assert_int_equal(vota_fees_bump(&fees, &last, &last, fee_max, NULL), VOTA_LIMIT);
    }
}

static void a_minority_of_liars_cannot_raise_the_tip_over_an_honest_one(void **state)
{
    (void)state;
    const uint64_t lie[] = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
    const uint64_t low[] = {1, 1, 1};
    const uint64_t honest[][3] = {{GWEI, GWEI, GWEI}, {2 * GWEI, 0, 2 * GWEI}};
    for (size_t place = 0; place < 3; place++) {
        struct vota_fee_history histories[3];
        for (size_t i = 0, next = 0; i < 3; i++)
            histories[i] = i == place ? history_of(lie, 3) : history_of(honest[next++], 3);
        assert_true(vota_fees_median_tip(histories, 3) == 2 * GWEI); /* the higher honest one */
        histories[place] = history_of(low, 3);
        assert_true(vota_fees_median_tip(histories, 3) == GWEI); /* and no lower than the lower */
    }
    /* Two tell: the lower of them. None: zero. A majority is beyond what a median can do. */
    struct vota_fee_history two[] = {history_of(lie, 3), history_of(honest[0], 3)};
    assert_true(vota_fees_median_tip(two, 2) == GWEI);
    two[1].has_tips = false;
    assert_true(vota_fees_median_tip(two, 2) == UINT64_MAX);
    two[0].has_tips = false;
    assert_true(vota_fees_median_tip(two, 2) == 0);
    assert_true(vota_fees_median_tip(two, 0) == 0);
}

/* A base fee a thousand times the usual, then back: caps hold, and the tip is never over the fee.
 */
static void a_fee_storm_is_waited_out(void **state)
{
    (void)state;
    uint64_t base_fee = GWEI / 10;
    unsigned waits = 0;
    for (unsigned block = 0; block < 240; block++) {
        struct vota_fees fees;
        const uint64_t tips[] = {base_fee, base_fee * 2, base_fee / 2};
        const struct vota_fee_history history = history_of(tips, 3);
        const enum vota_fee_state is = vota_fees_suggest(&fees, &history, base_fee, &caps);
        assert_true(fees.max_fee_per_gas <= caps.fee_max);
        assert_true(fees.max_priority_fee_per_gas <= fees.max_fee_per_gas);
        assert_true(fees.max_priority_fee_per_gas <= caps.tip_max);
        if (is != VOTA_FEE_WAITING)
            assert_true(fees.max_fee_per_gas >= base_fee + fees.max_priority_fee_per_gas);
        waits += is == VOTA_FEE_WAITING;
        assert_true(vota_fees_next_base(&base_fee, base_fee, block < 60 ? 30000000 : 0, 30000000));
    }
    assert_true(waits > 20 && waits < 120);
    assert_true(base_fee < GWEI / 10);
}

/* go-ethereum consensus/misc/eip1559/eip1559_test.go, TestCalcBaseFee, and edges. */
static void the_next_base_fee_follows_the_rule(void **state)
{
    (void)state;
    static const struct {
        uint64_t base_fee, gas_limit, gas_used, expected;
    } cases[] = {
        {1000000000, 20000000, 10000000, 1000000000}, /* at target */
        {1000000000, 20000000, 9000000, 987500000},   /* below */
        {1000000000, 20000000, 11000000, 1012500000}, /* above */
        {1000000000, 20000000, 0, 875000000},         /* empty */
        {1000000000, 20000000, 20000000, 1125000000}, /* full */
        {7, 20000000, 10000001, 8},                   /* up by one at least */
        {7, 20000000, 0, 7},                          /* down may be by nothing */
        {0, 20000000, 20000000, 1},
        {875000000, 30000000, 22500000, 929687500},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t next;
        assert_true(
            vota_fees_next_base(&next, cases[i].base_fee, cases[i].gas_used, cases[i].gas_limit));
        assert_true(next == cases[i].expected);
    }
}

static void a_header_that_breaks_the_arithmetic_is_refused(void **state)
{
    (void)state;
    uint64_t next;
    assert_false(vota_fees_next_base(&next, 1000, 0, 0));
    assert_false(vota_fees_next_base(&next, 1000, 0, 1));
    assert_false(vota_fees_next_base(&next, UINT64_MAX, 20000000, 20000000));
    assert_false(vota_fees_next_base(&next, 1000, 0, UINT64_MAX));
    assert_true(vota_fees_next_base(&next, UINT64_MAX, 0, 20000000));
    assert_true(next == UINT64_MAX - UINT64_MAX / 8);
}

static void gas_has_a_margin_never_shrinks_and_stops_at_its_cap(void **state)
{
    (void)state;
    uint64_t gas = 3;
    assert_int_equal(vota_fees_gas_limit(&gas, 35380, 0, 1000000, NULL), VOTA_OK);
    assert_true(gas == 35380 + 8845 + 10000);
    assert_int_equal(vota_fees_gas_limit(&gas, 30000, 60000, 1000000, NULL), VOTA_OK);
    assert_true(gas == 60000);
    assert_int_equal(vota_fees_gas_limit(&gas, 792000, 0, 1000000, NULL), VOTA_OK);
    assert_true(gas == 1000000);
    assert_int_equal(vota_fees_gas_limit(&gas, 792001, 0, 999999, NULL), VOTA_LIMIT);
    assert_int_equal(vota_fees_gas_limit(&gas, UINT64_MAX, 0, UINT64_MAX - 1, NULL), VOTA_LIMIT);
    assert_true(gas == 1000000);
}

static void a_lying_estimate_neither_burns_gas_nor_stops_the_sending(void **state)
{
    (void)state;
    static const struct {
        uint64_t estimates[3];
        size_t n;
        uint64_t gas; /* 0: refused */
    } cases[] = {
        {{40000, 32000, 36000}, 3, 55000},            /* the one in the middle */
        {{40000, 0, 36000}, 3, 55000},                /* so that a low lie does not count */
        {{36000, 792000, 40000}, 3, 60000},           /* nor a high one */
        {{792000, 40000, 0}, 2, 1000000},             /* of two the higher */
        {{UINT64_MAX, 40000, 1000000}, 3, 60000},     /* of those that the cap can hold */
        {{792001, UINT64_MAX, UINT64_MAX - 5}, 3, 0}, /* unless nobody says less */
        {{40000, UINT64_MAX, 0}, 1, 60000},
        {{792001, 1, 1}, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t gas = 0;
        struct vota_error err = {0};
        const enum vota_status status =
            vota_fees_gas_limit_of(&gas, cases[i].estimates, cases[i].n, 0, 1000000, &err);
        assert_int_equal(status, cases[i].gas != 0 ? VOTA_OK : VOTA_LIMIT);
        assert_true(gas == cases[i].gas);
    }
}

static void a_round_that_ran_out_of_gas_is_followed_by_one_with_half_as_much_again(void **state)
{
    (void)state;
    uint64_t gas = 0;
    assert_true(vota_fees_gas_floor(60000) == 90000);
    assert_true(vota_fees_gas_floor(0) == 0);
    assert_true(vota_fees_gas_floor(UINT64_MAX) == UINT64_MAX);
    assert_int_equal(vota_fees_gas_limit(&gas, 30000, vota_fees_gas_floor(60000), 1000000, NULL),
                     VOTA_OK);
    assert_true(gas == 90000);
    assert_int_equal(vota_fees_gas_limit(&gas, 30000, vota_fees_gas_floor(700000), 1000000, NULL),
                     VOTA_LIMIT);
}

static void the_ceiling_keeps_a_transaction_within_what_it_may_cost(void **state)
{
    (void)state;
    static const struct {
        uint64_t fee_max, spend_max, gas_limit, ceiling;
    } cases[] = {
        {50 * GWEI, 20000000 * GWEI, 60000, 50 * GWEI},   /* 0.02 ETH is far away */
        {50 * GWEI, 20000000 * GWEI, 1000000, 20 * GWEI}, /* … and not */
        {50 * GWEI, 0, 60000, 0},
        {UINT64_MAX, UINT64_MAX, 1, UINT64_MAX},
        {50 * GWEI, UINT64_MAX, UINT64_MAX, 1},
        {50 * GWEI, 1000, 0, 50 * GWEI},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(vota_fees_ceiling(cases[i].fee_max, cases[i].spend_max, cases[i].gas_limit) ==
                    cases[i].ceiling);
}

static void defaults_differ_between_testnet_and_mainnet(void **state)
{
    (void)state;
    const struct vota_fee_caps testnet = vota_fees_caps_default(true);
    const struct vota_fee_caps mainnet = vota_fees_caps_default(false);
    assert_true(testnet.tip_min == 50000000 && testnet.fee_max == 50 * GWEI);
    assert_true(mainnet.tip_min == 10000000 && mainnet.fee_max == 30 * GWEI);
    assert_true(testnet.tip_max == 2 * GWEI && mainnet.tip_max == 2 * GWEI);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tip_is_the_median_of_blocks_that_had_any),
        cmocka_unit_test(the_cap_holds_whatever_the_base_fee_says),
        cmocka_unit_test(a_bump_raises_both_fields_by_an_eighth_rounded_up_and_one),
        cmocka_unit_test(a_higher_suggestion_wins_for_each_field),
        cmocka_unit_test(a_bump_is_cut_to_the_cap_while_pools_still_take_it),
        cmocka_unit_test(one_field_alone_is_never_bumped),
        cmocka_unit_test(bumps_climb_to_the_cap_and_never_over_it),
        cmocka_unit_test(a_minority_of_liars_cannot_raise_the_tip_over_an_honest_one),
        cmocka_unit_test(a_fee_storm_is_waited_out),
        cmocka_unit_test(a_bump_over_the_cap_is_refused_and_changes_nothing),
        cmocka_unit_test(the_next_base_fee_follows_the_rule),
        cmocka_unit_test(a_header_that_breaks_the_arithmetic_is_refused),
        cmocka_unit_test(gas_has_a_margin_never_shrinks_and_stops_at_its_cap),
        cmocka_unit_test(a_lying_estimate_neither_burns_gas_nor_stops_the_sending),
        cmocka_unit_test(a_round_that_ran_out_of_gas_is_followed_by_one_with_half_as_much_again),
        cmocka_unit_test(the_ceiling_keeps_a_transaction_within_what_it_may_cost),
        cmocka_unit_test(defaults_differ_between_testnet_and_mainnet),
    };
    return RUN_TESTS(tests);
}
