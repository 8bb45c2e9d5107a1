/* SPDX-License-Identifier: Apache-2.0 */
/* `init`: makes a directory with its configuration, store and secrets. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/config_file.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/store/store_network.h"

static const char *no_environment(const char *name)
{
    (void)name;
    return NULL;
}

/* What the command line says, in the words of the configuration file. */
struct wanted {
    struct vota_config_file_line lines[VOTA_CONFIG_FILE_MAX_LINES];
    size_t n;
    char url_file[PATH_MAX];
};

static void want(struct wanted *wanted, const char *key, const char *value)
{
    if (value != NULL && wanted->n < VOTA_CONFIG_FILE_MAX_LINES)
        wanted->lines[wanted->n++] = (struct vota_config_file_line){key, value};
}

/* The file is named from where the person stands, the configuration from DIR: so by its full path.
 */
static int want_url_file(struct vota_cli *cli, struct wanted *wanted, const char *path)
{
    if (path == NULL)
        return VOTA_EXIT_OK;
    if (realpath(path, wanted->url_file) == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.file", "file", path, "reason",
                             vota_cli_reason(cli, "no-file"), NULL);
    want(wanted, "rpc.url_file", wanted->url_file);
    return VOTA_EXIT_OK;
}

static int check_urls(struct vota_cli *cli, const struct vota_args *args)
{
    if (vota_args_count(args, "rpc") > VOTA_CONFIG_MAX_URLS)
        return vota_cli_fail(cli, VOTA_EXIT_USAGE, "error.rpc-url", "number", "9", "reason",
                             vota_cli_reason(cli, "too-many-urls"), NULL);
    for (size_t i = 0; i < vota_args_count(args, "rpc"); i++) {
        char number[VOTA_OUTPUT_NUMBER_CAP];
        const char *problem = vota_url_problem(vota_args_nth(args, "rpc", i), false);
        vota_output_number(number, i + 1);
        if (problem != NULL) /* the address itself is not repeated: it may hold a key */
            return vota_cli_fail(cli, VOTA_EXIT_USAGE, "error.rpc-url", "number", number, "reason",
                                 vota_cli_reason(cli, problem), NULL);
    }
    return VOTA_EXIT_OK;
}

/* Checked here, so that the complaint names the option and not a file that is not there yet. */
static int check_network(struct vota_cli *cli, const struct vota_args *args)
{
    const char *name = vota_args_value(args, "network");
    if (vota_network_preset(name) != NULL)
        return VOTA_EXIT_OK;
    return vota_cli_usage(cli, "error.bad-network", name, NULL);
}

/* Text of the new file, which reads back as meant; heap that the caller frees. */
static int render(struct vota_cli *cli, const struct wanted *wanted, char **ret_text,
                  struct vota_config *ret_config)
{
    size_t len = 0;
    struct vota_config_error error;
    FILE *stream = open_memstream(ret_text, &len);
    if (stream == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    vota_config_file_write(cli, stream, wanted->lines, wanted->n);
    if (fclose(stream) != 0)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    if (vota_config_parse(ret_config, *ret_text, no_environment, &error) != VOTA_OK)
        return vota_cli_fail_config(cli, &error);
    return VOTA_EXIT_OK;
}

static int make_store(struct vota_cli *cli, const char *network)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_store *store = NULL;
    struct vota_store_network known;
    struct vota_error err = {0};
    int64_t id = 0;
    enum vota_status status = vota_directory_path(&cli->dir, path, VOTA_DIRECTORY_STORE, &err);
    if (status == VOTA_OK)
        status = vota_store_open(&store, path, VOTA_STORE_CREATE, &err);
    if (status == VOTA_OK)
        status = vota_store_begin(store, &err);
    /* an earlier init may have been interrupted after this */
    if (status == VOTA_OK && vota_store_network_get(&known, store, network, NULL) != VOTA_OK)
        status = vota_store_network_add(&id, store, network, &err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, &err);
    vota_store_free(store);
    return status == VOTA_OK ? VOTA_EXIT_OK : vota_cli_fail_error(cli, &err, "error.store", NULL);
}

