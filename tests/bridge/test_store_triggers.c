/* SPDX-License-Identifier: Apache-2.0 */
/* The schema refuses each forbidden change, whoever asks: bridge/store/schema/1.sql. */
#include <sqlite3.h>

#include "tests/bridge/store_fixture.h"

static int64_t queue_register(struct fixture *f, int64_t reg)
{
    const struct vota_store_operation operation = {
        .network = f->network, .kind = VOTA_OP_REGISTER, .reg = reg, .created_at = 1};
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f->store, &operation, NULL));
    return id;
}

static void sign(struct fixture *f, int64_t operation, uint64_t nonce)
{
    const struct vota_store_assign assign = assign_of(1);
    const struct vota_store_attempt attempt = attempt_of(operation, nonce, 10);
    struct vota_store_attempt stored;
    OK(vota_store_outbox_sign(&stored, f->store, &assign, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, stored.id, 610, NULL));
}

/*
 * One of everything: records 1, 2 sealed in batch 1, 3 pending, 4 erased and
 * pending; operation 1 (batch) final, 2 sent, 3 queued; entry 1 final, 2 not.
 */
static void populate(struct fixture *f)
{
    begin(f);
    OK(vota_store_network_bind(f->store, f->network, 31337, &(vota_hash){{1}}, NULL));
    const struct vota_store_deployment deployment = {
        .genesis = {.chain_id = 31337, .contract = addr_of(1)}};
    OK(vota_store_network_set_contract(f->store, f->network, &deployment, NULL));
    OK(vota_store_network_set_deployed(f->store, f->network, 1, 1, &(vota_hash){{0}}, NULL));
    add_record(f, f->first, "r1", 1, 1);
    add_record(f, f->first, "r2", 2, 2);
    const struct vota_store_batch batch = seal(f);
    add_record(f, f->first, "r3", 3, 3);
    add_record(f, f->first, "r4", 4, 4);
    sign(f, batch.operation, 1);
    const vota_hash tx_hash = attempt_of(batch.operation, 1, 10).tx_hash;
    const struct vota_store_mined mined = mined_of(1, &tx_hash);
    OK(vota_store_outbox_mined(f->store, batch.operation, &mined, NULL));
    OK(vota_store_outbox_final(f->store, batch.operation, NULL));
    sign(f, queue_register(f, f->last), 2);
    (void)queue_register(f, f->all);
    struct vota_store_entry entry = {.entry = {.kind = 2, .number = 1}, .final = true};
    OK(vota_store_journal_add(f->store, f->network, &entry, NULL));
    entry = (struct vota_store_entry){.entry = {.kind = 2, .number = 2}};
    OK(vota_store_journal_add(f->store, f->network, &entry, NULL));
    const struct vota_store_evidence evidence = {.block = 5, .header = slice_of("header")};
    OK(vota_store_journal_keep(f->store, f->network, &evidence, NULL));
    OK(vota_store_register_set_closed(f->store, f->first, 700, NULL));
    commit(f);
}

struct change {
    const char *sql;
    const char *reason; /* NULL: allowed */
};

