/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl's GET behind its seam, against a child process that answers every
 * connection on a loopback port with the same bytes, if it was asked as expected.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/transport.h"
#include "tests/test.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

struct server {
    pid_t pid;
    unsigned port;
};

static void answer_one(int client, const char *expected, const char *answer)
{
    char request[4000] = {0};
    size_t len = 0;
    while (len < sizeof request - 1 && strstr(request, "\r\n\r\n") == NULL) {
        const ssize_t got = read(client, request + len, sizeof request - 1 - len);
        if (got <= 0)
            return;
        len += (size_t)got;
    }
    if (strstr(request, expected) == NULL || strstr(request, "Content-Type") != NULL)
        answer = "HTTP/1.1 500 Unexpected\r\nContent-Length: 0\r\n\r\n";
    if (write(client, answer, strlen(answer)) < 0)
        return;
}

static struct server start(const char *expected, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t address_len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &address_len), 0);
    const struct server server = {.pid = fork(), .port = ntohs(address.sin_port)};
    assert_true(server.pid >= 0);
    while (server.pid == 0) {
        const int client = accept(listener, NULL, NULL);
        if (client < 0)
            _exit(1);
        answer_one(client, expected, answer);
        (void)close(client);
    }
    (void)close(listener);
    return server;
}

static void stop(const struct server *server)
{
    int status;
    assert_int_equal(kill(server->pid, SIGKILL), 0);
    assert_int_equal(waitpid(server->pid, &status, 0), server->pid);
}

/* Asks a server twice with one handle: the second answer, status and fault in *response. */
static enum vota_status ask(const struct server *server, const char *base, const char *path,
                            struct vota_response *response)
{
    char url[128];
    struct vota_fetch *fetch = NULL;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", server->port, base);
    const struct vota_transport_options options = {.url = url};
    assert_int_equal(vota_fetch_curl_new(&fetch, &options, NULL), VOTA_OK);
    const enum vota_status first = vota_fetch_get(fetch, response, path, 5000);
    const enum vota_status second = vota_fetch_get(fetch, response, path, 5000);
    vota_fetch_curl_free(fetch);
    assert_int_equal(first, second);
    return second;
}

static void a_file_is_asked_for_below_the_address(void **state)
{
    static const struct {
        const char *base, *path, *expected;
    } cases[] = {
        {"", "site.json", "GET /site.json HTTP/1.1\r\n"},
        {"/", "site.json", "GET /site.json HTTP/1.1\r\n"},
        {"/anchor", "verify.html", "GET /anchor/verify.html HTTP/1.1\r\n"},
        {"/anchor/", "batches/7.rows", "GET /anchor/batches/7.rows HTTP/1.1\r\n"},
    };
    static const char plain[] = "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\n"
                                "Content-Length: 5\r\n\r\nhello";
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct server server = start(cases[i].expected, i % 2 == 0 ? OK_HEAD "hello" : plain);
        struct vota_response response;
        vota_response_init(&response, 5);
        assert_int_equal(ask(&server, cases[i].base, cases[i].path, &response), VOTA_OK);
        assert_int_equal(response.len, 5);
        assert_memory_equal(response.body, "hello", 5);
        vota_response_done(&response);
        stop(&server);
    }
}

static void what_is_no_file_is_a_fault(void **state)
{
    static const struct {
        const char *answer;
        enum vota_transport_fault fault;
        unsigned status;
    } cases[] = {
        {"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", VOTA_TRANSPORT_HTTP, 404},
        {"HTTP/1.1 206 Part\r\nContent-Length: 1\r\n\r\nh", VOTA_TRANSPORT_HTTP, 206},
        /* a redirect is not followed, not even on the same host */
        {"HTTP/1.1 301 Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
         VOTA_TRANSPORT_HTTP, 301},
        {"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello!", VOTA_TRANSPORT_TOO_LARGE, 200},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", VOTA_TRANSPORT_CLOSED, 200},
        /* these bytes are not what a browser ends up with */
        {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
         VOTA_TRANSPORT_ALTERED, 200},
        {"HTTP/1.1 200 OK\r\nrefresh: 0; url=/x\r\nContent-Length: 5\r\n\r\nhello",
         VOTA_TRANSPORT_ALTERED, 200},
        {"", VOTA_TRANSPORT_CLOSED, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct server server = start("GET /x HTTP/1.1\r\n", cases[i].answer);
        struct vota_response response;
        vota_response_init(&response, 5);
        assert_int_equal(ask(&server, "/", "x", &response), VOTA_REMOTE);
        assert_int_equal(response.fault, cases[i].fault);
        assert_int_equal(response.http_status, cases[i].status);
        vota_response_done(&response);
        stop(&server);
    }
}

static void only_an_address_of_files_is_taken(void **state)
{
    static const struct {
        const char *url, *reason;
    } cases[] = {
        {"", "bad-url"},
        {"http://anchor.city.example/", "not-https"},
        {"ftp://127.0.0.1/", "not-https"},
        {"https://anchor.city.example/?page=1", "bad-url"},
        {"https://anchor.city.example/#r=1", "bad-url"},
        {"not an address", "bad-url"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_transport_options options = {.url = cases[i].url};
        struct vota_fetch *fetch = NULL;
        struct vota_error err = {0};
        assert_int_equal(vota_fetch_curl_new(&fetch, &options, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
        assert_null(fetch);
    }
    vota_fetch_curl_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_asked_for_below_the_address),
        cmocka_unit_test(what_is_no_file_is_a_fault),
        cmocka_unit_test(only_an_address_of_files_is_taken),
    };
    return RUN_TESTS(tests);
}
