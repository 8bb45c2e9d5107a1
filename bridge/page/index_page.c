/* SPDX-License-Identifier: Apache-2.0 */
/* The list of registers: see index_page.h. */
#include "bridge/page/index_page.h"

#include "bridge/page/chart.h"

/* ---- one register ---- */

static void card_when(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    vota_html_open_class(html, "p", "when");
    vota_html_say(
        html, reg->phase == VOTA_PAGE_BEFORE ? "results.fact.opens" : "results.fact.closes", NULL);
    vota_html_word(html, " ");
    vota_page_time(html, reg->phase == VOTA_PAGE_BEFORE ? reg->definition->opens_at
                                                        : reg->definition->closes_at);
    vota_html_close(html, "p");
}

static const char *summary_key(enum vota_page_shows shows)
{
    static const char *const keys[] = {[VOTA_PAGE_SHOWS_NOTHING] = "results.card.nothing",
                                       [VOTA_PAGE_SHOWS_ROWS] = "results.card.rows",
                                       [VOTA_PAGE_SHOWS_RUNNING] = "results.card.running",
                                       [VOTA_PAGE_SHOWS_COUNT] = "results.card.count",
                                       [VOTA_PAGE_SHOWS_OWN] = "results.card.own"};
    return keys[shows];
}

static void card_summary(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    char text[VOTA_HTML_NUMBER_CAP];
    const enum vota_page_shows shows = vota_page_register_shows(reg);
    const uint64_t *numbers = vota_page_register_shown(page, reg);
    const uint64_t number =
        shows <= VOTA_PAGE_SHOWS_ROWS
            ? reg->rows
            : numbers[reg->definition->option_count + (size_t)VOTA_COUNT_N_COUNTED];
    vota_html_open_class(html, "p", "summary");
    vota_html_say(html, summary_key(shows), "n", vota_html_number_text(text, number), NULL);
    vota_html_close(html, "p");
}

/* What a reader must not overlook in a list either. */
static void card_doubts(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    const struct vota_page_result *result = vota_page_counted_result(reg);
    const char *key = NULL;
    if (result != NULL && result->compared == VOTA_PAGE_DIFFERS)
        key = "results.card.differs";
    else if (vota_page_register_shows(reg) == VOTA_PAGE_SHOWS_COUNT && reg->knows_rows &&
             !reg->margin.confirmed)
        key = "results.not-confirmed.title";
    if (key == NULL)
        return;
    vota_html_open_class(html, "p", "doubt");
    vota_html_say(html, key, NULL);
    vota_html_close(html, "p");
}

static void write_card(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    char path[VOTA_PAGE_PATH_CAP];
    vota_page_register_path(path, html->lang, reg->definition);
    vota_html_open(html, "li");
    vota_html_open_class(html, "p", "badges");
    vota_page_register_kind(page, reg);
    vota_html_word(html, " ");
    vota_page_register_phase(page, reg);
    vota_html_close(html, "p");
    vota_html_open(html, "h3");
    vota_page_link(page, path);
    vota_page_title(html, reg->definition);
    vota_html_close(html, "a");
    vota_html_close(html, "h3");
    card_summary(page, reg);
    card_doubts(page, reg);
    card_when(page, reg);
    vota_html_close(html, "li");
}

/* ---- registers ---- */

static bool is_running(const struct vota_page_register *reg)
{
    return reg->phase == VOTA_PAGE_BEFORE || reg->phase == VOTA_PAGE_OPEN;
}

static size_t count_running(const struct vota_page_counted *counted, bool running)
{
    size_t n = 0;
    for (size_t i = 0; i < counted->register_count; i++)
        n += is_running(&counted->registers[i]) == running;
    return n;
}

static void write_registers(struct vota_page *page, const struct vota_page_counted *counted,
                            bool running)
{
    struct vota_html *html = &page->html;
    if (count_running(counted, running) == 0)
        return;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", running ? "running" : "closed");
    vota_page_heading(html, running ? "running" : "closed",
                      running ? "results.index.running" : "results.index.closed");
    vota_html_open_class(html, "ul", "cards");
    for (size_t i = counted->register_count; i > 0; i--) { /* the newest first */
        if (is_running(&counted->registers[i - 1]) == running)
            write_card(page, &counted->registers[i - 1]);
    }
    vota_html_close(html, "ul");
    vota_html_close(html, "section");
}

