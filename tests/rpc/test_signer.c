/* SPDX-License-Identifier: Apache-2.0 */
/* The key's door: published signatures, keys that are none, nothing left behind. */
#include "keccak/keccak.h"
#include "rpc/signer.h"
#include "tests/test.h"

static struct vota_signer *load_hex(const char *hex)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    test_hex(key, sizeof key, hex);
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    return signer;
}

static void known_keys_have_known_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        const char *address;
    } cases[] = {
        {"0x4646464646464646464646464646464646464646464646464646464646464646",
         "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"},
        {"0x0000000000000000000000000000000000000000000000000000000000000001",
         "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"},
        {"0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
         "0x80c0dbf239224071c59dd8970ab9d542e3414ab2"},
        {"0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
         "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_signer *signer = load_hex(cases[i].key);
        const vota_addr addr = vota_signer_address(signer);
        char text[VOTA_ADDR_HEX_CHARS + 1];
        vota_hex_of_addr(text, &addr);
        assert_string_equal(text, cases[i].address);
        vota_signer_free(signer);
    }
}

static void published_signatures_are_made_again(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        const char *hash;
        const char *signature;
    } cases[] = {
        /* EIP-155's example */
        {"0x4646464646464646464646464646464646464646464646464646464646464646",
         "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53",
         "0x28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
         "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d8300"},
        /* EIP-712's Ether Mail; its key is keccak("cow") */
        {"0xc85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4",
         "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2",
         "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
         "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b9156201"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_signer *signer = load_hex(cases[i].key);
        struct vota_signature signature;
        struct vota_signature expected;
        vota_hash hash;
        test_hex(hash.bytes, 32, cases[i].hash);
        test_hex(expected.bytes, sizeof expected.bytes, cases[i].signature);
        assert_int_equal(vota_signer_sign(signer, &signature, &hash, NULL), VOTA_OK);
        assert_memory_equal(signature.bytes, expected.bytes, sizeof expected.bytes);
        vota_signer_free(signer);
    }
}

static void numbers_that_are_no_key_are_refused_and_wiped(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "0x0000000000000000000000000000000000000000000000000000000000000000",
        "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
    static const uint8_t zeros[VOTA_SIGNER_KEY_BYTES];
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        uint8_t key[VOTA_SIGNER_KEY_BYTES];
        struct vota_signer *signer = NULL;
        struct vota_error err = {0};
        test_hex(key, sizeof key, keys[i]);
        assert_int_equal(vota_signer_load(&signer, key, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "bad-key");
        assert_null(signer);
        assert_memory_equal(key, zeros, sizeof key);
    }
}

static void a_loaded_key_is_wiped_at_the_caller(void **state)
{
    (void)state;
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    static const uint8_t zeros[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    memset(key, 0x46, sizeof key);
    assert_int_equal(vota_signer_load(&signer, key, NULL), VOTA_OK);
    assert_memory_equal(key, zeros, sizeof key);
    vota_signer_export(signer, key);
    assert_int_equal(key[31], 0x46);
    vota_signer_free(signer);
}

static void every_signature_of_new_keys_recovers_to_them(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 64; i++) {
        struct vota_signer *signer = NULL;
        struct vota_signature signature;
        struct vota_signature again;
        vota_hash hash;
        vota_addr recovered;
        vota_keccak_hash(hash.bytes, &i, sizeof i);
        assert_int_equal(vota_signer_generate(&signer, NULL), VOTA_OK);
        const vota_addr addr = vota_signer_address(signer);
        assert_int_equal(vota_signer_sign(signer, &signature, &hash, NULL), VOTA_OK);
        assert_int_equal(vota_signer_sign(signer, &again, &hash, NULL), VOTA_OK);
        assert_memory_equal(&signature, &again, sizeof signature);
        assert_int_equal(vota_recover_address(&recovered, &hash, &signature), VOTA_OK);
        assert_true(vota_addr_equal(&recovered, &addr));
        vota_signer_free(signer);
    }
}

static void two_new_keys_differ(void **state)
{
    (void)state;
    struct vota_signer *a = NULL;
    struct vota_signer *b = NULL;
    assert_int_equal(vota_signer_generate(&a, NULL), VOTA_OK);
    assert_int_equal(vota_signer_generate(&b, NULL), VOTA_OK);
    const vota_addr address_a = vota_signer_address(a);
    const vota_addr address_b = vota_signer_address(b);
    assert_false(vota_addr_equal(&address_a, &address_b));
    vota_signer_free(a);
    vota_signer_free(b);
    vota_signer_free(NULL);
}

static void a_copy_signs_the_same_and_outlives_its_model(void **state)
{
    (void)state;
    struct vota_signer *model = NULL;
    struct vota_signer *copy = NULL;
    struct vota_signature signed_by_model;
    struct vota_signature signed_by_copy;
    const vota_hash hash = {{1, 2, 3}};
    assert_int_equal(vota_signer_generate(&model, NULL), VOTA_OK);
    assert_int_equal(vota_signer_copy(&copy, model, NULL), VOTA_OK);
    const vota_addr address = vota_signer_address(model);
    assert_int_equal(vota_signer_sign(model, &signed_by_model, &hash, NULL), VOTA_OK);
    vota_signer_free(model);
    assert_int_equal(vota_signer_sign(copy, &signed_by_copy, &hash, NULL), VOTA_OK);
    assert_memory_equal(signed_by_model.bytes, signed_by_copy.bytes, sizeof signed_by_copy.bytes);
    const vota_addr again = vota_signer_address(copy);
    assert_true(vota_addr_equal(&address, &again));
    vota_signer_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_keys_have_known_addresses),
        cmocka_unit_test(published_signatures_are_made_again),
        cmocka_unit_test(numbers_that_are_no_key_are_refused_and_wiped),
        cmocka_unit_test(a_loaded_key_is_wiped_at_the_caller),
        cmocka_unit_test(every_signature_of_new_keys_recovers_to_them),
        cmocka_unit_test(two_new_keys_differ),
        cmocka_unit_test(a_copy_signs_the_same_and_outlives_its_model),
    };
    return RUN_TESTS(tests);
}
