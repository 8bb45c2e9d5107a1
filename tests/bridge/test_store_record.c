/* SPDX-License-Identifier: Apache-2.0 */
/* Records from acceptance into a batch and out again: store_record.c, store_batch.c. */
#include "tests/bridge/store_fixture.h"

static struct vota_store_batch_range range_of(const struct fixture *f, uint64_t last)
{
    return (struct vota_store_batch_range){.network = f->network, .last = last};
}

static void a_record_comes_back_as_it_was_accepted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 42);
    commit(&f);
    struct vota_store_record_copy copy;
    OK(vota_store_record_get(&copy, f.store, slice_of("r1"), NULL));
    const struct vota_store_record *record = &copy.about;
    assert_int_equal(record->id, 1);
    assert_int_equal(record->reg, f.first);
    assert_memory_equal(record->record_id.at, "r1", 2);
    assert_hash_equal(&record->row.register_hash, &(vota_hash){{0, 0, 0, 0, 0, 0, 0, 'f'}});
    assert_hash_equal(&record->row.tag, &(vota_hash){{0, 0, 0, 0, 0, 0, 0, 1}});
    assert_hash_equal(&record->leaf, &(vota_hash){{0, 0, 0, 0, 0, 0, 0, 42}});
    assert_int_equal(record->accepted_at, 142);
    assert_int_equal(record->anchor_by, 442);
    assert_false(record->erased);
    assert_true(vota_hash_is_zero(&record->citizen_salt));
    assert_int_equal(record->content.len, 13);
    assert_memory_equal(record->content.at, "{\"choice\":[]}", 13);
    vota_store_record_done(&copy);
    FAILS(vota_store_record_get(&copy, f.store, slice_of("r2"), &err), VOTA_NOT_FOUND, "not-found");
    fixture_close(&f);
}

static void one_record_id_is_one_record(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    FAILS(try_record(&f, f.last, "r1", 2, 2, &err), VOTA_CONFLICT, "not-unique");
    FAILS(try_record(&f, 99, "r2", 2, 2, &err), VOTA_CONFLICT, "no-such-row");
    vota_store_rollback(f.store);
    fixture_close(&f);
}

static void a_register_that_takes_the_first_has_one_record_of_a_voter(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    FAILS(try_record(&f, f.first, "r2", 1, 2, &err), VOTA_CONFLICT, "not-unique");
    add_record(&f, f.first, "r3", 2, 3);
    add_record(&f, f.last, "r4", 1, 4);
    add_record(&f, f.last, "r5", 1, 5);
    commit(&f);
    struct vota_store_record_copy copy;
    OK(vota_store_record_get(&copy, f.store, slice_of("r1"), NULL));
    assert_true(copy.about.once);
    vota_store_record_done(&copy);
    OK(vota_store_record_get(&copy, f.store, slice_of("r4"), NULL));
    assert_false(copy.about.once);
    vota_store_record_done(&copy);
    fixture_close(&f);
}

static enum vota_status refuse(void *context, const struct vota_store_record *record)
{
    (void)context;
    (void)record;
    return VOTA_LIMIT;
}

static void a_callbacks_status_comes_back(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    FAILS(vota_store_record_see(f.store, slice_of("r1"), refuse, NULL, &err), VOTA_LIMIT,
          "stopped");
    commit(&f);
    fixture_close(&f);
}

static void tags_are_counted_by_register_and_by_waiting(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.last, "r1", 7, 1);
    (void)seal(&f);
    add_record(&f, f.last, "r2", 7, 2);
    add_record(&f, f.first, "r3", 7, 3);
    add_record(&f, f.last, "r4", 8, 4);
    commit(&f);
    uint64_t records = 0;
    uint64_t pending = 0;
    const vota_hash tag = hash_of(7);
    OK(vota_store_record_count_tag(&records, &pending, f.store, f.last, &tag, NULL));
    assert_int_equal(records, 2);
    assert_int_equal(pending, 1);
    OK(vota_store_record_count_tag(&records, &pending, f.store, f.all, &tag, NULL));
    assert_int_equal(records + pending, 0);
    OK(vota_store_register_count(&records, &pending, f.store, f.last, NULL));
    assert_int_equal(records, 3);
    assert_int_equal(pending, 2);
    fixture_close(&f);
}

