/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever happens in the middle of an import, what was acknowledged is there,
 * what is there is whole, and running it again completes to the same rows.
 */
#define _GNU_SOURCE /* unshare */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bridge/store/db.h"
#include "bridge/store/fault.h"
#include "tests/bridge/import_fixture.h"

#define ROWS  10u
#define GROUP 4u

/* Ten records of two rows each, one refusal, three groups of begin, commit and after. */
#define STEPS (ROWS * 2 + 1 + 3 * 3)

/* Good rows, and one that is refused each time. */
static const char file[] = HEADER ROW("r0", "v0", "yes") ROW("r1", "v1", "no")
    ROW("r2", "v2", "wait") ROW("r3", "v3", "yes") ROW("r4", "v4", "no") ROW("bad", "v4", "no")
        ROW("r5", "v5", "yes") ROW("r6", "v6", "yes") ROW("r7", "v7", "no") ROW("r8", "v8", "wait")
            ROW("r9", "v9", "yes");

static void no_fault(void *context, const char *code, const char *detail)
{
    (void)context;
    fail_msg("%s %s", code, detail);
}

/* In the child: tells the parent how many rows are acknowledged. */
static int acknowledged_to;

static void acknowledge(void *context, uint64_t bytes, uint64_t rows)
{
    (void)context;
    (void)bytes;
    const uint8_t byte = (uint8_t)rows;
    if (write(acknowledged_to, &byte, 1) != 1)
        _exit(1);
}

/* Imports the file with a fault at step n; how many rows the child saw acknowledged. */
static unsigned import_with_fault(struct importing *i, const char *mode, unsigned n, bool *ret_done)
{
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char order[32];
        (void)snprintf(order, sizeof order, "%s:%u", mode, n);
        acknowledged_to = pipe_ends[1];
        i->options.progress = acknowledge;
        if (setenv("VOTEANCHOR_FAULT", order, 1) != 0 ||
            vota_store_open(&i->f.store, i->f.path, 0, NULL) != VOTA_OK)
            _exit(1);
        const enum vota_status status = import_text(i, file);
        vota_store_free(i->f.store);
        _exit(status == VOTA_OK ? 0 : VOTA_FAULT_EXIT_CODE);
    }
    (void)close(pipe_ends[1]);
    uint8_t acknowledged = 0;
    while (read(pipe_ends[0], &acknowledged, 1) == 1)
        continue;
    (void)close(pipe_ends[0]);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == VOTA_FAULT_EXIT_CODE);
    *ret_done = WEXITSTATUS(status) == 0;
    return acknowledged;
}

/* Rows of the file that can be there after so many were read: "bad" is the sixth. */
static uint64_t good_rows(uint64_t rows)
{
    return rows >= 6 ? rows - 1 : rows;
}

/* After a crash: whole groups only, no fewer than acknowledged; then the rest, and again nothing.
 */
static void check_and_complete(struct importing *i, unsigned acknowledged)
{
    OK(vota_store_open(&i->f.store, i->f.path, 0, NULL));
    OK(vota_store_check(i->f.store, no_fault, NULL, NULL));
    const uint64_t there = records_of(i, "vote");
    assert_true(there >= good_rows(acknowledged));
    assert_true(there == 0 || there == good_rows(GROUP) ||
                there == good_rows(UINT64_C(2) * GROUP) || there == ROWS);
    OK(import_text(i, file));
    assert_int_equal(i->summary.present, there);
    assert_int_equal(i->summary.added, ROWS - there);
    assert_int_equal(i->summary.refused, 1);
    OK(import_text(i, file));
    assert_int_equal(i->summary.added, 0);
    for (char id[3] = "r0"; id[1] <= '9'; id[1]++) {
        struct vota_store_record_copy copy;
        OK(vota_store_record_get(&copy, i->f.store, slice_of(id), NULL));
        vota_store_record_done(&copy);
    }
}

static void sweep(const char *mode, unsigned steps)
{
    struct vota_fault fault;
    assert_int_equal(setenv("VOTEANCHOR_FAULT", "fail:1", 1), 0);
    vota_fault_init(&fault);
    assert_int_equal(unsetenv("VOTEANCHOR_FAULT"), 0);
    if (fault.mode == VOTA_FAULT_NONE)
        skip();
    bool done = false;
    unsigned n = 1;
    for (; !done; n++) {
        struct importing *i = importing_open();
        i->options.group = GROUP;
        vota_store_free(i->f.store);
        i->f.store = NULL;
        const unsigned acknowledged = import_with_fault(i, mode, n, &done);
        check_and_complete(i, acknowledged);
        importing_close(i);
    }
    assert_int_equal(n - 2, steps);
}

static void a_crash_at_any_step_loses_nothing_acknowledged(void **state)
{
    (void)state;
    sweep("exit", STEPS);
}

static void a_failure_at_any_step_leaves_whole_groups(void **state)
{
    (void)state;
    sweep("fail", STEPS - 1); /* after the last commit nothing can fail any more */
}

/* A file of n rows on the heap. */
static char *many_rows(unsigned n)
{
    const size_t cap = 64 + (size_t)n * 64;
    char *text = malloc(cap);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, cap, HEADER);
    for (unsigned k = 0; k < n; k++)
        len += (size_t)snprintf(text + len, cap - len, "r%u,v%u,yes," CAST_AT "\n", k, k);
    return text;
}

