/* SPDX-License-Identifier: Apache-2.0 */
/* HTML, element by element: see html.h. */
#include "bridge/page/html.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/base64.h"
#include "bridge/crypto.h"
#include "bridge/utf8.h"

/* ---- bytes ---- */

/* Hands on what is in the buffer; after a failure everything is let go. */
static void drain(struct vota_html *html)
{
    if (html->status == VOTA_OK)
        html->status = html->drain(html->to, html->wr->to, html->wr->len);
    html->wr->len = 0;
}

static void put(struct vota_html *html, const char *bytes, size_t len)
{
    struct vota_wr *wr = html->wr;
    while (html->drain != NULL && len > wr->cap - wr->len) {
        const size_t part = wr->cap - wr->len;
        vota_wr_put(wr, bytes, part);
        bytes += part;
        len -= part;
        drain(html);
    }
    vota_wr_put(wr, bytes, len);
}

static void put_word(struct vota_html *html, const char *word)
{
    put(html, word, strlen(word));
}

/* ---- escaping ---- */

/* Characters that cannot be seen and turn what stands beside them, and controls. */
static bool is_harmful(uint32_t point)
{
    return point == VOTA_UTF8_BAD || (point < 0x20 && point != '\n' && point != '\t') ||
           (point >= 0x7f && point < 0xa0) || point == 0x61c || point == 0x200e ||
           point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x206f) || point == 0xfeff ||
           (point >= 0xfff9 && point <= 0xfffb) || (point & 0xfffe) == 0xfffe;
}

static const char *entity(uint32_t point)
{
    switch (point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put_escaped(struct vota_html *html, struct vota_slice utf8)
{
    const char *at = (const char *)utf8.at;
    for (size_t left = utf8.len; left > 0;) {
        uint32_t point;
        const size_t len = vota_utf8_next(&point, at, left);
        const char *instead = is_harmful(point) ? "\xef\xbf\xbd" : entity(point);
        if (instead != NULL)
            put_word(html, instead);
        else
            put(html, at, len);
        at += len;
        left -= len;
    }
}

static struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

/* ---- elements ---- */

static void end_tag(struct vota_html *html)
{
    if (html->in_tag)
        put_word(html, ">");
    html->in_tag = false;
}

/* What the program names must be a name: this is no way to put markup in. */
static bool is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    return name[0] != '\0' && strspn(name, allowed) == strlen(name);
}

static void begin_tag(struct vota_html *html, const char *name)
{
    VOTA_ASSERT(is_name(name));
    end_tag(html);
    put_word(html, "<");
    put_word(html, name);
    html->in_tag = true;
}

void vota_html_open(struct vota_html *html, const char *name)
{
    VOTA_ASSERT(html->depth < VOTA_HTML_MAX_DEPTH);
    begin_tag(html, name);
    html->open[html->depth++] = name;
}

void vota_html_close(struct vota_html *html, const char *name)
{
    VOTA_ASSERT(html->depth > 0 && strcmp(html->open[html->depth - 1], name) == 0);
    end_tag(html);
    put_word(html, "</");
    put_word(html, name);
    put_word(html, ">");
    html->depth--;
}

void vota_html_void(struct vota_html *html, const char *name)
{
    static const char *const names[] = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"};
    bool known = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        known |= strcmp(names[i], name) == 0;
    VOTA_ASSERT(known);
    begin_tag(html, name);
}

void vota_html_open_class(struct vota_html *html, const char *name, const char *class_name)
{
    vota_html_open(html, name);
    vota_html_attr(html, "class", class_name);
}

/* ---- attributes ---- */

void vota_html_attr_slice(struct vota_html *html, const char *name, struct vota_slice value)
{
    VOTA_ASSERT(html->in_tag && is_name(name));
    put_word(html, " ");
    put_word(html, name);
    put_word(html, "=\"");
    put_escaped(html, value);
    put_word(html, "\"");
}

void vota_html_attr(struct vota_html *html, const char *name, const char *value)
{
    if (value != NULL)
        vota_html_attr_slice(html, name, slice_of(value));
}

void vota_html_attr_number(struct vota_html *html, const char *name, uint64_t number)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    vota_html_attr(html, name, digits);
}

