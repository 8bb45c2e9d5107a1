/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts: arithmetic at its edges, strict quantities, what people write. */
#include "rpc/quantity.h"
#include "tests/test.h"

#define MAX_DIGITS "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define MAX_HEX    ("0x" MAX_DIGITS)

static struct vota_u256 quantity(const char *text)
{
    struct vota_u256 value;
    assert_int_equal(vota_quantity_read(&value, text, strlen(text)), VOTA_OK);
    return value;
}

static void assert_u256(const struct vota_u256 *value, const char *expected)
{
    char text[80] = {0};
    struct vota_wr wr = vota_wr_of(text, sizeof text - 1);
    vota_quantity_write(&wr, value);
    assert_true(vota_wr_fits(&wr));
    assert_string_equal(text, expected);
}

static void quantities_that_are_canonical_come_back_as_they_were(void **state)
{
    (void)state;
    static const char *const texts[] = {"0x0",
                                        "0x1",
                                        "0xf",
                                        "0x10",
                                        "0xff",
                                        "0x100",
                                        "0xabcdef",
                                        "0xffffffffffffffff",
                                        "0x10000000000000000",
                                        MAX_HEX};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct vota_u256 value = quantity(texts[i]);
        assert_u256(&value, texts[i]);
    }
    const struct vota_u256 upper = quantity("0xABCDEF");
    assert_u256(&upper, "0xabcdef");
}

static void quantities_of_any_other_form_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "0",    "0x",       "x1",   "1",
                                        "0x00", "0x01", "0x000001", "0X1",  "0xg",
                                        "-0x1", "0x-1", "0x1 ",     " 0x1", ("0x1" MAX_DIGITS)};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_u256 value = vota_u256_of(77);
        assert_int_equal(vota_quantity_read(&value, texts[i], strlen(texts[i])), VOTA_BAD_INPUT);
        assert_u256(&value, "0x4d");
    }
}

static void a_quantity_beyond_64_bits_is_a_limit_not_a_wrap(void **state)
{
    (void)state;
    uint64_t value = 5;
    assert_int_equal(vota_quantity_read_u64(&value, "0xffffffffffffffff", 18), VOTA_OK);
    assert_true(value == UINT64_MAX);
    value = 5;
    assert_int_equal(vota_quantity_read_u64(&value, "0x10000000000000000", 19), VOTA_LIMIT);
    assert_true(value == 5);
}

static void sums_carry_and_refuse_to_overflow(void **state)
{
    (void)state;
    struct vota_u256 sum;
    struct vota_u256 a = quantity("0xffffffffffffffffffffffffffffffff");
    struct vota_u256 one = vota_u256_of(1);
    assert_true(vota_u256_add(&sum, &a, &one));
    assert_u256(&sum, "0x100000000000000000000000000000000");
    a = quantity(MAX_HEX);
    assert_false(vota_u256_add(&sum, &a, &one));
    assert_u256(&sum, "0x100000000000000000000000000000000");
}

static void differences_borrow_and_refuse_to_go_below_zero(void **state)
{
    (void)state;
    struct vota_u256 difference;
    const struct vota_u256 a = quantity("0x100000000000000000000000000000000");
    const struct vota_u256 one = vota_u256_of(1);
    assert_true(vota_u256_sub(&difference, &a, &one));
    assert_u256(&difference, "0xffffffffffffffffffffffffffffffff");
    assert_true(vota_u256_sub(&difference, &a, &a));
    assert_true(vota_u256_is_zero(&difference));
    assert_false(vota_u256_sub(&difference, &one, &a));
}

static void products_are_exact_and_refuse_to_overflow(void **state)
{
    (void)state;
    struct vota_u256 product;
    struct vota_u256 a = vota_u256_of(UINT64_MAX);
    assert_true(vota_u256_mul(&product, &a, UINT64_MAX));
    assert_u256(&product, "0xfffffffffffffffe0000000000000001");
    a = quantity("0x8000000000000000000000000000000000000000000000000000000000000000");
    assert_true(vota_u256_mul(&product, &a, 1));
    assert_false(vota_u256_mul(&product, &a, 2));
    assert_false(vota_u256_mul(&product, &a, UINT64_C(1) << 32));
    assert_true(vota_u256_mul(&product, &a, 0));
    assert_true(vota_u256_is_zero(&product));
}

static void quotient_times_divisor_plus_remainder_is_the_dividend(void **state)
{
    (void)state;
    static const uint32_t divisors[] = {1, 2, 3, 10, 1000000007, UINT32_MAX};
    for (size_t i = 0; i < sizeof divisors / sizeof divisors[0]; i++) {
        const struct vota_u256 a = quantity("0x123456789abcdef0fedcba9876543210deadbeefcafebabe");
        struct vota_u256 back;
        uint32_t rest;
        vota_u256_div(&back, &rest, &a, divisors[i]);
        assert_true(rest < divisors[i]);
        const struct vota_u256 rest_wide = vota_u256_of(rest);
        assert_true(vota_u256_mul(&back, &back, divisors[i]));
        assert_true(vota_u256_add(&back, &back, &rest_wide));
        assert_int_equal(vota_u256_compare(&back, &a), 0);
    }
}

