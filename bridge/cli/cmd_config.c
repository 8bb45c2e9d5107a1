/* SPDX-License-Identifier: Apache-2.0 */
/* `config check`: reads the configuration as every command does, and shows what it comes to. */
#include <inttypes.h>
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "proof/bytes.h"
#include "proof/hex.h"

extern char **environ;

static bool is_known_variable(const char *entry)
{
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    const size_t len = strcspn(entry, "=");
    char name[VOTA_CONFIG_VARIABLE_CAP];
    for (size_t i = 0; i < n; i++) {
        vota_config_variable(&keys[i], name);
        if (keys[i].type != VOTA_CONFIG_URLS && strlen(name) == len &&
            strncmp(entry, name, len) == 0)
            return true;
    }
    return strncmp(entry, "VOTEANCHOR_DIR=", 15) == 0;
}

/* A variable that nobody reads is most likely misspelt. Its value is not shown. */
static void warn_of_variables(const struct vota_cli *cli)
{
    for (char **entry = environ; *entry != NULL; entry++) {
        char name[128];
        if (strncmp(*entry, "VOTEANCHOR_", 11) != 0 || is_known_variable(*entry))
            continue;
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(*entry, "="), *entry);
        vota_cli_warn(cli, "config.unknown-variable", "name", name, NULL);
    }
}

/* A value as one would write it in the file. */
static void value_text(char *ret_text, size_t cap, const struct vota_config *config,
                       const struct vota_config_key *key)
{
    const uint8_t *at = (const uint8_t *)config + key->offset;
    uint64_t number = 0;
    struct vota_wr wr = vota_wr_of(ret_text, cap - 1);
    switch (key->type) {
    case VOTA_CONFIG_TEXT:
    case VOTA_CONFIG_NETWORK:
    case VOTA_CONFIG_KEY:
    case VOTA_CONFIG_KEY_HERE:
    case VOTA_CONFIG_CHOICE:
    case VOTA_CONFIG_LISTEN:
        (void)snprintf(ret_text, cap, "%s", (const char *)at);
        return;
    case VOTA_CONFIG_URL:
    case VOTA_CONFIG_PROXY:
        vota_url_shown(ret_text, cap, (const char *)at);
        return;
    case VOTA_CONFIG_ADDRESS:
    case VOTA_CONFIG_HASH:
        vota_hex_write(&wr, at, key->type == VOTA_CONFIG_HASH ? 32 : 20);
        ret_text[wr.len < cap ? wr.len : cap - 1] = '\0';
        return;
    case VOTA_CONFIG_URLS:
        ret_text[0] = '\0';
        return;
    case VOTA_CONFIG_COUNT:
    case VOTA_CONFIG_SECONDS:
    case VOTA_CONFIG_GWEI:
    case VOTA_CONFIG_ETHER:
        break;
    }
    vota_bytes_copy(&number, at, sizeof number);
    if (key->type == VOTA_CONFIG_GWEI)
        vota_output_gwei(ret_text, number);
    else if (key->type == VOTA_CONFIG_ETHER)
        vota_output_ether(ret_text, number);
    else
        (void)snprintf(ret_text, cap, "%" PRIu64 "%s", number,
                       key->type == VOTA_CONFIG_SECONDS ? "s" : "");
    ret_text[strcspn(ret_text, " ")] = '\0'; /* the unit is in the key's name */
}

static bool is_set(const struct vota_config *config, const struct vota_config_key *key)
{
    static const uint8_t zeros[32];
    const uint8_t *at = (const uint8_t *)config + key->offset;
    if (key->type == VOTA_CONFIG_TEXT || key->type == VOTA_CONFIG_URL ||
        key->type == VOTA_CONFIG_PROXY)
        return *at != '\0';
    if (key->type == VOTA_CONFIG_HASH || key->type == VOTA_CONFIG_ADDRESS)
        return !vota_bytes_equal(at, zeros, key->type == VOTA_CONFIG_HASH ? 32 : 20);
    return true;
}

static enum vota_status add_value(struct vota_table *table, const struct vota_config *config,
                                  const struct vota_config_key *key)
{
    char name[VOTA_CONFIG_VARIABLE_CAP];
    char value[VOTA_CONFIG_TEXT_MAX + 1];
    (void)snprintf(name, sizeof name, "%s.%s", key->section, key->name);
    value_text(value, sizeof value, config, key);
    const char *const cells[] = {name, is_set(config, key) ? value : "-"};
    return vota_table_add(table, cells);
}

/* The network whose list of urls a key is. */
static const struct vota_config_network *urls_of(const struct vota_config *config,
                                                 const struct vota_config_key *key)
{
    const size_t first = offsetof(struct vota_config, network);
    return &config->network[(key->offset - first) / sizeof config->network[0]];
}

