/* SPDX-License-Identifier: Apache-2.0 */
/* `deploy`: puts the contract on chain, at an address that its keys decide. */
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/deployment.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/engine/deploy.h"
#include "proof/hex.h"

#define DEFAULT_TIMEOUT 1800u

static int queue(struct vota_session *session, const char *owner)
{
    struct vota_store_deployment deployment = {0};
    struct vota_error err = {0};
    if (session->network.role == VOTA_NETWORK_SUCCESSOR) /* it has to name its predecessor */
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.deploy-successor", NULL);
    if (vota_recover_address_read(&deployment.genesis.owner, NULL, owner, strlen(owner)) != VOTA_OK)
        return vota_cli_usage(session->cli, "error.bad-address", owner, NULL);
    const int code = vota_deployment_prepare(session, &deployment);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_deploy_queue(session->store, session->network.id, &deployment, vota_session_now(),
                          &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.deploy", NULL);
    return VOTA_EXIT_OK;
}

static void report_json(const struct vota_session *session)
{
    const struct vota_store_network *network = &session->network;
    const struct vota_genesis *genesis = &network->deployment.genesis;
    struct vota_json json;
    vota_json_begin(&json, session->cli->out);
    vota_json_number(&json, "chain_id", network->chain_id);
    vota_json_hash(&json, "chain_genesis", &network->genesis_block);
    vota_json_addr(&json, "contract", &genesis->contract);
    vota_json_addr(&json, "deployer", &network->deployment.deployer);
    vota_json_hash(&json, "salt", &network->deployment.salt);
    vota_json_addr(&json, "owner", &genesis->owner);
    vota_json_addr(&json, "anchorer", &genesis->anchorer);
    vota_json_addr(&json, "acceptance_key", &genesis->acceptance_key);
    vota_json_number(&json, "block", network->deploy_block);
    vota_json_hash(&json, "transaction", &network->deploy_tx);
    vota_json_finish(&json);
}

static void report(const struct vota_session *session)
{
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    char owner[VOTA_ADDR_HEX_CHARS + 1];
    char tx[VOTA_HASH_HEX_CHARS + 1];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_store_network *network = &session->network;
    const struct vota_genesis *genesis = &network->deployment.genesis;
    if (session->cli->json) {
        report_json(session);
        return;
    }
    vota_hex_of_addr(contract, &genesis->contract);
    vota_hex_of_addr(owner, &genesis->owner);
    vota_hex_of_hash(tx, &network->deploy_tx);
    vota_output_number(block, network->deploy_block);
    vota_cli_say(
        session->cli, "deploy.done", "network",
        vota_text(session->cli, vota_network_text(network->chain_id, &network->genesis_block)),
        NULL);
    const struct vota_table_line fields[] = {
        {"field.contract", contract},
        {"field.owner", owner},
        {"field.block", block},
        {"field.transaction", tx},
    };
    vota_table_fields(session->cli, VOTA_TABLE(fields));
}

static int deploy(struct vota_session *session, const struct vota_args *args)
{
    enum vota_session_wait wait = VOTA_WAIT_MINED;
    int code = vota_session_wait_of(session->cli, &wait, vota_args_value(args, "wait"));
    if (code == VOTA_EXIT_OK)
        code = vota_session_connect(session);
    if (code == VOTA_EXIT_OK && !session->network.has_contract)
        code = queue(session, vota_args_value(args, "owner"));
    if (code == VOTA_EXIT_OK)
        code = vota_session_settle(session, wait, DEFAULT_TIMEOUT);
    if (code != VOTA_EXIT_OK)
        return code;
    code = vota_session_reload(session);
    if (code != VOTA_EXIT_OK)
        return code;
    report(session);
    return VOTA_EXIT_OK;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_session session;
    int code = vota_session_open_on(&session, cli, vota_args_value(args, "network"));
    session.password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = deploy(&session, args);
    vota_session_close(&session);
    return code;
}

static const struct vota_option options[] = {
    {.name = "owner", .required = true, .value = "ADDRESS", .help = "help.deploy.owner"},
    {.name = "network", .value = "NAME", .help = "help.option.network"},
    {.name = "wait", .value = "mined|final", .help = "help.option.wait"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};

static const struct vota_example examples[] = {
    {"help.deploy.example", "deploy --owner 0x00000000000000000000000000000000000000aa"},
    {"help.deploy.example-secondary",
     "deploy --network secondary --owner 0x00000000000000000000000000000000000000aa"},
};

static const struct vota_action actions[] = {{
    .synopsis = "",
    .summary = "help.deploy.summary",
    .about = "help.deploy.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .loads_keys = true,
    .run = run,
}};

const struct vota_command vota_cmd_deploy = {"deploy", "help.deploy.summary", VOTA_TABLE(actions)};
