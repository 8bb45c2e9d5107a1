/* SPDX-License-Identifier: Apache-2.0 */
/* What transactions cost and what those under way may: store_spend.c and its triggers. */
#include "bridge/store/store_spend.h"

#include <sqlite3.h>

#include "bridge/store/schema_sql.h"
#include "tests/bridge/store_fixture.h"

#define GAS UINT64_C(100000)

static int64_t queue(struct fixture *f, enum vota_op_kind kind)
{
    const struct vota_store_operation operation = {
        .network = f->network, .kind = kind, .arguments = slice_of(""), .created_at = 11};
    int64_t id = 0;
    OK(vota_store_outbox_queue(&id, f->store, &operation, NULL));
    return id;
}

/* An attempt of GAS gas at `fee` wei, tip 2. */
static struct vota_store_attempt sign(struct fixture *f, int64_t operation, uint64_t nonce,
                                      uint64_t fee, bool first)
{
    const struct vota_store_assign assign = assign_of(3);
    struct vota_store_attempt attempt = attempt_of(operation, nonce, fee);
    attempt.gas_limit = GAS;
    attempt.tip = 2;
    struct vota_store_attempt stored;
    OK(vota_store_outbox_sign(&stored, f->store, first ? &assign : NULL, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, stored.id, 620, NULL));
    return stored;
}

static struct vota_store_mined mined_at(uint64_t number, uint64_t time, const vota_hash *tx_hash)
{
    struct vota_store_mined mined = mined_of(number, tx_hash);
    mined.entry.time = time;
    return mined;
}

static struct vota_store_spent spent(struct fixture *f, unsigned kinds, uint64_t since,
                                     int64_t except)
{
    const struct vota_store_spend_question question = {f->network, kinds, since, except};
    struct vota_store_spent sum;
    OK(vota_store_spend_sum(&sum, f->store, &question, NULL));
    return sum;
}

#define assert_spent(kinds, since, expected_paid, expected_open)                                   \
    do {                                                                                           \
        const struct vota_store_spent sum = spent(&f, kinds, since, 0);                            \
        assert_int_equal(sum.paid, expected_paid);                                                 \
        assert_int_equal(sum.open, expected_open);                                                 \
    } while (0)

#define ALL (~0u)

static void what_is_under_way_counts_with_the_dearest_attempt(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    assert_spent(ALL, 0, 0, 0);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    assert_spent(ALL, 0, 0, 0);
    (void)sign(&f, id, 4, 10, true);
    assert_spent(ALL, 0, 0, GAS * 10);
    (void)sign(&f, id, 4, 12, false);
    assert_spent(ALL, 0, 0, GAS * 12);
    /* A cancelling attempt needs less gas: the dearer one may still be the one that is mined. */
    struct vota_store_attempt cancel = attempt_of(id, 4, 14);
    cancel.cancels = true;
    OK(vota_store_outbox_sign(&cancel, f.store, NULL, &cancel, NULL));
    assert_spent(ALL, 0, 0, GAS * 12);
    assert_spent(ALL, UINT32_MAX, 0, GAS * 12); /* however long ago it was signed */
    assert_int_equal(spent(&f, ALL, 0, id).open, 0);
    assert_spent(VOTA_SPEND_OWNER, 0, 0, GAS * 12);
    assert_spent(VOTA_SPEND_ANCHORER, 0, 0, 0);
    OK(vota_store_outbox_halt(f.store, id, "reason", NULL));
    assert_spent(ALL, 0, 0, GAS * 12);
    commit(&f);
    fixture_close(&f);
}

