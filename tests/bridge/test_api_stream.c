/* SPDX-License-Identifier: Apache-2.0 */
/* Records as a stream: in order, in bounded memory, and with every hang-up in the middle. */
#include "tests/bridge/stream_client.h"

#include <time.h>

#include "bridge/http/clients.h"
#include "tests/bridge/clock_back.h"

#define DEADLINE 2u
#define BIG      120000u /* above the ceiling of a body, 100000 */

static int set_up_with(void **state, unsigned deadline)
{
    struct city *city = city_open(no_limit);
    vota_server_stop(city->server);
    const struct vota_server_options server = {.listen = "127.0.0.1:0",
                                               .threads = 2,
                                               .connections = 32,
                                               .head_max = 16384,
                                               .body_max = 100000,
                                               .deadline = deadline,
                                               .handler = vota_api_handle,
                                               .open_stream = vota_api_open_stream,
                                               .run_stream = vota_api_stream_run,
                                               .context = city->api};
    OK(vota_server_start(&city->server, &server, NULL));
    assert_int_equal(close(city->fd), 0);
    city->fd = dial(vota_server_port(city->server));
    *state = city;
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, DEADLINE);
}

static int set_up_patient(void **state)
{
    return set_up_with(state, 60);
}

static int tear_down(void **state)
{
    city_close(*state);
    return 0;
}

#define STREAM_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* ---- what it is told ---- */

static void a_stream_is_taken_whole_and_answered_in_order(void **state)
{
    struct city *city = *state;
    struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
    for (unsigned n = 0; n < 6; n++)
        say_records(&heard, n * 1000, 1000);
    assert_true(say(&heard, "0\r\n\r\n", 5));
    assert_true(hear_all(&heard));
    assert_memory_equal(heard.text, "HTTP/1.1 200 OK\r\n", 17);
    assert_non_null(strstr(heard.text, "Content-Type: " NDJSON "\r\n"));
    assert_int_equal(count_lines(&heard), 6000);
    assert_lines(&heard, 1, 6000, "\"answer\":\"added\"}");
    assert_int_equal(records_of(city->i, "vote"), 6000);
    close_stream(&heard);
}

static void a_body_longer_than_may_be_is_a_stream(void **state)
{
    struct city *city = *state;
    static char text[BIG];
    char length[64];
    unsigned n = BIG / 110;
    const size_t len = records(text, sizeof text, 0, n);
    assert_true(len > 100000);
    (void)snprintf(length, sizeof length, "Content-Length: %zu", len);
    struct heard heard = open_stream(city, "", length);
    assert_true(say(&heard, text, len));
    assert_true(hear_all(&heard));
    assert_int_equal(count_lines(&heard), n);
    assert_lines(&heard, 1, n, "\"receipt\":{");
    assert_int_equal(records_of(city->i, "vote"), n);
    close_stream(&heard);
}

static void answers_come_while_the_body_does(void **state)
{
    struct city *city = *state;
    struct heard heard = open_stream(city, "", "Transfer-Encoding: chunked");
    for (unsigned n = 0; n < 3; n++) {
        say_records(&heard, n, 1);
        assert_true(hear_lines(&heard, n + 1));
        assert_int_equal(records_of(city->i, "vote"), n + 1); /* it is there when it is said */
    }
    assert_true(say(&heard, "0\r\n\r\n", 5));
    assert_true(hear_all(&heard));
    assert_lines(&heard, 1, 3, "\"receipt\":{");
    close_stream(&heard);
}

static void lines_are_judged_one_by_one(void **state)
{
    struct city *city = *state;
    static char longest[600000];
    struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
    static const char text[] = RECORD("a", "a", "yes") "\n\nnonsense\n" RECORD(
        "a", "a", "no") "\r\n" RECORD("a", "a", "yes") "\n" RECORD("b", "a", "yes") "\n";
    say_chunk(&heard, text, sizeof text - 1);
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\n';
    say_chunk(&heard, longest, sizeof longest);
    say_records(&heard, 1, 1);
    static const char last[] = RECORD("z", "z", "no");
    say_chunk(&heard, last, sizeof last - 1);
    assert_true(say(&heard, "0\r\n\r\n", 5));
    assert_true(hear_all(&heard));
    static const char *const expected[] = {
        "{\"line\":1,\"id\":\"a\",\"answer\":\"added\"}",
        "{\"line\":3,\"answer\":\"refused\"",
        "{\"line\":4,\"answer\":\"refused\"",
        "{\"line\":5,\"id\":\"a\",\"answer\":\"present\"}",
        "{\"line\":6,\"answer\":\"refused\"",
        "{\"line\":7,\"answer\":\"refused\"",
        "{\"line\":8,\"id\":\"s1\",\"answer\":\"added\"}",
        "{\"line\":9,\"id\":\"z\",\"answer\":\"added\"}",
    };
    const char *line = heard.lines;
    for (size_t n = 0; n < sizeof expected / sizeof expected[0]; n++) {
        assert_memory_equal(line, expected[n], strlen(expected[n]));
        line = strchr(line, '\n') + 1;
    }
    assert_string_equal(line, "");
    assert_non_null(strstr(heard.lines, "\"code\":\"row-too-long\""));
    assert_non_null(strstr(heard.lines, "\"code\":\"second-vote\""));
    close_stream(&heard);
}

