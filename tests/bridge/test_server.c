/* SPDX-License-Identifier: Apache-2.0 */
/* The server on a real socket: good, late, slow, oversized, broken and many requests. */
#include "tests/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "bridge/http/server.h"

#define BODY_MAX 10000u

/* Answers "METHOD TARGET LEN\nBODY"; what begins with /later is answered by a thread. */
struct served {
    struct vota_server *server;
    char text[32768]; /* what a client got */
    size_t len;
    unsigned handled;
};

static void answer(struct vota_server_request *request)
{
    const size_t cap = 256 + request->body.len;
    char *text = malloc(cap);
    assert_non_null(text);
    const int head =
        snprintf(text, cap, "%s %s %zu%s\n", request->method, request->target, request->body.len,
                 request->too_large  ? " too large"
                 : request->unwanted ? " unwanted"
                                     : "");
    if (request->body.len > 0)
        memcpy(text + head, request->body.at, request->body.len);
    const struct vota_server_reply reply = {.status = request->too_large ? 413 : 200,
                                            .content_type = "text/plain",
                                            .body = text,
                                            .len = (size_t)head + request->body.len,
                                            .retry_after = 7,
                                            .allow = "GET",
                                            .asks_for_token = request->authorization == NULL};
    vota_server_answer(request, &reply);
}

static void *answer_later(void *context)
{
    (void)usleep(50000);
    answer(context);
    return NULL;
}

static void handle(void *context, struct vota_server_request *request)
{
    struct served *served = context;
    __atomic_add_fetch(&served->handled, 1, __ATOMIC_SEQ_CST);
    if (strncmp(request->target, "/later", 6) != 0) {
        answer(request);
        return;
    }
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, answer_later, request), 0);
    assert_int_equal(pthread_detach(thread), 0);
}

static void start_with(struct served *served, const char *listen, unsigned deadline)
{
    const struct vota_server_options options = {.listen = listen,
                                                .threads = 2,
                                                .connections = 40,
                                                .head_max = 8192,
                                                .body_max = BODY_MAX,
                                                .deadline = deadline,
                                                .handler = handle,
                                                .context = served};
    *served = (struct served){.server = NULL};
    assert_int_equal(vota_server_start(&served->server, &options, NULL), VOTA_OK);
}

static void start(struct served *served, const char *listen)
{
    start_with(served, listen, 1);
}

static int set_up(void **state)
{
    struct served *served = malloc(sizeof *served);
    assert_non_null(served);
    start(served, "127.0.0.1:0");
    *state = served;
    return 0;
}

static int tear_down(void **state)
{
    struct served *served = *state;
    vota_server_stop(served->server);
    free(served);
    return 0;
}

#define SERVER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static int dial(const struct served *served)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port =
                                            htons((uint16_t)vota_server_port(served->server)),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    /* The server may have hung up: then the test looks at what came back. */
    (void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* Everything that comes until the other side hangs up, or `want` was seen so often. */
static const char *hear(struct served *served, int fd, const char *want, unsigned times)
{
    served->len = 0;
    served->text[0] = '\0';
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&wait, 1, 10000), 1);
        const ssize_t n =
            recv(fd, served->text + served->len, sizeof served->text - 1 - served->len, 0);
        if (n <= 0)
            return served->text;
        served->len += (size_t)n;
        served->text[served->len] = '\0';
        unsigned seen = 0;
        for (const char *at = served->text; want != NULL && (at = strstr(at, want)) != NULL; at++)
            seen++;
        if (want != NULL && seen >= times)
            return served->text;
    }
}

static void a_request_is_handed_over_as_it_came(void **state)
{
    struct served *served = *state;
    const int fd = dial(served);
    say(fd, "GET /v1/records/a%2Fb?x=1+2 HTTP/1.1\r\nHost: x\r\n\r\n");
    const char *text = hear(served, fd, "GET /v1/records/a%2Fb?x=1+2 0\n", 1);
    assert_memory_equal(text, "HTTP/1.1 200 ", 13);
    assert_non_null(strstr(text, "\r\nRetry-After: 7\r\n"));
    assert_non_null(strstr(text, "\r\nAllow: GET\r\n"));
    assert_non_null(strstr(text, "\r\nWWW-Authenticate: Bearer\r\n"));
    assert_non_null(strstr(text, "\r\nCache-Control: no-store\r\n"));
    say(fd, "POST /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer y\r\nContent-Length: 5\r\n\r\n"
            "hello");
    text = hear(served, fd, "POST /x 5\nhello", 1); /* on the same connection */
    assert_null(strstr(text, "WWW-Authenticate"));
    assert_int_equal(close(fd), 0);
}

