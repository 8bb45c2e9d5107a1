/* SPDX-License-Identifier: Apache-2.0 */
/* The page of one register, from its question downwards: see register_page.h. */
#include "bridge/page/register_page.h"

#include <stdlib.h>
#include <string.h>

enum vota_page_shows vota_page_register_shows(const struct vota_page_register *reg)
{
    /* A result that came too early opens nothing that is kept back until closing. */
    const bool has_result =
        vota_page_counted_result(reg) != NULL && reg->phase >= VOTA_PAGE_CLOSING;
    if (!reg->discloses && has_result)
        return VOTA_PAGE_SHOWS_OWN;
    if (!reg->discloses)
        return reg->rows == 0 ? VOTA_PAGE_SHOWS_NOTHING : VOTA_PAGE_SHOWS_ROWS;
    if (reg->phase == VOTA_PAGE_BEFORE || (reg->phase == VOTA_PAGE_OPEN && reg->rows == 0))
        return VOTA_PAGE_SHOWS_NOTHING;
    return reg->phase == VOTA_PAGE_OPEN ? VOTA_PAGE_SHOWS_RUNNING : VOTA_PAGE_SHOWS_COUNT;
}

const uint64_t *vota_page_register_shown(const struct vota_page *page,
                                         const struct vota_page_register *reg)
{
    const struct vota_page_result *result = vota_page_counted_result(reg);
    const enum vota_page_shows shows = vota_page_register_shows(reg);
    if (result == NULL || shows < VOTA_PAGE_SHOWS_RUNNING ||
        (reg->knows_rows && shows != VOTA_PAGE_SHOWS_OWN))
        return reg->numbers;
    const struct vota_journal_line line = vota_page_line_at(page->site->line, result->judged.place);
    return line.count == reg->n ? line.counts : reg->numbers;
}

void vota_page_register_file(const struct vota_page *page, const struct vota_page_register *reg,
                             char ret_path[VOTA_PAGE_PATH_CAP], const char *dir, const char *ending)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    const char *name = vota_page_line_part(page->site->line, reg->opened)->name;
    vota_publication_register_path(path, dir, &reg->hash, ending);
    (void)snprintf(ret_path, VOTA_PAGE_PATH_CAP, "%s%s%s", name, name[0] == '\0' ? "" : "/", path);
}

/* ---- labels ---- */

void vota_page_register_phase(struct vota_page *page, const struct vota_page_register *reg)
{
    static const struct {
        const char *class_name, *key;
    } phases[] = {[VOTA_PAGE_BEFORE] = {"badge badge-before", "results.phase.before"},
                  [VOTA_PAGE_OPEN] = {"badge badge-open", "results.phase.open"},
                  [VOTA_PAGE_CLOSING] = {"badge badge-closing", "results.phase.closing"},
                  [VOTA_PAGE_CLOSED] = {"badge badge-closed", "results.phase.closed"}};
    vota_html_open_class(&page->html, "span", phases[reg->phase].class_name);
    vota_html_say(&page->html, phases[reg->phase].key, NULL);
    vota_html_close(&page->html, "span");
}

void vota_page_register_kind(struct vota_page *page, const struct vota_page_register *reg)
{
    static const char *const keys[] = {[VOTA_REGISTER_VOTE] = "results.kind.vote",
                                       [VOTA_REGISTER_ENDORSEMENT] = "results.kind.endorsement",
                                       [VOTA_REGISTER_PROPOSAL] = "results.kind.proposal",
                                       [VOTA_REGISTER_PROCEDURE] = "results.kind.procedure"};
    vota_html_open_class(&page->html, "span", "badge");
    vota_html_say(&page->html, keys[reg->definition->kind], NULL);
    vota_html_close(&page->html, "span");
}

/* ---- what was asked ---- */

static void fact_time(struct vota_page *page, const char *key, uint64_t time)
{
    vota_page_fact(&page->html, key);
    vota_page_time(&page->html, time);
    vota_page_fact_end(&page->html);
}

static void fact_said(struct vota_page *page, const char *key, const char *sentence)
{
    vota_page_fact(&page->html, key);
    vota_html_say(&page->html, sentence, NULL);
    vota_page_fact_end(&page->html);
}

static void fact_choices(struct vota_page *page, const struct vota_definition *definition)
{
    char least[VOTA_HTML_NUMBER_CAP];
    char most[VOTA_HTML_NUMBER_CAP];
    if (definition->kind != VOTA_REGISTER_VOTE)
        return;
    vota_page_fact(&page->html, "results.fact.choices");
    if (definition->choices_min == definition->choices_max)
        vota_html_say(&page->html, "results.choices.exactly", "n",
                      vota_html_number_text(most, definition->choices_max), NULL);
    else
        vota_html_say(&page->html, "results.choices.between", "min",
                      vota_html_number_text(least, definition->choices_min), "max",
                      vota_html_number_text(most, definition->choices_max), NULL);
    vota_page_fact_end(&page->html);
}

