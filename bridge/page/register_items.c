/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proposals and procedure steps to be read, newest first, and which records had
 * their contents erased: their rows stay, so they can be named.
 */
#include "bridge/page/register_page.h"
#include "proof/hex.h"

#define ERASED_MAX 50u /* named on a page */

static bool is_proposal(const struct vota_page_register *reg)
{
    return reg->definition->kind == VOTA_REGISTER_PROPOSAL;
}

/* Words of somebody, in no language that anybody told. */
static void write_raw(struct vota_page *page, const char *element, struct vota_slice raw)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, element);
    vota_page_raw(html, vota_page_lang_of(raw), raw);
    vota_html_close(html, element);
}

static void write_reference(struct vota_page *page, const struct vota_page_item *item,
                            const struct vota_content *content)
{
    struct vota_html *html = &page->html;
    vota_page_fact(html, "results.item.cast-at");
    vota_page_time(html, content->cast_at);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.fact.entry");
    vota_html_number(html, page->site->line->entries[item->place].number);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.item.leaf");
    vota_page_hash(html, &item->leaf);
    vota_page_fact_end(html);
}

static void write_document(struct vota_page *page, const struct vota_content *content)
{
    struct vota_html *html = &page->html;
    vota_page_fact(html, "results.item.step");
    vota_page_raw(html, vota_page_lang_of(content->step), content->step);
    vota_page_fact_end(html);
    vota_page_fact(html, "results.item.document");
    vota_html_open(html, "code");
    vota_html_hex_bare(html, content->document_sha256, sizeof content->document_sha256);
    vota_html_close(html, "code");
    vota_page_fact_end(html);
}

static void write_item(struct vota_page *page, const struct vota_page_register *reg,
                       const struct vota_page_item *item, const struct vota_content *content)
{
    struct vota_html *html = &page->html;
    vota_html_open_class(html, "li", "item");
    if (content->is_tombstone)
        vota_html_say_in(html, "h3", "results.item.tombstone", NULL);
    else
        write_raw(page, "h3", content->title);
    if (is_proposal(reg)) {
        vota_html_open_class(html, "div", "item-body");
        vota_page_raw_paragraphs(html, vota_page_lang_of(content->body), content->body);
        vota_html_close(html, "div");
    }
    vota_html_open_class(html, "dl", "facts wide");
    if (!is_proposal(reg))
        write_document(page, content);
    if (content->is_tombstone) {
        vota_page_fact(html, "results.item.erased-leaf");
        vota_page_hash(html, &content->erased_leaf);
        vota_page_fact_end(html);
    }
    write_reference(page, item, content);
    vota_html_close(html, "dl");
    vota_html_close(html, "li");
}

static void write_items(struct vota_page *page, const struct vota_page_register_view *view)
{
    struct vota_html *html = &page->html;
    struct vota_content content;
    vota_html_open_class(html, "ul", "items");
    for (size_t i = 0; i < view->items->n && html->status == VOTA_OK; i++) {
        html->status = vota_page_items_read(view->items, i, view->reg, &content, page->site->err);
        if (html->status == VOTA_OK)
            write_item(page, view->reg, &view->items->items[i], &content);
    }
    vota_html_close(html, "ul");
}

static void write_more(struct vota_page *page, const struct vota_page_register_view *view)
{
    struct vota_html *html = &page->html;
    char path[VOTA_PAGE_PATH_CAP];
    char shown[VOTA_HTML_NUMBER_CAP];
    char all[VOTA_HTML_NUMBER_CAP];
    if (view->items->counted <= view->items->n)
        return;
    vota_html_open(html, "p");
    vota_html_say(html, "results.items.more", "shown", vota_html_number_text(shown, view->items->n),
                  "all", vota_html_number_text(all, view->items->counted), NULL);
    vota_html_word(html, " ");
    vota_page_register_file(page, view->reg, path, "openings", ".ndjson");
    vota_page_link_file(page, path);
    vota_html_close(html, "p");
}

static void write_erased(struct vota_page *page, const struct vota_page_register_view *view)
{
    struct vota_html *html = &page->html;
    const struct vota_count *count = &view->rows->count;
    size_t n = 0;
    if (vota_page_counted_extra(view->reg, VOTA_COUNT_N_ERASED) == 0)
        return;
    vota_html_say_in(html, "h3", "results.erased.heading", NULL);
    vota_html_say_in(html, "p", "results.erased.about", NULL);
    vota_html_open_class(html, "ul", "hashes");
    for (size_t i = 0; i < count->row_count && n < ERASED_MAX; i++) {
        const struct vota_count_row *row = &count->rows[count->by_leaf[i]];
        if (row->state != VOTA_COUNT_ERASED)
            continue;
        vota_html_open(html, "li");
        vota_page_hash(html, &row->leaf);
        vota_html_close(html, "li");
        n++;
    }
    vota_html_close(html, "ul");
}

void vota_page_register_items(struct vota_page *page, const struct vota_page_register_view *view)
{
    struct vota_html *html = &page->html;
    const bool proposals = is_proposal(view->reg);
    if (view->items == NULL || vota_page_register_shows(view->reg) < VOTA_PAGE_SHOWS_RUNNING)
        return;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "items");
    vota_page_heading(html, "items",
                      proposals ? "results.items.proposals" : "results.items.procedure");
    vota_html_say_in(html, "p",
                     proposals ? "results.items.proposals.about" : "results.items.procedure.about",
                     NULL);
    if (view->items->n == 0)
        vota_html_say_in(html, "p", "results.items.none", NULL);
    else
        write_items(page, view);
    write_more(page, view);
    write_erased(page, view);
    vota_html_close(html, "section");
}
