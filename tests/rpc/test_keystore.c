/* SPDX-License-Identifier: Apache-2.0 */
/* Key files of others opened, ours opened again, and every spoiled one refused by name. */
#include <stdio.h>

#include "rpc/keystore.h"
#include "tests/test.h"

/* Cheap enough to run dozens of times. */
static const struct vota_keystore_cost cheap = {.n = 1024, .r = 8, .p = 1};

static struct vota_slice word(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

/* Parts of a file, one of which a test replaces. */
struct parts {
    const char *version, *cipher, *iv, *ciphertext, *kdf, *params, *mac, *more;
};

/* "wikipage_test_vector_pbkdf2" of the Web3 Secret Storage definition; password "testpassword". */
static const struct parts wiki = {
    .version = "3",
    .cipher = "\"aes-128-ctr\"",
    .iv = "\"6087dab2f9fdbbfaddc31a909735c1e6\"",
    .ciphertext = "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46\"",
    .kdf = "\"pbkdf2\"",
    .params = "{\"c\":262144,\"dklen\":32,\"prf\":\"hmac-sha256\",\"salt\":"
              "\"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd\"}",
    .mac = "\"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2\"",
    .more = ""};
#define WIKI_KEY "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"

static const char *text_of(const struct parts *parts)
{
    static char text[4000];
    const int len = snprintf(text, sizeof text,
                             "{%s\"crypto\":{\"cipher\":%s,\"cipherparams\":{\"iv\":%s},"
                             "\"ciphertext\":%s,\"kdf\":%s,\"kdfparams\":%s,\"mac\":%s},"
                             "\"id\":\"3198bc9c-6672-5ab3-d995-4942343ae5b6\",\"version\":%s}",
                             parts->more, parts->cipher, parts->iv, parts->ciphertext, parts->kdf,
                             parts->params, parts->mac, parts->version);
    assert_true(len > 0 && (size_t)len < sizeof text);
    return text;
}

static void assert_opens(const char *text, const char *password, const char *key)
{
    struct vota_signer *signer = NULL;
    struct vota_error err = {0};
    uint8_t expected[VOTA_SIGNER_KEY_BYTES];
    uint8_t opened[VOTA_SIGNER_KEY_BYTES];
    test_hex(expected, sizeof expected, key);
    if (vota_keystore_read(&signer, text, strlen(text), word(password), &err) != VOTA_OK)
        fail_msg("%s: %s", err.where, err.text);
    vota_signer_export(signer, opened);
    assert_memory_equal(opened, expected, sizeof expected);
    vota_signer_free(signer);
}

static void files_that_others_published_are_opened(void **state)
{
    (void)state;
    assert_opens(text_of(&wiki), "testpassword", WIKI_KEY);

    struct parts parts = wiki; /* wikipage_test_vector_scrypt */
    parts.iv = "\"83dbcc02d8ccb40e466191a123791e0e\"";
    parts.ciphertext = "\"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c\"";
    parts.kdf = "\"scrypt\"";
    parts.params = "{\"dklen\":32,\"n\":262144,\"r\":1,\"p\":8,\"salt\":"
                   "\"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19\"}";
    parts.mac = "\"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097\"";
    assert_opens(text_of(&parts), "testpassword", WIKI_KEY);

    parts = wiki; /* python_generated_test_with_odd_iv; a salt of 16 bytes */
    parts.iv = "\"514ccc8c4fb3e60e5538e0cf1e27c233\"";
    parts.ciphertext = "\"ee75456c006b1e468133c5d2a916bacd3cf515ced4d9b021b5c59978007d1e87\"";
    parts.params = "{\"dklen\":32,\"c\":262144,\"prf\":\"hmac-sha256\",\"salt\":"
                   "\"504490577620f64f43d73f29479c2cf0\"}";
    parts.mac = "\"196815708465de9af7504144a1360d08874fc3c30bb0e648ce88fbc36830d35d\"";
    assert_opens(text_of(&parts), "foo",
                 "0x0101010101010101010101010101010101010101010101010101010101010101");

    parts = wiki; /* evilnonce: the counter runs over at once */
    parts.iv = "\"ffffffffffffffffffffffffffffffff\"";
    parts.ciphertext = "\"d69313b6470ac1942f75d72ebf8818a0d484ac78478a132ee081cd954d6bd7a9\"";
    parts.params = "{\"dklen\":32,\"c\":262144,\"prf\":\"hmac-sha256\",\"salt\":"
                   "\"c82ef14476014cbf438081a42709e2ed\"}";
    parts.mac = "\"cf6bfbcc77142a22c4a908784b4a16f1023a1d0e2aff404c20158fa4f1587177\"";
    assert_opens(text_of(&parts), "bar",
                 "0x0202020202020202020202020202020202020202020202020202020202020202");
}

static void hex_with_0x_in_upper_case_and_crypto_in_capitals_are_accepted(void **state)
{
    (void)state;
    struct parts parts = wiki;
    parts.more = "\"address\":\"0x008AEEDA4D805471DF9B2A5B0F38A0C3BCBA786B\",";
    parts.iv = "\"0x6087DAB2f9fdbbfaddc31a909735c1e6\"";
    assert_opens(text_of(&parts), "testpassword", WIKI_KEY);
    char text[4000];
    (void)snprintf(text, sizeof text, "%s", text_of(&wiki));
    char *crypto = strstr(text, "crypto");
    assert_non_null(crypto);
    *crypto = 'C';
    assert_opens(text, "testpassword", WIKI_KEY);
}

static void what_we_write_we_open_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct vota_signer *signer = NULL;
        struct vota_signer *back = NULL;
        uint8_t text[2000];
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        assert_int_equal(vota_signer_generate(&signer, NULL), VOTA_OK);
        assert_int_equal(vota_keystore_write(&wr, signer, word("비밀번호 1"), &cheap, NULL),
                         VOTA_OK);
        assert_int_equal(
            vota_keystore_read(&back, (const char *)text, wr.len, word("비밀번호 1"), NULL),
            VOTA_OK);
        const vota_addr a = vota_signer_address(signer);
        const vota_addr b = vota_signer_address(back);
        assert_true(vota_addr_equal(&a, &b));
        struct vota_keystore_info info;
        assert_int_equal(vota_keystore_info(&info, (const char *)text, wr.len, NULL), VOTA_OK);
        assert_true(info.has_address && vota_addr_equal(&info.address, &a));
        assert_false(info.network.bound);
        vota_signer_free(signer);
        vota_signer_free(back);
    }
}

