/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the configuration: every value goes through the table of
 * config_keys.c, whether it comes from the file or the environment. It knows
 * how values are taken, not what they are for.
 */
#include "bridge/config.h"

#include <stdio.h>
#include <string.h>

#include <ini.h>

#include "bridge/config_value.h"
#include "bridge/http/listen.h"
#include "bridge/key_source.h"
#include "proof/bytes.h"
#include "proof/hex.h"

#define KEYS_MAX 128u

/* What the keys of each network are called. */
static const struct {
    const char *section, *preset, *chain_id, *genesis, *url, *url_file, *quorum, *anchorer;
} places[VOTA_CONFIG_NETWORKS] = {
    [VOTA_CONFIG_PRIMARY] = {"network", "network.preset", "network.chain_id", "network.genesis",
                             "rpc.url", "rpc.url_file", "rpc.quorum", NULL},
    [VOTA_CONFIG_SECONDARY] = {"secondary", "secondary.preset", "secondary.chain_id",
                               "secondary.genesis", "secondary.url", "secondary.url_file",
                               "secondary.quorum", "secrets/anchorer-secondary.json"},
    [VOTA_CONFIG_SUCCESSOR] = {"successor", "successor.preset", "successor.chain_id",
                               "successor.genesis", "successor.url", "successor.url_file",
                               "successor.quorum", "secrets/anchorer-successor.json"},
};

const char *vota_config_section(enum vota_config_place place)
{
    VOTA_ASSERT((unsigned)place < VOTA_CONFIG_NETWORKS);
    return places[place].section;
}

bool vota_config_is_local(const struct vota_config_network *network)
{
    bool local = network->n_urls > 0;
    if (strcmp(network->preset, "dev") == 0)
        return true;
    for (size_t i = 0; i < network->n_urls; i++) /* http is allowed on this machine only */
        local = local && strncmp(network->url[i], "http:", 5) == 0;
    return local && strcmp(network->preset, "custom") == 0;
}

/* Reading of one configuration. */
struct reading {
    struct vota_config *config;
    const char *text;     /* what is left of the file */
    unsigned line;        /* of the value at hand; 0 in the environment */
    bool given[KEYS_MAX]; /* keys that the file had, by their place in the table */
    bool failed;
    struct vota_config_error *error;
};

static void refuse(struct reading *reading, const char *key, const char *value, const char *limit,
                   const char *reason)
{
    if (reading->failed) /* the first one is told */
        return;
    reading->failed = true;
    *reading->error = (struct vota_config_error){.line = reading->line, .limit = limit};
    (void)snprintf(reading->error->reason, sizeof reading->error->reason, "%s", reason);
    (void)snprintf(reading->error->key, sizeof reading->error->key, "%s", key);
    (void)snprintf(reading->error->value, sizeof reading->error->value, "%s",
                   value == NULL ? "" : value);
}

static void store(struct reading *reading, const struct vota_config_key *key, const void *value,
                  size_t len)
{
    vota_bytes_copy((uint8_t *)reading->config + key->offset, value, len);
}

static const char *take_number(struct reading *reading, const struct vota_config_key *key,
                               const char *value)
{
    uint64_t number = 0;
    if (key->type == VOTA_CONFIG_COUNT && !vota_config_value_count(&number, value))
        return "not-a-number";
    if (key->type == VOTA_CONFIG_SECONDS && !vota_config_value_seconds(&number, value))
        return "not-a-time";
    if (key->type == VOTA_CONFIG_GWEI && !vota_config_value_decimal(&number, value, 9))
        return "not-an-amount";
    if (key->type == VOTA_CONFIG_ETHER && !vota_config_value_decimal(&number, value, 18))
        return "not-an-amount";
    if (number < key->min || number > key->max)
        return "not-in-range";
    store(reading, key, &number, sizeof number);
    return NULL;
}

/* What more is asked of a text that means something; NULL: nothing is wrong. */
static const char *text_problem(const struct vota_config_key *key, const char *value)
{
    if (key->type == VOTA_CONFIG_CHOICE && !vota_config_value_choice(key->limit, value))
        return "not-a-choice";
    if (key->type == VOTA_CONFIG_URL)
        return vota_url_problem(value, false);
    if (key->type == VOTA_CONFIG_PROXY)
        return vota_url_proxy_problem(value, false);
    if (key->type == VOTA_CONFIG_LISTEN)
        return vota_listen_problem(value);
    if (key->type == VOTA_CONFIG_KEY || key->type == VOTA_CONFIG_KEY_HERE)
        return vota_key_source_problem(value, key->type == VOTA_CONFIG_KEY);
    return NULL;
}