static enum vota_status add_urls(struct vota_table *table, const struct vota_config *config,
                                 const struct vota_config_key *key)
{
    enum vota_status status = VOTA_OK;
    const struct vota_config_network *network = urls_of(config, key);
    for (size_t i = 0; status == VOTA_OK && i < network->n_urls; i++) {
        char name[VOTA_CONFIG_VARIABLE_CAP];
        char shown[VOTA_URL_MAX + 1];
        (void)snprintf(name, sizeof name, "%s.%s", key->section, key->name);
        vota_url_shown(shown, sizeof shown, network->url[i]);
        const char *const cells[] = {name, shown};
        status = vota_table_add(table, cells);
    }
    return status;
}

/* Keys of a network that the configuration does not have are not worth a line. */
static bool is_of_absent(const struct vota_config *config, const struct vota_config_key *key)
{
    for (unsigned i = VOTA_CONFIG_SECONDARY; i < VOTA_CONFIG_NETWORKS; i++) {
        const enum vota_config_place place = (enum vota_config_place)i;
        if (strcmp(key->section, vota_config_section(place)) == 0)
            return !vota_config_has(config, place);
    }
    return false;
}

static enum vota_status add_key(struct vota_table *table, const struct vota_config *config,
                                const struct vota_config_key *key)
{
    if (is_of_absent(config, key))
        return VOTA_OK;
    return key->type == VOTA_CONFIG_URLS ? add_urls(table, config, key)
                                         : add_value(table, config, key);
}

static int show(const struct vota_cli *cli, const struct vota_config *config)
{
    enum vota_status status = VOTA_OK;
    static const struct vota_column columns[] = {{"config.column.key", false},
                                                 {"config.column.value", false}};
    struct vota_table table;
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    vota_table_init(&table, VOTA_TABLE(columns));
    for (size_t i = 0; status == VOTA_OK && i < n; i++)
        status = add_key(&table, config, &keys[i]);
    if (status == VOTA_OK)
        vota_table_print(&table, cli);
    vota_table_done(&table);
    if (status != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const struct vota_config_network *primary = &config->network[VOTA_CONFIG_PRIMARY];
    vota_cli_say(cli, "config.good", "network",
                 vota_text(cli, vota_network_preset(primary->preset)->text), NULL);
    if (primary->n_urls == 0)
        vota_cli_warn(cli, "config.no-urls", NULL);
    return VOTA_EXIT_OK;
}

static void json_urls(struct vota_json *json, const char *name,
                      const struct vota_config_network *network)
{
    vota_json_array(json, name);
    for (size_t i = 0; i < network->n_urls; i++) {
        char shown[VOTA_URL_MAX + 1];
        vota_url_shown(shown, sizeof shown, network->url[i]);
        vota_json_text(json, NULL, shown);
    }
    vota_json_end(json);
}

static void show_json(const struct vota_cli *cli, const struct vota_config *config)
{
    struct vota_json json;
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    vota_json_begin(&json, cli->out);
    vota_json_object(&json, "config");
    for (size_t i = 0; i < n; i++) {
        char name[VOTA_CONFIG_VARIABLE_CAP];
        char value[VOTA_CONFIG_TEXT_MAX + 1];
        if (keys[i].type == VOTA_CONFIG_URLS || is_of_absent(config, &keys[i]))
            continue;
        (void)snprintf(name, sizeof name, "%s.%s", keys[i].section, keys[i].name);
        value_text(value, sizeof value, config, &keys[i]);
        vota_json_text(&json, name, is_set(config, &keys[i]) ? value : NULL);
    }
    vota_json_end(&json);
    json_urls(&json, "urls", &config->network[VOTA_CONFIG_PRIMARY]);
    if (vota_config_has(config, VOTA_CONFIG_SECONDARY))
        json_urls(&json, "secondary_urls", &config->network[VOTA_CONFIG_SECONDARY]);
    if (vota_config_has(config, VOTA_CONFIG_SUCCESSOR))
        json_urls(&json, "successor_urls", &config->network[VOTA_CONFIG_SUCCESSOR]);
    vota_json_finish(&json);
}

static int run_check(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_config config;
    (void)args;
    warn_of_variables(cli);
    const int code = vota_cli_load_config(cli, &config);
    if (code != VOTA_EXIT_OK)
        return code;
    if (!cli->json)
        return show(cli, &config);
    show_json(cli, &config);
    return VOTA_EXIT_OK;
}

static const struct vota_example examples[] = {
    {"help.config.check.example", "-C guri config check"}};

static const struct vota_action actions[] = {{
    .name = "check",
    .synopsis = "",
    .summary = "help.config.check.summary",
    .about = "help.config.check.about",
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .run = run_check,
}};

const struct vota_command vota_cmd_config = {"config", "help.config.summary", VOTA_TABLE(actions)};
