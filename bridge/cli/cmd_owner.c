/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `owner`: what only the contract's owner may do. Without --keystore it prints
 * the call for a cold wallet, which is how it should be; with it, it signs,
 * stores and sends.
 */
#include "bridge/cli/commands.h"
#include "bridge/cli/owner_send.h"

static int send(struct vota_session *session, const struct vota_owner_call *call,
                const struct vota_args *args)
{
    struct vota_tx_signer *signer = NULL;
    enum vota_session_wait wait = VOTA_WAIT_MINED;
    int code = VOTA_EXIT_OK;
    if (call->enters)
        code = vota_session_wait_of(session->cli, &wait, vota_args_value(args, "wait"));
    if (code == VOTA_EXIT_OK)
        code = vota_session_connect(session);
    if (code == VOTA_EXIT_OK)
        code = vota_owner_key_open(session, &signer, vota_args_value(args, "keystore"));
    if (code == VOTA_EXIT_OK)
        code = call->enters ? vota_owner_send(session, call, signer, wait)
                            : vota_owner_transfer(session, call, signer);
    vota_tx_signer_free(signer);
    return code;
}

static int run_call(struct vota_cli *cli, const struct vota_args *args, vota_owner_call_maker *make)
{
    struct vota_session session;
    struct vota_owner_call call;
    int code = vota_session_open_on(&session, cli, vota_args_value(args, "network"));
    session.password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_contract(&session);
    if (code == VOTA_EXIT_OK)
        code = make(&call, cli, args);
    if (code == VOTA_EXIT_OK)
        code = vota_args_value(args, "keystore") == NULL ? vota_owner_call_print(&call, &session)
                                                         : send(&session, &call, args);
    vota_session_close(&session);
    return code;
}

static int run_set_key(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, vota_owner_call_set_key);
}

static int run_disavow(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, vota_owner_call_disavow);
}

static int run_succeeded_by(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, vota_owner_call_succeeded_by);
}

static int run_transfer(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, vota_owner_call_transfer);
}

static int run_accept(struct vota_cli *cli, const struct vota_args *args)
{
    return run_call(cli, args, vota_owner_call_accept);
}

/* clang-format off */
#define SENDING                                                                                    \
    {.name = "keystore", .value = "FILE", .help = "help.owner.keystore"},                          \
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},               \
    {.name = "network", .value = "NAME", .help = "help.option.network"}
#define WAITING                                                                                    \
    SENDING, {.name = "wait", .value = "mined|final", .help = "help.owner.wait"}
/* clang-format on */

static const struct vota_option set_key_options[] = {
    {.name = "role", .required = true, .value = "anchorer|acceptance", .help = "help.owner.role"},
    {.name = "address", .required = true, .value = "ADDRESS", .help = "help.owner.address"},
    {.name = "untrusted-since", .value = "TIME", .help = "help.owner.untrusted-since"},
    WAITING};
static const struct vota_option disavow_options[] = {
    {.name = "reason", .required = true, .value = "TEXT", .help = "help.owner.reason"}, WAITING};
static const struct vota_option succeeded_options[] = {
    {.name = "chain-id", .required = true, .value = "NUMBER", .help = "help.owner.chain-id"},
    {.name = "address", .required = true, .value = "ADDRESS", .help = "help.owner.successor"},
    WAITING};
static const struct vota_option transfer_options[] = {SENDING};
static const struct vota_option accept_options[] = {WAITING};

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
     .options = transfer_options,
     .n_options = VOTA_COUNT(transfer_options),
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
     .options = accept_options,
     .n_options = VOTA_COUNT(accept_options),
     .examples = accept_examples,
     .n_examples = VOTA_COUNT(accept_examples),
     .loads_keys = true,
     .run = run_accept},
};

const struct vota_command vota_cmd_owner = {"owner", "help.owner.summary", VOTA_TABLE(actions)};
