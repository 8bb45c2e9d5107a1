/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox keeps what makes sending safe to repeat: store_outbox.c, store_attempt.c. */
#include "tests/bridge/store_fixture.h"

static int64_t queue(struct fixture *f, enum vota_op_kind kind, int64_t reg)
{
    const struct vota_store_operation operation = {.network = f->network,
                                                   .kind = kind,
                                                   .reg = reg,
                                                   .arguments = slice_of("arguments"),
                                                   .created_at = 11};
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f->store, &operation, NULL));
    return id;
}

static struct vota_store_attempt sign(struct fixture *f, int64_t operation, uint64_t nonce,
                                      uint64_t fee, bool first)
{
    const struct vota_store_assign assign = assign_of(3);
    const struct vota_store_attempt attempt = attempt_of(operation, nonce, fee);
    struct vota_store_attempt stored;
    OK(vota_store_outbox_sign(&stored, f->store, first ? &assign : NULL, &attempt, NULL));
    return stored;
}

static enum vota_op_state state_of(struct fixture *f, int64_t operation)
{
    struct vota_store_operation_copy copy;
    OK(vota_store_outbox_get(&copy, f->store, operation, NULL));
    const enum vota_op_state state = copy.about.state;
    vota_store_outbox_done(&copy);
    return state;
}

struct states {
    size_t n;
    enum vota_attempt_state state[8];
    uint64_t sent_at[8];
};

static enum vota_status note_state(void *context, const struct vota_store_attempt *attempt)
{
    struct states *states = context;
    states->state[states->n] = attempt->state;
    states->sent_at[states->n++] = attempt->sent_at;
    return VOTA_OK;
}

static struct states attempts_of(struct fixture *f, int64_t operation)
{
    struct states states = {0};
    OK(vota_store_outbox_attempts(f->store, operation, note_state, &states, NULL));
    return states;
}

static void an_operation_goes_from_the_queue_to_final(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    OK(vota_store_register_set_opened(f.store, f.last, 0, NULL));
    const int64_t id = queue(&f, VOTA_OP_REGISTER, f.last);
    struct vota_store_operation_copy copy;
    OK(vota_store_outbox_next(&copy, f.store, f.network, NULL));
    assert_int_equal(copy.about.id, id);
    assert_int_equal(copy.about.kind, VOTA_OP_REGISTER);
    assert_int_equal(copy.about.state, VOTA_OP_QUEUED);
    assert_int_equal(copy.about.arguments.len, 9);
    assert_false(copy.about.assigned || copy.about.entered);
    vota_store_outbox_done(&copy);

    const struct vota_store_attempt attempt = sign(&f, id, 4, 10, true);
    assert_int_equal(attempt.round, 0);
    assert_int_equal(attempt.number, 1);
    assert_int_equal(state_of(&f, id), VOTA_OP_SIGNED);
    OK(vota_store_outbox_sent(f.store, attempt.id, 620, NULL));
    assert_int_equal(state_of(&f, id), VOTA_OP_SENT);
    const struct vota_store_mined mined = mined_of(8, &attempt.tx_hash);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    OK(vota_store_outbox_get(&copy, f.store, id, NULL));
    const struct vota_store_operation *about = &copy.about;
    assert_true(about->assigned && about->entered);
    assert_int_equal(about->nonce, 4);
    assert_memory_equal(about->calldata.at, "calldata", 8);
    assert_int_equal(about->entry.kind, VOTA_ENTRY_REGISTER);
    assert_int_equal(about->entry.number, 8);
    assert_int_equal(about->entry.block, 28);
    assert_hash_equal(&about->head, &mined.head);
    assert_hash_equal(&about->tx_hash, &attempt.tx_hash);
    assert_int_equal(about->gas_used, 35000);
    vota_store_outbox_done(&copy);
    uint64_t opened = 0;
    uint64_t closed = 0;
    OK(vota_store_register_state(&opened, &closed, f.store, f.last, NULL));
    assert_int_equal(opened, 8);
    FAILS(vota_store_outbox_next(&copy, f.store, f.network, &err), VOTA_NOT_FOUND, "not-found");
    OK(vota_store_outbox_final(f.store, id, NULL));
    assert_int_equal(state_of(&f, id), VOTA_OP_FINAL);
    FAILS(vota_store_outbox_mined(f.store, id, &mined, &err), VOTA_CONFLICT, "operation-final");
    commit(&f);
    fixture_close(&f);
}

