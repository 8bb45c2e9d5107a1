/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, versions, transactions, faults: bridge/store/store.c, schema.c, db.c, fault.c. */
#include <sqlite3.h>
#include <sys/wait.h>

#include "bridge/store/db.h"
#include "tests/bridge/store_fixture.h"

static void a_new_store_is_made_only_when_asked_for_and_only_for_us(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct stat about;
    assert_int_equal(stat(f.path, &about), 0);
    assert_int_equal(about.st_mode & 0137, 0); /* 0640 at most */
    char missing[128];
    (void)snprintf(missing, sizeof missing, "%s/none.db", f.dir);
    struct vota_store *store = NULL;
    FAILS(vota_store_open(&store, missing, 0, &err), VOTA_NOT_FOUND, "no-store");
    assert_null(store);
    assert_int_not_equal(access(missing, F_OK), 0);
    fixture_close(&f);
}

static void a_store_keeps_its_name_over_reopening(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    char before[64];
    char after[64];
    OK(vota_store_meta_get(before, sizeof before, f.store, "store_id", NULL));
    assert_int_equal(strlen(before), 32);
    vota_store_free(f.store);
    OK(vota_store_open(&f.store, f.path, 0, NULL));
    OK(vota_store_meta_get(after, sizeof after, f.store, "store_id", NULL));
    assert_string_equal(before, after);
    fixture_close(&f);
}

static void small_facts_are_set_replaced_and_missed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    char value[8];
    FAILS(vota_store_meta_get(value, sizeof value, f.store, "last_cast", &err), VOTA_NOT_FOUND,
          "not-found");
    begin(&f);
    OK(vota_store_meta_set(f.store, "last_cast", "1", NULL));
    OK(vota_store_meta_set(f.store, "last_cast", "12345678", NULL));
    commit(&f);
    FAILS(vota_store_meta_get(value, sizeof value, f.store, "last_cast", &err), VOTA_LIMIT,
          "too-large");
    begin(&f);
    OK(vota_store_meta_set(f.store, "last_cast", "1234567", NULL));
    commit(&f);
    OK(vota_store_meta_get(value, sizeof value, f.store, "last_cast", NULL));
    assert_string_equal(value, "1234567");
    fixture_close(&f);
}

static void rolled_back_work_leaves_no_trace(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    vota_store_rollback(f.store);
    vota_store_rollback(f.store);
    uint64_t records = 9;
    uint64_t pending = 9;
    OK(vota_store_register_count(&records, &pending, f.store, f.first, NULL));
    assert_int_equal(records, 0);
    assert_int_equal(pending, 0);
    fixture_close(&f);
}

/* SQLite gives up a transaction by itself after some errors; what follows must not stand alone. */
static void writes_after_a_lost_transaction_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    assert_int_equal(sqlite3_exec(f.store->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    FAILS(try_record(&f, f.first, "r2", 2, 2, &err), VOTA_CONFLICT, "rolled-back");
    FAILS(vota_store_commit(f.store, &err), VOTA_CONFLICT, "rolled-back");
    begin(&f);
    add_record(&f, f.first, "r2", 2, 2);
    commit(&f);
    fixture_close(&f);
}

static void a_view_stands_still_while_another_connection_writes(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct fixture other = f;
    OK(vota_store_open(&other.store, f.path, 0, NULL));
    uint64_t records = 0;
    uint64_t pending = 0;
    OK(vota_store_begin_view(f.store, NULL));
    OK(vota_store_register_count(&records, &pending, f.store, f.first, NULL));
    begin(&other);
    add_record(&other, f.first, "r1", 1, 1);
    commit(&other);
    OK(vota_store_register_count(&records, &pending, f.store, f.first, NULL));
    assert_int_equal(records, 0);
    vota_store_end_view(f.store);
    OK(vota_store_register_count(&records, &pending, f.store, f.first, NULL));
    assert_int_equal(records, 1);
    vota_store_free(other.store);
    fixture_close(&f);
}

/* Runs SQL on the file behind the store's back. */
static void raw_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void other_files_and_newer_stores_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    vota_store_free(f.store);
    f.store = NULL;
    raw_sql(f.path, "PRAGMA user_version = 99");
    FAILS(vota_store_open(&f.store, f.path, 0, &err), VOTA_CONFLICT, "newer-version");
    assert_null(f.store);

    char path[128];
    (void)snprintf(path, sizeof path, "%s/other.db", f.dir);
    raw_sql(path, "CREATE TABLE somebody (elses INTEGER)");
    FAILS(vota_store_open(&f.store, path, VOTA_STORE_CREATE, &err), VOTA_IO, "not-a-store");
    FILE *text = fopen(path, "w");
    assert_non_null(text);
    for (int i = 0; i < 1000; i++)
        assert_true(fputs("this is no database\n", text) >= 0);
    assert_int_equal(fclose(text), 0);
    FAILS(vota_store_open(&f.store, path, 0, &err), VOTA_IO, "not-a-store");
    fixture_close(&f);
}

