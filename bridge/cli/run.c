/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the words on the command line to the action that was asked for. It
 * performs nothing itself.
 */
#include "bridge/cli/run.h"

#include <string.h>
#include <unistd.h>

#include "bridge/cli/help.h"
#include "proof/bytes.h"

#define OPTIONS_MAX  40u
#define COMMANDS_MAX 64u

void vota_run_init(struct vota_cli *cli, const char *(*get)(const char *name))
{
    const char *dir = get("VOTEANCHOR_DIR");
    const char *no_color = get("NO_COLOR");
    const char *charset = get("LC_ALL");
    if (charset == NULL || charset[0] == '\0')
        charset = get("LC_CTYPE");
    if (charset == NULL || charset[0] == '\0')
        charset = get("LANG");
    cli->dir.path = dir == NULL || dir[0] == '\0' ? "." : dir;
    cli->lang = vota_text_lang_of_env(get);
    cli->utf8 =
        charset != NULL && (strstr(charset, "UTF-8") != NULL || strstr(charset, "utf8") != NULL);
    cli->out_tty = isatty(fileno(cli->out)) == 1;
    cli->err_tty = isatty(fileno(cli->err)) == 1;
    cli->color = cli->out_tty && (no_color == NULL || no_color[0] == '\0');
}

/*
 * --lang and --json are looked for first, so that also a complaint about the
 * rest comes in the language and form that the reader expects.
 */
static void find_manner(struct vota_cli *cli, int argc, char **argv)
{
    for (int i = 1; i < argc && argv[i] != NULL && strcmp(argv[i], "--") != 0; i++) {
        const char *name = NULL;
        if (strcmp(argv[i], "--json") == 0)
            cli->json = true;
        else if (strncmp(argv[i], "--lang=", 7) == 0)
            name = argv[i] + 7;
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            name = argv[i + 1];
        enum vota_lang lang;
        if (name != NULL && vota_text_lang(&lang, name))
            cli->lang = lang;
    }
}

static int unknown(const struct vota_cli *cli, const char *key, const char *key_near,
                   const char *given, const char *nearest)
{
    return vota_cli_usage(cli, nearest == NULL ? key : key_near, given, nearest);
}

static int option_error(const struct vota_cli *cli, const struct vota_option *options, size_t n,
                        const struct vota_error *err)
{
    if (strcmp(err->text, "needs-value") == 0)
        return vota_cli_usage(cli, "error.needs-value", err->where, NULL);
    if (strcmp(err->text, "takes-no-value") == 0)
        return vota_cli_usage(cli, "error.takes-no-value", err->where, NULL);
    if (strcmp(err->text, "given-twice") == 0)
        return vota_cli_usage(cli, "error.given-twice", err->where, NULL);
    if (strcmp(err->text, "too-many-options") == 0)
        return vota_cli_usage(cli, "error.too-many-options", err->where, NULL);
    const char *names[OPTIONS_MAX];
    for (size_t i = 0; i < n; i++)
        names[i] = options[i].name;
    const char *nearest =
        strncmp(err->where, "--", 2) == 0 ? vota_options_nearest(err->where + 2, names, n) : NULL;
    return unknown(cli, "error.unknown-option", "error.unknown-option-near", err->where, nearest);
}

/* The options that stand everywhere; false when --lang names no language. */
static bool apply_common(struct vota_cli *cli, const struct vota_args *args)
{
    const char *lang = vota_args_value(args, "lang");
    if (vota_args_has(args, "json"))
        cli->json = true;
    if (vota_args_has(args, "dir"))
        cli->dir.path = vota_args_value(args, "dir");
    return lang == NULL || vota_text_lang(&cli->lang, lang);
}

static int run_action(struct vota_cli *cli, const struct vota_args *args, void (*before_keys)(void))
{
    const struct vota_action *action = cli->action;
    const struct vota_option *missing = vota_args_missing(args);
    if (missing != NULL)
        return vota_cli_usage(cli, "error.option-missing", missing->name, missing->value);
    if (args->n_positional < action->min_args)
        return vota_cli_usage(cli, "error.too-few-arguments", action->synopsis, NULL);
    if (args->n_positional > action->max_args)
        return vota_cli_usage(cli, "error.too-many-arguments", args->positional[action->max_args],
                              NULL);
    if (action->loads_keys)
        before_keys();
    return action->run(cli, args);
}

