/* SPDX-License-Identifier: Apache-2.0 */
/* `register list` and `register show ID`. */
#include <stdlib.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/register.h"
#include "bridge/cli/register_draft.h"
#include "bridge/cli/table.h"
#include "proof/hex.h"

struct listing {
    struct vota_session session;
    struct vota_table table;
    struct vota_json json;
    struct vota_definition definition; /* of the register at hand */
    char title[VOTA_REGISTER_LABEL_CAP];
    uint64_t now;
};

static void json_register(struct vota_json *json, const struct listing *listing,
                          const struct vota_store_register *reg, const uint64_t counts[2])
{
    vota_json_text(json, "register", reg->slug);
    vota_json_hash(json, "register_hash", &reg->hash);
    vota_json_text(json, "kind", vota_definition_kind_name(listing->definition.kind));
    vota_json_text(json, "state",
                   vota_register_state_text(reg, listing->now) + sizeof "register.state." - 1);
    vota_json_time(json, "opens_at", reg->opens_at);
    vota_json_time(json, "closes_at", reg->closes_at);
    vota_json_time(json, "counts_until", reg->counts_until);
    vota_json_time(json, "results_by", reg->results_by);
    vota_json_number(json, "entry", reg->opened_entry);
    vota_json_number(json, "records", counts[0]);
    vota_json_number(json, "pending", counts[1]);
}

/* Title and counts of the register at hand. */
static enum vota_status look(struct listing *listing, const struct vota_store_register *reg,
                             uint64_t ret_counts[2], struct vota_error *err)
{
    const enum vota_status status =
        vota_definition_read(&listing->definition, reg->definition.at, reg->definition.len, err);
    if (status != VOTA_OK)
        return status;
    vota_register_label(listing->title, vota_register_in_language(listing->session.cli,
                                                                  listing->definition.title_en,
                                                                  listing->definition.title_ko));
    return vota_store_register_count(&ret_counts[0], &ret_counts[1], listing->session.store,
                                     reg->id, err);
}

static enum vota_status add_row(void *context, const struct vota_store_register *reg)
{
    char closes[VOTA_OUTPUT_TIME_CAP];
    char records[VOTA_OUTPUT_NUMBER_CAP];
    uint64_t counts[2] = {0, 0};
    struct listing *listing = context;
    const struct vota_cli *cli = listing->session.cli;
    const enum vota_status status = look(listing, reg, counts, NULL);
    if (status != VOTA_OK)
        return status;
    if (cli->json) {
        vota_json_object(&listing->json, NULL);
        json_register(&listing->json, listing, reg, counts);
        vota_json_end(&listing->json);
        return VOTA_OK;
    }
    vota_output_minute(cli, closes, reg->closes_at);
    vota_output_number(records, counts[0]);
    const char *const cells[] = {reg->slug,
                                 vota_text(cli, vota_register_state_text(reg, listing->now)),
                                 records, closes, listing->title};
    return vota_table_add(&listing->table, cells);
}

static int list(struct listing *listing)
{
    static const struct vota_column columns[] = {{"register.column.id", false},
                                                 {"register.column.state", false},
                                                 {"register.column.records", true},
                                                 {"register.column.closes", false},
                                                 {"register.column.title", false}};
    struct vota_error err = {0};
    const struct vota_cli *cli = listing->session.cli;
    vota_table_init(&listing->table, VOTA_TABLE(columns));
    if (cli->json) {
        vota_json_begin(&listing->json, cli->out);
        vota_json_array(&listing->json, "registers");
    }
    const enum vota_status status = vota_store_register_each(
        listing->session.store, listing->session.network.line, add_row, listing, &err);
    if (cli->json) {
        vota_json_end(&listing->json);
        vota_json_finish(&listing->json);
    } else if (status == VOTA_OK && listing->table.n_cells == 0) {
        vota_cli_say(cli, "register.none", NULL);
    } else if (status == VOTA_OK) {
        vota_table_print(&listing->table, cli);
    }
    vota_table_done(&listing->table);
    return status == VOTA_OK ? VOTA_EXIT_OK : vota_cli_fail_error(cli, &err, "error.store", NULL);
}

static void show_text(const struct listing *listing, const struct vota_store_register *reg,
                      const uint64_t counts[2])
{
    char hash[VOTA_HASH_HEX_CHARS + 1];
    char entry[VOTA_OUTPUT_NUMBER_CAP];
    char records[VOTA_OUTPUT_NUMBER_CAP];
    char pending[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = listing->session.cli;
    vota_hex_of_hash(hash, &reg->hash);
    vota_output_number(entry, reg->opened_entry);
    vota_output_number(records, counts[0]);
    vota_output_number(pending, counts[1]);
    const struct vota_table_line fields[] = {
        {"register.column.id", reg->slug},
        {"register.hash", hash},
        {"register.column.state", vota_text(cli, vota_register_state_text(reg, listing->now))},
        {"register.entry", reg->opened_entry == 0 ? NULL : entry},
        {"register.column.records", records},
        {"register.pending", pending},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
    (void)fputc('\n', cli->out);
    vota_register_draft_show(cli, &listing->definition);
}

static int show(struct listing *listing, const struct vota_store_register *reg, bool definition)
{
    uint64_t counts[2] = {0, 0};
    struct vota_error err = {0};
    const struct vota_cli *cli = listing->session.cli;
    if (definition) { /* the hashed bytes and nothing else */
        (void)fwrite(reg->definition.at, 1, reg->definition.len, cli->out);
        return VOTA_EXIT_OK;
    }
    if (look(listing, reg, counts, &err) != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    if (!cli->json) {
        show_text(listing, reg, counts);
        return VOTA_EXIT_OK;
    }
    vota_json_begin(&listing->json, cli->out);
    json_register(&listing->json, listing, reg, counts);
    vota_json_text_of(&listing->json, "definition", reg->definition);
    vota_json_finish(&listing->json);
    return VOTA_EXIT_OK;
}

static int show_named(struct listing *listing, const struct vota_args *args)
{
    struct vota_store_register_copy copy = {.definition = NULL};
    int code = vota_register_find(&listing->session, &copy, args->positional[0]);
    if (code == VOTA_EXIT_OK)
        code = show(listing, &copy.about, vota_args_has(args, "definition"));
    vota_store_register_done(&copy);
    return code;
}

/* `args` is NULL for the list of all. */
static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct listing *listing = calloc(1, sizeof *listing);
    if (listing == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    listing->now = vota_session_now();
    int code = vota_session_open(&listing->session, cli);
    if (code == VOTA_EXIT_OK)
        code = args == NULL ? list(listing) : show_named(listing, args);
    vota_session_close(&listing->session);
    free(listing);
    return code;
}

int vota_register_list(struct vota_cli *cli, const struct vota_args *args)
{
    (void)args;
    return run(cli, NULL);
}

int vota_register_show(struct vota_cli *cli, const struct vota_args *args)
{
    return run(cli, args);
}
