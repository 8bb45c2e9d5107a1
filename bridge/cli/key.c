/* SPDX-License-Identifier: Apache-2.0 */
/* Roles, their files, and writing a key file under a password. It sees no key bytes. */
#include "bridge/cli/key.h"

#include <string.h>

#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/key_source.h"
#include "proof/bytes.h"
#include "proof/hex.h"
#include "rpc/keystore.h"

#define PASSWORD_LEAST 8u

const struct vota_key_role vota_key_roles[VOTA_KEY_ROLES] = {
    {"owner", "key.role.owner", "key.after.owner"},
    {"anchorer", "key.role.anchorer", "key.after.anchorer"},
    {"acceptance", "key.role.acceptance", "key.after.acceptance"},
};

int vota_key_role_of(const struct vota_cli *cli, const struct vota_key_role **ret_role,
                     const char *name)
{
    for (size_t i = 0; i < VOTA_KEY_ROLES; i++) {
        if (strcmp(vota_key_roles[i].name, name) != 0)
            continue;
        *ret_role = &vota_key_roles[i];
        return VOTA_EXIT_OK;
    }
    return vota_cli_usage(cli, "error.bad-role", name, NULL);
}

const char *vota_key_file(const struct vota_config *config, const struct vota_key_role *role,
                          enum vota_config_place place)
{
    if (strcmp(role->name, "owner") == 0)
        return config->owner;
    return strcmp(role->name, "anchorer") == 0 ? config->network[place].anchorer
                                               : config->acceptance;
}

int vota_key_place_of(const struct vota_cli *cli, enum vota_config_place *ret_place,
                      const struct vota_config *config, const char *name)
{
    *ret_place = VOTA_CONFIG_PRIMARY;
    if (name == NULL || strcmp(name, "primary") == 0)
        return VOTA_EXIT_OK;
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        *ret_place = (enum vota_config_place)i;
        if (vota_config_has(config, *ret_place) &&
            (strcmp(name, vota_config_section(*ret_place)) == 0 ||
             strcmp(name, config->network[i].preset) == 0))
            return VOTA_EXIT_OK;
    }
    return vota_cli_usage(cli, "error.no-such-network", name, NULL);
}

static enum vota_status ask_twice(const struct vota_cli *cli, struct vota_password *ret_password,
                                  struct vota_error *err)
{
    struct vota_password again;
    enum vota_status status = vota_password_ask(ret_password, vota_text(cli, "password.new"), err);
    if (status != VOTA_OK)
        return status;
    status = vota_password_ask(&again, vota_text(cli, "password.again"), err);
    if (status == VOTA_OK && !vota_password_equal(ret_password, &again))
        status = vota_fail(err, VOTA_BAD_INPUT, "password", "passwords-differ");
    vota_password_wipe(&again);
    return status;
}

static enum vota_status read_password(const struct vota_cli *cli, const char *file,
                                      struct vota_password *ret_password, struct vota_error *err)
{
    const enum vota_status status = file == NULL ? ask_twice(cli, ret_password, err)
                                                 : vota_password_of_file(ret_password, file, err);
    if (status == VOTA_OK && ret_password->len < PASSWORD_LEAST)
        return vota_fail(err, VOTA_BAD_INPUT, "password", "password-too-short");
    return status;
}

/* Where the new file's password comes from: NULL for the terminal. */
static enum vota_status password_source(const struct vota_cli *cli, const struct vota_args *args,
                                        const struct vota_config *config, const char **ret_file,
                                        char buffer[VOTA_DIRECTORY_PATH_CAP],
                                        struct vota_error *err)
{
    const char *given = vota_args_value(args, "password-file");
    *ret_file = given;
    if (given != NULL || config->password_file[0] == '\0')
        return VOTA_OK;
    *ret_file = buffer;
    return vota_directory_path(&cli->dir, buffer, config->password_file, err);
}

