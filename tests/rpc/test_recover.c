/* SPDX-License-Identifier: Apache-2.0 */
/* Recovery of a published signature, its forged twins, and EIP-55 text. */
#include "keccak/keccak.h"
#include "rpc/recover.h"
#include "tests/test.h"

/* EIP-712's example "Ether Mail", signed by keccak("cow"). */
#define MAIL_DIGEST "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
#define MAIL_R      "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
#define MAIL_S      "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
#define COW         "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"

/* The order of the group, and half of it. */
#define ORDER "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
#define ZERO  "0000000000000000000000000000000000000000000000000000000000000000"

/* ORDER - MAIL_S: the other of the two signatures that are equally good to the curve. */
#define MAIL_HIGH_S "f8d666c92cfb3eac09bbc205fa0bf00eb2d7b3d4f8517d33c63c3b76ca7d2bdf"

static enum vota_status recover(vota_addr *ret, const char *signature)
{
    vota_hash digest;
    struct vota_signature parsed;
    test_hex(digest.bytes, 32, MAIL_DIGEST);
    test_hex(parsed.bytes, sizeof parsed.bytes, signature);
    return vota_recover_address(ret, &digest, &parsed);
}

static void the_published_signature_gives_its_signer(void **state)
{
    (void)state;
    vota_addr signer;
    vota_addr cow;
    test_hex(cow.bytes, sizeof cow.bytes, COW);
    assert_int_equal(recover(&signer, "0x" MAIL_R MAIL_S "01"), VOTA_OK);
    assert_true(vota_addr_equal(&signer, &cow));
    assert_int_equal(recover(&signer, "0x" MAIL_R MAIL_S "00"), VOTA_OK);
    assert_false(vota_addr_equal(&signer, &cow));
}

static void signatures_that_nobody_should_accept_are_refused(void **state)
{
    (void)state;
    static const char *const signatures[] = {
        "0x" MAIL_R MAIL_HIGH_S "00", "0x" MAIL_R MAIL_HIGH_S "01", "0x" MAIL_R MAIL_S "02",
        "0x" MAIL_R MAIL_S "03",      "0x" MAIL_R MAIL_S "1b",      "0x" MAIL_R MAIL_S "1c",
        "0x" ZERO MAIL_S "00",        "0x" MAIL_R ZERO "00",        "0x" ORDER MAIL_S "00",
        "0x" MAIL_R ORDER "01",       "0x" ZERO ZERO "00"};
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        vota_addr signer = {{9}};
        assert_int_equal(recover(&signer, signatures[i]), VOTA_BAD_INPUT);
        assert_int_equal(signer.bytes[0], 9);
    }
}

static const char *const checksummed[] = {
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"};

static void addresses_are_written_with_their_checksum_and_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof checksummed / sizeof checksummed[0]; i++) {
        vota_addr addr;
        char text[43];
        bool checked = false;
        assert_int_equal(vota_recover_address_read(&addr, &checked, checksummed[i], 42), VOTA_OK);
        assert_true(checked);
        vota_recover_checksum_text(text, &addr);
        assert_string_equal(text, checksummed[i]);
    }
}

static void one_letter_of_the_wrong_case_is_refused(void **state)
{
    (void)state;
    for (size_t at = 2; at < 42; at++) {
        char text[43];
        vota_addr addr;
        memcpy(text, checksummed[0], sizeof text);
        if ((text[at] >= 'a' && text[at] <= 'f') || (text[at] >= 'A' && text[at] <= 'F')) {
            text[at] = (char)(text[at] ^ 0x20);
            assert_int_equal(vota_recover_address_read(&addr, NULL, text, 42), VOTA_BAD_INPUT);
        }
    }
}

static void one_case_only_is_accepted_and_said_to_be_unchecked(void **state)
{
    (void)state;
    vota_addr addr;
    bool checked = true;
    assert_int_equal(vota_recover_address_read(&addr, &checked,
                                               "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", 42),
                     VOTA_OK);
    assert_false(checked);
    checked = true;
    assert_int_equal(vota_recover_address_read(&addr, &checked,
                                               "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", 42),
                     VOTA_OK);
    assert_false(checked);
    static const char *const bad[] = {"5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                                      "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
                                      "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0",
                                      "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
                                      "",
                                      "0x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(vota_recover_address_read(&addr, NULL, bad[i], strlen(bad[i])),
                         VOTA_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_signature_gives_its_signer),
        cmocka_unit_test(signatures_that_nobody_should_accept_are_refused),
        cmocka_unit_test(addresses_are_written_with_their_checksum_and_read_back),
        cmocka_unit_test(one_letter_of_the_wrong_case_is_refused),
        cmocka_unit_test(one_case_only_is_accepted_and_said_to_be_unchecked),
    };
    return RUN_TESTS(tests);
}