static void a_mined_entry_counts_with_what_it_cost(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    const struct vota_store_attempt old = sign(&f, id, 4, 10, true);
    const struct vota_store_attempt newest = sign(&f, id, 4, 12, false);
    struct vota_store_mined mined = mined_at(8, 700, &old.tx_hash);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    assert_spent(ALL, 699, 35000 * 3, 0);
    assert_spent(ALL, 700, 0, 0); /* after, not at */
    /* Included again elsewhere, by the other attempt. */
    mined = mined_at(8, 720, &newest.tx_hash);
    mined.effective_price = 5;
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    assert_spent(ALL, 710, 35000 * 5, 0);
    /* Reorganised away: it may be mined once more. */
    OK(vota_store_outbox_unmined(f.store, id, NULL));
    assert_spent(ALL, 0, 0, GAS * 12);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    OK(vota_store_outbox_final(f.store, id, NULL));
    assert_spent(ALL, 0, 35000 * 5, 0);
    commit(&f);
    fixture_close(&f);
}

static void a_reverted_call_is_paid_for_as_well(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    (void)sign(&f, id, 4, 10, true);
    const struct vota_store_attempt second = sign(&f, id, 4, 12, false);
    const struct vota_store_cost cost = {second.tx_hash, GAS, 7, 640};
    OK(vota_store_spend_settle(f.store, id, &cost, NULL));
    OK(vota_store_outbox_requeue(f.store, id, &second.tx_hash, NULL));
    assert_spent(ALL, 0, GAS * 7, 0);
    uint64_t gas = 0;
    OK(vota_store_spend_ran_out(&gas, f.store, id, NULL));
    assert_int_equal(gas, GAS);
    /* The next round is on top of it. */
    const struct vota_store_attempt third = sign(&f, id, 5, 10, true);
    assert_spent(ALL, 0, GAS * 7, GAS * 10);
    const struct vota_store_mined mined = mined_at(8, 700, &third.tx_hash);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    assert_spent(ALL, 0, GAS * 7 + 105000, 0);
    assert_spent(ALL, 640, 35000 * 3, 0);
    OK(vota_store_spend_ran_out(&gas, f.store, id, NULL));
    assert_int_equal(gas, GAS);
    commit(&f);
    fixture_close(&f);
}

/* A halt whose transaction is known to have reverted: paid, no longer open; a person goes on. */
static void a_halted_operation_counts_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    const struct vota_store_attempt first = sign(&f, id, 4, 10, true);
    (void)sign(&f, id, 4, 12, false);
    const struct vota_store_cost cost = {first.tx_hash, 40000, 7, 640};
    OK(vota_store_spend_settle(f.store, id, &cost, NULL));
    assert_spent(ALL, 0, 40000 * 7, 0);
    OK(vota_store_outbox_halt(f.store, id, "reverted", NULL));
    assert_spent(ALL, 0, 40000 * 7, 0);
    OK(vota_store_outbox_requeue(f.store, id, NULL, NULL));
    assert_spent(ALL, 0, 40000 * 7, 0);
    uint64_t gas = 1;
    OK(vota_store_spend_ran_out(&gas, f.store, id, NULL));
    assert_int_equal(gas, 0);
    commit(&f);
    fixture_close(&f);
}

static void no_fault(void *context, const char *code, const char *detail)
{
    (void)context;
    fail_msg("%s %s", code, detail);
}

/* An older store, put back: its call was cancelled, and the entry came by one that it forgot. */
static void what_was_paid_stays_paid_when_a_forgotten_call_wrote_the_entry(void **state)
{
    (void)state;
    const vota_hash forgotten = hash_of(99);
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    const struct vota_store_attempt cancelled = sign(&f, id, 4, 10, true);
    const struct vota_store_cost cost = {cancelled.tx_hash, 40000, 7, 640};
    OK(vota_store_spend_settle(f.store, id, &cost, NULL));
    OK(vota_store_outbox_halt(f.store, id, "cancelled", NULL));
    const struct vota_store_mined mined = mined_at(8, 700, &forgotten);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    assert_spent(ALL, 0, 40000 * 7, 0);
    OK(vota_store_check(f.store, no_fault, NULL, NULL));
    commit(&f);
    fixture_close(&f);
}

