/* SPDX-License-Identifier: Apache-2.0 */
/* What a quorum accepted outlives its process, and others see whom it leaves alone. */
#include "bridge/engine/quorum_store.h"
#include "tests/bridge/quorum_fixture.h"
#include "tests/bridge/store_fixture.h"

struct seen {
    struct vota_store_health health[CHAIN_NODES];
    size_t n;
};

static enum vota_status see(void *context, const struct vota_store_health *health)
{
    struct seen *seen = context;
    assert_true(seen->n < CHAIN_NODES);
    seen->health[seen->n++] = *health;
    return VOTA_OK;
}

static struct seen healths(struct fixture *f)
{
    struct seen seen = {.n = 0};
    OK(vota_store_provider_each(f->store, f->network, see, &seen, NULL));
    return seen;
}

static void record(struct fixture *f, struct meeting *meeting)
{
    OK(vota_quorum_record(&meeting->quorum, f->store, f->network, chain_now(meeting->chain), NULL));
}

static void the_accepted_block_survives_a_restart(void **state)
{
    (void)state;
    struct fixture f;
    struct meeting *meeting = meeting_of(1, 0);
    const struct vota_quorum_options options = {.k = 0};
    fixture_open(&f);
    OK(vota_quorum_restore(&meeting->quorum, f.store, f.network, NULL));
    assert_false(meeting->quorum.has_accepted);
    OK(look(meeting));
    record(&f, meeting);
    const struct vota_quorum_mark accepted = meeting->quorum.accepted;

    vota_quorum_init(&meeting->quorum, &meeting->connections, &options);
    OK(vota_quorum_restore(&meeting->quorum, f.store, f.network, NULL));
    assert_true(meeting->quorum.has_accepted);
    assert_int_equal(meeting->quorum.accepted.number, accepted.number);
    assert_true(vota_hash_equal(&meeting->quorum.accepted.hash, &accepted.hash));
    OK(look(meeting));
    record(&f, meeting);
    meeting_end(meeting);

    meeting = meeting_of(1, 0); /* the same numbers, but another chain */
    chain_free(meeting->chain);
    meeting->chain = chain_new(8);
    chain_mine(meeting->chain, 100);
    chain_finalise(meeting->chain, 64);
    chain_transport_init(&meeting->transports[0], meeting->chain, 0);
    meeting->connections.genesis = chain_genesis_hash(meeting->chain);
    OK(vota_quorum_restore(&meeting->quorum, f.store, f.network, NULL));
    assert_int_equal(look(meeting), VOTA_CONFLICT);
    record(&f, meeting); /* the mark stays, the denial is shown */
    const struct seen seen = healths(&f);
    assert_string_equal(seen.health[0].reason, "forked");
    meeting_end(meeting);
    fixture_close(&f);
}

static void what_another_process_saw_later_stays(void **state)
{
    (void)state;
    struct fixture f;
    struct meeting *meeting = meeting_of(1, 0);
    const vota_hash hash = {{7}};
    uint64_t number = 0;
    vota_hash kept;
    fixture_open(&f);
    OK(look(meeting));
    const uint64_t later = meeting->quorum.accepted.number + 32;
    begin(&f);
    OK(vota_store_provider_set_final(f.store, f.network, later, &hash, NULL));
    commit(&f);
    record(&f, meeting);
    OK(vota_store_provider_final(&number, &kept, f.store, f.network, NULL));
    assert_int_equal(number, later);
    assert_true(vota_hash_equal(&kept, &hash));
    meeting_end(meeting);
    fixture_close(&f);
}

static void health_is_written_when_it_changes(void **state)
{
    (void)state;
    struct fixture f;
    struct meeting *meeting = meeting_of(3, 0);
    fixture_open(&f);
    OK(look(meeting));
    record(&f, meeting);
    struct seen seen = healths(&f);
    assert_int_equal(seen.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(seen.health[i].state, "ok");
        assert_string_equal(seen.health[i].reason, "");
    }
    const uint64_t begin = seen.health[1].since;
    chain_fault_always(meeting->chain, 1, CHAIN_FAULT_TIMEOUT);
    for (unsigned i = 0; i < 7; i++) {
        OK(slot(meeting));
        record(&f, meeting);
    }
    seen = healths(&f);
    assert_string_equal(seen.health[1].name, "rpc-2");
    assert_string_equal(seen.health[1].state, "open");
    assert_string_equal(seen.health[1].reason, "timeout");
    assert_int_equal(seen.health[1].since, begin + (uint64_t)5 * CHAIN_SLOT);
    assert_int_equal(seen.health[0].since, begin);
    chain_heal(meeting->chain, 1);
    for (unsigned i = 0; i < 7; i++) {
        OK(slot(meeting));
        record(&f, meeting);
    }
    seen = healths(&f);
    assert_string_equal(seen.health[1].state, "ok");
    meeting_end(meeting);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_accepted_block_survives_a_restart),
        cmocka_unit_test(what_another_process_saw_later_stays),
        cmocka_unit_test(health_is_written_when_it_changes),
    };
    return RUN_TESTS(tests);
}
