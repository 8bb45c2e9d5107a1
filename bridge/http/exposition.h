/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text exposition format 0.0.4 of Prometheus:
 *
 *     # HELP name text            \\ and \n escaped
 *     # TYPE name counter | gauge | histogram
 *     name{label="value",…} number        \\, \" and \n escaped
 *
 * A family is begun once, and all its samples follow it; labels given before a
 * sample are that sample's. Numbers are whole, or exact decimals: nothing here
 * is a floating-point number, nor depends on a locale. Knows no metric.
 */
#ifndef VOTA_BRIDGE_HTTP_EXPOSITION_H
#define VOTA_BRIDGE_HTTP_EXPOSITION_H

#include <stdio.h>

#include "rpc/quantity.h"

#define VOTA_EXPOSITION_LABELS_MAX 4u

/* {.to = FILE}; the rest is exposition.c's. */
struct vota_exposition {
    FILE *to;
    const char *name; /* of the family */
    struct {
        const char *name, *value;
    } labels[VOTA_EXPOSITION_LABELS_MAX];
    size_t n_labels;
};

/* Names are static text of ours. A counter's ends in _total. */
void vota_exposition_counter(struct vota_exposition *ex, const char *name, const char *help);
void vota_exposition_gauge(struct vota_exposition *ex, const char *name, const char *help);
void vota_exposition_histogram(struct vota_exposition *ex, const char *name, const char *help);

/* A label of the next sample; borrowed until then. */
void vota_exposition_label(struct vota_exposition *ex, const char *name, const char *value);

/* A sample of the family; its labels are forgotten afterwards. */
void vota_exposition_number(struct vota_exposition *ex, uint64_t value);
void vota_exposition_signed(struct vota_exposition *ex, int64_t value);
void vota_exposition_seconds(struct vota_exposition *ex, uint64_t nanoseconds);
void vota_exposition_ether(struct vota_exposition *ex, const struct vota_u256 *wei);
void vota_exposition_endless(struct vota_exposition *ex); /* +Inf */

/* One sample for each of the words, 1 for the present one (n: none of them), else 0. */
void vota_exposition_states(struct vota_exposition *ex, const char *label,
                            const char *(*word)(size_t state), size_t n, size_t present);

/*
 * A histogram's samples. counts[i]: of observations up to edge i and above the
 * edge before it; counts[n]: of those above the last. Edges ascend, and are
 * written as given ("0.005"). The labels are those of every sample of it.
 */
struct vota_exposition_buckets {
    const char *const *edges;
    size_t n;
    const uint64_t *counts; /* n + 1 */
    uint64_t sum;           /* of what was observed: nanoseconds, or a plain number */
    bool is_nanoseconds;
};
void vota_exposition_buckets(struct vota_exposition *ex,
                             const struct vota_exposition_buckets *buckets);

#endif
