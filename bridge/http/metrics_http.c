/* SPDX-License-Identifier: Apache-2.0 */
/* What was counted on the HTTP side, written down; and the lists that its labels come from. */
#include "bridge/http/metrics_parts.h"

/* clang-format off */
const struct vota_metrics_edges vota_metrics_seconds = {
    .n = 13,
    .at = {1000000, 2500000, 5000000, 10000000, 25000000, 50000000, 100000000, 250000000,
           500000000, 1000000000, 2500000000, 5000000000, 10000000000},
    .text = {"0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5",
             "5", "10"},
    .is_nanoseconds = true};

const struct vota_metrics_edges vota_metrics_sizes = {
    .n = 13,
    .at = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384},
    .text = {"1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1024", "4096", "16384"}};
/* clang-format on */

const char *const vota_metrics_problems[VOTA_METRICS_PROBLEMS] = {
    "bad-request",       "body-too-large",    "erased",           "internal",
    "key-replaced",      "no-token",          "not-allowed",      "not-found",
    "overloaded",        "qr-full",           "read-only",        "stale-cursor",
    "store-unavailable", "too-many-requests", "wrong-media-type", "wrong-method"};

const char *const vota_metrics_reasons[VOTA_METRICS_REASONS] = {"after-closing",
                                                                "ambiguous-option",
                                                                "bad-character",
                                                                "bad-hash",
                                                                "bad-salt",
                                                                "bad-time",
                                                                "before-opening",
                                                                "duplicate-member",
                                                                "empty",
                                                                "erased-content",
                                                                "in-future",
                                                                "looks-like-email",
                                                                "looks-like-phone",
                                                                "looks-like-resident-number",
                                                                "missing-field",
                                                                "not-an-object",
                                                                "not-canonical",
                                                                "not-json",
                                                                "not-utf8",
                                                                "nul-byte",
                                                                "other-content",
                                                                "register-closed",
                                                                "register-not-open",
                                                                "repeated-option",
                                                                "reserved-step",
                                                                "revision-waits",
                                                                "row-too-long",
                                                                "second-vote",
                                                                "too-few-choices",
                                                                "too-late",
                                                                "too-long",
                                                                "too-many-choices",
                                                                "unknown-option",
                                                                "unknown-register",
                                                                "wrong-type"};

static uint64_t value_of(const vota_metrics_number *number)
{
    return atomic_load_explicit(number, memory_order_relaxed);
}

static void put_histogram(struct vota_exposition *ex,
                          const struct vota_metrics_histogram *histogram,
                          const struct vota_metrics_edges *edges)
{
    uint64_t counts[VOTA_METRICS_EDGES_MAX + 1];
    for (size_t i = 0; i <= edges->n; i++)
        counts[i] = value_of(&histogram->counts[i]);
    const struct vota_exposition_buckets buckets = {.edges = edges->text,
                                                    .n = edges->n,
                                                    .counts = counts,
                                                    .sum = value_of(&histogram->sum),
                                                    .is_nanoseconds = edges->is_nanoseconds};
    vota_exposition_buckets(ex, &buckets);
}

/* Method and route of a place; the last place is for what is none of our routes. */
static void label_route(struct vota_exposition *ex, size_t place)
{
    const char *method = "other";
    const char *pattern = "other";
    if (place < VOTA_ROUTES)
        pattern = vota_router_pattern((enum vota_route)place, &method);
    vota_exposition_label(ex, "method", method);
    vota_exposition_label(ex, "route", pattern);
}

