/* SPDX-License-Identifier: Apache-2.0 */
/* See roff.h. */
#include "packaging/manual/roff.h"

#include <string.h>

/* A character that would mean something to roff, as itself; others as they are, UTF-8 too. */
static void put(FILE *to, char c, int at_line_start)
{
    static const struct {
        char c;
        const char *roff;
    } special[] = {{'\\', "\\(rs"}, {'-', "\\-"},   {'"', "\\(dq"}, {'\'', "\\(aq"},
                   {'`', "\\(ga"},  {'^', "\\(ha"}, {'~', "\\(ti"}};
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        if (special[i].c != c)
            continue;
        (void)fputs(special[i].roff, to);
        return;
    }
    if (at_line_start && c == '.')
        (void)fputs("\\&", to);
    (void)fputc(c, to);
}

static void put_all(FILE *to, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        put(to, text[i], 0);
}

/* The length of the code between two backquotes at `text`, 0 when it is none. */
static size_t code_at(const char *text)
{
    if (*text != '`')
        return 0;
    const size_t len = strcspn(text + 1, "`\n");
    return text[1 + len] == '`' ? len : 0;
}

void vota_roff_text(FILE *to, const char *text)
{
    int at_line_start = 1;
    for (; *text != '\0'; text++) {
        const size_t code = code_at(text);
        if (code > 0) {
            (void)fputs("\\fB", to);
            put_all(to, text + 1, code);
            (void)fputs("\\fR", to);
            text += code + 1;
        } else if (*text == '\n') {
            (void)fputs("\n.br\n", to);
        } else {
            put(to, *text, at_line_start);
        }
        at_line_start = *text == '\n';
    }
}

void vota_roff_prose(FILE *to, const char *text)
{
    for (;;) {
        const char *end = strstr(text, "\n\n");
        char paragraph[4096];
        const size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        (void)snprintf(paragraph, sizeof paragraph, "%.*s", (int)len, text);
        vota_roff_text(to, paragraph);
        (void)fputc('\n', to);
        if (end == NULL)
            return;
        (void)fputs(".PP\n", to);
        text = end + 2;
    }
}

static const char option_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
static const char value_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";

/* How much of a synopsis stands in one face, and in which. */
static size_t word_at(const char *text, int at_word_start, const char **ret_face)
{
    if (at_word_start && text[0] == '-' && strspn(text, option_letters) > 1) {
        *ret_face = "\\fB";
        return strspn(text, option_letters);
    }
    if (text[0] >= 'A' && text[0] <= 'Z') {
        *ret_face = "\\fI";
        return strspn(text, value_letters);
    }
    return 0;
}

void vota_roff_synopsis(FILE *to, const char *synopsis)
{
    int at_word_start = 1;
    for (const char *at = synopsis; *at != '\0';) {
        const char *face = NULL;
        const size_t len = word_at(at, at_word_start, &face);
        if (len > 0) {
            (void)fputs(face, to);
            put_all(to, at, len);
            (void)fputs("\\fR", to);
        } else {
            put(to, *at, at == synopsis);
        }
        at += len > 0 ? len : 1;
        at_word_start = strchr(" [|", at[-1]) != NULL;
    }
}

void vota_roff_request(FILE *to, const char *request, const char *argument)
{
    (void)fprintf(to, "%s \"", request);
    put_all(to, argument, strlen(argument));
    (void)fputs("\"\n", to);
}