static void amounts_are_read_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *wei;
    } cases[] = {
        {"0 wei", "0x0"},
        {"1wei", "0x1"},
        {"1.5 gwei", "0x59682f00"},
        {"1.500000000 Gwei", "0x59682f00"},
        {"0.02 ETH", "0x470de4df820000"},
        {"1 eth", "0xde0b6b3a7640000"},
        {"0.000000000000000001 eth", "0x1"},
        {"120000000 ETH", "0x6342fd08f00f6378000000"},
        {"115792089237316195423570985008687907853269984665640564039457584007913129639935 wei",
         MAX_HEX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_u256 value;
        assert_int_equal(vota_amount_read(&value, cases[i].text, strlen(cases[i].text)), VOTA_OK);
        assert_u256(&value, cases[i].wei);
    }
}

static void amounts_without_unit_or_with_a_fraction_of_a_wei_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "1",
                                        "gwei",
                                        ".5 gwei",
                                        "1. gwei",
                                        "1..5 gwei",
                                        "-1 gwei",
                                        "+1 gwei",
                                        "1  wei",
                                        "1 gwe",
                                        "1 gweis",
                                        "0.5 wei",
                                        "1e9 wei",
                                        "1,5 gwei",
                                        "0x1 wei",
                                        " 1 wei",
                                        "1 wei ",
                                        "1 btc",
                                        "1.0000000001 gwei",
                                        "0.0000000000000000001 eth"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_u256 value;
        assert_int_equal(vota_amount_read(&value, texts[i], strlen(texts[i])), VOTA_BAD_INPUT);
    }
    struct vota_u256 value;
    static const char too_much[] =
        "115792089237316195423570985008687907853269984665640564039457584007913129639936 wei";
    assert_int_equal(vota_amount_read(&value, too_much, strlen(too_much)), VOTA_LIMIT);
    uint64_t small;
    assert_int_equal(vota_amount_read_u64(&small, "18.446744073709551616 eth", 25), VOTA_LIMIT);
    assert_int_equal(vota_amount_read_u64(&small, "18.446744073709551615 eth", 25), VOTA_OK);
}

static void amounts_are_written_without_rounding(void **state)
{
    (void)state;
    static const struct {
        const char *wei;
        enum vota_unit unit;
        const char *text;
    } cases[] = {
        {"0x0", VOTA_UNIT_ETH, "0 ETH"},
        {"0x0", VOTA_UNIT_WEI, "0 wei"},
        {"0x1", VOTA_UNIT_ETH, "0.000000000000000001 ETH"},
        {"0x59682f00", VOTA_UNIT_GWEI, "1.5 gwei"},
        {"0x59682f00", VOTA_UNIT_WEI, "1500000000 wei"},
        {"0xde0b6b3a7640000", VOTA_UNIT_ETH, "1 ETH"},
        {"0x470de4df820000", VOTA_UNIT_ETH, "0.02 ETH"},
        {"0x2540be400", VOTA_UNIT_GWEI, "10 gwei"},
        {MAX_HEX, VOTA_UNIT_ETH,
         "115792089237316195423570985008687907853269984665640564039457.584007913129639935 ETH"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[VOTA_AMOUNT_TEXT_MAX + 1] = {0};
        struct vota_wr wr = vota_wr_of(text, VOTA_AMOUNT_TEXT_MAX);
        const struct vota_u256 value = quantity(cases[i].wei);
        vota_amount_write(&wr, &value, cases[i].unit);
        assert_true(vota_wr_fits(&wr));
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_that_are_canonical_come_back_as_they_were),
        cmocka_unit_test(quantities_of_any_other_form_are_refused),
        cmocka_unit_test(a_quantity_beyond_64_bits_is_a_limit_not_a_wrap),
        cmocka_unit_test(sums_carry_and_refuse_to_overflow),
        cmocka_unit_test(differences_borrow_and_refuse_to_go_below_zero),
        cmocka_unit_test(products_are_exact_and_refuse_to_overflow),
        cmocka_unit_test(quotient_times_divisor_plus_remainder_is_the_dividend),
        cmocka_unit_test(amounts_are_read_exactly),
        cmocka_unit_test(amounts_without_unit_or_with_a_fraction_of_a_wei_are_refused),
        cmocka_unit_test(amounts_are_written_without_rounding),
    };
    return RUN_TESTS(tests);
}
