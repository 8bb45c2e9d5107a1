/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small things that several pages write: times, hashes, shares, facts, and what
 * a definition says in two languages. Knows no page.
 */
#ifndef VOTA_BRIDGE_PAGE_WRITE_H
#define VOTA_BRIDGE_PAGE_WRITE_H

#include "bridge/page/html.h"
#include "proof/definition.h"

/* <time>: KST with UTC beside, in both languages, so that a page is the same wherever made. */
void vota_page_time(struct vota_html *html, uint64_t unix_time);

/* "10 min", "1 h 30 min". */
#define VOTA_PAGE_SPAN_CAP 48u
const char *vota_page_span(char ret_text[VOTA_PAGE_SPAN_CAP], enum vota_lang lang,
                           uint64_t seconds);

/* "12.3%"; nothing of nothing is "–". Rounded half up, never beyond 100.0 where part <= whole. */
#define VOTA_PAGE_SHARE_CAP 24u
const char *vota_page_share(char ret_text[VOTA_PAGE_SHARE_CAP], uint64_t part, uint64_t whole);

/* <code>0x...</code>, which a narrow page may break anywhere. */
void vota_page_hash(struct vota_html *html, const vota_hash *hash);
void vota_page_addr(struct vota_html *html, const vota_addr *addr);

/* <code> of our own words: a command or a file's name. */
void vota_page_code(struct vota_html *html, const char *text);

/* A raw string of canonical JSON (jcs.h) as foreign words; `lang` as vota_html_foreign has it. */
void vota_page_raw(struct vota_html *html, const char *lang, struct vota_slice raw);

/* The same in paragraphs, one a line. */
void vota_page_raw_paragraphs(struct vota_html *html, const char *lang, struct vota_slice raw);

/* "ko" where the text has Hangul, else NULL: for words whose language nobody told. */
const char *vota_page_lang_of(struct vota_slice utf8);

/* What a definition calls itself and its options in the page's language. */
void vota_page_title(struct vota_html *html, const struct vota_definition *definition);
void vota_page_option(struct vota_html *html, const struct vota_definition *definition, size_t i);

/* The same as plain text in heap memory that the caller frees; NULL without any. */
char *vota_page_plain(struct vota_slice raw);
char *vota_page_plain_title(enum vota_lang lang, const struct vota_definition *definition);
char *vota_page_plain_option(enum vota_lang lang, const struct vota_definition *definition,
                             size_t i);

/* <dt> said by key and <dd> open, to be closed by vota_page_fact_end. */
void vota_page_fact(struct vota_html *html, const char *key);
void vota_page_fact_end(struct vota_html *html);

/* <th scope> said by key; scope "col" or "row". */
void vota_page_th(struct vota_html *html, const char *scope, const char *key);

/* <td class="number">. */
void vota_page_td_number(struct vota_html *html, uint64_t number);

/* An <h2 id>; `id` is our own word and makes the heading a place to link to. */
void vota_page_heading(struct vota_html *html, const char *id, const char *key);

/* <p class="note note-KIND">: kind is info, good, warn or bad. The sentence, then the end. */
void vota_page_note(struct vota_html *html, const char *kind, const char *key);

#endif