/* The action's own options, then the common ones. */
static size_t merge_options(struct vota_option *ret_options, const struct vota_action *action)
{
    VOTA_ASSERT(action->n_options + vota_help_common_count <= OPTIONS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < action->n_options; i++)
        ret_options[n++] = action->options[i];
    for (size_t i = 0; i < vota_help_common_count; i++)
        ret_options[n++] = vota_help_common[i];
    return n;
}

static int parse_and_run(struct vota_cli *cli, struct vota_words words, void (*before_keys)(void))
{
    struct vota_option options[OPTIONS_MAX];
    const size_t n = merge_options(options, cli->action);
    struct vota_args args;
    struct vota_error err = {0};
    if (vota_options_parse(&args, options, n, words, false, &err) != VOTA_OK)
        return option_error(cli, options, n, &err);
    if (!apply_common(cli, &args))
        return vota_cli_usage(cli, "error.bad-lang", vota_args_value(&args, "lang"), NULL);
    if (vota_args_has(&args, "help")) {
        vota_help_action(cli, cli->command, cli->action);
        return VOTA_EXIT_OK;
    }
    return run_action(cli, &args, before_keys);
}

/* What stands behind the program's, the command's or the action's name. */
static struct vota_words behind_first(struct vota_words words)
{
    return (struct vota_words){words.argv + 1, words.argc - 1};
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* Picks the action of a command that has several, by its next word. */
static int pick_action(struct vota_cli *cli, struct vota_words words, void (*before_keys)(void))
{
    const struct vota_command *command = cli->command;
    const char *names[COMMANDS_MAX];
    if (command->actions[0].name == NULL) {
        cli->action = &command->actions[0];
        return parse_and_run(cli, words, before_keys);
    }
    if (words.argc > 0 && is_help(words.argv[0])) {
        vota_help_command(cli, command);
        return VOTA_EXIT_OK;
    }
    if (words.argc == 0 || words.argv[0][0] == '-')
        return vota_cli_usage(cli, "error.no-action", command->name, NULL);
    for (size_t i = 0; i < command->n_actions; i++) {
        names[i] = command->actions[i].name;
        if (strcmp(names[i], words.argv[0]) != 0)
            continue;
        cli->action = &command->actions[i];
        return parse_and_run(cli, behind_first(words), before_keys);
    }
    return unknown(cli, "error.unknown-action", "error.unknown-action-near", words.argv[0],
                   vota_options_nearest(words.argv[0], names, command->n_actions));
}

static int pick_command(struct vota_cli *cli, const struct vota_command *const *commands, size_t n,
                        const struct vota_args *args, void (*before_keys)(void))
{
    const char *names[COMMANDS_MAX];
    const char *word = args->positional[0];
    VOTA_ASSERT(n <= COMMANDS_MAX);
    for (size_t i = 0; i < n; i++) {
        names[i] = commands[i]->name;
        if (strcmp(names[i], word) != 0)
            continue;
        cli->command = commands[i];
        return pick_action(cli,
                           behind_first((struct vota_words){args->positional, args->n_positional}),
                           before_keys);
    }
    return unknown(cli, "error.unknown-command", "error.unknown-command-near", word,
                   vota_options_nearest(word, names, n));
}

int vota_run(struct vota_cli *cli, const struct vota_command *const *commands, size_t n_commands,
             int argc, char **argv, void (*before_keys)(void))
{
    struct vota_args args;
    struct vota_error err = {0};
    find_manner(cli, argc, argv);
    const struct vota_words words = behind_first((struct vota_words){argv, (size_t)argc});
    if (vota_options_parse(&args, vota_help_common, vota_help_common_count, words, true, &err) !=
        VOTA_OK)
        return option_error(cli, vota_help_common, vota_help_common_count, &err);
    if (!apply_common(cli, &args))
        return vota_cli_usage(cli, "error.bad-lang", vota_args_value(&args, "lang"), NULL);
    const bool asks_help = args.n_positional > 0 && is_help(args.positional[0]);
    if (vota_args_has(&args, "help") || (asks_help && args.n_positional == 1)) {
        vota_help_program(cli, commands, n_commands);
        return VOTA_EXIT_OK;
    }
    if (args.n_positional == 0)
        return vota_cli_usage(cli, "error.no-command", "", NULL);
    return pick_command(cli, commands, n_commands, &args, before_keys);
}
