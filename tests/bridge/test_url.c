/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "bridge/url.h"

static void addresses_that_may_be_shown_are_taken(void **state)
{
    (void)state;
    static const char *const good[] = {"https://rpc.hoodi.ethpandaops.io",
                                       "https://rpc.example.org:8545/a/b?x=1",
                                       "https://ethereum-hoodi-rpc.publicnode.com/",
                                       "http://127.0.0.1:8545",
                                       "http://127.9.99.1/",
                                       "http://localhost:1",
                                       "http://[::1]:65535/x",
                                       "https://[2001:db8::1]",
                                       "https://example.org/a-path-in-plain-words-only"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_null(vota_url_problem(good[i], false));
}

static void others_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *url, *problem;
    } cases[] = {
        {"", "url-scheme"},
        {"rpc.example.org", "url-scheme"},
        {"ftp://127.0.0.1", "url-scheme"},
        {"HTTPS://example.org", "url-scheme"},
        {"https://", "url-no-host"},
        {"https:///path", "url-no-host"},
        {"https://[::1", "url-no-host"},
        {"https://exa$mple.org", "url-no-host"},
        {"https://exa mple.org", "url-bad-character"},
        {"https://example.org\n", "url-bad-character"},
        {"https://구리.kr", "url-bad-character"},
        {"https://example.org:", "url-bad-port"},
        {"https://example.org:0", "url-bad-port"},
        {"https://example.org:65536", "url-bad-port"},
        {"https://example.org:8x", "url-bad-port"},
        {"https://[::1]8545", "url-bad-port"},
        {"http://rpc.example.org", "url-not-local"},
        {"http://127.0.0.1.example.org", "url-not-local"},
        {"http://127.0.0.1.", "url-not-local"},
        {"http://127..0.1", "url-not-local"},
        {"http://1270.0.0.1", "url-not-local"},
        {"http://localhost.example.org", "url-not-local"},
        {"http://0.0.0.0", "url-not-local"},
        {"https://user:pass@example.org", "url-userinfo"},
        {"http://127.0.0.1@example.org", "url-userinfo"},
        {"https://x.example/v3/0123456789abcdef0123", "url-key"},
        {"https://x.example/?apikey=ABCDEFGHIJ_klmnopq-1", "url-key"},
        {"https://x.example/#0123456789abcdef0123", "url-key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *problem = vota_url_problem(cases[i].url, false);
        if (problem == NULL)
            fail_msg("taken: %s", cases[i].url);
        assert_string_equal(problem, cases[i].problem);
    }
}

static void a_private_file_may_hold_a_key_but_no_password(void **state)
{
    (void)state;
    assert_null(vota_url_problem("https://x.example/v3/0123456789abcdef0123", true));
    assert_string_equal(vota_url_problem("https://a:b@x.example", true), "url-userinfo");
    assert_string_equal(vota_url_problem("http://x.example", true), "url-not-local");
}

static void length_has_a_limit(void **state)
{
    (void)state;
    char url[VOTA_URL_MAX + 2] = "https://x.example/";
    const size_t start = strlen(url);
    for (size_t i = start; i < VOTA_URL_MAX; i++)
        url[i] = i % 2 == 0 ? 'a' : '/';
    assert_null(vota_url_problem(url, false));
    url[VOTA_URL_MAX] = 'a';
    assert_string_equal(vota_url_problem(url, false), "url-too-long");
}

static void what_is_shown_ends_before_the_path(void **state)
{
    (void)state;
    char text[64];
    vota_url_shown(text, sizeof text, "https://x.example:8545/v3/secret?key=secret");
    assert_string_equal(text, "https://x.example:8545");
    vota_url_shown(text, sizeof text, "https://user:secret@x.example");
    assert_string_equal(text, "?");
    vota_url_shown(text, 8, "https://x.example");
    assert_string_equal(text, "https:/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_may_be_shown_are_taken),
        cmocka_unit_test(others_are_refused_by_name),
        cmocka_unit_test(a_private_file_may_hold_a_key_but_no_password),
        cmocka_unit_test(length_has_a_limit),
        cmocka_unit_test(what_is_shown_ends_before_the_path),
    };
    return RUN_TESTS(tests);
}
