/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters that many threads add to: see metrics.h. Every one is an atomic
 * number by itself; a scrape that falls between two additions sees one of
 * them, and the next scrape both.
 */
#include "bridge/http/metrics.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/http/metrics_parts.h"

struct vota_metrics *vota_metrics_new(void)
{
    struct vota_metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics != NULL)
        metrics->started_at = (uint64_t)time(NULL);
    return metrics;
}

void vota_metrics_free(struct vota_metrics *metrics)
{
    free(metrics);
}

uint64_t vota_metrics_clock(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void add(vota_metrics_number *number, uint64_t more)
{
    (void)atomic_fetch_add_explicit(number, more, memory_order_relaxed);
}

static void observe(struct vota_metrics_histogram *histogram,
                    const struct vota_metrics_edges *edges, uint64_t value)
{
    size_t i = 0;
    while (i < edges->n && value > edges->at[i])
        i++;
    add(&histogram->counts[i], 1);
    add(&histogram->sum, value);
}

static size_t word_index(const char *word, const char *const *words, size_t n)
{
    size_t i = 0;
    while (i < n && strcmp(words[i], word) != 0)
        i++;
    return i;
}

void vota_metrics_note_request(struct vota_metrics *metrics)
{
    if (metrics != NULL)
        add(&metrics->begun, 1);
}

void vota_metrics_note_reply(struct vota_metrics *metrics, enum vota_route_answer answer,
                             enum vota_route route, unsigned status, uint64_t started_ns)
{
    if (metrics == NULL)
        return;
    const size_t place = answer == VOTA_ROUTE_FOUND ? (size_t)route : VOTA_ROUTES;
    const size_t class = status >= 100 && status < 600 ? status / 100 - 1 : 4;
    add(&metrics->replies[place][class], 1);
    observe(&metrics->seconds[place], &vota_metrics_seconds, vota_metrics_clock() - started_ns);
    add(&metrics->ended, 1);
}

void vota_metrics_note_stream(struct vota_metrics *metrics)
{
    if (metrics != NULL)
        add(&metrics->streams_begun, 1);
}

void vota_metrics_note_stream_end(struct vota_metrics *metrics)
{
    if (metrics != NULL)
        add(&metrics->streams_ended, 1);
}

void vota_metrics_note_problem(struct vota_metrics *metrics, const char *code)
{
    if (metrics != NULL)
        add(&metrics->problems[word_index(code, vota_metrics_problems, VOTA_METRICS_PROBLEMS)], 1);
}

void vota_metrics_note_record(struct vota_metrics *metrics, enum vota_intake_answer answer,
                              const char *reason)
{
    if (metrics == NULL)
        return;
    add(&metrics->records[answer], 1);
    if (reason != NULL)
        add(&metrics->refused[word_index(reason, vota_metrics_reasons, VOTA_METRICS_REASONS)], 1);
}

void vota_metrics_note_receipt(struct vota_metrics *metrics)
{
    if (metrics != NULL)
        add(&metrics->receipts, 1);
}

void vota_metrics_note_group(struct vota_metrics *metrics, uint64_t records, uint64_t started_ns)
{
    if (metrics == NULL)
        return;
    observe(&metrics->group_records, &vota_metrics_sizes, records);
    observe(&metrics->group_seconds, &vota_metrics_seconds, vota_metrics_clock() - started_ns);
}