static void chunks_and_pieces_are_put_together(void **state)
{
    struct served *served = *state;
    const int fd = dial(served);
    say(fd, "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n");
    (void)usleep(20000);
    say(fd, "2\r\nl");
    (void)usleep(20000);
    say(fd, "o\r\n0\r\n\r\n");
    assert_non_null(strstr(hear(served, fd, "hello", 1), "POST /x 5\nhello"));
    assert_int_equal(close(fd), 0);
}

static void pipelined_requests_are_answered_in_their_order(void **state)
{
    struct served *served = *state;
    const int fd = dial(served);
    say(fd, "GET /later/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
            "GET /later/3 HTTP/1.1\r\nHost: x\r\n\r\n");
    const char *text = hear(served, fd, " 0\n", 3);
    const char *first = strstr(text, "GET /later/1 0\n");
    const char *second = strstr(text, "GET /2 0\n");
    const char *third = strstr(text, "GET /later/3 0\n");
    assert_true(first != NULL && first < second && second < third);
    assert_int_equal(close(fd), 0);
}

static void a_body_above_the_ceiling_is_told_at_once(void **state)
{
    struct served *served = *state;
    int fd = dial(served);
    say(fd, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n");
    assert_non_null(strstr(hear(served, fd, "too large", 1), "HTTP/1.1 413 "));
    assert_int_equal(close(fd), 0);

    static char body[BODY_MAX + 2];
    memset(body, 'a', BODY_MAX);
    fd = dial(served);
    say(fd, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
    say(fd, body);
    assert_non_null(strstr(hear(served, fd, "aaaa\n", 1), "POST /x 10000\n"));
    assert_int_equal(close(fd), 0);
}

static bool is_known(void *context, const struct vota_server_request *request)
{
    (void)context;
    return request->authorization != NULL && strcmp(request->method, "POST") == 0;
}

/* Whoever may not hand in makes us keep next to nothing of it, and is answered all the same. */
static void a_body_that_nobody_wants_is_not_kept(void **state)
{
    (void)state;
    static const struct {
        const char *head, *answer;
        size_t len;
    } cases[] = {
        {"POST /x HTTP/1.1\r\nAuthorization: me\r\n", "POST /x 40000\n", 40000},
        {"POST /x HTTP/1.1\r\n", "POST /x 0 unwanted\n", 40000},
        {"GET /x HTTP/1.1\r\nAuthorization: me\r\n", "GET /x 0 unwanted\n", 40000},
        {"POST /x HTTP/1.1\r\n", "POST /x 16384\n", 16384},
    };
    static char body[40000 + 1];
    static struct served served;
    const struct vota_server_options options = {.listen = "127.0.0.1:0",
                                                .threads = 1,
                                                .connections = 40,
                                                .head_max = 8192,
                                                .body_max = 100000,
                                                .deadline = 5,
                                                .handler = handle,
                                                .wants_body = is_known,
                                                .context = &served};
    assert_int_equal(vota_server_start(&served.server, &options, NULL), VOTA_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char head[256];
        const int fd = dial(&served);
        memset(body, 'a', cases[i].len);
        body[cases[i].len] = '\0';
        (void)snprintf(head, sizeof head, "%sHost: x\r\nContent-Length: %zu\r\n\r\n", cases[i].head,
                       cases[i].len);
        say(fd, head);
        say(fd, body);
        assert_non_null(strstr(hear(&served, fd, cases[i].answer, 1), "HTTP/1.1 200 "));
        assert_non_null(strstr(served.text, cases[i].answer));
        assert_int_equal(close(fd), 0);
    }
    vota_server_stop(served.server);
}

static void chunks_without_end_are_cut(void **state)
{
    struct served *served = *state;
    static char chunk[4096 + 16] = "1000\r\n";
    memset(chunk + 6, 'a', 4096);
    memcpy(chunk + 6 + 4096, "\r\n", 3);
    int fd = dial(served);
    say(fd, "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (unsigned i = 0; i < 4; i++)
        say(fd, chunk);
    say(fd, "0\r\n\r\n");
    assert_non_null(strstr(hear(served, fd, "too large", 1), "HTTP/1.1 413 "));
    assert_int_equal(close(fd), 0);

    fd = dial(served);
    say(fd, "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (unsigned i = 0; i < 64; i++)
        say(fd, chunk);
    assert_null(strstr(hear(served, fd, NULL, 0), "200 OK"));
    assert_int_equal(close(fd), 0);
    assert_int_equal(served->handled, 1);
}

static void what_is_no_request_is_refused(void **state)
{
    struct served *served = *state;
    static const char *const cases[] = {
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\n\r\n",                               /* HTTP/1.1 without Host */
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", /* TLS to the wrong port */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int fd = dial(served);
        say(fd, cases[i]);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        assert_null(strstr(hear(served, fd, NULL, 0), "200 OK"));
        assert_int_equal(close(fd), 0);
    }
    assert_int_equal(served->handled, 0);
}

static void a_head_has_a_limit(void **state)
{
    struct served *served = *state;
    static char line[16384];
    memset(line, 'a', sizeof line - 1);
    int fd = dial(served);
    say(fd, "GET /");
    say(fd, line);
    assert_memory_equal(hear(served, fd, NULL, 0), "HTTP/1.1 414 ", 13);
    assert_int_equal(close(fd), 0);
    fd = dial(served);
    say(fd, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
    say(fd, line);
    assert_memory_equal(hear(served, fd, NULL, 0), "HTTP/1.1 431 ", 13);
    assert_int_equal(close(fd), 0);
    assert_int_equal(served->handled, 0);
}

static double seconds(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Hung up, in whatever way. */
static bool is_cut(int fd)
{
    char bytes[512];
    const ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* Drips a byte at a time, often enough for a timeout of silence, until it is cut. */
static void dripping_is_no_way_to_stay(void **state)
{
    struct served *served = *state;
    const double begun = seconds();
    const int fds[] = {dial(served), dial(served), dial(served)}; /* the last says nothing */
    bool cut[3] = {false};
    say(fds[0], "GET / HTTP/1.1\r\nHost: x\r\nX: ");
    say(fds[1], "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
    while (!(cut[0] && cut[1] && cut[2])) {
        assert_true(seconds() < begun + 15);
        say(fds[0], "a");
        say(fds[1], "a");
        (void)usleep(100000);
        for (size_t i = 0; i < 3; i++)
            cut[i] = cut[i] || is_cut(fds[i]);
    }
    assert_true(seconds() > begun + 0.9);
    assert_int_equal(served->handled, 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(close(fds[i]), 0);
}

static void many_connections_are_served_at_once(void **state)
{
    struct served *served = *state;
    int fds[32];
    for (size_t i = 0; i < 32; i++) {
        fds[i] = dial(served);
        say(fds[i], "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    for (size_t i = 0; i < 32; i++) {
        assert_non_null(strstr(hear(served, fds[i], "GET /later 0\n", 1), "200 OK"));
        assert_int_equal(close(fds[i]), 0);
    }
    assert_int_equal(served->handled, 32);
}

static void stopping_answers_what_came_in(void **state)
{
    (void)state;
    static struct served served;
    start(&served, "127.0.0.1:0");
    const int fd = dial(&served);
    say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    while (__atomic_load_n(&served.handled, __ATOMIC_SEQ_CST) == 0)
        (void)usleep(1000);
    vota_server_stop(served.server);
    assert_non_null(strstr(hear(&served, fd, NULL, 0), "GET /later 0\n"));
    assert_int_equal(close(fd), 0);
}

static void a_unix_socket_is_taken_over_from_the_dead_alone(void **state)
{
    (void)state;
    static struct served served;
    static struct served second;
    char dir[] = "/tmp/vota-test-XXXXXX";
    char text[64];
    struct stat info;
    struct vota_error err = {0};
    assert_non_null(mkdtemp(dir));
    (void)snprintf(text, sizeof text, "unix:%s/http", dir);
    for (unsigned i = 0; i < 2; i++) { /* the second time a stale socket is there */
        start(&served, text);
        assert_int_equal(vota_server_port(served.server), 0);
        assert_int_equal(stat(text + 5, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0660);
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", text + 5);
        const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
        say(fd, "GET /u HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_non_null(strstr(hear(&served, fd, "GET /u 0\n", 1), "200 OK"));
        assert_int_equal(close(fd), 0);
        const struct vota_server_options options = {
            .listen = text, .threads = 1, .connections = 4, .handler = handle, .context = &second};
        assert_int_equal(vota_server_start(&second.server, &options, &err), VOTA_CONFLICT);
        assert_string_equal(err.text, "address-in-use");
        vota_server_stop(served.server);
    }
    (void)unlink(text + 5);
    assert_int_equal(rmdir(dir), 0);
}

static void it_listens_on_this_machine_alone(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"0.0.0.0:0", "not-loopback"},
        {"192.0.2.1:80", "not-loopback"},
        {"[::]:0", "not-loopback"},
        {"127.0.0.1", "bad-address"},
        {"localhost:80", "bad-address"},
        {"127.0.0.1:65536", "bad-address"},
        {"127.0.0.1:-1", "bad-address"},
        {"127.0.0.1:", "bad-address"},
        {"::1:80", "bad-address"},
        {"[::1:80", "bad-address"},
        {"[127.0.0.1]:80", "bad-address"},
        {"unix:", "bad-address"},
        {"", "bad-address"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_server *server = NULL;
        struct vota_error err = {0};
        const struct vota_server_options options = {
            .listen = cases[i][0], .threads = 1, .connections = 4, .handler = handle};
        assert_int_equal(vota_server_start(&server, &options, &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i][1]);
    }
}

/* Connections that say nothing take every place: an honest client waits for seconds, not for all
 * of the deadline. */
static void whoever_takes_all_places_loses_them_soon(void **state)
{
    (void)state;
    int idle[60];
    struct served *served = calloc(1, sizeof *served);
    assert_non_null(served);
    start_with(served, "127.0.0.1:0", 60);
    for (size_t i = 0; i < 60; i++) {
        idle[i] = dial(served);
        if (i % 2 == 0)
            say(idle[i], "POST /x HTTP/1.1\r\nHost: x\r\n");
    }
    const double begun = seconds();
    const int fd = dial(served);
    say(fd, "GET /honest HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_non_null(strstr(hear(served, fd, "GET /honest 0\n", 1), "200 OK"));
    assert_true(seconds() < begun + 9);
    for (size_t i = 0; i < 60; i++)
        assert_int_equal(close(idle[i]), 0);
    assert_int_equal(close(fd), 0);
    vota_server_stop(served->server);
    free(served);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVER_TEST(a_request_is_handed_over_as_it_came),
        SERVER_TEST(chunks_and_pieces_are_put_together),
        SERVER_TEST(pipelined_requests_are_answered_in_their_order),
        SERVER_TEST(a_body_above_the_ceiling_is_told_at_once),
        cmocka_unit_test(a_body_that_nobody_wants_is_not_kept),
        SERVER_TEST(chunks_without_end_are_cut),
        SERVER_TEST(what_is_no_request_is_refused),
        SERVER_TEST(a_head_has_a_limit),
        SERVER_TEST(dripping_is_no_way_to_stay),
        SERVER_TEST(many_connections_are_served_at_once),
        cmocka_unit_test(stopping_answers_what_came_in),
        cmocka_unit_test(a_unix_socket_is_taken_over_from_the_dead_alone),
        cmocka_unit_test(it_listens_on_this_machine_alone),
        cmocka_unit_test(whoever_takes_all_places_loses_them_soon),
    };
    return RUN_TESTS(tests);
}
