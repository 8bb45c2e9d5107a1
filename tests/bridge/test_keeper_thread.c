/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper as a thread: it looks by itself, hears when it is woken, shows that
 * it lives, and ends soon, whatever a provider does. By real clocks.
 */
#include <fcntl.h>
#include <time.h>

#include "tests/bridge/keeper_fixture.h"

/* A provider that wants time, for ever. */
struct slow {
    struct vota_transport transport;
    unsigned asked;
};

static enum vota_status answer_later(void *ctx, struct vota_response *ret_response,
                                     struct vota_slice request, unsigned timeout_ms)
{
    struct slow *slow = ctx;
    (void)request;
    (void)timeout_ms;
    slow->asked++;
    ret_response->http_status = 429;
    ret_response->retry_after_s = 120;
    return VOTA_OK;
}

static enum vota_status connect_slow(void *context, struct vota_connections *ret, size_t network,
                                     struct vota_error *err)
{
    struct slow *slow = context;
    (void)network;
    (void)err;
    slow->transport = (struct vota_transport){slow, answer_later};
    *ret = (struct vota_connections){.chain_id = 560048};
    vota_connect_add(ret, NULL, &slow->transport, 0)->usable = true;
    return VOTA_OK;
}

static void sleep_ms(unsigned ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};
    (void)nanosleep(&pause, NULL);
}

/* Waits until the keeper has looked so often; how long that took. */
static uint64_t wait_for_turns(struct hall *hall, uint64_t turns)
{
    const uint64_t from = vota_connect_clock();
    do {
        sleep_ms(5);
        vota_standing_look(&hall->view, hall->board);
    } while (hall->view.keeper.turns < turns && vota_connect_clock() < from + 20000);
    assert_true(hall->view.keeper.turns >= turns);
    return vota_connect_clock() - from;
}

static void wait_for_seals(struct hall *hall, uint64_t seals)
{
    const uint64_t from = vota_connect_clock();
    do {
        sleep_ms(5);
        vota_standing_look(&hall->view, hall->board);
    } while (hall->view.keeper.seals != seals && vota_connect_clock() < from + 20000);
    assert_int_equal(hall->view.keeper.seals, seals);
}

static void it_looks_by_itself_and_at_once_when_woken(void **state)
{
    (void)state;
    struct hall *hall = hall_of(1);
    struct vota_keeper *keeper = NULL;
    const struct vota_keeper_options options = hall_options(hall);
    OK(vota_keeper_new(&keeper, &options, NULL));
    (void)wait_for_turns(hall, 1);
    (void)wait_for_turns(hall, hall->view.keeper.turns + 2);
    vota_keeper_wake(keeper);
    assert_in_range(wait_for_turns(hall, hall->view.keeper.turns + 1), 0, 900);
    const uint64_t before = hall->view.keeper.turns;
    const uint64_t from = vota_connect_clock();
    for (unsigned i = 0; i < 500; i++) { /* a writer that wakes it with every group */
        vota_keeper_wake(keeper);
        sleep_ms(1);
    }
    vota_standing_look(&hall->view, hall->board);
    assert_in_range(hall->view.keeper.turns - before, 2, 2 + (vota_connect_clock() - from) / 100);
    assert_true(vota_connect_clock() - vota_keeper_beat_at(keeper) < 2000);
    assert_true(vota_keeper_silence_ms(keeper) >= 30000);
    vota_keeper_free(keeper);
    vota_keeper_free(NULL);
    hall_end(hall);
}

static void what_is_reloaded_holds_from_the_next_look(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    hall_stop(hall);
    vote(hall, "vote", 1, 10);
    struct vota_keeper *keeper = NULL;
    const struct vota_keeper_options options = hall_options(hall);
    OK(vota_keeper_new(&keeper, &options, NULL));
    wait_for_seals(hall, 1); /* by the real clock these are promises of long ago */
    hall->config.max_records = 2;
    hall->config.min_size = 1;
    vota_keeper_reload(keeper, &hall->config);
    vote(hall, "vote", 11, 10);
    vota_keeper_wake(keeper);
    wait_for_seals(hall, 6); /* five of two */
    vota_keeper_free(keeper);
    hall_end(hall);
}

static void it_ends_soon_while_a_provider_wants_time(void **state)
{
    (void)state;
    struct hall *hall = hall_of(1);
    struct slow slow = {.asked = 0};
    struct vota_keeper *keeper = NULL;
    struct vota_keeper_options options = hall_options(hall);
    hall->config.network[0].quorum = 1;
    options.connect = connect_slow;
    options.context = &slow;
    OK(vota_keeper_new(&keeper, &options, NULL));
    sleep_ms(300);
    assert_true(slow.asked > 0);
    const uint64_t from = vota_connect_clock();
    vota_keeper_free(keeper);
    assert_in_range(vota_connect_clock() - from, 0, 500);
    assert_in_range(slow.asked, 1, 10); /* and asked it no more than its patience allows */
    hall_end(hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_looks_by_itself_and_at_once_when_woken),
        cmocka_unit_test(what_is_reloaded_holds_from_the_next_look),
        cmocka_unit_test(it_ends_soon_while_a_provider_wants_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
