/* SPDX-License-Identifier: Apache-2.0 */
/* `serve`: takes records in over HTTP and sees them anchored, until it is told to stop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/restored.h"
#include "bridge/cli/serve_report.h"
#include "bridge/cli/session.h"
#include "bridge/engine/key_in_force.h"
#include "bridge/engine/lock.h"
#include "bridge/listen.h"
#include "bridge/serve/daemon.h"
#include "proof/hex.h"

/* One run. */
struct serving {
    struct vota_cli *cli;
    struct vota_session session;
    struct vota_config config;
    struct vota_log log;
    struct vota_notify notify;
    struct vota_service_options options;
    struct vota_service *service;
    struct vota_serve_registers registers; /* at the start */
};

static const char *environment(const char *name)
{
    return getenv(name);
}

/* ---- reload ---- */

static void reload(void *context)
{
    struct serving *serving = context;
    struct vota_config config;
    struct vota_config_error error = {.line = 0};
    if (vota_config_load(&config, &serving->cli->dir, environment, &error) != VOTA_OK) {
        vota_log(&serving->log, VOTA_LOG_ERROR, "reload-refused", "key", error.key, "reason",
                 error.reason, NULL);
        return;
    }
    vota_service_reload(serving->service, &config);
    (void)vota_log_set_words(&serving->log, config.log_level, config.log_format);
    vota_log(&serving->log, VOTA_LOG_INFO, "reloaded", NULL);
}

/* ---- what it works with ---- */

/* Moves a network out of its session, with the key that was loaded for it, if it was. */
static void take_network(struct serving *serving, struct vota_session *session)
{
    struct vota_service_network *network = &serving->options.network[serving->options.n_networks];
    *network =
        (struct vota_service_network){.row = session->network,
                                      .place = session->place,
                                      .anchorer = session->anchorer,
                                      .key_problem = session->anchorer == NULL ? "no-key" : NULL};
    session->anchorer = NULL;
    serving->options.n_networks++;
}

static int take_primary(struct serving *serving)
{
    const int code = vota_session_load_anchorer(&serving->session);
    if (code == VOTA_EXIT_OK)
        take_network(serving, &serving->session);
    return code;
}

/* A secondary holds nothing up: without its key it is watched. */
static void take_secondary(struct serving *serving)
{
    struct vota_session *secondary = serving->session.secondary;
    if (secondary == NULL)
        return;
    secondary->password_file = serving->session.password_file;
    if (vota_session_load_anchorer(secondary) != VOTA_EXIT_OK)
        vota_cli_warn(serving->cli, "warning.secondary-key", "network", secondary->network.name,
                      NULL);
    take_network(serving, secondary);
}

static int open_reading(struct serving *serving)
{
    struct vota_session *session = &serving->session;
    int code = vota_session_open_reader(session, serving->cli);
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_contract(session);
    serving->options.network[0] =
        (struct vota_service_network){.row = session->network, .place = session->place};
    serving->options.n_networks = 1;
    return code;
}

/* What another key signs, nobody who verifies takes for the city's promise. */
static int check_acceptance_key(const struct serving *serving)
{
    char given[VOTA_ADDR_HEX_CHARS + 1];
    char named[VOTA_ADDR_HEX_CHARS + 1];
    vota_addr in_force = {{0}};
    struct vota_error err = {.status = VOTA_OK};
    const struct vota_session *session = &serving->session;
    const vota_addr address = vota_signer_address(serving->options.acceptance);
    if (vota_key_in_force(&in_force, session->store, &session->network, VOTA_ROLE_ACCEPTANCE,
                          &err) != VOTA_OK)
        return vota_cli_fail_error(serving->cli, &err, "error.store", NULL);
    if (vota_addr_equal(&address, &in_force))
        return VOTA_EXIT_OK;
    vota_hex_of_addr(given, &address);
    vota_hex_of_addr(named, &in_force);
    return vota_cli_fail(serving->cli, VOTA_EXIT_FAILED, "error.acceptance-key", "given", given,
                         "named", named, NULL);
}

static int open_writing(struct serving *serving, const struct vota_args *args)
{
    struct vota_session *session = &serving->session;
    int code = vota_session_open(session, serving->cli);
    session->password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_contract(session);
    if (code == VOTA_EXIT_OK)
        code = vota_restored_refuse(session);
    if (code == VOTA_EXIT_OK)
        code = vota_session_key_open(session, &serving->options.acceptance, "acceptance");
    if (code == VOTA_EXIT_OK)
        code = check_acceptance_key(serving);
    if (code == VOTA_EXIT_OK)
        code = take_primary(serving);
    if (code == VOTA_EXIT_OK)
        take_secondary(serving);
    return code;
}