#define MANY 3000u
#define PART 100u

static void a_store_at_its_page_limit_stays_whole(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    char *text = many_rows(MANY);
    i->options.group = PART;
    assert_int_equal(sqlite3_exec(i->f.store->db, "PRAGMA max_page_count = 150", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(import_text(i, text), VOTA_LIMIT);
    assert_string_equal(i->err.text, "disk-full");
    const uint64_t there = i->summary.added;
    assert_true(there > 0 && there < MANY && there % PART == 0);
    assert_int_equal(records_of(i, "vote"), there);
    OK(vota_store_check(i->f.store, no_fault, NULL, NULL));
    assert_int_equal(
        sqlite3_exec(i->f.store->db, "PRAGMA max_page_count = 100000", NULL, NULL, NULL),
        SQLITE_OK);
    OK(import_text(i, text));
    assert_int_equal(i->summary.present, there);
    assert_int_equal(i->summary.added, MANY - there);
    free(text);
    importing_close(i);
}

/* In a child, for limits and mounts are not given back. Its exit code is the line that failed. */
#define CHILD_MUST(condition) child_must((condition), __LINE__)

static void child_must(bool good, int line)
{
    if (!good)
        _exit(line % 255);
}

static int in_child(void (*job)(struct importing *i, const char *text), struct importing *i)
{
    char *text = many_rows(MANY);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        i->options.group = PART;
        job(i, text);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    free(text);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void file_size_job(struct importing *i, const char *text)
{
    struct rlimit limit;
    CHILD_MUST(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    CHILD_MUST(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 614400;
    CHILD_MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHILD_MUST(vota_store_open(&i->f.store, i->f.path, 0, NULL) == VOTA_OK);
    const enum vota_status status = import_text(i, text);
    CHILD_MUST(status == VOTA_LIMIT || status == VOTA_IO);
    const uint64_t there = i->summary.added;
    CHILD_MUST(there > 0 && there < MANY && there % PART == 0);
    CHILD_MUST(records_of(i, "vote") == there);
    limit.rlim_cur = before;
    CHILD_MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHILD_MUST(import_text(i, text) == VOTA_OK);
    CHILD_MUST(i->summary.present == there && i->summary.added == MANY - there);
    vota_store_free(i->f.store);
}

static void a_file_that_may_not_grow_stays_whole(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    vota_store_free(i->f.store);
    i->f.store = NULL;
    assert_int_equal(in_child(file_size_job, i), 0);
    OK(vota_store_open(&i->f.store, i->f.path, 0, NULL));
    OK(vota_store_check(i->f.store, no_fault, NULL, NULL));
    assert_int_equal(records_of(i, "vote"), MANY);
    importing_close(i);
}

#define NOT_PERMITTED 254

/* A real file system of 24 MiB, all but one of it taken by something else. */
static void disk_job(struct importing *i, const char *text)
{
    static char ballast[1024 * 1024];
    char path[128];
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", i->f.dir, "tmpfs", 0, "size=24m") != 0)
        _exit(NOT_PERMITTED);
    (void)snprintf(path, sizeof path, "%s/ballast", i->f.dir);
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHILD_MUST(fd >= 0);
    for (int mib = 0; mib < 23; mib++)
        CHILD_MUST(write(fd, ballast, sizeof ballast) == (ssize_t)sizeof ballast);
    CHILD_MUST(close(fd) == 0);
    CHILD_MUST(vota_store_open(&i->f.store, i->f.path, VOTA_STORE_CREATE, NULL) == VOTA_OK);
    begin(&i->f);
    CHILD_MUST(vota_store_network_add(&i->f.network, i->f.store, "dev", NULL) == VOTA_OK);
    commit(&i->f);
    (void)add_question(&i->f, "vote", "vote", "first", 1, 1);
    CHILD_MUST(import_text(i, text) == VOTA_LIMIT);
    CHILD_MUST(strcmp(i->err.text, "disk-full") == 0);
    const uint64_t there = i->summary.added;
    CHILD_MUST(there > 0 && there < MANY && there % PART == 0);
    CHILD_MUST(records_of(i, "vote") == there);
    CHILD_MUST(vota_store_check(i->f.store, no_fault, NULL, NULL) == VOTA_OK);
    CHILD_MUST(unlink(path) == 0);
    CHILD_MUST(import_text(i, text) == VOTA_OK);
    CHILD_MUST(i->summary.present == there && i->summary.added == MANY - there);
    vota_store_free(i->f.store);
}

static void a_full_disk_leaves_whole_groups_and_room_lets_it_go_on(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    vota_store_free(i->f.store);
    i->f.store = NULL;
    const int code = in_child(disk_job, i);
    OK(vota_store_open(&i->f.store, i->f.path, 0, NULL));
    importing_close(i);
    if (code == NOT_PERMITTED) {
        print_message("mounting a small disk needs root: skipped\n");
        skip();
    }
    assert_int_equal(code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_at_any_step_loses_nothing_acknowledged),
        cmocka_unit_test(a_failure_at_any_step_leaves_whole_groups),
        cmocka_unit_test(a_store_at_its_page_limit_stays_whole),
        cmocka_unit_test(a_file_that_may_not_grow_stays_whole),
        cmocka_unit_test(a_full_disk_leaves_whole_groups_and_room_lets_it_go_on),
    };
    return RUN_TESTS(tests);
}
