/* SPDX-License-Identifier: Apache-2.0 */
/* What a sheet tells its holder: how to check it, with what, and what it shows to others. */
#include <string.h>

#include "bridge/moment.h"
#include "bridge/paper/sheet_parts.h"

static void put_item(struct vota_html *html, const char *key)
{
    vota_html_say_in(html, "li", key, NULL);
}

/* Within a sentence the reader's own clock is enough: UTC, in brackets, stands above. */
static void own_time(const struct vota_sheet_work *work, char ret_text[VOTA_MOMENT_CAP],
                     uint64_t time)
{
    vota_moment_text(ret_text, work->sheet->lang, time, VOTA_MOMENT_MINUTES);
    char *utc = strstr(ret_text, " (");
    if (utc != NULL)
        *utc = '\0';
}

static bool is_promise(const struct vota_sheet_work *work)
{
    return work->receipt->anchor_count == 0 && work->receipt->has_acceptance;
}

void vota_sheet_put_steps(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    const char *page = work->sheet->page;
    vota_html_say_in(html, "h2", "paper.check", NULL);
    vota_html_open(html, "ol");
    if (page != NULL && page[0] != '\0')
        vota_html_say_in(html, "li", "paper.check.open", "page", page, NULL);
    else
        put_item(html, "paper.check.open-any");
    put_item(html, "paper.check.show");
    put_item(html, "paper.check.read");
    vota_html_close(html, "ol");
    if (!is_promise(work))
        return;
    char by[VOTA_MOMENT_CAP];
    own_time(work, by, work->receipt->acceptance.anchor_by);
    vota_html_open_class(html, "p", "more");
    vota_html_say(html, "paper.check.pending", "by", by, NULL);
    vota_html_close(html, "p");
}

void vota_sheet_put_ways(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    vota_html_say_in(html, "h2", "paper.without", NULL);
    vota_html_open_class(html, "ul", "more");
    put_item(html, "paper.without.helper");
    put_item(html, "paper.without.code");
    put_item(html, "paper.without.program");
    vota_html_close(html, "ul");
}

/* Until when the share form hides the choice. */
static void put_hidden(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    char closes[VOTA_MOMENT_CAP];
    if (work->reg != VOTA_SHEET_REGISTER_READ) {
        vota_html_say(html, "paper.hides.unknown", NULL);
        return;
    }
    switch (work->definition.disclosure) {
    case VOTA_DISCLOSURE_NEVER:
        vota_html_say(html, "paper.hides.never", NULL);
        break;
    case VOTA_DISCLOSURE_LIVE:
        vota_html_say(html, "paper.hides.live", NULL);
        break;
    case VOTA_DISCLOSURE_ON_CLOSE:
        own_time(work, closes, work->definition.closes_at);
        vota_html_say(html, "paper.hides.on-close", "closes", closes, NULL);
        break;
    }
}

void vota_sheet_put_limits(struct vota_sheet_work *work)
{
    struct vota_html *html = &work->html;
    vota_html_say_in(html, "h2", "paper.shows", NULL);
    vota_html_open_class(html, "p", "more");
    if (work->sheet->form == VOTA_RECEIPT_QR_FULL)
        vota_html_say(html, "paper.shows.full", NULL);
    else
        put_hidden(work);
    vota_html_word(html, " ");
    if (is_promise(work))
        vota_html_say(html, "paper.shows.promise", NULL);
    else if (work->receipt->anchor_count > 0)
        vota_html_say(html, "paper.shows.anchored", NULL);
    vota_html_close(html, "p");
}