static void an_empty_stream_has_an_empty_answer(void **state)
{
    struct city *city = *state;
    struct heard heard = open_stream(city, "", "Transfer-Encoding: chunked");
    assert_true(say(&heard, "0\r\n\r\n", 5));
    assert_true(hear_all(&heard));
    assert_int_equal(heard.lines_len, 0);
    close_stream(&heard);
}

/* ---- who is slow, and who is gone ---- */

static void set_small_buffers(int fd)
{
    const int size = 16384;
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
}

static bool is_honest_served(struct city *city, const char *id)
{
    char body[256];
    (void)snprintf(body, sizeof body, RECORD("%s", "%s", "no"), id, id);
    assert_int_equal(close(city->fd), 0);
    city->fd = dial(vota_server_port(city->server)); /* the one of before was idle too long */
    return ask(city, 0, POST, JSON, body) == 201;
}

/* Hands in without reading: at some point nothing more is taken, and memory does not grow. */
static void who_does_not_read_is_not_read(void **state)
{
    struct city *city = *state;
    static char text[1000 * 128];
    struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
    unsigned sent = 0;
    size_t len = 0;
    size_t at = 0;
    set_small_buffers(heard.fd);
    for (unsigned quiet = 0; quiet < 50 && sent < 400000;) { /* half a second without progress */
        if (at == len) {
            len = records(text + 7, sizeof text - 9, sent, 1000);
            char size[16];
            (void)snprintf(size, sizeof size, "%05zx\r\n", len);
            memcpy(text, size, 7);
            memcpy(text + 7 + len, "\r\n", 2);
            len += 9;
            at = 0;
            sent += 1000;
        }
        const ssize_t n = send(heard.fd, text + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        at += n > 0 ? (size_t)n : 0;
        quiet = n > 0 ? 0 : quiet + 1;
        if (n <= 0)
            (void)usleep(10000);
    }
    assert_true(sent < 400000); /* 40 MB */
    assert_true(is_honest_served(city, "honest"));
    assert_true(say(&heard, text + at, len - at)); /* now it reads */
    assert_true(say(&heard, "0\r\n\r\n", 5));
    assert_true(hear_all(&heard));
    assert_int_equal(count_lines(&heard), sent);
    assert_lines(&heard, 1, sent, "\"answer\":\"added\"");
    close_stream(&heard);
}

static double seconds(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void who_never_reads_is_cut(void **state)
{
    struct city *city = *state;
    static char text[1000 * 128];
    struct heard heard = open_stream(city, "", "Transfer-Encoding: chunked");
    const double begun = seconds();
    set_small_buffers(heard.fd);
    (void)snprintf(text, sizeof text, "fffffff\r\n");
    assert_true(send(heard.fd, text, strlen(text), MSG_NOSIGNAL) > 0);
    unsigned sent = 0;
    while (seconds() < begun + 20) {
        const size_t len = records(text, sizeof text, sent, 500);
        const ssize_t n = send(heard.fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN)
            break;
        sent += n > 0 ? 500 : 0; /* the pieces may be broken lines: they are refused */
        (void)usleep(n > 0 ? 0 : 20000);
    }
    assert_true(seconds() < begun + 20 && seconds() > begun + DEADLINE);
    assert_true(is_honest_served(city, "honest"));
    close_stream(&heard);
}

/* A byte at a time is no line in time. */
static void who_drips_is_cut(void **state)
{
    struct city *city = *state;
    struct heard heard = open_stream(city, "", "Transfer-Encoding: chunked");
    const double begun = seconds();
    say_records(&heard, 0, 1);
    assert_true(hear_lines(&heard, 1)); /* what came before is answered */
    bool cut = false;
    while (!cut && seconds() < begun + 15) {
        cut = send(heard.fd, "1\r\n \r\n", 6, MSG_NOSIGNAL) < 0;
        struct pollfd wait = {.fd = heard.fd, .events = POLLIN};
        if (poll(&wait, 1, 100) == 1)
            cut = cut || !take_some(&heard, 0);
    }
    assert_true(cut);
    assert_false(unchunk(&heard)); /* and no end was made up */
    assert_true(is_honest_served(city, "honest"));
    assert_int_equal(records_of(city->i, "vote"), 2);
    close_stream(&heard);
}

/* However it ends, whole lines are in, what was read is in, and the same again completes it. */
static void hanging_up_loses_nothing_that_was_answered(void **state)
{
    struct city *city = *state;
    for (unsigned round = 0; round < 4; round++) {
        const unsigned first = round * 10000;
        struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
        for (unsigned n = 0; n < 2; n++)
            say_records(&heard, first + n * 1000, 1000);
        assert_true(say(&heard, "fff\r\n{\"regis", 12));
        const uint64_t before = records_of(city->i, "vote");
        assert_true(before <= (uint64_t)2000 * (round + 1));
        if (round % 2 == 0)
            (void)hear_lines(&heard, 1);
        (void)unchunk(&heard);
        const unsigned answered = count_lines(&heard);
        const struct linger reset = {.l_onoff = 1, .l_linger = 0};
        if (round % 4 >= 2)
            assert_int_equal(setsockopt(heard.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
        close_stream(&heard);
        assert_true(records_of(city->i, "vote") >= (uint64_t)round * 2000 + answered);

        heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
        for (unsigned n = 0; n < 2; n++)
            say_records(&heard, first + n * 1000, 1000);
        assert_true(say(&heard, "0\r\n\r\n", 5));
        assert_true(hear_all(&heard));
        assert_int_equal(count_lines(&heard), 2000);
        close_stream(&heard);
        assert_int_equal(records_of(city->i, "vote"), (uint64_t)(round + 1) * 2000);
    }
}

/* ---- who may ---- */

static void a_client_has_so_many_streams(void **state)
{
    struct city *city = *state;
    struct heard heard[VOTA_CLIENTS_STREAMS_OF_ONE];
    for (unsigned n = 0; n < VOTA_CLIENTS_STREAMS_OF_ONE; n++) {
        heard[n] = open_stream(city, "", "Transfer-Encoding: chunked");
        say_records(&heard[n], n, 1);
        assert_true(hear_lines(&heard[n], 1));
    }
    struct heard another = open_stream(city, "", "Content-Length: 100000000");
    (void)hear_all(&another);
    assert_memory_equal(another.text, "HTTP/1.1 503 ", 13);
    assert_non_null(strstr(another.text, "\"code\":\"overloaded\""));
    close_stream(&another);
    for (unsigned n = 0; n < VOTA_CLIENTS_STREAMS_OF_ONE; n++) {
        assert_true(say(&heard[n], "0\r\n\r\n", 5));
        assert_true(hear_all(&heard[n]));
        close_stream(&heard[n]);
    }
    another = open_stream(city, "", "Transfer-Encoding: chunked");
    say_records(&another, 10, 1);
    assert_true(hear_lines(&another, 1));
    close_stream(&another);
}

/* A slow client is not made slower by a clock that is set back (clock_back.h). */
static void a_rate_is_waited_for_and_no_longer(void **state)
{
    struct city *city = *state;
    static const struct vota_rate_policy slow = {.per_second = 50, .burst = 50};
    vota_api_set_rate(city->api, &slow);
    struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
    say_records(&heard, 0, 50);
    assert_true(hear_lines(&heard, 50));
    say_records(&heard, 50, 50);
    assert_true(hear_lines(&heard, 100));
    assert_lines(&heard, 1, 100, "\"answer\":\"added\"");
    close_stream(&heard);
}

static void a_token_revoked_ends_what_is_taken(void **state)
{
    struct city *city = *state;
    static const struct vota_tokens none;
    struct heard heard = open_stream(city, "", "Transfer-Encoding: chunked");
    say_records(&heard, 0, 1);
    assert_true(hear_lines(&heard, 1));
    vota_api_set_tokens(city->api, &none);
    say_records(&heard, 1, 2);
    assert_true(say(&heard, "0\r\n\r\n", 5));
    assert_true(hear_all(&heard));
    assert_lines(&heard, 2, 3, "\"answer\":\"failed\"");
    assert_non_null(strstr(heard.lines, "\"code\":\"no-token\""));
    assert_int_equal(records_of(city->i, "vote"), 1);
    close_stream(&heard);
}

static void a_key_replaced_ends_what_is_taken(void **state)
{
    struct city *city = *state;
    struct heard heard = open_stream(city, "", "Transfer-Encoding: chunked");
    say_records(&heard, 0, 1);
    assert_true(hear_lines(&heard, 1));
    vota_api_set_key_replaced(city->api, true);
    say_records(&heard, 1, 2);
    assert_true(say(&heard, "0\r\n\r\n", 5));
    assert_true(hear_all(&heard));
    assert_lines(&heard, 2, 3, "\"answer\":\"failed\"");
    assert_non_null(strstr(heard.lines, "\"code\":\"key-replaced\""));
    assert_int_equal(records_of(city->i, "vote"), 1);
    close_stream(&heard);
}

static void what_is_no_stream_is_refused_as_ever(void **state)
{
    struct city *city = *state;
    static const struct {
        const char *query, *length, *begin, *code;
    } cases[] = {
        {"?receipt=maybe", "Content-Length: 100000000", "HTTP/1.1 413 ", "body-too-large"},
        {"?other=1", "Content-Length: 100000000", "HTTP/1.1 413 ", "body-too-large"},
        {"/x", "Content-Length: 100000000", "HTTP/1.1 405 ", "wrong-method"},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct heard heard = open_stream(city, cases[n].query, cases[n].length);
        (void)shutdown(heard.fd, SHUT_WR);
        (void)hear_all(&heard);
        assert_memory_equal(heard.text, cases[n].begin, strlen(cases[n].begin));
        heard.text[heard.len] = '\0';
        assert_non_null(strstr(heard.text, cases[n].code));
        close_stream(&heard);
    }
}

static void stopping_answers_what_came(void **state)
{
    struct city *city = *state;
    struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
    say_records(&heard, 0, 1000);
    assert_true(hear_lines(&heard, 1));
    const double begun = seconds();
    vota_server_stop(city->server);
    assert_true(seconds() < begun + 30); /* it does not wait for the client, who has a minute */
    city->server = NULL;
    (void)hear_all(&heard);
    const unsigned answered = count_lines(&heard);
    assert_lines(&heard, 1, answered, "\"answer\":\"added\"");
    assert_true(records_of(city->i, "vote") >= answered);
    close_stream(&heard);
}

/* Who was cut off must know it: half a line is not refused, and the answer has no last chunk. */
static void stopping_says_nothing_of_half_a_line(void **state)
{
    struct city *city = *state;
    static const char half[] = "{\"id\":\"half\",\"register\":";
    struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
    say_records(&heard, 0, 2);
    say_chunk(&heard, half, sizeof half - 1);
    assert_true(hear_lines(&heard, 2));
    vota_server_stop(city->server);
    city->server = NULL;
    assert_false(hear_all(&heard));
    assert_int_equal(count_lines(&heard), 2);
    assert_lines(&heard, 1, 2, "\"answer\":\"added\"");
    close_stream(&heard);
}

/* A client that must slow down is not what a stop waits for. */
static void stopping_does_not_wait_for_a_rate(void **state)
{
    struct city *city = *state;
    static const struct vota_rate_policy slow = {.per_second = 1, .burst = 100};
    vota_api_set_rate(city->api, &slow);
    struct heard heard = open_stream(city, "?receipt=none", "Transfer-Encoding: chunked");
    say_records(&heard, 0, 100);
    assert_true(hear_lines(&heard, 100));
    say_records(&heard, 100, 60);
    const double begun = seconds();
    vota_server_stop(city->server);
    assert_true(seconds() < begun + 20);
    city->server = NULL;
    assert_false(hear_all(&heard));
    assert_int_equal(records_of(city->i, "vote"), 100);
    close_stream(&heard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STREAM_TEST(a_stream_is_taken_whole_and_answered_in_order),
        STREAM_TEST(a_body_longer_than_may_be_is_a_stream),
        STREAM_TEST(answers_come_while_the_body_does),
        STREAM_TEST(lines_are_judged_one_by_one),
        STREAM_TEST(an_empty_stream_has_an_empty_answer),
        cmocka_unit_test_setup_teardown(who_does_not_read_is_not_read, set_up_patient, tear_down),
        STREAM_TEST(who_never_reads_is_cut),
        STREAM_TEST(who_drips_is_cut),
        STREAM_TEST(hanging_up_loses_nothing_that_was_answered),
        STREAM_TEST(a_client_has_so_many_streams),
        cmocka_unit_test_setup_teardown(a_rate_is_waited_for_and_no_longer, set_up_patient,
                                        tear_down),
        STREAM_TEST(a_token_revoked_ends_what_is_taken),
        STREAM_TEST(a_key_replaced_ends_what_is_taken),
        STREAM_TEST(what_is_no_stream_is_refused_as_ever),
        cmocka_unit_test_setup_teardown(stopping_answers_what_came, set_up_patient, tear_down),
        cmocka_unit_test_setup_teardown(stopping_says_nothing_of_half_a_line, set_up_patient,
                                        tear_down),
        cmocka_unit_test_setup_teardown(stopping_does_not_wait_for_a_rate, set_up_patient,
                                        tear_down),
    };
    return RUN_TESTS(tests);
}
