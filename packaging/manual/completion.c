/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See completion.h. A value's kind is one word for both shells:
 *
 *     file  dir  register  client  none    what stands there
 *     a|b|c                                one of these
 *     ,a|b|c                               several of these, with commas
 */
#include "packaging/manual/completion.h"

#include <string.h>

#include "bridge/cli/help.h"
#include "bridge/cli/key.h"
#include "bridge/network.h"
#include "bridge/token.h"

#define KIND_CAP 160u

static void add_word(char kind[KIND_CAP], const char *word)
{
    const size_t len = strlen(kind);
    (void)snprintf(kind + len, KIND_CAP - len, "%s%s", len == 0 ? "" : "|", word);
}

static void roles(char kind[KIND_CAP])
{
    for (size_t i = 0; i < VOTA_KEY_ROLES; i++)
        add_word(kind, vota_key_roles[i].name);
}

/* `init` names a network by its preset; the other commands also by its place in the configuration.
 */
static void networks(char kind[KIND_CAP], bool in_configuration)
{
    size_t n = 0;
    const struct vota_network *presets = vota_network_presets(&n);
    for (size_t i = 0; in_configuration && i < VOTA_CONFIG_NETWORKS; i++)
        add_word(kind, i == VOTA_CONFIG_PRIMARY ? "primary"
                                                : vota_config_section((enum vota_config_place)i));
    for (size_t i = 0; i < n; i++)
        add_word(kind, presets[i].name);
}

static void scopes(char kind[KIND_CAP])
{
    char words[VOTA_TOKEN_SCOPES_CAP];
    vota_token_scopes_write(words, ~0u);
    (void)snprintf(kind, KIND_CAP, ",%s", words);
    for (char *c = kind + 1; *c != '\0'; c++) {
        if (*c == ',')
            *c = '|';
    }
}

/* What a word of help means: "FILE", "ROLE", "mined|final". */
static void kind_of(char ret_kind[KIND_CAP], const char *command, const char *option,
                    const char *word)
{
    ret_kind[0] = '\0';
    if (word[0] >= 'a' && word[0] <= 'z' && strchr(word, '|') != NULL)
        add_word(ret_kind, word);
    else if (strncmp(word, "FILE", 4) == 0)
        add_word(ret_kind, "file");
    else if (strcmp(word, "DIR") == 0 || strcmp(word, "PUBLICATION") == 0)
        add_word(ret_kind, "dir");
    else if (strcmp(word, "ROLE") == 0)
        roles(ret_kind);
    else if (strncmp(word, "SCOPE", 5) == 0)
        scopes(ret_kind);
    else if (strcmp(option, "network") == 0)
        networks(ret_kind, strcmp(command, "init") != 0);
    else if (strcmp(option, "register") == 0 ||
             (strcmp(command, "register") == 0 && strncmp(word, "ID", 2) == 0))
        add_word(ret_kind, "register");
    else if (strcmp(word, "CLIENT") == 0)
        add_word(ret_kind, "client");
    else
        add_word(ret_kind, "none");
}

/* The first word of a synopsis that is neither an option nor an option's value; "" for none. */
static void argument_of(char *ret_word, size_t cap, const struct vota_action *action)
{
    bool is_value = false;
    ret_word[0] = '\0';
    if (action->max_args == 0)
        return;
    for (const char *at = action->synopsis; *at != '\0';) {
        const size_t len = strcspn(at, " ");
        const char *word = at + (*at == '[');
        if (*word == '-')
            is_value = at[len - 1] != ']' && strncmp(at + len, " [-", 3) != 0;
        else if (is_value)
            is_value = false;
        else {
            (void)snprintf(ret_word, cap, "%.*s", (int)strcspn(word, " ]|."), word);
            return;
        }
        at += len;
        at += strspn(at, " ");
    }
}

