/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times what citizens read while records come in: the public proof of a leaf,
 * drawn at random from final batches, and a receipt by its record's id, asked
 * for by wrk over 64 kept connections; beside it a client hands in records at a
 * pace. Also what the index over leaves costs when a batch is sealed.
 *
 *   bench_reads [ROWS] [DIRECTORY] [BATCH] [SECONDS]
 *
 * default 200000, /var/tmp, 100000 and 10. The service's parts run in a process
 * of their own. Prints one JSON object a line, {"name", "value", "unit"}.
 */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bridge/store/db.h"
#include "bridge/store/store_batch.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_line.h"
#include "keccak/keccak.h"
#include "proof/hex.h"
#include "proof/journal.h"
#include "proof/leaf.h"
#include "tests/bench/bare.h"
#include "tests/bench/load.h"
#include "tests/bench/service.h"

#define SAMPLE 100000u /* leaves that are asked for */
#define PACE   500.0   /* records a second that come in meanwhile */
#define SEALS  3u      /* of each kind */
#define HEADER 600u    /* bytes of evidence, about a real chain's */
#define NODES  8u
#define NODE   530u

struct bench {
    size_t n, batch, rows; /* rows so far */
    double seconds;
    char store[512], leaves[512];
    struct vota_store *db;
    struct vota_merkle_item *items, *scratch;
    vota_hash *tree;
    uint64_t nonce;
    struct bench_service service;
};

/* ---- a store with final batches ---- */

static void add_rows(struct bench *bench, size_t n)
{
    struct vota_error err = {.status = VOTA_OK};
    int64_t id = 0;
    bench_must(vota_store_begin(bench->db, &err), &err);
    for (size_t i = 0; i < n; i++, bench->rows++) {
        char name[32];
        const int len = snprintf(name, sizeof name, "S%zu", bench->rows);
        struct vota_store_record record = {.reg = 1,
                                           .record_id = {(const uint8_t *)name, (size_t)len},
                                           .once = true,
                                           .accepted_at = BENCH_VOTES_AT,
                                           .anchor_by = BENCH_VOTES_AT + 3600,
                                           .content = {(const uint8_t *)"{}", 2}};
        vota_keccak_hash(record.row.tag.bytes, name, (size_t)len);
        vota_keccak_hash(record.row.content_hash.bytes, record.row.tag.bytes, 32);
        vota_leaf_hash(&record.leaf, &record.row);
        bench_must(vota_store_record_add(&id, bench->db, 1, &record, &err), &err);
        if (i % 20000 == 19999) {
            bench_must(vota_store_commit(bench->db, &err), &err);
            bench_must(vota_store_begin(bench->db, &err), &err);
        }
    }
    bench_must(vota_store_commit(bench->db, &err), &err);
}

/* Seals what waits; the seconds that the transaction took, the tree not counted. */
static double seal(struct bench *bench, struct vota_store_batch *ret_batch)
{
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store_seal order = {
        .network = 1, .sealed_at = BENCH_VOTES_AT, .items = bench->items};
    VOTA_ASSERT(bench->tree != NULL);
    bench_must(vota_store_batch_collect(bench->items, &order.n, bench->batch, bench->db, 1, &err),
               &err);
    vota_merkle_sort(bench->items, bench->scratch, order.n);
    bench_must(vota_merkle_build_items(bench->tree, bench->items, order.n), &err);
    order.root = bench->tree[0];
    const double begun = bench_now();
    bench_must(vota_store_begin(bench->db, &err), &err);
    bench_must(vota_store_batch_seal(ret_batch, bench->db, &order, &err), &err);
    bench_must(vota_store_commit(bench->db, &err), &err);
    return bench_now() - begun;
}

static void sign_and_send(struct bench *bench, int64_t operation, struct vota_error *err)
{
    static const struct vota_store_assign assign = {.calldata = {(const uint8_t *)"calldata", 8}};
    struct vota_store_attempt attempt = {.operation = operation,
                                         .nonce = bench->nonce++,
                                         .raw = {(const uint8_t *)"signed", 6},
                                         .max_fee = 9,
                                         .tip = 1,
                                         .gas_limit = 60000,
                                         .created_at = BENCH_VOTES_AT};
    vota_store_be(attempt.tx_hash.bytes, 8, bench->nonce);
    bench_must(vota_store_outbox_sign(&attempt, bench->db, &assign, &attempt, err), err);
    bench_must(vota_store_outbox_sent(bench->db, attempt.id, BENCH_VOTES_AT, err), err);
}

/* The batch is the next entry of the journal. */
static void mine(struct bench *bench, const struct vota_store_batch *batch)
{
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store_entry entry = {.final = false};
    uint64_t length;
    uint64_t final;
    vota_hash hash;
    bench_must(vota_store_begin(bench->db, &err), &err);
    sign_and_send(bench, batch->operation, &err);
    bench_must(vota_store_journal_length(&length, &final, &entry.head, bench->db, 1, &err), &err);
    vota_entry_batch(&entry.entry, &batch->root, (uint32_t)batch->count);
    entry.entry.number = length + 1;
    entry.entry.block = 1000 + length;
    entry.entry.time = BENCH_VOTES_AT + length;
    vota_entry_hash(&hash, &entry.entry);
    vota_journal_next(&entry.head, &entry.head, &hash);
    bench_must(vota_store_journal_add(bench->db, 1, &entry, &err), &err);
    const struct vota_store_mined mined = {.entry = entry.entry, .head = entry.head};
    bench_must(vota_store_outbox_mined(bench->db, batch->operation, &mined, &err), &err);
    bench_must(vota_store_commit(bench->db, &err), &err);
}

