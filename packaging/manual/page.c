/* SPDX-License-Identifier: Apache-2.0 */
/* See page.h. How a page is laid out; what it says is in the tables and the catalogue. */
#include "packaging/manual/page.h"

#include <string.h>

#include "bridge/cli/help.h"
#include "packaging/manual/roff.h"

#define TEXT_CAP 4096u

static const char *text_of(const struct vota_page *page, const char *key)
{
    const char *text = vota_text_find(page->lang, key);
    return text == NULL ? key : text;
}

static void begin(const struct vota_page *page, const char *name, const char *section,
                  const char *summary)
{
    char title[64];
    (void)snprintf(title, sizeof title, "%s", name);
    for (char *c = title; *c != '\0'; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
    (void)fputs(".\\\" Made from the program's own tables and text/*.json by packaging/manual.\n",
                page->to);
    (void)fputs(".TH \"", page->to);
    vota_roff_text(page->to, title);
    (void)fprintf(page->to, "\" %s \"\" \"voteanchor %s\" \"%s\"\n", section, page->version,
                  text_of(page, "manual.title"));
    /* Hangul is not stretched, options are not broken; HY is what a heading goes back to. */
    (void)fputs(".nr HY 0\n.nh\n.ad l\n", page->to);
    vota_roff_request(page->to, ".SH", text_of(page, "manual.name"));
    vota_roff_text(page->to, name);
    (void)fputs(" \\- ", page->to);
    vota_roff_text(page->to, text_of(page, summary));
    (void)fputc('\n', page->to);
}

static void heading(const struct vota_page *page, const char *key)
{
    vota_roff_request(page->to, ".SH", text_of(page, key));
}

static void prose(const struct vota_page *page, const char *key)
{
    vota_roff_prose(page->to, text_of(page, key));
}

static void synopsis(const struct vota_page *page, const char *command,
                     const struct vota_action *action)
{
    (void)fprintf(page->to, ".SY voteanchor\n[\\fB\\-C\\fR \\fIDIR\\fR] \\fB%s%s%s\\fR ", command,
                  action->name == NULL ? "" : " ", action->name == NULL ? "" : action->name);
    vota_roff_synopsis(page->to, action->synopsis);
    (void)fputs("\n.YS\n", page->to);
}

/* "item" in bold with its explanation beside or below it. */
static void item(const struct vota_page *page, const char *name, const char *key)
{
    (void)fputs(".TP\n\\fB", page->to);
    vota_roff_text(page->to, name);
    (void)fputs("\\fR\n", page->to);
    vota_roff_text(page->to, text_of(page, key));
    (void)fputc('\n', page->to);
}

static void option(const struct vota_page *page, const struct vota_option *option)
{
    (void)fputs(".TP\n", page->to);
    if (option->letter != '\0')
        (void)fprintf(page->to, "\\fB\\-%c\\fR, ", option->letter);
    (void)fputs("\\fB\\-\\-", page->to);
    vota_roff_text(page->to, option->name);
    (void)fputs("\\fR", page->to);
    if (option->value != NULL) {
        (void)fputs(" \\fI", page->to);
        vota_roff_text(page->to, option->value);
        (void)fputs("\\fR", page->to);
    }
    (void)fputs(option->repeat ? " ...\n" : "\n", page->to);
    vota_roff_text(page->to, text_of(page, option->help));
    (void)fputc('\n', page->to);
}

static void options(const struct vota_page *page, const struct vota_option *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        option(page, &table[i]);
}

/* Lines of "CODE  meaning". */
static void exits(const struct vota_page *page, const char *key)
{
    char line[TEXT_CAP];
    for (const char *at = text_of(page, key); *at != '\0';) {
        const size_t len = strcspn(at, "\n");
        (void)snprintf(line, sizeof line, "%.*s", (int)len, at);
        const size_t code = strcspn(line, " ");
        (void)fprintf(page->to, ".TP 4\n%.*s\n", (int)code, line);
        vota_roff_text(page->to, line + code + strspn(line + code, " "));
        (void)fputc('\n', page->to);
        at += len;
        at += *at == '\n';
    }
}

static const char *exits_of(const struct vota_action *action)
{
    return action->exits == NULL ? "help.exits.usual" : action->exits;
}

static void examples(const struct vota_page *page, const struct vota_action *action)
{
    for (size_t i = 0; i < action->n_examples; i++) {
        if (i > 0)
            (void)fputs(".PP\n", page->to);
        vota_roff_text(page->to, text_of(page, action->examples[i].about));
        (void)fputs("\n.RS 4\n.EX\n$ voteanchor ", page->to);
        vota_roff_text(page->to, action->examples[i].line);
        (void)fputs("\n.EE\n.RE\n", page->to);
    }
}

static void see_also(const struct vota_page *page, const char *references)
{
    heading(page, "manual.see-also");
    (void)fputs(references, page->to);
}

static void environment(const struct vota_page *page)
{
    heading(page, "manual.environment");
    item(page, "VOTEANCHOR_DIR", "manual.env.dir");
    item(page, "VOTEANCHOR_SECTION_KEY", "manual.env.key");
    item(page, "LC_ALL, LC_MESSAGES, LANG", "manual.env.lang");
    item(page, "NO_COLOR", "manual.env.no-color");
}

static void files(const struct vota_page *page)
{
    heading(page, "manual.files");
    item(page, "DIR/voteanchor.ini", "manual.file.config");
    item(page, "DIR/voteanchor.db", "manual.file.store");
    item(page, "DIR/secrets/", "manual.file.secrets");
    item(page, "/var/lib/voteanchor/", "manual.file.dir");
    item(page, "/etc/voteanchor/password", "manual.file.password");
    item(page, "/etc/default/voteanchor", "manual.file.default");
}

void vota_page_program(const struct vota_page *page)
{
    begin(page, "voteanchor", "1", "help.program.summary");
    heading(page, "manual.synopsis");
    (void)fputs(".SY voteanchor\n[\\fB\\-C\\fR \\fIDIR\\fR] [\\fB\\-\\-lang\\fR en|ko] "
                "[\\fB\\-\\-json\\fR] \\fICOMMAND\\fR ...\n.YS\n",
                page->to);
    heading(page, "manual.description");
    prose(page, "help.program.about");
    heading(page, "manual.commands");
    for (size_t i = 0; i < page->n_commands; i++) {
        (void)fprintf(page->to, ".TP\n.BR voteanchor\\-%s (1)\n", page->commands[i]->name);
        vota_roff_text(page->to, text_of(page, page->commands[i]->summary));
        (void)fputc('\n', page->to);
    }
    heading(page, "manual.options");
    options(page, vota_help_common, vota_help_common_count);
    heading(page, "manual.exits");
    exits(page, "help.program.exits");
    environment(page);
    files(page);
    see_also(page, ".BR voteanchor.ini (5),\n.BR systemctl (1)\n");
}

/* One of several things that a command does: all about it below its name. */
static void subsection(const struct vota_page *page, const struct vota_command *command,
                       const struct vota_action *action)
{
    char title[128];
    (void)snprintf(title, sizeof title, "%s %s", command->name, action->name);
    vota_roff_request(page->to, ".SS", title);
    prose(page, action->about);
    options(page, action->options, action->n_options);
    if (action->exits != NULL) {
        (void)fputs(".PP\n", page->to);
        vota_roff_text(page->to, text_of(page, "manual.exits-here"));
        (void)fputc('\n', page->to);
        exits(page, action->exits);
    }
    if (action->n_examples > 0)
        (void)fputs(".PP\n", page->to);
    examples(page, action);
}

static void several(const struct vota_page *page, const struct vota_command *command)
{
    heading(page, "manual.description");
    for (size_t i = 0; i < command->n_actions; i++)
        item(page, command->actions[i].name, command->actions[i].summary);
    heading(page, "manual.commands");
    for (size_t i = 0; i < command->n_actions; i++)
        subsection(page, command, &command->actions[i]);
    heading(page, "manual.options");
    options(page, vota_help_common, vota_help_common_count);
    heading(page, "manual.exits");
    exits(page, "help.exits.usual");
}

static void single(const struct vota_page *page, const struct vota_action *action)
{
    heading(page, "manual.description");
    prose(page, action->about);
    heading(page, "manual.options");
    options(page, action->options, action->n_options);
    options(page, vota_help_common, vota_help_common_count);
    heading(page, "manual.exits");
    exits(page, exits_of(action));
    if (action->n_examples == 0)
        return;
    heading(page, "manual.examples");
    examples(page, action);
}

void vota_page_command(const struct vota_page *page, const struct vota_command *command)
{
    char name[64];
    (void)snprintf(name, sizeof name, "voteanchor-%s", command->name);
    begin(page, name, "1", command->summary);
    heading(page, "manual.synopsis");
    for (size_t i = 0; i < command->n_actions; i++)
        synopsis(page, command->name, &command->actions[i]);
    if (command->actions[0].name == NULL)
        single(page, &command->actions[0]);
    else
        several(page, command);
    see_also(page, ".BR voteanchor (1),\n.BR voteanchor.ini (5)\n");
}

/* What a key may be, its default and its variable, as `init` writes them into the file. */
static void key_facts(const struct vota_page *page, const struct vota_config_key *key)
{
    char variable[VOTA_CONFIG_VARIABLE_CAP];
    char facts[TEXT_CAP] = "";
    struct vota_text_values values = {.n = 0};
    vota_config_variable(key, variable);
    vota_text_values_add(&values, "limit", key->limit);
    vota_text_values_add(&values, "default", key->fallback == NULL ? "" : key->fallback);
    vota_text_values_add(&values, "variable", variable);
    FILE *to = fmemopen(facts, sizeof facts, "w");
    if (to == NULL)
        return;
    vota_text_write(to,
                    text_of(page, key->type == VOTA_CONFIG_URLS ? "config.facts-list"
                                  : key->fallback == NULL       ? "config.facts"
                                                                : "config.facts-default"),
                    &values);
    (void)fclose(to);
    (void)fputs(".br\n", page->to);
    vota_roff_text(page->to, facts);
    (void)fputc('\n', page->to);
}

void vota_page_config(const struct vota_page *page)
{
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    const char *section = "";
    begin(page, "voteanchor.ini", "5", "manual.config.summary");
    heading(page, "manual.description");
    prose(page, "manual.config.about");
    heading(page, "manual.keys");
    for (size_t i = 0; i < n; i++) {
        char title[64];
        (void)snprintf(title, sizeof title, "[%s]", keys[i].section);
        if (strcmp(section, keys[i].section) != 0)
            vota_roff_request(page->to, ".SS", title);
        section = keys[i].section;
        item(page, keys[i].name, keys[i].text);
        key_facts(page, &keys[i]);
    }
    see_also(page, ".BR voteanchor (1),\n.BR voteanchor\\-init (1),\n"
                   ".BR voteanchor\\-config (1)\n");
}
