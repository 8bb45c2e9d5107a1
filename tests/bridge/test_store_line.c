/* SPDX-License-Identifier: Apache-2.0 */
/* Several networks of one line, and stores from before there were: bridge/store/store_line.c. */
#include "bridge/store/store_line.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "tests/bridge/store_fixture.h"

static struct vota_store_deployment deployment_of(uint64_t chain, uint64_t pred_length)
{
    return (struct vota_store_deployment){.genesis = {.chain_id = chain,
                                                      .contract = addr_of(chain),
                                                      .owner = addr_of(1),
                                                      .anchorer = addr_of(2),
                                                      .acceptance_key = addr_of(3),
                                                      .pred_chain_id = pred_length > 0 ? 1 : 0,
                                                      .pred_length = pred_length},
                                          .deployer = addr_of(4),
                                          .salt = hash_of(5),
                                          .creation_code_hash = hash_of(6)};
}

static void bind(struct fixture *f, int64_t network, uint64_t chain, uint64_t pred_length)
{
    const vota_hash genesis = hash_of(chain);
    const struct vota_store_deployment deployment = deployment_of(chain, pred_length);
    OK(vota_store_network_bind(f->store, network, chain, &genesis, NULL));
    OK(vota_store_network_set_contract(f->store, network, &deployment, NULL));
}

static int64_t join(struct fixture *f, const char *name, int64_t predecessor)
{
    int64_t id = 0;
    OK(vota_store_line_join(&id, f->store, name, f->network, predecessor, NULL));
    return id;
}

/* Kinds of a network's operations as letters, in order. */
struct kinds {
    char text[32];
    int64_t id[32];
    size_t n;
};

static enum vota_status see_kind(void *context, const struct vota_store_operation *operation)
{
    struct kinds *kinds = context;
    kinds->id[kinds->n] = operation->id;
    kinds->text[kinds->n++] = "drbs"[operation->kind];
    return VOTA_OK;
}

static struct kinds kinds_of(struct fixture *f, int64_t network)
{
    struct kinds kinds = {.n = 0};
    OK(vota_store_outbox_each(f->store, network, ~0u, see_kind, &kinds, NULL));
    return kinds;
}

static int64_t queue_opening(struct fixture *f, int64_t reg)
{
    const struct vota_store_operation operation = {
        .network = f->network, .kind = VOTA_OP_REGISTER, .reg = reg, .created_at = 1};
    int64_t id = 0;
    OK(vota_store_line_queue(&id, f->store, &operation, NULL));
    return id;
}

/* Signs, sends and mines an operation as this entry; nonces and hashes follow the operation. */
static void mine(struct fixture *f, int64_t operation, uint64_t entry)
{
    const uint64_t nonce = 100 + (uint64_t)operation;
    const struct vota_store_assign assign = assign_of(nonce);
    const struct vota_store_attempt attempt = attempt_of(operation, nonce, 1);
    struct vota_store_attempt stored;
    OK(vota_store_outbox_sign(&stored, f->store, &assign, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, stored.id, 1, NULL));
    const struct vota_store_mined mined = mined_of(entry, &stored.tx_hash);
    OK(vota_store_outbox_mined(f->store, operation, &mined, NULL));
}

static uint64_t opened_entry(struct fixture *f, int64_t reg)
{
    uint64_t entry = 0;
    uint64_t closed = 0;
    OK(vota_store_register_state(&entry, &closed, f->store, reg, NULL));
    return entry;
}

static void everything_is_queued_on_both_networks(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    bind(&f, f.network, 1, 0);
    const int64_t second = join(&f, "second", 0);
    bind(&f, second, 2, 0);
    queue_opening(&f, f.first);
    add_record(&f, f.first, "r1", 1, 1);
    const struct vota_store_batch batch = seal(&f);
    commit(&f);
    assert_string_equal(kinds_of(&f, f.network).text, "rb");
    assert_string_equal(kinds_of(&f, second).text, "rb");
    assert_int_equal(batch.operation, kinds_of(&f, f.network).id[1]);
    fixture_close(&f);
}

static void a_network_without_a_contract_is_queued_on_later(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    bind(&f, f.network, 1, 0);
    const int64_t second = join(&f, "second", 0);
    const int64_t again = queue_opening(&f, f.first);
    add_record(&f, f.first, "r1", 1, 1);
    const struct vota_store_batch batch = seal(&f);
    const struct vota_store_operation result = {
        .network = f.network, .kind = VOTA_OP_RESULT, .reg = f.first, .created_at = 1};
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f.store, &result, NULL));
    assert_string_equal(kinds_of(&f, f.network).text, "rbs");
    assert_string_equal(kinds_of(&f, second).text, "");
    bind(&f, second, 2, 0);
    OK(vota_store_line_backfill(f.store, second, 9, NULL));
    assert_string_equal(kinds_of(&f, second).text, "rb"); /* a result is of one journal */
    commit(&f);
    assert_true(again > 0 && batch.id > 0);
    fixture_close(&f);
}

