/* SPDX-License-Identifier: Apache-2.0 */
/* A client for the ingest benchmark: see load.h. */
#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/bare.h"

#define ANSWER_MAX 65536u
#define SEND_CAP   65536u

#define CONNECTIONS_MAX 1024u

/* A kept connection with one request on its way. */
struct line {
    int fd;
    double asked;
    size_t len;
    char text[ANSWER_MAX];
};

struct desk {
    const struct load *load;
    struct load_result *result;
    float *times; /* milliseconds, in the order of answers */
    size_t next;  /* to be asked */
    bool reads;
    double begun;
};

static int dial(unsigned port)
{
    const int on = 1;
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        bench_die("connect");
    return fd;
}

static int record_text(char *text, size_t cap, const struct load *load, size_t number)
{
    static const char *const choices[] = {"yes", "no", "Undecided"};
    return snprintf(text, cap,
                    "{\"register\":\"bench\",\"id\":\"B%07zu\",\"voter\":\"voter-%zu\","
                    "\"choice\":\"%s\",\"cast_at\":\"" BENCH_VOTES_SAY "\"}",
                    number, number * 7919 % load->voters, choices[number % 3]);
}

/* ---- one record a request ---- */

static void ask(struct desk *desk, struct line *line)
{
    char text[1024];
    char body[256];
    const struct load *load = desk->load;
    int len;
    if (desk->reads) {
        len = snprintf(text, sizeof text,
                       "GET /v1/records/B%07zu/receipt HTTP/1.1\r\nHost: x\r\n"
                       "Authorization: Bearer %s\r\n\r\n",
                       desk->next * 7919 % load->count, load->token);
    } else {
        const int body_len = record_text(body, sizeof body, load, load->first + desk->next);
        len = snprintf(text, sizeof text,
                       "POST /v1/records%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                       "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                       load->with_receipts ? "" : "?receipt=none", load->token, body_len, body);
    }
    desk->next++;
    line->len = 0;
    line->asked = bench_now();
    if (send(line->fd, text, (size_t)len, MSG_NOSIGNAL) != len)
        bench_die("send");
}

/* Whether an answer is there whole, and is an acknowledgement. */
static bool is_whole(const struct line *line, bool reads)
{
    const char *end = memmem(line->text, line->len, "\r\n\r\n", 4);
    const char *length = memmem(line->text, line->len, "Content-Length: ", 16);
    if (end == NULL || length == NULL)
        return false;
    const size_t want = (size_t)(end + 4 - line->text) + strtoul(length + 16, NULL, 10);
    if (line->len < want)
        return false;
    if (memcmp(line->text, reads ? "HTTP/1.1 200" : "HTTP/1.1 201", 12) != 0 || line->len != want) {
        (void)fprintf(stderr, "%.*s\n", (int)line->len, line->text);
        bench_die("not acknowledged");
    }
    return true;
}

static bool hear(struct desk *desk, struct line *line)
{
    const ssize_t n = recv(line->fd, line->text + line->len, ANSWER_MAX - line->len, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0)
        bench_die("the server hung up");
    line->len += (size_t)n;
    if (!is_whole(line, desk->reads))
        return false;
    desk->times[desk->result->answered++] = (float)((bench_now() - line->asked) * 1e3);
    return true;
}

static bool is_over(const struct desk *desk)
{
    const struct load *load = desk->load;
    return desk->next >= load->count || (load->until > 0 && bench_now() >= load->until);
}

/* Whether another request may go now. */
static bool may_ask(const struct desk *desk)
{
    const struct load *load = desk->load;
    if (is_over(desk))
        return false;
    return load->pace <= 0 || (double)desk->next < (bench_now() - desk->begun) * load->pace;
}

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a;
    const float y = *(const float *)b;
    return (x > y) - (x < y);
}

static double p99_of(const float *times, size_t n)
{
    float *copy = calloc(n + 1, sizeof *copy);
    if (copy == NULL)
        bench_die("calloc");
    memcpy(copy, times, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, ascending);
    const double value = n > 0 ? (double)copy[n * 99 / 100] : 0;
    free(copy);
    return value;
}

static void sum_up(struct desk *desk)
{
    struct load_result *result = desk->result;
    const size_t n = result->answered;
    result->seconds = bench_now() - desk->begun;
    result->first_p99_ms = p99_of(desk->times, n / 10);
    result->last_p99_ms = p99_of(desk->times + n - n / 10, n / 10);
    qsort(desk->times, n, sizeof *desk->times, ascending);
    if (n == 0)
        return;
    result->p50_ms = (double)desk->times[n / 2];
    result->p99_ms = (double)desk->times[n * 99 / 100];
    result->max_ms = (double)desk->times[n - 1];
}

static void dial_all(struct desk *desk, struct line *lines, int waits)
{
    for (unsigned i = 0; i < desk->load->connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = &lines[i]}};
        lines[i].fd = dial(desk->load->port);
        if (epoll_ctl(waits, EPOLL_CTL_ADD, lines[i].fd, &event) != 0)
            bench_die("epoll");
    }
}