static const char *take_text(struct reading *reading, const struct vota_config_key *key,
                             const char *value)
{
    if (!vota_config_value_text(value))
        return "not-text";
    if (strlen(value) > key->max)
        return "too-long";
    const char *problem = text_problem(key, value);
    if (problem == NULL)
        store(reading, key, value, strlen(value) + 1);
    return problem;
}

static const char *take_network(struct reading *reading, const struct vota_config_key *key,
                                const char *value)
{
    const struct vota_network *network = vota_network_preset(value);
    if (network == NULL)
        return "not-a-network";
    store(reading, key, network->name, strlen(network->name) + 1);
    return NULL;
}

/* secret_place: the line came from a url_file. */
static const char *take_url(struct vota_config_network *network, const char *value,
                            bool secret_place)
{
    if (network->n_urls == VOTA_CONFIG_MAX_URLS)
        return "too-many-urls";
    const char *problem = vota_url_problem(value, secret_place);
    if (problem != NULL)
        return problem;
    vota_bytes_copy(network->url[network->n_urls], value, strlen(value) + 1);
    network->n_urls++;
    return NULL;
}

/* The network that a key of type VOTA_CONFIG_URLS belongs to. */
static struct vota_config_network *network_of(struct reading *reading,
                                              const struct vota_config_key *key)
{
    unsigned place = 0;
    while (place < VOTA_CONFIG_NETWORKS - 1 &&
           (uint8_t *)&reading->config->network[place] != (uint8_t *)reading->config + key->offset)
        place++;
    return &reading->config->network[place];
}

/* A hash or an address. */
static const char *take_bytes(struct reading *reading, const struct vota_config_key *key,
                              const char *value)
{
    uint8_t bytes[32];
    const bool is_hash = key->type == VOTA_CONFIG_HASH;
    const size_t len = is_hash ? 32 : 20;
    if (vota_hex_read_any(bytes, len, value, strlen(value)) != VOTA_OK)
        return is_hash ? "not-a-hash" : "not-an-address";
    store(reading, key, bytes, len);
    return NULL;
}

/* NULL, or why the value is refused; static text. */
static const char *take(struct reading *reading, const struct vota_config_key *key,
                        const char *value)
{
    switch (key->type) {
    case VOTA_CONFIG_TEXT:
    case VOTA_CONFIG_KEY:
    case VOTA_CONFIG_KEY_HERE:
    case VOTA_CONFIG_CHOICE:
    case VOTA_CONFIG_URL:
    case VOTA_CONFIG_PROXY:
    case VOTA_CONFIG_LISTEN:
        return take_text(reading, key, value);
    case VOTA_CONFIG_NETWORK:
        return take_network(reading, key, value);
    case VOTA_CONFIG_COUNT:
    case VOTA_CONFIG_SECONDS:
    case VOTA_CONFIG_GWEI:
    case VOTA_CONFIG_ETHER:
        return take_number(reading, key, value);
    case VOTA_CONFIG_ADDRESS:
    case VOTA_CONFIG_HASH:
        return take_bytes(reading, key, value);
    case VOTA_CONFIG_URLS:
        return take_url(network_of(reading, key), value, false);
    }
    return "unknown-key";
}

static const struct vota_config_key *find(const char *section, const char *name, size_t *ret_at)
{
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    VOTA_ASSERT(n <= KEYS_MAX);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0) {
            *ret_at = i;
            return &keys[i];
        }
    }
    return NULL;
}

/* An address may have a password in it, though it must not: what was given is not repeated. */
static bool is_address(const struct vota_config_key *key)
{
    return key->type == VOTA_CONFIG_URL || key->type == VOTA_CONFIG_PROXY;
}

/* inih calls this for every key = value line; 0 is its "stop counting on me". */
static int on_value(void *user, const char *section, const char *name, const char *value)
{
    struct reading *reading = user;
    char shown[sizeof reading->error->key];
    size_t at = 0;
    const struct vota_config_key *key = find(section, name, &at);
    (void)snprintf(shown, sizeof shown, "%s.%s", section, name);
    if (key == NULL) {
        refuse(reading, shown, NULL, NULL, "unknown-key");
        return 0;
    }
    const bool list = key->type == VOTA_CONFIG_URLS;
    const char *told = list || is_address(key) ? NULL : value;
    if (reading->given[at] && !list) {
        refuse(reading, shown, told, NULL, "given-twice");
        return 0;
    }
    reading->given[at] = true;
    const char *reason = take(reading, key, value);
    if (reason == NULL)
        return 1;
    refuse(reading, shown, told, key->limit, reason);
    return 0;
}

