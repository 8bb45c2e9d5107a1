/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came of a register: the count as its disclosure rule lets it be shown,
 * as a picture and as a table, how it compares with what was published, and what
 * became of every row.
 */
#include "bridge/page/chart.h"
#include "bridge/page/register_page.h"

static uint64_t extra_of(const struct vota_page_register *reg, const uint64_t *numbers,
                         enum vota_count_number number)
{
    return numbers[reg->definition->option_count + (size_t)number];
}

/* ---- what is to be said first ---- */

static void note_margin(struct vota_page *page, const struct vota_page_register *reg)
{
    char d[VOTA_HTML_NUMBER_CAP];
    char margin[VOTA_HTML_NUMBER_CAP];
    if (reg->margin.confirmed || !reg->knows_rows || reg->phase < VOTA_PAGE_CLOSING)
        return;
    vota_html_open_class(&page->html, "p", "note note-bad");
    vota_html_say_in(&page->html, "strong", "results.not-confirmed.title", NULL);
    vota_html_word(&page->html, " ");
    vota_html_say(&page->html, "results.not-confirmed", "d",
                  vota_html_number_text(d, reg->margin.d), "margin",
                  vota_html_number_text(margin, reg->margin.margin), NULL);
    vota_html_close(&page->html, "p");
}

static void note_published(struct vota_page *page, const struct vota_page_register *reg)
{
    static const struct {
        const char *kind, *key;
    } notes[] = {[VOTA_PAGE_EQUAL] = {"good", "results.compared.equal"},
                 [VOTA_PAGE_DIFFERS] = {"bad", "results.compared.differs"},
                 [VOTA_PAGE_OPENINGS_MISSING] = {"warn", "results.compared.openings-missing"},
                 [VOTA_PAGE_OWN_COUNT] = {"warn", "results.compared.own-count"},
                 [VOTA_PAGE_NOT_RECOUNTED] = {"warn", "results.compared.not-recounted"}};
    const struct vota_page_result *result = vota_page_counted_result(reg);
    if (result == NULL) {
        const bool late = page->site->now > reg->definition->results_by;
        vota_page_note(&page->html, late ? "warn" : "info",
                       late ? "results.published.late" : "results.published.not-yet");
        return;
    }
    if (result->compared == VOTA_PAGE_DIFFERS && !reg->discloses)
        vota_page_note(&page->html, "bad", "results.compared.own-differs");
    else
        vota_page_note(&page->html, notes[result->compared].kind, notes[result->compared].key);
    if (result->judged.before_closes_at)
        vota_page_note(&page->html, "bad", "results.published.too-early");
    if (result->judged.cut_count)
        vota_page_note(&page->html, "bad", "results.published.cut");
    else if (result->compared == VOTA_PAGE_EQUAL && !result->judged.equal_over_all)
        vota_page_note(&page->html, "info", "results.published.changed-later");
}

static void note_rows(struct vota_page *page, const struct vota_page_register *reg)
{
    const struct vota_count_journal *journal = &page->site->line->journal;
    const struct vota_count_scope all = vota_count_journal_all(journal);
    char batches[VOTA_HTML_NUMBER_CAP];
    uint64_t n = 0;
    if (!page->site->line->has_beginning)
        vota_page_note(&page->html, "warn", "results.no-beginning");
    else if (!reg->knows_rows)
        vota_page_note(&page->html, "warn", "results.rows-missing");
    for (size_t i = 0; i < reg->batch_count; i++)
        n += vota_count_journal_disavowed(journal, all, reg->batches[i].place);
    if (n == 0)
        return;
    vota_html_open_class(&page->html, "p", "note note-warn");
    vota_html_say(&page->html, "results.disavowed", "batches", vota_html_number_text(batches, n),
                  NULL);
    vota_html_close(&page->html, "p");
}

static void write_notes(struct vota_page *page, const struct vota_page_register *reg,
                        enum vota_page_shows shows)
{
    const bool never = reg->definition->disclosure == VOTA_DISCLOSURE_NEVER;
    if (shows == VOTA_PAGE_SHOWS_NOTHING)
        vota_page_note(&page->html, "info",
                       reg->phase == VOTA_PAGE_BEFORE ? "results.shows.before"
                                                      : "results.shows.nothing");
    if (shows == VOTA_PAGE_SHOWS_ROWS)
        vota_page_note(&page->html, "info",
                       never ? "results.shows.rows-never" : "results.shows.rows");
    if (shows == VOTA_PAGE_SHOWS_RUNNING)
        vota_page_note(&page->html, "info", "results.shows.running");
    if (shows == VOTA_PAGE_SHOWS_ROWS && reg->phase < VOTA_PAGE_CLOSING && reg->result_count > 0)
        vota_page_note(&page->html, "bad", "results.published.too-early");
    if (shows >= VOTA_PAGE_SHOWS_COUNT || (never && reg->phase >= VOTA_PAGE_CLOSING))
        note_published(page, reg);
    if (shows == VOTA_PAGE_SHOWS_COUNT && reg->phase == VOTA_PAGE_CLOSING)
        vota_page_note(&page->html, "info", "results.shows.closing");
    if (shows == VOTA_PAGE_SHOWS_COUNT)
        note_margin(page, reg);
    note_rows(page, reg);
}