static void two_files_of_one_key_share_no_salt_iv_or_id(void **state)
{
    (void)state;
    struct vota_signer *signer = NULL;
    static const char *const members[] = {"\"salt\":\"", "\"iv\":\"", "\"id\":\"", "\"mac\":\""};
    char texts[2][2000] = {{0}};
    assert_int_equal(vota_signer_generate(&signer, NULL), VOTA_OK);
    for (unsigned i = 0; i < 2; i++) {
        struct vota_wr wr = vota_wr_of(texts[i], sizeof texts[i] - 1);
        assert_int_equal(vota_keystore_write(&wr, signer, word("x"), &cheap, NULL), VOTA_OK);
    }
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const char *a = strstr(texts[0], members[i]);
        const char *b = strstr(texts[1], members[i]);
        assert_true(a != NULL && b != NULL);
        assert_memory_not_equal(a + strlen(members[i]), b + strlen(members[i]), 8);
    }
    vota_signer_free(signer);
}

static void a_wrong_password_or_mac_is_told_from_a_bad_file(void **state)
{
    (void)state;
    struct vota_signer *signer = NULL;
    static const char *const wrong[] = {"", "testpasswor", "testpassword ", "Testpassword"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct vota_error err = {0};
        const char *text = text_of(&wiki);
        assert_int_equal(vota_keystore_read(&signer, text, strlen(text), word(wrong[i]), &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, "wrong-password");
    }
    struct parts parts = wiki;
    parts.mac = "\"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b3\"";
    struct vota_error err = {0};
    const char *text = text_of(&parts);
    assert_int_equal(vota_keystore_read(&signer, text, strlen(text), word("testpassword"), &err),
                     VOTA_BAD_INPUT);
    assert_string_equal(err.text, "wrong-password");
    assert_null(signer);
}

/* Replaces one member of the wiki file and expects this refusal. */
#define SPOILED(member, text, status, where, reason)                                               \
    {                                                                                              \
        offsetof(struct parts, member), text, status, where, reason                                \
    }

#define SALT "\"salt\":\"ae3cd4e7013836a3df6bd7241b12db06\""

static const struct {
    size_t offset;
    const char *text;
    enum vota_status status;
    const char *where;
    const char *reason;
} spoiled[] = {
    SPOILED(version, "1", VOTA_BAD_INPUT, "version", "bad-version"),
    SPOILED(version, "4", VOTA_BAD_INPUT, "version", "bad-version"),
    SPOILED(version, "\"3\"", VOTA_BAD_INPUT, "version", "bad-version"),
    SPOILED(cipher, "\"aes-128-cbc\"", VOTA_BAD_INPUT, "cipher", "bad-cipher"),
    SPOILED(cipher, "null", VOTA_BAD_INPUT, "cipher", "bad-cipher"),
    /* odd IVs: 15 bytes, 17 bytes, half a byte, no hex, none */
    SPOILED(iv, "\"6087dab2f9fdbbfaddc31a909735c1\"", VOTA_BAD_INPUT, "iv", "bad-iv"),
    SPOILED(iv, "\"6087dab2f9fdbbfaddc31a909735c1e6e6\"", VOTA_BAD_INPUT, "iv", "bad-iv"),
    SPOILED(iv, "\"6087dab2f9fdbbfaddc31a909735c1e\"", VOTA_BAD_INPUT, "iv", "bad-iv"),
    SPOILED(iv, "\"6087dab2f9fdbbfaddc31a909735c1zz\"", VOTA_BAD_INPUT, "iv", "bad-iv"),
    SPOILED(iv, "\"\"", VOTA_BAD_INPUT, "iv", "bad-iv"),
    SPOILED(iv, "7", VOTA_BAD_INPUT, "iv", "bad-iv"),
    SPOILED(ciphertext, "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa\"",
            VOTA_BAD_INPUT, "ciphertext", "bad-ciphertext"),
    SPOILED(ciphertext, "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa4646\"",
            VOTA_BAD_INPUT, "ciphertext", "bad-ciphertext"),
    SPOILED(mac, "\"517e\"", VOTA_BAD_INPUT, "mac", "bad-mac"),
    SPOILED(mac, "null", VOTA_BAD_INPUT, "mac", "bad-mac"),
    SPOILED(kdf, "\"argon2\"", VOTA_BAD_INPUT, "kdf", "bad-kdf"),
    SPOILED(kdf, "3", VOTA_BAD_INPUT, "kdf", "bad-kdf"),
    SPOILED(kdf, "\"scrypt\"", VOTA_BAD_INPUT, "kdfparams", "bad-number"),
    SPOILED(params, "[]", VOTA_BAD_INPUT, "kdfparams", "missing"),
    SPOILED(params, "{}", VOTA_BAD_INPUT, "dklen", "bad-dklen"),
    SPOILED(params, "{\"dklen\":64}", VOTA_BAD_INPUT, "dklen", "bad-dklen"),
    SPOILED(params, "{\"dklen\":32.0}", VOTA_BAD_INPUT, "dklen", "bad-dklen"),
    SPOILED(params, "{\"dklen\":32}", VOTA_BAD_INPUT, "salt", "bad-salt"),
    SPOILED(params, "{\"dklen\":32,\"salt\":\"\"}", VOTA_BAD_INPUT, "salt", "bad-salt"),
    SPOILED(params, "{\"dklen\":32,\"salt\":\"abc\"}", VOTA_BAD_INPUT, "salt", "bad-salt"),
    SPOILED(params, "{\"dklen\":32," SALT ",\"c\":1}", VOTA_BAD_INPUT, "prf", "bad-kdf"),
    SPOILED(params, "{\"dklen\":32," SALT ",\"c\":1,\"prf\":\"hmac-sha1\"}", VOTA_BAD_INPUT, "prf",
            "bad-kdf"),
    SPOILED(params, "{\"dklen\":32," SALT ",\"prf\":\"hmac-sha256\"}", VOTA_BAD_INPUT, "c",
            "bad-number"),
    SPOILED(params, "{\"dklen\":32," SALT ",\"prf\":\"hmac-sha256\",\"c\":0}", VOTA_BAD_INPUT, "c",
            "bad-number"),
    SPOILED(params, "{\"dklen\":32," SALT ",\"prf\":\"hmac-sha256\",\"c\":-5}", VOTA_BAD_INPUT, "c",
            "bad-number"),
    SPOILED(params, "{\"dklen\":32," SALT ",\"prf\":\"hmac-sha256\",\"c\":10000001}", VOTA_LIMIT,
            "c", "kdf-too-costly"),
    SPOILED(more, "\"address\":\"00\",", VOTA_BAD_INPUT, "address", "bad-address"),
    SPOILED(more, "\"x-voteanchor\":{},", VOTA_BAD_INPUT, "x-voteanchor", "bad-network"),
    SPOILED(more, "\"version\":3,", VOTA_BAD_INPUT, "keystore", "not-json"), /* twice */
};

static void each_spoiled_member_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spoiled / sizeof spoiled[0]; i++) {
        struct parts parts = wiki;
        struct vota_signer *signer = NULL;
        struct vota_error err = {0};
        memcpy((char *)&parts + spoiled[i].offset, &spoiled[i].text, sizeof spoiled[i].text);
        const char *text = text_of(&parts);
        const enum vota_status status =
            vota_keystore_read(&signer, text, strlen(text), word("testpassword"), &err);
        if (status != spoiled[i].status || strcmp(err.text, spoiled[i].reason) != 0 ||
            strcmp(err.where, spoiled[i].where) != 0)
            fail_msg("case %zu: %d %s %s", i, (int)status, err.where, err.text);
        assert_null(signer);
    }
}

