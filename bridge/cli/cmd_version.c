/* SPDX-License-Identifier: Apache-2.0 */
/* `version`: which program this is and which libraries it runs on. */
#include "bridge/cli/commands.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/crypto.h"

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    (void)args;
    if (cli->json) {
        struct vota_json json;
        vota_json_begin(&json, cli->out);
        vota_json_text(&json, "version", VOTA_VERSION);
        vota_json_object(&json, "libraries");
        vota_json_text(&json, "openssl", vota_crypto_version());
        vota_json_end(&json);
        vota_json_finish(&json);
        return VOTA_EXIT_OK;
    }
    const struct vota_table_line fields[] = {
        {"version.program", VOTA_VERSION},
        {"version.openssl", vota_crypto_version()},
    };
    vota_table_fields(cli, VOTA_TABLE(fields));
    return VOTA_EXIT_OK;
}

static const struct vota_example examples[] = {
    {"help.version.example", "version --json"},
};

static const struct vota_action actions[] = {{
    .synopsis = "",
    .summary = "help.version.summary",
    .about = "help.version.about",
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .run = run,
}};

const struct vota_command vota_cmd_version = {"version", "help.version.summary",
                                              VOTA_TABLE(actions)};