static void argument_kind(char ret_kind[KIND_CAP], const struct vota_command *command,
                          const struct vota_action *action)
{
    char word[64];
    argument_of(word, sizeof word, action);
    kind_of(ret_kind, command->name, "", word);
}

static void key_of(char *ret_key, size_t cap, const struct vota_command *command,
                   const struct vota_action *action)
{
    (void)snprintf(ret_key, cap, "%s%s%s", command->name, action->name == NULL ? "" : " ",
                   action->name == NULL ? "" : action->name);
}

/* ---- bash ---- */

static void bash_options(FILE *to, const char *command, const struct vota_option *options, size_t n)
{
    char kind[KIND_CAP];
    for (size_t i = 0; i < n; i++) {
        const char *equals = options[i].value == NULL ? "" : "=";
        kind[0] = '\0';
        if (options[i].value != NULL)
            kind_of(kind, command, options[i].name, options[i].value);
        (void)fprintf(to, "--%s%s%s ", options[i].name, equals, kind);
        if (options[i].letter != '\0')
            (void)fprintf(to, "-%c%s%s ", options[i].letter, equals, kind);
    }
}

static void bash_action(FILE *to, const struct vota_command *command,
                        const struct vota_action *action)
{
    char key[64];
    char argument[KIND_CAP];
    key_of(key, sizeof key, command, action);
    argument_kind(argument, command, action);
    (void)fprintf(to, "    '%s')\n        argument='%s'\n        options='", key, argument);
    bash_options(to, command->name, action->options, action->n_options);
    (void)fputs("'\n        ;;\n", to);
}

static void bash_words(const struct vota_page *page)
{
    FILE *to = page->to;
    (void)fputs("    '') words='", to);
    for (size_t i = 0; i < page->n_commands; i++)
        (void)fprintf(to, "%s%s", i == 0 ? "" : " ", page->commands[i]->name);
    (void)fputs("' ;;\n", to);
    for (size_t i = 0; i < page->n_commands; i++) {
        const struct vota_command *command = page->commands[i];
        if (command->actions[0].name == NULL)
            continue;
        (void)fprintf(to, "    %s) words='", command->name);
        for (size_t k = 0; k < command->n_actions; k++)
            (void)fprintf(to, "%s%s", k == 0 ? "" : " ", command->actions[k].name);
        (void)fputs("' ;;\n", to);
    }
}

void vota_completion_bash(const struct vota_page *page)
{
    (void)fputs("\n# Made from the program's own tables by packaging/manual.\n"
                "_voteanchor_common='",
                page->to);
    bash_options(page->to, "", vota_help_common, vota_help_common_count);
    (void)fputs("'\n\n_voteanchor_words() { # _voteanchor_words COMMAND\n    words=\n"
                "    case $1 in\n",
                page->to);
    bash_words(page);
    (void)fputs("    esac\n}\n\n_voteanchor_table() { # _voteanchor_table 'COMMAND ACTION'\n"
                "    argument=none options=\n    case $1 in\n",
                page->to);
    for (size_t i = 0; i < page->n_commands; i++) {
        for (size_t k = 0; k < page->commands[i]->n_actions; k++)
            bash_action(page->to, page->commands[i], &page->commands[i]->actions[k]);
    }
    (void)fputs("    esac\n}\n", page->to);
}

/* ---- zsh ---- */

/* An explanation inside '[...]': what quotes and brackets would end is left out or escaped. */
static void zsh_explain(const struct vota_page *page, const char *key)
{
    const char *text = vota_text_find(page->lang, key);
    for (const char *c = text == NULL ? key : text; *c != '\0' && *c != '\n'; c++) {
        if (*c == '\'')
            (void)fputs("'\\''", page->to);
        else if (strchr("[]:\\", *c) != NULL)
            (void)fprintf(page->to, "\\%c", *c);
        else
            (void)fputc(*c, page->to);
    }
}