static void scrypt_beyond_the_ceilings_is_refused_before_it_runs(void **state)
{
    (void)state;
    static const struct {
        const char *numbers;
        enum vota_status status;
    } cases[] = {
        {"\"n\":8388608,\"r\":8,\"p\":1", VOTA_LIMIT}, /* 8 GiB */
        {"\"n\":1048576,\"r\":8,\"p\":1", VOTA_LIMIT}, /* 1 GiB */
        {"\"n\":4611686018427387904,\"r\":1,\"p\":1", VOTA_LIMIT},
        {"\"n\":2,\"r\":4611686018427387904,\"p\":1", VOTA_LIMIT},
        {"\"n\":2,\"r\":2097152,\"p\":16", VOTA_LIMIT}, /* 4 GiB of blocks */
        {"\"n\":1024,\"r\":8,\"p\":17", VOTA_LIMIT},
        {"\"n\":1024,\"r\":8,\"p\":9223372036854775807", VOTA_LIMIT},
        {"\"n\":1000,\"r\":8,\"p\":1", VOTA_BAD_INPUT}, /* no power of two */
        {"\"n\":1,\"r\":8,\"p\":1", VOTA_BAD_INPUT},
        {"\"n\":0,\"r\":8,\"p\":1", VOTA_BAD_INPUT},
        {"\"n\":1024,\"r\":0,\"p\":1", VOTA_BAD_INPUT},
        {"\"n\":1024,\"r\":8,\"p\":0", VOTA_BAD_INPUT},
        {"\"n\":-1024,\"r\":8,\"p\":1", VOTA_BAD_INPUT},
        {"\"n\":1024.5,\"r\":8,\"p\":1", VOTA_BAD_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parts parts = wiki;
        char params[300];
        struct vota_signer *signer = NULL;
        struct vota_error err = {0};
        (void)snprintf(params, sizeof params, "{\"dklen\":32," SALT ",%s}", cases[i].numbers);
        parts.kdf = "\"scrypt\"";
        parts.params = params;
        const char *text = text_of(&parts);
        const enum vota_status status =
            vota_keystore_read(&signer, text, strlen(text), word("testpassword"), &err);
        if (status != cases[i].status)
            fail_msg("case %zu: %d %s", i, (int)status, err.text);
        assert_string_equal(err.text, status == VOTA_LIMIT ? "kdf-too-costly" : "bad-number");
    }
}

static void text_that_is_no_object_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "{", "[]", "3", "null", "{}x", "\xff"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_signer *signer = NULL;
        struct vota_error err = {0};
        assert_int_equal(vota_keystore_read(&signer, texts[i], strlen(texts[i]), word("x"), &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, "not-json");
    }
    static const char no_crypto[] = "{\"version\":3,\"crypto\":7}";
    struct vota_error err = {0};
    struct vota_signer *none = NULL;
    assert_int_equal(vota_keystore_read(&none, no_crypto, strlen(no_crypto), word("x"), &err),
                     VOTA_BAD_INPUT);
    assert_string_equal(err.where, "crypto");
    static char password[VOTA_KEYSTORE_PASSWORD_MAX + 2];
    memset(password, 'x', sizeof password - 1);
    const char *text = text_of(&wiki);
    assert_int_equal(vota_keystore_read(&none, text, strlen(text), word(password), NULL),
                     VOTA_BAD_INPUT);
    char *large = calloc(1, VOTA_KEYSTORE_FILE_MAX + 1);
    struct vota_signer *signer = NULL;
    assert_non_null(large);
    memset(large, ' ', VOTA_KEYSTORE_FILE_MAX + 1);
    assert_int_equal(
        vota_keystore_read(&signer, large, VOTA_KEYSTORE_FILE_MAX + 1, word("x"), NULL),
        VOTA_LIMIT);
    free(large);
}

