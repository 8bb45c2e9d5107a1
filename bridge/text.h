/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences people read, in English and Korean, built in from
 * text/en.json and text/ko.json. It knows keys and placeholders, not meaning.
 *
 * A placeholder is {name}. {name|one|many} is `one` where the value of name is
 * the text "1", else `many`; the page knows the same two forms.
 */
#ifndef VOTA_BRIDGE_TEXT_H
#define VOTA_BRIDGE_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "proof/voteanchor.h"

enum vota_lang { VOTA_LANG_EN = 0, VOTA_LANG_KO = 1 };
#define VOTA_LANGS 2

/* One key of the catalogue; the generated table is sorted by key (strcmp). */
struct vota_text_entry {
    const char *key;
    const char *text[VOTA_LANGS];
};

/* Up to this many name/value pairs reach one sentence. */
#define VOTA_TEXT_MAX_VALUES 16

struct vota_text_values {
    const char *name[VOTA_TEXT_MAX_VALUES];
    const char *value[VOTA_TEXT_MAX_VALUES];
    size_t n;
};

/* Whole catalogue, for tests. */
const struct vota_text_entry *vota_text_catalogue(size_t *ret_n);

/* The sentence of a key, or NULL when there is none. */
const char *vota_text_find(enum vota_lang lang, const char *key);

/* "ko", "ko_KR.UTF-8", "en" ... to a language; false for anything else. */
VOTA_MUST_USE bool vota_text_lang(enum vota_lang *ret_lang, const char *name);

/* From LC_ALL, LC_MESSAGES, LANG: the first that is set and not empty decides. */
enum vota_lang vota_text_lang_of_env(const char *(*get)(const char *name));

/* Reads name, value, ..., NULL. Borrows. */
void vota_text_values_read(struct vota_text_values *ret_values, va_list list);

/* Adds a pair; a full list drops it. Borrows. */
void vota_text_values_add(struct vota_text_values *values, const char *name, const char *value);

/* The template with its placeholders replaced and control characters of values made harmless. */
void vota_text_write(FILE *stream, const char *template, const struct vota_text_values *values);

/* Text from outside for a terminal: controls become U+FFFD, bad UTF-8 too. */
void vota_text_write_safe(FILE *stream, const char *text);

#endif