/* A scheme is what stands before a colon that no slash, question mark or hash precedes. */
static bool leads_somewhere_good(const char *url)
{
    const size_t plain = strcspn(url, ":/?#");
    if (url[plain] != ':')
        return strncmp(url, "//", 2) != 0;
    return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

void vota_html_href(struct vota_html *html, const char *url)
{
    if (leads_somewhere_good(url))
        vota_html_attr(html, "href", url);
}

/* ---- text ---- */

void vota_html_text(struct vota_html *html, struct vota_slice utf8)
{
    end_tag(html);
    put_escaped(html, utf8);
}

void vota_html_word(struct vota_html *html, const char *utf8)
{
    vota_html_text(html, slice_of(utf8));
}

const char *vota_html_number_text(char ret_text[VOTA_HTML_NUMBER_CAP], uint64_t number)
{
    char digits[24];
    size_t to = 0;
    const int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    for (size_t i = 0; i < (size_t)len; i++) {
        if (i > 0 && ((size_t)len - i) % 3 == 0)
            ret_text[to++] = ',';
        ret_text[to++] = digits[i];
    }
    ret_text[to] = '\0';
    return ret_text;
}

void vota_html_number(struct vota_html *html, uint64_t number)
{
    char text[VOTA_HTML_NUMBER_CAP];
    vota_html_word(html, vota_html_number_text(text, number));
}

void vota_html_hex_bare(struct vota_html *html, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *at = bytes;
    end_tag(html);
    for (size_t i = 0; i < len; i++) {
        const char pair[2] = {digits[at[i] / 16], digits[at[i] % 16]};
        put(html, pair, 2);
    }
}

void vota_html_hex(struct vota_html *html, const void *bytes, size_t len)
{
    vota_html_word(html, "0x");
    vota_html_hex_bare(html, bytes, len);
}

void vota_html_foreign(struct vota_html *html, const char *lang, struct vota_slice utf8)
{
    vota_html_open(html, "bdi");
    vota_html_attr(html, "lang", lang == NULL ? "" : lang);
    vota_html_text(html, utf8);
    vota_html_close(html, "bdi");
}

/* ---- sentences ---- */

/* The sentence with its values, in heap memory; NULL without any. */
static char *sentence(const struct vota_html *html, const char *key, va_list list)
{
    struct vota_text_values values;
    char *text = NULL;
    size_t len = 0;
    const char *template = vota_text_find(html->lang, key);
    VOTA_ASSERT(template != NULL);
    vota_text_values_read(&values, list);
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    vota_text_write(stream, template, &values);
    const bool written = ferror(stream) == 0;
    if (fclose(stream) == 0 && written)
        return text;
    free(text);
    return NULL;
}

static void fail_memory(struct vota_html *html)
{
    if (html->status == VOTA_OK)
        html->status = VOTA_NO_MEMORY;
}

static void say(struct vota_html *html, const char *key, va_list list)
{
    char *text = sentence(html, key, list);
    if (text != NULL)
        vota_html_word(html, text);
    else
        fail_memory(html);
    free(text);
}

void vota_html_say(struct vota_html *html, const char *key, ...)
{
    va_list list;
    va_start(list, key);
    say(html, key, list);
    va_end(list);
}

void vota_html_say_in(struct vota_html *html, const char *element, const char *key, ...)
{
    va_list list;
    va_start(list, key);
    vota_html_open(html, element);
    say(html, key, list);
    vota_html_close(html, element);
    va_end(list);
}

void vota_html_attr_say(struct vota_html *html, const char *name, const char *key, ...)
{
    va_list list;
    va_start(list, key);
    char *text = sentence(html, key, list);
    va_end(list);
    if (text != NULL)
        vota_html_attr(html, name, text);
    else
        fail_memory(html);
    free(text);
}

/* ---- whole pages ---- */

const char *vota_html_lang_name(enum vota_lang lang)
{
    return lang == VOTA_LANG_KO ? "ko" : "en";
}

struct vota_html vota_html_begin_drained(struct vota_wr *wr, enum vota_lang lang,
                                         vota_html_drain *drain_to, void *to)
{
    struct vota_html html = {.wr = wr, .lang = lang, .drain = drain_to, .to = to};
    VOTA_ASSERT(drain_to == NULL || wr->cap > 0);
    put_word(&html, "<!doctype html>\n");
    vota_html_open(&html, "html");
    vota_html_attr(&html, "lang", vota_html_lang_name(lang));
    return html;
}

struct vota_html vota_html_begin(struct vota_wr *wr, enum vota_lang lang)
{
    return vota_html_begin_drained(wr, lang, NULL, NULL);
}

enum vota_status vota_html_end(struct vota_html *html)
{
    vota_html_close(html, "html");
    VOTA_ASSERT(html->depth == 0);
    put_word(html, "\n");
    if (html->drain != NULL)
        drain(html);
    return html->status;
}

void vota_html_style(struct vota_html *html, const char *css)
{
    VOTA_ASSERT(strchr(css, '<') == NULL); /* so that nothing in it ends the element */
    vota_html_open(html, "style");
    end_tag(html);
    put_word(html, css);
    vota_html_close(html, "style");
}

enum vota_status vota_html_style_hash(char ret_hash[VOTA_HTML_STYLE_HASH_CAP], const char *css)
{
    uint8_t hash[32];
    const enum vota_status status = vota_crypto_sha256(hash, css, strlen(css));
    if (status != VOTA_OK)
        return status;
    struct vota_wr wr = vota_wr_of(ret_hash, VOTA_HTML_STYLE_HASH_CAP);
    vota_wr_text(&wr, "'sha256-");
    vota_base64_write(&wr, hash, sizeof hash);
    vota_wr_put(&wr, "'", 2);
    VOTA_ASSERT(vota_wr_fits(&wr));
    return VOTA_OK;
}
