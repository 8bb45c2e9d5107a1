/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ingest benchmarks are held to: a store with one open register, and a
 * bare loop that puts rows which the program has made into the same tables, with
 * the same indexes, checks, settings and rows a transaction.
 */
#ifndef VOTA_TESTS_BENCH_BARE_H
#define VOTA_TESTS_BENCH_BARE_H

#include "bridge/import/intake.h"

#define BENCH_VOTES_AT  1790000100u /* 2026-09-21T14:15:00Z, while the register is open */
#define BENCH_VOTES_SAY "2026-09-21T14:15:00Z"
#define BENCH_ID_MAX    16u

/* A row as the program made it. */
struct bench_row {
    char id[BENCH_ID_MAX];
    uint8_t tag[32], content_hash[32], leaf[32], city_salt[32], citizen_salt[32];
    char content[64];
};

_Noreturn void bench_die(const char *what);
void bench_must(enum vota_status status, const struct vota_error *err);
double bench_now(void); /* seconds, monotonic */

enum vota_status bench_pepper(void *context, uint8_t ret_pepper[32], const vota_hash *register_hash,
                              struct vota_error *err);
uint64_t bench_time(void *context);

void bench_store_remove(const char *path);

/* An empty store with one network and one open register "bench"; both have row id 1. */
struct vota_store *bench_store_new(const char *path);

/* The first n rows of a store, in order; freed by the caller. */
struct bench_row *bench_rows_load(const char *path, size_t n);

/* Inserts them into a new store, so many a transaction; the seconds it took. */
double bench_bare_insert(const char *path, const struct bench_row *rows, size_t n, size_t group);

/* Adds n rows like this one, from number `first` on, to a store that is there: to fill it (as fast
 * as can be), or as the bare loop on top of what it holds. The seconds it took. */
struct bench_adding {
    const struct bench_row *like;
    size_t first, n, group;
    bool durable; /* each transaction is on disk */
};

double bench_add(const char *path, const struct bench_adding *adding);

/* One line of the result. */
void bench_report(const char *name, double value, const char *unit);

#endif
