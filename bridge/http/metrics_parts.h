/* SPDX-License-Identifier: Apache-2.0 */
/* What metrics*.c share: the counters, and the closed lists that their labels come from. */
#ifndef VOTA_BRIDGE_HTTP_METRICS_PARTS_H
#define VOTA_BRIDGE_HTTP_METRICS_PARTS_H

#include <stdatomic.h>

#include "bridge/http/exposition.h"
#include "bridge/http/metrics.h"

#define VOTA_METRICS_EDGES_MAX 14u
#define VOTA_METRICS_CLASSES   5u  /* "1xx" to "5xx" */
#define VOTA_METRICS_PROBLEMS  16u /* and one more place: any other */
#define VOTA_METRICS_REASONS   35u /* the same */

typedef atomic_uint_least64_t vota_metrics_number;

struct vota_metrics_histogram {
    vota_metrics_number counts[VOTA_METRICS_EDGES_MAX + 1]; /* the last: above all edges */
    vota_metrics_number sum;
};

struct vota_metrics_edges {
    size_t n;
    uint64_t at[VOTA_METRICS_EDGES_MAX];
    const char *text[VOTA_METRICS_EDGES_MAX]; /* as they are written */
    bool is_nanoseconds;
};

struct vota_metrics {
    uint64_t started_at;              /* unix seconds */
    vota_metrics_number begun, ended; /* requests */
    vota_metrics_number streams_begun, streams_ended;
    vota_metrics_number replies[VOTA_ROUTES + 1][VOTA_METRICS_CLASSES]; /* the last: no route */
    struct vota_metrics_histogram seconds[VOTA_ROUTES + 1];
    vota_metrics_number problems[VOTA_METRICS_PROBLEMS + 1];
    vota_metrics_number records[VOTA_INTAKE_PRESENT + 1];
    vota_metrics_number refused[VOTA_METRICS_REASONS + 1];
    vota_metrics_number receipts;
    struct vota_metrics_histogram group_records, group_seconds;
};

extern const struct vota_metrics_edges vota_metrics_seconds, vota_metrics_sizes;
extern const char *const vota_metrics_problems[VOTA_METRICS_PROBLEMS]; /* codes of problem.h */
extern const char *const vota_metrics_reasons[VOTA_METRICS_REASONS];   /* why records are refused */

/* The parts of the document. */
void vota_metrics_put_http(struct vota_exposition *ex, const struct vota_metrics *metrics);
void vota_metrics_put_keeper(struct vota_exposition *ex, const struct vota_standing_keeper *keeper,
                             uint64_t now);
void vota_metrics_put_networks(struct vota_exposition *ex,
                               const struct vota_standing_network networks[VOTA_STANDING_NETWORKS]);
void vota_metrics_put_process(struct vota_exposition *ex, uint64_t started_at);

/* "primary", "secondary": the label of a network by its place. */
const char *vota_metrics_network(size_t place);

#endif
