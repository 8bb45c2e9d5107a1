/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "tests/test.h"

#include "bridge/http/health.h"

#define NOW 1795338000u

static struct vota_standing_view standing;

/* A service that is well in every respect. */
static struct vota_health_scene well(void)
{
    standing = (struct vota_standing_view){.started_at = NOW - 3600};
    standing.keeper.has_turn = true;
    standing.keeper.turn_at = NOW - 2;
    standing.keeper.network[0].reach = VOTA_REACH_UP;
    standing.keeper.network[0].has_turn = true;
    standing.keeper.network[0].turn_at = NOW - 2;
    return (struct vota_health_scene){.standing = &standing,
                                      .has_writer = true,
                                      .writer = {.is_well = true, .may_wait = 8},
                                      .now = NOW};
}

static void assert_answer(const struct vota_health_scene *scene, enum vota_health_check check,
                          enum vota_health_answer answer, const char *reason)
{
    const struct vota_health health = vota_health_of(scene);
    assert_int_equal(health.answer[check], answer);
    if (reason == NULL)
        assert_null(health.reason[check]);
    else
        assert_string_equal(health.reason[check], reason);
}

static void all_is_well_when_nothing_is_wrong(void **state)
{
    (void)state;
    const struct vota_health_scene scene = well();
    const struct vota_health health = vota_health_of(&scene);
    assert_true(health.is_ready);
    for (unsigned i = 0; i < VOTA_HEALTH_CHECKS; i++)
        assert_answer(&scene, i, VOTA_HEALTH_OK, NULL);
}

static void only_a_store_that_cannot_be_written_makes_it_unready(void **state)
{
    (void)state;
    struct vota_health_scene scene = well();
    scene.writer.is_well = false;
    assert_answer(&scene, VOTA_HEALTH_STORE, VOTA_HEALTH_FAILING, "store-unavailable");
    assert_false(vota_health_of(&scene).is_ready);
    scene = well();
    scene.writer.waiting = 8;
    assert_answer(&scene, VOTA_HEALTH_WRITER, VOTA_HEALTH_FAILING, "overloaded");
    assert_true(vota_health_of(&scene).is_ready);
    scene = well();
    scene.key_replaced = true;
    assert_answer(&scene, VOTA_HEALTH_WRITER, VOTA_HEALTH_FAILING, "key-replaced");
    assert_true(vota_health_of(&scene).is_ready);
    scene = well();
    standing.keeper.network[0].reach = VOTA_REACH_UNREACHABLE;
    assert_true(vota_health_of(&scene).is_ready);
}

static void a_reader_is_ready_as_long_as_the_store_reads(void **state)
{
    (void)state;
    struct vota_health_scene scene = well();
    scene.has_writer = false;
    standing.is_reader = true;
    assert_answer(&scene, VOTA_HEALTH_STORE, VOTA_HEALTH_UNKNOWN, NULL);
    assert_true(vota_health_of(&scene).is_ready);
    standing.store.was_read = true;
    assert_answer(&scene, VOTA_HEALTH_STORE, VOTA_HEALTH_OK, NULL);
    (void)snprintf(standing.store.problem, sizeof standing.store.problem, "%s", "corrupt");
    assert_answer(&scene, VOTA_HEALTH_STORE, VOTA_HEALTH_FAILING, "corrupt");
    assert_false(vota_health_of(&scene).is_ready);
}

static void a_keeper_that_makes_no_turns_is_not_well(void **state)
{
    (void)state;
    struct vota_health_scene scene = well();
    standing.keeper.turn_at = NOW - VOTA_HEALTH_TURN_AGE;
    assert_answer(&scene, VOTA_HEALTH_KEEPER, VOTA_HEALTH_OK, NULL);
    standing.keeper.turn_at--;
    assert_answer(&scene, VOTA_HEALTH_KEEPER, VOTA_HEALTH_FAILING, "no-turn");
    standing.keeper.turn_at = NOW + 7200; /* the clock was set back */
    assert_answer(&scene, VOTA_HEALTH_KEEPER, VOTA_HEALTH_OK, NULL);
    (void)snprintf(standing.keeper.problem, sizeof standing.keeper.problem, "%s", "disk-full");
    assert_answer(&scene, VOTA_HEALTH_KEEPER, VOTA_HEALTH_FAILING, "disk-full");
}

