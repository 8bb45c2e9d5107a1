/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper look by look, over a real store and scripted chains: a poll runs
 * from opening to result by itself, rows become batches for the right reason,
 * networks may be away, clocks may lie.
 */
#include <fcntl.h>

#include "bridge/engine/lock.h"
#include "bridge/engine/succession.h"
#include "tests/bridge/keeper_fixture.h"

/* ---- a poll ---- */

static void a_poll_runs_from_opening_to_result_by_itself(void **state)
{
    (void)state;
    struct chain_entry results[HALL_ENTRIES];
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 6);
    pass_to(hall, CLOSES_AT + 60); /* what was cast in time may come later */
    slots(hall, 6);
    vote(hall, "vote", 7, 3);
    slots(hall, 6);
    assert_true(closed_at(hall) == 0);
    assert_true(anchored(hall, 0) == 6); /* three keep company until they are pressed */

    pass_to(hall, COUNTS_UNTIL - HALL_MARGIN - 60);
    slots(hall, 4);
    assert_true(closed_at(hall) == 0);
    slots(hall, 20);
    assert_in_range(closed_at(hall), COUNTS_UNTIL - HALL_MARGIN, COUNTS_UNTIL - HALL_MARGIN + 30);
    assert_string_equal(try_vote(hall, "vote", 99), "register-closed");
    assert_int_equal(anchored(hall, 0), 9);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, results), 1);
    assert_int_equal(hall->view.keeper.results, 1);
    assert_int_equal(hall->view.keeper.registers_closing, 0);
    slots(hall, 40);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 1);
    assert_int_equal(logged(hall, " result register=vote "), 1);
    assert_int_equal(logged(hall, " closed register=vote"), 1);
    assert_int_equal(hall->view.keeper.network[0].turn.unfinal, 0);
    hall_end(hall);
}

/* Results are a person's where the city wants it so; everything before is done all the same. */
static void a_result_by_hand_waits_for_a_person(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    (void)snprintf(hall->config.results, sizeof hall->config.results, "by-hand");
    vota_keeping_set_config(hall->keeping, &hall->config);
    vote(hall, "vote", 1, 6);
    pass_to(hall, COUNTS_UNTIL);
    slots(hall, 30);
    assert_true(closed_at(hall) != 0);
    assert_int_equal(anchored(hall, 0), 6);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 0);
    assert_int_equal(hall->view.keeper.registers_closing, 1);
    assert_int_equal(logged(hall, " result-waits register=vote"), 1);
    (void)snprintf(hall->config.results, sizeof hall->config.results, "auto");
    vota_keeping_set_config(hall->keeping, &hall->config); /* SIGHUP */
    slots(hall, 10);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 1);
    hall_end(hall);
}

/* `register close`, cut off after its first step: the rest follows by itself. */
static void a_person_may_end_a_register_after_it_closed(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 2); /* fewer than keep company */
    pass_to(hall, CLOSES_AT + 60);
    begin(&hall->f);
    OK(vota_store_register_set_closed(hall->f.store, hall->reg, hall_now(hall), NULL));
    commit(&hall->f);
    slots(hall, 14);
    assert_int_equal(anchored(hall, 0), 2);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 1);
    hall_end(hall);
}

/* What is in a block may still be taken back: a result must not depend on it. */
static void nothing_is_counted_before_it_is_final(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 6);
    chain_finalise_always(hall->network[0].chain, 0); /* finality halts */
    pass_to(hall, COUNTS_UNTIL);
    slots(hall, 12);
    assert_int_equal(anchored(hall, 0), 6);
    assert_true(closed_at(hall) != 0);
    assert_int_equal(hall->view.keeper.results, 0);
    chain_finalise_always(hall->network[0].chain, 3);
    slots(hall, 8);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 1);
    hall_end(hall);
}

/* ---- rows become batches ---- */

static void many_rows_become_batches_in_a_row(void **state)
{
    (void)state;
    struct chain_entry batches[HALL_ENTRIES];
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 63);
    look(hall);
    assert_int_equal(hall->view.keeper.seals, 3);
    assert_int_equal(hall->view.keeper.seal_why, VOTA_BATCH_FULL);
    assert_int_equal(hall->view.keeper.pending.count, 63 - 20 - 20 - 19); /* none left alone */
    slots(hall, 6);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_BATCH, batches), 3);
    assert_true(rows_of(&batches[0]) == 20 && rows_of(&batches[2]) == 19);
    hall_end(hall);
}