/* One line for inih, which cuts longer ones without a word. */
static char *next_line(char *line, int cap, void *stream)
{
    struct reading *reading = stream;
    const size_t len = strcspn(reading->text, "\n");
    if (reading->failed || *reading->text == '\0')
        return NULL;
    reading->line++;
    if (len + 2 > (size_t)cap) {
        refuse(reading, "", NULL, NULL, "line-too-long");
        return NULL;
    }
    const size_t whole = len + (reading->text[len] == '\n');
    vota_bytes_copy(line, reading->text, whole);
    line[whole] = '\0';
    reading->text += whole;
    return line;
}

static void read_file(struct reading *reading)
{
    const int bad_line = ini_parse_stream(next_line, reading, on_value, reading);
    if (bad_line == 0 || (reading->failed && reading->error->line <= (unsigned)bad_line))
        return;
    reading->failed = false; /* the line that is none came before what inih made of the next */
    reading->line = bad_line > 0 ? (unsigned)bad_line : 0;
    refuse(reading, "", NULL, NULL, "bad-line");
}

static void read_environment(struct reading *reading, vota_config_getenv *get)
{
    char name[VOTA_CONFIG_VARIABLE_CAP];
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    reading->line = 0;
    for (size_t i = 0; i < n; i++) {
        vota_config_variable(&keys[i], name);
        const char *value = keys[i].type == VOTA_CONFIG_URLS ? NULL : get(name);
        const char *reason = value == NULL ? NULL : take(reading, &keys[i], value);
        const char *told = is_address(&keys[i]) ? NULL : value;
        if (reason != NULL)
            refuse(reading, name, told, keys[i].limit, reason);
    }
}

static void read_defaults(struct reading *reading)
{
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    for (size_t i = 0; i < n; i++) {
        if (keys[i].fallback != NULL)
            VOTA_ASSERT(take(reading, &keys[i], keys[i].fallback) == NULL);
    }
}

/* A named network is what it is; the configuration may repeat it, not change it. */
static void settle_network(struct reading *reading, unsigned place)
{
    struct vota_config_network *config = &reading->config->network[place];
    const struct vota_network *network = vota_network_preset(config->preset);
    const bool named = !vota_hash_is_zero(&network->genesis);
    if (config->chain_id == 0)
        config->chain_id = network->chain_id;
    if (config->chain_id == 0)
        refuse(reading, places[place].chain_id, NULL, "1 .. 9007199254740991", "chain-id-needed");
    if (!named)
        return;
    if (config->chain_id != network->chain_id)
        refuse(reading, places[place].chain_id, NULL, network->name, "not-of-preset");
    if (vota_hash_is_zero(&config->genesis))
        config->genesis = network->genesis;
    if (!vota_hash_equal(&config->genesis, &network->genesis))
        refuse(reading, places[place].genesis, NULL, network->name, "not-of-preset");
}

static bool says_something(const struct vota_config_network *network)
{
    return network->preset[0] != '\0' || network->chain_id != 0 || network->n_urls > 0 ||
           network->url_file[0] != '\0' || network->quorum != 0 || network->timeout != 0 ||
           network->anchorer[0] != '\0' || !vota_hash_is_zero(&network->genesis) ||
           !vota_addr_is_zero(&network->contract);
}

/* A network beside the primary: whole or not there, and not one that is there already. */
static void settle_other(struct reading *reading, unsigned place)
{
    struct vota_config_network *network = &reading->config->network[place];
    if (!says_something(network))
        return;
    if (network->preset[0] == '\0') {
        refuse(reading, places[place].preset, NULL, NULL, "preset-needed");
        return;
    }
    settle_network(reading, place);
    for (unsigned i = 0; i < place; i++) {
        if (network->chain_id == reading->config->network[i].chain_id)
            refuse(reading, places[place].chain_id, NULL, places[i].section, "same-network");
    }
    if (network->timeout == 0)
        network->timeout = reading->config->network[VOTA_CONFIG_PRIMARY].timeout;
    if (network->anchorer[0] == '\0')
        (void)snprintf(network->anchorer, sizeof network->anchorer, "%s", places[place].anchorer);
}

