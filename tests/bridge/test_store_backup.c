/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of a store while others write: of one moment, whole, private, or not
 * there at all; and in the way of nobody.
 */
#include <sqlite3.h>
#include <time.h>

#include "bridge/store/db.h"
#include "bridge/store/store_backup.h"
#include "tests/bridge/store_fixture.h"

struct copying {
    struct fixture f;
    struct fixture other; /* another connection to the same file */
    char to[128];
    unsigned steps; /* of progress */
    unsigned records_each;
    uint64_t next;
    uint64_t longest_us; /* that a writer had to wait during the copy */
    uint64_t done, total;
};

static uint64_t now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return 1000000 * (uint64_t)now.tv_sec + (uint64_t)now.tv_nsec / 1000;
}

/* Large enough for several steps: contents of 8 kB. */
static void fill(struct fixture *f, uint64_t first, unsigned n)
{
    static char content[8192];
    memset(content, 'x', sizeof content);
    begin(f);
    for (unsigned i = 0; i < n; i++) {
        char name[32];
        const uint64_t number = first + i;
        const struct vota_store_record record = {
            .reg = f->all,
            .record_id = slice_of(name),
            .row = {.tag = hash_of(number), .content_hash = hash_of(number)},
            .leaf = hash_of(number),
            .accepted_at = 100 + number,
            .anchor_by = 400 + number,
            .content = {(const uint8_t *)content, sizeof content}};
        struct vota_store_record named = record;
        int64_t id = 0;
        (void)snprintf(name, sizeof name, "r%llu", (unsigned long long)number);
        named.record_id = slice_of(name);
        OK(vota_store_record_add(&id, f->store, f->network, &named, NULL));
    }
    commit(f);
}

static void set_up(struct copying *c)
{
    *c = (struct copying){.next = 100000};
    fixture_open(&c->f);
    c->other = c->f;
    OK(vota_store_open(&c->other.store, c->f.path, 0, NULL));
    (void)snprintf(c->to, sizeof c->to, "%s/copy", c->f.dir);
}

static void tear_down(struct copying *c)
{
    vota_store_free(c->other.store);
    fixture_close(&c->f);
}

static void write_meanwhile(void *context, uint64_t done, uint64_t total)
{
    struct copying *c = context;
    const uint64_t began = now_us();
    assert_true(done <= total && done >= c->done);
    c->done = done;
    c->total = total;
    c->steps++;
    if (c->records_each > 0)
        fill(&c->other, c->next, c->records_each);
    c->next += c->records_each;
    const uint64_t took = now_us() - began;
    c->longest_us = took > c->longest_us ? took : c->longest_us;
}

static uint64_t count_records(const char *path)
{
    struct vota_store *store = NULL;
    struct vota_store_facts facts;
    OK(vota_store_open(&store, path, VOTA_STORE_READ_ONLY, NULL));
    OK(vota_store_backup_facts(&facts, store, NULL));
    vota_store_free(store);
    return facts.records;
}

