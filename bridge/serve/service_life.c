/* SPDX-License-Identifier: Apache-2.0 */
/* What goes on while the service runs: tokens, reload, and whether its threads live. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bridge/engine/connect.h"
#include "bridge/engine/key_in_force.h"
#include "bridge/listen.h"
#include "bridge/serve/reload.h"
#include "bridge/serve/service_parts.h"

#define PULSE_MS   10000u
#define SILENCE_MS 60000u /* the store may be held for half a minute by another process */

/* ---- tokens ---- */

static bool same_file(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

void vota_service_read_tokens(struct vota_service *service)
{
    static struct vota_tokens tokens; /* large; the calling thread's alone */
    char number[VOTA_LOG_NUMBER_CAP];
    struct stat about = {.st_ino = 0};
    struct vota_error err = {.status = VOTA_OK};
    if (stat(service->tokens_path, &about) != 0)
        about = (struct stat){.st_ino = 0};
    if (same_file(&about, &service->tokens))
        return;
    const enum vota_status status = vota_tokens_load(&tokens, &service->options.dir, &err);
    if (status != VOTA_OK && !service->tokens_unread)
        vota_log(service->options.log, VOTA_LOG_ERROR, "tokens-unread", "reason", err.text, NULL);
    service->tokens_unread = status != VOTA_OK;
    if (status == VOTA_OK || status == VOTA_BAD_INPUT) /* anything else may pass: read again */
        service->tokens = about;
    if (status != VOTA_OK)
        return;
    vota_api_set_tokens(service->api, &tokens);
    vota_log(service->options.log, VOTA_LOG_INFO, "tokens-read", "clients",
             vota_log_number(number, tokens.n), NULL);
}

/* ---- signs of life ---- */

static void note_back(struct vota_service_pulse *pulse)
{
    atomic_fetch_add(&pulse->returned, 1);
    atomic_store(&pulse->is_under_way, false);
}

static void note_written(struct vota_writer_job *job)
{
    note_back(job->context);
}

/* What changes under a running service by other commands, and needs a new start. */
static void look_at_line(struct vota_service *service, struct vota_store *store)
{
    struct vota_store_network row;
    vota_addr key;
    struct vota_error err = {.status = VOTA_OK};
    struct vota_standing_store read = {.was_read = true};
    const struct vota_service_options *options = &service->options;
    const int64_t id = options->network[0].row.id;
    const enum vota_status status = vota_store_line_get(&row, store, id, &err);
    if (status != VOTA_OK)
        (void)snprintf(read.problem, sizeof read.problem, "%.*s", (int)VOTA_STANDING_REASON_MAX,
                       err.text);
    vota_standing_set_store(service->board, &read);
    if (status != VOTA_OK)
        return;
    atomic_store(&service->has_moved, row.role != VOTA_NETWORK_PRIMARY);
    if (options->acceptance == NULL ||
        vota_key_in_force(&key, store, &row, VOTA_ROLE_ACCEPTANCE, NULL) != VOTA_OK)
        return;
    uint64_t until = 0;
    const vota_addr mine = vota_signer_address(options->acceptance);
    atomic_store(&service->key_replaced, !vota_addr_equal(&mine, &key));
    if (vota_key_signs_until(&until, store, &row, &mine, NULL) == VOTA_OK)
        atomic_store(&service->key_until, until);
}

static void note_made(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct vota_service_pulse *pulse = job->context;
    look_at_line(pulse->service, vota_receipts_store(maker));
    note_back(pulse);
}

/* Once each: the operator must act. */
static void tell_changes(struct vota_service *service)
{
    const struct vota_log *log = service->options.log;
    if (atomic_load(&service->has_moved) && !service->told_moved)
        vota_log(log, VOTA_LOG_ERROR, "restart-needed", "reason", "primary-moved", NULL);
    if (atomic_load(&service->key_replaced) && !service->told_replaced)
        vota_log(log, VOTA_LOG_ERROR, "restart-needed", "reason", "acceptance-key-replaced", NULL);
    service->told_moved = atomic_load(&service->has_moved);
    service->told_replaced = atomic_load(&service->key_replaced);
}

#define BEHIND 60u /* seconds that a clock may be behind the latest block before it is said */

/* The latest block's time, and whether the clock agrees with it. */
static void watch_clock(struct vota_service *service)
{
    struct vota_standing_view view;
    vota_standing_look(&view, service->board);
    const struct vota_standing_network *primary = &view.keeper.network[0];
    const uint64_t chain = primary->is_local ? 0 : primary->turn.latest_time;
    const time_t now = time(NULL);
    const bool is_behind = chain > BEHIND && (uint64_t)now < chain - BEHIND;
    atomic_store(&service->chain_now, chain);
    if (is_behind && !service->told_behind)
        vota_log(service->options.log, VOTA_LOG_ERROR, "clock-behind", NULL);
    service->told_behind = is_behind;
}

/* What a key signs that was replaced too long ago, or is not trusted, is no promise of the city. */
static void watch_key(struct vota_service *service)
{
    const time_t now = time(NULL);
    const uint64_t until = atomic_load(&service->key_until);
    vota_api_set_key_replaced(service->api, now > 0 && (uint64_t)now > until);
}

void vota_service_begin_life(struct vota_service *service)
{
    static const char *const names[VOTA_SERVICE_THREADS] = {"writer", "receipts", "server"};
    for (size_t i = 0; i < VOTA_SERVICE_THREADS; i++) {
        struct vota_service_pulse *pulse = &service->pulse[i];
        service->life[i] = (struct vota_life){.name = names[i], .silence_ms = SILENCE_MS};
        pulse->service = service;
        pulse->writing = (struct vota_writer_job){.done = note_written, .context = pulse};
        pulse->making = (struct vota_receipts_job){.run = note_made, .context = pulse};
    }
    /* With all connections taken it accepts nobody until the slowest are cut. */
    service->life[VOTA_SERVICE_SERVER].silence_ms += service->config.deadline * 1000;
}

/* A queue that is full moves, or its marks tell that it does not. */
static bool hand_in(struct vota_service *service, enum vota_service_thread thread)
{
    struct vota_service_pulse *pulse = &service->pulse[thread];
    if (atomic_exchange(&pulse->is_under_way, true))
        return true;
    if (thread == VOTA_SERVICE_RECEIPTS)
        vota_receipts_submit(service->receipts, &pulse->making);
    else if (!vota_writer_submit(service->writer, &pulse->writing))
        atomic_store(&pulse->is_under_way, false);
    return true;
}

static void ask_threads(struct vota_service *service, uint64_t now)
{
    if (service->writer != NULL && hand_in(service, VOTA_SERVICE_WRITER))
        vota_life_ask(&service->life[VOTA_SERVICE_WRITER], now);
    if (hand_in(service, VOTA_SERVICE_RECEIPTS))
        vota_life_ask(&service->life[VOTA_SERVICE_RECEIPTS], now);
    vota_listen_knock(service->listen);
    vota_life_ask(&service->life[VOTA_SERVICE_SERVER], now);
}

/* Whatever moves when the thread does its work, beside the pulses that are back. */
static uint64_t mark_of(struct vota_service *service, enum vota_service_thread thread)
{
    const uint64_t returned = atomic_load(&service->pulse[thread].returned);
    if (thread == VOTA_SERVICE_SERVER)
        return vota_server_moves(service->server);
    if (thread == VOTA_SERVICE_RECEIPTS || service->writer == NULL)
        return returned;
    const struct vota_writer_state state = vota_writer_state_of(service->writer);
    return returned + state.groups + state.failures;
}

bool vota_service_is_alive(const char **ret_stuck, struct vota_service *service)
{
    const uint64_t now = vota_connect_clock();
    for (unsigned i = 0; i < VOTA_SERVICE_THREADS; i++) {
        struct vota_life *life = &service->life[i];
        vota_life_see(life, mark_of(service, (enum vota_service_thread)i));
        if (vota_life_is_stuck(life, now)) {
            *ret_stuck = life->name;
            return false;
        }
    }
    if (service->keeper == NULL ||
        now <= vota_keeper_beat_at(service->keeper) + vota_keeper_silence_ms(service->keeper))
        return true;
    *ret_stuck = "keeper";
    return false;
}

void vota_service_tick(struct vota_service *service)
{
    const uint64_t now = vota_connect_clock();
    vota_service_read_tokens(service);
    tell_changes(service);
    watch_key(service);
    watch_clock(service);
    if (now < service->pulse_at + PULSE_MS)
        return;
    service->pulse_at = now;
    ask_threads(service, now);
}

/* ---- what it says of itself ---- */

static void add_networks(struct vota_wr *wr, const struct vota_standing_keeper *keeper)
{
    for (size_t i = 0; i < VOTA_STANDING_NETWORKS; i++) {
        const struct vota_standing_network *network = &keeper->network[i];
        if (network->reach == VOTA_REACH_NONE)
            continue;
        vota_wr_text(wr, "; ");
        vota_wr_text(wr, network->name);
        vota_wr_text(wr, " ");
        vota_wr_text(wr, vota_standing_reach_name(network->reach));
    }
}

void vota_service_status(char *ret_text, size_t cap, const struct vota_service *service)
{
    char number[VOTA_LOG_NUMBER_CAP];
    struct vota_standing_view view;
    struct vota_wr wr = vota_wr_of(ret_text, cap - 1);
    vota_standing_look(&view, service->board);
    vota_wr_text(&wr, view.is_reader ? "Answering questions on " : "Taking records in on ");
    vota_wr_text(&wr, service->listen);
    if (service->writer != NULL && !vota_writer_state_of(service->writer).is_well)
        vota_wr_text(&wr, "; THE STORE CANNOT BE WRITTEN");
    if (atomic_load(&service->has_moved))
        vota_wr_text(&wr, "; RESTART: a successor took over");
    if (atomic_load(&service->key_replaced))
        vota_wr_text(&wr, "; RESTART: the acceptance key was replaced");
    if (!view.is_reader) {
        vota_wr_text(&wr, "; ");
        vota_wr_text(&wr, vota_log_number(number, view.keeper.registers_open));
        vota_wr_text(&wr, " registers open; ");
        vota_wr_text(&wr, vota_log_number(number, view.keeper.pending.count));
        vota_wr_text(&wr, " records in no batch yet");
        add_networks(&wr, &view.keeper);
    }
    ret_text[wr.len < cap ? wr.len : cap - 1] = '\0';
}

/* ---- the webhook ---- */

enum vota_status vota_service_start_hook(struct vota_service *service, struct vota_error *err)
{
    if (service->options.is_reader)
        return VOTA_OK;
    return vota_hook_of_config(&service->hook, &service->options.dir, &service->config,
                               service->board, service->options.log, err);
}

/* A site that was gone, and events that were given up, get another chance. */
static void restart_hook(struct vota_service *service)
{
    struct vota_error err = {.status = VOTA_OK};
    vota_hook_free(service->hook);
    service->hook = NULL;
    if (vota_service_start_hook(service, &err) != VOTA_OK)
        vota_log(service->options.log, VOTA_LOG_ERROR, "webhook-not-started", "where", err.where,
                 "reason", err.text, NULL);
}

/* ---- reload ---- */

static void note_change(void *context, const char *key, bool taken)
{
    const struct vota_service *service = context;
    if (taken)
        vota_log(service->options.log, VOTA_LOG_INFO, "setting-changed", "key", key, NULL);
    else
        vota_log(service->options.log, VOTA_LOG_WARN, "setting-needs-restart", "key", key, NULL);
}

void vota_service_reload(struct vota_service *service, const struct vota_config *config)
{
    const struct vota_config *mine = &service->config;
    vota_reload_take(&service->config, config, note_change, service);
    vota_api_set_rate(service->api,
                      &(struct vota_rate_policy){.per_second = mine->rate, .burst = mine->burst});
    if (service->keeper != NULL)
        vota_keeper_reload(service->keeper, mine);
    restart_hook(service);
    service->tokens = (struct stat){.st_ino = 0};
    vota_service_read_tokens(service);
    vota_standing_note_reload(service->board);
}