static void an_attempt_comes_back_as_it_was_signed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY, 0);
    struct vota_store_attempt_copy copy;
    FAILS(vota_store_outbox_newest(&copy, f.store, id, &err), VOTA_NOT_FOUND, "not-found");
    (void)sign(&f, id, 4, 10, true);
    const struct vota_store_assign assign = assign_of(3);
    struct vota_store_attempt attempt = attempt_of(id, 4, 11);
    attempt.at_cap = true;
    struct vota_store_attempt stored;
    OK(vota_store_outbox_sign(&stored, f.store, NULL, &attempt, NULL));
    OK(vota_store_outbox_newest(&copy, f.store, id, NULL));
    assert_int_equal(copy.about.id, stored.id);
    assert_int_equal(copy.about.number, 2);
    assert_int_equal(copy.about.max_fee, 11);
    assert_int_equal(copy.about.tip, 1);
    assert_int_equal(copy.about.gas_limit, 21000);
    assert_int_equal(copy.about.block, 9);
    assert_true(copy.about.at_cap);
    assert_int_equal(copy.about.sent_at, 0);
    assert_int_equal(copy.about.state, VOTA_ATTEMPT_SIGNED);
    assert_int_equal(copy.about.raw.len, 12);
    assert_memory_equal(copy.about.raw.at, "signed bytes", 12);
    vota_store_attempt_done(&copy);
    attempt.max_fee = UINT64_MAX;
    FAILS(vota_store_outbox_sign(&stored, f.store, NULL, &attempt, &err), VOTA_LIMIT, "too-large");
    (void)assign;
    commit(&f);
    fixture_close(&f);
}

static void a_bump_replaces_only_when_it_is_sent(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY, 0);
    const struct vota_store_attempt one = sign(&f, id, 4, 10, true);
    OK(vota_store_outbox_sent(f.store, one.id, 620, NULL));
    const struct vota_store_attempt two = sign(&f, id, 4, 12, false);
    assert_int_equal(two.number, 2);
    assert_int_equal(state_of(&f, id), VOTA_OP_SIGNED);
    struct states states = attempts_of(&f, id);
    assert_int_equal(states.state[0], VOTA_ATTEMPT_SENT);
    assert_int_equal(states.state[1], VOTA_ATTEMPT_SIGNED);
    OK(vota_store_outbox_sent(f.store, two.id, 680, NULL));
    states = attempts_of(&f, id);
    assert_int_equal(states.state[0], VOTA_ATTEMPT_REPLACED);
    assert_int_equal(states.sent_at[0], 620);
    assert_int_equal(states.state[1], VOTA_ATTEMPT_SENT);
    assert_int_equal(states.sent_at[1], 680);
    /* The older one was mined after all. */
    const struct vota_store_mined mined = mined_of(8, &one.tx_hash);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    states = attempts_of(&f, id);
    assert_int_equal(states.state[0], VOTA_ATTEMPT_MINED);
    assert_int_equal(states.state[1], VOTA_ATTEMPT_REPLACED);
    commit(&f);
    fixture_close(&f);
}

static void a_reorganisation_takes_the_entry_back_and_sends_the_newest_again(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_REGISTER, f.all);
    const struct vota_store_attempt one = sign(&f, id, 4, 10, true);
    OK(vota_store_outbox_sent(f.store, one.id, 620, NULL));
    const struct vota_store_attempt two = sign(&f, id, 4, 12, false);
    OK(vota_store_outbox_sent(f.store, two.id, 680, NULL));
    struct vota_store_mined mined = mined_of(8, &one.tx_hash);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    mined.entry.block = 99; /* the same entry in another block */
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    OK(vota_store_outbox_unmined(f.store, id, NULL));
    assert_int_equal(state_of(&f, id), VOTA_OP_SENT);
    const struct states states = attempts_of(&f, id);
    assert_int_equal(states.state[0], VOTA_ATTEMPT_REPLACED);
    assert_int_equal(states.state[1], VOTA_ATTEMPT_SENT);
    uint64_t opened = 9;
    uint64_t closed = 9;
    OK(vota_store_register_state(&opened, &closed, f.store, f.all, NULL));
    assert_int_equal(opened, 0);
    FAILS(vota_store_outbox_unmined(f.store, id, &err), VOTA_CONFLICT, "bad-move");
    FAILS(vota_store_outbox_final(f.store, id, &err), VOTA_CONFLICT, "bad-move");
    commit(&f);
    fixture_close(&f);
}

