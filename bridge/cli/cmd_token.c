/* SPDX-License-Identifier: Apache-2.0 */
/* `token`: makes, shows and takes back the tokens that clients of the service carry. */
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/token.h"
#include "proof/bytes.h"

/* A directory of ours, so that a mistyped -C makes no file elsewhere. */
static int check_directory(const struct vota_cli *cli)
{
    if (vota_directory_check(&cli->dir, NULL) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.no-directory", "dir", cli->dir.path, NULL);
}

/* The token is the output's only line, so that a script can keep it without seeing it. */
static void show_new(const struct vota_cli *cli, const char *client, unsigned scopes,
                     const char *text)
{
    char words[VOTA_TOKEN_SCOPES_CAP];
    struct vota_json json;
    if (!cli->json) {
        (void)fprintf(cli->out, "%s\n", text);
        vota_cli_warn(cli, "warning.token-once", "client", client, NULL);
        return;
    }
    vota_token_scopes_write(words, scopes);
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "client", client);
    vota_json_text(&json, "scopes", words);
    vota_json_text(&json, "token", text);
    vota_json_finish(&json);
}

static int run_new(struct vota_cli *cli, const struct vota_args *args)
{
    char text[VOTA_TOKEN_CHARS + 1];
    struct vota_error err = {0};
    unsigned scopes = 0;
    const char *client = args->positional[0];
    const char *words = vota_args_value(args, "scope");
    const int code = check_directory(cli);
    if (code != VOTA_EXIT_OK)
        return code;
    if (!vota_token_client_ok(client))
        return vota_cli_usage(cli, "error.bad-client", client, NULL);
    if (!vota_token_scopes_read(&scopes, words))
        return vota_cli_usage(cli, "error.bad-scope", words, NULL);
    if (vota_token_create(text, &cli->dir, client, scopes, vota_session_now(), &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.token", "client", client, NULL);
    show_new(cli, client, scopes, text);
    vota_bytes_wipe(text, sizeof text);
    return VOTA_EXIT_OK;
}

static int run_revoke(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_error err = {0};
    const char *client = args->positional[0];
    const int code = check_directory(cli);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_token_revoke(&cli->dir, client, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.token", "client", client, NULL);
    if (!cli->json)
        vota_cli_say(cli, "token.revoked", "client", client, NULL);
    return VOTA_EXIT_OK;
}

static void list_json(const struct vota_cli *cli, const struct vota_tokens *tokens)
{
    struct vota_json json;
    char scopes[VOTA_TOKEN_SCOPES_CAP];
    vota_json_begin(&json, cli->out);
    vota_json_array(&json, "tokens");
    for (size_t i = 0; i < tokens->n; i++) {
        vota_token_scopes_write(scopes, tokens->token[i].scopes);
        vota_json_object(&json, NULL);
        vota_json_text(&json, "client", tokens->token[i].client);
        vota_json_text(&json, "scopes", scopes);
        vota_json_time(&json, "created", tokens->token[i].created);
        vota_json_end(&json);
    }
    vota_json_end(&json);
    vota_json_finish(&json);
}

static int list_text(const struct vota_cli *cli, const struct vota_tokens *tokens)
{
    static const struct vota_column columns[] = {{"token.column.client", false},
                                                 {"token.column.scopes", false},
                                                 {"token.column.created", false}};
    struct vota_table table;
    enum vota_status status = VOTA_OK;
    vota_table_init(&table, VOTA_TABLE(columns));
    for (size_t i = 0; status == VOTA_OK && i < tokens->n; i++) {
        char scopes[VOTA_TOKEN_SCOPES_CAP];
        char created[VOTA_OUTPUT_TIME_CAP];
        vota_token_scopes_write(scopes, tokens->token[i].scopes);
        vota_output_time(cli, created, tokens->token[i].created);
        const char *const cells[] = {tokens->token[i].client, scopes, created};
        status = vota_table_add(&table, cells);
    }
    if (status == VOTA_OK && tokens->n > 0)
        vota_table_print(&table, cli);
    else if (status == VOTA_OK)
        vota_cli_say(cli, "token.none", NULL);
    vota_table_done(&table);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
}

static int run_list(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_error err = {0};
    (void)args;
    int code = check_directory(cli);
    if (code != VOTA_EXIT_OK)
        return code;
    struct vota_tokens *tokens = malloc(sizeof *tokens);
    if (tokens == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    if (vota_tokens_load(tokens, &cli->dir, &err) != VOTA_OK)
        code = vota_cli_fail_error(cli, &err, "error.tokens", NULL);
    else if (cli->json)
        list_json(cli, tokens);
    else
        code = list_text(cli, tokens);
    free(tokens);
    return code;
}

static const struct vota_option new_options[] = {
    {.name = "scope", .value = "SCOPE,...", .required = true, .help = "help.token.scope"}};

static const struct vota_example new_examples[] = {
    {"help.token.new.example", "-C guri token new homepage --scope submit,read"},
    {"help.token.new.example-keep", "-C guri token new homepage --scope submit,read > token.txt"}};
static const struct vota_example list_examples[] = {
    {"help.token.list.example", "-C guri token list"}};
static const struct vota_example revoke_examples[] = {
    {"help.token.revoke.example", "-C guri token revoke homepage"}};

static const struct vota_action actions[] = {
    {.name = "new",
     .synopsis = "CLIENT --scope SCOPE,...",
     .summary = "help.token.new.summary",
     .about = "help.token.new.about",
     .options = new_options,
     .n_options = VOTA_COUNT(new_options),
     .examples = new_examples,
     .n_examples = VOTA_COUNT(new_examples),
     .min_args = 1,
     .max_args = 1,
     .loads_keys = true,
     .run = run_new},
    {.name = "list",
     .synopsis = "",
     .summary = "help.token.list.summary",
     .about = "help.token.list.about",
     .examples = list_examples,
     .n_examples = VOTA_COUNT(list_examples),
     .run = run_list},
    {.name = "revoke",
     .synopsis = "CLIENT",
     .summary = "help.token.revoke.summary",
     .about = "help.token.revoke.about",
     .examples = revoke_examples,
     .n_examples = VOTA_COUNT(revoke_examples),
     .min_args = 1,
     .max_args = 1,
     .run = run_revoke},
};

const struct vota_command vota_cmd_token = {"token", "help.token.summary", VOTA_TABLE(actions)};