static void rows_wait_as_long_as_configured_and_few_for_their_promise(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 4);
    const uint64_t accepted = hall_now(hall);
    slots(hall, 24);
    assert_int_equal(hall->view.keeper.seals, 0);
    assert_true(hall->view.keeper.due.at == accepted + 300);
    slots(hall, 2);
    assert_int_equal(hall->view.keeper.seals, 1);
    assert_int_equal(hall->view.keeper.seal_why, VOTA_BATCH_AGE);

    vote(hall, "vote", 11, 3); /* one too few */
    const uint64_t promised = hall_now(hall) + 3600;
    pass_to(hall, promised - HALL_MARGIN - 20);
    slots(hall, 1);
    assert_int_equal(hall->view.keeper.seals, 1);
    slots(hall, 3);
    assert_int_equal(hall->view.keeper.seals, 2);
    assert_int_equal(hall->view.keeper.seal_why, VOTA_BATCH_PROMISE);
    struct chain_entry batches[HALL_ENTRIES];
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_BATCH, batches), 2);
    assert_true(batches[1].entry.time < promised);
    hall_end(hall);
}

/* A balance that would not last makes rows wait longer; what was promised stays promised. */
static void a_promise_is_kept_however_far_the_governor_stretches(void **state)
{
    (void)state;
    struct chain_entry batches[HALL_ENTRIES];
    struct hall *hall = hall_open(1);
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    const struct vota_u256 little = vota_u256_of(6000000000000000u);
    chain_set_balance(hall->network[0].chain, &anchorer, &little);
    slots(hall, 8);
    vote(hall, "vote", 1, 5);
    const uint64_t promised = hall_now(hall) + 3600;
    slots(hall, 40); /* longer than max_age */
    assert_int_equal(hall->view.keeper.seals, 0);
    assert_true(hall->view.keeper.budget.plan.interval > 3600);
    assert_int_equal(hall->view.keeper.due.why, VOTA_BATCH_PROMISE);
    pass_to(hall, promised - HALL_MARGIN);
    slots(hall, 4);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_BATCH, batches), 1);
    assert_true(batches[0].entry.time < promised);
    hall_end(hall);
}

/* While nothing can be mined, a second batch of old rows would only cost more. */
static void old_rows_keep_company_while_a_batch_is_under_way(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 20);
    look(hall);
    assert_int_equal(hall->view.keeper.seals, 1);
    vote(hall, "vote", 21, 5);
    for (unsigned i = 0; i < 40; i++) { /* 8 minutes of blocks that take nothing of ours */
        chain_mine_empty(hall->network[0].chain, 1);
        hall->steady_ms += 12000;
        look(hall);
    }
    assert_int_equal(hall->view.keeper.seals, 1);
    vote(hall, "vote", 31, 15); /* a full one is sealed all the same */
    look(hall);
    assert_int_equal(hall->view.keeper.seals, 2);
    slots(hall, 6);
    assert_int_equal(anchored(hall, 0), 40);
    hall_end(hall);
}

/* `succession start` waits for the outbox to be empty: nothing is added but what is promised. */
static void while_a_succession_drains_only_promises_press(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    OK(vota_succession_hold(hall->f.store, hall_now(hall) + 3600, NULL));
    vote(hall, "vote", 1, 25); /* more than a batch holds */
    slots(hall, 40);
    assert_int_equal(hall->view.keeper.seals, 0);
    pass_to(hall, hall->view.keeper.pending.anchor_by - HALL_MARGIN);
    slots(hall, 4);
    assert_int_equal(anchored(hall, 0), 25);
    vote(hall, "vote", 31, 20);
    pass_to(hall, hall_now(hall) + 700); /* nobody went on */
    slots(hall, 4);
    assert_int_equal(anchored(hall, 0), 45);
    hall_end(hall);
}

/* What a person asks for beside us is one short transaction, and seen within a second. */
static void what_another_process_queues_is_seen_at_the_next_look(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    struct vota_store *other = NULL;
    struct vota_batch_rest rest;
    const struct vota_batch_round round = {.network = hall->f.network,
                                           .policy = {.max_records = 20, .min_size = 4},
                                           .press = VOTA_BATCH_BY_OPERATOR,
                                           .now = hall_now(hall)};
    slots(hall, 8);
    vote(hall, "vote", 1, 4);
    look(hall);
    const uint64_t turns = hall->view.keeper.network[0].turns;
    hall->steady_ms += 1000;
    look(hall);
    assert_true(hall->view.keeper.network[0].turns == turns); /* nothing is under way */
    OK(vota_store_open(&other, hall->f.path, 0, NULL));
    OK(vota_batch_seal_due(&rest, other, &round, NULL));
    vota_store_free(other);
    assert_true(hall->wait <= VOTA_KEEPING_LOOK_MS);
    hall->steady_ms += hall->wait;
    look(hall);
    assert_true(hall->view.keeper.network[0].turns == turns + 1);
    assert_int_equal(logged(hall, " sent network=hoodi"), 2); /* the register, and now the batch */
    hall_end(hall);
}

