/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl behind the seam, against a child process that answers each
 * connection on a loopback port with bytes the test chose.
 */
#include "tests/rpc/http_fixture.h"

#include <sys/stat.h>
#include <time.h>

static void a_body_comes_back_whole(void **state)
{
    (void)state;
    static const struct behaviour plain = {.answer = OK_HEAD "Content-Length: 5\r\n\r\nhello",
                                           .expected = "POST / HTTP/1.1\r\n"};
    static const struct behaviour chunked = {
        .answer = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        .expected = "Content-Type: application/json\r\n"};
    const struct behaviour *const behaviours[] = {&plain, &chunked};
    for (size_t i = 0; i < 2; i++) {
        struct vota_response response;
        vota_response_init(&response, 5);
        assert_int_equal(ask_behaviour(behaviours[i], &response, 5000), VOTA_OK);
        assert_int_equal(response.http_status, 200);
        assert_int_equal(response.len, 5);
        assert_memory_equal(response.body, "hello", 5);
        vota_response_done(&response);
    }
}

static void no_compression_is_offered_and_none_undone(void **state)
{
    (void)state;
    static const struct behaviour zipped = {
        .answer = OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01"};
    struct vota_response response;
    vota_response_init(&response, 100);
    assert_int_equal(ask_behaviour(&zipped, &response, 5000), VOTA_OK);
    assert_int_equal(response.len, 4);
    vota_response_done(&response);
}

static void the_ceiling_holds_while_bytes_arrive(void **state)
{
    (void)state;
    static const struct behaviour announced = {.answer = OK_HEAD "Content-Length: 32000000\r\n\r\n",
                                               .padding = 2000000};
    static const struct behaviour endless = {.answer = OK_HEAD "\r\n", .padding = 2000000};
    const struct behaviour *const behaviours[] = {&announced, &endless};
    for (size_t i = 0; i < 2; i++) {
        struct vota_response response;
        vota_response_init(&response, 10000);
        assert_int_equal(ask_behaviour(behaviours[i], &response, 5000), VOTA_REMOTE);
        assert_int_equal(response.fault, VOTA_TRANSPORT_TOO_LARGE);
        assert_true(response.len <= 10000 && response.cap <= 10000);
        vota_response_done(&response);
    }
}

static void an_http_error_keeps_its_status_wait_and_body(void **state)
{
    (void)state;
    static const struct {
        struct behaviour behaviour;
        unsigned status;
        unsigned retry_after_s;
        size_t len;
    } cases[] = {
        {{.answer = "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"}, 429, 7, 0},
        {{.answer = "HTTP/1.1 429 Slow\r\nRetry-After: 99999999\r\nContent-Length: 0\r\n\r\n"},
         429,
         86400,
         0},
        {{.answer = "HTTP/1.1 503 Down\r\nContent-Length: 2\r\n\r\nno"}, 503, 0, 2},
        {{.answer = "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n"}, 401, 0, 0},
        /* a redirect is not followed */
        {{.answer = "HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\n"
                    "Content-Length: 0\r\n\r\n"},
         302,
         0,
         0},
        {{.answer = "HTTP/1.1 204 Nothing\r\n\r\n"}, 204, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_response response;
        vota_response_init(&response, 100);
        assert_int_equal(ask_behaviour(&cases[i].behaviour, &response, 5000), VOTA_REMOTE);
        assert_int_equal(response.fault, VOTA_TRANSPORT_HTTP);
        assert_int_equal(response.http_status, cases[i].status);
        assert_int_equal(response.retry_after_s, cases[i].retry_after_s);
        assert_int_equal(response.len, cases[i].len);
        vota_response_done(&response);
    }
}

static void retry_after_may_be_a_date(void **state)
{
    (void)state;
    char answer[300];
    char date[64];
    const time_t later = time(NULL) + 100;
    struct tm utc;
    assert_non_null(gmtime_r(&later, &utc));
    (void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    (void)snprintf(answer, sizeof answer,
                   "HTTP/1.1 429 Slow\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n", date);
    const struct behaviour behaviour = {.answer = answer};
    struct vota_response response;
    vota_response_init(&response, 100);
    assert_int_equal(ask_behaviour(&behaviour, &response, 5000), VOTA_REMOTE);
    assert_in_range(response.retry_after_s, 90, 100);
    vota_response_done(&response);
}

static void what_breaks_on_the_way_is_named(void **state)
{
    (void)state;
    static const struct {
        struct behaviour behaviour;
        enum vota_transport_fault fault;
    } cases[] = {
        {{.answer = OK_HEAD "Content-Length: 50\r\n\r\nhello"}, VOTA_TRANSPORT_CLOSED},
        {{.answer = NULL}, VOTA_TRANSPORT_CLOSED},
        {{.answer = NULL, .sleep_s = 30}, VOTA_TRANSPORT_TIMEOUT},
        {{.answer = OK_HEAD "Content-Length: 50\r\n\r\nhello", .sleep_s = 30},
         VOTA_TRANSPORT_TIMEOUT},
        {{.answer = "SSH-2.0-OpenSSH\r\n"}, VOTA_TRANSPORT_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_response response;
        vota_response_init(&response, 100);
        assert_int_equal(ask_behaviour(&cases[i].behaviour, &response, 300), VOTA_REMOTE);
        if (response.fault != cases[i].fault)
            fail_msg("case %zu: %s", i, vota_transport_fault_name(response.fault));
        vota_response_done(&response);
    }
}

static void nobody_listening_and_no_such_name_are_told_apart(void **state)
{
    (void)state;
    static const struct behaviour unused = {.answer = NULL};
    struct vota_response response;
    vota_response_init(&response, 100);
    const struct server server = start(&unused);
    stop(&server);
    assert_int_equal(ask(server.url, &response, 2000), VOTA_REMOTE);
    assert_int_equal(response.fault, VOTA_TRANSPORT_CONNECT);
    assert_int_equal(response.http_status, 0);
    vota_response_done(&response);
}

static void plain_http_over_tls_is_a_tls_fault(void **state)
{
    (void)state;
    static const struct behaviour plain = {.answer = OK_HEAD "\r\n"};
    const struct server server = start(&plain);
    char url[70];
    struct vota_response response;
    (void)snprintf(url, sizeof url, "https%s", server.url + 4);
    vota_response_init(&response, 100);
    assert_int_equal(ask(url, &response, 1000), VOTA_REMOTE);
    assert_true(response.fault == VOTA_TRANSPORT_TLS || response.fault == VOTA_TRANSPORT_TIMEOUT);
    vota_response_done(&response);
    stop(&server);
}

static void one_handle_serves_many_calls(void **state)
{
    (void)state;
    static const struct behaviour plain = {.answer = OK_HEAD "Content-Length: 2\r\n\r\nhi"};
    const struct server server = start(&plain);
    const struct vota_transport_options options = {.url = server.url};
    struct vota_transport *transport = NULL;
    struct vota_response response;
    vota_response_init(&response, 100);
    assert_int_equal(vota_transport_curl_new(&transport, &options, NULL), VOTA_OK);
    for (unsigned i = 0; i < 5; i++) {
        const struct vota_slice request = {(const uint8_t *)REQUEST, strlen(REQUEST)};
        assert_int_equal(vota_transport_send(transport, &response, request, 2000), VOTA_OK);
        assert_int_equal(response.len, 2);
    }
    vota_response_done(&response);
    vota_transport_curl_free(transport);
    stop(&server);
}

static void given_headers_go_with_every_call_until_others_are_given(void **state)
{
    (void)state;
    static const struct behaviour picky = {.answer = OK_HEAD "Content-Length: 0\r\n\r\n",
                                           .expected = "webhook-id: one\r\n"};
    const char *const one[] = {"webhook-id: one", "webhook-timestamp: 1"};
    const char *const two[] = {"webhook-id: two"};
    const struct server server = start(&picky);
    const struct vota_transport_options options = {.url = server.url};
    const struct vota_slice request = {(const uint8_t *)REQUEST, strlen(REQUEST)};
    struct vota_transport *transport = NULL;
    struct vota_response response;
    vota_response_init(&response, 100);
    assert_int_equal(vota_transport_curl_new(&transport, &options, NULL), VOTA_OK);
    assert_int_equal(vota_transport_curl_headers(transport, one, 2), VOTA_OK);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(vota_transport_send(transport, &response, request, 2000), VOTA_OK);
    assert_int_equal(vota_transport_curl_headers(transport, two, 1), VOTA_OK);
    assert_int_equal(vota_transport_send(transport, &response, request, 2000), VOTA_REMOTE);
    assert_int_equal(response.http_status, 500);
    vota_response_done(&response);
    vota_transport_curl_free(transport);
    stop(&server);
}

static void a_call_is_broken_off_when_another_thread_says_so(void **state)
{
    (void)state;
    static const struct behaviour mute = {.sleep_s = 30};
    static atomic_bool hang_up;
    const struct server server = start(&mute);
    const struct vota_transport_options options = {.url = server.url, .hang_up = &hang_up};
    const struct vota_slice request = {(const uint8_t *)REQUEST, strlen(REQUEST)};
    struct vota_transport *transport = NULL;
    struct vota_response response;
    vota_response_init(&response, 100);
    assert_int_equal(vota_transport_curl_new(&transport, &options, NULL), VOTA_OK);
    assert_int_equal(vota_transport_send(transport, &response, request, 100), VOTA_REMOTE);
    assert_int_equal(response.fault, VOTA_TRANSPORT_TIMEOUT);
    atomic_store(&hang_up, true);
    assert_int_equal(vota_transport_send(transport, &response, request, 20000), VOTA_REMOTE);
    assert_int_equal(response.fault, VOTA_TRANSPORT_CLOSED);
    vota_response_done(&response);
    vota_transport_curl_free(transport);
    stop(&server);
}

static void only_https_and_loopback_http_are_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *reason; /* NULL: accepted */
    } cases[] = {
        {"https://rpc.example.org/v3/key", NULL},
        {"https://user:word@rpc.example.org:8545/", NULL},
        {"http://127.0.0.1:8545", NULL},
        {"http://127.1.2.3", NULL},
        {"http://localhost:8545/", NULL},
        {"http://[::1]:8545", NULL},
        {"HTTP://127.0.0.1:8545", NULL},
        {"http://rpc.example.org/", "not-https"},
        {"http://192.168.0.1:8545", "not-https"},
        {"http://127.evil.example.org", "not-https"},
        {"http://localhost.example.org", "not-https"},
        {"http://127.0.0.1@example.org", "not-https"},
        {"http://[::2]", "not-https"},
        {"ftp://127.0.0.1/", "not-https"},
        {"file:///etc/passwd", "bad-url"},
        {"ws://127.0.0.1", "bad-url"},
        {"rpc.example.org", "bad-url"},
        {"", "bad-url"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_transport_options options = {.url = cases[i].url};
        struct vota_transport *transport = NULL;
        struct vota_error err = {0};
        const enum vota_status status = vota_transport_curl_new(&transport, &options, &err);
        vota_transport_curl_free(transport);
        if (cases[i].reason == NULL && status != VOTA_OK)
            fail_msg("%s refused: %s", cases[i].url, err.text);
        if (cases[i].reason != NULL &&
            (status != VOTA_BAD_INPUT || strcmp(err.text, cases[i].reason) != 0))
            fail_msg("%s: %d %s", cases[i].url, (int)status, err.text);
    }
}

static void put_file(const char *path, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void a_client_key_is_a_secret_and_comes_with_its_certificate(void **state)
{
    (void)state;
    char dir[] = "/tmp/voteanchor-tls-XXXXXX";
    assert_non_null(mkdtemp(dir));
    assert_int_equal(chdir(dir), 0);
    put_file("cert", 0644);
    put_file("key", 0600);
    put_file("open", 0640);
    assert_int_equal(symlink("key", "link"), 0);
    static const struct {
        const char *cert, *key, *ca;
        enum vota_status status;
        const char *where, *reason;
    } cases[] = {
        {"cert", "key", "cert", VOTA_OK, NULL, ""},
        {"cert", NULL, NULL, VOTA_BAD_INPUT, "client_key", "needs-both"},
        {NULL, "key", NULL, VOTA_BAD_INPUT, "client_key", "needs-both"},
        {"cert", "open", NULL, VOTA_CONFLICT, "client_key", "mode-too-open"},
        {"cert", "link", NULL, VOTA_CONFLICT, "client_key", "is-link"},
        {"cert", ".", NULL, VOTA_CONFLICT, "client_key", "not-regular"},
        {"cert", "none", NULL, VOTA_NOT_FOUND, "client_key", "no-file"},
        {"none", "key", NULL, VOTA_NOT_FOUND, "client_cert", "no-file"},
        {NULL, NULL, "none", VOTA_NOT_FOUND, "ca_file", "no-file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_transport_options options = {.url = "https://signer.example/",
                                                       .client_cert = cases[i].cert,
                                                       .client_key = cases[i].key,
                                                       .ca_file = cases[i].ca};
        struct vota_transport *transport = NULL;
        struct vota_error err = {0};
        assert_int_equal(vota_transport_curl_new(&transport, &options, &err), cases[i].status);
        assert_true((transport != NULL) == (cases[i].status == VOTA_OK));
        assert_string_equal(err.text, cases[i].reason);
        if (cases[i].where != NULL)
            assert_string_equal(err.where, cases[i].where);
        vota_transport_curl_free(transport);
    }
    static const char *const names[] = {"cert", "key", "open", "link"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(unlink(names[i]), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void a_response_grows_to_its_ceiling_and_no_further(void **state)
{
    (void)state;
    struct vota_response response;
    static const uint8_t bytes[5000];
    vota_response_init(&response, 12000);
    assert_int_equal(vota_response_add(&response, bytes, 5000), VOTA_OK);
    assert_int_equal(vota_response_add(&response, bytes, 5000), VOTA_OK);
    assert_int_equal(vota_response_add(&response, bytes, 2001), VOTA_LIMIT);
    assert_int_equal(response.len, 10000);
    assert_int_equal(vota_response_add(&response, bytes, 2000), VOTA_OK);
    assert_int_equal(vota_response_add(&response, bytes, SIZE_MAX), VOTA_LIMIT);
    assert_int_equal(vota_response_add(&response, NULL, 0), VOTA_OK);
    assert_true(response.len == 12000 && response.cap <= 12000);
    vota_response_clear(&response);
    assert_int_equal(response.len, 0);
    vota_response_done(&response);
    assert_null(response.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_comes_back_whole),
        cmocka_unit_test(no_compression_is_offered_and_none_undone),
        cmocka_unit_test(the_ceiling_holds_while_bytes_arrive),
        cmocka_unit_test(an_http_error_keeps_its_status_wait_and_body),
        cmocka_unit_test(retry_after_may_be_a_date),
        cmocka_unit_test(what_breaks_on_the_way_is_named),
        cmocka_unit_test(nobody_listening_and_no_such_name_are_told_apart),
        cmocka_unit_test(plain_http_over_tls_is_a_tls_fault),
        cmocka_unit_test(one_handle_serves_many_calls),
        cmocka_unit_test(only_https_and_loopback_http_are_accepted),
        cmocka_unit_test(a_client_key_is_a_secret_and_comes_with_its_certificate),
        cmocka_unit_test(a_response_grows_to_its_ceiling_and_no_further),
        cmocka_unit_test(given_headers_go_with_every_call_until_others_are_given),
        cmocka_unit_test(a_call_is_broken_off_when_another_thread_says_so),
    };
    return RUN_TESTS(tests);
}
