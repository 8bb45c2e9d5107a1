/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a register stands on chain: its batches over time, its opening entry,
 * networks and contracts, and when the next batch can be expected.
 */
#include "bridge/page/chart.h"
#include "bridge/page/register_page.h"

#define BATCHES_MAX 50u /* on a page; the files have all */

static const struct vota_deployment *deployment_at(const struct vota_page *page, size_t place)
{
    return vota_page_line_part(page->site->line, place)->source->deployment;
}

/* ---- when ---- */

static void write_next(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    const struct vota_definition *definition = reg->definition;
    char span[VOTA_PAGE_SPAN_CAP];
    vota_page_fact(html, "results.fact.next-anchor");
    if (reg->phase == VOTA_PAGE_CLOSED) {
        vota_html_say(html, "results.next.none", NULL);
    } else if (reg->phase == VOTA_PAGE_CLOSING) {
        vota_html_say(html, "results.next.closing", NULL);
        vota_html_word(html, " ");
        vota_page_time(html, definition->counts_until);
    } else {
        vota_html_say(html, "results.next.within", "span",
                      vota_page_span(span, html->lang, definition->anchor_within), NULL);
    }
    vota_page_fact_end(html);
}

static void write_when(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    vota_html_open_class(html, "dl", "facts");
    vota_page_fact(html, "results.fact.last-anchor");
    if (reg->batch_count == 0)
        vota_html_say(html, "results.batches.none", NULL);
    else
        vota_page_time(html,
                       page->site->line->entries[reg->batches[reg->batch_count - 1].place].time);
    vota_page_fact_end(html);
    write_next(page, reg);
    vota_html_close(html, "dl");
}

/* ---- batches ---- */

static void batch_head(struct vota_page *page, bool technical)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "thead");
    vota_html_open(html, "tr");
    vota_page_th(html, "col", "results.fact.entry");
    if (technical) {
        vota_page_th(html, "col", "results.fact.block");
        vota_page_th(html, "col", "results.batches.references");
    } else {
        vota_page_th(html, "col", "results.batches.time");
        vota_page_th(html, "col", "results.batches.rows");
        vota_page_th(html, "col", "results.batches.all-rows");
    }
    vota_html_close(html, "tr");
    vota_html_close(html, "thead");
}

static void batch_number(struct vota_page *page, const struct vota_entry *entry)
{
    vota_html_open(&page->html, "th");
    vota_html_attr(&page->html, "scope", "row");
    vota_html_number(&page->html, entry->number);
    vota_html_close(&page->html, "th");
}

static void batch_line(struct vota_page *page, const struct vota_page_batch *batch)
{
    struct vota_html *html = &page->html;
    const struct vota_count_journal *journal = &page->site->line->journal;
    const struct vota_entry *entry = &journal->entries[batch->place];
    vota_hash root;
    uint32_t count = 0;
    const bool is_batch = vota_entry_get_batch(&root, &count, entry);
    VOTA_ASSERT(is_batch);
    vota_html_open(html, "tr");
    batch_number(page, entry);
    vota_html_open(html, "td");
    vota_page_time(html, entry->time);
    if (vota_count_journal_disavowed(journal, vota_count_journal_all(journal), batch->place)) {
        vota_html_word(html, " ");
        vota_html_open_class(html, "span", "badge badge-bad");
        vota_html_say(html, "results.batches.disavowed", NULL);
        vota_html_close(html, "span");
    }
    vota_html_close(html, "td");
    vota_page_td_number(html, batch->rows);
    vota_page_td_number(html, count);
    vota_html_close(html, "tr");
}

static void label(struct vota_html *html, const char *key)
{
    vota_html_open_class(html, "span", "small");
    vota_html_say(html, key, NULL);
    vota_html_close(html, "span");
    vota_html_word(html, " ");
}

