/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `owner`: what only the contract's owner may do. Without --keystore it prints
 * the call for a cold wallet, which is how it should be; with it, it signs and
 * sends.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/session.h"
#include "bridge/cli/table.h"
#include "bridge/engine/attempt.h"
#include "bridge/engine/contract.h"
#include "bridge/key_source.h"
#include "bridge/password.h"
#include "proof/hex.h"
#include "proof/time.h"
#include "rpc/keystore.h"

#define CALLDATA_MAX    8192u
#define RECEIPT_TRIES   120u
#define RECEIPT_WAIT_MS 1000u

struct owning {
    struct vota_session session;
    uint8_t calldata[CALLDATA_MAX];
    struct vota_wr call;
    uint8_t raw[CALLDATA_MAX + 512];
    struct vota_tx_signer *signer;
};

static int need_address(const struct vota_cli *cli, vota_addr *ret_addr, const char *text)
{
    if (vota_recover_address_read(ret_addr, NULL, text, strlen(text)) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_usage(cli, "error.bad-address", text, NULL);
}

static int need_number(const struct vota_cli *cli, uint64_t *ret_number, const char *text)
{
    char *end = NULL;
    const bool digits = text[0] >= '0' && text[0] <= '9';
    const unsigned long long number = digits ? strtoull(text, &end, 10) : 0;
    if (!digits || *end != '\0' || number == ULLONG_MAX)
        return vota_cli_usage(cli, "error.bad-number", text, NULL);
    *ret_number = number;
    return VOTA_EXIT_OK;
}

/* ---- the five calls ---- */

static int call_set_key(struct owning *owning, const struct vota_args *args)
{
    const struct vota_cli *cli = owning->session.cli;
    const char *role = vota_args_value(args, "role");
    const char *since = vota_args_value(args, "untrusted-since");
    const bool anchorer = strcmp(role, "anchorer") == 0;
    vota_addr key = {{0}};
    uint64_t untrusted_since = 0;
    if (!anchorer && strcmp(role, "acceptance") != 0)
        return vota_cli_usage(cli, "error.bad-role", role, NULL);
    const int code = need_address(cli, &key, vota_args_value(args, "address"));
    if (code != VOTA_EXIT_OK)
        return code;
    if (since != NULL && vota_time_read(&untrusted_since, since, strlen(since)) != VOTA_OK)
        return vota_cli_usage(cli, "error.bad-time", since, NULL);
    vota_contract_set_key(&owning->call, anchorer ? VOTA_ROLE_ANCHORER : VOTA_ROLE_ACCEPTANCE, &key,
                          untrusted_since);
    return VOTA_EXIT_OK;
}

static int call_disavow(struct owning *owning, const struct vota_args *args)
{
    const struct vota_cli *cli = owning->session.cli;
    const char *reason = vota_args_value(args, "reason");
    uint64_t first = 0;
    uint64_t last = 0;
    int code = need_number(cli, &first, args->positional[0]);
    if (code == VOTA_EXIT_OK)
        code = need_number(cli, &last, args->positional[1]);
    if (code != VOTA_EXIT_OK)
        return code;
    if (first == 0 || first > last)
        return vota_cli_usage(cli, "error.bad-range", args->positional[0], NULL);
    if (strlen(reason) > VOTA_CONTRACT_REASON_MAX)
        return vota_cli_usage(cli, "error.reason-too-long", "--reason", NULL);
    vota_contract_disavow(&owning->call, first, last,
                          (struct vota_slice){(const uint8_t *)reason, strlen(reason)});
    return VOTA_EXIT_OK;
}

static int call_succeeded_by(struct owning *owning, const struct vota_args *args)
{
    const struct vota_cli *cli = owning->session.cli;
    vota_addr successor = {{0}};
    uint64_t chain_id = 0;
    int code = need_number(cli, &chain_id, vota_args_value(args, "chain-id"));
    if (code == VOTA_EXIT_OK)
        code = need_address(cli, &successor, vota_args_value(args, "address"));
    if (code == VOTA_EXIT_OK)
        vota_contract_succeeded_by(&owning->call, chain_id, &successor);
    return code;
}

static int call_transfer(struct owning *owning, const struct vota_args *args)
{
    vota_addr owner = {{0}};
    const int code = need_address(owning->session.cli, &owner, args->positional[0]);
    if (code == VOTA_EXIT_OK)
        vota_contract_transfer_ownership(&owning->call, &owner);
    return code;
}

static int call_accept(struct owning *owning, const struct vota_args *args)
{
    (void)args;
    vota_contract_accept_ownership(&owning->call);
    return VOTA_EXIT_OK;
}

/* ---- printing or sending ---- */

static int print_call(const struct owning *owning)
{
    static char data[2 * CALLDATA_MAX + 3];
    char contract[VOTA_ADDR_HEX_CHARS + 1];
    char chain[VOTA_OUTPUT_NUMBER_CAP];
    const struct vota_cli *cli = owning->session.cli;
    const struct vota_store_network *network = &owning->session.network;
    struct vota_wr wr = vota_wr_of(data, sizeof data - 1);
    vota_hex_write(&wr, owning->call.to, owning->call.len);
    data[wr.len] = '\0';
    vota_hex_of_addr(contract, &network->deployment.genesis.contract);
    (void)snprintf(chain, sizeof chain, "%llu", (unsigned long long)network->chain_id);
    if (cli->json) {
        struct vota_json json;
        vota_json_begin(&json, cli->out);
        vota_json_number(&json, "chain_id", network->chain_id);
        vota_json_text(&json, "to", contract);
        vota_json_text(&json, "value", "0x0");
        vota_json_text(&json, "data", data);
        vota_json_finish(&json);
        return VOTA_EXIT_OK;
    }
    const struct vota_table_line fields[] = {{"field.chain-id", chain},
                                        {"field.to", contract},
                                        {"field.value", "0"},
                                        {"field.data", data}};
    vota_cli_say(cli, "owner.sign-elsewhere", NULL);
    vota_table_fields(cli, VOTA_TABLE(fields));
    return VOTA_EXIT_OK;
}

static int open_owner(struct owning *owning, const char *path)
{
    struct vota_password password;
    struct vota_key_source source = {.kind = VOTA_KEY_FILE};
    struct vota_error err = {0};
    const struct vota_cli *cli = owning->session.cli;
    const char *file = owning->session.password_file;
    if (vota_key_source_read(&source, path) != NULL || source.kind != VOTA_KEY_FILE)
        return vota_session_signer_at(&owning->session, &owning->signer, "owner", path);
    enum vota_status status =
        file != NULL ? vota_password_of_file(&password, file, &err)
                     : vota_password_ask(&password, vota_text(cli, "password.prompt"), &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.password", "role", "owner", NULL);
    const struct vota_slice bytes = {(const uint8_t *)password.text, password.len};
    struct vota_signer *key = NULL;
    status = vota_keystore_open(&key, path, bytes, &err);
    vota_password_wipe(&password);
    if (status == VOTA_OK)
        status = vota_tx_signer_local(&owning->signer, key, &err);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.key-file", "role", "owner", NULL);
    return VOTA_EXIT_OK;
}

static enum vota_status sign(struct owning *owning, struct vota_store_attempt *ret_attempt,
                             struct vota_provider *provider, struct vota_error *err)
{
    const struct vota_config *config = &owning->session.config;
    const struct vota_attempt_limits limits = {.fees = {.tip_min = config->min_tip,
                                                        .tip_max = config->max_tip,
                                                        .fee_max = config->max_fee},
                                               .tx_max = config->max_tx};
    struct vota_attempt_order order = {.quorum = &owning->session.quorum,
                                       .signer = owning->signer,
                                       .limits = &limits,
                                       .chain_id = owning->session.network.chain_id,
                                       .to = owning->session.network.deployment.genesis.contract,
                                       .calldata = {owning->call.to, owning->call.len}};
    const vota_addr owner = vota_tx_signer_address(owning->signer);
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    struct vota_block block;
    struct vota_wr wr = vota_wr_of(owning->raw, sizeof owning->raw);
    enum vota_status status = vota_eth_nonce(provider, &order.nonce, &owner, &latest, err);
    if (status == VOTA_OK)
        status = vota_eth_block(provider, &block, &latest, err);
    if (status == VOTA_OK &&
        !vota_fees_next_base(&order.next_base_fee, block.base_fee, block.gas_used, block.gas_limit))
        status = vota_fail(err, VOTA_REMOTE, "block", "no-base-fee");
    if (status == VOTA_OK)
        status = vota_attempt_sign(ret_attempt, &wr, &order, err);
    return status;
}

static int await_receipt(const struct owning *owning, struct vota_provider *provider,
                         const vota_hash *tx_hash)
{
    const struct vota_cli *cli = owning->session.cli;
    char text[VOTA_HASH_HEX_CHARS + 1];
    char block[VOTA_OUTPUT_NUMBER_CAP];
    vota_hex_of_hash(text, tx_hash);
    for (unsigned i = 0; i < RECEIPT_TRIES; i++) {
        struct vota_tx_receipt receipt = {0};
        struct vota_error err = {0};
        const struct timespec pause = {.tv_sec = RECEIPT_WAIT_MS / 1000};
        if (vota_eth_receipt(provider, &receipt, tx_hash, &err) == VOTA_OK) {
            const bool succeeded = receipt.succeeded;
            vota_output_number(block, receipt.block_number);
            vota_tx_receipt_done(&receipt);
            if (!succeeded)
                return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.owner-reverted", "tx", text,
                                     NULL);
            vota_cli_say(cli, "owner.done", "tx", text, "block", block, NULL);
            return VOTA_EXIT_OK;
        }
        (void)nanosleep(&pause, NULL);
    }
    return vota_cli_fail(cli, VOTA_EXIT_UNCHECKED, "error.owner-waiting", "tx", text, NULL);
}

static int send(struct owning *owning)
{
    struct vota_session *session = &owning->session;
    struct vota_store_attempt attempt;
    struct vota_error err = {0};
    enum vota_send_answer answer = VOTA_SEND_UNKNOWN;
    struct vota_provider *provider = vota_connect_first(&session->connections);
    if (sign(owning, &attempt, provider, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.owner-send", NULL);
    for (size_t i = 0; i < session->connections.n; i++) {
        if (session->connections.item[i].usable)
            (void)!vota_eth_send_raw(&session->connections.item[i].provider, &answer, attempt.raw,
                                     &err);
    }
    return await_receipt(owning, provider, &attempt.tx_hash);
}

static int run_call(struct vota_cli *cli, const struct vota_args *args,
                    int (*make)(struct owning *owning, const struct vota_args *args))
{
    struct owning *owning = calloc(1, sizeof *owning);
    if (owning == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const char *keystore = vota_args_value(args, "keystore");
    owning->call = vota_wr_of(owning->calldata, sizeof owning->calldata);
    int code = vota_session_open(&owning->session, cli);
    owning->session.password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_contract(&owning->session);
    if (code == VOTA_EXIT_OK)
        code = make(owning, args);
    if (code == VOTA_EXIT_OK && keystore == NULL)
        code = print_call(owning);
    if (code == VOTA_EXIT_OK && keystore != NULL) {
        code = vota_session_connect(&owning->session);
        if (code == VOTA_EXIT_OK)
            code = open_owner(owning, keystore);
        if (code == VOTA_EXIT_OK)
            code = send(owning);
    }
    vota_tx_signer_free(owning->signer);
    vota_session_close(&owning->session);
    free(owning);
    return code;
}

static int run_set_key(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, call_set_key);
}

static int run_disavow(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, call_disavow);
}

static int run_succeeded_by(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, call_succeeded_by);
}

static int run_transfer(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, call_transfer);
}

