/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds sentences in the built-in catalogue and fills their placeholders. It
 * knows keys and placeholders, not meaning.
 */
#include "bridge/text.h"

#include <string.h>

#include "bridge/utf8.h"
#include "proof/bytes.h"

/* Generated: text/embed.c. */
extern const struct vota_text_entry vota_text_entries[];
extern const size_t vota_text_entries_count;

const struct vota_text_entry *vota_text_catalogue(size_t *ret_n)
{
    *ret_n = vota_text_entries_count;
    return vota_text_entries;
}

const char *vota_text_find(enum vota_lang lang, const char *key)
{
    size_t low = 0;
    size_t high = vota_text_entries_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(key, vota_text_entries[middle].key);
        if (order == 0)
            return vota_text_entries[middle].text[lang];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* "ko" alone or followed by what ends a language: ko_KR, ko-KR, ko.UTF-8, ko@x. */
static bool is_language(const char *name, const char *language)
{
    const size_t len = strlen(language);
    return strncmp(name, language, len) == 0 && strchr("_-.@", name[len]) != NULL;
}

bool vota_text_lang(enum vota_lang *ret_lang, const char *name)
{
    if (is_language(name, "ko"))
        *ret_lang = VOTA_LANG_KO;
    else if (is_language(name, "en"))
        *ret_lang = VOTA_LANG_EN;
    else
        return false;
    return true;
}

enum vota_lang vota_text_lang_of_env(const char *(*get)(const char *name))
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    enum vota_lang lang = VOTA_LANG_EN;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = get(names[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        if (!vota_text_lang(&lang, value))
            lang = VOTA_LANG_EN;
        break;
    }
    return lang;
}

void vota_text_values_add(struct vota_text_values *values, const char *name, const char *value)
{
    if (values->n == VOTA_TEXT_MAX_VALUES)
        return;
    values->name[values->n] = name;
    values->value[values->n] = value;
    values->n++;
}

void vota_text_values_read(struct vota_text_values *ret_values, va_list list)
{
    ret_values->n = 0;
    for (const char *name = va_arg(list, const char *); name != NULL;
         name = va_arg(list, const char *))
        vota_text_values_add(ret_values, name, va_arg(list, const char *));
}

void vota_text_write_safe(FILE *stream, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        uint32_t point;
        const size_t len = vota_utf8_next(&point, text, left);
        if (point < 0x20 || (point >= 0x7f && point < 0xa0) || point == VOTA_UTF8_BAD)
            (void)fputs("\xef\xbf\xbd", stream);
        else
            (void)fwrite(text, 1, len, stream);
        text += len;
        left -= len;
    }
}

static const char *value_of(const struct vota_text_values *values, const char *name, size_t len)
{
    for (size_t i = 0; i < values->n; i++) {
        if (strlen(values->name[i]) == len && strncmp(values->name[i], name, len) == 0)
            return values->value[i] == NULL ? "" : values->value[i];
    }
    return NULL;
}

/* {name|one|many}: the form that goes with the value. */
static void write_form(FILE *stream, const char *forms, size_t len, bool one)
{
    const char *bar = memchr(forms, '|', len);
    const size_t first = bar == NULL ? len : (size_t)(bar - forms);
    if (one || bar == NULL)
        (void)fwrite(forms, 1, first, stream);
    else
        (void)fwrite(bar + 1, 1, len - first - 1, stream);
}

/* What stands between the braces; an unknown name stays visible. */
static void write_placeholder(FILE *stream, const char *inside, size_t len,
                              const struct vota_text_values *values)
{
    const char *bar = memchr(inside, '|', len);
    const size_t name_len = bar == NULL ? len : (size_t)(bar - inside);
    const char *value = value_of(values, inside, name_len);
    if (value == NULL)
        (void)fprintf(stream, "{%.*s}", (int)name_len, inside);
    else if (bar == NULL)
        vota_text_write_safe(stream, value);
    else
        write_form(stream, bar + 1, len - name_len - 1, strcmp(value, "1") == 0);
}

void vota_text_write(FILE *stream, const char *template, const struct vota_text_values *values)
{
    for (;;) {
        const size_t plain = strcspn(template, "{");
        (void)fwrite(template, 1, plain, stream);
        template += plain;
        if (*template == '\0')
            return;
        const size_t inside = strcspn(template + 1, "}");
        VOTA_ASSERT(template[1 + inside] == '}'); /* text/embed.c refuses others */
        write_placeholder(stream, template + 1, inside, values);
        template += inside + 2;
    }
}
