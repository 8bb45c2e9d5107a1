/* SPDX-License-Identifier: Apache-2.0 */
/* Walks and sweeps: see schedule.h. */
#include "tests/walk/schedule.h"

#include "tests/walk/must.h"
#include "tests/walk/weather.h"

#define WALK_STEPS 24u

/* ---- walks ---- */

struct drift {
    struct chain *chain;
    struct random random; /* the life's own: what it draws is lost with it */
};

static void drift(void *context)
{
    struct drift *weather = context;
    weather_drift(weather->chain, &weather->random);
}

static int64_t random_clock(struct random *random)
{
    static const int64_t errors[] = {0, 0, 0, 0, 0, 0, -3600, 3600, -30, 45};
    return errors[random_below(random, sizeof errors / sizeof errors[0])];
}

static struct life_order random_life(struct world *world, struct drift *weather)
{
    struct random *random = &world->random;
    static const uint64_t most[LIFE_ENDS] = {
        [LIFE_ENDS_WELL] = 1,        [LIFE_ENDS_WRITING] = 20,    [LIFE_ENDS_BEFORE_CALL] = 60,
        [LIFE_ENDS_AFTER_CALL] = 60, [LIFE_ENDS_BEFORE_SEND] = 4, [LIFE_ENDS_AFTER_SEND] = 4,
        [LIFE_DISK_FULL] = 20,
    };
    struct life_order order = {.turns = (unsigned)random_between(random, 1, 4),
                               .seals = random_percent(random, 70),
                               .clock_error = random_clock(random),
                               .between = drift,
                               .context = weather};
    if (random_percent(random, 60))
        order.end = (enum life_end)random_below(random, LIFE_ENDS);
    order.at = random_between(random, 1, most[order.end]);
    *weather = (struct drift){world->chain, {random_next(random)}};
    return order;
}

/* What people do: citizens, the city, the owner of the contract. */
static void people(struct world *world)
{
    struct random *random = &world->random;
    const uint64_t now = chain_now(world->chain);
    if (world->city.n_registers == 0 || random_percent(random, 10)) {
        city_open_register(&world->city, now);
        world_tell(world, "a register", "");
    }
    if (world->city.n_records < 40 && random_percent(random, 60)) {
        city_accept_records(&world->city, random, (unsigned)random_between(random, 1, 5), now);
        world_tell(world, "records", "");
    }
    if (world->city.n_results < 3 && random_percent(random, 15)) {
        city_publish_result(&world->city, random, now);
        world_tell(world, "a result", "");
    }
}

static void owner(struct world *world)
{
    struct chain_contract contract;
    if (!chain_contract(world->chain, &contract) || contract.length == 0)
        return;
    (void)chain_send_disavow(world->chain, contract.length, contract.length, "a walk");
    world_tell(world, "the owner writes", "");
}

/* The owner replaces the key; the service gets the new one sooner or later, or the old one back. */
static void rotate(struct world *world)
{
    const bool there = random_percent(&world->random, 70);
    const vota_addr second = chain_address(CHAIN_ANCHORER_2);
    if (world->rotated) {
        world->actor = there ? CHAIN_ANCHORER_2 : CHAIN_ANCHORER;
        return;
    }
    (void)chain_send_set_key(world->chain, VOTA_ROLE_ANCHORER, &second, 0);
    world->rotated = true;
    world_tell(world, "the owner replaces the key", "");
}

/* Somebody else with our key, or an operator's slip: a nonce is gone, or an entry is there. */
static void intrude(struct world *world)
{
    vota_hash tx;
    const bool writes = random_percent(&world->random, 50);
    if (writes) {
        vota_hash root;
        for (size_t i = 0; i < sizeof root.bytes; i++)
            root.bytes[i] = (uint8_t)random_next(&world->random);
        tx = chain_send_anchor(world->chain, CHAIN_ANCHORER, &root, 2);
    } else {
        tx = chain_send_self(world->chain, CHAIN_ANCHORER);
    }
    history_add_stranger(&world->history, &tx);
    world->foreign = true;
    world_tell(world, "somebody has our key", writes ? "an entry" : "a nonce");
}

static void back_up(struct world *world)
{
    city_back_up(&world->city);
    world_tell(world, "a backup", "");
}

static void restore(struct world *world)
{
    if (!city_restore(&world->city))
        return;
    history_store_replaced(&world->history, world->chain);
    world->foreign = true;
    world_tell(world, "the backup is put back", "");
}

static void happen(struct world *world, unsigned liar)
{
    struct random *random = &world->random;
    const unsigned changes = (unsigned)random_below(random, 3);
    people(world);
    for (unsigned i = 0; i < changes; i++) {
        world_tell(world, weather_change(world->chain, random, liar), "");
        world_look(world);
    }
    if (random_percent(random, 8))
        owner(world);
}

