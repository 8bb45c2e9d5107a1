/* SPDX-License-Identifier: Apache-2.0 */
/* The store of the ingest benchmarks, and the bare loop: see bare.h. */
#include "tests/bench/bare.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bridge/store/db.h"
#include "bridge/store/store_network.h"
#include "bridge/store/store_register.h"
#include "keccak/keccak.h"

_Noreturn void bench_die(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
    exit(EXIT_FAILURE);
}

void bench_must(enum vota_status status, const struct vota_error *err)
{
    if (status != VOTA_OK)
        bench_die(err->text[0] != '\0' ? err->text : "failed");
}

double bench_now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        bench_die("clock_gettime");
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void bench_report(const char *name, double value, const char *unit)
{
    printf("{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"%s\"}\n", name, value, unit);
    (void)fflush(stdout);
}

static const uint8_t pepper[32] = "thirty-two bytes of a city's own";

enum vota_status bench_pepper(void *context, uint8_t ret_pepper[32], const vota_hash *register_hash,
                              struct vota_error *err)
{
    (void)context;
    (void)register_hash;
    (void)err;
    memcpy(ret_pepper, pepper, sizeof pepper);
    return VOTA_OK;
}

uint64_t bench_time(void *context)
{
    (void)context;
    return BENCH_VOTES_AT;
}

static struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){.at = (const uint8_t *)text, .len = strlen(text)};
}

static size_t write_definition(uint8_t *text, size_t cap)
{
    const struct vota_definition_option_parts options[] = {
        {slice_of("yes"), slice_of("Yes"), slice_of("찬성")},
        {slice_of("no"), slice_of("No"), slice_of("반대")},
        {slice_of("undecided"), slice_of("Undecided"), slice_of("보류")}};
    struct vota_definition_parts parts = {.id = slice_of("bench"),
                                          .kind = slice_of("vote"),
                                          .department = slice_of("bench"),
                                          .title_en = slice_of("Bench"),
                                          .title_ko = slice_of("성능"),
                                          .text_en = slice_of("Bench"),
                                          .text_ko = slice_of("성능"),
                                          .opens_at = slice_of("2026-09-21T14:14:00Z"),
                                          .closes_at = slice_of("2026-09-22T14:14:00Z"),
                                          .counts_until = slice_of("2026-09-23T14:14:00Z"),
                                          .results_by = slice_of("2026-09-24T14:14:00Z"),
                                          .revision = slice_of("first"),
                                          .disclosure = slice_of("on_close"),
                                          .anchor_within = 3600,
                                          .choices_min = 1,
                                          .choices_max = 1,
                                          .options = options,
                                          .option_count = 3};
    struct vota_wr wr = vota_wr_of(text, cap);
    vota_keccak_hash(parts.tag_key_hash.bytes, pepper, sizeof pepper);
    vota_definition_write(&wr, &parts);
    return wr.len;
}

void bench_store_remove(const char *path)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char file[600];
        (void)snprintf(file, sizeof file, "%s%s", path, parts[i]);
        (void)unlink(file);
    }
}

/* An empty store with one network and one open register; both have row id 1. */
struct vota_store *bench_store_new(const char *path)
{
    static struct vota_definition definition;
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store *store = NULL;
    int64_t id = 0;
    bench_store_remove(path);
    const size_t len = write_definition(text, sizeof text);
    bench_must(vota_definition_read(&definition, text, len, &err), &err);
    struct vota_store_register reg = {.network = 1,
                                      .slug = "bench",
                                      .revision = definition.revision,
                                      .opens_at = definition.opens_at,
                                      .closes_at = definition.closes_at,
                                      .counts_until = definition.counts_until,
                                      .results_by = definition.results_by,
                                      .anchor_within = definition.anchor_within,
                                      .definition = {text, len}};
    vota_definition_register(&reg.hash, &definition);
    bench_must(vota_store_open(&store, path, VOTA_STORE_CREATE, &err), &err);
    bench_must(vota_store_begin(store, &err), &err);
    bench_must(vota_store_network_add(&id, store, "dev", &err), &err);
    bench_must(vota_store_register_add(&id, store, &reg, &err), &err);
    bench_must(vota_store_register_set_opened(store, id, 1, &err), &err);
    bench_must(vota_store_commit(store, &err), &err);
    return store;
}

static void must_sql(sqlite3 *db, bool good)
{
    if (!good)
        bench_die(sqlite3_errmsg(db));
}

static void take(void *to, sqlite3_stmt *statement, int column, size_t cap)
{
    const int len = sqlite3_column_bytes(statement, column);
    if (len < 0 || (size_t)len > cap)
        bench_die("a column is too long");
    memcpy(to, sqlite3_column_blob(statement, column), (size_t)len);
}

