/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One network of the keeper: reached when it can be, then turns of its sender.
 * What fails is logged once, until it changes, and tried again later and later.
 */
#include <stdio.h>
#include <string.h>

#include "bridge/engine/lock.h"
#include "bridge/engine/reach.h"
#include "bridge/serve/keeping_parts.h"
#include "bridge/store/store_line.h"
#include "proof/hex.h"

#define RETRY_MOST_MS       60000u /* between tries of what fails */
#define RETRY_LOCAL_MOST_MS 5000u
#define DOUBLINGS_MOST      7u
#define SECONDARY_MS        30000u /* of a turn, while something of the primary is under way */

/* ---- telling ---- */

static void copy_reason(char ret_text[VOTA_STANDING_REASON_MAX + 1], const char *reason)
{
    (void)snprintf(ret_text, VOTA_STANDING_REASON_MAX + 1, "%.*s", (int)VOTA_STANDING_REASON_MAX,
                   reason);
}

static bool is_one_of(const char *event, const char *const *words)
{
    while (*words != NULL && strcmp(event, *words) != 0)
        words++;
    return *words != NULL;
}

static enum vota_log_level level_of(const char *event)
{
    static const char *const grave[] = {"halted",  "contradicted", "stopped",
                                        "refused", "store-failed", NULL};
    static const char *const odd[] = {"reorganised", "requeued",    "bumped", "cancelling",
                                      "held",        "unreachable", NULL};
    if (is_one_of(event, grave))
        return VOTA_LOG_ERROR;
    return is_one_of(event, odd) ? VOTA_LOG_WARN : VOTA_LOG_INFO;
}

/* Why nothing moves, once; and that it does again. */
static void tell_state(struct vota_keeping_network *network, const char *event, const char *reason)
{
    const struct vota_log *log = network->keeping->options.log;
    const char *name = network->standing->name;
    if (strcmp(network->told, reason) == 0)
        return;
    copy_reason(network->told, reason);
    if (reason[0] == '\0')
        vota_log(log, VOTA_LOG_INFO, "moving", "network", name, NULL);
    else
        vota_log(log, level_of(event), event, "network", name, "reason", reason, NULL);
}

static const char *kind_name(enum vota_op_kind kind)
{
    static const char *const names[] = {"deploy", "register", "batch",  "result",
                                        "key",    "disavow",  "succeed"};
    return (unsigned)kind < sizeof names / sizeof names[0] ? names[kind] : "unknown";
}

/* A number as a value, or NULL, which leaves its pair out. */
static const char *number_or_none(char text[VOTA_LOG_NUMBER_CAP], uint64_t number, bool has)
{
    return has ? vota_log_number(text, number) : NULL;
}

static void tell_event(void *context, const struct vota_sender_event *event)
{
    const struct vota_keeping_network *network = context;
    const struct vota_store_operation *operation = event->operation;
    const struct vota_store_attempt *attempt = event->attempt;
    char id[VOTA_LOG_NUMBER_CAP];
    char batch[VOTA_LOG_NUMBER_CAP];
    char nonce[VOTA_LOG_NUMBER_CAP];
    char entry[VOTA_LOG_NUMBER_CAP];
    char hash[VOTA_HASH_HEX_CHARS + 1];
    vota_standing_count_sending(network->standing, event->name);
    if (operation == NULL || strcmp(event->name, "held") == 0)
        return; /* the turn says why it is held, and that is told when it changes */
    if (attempt != NULL)
        vota_hex_of_hash(hash, &attempt->tx_hash);
    vota_log(network->keeping->options.log, level_of(event->name), event->name, "network",
             network->standing->name, "operation", vota_log_number(id, (uint64_t)operation->id),
             "kind", kind_name(operation->kind), "batch",
             number_or_none(batch, (uint64_t)operation->batch, operation->batch != 0), "entry",
             number_or_none(entry, operation->entry.number, operation->entered), "nonce",
             number_or_none(nonce, attempt != NULL ? attempt->nonce : 0, attempt != NULL), "tx",
             attempt != NULL ? hash : NULL, "detail", event->detail, NULL);
}

/* ---- when ---- */

static void wait_for(struct vota_keeping_network *network, uint64_t ms)
{
    network->due_ms = network->keeping->time.steady_ms + ms;
}

/* Longer each time, up to a bound. */
static void wait_longer(struct vota_keeping_network *network)
{
    const uint64_t most = network->is_local ? RETRY_LOCAL_MOST_MS : RETRY_MOST_MS;
    const uint64_t again = network->standing->failures_in_row;
    const unsigned doublings =
        again < DOUBLINGS_MOST ? (unsigned)(again == 0 ? 0 : again - 1) : DOUBLINGS_MOST;
    const uint64_t ms = (uint64_t)(network->is_local ? 500 : 5000) << doublings;
    wait_for(network, ms < most ? ms : most);
}