static void an_empty_file_becomes_a_store_of_the_current_version(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    vota_store_free(f.store);
    f.store = NULL;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/empty.db", f.dir);
    FILE *empty = fopen(path, "w");
    assert_non_null(empty);
    assert_int_equal(fclose(empty), 0);
    FAILS(vota_store_open(&f.store, path, VOTA_STORE_READ_ONLY, &err), VOTA_IO, "not-a-store");
    OK(vota_store_open(&f.store, path, 0, NULL));
    begin(&f);
    OK(vota_store_network_add(&f.network, f.store, "dev", NULL));
    commit(&f);
    fixture_close(&f);
}

static void a_reader_reads_and_cannot_write(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    vota_store_free(f.store);
    OK(vota_store_open(&f.store, f.path, VOTA_STORE_READ_ONLY, NULL));
    struct vota_store_network network;
    OK(vota_store_network_get(&network, f.store, "dev", NULL));
    FAILS(vota_store_begin(f.store, &err), VOTA_IO, "read-only");
    fixture_close(&f);
}

static void a_damaged_page_is_called_corrupt(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    vota_store_free(f.store);
    f.store = NULL;
    FILE *file = fopen(f.path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096, SEEK_SET), 0);
    for (int i = 0; i < 8192; i++)
        assert_int_equal(fputc(0xa5, file), 0xa5);
    assert_int_equal(fclose(file), 0);
    FAILS(vota_store_open(&f.store, f.path, 0, &err), VOTA_IO, "corrupt");
    fixture_close(&f);
}

/* A second process that holds the write lock, until a byte comes through the pipe. */
static pid_t hold_lock(const char *path, int go, int held)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    sqlite3 *db = NULL;
    char byte = 'x';
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
        write(held, &byte, 1) != 1 || read(go, &byte, 1) != 1)
        _exit(1);
    (void)sqlite3_close(db);
    _exit(0);
}

static void a_writer_waits_for_another_process(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    int go[2];
    int held[2];
    assert_int_equal(pipe(go), 0);
    assert_int_equal(pipe(held), 0);
    const pid_t pid = hold_lock(f.path, go[0], held[1]);
    char byte = 0;
    assert_int_equal(read(held[0], &byte, 1), 1);
    assert_int_equal(write(go[1], &byte, 1), 1);
    begin(&f); /* waits until the other one is gone */
    commit(&f);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    for (int i = 0; i < 2; i++) {
        (void)close(go[i]);
        (void)close(held[i]);
    }
    fixture_close(&f);
}

/* Creates a store in a child that ends at its n-th writing step; true when it was not reached. */
static bool create_with_fault(const char *path, unsigned n)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char order[32];
        (void)snprintf(order, sizeof order, "exit:%u", n);
        struct vota_store *store = NULL;
        if (setenv("VOTEANCHOR_FAULT", order, 1) != 0 ||
            vota_store_open(&store, path, VOTA_STORE_CREATE, NULL) != VOTA_OK)
            _exit(1);
        vota_store_free(store);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == VOTA_FAULT_EXIT_CODE);
    return WEXITSTATUS(status) == 0;
}

static bool faults_are_built_in(void)
{
    struct vota_fault fault;
    assert_int_equal(setenv("VOTEANCHOR_FAULT", "fail:1", 1), 0);
    vota_fault_init(&fault);
    assert_int_equal(unsetenv("VOTEANCHOR_FAULT"), 0);
    return fault.mode == VOTA_FAULT_FAIL;
}

static void a_crash_while_the_store_is_made_is_made_good_by_opening(void **state)
{
    (void)state;
    if (!faults_are_built_in())
        skip();
    struct fixture f;
    fixture_open(&f);
    char path[128];
    bool whole = false;
    unsigned n = 1;
    for (; !whole; n++) {
        (void)snprintf(path, sizeof path, "%s/crash-%u.db", f.dir, n);
        whole = create_with_fault(path, n);
        struct vota_store *store = NULL;
        OK(vota_store_open(&store, path, 0, NULL));
        char name[64];
        OK(vota_store_meta_get(name, sizeof name, store, "store_id", NULL));
        vota_store_free(store);
    }
    assert_true(n > 4); /* the migration, and begin, write and commit of its name */
    fixture_close(&f);
}

static void a_step_that_fails_leaves_nothing_of_its_transaction(void **state)
{
    (void)state;
    if (!faults_are_built_in())
        skip();
    struct fixture f;
    fixture_open(&f);
    for (unsigned n = 1; n <= 4; n++) {
        vota_store_free(f.store);
        char order[32];
        (void)snprintf(order, sizeof order, "fail:%u", n); /* begin, record, pending, commit */
        assert_int_equal(setenv("VOTEANCHOR_FAULT", order, 1), 0);
        OK(vota_store_open(&f.store, f.path, 0, NULL));
        assert_int_equal(unsetenv("VOTEANCHOR_FAULT"), 0);
        struct vota_error err = {.status = VOTA_OK};
        enum vota_status status = vota_store_begin(f.store, &err);
        if (status == VOTA_OK)
            status = try_record(&f, f.first, "r1", 1, 1, &err);
        if (status == VOTA_OK)
            status = vota_store_commit(f.store, &err);
        assert_int_equal(status, VOTA_LIMIT);
        assert_string_equal(err.text, "disk-full");
        vota_store_rollback(f.store);
        uint64_t records = 9;
        uint64_t pending = 9;
        OK(vota_store_register_count(&records, &pending, f.store, f.first, NULL));
        assert_int_equal(records + pending, 0);
    }
    fixture_close(&f);
}

