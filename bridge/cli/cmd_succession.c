/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `succession`: one network gives way to another. Every step looks at the chain
 * and the store first, so that the command can be run again wherever it ended;
 * which step comes next is engine/succession.h's to say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/deployment.h"
#include "bridge/cli/output.h"
#include "bridge/cli/owner_send.h"
#include "bridge/cli/succession_report.h"
#include "bridge/engine/contract.h"
#include "bridge/engine/deploy.h"
#include "proof/hex.h"

#define TIMEOUT 7200u /* for finality, which is a quarter of an hour on a calm chain */

struct succeeding {
    struct vota_succession about; /* what is reported */
    const struct vota_args *args;
    bool says_dead; /* --old-chain-dead */
    uint64_t deadline;
    struct vota_owner_call call;
};

/* ---- the two networks ---- */

static const char dead_key[] = "old-chain-dead";

/* That the old chain is dead is said once, and holds for the rest of this succession. */
static int remember_dead(struct succeeding *succeeding)
{
    char value[VOTA_STORE_NAME_MAX + 1];
    struct vota_error err = {0};
    struct vota_store *store = succeeding->about.session.store;
    const char *name = succeeding->about.next->network.name;
    const bool known = vota_store_meta_get(value, sizeof value, store, dead_key, NULL) == VOTA_OK &&
                       strcmp(value, name) == 0;
    succeeding->about.view.dead = known || succeeding->says_dead;
    if (known || !succeeding->about.view.dead)
        return VOTA_EXIT_OK;
    enum vota_status status = vota_store_begin(store, &err);
    if (status == VOTA_OK)
        status = vota_store_meta_set(store, dead_key, name, &err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, &err);
    vota_store_rollback(store);
    return status == VOTA_OK
               ? VOTA_EXIT_OK
               : vota_cli_fail_error(succeeding->about.session.cli, &err, "error.store", NULL);
}

