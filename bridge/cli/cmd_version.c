/* SPDX-License-Identifier: Apache-2.0 */
/* `version`: which program this is and which libraries it runs on. */
#include "bridge/cli/commands.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/table.h"
#include "bridge/crypto.h"
#include "bridge/definition_json.h"
#include "bridge/store/store.h"
#include "rpc/transport.h"

struct library {
    const char *member; /* of the JSON */
    const char *label;  /* text key */
    const char *version;
};

static int show(const struct vota_cli *cli, const struct library *libraries, size_t n)
{
    struct vota_table_line lines[8] = {{"version.program", VOTA_VERSION}};
    for (size_t i = 0; i < n; i++)
        lines[i + 1] = (struct vota_table_line){libraries[i].label, libraries[i].version};
    vota_table_fields(cli, lines, n + 1);
    return VOTA_EXIT_OK;
}

static int show_json(const struct vota_cli *cli, const struct library *libraries, size_t n)
{
    struct vota_json json;
    vota_json_begin(&json, cli->out);
    vota_json_text(&json, "version", VOTA_VERSION);
    vota_json_object(&json, "libraries");
    for (size_t i = 0; i < n; i++)
        vota_json_text(&json, libraries[i].member, libraries[i].version);
    vota_json_end(&json);
    vota_json_finish(&json);
    return VOTA_EXIT_OK;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    /* libsecp256k1 and inih do not say which version they are */
    const struct library libraries[] = {
        {"openssl", "version.openssl", vota_crypto_version()},
        {"sqlite", "version.sqlite", vota_store_library_version()},
        {"curl", "version.curl", vota_transport_curl_version()},
        {"jansson", "version.jansson", vota_definition_json_library()},
    };
    (void)args;
    return cli->json ? show_json(cli, VOTA_TABLE(libraries)) : show(cli, VOTA_TABLE(libraries));
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