/* ---- journal and networks ---- */

static void fact_number(struct vota_page *page, const char *key, uint64_t number)
{
    vota_page_fact(&page->html, key);
    vota_html_number(&page->html, number);
    vota_page_fact_end(&page->html);
}

static void fact_last_anchor(struct vota_page *page, const struct vota_lines *lines)
{
    const struct vota_entry *last = NULL;
    for (size_t i = 0; i < lines->n; i++) {
        if (lines->entries[i].kind == VOTA_ENTRY_BATCH)
            last = &lines->entries[i];
    }
    vota_page_fact(&page->html, "results.fact.last-anchor");
    if (last == NULL)
        vota_html_say(&page->html, "results.batches.none", NULL);
    else
        vota_page_time(&page->html, last->time);
    vota_page_fact_end(&page->html);
}

static void fact_directory(struct vota_page *page, const char *name)
{
    char path[VOTA_PAGE_PATH_CAP];
    if (name[0] == '\0')
        return;
    (void)snprintf(path, sizeof path, "%s/index.html", name);
    vota_page_fact(&page->html, "results.fact.directory");
    vota_page_link_file(page, path);
    vota_page_fact_end(&page->html);
}

/* What a contract has to do with the one that is published here. */
static const char *role_key(const struct vota_publication_source *published,
                            const struct vota_publication_source *source)
{
    const struct vota_genesis *ours = &published->deployment->genesis;
    const struct vota_genesis *theirs = &source->deployment->genesis;
    if (published == source)
        return "results.network.current";
    for (size_t i = 0; i < published->trust->successor_count; i++) {
        const struct vota_trust_file_successor *successor = &published->trust->successors[i];
        if (successor->chain_id == theirs->chain_id &&
            vota_addr_equal(&successor->contract, &theirs->contract))
            return "results.network.predecessor";
    }
    return theirs->chain_id == ours->pred_chain_id &&
                   vota_addr_equal(&theirs->contract, &ours->pred_contract)
               ? "results.network.predecessor"
               : "results.network.also";
}

static void write_network(struct vota_page *page, const struct vota_publication_source *source,
                          const char *name)
{
    struct vota_html *html = &page->html;
    const struct vota_publication_source *published = page->site->source;
    vota_html_open(html, "article");
    vota_html_say_in(html, "h3", role_key(published, source), "network",
                     vota_page_network(html->lang, source->deployment), NULL);
    vota_html_open_class(html, "dl", "facts wide");
    vota_page_network_facts(page, source->deployment);
    if (source->lines->n > 0)
        fact_number(page, "results.fact.last-entry",
                    source->lines->entries[source->lines->n - 1].number);
    fact_last_anchor(page, source->lines);
    if (source->lines->n > 0) {
        vota_page_fact(html, "results.fact.head");
        vota_page_hash(html, &source->lines->heads[source->lines->n - 1]);
        vota_page_fact_end(html);
    }
    fact_directory(page, name);
    vota_html_close(html, "dl");
    vota_html_close(html, "article");
}

/* A predecessor whose files are not here is named all the same. */
static void write_absent_predecessor(struct vota_page *page)
{
    struct vota_html *html = &page->html;
    const struct vota_genesis *genesis = &page->site->source->deployment->genesis;
    if (page->site->line->has_beginning)
        return;
    vota_html_open_class(html, "p", "note note-warn");
    vota_html_say(html, "results.network.absent", NULL);
    vota_html_word(html, " ");
    vota_page_addr(html, &genesis->pred_contract);
    vota_html_close(html, "p");
}