static void only_the_primarys_entry_opens_a_register(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    bind(&f, f.network, 1, 0);
    const int64_t second = join(&f, "second", 0);
    bind(&f, second, 2, 0);
    OK(vota_store_register_set_opened(f.store, f.first, 0, NULL));
    const int64_t own = queue_opening(&f, f.first);
    mine(&f, kinds_of(&f, second).id[0], 4);
    assert_int_equal(opened_entry(&f, f.first), 0);
    mine(&f, own, 7);
    assert_int_equal(opened_entry(&f, f.first), 7);
    OK(vota_store_outbox_unmined(f.store, kinds_of(&f, second).id[0], NULL));
    assert_int_equal(opened_entry(&f, f.first), 7);
    OK(vota_store_outbox_unmined(f.store, own, NULL));
    assert_int_equal(opened_entry(&f, f.first), 0);
    commit(&f);
    fixture_close(&f);
}

static void a_batch_is_anchored_on_each_network_by_its_own_entry(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    bind(&f, f.network, 1, 0);
    const int64_t second = join(&f, "second", 0);
    bind(&f, second, 2, 0);
    add_record(&f, f.first, "r1", 1, 1);
    const struct vota_store_batch batch = seal(&f);
    struct vota_store_anchored anchored[2];
    size_t n = 9;
    OK(vota_store_line_anchored(anchored, &n, 2, f.store, batch.id, NULL));
    assert_int_equal(n, 0);
    mine(&f, kinds_of(&f, second).id[0], 4);
    struct vota_store_batch read;
    OK(vota_store_batch_get(&read, f.store, batch.id, NULL));
    assert_int_equal(read.entry, 0); /* not on the line's own network */
    mine(&f, batch.operation, 9);
    OK(vota_store_line_anchored(anchored, &n, 2, f.store, batch.id, NULL));
    assert_int_equal(n, 2);
    assert_int_equal(anchored[0].network, f.network);
    assert_int_equal(anchored[0].entry, 9);
    assert_int_equal(anchored[1].network, second);
    assert_int_equal(anchored[1].entry, 4);
    OK(vota_store_batch_get(&read, f.store, batch.id, NULL));
    assert_int_equal(read.entry, 9);
    FAILS(vota_store_line_anchored(anchored, &n, 1, f.store, batch.id, &err), VOTA_LIMIT,
          "too-many");
    commit(&f);
    fixture_close(&f);
}

struct rows {
    size_t n;
    uint64_t entry[8];
};

static enum vota_status see_row(void *context, uint64_t entry,
                                const struct vota_store_record *record)
{
    struct rows *rows = context;
    (void)record;
    rows->entry[rows->n++] = entry;
    return VOTA_OK;
}

/* Two batches on the old network, entries 5 and 6, then a successor that carries on after `last`.
 */
static int64_t succeed(struct fixture *f, uint64_t last)
{
    bind(f, f->network, 1, 0);
    for (uint64_t i = 0; i < 2; i++) {
        add_record(f, f->all, i == 0 ? "r1" : "r2", 1 + i, 1 + i);
        mine(f, seal(f).operation, 5 + i);
    }
    const int64_t next = join(f, "next", f->network);
    bind(f, next, 2, last);
    OK(vota_store_line_move(f->store, next, 50, NULL));
    return next;
}

static void a_line_goes_on_on_its_successor(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t next = succeed(&f, 7);
    struct vota_store_network primary;
    OK(vota_store_line_primary(&primary, f.store, f.network, NULL));
    assert_int_equal(primary.id, next);
    assert_int_equal(primary.line, f.network);
    assert_int_equal(primary.predecessor, f.network);
    assert_string_equal(kinds_of(&f, next).text, ""); /* all was carried over */
    add_record(&f, f.all, "r3", 3, 3);
    const struct vota_store_batch batch = seal(&f);
    assert_int_equal(kinds_of(&f, next).id[0], batch.operation);
    mine(&f, batch.operation, 8);
    struct rows rows = {.n = 0};
    OK(vota_store_batch_register_records(f.store, f.all, next, see_row, &rows, NULL));
    assert_int_equal(rows.n, 3);
    assert_int_equal(rows.entry[0], 5);
    assert_int_equal(rows.entry[2], 8);
    rows.n = 0;
    OK(vota_store_batch_register_records(f.store, f.all, f.network, see_row, &rows, NULL));
    assert_int_equal(rows.n, 2);
    commit(&f);
    fixture_close(&f);
}

