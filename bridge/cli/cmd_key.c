/* SPDX-License-Identifier: Apache-2.0 */
/* `key`: makes, takes over and shows the keys of a directory. */
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/key.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/key_source.h"
#include "bridge/key_text.h"
#include "proof/hex.h"
#include "rpc/keystore.h"

static int run_new(struct vota_cli *cli, const struct vota_args *args)
{
    const struct vota_key_role *role = NULL;
    struct vota_signer *signer = NULL;
    struct vota_error err = {0};
    int code = vota_key_role_of(cli, &role, vota_args_value(args, "role"));
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_signer_generate(&signer, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.key-make", NULL);
    code = vota_key_store(cli, args, role, signer);
    vota_signer_free(signer);
    return code;
}

/* One role's file as far as it can be read without a password. */
struct shown {
    const struct vota_key_role *role;
    const char *file;
    char address[VOTA_ADDR_HEX_CHARS + 1]; /* empty: there is none */
    struct vota_error err;                 /* why it is empty */
};

/* A descriptor is read, and so is gone for whoever comes next; a signer is not asked. */
static void look_elsewhere(struct shown *shown, const struct vota_key_source *source)
{
    struct vota_key_text text = {.bytes = NULL};
    vota_addr address = source->address;
    enum vota_status status = VOTA_OK;
    if (source->kind == VOTA_KEY_FD) {
        status = vota_key_text_of_fd(&text, source->fd, &shown->err);
        if (status == VOTA_OK)
            status = vota_key_text_address(&address, &text, &shown->err);
        vota_key_text_done(&text);
    }
    if (status == VOTA_OK)
        vota_hex_of_addr(shown->address, &address);
}

static void look(const struct vota_cli *cli, const struct vota_config *config,
                 enum vota_config_place place, struct shown *shown)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_keystore_info info;
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    shown->file = vota_key_file(config, shown->role, place);
    if (vota_key_source_read(&source, shown->file) == NULL && source.kind != VOTA_KEY_FILE) {
        look_elsewhere(shown, &source);
        return;
    }
    if (vota_directory_path(&cli->dir, path, shown->file, &shown->err) != VOTA_OK ||
        vota_keystore_stat(&info, path, &shown->err) != VOTA_OK)
        return;
    if (info.has_address)
        vota_hex_of_addr(shown->address, &info.address);
    else
        (void)vota_fail(&shown->err, VOTA_NOT_FOUND, "address", "no-address");
}

static int show_one(struct vota_cli *cli, const struct vota_config *config,
                    enum vota_config_place place, const char *name)
{
    struct shown shown = {0};
    const int code = vota_key_role_of(cli, &shown.role, name);
    if (code != VOTA_EXIT_OK)
        return code;
    look(cli, config, place, &shown);
    if (shown.address[0] == '\0')
        return vota_cli_fail_error(cli, &shown.err, "error.key-file", "role", name, NULL);
    if (cli->json) {
        struct vota_json json;
        vota_json_begin(&json, cli->out);
        vota_json_text(&json, "role", name);
        vota_json_text(&json, "address", shown.address);
        vota_json_text(&json, "file", shown.file);
        vota_json_finish(&json);
        return VOTA_EXIT_OK;
    }
    (void)fprintf(cli->out, "%s\n", shown.address);
    return VOTA_EXIT_OK;
}

static void show_all_json(const struct vota_cli *cli, const struct shown *shown)
{
    struct vota_json json;
    vota_json_begin(&json, cli->out);
    vota_json_array(&json, "keys");
    for (size_t i = 0; i < VOTA_KEY_ROLES; i++) {
        vota_json_object(&json, NULL);
        vota_json_text(&json, "role", shown[i].role->name);
        vota_json_text(&json, "address", shown[i].address[0] == '\0' ? NULL : shown[i].address);
        vota_json_text(&json, "file", shown[i].file);
        vota_json_end(&json);
    }
    vota_json_end(&json);
    vota_json_finish(&json);
}