static int run_accept(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, call_accept);
}

/* clang-format off */
#define SENDING                                                                                    \
    {.name = "keystore", .value = "FILE", .help = "help.owner.keystore"},                          \
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"}
/* clang-format on */

static const struct vota_option set_key_options[] = {
    {.name = "role", .required = true, .value = "anchorer|acceptance", .help = "help.owner.role"},
    {.name = "address", .required = true, .value = "ADDRESS", .help = "help.owner.address"},
    {.name = "untrusted-since", .value = "TIME", .help = "help.owner.untrusted-since"},
    SENDING};
static const struct vota_option disavow_options[] = {
    {.name = "reason", .required = true, .value = "TEXT", .help = "help.owner.reason"}, SENDING};
static const struct vota_option succeeded_options[] = {
    {.name = "chain-id", .required = true, .value = "NUMBER", .help = "help.owner.chain-id"},
    {.name = "address", .required = true, .value = "ADDRESS", .help = "help.owner.successor"},
    SENDING};
static const struct vota_option sending_options[] = {SENDING};

static const struct vota_example set_key_examples[] = {
    {"help.owner.set-key.example",
     "owner set-key --role anchorer --address 0x00000000000000000000000000000000000000aa "
     "--untrusted-since 2026-11-20T09:00:00Z"}};
