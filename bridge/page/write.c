/* SPDX-License-Identifier: Apache-2.0 */
/* Small things that several pages write: see write.h. */
#include "bridge/page/write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/moment.h"
#include "bridge/utf8.h"
#include "proof/jcs.h"
#include "proof/time.h"

/* ---- numbers and times ---- */

void vota_page_time(struct vota_html *html, uint64_t unix_time)
{
    char text[VOTA_MOMENT_CAP];
    char machine[VOTA_TIME_CHARS + 1];
    vota_html_open(html, "time");
    if (unix_time <= VOTA_TIME_MAX) {
        vota_time_text(machine, unix_time);
        vota_html_attr(html, "datetime", machine);
    }
    /* The Korean form has no word of a language in it. */
    vota_moment_text(text, VOTA_LANG_KO, unix_time,
                     unix_time % 60 == 0 ? VOTA_MOMENT_MINUTES : VOTA_MOMENT_SECONDS);
    vota_html_word(html, text);
    vota_html_close(html, "time");
}

const char *vota_page_span(char ret_text[VOTA_PAGE_SPAN_CAP], enum vota_lang lang, uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        const char *unit[VOTA_LANGS];
    } units[] = {
        {86400, {" d", "일"}}, {3600, {" h", "시간"}}, {60, {" min", "분"}}, {1, {" s", "초"}}};
    const size_t n = sizeof units / sizeof units[0];
    size_t u = 0;
    while (u + 1 < n && seconds < units[u].seconds)
        u++;
    const int used = snprintf(ret_text, VOTA_PAGE_SPAN_CAP, "%" PRIu64 "%s",
                              seconds / units[u].seconds, units[u].unit[lang]);
    const uint64_t rest = seconds % units[u].seconds;
    if (u + 1 < n && rest / units[u + 1].seconds > 0)
        (void)snprintf(ret_text + used, VOTA_PAGE_SPAN_CAP - (size_t)used, " %" PRIu64 "%s",
                       rest / units[u + 1].seconds, units[u + 1].unit[lang]);
    return ret_text;
}

const char *vota_page_share(char ret_text[VOTA_PAGE_SHARE_CAP], uint64_t part, uint64_t whole)
{
    /* Counts are below 2^53, so nothing overflows on the way. */
    const uint64_t permille = whole == 0 ? 0 : (part * 1000 + whole / 2) / whole;
    if (whole == 0)
        (void)snprintf(ret_text, VOTA_PAGE_SHARE_CAP, "\xe2\x80\x93");
    else
        (void)snprintf(ret_text, VOTA_PAGE_SHARE_CAP, "%" PRIu64 ".%" PRIu64 "%%", permille / 10,
                       permille % 10);
    return ret_text;
}

/* ---- hashes ---- */

static void code_hex(struct vota_html *html, const void *bytes, size_t len)
{
    vota_html_open(html, "code");
    vota_html_hex(html, bytes, len);
    vota_html_close(html, "code");
}

void vota_page_hash(struct vota_html *html, const vota_hash *hash)
{
    code_hex(html, hash->bytes, sizeof hash->bytes);
}

void vota_page_addr(struct vota_html *html, const vota_addr *addr)
{
    code_hex(html, addr->bytes, sizeof addr->bytes);
}

void vota_page_code(struct vota_html *html, const char *text)
{
    vota_html_open(html, "code");
    vota_html_word(html, text);
    vota_html_close(html, "code");
}

/* ---- words of others ---- */

static void no_memory(struct vota_html *html)
{
    if (html->status == VOTA_OK)
        html->status = VOTA_NO_MEMORY;
}

char *vota_page_plain(struct vota_slice raw)
{
    char *text = malloc(raw.len + 1); /* what is escaped is never shorter */
    if (text == NULL)
        return NULL;
    struct vota_wr wr = vota_wr_of(text, raw.len);
    vota_jcs_unescape(&wr, raw);
    VOTA_ASSERT(vota_wr_fits(&wr));
    text[wr.len] = '\0';
    return text;
}

static struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

void vota_page_raw(struct vota_html *html, const char *lang, struct vota_slice raw)
{
    char *text = vota_page_plain(raw);
    if (text == NULL) {
        no_memory(html);
        return;
    }
    vota_html_foreign(html, lang, slice_of(text));
    free(text);
}

void vota_page_raw_paragraphs(struct vota_html *html, const char *lang, struct vota_slice raw)
{
    char *text = vota_page_plain(raw);
    if (text == NULL) {
        no_memory(html);
        return;
    }
    for (const char *line = text; *line != '\0';) {
        const size_t len = strcspn(line, "\n");
        if (len > 0) {
            vota_html_open(html, "p");
            vota_html_foreign(html, lang, (struct vota_slice){(const uint8_t *)line, len});
            vota_html_close(html, "p");
        }
        line += len + (line[len] == '\n');
    }
    free(text);
}

const char *vota_page_lang_of(struct vota_slice utf8)
{
    const char *at = (const char *)utf8.at;
    for (size_t left = utf8.len; left > 0;) {
        uint32_t point;
        const size_t len = vota_utf8_next(&point, at, left);
        if (point >= 0xac00 && point <= 0xd7a3)
            return "ko";
        at += len;
        left -= len;
    }
    return NULL;
}

/* ---- definitions ---- */

static struct vota_slice title_of(enum vota_lang lang, const struct vota_definition *definition)
{
    return lang == VOTA_LANG_KO ? definition->title_ko : definition->title_en;
}

static struct vota_slice option_of(enum vota_lang lang, const struct vota_definition *definition,
                                   size_t i)
{
    return lang == VOTA_LANG_KO ? vota_definition_option_ko(definition, i)
                                : vota_definition_option_en(definition, i);
}

void vota_page_title(struct vota_html *html, const struct vota_definition *definition)
{
    vota_page_raw(html, vota_html_lang_name(html->lang), title_of(html->lang, definition));
}

void vota_page_option(struct vota_html *html, const struct vota_definition *definition, size_t i)
{
    vota_page_raw(html, vota_html_lang_name(html->lang), option_of(html->lang, definition, i));
}

char *vota_page_plain_title(enum vota_lang lang, const struct vota_definition *definition)
{
    return vota_page_plain(title_of(lang, definition));
}

char *vota_page_plain_option(enum vota_lang lang, const struct vota_definition *definition,
                             size_t i)
{
    return vota_page_plain(option_of(lang, definition, i));
}

/* ---- shapes ---- */

void vota_page_fact(struct vota_html *html, const char *key)
{
    vota_html_open(html, "div");
    vota_html_say_in(html, "dt", key, NULL);
    vota_html_open(html, "dd");
}

void vota_page_fact_end(struct vota_html *html)
{
    vota_html_close(html, "dd");
    vota_html_close(html, "div");
}

void vota_page_th(struct vota_html *html, const char *scope, const char *key)
{
    vota_html_open(html, "th");
    vota_html_attr(html, "scope", scope);
    vota_html_say(html, key, NULL);
    vota_html_close(html, "th");
}

void vota_page_td_number(struct vota_html *html, uint64_t number)
{
    vota_html_open_class(html, "td", "number");
    vota_html_number(html, number);
    vota_html_close(html, "td");
}

void vota_page_heading(struct vota_html *html, const char *id, const char *key)
{
    vota_html_open(html, "h2");
    vota_html_attr(html, "id", id);
    vota_html_say(html, key, NULL);
    vota_html_close(html, "h2");
}

void vota_page_note(struct vota_html *html, const char *kind, const char *key)
{
    char class_name[32];
    (void)snprintf(class_name, sizeof class_name, "note note-%s", kind);
    vota_html_open_class(html, "p", class_name);
    vota_html_say(html, key, NULL);
    vota_html_close(html, "p");
}
