/* SPDX-License-Identifier: Apache-2.0 */
/* Events are made by the change that they tell of, in order, and settled once. */
#include <sqlite3.h>

#include "bridge/store/store_delivery.h"
#include "tests/bridge/store_fixture.h"

static struct fixture opened(void)
{
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    OK(vota_store_network_bind(f.store, f.network, 31337, &(vota_hash){{1}}, NULL));
    const struct vota_store_deployment deployment = {
        .genesis = {.chain_id = 31337, .contract = addr_of(1)}};
    OK(vota_store_network_set_contract(f.store, f.network, &deployment, NULL));
    OK(vota_store_delivery_begin(f.store, NULL)); /* what the fixture did before is skipped */
    commit(&f);
    return f;
}

static int64_t seal_one(struct fixture *f, const char *record, uint64_t n)
{
    add_record(f, f->all, record, n, n);
    return seal(f).operation;
}

static int64_t queue_of_register(struct fixture *f, enum vota_op_kind kind, int64_t reg)
{
    const struct vota_store_operation operation = {
        .network = f->network, .kind = kind, .reg = reg, .created_at = 1};
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f->store, &operation, NULL));
    return id;
}

static void send_it(struct fixture *f, int64_t operation, uint64_t nonce)
{
    const struct vota_store_assign assign = assign_of(1);
    const struct vota_store_attempt attempt = attempt_of(operation, nonce, 10);
    struct vota_store_attempt stored;
    OK(vota_store_outbox_sign(&stored, f->store, &assign, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, stored.id, 610, NULL));
}

static void mine(struct fixture *f, int64_t operation, uint64_t nonce, uint64_t number)
{
    const vota_hash tx_hash = attempt_of(operation, nonce, 10).tx_hash;
    const struct vota_store_mined mined = mined_of(number, &tx_hash);
    OK(vota_store_outbox_mined(f->store, operation, &mined, NULL));
}

/* The next event is of this type; it is taken. */
static struct vota_store_delivery take(struct fixture *f, const char *type)
{
    struct vota_store_delivery delivery;
    OK(vota_store_delivery_next(&delivery, f->store, NULL));
    assert_string_equal(delivery.type, type);
    begin(f);
    OK(vota_store_delivery_taken(f->store, delivery.id, 1000, NULL));
    commit(f);
    return delivery;
}

static void assert_none(struct fixture *f)
{
    struct vota_store_delivery delivery;
    assert_int_equal(vota_store_delivery_next(&delivery, f->store, NULL), VOTA_NOT_FOUND);
}

static void a_batch_is_told_of_when_it_is_anchored_and_when_it_is_final(void **state)
{
    (void)state;
    struct fixture f = opened();
    begin(&f);
    const int64_t id = seal_one(&f, "r1", 1);
    send_it(&f, id, 1);
    commit(&f);
    assert_none(&f);
    begin(&f);
    mine(&f, id, 1, 4);
    mine(&f, id, 1, 4); /* looked at again: nothing new */
    commit(&f);
    struct vota_store_delivery event = take(&f, "batch.anchored");
    assert_string_equal(event.network, "dev");
    assert_int_equal(event.chain_id, 31337);
    const vota_addr contract = addr_of(1);
    assert_true(vota_addr_equal(&event.contract, &contract));
    assert_true(event.has_entry && event.has_block);
    assert_int_equal(event.entry, 4);
    assert_int_equal(event.block, 24);
    assert_int_equal(event.entry_time, 704);
    assert_int_equal(event.batch, 1);
    assert_int_equal(event.count, 1);
    const vota_hash root = hash_of(7777);
    assert_true(vota_hash_equal(&event.root, &root));
    assert_true(event.made_at > 1700000000);
    assert_none(&f);
    begin(&f);
    OK(vota_store_outbox_final(f.store, id, NULL));
    commit(&f);
    const struct vota_store_delivery final = take(&f, "batch.final");
    assert_int_equal(final.entry, 4);
    assert_memory_not_equal(final.key, event.key, sizeof event.key);
    assert_none(&f);
    fixture_close(&f);
}