static void a_keeper_that_just_began_is_not_known(void **state)
{
    (void)state;
    struct vota_health_scene scene = well();
    standing.keeper.has_turn = false;
    standing.started_at = NOW - 10;
    assert_answer(&scene, VOTA_HEALTH_KEEPER, VOTA_HEALTH_UNKNOWN, NULL);
    standing.started_at = NOW - VOTA_HEALTH_TURN_AGE - 1;
    assert_answer(&scene, VOTA_HEALTH_KEEPER, VOTA_HEALTH_FAILING, "no-turn");
}

static void a_network_says_why_it_is_not_well(void **state)
{
    (void)state;
    static const struct {
        enum vota_standing_reach reach;
        const char *problem, *key_problem, *stop;
        enum vota_health_answer answer;
        const char *reason;
    } cases[] = {
        {VOTA_REACH_NONE, "", "", "", VOTA_HEALTH_OK, NULL},
        {VOTA_REACH_NEW, "", "", "", VOTA_HEALTH_UNKNOWN, NULL},
        {VOTA_REACH_UNREACHABLE, "no-quorum", "", "", VOTA_HEALTH_FAILING, "no-quorum"},
        {VOTA_REACH_UNREACHABLE, "", "", "", VOTA_HEALTH_FAILING, "unreachable"},
        {VOTA_REACH_REFUSED, "other-code", "", "", VOTA_HEALTH_FAILING, "other-code"},
        {VOTA_REACH_WATCHED, "", "no-file", "", VOTA_HEALTH_FAILING, "no-file"},
        {VOTA_REACH_WATCHED, "", "", "", VOTA_HEALTH_FAILING, "no-contract"},
        {VOTA_REACH_STOPPED, "", "", "foreign-entry", VOTA_HEALTH_FAILING, "foreign-entry"},
        {VOTA_REACH_STOPPED, "", "", "", VOTA_HEALTH_FAILING, "stopped"},
        {VOTA_REACH_UP, "", "", "", VOTA_HEALTH_OK, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_health_scene scene = well();
        struct vota_standing_network *network = &standing.keeper.network[0];
        network->reach = cases[i].reach;
        (void)snprintf(network->problem, sizeof network->problem, "%s", cases[i].problem);
        (void)snprintf(network->key_problem, sizeof network->key_problem, "%s",
                       cases[i].key_problem);
        (void)snprintf(network->turn.stop.reason, sizeof network->turn.stop.reason, "%s",
                       cases[i].stop);
        assert_answer(&scene, VOTA_HEALTH_CHAIN, cases[i].answer, cases[i].reason);
        assert_true(vota_health_of(&scene).is_ready);
    }
}

static void an_operation_that_halted_and_turns_that_stopped_are_told(void **state)
{
    (void)state;
    struct vota_health_scene scene = well();
    standing.keeper.network[0].turn.halted = 1;
    assert_answer(&scene, VOTA_HEALTH_CHAIN, VOTA_HEALTH_FAILING, "halted");
    scene = well();
    standing.keeper.network[0].turn_at = NOW - VOTA_HEALTH_TURN_AGE - 1;
    assert_answer(&scene, VOTA_HEALTH_CHAIN, VOTA_HEALTH_FAILING, "no-turn");
}

/* What fails is told before what is not known; a second network is looked at like the first. */
static void every_network_counts(void **state)
{
    (void)state;
    struct vota_health_scene scene = well();
    standing.keeper.network[1].reach = VOTA_REACH_NEW;
    assert_answer(&scene, VOTA_HEALTH_CHAIN, VOTA_HEALTH_UNKNOWN, NULL);
    standing.keeper.network[0].reach = VOTA_REACH_NEW;
    standing.keeper.network[1].reach = VOTA_REACH_REFUSED;
    assert_answer(&scene, VOTA_HEALTH_CHAIN, VOTA_HEALTH_FAILING, "refused");
}

static void a_reader_knows_of_neither_writer_nor_keeper(void **state)
{
    (void)state;
    struct vota_health_scene scene = well();
    scene.has_writer = false;
    standing.is_reader = true;
    for (unsigned i = 0; i < VOTA_HEALTH_CHECKS; i++)
        assert_answer(&scene, i, VOTA_HEALTH_UNKNOWN, NULL);
    assert_true(vota_health_of(&scene).is_ready);
    scene = well();
    scene.standing = NULL;
    assert_answer(&scene, VOTA_HEALTH_KEEPER, VOTA_HEALTH_UNKNOWN, NULL);
    assert_answer(&scene, VOTA_HEALTH_STORE, VOTA_HEALTH_OK, NULL);
}

static void the_document_holds_all_of_it(void **state)
{
    (void)state;
    uint8_t bytes[VOTA_HEALTH_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    struct vota_health_scene scene = well();
    struct vota_health health = vota_health_of(&scene);
    vota_health_write(&wr, &health, "ready");
    static const char plain[] =
        "{\"status\":\"ready\",\"checks\":{\"store\":\"ok\",\"writer\":\"ok\","
        "\"keeper\":\"ok\",\"chain\":\"ok\"},\"reasons\":{}}";
    assert_int_equal(wr.len, sizeof plain - 1);
    assert_memory_equal(bytes, plain, wr.len);
    wr = vota_wr_of(bytes, sizeof bytes);
    scene.writer.is_well = false;
    standing.keeper.network[0].turn.halted = 1;
    health = vota_health_of(&scene);
    vota_health_write(&wr, &health, "store-unavailable");
    static const char ill[] =
        "{\"status\":\"store-unavailable\",\"checks\":{\"store\":\"failing\",\"writer\":\"ok\","
        "\"keeper\":\"ok\",\"chain\":\"failing\"},\"reasons\":{\"store\":\"store-unavailable\","
        "\"chain\":\"halted\"}}";
    assert_int_equal(wr.len, sizeof ill - 1);
    assert_memory_equal(bytes, ill, wr.len);
}

static void the_longest_reasons_fit(void **state)
{
    (void)state;
    uint8_t bytes[VOTA_HEALTH_MAX_BYTES];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const struct vota_health_scene scene = well();
    memset(standing.keeper.problem, '"', VOTA_STANDING_REASON_MAX);
    standing.keeper.network[0].reach = VOTA_REACH_REFUSED;
    memset(standing.keeper.network[0].problem, 1, VOTA_STANDING_REASON_MAX);
    const struct vota_health health = vota_health_of(&scene);
    vota_health_write(&wr, &health, "ready");
    assert_true(vota_wr_fits(&wr));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well_when_nothing_is_wrong),
        cmocka_unit_test(only_a_store_that_cannot_be_written_makes_it_unready),
        cmocka_unit_test(a_reader_is_ready_as_long_as_the_store_reads),
        cmocka_unit_test(a_keeper_that_makes_no_turns_is_not_well),
        cmocka_unit_test(a_keeper_that_just_began_is_not_known),
        cmocka_unit_test(a_network_says_why_it_is_not_well),
        cmocka_unit_test(an_operation_that_halted_and_turns_that_stopped_are_told),
        cmocka_unit_test(every_network_counts),
        cmocka_unit_test(a_reader_knows_of_neither_writer_nor_keeper),
        cmocka_unit_test(the_document_holds_all_of_it),
        cmocka_unit_test(the_longest_reasons_fit),
    };
    return RUN_TESTS(tests);
}