static void a_batch_takes_one_row_of_a_tag_oldest_first_unless_all_stand(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.last, "r1", 7, 1);
    add_record(&f, f.last, "r2", 7, 2); /* a revision: held */
    add_record(&f, f.all, "r3", 7, 3);
    add_record(&f, f.all, "r4", 7, 4);
    add_record(&f, f.first, "r5", 7, 5);
    struct vota_merkle_item items[8];
    size_t n = 0;
    OK(vota_store_batch_collect(items, &n, 8, f.store, f.network, NULL));
    assert_int_equal(n, 4);
    static const uint64_t taken[] = {1, 3, 4, 5};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(items[i].tag, taken[i]);
    OK(vota_store_batch_collect(items, &n, 3, f.store, f.network, NULL));
    assert_int_equal(n, 3);
    (void)seal(&f);
    OK(vota_store_batch_collect(items, &n, 8, f.store, f.network, NULL));
    assert_int_equal(n, 1); /* its turn has come */
    assert_int_equal(items[0].tag, 2);
    commit(&f);
    fixture_close(&f);
}

static void rows_wait_for_the_opening_of_their_register(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    OK(vota_store_register_set_opened(f.store, f.first, 0, NULL));
    struct vota_merkle_item items[8];
    size_t n = 9;
    OK(vota_store_batch_collect(items, &n, 8, f.store, f.network, NULL));
    assert_int_equal(n, 0);
    OK(vota_store_register_set_opened(f.store, f.first, 5, NULL));
    OK(vota_store_batch_collect(items, &n, 8, f.store, f.network, NULL));
    assert_int_equal(n, 1);
    OK(vota_store_batch_collect(items, &n, 8, f.store, f.network + 1, NULL));
    assert_int_equal(n, 0); /* another network's queue */
    commit(&f);
    fixture_close(&f);
}

static void the_queue_tells_its_length_age_and_deadline(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct vota_store_pending pending;
    OK(vota_store_batch_pending(&pending, f.store, f.network, NULL));
    assert_int_equal(pending.count + pending.oldest + pending.anchor_by, 0);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 9);
    add_record(&f, f.first, "r2", 2, 3);
    commit(&f);
    OK(vota_store_batch_pending(&pending, f.store, f.network, NULL));
    assert_int_equal(pending.count, 2);
    assert_int_equal(pending.oldest, 109);
    assert_int_equal(pending.anchor_by, 403);
    fixture_close(&f);
}

static void sealing_is_whole_or_not_at_all(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    add_record(&f, f.first, "r2", 2, 2);
    commit(&f);
    const struct vota_merkle_item good[] = {{hash_of(1), 1}, {hash_of(2), 2}};
    const struct vota_merkle_item unsorted[] = {{hash_of(2), 2}, {hash_of(1), 1}};
    const struct vota_merkle_item twice[] = {{hash_of(1), 1}, {hash_of(1), 2}};
    const struct vota_merkle_item one_record[] = {{hash_of(1), 1}, {hash_of(2), 1}};
    const struct vota_merkle_item stranger[] = {{hash_of(1), 1}, {hash_of(2), 3}};
    const struct {
        const struct vota_merkle_item *items;
        size_t n;
        enum vota_status status;
        const char *reason;
    } cases[] = {
        {good, 0, VOTA_LIMIT, "batch-size"},         {unsorted, 2, VOTA_BAD_INPUT, "leaf-order"},
        {twice, 2, VOTA_BAD_INPUT, "leaf-order"},    {one_record, 2, VOTA_CONFLICT, "not-unique"},
        {stranger, 2, VOTA_CONFLICT, "no-such-row"},
    };
    struct vota_store_batch batch;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vota_store_seal order = {
            .network = f.network, .items = cases[i].items, .n = cases[i].n};
        begin(&f);
        struct vota_error detail = {.status = VOTA_OK};
        enum vota_status status = vota_store_batch_seal(&batch, f.store, &order, &detail);
        if (status == VOTA_OK) /* a foreign key is asked at the commit */
            status = vota_store_commit(f.store, &detail);
        vota_store_rollback(f.store);
        assert_int_equal(status, cases[i].status);
        assert_string_equal(detail.text, cases[i].reason);
        struct vota_store_pending pending;
        OK(vota_store_batch_pending(&pending, f.store, f.network, NULL));
        assert_int_equal(pending.count, 2);
        FAILS(vota_store_batch_get(&batch, f.store, 1, &err), VOTA_NOT_FOUND, "not-found");
    }
    fixture_close(&f);
}

static void a_row_is_sealed_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    (void)seal(&f);
    commit(&f);
    const struct vota_merkle_item again[] = {{hash_of(1), 1}};
    const struct vota_store_seal order = {.network = f.network, .items = again, .n = 1};
    struct vota_store_batch batch;
    begin(&f);
    FAILS(vota_store_batch_seal(&batch, f.store, &order, &err), VOTA_CONFLICT, "not-unique");
    vota_store_rollback(f.store);
    fixture_close(&f);
}