struct bench_row *bench_rows_load(const char *path, size_t n)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    struct bench_row *rows = calloc(n, sizeof *rows);
    if (rows == NULL)
        bench_die("calloc");
    must_sql(db, sqlite3_open(path, &db) == SQLITE_OK);
    must_sql(db, sqlite3_prepare_v2(db,
                                    "SELECT record_id, tag, content_hash, leaf, city_salt,"
                                    " citizen_salt, content FROM record ORDER BY id",
                                    -1, &query, NULL) == SQLITE_OK);
    for (size_t i = 0; i < n; i++) {
        struct bench_row *row = &rows[i];
        must_sql(db, sqlite3_step(query) == SQLITE_ROW);
        take(row->id, query, 0, BENCH_ID_MAX - 1);
        take(row->tag, query, 1, 32);
        take(row->content_hash, query, 2, 32);
        take(row->leaf, query, 3, 32);
        take(row->city_salt, query, 4, 32);
        take(row->citizen_salt, query, 5, 32);
        take(row->content, query, 6, sizeof row->content - 1);
    }
    (void)sqlite3_finalize(query);
    (void)sqlite3_close(db);
    return rows;
}

/* Both rows of one record, by number: as fast as binding goes. */
static void insert(sqlite3 *db, sqlite3_stmt *record, sqlite3_stmt *pending,
                   const struct bench_row *row)
{
    (void)sqlite3_bind_int64(record, 1, BENCH_VOTES_AT);
    (void)sqlite3_bind_int64(record, 2, BENCH_VOTES_AT + 3600);
    (void)sqlite3_bind_text(record, 3, row->id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 4, row->tag, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 5, row->content_hash, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 6, row->leaf, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 7, row->city_salt, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 8, row->citizen_salt, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 9, row->content, (int)strlen(row->content), SQLITE_STATIC);
    must_sql(db, sqlite3_step(record) == SQLITE_DONE && sqlite3_reset(record) == SQLITE_OK);
    (void)sqlite3_bind_int64(pending, 1, sqlite3_last_insert_rowid(db));
    (void)sqlite3_bind_int64(pending, 2, BENCH_VOTES_AT + 3600);
    must_sql(db, sqlite3_step(pending) == SQLITE_DONE && sqlite3_reset(pending) == SQLITE_OK);
}

/* The two statements of the loop. */
struct loop {
    sqlite3 *db;
    sqlite3_stmt *record, *pending;
};

static struct loop loop_open(const char *path)
{
    struct loop loop = {.db = NULL};
    must_sql(loop.db, sqlite3_open(path, &loop.db) == SQLITE_OK);
    must_sql(loop.db, sqlite3_exec(loop.db, VOTA_DB_SETTINGS VOTA_DB_WRITER_SETTINGS, NULL, NULL,
                                   NULL) == SQLITE_OK);
    must_sql(loop.db,
             sqlite3_prepare_v2(loop.db,
                                "INSERT INTO record (register_id, accepted_at, anchor_by,"
                                " record_id, tag, content_hash, leaf, city_salt, citizen_salt,"
                                " content, once) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
                                -1, &loop.record, NULL) == SQLITE_OK);
    must_sql(loop.db, sqlite3_prepare_v2(loop.db, "INSERT INTO pending VALUES (?, 1, ?)", -1,
                                         &loop.pending, NULL) == SQLITE_OK);
    return loop;
}

static void loop_close(struct loop *loop)
{
    (void)sqlite3_finalize(loop->record);
    (void)sqlite3_finalize(loop->pending);
    (void)sqlite3_close(loop->db);
}

static void run_sql(sqlite3 *db, const char *text)
{
    must_sql(db, sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK);
}

double bench_bare_insert(const char *path, const struct bench_row *rows, size_t n, size_t group)
{
    vota_store_free(bench_store_new(path));
    struct loop loop = loop_open(path);
    const double start = bench_now();
    for (size_t i = 0; i < n; i++) {
        if (i % group == 0)
            run_sql(loop.db, "BEGIN IMMEDIATE");
        insert(loop.db, loop.record, loop.pending, &rows[i]);
        if ((i + 1) % group == 0 || i + 1 == n)
            run_sql(loop.db, "COMMIT");
    }
    const double seconds = bench_now() - start;
    loop_close(&loop);
    return seconds;
}

double bench_add(const char *path, const struct bench_adding *adding)
{
    struct bench_row row = *adding->like;
    struct loop loop = loop_open(path);
    if (!adding->durable)
        run_sql(loop.db, "PRAGMA synchronous = OFF");
    const double start = bench_now();
    for (size_t i = 0; i < adding->n; i++) {
        uint8_t number[8];
        if (i % adding->group == 0)
            run_sql(loop.db, i == 0 ? "BEGIN IMMEDIATE" : "COMMIT; BEGIN IMMEDIATE");
        (void)snprintf(row.id, sizeof row.id, "F%09zu", adding->first + i);
        vota_store_be(number, sizeof number, adding->first + i);
        vota_keccak_hash(row.tag, number, sizeof number);
        vota_keccak_hash(row.leaf, row.tag, sizeof row.tag);
        insert(loop.db, loop.record, loop.pending, &row);
    }
    run_sql(loop.db, "COMMIT");
    const double seconds = bench_now() - start;
    if (!adding->durable)
        run_sql(loop.db, "PRAGMA wal_checkpoint(TRUNCATE)");
    loop_close(&loop);
    return seconds;
}