static enum vota_status seal_two(struct fixture *f)
{
    const struct vota_merkle_item items[] = {{hash_of(1), 1}, {hash_of(2), 2}};
    const struct vota_store_seal order = {
        .network = f->network, .root = hash_of(9), .items = items, .n = 2};
    struct vota_store_batch batch;
    enum vota_status status = vota_store_begin(f->store, NULL);
    if (status == VOTA_OK)
        status = vota_store_batch_seal(&batch, f->store, &order, NULL);
    if (status == VOTA_OK)
        status = vota_store_commit(f->store, NULL);
    vota_store_rollback(f->store);
    return status;
}

static void sealing_that_fails_at_any_step_leaves_every_row_waiting(void **state)
{
    (void)state;
    if (!faults_are_built_in())
        skip();
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    add_record(&f, f.first, "r2", 2, 2);
    commit(&f);
    unsigned n = 0;
    enum vota_status status = VOTA_LIMIT;
    while (status != VOTA_OK) {
        struct vota_store_pending pending;
        struct vota_store_batch batch;
        OK(vota_store_batch_pending(&pending, f.store, f.network, NULL));
        assert_int_equal(pending.count, 2);
        FAILS(vota_store_batch_get(&batch, f.store, 1, &err), VOTA_NOT_FOUND, "not-found");
        vota_store_free(f.store);
        char order[32];
        (void)snprintf(order, sizeof order, "fail:%u", ++n);
        assert_int_equal(setenv("VOTEANCHOR_FAULT", order, 1), 0);
        OK(vota_store_open(&f.store, f.path, 0, NULL));
        assert_int_equal(unsetenv("VOTEANCHOR_FAULT"), 0);
        status = seal_two(&f);
    }
    /* begin, batch, two leaves, two places, two ends of waiting, operation, commit: all failed. */
    assert_int_equal(n, 11);
    fixture_close(&f);
}

static void note_fault(void *context, const char *code, const char *detail)
{
    (void)detail;
    char *codes = context;
    (void)strncat(codes, code, 100);
    (void)strncat(codes, " ", 2);
}

static void the_check_finds_what_triggers_could_not_stop(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    begin(&f);
    add_record(&f, f.first, "r1", 1, 1);
    add_record(&f, f.first, "r2", 2, 2);
    (void)seal(&f);
    add_record(&f, f.first, "r3", 3, 3);
    add_record(&f, f.first, "r4", 4, 4);
    commit(&f);
    char codes[512] = "";
    OK(vota_store_check(f.store, note_fault, codes, NULL));
    assert_string_equal(codes, "");
    /* Somebody with the file in hand and no respect for triggers. */
    raw_sql(f.path, "DROP TRIGGER leaf_sealed; DROP TRIGGER pending_unsealed;"
                    "DROP TRIGGER place_sealed; DROP TRIGGER operation_kept;"
                    "UPDATE leaf SET leaf = zeroblob(32) WHERE position = 1;"
                    "DELETE FROM pending WHERE record_id = 3;"
                    "UPDATE place SET record_id = 4 WHERE record_id = 1;"
                    "DELETE FROM operation;");
    OK(vota_store_check(f.store, note_fault, codes, NULL));
    assert_string_equal(codes, "record-lost record-lost record-twice leaf-order leaf-differs "
                               "place-differs place-differs batch-without-operation ");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_store_is_made_only_when_asked_for_and_only_for_us),
        cmocka_unit_test(a_store_keeps_its_name_over_reopening),
        cmocka_unit_test(small_facts_are_set_replaced_and_missed),
        cmocka_unit_test(rolled_back_work_leaves_no_trace),
        cmocka_unit_test(writes_after_a_lost_transaction_are_refused),
        cmocka_unit_test(a_view_stands_still_while_another_connection_writes),
        cmocka_unit_test(other_files_and_newer_stores_are_refused),
        cmocka_unit_test(an_empty_file_becomes_a_store_of_the_current_version),
        cmocka_unit_test(a_reader_reads_and_cannot_write),
        cmocka_unit_test(a_damaged_page_is_called_corrupt),
        cmocka_unit_test(a_writer_waits_for_another_process),
        cmocka_unit_test(a_crash_while_the_store_is_made_is_made_good_by_opening),
        cmocka_unit_test(a_step_that_fails_leaves_nothing_of_its_transaction),
        cmocka_unit_test(sealing_that_fails_at_any_step_leaves_every_row_waiting),
        cmocka_unit_test(the_check_finds_what_triggers_could_not_stop),
    };
    return RUN_TESTS(tests);
}
