/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times the import of a CSV file against a bare loop that inserts the very same
 * rows, with the same tables, indexes, checks, settings and rows a transaction,
 * into the same SQLite: what the door costs on top of the disk.
 *
 *   bench_ingest_sql [ROWS] [DIRECTORY]        default 200000 and /var/tmp
 *
 * Both run five times in turn and the fastest counts, for whatever else the
 * machine does only slows. Prints one JSON object a line, {"name", "value",
 * "unit"}.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bridge/import/import.h"
#include "bridge/store/db.h"
#include "bridge/store/store_network.h"
#include "keccak/keccak.h"

#define RUNS      5u
#define ID_MAX    16u
#define VOTES_AT  1790000100u /* 2026-09-21T14:15:00Z, while the register is open */
#define VOTES_SAY "2026-09-21T14:15:00Z"

/* A row as the import made it, for the bare loop. */
struct row {
    char id[ID_MAX];
    uint8_t tag[32], content_hash[32], leaf[32], city_salt[32], citizen_salt[32];
    char content[64];
};

struct bench {
    size_t n;
    char csv[512], store[512];
    struct row *rows;
};

static void die(const char *what)
{
    (void)fprintf(stderr, "bench_ingest_sql: %s\n", what);
    exit(EXIT_FAILURE);
}

static void must(enum vota_status status, const struct vota_error *err)
{
    if (status != VOTA_OK)
        die(err->text[0] != '\0' ? err->text : "failed");
}

static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        die("clock_gettime");
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double fastest(const double times[RUNS])
{
    double best = times[0];
    for (size_t i = 1; i < RUNS; i++)
        best = times[i] < best ? times[i] : best;
    return best;
}

static void write_csv(const struct bench *bench)
{
    static const char *const choices[] = {"yes", "no", "Undecided"};
    FILE *file = fopen(bench->csv, "w");
    if (file == NULL || fputs("id,voter,choice,cast_at\n", file) == EOF)
        die(bench->csv);
    for (size_t i = 0; i < bench->n; i++) {
        if (fprintf(file, "B%07zu,voter-%zu,%s," VOTES_SAY "\n", i, i * 7919 % bench->n,
                    choices[i % 3]) < 0)
            die(bench->csv);
    }
    if (fclose(file) != 0)
        die(bench->csv);
}

static const uint8_t pepper[32] = "thirty-two bytes of a city's own";

static enum vota_status give_pepper(void *context, uint8_t ret_pepper[32],
                                    const vota_hash *register_hash, struct vota_error *err)
{
    (void)context;
    (void)register_hash;
    (void)err;
    memcpy(ret_pepper, pepper, sizeof pepper);
    return VOTA_OK;
}

static uint64_t tell_time(void *context)
{
    (void)context;
    return VOTES_AT;
}

static enum vota_status on_refusal(void *context, uint64_t line, struct vota_slice raw,
                                   const struct vota_refusal *refusal)
{
    (void)context;
    (void)line;
    (void)raw;
    die(refusal->reason);
    return VOTA_OK;
}

static long read_file(void *source, uint8_t *buffer, size_t cap)
{
    return (long)fread(buffer, 1, cap, source);
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

/* An empty store with one network and one open register; both have row id 1. */
static struct vota_store *new_store(const struct bench *bench)
{
    static struct vota_definition definition;
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    static const char *const parts[] = {"", "-wal", "-shm"};
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store *store = NULL;
    int64_t id = 0;
    for (size_t i = 0; i < 3; i++) {
        char path[600];
        (void)snprintf(path, sizeof path, "%s%s", bench->store, parts[i]);
        (void)unlink(path);
    }
    const size_t len = write_definition(text, sizeof text);
    must(vota_definition_read(&definition, text, len, &err), &err);
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
    must(vota_store_open(&store, bench->store, VOTA_STORE_CREATE, &err), &err);
    must(vota_store_begin(store, &err), &err);
    must(vota_store_network_add(&id, store, "dev", &err), &err);
    must(vota_store_register_add(&id, store, &reg, &err), &err);
    must(vota_store_register_set_opened(store, id, 1, &err), &err);
    must(vota_store_commit(store, &err), &err);
    return store;
}

static double run_import(const struct bench *bench)
{
    const struct vota_import_options options = {.intake = {.network = 1, .pepper = give_pepper},
                                                .format = VOTA_IMPORT_CSV,
                                                .encoding = VOTA_ENCODING_UTF8,
                                                .slug = "bench",
                                                .now = tell_time,
                                                .refused = on_refusal};
    struct vota_import_summary summary;
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store *store = new_store(bench);
    FILE *file = fopen(bench->csv, "r");
    if (file == NULL)
        die(bench->csv);
    const double start = now();
    must(vota_import_run(&summary, store, &options, read_file, file, &err), &err);
    const double seconds = now() - start;
    (void)fclose(file);
    if (summary.added != bench->n)
        die("rows are missing");
    vota_store_free(store);
    return seconds;
}

static void must_sql(sqlite3 *db, bool good)
{
    if (!good)
        die(sqlite3_errmsg(db));
}

static void take(void *to, sqlite3_stmt *statement, int column, size_t cap)
{
    const int len = sqlite3_column_bytes(statement, column);
    if (len < 0 || (size_t)len > cap)
        die("a column is too long");
    memcpy(to, sqlite3_column_blob(statement, column), (size_t)len);
}

/* The rows that the import has just made, in order. */
static void load_rows(struct bench *bench)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    must_sql(db, sqlite3_open(bench->store, &db) == SQLITE_OK);
    must_sql(db, sqlite3_prepare_v2(db,
                                    "SELECT record_id, tag, content_hash, leaf, city_salt,"
                                    " citizen_salt, content FROM record ORDER BY id",
                                    -1, &query, NULL) == SQLITE_OK);
    for (size_t i = 0; i < bench->n; i++) {
        struct row *row = &bench->rows[i];
        *row = (struct row){.id = ""};
        must_sql(db, sqlite3_step(query) == SQLITE_ROW);
        take(row->id, query, 0, ID_MAX - 1);
        take(row->tag, query, 1, 32);
        take(row->content_hash, query, 2, 32);
        take(row->leaf, query, 3, 32);
        take(row->city_salt, query, 4, 32);
        take(row->citizen_salt, query, 5, 32);
        take(row->content, query, 6, sizeof row->content - 1);
    }
    (void)sqlite3_finalize(query);
    (void)sqlite3_close(db);
}

