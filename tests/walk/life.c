/* SPDX-License-Identifier: Apache-2.0 */
/* Forks, arms, turns, dies: see life.h. */
#include "tests/walk/life.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bridge/engine/lock.h"
#include "bridge/store/db.h"
#include "tests/walk/must.h"
#include "tests/walk/witness.h"

struct life;

/* The seam of one node, with the counter in front of it. */
struct door {
    struct life *life;
    unsigned node;
    struct vota_transport inner, outer;
};

struct life {
    const struct life_order *order;
    struct life_report *report;
    struct witness *witness;
    struct vota_store *store;
    struct vota_tx_signer *signer;
    struct vota_connections connections;
    struct vota_quorum quorum;
    struct vota_sender sender;
    struct door doors[LIFE_NODES];
    int lock;
};

static void trace(const struct life *life, const char *what, const char *detail)
{
    if (life->order->trace)
        (void)fprintf(stderr, "      %s %s\n", what, detail);
}

static void die(const struct life *life)
{
    life->report->reached = true;
    (void)raise(SIGKILL);
}

/* Whether the life ends at this border; n counts calls or sends, whichever the order is about. */
static bool ends_here(const struct life *life, enum life_end call, enum life_end send, bool sends)
{
    const struct life_order *order = life->order;
    if (order->end == call)
        return life->report->calls == order->at;
    return order->end == send && sends && life->report->sends == order->at;
}

static enum vota_status through_door(void *ctx, struct vota_response *ret_response,
                                     struct vota_slice request, unsigned timeout_ms)
{
    struct door *door = ctx;
    struct life *life = door->life;
    const bool sends = witness_is_send(request);
    life->report->calls++;
    life->report->sends += sends;
    if (sends)
        witness_send(life->witness, request, life->report->wrong, sizeof life->report->wrong);
    if (ends_here(life, LIFE_ENDS_BEFORE_CALL, LIFE_ENDS_BEFORE_SEND, sends))
        die(life);
    const enum vota_status status =
        door->inner.send(door->inner.ctx, ret_response, request, timeout_ms);
    if (ends_here(life, LIFE_ENDS_AFTER_CALL, LIFE_ENDS_AFTER_SEND, sends))
        die(life);
    return status;
}

static void no_pause(unsigned ms)
{
    (void)ms;
}

/* The chain whose time the life's steady clock shows: one to a process. */
static const struct chain *clock_chain;

/* In place of the machine's: breakers and looks follow the world's time. */
uint64_t __wrap_vota_connect_clock(void);
uint64_t __wrap_vota_connect_clock(void)
{
    return chain_now(clock_chain) * 1000;
}

static void connect_nodes(struct life *life)
{
    clock_chain = life->order->chain;
    for (unsigned i = 0; i < LIFE_NODES; i++) {
        struct door *door = &life->doors[i];
        door->life = life;
        door->node = i;
        chain_transport_init(&door->inner, life->order->chain, i);
        door->outer = (struct vota_transport){.ctx = door, .send = through_door};
        struct vota_connection *connection =
            vota_connect_add(&life->connections, NULL, &door->outer, 0);
        MUST(connection != NULL);
        connection->provider.pause = no_pause;
        connection->usable = true;
    }
    life->connections.chain_id = chain_id(life->order->chain);
    life->connections.genesis = chain_genesis_hash(life->order->chain);
    const struct vota_quorum_options options = {.k = LIFE_QUORUM};
    vota_quorum_init(&life->quorum, &life->connections, &options);
}

static void take_key(struct life *life)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    chain_key(life->order->actor, key);
    MUST_OK(vota_signer_load(&signer, key, NULL));
    MUST_OK(vota_tx_signer_local(&life->signer, signer, NULL));
}

static void on_event(void *context, const struct vota_sender_event *event)
{
    const struct life *life = context;
    char line[128];
    (void)snprintf(line, sizeof line, "%" PRId64 " %s",
                   event->operation != NULL ? event->operation->id : 0,
                   event->detail != NULL ? event->detail : "");
    trace(life, event->name, line);
}

static void arm(struct life *life)
{
    life->sender = (struct vota_sender){
        .store = life->store,
        .network_id = life->order->city->network,
        .network_name = CITY_NETWORK,
        .quorum = &life->quorum,
        .signer = life->signer,
        .address = vota_tx_signer_address(life->signer),
        .kinds = VOTA_SENDER_ANCHORER,
        .limits = {.fees = vota_fees_caps_default(true),
                   .tx_max = LIFE_TX_MAX,
                   .day_max = life->order->day_max,
                   .deploy_max = LIFE_TX_MAX},
        .policy = vota_anchor_defaults,
        .on_event = on_event,
        .context = life,
    };
}

static uint64_t clock_of(const struct life *life)
{
    const int64_t now = (int64_t)chain_now(life->order->chain) + life->order->clock_error;
    MUST(now > 0);
    return (uint64_t)now;
}

