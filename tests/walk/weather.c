/* SPDX-License-Identifier: Apache-2.0 */
/* Happenings and their weights: see weather.h. */
#include "tests/walk/weather.h"

#include "tests/walk/life.h"

#define USUAL_DEMAND 500u
#define CALM_DEMAND  100u /* fees fall */
#define USUAL_FINAL  6u   /* blocks behind the latest */

struct sky {
    struct chain *chain;
    struct random *random;
    unsigned liar;
};

void weather_drift(struct chain *chain, struct random *random)
{
    const unsigned chance = (unsigned)random_below(random, 100);
    if (chance < 65)
        chain_mine(chain, (unsigned)random_between(random, 1, 3));
    else if (chance < 75)
        chain_mine_empty(chain, (unsigned)random_between(random, 1, 3));
    else if (chance < 85)
        chain_skip(chain, (unsigned)random_between(random, 1, 8));
    else if (chance < 95)
        (void)chain_reorg(chain, (unsigned)random_between(random, 1, 2),
                          (unsigned)random_below(random, 2),
                          (enum chain_reorg_mode)random_below(random, CHAIN_REORG_MODES));
}

static void mine(struct sky *sky)
{
    chain_mine(sky->chain, (unsigned)random_between(sky->random, 1, 8));
}

static void mine_empty(struct sky *sky)
{
    chain_mine_empty(sky->chain, (unsigned)random_between(sky->random, 1, 12));
}

static void stall(struct sky *sky)
{
    chain_skip(sky->chain, (unsigned)random_between(sky->random, 1, 50));
}

static void reorganise(struct sky *sky)
{
    (void)chain_reorg(sky->chain, (unsigned)random_between(sky->random, 1, 5),
                      (unsigned)random_below(sky->random, 3),
                      (enum chain_reorg_mode)random_below(sky->random, CHAIN_REORG_MODES));
}

/* Comes, or comes and passes over whatever is in flight. */
static void storm(struct sky *sky)
{
    const unsigned blocks = (unsigned)random_between(sky->random, 3, 18);
    chain_storm(sky->chain, blocks);
    if (random_percent(sky->random, 60))
        chain_mine(sky->chain, blocks);
}

static void change_demand(struct sky *sky)
{
    static const unsigned demands[] = {0, 300, 500, 500, 700, 1000};
    chain_set_demand(sky->chain, demands[random_below(sky->random, 6)]);
}

static void change_tips(struct sky *sky)
{
    chain_set_tip(sky->chain, random_between(sky->random, 1, 4000) * (CHAIN_GWEI / 1000));
}

static void change_finality(struct sky *sky)
{
    static const unsigned behinds[] = {0, 1, 3, 6, 12};
    chain_finalise_always(sky->chain, behinds[random_below(sky->random, 5)]);
}

static void change_gas(struct sky *sky)
{
    static const uint64_t extras[] = {0, 0, 20000, 100000};
    chain_set_extra_gas(sky->chain, extras[random_below(sky->random, 4)]);
}

static void forget(struct sky *sky)
{
    chain_drop(sky->chain, (unsigned)random_below(sky->random, CHAIN_ALL_NODES + 1), NULL);
}

static unsigned any_node(struct sky *sky)
{
    return (unsigned)random_below(sky->random, LIFE_NODES);
}

/* What any node may do to us, also all of them at once: nobody is made to believe anything. */
static void fail(struct sky *sky)
{
    static const enum chain_fault faults[] = {
        CHAIN_FAULT_TIMEOUT,
        CHAIN_FAULT_ANSWER_LOST,
        CHAIN_FAULT_CLOSED,
        CHAIN_FAULT_CONNECT,
        CHAIN_FAULT_HTTP,
        CHAIN_FAULT_RATE_LIMIT,
        CHAIN_FAULT_TRUNCATED,
        CHAIN_FAULT_HTML,
        CHAIN_FAULT_EMPTY,
        CHAIN_FAULT_WRONG_ID,
        CHAIN_FAULT_BOTH,
        CHAIN_FAULT_NEITHER,
        CHAIN_FAULT_DUPLICATE_KEY,
        CHAIN_FAULT_BARE_0X,
        CHAIN_FAULT_INTERNAL,
        CHAIN_FAULT_LIMIT_ERROR,
        CHAIN_FAULT_BAD_GATEWAY_LATE,
        CHAIN_FAULT_DROP,
        CHAIN_FAULT_KNOWN,
        CHAIN_FAULT_TRACKER,
        CHAIN_FAULT_POOL_FULL,
        CHAIN_FAULT_PRUNED,
        CHAIN_FAULT_NO_FINAL,
        CHAIN_FAULT_STALE,
        CHAIN_FAULT_HEAD_BACK,
        CHAIN_FAULT_FINAL_BACK,
    };
    const struct chain_rule rule = {.per_mille = (uint32_t)random_between(sky->random, 50, 1000),
                                    .amount = (uint32_t)random_between(sky->random, 1, 4)};
    const enum chain_fault fault =
        faults[random_below(sky->random, sizeof faults / sizeof faults[0])];
    const bool numbered = fault == CHAIN_FAULT_STALE || fault == CHAIN_FAULT_HEAD_BACK ||
                          fault == CHAIN_FAULT_FINAL_BACK;
    chain_set_fault(sky->chain, any_node(sky), fault,
                    numbered ? rule : (struct chain_rule){.per_mille = rule.per_mille});
}