/* ---- the options ---- */

/* An endorsement has one option, which every counted record chose. */
static bool has_shares(const struct vota_page_register *reg)
{
    return reg->definition->kind == VOTA_REGISTER_VOTE;
}

static void option_line(struct vota_page *page, const struct vota_page_register *reg, size_t i,
                        const uint64_t *numbers)
{
    struct vota_html *html = &page->html;
    char share[VOTA_PAGE_SHARE_CAP];
    vota_html_open(html, "tr");
    vota_html_open(html, "th");
    vota_html_attr(html, "scope", "row");
    vota_page_option(html, reg->definition, i);
    vota_html_close(html, "th");
    vota_page_td_number(html, numbers[i]);
    if (has_shares(reg)) {
        vota_html_open_class(html, "td", "number");
        vota_html_word(
            html, vota_page_share(share, numbers[i], extra_of(reg, numbers, VOTA_COUNT_N_COUNTED)));
        vota_html_close(html, "td");
    }
    vota_html_close(html, "tr");
}

/* Whether a record may choose nothing at all of what there is to choose. */
static bool may_be_blank(const struct vota_definition *definition)
{
    return definition->option_count > 0 && definition->choices_min == 0;
}

static void blank_line(struct vota_page *page, const struct vota_page_register *reg,
                       const uint64_t *numbers)
{
    struct vota_html *html = &page->html;
    char share[VOTA_PAGE_SHARE_CAP];
    const uint64_t blank = extra_of(reg, numbers, VOTA_COUNT_N_BLANK);
    if (!may_be_blank(reg->definition))
        return;
    vota_html_open(html, "tr");
    vota_page_th(html, "row", "results.number.blank");
    vota_page_td_number(html, blank);
    vota_html_open_class(html, "td", "number");
    vota_html_word(html,
                   vota_page_share(share, blank, extra_of(reg, numbers, VOTA_COUNT_N_COUNTED)));
    vota_html_close(html, "td");
    vota_html_close(html, "tr");
}

static void options_table(struct vota_page *page, const struct vota_page_register *reg,
                          const uint64_t *numbers)
{
    struct vota_html *html = &page->html;
    vota_html_open_class(html, "table", "counts");
    vota_html_say_in(html, "caption", "results.options.caption", NULL);
    vota_html_open(html, "thead");
    vota_html_open(html, "tr");
    vota_page_th(html, "col", "results.options.option");
    vota_page_th(html, "col", "results.options.count");
    if (has_shares(reg))
        vota_page_th(html, "col", "results.options.share");
    vota_html_close(html, "tr");
    vota_html_close(html, "thead");
    vota_html_open(html, "tbody");
    for (size_t i = 0; i < reg->definition->option_count; i++)
        option_line(page, reg, i, numbers);
    blank_line(page, reg, numbers);
    vota_html_close(html, "tbody");
    vota_html_close(html, "table");
}

static void note_threshold(struct vota_page *page, const struct vota_page_register *reg,
                           const uint64_t *numbers, enum vota_page_shows shows)
{
    const uint64_t threshold = reg->definition->threshold;
    const struct vota_page_result *result = vota_page_counted_result(reg);
    const bool goes_on = shows == VOTA_PAGE_SHOWS_RUNNING || reg->phase == VOTA_PAGE_CLOSING;
    if (threshold == 0 ||
        (shows == VOTA_PAGE_SHOWS_COUNT && !(reg->margin.confirmed && reg->knows_rows)) ||
        (shows == VOTA_PAGE_SHOWS_OWN && result->compared == VOTA_PAGE_DIFFERS))
        return;
    vota_html_open_class(&page->html, "p", "outcome");
    if (numbers[0] >= threshold)
        vota_html_say(&page->html, "results.threshold.reached", NULL);
    else
        vota_html_say(&page->html,
                      goes_on ? "results.threshold.not-yet" : "results.threshold.missed", NULL);
    vota_html_close(&page->html, "p");
}

/* ---- taking part ---- */

static void write_participation(struct vota_page *page, const struct vota_page_register *reg,
                                uint64_t part, const char *key)
{
    struct vota_html *html = &page->html;
    char share[VOTA_PAGE_SHARE_CAP];
    char taken[VOTA_HTML_NUMBER_CAP];
    char eligible[VOTA_HTML_NUMBER_CAP];
    vota_html_open_class(html, "div", "participation");
    vota_html_say_in(html, "h3", "results.participation", NULL);
    vota_html_open(html, "p");
    vota_html_say_in(html, "strong", key, "n", vota_html_number_text(taken, part), NULL);
    vota_html_word(html, " ");
    if (reg->definition->eligible == 0)
        vota_html_say(html, "results.participation.not-stated", NULL);
    else
        vota_html_say(html, "results.participation.of", "eligible",
                      vota_html_number_text(eligible, reg->definition->eligible), "share",
                      vota_page_share(share, part, reg->definition->eligible), NULL);
    vota_html_close(html, "p");
    if (reg->definition->eligible > 0)
        vota_page_bar(html, part, reg->definition->eligible, 0);
    if (reg->definition->revision != VOTA_REVISION_ALL) {
        vota_html_open_class(html, "p", "small");
        vota_html_say(html, "results.participation.tags", NULL);
        vota_html_close(html, "p");
    }
    vota_html_close(html, "div");
}