static void note_problem(const struct life *life, const struct vota_error *err)
{
    (void)snprintf(life->report->problem, sizeof life->report->problem, "%s: %s", err->where,
                   err->text);
    trace(life, "problem", life->report->problem);
}

static enum vota_status seal(struct life *life, struct vota_error *err)
{
    static const struct vota_batch_policy policy = {
        .max_records = 4, .min_size = 2, .max_age = 120, .margin = 600};
    struct vota_store_pending pending;
    struct vota_store_batch batch;
    const int64_t network = life->order->city->network;
    enum vota_status status = vota_store_batch_pending(&pending, life->store, network, err);
    if (status != VOTA_OK ||
        !vota_batch_is_due(&pending, &policy, clock_of(life), VOTA_BATCH_BY_POLICY))
        return status;
    status = vota_batch_seal(&batch, life->store, network, &policy, clock_of(life), err);
    return status == VOTA_NOT_FOUND ? VOTA_OK : status;
}

static void turn(struct life *life)
{
    struct vota_error err = {0};
    enum vota_status status = VOTA_OK;
    if (life->order->seals)
        status = seal(life, &err);
    if (status == VOTA_OK)
        status = vota_sender_turn(&life->report->turn, &life->sender, clock_of(life), &err);
    if (status != VOTA_OK) {
        note_problem(life, &err);
        return;
    }
    life->report->turns++;
    life->report->problem[0] = '\0';
    if (life->report->turn.held[0] != '\0')
        trace(life, "held", life->report->turn.held);
}

/* How many steps of the ordered kind the life has had. */
static uint64_t count_steps(const struct life *life)
{
    const struct life_order *order = life->order;
    switch (order->end) {
    case LIFE_ENDS_WRITING:
    case LIFE_DISK_FULL:
        return order->at - life->store->fault.left;
    case LIFE_ENDS_BEFORE_SEND:
    case LIFE_ENDS_AFTER_SEND:
        return life->report->sends;
    case LIFE_ENDS_WELL:
    case LIFE_ENDS_BEFORE_CALL:
    case LIFE_ENDS_AFTER_CALL:
    case LIFE_ENDS:
        break;
    }
    return life->report->calls;
}

static bool is_idle(const struct life *life)
{
    const struct vota_sender_turn *turn = &life->report->turn;
    return life->report->problem[0] == '\0' && turn->unmined + turn->unfinal + turn->halted == 0;
}

static void turns(struct life *life)
{
    struct vota_error err = {0};
    if (vota_store_open(&life->store, life->order->city->store_path, 0, &err) != VOTA_OK) {
        note_problem(life, &err);
        return;
    }
    MUST_OK(vota_lock_take(&life->lock, life->order->city->lock_path, NULL));
    life->witness = witness_new(life->order->city->store_path);
    take_key(life);
    connect_nodes(life);
    arm(life);
    for (unsigned i = 0; i < life->order->turns; i++) {
        if (i > 1 && life->order->rests && is_idle(life))
            break;
        if (i > 0 && life->order->between != NULL)
            life->order->between(life->order->context);
        turn(life);
    }
    life->report->steps = count_steps(life);
    if (life->order->end == LIFE_DISK_FULL)
        life->report->reached = life->store->fault.left <= 1;
    vota_sender_done(&life->sender);
    witness_free(life->witness);
    vota_tx_signer_free(life->signer);
    vota_store_free(life->store);
    vota_lock_release(life->lock);
}

static void order_fault(const struct life_order *order)
{
    char text[32];
    const char *mode = order->end == LIFE_ENDS_WRITING ? "exit" : "fail";
    if (order->end != LIFE_ENDS_WRITING && order->end != LIFE_DISK_FULL)
        return;
    (void)snprintf(text, sizeof text, "%s:%" PRIu64, mode, order->at);
    MUST(setenv("VOTEANCHOR_FAULT", text, 1) == 0);
}

void life_live(struct life_report *report, const struct life_order *order)
{
    int status = 0;
    memset(report, 0, sizeof *report);
    (void)fflush(NULL);
    const pid_t pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        static struct life life; /* large */
        life = (struct life){.order = order, .report = report, .lock = -1};
        order_fault(order);
        turns(&life);
        _exit(0);
    }
    MUST(waitpid(pid, &status, 0) == pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == VOTA_FAULT_EXIT_CODE)
        report->reached = true;
    else if (WIFSIGNALED(status) && !(WTERMSIG(status) == SIGKILL && report->reached))
        (void)snprintf(report->wrong, sizeof report->wrong, "the service was ended by signal %d",
                       WTERMSIG(status));
    else if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        (void)snprintf(report->wrong, sizeof report->wrong, "the service exited with %d",
                       WEXITSTATUS(status));
}

struct life_report *life_report_new(void)
{
    struct life_report *report =
        mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(report != MAP_FAILED);
    return report;
}
