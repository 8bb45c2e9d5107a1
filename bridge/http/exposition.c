/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the exposition format: see exposition.h. */
#include "bridge/http/exposition.h"

#include <inttypes.h>

static void put_escaped(FILE *to, const char *text, bool is_label)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            (void)fputs("\\n", to);
        else if (*text == '\\' || (*text == '"' && is_label))
            (void)fprintf(to, "\\%c", *text);
        else
            (void)fputc(*text, to);
    }
}

static void begin(struct vota_exposition *ex, const char *name, const char *type, const char *help)
{
    VOTA_ASSERT(ex->n_labels == 0); /* of a sample that was never written */
    ex->name = name;
    (void)fprintf(ex->to, "# HELP %s ", name);
    put_escaped(ex->to, help, false);
    (void)fprintf(ex->to, "\n# TYPE %s %s\n", name, type);
}

void vota_exposition_counter(struct vota_exposition *ex, const char *name, const char *help)
{
    begin(ex, name, "counter", help);
}

void vota_exposition_gauge(struct vota_exposition *ex, const char *name, const char *help)
{
    begin(ex, name, "gauge", help);
}

void vota_exposition_histogram(struct vota_exposition *ex, const char *name, const char *help)
{
    begin(ex, name, "histogram", help);
}

void vota_exposition_label(struct vota_exposition *ex, const char *name, const char *value)
{
    VOTA_ASSERT(ex->n_labels < VOTA_EXPOSITION_LABELS_MAX);
    ex->labels[ex->n_labels].name = name;
    ex->labels[ex->n_labels].value = value;
    ex->n_labels++;
}

/* The name with its labels, and the blank before the value; extra: one more label, or NULL. */
static void put_name(const struct vota_exposition *ex, const char *suffix, const char *extra,
                     const char *value)
{
    char before = '{';
    (void)fprintf(ex->to, "%s%s", ex->name, suffix);
    for (size_t i = 0; i < ex->n_labels; i++) {
        (void)fprintf(ex->to, "%c%s=\"", before, ex->labels[i].name);
        put_escaped(ex->to, ex->labels[i].value, true);
        (void)fputc('"', ex->to);
        before = ',';
    }
    if (extra != NULL)
        (void)fprintf(ex->to, "%c%s=\"%s\"", before, extra, value);
    (void)fputs(ex->n_labels > 0 || extra != NULL ? "} " : " ", ex->to);
}

static void put_seconds(FILE *to, uint64_t nanoseconds)
{
    (void)fprintf(to, "%" PRIu64 ".%09" PRIu64 "\n", nanoseconds / 1000000000u,
                  nanoseconds % 1000000000u);
}

static void put_text(struct vota_exposition *ex, const char *value)
{
    put_name(ex, "", NULL, NULL);
    (void)fprintf(ex->to, "%s\n", value);
    ex->n_labels = 0;
}

void vota_exposition_number(struct vota_exposition *ex, uint64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    put_text(ex, text);
}

void vota_exposition_signed(struct vota_exposition *ex, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    put_text(ex, text);
}

void vota_exposition_endless(struct vota_exposition *ex)
{
    put_text(ex, "+Inf");
}

void vota_exposition_seconds(struct vota_exposition *ex, uint64_t nanoseconds)
{
    put_name(ex, "", NULL, NULL);
    put_seconds(ex->to, nanoseconds);
    ex->n_labels = 0;
}

void vota_exposition_ether(struct vota_exposition *ex, const struct vota_u256 *wei)
{
    char text[VOTA_AMOUNT_TEXT_MAX];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_amount_write(&wr, wei, VOTA_UNIT_ETH);
    VOTA_ASSERT(vota_wr_fits(&wr) && wr.len > sizeof " ETH" - 1);
    text[wr.len - (sizeof " ETH" - 1)] = '\0';
    put_text(ex, text);
}

void vota_exposition_states(struct vota_exposition *ex, const char *label,
                            const char *(*word)(size_t state), size_t n, size_t present)
{
    const size_t n_labels = ex->n_labels;
    for (size_t i = 0; i < n; i++) {
        ex->n_labels = n_labels;
        vota_exposition_label(ex, label, word(i));
        vota_exposition_number(ex, i == present);
    }
    ex->n_labels = 0;
}

void vota_exposition_buckets(struct vota_exposition *ex,
                             const struct vota_exposition_buckets *buckets)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= buckets->n; i++) {
        count += buckets->counts[i];
        put_name(ex, "_bucket", "le", i < buckets->n ? buckets->edges[i] : "+Inf");
        (void)fprintf(ex->to, "%" PRIu64 "\n", count);
    }
    put_name(ex, "_sum", NULL, NULL);
    if (buckets->is_nanoseconds)
        put_seconds(ex->to, buckets->sum);
    else
        (void)fprintf(ex->to, "%" PRIu64 "\n", buckets->sum);
    put_name(ex, "_count", NULL, NULL);
    (void)fprintf(ex->to, "%" PRIu64 "\n", count);
    ex->n_labels = 0;
}
