/* SPDX-License-Identifier: Apache-2.0 */
/* Lives, checks, the operator's hand, the calm at the end: see world.h. */
#include "tests/walk/world.h"

#include <inttypes.h>
#include <string.h>

#include "bridge/store/store_stop.h"
#include "tests/walk/must.h"
#include "tests/walk/weather.h"

#define SETTLING_LIVES 30u
#define SLOTS_AN_HOUR  (3600u / CHAIN_SLOT)

void world_init(struct world *world, uint64_t seed, bool trace)
{
    struct vota_store_deployment deployment;
    uint64_t block = 0;
    uint64_t time = 0;
    vota_hash tx;
    *world = (struct world){.random = {.state = seed},
                            .chain = chain_new(seed),
                            .report = life_report_new(),
                            .actor = CHAIN_ANCHORER,
                            .day_max = UINT64_C(100000000000000000),
                            .trace = trace};
    const vota_hash genesis = chain_genesis_hash(world->chain);
    chain_deployment(world->chain, &deployment, &block, &time, &tx);
    city_create(&world->city, &genesis, &deployment, block, time);
    chain_finalise_always(world->chain, 6);
    world->history.past = history_past_new();
    world->history.began = chain_now(world->chain);
}

void world_done(struct world *world)
{
    city_remove(&world->city);
    chain_free(world->chain);
}

bool world_is_well(const struct world *world)
{
    return world->history.wrong[0] == '\0';
}

void world_tell(const struct world *world, const char *what, const char *detail)
{
    if (world->trace)
        (void)fprintf(stderr, "  %" PRIu64 " (block %" PRIu64 ", final %" PRIu64 ") %s%s%s\n",
                      chain_now(world->chain) - world->history.began, chain_height(world->chain),
                      chain_final(world->chain), what, detail[0] != '\0' ? ": " : "", detail);
}

static void check(struct world *world)
{
    if (world->report->wrong[0] != '\0')
        history_complain(&world->history, "%s", world->report->wrong);
    history_check_store(&world->history, &world->city);
    history_check_chain(&world->history, world->chain, world->day_max);
    if (!world_is_well(world))
        world_tell(world, "WRONG", world->history.wrong);
}

static const char *const ends[LIFE_ENDS] = {
    [LIFE_ENDS_WELL] = "a life",
    [LIFE_ENDS_WRITING] = "a life that ends writing",
    [LIFE_ENDS_BEFORE_CALL] = "a life that ends before a call",
    [LIFE_ENDS_AFTER_CALL] = "a life that ends after a call",
    [LIFE_ENDS_BEFORE_SEND] = "a life that ends before a send",
    [LIFE_ENDS_AFTER_SEND] = "a life that ends after a send",
    [LIFE_DISK_FULL] = "a life whose disk fills up",
};

void world_look(struct world *world)
{
    history_note(world->history.past, world->chain);
}

/* What happens between two turns, and a look at the chain after it. */
struct between {
    struct world *world;
    life_between *happens;
    void *context;
};

static void happen_and_look(void *context)
{
    const struct between *between = context;
    between->happens(between->context);
    world_look(between->world);
}

void world_live(struct world *world, struct life_order order)
{
    struct between between = {world, order.between, order.context};
    order.between = happen_and_look;
    order.context = &between;
    world_look(world);
    char detail[80];
    order.city = &world->city;
    order.chain = world->chain;
    order.actor = world->actor;
    order.day_max = world->day_max;
    order.trace = world->trace;
    (void)snprintf(detail, sizeof detail, "%u turns, step %" PRIu64 ", clock %+" PRId64,
                   order.turns, order.at, order.clock_error);
    world_tell(world, ends[order.end], detail);
    const bool stopped = world->history.stopped;
    city_leave(&world->city);
    life_live(world->report, &order);
    if (stopped && world->report->sends > 0)
        history_complain(&world->history, "bytes were sent while the network was stopped");
    if (order.end != LIFE_ENDS_WELL && world->report->reached)
        world_tell(world, "  it ended", "");
    check(world);
}

/* Settled finally, by whoever: then a new round is safe, which is what a person has to find out. */
static bool nonce_is_settled(const struct world *world, const vota_addr *sender, uint64_t nonce)
{
    static vota_hash txs[1024];
    const size_t n = chain_seen(world->chain, sender, txs, sizeof txs / sizeof txs[0]);
    for (size_t i = 0; i < n; i++) {
        const struct chain_place place = chain_find(world->chain, &txs[i]);
        if (place.final && place.nonce == nonce)
            return true;
    }
    return false;
}

struct operating {
    struct world *world;
    struct vota_store *store;
    int64_t requeue[HISTORY_OPERATIONS];
    size_t n;
};

static enum vota_status look_at_halted(void *context, const struct vota_store_operation *operation)
{
    struct operating *operating = context;
    struct world *world = operating->world;
    world_tell(world, "halted", operation->reason);
    const bool wished = world->cancelled && strcmp(operation->reason, "cancelled") == 0;
    if (!world->foreign && !wished)
        history_complain(&world->history, "operation %" PRId64 " halted without cause: %s",
                         operation->id, operation->reason);
    if (nonce_is_settled(world, &operation->sender, operation->nonce))
        operating->requeue[operating->n++] = operation->id;
    return VOTA_OK;
}

