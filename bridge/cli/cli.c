/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the program speaks: sentences of the catalogue on the right stream, and
 * the one form of an error. It knows no command.
 */
#include "bridge/cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output_json.h"

#define KEY_MAX 192u

const char *vota_text(const struct vota_cli *cli, const char *key)
{
    const char *text = vota_text_find(cli->lang, key);
    return text == NULL ? key : text; /* tests/check_text.sh finds keys without a sentence */
}

void vota_text_print(const struct vota_cli *cli, FILE *stream, const char *key, ...)
{
    struct vota_text_values values;
    va_list list;
    va_start(list, key);
    vota_text_values_read(&values, list);
    va_end(list);
    vota_text_write(stream, vota_text(cli, key), &values);
}

void vota_cli_say(const struct vota_cli *cli, const char *key, ...)
{
    struct vota_text_values values;
    va_list list;
    va_start(list, key);
    vota_text_values_read(&values, list);
    va_end(list);
    vota_text_write(cli->out, vota_text(cli, key), &values);
    (void)fputc('\n', cli->out);
}

static void write_marked(const struct vota_cli *cli, const char *mark, const char *key,
                         const struct vota_text_values *values)
{
    (void)fprintf(cli->err, "voteanchor: %s: ", vota_text(cli, mark));
    vota_text_write(cli->err, vota_text(cli, key), values);
    (void)fputc('\n', cli->err);
}

void vota_cli_warn(const struct vota_cli *cli, const char *key, ...)
{
    struct vota_text_values values;
    va_list list;
    va_start(list, key);
    vota_text_values_read(&values, list);
    va_end(list);
    write_marked(cli, "cli.warning", key, &values);
}