/* Connections that have nothing to do wait in `idle` until the pace lets them. */
static void run(struct desk *desk)
{
    static struct line *idle[CONNECTIONS_MAX];
    const struct load *load = desk->load;
    struct line *lines = calloc(load->connections, sizeof *lines);
    size_t n_idle = 0;
    const int waits = epoll_create1(EPOLL_CLOEXEC);
    if (lines == NULL || waits < 0 || load->connections > CONNECTIONS_MAX)
        bench_die("lines");
    dial_all(desk, lines, waits);
    while (n_idle < load->connections) {
        idle[n_idle] = &lines[n_idle];
        n_idle++;
    }
    desk->begun = bench_now();
    while (true) {
        struct epoll_event events[64];
        while (n_idle > 0 && may_ask(desk))
            ask(desk, idle[--n_idle]);
        if (n_idle == load->connections && is_over(desk))
            break;
        const int n = epoll_wait(waits, events, 64, n_idle > 0 ? 1 : 1000);
        for (int i = 0; i < n; i++) {
            if (hear(desk, events[i].data.ptr))
                idle[n_idle++] = events[i].data.ptr;
        }
    }
    sum_up(desk);
    for (unsigned i = 0; i < load->connections; i++)
        (void)close(lines[i].fd);
    (void)close(waits);
    free(lines);
}

static void run_requests(struct load_result *ret_result, const struct load *load, bool reads)
{
    struct desk desk = {.load = load, .result = ret_result, .reads = reads};
    *ret_result = (struct load_result){.answered = 0};
    desk.times = calloc(load->count + 1, sizeof *desk.times);
    if (desk.times == NULL)
        bench_die("calloc");
    run(&desk);
    free(desk.times);
}

void load_single(struct load_result *ret_result, const struct load *load)
{
    run_requests(ret_result, load, false);
}

void load_reads(struct load_result *ret_result, const struct load *load)
{
    run_requests(ret_result, load, true);
}

/* ---- a stream ---- */

/* Counts the lines of a chunked answer. */
struct chunks {
    bool past_head;
    size_t head; /* of "\r\n\r\n" seen */
    size_t left; /* of a chunk's data and its line end */
    size_t size; /* being read */
    bool in_size, is_over;
    size_t lines;
};

/* One byte that is not data: a chunk's size, its line end. */
static void chunk_byte(struct chunks *chunks, char c)
{
    if (c == '\n' && chunks->in_size) {
        chunks->is_over = chunks->size == 0;
        chunks->left = chunks->size;
        chunks->in_size = false;
        chunks->size = 0;
    } else if (c != '\r' && c != '\n') {
        chunks->in_size = true;
        chunks->size = chunks->size * 16 + (size_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
}

static void count(struct chunks *chunks, const char *text, size_t len)
{
    static const char end[] = "\r\n\r\n";
    for (size_t i = 0; i < len;) {
        if (!chunks->past_head) {
            chunks->head = text[i] == end[chunks->head] ? chunks->head + 1 : text[i] == '\r';
            chunks->past_head = chunks->head == 4;
            i++;
        } else if (chunks->left == 0) {
            chunk_byte(chunks, text[i++]);
        } else {
            const size_t part = chunks->left < len - i ? chunks->left : len - i;
            const char *at = text + i;
            while ((at = memchr(at, '\n', (size_t)(text + i + part - at))) != NULL) {
                chunks->lines++;
                at++;
            }
            chunks->left -= part;
            i += part;
        }
    }
}

struct sending {
    char text[SEND_CAP];
    size_t len, sent;
    bool ended;
};

/* The next chunk of some hundred records, or the end. */
static void fill(struct sending *sending, const struct load *load, size_t *next)
{
    size_t len = 8; /* room for the chunk's size */
    while (*next < load->count && len + 256 < SEND_CAP) {
        len += (size_t)record_text(sending->text + len, 256, load, load->first + *next);
        sending->text[len++] = '\n';
        ++*next;
    }
    char size[16];
    (void)snprintf(size, sizeof size, "%06zx\r\n", len - 8);
    memcpy(sending->text, size, 8);
    memcpy(sending->text + len, "\r\n", 2);
    len += 2;
    if (*next == load->count) {
        memcpy(sending->text + len, "0\r\n\r\n", 5);
        len += 5;
        sending->ended = true;
    }
    sending->len = len;
    sending->sent = 0;
}

static void say(int fd, struct sending *sending, const struct load *load, size_t *next)
{
    if (sending->sent == sending->len)
        fill(sending, load, next);
    const ssize_t n = send(fd, sending->text + sending->sent, sending->len - sending->sent,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN)
        bench_die("send");
    sending->sent += n > 0 ? (size_t)n : 0;
}

void load_stream(struct load_result *ret_result, const struct load *load)
{
    static char text[262144];
    static struct sending sending;
    struct chunks chunks = {.past_head = false};
    size_t next = 0;
    const int fd = dial(load->port);
    *ret_result = (struct load_result){.answered = 0};
    const double begun = bench_now();
    const int len =
        snprintf(sending.text, sizeof sending.text,
                 "POST /v1/records%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                 "Content-Type: application/x-ndjson\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n",
                 load->with_receipts ? "" : "?receipt=none", load->token);
    sending.len = (size_t)len;
    sending.sent = 0;
    sending.ended = false;
    while (!chunks.is_over) {
        const bool more = !sending.ended || sending.sent < sending.len;
        struct pollfd wait = {.fd = fd, .events = (short)(POLLIN | (more ? POLLOUT : 0))};
        if (poll(&wait, 1, 30000) != 1)
            bench_die("the stream stands still");
        if ((wait.revents & POLLOUT) != 0)
            say(fd, &sending, load, &next);
        if ((wait.revents & (POLLIN | POLLHUP)) == 0)
            continue;
        const ssize_t n = recv(fd, text, sizeof text, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            bench_die("the server hung up");
        if (n > 0)
            count(&chunks, text, (size_t)n);
    }
    ret_result->seconds = bench_now() - begun;
    ret_result->answered = chunks.lines;
    (void)close(fd);
    if (chunks.lines != load->count)
        bench_die("lines are missing");
}