static const struct vota_example disavow_examples[] = {
    {"help.owner.disavow.example", "owner disavow 12 14 --reason \"stolen anchorer key\""}};
static const struct vota_example succeeded_examples[] = {
    {"help.owner.succeeded-by.example",
     "owner succeeded-by --chain-id 560048 --address 0x00000000000000000000000000000000000000bb"}};
static const struct vota_example transfer_examples[] = {
    {"help.owner.transfer.example", "owner transfer 0x00000000000000000000000000000000000000cc"}};
static const struct vota_example accept_examples[] = {
    {"help.owner.accept.example", "owner accept --keystore owner.json"}};

static const struct vota_action actions[] = {
    {.name = "set-key",
     .synopsis = "",
     .summary = "help.owner.set-key.summary",
     .about = "help.owner.set-key.about",
     .options = set_key_options,
     .n_options = VOTA_COUNT(set_key_options),
     .examples = set_key_examples,
     .n_examples = VOTA_COUNT(set_key_examples),
     .loads_keys = true,
     .run = run_set_key},
    {.name = "disavow",
     .synopsis = "FIRST LAST",
     .summary = "help.owner.disavow.summary",
     .about = "help.owner.disavow.about",
     .options = disavow_options,
     .n_options = VOTA_COUNT(disavow_options),
     .examples = disavow_examples,
     .n_examples = VOTA_COUNT(disavow_examples),
     .min_args = 2,
     .max_args = 2,
     .loads_keys = true,
     .run = run_disavow},
    {.name = "succeeded-by",
     .synopsis = "",
     .summary = "help.owner.succeeded-by.summary",
     .about = "help.owner.succeeded-by.about",
     .options = succeeded_options,
     .n_options = VOTA_COUNT(succeeded_options),
     .examples = succeeded_examples,
     .n_examples = VOTA_COUNT(succeeded_examples),
     .loads_keys = true,
     .run = run_succeeded_by},
    {.name = "transfer",
     .synopsis = "ADDRESS",
     .summary = "help.owner.transfer.summary",
     .about = "help.owner.transfer.about",
     .options = sending_options,
     .n_options = VOTA_COUNT(sending_options),
     .examples = transfer_examples,
     .n_examples = VOTA_COUNT(transfer_examples),
     .min_args = 1,
     .max_args = 1,
     .loads_keys = true,
     .run = run_transfer},
    {.name = "accept",
     .synopsis = "",
     .summary = "help.owner.accept.summary",
     .about = "help.owner.accept.about",
     .options = sending_options,
     .n_options = VOTA_COUNT(sending_options),
     .examples = accept_examples,
     .n_examples = VOTA_COUNT(accept_examples),
     .loads_keys = true,
     .run = run_accept},
};

const struct vota_command vota_cmd_owner = {"owner", "help.owner.summary", VOTA_TABLE(actions)};
