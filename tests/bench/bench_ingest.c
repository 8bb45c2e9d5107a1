/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times records that come in over HTTP, every acknowledgement on disk: one a
 * request over 64 kept connections, and a stream of NDJSON with and without
 * receipts; beside a bare loop that inserts the same rows into the same SQLite
 * in the same run. The service's parts run in a process of their own, as
 * `serve` runs them, but for the network: nothing is anchored.
 *
 *   bench_ingest [ROWS] [DIRECTORY] [STORED] [SOAK-SECONDS]
 *
 * default 100000, /var/tmp, 0 and 0. With STORED, a store of that many records
 * is made first, started, and everything measured on top of it; then, for
 * SOAK-SECONDS, half the rate of single records. Each is run three times in turn
 * and the best counts, for whatever else the machine does only slows. Prints one
 * JSON object a line, {"name", "value", "unit"}.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bridge/store/store_line.h"
#include "bridge/store/store_register.h"
#include "proof/hex.h"
#include "tests/bench/bare.h"
#include "tests/bench/load.h"
#include "tests/bench/service.h"

#define RUNS       3u
#define FILL_GROUP 100000u
#define GROUP      4000u /* rows a transaction of the bare loop: those of the writer */

struct bench {
    size_t n, stored, next;
    double soak;
    char store[512], bare[512];
    struct bench_service service;
    struct bench_row *rows;
    double single_rate;
};

/* ---- what it holds ---- */

static void check_stored(const struct bench *bench, size_t expected)
{
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store *store = NULL;
    uint64_t records = 0;
    uint64_t pending = 0;
    bench_must(vota_store_open(&store, bench->store, VOTA_STORE_READ_ONLY, &err), &err);
    bench_must(vota_store_register_count(&records, &pending, store, 1, &err), &err);
    vota_store_free(store);
    if (records != expected)
        bench_die("what was acknowledged is not what is stored");
}

/* ---- runs ---- */

static struct load load_of(struct bench *bench, size_t n)
{
    const struct load load = {.port = bench->service.port,
                              .token = bench->service.token,
                              .first = bench->next,
                              .count = n,
                              .voters = 10000000,
                              .with_receipts = true,
                              .connections = 64};
    bench->next += n;
    return load;
}

/* A store as each run begins with: empty, or with what was stored. */
static void fresh(struct bench *bench)
{
    if (bench->stored == 0) {
        vota_store_free(bench_store_new(bench->store));
        bench->next = 0;
    }
}

struct outcome {
    struct load_result single, stream, plain, reads, reads_written;
    double bare;
};

static void keep_best(struct load_result *best, const struct load_result *result)
{
    if (best->answered == 0 ||
        (double)result->answered / result->seconds > (double)best->answered / best->seconds)
        *best = *result;
}

static double rate_of(const struct load_result *result)
{
    return (double)result->answered / result->seconds;
}

static void run_stream(struct bench *bench, struct load_result *ret_result, bool with_receipts)
{
    fresh(bench);
    (void)bench_service_start(&bench->service);
    struct load load = load_of(bench, bench->n);
    load.with_receipts = with_receipts;
    load_stream(ret_result, &load);
    bench_service_stop(&bench->service);
    check_stored(bench, bench->stored + bench->next);
}

static void run_single(struct bench *bench, struct load_result *ret_result)
{
    fresh(bench);
    (void)bench_service_start(&bench->service);
    const struct load load = load_of(bench, bench->n / 2);
    load_single(ret_result, &load);
    bench_service_stop(&bench->service);
    check_stored(bench, bench->stored + bench->next);
}

/* Receipts of what is stored; with `writes`, while another process hands in a stream. */
static void run_reads(struct bench *bench, struct load_result *ret_result, bool writes)
{
    (void)bench_service_start(&bench->service);
    struct load load = load_of(bench, 0);
    pid_t writer = 0;
    load.count = bench->n / 4;
    if (writes) {
        struct load stream = load_of(bench, bench->n);
        stream.with_receipts = false;
        writer = fork();
        if (writer < 0)
            bench_die("fork");
        if (writer == 0) {
            struct load_result result;
            load_stream(&result, &stream);
            _exit(0);
        }
    }
    load_reads(ret_result, &load);
    int status = 0;
    if (writes && (waitpid(writer, &status, 0) != writer || status != 0))
        bench_die("the stream beside the reads");
    bench_service_stop(&bench->service);
}

/* The bare loop: into a store of its own, or on top of what is stored. */
static double run_bare(struct bench *bench)
{
    if (bench->stored > 0) {
        const struct bench_adding adding = {.like = bench->rows,
                                            .first = bench->stored,
                                            .n = bench->n,
                                            .group = GROUP,
                                            .durable = true};
        bench->stored += bench->n;
        return bench_add(bench->store, &adding);
    }
    if (bench->rows == NULL)
        bench->rows = bench_rows_load(bench->store, bench->n);
    return bench_bare_insert(bench->bare, bench->rows, bench->n, GROUP);
}