static void write_networks(struct vota_page *page)
{
    struct vota_html *html = &page->html;
    const struct vota_publication_source *source = page->site->source;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "chain");
    vota_page_heading(html, "chain", "results.index.networks");
    vota_html_say_in(html, "p", "results.index.networks.about", NULL);
    write_network(page, source, "");
    write_absent_predecessor(page);
    for (size_t i = 0; i < source->other_count; i++)
        write_network(page, source->others[i].source, source->others[i].name);
    vota_html_close(html, "section");
}

/* ---- files ---- */

static void file_item(struct vota_page *page, const char *path, const char *key)
{
    vota_html_open(&page->html, "li");
    vota_page_link_file(page, path);
    vota_html_word(&page->html, " ");
    vota_html_say(&page->html, key, NULL);
    vota_html_close(&page->html, "li");
}

static void write_files(struct vota_page *page)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "files");
    vota_page_heading(html, "files", "results.index.files");
    vota_html_say_in(html, "p", "results.index.files.about", NULL);
    vota_html_open(html, "ul");
    file_item(page, "manifest.json", "results.file.manifest");
    file_item(page, "journal.ndjson", "results.file.journal");
    file_item(page, "trust.json", "results.file.trust");
    vota_html_close(html, "ul");
    vota_html_close(html, "section");
}

/* ---- the pages ---- */

static void write_title(struct vota_page *page)
{
    struct vota_html *html = &page->html;
    const struct vota_slice city = page->site->source->trust->city;
    vota_html_open(html, "h1");
    vota_html_foreign(html, vota_page_lang_of(city), city);
    vota_html_word(html, " ");
    vota_html_say(html, "results.title", NULL);
    vota_html_close(html, "h1");
}

static void write_body(struct vota_page *page, const void *what)
{
    struct vota_html *html = &page->html;
    const struct vota_page_counted *counted = what;
    write_title(page);
    vota_html_open_class(html, "p", "lead");
    vota_html_say(html, "results.index.about", NULL);
    vota_html_close(html, "p");
    if (page->site->has_verifier) {
        vota_html_open(html, "p");
        vota_page_link(page, "verify.html");
        vota_html_attr(html, "class", "button");
        vota_html_say(html, "results.check.page.open", NULL);
        vota_html_close(html, "a");
        vota_html_close(html, "p");
    }
    if (counted->register_count == 0)
        vota_page_note(html, "info", "results.index.none");
    write_registers(page, counted, true);
    write_registers(page, counted, false);
    write_networks(page);
    write_files(page);
}

static enum vota_status write_both(const struct vota_page_site *site, vota_page_body *body,
                                   const void *what)
{
    const char *ko = vota_page_index_path(VOTA_LANG_KO);
    const char *en = vota_page_index_path(VOTA_LANG_EN);
    const enum vota_status status = vota_page_write(
        site, VOTA_LANG_KO, &(struct vota_page_about){.path = ko, .twin = en}, body, what);
    if (status != VOTA_OK)
        return status;
    return vota_page_write(site, VOTA_LANG_EN, &(struct vota_page_about){.path = en, .twin = ko},
                           body, what);
}

enum vota_status vota_page_index_write(const struct vota_page_site *site,
                                       const struct vota_page_counted *counted)
{
    return write_both(site, write_body, counted);
}

static void write_other_body(struct vota_page *page, const void *what)
{
    struct vota_html *html = &page->html;
    (void)what;
    write_title(page);
    vota_html_open_class(html, "p", "lead");
    vota_html_say(html, "results.other.about", NULL);
    vota_html_close(html, "p");
    vota_html_open(html, "p");
    vota_page_link(page, html->lang == VOTA_LANG_KO ? "../index.html" : "../en/index.html");
    vota_html_attr(html, "class", "button");
    vota_html_say(html, "results.other.open", NULL);
    vota_html_close(html, "a");
    vota_html_close(html, "p");
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "chain");
    vota_page_heading(html, "chain", "results.index.networks");
    write_network(page, page->site->source, "");
    vota_html_close(html, "section");
    write_files(page);
}

enum vota_status vota_page_index_write_other(const struct vota_page_site *site)
{
    return write_both(site, write_other_body, NULL);
}
