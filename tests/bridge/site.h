/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A participation site that receives webhooks, on a loopback port in a thread of
 * the test: answers as it was told, in order, then 204, and keeps what it heard.
 */
#ifndef VOTA_TESTS_BRIDGE_SITE_H
#define VOTA_TESTS_BRIDGE_SITE_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/test.h"

#define SITE_HEARD 64u

/* One answer. */
struct site_step {
    const char *head;  /* status line and headers; NULL: hangs up without a word */
    unsigned sleep_ms; /* before it */
    size_t padding;    /* bytes of a body, which the head has announced */
};

struct site_heard {
    char head[1024];
    char body[1024];
    uint64_t at_ms;
};

struct site {
    int listener;
    unsigned port;
    char url[64];
    const struct site_step *steps;
    size_t n_steps;
    pthread_t thread;
    pthread_mutex_t mutex;
    size_t n;
    struct site_heard heard[SITE_HEARD];
};

static inline uint64_t site_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return 1000 * (uint64_t)now.tv_sec + (uint64_t)now.tv_nsec / 1000000;
}

static inline void site_sleep(unsigned ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&pause, NULL);
}

/* One request with its body; false when the client is gone. */
static inline bool site_hear(int client, struct site_heard *heard)
{
    size_t len = 0;
    heard->head[0] = '\0';
    while (strstr(heard->head, "\r\n\r\n") == NULL) {
        if (len + 1 == sizeof heard->head || recv(client, heard->head + len, 1, 0) != 1)
            return false;
        heard->head[++len] = '\0';
    }
    const char *length = strstr(heard->head, "Content-Length: ");
    const size_t want = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
    for (len = 0; len < want && want < sizeof heard->body;) {
        const ssize_t n = recv(client, heard->body + len, want - len, 0);
        if (n <= 0)
            return false;
        len += (size_t)n;
    }
    heard->body[len] = '\0';
    heard->at_ms = site_now_ms();
    return true;
}

/* Keeps a request and says how it is to be answered; NULL: with 204. */
static inline const struct site_step *site_keep(struct site *site, const struct site_heard *heard)
{
    (void)pthread_mutex_lock(&site->mutex);
    const size_t i = site->n;
    if (i < SITE_HEARD)
        site->heard[i] = *heard;
    site->n++;
    (void)pthread_mutex_unlock(&site->mutex);
    return i < site->n_steps ? &site->steps[i] : NULL;
}

static inline bool site_answer(int client, const struct site_step *step)
{
    static const struct site_step taken = {.head = "HTTP/1.1 204 No Content\r\n"};
    if (step == NULL)
        step = &taken;
    site_sleep(step->sleep_ms);
    if (step->head == NULL)
        return false;
    bool sent = send(client, step->head, strlen(step->head), MSG_NOSIGNAL) > 0 &&
                send(client, "\r\n", 2, MSG_NOSIGNAL) > 0;
    for (size_t i = 0; sent && i < step->padding; i++)
        sent = send(client, "x", 1, MSG_NOSIGNAL) > 0;
    return sent;
}

static inline void *site_run(void *context)
{
    struct site *site = context;
    struct site_heard heard;
    for (;;) {
        const int client = accept(site->listener, NULL, NULL);
        if (client < 0)
            return NULL;
        while (site_hear(client, &heard) && site_answer(client, site_keep(site, &heard)))
            ;
        (void)close(client);
    }
}

/* A port that is free, and that nobody listens on until site_open. */
static inline void site_choose(struct site *site)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    const int on = 1;
    *site = (struct site){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_true(site->listener >= 0);
    assert_int_equal(setsockopt(site->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    assert_int_equal(bind(site->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(site->listener, (struct sockaddr *)&address, &len), 0);
    site->port = ntohs(address.sin_port);
    (void)snprintf(site->url, sizeof site->url, "http://127.0.0.1:%u/hook", site->port);
    assert_int_equal(pthread_mutex_init(&site->mutex, NULL), 0);
}

static inline void site_open(struct site *site, const struct site_step *steps, size_t n)
{
    site->steps = steps;
    site->n_steps = n;
    assert_int_equal(listen(site->listener, 8), 0);
    assert_int_equal(pthread_create(&site->thread, NULL, site_run, site), 0);
}

static inline void site_close(struct site *site)
{
    (void)shutdown(site->listener, SHUT_RDWR); /* wakes accept */
    assert_int_equal(pthread_join(site->thread, NULL), 0);
    (void)close(site->listener);
    (void)pthread_mutex_destroy(&site->mutex);
}

static inline size_t site_count(struct site *site)
{
    (void)pthread_mutex_lock(&site->mutex);
    const size_t n = site->n;
    (void)pthread_mutex_unlock(&site->mutex);
    return n;
}

/* Waits until that many requests were heard. */
static inline void site_wait(struct site *site, size_t n)
{
    for (unsigned waited = 0; site_count(site) < n; waited += 5) {
        if (waited > 20000)
            fail_msg("%zu requests instead of %zu", site_count(site), n);
        site_sleep(5);
    }
}

#endif
