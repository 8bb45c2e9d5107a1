/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper killed at every step that writes, and with a full disk from every
 * step on, from a poll's last votes to its result: whoever goes on after it
 * comes to the same end, with everything done exactly once.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "bridge/store/fault.h"
#include "tests/bridge/keeper_fixture.h"

#define VOTES 9u
#define SLOTS 24u

static bool is_done(const struct hall *hall)
{
    const struct vota_standing_keeper *keeper = &hall->view.keeper;
    return keeper->has_turn && keeper->registers_closing == 0 && keeper->pending.count == 0 &&
           entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL) > 0 &&
           keeper->network[0].turn.unmined + keeper->network[0].turn.unfinal == 0;
}

/* Goes on from where the store and the chain stand until all is done. */
static void go_on(struct hall *hall)
{
    hall->view.keeper.has_turn = false;
    hall_start(hall);
    for (unsigned i = 0; i < SLOTS && !is_done(hall); i++)
        slots(hall, 1);
    hall_stop(hall);
}

/* The same in a process of its own, with the fault; whether it came to the end of it. */
static bool go_on_with_fault(struct hall *hall, const char *mode, unsigned n)
{
    int status = 0;
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char order[32];
        (void)snprintf(order, sizeof order, "%s:%u", mode, n);
        if (setenv("VOTEANCHOR_FAULT", order, 1) != 0)
            _exit(1);
        go_on(hall);
        _exit(is_done(hall) ? 0 : VOTA_FAULT_EXIT_CODE);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == VOTA_FAULT_EXIT_CODE);
    return WEXITSTATUS(status) == 0;
}

static void no_fault(void *context, const char *code, const char *detail)
{
    (void)context;
    fail_msg("%s %s", code, detail);
}

/* A closing register, its votes waiting; nothing runs. */
static struct hall *hall_at_the_end(void)
{
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, VOTES);
    hall_stop(hall);
    pass_to(hall, COUNTS_UNTIL - HALL_MARGIN);
    return hall;
}

static void check(struct hall *hall)
{
    struct chain_entry results[HALL_ENTRIES];
    OK(vota_store_check(hall->f.store, no_fault, NULL, NULL));
    assert_true(is_done(hall));
    assert_int_equal(anchored(hall, 0), VOTES);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_BATCH, NULL), 1);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, results), 1);
    assert_true(closed_at(hall) >= COUNTS_UNTIL - HALL_MARGIN);
}

/* Every step takes minutes; a tenth of them, every day. */
static unsigned stride(void)
{
    return getenv("VOTA_EVERY_STEP") != NULL ? 1 : 11;
}

static unsigned sweep(const char *mode)
{
    struct vota_fault fault;
    assert_int_equal(setenv("VOTEANCHOR_FAULT", "fail:1", 1), 0);
    vota_fault_init(&fault);
    assert_int_equal(unsetenv("VOTEANCHOR_FAULT"), 0);
    if (fault.mode == VOTA_FAULT_NONE)
        skip();
    bool done = false;
    unsigned n = 1;
    for (; !done; n += stride()) {
        struct hall *hall = hall_at_the_end();
        done = go_on_with_fault(hall, mode, n);
        go_on(hall);
        check(hall);
        hall_end(hall);
    }
    return n; /* about as many steps as writing it takes */
}

static void killed_at_any_step_it_comes_to_the_same_end(void **state)
{
    (void)state;
    assert_in_range(sweep("exit"), 20, 200);
}

static void a_full_disk_at_any_step_delays_and_breaks_nothing(void **state)
{
    (void)state;
    assert_in_range(sweep("fail"), 20, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_any_step_it_comes_to_the_same_end),
        cmocka_unit_test(a_full_disk_at_any_step_delays_and_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