/* A receipt is a provider's word: what cannot be true counts as the worst. */
static void an_impossible_cost_counts_as_the_worst_case(void **state)
{
    (void)state;
    static const struct {
        uint64_t gas_used, price;
        uint64_t wei;
    } cases[] = {{35000, 3, 105000},
                 {GAS, 12, GAS * 12},
                 {21000, 2, 42000},
                 {0, 0, GAS * 12},
                 {0, 3, GAS * 12},
                 {35000, 0, GAS * 12},
                 {35000, 1, GAS * 12},      /* under its tip */
                 {20999, 3, GAS * 12},      /* less gas than any transaction */
                 {GAS + 1, 3, GAS * 12},    /* more than its limit */
                 {35000, 13, GAS * 12},     /* over its max fee */
                 {UINT64_MAX, 3, GAS * 12}, /* nothing that fits a column */
                 {35000, UINT64_MAX, GAS * 12}};
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int64_t id = queue(&f, VOTA_OP_KEY);
        const struct vota_store_attempt attempt = sign(&f, id, 4 + i, 12, true);
        const struct vota_store_cost cost = {attempt.tx_hash, cases[i].gas_used, cases[i].price,
                                             1000 * (i + 1)};
        OK(vota_store_spend_settle(f.store, id, &cost, NULL));
        OK(vota_store_outbox_requeue(f.store, id, &attempt.tx_hash, NULL));
        assert_spent(ALL, 1000 * (i + 1) - 1, cases[i].wei, 0);
    }
    commit(&f);
    fixture_close(&f);
}

/* Proven to be there, but no provider finds its transaction. */
static void an_entry_without_a_known_transaction_counts_too(void **state)
{
    (void)state;
    const vota_hash none = {{0}};
    const vota_hash other = hash_of(99);
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    (void)sign(&f, id, 4, 10, true);
    (void)sign(&f, id, 4, 12, false);
    struct vota_store_mined mined = mined_at(8, 700, &none);
    mined.gas_used = mined.effective_price = 0;
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    assert_spent(ALL, 0, GAS * 12, 0);
    assert_spent(ALL, 700, 0, 0);
    mined = mined_at(8, 700, &other);
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    assert_spent(ALL, 0, 35000 * 3, 0);
    OK(vota_store_outbox_final(f.store, id, NULL));
    assert_spent(ALL, 0, 35000 * 3, 0);
    /* From the chain alone, as after a lost store: what the operation says. */
    const int64_t rebuilt = queue(&f, VOTA_OP_KEY);
    mined = mined_at(9, 800, &none);
    OK(vota_store_outbox_mined(f.store, rebuilt, &mined, NULL));
    assert_spent(ALL, 750, 35000 * 3, 0);
    commit(&f);
    fixture_close(&f);
}

static void sums_saturate(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    struct vota_store_attempt attempt = attempt_of(id, 4, INT64_MAX);
    attempt.gas_limit = INT64_MAX;
    const struct vota_store_assign assign = assign_of(3);
    OK(vota_store_outbox_sign(&attempt, f.store, &assign, &attempt, NULL));
    assert_true(spent(&f, ALL, 0, 0).open == UINT64_MAX);
    const struct vota_store_cost cost = {attempt.tx_hash, 0, 0, 640};
    OK(vota_store_spend_settle(f.store, id, &cost, NULL));
    OK(vota_store_outbox_requeue(f.store, id, &attempt.tx_hash, NULL));
    const int64_t second = queue(&f, VOTA_OP_KEY);
    const struct vota_store_attempt more = sign(&f, second, 5, 12, true);
    const struct vota_store_mined mined = mined_at(8, 700, &more.tx_hash);
    OK(vota_store_outbox_mined(f.store, second, &mined, NULL));
    assert_true(spent(&f, ALL, 0, 0).paid == UINT64_MAX);
    commit(&f);
    fixture_close(&f);
}