/* ---- networks ---- */

static void nothing_is_sealed_on_a_journal_that_was_not_seen(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 25);
    hall_stop(hall);
    hall->network[0].is_away = true;
    hall->network[0].connected = 0;
    hall_start(hall);
    slots(hall, 50); /* ten minutes */
    assert_in_range(hall->network[0].connected, 5, 15);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_UNREACHABLE);
    assert_string_equal(hall->view.keeper.network[0].problem, "no-provider");
    assert_int_equal(hall->view.keeper.seals, 0);
    assert_int_equal(hall->view.keeper.pending.count, 25);
    assert_int_equal(logged(hall, " unreachable "), 1);
    hall->network[0].is_away = false;
    slots(hall, 10);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_UP);
    assert_int_equal(anchored(hall, 0), 25);
    hall_end(hall);
}

static void without_a_key_it_watches(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    hall_stop(hall);
    hall->has_no_key = true;
    hall_start(hall);
    vote(hall, "vote", 1, 20);
    slots(hall, 10);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_WATCHED);
    assert_string_equal(hall->view.keeper.network[0].key_problem, "not-found");
    assert_int_equal(hall->view.keeper.seals, 1);
    assert_int_equal(anchored(hall, 0), 0);
    hall_stop(hall);
    hall->has_no_key = false;
    hall_start(hall);
    slots(hall, 6);
    assert_int_equal(anchored(hall, 0), 20);
    hall_end(hall);
}

static void a_stopped_network_is_watched_until_a_person_decides(void **state)
{
    (void)state;
    struct chain_entry entries[HALL_ENTRIES];
    struct hall *hall = hall_open(1);
    const vota_hash root = hash_of(1);
    chain_send_anchor(hall->network[0].chain, CHAIN_ANCHORER, &root, 1);
    slots(hall, 8);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_STOPPED);
    assert_int_equal(logged(hall, " error stopped "), 1);
    vote(hall, "vote", 1, 20);
    slots(hall, 6);
    assert_int_equal(hall->view.keeper.seals, 0);
    assert_int_equal(hall->view.keeper.pending.count, 20);

    const size_t n = chain_entries(hall->network[0].chain, entries, HALL_ENTRIES);
    const struct vota_store_adopted adopted = {entries[n - 1].entry.number, entries[n - 1].head};
    begin(&hall->f); /* tx resume */
    OK(vota_store_stop_adopt(hall->f.store, hall->f.network, &adopted, hall_now(hall), NULL));
    OK(vota_store_stop_clear(hall->f.store, hall->f.network, NULL));
    commit(&hall->f);
    slots(hall, 6);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_UP);
    assert_int_equal(anchored(hall, 0), 21);
    hall_end(hall);
}

/* Somebody took our nonce: a person has to look, and what follows waits for him. */
static void a_halted_operation_waits_for_a_person(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    struct chain *chain = hall->network[0].chain;
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    vote(hall, "vote", 1, 20);
    look(hall); /* seals and sends */
    const struct chain_order order = {.actor = CHAIN_ANCHORER,
                                      .has_nonce = true,
                                      .nonce = chain_nonce(chain, &anchorer),
                                      .to = anchorer};
    (void)chain_send(chain, &order);
    slots(hall, 10);
    assert_int_equal(hall->view.keeper.network[0].turn.halted, 1);
    assert_int_equal(logged(hall, " error halted network=hoodi operation=2 kind=batch batch=1"), 1);
    assert_int_equal(anchored(hall, 0), 0);
    begin(&hall->f); /* tx resume */
    OK(vota_store_outbox_requeue(hall->f.store, 2, NULL, NULL));
    commit(&hall->f);
    hall->steady_ms += 1000;
    look(hall);
    slots(hall, 2);
    assert_int_equal(hall->view.keeper.network[0].turn.halted, 0);
    assert_int_equal(anchored(hall, 0), 20);
    hall_end(hall);
}

static void another_sender_is_waited_for(void **state)
{
    (void)state;
    char path[128];
    int lock = -1;
    struct hall *hall = hall_of(1);
    (void)snprintf(path, sizeof path, "%s/sender.lock", hall->f.dir);
    OK(vota_lock_take(&lock, path, NULL));
    hall_start(hall);
    (void)queue_register(hall, "vote", "first");
    slots(hall, 3);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_WATCHED);
    assert_string_equal(hall->view.keeper.network[0].problem, "sender-running");
    vota_lock_release(lock);
    slots(hall, 4);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_UP);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_REGISTER, NULL), 1);
    hall_end(hall);
}