/* Values that are in range alone, but not beside each other. */
static void settle_order(struct reading *reading)
{
    const struct vota_config *config = reading->config;
    const struct {
        const char *low, *high;
        uint64_t low_value, high_value;
    } pairs[] = {
        {"fees.min_tip_gwei", "fees.max_tip_gwei", config->min_tip, config->max_tip},
        {"fees.max_tip_gwei", "fees.max_fee_gwei", config->max_tip, config->max_fee},
        {"fees.max_tx_eth", "fees.max_day_eth", config->max_tx, config->max_day},
        {"batch.min_size", "batch.max_records", config->min_size, config->max_records},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].low_value > pairs[i].high_value)
            refuse(reading, pairs[i].low, NULL, pairs[i].high, "less-than");
    }
}

/* A key at the signer needs one; a certificate is nothing without its key. */
static void settle_signer(struct reading *reading)
{
    const struct vota_config *config = reading->config;
    bool used = vota_key_source_is_signer(config->owner);
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++)
        used |= vota_key_source_is_signer(config->network[i].anchorer);
    if (used && config->signer_url[0] == '\0')
        refuse(reading, "signer.url", NULL, "https://..., http://127.0.0.1:...", "signer-needed");
    if ((config->signer_cert[0] == '\0') != (config->signer_key[0] == '\0'))
        refuse(reading, "signer.client_key", NULL, "signer.client_cert", "needs-both");
}

/* The majority, unless the configuration says how many. */
static void settle_quorum(struct reading *reading)
{
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        struct vota_config_network *network = &reading->config->network[i];
        if (network->n_urls > 0 && network->quorum > network->n_urls)
            refuse(reading, places[i].quorum, NULL, places[i].url, "less-than");
        if (network->quorum == 0 && network->n_urls > 0)
            network->quorum = network->n_urls / 2 + 1;
    }
}

static enum vota_status finish(struct vota_config *ret_config, const struct reading *reading)
{
    if (reading->failed)
        return VOTA_BAD_INPUT;
    *ret_config = *reading->config;
    return VOTA_OK;
}

/* File and environment, without what depends on the number of urls. */
static void read_all(struct reading *reading, vota_config_getenv *get)
{
    read_defaults(reading);
    read_file(reading);
    read_environment(reading, get);
    if (reading->failed)
        return;
    reading->line = 0;
    settle_network(reading, VOTA_CONFIG_PRIMARY);
    settle_other(reading, VOTA_CONFIG_SECONDARY);
    settle_other(reading, VOTA_CONFIG_SUCCESSOR);
    settle_order(reading);
    settle_signer(reading);
}

enum vota_status vota_config_parse(struct vota_config *ret_config, const char *text,
                                   vota_config_getenv *get, struct vota_config_error *ret_error)
{
    struct vota_config config = {0};
    struct reading reading = {.config = &config, .text = text, .error = ret_error};
    read_all(&reading, get);
    if (!reading.failed)
        settle_quorum(&reading);
    return finish(ret_config, &reading);
}

/* What directory.c says of a file, as an error of the configuration. */
static enum vota_status file_error(struct reading *reading, const char *name,
                                   const struct vota_error *err)
{
    reading->line = 0;
    refuse(reading, name, NULL, NULL, err->text);
    return err->status;
}

/* A url a line; empty lines and # comments are skipped. The file's bytes are cut up. */
static void take_url_lines(struct reading *reading, unsigned place, char *text)
{
    reading->line = 0;
    while (*text != '\0' && !reading->failed) {
        char *line = text;
        size_t len = strcspn(line, "\n");
        text += len + (line[len] == '\n');
        reading->line++;
        while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL)
            len--;
        line[len] = '\0';
        const char *reason = len == 0 || line[0] == '#'
                                 ? NULL
                                 : take_url(&reading->config->network[place], line, true);
        if (reason != NULL)
            refuse(reading, places[place].url_file, NULL, NULL, reason);
    }
}