/* The sentence as heap text that the caller frees; NULL without memory. */
static char *sentence(const char *template, const struct vota_text_values *values)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    vota_text_write(stream, template, values);
    if (fclose(stream) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static void json_sentence(struct vota_json *json, const char *name, const char *template,
                          const struct vota_text_values *values)
{
    char *text = template == NULL ? NULL : sentence(template, values);
    vota_json_text(json, name, text);
    free(text);
}

/* What went wrong; err is NULL when no lower layer reported it. */
struct failure {
    const char *key;
    const char *next; /* template of what to do now, or NULL */
    const struct vota_text_values *values;
    const struct vota_error *err;
};

static void write_json(const struct vota_cli *cli, const struct failure *failure)
{
    const char *const prefix = "error.";
    const bool prefixed = strncmp(failure->key, prefix, strlen(prefix)) == 0;
    struct vota_json json;
    vota_json_begin(&json, cli->err);
    vota_json_object(&json, "error");
    vota_json_text(&json, "code", failure->key + (prefixed ? strlen(prefix) : 0));
    json_sentence(&json, "message", vota_text(cli, failure->key), failure->values);
    json_sentence(&json, "next", failure->next, failure->values);
    if (failure->err != NULL) {
        vota_json_text(&json, "where", failure->err->where);
        vota_json_text(&json, "reason", failure->err->text);
    }
    vota_json_end(&json);
    vota_json_finish(&json);
}

static void report(const struct vota_cli *cli, const char *key,
                   const struct vota_text_values *values, const struct vota_error *err)
{
    char next_key[KEY_MAX];
    (void)snprintf(next_key, sizeof next_key, "%s.next", key);
    const struct failure failure = {key, vota_text_find(cli->lang, next_key), values, err};
    (void)fflush(cli->out); /* what was said before stands before */
    if (cli->json) {
        write_json(cli, &failure);
        return;
    }
    write_marked(cli, "cli.error", key, values);
    if (failure.next == NULL)
        return;
    (void)fputs(cli->utf8 ? "  → " : "  -> ", cli->err);
    vota_text_write(cli->err, failure.next, values);
    (void)fputc('\n', cli->err);
}

int vota_cli_fail(const struct vota_cli *cli, enum vota_exit code, const char *key, ...)
{
    struct vota_text_values values;
    va_list list;
    va_start(list, key);
    vota_text_values_read(&values, list);
    va_end(list);
    report(cli, key, &values, NULL);
    return (int)code;
}

const char *vota_cli_reason(const struct vota_cli *cli, const char *code)
{
    char key[KEY_MAX];
    (void)snprintf(key, sizeof key, "reason.%s", code);
    const char *text = vota_text_find(cli->lang, key);
    return text == NULL ? code : text;
}

/* " (crypto.kdf)" where the part concerned tells more than the sentence; else nothing. */
static void part_of(const struct vota_error *err, char *ret_text, size_t cap)
{
    static const char *const plain[] = {"file", "path", "directory", "password", "key", "pepper"};
    (void)snprintf(ret_text, cap, " (%s)", err->where == NULL ? "" : err->where);
    for (size_t i = 0; i < VOTA_COUNT(plain); i++) {
        if (err->where == NULL || err->where[0] == '\0' || strcmp(err->where, plain[i]) == 0)
            ret_text[0] = '\0';
    }
}

int vota_cli_fail_error(const struct vota_cli *cli, const struct vota_error *err, const char *key,
                        ...)
{
    char part[KEY_MAX];
    struct vota_text_values values;
    va_list list;
    va_start(list, key);
    vota_text_values_read(&values, list);
    va_end(list);
    part_of(err, part, sizeof part);
    vota_text_values_add(&values, "where", err->where == NULL ? "" : err->where);
    vota_text_values_add(&values, "part", part);
    vota_text_values_add(&values, "reason", vota_cli_reason(cli, err->text));
    report(cli, key, &values, err);
    return VOTA_EXIT_FAILED;
}

/* "voteanchor.ini:12: fees.max_fee_gwei = 1e9", as much of it as there is. */
static void place_of(const struct vota_config_error *error, char *ret_text, size_t cap)
{
    const bool variable = strncmp(error->key, "VOTEANCHOR_", 11) == 0;
    char line[24] = "";
    if (error->line > 0)
        (void)snprintf(line, sizeof line, ":%u", error->line);
    (void)snprintf(ret_text, cap, "%s%s%s%s%s%s", variable ? "" : VOTA_DIRECTORY_CONFIG, line,
                   variable || error->key[0] == '\0' ? "" : ": ", error->key,
                   error->value[0] == '\0' ? "" : " = ", error->value);
}

int vota_cli_fail_config(const struct vota_cli *cli, const struct vota_config_error *error)
{
    char place[256];
    if (strcmp(error->reason, "no-directory") == 0)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.no-directory", "dir", cli->dir.path,
                             NULL);
    place_of(error, place, sizeof place);
    const char *key = error->limit == NULL                      ? "error.config"
                      : strcmp(error->reason, "less-than") == 0 ? "error.config-order"
                                                                : "error.config-limit";
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, key, "place", place, "reason",
                         vota_cli_reason(cli, error->reason), "limit",
                         error->limit == NULL ? "" : error->limit, NULL);
}

static const char *environment(const char *name)
{
    return getenv(name); /* NOLINT(concurrency-mt-unsafe): read before any thread exists */
}

int vota_cli_load_config(const struct vota_cli *cli, struct vota_config *ret_config)
{
    struct vota_config_error error;
    if (vota_config_load(ret_config, &cli->dir, environment, &error) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_config(cli, &error);
}

int vota_cli_load_public_config(const struct vota_cli *cli, struct vota_config *ret_config)
{
    struct vota_config_error error;
    if (vota_config_load_public(ret_config, &cli->dir, environment, &error) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_config(cli, &error);
}

/* "key new", for messages: what is running, as far as it is known. */
static void path_of(const struct vota_cli *cli, char *ret_text, size_t cap)
{
    const char *action = cli->action == NULL ? NULL : cli->action->name;
    if (cli->command == NULL)
        (void)snprintf(ret_text, cap, "%s", "voteanchor");
    else if (action == NULL)
        (void)snprintf(ret_text, cap, "voteanchor %s", cli->command->name);
    else
        (void)snprintf(ret_text, cap, "voteanchor %s %s", cli->command->name, action);
}

int vota_cli_usage(const struct vota_cli *cli, const char *key, const char *given,
                   const char *meant)
{
    char path[128];
    path_of(cli, path, sizeof path);
    return vota_cli_fail(cli, VOTA_EXIT_USAGE, key, "given", given, "meant",
                         meant == NULL ? "" : meant, "command", path, NULL);
}