/* The configuration comes last: a directory that has one is complete. */
static int make_all(struct vota_cli *cli, const char *text, const char *network)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {0};
    if (vota_directory_create(&cli->dir, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.init", "dir", cli->dir.path, NULL);
    const int code = make_store(cli, network);
    if (code != VOTA_EXIT_OK)
        return code;
    enum vota_status status = vota_directory_path(&cli->dir, path, VOTA_DIRECTORY_CONFIG, &err);
    if (status == VOTA_OK)
        status = vota_directory_write_new(path, text, strlen(text), 0640, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.init", "dir", cli->dir.path, NULL);
    return VOTA_EXIT_OK;
}

static void report_json(const struct vota_cli *cli, const struct vota_config *config)
{
    const struct vota_config_network *network = &config->network[VOTA_CONFIG_PRIMARY];
    struct vota_json json;
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "directory", cli->dir.path);
    vota_json_text(&json, "network", network->preset);
    vota_json_number(&json, "chain_id", network->chain_id);
    vota_json_text(&json, "config", VOTA_DIRECTORY_CONFIG);
    vota_json_text(&json, "store", VOTA_DIRECTORY_STORE);
    vota_json_finish(&json);
}

static void report(const struct vota_cli *cli, const struct vota_config *config)
{
    const struct vota_config_network *network = &config->network[VOTA_CONFIG_PRIMARY];
    char chain_id[VOTA_OUTPUT_NUMBER_CAP];
    (void)snprintf(chain_id, sizeof chain_id, "%llu", (unsigned long long)network->chain_id);
    vota_cli_say(cli, "init.done", "dir", cli->dir.path, "network",
                 vota_text(cli, vota_network_preset(network->preset)->text), "chain", chain_id,
                 NULL);
    const struct vota_table_line files[] = {
        {"init.config", VOTA_DIRECTORY_CONFIG},
        {"init.store", VOTA_DIRECTORY_STORE},
        {"init.secrets", VOTA_DIRECTORY_SECRETS "/"},
    };
    vota_table_fields(cli, VOTA_TABLE(files));
    if (network->n_urls == 0 && network->url_file[0] == '\0')
        vota_cli_say(cli, "init.no-rpc", NULL);
    vota_cli_say(cli, "init.next", "dir", cli->dir.path, NULL);
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct wanted wanted = {.n = 0};
    struct vota_config config = {.city = ""};
    char *text = NULL;
    int code = check_network(cli, args);
    if (code == VOTA_EXIT_OK)
        code = check_urls(cli, args);
    want(&wanted, "city.name", vota_args_value(args, "city"));
    want(&wanted, "network.preset", vota_args_value(args, "network"));
    want(&wanted, "network.chain_id", vota_args_value(args, "chain-id"));
    for (size_t i = 0; i < vota_args_count(args, "rpc"); i++)
        want(&wanted, "rpc.url", vota_args_nth(args, "rpc", i));
    if (code == VOTA_EXIT_OK)
        code = want_url_file(cli, &wanted, vota_args_value(args, "url-file"));
    if (code == VOTA_EXIT_OK)
        code = render(cli, &wanted, &text, &config);
    if (code == VOTA_EXIT_OK)
        code = make_all(cli, text, config.network[VOTA_CONFIG_PRIMARY].preset);
    free(text);
    if (code != VOTA_EXIT_OK)
        return code;
    if (cli->json)
        report_json(cli, &config);
    else
        report(cli, &config);
    return VOTA_EXIT_OK;
}

static const struct vota_option options[] = {
    {.name = "network", .value = "NAME", .required = true, .help = "help.init.network"},
    {.name = "city", .value = "NAME", .help = "help.init.city"},
    {.name = "rpc", .value = "URL", .repeat = true, .help = "help.init.rpc"},
    {.name = "url-file", .value = "FILE", .help = "help.init.url-file"},
    {.name = "chain-id", .value = "NUMBER", .help = "help.init.chain-id"},
};

static const struct vota_example examples[] = {
    {"help.init.example-dev", "-C guri init --network dev --rpc http://127.0.0.1:8545"},
    {"help.init.example-hoodi", "-C guri init --network hoodi --city 구리시 --url-file rpc.txt"},
};

static const struct vota_action actions[] = {{
    .synopsis = "--network NAME [--city NAME] [--rpc URL]... [--url-file FILE]",
    .summary = "help.init.summary",
    .about = "help.init.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .run = run,
}};

const struct vota_command vota_cmd_init = {"init", "help.init.summary", VOTA_TABLE(actions)};