/* Everything so far is final, with as much evidence as a real chain's. */
static void finalise(struct bench *bench)
{
    static uint8_t header[HEADER];
    static uint8_t nodes[NODES * (NODE + 4)];
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store_evidence evidence = {.header = {header, sizeof header},
                                           .account = {nodes, sizeof nodes},
                                           .storage = {nodes, sizeof nodes / 2}};
    uint64_t final;
    for (size_t i = 0; i < NODES; i++)
        vota_store_be(nodes + i * (NODE + 4), 4, NODE);
    bench_must(vota_store_begin(bench->db, &err), &err);
    bench_must(
        vota_store_journal_length(&evidence.length, &final, &evidence.head, bench->db, 1, &err),
        &err);
    evidence.block = 2000 + evidence.length;
    bench_must(vota_store_journal_set_final(bench->db, 1, evidence.length, &err), &err);
    bench_must(vota_store_journal_keep(bench->db, 1, &evidence, &err), &err);
    bench_must(vota_store_commit(bench->db, &err), &err);
}

/* ---- what the index costs ---- */

static void run_sql(struct bench *bench, const char *text)
{
    if (sqlite3_exec(bench->db->db, text, NULL, NULL, NULL) != SQLITE_OK)
        bench_die(sqlite3_errmsg(bench->db->db));
}

static double fastest_seal(struct bench *bench)
{
    double best = 0;
    for (unsigned i = 0; i < SEALS; i++) {
        struct vota_store_batch batch;
        add_rows(bench, bench->batch);
        const double seconds = seal(bench, &batch);
        mine(bench, &batch);
        best = i == 0 || seconds < best ? seconds : best;
    }
    return best;
}

static void measure_seals(struct bench *bench)
{
    const double with = fastest_seal(bench);
    run_sql(bench, "DROP INDEX leaf_start");
    const double without = fastest_seal(bench);
    run_sql(bench, "CREATE INDEX leaf_start ON leaf (substr(leaf, 1, 6))");
    bench_report("seal", with * 1000, "ms");
    bench_report("seal.without", without * 1000, "ms");
}

static void make_store(struct bench *bench)
{
    bench->db = bench_store_new(bench->store);
    bench->items = calloc(bench->batch, sizeof *bench->items);
    bench->scratch = calloc(bench->batch, sizeof *bench->scratch);
    bench->tree = calloc(2 * bench->batch, sizeof *bench->tree);
    if (bench->items == NULL || bench->scratch == NULL || bench->tree == NULL)
        bench_die("memory");
    while (bench->rows < bench->n) {
        struct vota_store_batch batch;
        add_rows(bench, bench->batch);
        (void)seal(bench, &batch);
        mine(bench, &batch);
    }
    measure_seals(bench);
    finalise(bench);
}

/* Leaves from all over the store, for wrk. */
static void write_sample(struct bench *bench)
{
    sqlite3_stmt *statement = NULL;
    FILE *file = fopen(bench->leaves, "w");
    if (file == NULL ||
        sqlite3_prepare_v2(bench->db->db, "SELECT leaf, record_id FROM record WHERE id % ?1 = 0",
                           -1, &statement, NULL) != SQLITE_OK)
        bench_die(bench->leaves);
    (void)sqlite3_bind_int64(statement, 1, (int64_t)(bench->rows / SAMPLE + 1));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        char hex[VOTA_HASH_HEX_CHARS + 1];
        vota_hash leaf;
        vota_bytes_copy(leaf.bytes, sqlite3_column_blob(statement, 0), sizeof leaf.bytes);
        vota_hex_of_hash(hex, &leaf);
        (void)fprintf(file, "%s %s\n", hex, (const char *)sqlite3_column_text(statement, 1));
    }
    (void)sqlite3_finalize(statement);
    if (fclose(file) != 0)
        bench_die(bench->leaves);
}

/* ---- reading while records come in ---- */

static void *hand_in(void *context)
{
    const struct bench *bench = context;
    static size_t next;
    struct load_result result;
    const struct load load = {.port = bench->service.port,
                              .token = bench->service.token,
                              .first = next,
                              .count = 10000000,
                              .voters = 100000000,
                              .with_receipts = true,
                              .connections = 8,
                              .pace = PACE,
                              .until = bench_now() + bench->seconds + 1};
    load_single(&result, &load);
    next += result.answered;
    bench_report("writes", (double)result.answered / result.seconds, "records/s");
    bench_report("writes.p99", result.p99_ms, "ms");
    return NULL;
}

