/* SPDX-License-Identifier: Apache-2.0 */
/* Processes and the page they leave their reasons on: see pool.h. */
#include "tests/walk/pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX  64u
#define BAR_CELLS 32u

struct slot {
    pid_t pid; /* 0: free */
    uint64_t number;
    char reason[POOL_REASON_MAX];
};

struct pool {
    const struct pool_order *order;
    struct slot *slots; /* shared with the children */
    unsigned n_slots;
    unsigned running;
    uint64_t next, passed, failed;
    time_t started;
    uint64_t told; /* jobs done when progress was last printed */
};

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(2);
}

/* One line that is drawn over on a terminal, a line for every tenth elsewhere. */
static void show(struct pool *pool)
{
    const uint64_t done = pool->passed + pool->failed;
    const uint64_t count = pool->order->count;
    const long long seconds = (long long)(time(NULL) - pool->started);
    if (pool->order->quiet)
        return;
    if (isatty(STDERR_FILENO) != 1) {
        if (done == count || done - pool->told < (count + 9) / 10)
            return;
        pool->told = done;
        (void)fprintf(stderr, "%s: %" PRIu64 " of %" PRIu64 ", %" PRIu64 " failed, %lld s\n",
                      pool->order->label, done, count, pool->failed, seconds);
        return;
    }
    char bar[BAR_CELLS + 1];
    const size_t full = (size_t)(done * BAR_CELLS / count);
    memset(bar, '.', BAR_CELLS);
    memset(bar, '#', full);
    bar[BAR_CELLS] = '\0';
    (void)fprintf(stderr, "\r%s [%s] %" PRIu64 "/%" PRIu64 ", %" PRIu64 " failed, %lld s ",
                  pool->order->label, bar, done, count, pool->failed, seconds);
    if (done == count)
        (void)fputc('\n', stderr);
}

static void start(struct pool *pool, struct slot *slot)
{
    const struct pool_order *order = pool->order;
    slot->number = pool->next++;
    slot->reason[0] = '\0';
    (void)fflush(NULL);
    const pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        (void)alarm(POOL_SECONDS);
        exit(order->job(order->context, slot->number, slot->reason) ? 0 : 1);
    }
    slot->pid = pid;
    pool->running++;
}

static void finish(struct pool *pool, struct slot *slot, int status)
{
    slot->pid = 0;
    pool->running--;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        pool->passed++;
        return;
    }
    pool->failed++;
    if (WIFSIGNALED(status))
        (void)snprintf(slot->reason, sizeof slot->reason, "ended by signal %d", WTERMSIG(status));
    else if (slot->reason[0] == '\0')
        (void)snprintf(slot->reason, sizeof slot->reason, "exit code %d", WEXITSTATUS(status));
    if (!pool->order->quiet && isatty(STDERR_FILENO) == 1)
        (void)fputc('\n', stderr);
    (void)fprintf(stderr, "%s %" PRIu64 ": %s\n", pool->order->label, slot->number, slot->reason);
    if (pool->order->replay == NULL)
        return;
    (void)fputs("  replay: ", stderr);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)fprintf(stderr, pool->order->replay, slot->number);
#pragma GCC diagnostic pop
    (void)fputc('\n', stderr);
}

static void wait_for_one(struct pool *pool)
{
    int status = 0;
    const pid_t pid = waitpid(-1, &status, 0);
    must(pid > 0, "waitpid");
    for (unsigned i = 0; i < pool->n_slots; i++) {
        if (pool->slots[i].pid == pid)
            finish(pool, &pool->slots[i], status);
    }
    show(pool);
}

static unsigned choose_jobs(const struct pool_order *order)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const unsigned jobs = order->jobs != 0 ? order->jobs
                          : processors > 0 ? (unsigned)processors
                                           : 1;
    return jobs < JOBS_MAX ? jobs : JOBS_MAX;
}

void pool_run(const struct pool_order *order, uint64_t *ret_passed, uint64_t *ret_failed)
{
    struct pool pool = {
        .order = order, .n_slots = choose_jobs(order), .next = order->first, .started = time(NULL)};
    const size_t size = pool.n_slots * sizeof *pool.slots;
    pool.slots = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(pool.slots != MAP_FAILED, "mmap");
    uint64_t end = order->first + order->count;
    while (pool.next < end || pool.running > 0) {
        for (unsigned i = 0; i < pool.n_slots && pool.next < end; i++) {
            if (pool.slots[i].pid == 0)
                start(&pool, &pool.slots[i]);
        }
        wait_for_one(&pool);
        if (order->stops && pool.failed > 0)
            end = pool.next;
    }
    must(munmap(pool.slots, size) == 0, "munmap");
    *ret_passed = pool.passed;
    *ret_failed = pool.failed;
}
