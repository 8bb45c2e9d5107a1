/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The results that the journal has, as they were written: the last one is the
 * result, earlier ones stay visible.
 */
#include <inttypes.h>

#include "bridge/page/register_page.h"

static const char *const number_keys[VOTA_COUNT_NUMBERS] = {
    [VOTA_COUNT_N_BLANK] = "results.number.blank",
    [VOTA_COUNT_N_ROWS] = "results.number.rows",
    [VOTA_COUNT_N_COUNTED] = "results.number.counted",
    [VOTA_COUNT_N_SUPERSEDED] = "results.number.superseded",
    [VOTA_COUNT_N_UNTIMELY] = "results.number.untimely",
    [VOTA_COUNT_N_CONFLICT] = "results.number.conflict",
    [VOTA_COUNT_N_INVALID] = "results.number.invalid",
    [VOTA_COUNT_N_UNOPENED] = "results.number.unopened",
    [VOTA_COUNT_N_ERASED] = "results.number.erased"};

static void number_line(struct vota_page *page, const struct vota_page_register *reg, size_t i,
                        uint64_t number)
{
    struct vota_html *html = &page->html;
    const size_t options = reg->definition->option_count;
    vota_html_open(html, "tr");
    vota_html_open(html, "th");
    vota_html_attr(html, "scope", "row");
    if (i < options)
        vota_page_option(html, reg->definition, i);
    else
        vota_html_say(html, number_keys[i - options], NULL);
    vota_html_close(html, "th");
    vota_page_td_number(html, number);
    vota_html_close(html, "tr");
}

static void write_numbers(struct vota_page *page, const struct vota_page_register *reg,
                          const struct vota_journal_line *line)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "details");
    vota_html_say_in(html, "summary", "results.published.numbers", NULL);
    if (line->count != reg->n)
        vota_html_say_in(html, "p", "results.published.length", NULL);
    vota_html_open_class(html, "table", "counts");
    vota_html_say_in(html, "caption", "results.published.caption", NULL);
    vota_html_open(html, "thead");
    vota_html_open(html, "tr");
    vota_page_th(html, "col", "results.rows.name");
    vota_page_th(html, "col", "results.options.count");
    vota_html_close(html, "tr");
    vota_html_close(html, "thead");
    vota_html_open(html, "tbody");
    for (size_t i = 0; i < line->count && i < reg->n; i++)
        number_line(page, reg, i, line->counts[i]);
    vota_html_close(html, "tbody");
    vota_html_close(html, "table");
    vota_html_close(html, "details");
}

static void write_facts(struct vota_page *page, const struct vota_page_result *result,
                        const struct vota_journal_line *line)
{
    struct vota_html *html = &page->html;
    char path[VOTA_PAGE_PATH_CAP];
    const struct vota_page_part *part = vota_page_line_part(page->site->line, result->judged.place);
    const struct vota_deployment *deployment = part->source->deployment;
    vota_html_open_class(html, "dl", "facts wide");
    vota_page_fact(html, "results.fact.published");
    vota_page_time(html, line->entry.time);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.up-to");
    vota_html_number(html, result->judged.last_entry);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.block");
    vota_page_block(page, deployment, line->entry.block);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.transaction");
    vota_page_transaction(page, deployment, &line->transaction);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.file");
    (void)snprintf(path, sizeof path, "%s%sresults/%" PRIu64 ".json", part->name,
                   part->name[0] == '\0' ? "" : "/", line->entry.number);
    vota_page_link_file(page, path);
    vota_page_fact_end(html);
    vota_html_close(html, "dl");
}

static void write_result(struct vota_page *page, const struct vota_page_register *reg,
                         const struct vota_page_result *result)
{
    static const char *const compared[] = {
        [VOTA_PAGE_EQUAL] = "results.published.equal",
        [VOTA_PAGE_DIFFERS] = "results.published.differs",
        [VOTA_PAGE_OPENINGS_MISSING] = "results.published.openings-missing",
        [VOTA_PAGE_OWN_COUNT] = "results.published.own-count",
        [VOTA_PAGE_NOT_RECOUNTED] = "results.published.not-recounted"};
    struct vota_html *html = &page->html;
    char number[VOTA_HTML_NUMBER_CAP];
    const struct vota_journal_line line = vota_page_line_at(page->site->line, result->judged.place);
    vota_html_open(html, "article");
    vota_html_say_in(html, "h3", "results.published.entry", "entry",
                     vota_html_number_text(number, line.entry.number), NULL);
    vota_html_open(html, "p");
    vota_html_say(html,
                  result->judged.is_the_result ? "results.published.is-it"
                                               : "results.published.replaced",
                  NULL);
    vota_html_word(html, " ");
    vota_html_say(html, compared[result->compared], NULL);
    vota_html_close(html, "p");
    write_facts(page, result, &line);
    if (reg->discloses || reg->phase >= VOTA_PAGE_CLOSING) /* else it came too early to be shown */
        write_numbers(page, reg, &line);
    vota_html_close(html, "article");
}

void vota_page_register_published(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    if (reg->result_count == 0)
        return;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "published");
    vota_page_heading(html, "published", "results.published.heading");
    vota_html_say_in(html, "p", "results.published.about", NULL);
    for (size_t i = reg->result_count; i > 0; i--)
        write_result(page, reg, &reg->results[i - 1]);
    vota_html_close(html, "section");
}