/* Where counts are not shown yet, what there is to choose stands here. */
static void fact_options(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    const struct vota_definition *definition = reg->definition;
    if (definition->option_count == 0 || vota_page_register_shows(reg) >= VOTA_PAGE_SHOWS_RUNNING)
        return;
    vota_page_fact(html, "results.fact.options");
    vota_html_open_class(html, "ul", "options");
    for (size_t i = 0; i < definition->option_count; i++) {
        vota_html_open(html, "li");
        vota_page_option(html, definition, i);
        vota_html_close(html, "li");
    }
    vota_html_close(html, "ul");
    vota_page_fact_end(html);
}

static void fact_department(struct vota_page *page, const struct vota_definition *definition)
{
    vota_page_fact(&page->html, "results.fact.department");
    vota_page_raw(&page->html, vota_page_lang_of(definition->department), definition->department);
    vota_page_fact_end(&page->html);
}

void vota_page_register_facts(struct vota_page *page, const struct vota_page_register *reg)
{
    static const char *const revisions[] = {[VOTA_REVISION_FIRST] = "definition.revision.first",
                                            [VOTA_REVISION_LAST] = "definition.revision.last",
                                            [VOTA_REVISION_ALL] = "definition.revision.all"};
    static const char *const disclosures[] = {[VOTA_DISCLOSURE_LIVE] = "results.disclosure.live",
                                              [VOTA_DISCLOSURE_ON_CLOSE] =
                                                  "results.disclosure.on_close",
                                              [VOTA_DISCLOSURE_NEVER] = "results.disclosure.never"};
    const struct vota_definition *definition = reg->definition;
    vota_html_open_class(&page->html, "dl", "facts");
    fact_department(page, definition);
    fact_time(page, "results.fact.opens", definition->opens_at);
    fact_time(page, "results.fact.closes", definition->closes_at);
    fact_time(page, "results.fact.counts-until", definition->counts_until);
    fact_time(page, "results.fact.results-by", definition->results_by);
    fact_options(page, reg);
    fact_choices(page, definition);
    fact_said(page, "results.fact.revision", revisions[definition->revision]);
    fact_said(page, "results.fact.disclosure", disclosures[definition->disclosure]);
    vota_html_close(&page->html, "dl");
}

static void write_question(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    const struct vota_definition *definition = reg->definition;
    vota_html_open_class(html, "p", "badges");
    vota_page_register_kind(page, reg);
    vota_html_word(html, " ");
    vota_page_register_phase(page, reg);
    vota_html_close(html, "p");
    vota_html_open(html, "h1");
    vota_page_title(html, definition);
    vota_html_close(html, "h1");
    vota_html_open_class(html, "div", "question");
    vota_page_raw_paragraphs(html, vota_html_lang_name(html->lang),
                             html->lang == VOTA_LANG_KO ? definition->text_ko
                                                        : definition->text_en);
    vota_html_close(html, "div");
    vota_page_register_facts(page, reg);
}

/* ---- the page ---- */

static void write_body(struct vota_page *page, const void *what)
{
    const struct vota_page_register_view *view = what;
    const struct vota_page_register *reg = view->reg;
    vota_html_open_class(&page->html, "p", "back");
    vota_page_link_say(page, vota_page_index_path(page->html.lang), "results.back");
    vota_html_close(&page->html, "p");
    write_question(page, reg);
    vota_page_register_result(page, reg);
    vota_page_register_items(page, view);
    vota_page_register_numbers(page, reg);
    vota_page_register_published(page, reg);
    vota_page_register_chain(page, reg);
    vota_page_register_check(page, reg);
}

static enum vota_status write_in(const struct vota_page_site *site, enum vota_lang lang,
                                 const struct vota_page_register_view *view)
{
    char path[VOTA_PAGE_PATH_CAP];
    char twin[VOTA_PAGE_PATH_CAP];
    const struct vota_definition *definition = view->reg->definition;
    char *title = vota_page_plain_title(lang, definition);
    if (title == NULL)
        return VOTA_NO_MEMORY;
    vota_page_register_path(path, lang, definition);
    vota_page_register_path(twin, lang == VOTA_LANG_KO ? VOTA_LANG_EN : VOTA_LANG_KO, definition);
    const struct vota_page_about about = {.path = path, .twin = twin, .title = title};
    const enum vota_status status = vota_page_write(site, lang, &about, write_body, view);
    free(title);
    return status;
}

/* Whether there are texts to be read, and may be. */
static bool has_items(const struct vota_page_register *reg)
{
    return reg->discloses && (reg->definition->kind == VOTA_REGISTER_PROPOSAL ||
                              reg->definition->kind == VOTA_REGISTER_PROCEDURE);
}

enum vota_status vota_page_register_write(const struct vota_page_site *site,
                                          const struct vota_page_register *reg,
                                          const struct vota_recount *rows)
{
    struct vota_page_items items = {.n = 0};
    struct vota_page_register_view view = {.reg = reg, .rows = rows};
    enum vota_status status = VOTA_OK;
    if (has_items(reg)) {
        status = vota_page_items_init(&items, site->line, reg, rows, site->err);
        view.items = &items;
    }
    if (status == VOTA_OK)
        status = write_in(site, VOTA_LANG_KO, &view);
    if (status == VOTA_OK)
        status = write_in(site, VOTA_LANG_EN, &view);
    vota_page_items_done(&items);
    return status;
}