static void put_requests(struct vota_exposition *ex, const struct vota_metrics *metrics)
{
    static const char *const classes[VOTA_METRICS_CLASSES] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    vota_exposition_counter(ex, "voteanchor_http_requests_total",
                            "Requests answered, by route and class of status.");
    for (size_t place = 0; place <= VOTA_ROUTES; place++) {
        for (size_t class = 1; class < VOTA_METRICS_CLASSES; class ++) {
            label_route(ex, place);
            vota_exposition_label(ex, "status", classes[class]);
            vota_exposition_number(ex, value_of(&metrics->replies[place][class]));
        }
    }
    vota_exposition_histogram(ex, "voteanchor_http_request_duration_seconds",
                              "Time from a request having come in to its answer being handed out.");
    for (size_t place = 0; place <= VOTA_ROUTES; place++) {
        label_route(ex, place);
        put_histogram(ex, &metrics->seconds[place], &vota_metrics_seconds);
    }
    const uint64_t ended = value_of(&metrics->ended); /* before begun: never more than it */
    const uint64_t begun = value_of(&metrics->begun);
    vota_exposition_gauge(ex, "voteanchor_http_requests_in_flight",
                          "Requests that are not answered yet.");
    vota_exposition_number(ex, begun - ended);
}

/* A stream lasts as long as its client likes, so it has no place among the requests. */
static void put_streams(struct vota_exposition *ex, const struct vota_metrics *metrics)
{
    const uint64_t ended = value_of(&metrics->streams_ended);
    const uint64_t begun = value_of(&metrics->streams_begun);
    vota_exposition_counter(ex, "voteanchor_http_streams_total", "Streams of records that began.");
    vota_exposition_number(ex, begun);
    vota_exposition_gauge(ex, "voteanchor_http_streams_open", "Streams of records under way.");
    vota_exposition_number(ex, begun - ended);
}

/* One counter for each word of a list, and "other" for the place after it. */
static void put_words(struct vota_exposition *ex, const char *label, const char *const *words,
                      const vota_metrics_number *counts, size_t n)
{
    for (size_t i = 0; i <= n; i++) {
        vota_exposition_label(ex, label, i < n ? words[i] : "other");
        vota_exposition_number(ex, value_of(&counts[i]));
    }
}

static void put_records(struct vota_exposition *ex, const struct vota_metrics *metrics)
{
    static const char *const answers[] = {[VOTA_INTAKE_REFUSED] = "refused",
                                          [VOTA_INTAKE_ADDED] = "added",
                                          [VOTA_INTAKE_PRESENT] = "present"};
    vota_exposition_counter(ex, "voteanchor_records_total",
                            "Records handed in: added (on disk), present (were there already), "
                            "refused.");
    for (size_t i = 0; i <= VOTA_INTAKE_PRESENT; i++) {
        vota_exposition_label(ex, "answer", answers[i]);
        vota_exposition_number(ex, value_of(&metrics->records[i]));
    }
    vota_exposition_counter(ex, "voteanchor_records_refused_total",
                            "Records refused, by the code of the reason.");
    put_words(ex, "reason", vota_metrics_reasons, metrics->refused, VOTA_METRICS_REASONS);
    vota_exposition_counter(ex, "voteanchor_receipts_total",
                            "Receipts made for records that had just come in.");
    vota_exposition_number(ex, value_of(&metrics->receipts));
}

void vota_metrics_put_http(struct vota_exposition *ex, const struct vota_metrics *metrics)
{
    put_requests(ex, metrics);
    put_streams(ex, metrics);
    vota_exposition_counter(ex, "voteanchor_http_problems_total",
                            "Requests that were not done, by the code of the problem; refused "
                            "records not among them.");
    put_words(ex, "code", vota_metrics_problems, metrics->problems, VOTA_METRICS_PROBLEMS);
    put_records(ex, metrics);
    vota_exposition_histogram(ex, "voteanchor_writer_group_records",
                              "Records that were committed together.");
    put_histogram(ex, &metrics->group_records, &vota_metrics_sizes);
    vota_exposition_histogram(ex, "voteanchor_writer_commit_duration_seconds",
                              "Time of a transaction of records, to its being on disk.");
    put_histogram(ex, &metrics->group_seconds, &vota_metrics_seconds);
}
