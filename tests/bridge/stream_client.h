/* SPDX-License-Identifier: Apache-2.0 */
/* A client of the API's streams, for their tests: sends and takes at the same time, and puts the
 * chunks of the answer together. */
#ifndef VOTA_TESTS_BRIDGE_STREAM_CLIENT_H
#define VOTA_TESTS_BRIDGE_STREAM_CLIENT_H

#include "tests/bridge/api_fixture.h"

#include <errno.h>
#include <poll.h>

#define NDJSON    "application/x-ndjson"
#define TEXT_MAX  ((size_t)64 << 20)
#define WAIT_MOST 20000 /* milliseconds */

/* What came back on a connection. */
struct heard {
    int fd;
    char *text; /* as it came */
    size_t len;
    char *lines; /* the body without its chunks */
    size_t lines_len;
};

static inline struct heard open_stream(const struct city *city, const char *query,
                                       const char *length)
{
    char head[512];
    struct heard heard = {.fd = dial(vota_server_port(city->server))};
    const int len = snprintf(head, sizeof head,
                             "POST /v1/records%s HTTP/1.1\r\nHost: x\r\n"
                             "Authorization: Bearer %s\r\nContent-Type: " NDJSON "\r\n%s\r\n\r\n",
                             query, city->token[0], length);
    assert_int_equal(send(heard.fd, head, (size_t)len, MSG_NOSIGNAL), len);
    heard.text = malloc(TEXT_MAX);
    heard.lines = malloc(TEXT_MAX);
    assert_true(heard.text != NULL && heard.lines != NULL);
    return heard;
}

static inline void close_stream(struct heard *heard)
{
    assert_int_equal(close(heard->fd), 0);
    free(heard->text);
    free(heard->lines);
}

/* The data of whole chunks; whether the last one was seen. */
static inline bool unchunk(struct heard *heard)
{
    heard->text[heard->len] = '\0';
    heard->lines_len = 0;
    heard->lines[0] = '\0';
    const char *at = strstr(heard->text, "\r\n\r\n");
    if (at == NULL)
        return false;
    at += 4;
    while (at < heard->text + heard->len) {
        char *end = NULL;
        const size_t size = strtoul(at, &end, 16);
        if (end == at || end + 2 + size + 2 > heard->text + heard->len)
            return false;
        if (size == 0)
            return true;
        memcpy(heard->lines + heard->lines_len, end + 2, size);
        heard->lines_len += size;
        heard->lines[heard->lines_len] = '\0';
        at = end + 2 + size + 2;
    }
    return false;
}

static inline unsigned count_lines(const struct heard *heard)
{
    unsigned n = 0;
    for (size_t i = 0; i < heard->lines_len; i++)
        n += heard->lines[i] == '\n';
    return n;
}

/* Takes what is there; false at the end. */
static inline bool take_some(struct heard *heard, int wait)
{
    struct pollfd poll_for = {.fd = heard->fd, .events = POLLIN};
    if (poll(&poll_for, 1, wait) != 1)
        return wait != WAIT_MOST;
    const ssize_t n = recv(heard->fd, heard->text + heard->len, TEXT_MAX - 1 - heard->len, 0);
    if (n > 0)
        heard->len += (size_t)n;
    return n > 0;
}

/* Until so many lines are there, or the other side hangs up; whether they are. */
static inline bool hear_lines(struct heard *heard, unsigned n)
{
    do {
        (void)unchunk(heard);
        if (count_lines(heard) >= n)
            return true;
    } while (take_some(heard, WAIT_MOST));
    return false;
}

/* Until the other side hangs up; whether the answer was whole. */
static inline bool hear_all(struct heard *heard)
{
    while (take_some(heard, WAIT_MOST))
        continue;
    return unchunk(heard);
}

/* Sends all of it, taking what comes meanwhile; false when the other side hung up. */
static inline bool say(struct heard *heard, const char *text, size_t len)
{
    while (len > 0) {
        struct pollfd wait = {.fd = heard->fd, .events = POLLIN | POLLOUT};
        assert_int_equal(poll(&wait, 1, WAIT_MOST), 1);
        if ((wait.revents & POLLIN) != 0 && !take_some(heard, 0))
            return false;
        if ((wait.revents & (POLLOUT | POLLERR)) == 0)
            continue;
        const ssize_t n = send(heard->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN)
            return false;
        text += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static inline void say_chunk(struct heard *heard, const char *text, size_t len)
{
    char size[16];
    (void)snprintf(size, sizeof size, "%zx\r\n", len);
    assert_true(say(heard, size, strlen(size)));
    assert_true(say(heard, text, len));
    assert_true(say(heard, "\r\n", 2));
}

/* Records first to first + n - 1, a line each. */
static inline size_t records(char *text, size_t cap, unsigned first, unsigned n)
{
    size_t len = 0;
    for (unsigned i = first; i < first + n; i++) {
        const int more = snprintf(text + len, cap - len, RECORD("s%u", "v%u", "yes") "\n", i, i);
        assert_true(more > 0 && (size_t)more < cap - len);
        len += (size_t)more;
    }
    return len;
}

static inline void say_records(struct heard *heard, unsigned first, unsigned n)
{
    static char text[TEXT_MAX / 64];
    say_chunk(heard, text, records(text, sizeof text, first, n));
}

static inline bool is_in(const char *text, size_t len, const char *word)
{
    const size_t n = strlen(word);
    for (size_t i = 0; i + n <= len; i++) {
        if (memcmp(text + i, word, n) == 0)
            return true;
    }
    return false;
}

/* Lines `from` to `to` say this answer, each with its number. */
static inline void assert_lines(const struct heard *heard, unsigned from, unsigned to,
                                const char *answer)
{
    size_t at = 0;
    for (unsigned n = 1; n <= to; n++) {
        char begin[64];
        const char *line = heard->lines + at;
        const char *end = memchr(line, '\n', heard->lines_len - at);
        assert_non_null(end);
        (void)snprintf(begin, sizeof begin, "{\"line\":%u,", n);
        assert_memory_equal(line, begin, strlen(begin));
        if (n >= from)
            assert_true(is_in(line, (size_t)(end - line), answer));
        at = (size_t)(end + 1 - heard->lines);
    }
}

#endif
