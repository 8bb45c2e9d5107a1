/* SPDX-License-Identifier: Apache-2.0 */
/* Assembly and its undoing: see service.h. */
#include "bridge/serve/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bridge/engine/lock.h"
#include "bridge/engine/settings.h"
#include "bridge/serve/service_parts.h"

#define MAX_JOBS 4096u /* requests that wait for the writer */
#define HEAD_MAX 16384u
#define TOKENS   "secrets/tokens"

static uint64_t now_seconds(void)
{
    const time_t seconds = time(NULL);
    return seconds > 0 ? (uint64_t)seconds : 0;
}

/* When something is accepted: a clock that is behind the chain would promise what is over there. */
static uint64_t tell_time(void *context)
{
    struct vota_service *service = context;
    const uint64_t now = now_seconds();
    const uint64_t chain = atomic_load(&service->chain_now);
    return now > chain ? now : chain;
}

static unsigned or_processors(uint64_t configured)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (configured > 0)
        return (unsigned)configured;
    return processors > 0 ? (unsigned)processors : 1;
}

/* ---- assembly ---- */

static void note_store_trouble(void *context, const struct vota_error *err)
{
    const struct vota_service *service = context;
    vota_log(service->options.log, VOTA_LOG_ERROR, "store-failed", "where", err->where, "reason",
             err->text, NULL);
}

static enum vota_status give_pepper(void *context, uint8_t ret_pepper[32],
                                    const vota_hash *register_hash, struct vota_error *err)
{
    const struct vota_service *service = context;
    return vota_directory_pepper_load(&service->options.dir, ret_pepper, register_hash, err);
}

static struct vota_intake_options intake_options(struct vota_service *service)
{
    const struct vota_service_network *primary = &service->options.network[0];
    const bool is_local = vota_config_is_local(&service->config.network[primary->place]);
    return (struct vota_intake_options){.network = primary->row.line,
                                        .margin = vota_settings_margin(is_local),
                                        .pepper = give_pepper,
                                        .context = service};
}

static enum vota_status start_writer(struct vota_service *service, struct vota_error *err)
{
    const struct vota_writer_options options = {.store_path = service->store_path,
                                                .intake = intake_options(service),
                                                .max_jobs = MAX_JOBS,
                                                .metrics = service->metrics,
                                                .now = tell_time,
                                                .context = service,
                                                .failed = note_store_trouble};
    if (service->options.is_reader)
        return VOTA_OK;
    return vota_writer_new(&service->writer, &options, err);
}

static enum vota_status start_receipts(struct vota_service *service, struct vota_error *err)
{
    const struct vota_receipts_options options = {
        .store_path = service->store_path,
        .network = service->options.network[0].row,
        .acceptance = service->options.acceptance,
        .threads = or_processors(service->config.signers),
        .desk = {.intake = intake_options(service), .now = tell_time, .context = service},
        .metrics = service->metrics,
        .city = service->config.city,
        .page_url = service->config.page_url};
    return vota_receipts_new(&service->receipts, &options, err);
}

static struct vota_rate_policy rate_of(const struct vota_config *config)
{
    return (struct vota_rate_policy){.per_second = config->rate, .burst = config->burst};
}

static struct vota_api_watch watch_of(const struct vota_service *service)
{
    return (struct vota_api_watch){.metrics = service->metrics,
                                   .board = service->board,
                                   .log = service->options.log,
                                   .store_path = service->store_path,
                                   .version = service->options.version,
                                   .metrics_need_token =
                                       strcmp(service->config.metrics_access, "token") == 0};
}

static enum vota_status start_api(struct vota_service *service, struct vota_error *err)
{
    const struct vota_api_options options = {.writer = service->writer,
                                             .receipts = service->receipts,
                                             .rate = rate_of(&service->config),
                                             .watch = watch_of(service)};
    const enum vota_status status = vota_api_new(&service->api, &options, err);
    if (status != VOTA_OK)
        return status;
    vota_service_read_tokens(service);
    if (service->tokens.st_ino == 0) /* not there, or not ours to read: they may come later */
        vota_log(service->options.log, VOTA_LOG_WARN, "tokens-none", NULL);
    return VOTA_OK;
}

/* Port 0 is any free one: from now on it is known which. */
static void name_port(struct vota_service *service)
{
    const unsigned port = vota_server_port(service->server);
    char *colon = strrchr(service->listen, ':');
    if (port > 0 && colon != NULL)
        (void)snprintf(colon, sizeof service->listen - (size_t)(colon - service->listen), ":%u",
                       port);
}

static enum vota_status start_server(struct vota_service *service, struct vota_error *err)
{
    const struct vota_config *config = &service->config;
    const struct vota_server_options options = {.listen = service->listen,
                                                .threads = or_processors(config->http_threads),
                                                .connections = (unsigned)config->connections,
                                                .head_max = HEAD_MAX,
                                                .body_max = config->body_max,
                                                .deadline = (unsigned)config->deadline,
                                                .handler = vota_api_handle,
                                                .wants_body = vota_api_wants_body,
                                                .open_stream = vota_api_open_stream,
                                                .run_stream = vota_api_stream_run,
                                                .context = service->api};
    const enum vota_status status = vota_server_start(&service->server, &options, err);
    if (status == VOTA_OK)
        name_port(service);
    return status;
}

