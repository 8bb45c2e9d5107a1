/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "bridge/crypto.h"

static struct vota_slice slice(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static void assert_hex(const uint8_t *bytes, const char *hex)
{
    uint8_t expected[32];
    test_hex(expected, sizeof expected, hex);
    assert_memory_equal(bytes, expected, sizeof expected);
}

/* RFC 4231, test case 2, whole and in parts. */
static void hmac_gives_the_known_answer_however_it_is_cut(void **state)
{
    (void)state;
    static const char answer[] =
        "0x5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const struct vota_slice whole = slice("what do ya want for nothing?");
    const struct vota_slice parts[] = {slice("what do "), slice(""), slice("ya want for nothing?")};
    struct vota_hmac *hmac = NULL;
    uint8_t mac[32];
    assert_int_equal(vota_crypto_hmac_new(&hmac, (const uint8_t *)"Jefe", 4), VOTA_OK);
    assert_int_equal(vota_crypto_hmac(hmac, mac, &whole, 1), VOTA_OK);
    assert_hex(mac, answer);
    assert_int_equal(vota_crypto_hmac(hmac, mac, parts, 3), VOTA_OK); /* the key is kept */
    assert_hex(mac, answer);
    vota_crypto_hmac_free(hmac);
}

/* The tags of the protocol's own vectors. */
static void voter_tags_are_those_of_the_vectors(void **state)
{
    (void)state;
    size_t n = 0;
    json_t *root = test_vectors();
    json_t *records = test_get(test_get(root, "records"), "records");
    json_t *record;
    size_t i;
    json_array_foreach(records, i, record)
    {
        uint8_t pepper[32];
        uint8_t mac[32];
        struct vota_hmac *hmac = NULL;
        const vota_hash row_register = test_hash(record, "register");
        const vota_hash tag = test_hash(record, "tag");
        const struct vota_slice parts[] = {{row_register.bytes, 32},
                                           slice(test_text(record, "voter_id"))};
        test_hex(pepper, sizeof pepper, test_text(record, "pepper"));
        assert_int_equal(vota_crypto_hmac_new(&hmac, pepper, sizeof pepper), VOTA_OK);
        assert_int_equal(vota_crypto_hmac(hmac, mac, parts, 2), VOTA_OK);
        assert_memory_equal(mac, tag.bytes, 32);
        vota_crypto_hmac_free(hmac);
        n++;
    }
    assert_true(n > 0);
    json_decref(root);
}

/* FIPS 180-4 examples. */
static void sha256_gives_the_known_answers_streaming_or_not(void **state)
{
    (void)state;
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    struct vota_sha256 *sha = NULL;
    uint8_t hash[32];
    assert_int_equal(vota_crypto_sha256(hash, "abc", 3), VOTA_OK);
    assert_hex(hash, "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(vota_crypto_sha256_new(&sha), VOTA_OK);
    for (size_t i = 0; i < strlen(two_blocks); i++)
        assert_int_equal(vota_crypto_sha256_update(sha, two_blocks + i, 1), VOTA_OK);
    assert_int_equal(vota_crypto_sha256_final(sha, hash), VOTA_OK);
    assert_hex(hash, "0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_int_equal(vota_crypto_sha256_final(sha, hash), VOTA_OK); /* ready again, for nothing */
    assert_hex(hash, "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    vota_crypto_sha256_free(sha);
}

static void random_bytes_differ_and_have_a_limit(void **state)
{
    (void)state;
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    assert_int_equal(vota_crypto_random(a, sizeof a), VOTA_OK);
    assert_int_equal(vota_crypto_random(b, sizeof b), VOTA_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(vota_crypto_random(a, (size_t)1 << 21), VOTA_LIMIT);
}

static void what_was_never_made_can_be_freed(void **state)
{
    (void)state;
    vota_crypto_hmac_free(NULL);
    vota_crypto_sha256_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_gives_the_known_answer_however_it_is_cut),
        cmocka_unit_test(voter_tags_are_those_of_the_vectors),
        cmocka_unit_test(sha256_gives_the_known_answers_streaming_or_not),
        cmocka_unit_test(random_bytes_differ_and_have_a_limit),
        cmocka_unit_test(what_was_never_made_can_be_freed),
    };
    return RUN_TESTS(tests);
}
