/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the configuration file with an explanation of every key. It knows how
 * the file looks; the keys are config_keys.c.
 */
#include "bridge/cli/config_file.h"

#include <string.h>

#include "bridge/cli/output.h"

#define COMMENT_COLUMNS 78u

/* A comment of one or more lines, broken at spaces. */
static void comment(FILE *to, const char *text)
{
    size_t at = 0;
    while (*text != '\0') {
        const size_t len = strcspn(text, " ");
        char word[256];
        (void)snprintf(word, sizeof word, "%.*s", (int)len, text);
        const size_t width = vota_output_width(word);
        if (at > 0 && at + 1 + width > COMMENT_COLUMNS) {
            (void)fputc('\n', to);
            at = 0;
        }
        (void)fprintf(to, "%s%s", at == 0 ? "# " : " ", word);
        at += (at == 0 ? 2 : 1) + width;
        text += len;
        text += *text == ' ';
    }
    (void)fputc('\n', to);
}

/* "# 1 .. 8; default 10s; variable VOTEANCHOR_RPC_TIMEOUT" */
static void facts(const struct vota_cli *cli, FILE *to, const struct vota_config_key *key)
{
    char variable[VOTA_CONFIG_VARIABLE_CAP];
    vota_config_variable(key, variable);
    (void)fputs("# ", to);
    vota_text_print(cli, to,
                    key->type == VOTA_CONFIG_URLS ? "config.facts-list"
                    : key->fallback == NULL       ? "config.facts"
                                                  : "config.facts-default",
                    "limit", key->limit, "default", key->fallback == NULL ? "" : key->fallback,
                    "variable", variable, NULL);
    (void)fputc('\n', to);
}

static bool is_of(const struct vota_config_file_line *line, const struct vota_config_key *key)
{
    char name[VOTA_CONFIG_VARIABLE_CAP];
    (void)snprintf(name, sizeof name, "%s.%s", key->section, key->name);
    return strcmp(name, line->key) == 0;
}

/* The lines given for a key, else its default, else the bare key as a comment. */
static void values(FILE *to, const struct vota_config_key *key,
                   const struct vota_config_file_line *lines, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (!is_of(&lines[i], key))
            continue;
        (void)fprintf(to, "%s = %s\n", key->name, lines[i].value);
        any = true;
    }
    if (!any && key->fallback != NULL)
        (void)fprintf(to, "%s = %s\n", key->name, key->fallback);
    else if (!any)
        (void)fprintf(to, "#%s =\n", key->name);
}

void vota_config_file_write(const struct vota_cli *cli, FILE *to,
                            const struct vota_config_file_line *lines, size_t n)
{
    size_t n_keys = 0;
    const struct vota_config_key *keys = vota_config_keys(&n_keys);
    const char *section = "";
    comment(to, vota_text(cli, "config.head"));
    for (size_t i = 0; i < n_keys; i++) {
        if (strcmp(section, keys[i].section) != 0)
            (void)fprintf(to, "\n[%s]\n", keys[i].section);
        section = keys[i].section;
        (void)fputc('\n', to);
        comment(to, vota_text(cli, keys[i].text));
        facts(cli, to, &keys[i]);
        values(to, &keys[i], lines, n);
    }
}