/* Both rows of one record, by number: as fast as binding goes. */
static void insert(sqlite3 *db, sqlite3_stmt *record, sqlite3_stmt *pending, const struct row *row)
{
    (void)sqlite3_bind_int64(record, 1, VOTES_AT);
    (void)sqlite3_bind_int64(record, 2, VOTES_AT + 3600);
    (void)sqlite3_bind_text(record, 3, row->id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 4, row->tag, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 5, row->content_hash, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 6, row->leaf, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 7, row->city_salt, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 8, row->citizen_salt, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(record, 9, row->content, (int)strlen(row->content), SQLITE_STATIC);
    must_sql(db, sqlite3_step(record) == SQLITE_DONE && sqlite3_reset(record) == SQLITE_OK);
    (void)sqlite3_bind_int64(pending, 1, sqlite3_last_insert_rowid(db));
    (void)sqlite3_bind_int64(pending, 2, VOTES_AT + 3600);
    must_sql(db, sqlite3_step(pending) == SQLITE_DONE && sqlite3_reset(pending) == SQLITE_OK);
}

static double insert_all(const struct bench *bench, sqlite3 *db)
{
    sqlite3_stmt *record = NULL;
    sqlite3_stmt *pending = NULL;
    must_sql(db, sqlite3_prepare_v2(db,
                                    "INSERT INTO record (register_id, accepted_at, anchor_by,"
                                    " record_id, tag, content_hash, leaf, city_salt, citizen_salt,"
                                    " content, once) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
                                    -1, &record, NULL) == SQLITE_OK);
    must_sql(db, sqlite3_prepare_v2(db, "INSERT INTO pending VALUES (?, 1, ?)", -1, &pending,
                                    NULL) == SQLITE_OK);
    const double start = now();
    for (size_t i = 0; i < bench->n; i++) {
        if (i % VOTA_IMPORT_GROUP == 0)
            must_sql(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
        insert(db, record, pending, &bench->rows[i]);
        if ((i + 1) % VOTA_IMPORT_GROUP == 0 || i + 1 == bench->n)
            must_sql(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    }
    const double seconds = now() - start;
    (void)sqlite3_finalize(record);
    (void)sqlite3_finalize(pending);
    return seconds;
}

static double run_bare(const struct bench *bench)
{
    sqlite3 *db = NULL;
    vota_store_free(new_store(bench));
    must_sql(db, sqlite3_open(bench->store, &db) == SQLITE_OK);
    must_sql(db, sqlite3_exec(db, VOTA_DB_SETTINGS VOTA_DB_WRITER_SETTINGS, NULL, NULL, NULL) ==
                     SQLITE_OK);
    const double seconds = insert_all(bench, db);
    (void)sqlite3_close(db);
    return seconds;
}

static void report(const char *name, size_t n, double value, const char *unit)
{
    printf("{\"name\":\"%s.%zuk\",\"value\":%.6g,\"unit\":\"%s\"}\n", name, n / 1000, value, unit);
}

/* Before the bare loop's rows are in memory: the import's own peak. */
static double peak_mib(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        die("getrusage");
    return (double)usage.ru_maxrss / 1024; /* Linux counts in KiB */
}

int main(int argc, char **argv)
{
    struct bench bench = {.n = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000};
    const char *const directory = argc > 2 ? argv[2] : "/var/tmp";
    double import[RUNS];
    double bare[RUNS];
    if (bench.n < 1000 || bench.n > 10000000)
        die("ROWS is 1000 to 10000000");
    (void)snprintf(bench.csv, sizeof bench.csv, "%s/bench_ingest_%ld.csv", directory,
                   (long)getpid());
    (void)snprintf(bench.store, sizeof bench.store, "%s/bench_ingest_%ld.db", directory,
                   (long)getpid());
    write_csv(&bench);
    import[0] = run_import(&bench);
    const double peak = peak_mib();
    bench.rows = calloc(bench.n, sizeof *bench.rows);
    if (bench.rows == NULL)
        die("calloc");
    load_rows(&bench);
    for (size_t i = 0; i < RUNS; i++) {
        if (i > 0)
            import[i] = run_import(&bench);
        bare[i] = run_bare(&bench);
    }
    vota_store_free(new_store(&bench));
    (void)unlink(bench.csv);
    (void)unlink(bench.store);
    free(bench.rows);
    const double rows = (double)bench.n;
    const double import_seconds = fastest(import);
    const double bare_seconds = fastest(bare);
    report("import", bench.n, rows / import_seconds, "rows/s");
    report("bare_insert", bench.n, rows / bare_seconds, "rows/s");
    report("import_of_bare", bench.n, bare_seconds / import_seconds, "ratio");
    report("import_peak", bench.n, peak, "MiB");
    return EXIT_SUCCESS;
}