void vota_keeping_network_hurry(struct vota_keeping_network *network)
{
    if (network->standing->failures_in_row == 0)
        network->due_ms = 0;
}

/* Somebody queued or decided something since the last turn. */
static bool has_news(struct vota_keeping_network *network)
{
    struct vota_store_stamp stamp;
    struct vota_error err = {.status = VOTA_OK};
    if (!network->has_stamp || network->standing->failures_in_row > 0)
        return false;
    if (vota_store_watch_stamp(&stamp, network->keeping->store, network->of.row.id, &err) !=
        VOTA_OK)
        return false;
    return stamp.newest != network->stamp.newest || stamp.queued != network->stamp.queued ||
           stamp.halted != network->stamp.halted || stamp.wishes != network->stamp.wishes ||
           stamp.stopped != network->stamp.stopped;
}

static void note_stamp(struct vota_keeping_network *network)
{
    struct vota_error err = {.status = VOTA_OK};
    network->has_stamp = vota_store_watch_stamp(&network->stamp, network->keeping->store,
                                                network->of.row.id, &err) == VOTA_OK;
}

/* ---- reaching ---- */

static void fail(struct vota_keeping_network *network, enum vota_standing_reach reach,
                 const char *event, const char *reason)
{
    struct vota_standing_network *standing = network->standing;
    standing->reach = reach;
    standing->failures++;
    standing->failures_in_row++;
    copy_reason(standing->problem, reason);
    tell_state(network, event, reason);
    wait_longer(network);
}

/* Nothing failed, and yet there is nothing to do: looked at again in a while. */
static void rest(struct vota_keeping_network *network, enum vota_standing_reach reach,
                 const char *reason)
{
    network->standing->reach = reach;
    copy_reason(network->standing->problem, reason);
    tell_state(network, "held", reason);
    wait_for(network, network->is_local ? 500 : 2000);
}

/* One process a directory sends; another one does not for ever. */
static bool take_lock(struct vota_keeping_network *network)
{
    struct vota_keeping *keeping = network->keeping;
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error err = {.status = VOTA_OK};
    if (keeping->lock >= 0)
        return true;
    enum vota_status status = vota_directory_path(&keeping->options.dir, path, "sender.lock", &err);
    if (status == VOTA_OK)
        status = vota_lock_take(&keeping->lock, path, &err);
    if (status != VOTA_OK)
        rest(network, VOTA_REACH_WATCHED, err.text);
    return status == VOTA_OK;
}

/* A succession moves the line to another network while we run: its key is not ours to find. */
static bool is_ours(struct vota_keeping_network *network)
{
    struct vota_error err = {.status = VOTA_OK};
    const enum vota_network_role role =
        network->is_secondary ? VOTA_NETWORK_SECONDARY : VOTA_NETWORK_PRIMARY;
    if (vota_store_line_get(&network->of.row, network->keeping->store, network->of.row.id, &err) !=
        VOTA_OK) {
        fail(network, VOTA_REACH_UNREACHABLE, "store-failed", err.text);
        return false;
    }
    network->standing->role = network->of.row.role;
    network->standing->chain_id = network->of.row.chain_id;
    if (network->of.row.role != role)
        rest(network, VOTA_REACH_REFUSED, "line-moved");
    else if (!network->of.row.has_contract)
        rest(network, VOTA_REACH_WATCHED, "no-contract");
    return network->of.row.role == role && network->of.row.has_contract;
}

/* A secondary that is slow ends its turn when the primary has something under way. */
static bool goes_on(void *context)
{
    const struct vota_keeping_network *network = context;
    const struct vota_keeping *keeping = network->keeping;
    const struct vota_standing_network *primary = &keeping->standing.network[0];
    if (!vota_keeping_goes_on(keeping))
        return false;
    return !network->is_secondary || primary->turn.unmined == 0 ||
           vota_connect_clock() < network->started_ms + SECONDARY_MS;
}

/* Tests without a thread have no watch, and keep the pauses they gave. */
static const struct vota_connect_watch *watch_of(struct vota_keeping_network *network)
{
    const struct vota_connect_watch *watch = network->keeping->watch;
    if (watch == NULL)
        return NULL;
    network->watch = (struct vota_connect_watch){goes_on, network, watch->pause};
    return &network->watch;
}

