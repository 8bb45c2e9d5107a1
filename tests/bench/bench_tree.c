/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times what a batch costs in memory: the permutation, leaves, sealing (sort,
 * tree and root) and one path. Must not know disk, network or database.
 *
 *   bench_tree [ROWS_FILE]
 *
 * Prints one JSON object a line, {"name", "value", "unit"}; a value is the
 * median of several runs. ROWS_FILE receives the 10,000 rows of the smallest
 * size and their root, 96 bytes a row and 32 at the end, so that another
 * implementation can be timed on the same input and must come to the same root.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "keccak/keccak.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

#define RUNS       5u
#define SMALLEST   10000u
#define LARGEST    1000000u
#define HASHES     20000u
#define PATHS      100000u
#define NODE_BYTES 64u

/* All memory of the benchmark, for the largest size. */
struct bench {
    struct vota_row *rows;
    vota_hash *leaves;
    struct vota_merkle_item *unsorted, *items, *scratch;
    vota_hash *tree;
};

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void *must_alloc(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL)
        die("calloc");
    return memory;
}

static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        die("clock_gettime");
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median time of one run, in seconds. */
static double median(void (*run)(struct bench *bench, size_t n), struct bench *bench, size_t n)
{
    double times[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        const double start = now();
        run(bench, n);
        times[i] = now() - start;
    }
    qsort(times, RUNS, sizeof times[0], compare_doubles);
    return times[RUNS / 2];
}

static void report(const char *name, size_t n, double value, const char *unit)
{
    printf("{\"name\":\"%s", name);
    if (n > 0)
        printf(".%zuk", n / 1000);
    printf("\",\"value\":%.6g,\"unit\":\"%s\"}\n", value, unit);
}

/* The timed jobs. */

static void hash_one_by_one(struct bench *bench, size_t n)
{
    for (size_t i = 0; i < n; i++)
        vota_keccak_hash(bench->leaves[i].bytes, &bench->rows[i], NODE_BYTES);
}

static void hash_many(struct bench *bench, size_t n)
{
    vota_keccak_hash_many((uint8_t *)bench->leaves, (const uint8_t *)bench->rows,
                          sizeof *bench->rows, NODE_BYTES, n);
}

static void hash_leaves(struct bench *bench, size_t n)
{
    vota_leaf_hash_rows(bench->leaves, bench->rows, n);
}

static void sort(struct bench *bench, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bench->items[i] = bench->unsorted[i];
    vota_merkle_sort(bench->items, bench->scratch, n);
}

static void build(struct bench *bench, size_t n)
{
    if (vota_merkle_build_items(bench->tree, bench->items, n) != VOTA_OK)
        die("vota_merkle_build_items");
}

static void seal(struct bench *bench, size_t n)
{
    sort(bench, n);
    build(bench, n);
}

static void rows_to_root(struct bench *bench, size_t n)
{
    hash_leaves(bench, n);
    for (size_t i = 0; i < n; i++)
        bench->unsorted[i] = (struct vota_merkle_item){bench->leaves[i], i};
    seal(bench, n);
}

/* Of leaves far apart, so that caches do not flatter. */
static void make_paths(struct bench *bench, size_t n)
{
    for (size_t i = 0; i < PATHS; i++) {
        vota_hash path[VOTA_MERKLE_MAX_PATH];
        size_t len;
        if (vota_merkle_path(path, &len, bench->tree, n, i * 7919 % n) != VOTA_OK)
            die("vota_merkle_path");
        bench->leaves[i % n] = path[len - 1];
    }
}

static void init(struct bench *bench)
{
    *bench = (struct bench){
        .rows = must_alloc(LARGEST, sizeof *bench->rows),
        .leaves = must_alloc(LARGEST, sizeof *bench->leaves),
        .unsorted = must_alloc(LARGEST, sizeof *bench->unsorted),
        .items = must_alloc(LARGEST, sizeof *bench->items),
        .scratch = must_alloc(LARGEST, sizeof *bench->scratch),
        .tree = must_alloc(2 * LARGEST - 1, sizeof *bench->tree),
    };
    for (uint64_t i = 0; i < LARGEST; i++) {
        struct vota_row *row = &bench->rows[i];
        vota_keccak_hash(row->tag.bytes, &i, sizeof i);
        vota_keccak_hash(row->content_hash.bytes, &row->tag, sizeof row->tag);
    }
}

static void done(struct bench *bench)
{
    free(bench->rows);
    free(bench->leaves);
    free(bench->unsorted);
    free(bench->items);
    free(bench->scratch);
    free(bench->tree);
}

static void write_rows(const struct bench *bench, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bench->rows, sizeof *bench->rows, SMALLEST, file) != SMALLEST ||
        fwrite(bench->tree, sizeof *bench->tree, 1, file) != 1 || fclose(file) != 0)
        die(path);
}

static void run_sizes(struct bench *bench)
{
    for (size_t n = SMALLEST; n <= LARGEST; n *= 10) {
        report("leaves", n, median(hash_leaves, bench, n), "s");
        report("rows_to_root", n, median(rows_to_root, bench, n), "s");
        report("sort", n, median(sort, bench, n), "s");
        report("build", n, median(build, bench, n), "s");
        report("seal", n, median(seal, bench, n), "s");
        report("path", n, median(make_paths, bench, n) / PATHS * 1e6, "us");
    }
}

int main(int argc, char **argv)
{
    struct bench bench;
    init(&bench);
    report("permutation.one", 0, median(hash_one_by_one, &bench, HASHES) / HASHES * 1e9, "ns");
    printf("{\"name\":\"permutation.many.%s\",\"value\":%.6g,\"unit\":\"ns\"}\n",
           vota_keccak_implementation(), median(hash_many, &bench, HASHES) / HASHES * 1e9);
    run_sizes(&bench);
    if (argc > 1) {
        rows_to_root(&bench, SMALLEST);
        write_rows(&bench, argv[1]);
    }
    done(&bench);
    return EXIT_SUCCESS;
}