static void a_copy_is_of_one_moment_and_nobody_waits_for_it(void **state)
{
    (void)state;
    struct copying c;
    struct vota_store_facts facts;
    struct stat info;
    set_up(&c);
    fill(&c.f, 1, 2500); /* 20 MB */
    c.records_each = 20;
    OK(vota_store_begin_view(c.f.store, NULL));
    OK(vota_store_backup_facts(&facts, c.f.store, NULL));
    OK(vota_store_backup(c.f.store, c.to, write_meanwhile, &c, NULL));
    vota_store_end_view(c.f.store);
    assert_true(c.steps >= 4);
    assert_int_equal(c.done, c.total);
    assert_true(c.longest_us < 2000000); /* the writer's own fsync, not the copy */
    assert_int_equal(facts.records, 2500);
    assert_int_equal(facts.pending, 2500);
    assert_string_equal(facts.last_record, "r2500");
    assert_int_equal(facts.last_accepted_at, 2600);
    assert_int_equal(strlen(facts.store_id), VOTA_STORE_ID_CHARS);
    assert_int_equal(count_records(c.to), 2500);
    assert_int_equal(count_records(c.f.path), 2500 + 20 * c.steps);
    assert_int_equal(stat(c.to, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    tear_down(&c);
}

/* On a medium that only reads there can be no log beside it. */
static void a_copy_is_one_file_that_can_be_read_where_nothing_is_written(void **state)
{
    (void)state;
    struct copying c;
    char log[160];
    set_up(&c);
    fill(&c.f, 1, 3);
    OK(vota_store_begin_view(c.f.store, NULL));
    OK(vota_store_backup(c.f.store, c.to, NULL, NULL, NULL));
    vota_store_end_view(c.f.store);
    assert_int_equal(chmod(c.to, 0400), 0);
    assert_int_equal(count_records(c.to), 3);
    (void)snprintf(log, sizeof log, "%s-wal", c.to);
    assert_int_equal(access(log, F_OK), -1);
    (void)snprintf(log, sizeof log, "%s-journal", c.to);
    assert_int_equal(access(log, F_OK), -1);
    tear_down(&c);
}

static void what_is_there_is_not_written_over(void **state)
{
    (void)state;
    struct copying c;
    set_up(&c);
    FILE *file = fopen(c.to, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    OK(vota_store_begin_view(c.f.store, NULL));
    FAILS(vota_store_backup(c.f.store, c.to, NULL, NULL, &err), VOTA_CONFLICT, "file-exists");
    vota_store_end_view(c.f.store);
    assert_int_equal(access(c.to, F_OK), 0);
    tear_down(&c);
}

static void a_step_that_fails_leaves_no_copy(void **state)
{
    (void)state;
    struct copying c;
    set_up(&c);
    fill(&c.f, 1, 1500);
    unsigned failed = 0;
    for (uint64_t left = 1;; left++) {
        struct vota_error err = {0};
        c.f.store->fault = (struct vota_fault){VOTA_FAULT_FAIL, left};
        OK(vota_store_begin_view(c.f.store, NULL));
        const enum vota_status status = vota_store_backup(c.f.store, c.to, NULL, NULL, &err);
        vota_store_end_view(c.f.store);
        if (status == VOTA_OK)
            break;
        failed++;
        assert_int_equal(status, VOTA_LIMIT);
        assert_string_equal(err.text, "disk-full");
        assert_int_equal(access(c.to, F_OK), -1);
    }
    assert_true(failed >= 3);
    c.f.store->fault.mode = VOTA_FAULT_NONE;
    tear_down(&c);
}

/* A copy of damaged pages would push the last good one out of its place. */
static void a_damaged_store_is_not_copied(void **state)
{
    (void)state;
    struct copying c;
    set_up(&c);
    fill(&c.f, 1, 50);
    vota_store_free(c.f.store);
    vota_store_free(c.other.store);
    c.other.store = NULL;
    FILE *file = fopen(c.f.path, "r+b");
    assert_non_null(file);
    for (long page = 1; page <= 20; page++) { /* the heads of the last ones, where contents lie */
        assert_int_equal(fseek(file, -4096 * page, SEEK_END), 0);
        for (unsigned i = 0; i < 16; i++)
            assert_int_equal(fputc(0xa5, file), 0xa5);
    }
    assert_int_equal(fclose(file), 0);
    OK(vota_store_open(&c.f.store, c.f.path, VOTA_STORE_READ_ONLY, NULL));
    OK(vota_store_begin_view(c.f.store, NULL));
    FAILS(vota_store_backup(c.f.store, c.to, NULL, NULL, &err), VOTA_IO, "damaged");
    vota_store_end_view(c.f.store);
    assert_int_equal(access(c.to, F_OK), -1);
    tear_down(&c);
}

static void an_empty_store_has_no_last_record(void **state)
{
    (void)state;
    struct copying c;
    struct vota_store_facts facts;
    set_up(&c);
    OK(vota_store_backup_facts(&facts, c.f.store, NULL));
    assert_int_equal(facts.records + facts.pending + facts.last_accepted_at, 0);
    assert_string_equal(facts.last_record, "");
    tear_down(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_of_one_moment_and_nobody_waits_for_it),
        cmocka_unit_test(a_copy_is_one_file_that_can_be_read_where_nothing_is_written),
        cmocka_unit_test(what_is_there_is_not_written_over),
        cmocka_unit_test(a_step_that_fails_leaves_no_copy),
        cmocka_unit_test(a_damaged_store_is_not_copied),
        cmocka_unit_test(an_empty_store_has_no_last_record),
    };
    return RUN_TESTS(tests);
}
