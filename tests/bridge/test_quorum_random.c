/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeded worlds with three providers, of which one at a time is bad in some way,
 * and two must agree: what is agreed on is the chain's, and in the end all is
 * well again. A fourth node, which nobody spoils, knows the truth.
 */
#include "tests/bridge/quorum_fixture.h"

#define SEEDS 60u
#define SLOTS 60u
#define TRUTH 3u

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static const enum chain_fault bad_ways[] = {
    CHAIN_FAULT_TIMEOUT,   CHAIN_FAULT_CONNECT,  CHAIN_FAULT_HTTP,       CHAIN_FAULT_RATE_LIMIT,
    CHAIN_FAULT_TRUNCATED, CHAIN_FAULT_WRONG_ID, CHAIN_FAULT_NULL,       CHAIN_FAULT_INTERNAL,
    CHAIN_FAULT_STALE,     CHAIN_FAULT_STALE,    CHAIN_FAULT_HEAD_BACK,  CHAIN_FAULT_NO_FINAL,
    CHAIN_FAULT_HEADER,    CHAIN_FAULT_CHAIN_ID, CHAIN_FAULT_LIMIT_ERROR};

struct world {
    struct meeting *meeting;
    uint64_t seed;
    unsigned bad; /* which node */
    struct vota_provider truth;
    struct vota_transport truth_transport;
    uint64_t agreed, refused;
};

/* Somebody else is bad now, or nobody. */
static void turn_of_fortune(struct world *world)
{
    struct chain *chain = world->meeting->chain;
    chain_heal(chain, world->bad);
    chain_node_join(chain, world->bad);
    world->bad = (unsigned)(next(&world->seed) % 3);
    const uint64_t way = next(&world->seed) % (sizeof bad_ways / sizeof bad_ways[0] + 4);
    if (way < sizeof bad_ways / sizeof bad_ways[0])
        chain_set_fault(chain, world->bad, bad_ways[way],
                        (struct chain_rule){.calls = CHAIN_ALWAYS,
                                            .per_mille = (uint32_t)(next(&world->seed) % 1001),
                                            .amount = (uint32_t)(next(&world->seed) % 12)});
    else if (way % 2 == 0)
        chain_node_fork(chain, world->bad, 1 + (unsigned)(next(&world->seed) % 10));
}

static void move(struct world *world)
{
    struct chain *chain = world->meeting->chain;
    const uint64_t dice = next(&world->seed) % 16;
    if (dice == 0)
        chain_skip(chain, 1 + (unsigned)(next(&world->seed) % 8));
    else if (dice == 1)
        (void)chain_reorg(chain, 1 + (unsigned)(next(&world->seed) % 4), 1, CHAIN_REORG_RETURN);
    else if (dice == 2)
        chain_finalise(chain, 32 + (unsigned)(next(&world->seed) % 40));
    else
        chain_mine(chain, dice == 3 ? 1 + (unsigned)(next(&world->seed) % 8) : 1);
    if (next(&world->seed) % 6 == 0)
        turn_of_fortune(world);
}

static void assert_canonical(struct world *world, const struct vota_block *block)
{
    struct vota_block truth;
    const struct vota_block_id id = vota_block_numbered(block->number);
    assert_int_equal(vota_eth_block(&world->truth, &truth, &id, NULL), VOTA_OK);
    assert_true(vota_hash_equal(&truth.hash, &block->hash));
}

/* One look, and what must be true of it whatever happened. */
static void look_and_judge(struct world *world)
{
    const struct vota_quorum *quorum = &world->meeting->quorum;
    const vota_hash latest = quorum->latest.hash;
    const uint64_t accepted = quorum->has_accepted ? quorum->accepted.number : 0;
    const enum vota_status status = look(world->meeting);
    if (status != VOTA_OK) {
        assert_int_equal(status, VOTA_REMOTE); /* never an alarm without a cause */
        assert_true(vota_hash_equal(&quorum->latest.hash, &latest));
        world->refused++;
        return;
    }
    world->agreed++;
    if (!vota_hash_equal(&quorum->latest.hash, &latest))
        assert_canonical(world, &quorum->latest);
    assert_true(!quorum->has_final || quorum->final.number <= chain_final(world->meeting->chain));
    assert_true(!quorum->has_final || quorum->final.number >= accepted);
    assert_true(!quorum->has_accepted || quorum->accepted.number >= accepted);
    if (quorum->has_final)
        assert_canonical(world, &quorum->final);
}

static struct world world_of(uint64_t seed)
{
    struct world world = {.meeting = meeting_of(3, 2), .seed = seed};
    for (unsigned i = 0; i < 3; i++)
        chain_node_raw_header(world.meeting->chain, i, false);
    return world;
}

static void one_bad_provider_of_three_never_misleads(void **state)
{
    (void)state;
    uint64_t agreed = 0;
    uint64_t refused = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct world world = world_of(seed);
        chain_transport_init(&world.truth_transport, world.meeting->chain, TRUTH);
        vota_provider_init(&world.truth, "truth", &world.truth_transport);
        for (unsigned slot_no = 0; slot_no < SLOTS; slot_no++) {
            move(&world);
            look_and_judge(&world);
        }
        chain_heal(world.meeting->chain, CHAIN_ALL_NODES);
        chain_node_join(world.meeting->chain, world.bad);
        for (unsigned i = 0; i < 90; i++) /* longer than the longest pause */
            (void)slot(world.meeting);
        assert_int_equal(look(world.meeting), VOTA_OK);
        assert_int_equal(vota_quorum_healthy(&world.meeting->quorum), 3);
        assert_int_equal(world.meeting->quorum.latest.number, chain_height(world.meeting->chain));
        agreed += world.agreed;
        refused += world.refused;
        meeting_end(world.meeting);
    }
    print_message("%u seeds: %llu looks agreed, %llu did not\n", SEEDS, (unsigned long long)agreed,
                  (unsigned long long)refused);
    assert_true(agreed > 3 * refused); /* two pauses at once leave one voice: that is refused */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_bad_provider_of_three_never_misleads),
    };
    return RUN_TESTS(tests);
}