static int choose_listen(struct serving *serving, const struct vota_args *args)
{
    const char *given = vota_args_value(args, "listen");
    const char *problem = given != NULL ? vota_listen_problem(given) : NULL;
    serving->options.listen = given;
    if (problem == NULL)
        return VOTA_EXIT_OK;
    return vota_cli_fail(serving->cli, VOTA_EXIT_USAGE, "error.listen", "given", given, "reason",
                         vota_cli_reason(serving->cli, problem), NULL);
}

static int count_registers(struct serving *serving)
{
    struct vota_error err = {.status = VOTA_OK};
    const struct vota_session *session = &serving->session;
    serving->registers.now = vota_session_now();
    if (vota_store_register_each(session->store, session->network.line, vota_serve_registers_count,
                                 &serving->registers, &err) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
}

static int open_all(struct serving *serving, const struct vota_args *args)
{
    int code = choose_listen(serving, args);
    serving->options.is_reader = vota_args_has(args, "read-only");
    if (code == VOTA_EXIT_OK)
        code = serving->options.is_reader ? open_reading(serving) : open_writing(serving, args);
    if (code == VOTA_EXIT_OK)
        code = count_registers(serving);
    serving->config = serving->session.config;
    serving->options.dir = serving->cli->dir;
    serving->options.config = &serving->config;
    serving->options.log = &serving->log;
    vota_session_close(&serving->session);
    return code;
}

/* ---- running ---- */

static int fail_start(const struct serving *serving, const struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    char process[24] = "?";
    const struct vota_cli *cli = serving->cli;
    if (strcmp(err->text, "service-running") != 0)
        return vota_cli_fail_error(cli, err, "error.serve", NULL);
    if (vota_directory_path(&cli->dir, path, VOTA_SERVICE_LOCK, NULL) == VOTA_OK)
        (void)snprintf(process, sizeof process, "%llu",
                       (unsigned long long)vota_lock_process(path));
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.serve-running", "process", process, NULL);
}

static void open_log(struct serving *serving)
{
    vota_log_init(&serving->log, STDERR_FILENO,
                  vota_log_is_journal(STDERR_FILENO, environment("JOURNAL_STREAM")));
    (void)vota_log_set_words(&serving->log, serving->config.log_level, serving->config.log_format);
}

static void tell_start(const struct serving *serving)
{
    const struct vota_cli *cli = serving->cli;
    const char *address = vota_service_address(serving->service);
    vota_serve_report(cli, &serving->options, &serving->registers, address);
    if (cli->out_tty && cli->err_tty && !cli->json)
        return; /* a person has just been told */
    vota_log(&serving->log, VOTA_LOG_INFO, "started", "version", VOTA_VERSION, "listen", address,
             "role", serving->options.is_reader ? "reader" : "writer", "network",
             serving->options.network[0].row.name, NULL);
}

static int serve(struct serving *serving)
{
    struct vota_error err = {.status = VOTA_OK};
    open_log(serving);
    if (vota_notify_open(&serving->notify, environment, &err) != VOTA_OK)
        vota_log(&serving->log, VOTA_LOG_WARN, "notify-unusable", "reason", err.text, NULL);
    vota_daemon_hold_signals();
    if (vota_service_start(&serving->service, &serving->options, &err) != VOTA_OK)
        return fail_start(serving, &err);
    tell_start(serving);
    const struct vota_daemon_options daemon = {.service = serving->service,
                                               .notify = &serving->notify,
                                               .log = &serving->log,
                                               .reload = reload,
                                               .context = serving};
    vota_daemon_run(&daemon);
    vota_notify_close(&serving->notify);
    return VOTA_EXIT_OK;
}

static int run(struct vota_cli *cli, const struct vota_args *args)
{
    struct serving *serving = calloc(1, sizeof *serving);
    if (serving == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    serving->cli = cli;
    serving->options.version = VOTA_VERSION;
    int code = open_all(serving, args);
    if (code == VOTA_EXIT_OK) {
        code = serve(serving);
    } else {
        for (size_t i = 0; i < serving->options.n_networks; i++)
            vota_tx_signer_free(serving->options.network[i].anchorer);
        vota_signer_free(serving->options.acceptance);
    }
    free(serving);
    return code;
}

static const struct vota_option options[] = {
    {.name = "read-only", .help = "help.serve.read-only"},
    {.name = "listen", .value = "ADDRESS", .help = "help.serve.listen"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};

static const struct vota_example examples[] = {
    {"help.serve.example", "serve --password-file /etc/voteanchor/password"},
    {"help.serve.example-read", "serve --read-only --listen unix:/run/voteanchor/read.sock"},
};

static const struct vota_action actions[] = {{
    .synopsis = "",
    .summary = "help.serve.summary",
    .about = "help.serve.about",
    .options = options,
    .n_options = VOTA_COUNT(options),
    .examples = examples,
    .n_examples = VOTA_COUNT(examples),
    .loads_keys = true,
    .run = run,
}};

const struct vota_command vota_cmd_serve = {"serve", "help.serve.summary", VOTA_TABLE(actions)};
