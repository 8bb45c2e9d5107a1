/* SPDX-License-Identifier: Apache-2.0 */
/* Short questions to the store: what changed, what is settled, whether there is a result. */
#include "bridge/store/store_watch.h"

#include "bridge/store/store_stop.h"
#include "tests/bridge/store_fixture.h"

static struct vota_store_stamp stamp_of(struct fixture *f)
{
    struct vota_store_stamp stamp;
    OK(vota_store_watch_stamp(&stamp, f->store, f->network, NULL));
    return stamp;
}

static uint64_t unsettled(struct fixture *f, uint64_t through)
{
    uint64_t count = 0;
    OK(vota_store_watch_unsettled(&count, f->store, f->network, through, NULL));
    return count;
}

static int64_t queue_result(struct fixture *f, int64_t reg, int64_t network)
{
    const struct vota_store_operation operation = {.network = network,
                                                   .kind = VOTA_OP_RESULT,
                                                   .reg = reg,
                                                   .arguments = slice_of("numbers."),
                                                   .created_at = 5};
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f->store, &operation, NULL));
    return id;
}

/* Signs and sends an operation. */
static struct vota_store_attempt send(struct fixture *f, int64_t id, uint64_t nonce)
{
    const struct vota_store_assign assign = assign_of(3);
    struct vota_store_attempt attempt = attempt_of(id, nonce, 9);
    OK(vota_store_outbox_sign(&attempt, f->store, &assign, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, attempt.id, 700, NULL));
    return attempt;
}

static bool has_result(struct fixture *f, int64_t reg)
{
    struct vota_store_register_copy copy;
    bool found = false;
    OK(vota_store_register_get_id(&copy, f->store, reg, NULL));
    OK(vota_store_watch_result(&found, f->store, &copy.about, f->network, NULL));
    vota_store_register_done(&copy);
    return found;
}

static void a_stamp_tells_what_a_sender_should_look_at(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct vota_store_stamp stamp = stamp_of(&f);
    assert_true(stamp.newest == 0 && stamp.queued == 0 && !stamp.stopped);
    begin(&f);
    const int64_t id = queue_result(&f, f.first, f.network);
    stamp = stamp_of(&f);
    assert_true(stamp.newest == (uint64_t)id && stamp.queued == 1 && stamp.wishes == 0);
    (void)send(&f, id, 1);
    assert_true(stamp_of(&f).queued == 0 && stamp_of(&f).wishes == 0);
    OK(vota_store_outbox_wish(f.store, id, VOTA_WISH_BUMP, NULL));
    assert_true(stamp_of(&f).wishes == 1);
    OK(vota_store_outbox_halt(f.store, id, "foreign-nonce", NULL));
    assert_true(stamp_of(&f).halted == 1);
    const struct vota_store_stop stop = {.reason = "foreign-entry", .raised_at = 5};
    OK(vota_store_stop_raise(f.store, f.network, &stop, NULL));
    assert_true(stamp_of(&f).stopped);
    commit(&f);
    fixture_close(&f);
}

static void what_is_not_final_is_unsettled_up_to_a_moment(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t one = queue_result(&f, f.first, f.network);
    const uint64_t moment = stamp_of(&f).newest;
    const int64_t two = queue_result(&f, f.last, f.network);
    assert_int_equal(unsettled(&f, 0), 0);
    assert_int_equal(unsettled(&f, moment), 1);
    assert_int_equal(unsettled(&f, (uint64_t)two), 2);
    const struct vota_store_attempt attempt = send(&f, one, 1);
    const struct vota_store_mined mined = mined_of(4, &attempt.tx_hash);
    OK(vota_store_outbox_mined(f.store, one, &mined, NULL));
    assert_int_equal(unsettled(&f, moment), 1); /* a block may be taken back */
    OK(vota_store_outbox_final(f.store, one, NULL));
    assert_int_equal(unsettled(&f, moment), 0);
    assert_int_equal(unsettled(&f, (uint64_t)two), 1);
    commit(&f);
    fixture_close(&f);
}

static void a_result_is_found_in_the_outbox_and_in_the_journal(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    assert_false(has_result(&f, f.first));
    (void)queue_result(&f, f.first, f.network);
    assert_true(has_result(&f, f.first));
    assert_false(has_result(&f, f.last));
    /* As `rebuild` leaves it: an entry, and nothing that made it. */
    struct vota_store_entry entry = {.entry = {.kind = VOTA_ENTRY_RESULT,
                                               .number = 1,
                                               .block = 9,
                                               .time = 9,
                                               .a = hash_of((uint64_t) "last"[0]),
                                               .b = hash_of(1),
                                               .c = hash_of(2)},
                                     .head = hash_of(77),
                                     .data = slice_of("numbers.")};
    OK(vota_store_journal_add(f.store, f.network, &entry, NULL));
    assert_true(has_result(&f, f.last));
    assert_false(has_result(&f, f.all));
    /* Another network's result is not this one's. */
    int64_t other = 0;
    OK(vota_store_network_add(&other, f.store, "sepolia", NULL));
    (void)queue_result(&f, f.all, other);
    assert_false(has_result(&f, f.all));
    commit(&f);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stamp_tells_what_a_sender_should_look_at),
        cmocka_unit_test(what_is_not_final_is_unsettled_up_to_a_moment),
        cmocka_unit_test(a_result_is_found_in_the_outbox_and_in_the_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
