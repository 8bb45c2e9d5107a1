/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of numbers: see chart.h. */
#include "bridge/page/chart.h"

#include <stdlib.h>
#include <string.h>

#define BAR_WIDTH  1000u
#define BAR_HEIGHT 20u
#define COLUMNS    60u
#define HEIGHT     120u

/* ---- shapes ---- */

struct box {
    uint64_t x, y, width, height;
};

static void rect(struct vota_html *html, const char *class_name, struct box box)
{
    vota_html_open_class(html, "rect", class_name);
    vota_html_attr_number(html, "x", box.x);
    vota_html_attr_number(html, "y", box.y);
    vota_html_attr_number(html, "width", box.width);
    vota_html_attr_number(html, "height", box.height);
    vota_html_close(html, "rect");
}

static void begin_svg(struct vota_html *html, const char *class_name, uint64_t width,
                      uint64_t height)
{
    char box[64];
    (void)snprintf(box, sizeof box, "0 0 %llu %llu", (unsigned long long)width,
                   (unsigned long long)height);
    vota_html_open_class(html, "svg", class_name);
    vota_html_attr(html, "viewBox", box);
    vota_html_attr(html, "preserveAspectRatio", "none");
    vota_html_attr(html, "aria-hidden", "true");
    vota_html_attr(html, "focusable", "false");
}

/* part of whole as a length; never beyond it, and visible where there is anything. */
static uint64_t scaled(uint64_t part, uint64_t whole, uint64_t length)
{
    if (whole == 0 || part == 0)
        return 0;
    if (part >= whole)
        return length;
    const uint64_t at = part * length / whole;
    return at == 0 ? 1 : at;
}

void vota_page_bar(struct vota_html *html, uint64_t part, uint64_t whole, uint64_t threshold)
{
    begin_svg(html, "bar", BAR_WIDTH, BAR_HEIGHT);
    rect(html, "bar-back", (struct box){0, 0, BAR_WIDTH, BAR_HEIGHT});
    rect(html, "bar-fill", (struct box){0, 0, scaled(part, whole, BAR_WIDTH), BAR_HEIGHT});
    if (threshold > 0) {
        const uint64_t at = scaled(threshold, whole, BAR_WIDTH);
        rect(html, "bar-line", (struct box){at < 4 ? 0 : at - 4, 0, 4, BAR_HEIGHT});
    }
    vota_html_close(html, "svg");
}

/* ---- options ---- */

/* "Yes 12 (60.0%), No 8 (40.0%)" in heap memory; NULL without any. */
static char *spoken(const struct vota_page *page, const struct vota_definition *definition,
                    const uint64_t *numbers, uint64_t whole)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    bool good = stream != NULL;
    for (size_t i = 0; good && i < definition->option_count && i < VOTA_PAGE_BARS_MAX; i++) {
        char number[VOTA_HTML_NUMBER_CAP];
        char share[VOTA_PAGE_SHARE_CAP];
        char *label = vota_page_plain_option(page->html.lang, definition, i);
        good = label != NULL && fprintf(stream, "%s%s: %s (%s)", i == 0 ? "" : ", ", label,
                                        vota_html_number_text(number, numbers[i]),
                                        vota_page_share(share, numbers[i], whole)) >= 0;
        free(label);
    }
    if (stream != NULL)
        good = fclose(stream) == 0 && good;
    if (good)
        return text;
    free(text);
    return NULL;
}

static void option_row(struct vota_page *page, const struct vota_definition *definition, size_t i,
                       const uint64_t *numbers, uint64_t whole)
{
    struct vota_html *html = &page->html;
    char share[VOTA_PAGE_SHARE_CAP];
    const bool endorsed = definition->threshold > 0;
    const uint64_t most = numbers[i] > definition->threshold ? numbers[i] : definition->threshold;
    vota_html_open_class(html, "div", "bar-row");
    vota_html_open_class(html, "div", "bar-text");
    vota_html_open_class(html, "span", "bar-label");
    vota_page_option(html, definition, i);
    vota_html_close(html, "span");
    vota_html_open_class(html, "span", "bar-value");
    vota_html_open(html, "strong");
    vota_html_number(html, numbers[i]);
    vota_html_close(html, "strong");
    vota_html_word(html, " ");
    vota_html_word(html,
                   vota_page_share(share, numbers[i], endorsed ? definition->threshold : whole));
    vota_html_close(html, "span");
    vota_html_close(html, "div");
    vota_page_bar(html, numbers[i], endorsed ? most + most / 10 : whole, definition->threshold);
    vota_html_close(html, "div");
}

