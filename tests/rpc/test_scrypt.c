/* SPDX-License-Identifier: Apache-2.0 */
/* The mixing of scrypt against RFC 7914. */
#include "rpc/scrypt.h"
#include "tests/test.h"

static void romix_gives_the_vector_of_rfc_7914(void **state)
{
    (void)state;
    uint8_t block[128];
    uint8_t expected[128];
    static uint32_t scratch[32 * (16 + 2)];
    test_hex(block, sizeof block,
             "0xf7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad"
             "89f68f4811d1e87bcc3bd7400a9ffd29094f0184639574f39ae5a1315217bcd7"
             "894991447213bb226c25b54da86370fbcd984380374666bb8ffcb5bf40c254b0"
             "67d27c51ce4ad5fed829c90b505a571b7f4d1cad6a523cda770e67bceaaf7e89");
    test_hex(expected, sizeof expected,
             "0x79ccc193629debca047f0b70604bf6b62ce3dd4a9626e355fafc6198e6ea2b46"
             "d58413673b99b029d665c357601fb426a0b2f4bba200ee9f0a43d19b571a9c71"
             "ef1142e65d5a266fddca832ce59faa7cac0b9cf1be2bffca300d01ee387619c4"
             "ae12fd4438f203a0e4e1c47ec314861f4e9087cb33396a6873e8f9d2539a4b8e");
    vota_scrypt_mix(block, scratch, 16, 1);
    assert_memory_equal(block, expected, sizeof expected);
}

static void another_n_or_one_changed_bit_gives_something_else(void **state)
{
    (void)state;
    uint8_t a[256] = {1};
    uint8_t b[256] = {1};
    uint8_t c[256] = {3};
    static uint32_t scratch[64 * (32 + 2)];
    vota_scrypt_mix(a, scratch, 16, 2);
    vota_scrypt_mix(b, scratch, 32, 2);
    vota_scrypt_mix(c, scratch, 16, 2);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(romix_gives_the_vector_of_rfc_7914),
        cmocka_unit_test(another_n_or_one_changed_bit_gives_something_else),
    };
    return RUN_TESTS(tests);
}