static void another_networks_row_is_not_sealed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    int64_t other = 0;
    OK(vota_store_network_add(&other, f.store, "hoodi", NULL));
    add_record(&f, f.first, "r1", 1, 1);
    const struct vota_merkle_item items[] = {{hash_of(1), 1}};
    const struct vota_store_seal order = {.network = other, .items = items, .n = 1};
    struct vota_store_batch batch;
    FAILS(vota_store_batch_seal(&batch, f.store, &order, &err), VOTA_CONFLICT, "not-pending");
    vota_store_rollback(f.store);
    fixture_close(&f);
}

struct seen {
    size_t n;
    uint64_t entry[8];
    int64_t id[8];
};

static enum vota_status see_record(void *context, const struct vota_store_record *record)
{
    struct seen *seen = context;
    seen->id[seen->n++] = record->id;
    return VOTA_OK;
}

static enum vota_status see_entry(void *context, uint64_t entry,
                                  const struct vota_store_record *record)
{
    struct seen *seen = context;
    seen->entry[seen->n] = entry;
    return see_record(context, record);
}

/* Marks a batch's operation as mined in an entry. */
static void mine(struct fixture *f, const struct vota_store_batch *batch, uint64_t entry)
{
    const struct vota_store_assign assign = assign_of(entry);
    const struct vota_store_attempt attempt = attempt_of(batch->operation, entry, 1);
    struct vota_store_attempt stored;
    OK(vota_store_outbox_sign(&stored, f->store, &assign, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, stored.id, 1, NULL));
    const struct vota_store_mined mined = mined_of(entry, &stored.tx_hash);
    OK(vota_store_outbox_mined(f->store, batch->operation, &mined, NULL));
}

static void a_batch_reads_back_in_leaf_order_and_finds_its_records(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 30);
    add_record(&f, f.last, "r2", 2, 20);
    const struct vota_merkle_item items[] = {{hash_of(20), 2}, {hash_of(30), 1}};
    const struct vota_store_seal order = {
        .network = f.network, .sealed_at = 5, .root = hash_of(9), .items = items, .n = 2};
    struct vota_store_batch batch;
    OK(vota_store_batch_seal(&batch, f.store, &order, NULL));
    commit(&f);

    vota_hash leaves[2];
    size_t n = 0;
    FAILS(vota_store_batch_leaves(leaves, &n, 1, f.store, batch.id, &err), VOTA_LIMIT, "too-many");
    OK(vota_store_batch_leaves(leaves, &n, 2, f.store, batch.id, NULL));
    assert_int_equal(n, 2);
    assert_hash_equal(&leaves[0], &items[0].leaf);
    assert_hash_equal(&leaves[1], &items[1].leaf);
    struct seen seen = {0};
    OK(vota_store_batch_records(f.store, batch.id, see_record, &seen, NULL));
    assert_int_equal(seen.n, 2);
    assert_int_equal(seen.id[0], 2);
    assert_int_equal(seen.id[1], 1);
    struct vota_store_place place;
    OK(vota_store_record_place(&place, f.store, 1, NULL));
    assert_true(place.sealed && place.batch == batch.id && place.position == 1);
    struct vota_store_batch again;
    OK(vota_store_batch_get(&again, f.store, batch.id, NULL));
    assert_int_equal(again.operation, batch.operation);
    assert_int_equal(again.entry, 0);
    assert_int_equal(again.count, 2);
    assert_hash_equal(&again.root, &order.root);
    fixture_close(&f);
}

static void a_waiting_record_has_no_place_and_a_missing_one_is_missed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    commit(&f);
    struct vota_store_place place;
    OK(vota_store_record_place(&place, f.store, 1, NULL));
    assert_false(place.sealed);
    FAILS(vota_store_record_place(&place, f.store, 2, &err), VOTA_NOT_FOUND, "not-found");
    int64_t id = 0;
    const vota_hash there = hash_of(1);
    const vota_hash missing = hash_of(2);
    OK(vota_store_record_find_leaf(&id, f.store, &there, NULL));
    assert_int_equal(id, 1);
    FAILS(vota_store_record_find_leaf(&id, f.store, &missing, &err), VOTA_NOT_FOUND, "not-found");
    fixture_close(&f);
}

