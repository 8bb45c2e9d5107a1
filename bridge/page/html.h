/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one HTML page, element by element, so that no text can become markup:
 * there is no call that writes a string unescaped. Names of elements and
 * attributes are the program's own words; everything else is text or an
 * attribute's value. Knows no page and no format of ours.
 *
 *   vota_html_open(html, "p");             <p
 *   vota_html_attr(html, "class", "note");    class="note"
 *   vota_html_text(html, text);            >a &lt; b
 *   vota_html_close(html, "p");            </p>
 *
 * An element that is closed must be the innermost open one: anything else is a
 * broken contract. In text, and in values, bad UTF-8, controls and characters
 * that turn the direction of writing become U+FFFD.
 */
#ifndef VOTA_BRIDGE_PAGE_HTML_H
#define VOTA_BRIDGE_PAGE_HTML_H

#include "bridge/text.h"
#include "proof/bytes.h"

#define VOTA_HTML_MAX_DEPTH 32u

/* Takes what was written so far, where a page is longer than its buffer. */
typedef enum vota_status vota_html_drain(void *to, const void *bytes, size_t len);

/* One page being written. Look into `status` at its end only. */
struct vota_html {
    struct vota_wr *wr;
    enum vota_lang lang;    /* of every sentence that is said */
    vota_html_drain *drain; /* NULL: all of it stays in wr, which may be a measuring one */
    void *to;               /* drain's */
    enum vota_status status;
    const char *open[VOTA_HTML_MAX_DEPTH];
    size_t depth;
    bool in_tag; /* attributes may still follow */
};

/*
 * Begins a page: <!doctype html> and <html lang>. With a drain, wr is emptied
 * into it whenever it is full, and by vota_html_end; a failure of the drain ends
 * the writing and stays in `status`.
 */
struct vota_html vota_html_begin(struct vota_wr *wr, enum vota_lang lang);
struct vota_html vota_html_begin_drained(struct vota_wr *wr, enum vota_lang lang,
                                         vota_html_drain *drain, void *to);

/* Closes html, which must be all that is open. Returns html->status. */
VOTA_MUST_USE enum vota_status vota_html_end(struct vota_html *html);

/* `name` is one word of the program, static; void elements (meta, br ...) have no close. */
void vota_html_open(struct vota_html *html, const char *name);
void vota_html_close(struct vota_html *html, const char *name);
void vota_html_void(struct vota_html *html, const char *name);

/* Right after an open or a void; the value is escaped. A NULL value writes nothing. */
void vota_html_attr(struct vota_html *html, const char *name, const char *value);
void vota_html_attr_slice(struct vota_html *html, const char *name, struct vota_slice value);
void vota_html_attr_number(struct vota_html *html, const char *name, uint64_t number);

/* The sentence of `key` as a value, with pairs of name and value, then NULL. */
void vota_html_attr_say(struct vota_html *html, const char *name, const char *key, ...)
    __attribute__((sentinel));

/* href, where it is https:, http:, or leads to a file beside or a place within; else nothing. */
void vota_html_href(struct vota_html *html, const char *url);

/* open with a class, which may be NULL. */
void vota_html_open_class(struct vota_html *html, const char *name, const char *class_name);

void vota_html_text(struct vota_html *html, struct vota_slice utf8);
void vota_html_word(struct vota_html *html, const char *utf8);

/* Decimal digits, in groups of three: 12,345; and the same as text, for a sentence's value. */
#define VOTA_HTML_NUMBER_CAP 32u
void vota_html_number(struct vota_html *html, uint64_t number);
const char *vota_html_number_text(char ret_text[VOTA_HTML_NUMBER_CAP], uint64_t number);

/* Lower-case digits, with 0x or bare. */
void vota_html_hex(struct vota_html *html, const void *bytes, size_t len);
void vota_html_hex_bare(struct vota_html *html, const void *bytes, size_t len);

/*
 * Words of somebody else, in a <bdi> of their own so that they cannot turn what
 * stands beside them; `lang` NULL: not known, which lang="" says.
 */
void vota_html_foreign(struct vota_html *html, const char *lang, struct vota_slice utf8);

/* The sentence of `key` in the page's language, with pairs of name and value, then NULL. */
void vota_html_say(struct vota_html *html, const char *key, ...) __attribute__((sentinel));

/* The same as the whole text of an element. */
void vota_html_say_in(struct vota_html *html, const char *element, const char *key, ...)
    __attribute__((sentinel));

/*
 * <style> with our own sheet, which stands in the program; and the sheet's hash
 * as a Content-Security-Policy names it ('sha256-...'), so that no other style
 * is taken.
 */
#define VOTA_HTML_STYLE_HASH_CAP 64u
void vota_html_style(struct vota_html *html, const char *css);
VOTA_MUST_USE enum vota_status vota_html_style_hash(char ret_hash[VOTA_HTML_STYLE_HASH_CAP],
                                                    const char *css);

/* "ko", "en": as lang and hreflang have it; static. */
const char *vota_html_lang_name(enum vota_lang lang);

#endif