static int show_all(struct vota_cli *cli, const struct vota_config *config,
                    enum vota_config_place place)
{
    static const struct vota_column columns[] = {
        {"key.column.role", false}, {"key.column.address", false}, {"key.column.file", false}};
    struct shown shown[VOTA_KEY_ROLES] = {{0}};
    struct vota_table table;
    enum vota_status status = VOTA_OK;
    vota_table_init(&table, VOTA_TABLE(columns));
    for (size_t i = 0; status == VOTA_OK && i < VOTA_KEY_ROLES; i++) {
        shown[i].role = &vota_key_roles[i];
        look(cli, config, place, &shown[i]);
        const bool have = shown[i].address[0] != '\0';
        const char *const cells[] = {
            vota_text(cli, shown[i].role->text),
            have ? shown[i].address : vota_cli_reason(cli, shown[i].err.text), shown[i].file};
        status = vota_table_add(&table, cells);
    }
    if (status == VOTA_OK && cli->json)
        show_all_json(cli, shown);
    else if (status == VOTA_OK)
        vota_table_print(&table, cli);
    vota_table_done(&table);
    if (status != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    return VOTA_EXIT_OK;
}

static int run_address(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_config config;
    enum vota_config_place place = VOTA_CONFIG_PRIMARY;
    int code = vota_cli_load_config(cli, &config);
    if (code == VOTA_EXIT_OK)
        code = vota_key_place_of(cli, &place, &config, vota_args_value(args, "network"));
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_args_has(args, "role"))
        return show_one(cli, &config, place, vota_args_value(args, "role"));
    return show_all(cli, &config, place);
}

#define ROLE_OPTION(needed)                                                                        \
    {                                                                                              \
        .name = "role", .value = "ROLE", .required = (needed), .help = "help.key.role"             \
    }
#define PASSWORD_OPTION                                                                            \
    {                                                                                              \
        .name = "password-file", .value = "FILE", .help = "help.key.password-file"                 \
    }
#define NETWORK_OPTION                                                                             \
    {                                                                                              \
        .name = "network", .value = "NAME", .help = "help.key.network"                             \
    }
#define OUTPUT_OPTION                                                                              \
    {                                                                                              \
        .name = "output", .letter = 'o', .value = "FILE", .help = "help.key.output"                \
    }

static const struct vota_option new_options[] = {ROLE_OPTION(true), NETWORK_OPTION, PASSWORD_OPTION,
                                                 OUTPUT_OPTION};
static const struct vota_option import_options[] = {
    ROLE_OPTION(true),
    NETWORK_OPTION,
    {.name = "fd", .value = "NUMBER", .help = "help.key.import.fd"},
    {.name = "old-password-file", .value = "FILE", .help = "help.key.import.old-password-file"},
    PASSWORD_OPTION,
    OUTPUT_OPTION};
static const struct vota_option address_options[] = {ROLE_OPTION(false), NETWORK_OPTION};

static const struct vota_example new_examples[] = {
    {"help.key.new.example-anchorer", "-C guri key new --role anchorer"},
    {"help.key.new.example-owner", "-C guri key new --role owner -o /media/usb/owner.json"}};
static const struct vota_example import_examples[] = {
    {"help.key.import.example-v3", "-C guri key import --role anchorer UTC--2026-11-22--anchorer"},
    {"help.key.import.example-hex", "-C guri key import --role anchorer - < key.hex"}};
static const struct vota_example address_examples[] = {
    {"help.key.address.example", "-C guri key address --role anchorer"}};

static const struct vota_action actions[] = {
    {.name = "new",
     .synopsis = "--role ROLE [--password-file FILE] [-o FILE]",
     .summary = "help.key.new.summary",
     .about = "help.key.new.about",
     .options = new_options,
     .n_options = VOTA_COUNT(new_options),
     .examples = new_examples,
     .n_examples = VOTA_COUNT(new_examples),
     .loads_keys = true,
     .run = run_new},
    {.name = "import",
     .synopsis = "--role ROLE FILE|-|--fd NUMBER [--old-password-file FILE] [--password-file FILE]",
     .summary = "help.key.import.summary",
     .about = "help.key.import.about",
     .options = import_options,
     .n_options = VOTA_COUNT(import_options),
     .examples = import_examples,
     .n_examples = VOTA_COUNT(import_examples),
     .max_args = 1,
     .loads_keys = true,
     .run = vota_key_run_import},
    {.name = "address",
     .synopsis = "[--role ROLE]",
     .summary = "help.key.address.summary",
     .about = "help.key.address.about",
     .options = address_options,
     .n_options = VOTA_COUNT(address_options),
     .examples = address_examples,
     .n_examples = VOTA_COUNT(address_examples),
     .run = run_address},
};

const struct vota_command vota_cmd_key = {"key", "help.key.summary", VOTA_TABLE(actions)};