static void a_reorganisation_is_told_of_with_the_entry_that_is_gone(void **state)
{
    (void)state;
    struct fixture f = opened();
    begin(&f);
    const int64_t id = seal_one(&f, "r1", 1);
    send_it(&f, id, 1);
    mine(&f, id, 1, 4);
    OK(vota_store_outbox_unmined(f.store, id, NULL));
    mine(&f, id, 1, 5);
    mine(&f, id, 1, 6); /* moved without a look in between */
    const vota_hash tx_hash = attempt_of(id, 1, 10).tx_hash;
    struct vota_store_mined mined = mined_of(6, &tx_hash);
    mined.block_hash = hash_of(77); /* ... into another block, with the same number */
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    commit(&f);
    assert_int_equal(take(&f, "batch.anchored").entry, 4);
    assert_int_equal(take(&f, "batch.unanchored").entry, 4);
    assert_int_equal(take(&f, "batch.anchored").entry, 5);
    assert_int_equal(take(&f, "batch.anchored").entry, 6);
    assert_int_equal(take(&f, "batch.anchored").entry, 6);
    assert_none(&f);
    fixture_close(&f);
}

static void what_is_rolled_back_was_never_told(void **state)
{
    (void)state;
    struct fixture f = opened();
    begin(&f);
    const int64_t id = seal_one(&f, "r1", 1);
    send_it(&f, id, 1);
    commit(&f);
    begin(&f);
    mine(&f, id, 1, 4);
    vota_store_rollback(f.store);
    assert_none(&f);
    fixture_close(&f);
}

static void registers_open_and_close_and_have_results(void **state)
{
    (void)state;
    struct fixture f = opened();
    begin(&f);
    const int64_t fourth = add_register(&f, "x-fourth", VOTA_REVISION_ALL);
    const int64_t opening = queue_of_register(&f, VOTA_OP_REGISTER, fourth);
    send_it(&f, opening, 1);
    commit(&f);
    assert_none(&f);
    begin(&f);
    mine(&f, opening, 1, 4);
    OK(vota_store_outbox_unmined(f.store, opening, NULL));
    mine(&f, opening, 1, 5);
    OK(vota_store_outbox_final(f.store, opening, NULL));
    OK(vota_store_register_set_closed(f.store, fourth, 700, NULL));
    const int64_t result = queue_of_register(&f, VOTA_OP_RESULT, fourth);
    send_it(&f, result, 2);
    mine(&f, result, 2, 6);
    OK(vota_store_outbox_final(f.store, result, NULL));
    commit(&f);
    const vota_hash hash = hash_of('x');
    struct vota_store_delivery event = take(&f, "register.opened");
    assert_string_equal(event.slug, "x-fourth");
    assert_true(vota_hash_equal(&event.register_hash, &hash));
    assert_int_equal(event.batch, 0);
    assert_int_equal(event.entry, 4);
    assert_false(event.has_block);
    assert_int_equal(take(&f, "register.unopened").entry, 4);
    assert_int_equal(take(&f, "register.opened").entry, 5);
    assert_int_equal(take(&f, "register.closed").entry, 5);
    event = take(&f, "result.final");
    assert_string_equal(event.slug, "x-fourth");
    assert_int_equal(event.entry, 6);
    assert_true(event.has_block);
    assert_none(&f);
    fixture_close(&f);
}

static void the_first_webhook_hears_of_nothing_that_was_before(void **state)
{
    (void)state;
    struct fixture f;
    struct vota_store_deliveries deliveries;
    fixture_open(&f);
    OK(vota_store_delivery_count(&deliveries, f.store, NULL));
    assert_false(deliveries.begun);
    assert_int_equal(deliveries.waiting, 3); /* the fixture's registers */
    begin(&f);
    OK(vota_store_delivery_begin(f.store, NULL));
    commit(&f);
    OK(vota_store_delivery_count(&deliveries, f.store, NULL));
    assert_true(deliveries.begun);
    assert_int_equal(deliveries.waiting, 0);
    begin(&f);
    OK(vota_store_register_set_closed(f.store, f.first, 700, NULL));
    OK(vota_store_delivery_begin(f.store, NULL)); /* started again: it waits on */
    commit(&f);
    (void)take(&f, "register.closed");
    fixture_close(&f);
}