static void what_was_found_on_chain_unsigned_goes_back_to_the_queue(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_DEPLOY, 0);
    const struct vota_store_mined mined = mined_of(0, &(vota_hash){{0}});
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    OK(vota_store_outbox_unmined(f.store, id, NULL));
    assert_int_equal(state_of(&f, id), VOTA_OP_QUEUED);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    OK(vota_store_outbox_final(f.store, id, NULL));
    commit(&f);
    fixture_close(&f);
}

static void a_settled_nonce_opens_a_new_round(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY, 0);
    const struct vota_store_attempt one = sign(&f, id, 4, 10, true);
    OK(vota_store_outbox_sent(f.store, one.id, 620, NULL));
    const struct vota_store_attempt two = sign(&f, id, 4, 12, false);
    OK(vota_store_outbox_sent(f.store, two.id, 680, NULL));
    OK(vota_store_outbox_requeue(f.store, id, &two.tx_hash, NULL));
    struct vota_store_operation_copy copy;
    OK(vota_store_outbox_get(&copy, f.store, id, NULL));
    assert_int_equal(copy.about.state, VOTA_OP_QUEUED);
    assert_int_equal(copy.about.round, 1);
    assert_false(copy.about.assigned);
    vota_store_outbox_done(&copy);
    struct vota_store_attempt_copy newest;
    FAILS(vota_store_outbox_newest(&newest, f.store, id, &err), VOTA_NOT_FOUND, "not-found");
    const struct vota_store_attempt three = sign(&f, id, 5, 10, true);
    assert_int_equal(three.round, 1);
    assert_int_equal(three.number, 1);
    const struct states states = attempts_of(&f, id);
    assert_int_equal(states.n, 3);
    assert_int_equal(states.state[0], VOTA_ATTEMPT_DROPPED);
    assert_int_equal(states.state[1], VOTA_ATTEMPT_MINED);
    assert_int_equal(states.state[2], VOTA_ATTEMPT_SIGNED);
    /* Attempts of the old round cannot be handed out any more. */
    FAILS(vota_store_outbox_sent(f.store, two.id, 700, &err), VOTA_CONFLICT, "bad-move");
    commit(&f);
    fixture_close(&f);
}

static void nobody_signs_out_of_turn_or_with_a_nonce_that_is_taken(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t one = queue(&f, VOTA_OP_KEY, 0);
    const int64_t two = queue(&f, VOTA_OP_KEY, 0);
    const struct vota_store_attempt first = sign(&f, one, 4, 10, true);
    const struct vota_store_assign assign = assign_of(3);
    struct vota_store_attempt attempt = attempt_of(two, 5, 10);
    struct vota_store_attempt stored;
    FAILS(vota_store_outbox_sign(&stored, f.store, &assign, &attempt, &err), VOTA_CONFLICT,
          "another-in-flight");
    OK(vota_store_outbox_sent(f.store, first.id, 620, NULL));
    FAILS(vota_store_outbox_sign(&stored, f.store, &assign, &attempt, &err), VOTA_CONFLICT,
          "another-in-flight");
    const struct vota_store_mined mined = mined_of(8, &first.tx_hash);
    OK(vota_store_outbox_mined(f.store, one, &mined, NULL));
    attempt = attempt_of(two, 4, 13);
    FAILS(vota_store_outbox_sign(&stored, f.store, &assign, &attempt, &err), VOTA_CONFLICT,
          "nonce-taken");
    (void)sign(&f, two, 5, 10, true);
    /* A round has its nonce; a bump with another one is refused. */
    attempt = attempt_of(two, 6, 14);
    FAILS(vota_store_outbox_sign(&stored, f.store, NULL, &attempt, &err), VOTA_CONFLICT,
          "bad-attempt");
    FAILS(vota_store_outbox_sign(&stored, f.store, &assign, &attempt, &err), VOTA_CONFLICT,
          "bad-move");
    /* The same signed bytes twice would be one transaction with two rows. */
    attempt = attempt_of(two, 5, 10);
    FAILS(vota_store_outbox_sign(&stored, f.store, NULL, &attempt, &err), VOTA_CONFLICT,
          "not-unique");
    vota_store_rollback(f.store);
    fixture_close(&f);
}