/* Reads what is known; what cannot be read from the old chain now is read at the next look. */
static int look(struct succeeding *succeeding)
{
    struct vota_succession *about = &succeeding->about;
    struct vota_session *session = &about->session;
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    enum vota_status status = VOTA_OK;
    if (about->reaches_old)
        status = vota_session_look(session, &turn, &err);
    if (status != VOTA_OK && status != VOTA_CONFLICT) /* another process may be the sender */
        vota_cli_warn(session->cli, "warning.chain", "reason",
                      vota_cli_reason(session->cli, err.text), NULL);
    err = (struct vota_error){0};
    const int code = about->next == NULL ? VOTA_EXIT_OK : vota_session_reload(about->next);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_succession_look(&about->view, session->store, &session->network,
                             about->next == NULL ? NULL : &about->next->network, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    about->step = vota_succession_next(&about->view);
    return VOTA_EXIT_OK;
}

/* A successor whose anchorer cannot pay would end half-way. */
static int check_funds(const struct succeeding *succeeding)
{
    struct vota_session *next = succeeding->about.next;
    char text[VOTA_ADDR_HEX_CHARS + 1];
    struct vota_u256 balance;
    vota_addr anchorer;
    struct vota_error err = {0};
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    const int code = vota_session_key_address(next, &anchorer, "anchorer");
    if (code != VOTA_EXIT_OK || next->network.deployed)
        return code;
    if (vota_eth_balance(vota_connect_first(&next->connections), &balance, &anchorer, &latest,
                         &err) != VOTA_OK)
        return vota_cli_fail_error(next->cli, &err, "error.deploy", NULL);
    uint64_t wei = UINT64_MAX;
    if (vota_u256_to_u64(&wei, &balance) != VOTA_OK || wei > 0)
        return VOTA_EXIT_OK;
    vota_hex_of_addr(text, &anchorer);
    return vota_cli_fail(next->cli, VOTA_EXIT_FAILED, "error.succession-funds", "network",
                         next->network.name, "address", text, NULL);
}

/* Both networks, as far as they are needed: a dead chain is not. */
static int connect(struct succeeding *succeeding)
{
    struct vota_succession *about = &succeeding->about;
    int code = remember_dead(succeeding);
    if (code == VOTA_EXIT_OK)
        code = vota_session_connect(about->next);
    if (code == VOTA_EXIT_OK)
        code = check_funds(succeeding);
    if (code == VOTA_EXIT_OK && !about->view.dead) {
        code = vota_session_connect(&about->session);
        about->reaches_old = code == VOTA_EXIT_OK;
    }
    return code;
}

/* ---- the steps ---- */

/* The owner's call: sent with --keystore, else printed for a cold wallet, and the run ends. */
static int ask_owner(struct succeeding *succeeding)
{
    struct vota_session *session = &succeeding->about.session;
    struct vota_tx_signer *signer = NULL;
    const char *keystore = vota_args_value(succeeding->args, "keystore");
    const char *password = vota_args_value(succeeding->args, "owner-password-file");
    const char *own = session->password_file;
    if (keystore == NULL) {
        const int code = vota_owner_call_print(&succeeding->call, session);
        if (code == VOTA_EXIT_OK && !session->cli->json)
            vota_cli_say(session->cli, "succession.sign-and-return", NULL);
        return code == VOTA_EXIT_OK ? VOTA_EXIT_UNCHECKED : code;
    }
    if (password != NULL)
        session->password_file = password;
    int code = vota_owner_key_open(session, &signer, keystore);
    session->password_file = own;
    FILE *const out = session->cli->out;
    session->cli->out = session->cli->err; /* one report on stdout, at the end */
    if (code == VOTA_EXIT_OK)
        code = vota_owner_send(session, &succeeding->call, signer, VOTA_WAIT_MINED);
    session->cli->out = out;
    vota_tx_signer_free(signer);
    return code;
}

static int close_old(struct succeeding *succeeding)
{
    static const vota_addr none;
    struct vota_wr wr = vota_wr_of(succeeding->call.bytes, sizeof succeeding->call.bytes);
    vota_contract_set_key(&wr, VOTA_ROLE_ANCHORER, &none, 0);
    succeeding->call.kind = VOTA_OP_KEY;
    succeeding->call.enters = true;
    succeeding->call.len = wr.len;
    return ask_owner(succeeding);
}

static int name_successor(struct succeeding *succeeding)
{
    const struct vota_store_network *next = &succeeding->about.next->network;
    struct vota_wr wr = vota_wr_of(succeeding->call.bytes, sizeof succeeding->call.bytes);
    vota_contract_succeeded_by(&wr, next->chain_id, &next->deployment.genesis.contract);
    succeeding->call.kind = VOTA_OP_SUCCEED;
    succeeding->call.enters = true;
    succeeding->call.len = wr.len;
    return ask_owner(succeeding);
}

/* The address is fixed, and in the store, before anything is sent. */
static int plan(struct succeeding *succeeding)
{
    struct vota_succession *about = &succeeding->about;
    struct vota_session *next = about->next;
    struct vota_store_deployment deployment = {.genesis = {.owner = about->view.owner}};
    struct vota_error err = {0};
    const char *owner = vota_args_value(succeeding->args, "owner");
    if (owner != NULL &&
        vota_recover_address_read(&deployment.genesis.owner, NULL, owner, strlen(owner)) != VOTA_OK)
        return vota_cli_usage(next->cli, "error.bad-address", owner, NULL);
    const int code = vota_deployment_prepare(next, &deployment);
    if (code != VOTA_EXIT_OK)
        return code;
    vota_succession_name(&deployment.genesis, &about->session.network, &about->view);
    vota_deploy_address(&deployment.genesis.contract, &deployment);
    if (vota_deploy_queue(next->store, next->network.id, &deployment, vota_session_now(), &err) !=
        VOTA_OK)
        return vota_cli_fail_error(next->cli, &err, "error.deploy", NULL);
    return VOTA_EXIT_OK;
}

static int deploy(struct succeeding *succeeding)
{
    struct vota_succession *about = &succeeding->about;
    const int code = about->view.planned ? VOTA_EXIT_OK : plan(succeeding);
    return code == VOTA_EXIT_OK ? vota_session_settle(about->next, VOTA_WAIT_MINED, TIMEOUT) : code;
}

static int move_line(const struct succeeding *succeeding)
{
    struct vota_error err = {0};
    const struct vota_session *next = succeeding->about.next;
    enum vota_status status = vota_store_begin(next->store, &err);
    if (status == VOTA_OK)
        status = vota_store_line_move(next->store, next->network.id, vota_session_now(), &err);
    if (status == VOTA_OK)
        status = vota_store_commit(next->store, &err);
    vota_store_rollback(next->store);
    return status == VOTA_OK ? VOTA_EXIT_OK
                             : vota_cli_fail_error(next->cli, &err, "error.store", NULL);
}

static int pause_for_finality(const struct succeeding *succeeding)
{
    const struct vota_session *session = &succeeding->about.session;
    const struct timespec pause = {.tv_sec = vota_session_is_local(session) ? 0 : 12,
                                   .tv_nsec = vota_session_is_local(session) ? 500000000L : 0};
    if (vota_session_now() >= succeeding->deadline)
        return vota_cli_fail(session->cli, VOTA_EXIT_UNCHECKED, "error.still-waiting", NULL);
    (void)nanosleep(&pause, NULL);
    return VOTA_EXIT_OK;
}

/* A service beside us seals nothing meanwhile but what is promised. */
static int drain(struct succeeding *succeeding)
{
    struct vota_error err = {0};
    struct vota_session *session = &succeeding->about.session;
    if (vota_succession_hold(session->store, vota_session_now() + TIMEOUT, &err) != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    return vota_session_settle(session, VOTA_WAIT_FINAL, TIMEOUT);
}

static int make_step(struct succeeding *succeeding)
{
    switch (succeeding->about.step) {
    case VOTA_SUCCESSION_DRAIN:
        return drain(succeeding);
    case VOTA_SUCCESSION_CLOSE:
        return close_old(succeeding);
    case VOTA_SUCCESSION_SETTLE:
    case VOTA_SUCCESSION_CONFIRM:
        return pause_for_finality(succeeding);
    case VOTA_SUCCESSION_DEPLOY:
        return deploy(succeeding);
    case VOTA_SUCCESSION_NAME:
        return name_successor(succeeding);
    case VOTA_SUCCESSION_MOVE:
        return move_line(succeeding);
    case VOTA_SUCCESSION_FORKED:
        return vota_cli_fail(succeeding->about.session.cli, VOTA_EXIT_FAILED,
                             "error.succession-forked", NULL);
    case VOTA_SUCCESSION_DONE:
        break;
    }
    return VOTA_EXIT_OK;
}

static int go_on(struct succeeding *succeeding)
{
    int shown = -1;
    succeeding->deadline = vota_session_now() + TIMEOUT;
    for (;;) {
        struct vota_succession *about = &succeeding->about;
        int code = look(succeeding);
        if (code != VOTA_EXIT_OK)
            return code;
        if (shown != (int)about->step)
            vota_succession_tell(about);
        shown = (int)about->step;
        if (about->step == VOTA_SUCCESSION_DONE)
            return VOTA_EXIT_OK;
        code = make_step(succeeding);
        if (code != VOTA_EXIT_OK)
            return code;
    }
}

/* ---- the commands ---- */

/* The line has moved already: its session is the successor's. */
static bool has_moved(const struct vota_succession *about)
{
    return about->session.network.predecessor != 0 &&
           !vota_config_has(&about->session.config, VOTA_CONFIG_SUCCESSOR);
}

static int start(struct succeeding *succeeding)
{
    struct vota_succession *about = &succeeding->about;
    struct vota_session *session = &about->session;
    session->password_file = vota_args_value(succeeding->args, "password-file");
    succeeding->says_dead = vota_args_has(succeeding->args, "old-chain-dead");
    if (session->place == VOTA_CONFIG_SUCCESSOR || has_moved(about)) {
        about->step = VOTA_SUCCESSION_DONE;
        return vota_succession_report(about);
    }
    if (!vota_config_has(&session->config, VOTA_CONFIG_SUCCESSOR))
        return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.no-successor", NULL);
    int code = vota_session_need_contract(session);
    if (code == VOTA_EXIT_OK)
        code = vota_session_open_beside(&about->next, session, VOTA_CONFIG_SUCCESSOR);
    if (code == VOTA_EXIT_OK)
        code = connect(succeeding);
    if (code == VOTA_EXIT_OK)
        code = go_on(succeeding);
    return code == VOTA_EXIT_OK ? vota_succession_report(about) : code;
}

static int run(struct vota_cli *cli, const struct vota_args *args,
               int (*action)(struct succeeding *succeeding))
{
    struct succeeding *succeeding = calloc(1, sizeof *succeeding);
    if (succeeding == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    struct vota_succession *about = &succeeding->about;
    succeeding->args = args;
    int code = vota_session_open(&about->session, cli);
    vota_session_close_beside(about->session.secondary); /* it goes on as it was */
    about->session.secondary = NULL;
    if (code == VOTA_EXIT_OK)
        code = action(succeeding);
    vota_session_close_beside(about->next);
    vota_session_close(&about->session);
    free(succeeding);
    return code;
}

static int run_start(struct vota_cli *cli, const struct vota_args *args)
{
    return run(cli, args, start);
}

static int status(struct succeeding *succeeding)
{
    struct vota_succession *about = &succeeding->about;
    struct vota_session *session = &about->session;
    if (session->place == VOTA_CONFIG_SUCCESSOR || has_moved(about)) {
        about->step = VOTA_SUCCESSION_DONE;
        return vota_succession_report(about);
    }
    int code = vota_session_need_contract(session);
    if (code == VOTA_EXIT_OK)
        code = vota_session_open_beside(&about->next, session, VOTA_CONFIG_SUCCESSOR);
    if (code == VOTA_EXIT_OK && about->next != NULL)
        code = remember_dead(succeeding);
    if (code == VOTA_EXIT_OK && !about->view.dead && !vota_args_has(succeeding->args, "offline"))
        about->reaches_old = vota_session_connect(session) == VOTA_EXIT_OK;
    if (code == VOTA_EXIT_OK)
        code = look(succeeding);
    return code == VOTA_EXIT_OK ? vota_succession_report(about) : code;
}

static int run_status(struct vota_cli *cli, const struct vota_args *args)
{
    return run(cli, args, status);
}

static const struct vota_option start_options[] = {
    {.name = "keystore", .value = "FILE", .help = "help.owner.keystore"},
    {.name = "owner-password-file", .value = "FILE", .help = "help.succession.owner-password-file"},
    {.name = "owner", .value = "ADDRESS", .help = "help.succession.owner"},
    {.name = "old-chain-dead", .help = "help.succession.old-chain-dead"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};

static const struct vota_option status_options[] = {
    {.name = "offline", .help = "help.status.offline"},
};

static const struct vota_example start_examples[] = {
    {"help.succession.start.example", "succession start"},
    {"help.succession.start.example-dead", "succession start --old-chain-dead"},
};

static const struct vota_example status_examples[] = {
    {"help.succession.status.example", "succession status"},
};

static const struct vota_action actions[] = {
    {.name = "start",
     .synopsis = "",
     .summary = "help.succession.start.summary",
     .about = "help.succession.start.about",
     .options = start_options,
     .n_options = VOTA_COUNT(start_options),
     .examples = start_examples,
     .n_examples = VOTA_COUNT(start_examples),
     .loads_keys = true,
     .run = run_start},
    {.name = "status",
     .synopsis = "",
     .summary = "help.succession.status.summary",
     .about = "help.succession.status.about",
     .options = status_options,
     .n_options = VOTA_COUNT(status_options),
     .examples = status_examples,
     .n_examples = VOTA_COUNT(status_examples),
     .run = run_status},
};

const struct vota_command vota_cmd_succession = {"succession", "help.succession.summary",
                                                 VOTA_TABLE(actions)};