/* Straight SQL against the triggers: what a cost may never do. */
static void costs_are_only_of_what_is_in_a_block_and_final_with_it(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t id = queue(&f, VOTA_OP_KEY);
    const struct vota_store_attempt old = sign(&f, id, 4, 10, true);
    const struct vota_store_attempt newest = sign(&f, id, 4, 12, false);
    commit(&f);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
#define REFUSED(sql) assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_CONSTRAINT)
#define TAKEN(sql)   assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK)
    REFUSED("UPDATE attempt SET settled_at = 640 WHERE number = 1"); /* sent, not mined */
    REFUSED("UPDATE attempt SET gas_used = 21000, effective_price = 2 WHERE number = 1");
    TAKEN("UPDATE attempt SET state = 'mined', settled_at = 640 WHERE number = 1");
    REFUSED("UPDATE attempt SET state = 'mined', settled_at = 640 WHERE number = 2"); /* twice */
    REFUSED("UPDATE attempt SET gas_used = 21000 WHERE number = 1");
    REFUSED("UPDATE attempt SET gas_used = 100001, effective_price = 2 WHERE number = 1");
    REFUSED("UPDATE attempt SET gas_used = 21000, effective_price = 11 WHERE number = 1");
    REFUSED("UPDATE attempt SET state = 'sent' WHERE number = 1");
    TAKEN("UPDATE attempt SET gas_used = 21000, effective_price = 2 WHERE number = 1");
    TAKEN("UPDATE attempt SET gas_used = 0, effective_price = 0, settled_at = NULL");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);

    begin(&f);
    struct vota_store_mined mined = mined_at(8, 700, &old.tx_hash);
    mined.gas_used = 0;
    OK(vota_store_outbox_mined(f.store, id, &mined, NULL));
    OK(vota_store_outbox_final(f.store, id, NULL));
    commit(&f);
    assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
    REFUSED("UPDATE attempt SET settled_at = 701 WHERE number = 1");
    REFUSED("UPDATE attempt SET settled_at = NULL WHERE number = 1");
    TAKEN(
        "UPDATE attempt SET gas_used = 21000, effective_price = 2 WHERE number = 1"); /* learned */
    REFUSED("UPDATE attempt SET gas_used = 22000 WHERE number = 1");
    REFUSED("UPDATE attempt SET gas_used = 0, effective_price = 0 WHERE number = 1");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(newest.number, 2);
    fixture_close(&f);
}

static void note_code(void *context, const char *code, const char *detail)
{
    char *codes = context;
    const size_t len = strlen(codes);
    (void)snprintf(codes + len, 256 - len, "%s %s;", code, detail);
}

static void a_check_finds_costs_that_are_missing_or_differ(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    const int64_t first = queue(&f, VOTA_OP_KEY);
    const struct vota_store_attempt lost = sign(&f, first, 4, 10, true);
    OK(vota_store_outbox_requeue(f.store, first, &lost.tx_hash, NULL)); /* and not settled */
    const int64_t second = queue(&f, VOTA_OP_KEY);
    const struct vota_store_attempt paid = sign(&f, second, 5, 10, true);
    const struct vota_store_mined mined = mined_at(8, 700, &paid.tx_hash);
    OK(vota_store_outbox_mined(f.store, second, &mined, NULL));
    commit(&f);
    char codes[256] = "";
    OK(vota_store_check(f.store, note_code, codes, NULL));
    assert_string_equal(codes, "cost-missing 1;");
    begin(&f);
    const struct vota_store_cost other = {paid.tx_hash, 35000, 4, 700};
    OK(vota_store_spend_settle(f.store, second, &other, NULL));
    commit(&f);
    codes[0] = '\0';
    OK(vota_store_check(f.store, note_code, codes, NULL));
    assert_string_equal(codes, "cost-missing 1;cost-differs 2;");
    fixture_close(&f);
}

#define HASH(digits) "x'" digits digits digits digits digits digits digits digits "'"