static const struct change changes[] = {
    {"UPDATE network SET chain_id = 1", "network-bound"},
    {"UPDATE network SET genesis_block = zeroblob(32)", "network-bound"},
    {"UPDATE network SET name = 'mainnet'", "network-bound"},
    {"UPDATE network SET contract = zeroblob(20)", "contract-bound"},
    {"UPDATE network SET salt = x'" /* 32 bytes */
     "1111111111111111111111111111111111111111111111111111111111111111'",
     "contract-bound"},
    {"UPDATE network SET deploy_block = 7", "deployment-final"},
    {"DELETE FROM network", "network-kept"},

    {"UPDATE register SET definition = x'00' WHERE id = 1", "register-fixed"},
    {"UPDATE register SET counts_until = counts_until + 1", "register-fixed"},
    {"UPDATE register SET revision = 'all' WHERE id = 1", "register-fixed"},
    {"UPDATE register SET opened_entry = 9", NULL},
    {"UPDATE register SET closed_at = NULL WHERE id = 1", "register-closed"},
    {"UPDATE register SET closed_at = 701 WHERE id = 1", "register-closed"},
    {"UPDATE register SET closed_at = 701 WHERE id = 2", NULL},
    {"DELETE FROM register", "register-kept"},

    {"UPDATE record SET content = x'7b7d' WHERE id = 1", "record-fixed"},
    {"UPDATE record SET tag = zeroblob(32) WHERE id = 3", "record-fixed"},
    {"UPDATE record SET once = NULL WHERE id = 3", "record-fixed"},
    {"UPDATE record SET accepted_at = 0, city_salt = NULL, citizen_salt = NULL, content = NULL",
     "record-fixed"},
    {"UPDATE record SET content = NULL WHERE id = 4", "record-fixed"},
    {"UPDATE record SET city_salt = NULL, citizen_salt = NULL, content = NULL WHERE id = 4", NULL},
    {"UPDATE record SET city_salt = zeroblob(32), citizen_salt = zeroblob(32), content = x'7b7d'"
     " WHERE id = 4",
     "record-fixed"},
    {"DELETE FROM record WHERE id = 3", "record-kept"},
    {"DELETE FROM pending WHERE record_id = 3", "not-sealed"},
    {"UPDATE pending SET anchor_by = 9", "pending-fixed"},

    {"UPDATE batch SET root = zeroblob(32)", "batch-sealed"},
    {"UPDATE batch SET count = 3", "batch-sealed"},
    {"DELETE FROM batch", "batch-kept"},
    {"UPDATE leaf SET position = 5 WHERE position = 1", "batch-sealed"},
    {"DELETE FROM leaf WHERE position = 1", "batch-sealed"},
    {"INSERT INTO leaf VALUES (1, 2, 3, zeroblob(32))", "batch-sealed"},
    {"UPDATE place SET position = 5 WHERE record_id = 1", "batch-sealed"},
    {"DELETE FROM place WHERE record_id = 1", "batch-sealed"},
    {"INSERT INTO place VALUES (1, 1, 0)", "UNIQUE constraint failed"},
    {"INSERT INTO place VALUES (99, 1, 0)", "FOREIGN KEY constraint failed"},

    {"UPDATE operation SET state = 'sent' WHERE id = 1", "operation-final"},
    {"UPDATE operation SET gas_used = 1 WHERE id = 1", "operation-final"},
    {"UPDATE operation SET calldata = x'00' WHERE id = 2", "signed-fixed"},
    {"UPDATE operation SET parent = zeroblob(32) WHERE id = 2", "signed-fixed"},
    {"UPDATE operation SET nonce = 3 WHERE id = 2", "signed-fixed"},
    {"UPDATE operation SET sender = zeroblob(20) WHERE id = 2", "signed-fixed"},
    {"UPDATE operation SET round = 2, state = 'queued', nonce = NULL, sender = NULL,"
     " parent = NULL, calldata = NULL WHERE id = 2",
     "round-open"},
    {"UPDATE operation SET round = 1, state = 'queued', nonce = NULL, sender = NULL,"
     " parent = NULL, calldata = NULL WHERE id = 2",
     "round-open"}, /* its attempt is still out there */
    {"UPDATE operation SET state = 'queued', nonce = NULL, sender = NULL, parent = NULL,"
     " calldata = NULL WHERE id = 2",
     "signed-fixed"},
    {"UPDATE operation SET kind = 'result' WHERE id = 3", "operation-fixed"},
    {"UPDATE operation SET arguments = x'01' WHERE id = 3", "operation-fixed"},
    {"UPDATE operation SET state = 'sent' WHERE id = 3", "bad-move"},
    {"UPDATE operation SET state = 'halted', reason = 'x' WHERE id = 3", "bad-move"},
    {"UPDATE operation SET state = 'signed', nonce = 9, parent = zeroblob(32), calldata = x'00',"
     " sender = (SELECT sender FROM operation WHERE id = 2) WHERE id = 3",
     "another-in-flight"},
    {"INSERT INTO operation (network_id, kind, arguments, created_at, state, sender, nonce, parent,"
     " calldata) VALUES (1, 'deploy', x'', 1, 'sent', zeroblob(20), 9, zeroblob(32), x'')",
     "bad-move"},
    {"DELETE FROM operation WHERE id = 3", "operation-kept"},

    {"UPDATE attempt SET raw = x'00'", "signed-fixed"},
    {"UPDATE attempt SET max_fee = 1", "signed-fixed"},
    {"UPDATE attempt SET settled_at = 1 WHERE id = 2", "cost-fixed"}, /* in no block */
    {"UPDATE attempt SET settled_at = settled_at + 1 WHERE id = 1", "cost-fixed"},
    {"UPDATE attempt SET state = 'replaced' WHERE id = 1", "cost-fixed"},
    {"UPDATE attempt SET state = 'signed' WHERE id = 2", "bad-move"},
    {"UPDATE attempt SET state = 'dropped' WHERE id = 2", NULL},
    {"UPDATE attempt SET state = 'sent' WHERE id = 2", "bad-move"},
    {"DELETE FROM attempt", "signed-fixed"},
    {"INSERT INTO attempt (operation_id, round, number, nonce, tx_hash, max_fee, tip, gas_limit,"
     " block, at_cap, created_at, state, raw) VALUES (3, 0, 1, 9, zeroblob(32), 1, 1, 1, 1, 0, 1,"
     " 'signed', x'00')",
     "bad-attempt"},

    {"UPDATE entry SET head = zeroblob(32), final = 0 WHERE number = 1", "entry-final"},
    {"DELETE FROM entry WHERE number = 1", "entry-final"},
    {"UPDATE entry SET block = 7 WHERE number = 2", "entry-exists"},
    {"DELETE FROM entry WHERE number = 2", NULL},
    {"UPDATE evidence SET header = x'00'", "evidence-exists"},
    {"DELETE FROM evidence", "evidence-exists"},

    /* CHECKs, STRICT types and foreign keys answer with SQLite's own words. */
    {"UPDATE operation SET state = 'lost' WHERE id = 3", "bad-move"},
    {"INSERT INTO network (name, chain_id) VALUES ('x', 1)", "CHECK constraint failed"},
    {"INSERT INTO batch VALUES (9, 1, 1, zeroblob(31), 1)", "CHECK constraint failed"},
    {"INSERT INTO batch VALUES (9, 1, 1, zeroblob(32), 0)", "CHECK constraint failed"},
    {"INSERT INTO batch VALUES (9, 1, 'noon', zeroblob(32), 1)", "cannot store TEXT value"},
    {"INSERT INTO batch VALUES (9, 99, 1, zeroblob(32), 1)", "FOREIGN KEY constraint failed"},
    {"INSERT INTO pending VALUES (99, 1, 1)", "FOREIGN KEY constraint failed"},
};

static void each_forbidden_change_is_refused_by_name(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    populate(&f);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i];
        const int code = sqlite3_exec(db, change->sql, NULL, NULL, NULL);
        const char *const message = sqlite3_errmsg(db);
        if (change->reason == NULL && code != SQLITE_OK)
            fail_msg("%s: refused: %s", change->sql, message);
        if (change->reason != NULL &&
            (code != SQLITE_CONSTRAINT || strstr(message, change->reason) == NULL))
            fail_msg("%s: %d %s", change->sql, code, message);
        if (change->reason == NULL)
            assert_true(sqlite3_changes(db) > 0);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    fixture_close(&f);
}

/* A change that finds no row fires no trigger: every statement above must concern rows that exist.
 */
static void the_table_of_changes_is_not_idle(void **state)
{
    (void)state;
    size_t refused = 0;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        refused += changes[i].reason != NULL;
    assert_true(refused >= 55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_forbidden_change_is_refused_by_name),
        cmocka_unit_test(the_table_of_changes_is_not_idle),
    };
    return RUN_TESTS(tests);
}
