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

#include "bridge/config_parts.h"
#include "bridge/config_value.h"
#include "bridge/key_source.h"
#include "bridge/listen.h"
#include "proof/bytes.h"
#include "proof/hex.h"

void vota_config_refuse(struct vota_config_reading *reading, const char *key, const char *value,
                        const char *limit, const char *reason)
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

const char *vota_config_section(enum vota_config_place place)
{
    VOTA_ASSERT((unsigned)place < VOTA_CONFIG_NETWORKS);
    return vota_config_names[place].section;
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

static void store(struct vota_config_reading *reading, const struct vota_config_key *key,
                  const void *value, size_t len)
{
    vota_bytes_copy((uint8_t *)reading->config + key->offset, value, len);
}

static const char *take_number(struct vota_config_reading *reading,
                               const struct vota_config_key *key, const char *value)
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

static const char *take_text(struct vota_config_reading *reading, const struct vota_config_key *key,
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

static const char *take_network(struct vota_config_reading *reading,
                                const struct vota_config_key *key, const char *value)
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
static struct vota_config_network *network_of(struct vota_config_reading *reading,
                                              const struct vota_config_key *key)
{
    unsigned place = 0;
    while (place < VOTA_CONFIG_NETWORKS - 1 &&
           (uint8_t *)&reading->config->network[place] != (uint8_t *)reading->config + key->offset)
        place++;
    return &reading->config->network[place];
}

/* A hash or an address. */
static const char *take_bytes(struct vota_config_reading *reading,
                              const struct vota_config_key *key, const char *value)
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
static const char *take(struct vota_config_reading *reading, const struct vota_config_key *key,
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
    VOTA_ASSERT(n <= VOTA_CONFIG_KEYS_MAX);
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
    struct vota_config_reading *reading = user;
    char shown[sizeof reading->error->key];
    size_t at = 0;
    const struct vota_config_key *key = find(section, name, &at);
    (void)snprintf(shown, sizeof shown, "%s.%s", section, name);
    if (key == NULL) {
        vota_config_refuse(reading, shown, NULL, NULL, "unknown-key");
        return 0;
    }
    const bool list = key->type == VOTA_CONFIG_URLS;
    const char *told = list || is_address(key) ? NULL : value;
    if (reading->given[at] && !list) {
        vota_config_refuse(reading, shown, told, NULL, "given-twice");
        return 0;
    }
    reading->given[at] = true;
    const char *reason = take(reading, key, value);
    if (reason == NULL)
        return 1;
    vota_config_refuse(reading, shown, told, key->limit, reason);
    return 0;
}

/* One line for inih, which cuts longer ones without a word. */
static char *next_line(char *line, int cap, void *stream)
{
    struct vota_config_reading *reading = stream;
    const size_t len = strcspn(reading->text, "\n");
    if (reading->failed || *reading->text == '\0')
        return NULL;
    reading->line++;
    if (len + 2 > (size_t)cap) {
        vota_config_refuse(reading, "", NULL, NULL, "line-too-long");
        return NULL;
    }
    const size_t whole = len + (reading->text[len] == '\n');
    vota_bytes_copy(line, reading->text, whole);
    line[whole] = '\0';
    reading->text += whole;
    return line;
}

static void read_file(struct vota_config_reading *reading)
{
    const int bad_line = ini_parse_stream(next_line, reading, on_value, reading);
    if (bad_line == 0 || (reading->failed && reading->error->line <= (unsigned)bad_line))
        return;
    reading->failed = false; /* the line that is none came before what inih made of the next */
    reading->line = bad_line > 0 ? (unsigned)bad_line : 0;
    vota_config_refuse(reading, "", NULL, NULL, "bad-line");
}

static void read_environment(struct vota_config_reading *reading, vota_config_getenv *get)
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
            vota_config_refuse(reading, name, told, keys[i].limit, reason);
    }
}

static void read_defaults(struct vota_config_reading *reading)
{
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    for (size_t i = 0; i < n; i++) {
        if (keys[i].fallback != NULL)
            VOTA_ASSERT(take(reading, &keys[i], keys[i].fallback) == NULL);
    }
}