static void what_the_successor_does_not_carry_on_is_sent_again(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t next = succeed(&f, 5); /* entry 6 was never proven */
    const struct kinds again = kinds_of(&f, next);
    assert_string_equal(again.text, "b");
    struct rows rows = {.n = 0};
    OK(vota_store_batch_register_records(f.store, f.all, next, see_row, &rows, NULL));
    assert_int_equal(rows.n, 1);
    struct vota_store_anchored anchored[2];
    size_t n = 9;
    OK(vota_store_line_anchored(anchored, &n, 2, f.store, 2, NULL));
    assert_int_equal(n, 0);
    mine(&f, again.id[0], 6);
    OK(vota_store_line_anchored(anchored, &n, 2, f.store, 2, NULL));
    assert_int_equal(n, 1);
    assert_int_equal(anchored[0].network, next);
    rows.n = 0;
    OK(vota_store_batch_register_records(f.store, f.all, next, see_row, &rows, NULL));
    assert_int_equal(rows.n, 2);
    assert_int_equal(rows.entry[1], 6);
    commit(&f);
    fixture_close(&f);
}

static void a_line_moves_once_and_only_to_its_successor(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    bind(&f, f.network, 1, 0);
    const int64_t second = join(&f, "second", 0);
    bind(&f, second, 2, 0);
    FAILS(vota_store_line_move(f.store, second, 1, &err), VOTA_CONFLICT, "bad-move");
    const int64_t next = join(&f, "next", f.network);
    FAILS(vota_store_line_move(f.store, next, 1, &err), VOTA_CONFLICT, "bad-move");
    bind(&f, next, 3, 4);
    const int64_t other = join(&f, "other", f.network); /* prepared as well, by mistake */
    bind(&f, other, 4, 4);
    OK(vota_store_line_move(f.store, next, 1, NULL));
    FAILS(vota_store_line_move(f.store, next, 1, &err), VOTA_CONFLICT, "bad-move");
    FAILS(vota_store_line_move(f.store, other, 1, &err), VOTA_CONFLICT, "bad-move");
    int64_t id = 0;
    FAILS(vota_store_line_join(&id, f.store, "other", f.network, next, &err), VOTA_CONFLICT,
          "not-unique");
    vota_store_rollback(f.store);
    fixture_close(&f);
}

/* ---- a store made before there were lines ---- */

static char *read_schema(void)
{
    FILE *file = fopen(VOTA_SOURCE_DIR "/bridge/store/schema/1.sql", "rb");
    assert_non_null(file);
    char *text = calloc(1, 65536);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, file) > 1000);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void make_version_1(const struct fixture *f)
{
    static const char rows[] =
        "PRAGMA application_id = 1448039489; PRAGMA user_version = 1;"
        "INSERT INTO network (name, chain_id, genesis_block) VALUES ('dev', 31337, zeroblob(32)),"
        " ('hoodi', 560048, zeroblob(32));"
        "INSERT INTO register (network_id, hash, slug, revision, opens_at, closes_at, counts_until,"
        " results_by, anchor_within, opened_entry, definition) VALUES (1, zeroblob(32), 'old',"
        " 'all', 60, 600, 1200, 1200, 300, 1, x'7b7d');"
        "INSERT INTO batch (network_id, sealed_at, root, count) VALUES (1, 5, zeroblob(32), 1);"
        "INSERT INTO operation (network_id, kind, batch_id, arguments, created_at, state)"
        " VALUES (1, 'batch', 1, x'', 5, 'queued');";
    sqlite3 *db = NULL;
    char *schema = read_schema();
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    free(schema);
}

static void an_older_store_goes_on(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    vota_store_free(f.store);
    assert_int_equal(unlink(f.path), 0);
    make_version_1(&f);
    OK(vota_store_open(&f.store, f.path, 0, NULL));
    struct vota_store_network network;
    OK(vota_store_line_find(&network, f.store, 560048, NULL));
    assert_int_equal(network.role, VOTA_NETWORK_PRIMARY); /* each began a line of its own */
    assert_int_equal(network.line, 2);
    OK(vota_store_line_primary(&network, f.store, 1, NULL));
    assert_string_equal(network.name, "dev");
    struct vota_store_batch batch;
    OK(vota_store_batch_get(&batch, f.store, 1, NULL));
    assert_int_equal(batch.operation, 1);
    f.network = 1;
    begin(&f);
    mine(&f, 1, 3);
    commit(&f);
    OK(vota_store_batch_get(&batch, f.store, 1, NULL));
    assert_int_equal(batch.entry, 3);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_queued_on_both_networks),
        cmocka_unit_test(a_network_without_a_contract_is_queued_on_later),
        cmocka_unit_test(only_the_primarys_entry_opens_a_register),
        cmocka_unit_test(a_batch_is_anchored_on_each_network_by_its_own_entry),
        cmocka_unit_test(a_line_goes_on_on_its_successor),
        cmocka_unit_test(what_the_successor_does_not_carry_on_is_sent_again),
        cmocka_unit_test(a_line_moves_once_and_only_to_its_successor),
        cmocka_unit_test(an_older_store_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