/* Instead of [rpc] proxy, where it asks for a password: one line, as a secret. */
static void take_proxy_line(struct reading *reading, char *text)
{
    struct vota_config *config = reading->config;
    text[strcspn(text, "\r\n")] = '\0';
    const char *reason = vota_url_proxy_problem(text, true);
    reading->line = 0;
    if (config->proxy[0] != '\0')
        reason = "either-or";
    if (reason == NULL)
        vota_bytes_copy(config->proxy, text, strlen(text) + 1);
    else
        refuse(reading, "rpc.proxy_file", NULL, NULL, reason);
}

static enum vota_status read_proxy_file(struct reading *reading, const struct vota_directory *dir)
{
    const char *name = reading->config->proxy_file;
    char path[VOTA_DIRECTORY_PATH_CAP];
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct vota_error err = {0};
    if (name[0] == '\0')
        return VOTA_OK;
    enum vota_status status = vota_directory_path(dir, path, name, &err);
    if (status == VOTA_OK)
        status = vota_directory_read_secret(&bytes, &len, path, VOTA_CONFIG_FILE_MAX, &err);
    if (status != VOTA_OK)
        return file_error(reading, "rpc.proxy_file", &err);
    take_proxy_line(reading, (char *)bytes);
    vota_directory_free_secret(bytes, len);
    return VOTA_OK;
}

static enum vota_status read_url_file(struct reading *reading, unsigned place,
                                      const struct vota_directory *dir)
{
    const char *name = reading->config->network[place].url_file;
    char path[VOTA_DIRECTORY_PATH_CAP];
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct vota_error err = {0};
    if (name[0] == '\0')
        return VOTA_OK;
    enum vota_status status = vota_directory_path(dir, path, name, &err);
    if (status == VOTA_OK)
        status = vota_directory_read_secret(&bytes, &len, path, VOTA_CONFIG_FILE_MAX, &err);
    if (status != VOTA_OK)
        return file_error(reading, places[place].url_file, &err);
    take_url_lines(reading, place, (char *)bytes);
    vota_directory_free_secret(bytes, len);
    return VOTA_OK;
}

/* The file's text as heap, whole and without NUL bytes. */
static enum vota_status read_text(struct reading *reading, uint8_t **ret_text,
                                  const struct vota_directory *dir)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    size_t len = 0;
    struct vota_error err = {0};
    enum vota_status status = vota_directory_check(dir, &err);
    if (status == VOTA_OK)
        status = vota_directory_path(dir, path, VOTA_DIRECTORY_CONFIG, &err);
    if (status == VOTA_OK)
        status = vota_directory_read(ret_text, &len, path, VOTA_CONFIG_FILE_MAX, &err);
    if (status == VOTA_OK && strlen((const char *)*ret_text) != len)
        status = vota_fail(&err, VOTA_BAD_INPUT, "file", "bad-line");
    return status == VOTA_OK ? VOTA_OK : file_error(reading, VOTA_DIRECTORY_CONFIG, &err);
}

static enum vota_status read_secrets(struct reading *reading, const struct vota_directory *dir)
{
    enum vota_status status = VOTA_OK;
    for (unsigned i = 0; status == VOTA_OK && !reading->failed && i < VOTA_CONFIG_NETWORKS; i++)
        status = read_url_file(reading, i, dir);
    if (status == VOTA_OK && !reading->failed)
        status = read_proxy_file(reading, dir);
    return status;
}

static enum vota_status load(struct vota_config *ret_config, const struct vota_directory *dir,
                             vota_config_getenv *get, struct vota_config_error *ret_error,
                             bool with_secrets)
{
    uint8_t *text = NULL;
    struct vota_config config = {0};
    struct reading reading = {.config = &config, .error = ret_error};
    enum vota_status status = read_text(&reading, &text, dir);
    if (status == VOTA_OK) {
        reading.text = (const char *)text;
        read_all(&reading, get);
        if (with_secrets)
            status = read_secrets(&reading, dir);
        if (!reading.failed)
            settle_quorum(&reading);
    }
    vota_directory_free_secret(text, 0);
    return status == VOTA_OK ? finish(ret_config, &reading) : status;
}

enum vota_status vota_config_load(struct vota_config *ret_config, const struct vota_directory *dir,
                                  vota_config_getenv *get, struct vota_config_error *ret_error)
{
    return load(ret_config, dir, get, ret_error, true);
}

enum vota_status vota_config_load_public(struct vota_config *ret_config,
                                         const struct vota_directory *dir, vota_config_getenv *get,
                                         struct vota_config_error *ret_error)
{
    return load(ret_config, dir, get, ret_error, false);
}
