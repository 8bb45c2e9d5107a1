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

static void any_split_of_the_input_gives_the_same_hash(void **state)
{
    (void)state;
    uint8_t input[300];
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(i * 7);
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

static void many_equals_one_by_one(void **state)
{
    (void)state;
    static uint8_t input[23 * 150];
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(i * 31 + i / 256);
    for (size_t len = 0; len <= 150; len++) {
        for (size_t count = 0; count <= 23; count++) {
            uint8_t many[23 * 32];
            vota_keccak_hash_many(many, input, 150, len, count);
            for (size_t i = 0; i < count; i++) {
                uint8_t one[32];
                vota_keccak_hash(one, input + i * 150, len);
                assert_memory_equal(many + 32 * i, one, 32);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts_hash_as_ethereum_does),
        cmocka_unit_test(any_split_of_the_input_gives_the_same_hash),
        cmocka_unit_test(many_equals_one_by_one),
    };
    return RUN_TESTS(tests);
}
