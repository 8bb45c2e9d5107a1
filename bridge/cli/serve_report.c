/* SPDX-License-Identifier: Apache-2.0 */
/* A few lines at the start of `serve`: see serve_report.h. */
#include "bridge/cli/serve_report.h"

#include <stdio.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/register.h"
#include "bridge/cli/status_report.h"
#include "bridge/cli/table.h"
#include "proof/hex.h"

enum vota_status vota_serve_registers_count(void *context, const struct vota_store_register *reg)
{
    struct vota_serve_registers *registers = context;
    registers->all++;
    registers->open +=
        strcmp(vota_register_state_text(reg, registers->now), "register.state.open") == 0;
    return VOTA_OK;
}

static void report_json(const struct vota_cli *cli, const struct vota_service_options *options,
                        const struct vota_serve_registers *registers, const char *address)
{
    struct vota_json json;
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "listen", address);
    vota_json_bool(&json, "read_only", options->is_reader);
    vota_json_array(&json, "networks");
    for (size_t i = 0; i < options->n_networks; i++) {
        const struct vota_store_network *network = &options->network[i].row;
        vota_json_object(&json, NULL);
        vota_json_text(&json, "name", network->name);
        vota_json_number(&json, "chain_id", network->chain_id);
        vota_json_addr(&json, "contract", &network->deployment.genesis.contract);
        vota_json_end(&json);
    }
    vota_json_end(&json);
    vota_json_number(&json, "registers", registers->all);
    vota_json_number(&json, "registers_open", registers->open);
    vota_json_finish(&json);
}

/* What the two lines of a network say. */
struct network_lines {
    struct vota_phrase title;
    char contract[VOTA_ADDR_HEX_CHARS + 1];
};

static void report_fields(const struct vota_cli *cli, const struct vota_service_options *options,
                          const char *registers, const char *address)
{
    struct network_lines lines[VOTA_STANDING_NETWORKS];
    struct vota_table_line fields[2 * VOTA_STANDING_NETWORKS + 2];
    size_t n = 0;
    for (size_t i = 0; i < options->n_networks; i++) {
        const struct vota_store_network *network = &options->network[i].row;
        vota_hex_of_addr(lines[i].contract, &network->deployment.genesis.contract);
        fields[n++] = (struct vota_table_line){"field.network",
                                               vota_status_title(cli, &lines[i].title, network)};
        fields[n++] = (struct vota_table_line){"field.contract", lines[i].contract};
    }
    fields[n++] = (struct vota_table_line){"field.registers", registers};
    fields[n++] = (struct vota_table_line){"field.listen", address};
    vota_table_fields(cli, fields, n);
}

static void report_text(const struct vota_cli *cli, const struct vota_service_options *options,
                        const struct vota_serve_registers *registers, const char *address)
{
    struct vota_phrase count;
    char all[VOTA_OUTPUT_NUMBER_CAP];
    char open[VOTA_OUTPUT_NUMBER_CAP];
    vota_output_number(all, registers->all);
    vota_output_number(open, registers->open);
    vota_output_style(cli, VOTA_STYLE_BOLD);
    vota_text_print(cli, cli->out, options->is_reader ? "serve.reading" : "serve.accepting", NULL);
    vota_output_plain(cli);
    (void)fputs("\n\n", cli->out);
    report_fields(cli, options,
                  vota_phrase_say(cli, &count, "serve.registers", "all", all, "open", open, NULL),
                  address);
    (void)fputc('\n', cli->out);
    vota_cli_say(cli, "serve.stop", NULL);
}

void vota_serve_report(const struct vota_cli *cli, const struct vota_service_options *options,
                       const struct vota_serve_registers *registers, const char *address)
{
    if (cli->json)
        report_json(cli, options, registers, address);
    else if (cli->out_tty)
        report_text(cli, options, registers, address);
    (void)fflush(cli->out);
}