void vota_page_register_result(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    const enum vota_page_shows shows = vota_page_register_shows(reg);
    const uint64_t *numbers = vota_page_register_shown(page, reg);
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "result");
    vota_page_heading(html, "result",
                      shows == VOTA_PAGE_SHOWS_OWN ? "results.heading.own" : "results.heading");
    write_notes(page, reg, shows);
    if (shows >= VOTA_PAGE_SHOWS_RUNNING && reg->definition->option_count > 0) {
        vota_page_options_chart(page, reg->definition, numbers,
                                extra_of(reg, numbers, VOTA_COUNT_N_COUNTED));
        note_threshold(page, reg, numbers, shows);
        options_table(page, reg, numbers);
    }
    if (shows == VOTA_PAGE_SHOWS_ROWS)
        write_participation(page, reg, vota_page_counted_standing(reg),
                            "results.participation.standing");
    if (shows >= VOTA_PAGE_SHOWS_RUNNING)
        write_participation(page, reg, extra_of(reg, numbers, VOTA_COUNT_N_COUNTED),
                            "results.participation.counted");
    vota_html_close(html, "section");
}

/* ---- what became of every row ---- */

struct number_text {
    enum vota_count_number number;
    const char *name, *meaning;
    bool needs_openings; /* says something of contents */
};

static const struct number_text number_texts[] = {
    {VOTA_COUNT_N_ROWS, "results.number.rows", "results.meaning.rows", false},
    {VOTA_COUNT_N_COUNTED, "results.number.counted", "results.meaning.counted", true},
    {VOTA_COUNT_N_BLANK, "results.number.blank", "results.meaning.blank", true},
    {VOTA_COUNT_N_SUPERSEDED, "results.number.superseded", "results.meaning.superseded", false},
    {VOTA_COUNT_N_UNTIMELY, "results.number.untimely", "results.meaning.untimely", false},
    {VOTA_COUNT_N_CONFLICT, "results.number.conflict", "results.meaning.conflict", false},
    {VOTA_COUNT_N_INVALID, "results.number.invalid", "results.meaning.invalid", true},
    {VOTA_COUNT_N_UNOPENED, "results.number.unopened", "results.meaning.unopened", true},
    {VOTA_COUNT_N_ERASED, "results.number.erased", "results.meaning.erased", true}};

static void number_line(struct vota_page *page, const char *name, uint64_t number,
                        const char *meaning)
{
    struct vota_html *html = &page->html;
    vota_html_open(html, "tr");
    vota_page_th(html, "row", name);
    vota_page_td_number(html, number);
    vota_html_open(html, "td");
    vota_html_say(html, meaning, NULL);
    vota_html_close(html, "td");
    vota_html_close(html, "tr");
}

static void number_lines(struct vota_page *page, const struct vota_page_register *reg,
                         const uint64_t *numbers, bool contents)
{
    for (size_t i = 0; i < sizeof number_texts / sizeof number_texts[0]; i++) {
        const struct number_text *text = &number_texts[i];
        if (text->number == VOTA_COUNT_N_BLANK && !may_be_blank(reg->definition))
            continue;
        if (contents || !text->needs_openings)
            number_line(page, text->name, extra_of(reg, numbers, text->number), text->meaning);
    }
    if (!contents)
        number_line(page, "results.number.standing", vota_page_counted_standing(reg),
                    "results.meaning.standing");
}

void vota_page_register_numbers(struct vota_page *page, const struct vota_page_register *reg)
{
    struct vota_html *html = &page->html;
    const enum vota_page_shows shows = vota_page_register_shows(reg);
    if (shows == VOTA_PAGE_SHOWS_NOTHING)
        return;
    vota_html_open(html, "section");
    vota_html_attr(html, "aria-labelledby", "rows");
    vota_page_heading(html, "rows", "results.rows.heading");
    vota_html_say_in(html, "p", "results.rows.about", NULL);
    vota_html_open_class(html, "table", "numbers");
    vota_html_say_in(html, "caption", "results.rows.caption", NULL);
    vota_html_open(html, "thead");
    vota_html_open(html, "tr");
    vota_page_th(html, "col", "results.rows.name");
    vota_page_th(html, "col", "results.options.count");
    vota_page_th(html, "col", "results.rows.meaning");
    vota_html_close(html, "tr");
    vota_html_close(html, "thead");
    vota_html_open(html, "tbody");
    number_lines(page, reg, vota_page_register_shown(page, reg), shows >= VOTA_PAGE_SHOWS_RUNNING);
    vota_html_close(html, "tbody");
    vota_html_close(html, "table");
    vota_html_close(html, "section");
}