static double number_after(const char *line, const char *what)
{
    const char *at = strstr(line, what);
    return at != NULL ? strtod(at + strlen(what), NULL) : 0;
}

/* "12.34ms" in milliseconds. */
static double ms_of(const char *text)
{
    char *unit;
    const double value = strtod(text, &unit);
    return unit[0] == 'u' ? value / 1000 : unit[0] == 's' ? value * 1000 : value;
}

/* In the child. */
static void run_wrk(const struct bench *bench, const char *what)
{
    char duration[32];
    char url[64];
    (void)snprintf(duration, sizeof duration, "-d%.0fs", bench->seconds);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", bench->service.port);
    (void)setenv("LEAVES", bench->leaves, 1);
    (void)setenv("WHAT", what, 1);
    (void)setenv("TOKEN", bench->service.token, 1);
    (void)execlp("wrk", "wrk", "-t1", "-c64", duration, "--latency", "-s",
                 VOTA_SOURCE_DIR "/tests/bench/reads.lua", url, NULL);
    bench_die("wrk: apt-get install wrk");
}

/* Starts wrk; what it says comes out of *ret_words. */
static pid_t start_wrk(const struct bench *bench, const char *what, FILE **ret_words)
{
    int words[2] = {-1, -1};
    if (pipe(words) != 0)
        bench_die("pipe");
    const pid_t wrk = fork();
    if (wrk < 0)
        bench_die("fork");
    if (wrk == 0) {
        (void)dup2(words[1], STDOUT_FILENO);
        run_wrk(bench, what);
    }
    (void)close(words[1]);
    *ret_words = fdopen(words[0], "r");
    if (*ret_words == NULL)
        bench_die("fdopen");
    return wrk;
}

/* Its words are read; an answer that was not 200 ends the benchmark. */
static void read_with_wrk(const struct bench *bench, const char *what, const char *name)
{
    char line[256];
    char label[64];
    double rate = 0;
    double p99 = 0;
    int status = 0;
    FILE *words = NULL;
    const double cpu = bench_service_cpu(&bench->service);
    const pid_t wrk = start_wrk(bench, what, &words);
    while (fgets(line, sizeof line, words) != NULL) {
        const char *at = strstr(line, "99%");
        if (strstr(line, "Non-2xx") != NULL || strstr(line, "Socket errors") != NULL)
            bench_die(line);
        if (at != NULL && p99 == 0)
            p99 = ms_of(at + 3);
        if (strstr(line, "Requests/sec:") != NULL)
            rate = number_after(line, "Requests/sec:");
    }
    (void)fclose(words);
    if (waitpid(wrk, &status, 0) != wrk || status != 0 || rate <= 0)
        bench_die("wrk failed");
    bench_report(name, rate, "requests/s");
    (void)snprintf(label, sizeof label, "%s.p99", name);
    bench_report(label, p99, "ms");
    (void)snprintf(label, sizeof label, "%s.cpu", name);
    bench_report(label, (bench_service_cpu(&bench->service) - cpu) / (rate * bench->seconds) * 1e6,
                 "us");
}

static void measure(struct bench *bench, const char *what, const char *name, bool while_writing)
{
    pthread_t writer = pthread_self();
    if (while_writing && pthread_create(&writer, NULL, hand_in, bench) != 0)
        bench_die("pthread_create");
    read_with_wrk(bench, what, name);
    if (while_writing)
        (void)pthread_join(writer, NULL);
}

static void set_up(struct bench *bench, const char *directory)
{
    const long id = (long)getpid();
    (void)snprintf(bench->store, sizeof bench->store, "%s/bench_reads_%ld.db", directory, id);
    (void)snprintf(bench->leaves, sizeof bench->leaves, "%s/bench_leaves_%ld", directory, id);
    bench_service_init(&bench->service, bench->store);
}

static size_t number_of(int argc, char **argv, int at, size_t usual)
{
    return argc > at ? strtoull(argv[at], NULL, 10) : usual;
}

int main(int argc, char **argv)
{
    struct bench bench = {.n = number_of(argc, argv, 1, 200000),
                          .batch = number_of(argc, argv, 3, 100000),
                          .seconds = (double)number_of(argc, argv, 4, 10)};
    if (bench.batch < 100 || bench.batch > 1000000)
        bench_die("BATCH is 100 to 1000000");
    set_up(&bench, argc > 2 ? argv[2] : "/var/tmp");
    make_store(&bench);
    write_sample(&bench);
    vota_store_free(bench.db);
    free(bench.items);
    free(bench.scratch);
    free(bench.tree);
    (void)malloc_trim(0); /* what is ours is not the service's */
    (void)bench_service_start(&bench.service);
    measure(&bench, "proof", "proof.alone", false);
    measure(&bench, "proof", "proof", true);
    measure(&bench, "receipt", "receipt", true);
    measure(&bench, "state", "state", true);
    bench_report("memory", bench_service_mib(&bench.service, "VmHWM:"), "MiB");
    bench_service_stop(&bench.service);
    bench_store_remove(bench.store);
    (void)unlink(bench.leaves);
    bench_service_done(&bench.service);
    return EXIT_SUCCESS;
}