static void a_halt_needs_a_person(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY, 0);
    FAILS(vota_store_outbox_halt(f.store, id, "foreign-nonce", &err), VOTA_CONFLICT, "bad-move");
    const struct vota_store_attempt one = sign(&f, id, 4, 10, true);
    OK(vota_store_outbox_sent(f.store, one.id, 620, NULL));
    OK(vota_store_outbox_halt(f.store, id, "foreign-nonce", NULL));
    struct vota_store_operation_copy copy;
    OK(vota_store_outbox_next(&copy, f.store, f.network, NULL)); /* it blocks what is behind it */
    assert_int_equal(copy.about.state, VOTA_OP_HALTED);
    assert_string_equal(copy.about.reason, "foreign-nonce");
    vota_store_outbox_done(&copy);
    FAILS(vota_store_outbox_sent(f.store, one.id, 630, &err), VOTA_CONFLICT, "bad-move");
    OK(vota_store_outbox_requeue(f.store, id, NULL, NULL));
    OK(vota_store_outbox_get(&copy, f.store, id, NULL));
    assert_int_equal(copy.about.state, VOTA_OP_QUEUED);
    assert_string_equal(copy.about.reason, "");
    vota_store_outbox_done(&copy);
    commit(&f);
    fixture_close(&f);
}

struct listed {
    size_t n;
    int64_t id[8];
};

static enum vota_status list(void *context, const struct vota_store_operation *operation)
{
    struct listed *listed = context;
    listed->id[listed->n++] = operation->id;
    return VOTA_OK;
}

static void operations_are_listed_and_counted_by_state_and_network(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t one = queue(&f, VOTA_OP_KEY, 0);
    const int64_t two = queue(&f, VOTA_OP_RESULT, f.first);
    const int64_t three = queue(&f, VOTA_OP_KEY, 0);
    (void)sign(&f, two, 1, 1, true);
    struct listed listed = {0};
    OK(vota_store_outbox_each(f.store, f.network, 1u << VOTA_OP_QUEUED, list, &listed, NULL));
    assert_int_equal(listed.n, 2);
    assert_int_equal(listed.id[0], one);
    assert_int_equal(listed.id[1], three);
    listed.n = 0;
    OK(vota_store_outbox_each(f.store, f.network + 1, ~0u, list, &listed, NULL));
    assert_int_equal(listed.n, 0);
    uint64_t counts[VOTA_OP_STATES];
    OK(vota_store_outbox_count(counts, f.store, f.network, NULL));
    assert_int_equal(counts[VOTA_OP_QUEUED], 2);
    assert_int_equal(counts[VOTA_OP_SIGNED], 1);
    assert_int_equal(counts[VOTA_OP_FINAL], 0);
    commit(&f);
    fixture_close(&f);
}

static uint64_t promise_of(struct fixture *f)
{
    uint64_t anchor_by = 9;
    OK(vota_store_batch_promise(&anchor_by, f->store, f->network, NULL));
    return anchor_by;
}

/* Rows on their way are promised like those that wait. */
static void a_promise_is_open_until_its_batch_is_mined(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    assert_int_equal(promise_of(&f), 0);
    add_record(&f, f.first, "r1", 1, 3);
    add_record(&f, f.first, "r2", 2, 9);
    assert_int_equal(promise_of(&f), 0); /* in no batch */
    const struct vota_store_batch batch = seal(&f);
    assert_int_equal(promise_of(&f), 403);
    const struct vota_store_attempt attempt = sign(&f, batch.operation, 4, 10, true);
    assert_int_equal(promise_of(&f), 403);
    OK(vota_store_outbox_sent(f.store, attempt.id, 620, NULL));
    assert_int_equal(promise_of(&f), 403);
    const struct vota_store_mined mined = mined_of(8, &attempt.tx_hash);
    OK(vota_store_outbox_mined(f.store, batch.operation, &mined, NULL));
    assert_int_equal(promise_of(&f), 0);
    OK(vota_store_outbox_unmined(f.store, batch.operation, NULL));
    assert_int_equal(promise_of(&f), 403);
    commit(&f);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_goes_from_the_queue_to_final),
        cmocka_unit_test(an_attempt_comes_back_as_it_was_signed),
        cmocka_unit_test(a_promise_is_open_until_its_batch_is_mined),
        cmocka_unit_test(a_bump_replaces_only_when_it_is_sent),
        cmocka_unit_test(a_reorganisation_takes_the_entry_back_and_sends_the_newest_again),
        cmocka_unit_test(what_was_found_on_chain_unsigned_goes_back_to_the_queue),
        cmocka_unit_test(a_settled_nonce_opens_a_new_round),
        cmocka_unit_test(nobody_signs_out_of_turn_or_with_a_nonce_that_is_taken),
        cmocka_unit_test(a_halt_needs_a_person),
        cmocka_unit_test(operations_are_listed_and_counted_by_state_and_network),
    };
    return RUN_TESTS(tests);
}