static void a_secondary_gets_everything_and_holds_nothing_up(void **state)
{
    (void)state;
    struct hall *hall = hall_open(2);
    hall_stop(hall);
    hall->network[1].is_away = true;
    hall_start(hall);
    vote(hall, "vote", 1, 24);
    pass_to(hall, COUNTS_UNTIL);
    slots(hall, 30);
    assert_int_equal(hall->view.keeper.network[0].reach, VOTA_REACH_UP);
    assert_int_equal(hall->view.keeper.network[1].reach, VOTA_REACH_UNREACHABLE);
    assert_int_equal(anchored(hall, 0), 24);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 1);
    assert_int_equal(anchored(hall, 1), 0);
    assert_int_equal(hall->view.keeper.registers_closing, 1); /* its result there is still due */
    hall->network[1].is_away = false;
    slots(hall, 30);
    assert_int_equal(anchored(hall, 1), 24);
    assert_int_equal(entries_of(hall, 1, VOTA_ENTRY_RESULT, NULL), 1);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 1);
    assert_int_equal(hall->view.keeper.registers_closing, 0);
    hall_end(hall);
}

/* ---- clocks ---- */

static void a_clock_that_jumps_ahead_ends_nothing(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 8);
    hall->skew = 259200; /* three days */
    slots(hall, 6);
    assert_int_equal(hall->view.keeper.seals, 1); /* early, once, and nothing worse */
    assert_true(closed_at(hall) == 0);
    assert_int_equal(entries_of(hall, 0, VOTA_ENTRY_RESULT, NULL), 0);
    hall->skew = 0;
    slots(hall, 3);
    vote(hall, "vote", 11, 8);
    slots(hall, 10);
    assert_int_equal(hall->view.keeper.seals, 1);
    slots(hall, 20);
    assert_int_equal(hall->view.keeper.seals, 2);
    hall_end(hall);
}

/* Whoever verifies a promise goes by the blocks' time. */
static void a_clock_behind_the_chain_breaks_no_promise(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    const uint64_t promised = hall_now(hall) + 3600;
    vote(hall, "vote", 1, 2); /* fewer than keep company: due by their promise alone */
    hall->skew = -7200;
    pass_to(hall, promised - HALL_MARGIN - 120);
    slots(hall, 5);
    assert_int_equal(anchored(hall, 0), 0);
    slots(hall, 15);
    assert_int_equal(anchored(hall, 0), 2);
    assert_true(chain_now(hall->network[0].chain) < promised);
    hall_end(hall);
}

static void a_clock_that_steps_back_keeps_nobody_waiting(void **state)
{
    (void)state;
    struct hall *hall = hall_open(1);
    vote(hall, "vote", 1, 8);
    slots(hall, 1);
    hall->skew = -20000;
    slots(hall, 30); /* six minutes by the steady clock */
    assert_int_equal(hall->view.keeper.seals, 1);
    assert_int_equal(anchored(hall, 0), 8);
    hall_end(hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poll_runs_from_opening_to_result_by_itself),
        cmocka_unit_test(a_result_by_hand_waits_for_a_person),
        cmocka_unit_test(a_person_may_end_a_register_after_it_closed),
        cmocka_unit_test(nothing_is_counted_before_it_is_final),
        cmocka_unit_test(many_rows_become_batches_in_a_row),
        cmocka_unit_test(rows_wait_as_long_as_configured_and_few_for_their_promise),
        cmocka_unit_test(a_promise_is_kept_however_far_the_governor_stretches),
        cmocka_unit_test(old_rows_keep_company_while_a_batch_is_under_way),
        cmocka_unit_test(while_a_succession_drains_only_promises_press),
        cmocka_unit_test(what_another_process_queues_is_seen_at_the_next_look),
        cmocka_unit_test(nothing_is_sealed_on_a_journal_that_was_not_seen),
        cmocka_unit_test(without_a_key_it_watches),
        cmocka_unit_test(a_stopped_network_is_watched_until_a_person_decides),
        cmocka_unit_test(a_halted_operation_waits_for_a_person),
        cmocka_unit_test(another_sender_is_waited_for),
        cmocka_unit_test(a_secondary_gets_everything_and_holds_nothing_up),
        cmocka_unit_test(a_clock_that_jumps_ahead_ends_nothing),
        cmocka_unit_test(a_clock_behind_the_chain_breaks_no_promise),
        cmocka_unit_test(a_clock_that_steps_back_keeps_nobody_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
