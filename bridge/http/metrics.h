/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GET /metrics answers: the service in numbers, in the text exposition
 * format 0.0.4 of Prometheus. Two halves: counters that the threads of the
 * HTTP side add to as things happen (no lock, a few atomic additions), and
 * gauges taken from what the service knows of itself when it is asked. Asks
 * neither the store nor a chain. Labels come from closed lists only: nothing
 * that a client sends becomes one.
 */
#ifndef VOTA_BRIDGE_HTTP_METRICS_H
#define VOTA_BRIDGE_HTTP_METRICS_H

#include <stdio.h>

#include "bridge/http/health.h"
#include "bridge/http/router.h"
#include "bridge/import/intake.h"

#define VOTA_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Thread-safe. Where a function takes one, NULL is fine: nothing is counted. */
struct vota_metrics;

/* NULL without memory. */
struct vota_metrics *vota_metrics_new(void);
void vota_metrics_free(struct vota_metrics *metrics);

/* Nanoseconds of a clock that never steps, to measure with. */
uint64_t vota_metrics_clock(void);

/* ---- as it happens ---- */

/* A request came in, and was answered: exactly one of the second for each of the first. */
void vota_metrics_note_request(struct vota_metrics *metrics);
void vota_metrics_note_reply(struct vota_metrics *metrics, enum vota_route_answer answer,
                             enum vota_route route, unsigned status, uint64_t started_ns);

/* A stream of records began, and ended; it is no request. */
void vota_metrics_note_stream(struct vota_metrics *metrics);
void vota_metrics_note_stream_end(struct vota_metrics *metrics);

/* A problem was answered, by its code; a refused record is noted by the next instead. */
void vota_metrics_note_problem(struct vota_metrics *metrics, const char *code);

/* What became of a record; `reason` (static text) where it was refused, else NULL. */
void vota_metrics_note_record(struct vota_metrics *metrics, enum vota_intake_answer answer,
                              const char *reason);

/* A receipt was made for a record that had just come in. */
void vota_metrics_note_receipt(struct vota_metrics *metrics);

/* The writer committed a transaction of so many records, begun then. */
void vota_metrics_note_group(struct vota_metrics *metrics, uint64_t records, uint64_t started_ns);

/* ---- when asked ---- */

/* Everything else that is to be said; the caller gathers it without waiting for anybody. */
struct vota_metrics_scene {
    struct vota_health_scene health; /* standing, writer, now */
    const char *store_path;          /* NULL: there is none to measure */
    const char *version;             /* of the program */
};

/* Writes the document; ferror(to) says whether it is whole. */
void vota_metrics_write(FILE *to, const struct vota_metrics *metrics,
                        const struct vota_metrics_scene *scene);

#endif