static enum vota_status start_keeper(struct vota_service *service, struct vota_error *err)
{
    const size_t n = service->options.n_networks;
    struct vota_keeper_options options = {.dir = service->options.dir,
                                          .config = &service->config,
                                          .log = service->options.log,
                                          .board = service->board,
                                          .n_networks = n};
    if (service->options.is_reader)
        return VOTA_OK;
    VOTA_ASSERT(n > 0 && n <= VOTA_STANDING_NETWORKS);
    for (size_t i = 0; i < n; i++) {
        const struct vota_service_network *network = &service->options.network[i];
        options.network[i] = (struct vota_keeper_network){.row = network->row,
                                                          .place = network->place,
                                                          .signer = network->anchorer,
                                                          .key_problem = network->key_problem};
    }
    return vota_keeper_new(&service->keeper, &options, err);
}

static enum vota_status take_lock(struct vota_service *service, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error detail = {.status = VOTA_OK};
    if (service->options.is_reader)
        return VOTA_OK;
    enum vota_status status =
        vota_directory_path(&service->options.dir, path, VOTA_SERVICE_LOCK, &detail);
    if (status == VOTA_OK)
        status = vota_lock_take(&service->lock, path, &detail);
    if (status == VOTA_OK)
        return VOTA_OK;
    return vota_fail(err, status, VOTA_SERVICE_LOCK,
                     status == VOTA_CONFLICT ? "service-running" : detail.text);
}

static enum vota_status start(struct vota_service *service, struct vota_error *err)
{
    enum vota_status status = take_lock(service, err);
    if (status == VOTA_OK)
        status = start_writer(service, err);
    if (status == VOTA_OK)
        status = start_receipts(service, err);
    if (status == VOTA_OK)
        status = start_api(service, err);
    if (status == VOTA_OK)
        status = start_keeper(service, err);
    if (status == VOTA_OK)
        status = vota_service_start_hook(service, err);
    vota_service_begin_life(service);
    return status == VOTA_OK ? start_server(service, err) : status;
}

static enum vota_status set_paths(struct vota_service *service, struct vota_error *err)
{
    const struct vota_directory *dir = &service->options.dir;
    const enum vota_status status =
        vota_directory_path(dir, service->store_path, VOTA_DIRECTORY_STORE, err);
    if (status != VOTA_OK)
        return status;
    return vota_directory_path(dir, service->tokens_path, TOKENS, err);
}

static struct vota_service *make(const struct vota_service_options *options)
{
    struct vota_service *service = calloc(1, sizeof *service);
    if (service == NULL)
        return NULL;
    service->options = *options;
    service->config = *options->config;
    service->options.config = &service->config;
    service->lock = -1;
    atomic_store(&service->key_until, UINT64_MAX);
    service->board = vota_standing_new(now_seconds(), options->is_reader);
    service->metrics = vota_metrics_new();
    const char *configured =
        options->is_reader ? options->config->read_listen : options->config->listen;
    (void)snprintf(service->listen, sizeof service->listen, "%s",
                   options->listen != NULL ? options->listen : configured);
    return service;
}

enum vota_status vota_service_start(struct vota_service **ret_service,
                                    const struct vota_service_options *options,
                                    struct vota_error *err)
{
    struct vota_service *service = make(options);
    if (service == NULL) {
        for (size_t i = 0; i < options->n_networks; i++)
            vota_tx_signer_free(options->network[i].anchorer);
        vota_signer_free(options->acceptance);
        return vota_fail(err, VOTA_NO_MEMORY, "service", "no-memory");
    }
    enum vota_status status = service->board != NULL && service->metrics != NULL
                                  ? set_paths(service, err)
                                  : vota_fail(err, VOTA_NO_MEMORY, "service", "no-memory");
    if (status == VOTA_OK)
        status = start(service, err);
    if (status != VOTA_OK) {
        vota_service_stop(service);
        return status;
    }
    *ret_service = service;
    return VOTA_OK;
}

/* ---- the rest ---- */

const char *vota_service_address(const struct vota_service *service)
{
    return service->listen;
}

uint64_t vota_service_stop_within(const struct vota_service *service)
{
    return service->config.stop_within;
}

/*
 * Whoever answers must go on until the server has answered all, so the server
 * stops first. The keeper seals nothing new from then on.
 */
void vota_service_stop(struct vota_service *service)
{
    if (service == NULL)
        return;
    vota_server_stop(service->server);
    vota_keeper_free(service->keeper);
    vota_hook_free(service->hook);
    vota_writer_free(service->writer);
    vota_receipts_free(service->receipts);
    vota_api_free(service->api);
    for (size_t i = 0; i < service->options.n_networks; i++)
        vota_tx_signer_free(service->options.network[i].anchorer);
    vota_signer_free(service->options.acceptance);
    vota_metrics_free(service->metrics);
    vota_standing_free(service->board);
    vota_lock_release(service->lock);
    free(service);
}