static void a_registers_rows_come_in_the_order_of_entries_and_leaves(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.all, "r1", 1, 30);
    add_record(&f, f.first, "r2", 2, 40);
    const struct vota_store_batch older = seal(&f);
    add_record(&f, f.all, "r3", 3, 10);
    add_record(&f, f.all, "r4", 4, 20);
    const struct vota_store_batch newer = seal(&f);
    add_record(&f, f.all, "r5", 5, 5);
    (void)seal(&f); /* sealed only: not on chain, not listed */
    mine(&f, &newer, 6);
    mine(&f, &older, 7);
    commit(&f);
    struct seen seen = {0};
    OK(vota_store_batch_register_records(f.store, f.all, f.network, see_entry, &seen, NULL));
    assert_int_equal(seen.n, 3);
    static const uint64_t entries[] = {6, 6, 7};
    static const int64_t ids[] = {3, 4, 1};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(seen.entry[i], entries[i]);
        assert_int_equal(seen.id[i], ids[i]);
    }
    fixture_close(&f);
}

static void openings_come_once_in_leaf_order_without_the_erased_and_the_unmined(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.all, "r1", 1, 30);
    add_record(&f, f.first, "r2", 2, 40);
    const struct vota_store_batch older = seal(&f);
    add_record(&f, f.all, "r3", 3, 10);
    add_record(&f, f.all, "r4", 4, 50);
    struct vota_store_batch newer = seal(&f);
    add_record(&f, f.all, "r5", 5, 5);
    mine(&f, &older, 6);
    mine(&f, &newer, 7);
    const struct vota_store_operation again = {
        .network = f.network, .kind = VOTA_OP_BATCH, .batch = newer.id};
    OK(vota_store_outbox_queue(&newer.operation, f.store, &again, NULL));
    mine(&f, &newer, 8); /* anchored twice, published once */
    commit(&f);
    struct seen seen = {0};
    OK(vota_store_batch_register_openings(f.store, f.all, range_of(&f, 8), see_record, &seen,
                                          NULL));
    assert_int_equal(seen.n, 3);
    static const int64_t ids[] = {3, 1, 4};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(seen.id[i], ids[i]);
    seen.n = 0;
    OK(vota_store_batch_register_openings(f.store, f.all, range_of(&f, 6), see_record, &seen,
                                          NULL));
    assert_int_equal(seen.n, 1); /* as of an earlier entry */
    FAILS(vota_store_batch_register_openings(f.store, f.all, range_of(&f, 8), refuse, NULL, &err),
          VOTA_LIMIT, "stopped");
    fixture_close(&f);
}

static enum vota_status see_batch(void *context, const struct vota_store_batch *batch)
{
    struct seen *seen = context;
    seen->entry[seen->n] = batch->entry;
    seen->id[seen->n++] = batch->id;
    return VOTA_OK;
}

static void batches_are_listed_with_their_newest_entry(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.all, "r1", 1, 1);
    struct vota_store_batch batch = seal(&f);
    mine(&f, &batch, 4);
    /* Disavowed and anchored again: a second operation for the same batch. */
    const struct vota_store_operation again = {
        .network = f.network, .kind = VOTA_OP_BATCH, .batch = batch.id};
    OK(vota_store_outbox_queue(&batch.operation, f.store, &again, NULL));
    mine(&f, &batch, 6);
    commit(&f);
    struct seen seen = {0};
    OK(vota_store_batch_each(f.store, f.network, see_batch, &seen, NULL));
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.entry[0], 6);
    struct seen rows = {0};
    OK(vota_store_batch_register_records(f.store, f.all, f.network, see_entry, &rows, NULL));
    assert_int_equal(rows.n, 2); /* once under each entry, as the chain has it */
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_comes_back_as_it_was_accepted),
        cmocka_unit_test(one_record_id_is_one_record),
        cmocka_unit_test(a_register_that_takes_the_first_has_one_record_of_a_voter),
        cmocka_unit_test(a_callbacks_status_comes_back),
        cmocka_unit_test(tags_are_counted_by_register_and_by_waiting),
        cmocka_unit_test(a_batch_takes_one_row_of_a_tag_oldest_first_unless_all_stand),
        cmocka_unit_test(rows_wait_for_the_opening_of_their_register),
        cmocka_unit_test(the_queue_tells_its_length_age_and_deadline),
        cmocka_unit_test(sealing_is_whole_or_not_at_all),
        cmocka_unit_test(a_row_is_sealed_once),
        cmocka_unit_test(another_networks_row_is_not_sealed),
        cmocka_unit_test(a_batch_reads_back_in_leaf_order_and_finds_its_records),
        cmocka_unit_test(a_waiting_record_has_no_place_and_a_missing_one_is_missed),
        cmocka_unit_test(a_registers_rows_come_in_the_order_of_entries_and_leaves),
        cmocka_unit_test(openings_come_once_in_leaf_order_without_the_erased_and_the_unmined),
        cmocka_unit_test(batches_are_listed_with_their_newest_entry),
    };
    return RUN_TESTS(tests);
}
