/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "keccak/keccak.h"

static void known_texts_hash_as_ethereum_does(void **state)
{
    (void)state;
    json_t *root = test_vectors();
    json_t *hashes = test_get(root, "hashes");
    size_t index;
    json_t *value;
    json_array_foreach(hashes, index, value)
    {
        const char *text = test_text(value, "text");
        const vota_hash expected = test_hash(value, "keccak");
        vota_hash actual;
        vota_keccak_hash(actual.bytes, text, strlen(text));
        assert_hash_equal(&actual, &expected);
    }
    assert_true(json_array_size(hashes) >= 4);
    json_decref(root);
}

/* FIPS 202 pads with 0x06, so SHA3-256 of nothing is another hash. */
static void it_is_not_the_sha3_of_the_standard(void **state)
{
    (void)state;
    vota_hash keccak;
    vota_hash sha3;
    vota_hash actual;
    test_hex(keccak.bytes, 32,
             "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    test_hex(sha3.bytes, 32, "0xa7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
    vota_keccak_hash(actual.bytes, NULL, 0);
    assert_hash_equal(&actual, &keccak);
    assert_memory_not_equal(actual.bytes, sha3.bytes, 32);
}

static void fill(uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 256);
}

static void any_split_of_the_input_gives_the_same_hash(void **state)
{
    (void)state;
    uint8_t input[300];
    fill(input, sizeof input);
    uint8_t whole[32];
    vota_keccak_hash(whole, input, sizeof input);
    for (size_t cut = 0; cut <= sizeof input; cut++) {
        struct vota_keccak keccak;
        uint8_t split[32];
        vota_keccak_init(&keccak);
        vota_keccak_update(&keccak, input, cut);
        vota_keccak_update(&keccak, input + cut, sizeof input - cut);
        vota_keccak_final(&keccak, split);
        assert_memory_equal(split, whole, 32);
    }
}

static void pieces_of_any_size_give_the_same_hash(void **state)
{
    (void)state;
    uint8_t input[1000];
    fill(input, sizeof input);
    uint8_t whole[32];
    vota_keccak_hash(whole, input, sizeof input);
    for (size_t piece = 1; piece <= 150; piece++) {
        struct vota_keccak keccak;
        uint8_t pieces[32];
        vota_keccak_init(&keccak);
        for (size_t at = 0; at < sizeof input; at += piece) {
            const size_t left = sizeof input - at;
            vota_keccak_update(&keccak, input + at, left < piece ? left : piece);
        }
        vota_keccak_final(&keccak, pieces);
        assert_memory_equal(pieces, whole, 32);
    }
}

static void a_hash_may_replace_its_input(void **state)
{
    (void)state;
    uint8_t buffer[64];
    uint8_t expected[32];
    fill(buffer, sizeof buffer);
    vota_keccak_hash(expected, buffer, sizeof buffer);
    vota_keccak_hash(buffer, buffer, sizeof buffer);
    assert_memory_equal(buffer, expected, 32);
}

enum { LENGTHS = 1000, MOST = 24, STRIDE = 1003 };

/* Compares hashes made together with hashes made one by one; nothing is written beyond them. */
static void check_many(const uint8_t *data, size_t stride, size_t len, size_t count)
{
    uint8_t many[32 * MOST + 1];
    many[32 * count] = 0x5a;
    vota_keccak_hash_many(many, data, stride, len, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t one[32];
        vota_keccak_hash(one, data + i * stride, len);
        assert_memory_equal(many + 32 * i, one, 32);
    }
    assert_int_equal(many[32 * count], 0x5a);
}

/* The odd stride leaves inputs unaligned; 7 is one group of four and three left over. */
static void many_equals_one_by_one_at_every_length(void **state)
{
    (void)state;
    static uint8_t input[MOST * STRIDE];
    fill(input, sizeof input);
    for (size_t len = 0; len <= LENGTHS; len++)
        check_many(input, STRIDE, len, 7);
}

static void many_equals_one_by_one_at_every_count(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 32, 64, 96, 135, 136, 137, 272};
    static uint8_t input[MOST * STRIDE];
    fill(input, sizeof input);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (size_t count = 0; count <= MOST; count++) {
            check_many(input, STRIDE, lengths[i], count);
            check_many(input + 1, lengths[i], lengths[i], count);
        }
    }
}

static void the_implementation_in_use_has_a_name(void **state)
{
    (void)state;
    const char *name = vota_keccak_implementation();
    assert_true(strcmp(name, "avx2") == 0 || strcmp(name, "portable") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts_hash_as_ethereum_does),
        cmocka_unit_test(it_is_not_the_sha3_of_the_standard),
        cmocka_unit_test(any_split_of_the_input_gives_the_same_hash),
        cmocka_unit_test(pieces_of_any_size_give_the_same_hash),
        cmocka_unit_test(a_hash_may_replace_its_input),
        cmocka_unit_test(many_equals_one_by_one_at_every_length),
        cmocka_unit_test(many_equals_one_by_one_at_every_count),
        cmocka_unit_test(the_implementation_in_use_has_a_name),
    };
    return RUN_TESTS(tests);
}
