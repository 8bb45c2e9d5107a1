/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "bridge/network.h"

static const char sepolia[] = "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9";
static const char hoodi[] = "0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b";
static const char mainnet[] = "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3";

static vota_hash hash_of(const char *hex)
{
    vota_hash hash;
    test_hex(hash.bytes, sizeof hash.bytes, hex);
    return hash;
}

static void a_name_needs_chain_id_and_genesis(void **state)
{
    (void)state;
    static const struct {
        uint64_t chain_id;
        const char *genesis, *text;
    } cases[] = {
        {560048, hoodi, "network.hoodi"}, {11155111, sepolia, "network.sepolia"},
        {1, mainnet, "network.mainnet"},  {560048, sepolia, "network.local"},
        {560049, hoodi, "network.local"}, {31337, hoodi, "network.local"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vota_hash genesis = hash_of(cases[i].genesis);
        assert_string_equal(vota_network_text(cases[i].chain_id, &genesis), cases[i].text);
    }
}

static void an_unknown_genesis_is_no_network(void **state)
{
    (void)state;
    const vota_hash none = {{0}};
    assert_null(vota_network_known(560048, &none));
    assert_null(vota_network_known(31337, &none));
    assert_string_equal(vota_network_text(31337, &none), "network.local");
}

static void presets_are_found_by_their_exact_name(void **state)
{
    (void)state;
    assert_int_equal(vota_network_preset("hoodi")->chain_id, 560048);
    assert_true(vota_network_preset("sepolia")->testnet);
    assert_false(vota_network_preset("mainnet")->testnet);
    assert_int_equal(vota_network_preset("dev")->chain_id, 31337);
    assert_int_equal(vota_network_preset("custom")->chain_id, 0);
    assert_null(vota_network_preset("Hoodi"));
    assert_null(vota_network_preset("holesky"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_needs_chain_id_and_genesis),
        cmocka_unit_test(an_unknown_genesis_is_no_network),
        cmocka_unit_test(presets_are_found_by_their_exact_name),
    };
    return RUN_TESTS(tests);
}
