/* SPDX-License-Identifier: Apache-2.0 */
/* Where a key can be, and what is none of these places. */
#include "bridge/key_source.h"
#include "rpc/recover.h"
#include "tests/test.h"

#define SUM  "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"
#define FLAT "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"

static void each_place_is_told_from_the_others(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum vota_key_kind kind;
        int fd;
    } cases[] = {
        {"secrets/anchorer.json", VOTA_KEY_FILE, -1},
        {"./fd:3", VOTA_KEY_FILE, -1},
        {"./signer:" SUM, VOTA_KEY_FILE, -1},
        {"FD:3", VOTA_KEY_FILE, -1},
        {"signer", VOTA_KEY_FILE, -1},
        {"fd:0", VOTA_KEY_FD, 0},
        {"fd:3", VOTA_KEY_FD, 3},
        {"fd:1023", VOTA_KEY_FD, 1023},
        {"signer:" SUM, VOTA_KEY_SIGNER, -1},
        {"signer:" FLAT, VOTA_KEY_SIGNER, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_key_source source;
        assert_null(vota_key_source_read(&source, cases[i].text));
        assert_int_equal(source.kind, cases[i].kind);
        assert_int_equal(source.fd, cases[i].fd);
        const bool at_signer = cases[i].kind == VOTA_KEY_SIGNER;
        assert_int_equal(vota_key_source_is_signer(cases[i].text), at_signer);
        assert_null(vota_key_source_problem(cases[i].text, true));
        const char *problem = vota_key_source_problem(cases[i].text, false);
        assert_string_equal(problem == NULL ? "" : problem, at_signer ? "signer-not-here" : "");
        if (cases[i].kind == VOTA_KEY_FILE)
            assert_string_equal(source.file, cases[i].text);
        if (at_signer)
            assert_int_equal(source.address.bytes[0], 0x9d);
    }
}

static void what_is_no_place_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"fd:", "bad-fd"},
        {"fd:1", "bad-fd"},
        {"fd:2", "bad-fd"},
        {"fd:1024", "bad-fd"},
        {"fd:-1", "bad-fd"},
        {"fd: 3", "bad-fd"},
        {"fd:3 ", "bad-fd"},
        {"fd:99999999999999999999", "bad-fd"},
        {"signer:", "bad-address"},
        {"signer:0x00", "bad-address"},
        {"signer:0x0000000000000000000000000000000000000000", "bad-address"},
        {"signer:" SUM "00", "bad-address"},
        {"signer:0x9d8a62f656a8d1615C1294fd71e9CFb3E4855A4F", "bad-address"}, /* checksum */
        {"signer:https://signer.example/", "bad-address"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_key_source source = {.fd = 77};
        const char *reason = vota_key_source_read(&source, cases[i].text);
        assert_non_null(reason);
        assert_string_equal(reason, cases[i].reason);
        assert_int_equal(source.fd, 77);
        assert_false(vota_key_source_is_signer(cases[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_place_is_told_from_the_others),
        cmocka_unit_test(what_is_no_place_is_refused),
    };
    return RUN_TESTS(tests);
}
