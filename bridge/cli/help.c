/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Help pages, made from a command's own table and the text catalogue. It knows
 * how a page is laid out, no command.
 */
#include "bridge/cli/help.h"

#include <string.h>

#include "bridge/cli/output.h"

#define INDENT      2u
#define HANGING     6u  /* where a long usage line goes on */
#define DESCRIPTION 26u /* column where the explanation of an option begins */

const struct vota_option vota_help_common[] = {
    {.name = "dir", .letter = 'C', .value = "DIR", .help = "help.common.dir"},
    {.name = "lang", .value = "en|ko", .help = "help.common.lang"},
    {.name = "json", .help = "help.common.json"},
    {.name = "help", .letter = 'h', .help = "help.common.help"},
};
const size_t vota_help_common_count = VOTA_COUNT(vota_help_common);

/* "  left       explanation", the explanation on its own line where left is long. */
static void entry(const struct vota_cli *cli, const char *left, const char *explanation,
                  size_t column)
{
    size_t at = INDENT + vota_output_width(left);
    vota_output_spaces(cli->out, INDENT);
    (void)fputs(left, cli->out);
    if (at + 2 > column) {
        (void)fputc('\n', cli->out);
        at = 0;
    }
    vota_output_wrap(cli, explanation, column, at);
}

static void option_entry(const struct vota_cli *cli, const struct vota_option *option)
{
    char left[96];
    char letter[8] = "";
    if (option->letter != '\0')
        (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    (void)snprintf(left, sizeof left, "%s--%s%s%s%s", letter, option->name,
                   option->value == NULL ? "" : " ", option->value == NULL ? "" : option->value,
                   option->repeat ? " ..." : "");
    entry(cli, left, vota_text(cli, option->help), DESCRIPTION);
}

static void option_entries(const struct vota_cli *cli, const struct vota_option *options, size_t n)
{
    for (size_t i = 0; i < n; i++)
        option_entry(cli, &options[i]);
}

static void section(const struct vota_cli *cli, const char *key)
{
    (void)fputc('\n', cli->out);
    vota_output_heading(cli, key);
}

static void title(const struct vota_cli *cli, const char *command, const char *action,
                  const char *summary)
{
    char name[128];
    (void)snprintf(name, sizeof name, "voteanchor%s%s%s%s", command == NULL ? "" : " ",
                   command == NULL ? "" : command, action == NULL ? "" : " ",
                   action == NULL ? "" : action);
    vota_output_style(cli, VOTA_STYLE_BOLD);
    (void)fputs(name, cli->out);
    vota_output_plain(cli);
    (void)fputs(" - ", cli->out);
    vota_output_wrap(cli, vota_text(cli, summary), INDENT, strlen(name) + 3);
}

static void usage(const struct vota_cli *cli, const char *command, const struct vota_action *action)
{
    char start[128];
    (void)snprintf(start, sizeof start, "  voteanchor [-C DIR] %s%s%s ", command,
                   action->name == NULL ? "" : " ", action->name == NULL ? "" : action->name);
    (void)fputs(start, cli->out);
    vota_output_wrap(cli, action->synopsis, HANGING, strlen(start));
}

void vota_help_program(const struct vota_cli *cli, const struct vota_command *const *commands,
                       size_t n)
{
    title(cli, NULL, NULL, "help.program.summary");
    section(cli, "help.usage");
    (void)fputs("  voteanchor [-C DIR] [--lang en|ko] [--json] COMMAND ...\n", cli->out);
    section(cli, "help.description");
    vota_output_wrap(cli, vota_text(cli, "help.program.about"), INDENT, 0);
    section(cli, "help.commands");
    for (size_t i = 0; i < n; i++)
        entry(cli, commands[i]->name, vota_text(cli, commands[i]->summary), 14);
    section(cli, "help.options");
    option_entries(cli, vota_help_common, vota_help_common_count);
    section(cli, "help.exits");
    vota_output_wrap(cli, vota_text(cli, "help.program.exits"), INDENT, 0);
    (void)fputc('\n', cli->out);
    vota_output_wrap(cli, vota_text(cli, "help.program.more"), 0, 0);
}

void vota_help_command(const struct vota_cli *cli, const struct vota_command *command)
{
    if (command->actions[0].name == NULL) {
        vota_help_action(cli, command, &command->actions[0]);
        return;
    }
    title(cli, command->name, NULL, command->summary);
    section(cli, "help.usage");
    for (size_t i = 0; i < command->n_actions; i++)
        usage(cli, command->name, &command->actions[i]);
    section(cli, "help.commands");
    for (size_t i = 0; i < command->n_actions; i++)
        entry(cli, command->actions[i].name, vota_text(cli, command->actions[i].summary), 14);
    (void)fputc('\n', cli->out);
    vota_text_print(cli, cli->out, "help.command.more", "command", command->name, NULL);
    (void)fputc('\n', cli->out);
}

static void examples(const struct vota_cli *cli, const struct vota_action *action)
{
    section(cli, "help.examples");
    for (size_t i = 0; i < action->n_examples; i++) {
        vota_output_wrap(cli, vota_text(cli, action->examples[i].about), INDENT, 0);
        (void)fprintf(cli->out, "    $ voteanchor %s\n", action->examples[i].line);
    }
}

void vota_help_action(const struct vota_cli *cli, const struct vota_command *command,
                      const struct vota_action *action)
{
    title(cli, command->name, action->name, action->summary);
    section(cli, "help.usage");
    usage(cli, command->name, action);
    section(cli, "help.description");
    vota_output_wrap(cli, vota_text(cli, action->about), INDENT, 0);
    section(cli, "help.options");
    option_entries(cli, action->options, action->n_options);
    option_entries(cli, vota_help_common, vota_help_common_count);
    section(cli, "help.exits");
    vota_output_wrap(
        cli, vota_text(cli, action->exits == NULL ? "help.exits.usual" : action->exits), INDENT, 0);
    if (action->n_examples > 0)
        examples(cli, action);
}