static void reference_line(struct vota_page *page, const struct vota_page_batch *batch)
{
    struct vota_html *html = &page->html;
    const struct vota_journal_line line = vota_page_line_at(page->site->line, batch->place);
    const struct vota_deployment *deployment = deployment_at(page, batch->place);
    vota_html_open(html, "tr");
    batch_number(page, &line.entry);
    vota_html_open(html, "td");
    vota_page_block(page, deployment, line.entry.block);
    vota_html_close(html, "td");
    vota_html_open(html, "td");
    label(html, "results.fact.transaction");
    vota_page_transaction(page, deployment, &line.transaction);
    vota_html_void(html, "br");
    label(html, "results.fact.root");
    vota_page_hash(html, &line.entry.a);
    vota_html_close(html, "td");
    vota_html_close(html, "tr");
}

static void batch_table(struct vota_page *page, const struct vota_page_register *reg,
                        bool technical)
{
    struct vota_html *html = &page->html;
    vota_html_open_class(html, "table", technical ? "references" : "batches");
    vota_html_say_in(html, "caption",
                     technical ? "results.batches.references.caption" : "results.batches.caption",
                     NULL);
    batch_head(page, technical);
    vota_html_open(html, "tbody");
    for (size_t i = 0; i < reg->batch_count && i < BATCHES_MAX; i++) {
        const struct vota_page_batch *batch = &reg->batches[reg->batch_count - 1 - i];
        if (technical)
            reference_line(page, batch);
        else
            batch_line(page, batch);
    }
    vota_html_close(html, "tbody");
    vota_html_close(html, "table");
}

static void write_batches(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    char shown[VOTA_HTML_NUMBER_CAP];
    char all[VOTA_HTML_NUMBER_CAP];
    vota_page_batches_chart(page, reg);
    if (reg->batch_count == 0)
        return;
    batch_table(page, reg, false);
    if (reg->batch_count > BATCHES_MAX) {
        vota_html_open(html, "p");
        vota_html_say(html, "results.batches.more", "shown",
                      vota_html_number_text(shown, BATCHES_MAX), "all",
                      vota_html_number_text(all, reg->batch_count), NULL);
        vota_html_word(html, " ");
        vota_page_link_file(page, "journal.ndjson");
        vota_html_close(html, "p");
    }
    vota_html_open(html, "details");
    vota_html_say_in(html, "summary", "results.batches.open", NULL);
    batch_table(page, reg, true);
    vota_html_close(html, "details");
}

/* ---- references ---- */

static void write_opening(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    const struct vota_journal_line line = vota_page_line_at(page->site->line, reg->opened);
    const struct vota_deployment *deployment = deployment_at(page, reg->opened);
    char path[VOTA_PAGE_PATH_CAP];
    vota_page_fact(html, "results.fact.register");
    vota_page_hash(html, &reg->hash);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.definition");
    vota_page_register_file(page, reg, path, "registers", ".json");
    vota_page_link_file(page, path);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.opened");
    vota_html_number(html, line.entry.number);
    vota_html_word(html, " \xc2\xb7 ");
    vota_page_time(html, line.entry.time);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.block");
    vota_page_block(page, deployment, line.entry.block);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.transaction");
    vota_page_transaction(page, deployment, &line.transaction);
    vota_page_fact_end(html);
}

void vota_page_register_chain(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "batches");
    vota_page_heading(html, "batches", "results.batches.heading");
    vota_html_say_in(html, "p", "results.batches.about", NULL);
    write_when(page, reg);
    write_batches(page, reg);
    vota_html_close(html, "section");
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "chain");
    vota_page_heading(html, "chain", "results.chain.heading");
    vota_html_open_class(html, "dl", "facts wide");
    for (size_t i = 0; i < page->site->line->part_count; i++)
        vota_page_network_facts(page, page->site->line->parts[i].source->deployment);
    write_opening(page, reg);
    vota_html_close(html, "dl");
    vota_html_close(html, "section");
}