static void report(const struct vota_cli *cli, const struct vota_key_role *role,
                   const vota_addr *address, const char *file)
{
    char text[VOTA_ADDR_HEX_CHARS + 1];
    vota_hex_of_addr(text, address);
    if (cli->json) {
        struct vota_json json;
        vota_json_begin(&json, cli->out);
        vota_json_text(&json, "role", role->name);
        vota_json_text(&json, "address", text);
        vota_json_text(&json, "file", file);
        vota_json_finish(&json);
        return;
    }
    const struct vota_table_line fields[] = {
        {"key.column.role", vota_text(cli, role->text)},
        {"key.column.address", text},
        {"key.column.file", file},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
    vota_cli_say(cli, role->after, "address", text, NULL);
}

static int store_under(struct vota_cli *cli, const char *path, const struct vota_signer *signer,
                       const char *password_file)
{
    struct vota_password password = {.len = 0};
    struct vota_error err = {0};
    const struct vota_keystore_cost cost = vota_keystore_cost_default();
    enum vota_status status = read_password(cli, password_file, &password, &err);
    if (status == VOTA_OK) {
        const struct vota_slice bytes = {(const uint8_t *)password.text, password.len};
        status = vota_keystore_create(path, signer, bytes, &cost, &err);
    }
    vota_password_wipe(&password);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(cli, &err, "error.key-store", "file", path, NULL);
}

/* The address of a key where that can be told without opening it. */
static bool known_address(const struct vota_cli *cli, vota_addr *ret_addr, const char *text)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    struct vota_keystore_info info;
    if (vota_key_source_read(&source, text) != NULL || source.kind == VOTA_KEY_FD)
        return false;
    if (source.kind == VOTA_KEY_SIGNER) {
        *ret_addr = source.address;
        return true;
    }
    if (vota_directory_path(&cli->dir, path, source.file, NULL) != VOTA_OK ||
        vota_keystore_stat(&info, path, NULL) != VOTA_OK || !info.has_address)
        return false;
    *ret_addr = info.address;
    return true;
}

/* The contract refuses two roles with one key; better said now than after deploying. */
static int refuse_same(const struct vota_cli *cli, const struct vota_config *config,
                       const struct vota_key_role *role, enum vota_config_place place,
                       const struct vota_signer *signer)
{
    const vota_addr address = vota_signer_address(signer);
    for (size_t i = 0; i < VOTA_KEY_ROLES; i++) {
        vota_addr known;
        const struct vota_key_role *other = &vota_key_roles[i];
        if (other == role || !known_address(cli, &known, vota_key_file(config, other, place)) ||
            !vota_addr_equal(&known, &address))
            continue;
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.key-same", "role", role->name, "other",
                             other->name, NULL);
    }
    return VOTA_EXIT_OK;
}

/* The path of a key file that the configuration names; a key elsewhere has none. */
static enum vota_status file_of(const struct vota_cli *cli, char ret_path[VOTA_DIRECTORY_PATH_CAP],
                                const char *text, struct vota_error *err)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    if (vota_key_source_read(&source, text) != NULL || source.kind != VOTA_KEY_FILE)
        return vota_fail(err, VOTA_CONFLICT, "key", "key-elsewhere");
    return vota_directory_path(&cli->dir, ret_path, source.file, err);
}

int vota_key_store(struct vota_cli *cli, const struct vota_args *args,
                   const struct vota_key_role *role, const struct vota_signer *signer)
{
    struct vota_config config;
    char path[VOTA_DIRECTORY_PATH_CAP];
    char buffer[VOTA_DIRECTORY_PATH_CAP];
    const char *password_file = NULL;
    const char *output = vota_args_value(args, "output");
    struct vota_error err = {0};
    enum vota_config_place place = VOTA_CONFIG_PRIMARY;
    int code = vota_cli_load_config(cli, &config);
    if (code == VOTA_EXIT_OK)
        code = vota_key_place_of(cli, &place, &config, vota_args_value(args, "network"));
    if (code != VOTA_EXIT_OK)
        return code;
    enum vota_status status = password_source(cli, args, &config, &password_file, buffer, &err);
    if (status == VOTA_OK && output == NULL)
        status = file_of(cli, path, vota_key_file(&config, role, place), &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.key-store", "file", role->name, NULL);
    if (output == NULL)
        output = path;
    code = refuse_same(cli, &config, role, place, signer);
    if (code != VOTA_EXIT_OK)
        return code;
    code = store_under(cli, output, signer, password_file);
    if (code != VOTA_EXIT_OK)
        return code;
    const vota_addr address = vota_signer_address(signer);
    report(cli, role, &address, output);
    return VOTA_EXIT_OK;
}