static void requeue_halted(struct operating *operating)
{
    MUST_OK(vota_store_outbox_each(operating->store, operating->world->city.network,
                                   1u << VOTA_OP_HALTED, look_at_halted, operating, NULL));
    for (size_t i = 0; i < operating->n; i++) {
        MUST_OK(vota_store_begin(operating->store, NULL));
        MUST_OK(vota_store_outbox_requeue(operating->store, operating->requeue[i], NULL, NULL));
        MUST_OK(vota_store_commit(operating->store, NULL));
    }
}

/* Accepts the entries that are the chain's and no operation's. */
static void adopt_foreign(const struct operating *operating)
{
    static struct chain_entry entries[HISTORY_ENTRIES];
    const struct world *world = operating->world;
    const size_t n = chain_entries(world->chain, entries, HISTORY_ENTRIES);
    for (size_t i = 0; i < n; i++) {
        const struct vota_store_adopted adopted = {entries[i].entry.number, entries[i].head};
        if (entries[i].entry.kind <= VOTA_ENTRY_RESULT &&
            history_is_stranger(&world->history, &entries[i].tx))
            MUST_OK(vota_store_stop_adopt(operating->store, world->city.network, &adopted,
                                          chain_now(world->chain), NULL));
    }
}

static void clear_stop(const struct operating *operating)
{
    struct world *world = operating->world;
    const int64_t network = world->city.network;
    struct vota_store_stop stop;
    if (!world->history.stopped)
        return;
    MUST_OK(vota_store_stop_get(&stop, operating->store, network, NULL));
    world_tell(world, "stopped", stop.reason);
    if (!world->foreign)
        history_complain(&world->history, "the network was stopped without cause: %s", stop.reason);
    MUST_OK(vota_store_begin(operating->store, NULL));
    adopt_foreign(operating);
    MUST_OK(vota_store_stop_clear(operating->store, network, NULL));
    MUST_OK(vota_store_commit(operating->store, NULL));
    world->history.stopped = false;
}

/* In calm weather an entry of somebody else's must have stopped the network by now. */
static void check_stop(struct world *world)
{
    if (!world->history.stopped && history_has_foreign(&world->history, world->chain))
        history_complain(&world->history, "an entry by our key is not ours, and nothing stopped");
}

void world_operate(struct world *world)
{
    struct operating operating = {.world = world, .store = city_enter(&world->city)};
    requeue_halted(&operating);
    clear_stop(&operating);
}

static enum vota_status find_in_flight(void *context, const struct vota_store_operation *operation)
{
    *(int64_t *)context = operation->id;
    return VOTA_OK;
}

void world_wish(struct world *world, enum vota_op_wish wish)
{
    struct vota_store *store = city_enter(&world->city);
    int64_t id = 0;
    MUST_OK(vota_store_outbox_each(store, world->city.network, 1u << VOTA_OP_SENT, find_in_flight,
                                   &id, NULL));
    if (id == 0)
        return;
    MUST_OK(vota_store_begin(store, NULL));
    MUST_OK(vota_store_outbox_wish(store, id, wish, NULL));
    MUST_OK(vota_store_commit(store, NULL));
    world->cancelled |= wish == VOTA_WISH_CANCEL;
    world_tell(world, "a person wishes", wish == VOTA_WISH_CANCEL ? "cancel" : "bump");
}

/* The key that the contract takes entries from: it was replaced, or a reorganisation undid that. */
static void take_right_key(struct world *world)
{
    struct chain_contract contract;
    const vota_addr second = chain_address(CHAIN_ANCHORER_2);
    MUST(chain_contract(world->chain, &contract));
    world->actor = vota_addr_equal(&contract.anchorer, &second) ? CHAIN_ANCHORER_2 : CHAIN_ANCHORER;
}

static void one_block(void *context)
{
    chain_mine(context, 1);
}

static bool all_final(const struct world *world)
{
    for (size_t i = 0; i < world->history.n_operations; i++) {
        if (world->history.operations[i].state != VOTA_OP_FINAL)
            return false;
    }
    return world->report->problem[0] == '\0';
}

/* Time passes: for company of lonely rows, and a new day where the old one's limit is reached. */
static void let_time_pass(struct world *world, unsigned life)
{
    const bool day_is_over = strcmp(world->report->turn.held, "day-cap-reached") == 0;
    if (day_is_over)
        chain_skip(world->chain, 25 * SLOTS_AN_HOUR);
    else if (life % 8 == 7)
        chain_skip(world->chain, SLOTS_AN_HOUR);
    chain_mine(world->chain, life < 4 ? 10 : 1);
}

void world_settle(struct world *world)
{
    const struct life_order order = {
        .turns = 16, .seals = true, .rests = true, .between = one_block, .context = world->chain};
    weather_calm(world->chain);
    chain_mine(world->chain, 20);
    chain_skip(world->chain, SLOTS_AN_HOUR); /* no row waits for company any longer */
    chain_mine(world->chain, 1);
    take_right_key(world);
    world_tell(world, "the calm", "");
    for (unsigned i = 0; i < SETTLING_LIVES && world_is_well(world); i++) {
        world_live(world, order);
        if (i > 0)
            check_stop(world);
        world_operate(world);
        if (all_final(world) && i > 1)
            break;
        let_time_pass(world, i);
    }
    if (world_is_well(world))
        history_check_end(&world->history, &world->city, world->chain);
    if (!world_is_well(world))
        world_tell(world, "WRONG", world->history.wrong);
}