static void run_all(struct bench *bench, struct outcome *best)
{
    struct load_result result;
    for (unsigned i = 0; i < RUNS; i++) {
        run_stream(bench, &result, false);
        keep_best(&best->plain, &result);
        const double bare = run_bare(bench);
        best->bare = i == 0 || bare < best->bare ? bare : best->bare;
        run_stream(bench, &result, true);
        keep_best(&best->stream, &result);
        run_single(bench, &result);
        keep_best(&best->single, &result);
        if (bench->stored > 0)
            continue;
        run_reads(bench, &result, false);
        keep_best(&best->reads, &result);
        run_reads(bench, &result, true);
        keep_best(&best->reads_written, &result);
    }
}

static void report(const struct bench *bench, const struct outcome *best)
{
    bench_report("single", rate_of(&best->single), "records/s");
    bench_report("single.p50", best->single.p50_ms, "ms");
    bench_report("single.p99", best->single.p99_ms, "ms");
    bench_report("ndjson", rate_of(&best->plain), "records/s");
    bench_report("ndjson.receipts", rate_of(&best->stream), "records/s");
    bench_report("bare", (double)bench->n / best->bare, "records/s");
    if (bench->stored > 0)
        return;
    bench_report("reads", rate_of(&best->reads), "requests/s");
    bench_report("reads.written", rate_of(&best->reads_written), "requests/s");
}

/* ---- long ---- */

static void fill_store(struct bench *bench)
{
    vota_store_free(bench_store_new(bench->store));
    (void)bench_service_start(&bench->service);
    struct load load = load_of(bench, 1000);
    struct load_result result;
    load_single(&result, &load);
    bench_service_stop(&bench->service);
    bench->rows = bench_rows_load(bench->store, 1);
    const struct bench_adding filling = {
        .like = bench->rows, .n = bench->stored, .group = FILL_GROUP};
    const double seconds = bench_add(bench->store, &filling);
    (void)fprintf(stderr, "bench: stored %zu in %.0f s\n", bench->stored, seconds);
}

static void measure_start(struct bench *bench)
{
    double best = 0;
    for (unsigned i = 0; i < RUNS; i++) {
        const double seconds = bench_service_start(&bench->service);
        bench_service_stop(&bench->service);
        best = i == 0 || seconds < best ? seconds : best;
    }
    bench_report("start", best, "s");
}

/* The first tenth fills the caches: what is held then must not grow in the rest. */
static void soak(struct bench *bench, double rate)
{
    struct load_result first;
    struct load_result rest;
    (void)bench_service_start(&bench->service);
    struct load load = load_of(bench, (size_t)(rate * bench->soak / 10) + 1);
    load.pace = rate;
    load_single(&first, &load);
    const double before = bench_service_mib(&bench->service, "VmRSS:");
    const double descriptors = bench_service_descriptors(&bench->service);
    load = load_of(bench, (size_t)(rate * bench->soak * 9 / 10) + 1);
    load.pace = rate;
    load_single(&rest, &load);
    bench_report("soak.rate", rate_of(&rest), "records/s");
    bench_report("soak.p99.first", first.p99_ms, "ms");
    bench_report("soak.p99.last", rest.last_p99_ms, "ms");
    bench_report("soak.memory.first", before, "MiB");
    bench_report("soak.memory.last", bench_service_mib(&bench->service, "VmRSS:"), "MiB");
    bench_report("soak.memory.peak", bench_service_mib(&bench->service, "VmHWM:"), "MiB");
    bench_report("soak.descriptors.first", descriptors, "");
    bench_report("soak.descriptors.last", bench_service_descriptors(&bench->service), "");
    bench_service_stop(&bench->service);
}

static void set_up(struct bench *bench, const char *directory)
{
    const long id = (long)getpid();
    (void)snprintf(bench->store, sizeof bench->store, "%s/bench_http_%ld.db", directory, id);
    (void)snprintf(bench->bare, sizeof bench->bare, "%s/bench_bare_%ld.db", directory, id);
    bench_service_init(&bench->service, bench->store);
}

static size_t number_of(int argc, char **argv, int at, size_t usual)
{
    return argc > at ? strtoull(argv[at], NULL, 10) : usual;
}

int main(int argc, char **argv)
{
    struct bench bench = {.n = number_of(argc, argv, 1, 100000),
                          .stored = number_of(argc, argv, 3, 0),
                          .soak = (double)number_of(argc, argv, 4, 0)};
    struct outcome best = {.bare = 0};
    if (bench.n < 1000 || bench.n > 1000000)
        bench_die("ROWS is 1000 to 1000000");
    set_up(&bench, argc > 2 ? argv[2] : "/var/tmp");
    if (bench.stored > 0) {
        fill_store(&bench);
        measure_start(&bench);
    }
    run_all(&bench, &best);
    report(&bench, &best);
    if (bench.soak > 0)
        soak(&bench, rate_of(&best.single) / 2);
    bench_store_remove(bench.store);
    bench_store_remove(bench.bare);
    free(bench.rows);
    bench_service_done(&bench.service);
    return EXIT_SUCCESS;
}