/* What one node alone may say. */
static void lie(struct sky *sky)
{
    static const enum chain_fault faults[] = {
        CHAIN_FAULT_FINAL_BACK,     CHAIN_FAULT_CHAIN_ID,      CHAIN_FAULT_GENESIS,
        CHAIN_FAULT_OLD_NONCE,      CHAIN_FAULT_NONCE_LOW,     CHAIN_FAULT_OTHER_HASH,
        CHAIN_FAULT_FEE_CAP,        CHAIN_FAULT_FEES,          CHAIN_FAULT_ESTIMATE,
        CHAIN_FAULT_REVERT,         CHAIN_FAULT_RECEIPT_BLOCK, CHAIN_FAULT_RECEIPT_OTHER,
        CHAIN_FAULT_STATUS,         CHAIN_FAULT_NO_LOGS,       CHAIN_FAULT_LOG,
        CHAIN_FAULT_PROOF,          CHAIN_FAULT_HEADER,        CHAIN_FAULT_NO_RECEIPT,
        CHAIN_FAULT_NO_TRANSACTION, CHAIN_FAULT_NULL,
    };
    chain_set_fault(sky->chain, sky->liar,
                    faults[random_below(sky->random, sizeof faults / sizeof faults[0])],
                    (struct chain_rule){.per_mille = random_percent(sky->random, 50) ? 1000 : 300});
}

static void fork_node(struct sky *sky)
{
    const uint64_t height = chain_height(sky->chain);
    const uint64_t depth = random_between(sky->random, 1, 6);
    chain_node_fork(sky->chain, sky->liar, (unsigned)(depth < height ? depth : height));
}

static void pin_node(struct sky *sky)
{
    chain_node_pin(sky->chain, sky->liar);
}

/* The others reorganise; one stays where it was, and calls final what nobody else has. */
static void leave_behind(struct sky *sky)
{
    static const enum chain_reorg_mode modes[] = {CHAIN_REORG_LATER, CHAIN_REORG_RETURN,
                                                  CHAIN_REORG_DROP};
    chain_node_pin(sky->chain, sky->liar);
    chain_set_fault(sky->chain, sky->liar, CHAIN_FAULT_FINAL_FORK,
                    (struct chain_rule){.per_mille = 1000});
    (void)chain_reorg(sky->chain, (unsigned)random_between(sky->random, 2, 5), 1,
                      modes[random_below(sky->random, sizeof modes / sizeof modes[0])]);
    chain_mine(sky->chain, (unsigned)random_between(sky->random, 1, 8));
}

/* Most nodes call final what is long behind what they called final. */
static void take_finality_back(struct sky *sky)
{
    const struct chain_rule rule = {.per_mille = 1000,
                                    .amount = (uint32_t)random_between(sky->random, 1, 30)};
    for (unsigned i = 0; i < LIFE_NODES; i++) {
        if (i != sky->liar)
            chain_set_fault(sky->chain, i, CHAIN_FAULT_FINAL_BACK, rule);
    }
}

static void join_nodes(struct sky *sky)
{
    for (unsigned i = 0; i < LIFE_NODES; i++)
        chain_node_join(sky->chain, i);
}

static void isolate(struct sky *sky)
{
    chain_node_isolate(sky->chain, any_node(sky), random_percent(sky->random, 50));
}

static void heal(struct sky *sky)
{
    chain_heal(sky->chain, random_percent(sky->random, 50) ? any_node(sky) : CHAIN_ALL_NODES);
}

/* A poor sender, or a rich one again. */
static void change_balance(struct sky *sky)
{
    const vota_addr sender = chain_address(CHAIN_ANCHORER);
    const uint64_t wei = random_percent(sky->random, 60)
                             ? UINT64_C(10000000000000000000)
                             : random_below(sky->random, 3000000) * CHAIN_GWEI;
    const struct vota_u256 balance = vota_u256_of(wei);
    chain_set_balance(sky->chain, &sender, &balance);
}

static const struct {
    unsigned weight;
    const char *name;
    void (*happens)(struct sky *sky);
} changes[] = {
    {20, "blocks", mine},
    {6, "empty blocks", mine_empty},
    {4, "no blocks", stall},
    {14, "reorganisation", reorganise},
    {8, "fee storm", storm},
    {4, "demand", change_demand},
    {3, "tips", change_tips},
    {7, "finality", change_finality},
    {3, "gas", change_gas},
    {5, "pools forget", forget},
    {14, "a node fails", fail},
    {10, "a node lies", lie},
    {5, "a node forks", fork_node},
    {2, "a node stays behind", pin_node},
    {5, "a node is left behind and lies", leave_behind},
    {3, "finality goes back", take_finality_back},
    {4, "nodes join", join_nodes},
    {3, "a node is cut off", isolate},
    {12, "nodes heal", heal},
    {2, "balance", change_balance},
};

#define CHANGES (sizeof changes / sizeof changes[0])

const char *weather_change(struct chain *chain, struct random *random, unsigned liar)
{
    struct sky sky = {.chain = chain, .random = random, .liar = liar};
    unsigned total = 0;
    for (size_t i = 0; i < CHANGES; i++)
        total += changes[i].weight;
    uint64_t chance = random_below(random, total);
    size_t i = 0;
    for (; chance >= changes[i].weight; i++)
        chance -= changes[i].weight;
    changes[i].happens(&sky);
    return changes[i].name;
}

void weather_calm(struct chain *chain)
{
    const vota_addr sender = chain_address(CHAIN_ANCHORER);
    const struct vota_u256 balance = vota_u256_of(UINT64_C(10000000000000000000));
    chain_heal(chain, CHAIN_ALL_NODES);
    for (unsigned i = 0; i < LIFE_NODES; i++) {
        chain_node_join(chain, i);
        chain_node_isolate(chain, i, false);
    }
    chain_set_demand(chain, CALM_DEMAND);
    chain_set_tip(chain, CHAIN_GWEI);
    chain_set_extra_gas(chain, 0);
    chain_set_balance(chain, &sender, &balance);
    chain_finalise_always(chain, USUAL_FINAL);
}