static enum vota_status reach(struct vota_keeping_network *network, struct vota_error *err)
{
    struct vota_keeping *keeping = network->keeping;
    const struct vota_keeper_options *options = &keeping->options;
    if (options->connect != NULL) {
        const size_t place = (size_t)(network - keeping->network);
        const struct vota_quorum_options agreement = {
            .k = keeping->config.network[network->of.place].quorum};
        const enum vota_status status =
            options->connect(options->context, &network->connections, place, err);
        if (status != VOTA_OK)
            return status;
        vota_connect_set_watch(&network->connections, watch_of(network));
        vota_quorum_init(&network->quorum, &network->connections, &agreement);
        return VOTA_OK;
    }
    const struct vota_reach_options how = {.config = &keeping->config,
                                           .place = network->of.place,
                                           .dir = &options->dir,
                                           .network = &network->of.row,
                                           .watch = watch_of(network)};
    return vota_reach(&network->connections, &network->quorum, &how, err);
}

static void start_sender(struct vota_keeping_network *network)
{
    const struct vota_keeper_network *of = &network->of;
    network->sender =
        (struct vota_sender){.store = network->keeping->store,
                             .network_id = of->row.id,
                             .network_name = of->row.name,
                             .quorum = &network->quorum,
                             .signer = of->signer,
                             .address = of->signer != NULL ? vota_tx_signer_address(of->signer)
                                                           : of->row.deployment.genesis.anchorer,
                             .kinds = VOTA_SENDER_ANCHORER,
                             .on_event = tell_event,
                             .context = network};
    network->has_sender = true;
}

static bool is_reached(struct vota_keeping_network *network)
{
    struct vota_error err = {.status = VOTA_OK};
    if (network->connected)
        return true;
    const enum vota_status status = reach(network, &err);
    if (status == VOTA_OK) {
        network->connected = true;
        start_sender(network);
        return true;
    }
    vota_connect_done(&network->connections);
    fail(network, status == VOTA_REMOTE ? VOTA_REACH_UNREACHABLE : VOTA_REACH_REFUSED,
         status == VOTA_REMOTE ? "unreachable" : "refused", err.text);
    return false;
}

/* ---- the turn ---- */

static void note_turn(struct vota_keeping_network *network, const struct vota_sender_turn *turn)
{
    struct vota_standing_network *standing = network->standing;
    const bool is_moving = turn->unmined + turn->unfinal > 0;
    network->has_turned = true;
    standing->has_turn = true;
    standing->turn_at = network->keeping->time.now;
    standing->turn = *turn;
    standing->turns++;
    standing->failures_in_row = 0;
    standing->problem[0] = '\0';
    if (turn->stop.reason[0] != '\0')
        standing->reach = VOTA_REACH_STOPPED;
    else
        standing->reach = network->of.signer != NULL ? VOTA_REACH_UP : VOTA_REACH_WATCHED;
    tell_state(network, turn->stop.reason[0] != '\0' ? "stopped" : "held",
               turn->stop.reason[0] != '\0' ? turn->stop.reason : turn->held);
    wait_for(network, is_moving || network->is_local ? vota_settings_pause_ms(network->is_local)
                                                     : VOTA_KEEPING_IDLE_MS);
}

static void take_turn(struct vota_keeping_network *network)
{
    struct vota_keeping *keeping = network->keeping;
    struct vota_sender_turn turn = {0};
    struct vota_error err = {.status = VOTA_OK};
    vota_settings_sender(&network->sender, &keeping->config, network->is_local);
    const enum vota_status status =
        vota_sender_turn(&turn, &network->sender, keeping->time.now, &err);
    vota_standing_note_quorum(network->standing, &network->quorum);
    if (!vota_keeping_goes_on(keeping) && status != VOTA_OK)
        return; /* cut short by our own end: nobody's failure */
    if (status == VOTA_OK)
        note_turn(network, &turn);
    else if (status == VOTA_CONFLICT)
        fail(network, VOTA_REACH_REFUSED, "refused", err.text);
    else
        fail(network, VOTA_REACH_UNREACHABLE,
             status == VOTA_REMOTE ? "unreachable" : "store-failed", err.text);
    note_stamp(network);
}

void vota_keeping_network_turn(struct vota_keeping_network *network)
{
    const uint64_t now_ms = network->keeping->time.steady_ms;
    if (network->due_ms > now_ms && !has_news(network))
        return;
    network->started_ms = vota_connect_clock();
    if (take_lock(network) && is_ours(network) && is_reached(network))
        take_turn(network);
}

bool vota_keeping_network_takes(const struct vota_keeping_network *network)
{
    const struct vota_view *view = &network->sender.view;
    return network->has_turned && network->of.row.has_contract &&
           network->standing->turn.stop.reason[0] == '\0' &&
           network->standing->reach != VOTA_REACH_REFUSED && view->contract_latest &&
           !vota_addr_is_zero(&view->latest.contract.anchorer);
}

void vota_keeping_network_done(struct vota_keeping_network *network)
{
    if (network->has_sender)
        vota_sender_done(&network->sender);
    vota_connect_done(&network->connections);
}