static void an_address_that_is_not_the_keys_is_refused(void **state)
{
    (void)state;
    struct parts parts = wiki;
    struct vota_signer *signer = NULL;
    struct vota_error err = {0};
    parts.more = "\"address\":\"008aeeda4d805471df9b2a5b0f38a0c3bcba786c\",";
    const char *text = text_of(&parts);
    assert_int_equal(vota_keystore_read(&signer, text, strlen(text), word("testpassword"), &err),
                     VOTA_BAD_INPUT);
    assert_string_equal(err.text, "address-differs");
}

static void passwords_and_costs_have_bounds_when_writing(void **state)
{
    (void)state;
    struct vota_signer *signer = NULL;
    uint8_t text[2000];
    static char password[VOTA_KEYSTORE_PASSWORD_MAX + 2];
    const struct vota_keystore_cost steep = {.n = 1u << 30, .r = 8, .p = 1};
    const struct vota_keystore_cost odd = {.n = 1000, .r = 8, .p = 1};
    memset(password, 'x', sizeof password - 1);
    assert_int_equal(vota_signer_generate(&signer, NULL), VOTA_OK);
    const struct {
        const char *password;
        const struct vota_keystore_cost *cost;
        const char *reason;
    } cases[] = {{"", &cheap, "empty-password"},
                 {password, &cheap, "password-too-long"},
                 {"x", &steep, "bad-cost"},
                 {"x", &odd, "bad-cost"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        struct vota_error err = {0};
        assert_int_equal(
            vota_keystore_write(&wr, signer, word(cases[i].password), cases[i].cost, &err),
            VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
        assert_int_equal(wr.len, 0);
    }
    const struct vota_keystore_cost standard = vota_keystore_cost_default();
    assert_true(standard.n == 131072 && standard.r == 8 && standard.p == 1);
    vota_signer_free(signer);
}

static void binding_keeps_every_other_byte(void **state)
{
    (void)state;
    char text[4000];
    char bound[4000] = {0};
    const vota_hash genesis = {{[31] = 0x0b}};
    static const char member[] = "\"x-voteanchor\":{\"chain_id\":5,\"genesis\":\"0x"
                                 "000000000000000000000000000000000000000000000000000000000000000b"
                                 "\"},";
    (void)snprintf(text, sizeof text, " \n%s \n", text_of(&wiki));
    struct vota_wr wr = vota_wr_of(bound, sizeof bound - 1);
    assert_int_equal(vota_keystore_rebind(&wr, text, strlen(text), 5, &genesis, NULL), VOTA_OK);
    assert_memory_equal(bound, " \n{", 3);
    assert_memory_equal(bound + 3, member, strlen(member));
    assert_string_equal(bound + 3 + strlen(member), text + 3);
    assert_opens(bound, "testpassword", WIKI_KEY);
    struct vota_error err = {0};
    assert_int_equal(vota_keystore_rebind(&wr, bound, strlen(bound), 5, &genesis, &err),
                     VOTA_CONFLICT);
    assert_string_equal(err.text, "already-bound");
    assert_int_equal(vota_keystore_rebind(&wr, text, strlen(text), UINT64_MAX, &genesis, NULL),
                     VOTA_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_others_published_are_opened),
        cmocka_unit_test(hex_with_0x_in_upper_case_and_crypto_in_capitals_are_accepted),
        cmocka_unit_test(what_we_write_we_open_again),
        cmocka_unit_test(two_files_of_one_key_share_no_salt_iv_or_id),
        cmocka_unit_test(a_wrong_password_or_mac_is_told_from_a_bad_file),
        cmocka_unit_test(each_spoiled_member_is_named),
        cmocka_unit_test(scrypt_beyond_the_ceilings_is_refused_before_it_runs),
        cmocka_unit_test(text_that_is_no_object_is_refused),
        cmocka_unit_test(an_address_that_is_not_the_keys_is_refused),
        cmocka_unit_test(passwords_and_costs_have_bounds_when_writing),
        cmocka_unit_test(binding_keeps_every_other_byte),
    };
    return RUN_TESTS(tests);
}