/* Some worlds know a thief, an old backup, a new key, a tight purse; most do not. */
struct character {
    bool thief, backups, rotates;
    unsigned liar;
};

static struct character characterise(struct world *world)
{
    struct random *random = &world->random;
    const struct character character = {.thief = random_percent(random, 12),
                                        .backups = random_percent(random, 12),
                                        .rotates = random_percent(random, 12),
                                        .liar = (unsigned)random_below(random, LIFE_NODES)};
    if (random_percent(random, 25))
        world->day_max = random_between(random, 3, 15) * UINT64_C(1000000000000000);
    return character;
}

static void interfere(struct world *world, const struct character *character)
{
    struct random *random = &world->random;
    if (character->thief && random_percent(random, 10))
        intrude(world);
    if (character->backups && random_percent(random, 15))
        back_up(world);
    else if (character->backups && random_percent(random, 8))
        restore(world);
    if (character->rotates && random_percent(random, 10))
        rotate(world);
    if (random_percent(random, 6))
        world_wish(world, random_percent(random, 60) ? VOTA_WISH_BUMP : VOTA_WISH_CANCEL);
}

static void change_liar(struct world *world, struct character *character)
{
    if (!random_percent(&world->random, 10))
        return;
    chain_heal(world->chain, character->liar);
    chain_node_join(world->chain, character->liar);
    character->liar = (unsigned)random_below(&world->random, LIFE_NODES);
}

bool schedule_walk(uint64_t seed, bool trace, char *ret_reason, size_t cap)
{
    static struct world world; /* large */
    struct drift weather;
    world_init(&world, seed, trace);
    struct character character = characterise(&world);
    for (unsigned i = 0; i < WALK_STEPS && world_is_well(&world); i++) {
        change_liar(&world, &character);
        happen(&world, character.liar);
        interfere(&world, &character);
        world_live(&world, random_life(&world, &weather));
        if (random_percent(&world.random, 20))
            world_operate(&world);
    }
    if (world_is_well(&world))
        world_settle(&world);
    const bool well = world_is_well(&world);
    if (!well)
        (void)snprintf(ret_reason, cap, "%s", world.history.wrong);
    world_done(&world);
    return well;
}

/* ---- sweeps ---- */

static void one_block(void *context)
{
    chain_mine(context, 1);
}

/* Fees rise over what was offered; two blocks later the block that took it is replaced. */
static void rough(void *context)
{
    struct chain *chain = context;
    switch (chain_height(chain) % 16) {
    case 3:
        chain_storm(chain, 8);
        chain_mine_empty(chain, 8);
        break;
    case 13:
        (void)chain_reorg(chain, 3, 1, CHAIN_REORG_RETURN);
        chain_set_demand(chain, 0); /* fees come down again */
        break;
    default:
        chain_mine(chain, 1);
        break;
    }
}

static void prepare(struct world *world, unsigned stage)
{
    const uint64_t now = chain_now(world->chain);
    if (stage == 0)
        city_open_register(&world->city, now);
    else if (stage <= 3)
        city_accept_records(&world->city, &world->random, 4, now);
    else
        city_publish_result(&world->city, &world->random, now);
}

/* The scenario; what is left of `at` when it is through, 0 if the step was there. */
static uint64_t play(struct world *world, enum schedule_scenario scenario, enum life_end end,
                     uint64_t at)
{
    uint64_t left = at;
    for (unsigned stage = 0; stage < 5 && world_is_well(world); stage++) {
        struct life_order order = {.turns = 12,
                                   .seals = true,
                                   .between = scenario == SCHEDULE_CALM ? one_block : rough,
                                   .context = world->chain};
        prepare(world, stage);
        if (left > 0) {
            order.end = end;
            order.at = left;
        }
        world_live(world, order);
        if (left > 0)
            left = world->report->reached ? 0 : left - world->report->steps;
    }
    return left;
}

uint64_t schedule_count(enum schedule_scenario scenario, enum life_end end)
{
    static struct world world; /* large */
    world_init(&world, 1, false);
    const uint64_t left = play(&world, scenario, end, SCHEDULE_STEPS_MOST);
    MUST(left > 0 && world_is_well(&world));
    world_done(&world);
    return SCHEDULE_STEPS_MOST - left;
}

bool schedule_step(enum schedule_scenario scenario, enum life_end end, uint64_t at, bool trace,
                   char *ret_reason, size_t cap)
{
    static struct world world; /* large */
    world_init(&world, 1, trace);
    if (play(&world, scenario, end, at) > 0)
        history_complain(&world.history, "the service did not end at that step");
    if (world_is_well(&world))
        world_settle(&world);
    const bool well = world_is_well(&world);
    if (!well)
        (void)snprintf(ret_reason, cap, "%s", world.history.wrong);
    world_done(&world);
    return well;
}
