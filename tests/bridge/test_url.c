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

static void a_proxy_has_a_scheme_that_we_speak_a_host_and_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *problem, *problem_in_secret; /* NULL: taken */
    } cases[] = {
        {"http://proxy.city.example:3128", NULL, NULL},
        {"http://10.0.0.1:8080/", NULL, NULL},
        {"socks5h://[fd00::1]:1080", NULL, NULL},
        {"http://user:w%40rd@proxy.city.example:3128", "url-userinfo", NULL},
        {"socks5h://user:word@10.0.0.1:1080/", "url-userinfo", NULL},
        {"http://user:w@rd@proxy.city.example:3128", "url-userinfo", "url-userinfo"},
        {"https://proxy.city.example:3128", "proxy-scheme", "proxy-scheme"},
        {"socks5://10.0.0.1:1080", "proxy-scheme", "proxy-scheme"},
        {"proxy.city.example:3128", "proxy-scheme", "proxy-scheme"},
        {"", "proxy-scheme", "proxy-scheme"},
        {"http://proxy.city.example", "proxy-needs-port", "proxy-needs-port"},
        {"http://proxy.city.example/", "proxy-needs-port", "proxy-needs-port"},
        {"http://[fd00::1]", "proxy-needs-port", "proxy-needs-port"},
        {"http://proxy.city.example:", "url-bad-port", "url-bad-port"},
        {"http://proxy.city.example:0", "url-bad-port", "url-bad-port"},
        {"http://:3128", "url-no-host", "url-no-host"},
        {"http://user:word@:3128", "url-userinfo", "url-no-host"},
        {"http://proxy.city.example:3128/path", "proxy-path", "proxy-path"},
        {"http://proxy.city.example:3128?a", "proxy-path", "proxy-path"},
        {"http://proxy.city.example:3128 ", "url-bad-character", "url-bad-character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *expected[] = {cases[i].problem, cases[i].problem_in_secret};
        for (unsigned secret = 0; secret < 2; secret++) {
            const char *problem = vota_url_proxy_problem(cases[i].url, secret == 1);
            if ((problem == NULL) != (expected[secret] == NULL))
                fail_msg("%s: %s", cases[i].url, problem == NULL ? "taken" : problem);
            if (problem != NULL)
                assert_string_equal(problem, expected[secret]);
        }
    }
}

static void a_proxy_is_shown_without_its_password(void **state)
{
    (void)state;
    char text[64];
    vota_url_shown(text, sizeof text, "http://user:word@proxy.example:3128/");
    assert_string_equal(text, "http://proxy.example:3128");
    vota_url_shown(text, sizeof text, "socks5h://user:word@[::1]:1080");
    assert_string_equal(text, "socks5h://[::1]:1080");
    vota_url_shown(text, sizeof text, "socks5h://user:word@proxy");
    assert_string_equal(text, "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_may_be_shown_are_taken),
        cmocka_unit_test(others_are_refused_by_name),
        cmocka_unit_test(a_private_file_may_hold_a_key_but_no_password),
        cmocka_unit_test(length_has_a_limit),
        cmocka_unit_test(what_is_shown_ends_before_the_path),
        cmocka_unit_test(a_proxy_has_a_scheme_that_we_speak_a_host_and_a_port),
        cmocka_unit_test(a_proxy_is_shown_without_its_password),
    };
    return RUN_TESTS(tests);
}