static void zsh_value(FILE *to, const char *name, const char *kind)
{
    (void)fputs(":", to);
    for (const char *c = name; *c != '\0'; c++) {
        if (strchr("[]:'", *c) == NULL)
            (void)fputc(*c, to);
    }
    (void)fprintf(to, ":_voteanchor_value \"%s\"", kind);
}

static void zsh_option(const struct vota_page *page, const char *command,
                       const struct vota_option *option)
{
    char kind[KIND_CAP];
    const char *many = option->repeat ? "*" : "";
    kind[0] = '\0';
    if (option->value != NULL)
        kind_of(kind, command, option->name, option->value);
    for (int letter = 0; letter < (option->letter == '\0' ? 1 : 2); letter++) {
        if (letter == 0)
            (void)fprintf(page->to, "            '%s--%s%s[", many, option->name,
                          option->value == NULL ? "" : "=");
        else
            (void)fprintf(page->to, "            '%s-%c%s[", many, option->letter,
                          option->value == NULL ? "" : "+");
        zsh_explain(page, option->help);
        (void)fputc(']', page->to);
        if (option->value != NULL)
            zsh_value(page->to, option->value, kind);
        (void)fputs("'\n", page->to);
    }
}

static void zsh_action(const struct vota_page *page, const struct vota_command *command,
                       const struct vota_action *action)
{
    char key[64];
    char word[64];
    char kind[KIND_CAP];
    key_of(key, sizeof key, command, action);
    argument_of(word, sizeof word, action);
    argument_kind(kind, command, action);
    (void)fprintf(page->to, "    '%s')\n        specs=(\n", key);
    for (size_t i = 0; i < action->n_options; i++)
        zsh_option(page, command->name, &action->options[i]);
    if (action->max_args > 0) {
        (void)fputs("            '*", page->to);
        zsh_value(page->to, word, kind);
        (void)fputs("'\n", page->to);
    }
    (void)fputs("        ) ;;\n", page->to);
}

static void zsh_words(const struct vota_page *page, const char *command,
                      const struct vota_action *actions, size_t n)
{
    (void)fprintf(page->to, "    '%s')\n        choices=(\n", command);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(page->to, "            '%s:", actions[i].name);
        zsh_explain(page, actions[i].summary);
        (void)fputs("'\n", page->to);
    }
    (void)fputs("        ) ;;\n", page->to);
}

static void zsh_commands(const struct vota_page *page)
{
    (void)fputs("    '')\n        choices=(\n", page->to);
    for (size_t i = 0; i < page->n_commands; i++) {
        (void)fprintf(page->to, "            '%s:", page->commands[i]->name);
        zsh_explain(page, page->commands[i]->summary);
        (void)fputs("'\n", page->to);
    }
    (void)fputs("        ) ;;\n", page->to);
    for (size_t i = 0; i < page->n_commands; i++) {
        const struct vota_command *command = page->commands[i];
        if (command->actions[0].name != NULL)
            zsh_words(page, command->name, command->actions, command->n_actions);
    }
}

void vota_completion_zsh(const struct vota_page *page)
{
    (void)fputs("\n# Made from the program's own tables by packaging/manual.\n"
                "_voteanchor_common() {\n    specs=(\n",
                page->to);
    for (size_t i = 0; i < vota_help_common_count; i++)
        zsh_option(page, "", &vota_help_common[i]);
    (void)fputs("    )\n}\n\n_voteanchor_choices() { # _voteanchor_choices COMMAND\n"
                "    choices=()\n    case $1 in\n",
                page->to);
    zsh_commands(page);
    (void)fputs("    esac\n}\n\n_voteanchor_table() { # _voteanchor_table 'COMMAND ACTION'\n"
                "    specs=()\n    case $1 in\n",
                page->to);
    for (size_t i = 0; i < page->n_commands; i++) {
        for (size_t k = 0; k < page->commands[i]->n_actions; k++)
            zsh_action(page, page->commands[i], &page->commands[i]->actions[k]);
    }
    (void)fputs("    esac\n}\n", page->to);
}
