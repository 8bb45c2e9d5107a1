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
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bridge/import/import.h"
#include "tests/bench/bare.h"

#define RUNS 5u

struct bench {
    size_t n;
    char csv[512], store[512];
    struct bench_row *rows;
};

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
        bench_die(bench->csv);
    for (size_t i = 0; i < bench->n; i++) {
        if (fprintf(file, "B%07zu,voter-%zu,%s," BENCH_VOTES_SAY "\n", i, i * 7919 % bench->n,
                    choices[i % 3]) < 0)
            bench_die(bench->csv);
    }
    if (fclose(file) != 0)
        bench_die(bench->csv);
}

static enum vota_status on_refusal(void *context, uint64_t line, struct vota_slice raw,
                                   const struct vota_refusal *refusal)
{
    (void)context;
    (void)line;
    (void)raw;
    bench_die(refusal->reason);
    return VOTA_OK;
}

static long read_file(void *source, uint8_t *buffer, size_t cap)
{
    return (long)fread(buffer, 1, cap, source);
}

static double run_import(const struct bench *bench)
{
    const struct vota_import_options options = {.intake = {.network = 1, .pepper = bench_pepper},
                                                .format = VOTA_IMPORT_CSV,
                                                .encoding = VOTA_ENCODING_UTF8,
                                                .slug = "bench",
                                                .now = bench_time,
                                                .refused = on_refusal};
    struct vota_import_summary summary;
    struct vota_error err = {.status = VOTA_OK};
    struct vota_store *store = bench_store_new(bench->store);
    FILE *file = fopen(bench->csv, "r");
    if (file == NULL)
        bench_die(bench->csv);
    const double start = bench_now();
    bench_must(vota_import_run(&summary, store, &options, read_file, file, &err), &err);
    const double seconds = bench_now() - start;
    (void)fclose(file);
    if (summary.added != bench->n)
        bench_die("rows are missing");
    vota_store_free(store);
    return seconds;
}

static void say(const char *name, size_t n, double value, const char *unit)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%s.%zuk", name, n / 1000);
    bench_report(text, value, unit);
}

/* Before the bare loop's rows are in memory: the import's own peak. */
static double peak_mib(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        bench_die("getrusage");
    return (double)usage.ru_maxrss / 1024; /* Linux counts in KiB */
}

int main(int argc, char **argv)
{
    struct bench bench = {.n = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000};
    const char *const directory = argc > 2 ? argv[2] : "/var/tmp";
    double import[RUNS];
    double bare[RUNS];
    if (bench.n < 1000 || bench.n > 10000000)
        bench_die("ROWS is 1000 to 10000000");
    (void)snprintf(bench.csv, sizeof bench.csv, "%s/bench_ingest_%ld.csv", directory,
                   (long)getpid());
    (void)snprintf(bench.store, sizeof bench.store, "%s/bench_ingest_%ld.db", directory,
                   (long)getpid());
    write_csv(&bench);
    import[0] = run_import(&bench);
    const double peak = peak_mib();
    bench.rows = bench_rows_load(bench.store, bench.n);
    for (size_t i = 0; i < RUNS; i++) {
        if (i > 0)
            import[i] = run_import(&bench);
        bare[i] = bench_bare_insert(bench.store, bench.rows, bench.n, VOTA_IMPORT_GROUP);
    }
    bench_store_remove(bench.store);
    (void)unlink(bench.csv);
    free(bench.rows);
    const double rows = (double)bench.n;
    const double import_seconds = fastest(import);
    const double bare_seconds = fastest(bare);
    say("import", bench.n, rows / import_seconds, "rows/s");
    say("bare_insert", bench.n, rows / bare_seconds, "rows/s");
    say("import_of_bare", bench.n, bare_seconds / import_seconds, "ratio");
    say("import_peak", bench.n, peak, "MiB");
    return EXIT_SUCCESS;
}