static enum vota_status finish(struct vota_config *ret_config,
                               const struct vota_config_reading *reading)
{
    if (reading->failed)
        return VOTA_BAD_INPUT;
    *ret_config = *reading->config;
    return VOTA_OK;
}

/* File and environment, without what depends on the number of urls. */
static void read_all(struct vota_config_reading *reading, vota_config_getenv *get)
{
    read_defaults(reading);
    read_file(reading);
    read_environment(reading, get);
    if (reading->failed)
        return;
    reading->line = 0;
    vota_config_settle(reading);
}

enum vota_status vota_config_parse(struct vota_config *ret_config, const char *text,
                                   vota_config_getenv *get, struct vota_config_error *ret_error)
{
    struct vota_config config = {0};
    struct vota_config_reading reading = {.config = &config, .text = text, .error = ret_error};
    read_all(&reading, get);
    if (!reading.failed)
        vota_config_settle_quorum(&reading);
    return finish(ret_config, &reading);
}

/* What directory.c says of a file, as an error of the configuration. */
static enum vota_status file_error(struct vota_config_reading *reading, const char *name,
                                   const struct vota_error *err)
{
    reading->line = 0;
    vota_config_refuse(reading, name, NULL, NULL, err->text);
    return err->status;
}

/* A url a line; empty lines and # comments are skipped. The file's bytes are cut up. */
static void take_url_lines(struct vota_config_reading *reading, unsigned place, char *text)
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
            vota_config_refuse(reading, vota_config_names[place].url_file, NULL, NULL, reason);
    }
}

/* Instead of [rpc] proxy, where it asks for a password: one line, as a secret. */
static void take_proxy_line(struct vota_config_reading *reading, char *text)
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
        vota_config_refuse(reading, "rpc.proxy_file", NULL, NULL, reason);
}

/* A file that may hold secrets, as heap; *ret_text stays NULL where none is named. */
static enum vota_status read_named(struct vota_config_reading *reading, uint8_t **ret_text,
                                   size_t *ret_len, const struct vota_directory *dir,
                                   const char *key, const char *name)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {0};
    if (name[0] == '\0')
        return VOTA_OK;
    enum vota_status status = vota_directory_path(dir, path, name, &err);
    if (status == VOTA_OK)
        status = vota_directory_read_secret(ret_text, ret_len, path, VOTA_CONFIG_FILE_MAX, &err);
    return status == VOTA_OK ? VOTA_OK : file_error(reading, key, &err);
}

static enum vota_status read_proxy_file(struct vota_config_reading *reading,
                                        const struct vota_directory *dir)
{
    uint8_t *text = NULL;
    size_t len = 0;
    const enum vota_status status =
        read_named(reading, &text, &len, dir, "rpc.proxy_file", reading->config->proxy_file);
    if (text != NULL)
        take_proxy_line(reading, (char *)text);
    vota_directory_free_secret(text, len);
    return status;
}

static enum vota_status read_url_file(struct vota_config_reading *reading, unsigned place,
                                      const struct vota_directory *dir)
{
    uint8_t *text = NULL;
    size_t len = 0;
    const enum vota_status status =
        read_named(reading, &text, &len, dir, vota_config_names[place].url_file,
                   reading->config->network[place].url_file);
    if (text != NULL)
        take_url_lines(reading, place, (char *)text);
    vota_directory_free_secret(text, len);
    return status;
}

/* The file's text as heap, whole and without NUL bytes. */
static enum vota_status read_text(struct vota_config_reading *reading, uint8_t **ret_text,
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

static enum vota_status read_secrets(struct vota_config_reading *reading,
                                     const struct vota_directory *dir)
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
    struct vota_config_reading reading = {.config = &config, .error = ret_error};
    enum vota_status status = read_text(&reading, &text, dir);
    if (status == VOTA_OK) {
        reading.text = (const char *)text;
        read_all(&reading, get);
        if (with_secrets)
            status = read_secrets(&reading, dir);
        if (!reading.failed)
            vota_config_settle_quorum(&reading);
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
