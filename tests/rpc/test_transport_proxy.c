/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that go through a proxy: whose fault is whose, and that nothing but the options names one.
 */
#include "tests/rpc/http_fixture.h"

#define REFUSAL "HTTP/1.1 407 Who\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"

static enum vota_status ask_by(const char *url, const char *proxy, struct vota_response *response)
{
    const struct vota_transport_options options = {.url = url, .proxy = proxy};
    struct vota_transport *transport = NULL;
    assert_int_equal(vota_transport_curl_new(&transport, &options, NULL), VOTA_OK);
    const struct vota_slice request = {(const uint8_t *)REQUEST, strlen(REQUEST)};
    const enum vota_status status = vota_transport_send(transport, response, request, 3000);
    vota_transport_curl_free(transport);
    return status;
}

/* What comes of a call through a proxy; `user` is "name:word@" or empty. */
static struct vota_response by_proxy(const struct behaviour *behaviour, const char *user)
{
    char proxy[100];
    struct vota_response response;
    const struct server server = start(behaviour);
    (void)snprintf(proxy, sizeof proxy, "http://%s%s", user, server.url + strlen("http://"));
    vota_response_init(&response, 100);
    assert_int_equal(ask_by("https://rpc.example/", proxy, &response), VOTA_REMOTE);
    stop(&server);
    const struct vota_response told = {.fault = response.fault,
                                       .http_status = response.http_status,
                                       .retry_after_s = response.retry_after_s};
    vota_response_done(&response);
    return told;
}

static void a_proxy_is_asked_for_the_name_and_what_it_refuses_is_its_own(void **state)
{
    (void)state;
    static const struct {
        struct behaviour behaviour;
        const char *user;
        enum vota_transport_fault fault;
    } cases[] = {
        {{.answer = REFUSAL, .is_proxy = true}, "", VOTA_TRANSPORT_PROXY_REFUSED},
        {{.answer = "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", .is_proxy = true},
         "",
         VOTA_TRANSPORT_PROXY_REFUSED},
        {{.answer = "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", .is_proxy = true},
         "",
         VOTA_TRANSPORT_PROXY_REFUSED},
        {{.answer = NULL, .is_proxy = true}, "", VOTA_TRANSPORT_CLOSED},
        /* it lets us through, and there is no TLS behind it */
        {{.answer = "HTTP/1.1 200 Go\r\n\r\n",
          .is_proxy = true,
          .expected = "CONNECT rpc.example:443 HTTP/1.1\r\n"},
         "",
         VOTA_TRANSPORT_TLS},
        {{.answer = "HTTP/1.1 200 Go\r\n\r\n",
          .is_proxy = true,
          .expected = "Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n"},
         "user:word@",
         VOTA_TRANSPORT_TLS},
        {{.answer = "HTTP/1.1 200 Go\r\n\r\n",
          .is_proxy = true,
          .expected = "Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n"},
         "user:other@",
         VOTA_TRANSPORT_PROXY_REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_response response = by_proxy(&cases[i].behaviour, cases[i].user);
        if (response.fault != cases[i].fault)
            fail_msg("case %zu: %s", i, vota_transport_fault_name(response.fault));
        assert_int_equal(response.http_status, 0);
        assert_int_equal(response.retry_after_s, 0);
    }
}

static void a_socks_proxy_that_is_down_is_named(void **state)
{
    (void)state;
    static const struct behaviour unused = {.answer = NULL};
    char proxy[100];
    struct vota_response response;
    const struct server server = start(&unused);
    stop(&server);
    (void)snprintf(proxy, sizeof proxy, "socks5h://%s", server.url + strlen("http://"));
    vota_response_init(&response, 100);
    assert_int_equal(ask_by("https://rpc.example/", proxy, &response), VOTA_REMOTE);
    assert_int_equal(response.fault, VOTA_TRANSPORT_PROXY_DOWN);
    vota_response_done(&response);
}

static void a_proxy_that_is_down_is_not_a_provider_that_is_down(void **state)
{
    (void)state;
    static const struct behaviour unused = {.answer = NULL};
    struct vota_response response;
    const struct server server = start(&unused);
    stop(&server);
    vota_response_init(&response, 100);
    assert_int_equal(ask_by("https://rpc.example/", server.url, &response), VOTA_REMOTE);
    assert_int_equal(response.fault, VOTA_TRANSPORT_PROXY_DOWN);
    vota_response_done(&response);
}

static void this_machine_is_reached_without_the_proxy(void **state)
{
    (void)state;
    static const struct behaviour plain = {.answer = OK_HEAD "Content-Length: 2\r\n\r\nhi"};
    struct vota_response response;
    const struct server server = start(&plain);
    vota_response_init(&response, 100);
    assert_int_equal(ask_by(server.url, "http://127.0.0.1:1", &response), VOTA_OK);
    assert_int_equal(response.len, 2);
    vota_response_done(&response);
    stop(&server);
}

/* A variable that somebody set for another program must not decide how votes travel. */
static void the_environment_decides_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};
    static const struct behaviour refuses = {.answer = REFUSAL, .is_proxy = true};
    const struct server server = start(&refuses);
    struct vota_response response;
    vota_response_init(&response, 100);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(setenv(names[i], server.url, 1), 0);
    assert_int_equal(ask_by("https://127.0.0.1:1/", NULL, &response), VOTA_REMOTE);
    assert_int_equal(response.fault, VOTA_TRANSPORT_CONNECT);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(unsetenv(names[i]), 0);
    assert_int_equal(setenv("no_proxy", "*", 1), 0);
    assert_int_equal(setenv("NO_PROXY", "rpc.example", 1), 0);
    assert_int_equal(ask_by("https://rpc.example/", server.url, &response), VOTA_REMOTE);
    assert_int_equal(response.fault, VOTA_TRANSPORT_PROXY_REFUSED);
    assert_int_equal(unsetenv("no_proxy") + unsetenv("NO_PROXY"), 0);
    vota_response_done(&response);
    stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxy_is_asked_for_the_name_and_what_it_refuses_is_its_own),
        cmocka_unit_test(a_socks_proxy_that_is_down_is_named),
        cmocka_unit_test(a_proxy_that_is_down_is_not_a_provider_that_is_down),
        cmocka_unit_test(this_machine_is_reached_without_the_proxy),
        cmocka_unit_test(the_environment_decides_nothing),
    };
    return RUN_TESTS(tests);
}