/* What version 1 wrote: one entry mined at the second attempt, one call reverted. */
static const char version_1_rows[] =
    "INSERT INTO network (id, name) VALUES (1, 'dev');"
    "INSERT INTO operation (id, network_id, kind, arguments, created_at, state)"
    " VALUES (1, 1, 'key', x'', 1, 'queued'), (2, 1, 'key', x'', 1, 'queued');"
    "UPDATE operation SET state = 'signed', sender = zeroblob(20), nonce = 4, parent ="
    " zeroblob(32), calldata = x'01' WHERE id = 1;"
    "INSERT INTO attempt VALUES"
    " (1, 1, 0, 1, 4, " HASH(
        "00000001") ", 10, 1, 60000, 9, 0, 600, NULL, 'signed', x'01'),"
                    " (2, 1, 0, 2, 4, " HASH(
                        "00000002") ", 12, 2, 60000, 9, 0, 610, NULL, 'signed', x'02');"
                                    "UPDATE attempt SET state = 'mined', sent_at = 611 WHERE id = "
                                    "2;"
                                    "UPDATE attempt SET state = 'replaced' WHERE id = 1;"
                                    "UPDATE operation SET state = 'mined', entry_number = 1, "
                                    "entry_block = 9, entry_time = 700,"
                                    " a = zeroblob(32), b = zeroblob(32), c = zeroblob(32), head = "
                                    "zeroblob(32), tx_hash = " HASH(
                                        "00000002") ", block_hash = zeroblob(32), gas_used = "
                                                    "35000, effective_price = 11"
                                                    " WHERE id = 1;"
                                                    "UPDATE operation SET state = 'final' WHERE id "
                                                    "= 1;"
                                                    "UPDATE operation SET state = 'signed', sender "
                                                    "= zeroblob(20), nonce = 5, parent ="
                                                    " zeroblob(32), calldata = x'01' WHERE id = 2;"
                                                    "INSERT INTO attempt VALUES"
                                                    " (3, 2, 0, 1, 5, " HASH(
                                                        "00000003") ", 10, 1, 60000, 9, 0, 800, "
                                                                    "NULL, 'signed', x'03');"
                                                                    "UPDATE attempt SET state = "
                                                                    "'mined', sent_at = 801 WHERE "
                                                                    "id = 3;"
                                                                    "UPDATE operation SET state = "
                                                                    "'queued', round = 1, sender = "
                                                                    "NULL, nonce = NULL,"
                                                                    " parent = NULL, calldata = "
                                                                    "NULL WHERE id = 2;";

static void what_version_1_paid_is_carried_over(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    vota_store_free(f.store);
    assert_int_equal(unlink(f.path), 0);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
    TAKEN("PRAGMA application_id = 1448039489");
    TAKEN(vota_schema_sql[0]);
    TAKEN("PRAGMA user_version = 1");
    if (sqlite3_exec(db, version_1_rows, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);

    OK(vota_store_open(&f.store, f.path, 0, NULL));
    f.network = 1;
    assert_spent(ALL, 0, 35000 * 11 + 60000 * 10, 0); /* the reverted one at its most */
    assert_spent(ALL, 699, 35000 * 11 + 60000 * 10, 0);
    assert_spent(ALL, 700, 60000 * 10, 0);
    char codes[256] = "";
    OK(vota_store_check(f.store, note_code, codes, NULL));
    assert_string_equal(codes, "");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_under_way_counts_with_the_dearest_attempt),
        cmocka_unit_test(a_mined_entry_counts_with_what_it_cost),
        cmocka_unit_test(a_reverted_call_is_paid_for_as_well),
        cmocka_unit_test(a_halted_operation_counts_once),
        cmocka_unit_test(what_was_paid_stays_paid_when_a_forgotten_call_wrote_the_entry),
        cmocka_unit_test(an_impossible_cost_counts_as_the_worst_case),
        cmocka_unit_test(an_entry_without_a_known_transaction_counts_too),
        cmocka_unit_test(sums_saturate),
        cmocka_unit_test(a_check_finds_costs_that_are_missing_or_differ),
        cmocka_unit_test(what_version_1_paid_is_carried_over),
        cmocka_unit_test(costs_are_only_of_what_is_in_a_block_and_final_with_it),
    };
    return RUN_TESTS(tests);
}