static void what_was_given_up_waits_again_at_the_next_start(void **state)
{
    (void)state;
    struct fixture f = opened();
    struct vota_store_delivery event;
    struct vota_store_deliveries deliveries;
    begin(&f);
    OK(vota_store_register_set_closed(f.store, f.first, 700, NULL));
    OK(vota_store_register_set_closed(f.store, f.last, 700, NULL));
    commit(&f);
    OK(vota_store_delivery_next(&event, f.store, NULL));
    assert_int_equal(event.tries, 0);
    assert_int_equal(event.tried_at, 0);
    begin(&f);
    OK(vota_store_delivery_missed(f.store, event.id, 1000, "http-500", false, NULL));
    OK(vota_store_delivery_missed(f.store, event.id, 1010, "timeout", false, NULL));
    commit(&f);
    OK(vota_store_delivery_count(&deliveries, f.store, NULL));
    assert_int_equal(deliveries.waiting, 2);
    assert_string_equal(deliveries.problem, "timeout");
    assert_int_equal(deliveries.oldest_at, event.made_at);
    const int64_t first = event.id;
    OK(vota_store_delivery_next(&event, f.store, NULL));
    assert_int_equal(event.id, first);
    assert_int_equal(event.tries, 2);
    assert_int_equal(event.tried_at, 1000);
    begin(&f);
    OK(vota_store_delivery_missed(f.store, first, 1020, "http-400", true, NULL));
    FAILS(vota_store_delivery_missed(f.store, first, 1020, "http-400", true, &err), VOTA_CONFLICT,
          "bad-move");
    FAILS(vota_store_delivery_taken(f.store, first, 1020, &err), VOTA_CONFLICT, "bad-move");
    commit(&f);
    OK(vota_store_delivery_next(&event, f.store, NULL));
    assert_true(event.id > first);
    OK(vota_store_delivery_count(&deliveries, f.store, NULL));
    assert_int_equal(deliveries.waiting, 1);
    assert_int_equal(deliveries.failed, 1);
    assert_string_equal(deliveries.problem, "http-400");
    begin(&f);
    OK(vota_store_delivery_begin(f.store, NULL));
    commit(&f);
    OK(vota_store_delivery_next(&event, f.store, NULL));
    assert_int_equal(event.id, first);
    assert_int_equal(event.tried_at, 0);
    (void)take(&f, "register.closed");
    (void)take(&f, "register.closed");
    assert_none(&f);
    fixture_close(&f);
}

static void what_an_event_says_is_fixed(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE delivery SET entry = 9",
        "UPDATE delivery SET key = zeroblob(16)",
        "UPDATE delivery SET type = 'batch.final'",
        "UPDATE delivery SET made_at = 1",
        "UPDATE delivery SET register_id = 2",
        "DELETE FROM delivery",
        "UPDATE delivery SET state = 'waiting', settled_at = NULL WHERE state = 'taken'",
    };
    struct fixture f = opened();
    begin(&f);
    OK(vota_store_register_set_closed(f.store, f.first, 700, NULL));
    commit(&f);
    (void)take(&f, "register.closed");
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (sqlite3_exec(db, changes[i], NULL, NULL, NULL) != SQLITE_CONSTRAINT ||
            strcmp(sqlite3_errmsg(db), "delivery-fixed") != 0)
            fail_msg("%s: %s", changes[i], sqlite3_errmsg(db));
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_told_of_when_it_is_anchored_and_when_it_is_final),
        cmocka_unit_test(a_reorganisation_is_told_of_with_the_entry_that_is_gone),
        cmocka_unit_test(what_is_rolled_back_was_never_told),
        cmocka_unit_test(registers_open_and_close_and_have_results),
        cmocka_unit_test(the_first_webhook_hears_of_nothing_that_was_before),
        cmocka_unit_test(what_was_given_up_waits_again_at_the_next_start),
        cmocka_unit_test(what_an_event_says_is_fixed),
    };
    return RUN_TESTS(tests);
}
