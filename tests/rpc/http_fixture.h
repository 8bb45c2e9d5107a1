/* SPDX-License-Identifier: Apache-2.0 */
/* A server of a test's own on a loopback port, which misbehaves as told, and a call to it. */
#ifndef VOTA_TESTS_RPC_HTTP_FIXTURE_H
#define VOTA_TESTS_RPC_HTTP_FIXTURE_H

#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/transport.h"

#define REQUEST "{\"jsonrpc\":\"2.0\",\"id\":1}"
#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

/* What the child does with a connection after it has read the request. */
struct behaviour {
    const char *answer;   /* written, then closed */
    size_t padding;       /* that many 'x' more */
    unsigned sleep_s;     /* before closing */
    const char *expected; /* must occur in the request, or the answer is 500 */
    bool is_proxy;        /* answers to the head of a CONNECT */
};

struct server {
    pid_t pid;
    char url[64];
};

static inline void serve_one(int client, const struct behaviour *behaviour)
{
    char request[4000] = {0};
    size_t len = 0;
    const char *end = behaviour->is_proxy ? "\r\n\r\n" : REQUEST;
    while (len < sizeof request - 1 && strstr(request, end) == NULL) {
        const ssize_t got = read(client, request + len, sizeof request - 1 - len);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    const char *answer = behaviour->answer;
    if (behaviour->expected != NULL && strstr(request, behaviour->expected) == NULL)
        answer = "HTTP/1.1 500 Unexpected\r\nContent-Length: 0\r\n\r\n";
    if (answer != NULL && write(client, answer, strlen(answer)) < 0)
        return;
    for (size_t i = 0; i < behaviour->padding; i++) {
        if (write(client, "xxxxxxxxxxxxxxxx", 16) < 0)
            break;
    }
    sleep(behaviour->sleep_s);
}

static inline struct server start(const struct behaviour *behaviour)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t address_len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &address_len), 0);
    struct server server = {.pid = fork()};
    assert_true(server.pid >= 0);
    if (server.pid == 0) {
        (void)signal(SIGPIPE, SIG_IGN);
        for (;;) {
            const int client = accept(listener, NULL, NULL);
            if (client < 0)
                _exit(1);
            serve_one(client, behaviour);
            close(client);
        }
    }
    close(listener);
    (void)snprintf(server.url, sizeof server.url, "http://127.0.0.1:%u/", ntohs(address.sin_port));
    return server;
}

static inline void stop(const struct server *server)
{
    int status;
    assert_int_equal(kill(server->pid, SIGKILL), 0);
    assert_int_equal(waitpid(server->pid, &status, 0), server->pid);
}

static inline enum vota_status ask(const char *url, struct vota_response *response,
                                   unsigned timeout_ms)
{
    const struct vota_transport_options options = {.url = url};
    struct vota_transport *transport = NULL;
    assert_int_equal(vota_transport_curl_new(&transport, &options, NULL), VOTA_OK);
    const struct vota_slice request = {(const uint8_t *)REQUEST, strlen(REQUEST)};
    const enum vota_status status = vota_transport_send(transport, response, request, timeout_ms);
    vota_transport_curl_free(transport);
    return status;
}

/* Asks once; the response is the caller's. */
static inline enum vota_status ask_behaviour(const struct behaviour *behaviour,
                                             struct vota_response *response, unsigned timeout_ms)
{
    const struct server server = start(behaviour);
    const enum vota_status status = ask(server.url, response, timeout_ms);
    stop(&server);
    return status;
}

#endif
