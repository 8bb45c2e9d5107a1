/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client that hands in records as fast as it is answered, or at a pace: one
 * thread, so that it takes little from the server beside it. Every answer is
 * looked at; one that is not an acknowledgement ends the benchmark.
 */
#ifndef VOTA_TESTS_BENCH_LOAD_H
#define VOTA_TESTS_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#define LOAD_MINUTES_MAX 64u

struct load {
    unsigned port;
    const char *token;
    size_t first, count; /* numbers of the records; voters are scattered over `voters` */
    size_t voters;
    bool with_receipts;
    unsigned connections; /* of single records */
    double pace;          /* records a second; 0: as fast as can be */
    double until;         /* bench_now to stop at; 0: when all are in */
};

struct load_result {
    size_t answered;
    double seconds;
    double p50_ms, p99_ms, max_ms;
    double first_p99_ms, last_p99_ms; /* of the first tenth and the last tenth of the answers */
};

/* One record a request, over kept connections. */
void load_single(struct load_result *ret_result, const struct load *load);

/* All of them in one NDJSON request, sent and answered at the same time. */
void load_stream(struct load_result *ret_result, const struct load *load);

/* GETs of receipts by id, over kept connections, of records 0 to count - 1. */
void load_reads(struct load_result *ret_result, const struct load *load);

#endif