void vota_page_options_chart(struct vota_page *page, const struct vota_definition *definition,
                             const uint64_t *numbers, uint64_t whole)
{
    struct vota_html *html = &page->html;
    const uint64_t shares = definition->threshold > 0 ? definition->threshold : whole;
    char number[VOTA_HTML_NUMBER_CAP];
    char *words = spoken(page, definition, numbers, shares);
    if (words == NULL) {
        html->status = html->status == VOTA_OK ? VOTA_NO_MEMORY : html->status;
        return;
    }
    vota_html_open_class(html, "figure", "chart");
    vota_html_open(html, "div");
    vota_html_attr(html, "role", "img");
    vota_html_attr_say(html, "aria-label", "results.chart.label", "numbers", words, NULL);
    free(words);
    for (size_t i = 0; i < definition->option_count && i < VOTA_PAGE_BARS_MAX; i++)
        option_row(page, definition, i, numbers, whole);
    vota_html_close(html, "div");
    vota_html_open(html, "figcaption");
    if (definition->threshold > 0)
        vota_html_say(html, "results.chart.threshold", "threshold",
                      vota_html_number_text(number, definition->threshold), NULL);
    else
        vota_html_say(html,
                      definition->choices_max > 1 ? "results.chart.several" : "results.chart.one",
                      "counted", vota_html_number_text(number, whole), NULL);
    if (definition->option_count > VOTA_PAGE_BARS_MAX) {
        vota_html_word(html, " ");
        vota_html_say(html, "results.chart.more", NULL);
    }
    vota_html_close(html, "figcaption");
    vota_html_close(html, "figure");
}

/* ---- batches ---- */

struct columns {
    uint64_t first, last; /* times */
    uint64_t rows[COLUMNS];
    uint64_t most;
};

static uint64_t time_of(const struct vota_page_line *line, const struct vota_page_batch *batch)
{
    return line->entries[batch->place].time;
}

/* The clocks of two networks may differ, so the first batch need not have the earliest time. */
static struct columns columns_of(const struct vota_page_line *line,
                                 const struct vota_page_register *reg)
{
    struct columns columns = {.first = time_of(line, &reg->batches[0])};
    columns.last = columns.first;
    for (size_t i = 1; i < reg->batch_count; i++) {
        const uint64_t time = time_of(line, &reg->batches[i]);
        columns.first = time < columns.first ? time : columns.first;
        columns.last = time > columns.last ? time : columns.last;
    }
    const uint64_t span = columns.last - columns.first;
    for (size_t i = 0; i < reg->batch_count; i++) {
        const uint64_t since = time_of(line, &reg->batches[i]) - columns.first;
        const uint64_t at = span == 0 ? 0 : since * (COLUMNS - 1) / span;
        columns.rows[at] += reg->batches[i].rows;
        columns.most = columns.rows[at] > columns.most ? columns.rows[at] : columns.most;
    }
    return columns;
}

void vota_page_batches_chart(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    char rows[VOTA_HTML_NUMBER_CAP];
    char batches[VOTA_HTML_NUMBER_CAP];
    if (reg->batch_count < 2)
        return;
    const struct columns columns = columns_of(page->site->line, reg);
    vota_html_open_class(html, "figure", "chart");
    vota_html_open(html, "div");
    vota_html_attr(html, "role", "img");
    vota_html_attr_say(html, "aria-label", "results.timeline.label", "rows",
                       vota_html_number_text(rows, reg->rows), "batches",
                       vota_html_number_text(batches, reg->batch_count), NULL);
    begin_svg(html, "columns", (uint64_t)COLUMNS * 16, HEIGHT);
    rect(html, "columns-base", (struct box){0, HEIGHT - 1, (uint64_t)COLUMNS * 16, 1});
    for (size_t i = 0; i < COLUMNS; i++) {
        const uint64_t height = scaled(columns.rows[i], columns.most, HEIGHT);
        if (height > 0)
            rect(html, "bar-fill", (struct box){i * 16 + 2, HEIGHT - height, 12, height});
    }
    vota_html_close(html, "svg");
    vota_html_close(html, "div");
    vota_html_open_class(html, "figcaption", "ends");
    vota_page_time(html, columns.first);
    vota_html_word(html, " ");
    vota_page_time(html, columns.last);
    vota_html_close(html, "figcaption");
    vota_html_close(html, "figure");
}
